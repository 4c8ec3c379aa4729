//! `longhand bench-training`: throughput of training and of drawing lines on this machine.

use std::{path::PathBuf, time::Instant};

use clap::Args;
use rayon::prelude::*;

use crate::{
    cli::{outcome::Outcome, output::Answers},
    synthesis::LineSynthesizer,
    training::{Architecture, ModelRecipe, criteria::Criterion, measure_throughput},
};

/// Lines drawn to measure synthesis.
const N_DRAWN: u64 = 400;

/// Measure how fast this machine trains and draws lines.
///
/// Prints a row for every way to train, separated by tabs: what, steps a second, lines a second. Training is measured
/// on made-up lines of 500 to 800 columns, without their drawing and distortion; synthesis on the sources of a recipe,
/// normalization not counted.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand bench-training
  longhand bench-training --columns 8192 --seconds 30 --config models/student/recipe.toml")]
pub(crate) struct BenchTraining {
    /// Columns a batch.
    #[arg(long, value_name = "N", default_value_t = 8192)]
    columns: usize,
    /// Seconds for each way to train, at least.
    #[arg(long, value_name = "N", default_value_t = 10.0)]
    seconds: f64,
    /// A recipe, of whose last stage to draw the synthetic lines.
    #[arg(long, value_name = "RECIPE.toml")]
    config: Option<PathBuf>,
    /// Worker threads [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl BenchTraining {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        if let Some(threads) = self.threads {
            rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build_global()?;
        }
        let mut answers = Answers::new();
        answers.line("what\tsteps/s\tlines/s")?;
        let (teacher, student) = (Architecture::teacher(), Architecture::student());
        let ways = [
            ("student, ctc", &student, Criterion::Ctc),
            ("student after teacher, cnn-mah", &student, Criterion::CnnMah),
            ("student after teacher, softmax-ce", &student, Criterion::SoftmaxCe),
            ("teacher, ctc", &teacher, Criterion::Ctc),
        ];
        for (name, architecture, criterion) in ways {
            let throughput = measure_throughput(architecture, criterion, &teacher, self.columns, self.seconds)?;
            answers.line(&format!("{name}\t{:.3}\t{:.1}", throughput.steps_per_sec, throughput.lines_per_sec))?;
        }
        if let Some(config) = &self.config {
            let recipe = ModelRecipe::open(config)?;
            let lines = recipe.last_stage().map_or(&[][..], |stage| &stage.recipe.lines);
            for (index, source) in lines.iter().filter_map(|source| source.synthetic.as_ref()).enumerate() {
                let synthesizer = LineSynthesizer::new(&source.sources, source.seed)?;
                let start = Instant::now();
                (0..N_DRAWN).into_par_iter().for_each(|line| drop(synthesizer.line(line)));
                let lines_per_sec = N_DRAWN as f64 / start.elapsed().as_secs_f64();
                answers.line(&format!("synthesis, source {}\t\t{lines_per_sec:.1}", index + 1))?;
            }
        }
        Ok(Outcome::Complete)
    }
}
