//! Invisible words on the ink of a PDF's page.

use std::f32::consts::FRAC_PI_2;

use pdf_writer::{Content, Name, Str, types::TextRenderingMode};

use super::unicode_font::UnicodeFont;
use crate::page::{MarkerKind, Page, PlacedWord, Point, placed_words};

/// The names of the fonts in a page's resources: the usual one, and that of words which it cannot write.
pub(super) const FONT: Name<'static> = Name(b"Font");
pub(super) const UNICODE_FONT: Name<'static> = Name(b"Unicode");
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

/// Writes the words of all lines; `scale` is points to a pixel, across and down, `height` the page's in points.
pub(super) fn write_words(content: &mut Content, unicode: &mut UnicodeFont, page: &Page, scale: [f32; 2], height: f32) {
    // The y axis of PDF points up.
    let to_points = |p: Point| Point::new(p.x * scale[0], height - p.y * scale[1]);
    for line in &page.lines {
        write_line(content, unicode, &placed_words(line), to_points);
    }
}

/// Writes a line as one text object: its words stretched to their widths, and the blanks between them over the gaps.
///
/// Programs that take text from PDFs tell lines by the heights of letters, and columns by wide gaps. So a line runs
/// exactly across or down the page, at the height of its middle, and the words on both sides of a wide gap reach into
/// it. In a line that slants by more than [`MAX_SLOPE`] each word lies at its own height: poppler, which Evince and
/// Okular use, parts a word wherever its baseline has moved by half a point.
fn write_line(
    content: &mut Content,
    unicode: &mut UnicodeFont,
    words: &[PlacedWord],
    to_points: impl Fn(Point) -> Point,
) {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
    let (from, to) = (to_points(first.foot[0]), to_points(last.foot[1]));
    let angle = (to.y - from.y).atan2(to.x - from.x);
    let quarters = (angle / FRAC_PI_2).round();
    let (cos, sin) = match quarters.rem_euclid(4.0) as u8 {
        0 => (1.0, 0.0),
        1 => (0.0, 1.0),
        2 => (-1.0, 0.0),
        _ => (0.0, -1.0),
    };
    let is_level = (angle - quarters * FRAC_PI_2).abs() < MAX_SLOPE.to_radians();
    let along = |p: Point| p.x * cos + p.y * sin;
    let across = |p: Point| p.y * cos - p.x * sin;
    let n_words = words.len() as f32;
    let tall = |word: &PlacedWord| to_points(word.corners[0]).distance(to_points(word.corners[3]));
    let size = (words.iter().map(tall).sum::<f32>() / n_words).max(1.0);
    let middles: Vec<f32> =
        words.iter().map(|word| word.foot.map(|p| across(to_points(p))).iter().sum::<f32>() / 2.0).collect();
    let level = middles.iter().sum::<f32>() / n_words;
    let spans = spans_along(words, |p| along(to_points(p)), size);
    content.begin_text().set_text_rendering_mode(TextRenderingMode::Invisible).set_font(FONT, size);
    for (number, word) in words.iter().enumerate() {
        let [from, to] = spans[number];
        if number == 0 || !is_level {
            let height = if is_level { level } else { middles[number] };
            let (x, y) = (from * cos - height * sin, from * sin + height * cos);
            content.set_text_matrix([cos, sin, -sin, cos, x, y]);
        }
        let usual = win_ansi(&word.text);
        let n_letters = usual.as_ref().map_or_else(|| word.text.chars().count(), Vec::len);
        let stretch = (to - from) / (n_letters.max(1) as f32 * LETTER_WIDTH * size);
        content.set_horizontal_scaling(100.0 * stretch);
        let mut text = usual.unwrap_or_else(|| {
            content.set_font(UNICODE_FONT, size).show(Str(&unicode.encode(&word.text))).set_font(FONT, size);
            Vec::new()
        });
        if let Some([next, _]) = spans.get(number + 1) {
            // Spacing is for the blank of the usual font alone.
            text.push(b' ');
            content.set_word_spacing((next - to) / stretch - LETTER_WIDTH * size);
        }
        if !text.is_empty() {
            content.show(Str(&text));
        }
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

/// The text in the usual font's encoding: Latin-1 and typographic marks; `None` if it has other characters.
fn win_ansi(text: &str) -> Option<Vec<u8>> {
    let typed =
        |character| TYPED.iter().find(|(kind, _)| kind.character() == character).map(|(_, typed)| typed.to_vec());
    let codes = |character| win_ansi_code(character).map(|code| vec![code]).or_else(|| typed(character));
    text.chars().map(codes).collect::<Option<Vec<Vec<u8>>>>().map(|codes| codes.concat())
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
        assert_eq!(win_ansi("a–b “ü” 5 €").unwrap(), b"a\x96b \x93\xfc\x94 5 \x80");
        assert_eq!(win_ansi("œŸ").unwrap(), b"\x9c\x9f");
        assert_eq!(win_ansi("• ☐ ☑").unwrap(), b"\x95 [ ] [x]");
        assert_eq!([win_ansi("œŸ漢"), win_ansi("\n")], [None, None]);
    }
}
