//! Training and distillation of line readers, on this machine.
//!
//! Lines ([`CachedLine`]) are drawn and distorted into batches, a [`Network`] on the CPU [`engine`] learns them by a
//! criterion ([`criteria`]), [`Trainer`] reports events and writes checkpoints on the way, and [`TrainingRun`] takes a
//! [`Recipe`] from its lines to a model package.

pub mod architecture;
mod augmentation;
pub mod batches;
mod checkpoint;
pub mod criteria;
mod distillation;
pub mod engine;
mod error;
mod event;
mod export;
mod import;
mod learning;
mod learning_curve;
mod line_cache;
mod line_dataset;
mod losses;
mod model_card;
mod network;
mod objective;
mod optimizer;
mod pace;
mod recipe;
mod recomposition;
mod run;
mod trainer;
mod tucker;
mod validation;
mod vectorized;

pub use architecture::{Architecture, Front};
pub use augmentation::{AugmentationConfig, ShownLine, augment};
pub use checkpoint::{Checkpoint, CheckpointState, load_checkpoint, save_checkpoint, save_start};
pub use distillation::{DistillationConfig, Teacher, UnlabelledLines};
pub use error::TrainingError;
pub use event::TrainingEvent;
pub use export::{PackageFacts, network_weights, write_manifest, write_package, write_package_as};
pub use import::load_trained_network;
pub use learning::{
    Learning, LearningEvent, MIN_OWN_LINES, MIN_READ_LINES, Measured, Stage as LearningStage, ToldBy, n_held_out,
    surest_lines,
};
pub use line_cache::{CachedLine, read_cache, write_cache};
pub use losses::{LossReport, measure_losses};
pub use network::{FoldedConvolution, Logits, Network, Place};
pub use objective::{Objective, Phase};
pub use optimizer::{AdamW, OptimizerConfig};
pub use pace::{Pace, measure_pace};
pub use recipe::{LineSource, PackageConfig, Recipe, SyntheticLines};
pub use recomposition::RecomposedLines;
pub use run::TrainingRun;
pub use trainer::{BEST_CHECKPOINT, LAST_CHECKPOINT, StopSignal, Trainer, TrainerConfig};
pub use tucker::{DecompositionError, TuckerRanks, UnknownRanks, tucker_decomposition, with_lstm_rank};
pub use validation::{ReadLines, read_lines};
