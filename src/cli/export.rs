//! `longhand export`: reads pages and writes them as PDF, DOCX, Markdown, text, PAGE XML, ALTO, hOCR, JSON or pictures.

use std::{
    borrow::Cow,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use image::{DynamicImage, ImageFormat};

use super::{
    inputs::{InputPage, expand_folders, file_name, page_name, pages_of},
    outcome::Outcome,
    output::{Answers, complained},
    page_reading::{PageReading, ReadPage, Readers, guarded},
    results::{NameOf, Results, result_names},
};
use crate::{
    formats::{ExportFormat, ExportedPage, LineBreaks, PagePicture, PdfBook, document, document_bytes},
    imaging::{PageImage, PageOrigin, prepare},
};

/// Read pages and write them as searchable PDF, Word, Markdown, text, PAGE XML, ALTO, hOCR or JSON.
///
/// Every file becomes one in the folder `--out`, with the same name but for its ending; for PAGE XML, ALTO and
/// pictures, which hold one page, every page of it does. Of files with the same name the results have also their
/// ending, or their folder, or a number. Files that are there already are left as they are, and complained about,
/// unless `--overwrite` is given; those that are read are never replaced. In a PDF the words lie unseen on the ink, to
/// be searched and copied. PAGE XML and ALTO with their pictures beside them are taken as they are: their lines in
/// their order with their text, of which only lines without one are read. The names of the files written come out, a
/// line each. What cannot be read or written is complained about; the others are.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand export --out notes notes.jpg
  longhand export --straighten --out notes photos/
  longhand export --format page-xml --out transcripts scans/")]
pub(super) struct Export {
    #[command(flatten)]
    document: DocumentOptions,
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace files of the same names in the folder.
    #[arg(long)]
    overwrite: bool,
    /// Images (PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC, JPEG 2000), PDFs, folders of them, and - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// How pages are read and what is written of them.
#[derive(Args, Debug)]
pub(super) struct DocumentOptions {
    #[command(flatten)]
    reading: PageReading,
    /// What to write.
    #[arg(long, value_enum, default_value_t = FormatChoice::Pdf)]
    format: FormatChoice,
    /// Join lines to paragraphs in text, Markdown and DOCX.
    #[arg(long)]
    paragraphs: bool,
    /// Write curved quotation marks, long dashes and ellipses in text, Markdown and DOCX.
    #[arg(long)]
    typographic: bool,
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
    #[value(alias = "md")]
    Markdown,
    /// The same for Word and `LibreOffice`.
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

impl Export {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let (files, mut outcome) = expand_folders(&self.files);
        let readers = self.document.readers(&files)?;
        fs::create_dir_all(&self.out).with_context(|| format!("cannot make the folder {}", self.out.display()))?;
        let mut results = Results::new(&self.out, self.overwrite, &files);
        let mut answers = Answers::new();
        for (file, name) in files.iter().zip(result_names(&files, NameOf::Stem)) {
            outcome = outcome.and(self.document.export(file, &name, &readers, &mut results, &mut answers)?);
        }
        Ok(outcome)
    }
}

impl DocumentOptions {
    /// Loads the model, and adapts it to `files` if asked to.
    pub(super) fn readers(&self, files: &[PathBuf]) -> anyhow::Result<Readers> {
        self.reading.readers(files)
    }

    pub(super) fn format(&self) -> ExportFormat {
        self.format.format()
    }

    /// Reads a file and writes its results, called `name`.
    pub(super) fn export(
        &self,
        file: &Path,
        name: &str,
        readers: &Readers,
        results: &mut Results,
        answers: &mut Answers,
    ) -> anyhow::Result<Outcome> {
        let format = self.format();
        if format.is_of_one_page() {
            return self.export_pages(file, name, readers, results, answers);
        }
        // Claimed before the pages are read, so that nobody waits for what is not written.
        let path = results.claim(name, format.ending());
        path.map_or(Ok(Outcome::Incomplete), |path| self.export_book(file, &path, readers, results, answers))
    }

    /// Writes each page of a file as a document of its own.
    fn export_pages(
        &self,
        file: &Path,
        name: &str,
        readers: &Readers,
        results: &mut Results,
        answers: &mut Answers,
    ) -> anyhow::Result<Outcome> {
        let format = self.format.format();
        let mut outcome = Outcome::Complete;
        let mut is_broken = false;
        for input in pages_of(file, &mut |_, _| is_broken = true) {
            let InputPage { number, image, .. } = &input;
            outcome = outcome.and(input.outcome);
            let page = number.map(|number| format!(" page {number}")).unwrap_or_default();
            let Some(path) = results.claim(name, &format!("{page}{}", format.ending())) else {
                outcome = Outcome::Incomplete;
                continue;
            };
            let page_name = page_name(file, *number);
            if format == ExportFormat::Png {
                outcome = outcome.and(match guarded(&page_name, || Ok(self.cleaned(image))).flatten() {
                    Ok(png) => results.write(&path, &png, answers)?,
                    Err(_reported) => Outcome::Incomplete,
                });
                continue;
            }
            let Ok(read) = self.reading.read(readers, &page_name, &input) else {
                outcome = Outcome::Incomplete;
                continue;
            };
            let exported = ExportedPage { name: &input.picture_name, number: *number, page: &read.page };
            let written = results.write(&path, document(&[exported], format)?.as_bytes(), answers)?;
            outcome = outcome.and(read.outcome).and(written);
        }
        Ok(if is_broken { Outcome::Incomplete } else { outcome })
    }

    /// The picture of a page as it is read: paper white, ink dark.
    fn cleaned(&self, image: &PageImage) -> Result<Vec<u8>, String> {
        let mut png = Cursor::new(Vec::new());
        let cleaned = DynamicImage::ImageLuma8(prepare(&self.reading.picture(image)).gray().clone());
        cleaned.write_to(&mut png, ImageFormat::Png).map_err(|error| complained(error.to_string()))?;
        Ok(png.into_inner())
    }

    /// Writes all pages of a file as one document; nothing where it has no page that can be read.
    fn export_book(
        &self,
        file: &Path,
        path: &Path,
        readers: &Readers,
        results: &Results,
        answers: &mut Answers,
    ) -> anyhow::Result<Outcome> {
        let mut name = file_name(file);
        let mut outcome = Outcome::Complete;
        let mut is_broken = false;
        let (mut book, mut pages) = (PdfBook::default(), Vec::new());
        for input in pages_of(file, &mut |_, _| is_broken = true) {
            outcome = outcome.and(input.outcome);
            name.clone_from(&input.picture_name);
            let read = if self.format == FormatChoice::Pdf {
                self.read_into(&mut book, file, &input, readers)
            } else {
                self.reading.read(readers, &page_name(file, input.number), &input)
            };
            let Ok(read) = read else {
                outcome = Outcome::Incomplete;
                continue;
            };
            outcome = outcome.and(read.outcome);
            let is_typeset = self.typographic && self.format.format().has_line_breaks();
            pages.push((input.number, if is_typeset { read.page.typographic() } else { read.page }));
        }
        if is_broken {
            outcome = Outcome::Incomplete;
        }
        if pages.is_empty() {
            return Ok(outcome);
        }
        let exported: Vec<ExportedPage<'_>> =
            pages.iter().map(|(number, page)| ExportedPage { name: &name, number: *number, page }).collect();
        let bytes = if self.format == FormatChoice::Pdf {
            book.finish()
        } else {
            let line_breaks = if self.paragraphs { LineBreaks::Joined } else { LineBreaks::Kept };
            document_bytes(&exported, self.format.format(), line_breaks)?
        };
        Ok(outcome.and(results.write(path, &bytes, answers)?))
    }

    /// Reads a page and adds it to a PDF; a sentence that was reported where it cannot be.
    fn read_into(
        &self,
        book: &mut PdfBook,
        file: &Path,
        input: &InputPage,
        readers: &Readers,
    ) -> Result<ReadPage, String> {
        let page_name = page_name(file, input.number);
        let (read, picture) = self.reading.read_with_picture(readers, &page_name, input)?;
        // A picture that was set straight is none of the file's.
        let is_of_file = matches!(picture, Cow::Borrowed(_));
        let origin = if is_of_file { input.origin() } else { PageOrigin::default() };
        let exported = ExportedPage { name: &input.picture_name, number: input.number, page: &read.page };
        let added = guarded(&page_name, || Ok(book.add(&exported, &PagePicture { pixels: &picture.pixels, origin })))?;
        added.map_err(|error| complained(error.to_string()))?;
        Ok(read)
    }
}
