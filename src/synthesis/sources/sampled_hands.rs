//! The hands of people who wrote a few words and every character on a tablet: any text in their letters.
//!
//! Numbers are in x-heights unless their sentence says otherwise, and were set by eye on the samples and on contact
//! sheets; no measurement is recorded.

use std::{collections::BTreeMap, ops::Range, path::Path};

use super::{
    composed_letter::{can_compose, composed},
    ink_file::{InkRecord, read_ink},
    letter_shape::{drawn_mark, is_plausible_letter, stands_on_baseline},
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        error::SynthesisError,
        ink::{Ink, Polyline, WrittenLine, core_zone, split_at_gaps},
        random::LineRng,
        surface::Surface,
        texts::corpora::Texts,
    },
};

/// Texts that are drawn at most for a hand that lacks some characters.
const MAX_DRAWS: usize = 8;
/// Share of the lines in capitals, as on boards and forms: these hands have few small letters, but all capitals.
const CAPITALS: f32 = 0.35;
/// The fewest words by which a writer's x-height is measured.
const LEAST_MEASURED_WORDS: usize = 6;
/// Median height of a writer's words. Seven of the eight sampled words have ascenders or descenders: words no taller
/// than their core are in capitals.
const WORD_HEIGHT: Range<f32> = 1.35..4.5;
/// The least x-height of a writer, in units of the tablet.
const LEAST_X_HEIGHT: f32 = 8.0;
/// The fewest words of a writer.
const LEAST_WORDS: usize = 5;
/// Mean width of a character in a word.
const CHARACTER_WIDTH: Range<f32> = 0.5..2.3;
/// Height of a word's core.
const CORE_HEIGHT: Range<f32> = 0.6..1.6;
/// The least ratio between the narrowest gap that splits a word into letters and the widest that does not.
const LETTER_GAP_CLARITY: f32 = 1.15;
/// The least gap between the characters of a spaced group.
const GROUP_GAP: f32 = 0.1;
/// The least ratio between the narrowest gap that splits a spaced group and the widest that does not.
const GROUP_GAP_CLARITY: f32 = 1.3;
/// Height of capitals in words; single capitals are written larger and brought back to it.
const CAPITAL_HEIGHT: (f32, f32) = (1.45, 2.1);
/// Height of each capital in a group, as a factor on their median.
const EVEN_HEIGHT: Range<f32> = 0.6..1.7;

/// Gap between letters.
const LETTER_GAP: Range<f32> = 0.12..0.38;
/// Factor on each gap between letters.
const GAP_SCALE: Range<f32> = 0.6..1.5;
/// Factor on the gap behind a drawn mark.
const MARK_GAP: f32 = 1.5;
/// Share of the lines with gaps between words as wide as between columns.
const WIDELY_SPACED: f32 = 0.12;
/// Gap between words in those.
const WIDE_SPACE: Range<f32> = 1.2..3.0;
/// Gap between words in the other lines.
const SPACE: Range<f32> = 0.5..1.2;
/// What each gap between letters adds to the gap between words.
const SPACE_PER_GAP: f32 = 1.3;
/// Factor on each gap between words.
const SPACE_SCALE: Range<f32> = 0.8..1.3;
/// Share of the words that are copied whole where they were sampled whole.
const COPIED_WHOLE: f32 = 0.7;
/// Standard deviation of a letter's shift up or down.
const LETTER_SHIFT: f32 = 0.04;
/// Factor on a letter's size.
const LETTER_SIZE: Range<f32> = 0.93..1.07;
/// Share of the texts put together from sampled words and characters where no drawn text can be written.
const OWN_TEXT: f32 = 0.3;
/// Share of the sampled words in such texts.
const OWN_WORDS: f32 = 0.6;

/// The writers of one archive of samples.
pub(crate) struct SampledHands {
    hands: Vec<SampledHand>,
}

/// One writer's ink in units of the writer's x-height.
#[derive(Default)]
pub(crate) struct SampledHand {
    /// Whole words as they were written.
    words: Vec<(String, Ink)>,
    /// Single characters, from x = 0 on.
    letters: BTreeMap<char, Vec<Ink>>,
}

impl SampledHands {
    pub(crate) fn open(path: &Path) -> Result<Self, SynthesisError> {
        let mut writers: BTreeMap<String, Vec<InkRecord>> = BTreeMap::new();
        for record in read_ink(path)? {
            writers.entry(record.origin.clone()).or_default().push(record);
        }
        let hands: Vec<SampledHand> = writers.values().filter_map(|records| SampledHand::new(records)).collect();
        if hands.is_empty() {
            return Err(SynthesisError::NothingUsable { path: path.to_path_buf() });
        }
        let n_full = hands.iter().filter(|hand| ('a'..='z').all(|c| hand.letters.contains_key(&c))).count();
        tracing::debug!(
            "{}: {} of {} writers, {n_full} with all small letters",
            path.display(),
            hands.len(),
            writers.len()
        );
        Ok(Self { hands })
    }

    /// A line of text in one writer's hand.
    pub(crate) fn line(&self, texts: &Texts, surface: Surface, rng: &mut LineRng) -> WrittenLine {
        let hand = &self.hands[rng.count(0, self.hands.len() - 1)];
        let text = hand.text(texts, surface, rng);
        WrittenLine { ink: hand.write(&text, rng), text }
    }

    /// One of the writers.
    pub(crate) fn hand(&self, rng: &mut LineRng) -> &SampledHand {
        &self.hands[rng.count(0, self.hands.len() - 1)]
    }
}

impl SampledHand {
    /// `None` if too few of the words can be what their labels say.
    fn new(records: &[InkRecord]) -> Option<Self> {
        let words: Vec<&InkRecord> = records.iter().filter(|r| is_word(&r.text)).collect();
        let mut zones: Vec<(f32, f32)> = words
            .iter()
            .filter_map(|r| {
                let (top, bottom) = core_zone(&r.strokes)?;
                let bounds = Rect::around(r.strokes.iter().flatten().copied())?;
                Some((bottom - top, (bounds.y1 - bounds.y0) / (bottom - top)))
            })
            .collect();
        if zones.len() < LEAST_MEASURED_WORDS {
            return None;
        }
        let middle = zones.len() / 2;
        let word_height = zones.select_nth_unstable_by(middle, |a, b| a.1.total_cmp(&b.1)).1.1;
        let x_height = zones.select_nth_unstable_by(middle, |a, b| a.0.total_cmp(&b.0)).1.0;
        if !WORD_HEIGHT.contains(&word_height) || x_height < LEAST_X_HEIGHT {
            return None;
        }
        let mut hand = Self::default();
        for record in records {
            if is_word(&record.text) {
                hand.add_word(record, x_height);
            } else {
                hand.add_group(record, x_height);
            }
        }
        (hand.words.len() >= LEAST_WORDS).then_some(hand)
    }

    fn add_word(&mut self, record: &InkRecord, x_height: f32) {
        let Some((top, bottom)) = core_zone(&record.strokes) else { return };
        let text = record.text.as_str();
        let Some(bounds) = Rect::around(record.strokes.iter().flatten().copied()) else { return };
        let no_descender = !text.contains(['q', 'j', 'p', 'y', 'g', 'z', 'f']);
        let baseline = if no_descender { bounds.y1 } else { bottom };
        let character_width = (bounds.x1 - bounds.x0) / x_height / text.len() as f32;
        let core_height = (bottom - top) / x_height;
        if !CHARACTER_WIDTH.contains(&character_width) || !CORE_HEIGHT.contains(&core_height) {
            return;
        }
        let strokes = rescaled(&record.strokes, bounds.x0, baseline, x_height);
        if let Some(letters) = split_at_gaps(&strokes, text.len(), 0.0, LETTER_GAP_CLARITY) {
            let letters: Vec<(char, Ink)> = text.chars().zip(letters.into_iter().map(from_zero)).collect();
            if letters.iter().all(|(letter, ink)| is_plausible_letter(*letter, ink)) {
                for (letter, ink) in letters {
                    self.letters.entry(letter).or_default().push(ink);
                }
            }
        }
        self.words.push((record.text.clone(), Ink { strokes, areas: Vec::new() }));
    }

    /// Adds characters that were written in a row with blanks between them.
    fn add_group(&mut self, record: &InkRecord, x_height: f32) {
        let characters: Vec<char> = record.text.chars().filter(|c| *c != ' ').collect();
        let Some(parts) = split_at_gaps(&record.strokes, characters.len(), GROUP_GAP * x_height, GROUP_GAP_CLARITY)
        else {
            return;
        };
        let boxes: Vec<Rect> = parts.iter().filter_map(|p| Rect::around(p.iter().flatten().copied())).collect();
        let standing: Vec<&Rect> =
            characters.iter().zip(&boxes).filter(|(c, _)| stands_on_baseline(**c)).map(|(_, b)| b).collect();
        let Some(baseline) = median(standing.iter().map(|b| b.y1)) else { return };
        let Some(height) = median(standing.iter().map(|b| b.y1 - b.y0)) else { return };
        let scale = height / (height / x_height).clamp(CAPITAL_HEIGHT.0, CAPITAL_HEIGHT.1);
        if standing.iter().any(|b| !EVEN_HEIGHT.contains(&((b.y1 - b.y0) / height))) {
            return;
        }
        for (character, part) in characters.into_iter().zip(parts) {
            let ink = from_zero(rescaled(&part, 0.0, baseline, scale));
            if character.is_ascii() && is_plausible_letter(character, &ink) {
                self.letters.entry(character).or_default().push(ink);
            }
        }
    }

    pub(crate) fn can_write(&self, word: &str) -> bool {
        self.words.iter().any(|(known, _)| known == word)
            || word.chars().all(|c| self.can_draw(c) || can_compose(c, |letter| self.can_draw(letter)))
    }

    fn can_draw(&self, character: char) -> bool {
        self.letters.contains_key(&character) || drawn_mark(character).is_some()
    }

    /// A text that this hand can write whole; else words of several texts that it can write; else what was sampled.
    fn text(&self, texts: &Texts, surface: Surface, rng: &mut LineRng) -> String {
        let mut known_words = Vec::new();
        let capitals = rng.chance(CAPITALS);
        for _ in 0..MAX_DRAWS {
            let text = texts.line(surface, rng);
            let text = if capitals { text.to_uppercase() } else { text };
            let words: Vec<&str> = text.split(' ').collect();
            let known: Vec<&str> = words.iter().copied().filter(|word| self.can_write(word)).collect();
            if known.len() == words.len() {
                return text;
            }
            // All hands sampled the same words, which would crowd out the others.
            let spelt = known.into_iter().filter(|word| !self.words.iter().any(|(whole, _)| whole == word));
            known_words.extend(spelt.map(str::to_owned));
        }
        let n = rng.count(1, 8).min(known_words.len());
        if n < 2 || rng.chance(OWN_TEXT) { self.own_text(rng) } else { known_words[..n].join(" ") }
    }

    /// Sampled words, and sampled characters side by side.
    pub(crate) fn own_text(&self, rng: &mut LineRng) -> String {
        let letters: Vec<char> = self.letters.keys().copied().collect();
        let n = rng.count(1, 6);
        let words: Vec<String> = (0..n)
            .map(|_| match rng.pick(&self.words) {
                Some((word, _)) if letters.is_empty() || rng.chance(OWN_WORDS) => word.clone(),
                _ => (0..rng.count(1, 5)).filter_map(|_| rng.pick(&letters)).collect(),
            })
            .collect();
        words.join(" ")
    }

    pub(crate) fn write(&self, text: &str, rng: &mut LineRng) -> Ink {
        let mut ink = Ink::default();
        let mut x = 0.0;
        let gap = rng.uniform(LETTER_GAP);
        let space =
            if rng.chance(WIDELY_SPACED) { rng.uniform(WIDE_SPACE) } else { rng.uniform(SPACE) } + SPACE_PER_GAP * gap;
        for word in text.split(' ') {
            let whole: Vec<&Ink> = self.words.iter().filter(|(known, _)| known == word).map(|(_, ink)| ink).collect();
            if let Some(whole) = rng.pick(&whole).filter(|_| !self.spells(word) || rng.chance(COPIED_WHOLE)) {
                ink.add(whole, x, 0.0);
                x += whole.bounds().map_or(0.0, |b| b.x1);
            } else {
                for character in word.chars() {
                    let letter = self.letter(character, rng);
                    let width = letter.bounds().map_or(0.0, |b| b.x1);
                    ink.add(&letter, x, rng.normal(LETTER_SHIFT));
                    let room = if drawn_mark(character).is_some() { MARK_GAP } else { 1.0 };
                    x += width + gap * room * rng.log_uniform(GAP_SCALE);
                }
                x -= gap;
            }
            x += space * rng.log_uniform(SPACE_SCALE);
        }
        ink
    }

    fn spells(&self, word: &str) -> bool {
        word.chars().all(|c| self.letters.contains_key(&c))
    }

    fn letter(&self, character: char, rng: &mut LineRng) -> Ink {
        let drawn = self.drawn(character, rng);
        let mut ink = drawn.or_else(|| composed(character, |c, rng| self.drawn(c, rng), rng)).unwrap_or_default();
        let size = rng.log_uniform(LETTER_SIZE);
        ink.map(|p| Point::new(p.x * size, p.y * size));
        ink
    }

    /// A sampled letter or a drawn mark.
    fn drawn(&self, character: char, rng: &mut LineRng) -> Option<Ink> {
        let sampled = self.letters.get(&character).and_then(|known| rng.pick(known)).cloned();
        sampled.or_else(|| drawn_mark(character).map(from_zero))
    }
}

fn is_word(text: &str) -> bool {
    text.len() > 1 && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// Strokes in x-heights, from `left` and from the baseline.
fn rescaled(strokes: &[Polyline], left: f32, baseline: f32, x_height: f32) -> Vec<Polyline> {
    let in_x_heights = |p: &Point| Point::new((p.x - left) / x_height, (p.y - baseline) / x_height);
    strokes.iter().map(|stroke| stroke.iter().map(in_x_heights).collect()).collect()
}

/// The ink of `strokes`, moved so that it begins at x = 0.
fn from_zero(strokes: Vec<Polyline>) -> Ink {
    let mut ink = Ink { strokes, areas: Vec::new() };
    let left = ink.bounds().map_or(0.0, |bounds| bounds.x0);
    ink.map(|p| Point::new(p.x - left, p.y));
    ink
}
