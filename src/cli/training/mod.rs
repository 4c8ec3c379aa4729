//! The commands that train, and those that make what is trained with.
//!
//! - `train.rs`, `distill.rs`: a reader by a recipe, or a student by its teacher; `training_run.rs`: what the training
//!   commands share
//! - `adapt.rs`: a reader for one hand; `page_adaptation.rs`: the same for `--adapt`, by the pages that are read
//! - `tucker.rs`: a trained reader decomposed into a smaller one, `losses.rs`: every loss of a student
//! - `synthesize.rs`: a sheet of synthetic lines, `language_model.rs`: a language model, `bench_training.rs`:
//!   throughput

mod adapt;
mod bench_training;
mod distill;
mod language_model;
mod losses;
pub(super) mod page_adaptation;
mod recipe_options;
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
    #[command(alias = "learn")]
    Adapt(adapt::Adapt),
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
            Self::Adapt(command) => command.run(),
            Self::Losses(command) => command.run(),
            Self::LanguageModel(command) => command.run(),
            Self::Tucker(command) => command.run(),
            Self::BenchTraining(command) => command.run(),
        }
    }
}
