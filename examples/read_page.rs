//! Reads a page: `cargo run --release --example read_page -- PAGE.jpg` prints its lines.
#![expect(clippy::print_stdout, reason = "an example's answer")]

use std::{env, ops::ControlFlow, path::Path};

use anyhow::{Context as _, Result};
use longhand::{
    imaging::PageImage,
    recognition::{CtcDecoder, ModelPackage, PageReader},
};

fn main() -> Result<()> {
    let path = env::args_os().nth(1).context("the first argument is the image of a page")?;
    let package = ModelPackage::built_in()?;
    let reader = PageReader::open(&package, 2, CtcDecoder::english(&package.character_set))?;
    let (page, timings) = reader.read(&PageImage::open(Path::new(&path))?, &mut |_| ControlFlow::Continue(()))?;
    for line in &page.lines {
        println!("{}", line.text());
    }
    println!("{} lines read in {:.0} ms", page.lines.len(), timings.recognize_ms);
    Ok(())
}
