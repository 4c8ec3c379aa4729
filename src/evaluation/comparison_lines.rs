//! The lines for a comparison of models: of a labelled set, or crops of a page.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;

use super::{
    comparison::{ComparisonLine, LinePicture},
    line_set::{LineSet, LineSetError},
};
use crate::{
    imaging::{ImageError, PageImage, crop_line, prepare, segment},
    page::TextLine,
    recognition::ink_labeller,
};

/// Why there are no lines to compare.
#[derive(Debug, Error)]
pub enum ComparisonError {
    /// The labelled set could not be opened.
    #[error(transparent)]
    Set(#[from] LineSetError),
    /// The page could not be opened.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The page has no writing.
    #[error("no lines of writing were found in {}", path.display())]
    NoLines {
        /// The page.
        path: PathBuf,
    },
    /// The folder has several tables.
    #[error("the folder {} holds {} tables (.tsv); name one of them", path.display(), n_tables)]
    SeveralTables {
        /// The folder.
        path: PathBuf,
        /// The number of its tables.
        n_tables: usize,
    },
}

impl ComparisonLine {
    /// The lines at `path`: a labelled set (anything that [`LineSet::open`] opens, or the folder of one table), or a
    /// page image.
    pub fn open(path: &Path) -> Result<Vec<Self>, ComparisonError> {
        let has_ending =
            |ending: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
        if path.is_dir() {
            let table = table_in(path)?;
            return Ok(Self::from_set(&LineSet::open(table.as_deref().unwrap_or(path))?));
        }
        if has_ending("tsv") || has_ending("xml") {
            return Ok(Self::from_set(&LineSet::open(path)?));
        }
        let lines = Self::from_page(&PageImage::open(path)?, &[]);
        if lines.is_empty() { Err(ComparisonError::NoLines { path: path.to_owned() }) } else { Ok(lines) }
    }

    /// The lines of a labelled set.
    pub fn from_set(set: &LineSet) -> Vec<Self> {
        let line = |line: &super::line_set::LabelledLine| Self {
            name: line.file.clone(),
            picture: LinePicture::Labelled(line.clone()),
            truth: Some(line.text.clone()),
        };
        set.lines.iter().map(line).collect()
    }

    /// The lines of a page: the `known` ones, whose corrections are the truth, or without any the lines that
    /// segmentation finds.
    pub fn from_page(image: &PageImage, known: &[TextLine]) -> Vec<Self> {
        let prepared = prepare(image);
        let found = if known.is_empty() { segment(&prepared, ink_labeller()).lines } else { known.to_vec() };
        let line = |(index, line): (usize, &TextLine)| Self {
            name: format!("line {}", index + 1),
            picture: LinePicture::Cut(Arc::new(crop_line(&prepared, line))),
            truth: line.correction.is_some().then(|| line.text_as_seen().to_owned()),
        };
        found.iter().enumerate().map(line).collect()
    }
}

/// The table of a folder, if it has one.
fn table_in(folder: &Path) -> Result<Option<PathBuf>, ComparisonError> {
    let unreadable = |source| LineSetError::Unreadable { path: folder.to_owned(), source };
    let files: Vec<PathBuf> = fs::read_dir(folder).map_err(unreadable)?.flatten().map(|entry| entry.path()).collect();
    let mut tables = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "tsv"));
    match (tables.next(), tables.count()) {
        (table, 0) => Ok(table),
        (_, n_others) => Err(ComparisonError::SeveralTables { path: folder.to_owned(), n_tables: n_others + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_opened_by_its_table_or_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(ComparisonLine::open(folder.path()), Err(ComparisonError::Set(LineSetError::Empty { .. }))));
        let table = folder.path().join("lines.tsv");
        fs::write(&table, "file\ttext\na.png\thello\n").unwrap();
        for path in [folder.path(), &table] {
            let lines = ComparisonLine::open(path).unwrap();
            assert_eq!((lines[0].name.as_str(), lines[0].truth.as_deref()), ("a.png", Some("hello")));
        }
        fs::write(folder.path().join("other.tsv"), "").unwrap();
        assert!(ComparisonLine::open(folder.path()).unwrap_err().to_string().contains("2 tables"));
    }

    #[test]
    fn an_empty_page_has_no_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.png");
        image::GrayImage::from_pixel(300, 200, image::Luma([250])).save(&path).unwrap();
        assert!(matches!(ComparisonLine::open(&path), Err(ComparisonError::NoLines { .. })));
    }
}
