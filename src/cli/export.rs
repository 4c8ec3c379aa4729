//! `longhand export`: reads pages and writes them as PDF, PAGE XML, ALTO, hOCR or text.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::{
    inputs::{expand_folders, page_name, pages_of},
    outcome::Outcome,
    output::Answers,
    page_reading::{PageReading, Readers},
};
use crate::{
    formats::{ExportFormat, ExportedPage, LineBreaks, PdfBook, document, document_bytes},
    page::Page,
    storage::write_atomically,
};

/// Read pages and write them as searchable PDF, PAGE XML, ALTO or hOCR.
///
/// Every file becomes one in the folder `--out`, with the same name but for its ending; for PAGE XML and ALTO, which
/// hold one page, every page of it does. In a PDF the words lie unseen on the ink, to be searched and copied. The names
/// of the files written come out, a line each. What cannot be read is complained about; the others are read.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand export --out notes notes.jpg
  longhand export --straighten --out notes photos/
  longhand export --format page-xml --out transcripts scans/")]
pub(super) struct Export {
    #[command(flatten)]
    reading: PageReading,
    /// What to write.
    #[arg(long, value_enum, default_value_t = FormatChoice::Pdf)]
    format: FormatChoice,
    /// The folder to write to; files of the same names in it are replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Join lines to paragraphs in text, Markdown and DOCX.
    #[arg(long)]
    paragraphs: bool,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC), PDFs, and folders of them.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatChoice {
    /// The page's picture with its words, unseen, on the ink.
    Pdf,
    /// PAGE XML of 2019, for Transkribus, eScriptorium and OCR-D.
    PageXml,
    /// ALTO 4.2, for libraries.
    Alto,
    /// HTML with the places of words.
    Hocr,
    /// The text alone.
    Txt,
    /// The text with headings, lists and boxes to tick.
    #[value(name = "markdown", alias = "md")]
    Markdown,
    /// The same for Word and LibreOffice.
    Docx,
    /// Lines, words, places, confidences and alternatives.
    Json,
    /// The cleaned picture, without text.
    Png,
}

impl FormatChoice {
    fn format(self) -> ExportFormat {
        match self {
            Self::Pdf => ExportFormat::Pdf,
            Self::PageXml => ExportFormat::PageXml,
            Self::Alto => ExportFormat::Alto,
            Self::Hocr => ExportFormat::Hocr,
            Self::Txt => ExportFormat::Text,
            Self::Markdown => ExportFormat::Markdown,
            Self::Docx => ExportFormat::Docx,
            Self::Json => ExportFormat::Json,
            Self::Png => ExportFormat::Png,
        }
    }
}

/// The pages of a file after reading.
struct ReadFile {
    /// The pages, with numbers from 1 if the file has several.
    pages: Vec<(Option<usize>, Page)>,
    /// The PDF of all pages; empty for other formats.
    book: PdfBook,
    outcome: Outcome,
}

impl Export {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let (files, mut outcome) = expand_folders(&self.files);
        let readers = self.reading.readers(&files)?;
        fs::create_dir_all(&self.out).with_context(|| format!("cannot make the folder {}", self.out.display()))?;
        let mut answers = Answers::new();
        for file in &files {
            let read = self.read(file, &readers)?;
            outcome = outcome.and(read.outcome);
            for (path, bytes) in self.documents(file, read)? {
                write_atomically(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
                answers.line(&path.display().to_string())?;
            }
        }
        Ok(outcome)
    }

    fn read(&self, file: &Path, readers: &Readers) -> anyhow::Result<ReadFile> {
        let mut read = ReadFile { pages: Vec::new(), book: PdfBook::default(), outcome: Outcome::Complete };
        let mut is_broken = false;
        for (number, _, image) in pages_of(file, &mut |_, _| is_broken = true) {
            let name = page_name(file, number);
            let of_page = if self.format == FormatChoice::Pdf {
                let (of_page, picture) = self.reading.read_with_picture(readers, &name, &image);
                read.book.add(&ExportedPage { name: &name_of(file), page: &of_page.page }, &picture.pixels)?;
                of_page
            } else {
                self.reading.read(readers, &name, &image)
            };
            read.outcome = read.outcome.and(of_page.outcome);
            read.pages.push((number, of_page.page));
        }
        if is_broken {
            read.outcome = Outcome::Incomplete;
        }
        Ok(read)
    }

    /// The files to write for a file, none if it has no page: path and contents.
    fn documents(&self, file: &Path, read: ReadFile) -> anyhow::Result<Vec<(PathBuf, Vec<u8>)>> {
        let ReadFile { pages, book, .. } = read;
        if pages.is_empty() {
            return Ok(Vec::new());
        }
        let format = self.format.format();
        let name = name_of(file);
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let path = |suffix: &str| self.out.join(format!("{stem}{suffix}{}", format.ending()));
        match format {
            ExportFormat::Pdf => Ok(vec![(path(""), book.finish())]),
            ExportFormat::PageXml | ExportFormat::Alto => {
                let of_page = |(number, page): &(Option<usize>, Page)| {
                    let suffix = number.map(|number| format!(" page {number}")).unwrap_or_default();
                    Ok((path(&suffix), document(&[ExportedPage { name: &name, page }], format)?.into_bytes()))
                };
                pages.iter().map(of_page).collect()
            }
            _ => {
                let pages: Vec<ExportedPage<'_>> =
                    pages.iter().map(|(_, page)| ExportedPage { name: &name, page }).collect();
                let line_breaks = if self.paragraphs { LineBreaks::Joined } else { LineBreaks::Kept };
                Ok(vec![(path(""), document_bytes(&pages, format, line_breaks)?)])
            }
        }
    }
}

/// A file's name without its folder.
fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
