//! Data sets as normalized lines: labelled sets, recorded ink, and unlabelled lines and pages.

use std::path::Path;

use rayon::prelude::*;

use super::line_cache::CachedLine;
use crate::{
    evaluation::{LabelledLine, LineOpener, LineSet, images_in},
    imaging::{PageFile, crop_line, normalize, prepare, segment},
    synthesis::{RecordedLine, recorded_lines},
    training::error::TrainingError,
};

/// The legible lines of any labelled set that [`LineSet::open`] opens.
pub(crate) fn lines_of_set(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    labelled_lines(&open_set(path)?.lines)
}

pub(crate) fn open_set(path: &Path) -> Result<LineSet, TrainingError> {
    LineSet::open(path).map_err(|error| TrainingError::bad_data(path, error))
}

/// Labelled lines, normalized, without illegible ones.
pub(crate) fn labelled_lines(lines: &[LabelledLine]) -> Result<Vec<CachedLine>, TrainingError> {
    let legible: Vec<&LabelledLine> = lines.iter().filter(|line| is_legible(line)).collect();
    normalized(&legible, |line| line.text.clone())
}

/// Whether the line's label is complete: in IAM's labels, `#` stands for what is illegible.
pub(super) fn is_legible(line: &LabelledLine) -> bool {
    !line.text.contains('#')
}

/// Lines without their text, normalized: those of a set whether labelled or not, or all line images of a folder.
pub(crate) fn lines_without_labels(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    let set = LineSet::open_without_labels(path).map_err(|error| TrainingError::bad_data(path, error))?;
    normalized(&set.lines.iter().collect::<Vec<_>>(), |_line| String::new())
}

/// Opens and normalizes `lines` in parallel. Each thread takes lines in a row, so that most pages are prepared once.
fn normalized(
    lines: &[&LabelledLine],
    text: impl Fn(&LabelledLine) -> String + Sync,
) -> Result<Vec<CachedLine>, TrainingError> {
    let open = |opener: &mut LineOpener, line: &&LabelledLine| {
        let image = opener.open(line).map_err(|error| TrainingError::bad_data(&line.path, error))?;
        Ok(CachedLine::new(normalize(&image), text(line)))
    };
    lines.par_iter().map_init(LineOpener::default, open).collect()
}

/// The lines found on the pages of a folder, or on one page, without their text. Fails if there are none.
pub(crate) fn lines_of_pages(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    let pages = if path.is_dir() {
        images_in(path).map_err(|error| TrainingError::bad_data(path, error))?
    } else {
        vec![path.to_owned()]
    };
    let lines_of_page = |page: &std::path::PathBuf| {
        let file = PageFile::open(page).map_err(|error| TrainingError::bad_data(page, error))?;
        let mut found = Vec::new();
        for index in 0..file.n_pages() {
            let image = file.page(index).map_err(|error| TrainingError::bad_data(page, error))?;
            let prepared = prepare(&image);
            let lines = segment(&prepared).lines.into_iter().map(|line| normalize(&crop_line(&prepared, &line)));
            let inked = lines.filter(|input| !input.is_blank);
            found.extend(inked.map(|input| CachedLine::new(input, String::new())));
        }
        Ok(found)
    };
    let lines = pages.par_iter().map(lines_of_page).collect::<Result<Vec<_>, TrainingError>>()?.concat();
    if lines.is_empty() {
        return Err(TrainingError::bad_data(path, "no lines were found on its pages"));
    }
    Ok(lines)
}

/// The lines of a stroke archive, drawn as they were written.
pub(crate) fn lines_of_strokes(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    let recorded = recorded_lines(path).map_err(|error| TrainingError::bad_data(path, error))?;
    let lines = recorded.into_par_iter();
    Ok(lines.map(|RecordedLine { line, .. }| CachedLine::new(normalize(&line.image), line.text)).collect())
}
