//! Reads a line with a model of your own: `cargo run --release --example own_model -- models/open-student LINE.png`.
#![expect(clippy::print_stdout, reason = "an example's answer")]

use std::{env, path::PathBuf};

use anyhow::{Context as _, Result};
use longhand::{
    imaging::LineImage,
    recognition::{CtcDecoder, LineRecognizer, ModelPackage, TractModel},
};

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().context("the first argument is the folder of a model package")?;
    let line = arguments.next().context("the second argument is the image of a line")?;
    // Opening checks the network, its labels and its card against each other.
    let package = ModelPackage::open(&folder)?;
    let mut recognizer = LineRecognizer::new(Box::new(TractModel::open(&package)?), CtcDecoder::Greedy);
    let read = recognizer.recognize(&LineImage::open(&line)?)?;
    println!("{} {}: {}", package.manifest.title, package.manifest.version, read.text);
    Ok(())
}
