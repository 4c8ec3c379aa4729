//! Training and distillation of line readers, on this machine.
//!
//! Lines ([`CachedLine`]) are drawn and distorted into batches, a [`Network`] on the CPU [`engine`] learns them by a
//! criterion ([`criteria`]), [`Trainer`] reports events and writes checkpoints on the way, and [`TrainingRun`] takes a
//! [`Recipe`] from its lines to a model package.

mod adaptation;
mod checkpoint;
pub mod criteria;
pub(crate) mod data;
mod distillation;
pub mod engine;
mod error;
mod event;
mod losses;
mod network;
mod objective;
mod optimizer;
mod package;
mod recipe;
mod run;
mod stages;
mod throughput;
mod trainer;
mod validation;
mod vectorized;

pub use self::{
    adaptation::{
        Adaptation, AdaptationEvent, LabelSource, Measured, Stage as AdaptationStage,
        lines::{MIN_OWN_LINES, MIN_READ_LINES, confident_lines, n_held_out},
    },
    checkpoint::{Checkpoint, CheckpointState, load_checkpoint, save_checkpoint, save_start},
    data::{
        augmentation::{AugmentationConfig, ShownLine, augment},
        batches::{BatchConfig, BatchSource, WeightedLines},
        line_cache::{CachedLine, read_cache, write_cache},
        word_recombination::RecombinedLines,
    },
    distillation::{DistillationConfig, Teacher, UnlabelledLines},
    error::TrainingError,
    event::TrainingEvent,
    losses::{LossReport, measure_losses},
    network::{
        FeatureTap, Logits, Network,
        architecture::{Architecture, Front},
        folding::FoldedConvolution,
        tucker::{DecompositionError, TuckerRanks, UnknownRanks, tucker_decomposition, with_lstm_rank},
    },
    objective::{Objective, Phase},
    optimizer::{AdamW, OptimizerConfig},
    package::{
        export::{PackageFacts, network_weights, write_manifest, write_package, write_package_as},
        import::load_trained_network,
        learning_curve::CurvePoint,
    },
    recipe::{LineSource, PackageConfig, Recipe, SyntheticLines},
    run::TrainingRun,
    stages::{ModelRecipe, RecipeStage, StageCommits, StageEnd, StageEngine, StageRecord},
    throughput::{Pace, measure_throughput},
    trainer::{BEST_CHECKPOINT, LAST_CHECKPOINT, StopSignal, Trainer, TrainerConfig},
    validation::{ReadLines, read_lines},
};
