//! Searchable PDF: the page's image with its words as invisible text on the ink. Written; PDF files are opened by
//! [`PageFile`](crate::imaging::PageFile).

use image::{RgbImage, codecs::jpeg::JpegEncoder};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, types::TextRenderingMode};

use super::{
    error::ExportError,
    export::ExportedPage,
    placed_words::{PlacedWord, placed_words},
};
use crate::page::MarkerKind;

/// The longer side of a page, in points: that of A4.
const LONGER_SIDE: f32 = 842.0;
/// Width of every letter of Courier, in font sizes. Courier is one of the 14 fonts whose metrics all PDF readers have.
const LETTER_WIDTH: f32 = 0.6;
/// JPEG quality of the images, 1 to 100. No measurement recorded.
const JPEG_QUALITY: u8 = 85;

const PICTURE: Name<'static> = Name(b"Picture");
const FONT: Name<'static> = Name(b"Font");
const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const COURIER: Ref = Ref::new(3);
const FIRST_FREE: i32 = 4;

/// A PDF written page by page, so that only one page's pixels are in memory at a time.
pub struct PdfBook {
    pdf: Pdf,
    pages: Vec<Ref>,
    next: i32,
}

impl Default for PdfBook {
    fn default() -> Self {
        let mut pdf = Pdf::new();
        pdf.catalog(CATALOG).pages(PAGES);
        let mut font = pdf.type1_font(COURIER);
        font.base_font(Name(b"Courier")).encoding_predefined(Name(b"WinAnsiEncoding"));
        font.finish();
        Self { pdf, pages: Vec::new(), next: FIRST_FREE }
    }
}

impl PdfBook {
    /// Adds a page with its image; the page's lines are in that image's pixels.
    pub fn add(&mut self, exported: &ExportedPage<'_>, pixels: &RgbImage) -> Result<(), ExportError> {
        let picture = jpeg(exported.name, pixels)?;
        let (width, height) = (pixels.width() as f32, pixels.height() as f32);
        let scale = LONGER_SIDE / width.max(height).max(1.0);
        let [page_id, picture_id, content_id] = [0, 1, 2].map(|n| Ref::new(self.next + n));
        self.next += 3;
        self.pages.push(page_id);

        let mut page = self.pdf.page(page_id);
        page.parent(PAGES).media_box(Rect::new(0.0, 0.0, width * scale, height * scale)).contents(content_id);
        let mut resources = page.resources();
        resources.x_objects().pair(PICTURE, picture_id);
        resources.fonts().pair(FONT, COURIER);
        resources.finish();
        page.finish();

        let mut image = self.pdf.image_xobject(picture_id, &picture);
        image.width(pixels.width() as i32).height(pixels.height() as i32);
        image.filter(Filter::DctDecode);
        image.color_space().device_rgb();
        image.bits_per_component(8);
        image.finish();

        let mut content = Content::new();
        content.save_state().transform([width * scale, 0.0, 0.0, height * scale, 0.0, 0.0]);
        content.x_object(PICTURE).restore_state();
        content.begin_text().set_text_rendering_mode(TextRenderingMode::Invisible);
        for line in &exported.page.lines {
            let words = placed_words(line);
            for (number, word) in words.iter().enumerate() {
                let is_last = number + 1 == words.len();
                write_word(&mut content, word, is_last, scale, height);
            }
        }
        content.end_text();
        self.pdf.stream(content_id, &content.finish());
        Ok(())
    }

    /// The file's bytes.
    pub fn finish(mut self) -> Vec<u8> {
        let n_pages = self.pages.len() as i32;
        self.pdf.pages(PAGES).kids(self.pages).count(n_pages);
        self.pdf.finish()
    }
}

/// Writes a word on the baseline, stretched to its width, with a blank behind it unless it is the line's last.
fn write_word(content: &mut Content, word: &PlacedWord, is_last: bool, scale: f32, page_height: f32) {
    let [from, to] = word.foot;
    let length = from.distance(to).max(1.0);
    let (cos, sin) = ((to.x - from.x) / length, (to.y - from.y) / length);
    let size = (word.corners[0].distance(word.corners[3]) * scale).max(1.0);
    let mut text = win_ansi(&word.text);
    let stretch = 100.0 * length * scale / (text.len().max(1) as f32 * LETTER_WIDTH * size);
    if !is_last {
        text.push(b' ');
    }
    content.set_font(FONT, size).set_horizontal_scaling(stretch);
    // The y axis of PDF points up.
    content.set_text_matrix([cos, -sin, sin, cos, from.x * scale, (page_height - from.y) * scale]);
    content.show(Str(&text));
}

/// The characters of codes 0x80 to 0x9f; a blank for each code without character (PDF 2.0, annex D, `WinAnsiEncoding`).
const BEYOND_LATIN_1: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// Markers of lists that the encoding lacks, and their ASCII forms.
const TYPED: [(MarkerKind, &[u8]); 5] = [
    (MarkerKind::Circle, b"o"),
    (MarkerKind::Box, b"[ ]"),
    (MarkerKind::TickedBox, b"[x]"),
    (MarkerKind::Tick, b"[x]"),
    (MarkerKind::Arrow, b"->"),
];

/// The text in the font's encoding: Latin-1 and typographic marks. Other characters become question marks.
fn win_ansi(text: &str) -> Vec<u8> {
    let typed =
        |character| TYPED.iter().find(|(kind, _)| kind.character() == character).map(|(_, typed)| typed.to_vec());
    let codes = |character| win_ansi_code(character).map(|code| vec![code]).or_else(|| typed(character));
    text.chars().flat_map(|character| codes(character).unwrap_or_else(|| vec![b'?'])).collect()
}

fn win_ansi_code(character: char) -> Option<u8> {
    let is_own = |code: &u8| matches!(code, b' '..=b'~' | 0xa0..);
    let latin_1 = u8::try_from(u32::from(character)).ok().filter(is_own);
    latin_1.or_else(|| BEYOND_LATIN_1.chars().position(|known| known == character).map(|place| 0x80 + place as u8))
}

fn jpeg(name: &str, pixels: &RgbImage) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    let packed = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(pixels);
    packed.map_err(|source| ExportError::Picture { name: name.to_owned(), source })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typographic_marks_have_codes_of_their_own() {
        assert_eq!(win_ansi("a–b “ü” 5 €"), b"a\x96b \x93\xfc\x94 5 \x80");
        assert_eq!(win_ansi("œŸ漢\n"), b"\x9c\x9f??");
        assert_eq!(win_ansi("• ☐ ☑"), b"\x95 [ ] [x]");
    }
}
