//! Texts of lines: pieces of sentences from corpora, and made-up texts between them.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use liblzma::read::XzDecoder;

use super::{
    made_texts::{label, made_text},
    western_texts::western_text,
};
use crate::{
    page::natural_spacing,
    synthesis::{
        error::SynthesisError, ink::is_label, random::LineRng, sources::source_list::Weighted, surface::Surface,
    },
};

/// Longer texts are cut: few lines of handwriting hold more characters.
const MAX_CHARACTERS: usize = 85;
/// How often a text is drawn at most until it meets a condition.
const MAX_DRAWS: usize = 12;
/// Share of the lines that are pieces of sentences; the others are made up. No measurement is recorded.
const SENTENCES: f32 = 0.72;
/// Share of the pieces with one to three words; the others have four to thirteen. No measurement is recorded.
const SHORT_PIECES: f32 = 0.15;
/// Share of the pieces from the beginning of a sentence; the others begin anywhere, as lines break anywhere. No
/// measurement is recorded.
const FROM_BEGINNING: f32 = 0.4;
/// Share of the pieces in capitals. No measurement is recorded.
const CAPITALS: f32 = 0.1;
/// The words that made-up texts take from where there are no corpora.
const WITHOUT_CORPORA: &str = "things to do";

/// Sentences of corpora, from which the texts of lines are drawn.
#[derive(Default)]
pub(crate) struct Texts {
    /// One sentence an entry.
    corpora: Vec<Vec<Box<str>>>,
    weights: Vec<f32>,
    /// Share of the texts, 0 to 1, with characters beyond ASCII.
    pub(crate) western: f32,
}

impl Texts {
    /// Opens text files of one sentence a line, plain or `.xz`.
    pub(crate) fn open(sources: &[Weighted], western: f32) -> Result<Self, SynthesisError> {
        let mut texts = Self { western, ..Self::default() };
        for source in sources {
            let corpus = read_sentences(&source.path)?;
            if corpus.is_empty() {
                return Err(SynthesisError::NothingUsable { path: source.path.clone() });
            }
            texts.corpora.push(corpus);
            texts.weights.push(source.weight);
        }
        Ok(texts)
    }

    /// The text of one line.
    pub(crate) fn line(&self, surface: Surface, rng: &mut LineRng) -> String {
        let text = match (surface, self.sentence(rng)) {
            (Surface::Board, sentence) => board_text(sentence.unwrap_or(WITHOUT_CORPORA), rng),
            (_, Some(sentence)) if rng.chance(SENTENCES) => restyled(piece(sentence, rng), rng),
            (_, sentence) => made_text(sentence.unwrap_or(WITHOUT_CORPORA), rng),
        };
        let text = shortened(&text);
        // No random number is drawn where the share is 0: recipes of before it existed give the same lines.
        if self.western > 0.0 && rng.chance(self.western) { western_text(&text, rng) } else { text }
    }

    /// The text of one line that `fits`; `None` if none of [`MAX_DRAWS`] does.
    pub(crate) fn line_that(&self, surface: Surface, rng: &mut LineRng, fits: impl Fn(&str) -> bool) -> Option<String> {
        (0..MAX_DRAWS).map(|_| self.line(surface, rng)).find(|text| fits(text))
    }

    fn sentence(&self, rng: &mut LineRng) -> Option<&str> {
        let corpus = &self.corpora[rng.weighted(&self.weights)?];
        rng.pick(corpus).map(AsRef::as_ref)
    }
}

fn read_sentences(path: &Path) -> Result<Vec<Box<str>>, SynthesisError> {
    let file = File::open(path).map_err(|error| SynthesisError::unreadable(path, &error))?;
    let reader: Box<dyn Read> =
        if path.extension().is_some_and(|e| e == "xz") { Box::new(XzDecoder::new(file)) } else { Box::new(file) };
    let mut sentences = Vec::new();
    for line in BufReader::new(reader).lines() {
        let line = line.map_err(|error| SynthesisError::unreadable(path, &error))?;
        let sentence = natural_spacing(&typewritten(&line));
        if is_label(&sentence) && !is_tokenised(&sentence) {
            sentences.push(sentence.into_boxed_str());
        }
    }
    Ok(sentences)
}

/// Whether blanks are left before closing marks, which is not how people write.
fn is_tokenised(sentence: &str) -> bool {
    let closes = |word: &str| word.trim_start_matches(['"', '\'']).starts_with([',', ';', '.', '!', '?', ')']);
    sentence.split(' ').skip(1).any(closes)
}

/// Texts to count a language model from: the sentences of text files of one sentence a line, plain or `.xz`, and
/// `n_made_up` lines of notes, dates, prices and addresses. The same seed makes up the same lines.
pub fn sample_texts(files: &[PathBuf], n_made_up: u64, seed: u64) -> Result<Vec<Box<str>>, SynthesisError> {
    let mut texts = Vec::new();
    for file in files {
        texts.append(&mut read_sentences(file)?);
    }
    for index in 0..n_made_up {
        let mut rng = LineRng::new(seed, index);
        let about = rng.pick(&texts).map_or(WITHOUT_CORPORA, AsRef::as_ref);
        let made = made_text(about, &mut rng);
        texts.push(made.into_boxed_str());
    }
    Ok(texts)
}

/// `text` with ASCII in place of typographic quotation marks, dashes, ellipses and blanks.
fn typewritten(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '‘' | '’' | '′' => out.push('\''),
            '“' | '”' | '″' => out.push('"'),
            '–' | '—' | '−' | '‐' | '‑' => out.push('-'),
            '…' => out.push_str("..."),
            '\u{a0}' | '\t' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// A few words of `sentence`, a label of a diagram, or a made-up text.
fn board_text(sentence: &str, rng: &mut LineRng) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    match rng.count(0, 3) {
        0 => made_text(sentence, rng),
        1 => label(&words, rng),
        _ => {
            let n = rng.count(1, 4);
            restyled(words_in_a_row(&words, n, rng), rng)
        }
    }
}

/// One to thirteen words in a row.
fn piece(sentence: &str, rng: &mut LineRng) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    let wanted = if rng.chance(SHORT_PIECES) { rng.count(1, 3) } else { rng.count(4, 13) };
    words_in_a_row(&words, wanted, rng)
}

fn words_in_a_row(words: &[&str], wanted: usize, rng: &mut LineRng) -> String {
    let n = wanted.min(words.len());
    let first = if rng.chance(FROM_BEGINNING) { 0 } else { rng.count(0, words.len() - n) };
    words[first..first + n].join(" ")
}

/// `text`, in capitals with probability [`CAPITALS`].
fn restyled(text: String, rng: &mut LineRng) -> String {
    if rng.chance(CAPITALS) { text.to_ascii_uppercase() } else { text }
}

/// `text` cut to [`MAX_CHARACTERS`] between words; a single long word is cut anywhere.
fn shortened(text: &str) -> String {
    let text = text.trim();
    if text.len() <= MAX_CHARACTERS {
        return text.to_owned();
    }
    let cut = text[..MAX_CHARACTERS].rfind(' ').unwrap_or(MAX_CHARACTERS);
    text[..cut].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_can_be_a_label() {
        let texts = Texts::default();
        let mut seen = std::collections::BTreeSet::new();
        for index in 0..6000 {
            let text = texts.line(Surface::Anywhere, &mut LineRng::new(7, index));
            assert!(is_label(&text), "{text:?}");
            assert!(text.len() <= MAX_CHARACTERS && text.trim() == text && !text.contains("  "), "{text:?}");
            seen.extend(text.chars());
        }
        let missing: String = (' '..='~').filter(|c| !seen.contains(c)).collect();
        assert_eq!(missing, "", "characters that never turn up");
    }

    #[test]
    fn sentences_are_naturally_spaced_typewriter_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("corpus.txt");
        std::fs::write(&path, "“Come in,” he said …\nnaïve\n\nBacon ”.\nWait !\n").unwrap();
        assert_eq!(read_sentences(&path).unwrap(), ["\"Come in,\" he said...".into(), "Wait!".into()]);
    }
}
