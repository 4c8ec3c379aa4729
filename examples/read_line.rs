//! Reads a line: `cargo run --release --example read_line -- LINE.png` prints its text and the reader's confidence.
#![expect(clippy::print_stdout, reason = "an example's answer")]

use std::{env, path::Path};

use anyhow::{Context as _, Result};
use longhand::{
    imaging::LineImage,
    recognition::{CtcDecoder, LineRecognizer, ModelPackage, TractModel},
};

fn main() -> Result<()> {
    let path = env::args_os().nth(1).context("the first argument is the image of a line")?;
    let package = ModelPackage::built_in()?;
    let decoder = CtcDecoder::english(&package.character_set);
    let mut recognizer = LineRecognizer::new(Box::new(TractModel::open(&package)?), decoder);
    let read = recognizer.recognize(&LineImage::open(Path::new(&path))?)?;
    println!("{} ({:.0} %)", read.text, 100.0 * read.confidence);
    Ok(())
}
