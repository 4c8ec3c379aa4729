//! `longhand recognize`: whole pages to text.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;

use super::{
    Outcome,
    inputs::expand_folders,
    options::{DecoderChoice, ModelOptions, OutputFormat, Threads},
    output::{Answers, complain},
    page_json::{PageJson, PagesJson, ReadPageJson},
};
use crate::{
    imaging::PageImage,
    page::Page,
    recognition::{PageEvent, PageReader, PageTimings},
};

/// Read whole pages: photos and scans of handwriting.
///
/// Text comes out in reading order, a line of writing a line, with an empty line between pages. JSON gives
/// {"pages":[{"file","width","height","timings","lines"}]}: for every line its id, text, confidence (0 to 1), box
/// [x0,y0,x1,y1], outline, baseline and milliseconds, in pixels of the upright page. A folder stands for the images in
/// it. Files that cannot be read are complained about, in JSON also as {"file","error"}; the others are read.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand recognize notes.jpg > notes.txt
  longhand recognize --format json --threads 2 scans/ > scans.json")]
pub(super) struct Recognize {
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    threads: Threads,
    /// How the text is found in what the model gives.
    #[arg(long, value_enum, default_value_t = DecoderChoice::Language)]
    decoder: DecoderChoice,
    /// Text, or JSON with the place of every line.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF) and folders of images.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// A page with the times it took.
struct TimedPage {
    page: Page,
    decode_ms: f32,
    timings: PageTimings,
    outcome: Outcome,
}

impl Recognize {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let reader = self.model.reader(self.threads, self.decoder)?;
        let (files, mut outcome) = expand_folders(&self.files);
        let mut answers = Answers::new();
        let mut json = PagesJson::default();
        let mut is_first = true;
        for file in &files {
            match read_page(&reader, file) {
                Ok(timed) => {
                    outcome = outcome.and(timed.outcome);
                    if self.format == OutputFormat::Json {
                        let page = ReadPageJson::new(file, &timed.page, timed.decode_ms, timed.timings, true);
                        json.pages.push(PageJson::Read(page));
                    } else if !timed.page.lines.is_empty() {
                        let gap = if is_first { "" } else { "\n" };
                        answers.line(&format!("{gap}{}", timed.page.text()))?;
                        is_first = false;
                    }
                }
                Err(reason) => {
                    complain(&reason);
                    outcome = Outcome::Incomplete;
                    json.pages.push(PageJson::broken(file, &reason));
                }
            }
        }
        if self.format == OutputFormat::Json {
            answers.json(&json)?;
        }
        Ok(outcome)
    }
}

fn read_page(reader: &PageReader, file: &Path) -> Result<TimedPage, String> {
    let started = Instant::now();
    let image = PageImage::open(file).map_err(|error| error.to_string())?;
    let decode_ms = started.elapsed().as_secs_f32() * 1e3;
    let mut outcome = Outcome::Complete;
    let (page, timings) = reader.read(&image, &mut |event| {
        if let PageEvent::LineFailed { id, reason } = event {
            complain(&format!("line {} of {}: {reason}", id.0, file.display()));
            outcome = Outcome::Incomplete;
        }
        ControlFlow::Continue(())
    });
    if page.lines.is_empty() {
        complain(&format!("{} has no writing that Longhand can find", file.display()));
    }
    Ok(TimedPage { page, decode_ms, timings, outcome })
}
