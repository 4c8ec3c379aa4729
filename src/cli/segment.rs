//! `longhand segment`: the places of the lines of pages.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Context as _;
use clap::Args;

use super::{
    inputs::{InputPage, expand_folders, page_name, pages_of},
    options::OutputFormat,
    outcome::Outcome,
    output::{Answers, complain, shown},
    page_json,
    page_reading::guarded,
    results::{NameOf, Results, result_names},
    tuning::open_tuning,
};
use crate::{
    formats::PagesJson,
    imaging::{CleanUp, PageImage, PreparedPage, Tuning, crop_line, prepare_tuned, segment_tuned},
    jobs::contain,
    page::{Page, error_rate::rounded},
    recognition::{PageTimings, ink_labeller},
};

/// Find the lines of pages without reading them.
///
/// Text gives a row for every line, in reading order, separated by tabs: file (followed by #page=2 where it has
/// several), id, x0, y0, x1, y1. JSON is that of `recognize` without text and confidence. Coordinates are in pixels of
/// the upright page. With `--crops` each line's image is written as well, as the reader sees it: a page's lines in a
/// new folder named like its file. With `--tuning` the numbers that preparation and line finding decide by are those
/// of a file.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand segment --format json notes.jpg > lines.json
  longhand segment --crops lines notes.jpg    also writes lines/notes.jpg/000.png and so on
  longhand segment --print-tuning > tuning.toml
  longhand segment --tuning tuning.toml notes.jpg")]
pub(super) struct Segment {
    /// Rows separated by tabs, or JSON with outlines and baselines.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// A new folder for the images of the lines, named by their ids.
    #[arg(long, value_name = "DIR")]
    crops: Option<PathBuf>,
    /// A TOML file of numbers that replace the tuned ones.
    #[arg(long, value_name = "FILE")]
    tuning: Option<PathBuf>,
    /// Write the numbers that preparation and line finding decide by, as TOML for `--tuning`, and find no lines.
    #[arg(long)]
    print_tuning: bool,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC, JPEG 2000), PDFs, folders of them, and - for standard input.
    #[arg(value_name = "FILE", required_unless_present = "print_tuning")]
    files: Vec<PathBuf>,
}

impl Segment {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let tuning = open_tuning(self.tuning.as_deref())?;
        let mut answers = Answers::new();
        if self.print_tuning {
            answers.line(tuning.to_toml()?.trim_end())?;
            return Ok(Outcome::Complete);
        }
        let (files, mut outcome) = expand_folders(&self.files);
        let mut crops = self.crops.as_ref().map(|folder| Results::new(folder, false, &files));
        let mut json = PagesJson::default();
        for (file, name) in files.iter().zip(result_names(&files, NameOf::File)) {
            let mut broken = Vec::new();
            let mut on_broken = |number, reason: &str| broken.push(page_json::broken(file, number, reason));
            let (mut found, mut unread) = (Vec::new(), Vec::new());
            for InputPage { number, decode_ms, image, outcome: of_image, .. } in pages_of(file, &mut on_broken) {
                outcome = outcome.and(of_image);
                let page_name = page_name(file, number);
                let lines = guarded(&page_name, || Ok(find_lines(&page_name, &image, &tuning)));
                let (prepared, page, timings) = match lines {
                    Ok(lines) => lines,
                    Err(reason) => {
                        unread.push(page_json::broken(file, number, &reason));
                        continue;
                    }
                };
                if let Some(crops) = &mut crops {
                    let number = number.map(|number| format!(" page {number}")).unwrap_or_default();
                    outcome = outcome.and(write_crops(&crops.path(&name, &number), &prepared, &page));
                }
                if self.format == OutputFormat::Json {
                    found.push(page_json::read(file, number, &page, decode_ms, timings, false));
                } else {
                    write_rows(&mut answers, file, number, &page)?;
                }
            }
            broken.append(&mut unread);
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

fn find_lines(name: &str, image: &PageImage, tuning: &Tuning) -> (PreparedPage, Page, PageTimings) {
    let elapsed_ms = |started: Instant| started.elapsed().as_secs_f32() * 1e3;
    let started = Instant::now();
    let prepared = prepare_tuned(image, CleanUp::Normal, &tuning.prepare);
    let prepare_ms = elapsed_ms(started);
    let started = Instant::now();
    let found = segment_tuned(&prepared, ink_labeller(), &tuning.segment);
    let timings = PageTimings { prepare_ms, segment_ms: elapsed_ms(started), recognize_ms: 0.0 };
    if found.lines.is_empty() {
        complain(&format!("{name} has no writing that Longhand can find"));
    }
    (
        prepared,
        Page { width: image.width(), height: image.height(), lines: found.lines, drawings: found.drawings },
        timings,
    )
}

/// Writes the image of every line; complains where that fails. An existing folder is left as it is.
fn write_crops(folder: &Path, prepared: &PreparedPage, page: &Page) -> Outcome {
    let written = contain(|| try_write_crops(folder, prepared, page)).map_err(anyhow::Error::from).flatten();
    written.map_or_else(
        |error| {
            complain(&format!("{error:#}"));
            Outcome::Incomplete
        },
        |()| Outcome::Complete,
    )
}

fn try_write_crops(folder: &Path, prepared: &PreparedPage, page: &Page) -> anyhow::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    }
    fs::create_dir(folder).with_context(|| format!("cannot make the folder {} for line images", folder.display()))?;
    for line in &page.lines {
        let path = folder.join(format!("{:03}.png", line.id.0));
        crop_line(prepared, line).pixels.save(&path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn write_rows(answers: &mut Answers, file: &Path, number: Option<usize>, page: &Page) -> std::io::Result<()> {
    // The fragment by which links into PDFs name pages.
    let fragment = number.map(|number| format!("#page={number}")).unwrap_or_default();
    for line in &page.lines {
        let b = line.bounds;
        let [x0, y0, x1, y1] = [b.x0, b.y0, b.x1, b.y1].map(|edge| rounded(edge, 2));
        answers.line(&format!("{}{fragment}\t{}\t{x0}\t{y0}\t{x1}\t{y1}", shown(file), line.id.0))?;
    }
    Ok(())
}
