//! Searchable PDF: the page's picture, or the strokes of a sheet, with its words as invisible text on the ink; PDF/A-2b
//! where the pages allow it. Written; PDF files are opened by [`PageFile`](crate::imaging::PageFile).

mod archive;
mod ink;
mod picture;
mod unicode_font;
mod words;

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, TextStr};

use self::{
    archive::{ArchiveObjects, Description, identify, write_catalog},
    picture::{PICTURE, write_picture},
    unicode_font::UnicodeFont,
    words::{FONT, UNICODE_FONT, write_words},
};
use super::{
    error::ExportError,
    export::{ExportedPage, PagePicture},
};

/// The longer side of a page whose file tells no size, in points: that of A4.
const LONGER_SIDE: f32 = 842.0;

/// What stands as the producer in the files; by its beginning they are recognized.
const PRODUCER: &str = concat!("Longhand ", env!("CARGO_PKG_VERSION"));
/// The beginning of the producer's entry, as `pdf_writer` writes it.
const PRODUCER_ENTRY: &[u8] = b"/Producer (Longhand ";
/// The language of the text, for screen readers.
const LANGUAGE: &str = "en";
const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const COURIER: Ref = Ref::new(3);
const INFO: Ref = Ref::new(4);
const ARCHIVE: ArchiveObjects = ArchiveObjects { metadata: Ref::new(5), color_profile: Ref::new(6) };
const UNICODE: Ref = Ref::new(7);
const FIRST_FREE: Ref = Ref::new(8);

/// Whether a PDF that begins with `head` was written by this program.
pub fn is_own_pdf(head: &[u8]) -> bool {
    head.windows(PRODUCER_ENTRY.len()).any(|bytes| bytes == PRODUCER_ENTRY)
}

/// A PDF written page by page, so that only one page's pixels are in memory at a time.
pub struct PdfBook {
    pdf: Pdf,
    pages: Vec<Ref>,
    next: Ref,
    /// The name of the first page's file, when the file's description is written. It stands before the first page: own
    /// files are recognized by it.
    title: Option<String>,
    unicode: UnicodeFont,
    /// Whether all pages keep the rules of PDF/A-2b.
    is_archival: bool,
}

impl Default for PdfBook {
    fn default() -> Self {
        let mut pdf = Pdf::new();
        let mut font = pdf.type1_font(COURIER);
        font.base_font(Name(b"Courier")).encoding_predefined(Name(b"WinAnsiEncoding"));
        font.finish();
        Self {
            pdf,
            pages: Vec::new(),
            next: FIRST_FREE,
            title: None,
            unicode: UnicodeFont::default(),
            is_archival: true,
        }
    }
}

impl PdfBook {
    /// Adds a page with its picture, or its ink, of the size that its file tells, and turned so that its writing is
    /// upright; the page's lines are in the picture's pixels.
    pub fn add(&mut self, exported: &ExportedPage<'_>, picture: &PagePicture<'_>) -> Result<(), ExportError> {
        self.describe(exported.name);
        let (width, height) = (picture.pixels.width() as f32, picture.pixels.height() as f32);
        let by_pixels = LONGER_SIDE / width.max(height).max(1.0);
        let size = picture.origin.points.unwrap_or([width * by_pixels, height * by_pixels]);
        let scale = [size[0] / width.max(1.0), size[1] / height.max(1.0)];
        let [page_id, content_id] = [self.next.bump(), self.next.bump()];
        let written = write_picture(&mut self.pdf, &mut self.next, exported.name, picture, size)?;
        self.is_archival &= written.is_archival();
        let mut content = Content::new();
        written.draw(&mut content, scale, size[1]);
        write_words(&mut content, &mut self.unicode, exported.page, scale, size[1]);
        let content = content.finish();

        self.pages.push(page_id);
        let mut page = self.pdf.page(page_id);
        page.parent(PAGES).media_box(Rect::new(0.0, 0.0, size[0], size[1])).contents(content_id);
        page.rotate(exported.page.turn() as i32);
        let mut resources = page.resources();
        if let Some(id) = written.object() {
            resources.x_objects().pair(PICTURE, id);
        }
        let mut fonts = resources.fonts();
        fonts.pair(FONT, COURIER);
        if !self.unicode.is_empty() {
            fonts.pair(UNICODE_FONT, UNICODE);
        }
        fonts.finish();
        resources.finish();
        page.finish();
        self.pdf.stream(content_id, &content);
        Ok(())
    }

    /// Writes the file's description with the name of its first page's file as title, once.
    fn describe(&mut self, title: &str) {
        if self.title.is_none() {
            self.pdf.document_info(INFO).producer(TextStr(PRODUCER)).title(TextStr(title));
            self.title = Some(title.to_owned());
        }
    }

    /// The file's bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.describe("");
        let n_pages = self.pages.len() as i32;
        self.pdf.pages(PAGES).kids(self.pages).count(n_pages);
        self.unicode.write(&mut self.pdf, UNICODE, &mut self.next);
        let title = &self.title.unwrap_or_default();
        let of = Description { title, producer: PRODUCER, language: LANGUAGE, is_archival: self.is_archival };
        write_catalog(&mut self.pdf, CATALOG, PAGES, ARCHIVE, &of);
        identify(&mut self.pdf);
        self.pdf.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_files_are_recognized_by_their_beginning() {
        let bytes = PdfBook::default().finish();
        assert!(is_own_pdf(&bytes[..bytes.len().min(1024)]));
        assert!(!is_own_pdf(b"%PDF-1.4 /Producer (Scanner)"));
    }
}
