//! Binarization: Sauvola's local threshold (Sauvola and Pietikäinen, "Adaptive document image binarization", 2000),
//! limited by the paper's own texture.
//!
//! imageproc's `adaptive_threshold` compares with the local mean alone.

use image::GrayImage;

use super::histogram::Histogram;

/// Sauvola's k: how far below the local mean ink lies where there is no contrast, as a fraction of the mean. The paper
/// has 0.5; pencil needs less. No measurement recorded (commit 525c569).
const SENSITIVITY: f32 = 0.14;
/// Sauvola's R: the standard deviation at full contrast, in grey levels. The paper's value.
const FULL_DEVIATION: f32 = 128.0;

/// How much darker than white ink is, at least, in grey levels. No measurement recorded (commit 9f587da).
const MIN_DARKNESS: f32 = 12.0;
/// The darkness of ink over that of the page's darker quartile, at least. No measurement recorded (commit 9f587da).
const TEXTURE_FACTOR: f32 = 2.2;
/// The darkness from which pixels may be ink whatever the texture, in grey levels below white. No measurement recorded
/// (commit 9f587da).
const MAX_TEXTURE: f32 = 90.0;

/// 255 where `gray` is ink, 0 where it is paper. The threshold follows the mean and the standard deviation of a square
/// window that reaches `radius` pixels each way.
pub(crate) fn binarize(gray: &GrayImage, radius: u32) -> GrayImage {
    let (width, height) = (gray.width() as usize, gray.height() as usize);
    let mut ink = GrayImage::new(gray.width(), gray.height());
    if width == 0 || height == 0 {
        return ink;
    }
    let radius = radius as usize;
    let limit = noise_limit(gray);
    let mut columns = ColumnSums { sums: vec![(0, 0); width] };
    let row_at = |y: usize| &gray.as_raw()[y * width..(y + 1) * width];
    for y in 0..radius.min(height) {
        columns.add(row_at(y));
    }
    for (y, out) in ink.chunks_exact_mut(width).enumerate() {
        if y + radius < height {
            columns.add(row_at(y + radius));
        }
        if y > radius {
            columns.remove(row_at(y - radius - 1));
        }
        let n_rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        columns.threshold(row_at(y), out, (radius, n_rows), limit);
    }
    ink
}

/// The grey level above which everything is paper and its texture: a multiple of the lower quartile's darkness.
fn noise_limit(gray: &GrayImage) -> f32 {
    let texture = 255.0 - f32::from(Histogram::of(gray.as_raw()).quantile(0.25));
    255.0 - (TEXTURE_FACTOR * texture).clamp(MIN_DARKNESS, MAX_TEXTURE)
}

/// The sum and the sum of squares of each column, over the rows of the window.
struct ColumnSums {
    sums: Vec<(u32, u32)>,
}

impl ColumnSums {
    fn add(&mut self, row: &[u8]) {
        for ((sum, squares), &value) in self.sums.iter_mut().zip(row) {
            *sum += u32::from(value);
            *squares += u32::from(value) * u32::from(value);
        }
    }

    fn remove(&mut self, row: &[u8]) {
        for ((sum, squares), &value) in self.sums.iter_mut().zip(row) {
            *sum -= u32::from(value);
            *squares -= u32::from(value) * u32::from(value);
        }
    }

    /// Marks the ink of `row`, the middle row of a window of `n_rows`, in `out`. Nothing as bright as `limit` is ink.
    fn threshold(&self, row: &[u8], out: &mut [u8], (radius, n_rows): (usize, usize), limit: f32) {
        let width = row.len();
        let (mut sum, mut squares) = (0u64, 0u64);
        for (s, q) in &self.sums[..radius.min(width)] {
            sum += u64::from(*s);
            squares += u64::from(*q);
        }
        for x in 0..width {
            if let Some((s, q)) = self.sums.get(x + radius) {
                sum += u64::from(*s);
                squares += u64::from(*q);
            }
            if x > radius {
                let (s, q) = self.sums[x - radius - 1];
                sum -= u64::from(s);
                squares -= u64::from(q);
            }
            let n = (n_rows * ((x + radius + 1).min(width) - x.saturating_sub(radius))) as f32;
            let mean = sum as f32 / n;
            let deviation = (squares as f32 / n - mean * mean).max(0.0).sqrt();
            let threshold = mean * (1.0 + SENSITIVITY * (deviation / FULL_DEVIATION - 1.0));
            if f32::from(row[x]) < threshold.min(limit) {
                out[x] = 255;
            }
        }
    }
}

/// 255 where `gray`, a page at working size, is ink, 0 where it is paper. The window reaches an 80th of the longer
/// side, but 8 to 40 pixels. No measurement recorded (commit 6ee3e87).
pub(crate) fn binarize_reduced(gray: &GrayImage) -> GrayImage {
    binarize(gray, (gray.width().max(gray.height()) / 80).clamp(8, 40))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn strokes_are_ink_and_paper_is_not() {
        let gray = GrayImage::from_fn(90, 70, |x, y| {
            Luma([if (40..44).contains(&x) && (10..60).contains(&y) { 90 } else { 240 + (x % 3) as u8 }])
        });
        let ink = binarize(&gray, 12);
        for (x, y, mark) in ink.enumerate_pixels() {
            assert_eq!(mark.0[0] > 0, (40..44).contains(&x) && (10..60).contains(&y), "at {x}, {y}");
        }
    }

    #[test]
    fn images_smaller_than_the_window_pass() {
        for side in [0, 1, 2, 9] {
            assert_eq!(binarize(&GrayImage::new(side, side), 12).dimensions(), (side, side));
        }
    }
}
