//! `longhand segment`: where the lines of pages are.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;

use super::{
    Outcome,
    inputs::{expand_folders, page_name, pages_of},
    options::OutputFormat,
    output::{Answers, complain, rounded},
    page_json::{PageJson, PagesJson, ReadPageJson},
};
use crate::{
    imaging::{PageImage, prepare, segment},
    page::Page,
    recognition::PageTimings,
};

/// Find the lines of pages without reading them.
///
/// Text gives a row for every line, in reading order, parted by tabs: file (with #page=2 behind it where it has
/// several), id, x0, y0, x1, y1. JSON is as that of `recognize` without text, confidence and milliseconds. Coordinates are in pixels of the upright page.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Example:
  longhand segment --format json notes.jpg > lines.json")]
pub(super) struct Segment {
    /// Rows parted by tabs, or JSON with outlines and baselines.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC), PDFs, and folders of them.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Segment {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let (files, mut outcome) = expand_folders(&self.files);
        let mut answers = Answers::new();
        let mut json = PagesJson::default();
        for file in &files {
            let mut broken = Vec::new();
            let mut on_broken = |number, reason: &str| broken.push(PageJson::broken(file, number, reason));
            let mut found = Vec::new();
            for (number, decode_ms, image) in pages_of(file, &mut on_broken) {
                let (page, timings) = find_lines(&page_name(file, number), &image);
                if self.format == OutputFormat::Json {
                    found.push(PageJson::Read(ReadPageJson::new(file, number, &page, decode_ms, timings, false)));
                } else {
                    write_rows(&mut answers, file, number, &page)?;
                }
            }
            if !broken.is_empty() {
                outcome = Outcome::Incomplete;
            }
            json.add(found, broken);
        }
        if self.format == OutputFormat::Json {
            answers.json(&json)?;
        }
        Ok(outcome)
    }
}

fn find_lines(name: &str, image: &PageImage) -> (Page, PageTimings) {
    let elapsed_ms = |started: Instant| started.elapsed().as_secs_f32() * 1e3;
    let started = Instant::now();
    let prepared = prepare(image);
    let prepare_ms = elapsed_ms(started);
    let started = Instant::now();
    let lines = segment(&prepared).lines;
    let timings = PageTimings { prepare_ms, segment_ms: elapsed_ms(started), recognize_ms: 0.0 };
    if lines.is_empty() {
        complain(&format!("{name} has no writing that Longhand can find"));
    }
    (Page { width: image.width(), height: image.height(), lines }, timings)
}

fn write_rows(answers: &mut Answers, file: &Path, number: Option<usize>, page: &Page) -> std::io::Result<()> {
    // As links into PDFs name their pages.
    let fragment = number.map(|number| format!("#page={number}")).unwrap_or_default();
    for line in &page.lines {
        let b = line.bounds;
        let [x0, y0, x1, y1] = [b.x0, b.y0, b.x1, b.y1].map(|edge| rounded(edge, 2));
        answers.line(&format!("{}{fragment}\t{}\t{x0}\t{y0}\t{x1}\t{y1}", file.display(), line.id.0))?;
    }
    Ok(())
}
