//! Writes a contact sheet of synthetic lines and measures how fast they are made.
//!
//! `synthesize DATA_FOLDER OUT.png [COUNT] [SEED]`; with `KIND=lines|samples|fonts` in the environment only that kind,
//! with `REAL=LIST.tsv` a sheet of the real lines in that list.

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use longhand::imaging::{LineImage, normalize};
use longhand::synthesis::{LineSynthesizer, SynthesisSources, SyntheticLine, contact_sheet};
use rayon::prelude::*;

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().without_time().with_ansi(false).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let data = Path::new(arguments.first().context("no data folder given")?);
    let out = Path::new(arguments.get(1).context("no output given")?);
    let count: u64 = arguments.get(2).map_or(Ok(40), |n| n.parse())?;
    let seed: u64 = arguments.get(3).map_or(Ok(1), |n| n.parse())?;
    let lines: Vec<SyntheticLine> = match std::env::var("REAL") {
        Ok(folder) => real_lines(Path::new(&folder), count as usize, seed)?,
        Err(_) => synthetic_lines(data, count, seed)?,
    };
    statistics(&lines);
    contact_sheet(&lines[..lines.len().min(count as usize)], 2).save(out)?;
    Ok(())
}

fn synthetic_lines(data: &Path, count: u64, seed: u64) -> anyhow::Result<Vec<SyntheticLine>> {
    let mut sources = SynthesisSources::in_folder(data)?;
    let kind = std::env::var("KIND").unwrap_or_default();
    if !kind.is_empty() {
        sources.ink_lines.retain(|_| kind == "lines");
        sources.ink_samples.retain(|_| kind == "samples");
        sources.fonts.retain(|_| kind == "fonts");
    }
    let start = Instant::now();
    let synthesizer = LineSynthesizer::new(&sources, seed)?;
    let loaded = start.elapsed().as_secs_f32();
    let start = Instant::now();
    let n = count.max(1000);
    let lines: Vec<SyntheticLine> = (0..n).into_par_iter().map(|i| synthesizer.line(i)).collect();
    tracing::info!("read in {loaded:.1} s, {:.0} lines a second", n as f32 / start.elapsed().as_secs_f32());
    Ok(lines)
}

/// Lines of a list: file, writer, segmentation, text, parted by tabs, below a heading.
fn real_lines(list: &Path, count: usize, seed: u64) -> anyhow::Result<Vec<SyntheticLine>> {
    let folder = list.parent().context("the list lies in no folder")?;
    let table = std::fs::read_to_string(list)?;
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|row| row.split('\t').collect()).collect();
    (0..count.max(1000))
        .map(|i| {
            let row = &rows[(i * 7919 + seed as usize * 104_729) % rows.len()];
            let (file, text) = (row.first().context("no file")?, row.get(3).context("no text")?);
            Ok(SyntheticLine {
                image: LineImage::from_image(&image::open(folder.join(file))?),
                text: (*text).to_owned(),
            })
        })
        .collect()
}

/// What the networks see, in numbers: 10 %, 50 % and 90 % quantiles.
fn statistics(lines: &[SyntheticLine]) {
    let count = |c: char| lines.iter().map(|line| line.text.matches(c).count()).sum::<usize>();
    let mut counts: Vec<(usize, char)> = (' '..='~').map(|c| (count(c), c)).collect();
    counts.sort_unstable();
    tracing::info!("rarest characters: {:?}", &counts[..20]);
    let mut table: Vec<(&str, Vec<f32>)> =
        ["ink coverage %", "stroke width px", "width px", "px a character", "grey part of ink %"]
            .map(|n| (n, Vec::new()))
            .into();
    for line in lines {
        let input = normalize(&line.image);
        let dark = |x: usize, y: usize| input.pixels[y * input.width + x] >= 128;
        let area = input.pixels.iter().filter(|&&p| p >= 128).count() as f32;
        let grey = input.pixels.iter().filter(|&&p| (40..128).contains(&p)).count() as f32;
        let edges = (1..64).flat_map(|y| (1..input.width).map(move |x| (x, y)));
        let perimeter: usize = edges
            .map(|(x, y)| usize::from(dark(x, y) != dark(x - 1, y)) + usize::from(dark(x, y) != dark(x, y - 1)))
            .sum();
        let values = [
            100.0 * area / input.pixels.len() as f32,
            2.54 * area / perimeter.max(1) as f32,
            input.width as f32,
            input.width as f32 / line.text.len() as f32,
            100.0 * grey / (area + grey).max(1.0),
        ];
        for (column, value) in table.iter_mut().zip(values) {
            column.1.push(value);
        }
    }
    for (name, values) in &mut table {
        values.sort_by(f32::total_cmp);
        let at = |part: f32| values[((values.len() - 1) as f32 * part) as usize];
        tracing::info!("{name}: {:.2} {:.2} {:.2}", at(0.1), at(0.5), at(0.9));
    }
}
