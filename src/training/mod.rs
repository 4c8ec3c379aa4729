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
pub mod engine;
mod error;
mod export;
mod line_cache;
mod network;
mod optimizer;
mod recipe;
mod run;
mod trainer;
mod validation;

pub use architecture::{Architecture, Front};
pub use augmentation::{AugmentationConfig, ShownLine, augment};
pub use checkpoint::{Checkpoint, CheckpointState, load_checkpoint, save_checkpoint};
pub use error::TrainingError;
pub use export::{PackageFacts, network_weights, write_manifest, write_package};
pub use line_cache::{CachedLine, read_cache, write_cache};
pub use network::{Logits, Network};
pub use optimizer::{AdamW, OptimizerConfig};
pub use recipe::{LineSource, Recipe, SyntheticLines};
pub use run::TrainingRun;
pub use trainer::{BEST_CHECKPOINT, LAST_CHECKPOINT, StopSignal, Trainer, TrainerConfig, TrainingEvent};
pub use validation::{ReadLines, read_lines};
