//! A contact sheet: lines with their labels, for people to look at.

use image::{GrayImage, Luma, imageops};

use super::{
    pen_and_paper::{canvas::Canvas, pen::Pen},
    random::LineRng,
    sources::{single_line_font, typeface::Typeface},
    synthetic_line::SyntheticLine,
};
use crate::{
    imaging::{INPUT_ROWS, LineImage, normalize},
    page::Point,
};

/// The font of the labels (EMS Readability, SIL OFL 1.1).
const LABEL_FONT: &str = include_str!("../../assets/fonts/ems-readability/EMSReadability.svg");
/// Width of a cell, in pixels.
const CELL_WIDTH: u32 = 900;
/// Height of a label, in pixels.
const LABEL_ROWS: u32 = 26;
/// Height of a line's image in its cell, in pixels.
const IMAGE_ROWS: u32 = 72;
/// Gap between the parts of a cell, in pixels.
const GAP: u32 = 6;
/// Height of a cell, in pixels.
const CELL_HEIGHT: u32 = LABEL_ROWS + IMAGE_ROWS + INPUT_ROWS as u32 + 3 * GAP;

/// A sheet with `columns` lines a row. A line's cell shows its label, its image scaled to fit, and below it the
/// network's input ([`normalize`]), dark on white. What is wider than a cell is cut off on the right.
pub fn contact_sheet(lines: &[SyntheticLine], columns: usize) -> GrayImage {
    let columns = columns.max(1);
    let n_rows = lines.len().div_ceil(columns);
    let face = single_line_font::typeface(LABEL_FONT);
    let mut sheet = GrayImage::from_pixel(columns as u32 * CELL_WIDTH, n_rows.max(1) as u32 * CELL_HEIGHT, Luma([255]));
    for (index, line) in lines.iter().enumerate() {
        let cell = cell(line, face.as_ref());
        let (column, row) = ((index % columns) as u32, (index / columns) as u32);
        imageops::replace(&mut sheet, &cell, i64::from(column * CELL_WIDTH), i64::from(row * CELL_HEIGHT));
    }
    sheet
}

fn cell(line: &SyntheticLine, face: Option<&Typeface>) -> GrayImage {
    let mut cell = GrayImage::from_pixel(CELL_WIDTH, CELL_HEIGHT, Luma([255]));
    let left = i64::from(GAP);
    imageops::replace(&mut cell, &label(&line.text, face), left, 0);
    imageops::replace(&mut cell, &fitting(&line.image), left, i64::from(LABEL_ROWS));
    let input = GrayImage::from(&normalize(&line.image));
    imageops::replace(&mut cell, &input, left, i64::from(LABEL_ROWS + IMAGE_ROWS + GAP));
    for x in 0..CELL_WIDTH {
        cell.put_pixel(x, CELL_HEIGHT - 1, Luma([180]));
    }
    cell
}

/// The image of `line`, scaled to fit into its cell and to 1.5 times its size at most.
fn fitting(line: &LineImage) -> GrayImage {
    let (width, height) = line.pixels.dimensions();
    let room = ((CELL_WIDTH - 2 * GAP) as f32 / width.max(1) as f32).min(IMAGE_ROWS as f32 / height.max(1) as f32);
    let scale = room.min(1.5);
    let size = |length: u32| ((length as f32 * scale) as u32).max(1);
    imageops::resize(&line.pixels, size(width), size(height), imageops::FilterType::Triangle)
}

fn label(text: &str, face: Option<&Typeface>) -> GrayImage {
    let mut canvas = Canvas::new(CELL_WIDTH as usize, LABEL_ROWS as usize);
    if let Some(face) = face {
        let mut ink = face.set_evenly(text);
        ink.map(|p| Point::new(9.0 * p.x + 1.0, 9.0 * p.y + 18.0));
        Pen::even(0.6, &mut LineRng::new(0, 0)).draw(&ink, &mut canvas);
    }
    let pixels = canvas.coverage.iter().map(|covered| (255.0 * (1.0 - covered)) as u8).collect();
    GrayImage::from_raw(CELL_WIDTH, LABEL_ROWS, pixels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_holds_every_line_and_its_label() {
        let image = LineImage::from_gray(GrayImage::from_fn(300, 50, |x, y| {
            Luma([if x % 20 < 4 && (10..40).contains(&y) { 20 } else { 220 }])
        }));
        let line = SyntheticLine { image, text: "ill, 11!".to_owned() };
        let sheet = contact_sheet(&[line.clone(), line.clone(), line], 2);
        assert_eq!(sheet.dimensions(), (2 * CELL_WIDTH, 2 * CELL_HEIGHT));
        let dark_in = |x: u32, y: u32, w: u32, h: u32| {
            imageops::crop_imm(&sheet, x, y, w, h).to_image().pixels().any(|p| p.0[0] < 90)
        };
        assert!(dark_in(CELL_WIDTH, 0, 200, LABEL_ROWS), "a label");
        assert!(dark_in(CELL_WIDTH, LABEL_ROWS, 200, IMAGE_ROWS), "an image");
        assert!(dark_in(0, CELL_HEIGHT + LABEL_ROWS + IMAGE_ROWS + GAP, 200, 64), "what the networks see");
    }
}
