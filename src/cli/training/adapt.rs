//! `--adapt`: before a reader reads some pages, it is adapted to their writer by self-training on its own confident
//! lines.

use std::{ops::ControlFlow, path::PathBuf};

use anyhow::Context as _;

use crate::{
    cli::{inputs::page_name, options::ReaderOptions, output::complain},
    imaging::{PageFile, PageImage},
    recognition::{ModelPackage, PageReader},
    storage::UserLines,
    training::{Adaptation, LabelSource, MIN_READ_LINES, confident_lines},
};

/// Lines of writing after which no further page is read for adaptation: more take time and gain little. No measurement
/// recorded.
const ENOUGH_LINES: usize = 400;

/// The reader of `options` after adaptation to the pseudo-labels that `reader` gives `pages`, each with its name;
/// `None` if the pages have too few lines.
pub(crate) fn adapted(
    options: &ReaderOptions,
    reader: &PageReader,
    pages: impl Iterator<Item = (String, PageImage)>,
) -> anyhow::Result<Option<PageReader>> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder for adaptation")?;
    let lines = UserLines::new(folder.path().join("lines"));
    let mut n_lines = 0;
    for (name, image) in pages {
        let (page, _) = reader.read(&image, &mut |_event| ControlFlow::Continue(()));
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
    Ok(Some(options.reader_for(&ModelPackage::open(&adaptation.package)?)?))
}

/// The pages of `files` with their names, opened one at a time. Files that cannot be opened are skipped; the reading
/// that follows reports them.
pub(crate) fn opened_pages(files: &[PathBuf]) -> impl Iterator<Item = (String, PageImage)> {
    let opened = files.iter().filter_map(|file| Some((file, PageFile::open(file).ok()?)));
    opened.flat_map(|(file, pages)| {
        (0..pages.n_pages()).filter_map(move |index| Some((page_name(file, Some(index + 1)), pages.page(index).ok()?)))
    })
}
