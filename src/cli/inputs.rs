//! The input files of a command.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use super::{outcome::Outcome, output::complain};
use crate::{
    imaging::{ImageError, PageFile, PageImage},
    storage::page_files_in,
};

/// `paths` with every folder replaced by the page files in it, sorted by name; subfolders are skipped. A folder that
/// cannot be read, or has no image, is reported on standard error.
pub(super) fn expand_folders(paths: &[PathBuf]) -> (Vec<PathBuf>, Outcome) {
    let mut outcome = Outcome::Complete;
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        match page_files_in(path) {
            Ok(images) if images.is_empty() => {
                complain(&format!("{} has no images in it", path.display()));
                outcome = Outcome::Incomplete;
            }
            Ok(images) => files.extend(images),
            Err(error) => {
                complain(&format!("cannot read the folder {}: {error}", path.display()));
                outcome = Outcome::Incomplete;
            }
        }
    }
    (files, outcome)
}

/// The pages of a file, decoded one at a time: page number (from 1, `None` in a file of one page), milliseconds, page.
/// Errors are reported on standard error and to `on_broken`.
pub(super) fn pages_of<'a>(
    file: &'a Path,
    on_broken: &'a mut dyn FnMut(Option<usize>, &str),
) -> impl Iterator<Item = (Option<usize>, f32, PageImage)> + 'a {
    let started = Instant::now();
    let opened = PageFile::open(file);
    let mut open_ms = started.elapsed().as_secs_f32() * 1e3;
    let mut report = move |number: Option<usize>, error: &ImageError| {
        let reason = error.to_string();
        complain(&reason);
        on_broken(number, &reason);
    };
    let pages = match opened {
        Ok(pages) => Some(pages),
        Err(error) => {
            report(None, &error);
            None
        }
    };
    let n_pages = pages.as_ref().map_or(0, PageFile::n_pages);
    (0..n_pages).filter_map(move |index| {
        let number = (n_pages > 1).then_some(index + 1);
        let started = Instant::now();
        let page = pages.as_ref()?.page(index).map_err(|error| report(number, &error)).ok()?;
        // The time of opening the file counts for the first page.
        Some((number, std::mem::take(&mut open_ms) + started.elapsed().as_secs_f32() * 1e3, page))
    })
}

/// The name of a page in messages.
pub(super) fn page_name(file: &Path, number: Option<usize>) -> String {
    let file = file.display();
    number.map_or_else(|| file.to_string(), |number| format!("page {number} of {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_stands_for_its_images_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.PNG", "a.jpg", "notes.txt", ".hidden.png"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("c.png")).unwrap();
        let (files, outcome) = expand_folders(&[PathBuf::from("given.txt"), folder.path().to_owned()]);
        assert_eq!(files, [PathBuf::from("given.txt"), folder.path().join("a.jpg"), folder.path().join("b.PNG")]);
        assert_eq!(outcome, Outcome::Complete);
        let (files, outcome) = expand_folders(&[folder.path().join("c.png")]);
        assert!(files.is_empty());
        assert_eq!(outcome, Outcome::Incomplete);
    }
}
