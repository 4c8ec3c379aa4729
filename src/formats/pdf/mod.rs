//! Searchable PDF: the page's picture with its words as invisible text on the ink. Written; PDF files are opened by
//! [`PageFile`](crate::imaging::PageFile).

mod picture;
mod words;

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, TextStr};

use self::{
    picture::{PICTURE, write_picture},
    words::{FONT, write_words},
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
const FIRST_FREE: Ref = Ref::new(5);

/// Whether a PDF that begins with `head` was written by this program.
pub fn is_own_pdf(head: &[u8]) -> bool {
    head.windows(PRODUCER_ENTRY.len()).any(|bytes| bytes == PRODUCER_ENTRY)
}

/// A PDF written page by page, so that only one page's pixels are in memory at a time.
pub struct PdfBook {
    pdf: Pdf,
    pages: Vec<Ref>,
    next: Ref,
    /// Whether the file's description is written. It stands before the first page: own files are recognized by it.
    is_described: bool,
}

impl Default for PdfBook {
    fn default() -> Self {
        let mut pdf = Pdf::new();
        pdf.catalog(CATALOG).pages(PAGES).lang(TextStr(LANGUAGE));
        let mut font = pdf.type1_font(COURIER);
        font.base_font(Name(b"Courier")).encoding_predefined(Name(b"WinAnsiEncoding"));
        font.finish();
        Self { pdf, pages: Vec::new(), next: FIRST_FREE, is_described: false }
    }
}

impl PdfBook {
    /// Adds a page with its picture, of the size that its file tells, and turned so that its writing is upright; the
    /// page's lines are in the picture's pixels.
    pub fn add(&mut self, exported: &ExportedPage<'_>, picture: &PagePicture<'_>) -> Result<(), ExportError> {
        self.describe(exported.name);
        let (width, height) = (picture.pixels.width() as f32, picture.pixels.height() as f32);
        let by_pixels = LONGER_SIDE / width.max(height).max(1.0);
        let size = picture.origin.points.unwrap_or([width * by_pixels, height * by_pixels]);
        let scale = [size[0] / width.max(1.0), size[1] / height.max(1.0)];
        let [page_id, content_id] = [self.next.bump(), self.next.bump()];
        let written = write_picture(&mut self.pdf, &mut self.next, exported.name, picture, size)?;
        self.pages.push(page_id);
        let mut page = self.pdf.page(page_id);
        page.parent(PAGES).media_box(Rect::new(0.0, 0.0, size[0], size[1])).contents(content_id);
        page.rotate(exported.page.turn() as i32);
        let mut resources = page.resources();
        resources.x_objects().pair(PICTURE, written.id);
        resources.fonts().pair(FONT, COURIER);
        resources.finish();
        page.finish();

        let mut content = Content::new();
        written.draw(&mut content);
        write_words(&mut content, exported.page, scale, size[1]);
        self.pdf.stream(content_id, &content.finish());
        Ok(())
    }

    /// Writes the file's description with the name of its first page's file as title, once.
    fn describe(&mut self, title: &str) {
        if !std::mem::replace(&mut self.is_described, true) {
            self.pdf.document_info(INFO).producer(TextStr(PRODUCER)).title(TextStr(title));
        }
    }

    /// The file's bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.describe("");
        let n_pages = self.pages.len() as i32;
        self.pdf.pages(PAGES).kids(self.pages).count(n_pages);
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
