//! Measures a reader on labelled lines, and prints its error rates:
//! `cargo run --release --example evaluate_lines -- assets/general-lines/lines.tsv`.
#![expect(clippy::print_stdout, reason = "an example's answer")]

use std::{env, path::Path};

use anyhow::{Context as _, Result};
use longhand::{
    evaluation::LineSet,
    recognition::{CtcDecoder, ModelPackage, PageReader},
};

fn main() -> Result<()> {
    let path = env::args_os().nth(1).context("the first argument is a table of labelled lines")?;
    let package = ModelPackage::built_in()?;
    let reader = PageReader::open(&package, 2, CtcDecoder::english(&package.character_set))?;
    let evaluation = LineSet::open(Path::new(&path))?.evaluate(&reader, &mut |_line| {});
    let (characters, words) = (evaluation.char_error_rate(), evaluation.word_error_rate());
    println!("{} lines: CER {:.2} %, WER {:.2} %", evaluation.lines.len(), characters.percent(), words.percent());
    Ok(())
}
