//! Writes composed pages with their truth: `NAME.png` as line finding sees the page, `NAME.ink.png` with the kind of
//! ink of each pixel (0 paper, 1 writing, 2 drawing, 3 struck out), `NAME.json` with its lines.
//!
//! `cargo run --release --example page_set -- OUT --sources FOLDER --count 600 --seed 1` takes its ink, fonts and texts
//! from FOLDER (`strokes/`, `fonts/`, `single-line-fonts/`, `text/`); without it, what the program has inside.
#![expect(clippy::print_stderr, reason = "says how fast it was")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Parser;
use longhand::synthesis::{ComposedPage, PageComposer, SynthesisSources, bundled_sources};
use rayon::prelude::*;
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// The folder for the pages.
    out: PathBuf,
    /// Folder of ink, fonts and texts.
    #[arg(long, value_name = "FOLDER")]
    sources: Option<PathBuf>,
    /// Number of pages.
    #[arg(long, value_name = "N", default_value_t = 100)]
    count: u64,
    /// Number of the first page.
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u64,
    /// Seed of the random numbers.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.out)?;
    let sources = match &arguments.sources {
        Some(folder) => SynthesisSources::in_folder(folder)?,
        None => bundled_sources(&arguments.out.join("sources"))?,
    };
    let composer = PageComposer::new(&sources, arguments.seed)?;
    let start = Instant::now();
    let indices = arguments.first..arguments.first + arguments.count;
    indices.into_par_iter().try_for_each(|index| {
        write(&composer.page(index), &arguments.out, &format!("{}-{index:05}", arguments.seed))
    })?;
    eprintln!("{:.2} pages a second", arguments.count as f64 / start.elapsed().as_secs_f64());
    Ok(())
}

fn write(page: &ComposedPage, folder: &Path, name: &str) -> Result<()> {
    let path = |ending: &str| folder.join(format!("{name}.{ending}"));
    page.gray.save(path("png")).with_context(|| format!("cannot write {name}.png"))?;
    page.ink.save(path("ink.png")).with_context(|| format!("cannot write {name}.ink.png"))?;
    std::fs::write(path("json"), json!({ "content": page.content, "lines": page.lines }).to_string())?;
    Ok(())
}
