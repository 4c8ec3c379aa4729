//! Searchable PDF: the page's image with its words as invisible text on the ink. Written; PDF files are opened by
//! [`PageFile`](crate::imaging::PageFile).

use image::{RgbImage, codecs::jpeg::JpegEncoder};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, types::TextRenderingMode};

use super::{error::ExportError, export::ExportedPage};
use crate::page::{MarkerKind, PlacedWord, Point, placed_words};

/// The longer side of a page, in points: that of A4.
const LONGER_SIDE: f32 = 842.0;
/// Width of every letter of Courier, in font sizes. Courier is one of the 14 fonts whose metrics all PDF readers have.
const LETTER_WIDTH: f32 = 0.6;
/// The widest gap between words, in font sizes. Poppler's `pdftotext` took gaps of 0.8 for blanks and of more than one
/// for the gap between columns, on 20 lines with gaps of up to 1.5, drawn at random six times.
const MAX_GAP: f32 = 0.5;
/// The narrowest gap and the shortest word, in font sizes. No measurement recorded.
const MIN_GAP: f32 = 0.1;
/// Lines of a smaller slope, in degrees, lie level in the file. Of lines that rise or fall by up to 2.9° together, and
/// by 0.5° more or less each, `pdftotext` found 0 to 20 of 20 as they were written at their slopes, and all level.
const MAX_SLOPE: f32 = 4.0;
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
        for line in &exported.page.lines {
            write_line(&mut content, &placed_words(line), scale, height);
        }
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

/// Writes a line as one text object: its words stretched to their widths, and the blanks between them over the gaps.
/// Programs that take text from PDFs find lines by the heights of letters, and columns by wide gaps, so that a line
/// lies level unless it rises or falls by more than [`MAX_SLOPE`], and the words on both sides of a wide gap reach into
/// it.
fn write_line(content: &mut Content, words: &[PlacedWord], scale: f32, page_height: f32) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let (dx, dy) = (last.foot[1].x - first.foot[0].x, last.foot[1].y - first.foot[0].y);
    let is_level = dx > 0.0 && dy.abs() < MAX_SLOPE.to_radians().tan() * dx;
    let (sin, cos) = if is_level { (0.0, 1.0) } else { dy.atan2(dx).sin_cos() };
    let n_words = words.len() as f32;
    let size = words.iter().map(|word| word.corners[0].distance(word.corners[3])).sum::<f32>() / n_words * scale;
    let size = size.max(1.0);
    let across = |p: Point| (p.y * cos - p.x * sin) * scale;
    let foot = words.iter().map(|word| across(word.foot[0]) + across(word.foot[1])).sum::<f32>() / (2.0 * n_words);
    let spans = spans_along(words, |p| (p.x * cos + p.y * sin) * scale, size);
    let start = spans[0][0];
    content.begin_text().set_text_rendering_mode(TextRenderingMode::Invisible).set_font(FONT, size);
    // The y axis of PDF points up.
    let (x, y) = (start * cos - foot * sin, start * sin + foot * cos);
    content.set_text_matrix([cos, -sin, sin, cos, x, page_height * scale - y]);
    for (number, word) in words.iter().enumerate() {
        let [from, to] = spans[number];
        let mut text = win_ansi(&word.text);
        let stretch = (to - from) / (text.len().max(1) as f32 * LETTER_WIDTH * size);
        content.set_horizontal_scaling(100.0 * stretch);
        if let Some([next, _]) = spans.get(number + 1) {
            text.push(b' ');
            content.set_word_spacing((next - to) / stretch - LETTER_WIDTH * size);
        }
        content.show(Str(&text));
    }
    content.end_text();
}

/// Beginning and end of each word along the line, in points: no two overlap, and no gap is wider than [`MAX_GAP`].
fn spans_along(words: &[PlacedWord], along: impl Fn(Point) -> f32, size: f32) -> Vec<[f32; 2]> {
    let mut spans: Vec<[f32; 2]> = words.iter().map(|word| word.foot.map(&along)).collect();
    for index in 1..spans.len() {
        let gap = spans[index][0] - spans[index - 1][1];
        let excess = if gap > MAX_GAP * size { gap - MAX_GAP * size } else { (gap - MIN_GAP * size).min(0.0) };
        spans[index - 1][1] += excess / 2.0;
        spans[index][0] -= excess / 2.0;
    }
    let mut from = f32::MIN;
    for [start, end] in &mut spans {
        *start = start.max(from);
        *end = end.max(*start + MIN_GAP * size);
        from = *end + MIN_GAP * size / 2.0;
    }
    spans
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
    fn no_words_overlap_and_no_gap_parts_columns() {
        let word = |from: f32, to: f32| PlacedWord {
            text: "word".to_owned(),
            place: 0..4,
            confidence: None,
            foot: [Point::new(from, 0.0), Point::new(to, 0.0)],
            corners: [Point::default(); 4],
        };
        let words = [word(0.0, 20.0), word(60.0, 80.0), word(78.0, 100.0), word(50.0, 55.0), word(110.0, 120.0)];
        let spans = spans_along(&words, |p| p.x, 10.0);
        assert!((spans[1][0] - spans[0][1] - 5.0).abs() < 1e-3 && (spans[0][1] - 37.5).abs() < 1e-3, "{spans:?}");
        for pair in spans.windows(2) {
            assert!(pair[0][0] < pair[0][1] && pair[0][1] < pair[1][0], "{spans:?}");
        }
    }

    #[test]
    fn typographic_marks_have_codes_of_their_own() {
        assert_eq!(win_ansi("a–b “ü” 5 €"), b"a\x96b \x93\xfc\x94 5 \x80");
        assert_eq!(win_ansi("œŸ漢\n"), b"\x9c\x9f??");
        assert_eq!(win_ansi("• ☐ ☑"), b"\x95 [ ] [x]");
    }
}
