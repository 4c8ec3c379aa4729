//! `--practise`: a reader gets used to the hand on some pages, by the lines that it reads most surely, before it reads them.

use std::{ops::ControlFlow, path::PathBuf};

use anyhow::Context as _;

use super::{inputs::page_name, options::ReaderOptions, output::complain, page_reading::PageReading};
use crate::{
    imaging::PageFile,
    recognition::{ModelPackage, PageReader},
    storage::OwnLines,
    training::{LEARNING_STEPS, Learning, MIN_READ_LINES, ToldBy, surest_lines},
};

/// Lines of more pages than these are on bring little, and take their time to be read.
const ENOUGH_LINES: usize = 400;

/// The reader after it has practised on what `reader` reads in `files`; `reader` itself where that is too little. What
/// cannot be opened is passed over: the reading that follows tells of it.
pub(super) fn practised(
    reading: &PageReading,
    options: &ReaderOptions,
    reader: PageReader,
    files: &[PathBuf],
) -> anyhow::Result<PageReader> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder to practise in")?;
    let lines = OwnLines::new(folder.path().join("lines"));
    let n_lines = collect(reading, &reader, files, &lines)?;
    if n_lines < MIN_READ_LINES {
        complain(&format!(
            "it takes {MIN_READ_LINES} lines to get used to a hand, and here are {n_lines}: they are read as usual"
        ));
        return Ok(reader);
    }
    let learning = Learning {
        lines: lines.table(),
        told_by: ToldBy::Reader,
        base: options.package()?,
        title: "Practised".to_owned(),
        folder: folder.path().join("run"),
        package: folder.path().join("practised"),
        steps: LEARNING_STEPS,
    };
    learning.run(&|| false, &mut |_event| {})?;
    Ok(options.reader_of(&ModelPackage::open(&learning.package)?)?)
}

/// Reads pages of `files` until there are enough lines, which are counted, and adds the surest to `lines`.
fn collect(reading: &PageReading, reader: &PageReader, files: &[PathBuf], lines: &OwnLines) -> anyhow::Result<usize> {
    let mut n_lines = 0;
    for file in files {
        let Ok(pages) = PageFile::open(file) else { continue };
        for index in 0..pages.n_pages() {
            if n_lines >= ENOUGH_LINES {
                return Ok(n_lines);
            }
            let Ok(image) = pages.page(index) else { continue };
            let picture = reading.picture(&image);
            let (page, _) = reader.read(&picture, &mut |_event| ControlFlow::Continue(()));
            n_lines += page.lines.len();
            lines.add_page(&picture, &surest_lines(&page.lines), &page_name(file, Some(index + 1)))?;
        }
    }
    Ok(n_lines)
}
