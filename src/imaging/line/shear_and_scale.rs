//! Shear and horizontal scale of a model input: the views of a line that decoding compares where it is in doubt.

use std::ops::Range;

use super::normalize::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, WIDTH_MULTIPLE};

/// A shear and a horizontal scale of writing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShearScale {
    /// The tangent of the angle by which writing that leans to the right is set upright; negative for writing that
    /// leans to the left.
    pub shear: f32,
    /// The width after over the width before.
    pub x_scale: f32,
}

impl ModelInput {
    /// The part of the line that gives these frames.
    #[must_use]
    pub fn part(&self, frames: Range<usize>) -> Self {
        let columns = frames.start * WIDTH_MULTIPLE..(frames.end * WIDTH_MULTIPLE).min(self.width);
        let rows = self.pixels.chunks_exact(self.width);
        let at = |column: usize| self.span.0 + column as f32 / self.width as f32 * (self.span.1 - self.span.0);
        Self {
            width: columns.len(),
            span: (at(columns.start), at(columns.end)),
            pixels: rows.flat_map(|row| &row[columns.clone()]).copied().collect(),
            is_blank: self.is_blank,
        }
    }

    /// The line in another shape, with the span that leads from its columns to the same positions of the line image.
    #[must_use]
    pub fn reshaped(&self, shape: ShearScale) -> Self {
        let slant_room = shape.shear.abs() * INPUT_ROWS as f32 / 2.0;
        let width = (self.width as f32 * shape.x_scale + slant_room) as usize;
        let width = width.clamp(WIDTH_MULTIPLE, MAX_INPUT_WIDTH).next_multiple_of(WIDTH_MULTIPLE);
        let mut pixels = Vec::with_capacity(INPUT_ROWS * width);
        for (row, line) in self.pixels.chunks_exact(self.width).enumerate() {
            let lean = shape.shear * (INPUT_ROWS as f32 / 2.0 - row as f32 - 0.5);
            let from = |column: f32| (column - width as f32 / 2.0) / shape.x_scale + lean + self.width as f32 / 2.0;
            // Two samples a column, so that strokes one pixel wide do not fall between columns.
            pixels.extend((0..width).map(|column| {
                let [left, right] = [0.25, 0.75].map(|part| sample(line, from(column as f32 + part)));
                (0.5 * (left + right)).round() as u8
            }));
        }
        let (middle, half) = (0.5 * (self.span.0 + self.span.1), 0.5 * (self.span.1 - self.span.0));
        let half = half * width as f32 / (shape.x_scale * self.width as f32);
        Self { width, pixels, span: (middle - half, middle + half), is_blank: self.is_blank }
    }
}

/// The row's ink at `x`, linear between the middles of pixels, 0 outside. Its arithmetic is not that of
/// `raster/sampling.rs`, which states why.
fn sample(row: &[u8], x: f32) -> f32 {
    let left = (x - 0.5).floor();
    let at = |column: f32| if column < 0.0 { 0.0 } else { row.get(column as usize).map_or(0.0, |&ink| f32::from(ink)) };
    let part = x - 0.5 - left;
    at(left) * (1.0 - part) + at(left + 1.0) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAME: ShearScale = ShearScale { shear: 0.0, x_scale: 1.0 };

    /// A stroke four columns wide over all rows, `lean` columns farther right at the top than at the bottom.
    fn stroke(lean: f32) -> ModelInput {
        let width = 200;
        let mut pixels = vec![0; width * INPUT_ROWS];
        for row in 0..INPUT_ROWS {
            let x = (60.0 + lean * (0.5 - row as f32 / INPUT_ROWS as f32)).round() as usize;
            pixels[row * width + x..row * width + x + 4].fill(255);
        }
        ModelInput { width, pixels, span: (-0.1, 1.1), is_blank: false }
    }

    /// The mean column of a row's ink, as a part of the line image's width.
    fn place(input: &ModelInput, row: usize) -> f32 {
        let row = &input.pixels[row * input.width..][..input.width];
        let all: f32 = row.iter().map(|&ink| f32::from(ink)).sum();
        let moment: f32 = row.iter().enumerate().map(|(x, &ink)| (x as f32 + 0.5) * f32::from(ink)).sum();
        input.span.0 + moment / all / input.width as f32 * (input.span.1 - input.span.0)
    }

    #[test]
    fn a_part_keeps_its_places_in_the_line() {
        let line = stroke(20.0);
        let part = line.part(10..30);
        assert_eq!((part.width, part.n_frames(), part.pixels.len()), (80, 20, 80 * INPUT_ROWS));
        for row in [0, 31, 63] {
            assert!((place(&line, row) - place(&part, row)).abs() < 1e-5);
        }
        assert_eq!(line.part(0..line.n_frames()), line);
    }

    #[test]
    fn the_same_shape_changes_next_to_nothing() {
        let (line, same) = (stroke(20.0), stroke(20.0).reshaped(SAME));
        assert_eq!(line.width, same.width);
        for row in [0, 31, 63] {
            assert!((place(&line, row) - place(&same, row)).abs() < 1e-3);
        }
    }

    #[test]
    fn a_leaning_stroke_is_set_upright() {
        let upright = stroke(0.3 * INPUT_ROWS as f32).reshaped(ShearScale { shear: 0.3, x_scale: 1.0 });
        assert!((place(&upright, 2) - place(&upright, 61)).abs() < 0.01);
        let leaning = stroke(0.0).reshaped(ShearScale { shear: -0.3, x_scale: 1.0 });
        assert!(place(&leaning, 2) - place(&leaning, 61) > 0.05);
    }

    #[test]
    fn a_narrower_line_leads_to_the_same_places() {
        for x_scale in [0.5, 0.8, 1.2] {
            let line = stroke(0.0).reshaped(ShearScale { shear: 0.0, x_scale });
            assert!((line.width as f32 - 200.0 * x_scale).abs() < 4.0 && line.width.is_multiple_of(WIDTH_MULTIPLE));
            assert_eq!(line.pixels.len(), line.width * INPUT_ROWS);
            assert!((place(&line, 31) - place(&stroke(0.0), 31)).abs() < 0.005, "{x_scale}");
        }
    }
}
