//! Writes composed pages with their truth: `NAME.png` as line finding sees the page, `NAME.ink.png` with the kind of
//! ink of each pixel (0 paper, 1 writing, 2 drawing, 3 struck out), `NAME.json` with its lines.
//!
//! `cargo run --release --example page_set -- OUT --sources FOLDER --count 600 --seed 1` takes its ink, fonts and texts
//! from FOLDER (`strokes/`, `fonts/`, `single-line-fonts/`, `text/`); without it, what the program has inside. With
//! `--photos` the pages are written as they were photographed, `NAME.png` with its lines in `NAME.xml` (PAGE XML), for
//! `longhand evaluate-lines OUT`. `--only sketches` leaves out pages with other contents.
#![expect(clippy::print_stderr, reason = "says how fast it was")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Parser;
use longhand::{
    formats::{ExportFormat, ExportedPage, document},
    page::{Baseline, Page, Point, TextLine},
    synthesis::{ComposedLine, ComposedPage, PageComposer, SynthesisSources, bundled_sources},
};
use rayon::prelude::*;
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// The folder for the pages.
    out: PathBuf,
    /// Folder of ink, fonts and texts.
    #[arg(long, value_name = "FOLDER")]
    sources: Option<PathBuf>,
    /// Number of pages.
    #[arg(long, value_name = "N", default_value_t = 100)]
    count: u64,
    /// Number of the first page.
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u64,
    /// Seed of the random numbers.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Photos with PAGE XML in place of prepared pages.
    #[arg(long)]
    photos: bool,
    /// What the pages hold, as in `content` of their truth: other pages of these numbers are left out.
    #[arg(long, value_name = "CONTENT")]
    only: Option<String>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.out)?;
    let sources = match &arguments.sources {
        Some(folder) => SynthesisSources::in_folder(folder)?,
        None => bundled_sources(&arguments.out.join("sources"))?,
    };
    let composer = PageComposer::new(&sources, arguments.seed)?;
    let start = Instant::now();
    let indices = arguments.first..arguments.first + arguments.count;
    indices.into_par_iter().try_for_each(|index| {
        let page = if arguments.photos { composer.photographed(index) } else { composer.page(index) };
        let name = format!("{}-{index:05}", arguments.seed);
        if arguments.only.as_ref().is_some_and(|only| json!(page.content) != json!(only)) {
            return Ok(());
        }
        let write = if arguments.photos { write_photo } else { write_prepared };
        write(&page, &arguments.out, &name)
    })?;
    eprintln!("{:.2} pages a second", arguments.count as f64 / start.elapsed().as_secs_f64());
    Ok(())
}

fn write_prepared(page: &ComposedPage, folder: &Path, name: &str) -> Result<()> {
    let path = |ending: &str| folder.join(format!("{name}.{ending}"));
    page.gray.save(path("png")).with_context(|| format!("cannot write {name}.png"))?;
    page.ink.save(path("ink.png")).with_context(|| format!("cannot write {name}.ink.png"))?;
    std::fs::write(path("json"), json!({ "content": page.content, "lines": page.lines }).to_string())?;
    Ok(())
}

fn write_photo(photo: &ComposedPage, folder: &Path, name: &str) -> Result<()> {
    let image = format!("{name}.png");
    photo.gray.save(folder.join(&image)).with_context(|| format!("cannot write {image}"))?;
    let (width, height) = photo.gray.dimensions();
    let page = Page { width, height, lines: photo.lines.iter().map(text_line).collect(), ..Page::default() };
    let described = document(&[ExportedPage { name: &image, number: None, page: &page }], ExportFormat::PageXml)?;
    Ok(std::fs::write(folder.join(format!("{name}.xml")), described)?)
}

/// The line with an outline from its ascenders to its descenders.
fn text_line(line: &ComposedLine) -> TextLine {
    let (first, last) = (line.baseline[0], line.baseline[line.baseline.len() - 1]);
    let length = first.distance(last).max(1e-3);
    let up = |heights: f32| {
        let by = heights * line.x_height / length;
        move |p: &Point| Point::new(p.x + by * (last.y - first.y), p.y - by * (last.x - first.x))
    };
    let upper = line.baseline.iter().map(up(1.8));
    let lower = line.baseline.iter().rev().map(up(-0.8));
    TextLine {
        correction: Some(line.text.clone()),
        ..TextLine::within(upper.chain(lower).collect(), Baseline(line.baseline.clone()))
    }
}
