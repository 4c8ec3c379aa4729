//! Reduction of grey images by a whole factor.
//!
//! ```text
//! 100 200 100 200 100      reduced by 2:   150 150 100
//! 100 200 100 200 100                      150 150 100
//! 100 200 100 200 100
//! 100 200 100 200 100
//! ```
//!
//! `image::imageops::thumbnail` averages squares as well, but of fractional sides, and rounds otherwise.

use image::{GrayImage, Luma};

/// `gray` reduced `factor` times each way: every pixel is the mean, rounded down, of a square of `factor` × `factor`
/// pixels. Squares that the right and the lower edge cut are averaged over the pixels that they have.
pub(crate) fn shrink(gray: &GrayImage, factor: u32) -> GrayImage {
    if factor <= 1 || gray.width() == 0 || gray.height() == 0 {
        return gray.clone();
    }
    let (width, height) = (gray.width().div_ceil(factor), gray.height().div_ceil(factor));
    let source_width = gray.width() as usize;
    let mut small = GrayImage::new(width, height);
    let mut sums = vec![0u32; width as usize];
    for (y, out) in small.chunks_exact_mut(width as usize).enumerate() {
        sums.fill(0);
        let first_row = y as u32 * factor;
        let end_row = (first_row + factor).min(gray.height());
        let rows = &gray.as_raw()[first_row as usize * source_width..end_row as usize * source_width];
        for row in rows.chunks_exact(source_width) {
            match factor {
                2 => add_squares::<2>(&mut sums, row),
                3 => add_squares::<3>(&mut sums, row),
                _ => add_parts(&mut sums, row, factor as usize),
            }
        }
        for (x, (pixel, sum)) in out.iter_mut().zip(&sums).enumerate() {
            let columns = (gray.width() - x as u32 * factor).min(factor);
            *pixel = (sum / (columns * (end_row - first_row))) as u8;
        }
    }
    small
}

/// Adds the values of each `N` pixels side by side, of which there may be fewer at the end, to their sum. With a fixed
/// number it takes a third of the time.
fn add_squares<const N: usize>(sums: &mut [u32], row: &[u8]) {
    let (squares, rest) = row.as_chunks::<N>();
    for (at, square) in squares.iter().enumerate() {
        for value in square {
            sums[at] += u32::from(*value);
        }
    }
    add_parts(&mut sums[squares.len()..], rest, N);
}

/// The same for any number.
fn add_parts(sums: &mut [u32], row: &[u8], n: usize) {
    for (sum, part) in sums.iter_mut().zip(row.chunks(n)) {
        *sum += part.iter().map(|&value| u32::from(value)).sum::<u32>();
    }
}

/// Makes paper of the page pixels that [`shrink`] averages to the pixel at `x`, `y`.
pub(crate) fn blank_block(page: &mut GrayImage, x: u32, y: u32, factor: u32) {
    let span = |at: u32, end: u32| at * factor..(at * factor + factor).min(end);
    for row in span(y, page.height()) {
        span(x, page.width()).for_each(|column| page.put_pixel(column, row, Luma([255])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn squares_are_averaged_and_ends_kept() {
        let gray = GrayImage::from_fn(5, 4, |x, _| Luma([if x % 2 == 0 { 100 } else { 200 }]));
        let small = shrink(&gray, 2);
        assert_eq!(small.dimensions(), (3, 2));
        assert_eq!(small.as_raw(), &[150, 150, 100, 150, 150, 100]);
    }
}
