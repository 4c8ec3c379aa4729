//! The commands that train and that make training data, and the adaptation behind `--adapt`.

mod bench_training;
mod distill;
mod language_model;
mod learn;
mod losses;
pub(super) mod page_adaptation;
mod synthesize;
mod train;
mod training_run;
mod tucker;

use clap::Subcommand;

use super::outcome::Outcome;

/// The commands of training, listed by `longhand --help` after the others.
#[derive(Debug, Subcommand)]
pub(super) enum TrainingCommand {
    Synthesize(synthesize::Synthesize),
    Train(train::Train),
    Distill(distill::Distill),
    Learn(learn::Learn),
    Losses(losses::Losses),
    LanguageModel(language_model::LanguageModelCommand),
    Tucker(tucker::Tucker),
    BenchTraining(bench_training::BenchTraining),
}

impl TrainingCommand {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        match self {
            Self::Synthesize(command) => command.run(),
            Self::Train(command) => command.run(),
            Self::Distill(command) => command.run(),
            Self::Learn(command) => command.run(),
            Self::Losses(command) => command.run(),
            Self::LanguageModel(command) => command.run(),
            Self::Tucker(command) => command.run(),
            Self::BenchTraining(command) => command.run(),
        }
    }
}
