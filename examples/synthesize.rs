//! Writes a sheet of synthetic lines and measures how fast they are made.
//!
//! `synthesize DATA_FOLDER OUT.png [COUNT] [SEED]`
#![cfg(feature = "train")]

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use image::{GrayImage, Luma, imageops};
use longhand::imaging::normalize;
use longhand::synthesis::{LineSynthesizer, SynthesisSources, Weighted};
use rayon::prelude::*;

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().without_time().with_ansi(false).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let data = Path::new(arguments.first().context("no data folder given")?);
    let out = Path::new(arguments.get(1).context("no output given")?);
    let count: u64 = arguments.get(2).map_or(Ok(40), |n| n.parse())?;
    let seed = arguments.get(3).map_or(Ok(1), |n| n.parse())?;
    let weight = |i: usize| arguments.get(4 + i).and_then(|w| w.parse().ok()).unwrap_or(1.0);
    let mut texts: Vec<_> = std::fs::read_dir(data.join("text"))?.filter_map(|e| Some(e.ok()?.path())).collect();
    texts.retain(|path| path.extension().is_some_and(|e| e == "xz"));
    texts.sort();
    let sources = SynthesisSources {
        ink_lines: vec![Weighted::new(data.join("strokes/iam-ondb.jsonl.gz"), weight(0))],
        ink_samples: vec![Weighted::new(data.join("strokes/writepad-en.jsonl.gz"), weight(1))],
        fonts: vec![
            Weighted::new(data.join("fonts"), weight(2)),
            Weighted::new(data.join("single-line-fonts"), weight(3)),
        ],
        texts: texts.into_iter().map(|path| Weighted::new(path, 1.0)).collect(),
    };
    let start = Instant::now();
    let synthesizer = LineSynthesizer::new(&sources, seed)?;
    let loaded = start.elapsed().as_secs_f32();
    let start = Instant::now();
    let n_timed = 1000u64;
    let pixels: usize =
        (0..n_timed).into_par_iter().map(|i| synthesizer.line(1_000_000 + i).image.pixels.as_raw().len()).sum();
    let rate = n_timed as f32 / start.elapsed().as_secs_f32();
    tracing::info!("read in {loaded:.1} s, {rate:.0} lines a second, {} pixels a line", pixels / 1000);
    let lines: Vec<_> = (0..count).map(|i| synthesizer.line(i)).collect();
    let mut sheet = GrayImage::from_pixel(2400, 84 * count as u32, Luma([255]));
    for (i, line) in lines.iter().enumerate() {
        tracing::info!("{i} {:?} {}", line.image.pixels.dimensions(), line.text);
        let scale = (80.0f32 / line.image.pixels.height() as f32).min(1180.0 / line.image.pixels.width() as f32);
        let small = imageops::resize(
            &line.image.pixels,
            (line.image.pixels.width() as f32 * scale) as u32,
            (line.image.pixels.height() as f32 * scale) as u32,
            imageops::FilterType::Triangle,
        );
        imageops::overlay(&mut sheet, &small, 0, 84 * i as i64);
        imageops::overlay(&mut sheet, &GrayImage::from(&normalize(&line.image)), 1200, 84 * i as i64 + 10);
    }
    sheet.save(out)?;
    Ok(())
}
