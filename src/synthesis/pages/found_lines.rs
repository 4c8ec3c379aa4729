//! Lines of composed pages, found and cut out as the program does it, with their texts: what a reader sees of real
//! pages, with neighbours' ink, drawings, boxes, light and the mistakes of line finding.

use rayon::prelude::*;

use super::{
    composer::PageComposer,
    exposure::Photo,
    layout::{Layout, PlacedLine, PlacedWord},
    truth::{ink_kinds, is_seen},
};
use crate::{
    imaging::{PageImage, PreparedPage, crop_line, prepare, segment},
    page::{Point, Rect, TextLine},
    recognition::ink_labeller,
    synthesis::{
        error::SynthesisError, sources::source_list::SynthesisSources, synthesizer::is_legible,
        synthetic_line::SyntheticLine,
    },
};

/// Share of a word's ink inside an outline from which on the word is in the line, and up to which it is not. A line
/// with a word between the two has no certain text. Set by eye; no measurement is recorded.
const IN: f32 = 0.75;
const OUT: f32 = 0.08;
/// Cosine of the angle between the directions of a line as composed and as found, at least.
const SAME_DIRECTION: f32 = 0.8;
/// Pages that are composed at a time.
const BATCH: u64 = 32;

/// Composes pages and cuts their lines out.
pub struct FoundLines {
    composer: PageComposer,
}

impl FoundLines {
    /// Opens all `sources`. Fails if one cannot be read or none is given.
    pub fn new(sources: &SynthesisSources, seed: u64) -> Result<Self, SynthesisError> {
        Ok(Self { composer: PageComposer::new(sources, seed)? })
    }

    /// What `kept` makes of the first `n` lines, on all threads. The same sources and seed give the same lines. There
    /// are fewer where pages show less than a line each.
    pub fn take<T: Send>(&self, n: usize, kept: impl Fn(SyntheticLine) -> T + Sync) -> Vec<T> {
        let mut taken = Vec::with_capacity(n);
        for first in (0..n as u64).step_by(BATCH as usize) {
            if taken.len() >= n {
                break;
            }
            let pages = (first..first + BATCH).into_par_iter();
            let of_pages: Vec<Vec<T>> = pages.map(|i| self.of_page(i).into_iter().map(&kept).collect()).collect();
            taken.extend(of_pages.into_iter().flatten());
        }
        taken.truncate(n);
        taken
    }

    /// The lines that are found on the page of number `index` and whose text is certain; an empty text where a drawing
    /// was taken for a line.
    pub fn of_page(&self, index: u64) -> Vec<SyntheticLine> {
        let Photo { gray, kinds, layout } = self.composer.photo(index);
        let width = gray.width() as usize;
        let page = prepare(&PageImage::from_image(&gray.into()));
        let ink = ink_kinds(page.gray(), &kinds, width, 1);
        let words = PageWord::all(&layout, |word| is_seen(word, &ink, 1.0));
        let found = segment(&page, ink_labeller());
        found.lines.iter().filter_map(|line| labelled(&page, line, &words)).collect()
    }
}

fn labelled(page: &PreparedPage, line: &TextLine, words: &[PageWord<'_>]) -> Option<SyntheticLine> {
    let text = text_inside(line, words)?;
    let image = crop_line(page, line);
    is_legible(&image, &text).then_some(SyntheticLine { image, text })
}

/// A word on a photo.
struct PageWord<'a> {
    line: &'a PlacedLine,
    /// Its line's place among the lines, and its own in the line.
    place: (usize, usize),
    word: &'a PlacedWord,
    bounds: Rect,
    is_seen: bool,
}

impl<'a> PageWord<'a> {
    fn all(layout: &'a Layout, is_seen: impl Fn(&PlacedWord) -> bool) -> Vec<Self> {
        let lines = layout.lines.iter().enumerate();
        let words = lines.flat_map(|(l, line)| line.words.iter().enumerate().map(move |(w, word)| (l, line, w, word)));
        words
            .filter_map(|(l, line, w, word)| {
                Some(Self { line, place: (l, w), word, bounds: word.ink.bounds()?, is_seen: is_seen(word) })
            })
            .collect()
    }

    /// The share of its ink that lies inside `outline`, which lies in `bounds`.
    fn share_inside(&self, outline: &[Point], bounds: Rect) -> f32 {
        if self.bounds.intersection(bounds).area() <= 0.0 {
            return 0.0;
        }
        let (mut all, mut inside) = (0_u32, 0_u32);
        for point in self.word.ink.points() {
            all += 1;
            inside += u32::from(point.is_inside(outline));
        }
        inside as f32 / all.max(1) as f32
    }
}

/// The text of `words` inside `line`; `None` where a word is cut, not seen, of another line, or runs another way.
fn text_inside(line: &TextLine, words: &[PageWord<'_>]) -> Option<String> {
    let mut inside: Vec<&PageWord<'_>> = Vec::new();
    for word in words {
        let share = word.share_inside(&line.outline, line.bounds);
        if share >= IN && word.is_seen {
            inside.push(word);
        } else if share > OUT {
            return None;
        }
    }
    // The marker of a list is blanked in the crop.
    inside.retain(|word| !line.marker.is_some_and(|marker| marker.bounds.contains(word.bounds.center())));
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else { return Some(String::new()) };
    let is_one_row = first.place.0 == last.place.0 && last.place.1 - first.place.1 + 1 == inside.len();
    let is_same_way = agreement(&line.baseline.0, &first.line.baseline).is_some_and(|cosine| cosine > SAME_DIRECTION);
    (is_one_row && is_same_way).then(|| inside.iter().map(|word| word.word.text.as_str()).collect::<Vec<_>>().join(" "))
}

/// Cosine of the angle between the ways from the first to the last point of two lines.
fn agreement(a: &[Point], b: &[Point]) -> Option<f32> {
    let way = |line: &[Point]| {
        let (first, last) = (line.first()?, line.last()?);
        let (dx, dy, length) = (last.x - first.x, last.y - first.y, first.distance(*last));
        (length > 0.0).then(|| (dx / length, dy / length))
    };
    let ((ax, ay), (bx, by)) = (way(a)?, way(b)?);
    Some(ax * bx + ay * by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthesis::bundled_sources;

    #[test]
    fn most_lines_of_composed_pages_are_cut_out_with_their_texts() {
        let folder = tempfile::tempdir().expect("a folder");
        let found = FoundLines::new(&bundled_sources(folder.path()).expect("sources"), 5).expect("opened");
        let pages: Vec<Vec<SyntheticLine>> = (0..5).map(|index| found.of_page(index)).collect();
        assert_eq!(pages[1], found.of_page(1), "the same seed gives the same lines");
        let lines: Vec<&SyntheticLine> = pages.iter().flatten().collect();
        let with_text = lines.iter().filter(|line| !line.text.is_empty()).count();
        assert!(with_text >= 12, "{with_text} lines have a text");
        assert!(4 * with_text >= 3 * lines.len(), "{with_text} of {} lines have a text", lines.len());
    }

    #[test]
    fn words_are_told_by_their_ink_inside_the_outline() {
        let square = |x: f32| vec![Point::new(x, 0.0), Point::new(x + 8.0, 0.0), Point::new(x + 8.0, 8.0)];
        let word = |text: &str, x: f32| PlacedWord {
            text: text.to_owned(),
            ink: crate::synthesis::ink::Ink { strokes: vec![square(x)], areas: Vec::new() },
            ends: [Point::new(x, 8.0), Point::new(x + 8.0, 8.0)],
        };
        let baseline = vec![Point::new(0.0, 8.0), Point::new(30.0, 8.0)];
        let words = vec![word("one", 0.0), word("two", 12.0), word("three", 24.0)];
        let layout = Layout {
            marks: Vec::new(),
            lines: vec![PlacedLine { baseline: baseline.clone(), x_height: 1.0, words, pen: 0 }],
        };
        let text = |x0: f32, x1: f32, is_upright: bool, is_seen: bool| {
            let mut line = TextLine::at(Rect::new(x0, -1.0, x1, 9.0));
            line.baseline.0 = baseline.clone();
            if !is_upright {
                line.baseline.0.reverse();
            }
            text_inside(&line, &PageWord::all(&layout, |_| is_seen))
        };
        assert_eq!(text(-1.0, 21.0, true, true).as_deref(), Some("one two"));
        assert_eq!(text(11.0, 33.0, true, true).as_deref(), Some("two three"));
        assert_eq!(text(-1.0, 26.0, true, true), None, "the third word is cut");
        assert_eq!(text(-1.0, 21.0, false, true), None, "upside down");
        assert_eq!(text(-1.0, 21.0, true, false), None, "preparation lost the words");
        assert_eq!(text(40.0, 60.0, true, true).as_deref(), Some(""));
    }
}
