//! Invisible words on the ink of a PDF's page.

use pdf_writer::{Content, Name, Str, types::TextRenderingMode};

use crate::{
    formats::placed_words::{PlacedWord, placed_words},
    page::{MarkerKind, Page, Point},
};

/// The name of the font in a page's resources.
pub(super) const FONT: Name<'static> = Name(b"Font");
/// Width of every letter of Courier, in font sizes. Courier is one of the 14 fonts whose metrics all PDF readers have.
const LETTER_WIDTH: f32 = 0.6;

/// Writes the words of all lines; `scale` is points to a pixel, across and down, `height` the page's in points.
pub(super) fn write_words(content: &mut Content, page: &Page, scale: [f32; 2], height: f32) {
    // The y axis of PDF points up.
    let to_points = |p: Point| Point::new(p.x * scale[0], height - p.y * scale[1]);
    content.begin_text().set_text_rendering_mode(TextRenderingMode::Invisible);
    for line in &page.lines {
        let words = placed_words(line);
        for (number, word) in words.iter().enumerate() {
            write_word(content, word, number + 1 == words.len(), to_points);
        }
    }
    content.end_text();
}

/// Writes a word, stretched to its width, with a blank behind it unless it is the line's last.
///
/// Words run exactly across or down the page, at the height of their middle: poppler, which Evince and Okular use,
/// parts a word wherever its baseline has moved by half a point. Of lines that slant by 5 degrees it found 13 of 48
/// words whole that slanted themselves, and all that did not.
fn write_word(content: &mut Content, word: &PlacedWord, is_last: bool, to_points: impl Fn(Point) -> Point) {
    let [from, to] = word.foot.map(&to_points);
    let quarters = (to.y - from.y).atan2(to.x - from.x) / std::f32::consts::FRAC_PI_2;
    let (cos, sin) = match quarters.round().rem_euclid(4.0) as u8 {
        0 => (1.0, 0.0),
        1 => (0.0, 1.0),
        2 => (-1.0, 0.0),
        _ => (0.0, -1.0),
    };
    let length = ((to.x - from.x) * cos + (to.y - from.y) * sin).max(1e-3);
    let middle = Point::new(f32::midpoint(from.x, to.x), f32::midpoint(from.y, to.y));
    let start = Point::new(middle.x - 0.5 * length * cos, middle.y - 0.5 * length * sin);
    let size = to_points(word.corners[0]).distance(to_points(word.corners[3])).max(1.0);
    let mut text = win_ansi(&word.text);
    let stretch = 100.0 * length / (text.len().max(1) as f32 * LETTER_WIDTH * size);
    if !is_last {
        text.push(b' ');
    }
    content.set_font(FONT, size).set_horizontal_scaling(stretch);
    content.set_text_matrix([cos, sin, -sin, cos, start.x, start.y]);
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
