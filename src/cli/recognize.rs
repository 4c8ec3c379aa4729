//! `longhand recognize`: whole pages to text.

use std::path::PathBuf;

use clap::Args;

use super::{
    inputs::{expand_folders, page_name, pages_of},
    options::OutputFormat,
    outcome::Outcome,
    output::Answers,
    page_json,
    page_reading::{PageReading, ReadPage},
};
use crate::formats::PagesJson;

/// Read whole pages: photos and scans of handwriting.
///
/// Text comes out in reading order, a line of writing a line, with an empty line between pages. JSON gives
/// {"pages":[{"file","width","height","timings","lines"}]}: for every line its id, text, confidence (0 to 1), box
/// `[x0,y0,x1,y1]`, outline, baseline and milliseconds, in pixels of the upright page; its words with their
/// confidences; and what else some words may be, by their characters' places in the text; of an item of a list the kind
/// and box of its marker. Pages of a file with several also have their "page", from 1. A folder stands for the files in
/// it. Of PAGE XML and ALTO with their pictures beside them only the lines without text are read. What cannot be read
/// is complained about, in JSON also as {"file","error"}; the others are read.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand recognize notes.jpg > notes.txt
  longhand recognize --straighten whiteboard.jpg
  curl https://example.org/notes.jpg | longhand recognize -
  longhand recognize --adapt letter-1.jpg letter-2.jpg
  longhand recognize --format json --threads 2 scans/ > scans.json")]
pub(super) struct Recognize {
    #[command(flatten)]
    reading: PageReading,
    /// Text, or JSON with the place of every line.
    #[arg(long, value_enum, default_value_t = OutputFormat::Txt)]
    format: OutputFormat,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC, JPEG 2000), PDFs, folders of them, and - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Recognize {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let (files, mut outcome) = expand_folders(&self.files);
        let readers = self.reading.readers(&files)?;
        let mut answers = Answers::new();
        let mut json = PagesJson::default();
        let mut gap = "";
        for file in &files {
            let mut broken = Vec::new();
            let mut on_broken = |number, reason: &str| broken.push(page_json::broken(file, number, reason));
            let (mut read, mut unread) = (Vec::new(), Vec::new());
            for input in pages_of(file, &mut on_broken) {
                let (number, decode_ms) = (input.number, input.decode_ms);
                outcome = outcome.and(input.outcome);
                let ReadPage { page, timings, outcome: of_page } =
                    match self.reading.read(&readers, &page_name(file, number), &input) {
                        Ok(read) => read,
                        Err(reason) => {
                            unread.push(page_json::broken(file, number, &reason));
                            continue;
                        }
                    };
                outcome = outcome.and(of_page);
                if self.format == OutputFormat::Json {
                    read.push(page_json::read(file, number, &page, decode_ms, timings, true));
                } else if !page.lines.is_empty() {
                    answers.line(&format!("{gap}{}", page.text()))?;
                    gap = "\n";
                }
            }
            broken.append(&mut unread);
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
