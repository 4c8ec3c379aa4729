//! A page of a file.

use std::path::{Path, PathBuf};

use crate::storage::{ContentHash, PictureKey};

/// A page of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePage {
    pub(crate) path: PathBuf,
    /// From 0.
    pub(crate) index: usize,
    /// Pages of the file in all.
    pub(crate) n_pages: usize,
    /// The hash of the file as it was opened; `None` if it could not be read.
    pub(crate) content: Option<ContentHash>,
    /// A copy of the file inside a project, for when it lies at its path no more.
    pub(crate) inside: Option<InProject>,
}

/// A picture in a project file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InProject {
    pub(crate) project: PathBuf,
    pub(crate) entry: String,
}

impl FilePage {
    /// All pages of the file at `path`.
    pub(crate) fn all(path: &Path, n_pages: usize, content: Option<ContentHash>) -> impl Iterator<Item = Self> + '_ {
        (0..n_pages).map(move |index| Self {
            path: path.to_owned(),
            index,
            n_pages,
            content: content.clone(),
            inside: None,
        })
    }

    /// What its corrections are kept by.
    pub(crate) fn key(&self) -> PictureKey {
        PictureKey { content: self.content.clone(), path: self.path.clone(), index: self.index }
    }

    /// The page's name for the user: the file's name, and the page number if there are several.
    pub(crate) fn name(&self) -> String {
        match self.label() {
            Some(label) => format!("{}, {label}", self.file_name()),
            None => self.file_name(),
        }
    }

    /// The file's name without its folder.
    pub(crate) fn file_name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// Its number, from 1; `None` in a file of one.
    pub(crate) fn number(&self) -> Option<usize> {
        (self.n_pages > 1).then_some(self.index + 1)
    }

    /// Which page it is; `None` in a file of one.
    pub(crate) fn label(&self) -> Option<String> {
        self.number().map(|number| format!("page {number} of {}", self.n_pages))
    }

    /// The proposed path of its text.
    pub(crate) fn text_path(&self) -> PathBuf {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let page = self.number().map(|number| format!(" page {number}")).unwrap_or_default();
        self.path.with_file_name(format!("{stem}{page}.txt"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_several_say_which_they_are() {
        let names = |n_pages| -> Vec<String> {
            FilePage::all(Path::new("/scans/my notes.pdf"), n_pages, None).map(|page| page.name()).collect()
        };
        assert_eq!(names(1), ["my notes.pdf"]);
        assert_eq!(names(2), ["my notes.pdf, page 1 of 2", "my notes.pdf, page 2 of 2"]);
        let texts: Vec<PathBuf> =
            FilePage::all(Path::new("/a/b.c.tif"), 2, None).map(|page| page.text_path()).collect();
        assert_eq!(texts, [Path::new("/a/b.c page 1.txt"), Path::new("/a/b.c page 2.txt")]);
    }
}
