//! `longhand language-model`: counts a language model from texts.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;

use crate::{
    cli::{outcome::Outcome, output::Answers},
    recognition::NgramCounts,
    synthesis::sample_texts,
};

/// The fewest occurrences of n-grams of one to eight characters that are kept. No measurement is recorded.
const MIN_COUNTS: [u64; 8] = [1, 1, 1, 1, 2, 2, 3, 3];
/// The fewest occurrences of a listed word; rarer words are often slips. No measurement is recorded.
const MIN_WORD_COUNT: usize = 3;

/// Make a language model from texts.
///
/// Counts how often characters follow each other, up to eight in a row. Texts are sentences, one a line, plain or
/// `.xz`; lines of notes, dates, prices and addresses are made up beside them, which corpora have too few of. Its words
/// may be listed, too: those of dictionaries, and those that stand often enough in the texts.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand language-model --out english.ngram sentences.txt.xz
  longhand language-model --out english.ngram --words-out english.words --dictionary british-english sentences.txt.xz")]
pub(crate) struct LanguageModelCommand {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The list of words to write.
    #[arg(long, value_name = "FILE")]
    words_out: Option<PathBuf>,
    /// A file of words, one a line, for the list; may be given several times.
    #[arg(long, value_name = "FILE", requires = "words_out")]
    dictionary: Vec<PathBuf>,
    /// The texts themselves, made-up lines among them, one a line: what a recurrent model is to learn from.
    #[arg(long, value_name = "FILE")]
    texts_out: Option<PathBuf>,
    /// Lines that are made up.
    #[arg(long, value_name = "N", default_value_t = 40_000)]
    made_up: u64,
    /// Text files.
    #[arg(value_name = "TEXT", required = true)]
    texts: Vec<PathBuf>,
}

impl LanguageModelCommand {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let texts = sample_texts(&self.texts, self.made_up, 1)?;
        if let Some(path) = &self.texts_out {
            let lines: String = texts.iter().flat_map(|text| [text.as_ref(), "\n"]).collect();
            std::fs::write(path, lines).with_context(|| format!("cannot write {}", path.display()))?;
        }
        let mut counts = NgramCounts::new(MIN_COUNTS.len());
        for text in &texts {
            counts.add(text);
        }
        let bytes = counts.into_model(&MIN_COUNTS).to_bytes();
        std::fs::write(&self.out, &bytes).with_context(|| format!("cannot write {}", self.out.display()))?;
        if let Some(path) = &self.words_out {
            let n_real = texts.len() - self.made_up as usize;
            let words = self.listed_words(&texts[..n_real])?;
            std::fs::write(path, words).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Answers::new().line(&format!("{} texts, {} bytes", texts.len(), bytes.len()))?;
        Ok(Outcome::Complete)
    }

    /// Words in lower case, one a line, sorted. Punctuation splits words: "don't" gives "don" and "t".
    fn listed_words(&self, texts: &[Box<str>]) -> anyhow::Result<String> {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for word in texts.iter().flat_map(|text| letter_runs(text)) {
            *times.entry(word).or_default() += 1;
        }
        times.retain(|_, times| *times >= MIN_WORD_COUNT);
        let mut words: BTreeSet<String> = times.into_keys().collect();
        for path in &self.dictionary {
            let dictionary =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            words.extend(dictionary.lines().filter(|word| word.is_ascii()).flat_map(letter_runs));
        }
        Ok(words.into_iter().map(|word| word + "\n").collect())
    }
}

/// Runs of letters, in lower case.
fn letter_runs(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|run| !run.is_empty()).map(str::to_ascii_lowercase)
}
