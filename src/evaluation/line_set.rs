//! Sets of labelled lines: tables, described pages, line images with text files beside them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    formats::DescribedPage,
    page::{Baseline, Point, natural_spacing},
    storage::read_text_limited,
};

/// The largest table of lines that is read, in bytes: some millions of rows.
const MAX_TABLE_BYTES: u64 = 500_000_000;
/// The largest text beside the image of a line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 1_000_000;

/// Labelled lines.
#[derive(Clone, Debug, PartialEq)]
pub struct LineSet {
    /// The lines, in the set's order.
    pub lines: Vec<LabelledLine>,
}

/// A line image with its true text.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledLine {
    /// The image's name in the set.
    pub file: String,
    /// The image's file: of the line, or of its page.
    pub path: PathBuf,
    /// The true text, naturally spaced.
    pub text: String,
    /// The writer, if the set names one.
    pub writer: Option<String>,
    /// The line's place on the page, if the image shows a whole page.
    pub place: Option<PlaceOnPage>,
}

/// The geometry of a line on its page.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceOnPage {
    /// The page's number in its file, from 1; `None` for the only page of a file.
    pub page: Option<usize>,
    /// The polygon around the line, closed implicitly.
    pub outline: Vec<Point>,
    /// The line that the letters stand on; may be empty.
    pub baseline: Baseline,
    /// Width and height of the coordinate space of both; `None` for the image's own pixels.
    pub page_size: Option<(f32, f32)>,
}

/// Why a set could not be opened.
#[derive(Debug, Error)]
pub enum LineSetError {
    /// The file does not exist or is not text.
    #[error("cannot read the set {}: {source}", path.display())]
    Unreadable {
        /// The table or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A required column is missing.
    #[error("the set {} has no column called \"{column}\" in its first line", path.display())]
    MissingColumn {
        /// The table.
        path: PathBuf,
        /// The column's name.
        column: &'static str,
    },
    /// A row is shorter than the header.
    #[error("line {line} of the set {} has too few columns", path.display())]
    ShortRow {
        /// The table.
        path: PathBuf,
        /// The line, from 1 for the header.
        line: usize,
    },
    /// A page's description or a line's text file is unusable.
    #[error("cannot use {}: {reason}", path.display())]
    BadDescription {
        /// The file.
        path: PathBuf,
        /// The defect, as a clause.
        reason: String,
    },
    /// The set is empty.
    #[error("the set {} has no lines", path.display())]
    Empty {
        /// The table, page or folder.
        path: PathBuf,
    },
}

impl LineSet {
    /// Opens a set of labelled lines; texts get natural spacing, as recognized text has.
    ///
    /// - A table (`.tsv`) with a header and the columns `file` (relative to the table) and `text` among others;
    ///   `writer` is optional.
    /// - A page described in PAGE XML or ALTO (`.xml`), the image beside it or in the folder above: its lines that have
    ///   a text and, where lines are tagged, were written by hand.
    /// - A folder of such descriptions, or else of line images, each with its text beside it (`a.png` with `a.txt` or
    ///   `a.gt.txt`).
    pub fn open(path: &Path) -> Result<Self, LineSetError> {
        let mut set = if path.is_dir() {
            let pages = described_pages_in(path)?;
            if pages.is_empty() { images_with_texts(path)? } else { Self { lines: pages } }
        } else if has_extension(path, "xml") {
            Self { lines: lines_of_page(path)? }
        } else {
            return Self::open_table(path);
        };
        set.lines.retain(|line| !line.text.is_empty());
        set.unless_empty(path)
    }

    /// As [`LineSet::open`], but without requiring labels: in a folder without descriptions, every image is a line.
    pub fn open_without_labels(path: &Path) -> Result<Self, LineSetError> {
        let lines = if path.is_dir() {
            let pages = described_pages_in(path)?;
            if pages.is_empty() {
                images_in(path)?.into_iter().map(|image| line_of_file(&image)).collect()
            } else {
                pages
            }
        } else if has_extension(path, "xml") {
            lines_of_page(path)?
        } else {
            return Self::open_table(path);
        };
        Self { lines }.unless_empty(path)
    }

    fn unless_empty(self, path: &Path) -> Result<Self, LineSetError> {
        if self.lines.is_empty() { Err(LineSetError::Empty { path: path.to_owned() }) } else { Ok(self) }
    }

    fn open_table(path: &Path) -> Result<Self, LineSetError> {
        let table = read_text_limited(path, MAX_TABLE_BYTES).map_err(|source| unreadable(path, source))?;
        let mut rows = table.lines();
        let header: Vec<&str> = rows.next().unwrap_or_default().trim_start_matches('\u{feff}').split('\t').collect();
        let place_of = |column: &str| header.iter().position(|name| name.trim() == column);
        let column = |column: &'static str| {
            place_of(column).ok_or_else(|| LineSetError::MissingColumn { path: path.to_owned(), column })
        };
        let (file_column, text_column, writer_column) = (column("file")?, column("text")?, place_of("writer"));
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut lines = Vec::new();
        for (index, row) in rows.enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let cells: Vec<&str> = row.split('\t').collect();
            let (Some(file), Some(text)) = (cells.get(file_column), cells.get(text_column)) else {
                return Err(LineSetError::ShortRow { path: path.to_owned(), line: index + 2 });
            };
            let writer = writer_column.and_then(|column| cells.get(column)).map(|writer| writer.trim().to_owned());
            lines.push(LabelledLine {
                file: (*file).to_owned(),
                path: folder.join(file),
                text: natural_spacing(text),
                writer: writer.filter(|writer| !writer.is_empty()),
                place: None,
            });
        }
        Self { lines }.unless_empty(path)
    }
}

fn unreadable(path: &Path, source: io::Error) -> LineSetError {
    LineSetError::Unreadable { path: path.to_owned(), source }
}

fn bad(path: &Path, reason: String) -> LineSetError {
    LineSetError::BadDescription { path: path.to_owned(), reason }
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files of a folder, sorted by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, LineSetError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|source| unreadable(folder, source))?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

/// The images of a folder, sorted by name; other files are skipped.
pub fn images_in(folder: &Path) -> Result<Vec<PathBuf>, LineSetError> {
    let mut files = files_in(folder)?;
    files.retain(|path| image::ImageFormat::from_path(path).is_ok());
    Ok(files)
}

/// The lines of the pages that a folder describes. Other XML files, such as METS, are skipped.
fn described_pages_in(folder: &Path) -> Result<Vec<LabelledLine>, LineSetError> {
    let mut lines = Vec::new();
    for path in files_in(folder)?.iter().filter(|path| has_extension(path, "xml")) {
        if let Some(page) = DescribedPage::open(path).map_err(|error| bad(path, error.to_string()))? {
            lines.extend(lines_of(&page, path)?);
        }
    }
    Ok(lines)
}

fn lines_of_page(path: &Path) -> Result<Vec<LabelledLine>, LineSetError> {
    let page = DescribedPage::open(path).map_err(|error| bad(path, error.to_string()))?;
    let page = page.ok_or_else(|| bad(path, "it is neither PAGE XML nor ALTO".to_owned()))?;
    lines_of(&page, path)
}

fn lines_of(page: &DescribedPage, path: &Path) -> Result<Vec<LabelledLine>, LineSetError> {
    let image = page.image_path(path).map_err(|error| bad(path, error.to_string()))?;
    let lines = page.handwritten_lines().filter(|line| line.outline.len() > 2).enumerate();
    let labelled = lines.map(|(index, line)| LabelledLine {
        file: format!("{}, line {}", file_name(path), index + 1),
        path: image.clone(),
        text: natural_spacing(&line.text),
        writer: None,
        place: Some(PlaceOnPage {
            page: page.number,
            outline: line.outline.clone(),
            baseline: line.baseline.clone(),
            page_size: page.size.filter(|(width, height)| *width > 0.0 && *height > 0.0),
        }),
    });
    Ok(labelled.collect())
}

fn line_of_file(image: &Path) -> LabelledLine {
    LabelledLine { file: file_name(image), path: image.to_owned(), text: String::new(), writer: None, place: None }
}

/// The line images that have a text file beside them.
fn images_with_texts(folder: &Path) -> Result<LineSet, LineSetError> {
    let mut lines = Vec::new();
    for image in images_in(folder)? {
        let texts = ["gt.txt", "txt"].map(|extension| image.with_extension(extension));
        let Some(path) = texts.into_iter().find(|path| path.is_file()) else { continue };
        let text = read_text_limited(&path, MAX_LINE_BYTES).map_err(|source| unreadable(&path, source))?;
        let text = text.trim_start_matches('\u{feff}').trim();
        let n_rows = text.lines().count();
        if n_rows > 1 {
            return Err(bad(&path, format!("it has {n_rows} rows of text, and an image of a line has one")));
        }
        lines.push(LabelledLine { text: natural_spacing(text), ..line_of_file(&image) });
    }
    Ok(LineSet { lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::line_opener::LineOpener;
    use image::{GrayImage, Luma};

    fn set(text: &str) -> Result<LineSet, LineSetError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("set.tsv");
        fs::write(&path, text).unwrap();
        LineSet::open(&path)
    }

    #[test]
    fn columns_are_found_by_name_and_texts_spaced_naturally() {
        let set =
            set("writer\ttext\tfile\r\nw1\tHe said \" no \" .\ta.png\r\n\r\nw2\tpresto !\tsub/b.png\r\n").unwrap();
        let texts: Vec<_> = set.lines.iter().map(|line| (line.file.as_str(), line.text.as_str())).collect();
        assert_eq!(texts, [("a.png", "He said \"no\"."), ("sub/b.png", "presto!")]);
        assert!(set.lines[1].path.ends_with("sub/b.png"));
        assert_eq!(set.lines[1].writer.as_deref(), Some("w2"));
    }

    #[test]
    fn a_bad_table_is_refused_with_its_name() {
        for (text, reason) in [
            ("", "has no column called \"file\""),
            ("file\tlabel\na.png\tx\n", "has no column called \"text\""),
            ("file\ttext\na.png\tx\nb.png\n", "line 3 of the set"),
            ("file\ttext\n", "has no lines"),
        ] {
            let error = set(text).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("set.tsv"), "{error}");
        }
        assert!(LineSet::open(Path::new("nowhere.tsv")).unwrap_err().to_string().contains("nowhere.tsv"));
    }

    /// A page of 200 × 100 pixels with two strokes of 40 pixels, at rows 30 and 70.
    fn save_page(path: &Path) {
        let mut page = GrayImage::from_pixel(200, 100, Luma([250]));
        for x in 20..60 {
            for y in (28..32).chain(68..72) {
                page.put_pixel(x, y, Luma([20]));
            }
        }
        page.save(path).unwrap();
    }

    #[test]
    fn lines_are_cut_from_described_pages() {
        let folder = tempfile::tempdir().unwrap();
        save_page(&folder.path().join("page.png"));
        // The description has twice the image's size; the second line has no text, the third is printed.
        let line = |y: u32, production: &str, text: &str| {
            let (top, bottom) = (y - 20, y + 20);
            format!(
                "<TextLine production='{production}'><Coords points='20,{top} 180,{top} 180,{bottom} 20,{bottom}'/>\
                 <TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
            )
        };
        let lines = [line(60, "handwritten", "a stroke !"), line(140, "handwritten", ""), line(100, "printed", "x")];
        let xml = format!(
            "<PcGts><Page imageFilename='page.png' imageWidth='400' imageHeight='200'>\
             <TextRegion>{}</TextRegion></Page></PcGts>",
            lines.concat()
        );
        fs::create_dir(folder.path().join("page")).unwrap();
        let path = folder.path().join("page/page.xml");
        fs::write(&path, xml).unwrap();
        for set in [&path, &folder.path().join("page")] {
            let set = LineSet::open(set).unwrap();
            let [line] = &set.lines[..] else { panic!("{set:?}") };
            assert_eq!((line.text.as_str(), line.file.as_str()), ("a stroke!", "page.xml, line 1"));
            let image = LineOpener::default().open(line).unwrap().pixels;
            assert_eq!(image.dimensions(), (80, 20));
            assert!(image.get_pixel(30, 10).0[0] < 60 && image.get_pixel(70, 10).0[0] > 200);
        }
        assert_eq!(LineSet::open_without_labels(&path).unwrap().lines.len(), 2);

        fs::remove_file(folder.path().join("page.png")).unwrap();
        let error = LineSet::open(&path).unwrap_err().to_string();
        assert!(error.contains("page.xml") && error.contains("page.png"), "{error}");
    }

    #[test]
    fn images_in_a_folder_have_their_texts_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.png", "a.png", "unlabelled.png"] {
            save_page(&folder.path().join(name));
        }
        fs::write(folder.path().join("a.gt.txt"), "first\n").unwrap();
        fs::write(folder.path().join("b.txt"), "second").unwrap();
        let files = |set: LineSet| set.lines.into_iter().map(|line| (line.file, line.text)).collect::<Vec<_>>();
        let labelled = files(LineSet::open(folder.path()).unwrap());
        assert_eq!(labelled, [("a.png", "first"), ("b.png", "second")].map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(files(LineSet::open_without_labels(folder.path()).unwrap()).len(), 3);

        fs::write(folder.path().join("b.txt"), "two\nrows").unwrap();
        let error = LineSet::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("b.txt") && error.contains("rows"), "{error}");
        let empty = tempfile::tempdir().unwrap();
        assert!(LineSet::open(empty.path()).unwrap_err().to_string().contains("has no lines"));
    }
}
