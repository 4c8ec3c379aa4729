//! `longhand language-model`: makes a language model from texts.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::{Outcome, output::Answers};
use crate::{recognition::NgramCounts, synthesis::sample_texts};

/// How often n-grams of one to eight characters must stand in the texts to be kept.
const MIN_COUNTS: [u64; 8] = [1, 1, 1, 1, 2, 2, 3, 3];

/// Make a language model from texts.
///
/// Counts how often characters follow each other, up to eight in a row. Texts are sentences, one a line, plain or `.xz`;
/// lines of notes, dates, prices and addresses are made up beside them, which corpora have too few of.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand language-model --out models/language/english.ngram sentences.txt.xz")]
pub(super) struct LanguageModelCommand {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Lines that are made up.
    #[arg(long, value_name = "N", default_value_t = 40_000)]
    made_up: u64,
    /// Text files.
    #[arg(value_name = "TEXT", required = true)]
    texts: Vec<PathBuf>,
}

impl LanguageModelCommand {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let texts = sample_texts(&self.texts, self.made_up, 1)?;
        let mut counts = NgramCounts::new(MIN_COUNTS.len());
        for text in &texts {
            counts.add(text);
        }
        let bytes = counts.into_model(&MIN_COUNTS).to_bytes();
        std::fs::write(&self.out, &bytes).with_context(|| format!("cannot write {}", self.out.display()))?;
        Answers::new().line(&format!("{} texts, {} bytes", texts.len(), bytes.len()))?;
        Ok(Outcome::Complete)
    }
}
