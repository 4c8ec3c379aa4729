//! Scores line finding on page images against their true lines, and draws the lines found.
//!
//! `cargo run --release --example line_detection -- OVERLAY_FOLDER IMAGE…`: the true lines of `page.jpg` are those of
//! `page.json` (`{"lines": [{"box": [x0, y0, x1, y1]}]}`) or `page.xml` (ALTO with line polygons) in the same folder.
#![expect(clippy::print_stdout, reason = "the example's output")]

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, Result};
use image::{Rgb, RgbImage, imageops};
use longhand::{
    evaluation::{DetectionScore, match_lines},
    imaging::{PageImage, PreparedPage, Segmentation, crop_line, ink_mask, prepare, segment},
    page::Point,
    recognition::ink_labeller,
};

/// Match scores at which lines are counted, as in the ICDAR 2013 handwriting segmentation contest and looser.
const THRESHOLDS: [f64; 2] = [0.95, 0.75];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let folder = arguments.next().context("the first argument is the folder for overlays")?;
    std::fs::create_dir_all(&folder)?;
    let mut totals = [DetectionScore::default(); 2];
    for path in arguments {
        let image = PageImage::open(&path)?;
        let start = Instant::now();
        let page = prepare(&image);
        let prepared_ms = start.elapsed().as_secs_f64() * 1e3;
        let found = segment(&page, ink_labeller());
        let found_ms = start.elapsed().as_secs_f64() * 1e3 - prepared_ms;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        print!("{name:32} {:4} lines, prepared {prepared_ms:5.0} ms, found {found_ms:5.0} ms", found.lines.len());
        if let Some(truth) = true_outlines(&path)? {
            let outlines: Vec<_> = found.lines.iter().map(|line| line.outline.clone()).collect();
            let matches = match_lines(&ink_mask(&page), &truth, &outlines);
            for (total, threshold) in totals.iter_mut().zip(THRESHOLDS) {
                let score = DetectionScore::count(truth.len(), outlines.len(), &matches, threshold);
                *total += score;
                print!("   at {threshold}: {}/{} F {:.3}", score.n_matched, score.n_true, score.f_measure());
            }
        }
        println!();
        overlay(&image, &found).save(folder.join(format!("{name}.png")))?;
        page.gray().save(folder.join(format!("{name}-prepared.png")))?;
        crops(&page, &found).save(folder.join(format!("{name}-crops.png")))?;
    }
    for (total, threshold) in totals.iter().zip(THRESHOLDS) {
        println!(
            "at {threshold}: detection rate {:.4}, recognition accuracy {:.4}, F {:.4} over {} lines",
            total.detection_rate(),
            total.recognition_accuracy(),
            total.f_measure(),
            total.n_true
        );
    }
    Ok(())
}

/// The outlines of the image's true lines, in page pixels; `None` where no file holds them.
fn true_outlines(image: &Path) -> Result<Option<Vec<Vec<Point>>>> {
    let (json, alto) = (image.with_extension("json"), image.with_extension("xml"));
    if json.exists() {
        let page: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(json)?)?;
        let lines = page["lines"].as_array().context("no lines")?;
        let corners = |line: &serde_json::Value| {
            let [x0, y0, x1, y1]: [f32; 4] = serde_json::from_value(line["box"].clone())?;
            Ok([[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(Point::from).to_vec())
        };
        return lines.iter().map(corners).collect::<Result<_>>().map(Some);
    }
    if alto.exists() {
        let text = std::fs::read_to_string(alto)?;
        let polygons =
            text.split("<TextLine").skip(1).filter_map(|line| line.split("POINTS=\"").nth(1)?.split('"').next());
        let points = |polygon: &str| {
            let numbers: Vec<f32> = polygon.split_whitespace().filter_map(|number| number.parse().ok()).collect();
            numbers.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect()
        };
        return Ok(Some(polygons.map(points).collect()));
    }
    Ok(None)
}

/// The page with outlines and baselines, and the index of each line as dots at its upper left corner: a red one for
/// each ten, a black one for each unit.
fn overlay(page: &PageImage, found: &Segmentation) -> RgbImage {
    let mut image = page.pixels.clone();
    let thickness = (page.width() / 1200).max(1) as i32;
    for (place, line) in found.lines.iter().enumerate() {
        let colour = [[220, 0, 0], [0, 130, 0], [0, 0, 220], [200, 0, 200]][place % 4];
        for (a, b) in line.outline.iter().zip(line.outline.iter().cycle().skip(1)) {
            draw(&mut image, *a, *b, thickness, Rgb(colour));
        }
        for pair in line.baseline.0.windows(2) {
            draw(&mut image, pair[0], pair[1], thickness, Rgb([0, 170, 200]));
        }
        for dot in 0..place / 10 + place % 10 {
            let colour = if dot < place / 10 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 0]) };
            let at = Point::new(line.bounds.x0 + (dot as i32 * 5 * thickness) as f32, line.bounds.y0);
            draw(&mut image, at, at, 3 * thickness, colour);
        }
    }
    let factor = (image.width().max(image.height()) as f32 / 1600.0).max(1.0);
    let size = ((image.width() as f32 / factor) as u32, (image.height() as f32 / factor) as u32);
    imageops::thumbnail(&image, size.0, size.1)
}

/// Draws a straight stroke from `a` to `b`.
fn draw(image: &mut RgbImage, a: Point, b: Point, thickness: i32, colour: Rgb<u8>) {
    let n_steps = a.distance(b).ceil().max(1.0) as i32;
    for step in 0..=n_steps {
        let part = step as f32 / n_steps as f32;
        let (x, y) = ((a.x + (b.x - a.x) * part) as i32, (a.y + (b.y - a.y) * part) as i32);
        for (dx, dy) in (0..thickness).flat_map(|dy| (0..thickness).map(move |dx| (dx, dy))) {
            if let Some(pixel) = image.get_pixel_mut_checked((x + dx).max(0) as u32, (y + dy).max(0) as u32) {
                *pixel = colour;
            }
        }
    }
}

/// All line images, one below the other.
fn crops(page: &PreparedPage, found: &Segmentation) -> image::GrayImage {
    let lines: Vec<_> = found.lines.iter().map(|line| crop_line(page, line).pixels).collect();
    let width = lines.iter().map(image::GrayImage::width).max().unwrap_or(1);
    let height: u32 = lines.iter().map(|line| line.height() + 6).sum();
    let mut sheet = image::GrayImage::from_pixel(width, height.max(1), image::Luma([160]));
    let mut y = 0;
    for line in &lines {
        imageops::replace(&mut sheet, line, 0, i64::from(y));
        y += line.height() + 6;
    }
    sheet
}
