//! `longhand adapt`: adapts a reader to one hand.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::training_run::{RunControl, report_events};
use crate::{
    cli::{options::ModelOptions, outcome::Outcome},
    training::{Adaptation, LabelSource},
};

/// Adapt the reader to one hand, by corrected lines.
///
/// Fine-tunes a reader on three in four of the lines, mixed with lines of other hands that are inside the program, and
/// evaluates it before and after: on every fourth line, and on lines of many other hands. Reports one JSON object a
/// line; a line "stop" on standard input, or its end, ends the run after a checkpoint. The lines may be any set that
/// `longhand evaluate` takes. The command was called `longhand learn` before, and that name still works.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand adapt --lines my-lines/lines.tsv --run training-runs/mine --package models/mine
  longhand adapt --lines my-pages --model student --steps 120 --run training-runs/mine --package models/mine
  longhand export --format page-xml --out letters letters/
  longhand adapt --as-read --lines letters --run training-runs/hers --package models/hers")]
pub(crate) struct Adapt {
    /// Lines of one hand with their text; at least 20, or 5 with `--as-read`.
    #[arg(long, value_name = "SET")]
    lines: PathBuf,
    /// Their text was read by a reader and not corrected: all lines are trained on, and only other hands are evaluated.
    #[arg(long)]
    as_read: bool,
    #[command(flatten)]
    model: ModelOptions,
    /// The new reader's name for people.
    #[arg(long, value_name = "TEXT", default_value = "My handwriting")]
    title: String,
    /// Folder of the run.
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Where to write the new reader's package.
    #[arg(long, value_name = "DIR")]
    package: PathBuf,
    /// Steps of training [default: 100, or 50 with `--as-read`].
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    #[command(flatten)]
    control: RunControl,
}

impl Adapt {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        std::fs::create_dir_all(&self.run).with_context(|| format!("cannot make the folder {}", self.run.display()))?;
        let label_source = if self.as_read { LabelSource::Pseudo } else { LabelSource::Human };
        let adaptation = Adaptation {
            lines: self.lines.clone(),
            label_source,
            base: self.model.package()?,
            title: self.title.clone(),
            folder: self.run.clone(),
            package: self.package.clone(),
            steps: self.steps.unwrap_or(label_source.steps()),
        };
        report_events(self.control, |should_stop, report| Ok(adaptation.run(should_stop, report)?))?;
        Ok(Outcome::Complete)
    }
}
