//! The input files of a command.

use std::{
    fs::File,
    io::{self, Read as _},
    ops::Range,
    path::{Path, PathBuf},
    rc::Rc,
    sync::OnceLock,
    time::Instant,
};

use super::{outcome::Outcome, output::complain};
use crate::{
    formats::{DescribedPage, is_own_pdf},
    imaging::{ImageDefect, ImageError, PageFile, PageImage, PageOrigin, read_file},
    storage::page_files_in,
};

/// The argument that stands for standard input.
const STANDARD_INPUT: &str = "-";
/// The name of standard input in messages and of its results.
const STANDARD_INPUT_NAME: &str = "standard input";
/// Bytes at a PDF's beginning in which its producer stands, if that is this program.
const OWN_PDF_HEAD_BYTES: u64 = 1024;

/// `paths` with every folder replaced by the page files in it, sorted by name; subfolders are skipped, and so are PDFs
/// that this program wrote, which show pages that are likely to lie beside them. A folder that cannot be read, or has
/// no image, is reported on standard error.
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
            Ok(images) => files.extend(images.into_iter().filter(|image| !is_left_out(image))),
            Err(error) => {
                complain(&format!("cannot read the folder {}: {error}", path.display()));
                outcome = Outcome::Incomplete;
            }
        }
    }
    (files, outcome)
}

/// Whether the file is a PDF that this program wrote.
pub(super) fn is_own_result(path: &Path) -> bool {
    let is_pdf = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"));
    let mut head = Vec::new();
    let mut read_head = || File::open(path)?.take(OWN_PDF_HEAD_BYTES).read_to_end(&mut head);
    // A file that cannot be read is reported when it is opened.
    is_pdf && read_head().is_ok() && is_own_pdf(&head)
}

/// As [`is_own_result`], and reports such a file on standard error.
fn is_left_out(path: &Path) -> bool {
    let is_own = is_own_result(path);
    if is_own {
        complain(&format!("{} was written by Longhand and is left out: name it to have it read", path.display()));
    }
    is_own
}

/// Opens a file of pages, or standard input for `-`.
pub(super) fn open_pages(file: &Path) -> Result<PageFile, ImageError> {
    /// Kept, as adapting reads the pages twice.
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    if file != Path::new(STANDARD_INPUT) {
        return PageFile::open(file);
    }
    let path = Path::new(STANDARD_INPUT_NAME);
    if BYTES.get().is_none() {
        let read = read_file(&mut io::stdin().lock(), path)?;
        BYTES.get_or_init(|| read);
    }
    PageFile::from_bytes(BYTES.get().cloned().unwrap_or_default(), path)
}

/// A file's name without its folder.
pub(super) fn file_name(file: &Path) -> String {
    if file == Path::new(STANDARD_INPUT) {
        return STANDARD_INPUT_NAME.to_owned();
    }
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

/// The page that PAGE XML or ALTO describes with its picture beside it, and that picture's path; `None` for files that
/// are no such descriptions. The error is a sentence.
fn described_page(file: &Path) -> Result<Option<(DescribedPage, PathBuf)>, String> {
    if !file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml")) {
        return Ok(None);
    }
    let in_file = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let described = DescribedPage::open(file).map_err(|error| in_file(&error))?;
    let described = described.ok_or_else(|| in_file(&"it is neither PAGE XML nor ALTO"))?;
    let image = described.image_path(file).map_err(|error| in_file(&error))?;
    Ok(Some((described, image)))
}

/// A decoded page of a file.
pub(super) struct InputPage {
    /// The page as it was described, if the file is a description of it.
    pub(super) described: Option<Rc<DescribedPage>>,
    /// The name of the file of its picture.
    pub(super) picture_name: String,
    /// From 1; `None` in a file of one page.
    pub(super) number: Option<usize>,
    pub(super) decode_ms: f32,
    pub(super) image: PageImage,
    file: Rc<PageFile>,
    index: usize,
    /// Incomplete if pixels are missing.
    pub(super) outcome: Outcome,
}

impl InputPage {
    /// What the page's file holds of it, for a PDF.
    pub(super) fn origin(&self) -> PageOrigin<'_> {
        self.file.origin(self.index)
    }
}

/// A file of pages that was opened.
struct OpenedFile {
    pages: Rc<PageFile>,
    /// Which of them are read.
    indices: Range<usize>,
    described: Option<Rc<DescribedPage>>,
    picture_name: String,
}

/// Opens a file of pages, or the one page that a description has. The error is a sentence.
fn open_described_or_pages(file: &Path) -> Result<OpenedFile, String> {
    let Some((described, image)) = described_page(file)? else {
        let pages = open_pages(file).map_err(|error| error.to_string())?;
        let indices = 0..pages.n_pages();
        return Ok(OpenedFile { pages: Rc::new(pages), indices, described: None, picture_name: file_name(file) });
    };
    let pages = PageFile::open(&image).map_err(|error| error.to_string())?;
    let index = pages.index_numbered(described.number).map_err(|error| error.to_string())?;
    let described = Some(Rc::new(described));
    Ok(OpenedFile { pages: Rc::new(pages), indices: index..index + 1, described, picture_name: file_name(&image) })
}

/// The pages of a file, decoded one at a time; of PAGE XML and ALTO the page that is described. Errors are reported on
/// standard error and to `on_broken`, what is missing of a page that could be decoded on standard error alone.
pub(super) fn pages_of<'a>(
    file: &'a Path,
    on_broken: &'a mut dyn FnMut(Option<usize>, &str),
) -> impl Iterator<Item = InputPage> + 'a {
    let started = Instant::now();
    let opened = open_described_or_pages(file);
    let mut open_ms = started.elapsed().as_secs_f32() * 1e3;
    let mut report = move |number: Option<usize>, reason: &str| {
        complain(reason);
        on_broken(number, reason);
    };
    let opened = opened.map_err(|reason| report(None, &reason)).ok();
    let indices = opened.as_ref().map_or(0..0, |opened| opened.indices.clone());
    indices.filter_map(move |index| {
        let OpenedFile { pages, described, picture_name, .. } = opened.as_ref()?;
        let number = (pages.n_pages() > 1).then_some(index + 1);
        let started = Instant::now();
        let decoded = pages.decode(index).map_err(|error| report(number, &error.to_string())).ok()?;
        if let Some(defect) = decoded.defect {
            complain(&format!("{}: {defect}", page_name(file, number)));
        }
        let is_whole = decoded.defect != Some(ImageDefect::PixelsMissing);
        Some(InputPage {
            described: described.clone(),
            picture_name: picture_name.clone(),
            number,
            // The time of opening the file counts for the first page.
            decode_ms: std::mem::take(&mut open_ms) + started.elapsed().as_secs_f32() * 1e3,
            image: decoded.image,
            file: Rc::clone(pages),
            index,
            outcome: if is_whole { Outcome::Complete } else { Outcome::Incomplete },
        })
    })
}

/// The name of a page in messages.
pub(super) fn page_name(file: &Path, number: Option<usize>) -> String {
    let file =
        if file == Path::new(STANDARD_INPUT) { STANDARD_INPUT_NAME.to_owned() } else { file.display().to_string() };
    number.map_or_else(|| file.clone(), |number| format!("page {number} of {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::PdfBook;
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
        fs::write(folder.path().join("c.pdf"), PdfBook::default().finish()).unwrap();
        assert_eq!(expand_folders(&[folder.path().to_owned()]).0.len(), 2, "its own PDF is no page");
        let (files, outcome) = expand_folders(&[folder.path().join("c.png")]);
        assert!(files.is_empty());
        assert_eq!(outcome, Outcome::Incomplete);
    }
}
