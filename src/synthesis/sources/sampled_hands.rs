//! The hands of people who wrote a few words and every character on a tablet: any text in their letters.

use std::collections::BTreeMap;
use std::path::Path;

use super::{
    SynthesisError,
    ink_file::{InkRecord, read_ink},
    letter_shape::{is_plausible_letter, made_mark, stands_on_baseline},
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::{Ink, Stroke, WrittenLine, core_zone, split_at_gaps},
        random::LineRng,
        surface::Surface,
        texts::Texts,
    },
};

/// How many texts are drawn for a hand that lacks some characters.
const MAX_DRAWS: usize = 8;
/// Part of the lines that are in capitals, as on boards and forms: these hands know few small letters, but all capitals.
const CAPITALS: f32 = 0.35;

/// The writers of one archive of samples.
pub(crate) struct SampledHands {
    hands: Vec<Hand>,
}

/// One writer's ink in units of the writer's x-height.
#[derive(Default)]
struct Hand {
    /// Whole words as they were written.
    words: Vec<(String, Ink)>,
    /// Single characters, from x = 0 on.
    letters: BTreeMap<char, Vec<Ink>>,
}

impl SampledHands {
    pub(crate) fn read(path: &Path) -> Result<Self, SynthesisError> {
        let mut writers: BTreeMap<String, Vec<InkRecord>> = BTreeMap::new();
        for record in read_ink(path)? {
            writers.entry(record.origin.clone()).or_default().push(record);
        }
        let hands: Vec<Hand> = writers.values().filter_map(|records| Hand::new(records)).collect();
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
    pub(crate) fn line(&self, texts: &Texts, place: Surface, rng: &mut LineRng) -> WrittenLine {
        let hand = &self.hands[rng.count(0, self.hands.len() - 1)];
        let text = hand.text(texts, place, rng);
        WrittenLine { ink: hand.write(&text, rng), text }
    }
}

impl Hand {
    /// `None` if too few words look like what they should say.
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
        if zones.len() < 6 {
            return None;
        }
        let middle = zones.len() / 2;
        // Seven of the eight words have ascenders or descenders: writing no taller than its core is in capitals.
        let usual_extent = zones.select_nth_unstable_by(middle, |a, b| a.1.total_cmp(&b.1)).1.1;
        let x_height = zones.select_nth_unstable_by(middle, |a, b| a.0.total_cmp(&b.0)).1.0;
        if !(1.35..4.5).contains(&usual_extent) || x_height < 8.0 {
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
        (hand.words.len() >= 5).then_some(hand)
    }

    fn add_word(&mut self, record: &InkRecord, x_height: f32) {
        let Some((top, bottom)) = core_zone(&record.strokes) else { return };
        let text = record.text.as_str();
        let Some(bounds) = Rect::around(record.strokes.iter().flatten().copied()) else { return };
        let no_descender = !text.contains(['q', 'j', 'p', 'y', 'g', 'z', 'f']);
        let baseline = if no_descender { bounds.y1 } else { bottom };
        let width_of_character = (bounds.x1 - bounds.x0) / x_height / text.len() as f32;
        let size = (bottom - top) / x_height;
        if !(0.5..2.3).contains(&width_of_character) || !(0.6..1.6).contains(&size) {
            return;
        }
        let strokes = rescaled(&record.strokes, bounds.x0, baseline, x_height);
        if let Some(letters) = split_at_gaps(&strokes, text.len(), 0.0, 1.15) {
            let letters: Vec<(char, Ink)> = text.chars().zip(letters.into_iter().map(from_zero)).collect();
            if letters.iter().all(|(letter, ink)| is_plausible_letter(*letter, ink)) {
                for (letter, ink) in letters {
                    self.letters.entry(letter).or_default().push(ink);
                }
            }
        }
        self.words.push((record.text.clone(), Ink { strokes, areas: Vec::new() }));
    }

    /// Characters in a row with blanks between them.
    fn add_group(&mut self, record: &InkRecord, x_height: f32) {
        let characters: Vec<char> = record.text.chars().filter(|c| *c != ' ').collect();
        let Some(parts) = split_at_gaps(&record.strokes, characters.len(), 0.1 * x_height, 1.3) else { return };
        let boxes: Vec<Rect> = parts.iter().filter_map(|p| Rect::around(p.iter().flatten().copied())).collect();
        let standing: Vec<&Rect> =
            characters.iter().zip(&boxes).filter(|(c, _)| stands_on_baseline(**c)).map(|(_, b)| b).collect();
        let Some(baseline) = median(standing.iter().map(|b| b.y1)) else { return };
        let Some(height) = median(standing.iter().map(|b| b.y1 - b.y0)) else { return };
        // People write single capitals larger than in words: brought back to what a capital is to small letters.
        let scale = height / (height / x_height).clamp(1.45, 2.1);
        if standing.iter().any(|b| !(0.6..1.7).contains(&((b.y1 - b.y0) / height))) {
            return;
        }
        for (character, part) in characters.into_iter().zip(parts) {
            let ink = from_zero(rescaled(&part, 0.0, baseline, scale));
            if character.is_ascii() && is_plausible_letter(character, &ink) {
                self.letters.entry(character).or_default().push(ink);
            }
        }
    }

    fn can_write(&self, word: &str) -> bool {
        self.words.iter().any(|(known, _)| known == word)
            || word.chars().all(|c| self.letters.contains_key(&c) || made_mark(c).is_some())
    }

    /// A text all of which this hand can write; else such words of several texts; else what was sampled.
    fn text(&self, texts: &Texts, place: Surface, rng: &mut LineRng) -> String {
        let mut known_words = Vec::new();
        let capitals = rng.chance(CAPITALS);
        for _ in 0..MAX_DRAWS {
            let text = texts.line(place, rng);
            let text = if capitals { text.to_ascii_uppercase() } else { text };
            let words: Vec<&str> = text.split(' ').collect();
            let known: Vec<&str> = words.iter().copied().filter(|word| self.can_write(word)).collect();
            if known.len() == words.len() {
                return text;
            }
            // Words that were sampled whole are known to all hands, and would crowd out the others.
            let spelt = known.into_iter().filter(|word| !self.words.iter().any(|(whole, _)| whole == word));
            known_words.extend(spelt.map(str::to_owned));
        }
        let n = rng.count(1, 8).min(known_words.len());
        if n < 2 || rng.chance(0.3) { self.own_text(rng) } else { known_words[..n].join(" ") }
    }

    /// Words that were written whole, and characters side by side.
    fn own_text(&self, rng: &mut LineRng) -> String {
        let letters: Vec<char> = self.letters.keys().copied().collect();
        let n = rng.count(1, 6);
        let words: Vec<String> = (0..n)
            .map(|_| match rng.pick(&self.words) {
                Some((word, _)) if letters.is_empty() || rng.chance(0.6) => word.clone(),
                _ => (0..rng.count(1, 5)).filter_map(|_| rng.pick(&letters)).collect(),
            })
            .collect();
        words.join(" ")
    }

    fn write(&self, text: &str, rng: &mut LineRng) -> Ink {
        let mut ink = Ink::default();
        let mut x = 0.0;
        let gap = rng.between(0.12, 0.38);
        // Some leave as much between words as others between columns.
        let space = if rng.chance(0.12) { rng.between(1.2, 3.0) } else { rng.between(0.5, 1.2) } + 1.3 * gap;
        for word in text.split(' ') {
            let whole: Vec<&Ink> = self.words.iter().filter(|(known, _)| known == word).map(|(_, ink)| ink).collect();
            if let Some(whole) = rng.pick(&whole).filter(|_| !self.spells(word) || rng.chance(0.7)) {
                ink.add(whole, x, 0.0);
                x += whole.bounds().map_or(0.0, |b| b.x1);
            } else {
                for character in word.chars() {
                    let letter = self.letter(character, rng);
                    let width = letter.bounds().map_or(0.0, |b| b.x1);
                    ink.add(&letter, x, rng.normal(0.04));
                    let room = if made_mark(character).is_some() { 1.5 } else { 1.0 };
                    x += width + gap * room * rng.log_between(0.6, 1.5);
                }
                x -= gap;
            }
            x += space * rng.log_between(0.8, 1.3);
        }
        ink
    }

    fn spells(&self, word: &str) -> bool {
        word.chars().all(|c| self.letters.contains_key(&c))
    }

    fn letter(&self, character: char, rng: &mut LineRng) -> Ink {
        let mut ink = match self.letters.get(&character).and_then(|known| rng.pick(known)) {
            Some(ink) => ink.clone(),
            None => from_zero(made_mark(character).unwrap_or_default()),
        };
        let size = rng.log_between(0.93, 1.07);
        ink.map(|p| Point::new(p.x * size, p.y * size));
        ink
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

fn rescaled(strokes: &[Stroke], left: f32, baseline: f32, x_height: f32) -> Vec<Stroke> {
    let place = |p: &Point| Point::new((p.x - left) / x_height, (p.y - baseline) / x_height);
    strokes.iter().map(|stroke| stroke.iter().map(place).collect()).collect()
}

/// Moved so that the first ink is at x = 0.
fn from_zero(strokes: Vec<Stroke>) -> Ink {
    let mut ink = Ink { strokes, areas: Vec::new() };
    let left = ink.bounds().map_or(0.0, |bounds| bounds.x0);
    ink.map(|p| Point::new(p.x - left, p.y));
    ink
}
