//! `longhand recognize`: whole pages to text.

use std::{ops::ControlFlow, path::PathBuf};

use clap::Args;

use super::{
    Outcome,
    inputs::{expand_folders, page_name, pages_of},
    options::{DecoderChoice, ModelOptions, OutputFormat, Threads},
    output::{Answers, complain},
    page_json::{PageJson, PagesJson, ReadPageJson},
};
use crate::{
    imaging::{PageAdjustments, PageImage, propose_corners},
    page::Page,
    recognition::{PageEvent, PageReader, PageTimings},
};

/// Read whole pages: photos and scans of handwriting.
///
/// Text comes out in reading order, a line of writing a line, with an empty line between pages. JSON gives
/// {"pages":[{"file","width","height","timings","lines"}]}: for every line its id, text, confidence (0 to 1), box
/// [x0,y0,x1,y1], outline, baseline and milliseconds, in pixels of the upright page; its words with their confidences; and
/// what else some words may be, by their characters' places in the text. Pages of a file with several also
/// have their "page", from 1. A folder stands for the files in it. What cannot be read is complained about, in JSON also
/// as {"file","error"}; the others are read.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand recognize notes.jpg > notes.txt
  longhand recognize --straighten whiteboard.jpg
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
    /// Cut out the sheet or board that a photo shows, where one stands out, and set it straight before it is read. Places
    /// in JSON stay those in the photo.
    #[arg(long)]
    straighten: bool,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC), PDFs, and folders of them.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Recognize {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let reader = self.model.reader(self.threads, self.decoder)?;
        let (files, mut outcome) = expand_folders(&self.files);
        let mut answers = Answers::new();
        let mut json = PagesJson::default();
        let mut gap = "";
        for file in &files {
            let mut broken = Vec::new();
            let mut on_broken = |number, reason: &str| broken.push(PageJson::broken(file, number, reason));
            let mut read = Vec::new();
            for (number, decode_ms, image) in pages_of(file, &mut on_broken) {
                let name = page_name(file, number);
                let (page, timings, page_outcome) = if self.straighten {
                    read_straightened(&reader, &name, &image)
                } else {
                    read_page(&reader, &name, &image)
                };
                outcome = outcome.and(page_outcome);
                if self.format == OutputFormat::Json {
                    read.push(PageJson::Read(ReadPageJson::new(file, number, &page, decode_ms, timings, true)));
                } else if !page.lines.is_empty() {
                    answers.line(&format!("{gap}{}", page.text()))?;
                    gap = "\n";
                }
            }
            if !broken.is_empty() {
                outcome = Outcome::Incomplete;
            }
            json.add(read, broken);
        }
        if self.format == OutputFormat::Json {
            answers.json(&json)?;
        }
        Ok(outcome)
    }
}

/// Reads what the proposed corners cut out. Lines are told where they are in the photo.
fn read_straightened(reader: &PageReader, name: &str, image: &PageImage) -> (Page, PageTimings, Outcome) {
    let size = (image.width(), image.height());
    let adjustments = PageAdjustments { corners: propose_corners(image), ..PageAdjustments::default() };
    if adjustments.keeps_geometry() {
        return read_page(reader, name, image);
    }
    let (page, timings, outcome) = read_page(reader, name, &adjustments.apply(image));
    let lines = page.lines.iter().map(|line| line.moved(|point| adjustments.to_original(size, point))).collect();
    (Page { width: size.0, height: size.1, lines }, timings, outcome)
}

pub(super) fn read_page(reader: &PageReader, name: &str, image: &PageImage) -> (Page, PageTimings, Outcome) {
    let mut outcome = Outcome::Complete;
    let (page, timings) = reader.read(image, &mut |event| {
        if let PageEvent::LineFailed { id, reason } = event {
            complain(&format!("line {} of {name}: {reason}", id.0));
            outcome = Outcome::Incomplete;
        }
        ControlFlow::Continue(())
    });
    if page.lines.is_empty() {
        complain(&format!("{name} has no writing that Longhand can find"));
    }
    (page, timings, outcome)
}
