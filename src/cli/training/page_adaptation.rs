//! `--adapt`: adapts a reader to the hand of some pages, by the lines that it reads with the highest confidence, before
//! it reads the pages.

use std::{ops::ControlFlow, path::PathBuf};

use anyhow::Context as _;

use crate::{
    cli::{
        inputs::{open_pages, page_name},
        options::ReaderOptions,
        output::complain,
    },
    imaging::PageImage,
    recognition::{ModelPackage, PageReader},
    storage::UserLines,
    training::{Adaptation, LabelSource, MIN_READ_LINES, confident_lines},
};

/// Pages are read until they have this many lines. No measurement is recorded; more lines cost time to read.
const ENOUGH_LINES: usize = 400;

/// `reader`, which `options` name, adapted to the confident half of what it reads on `pages`, each with its name;
/// `None` where these have fewer than [`MIN_READ_LINES`] lines.
pub(crate) fn adapted_to_pages(
    options: &ReaderOptions,
    reader: &PageReader,
    pages: impl Iterator<Item = (String, PageImage)>,
) -> anyhow::Result<Option<PageReader>> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder to adapt in")?;
    let lines = UserLines::new(folder.path().join("lines"));
    let mut n_lines = 0;
    for (name, image) in pages {
        // A page that cannot be read is reported when it is read again.
        let Ok((page, _)) = reader.read(&image, &mut |_event| ControlFlow::Continue(())) else { continue };
        n_lines += page.lines.len();
        lines.add_page(&image, &confident_lines(&page.lines), &name)?;
        if n_lines >= ENOUGH_LINES {
            break;
        }
    }
    if n_lines < MIN_READ_LINES {
        complain(&format!(
            "it takes {MIN_READ_LINES} lines to get used to a hand, and here are {n_lines}: they are read as usual"
        ));
        return Ok(None);
    }
    let adaptation = Adaptation {
        lines: lines.table(),
        label_source: LabelSource::Pseudo,
        base: options.package()?,
        title: "Adapted".to_owned(),
        folder: folder.path().join("run"),
        package: folder.path().join("adapted"),
        steps: LabelSource::Pseudo.steps(),
    };
    adaptation.run(&|| false, &mut |_event| {})?;
    Ok(Some(options.reader_of(&ModelPackage::open(&adaptation.package)?)?))
}

/// The pages of `files` with their names, opened one after the other. Files that cannot be opened are skipped: the
/// reading that follows reports them.
pub(crate) fn opened_pages(files: &[PathBuf]) -> impl Iterator<Item = (String, PageImage)> {
    let opened = files.iter().filter_map(|file| Some((file, open_pages(file).ok()?)));
    opened.flat_map(|(file, pages)| {
        (0..pages.n_pages()).filter_map(move |index| Some((page_name(file, Some(index + 1)), pages.page(index).ok()?)))
    })
}
