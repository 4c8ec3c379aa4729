//! Training, distillation and adaptation of line readers, on this machine.
//!
//! Training lines ([`CachedLine`], from `data/`) are drawn and augmented into batches; a [`Network`] (`network/`) on
//! the CPU engine ([`engine`]) minimizes a criterion ([`criteria`]) on them.
//!
//! - `recipe.rs`: the [`Recipe`] of a run; `run.rs`: [`TrainingRun`], from a recipe's lines to a model package
//!   (`package/`)
//! - `trainer.rs`: [`Trainer`], the loop over batches; `objective.rs`: the phases of a run and what each minimizes;
//!   `optimizer.rs`: AdamW; `validation.rs`: error rates on lines that choose the best weights
//! - `distillation.rs`, `teacher.rs`: learning from a teacher; `losses.rs`: every loss of a student
//! - `adaptation/`: a reader adapted to one hand
//! - `checkpoint.rs`: the state of a run in a file; `event.rs`: what a run reports; `error.rs`: what may fail
//! - `throughput.rs`: the speed of training; `vectorized.rs`: loops compiled for several instruction sets
//!
//! # A run
//!
//! A run is a sequence of phases, each with an objective: CTC on labels, or one of five criteria that compare the
//! student with a teacher on the same augmented pixels, at the frames, the last LSTM layer or the logits. While a
//! student follows its teacher, its LSTM and inner-product layers are copies of the teacher's and stay fixed; then all
//! layers are fine-tuned with CTC.
//!
//! A run may start from a checkpoint or a package (`start_from`). The start is evaluated first, so that the best
//! weights are never worse than the start. Checkpoints are written atomically; a run resumes from the last one with the
//! same batches and the same numbers (`checkpoint.rs`).
//!
//! The window trains in child processes of the same program. They report events as JSON lines, stop at a line "stop" or
//! at the end of their standard input, and end with their handle: none outlives the window, and a killed one resumes
//! from its last checkpoint.
//!
//! # PyTorch
//!
//! The Python package beside the models is the same training in PyTorch, for CUDA and for processors with bf16
//! instructions. It reads line caches and writes checkpoints of this format, so its weights leave through the same
//! exporter; `tests/training/pytorch_fixtures.rs` holds losses, gradients and steps of both together. On several GPUs
//! it runs under `torchrun`, one process a GPU, each with its own lines, by distributed data parallelism or by
//! blockwise model-update filtering: blocks of updates filtered with momentum.

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
mod teacher;
mod throughput;
mod trainer;
mod validation;

pub use self::{
    adaptation::{
        event::{AdaptationEvent, AdaptationStage},
        label_source::LabelSource,
        lines::{MIN_OWN_LINES, MIN_READ_LINES, confident_lines, n_held_out},
        run::Adaptation,
        score::AdaptationScore,
    },
    checkpoint::{Checkpoint, CheckpointState, load_checkpoint, save_checkpoint, save_start},
    data::{
        augmentation::{AugmentationConfig, ShownLine, augment},
        batches::{BatchConfig, BatchSource, WeightedLines},
        line_cache::{CachedLine, read_cache, write_cache},
        word_recombination::RecombinedLines,
    },
    distillation::{DistillationConfig, UnlabelledLines},
    error::TrainingError,
    event::{Preparation, TrainingEvent},
    losses::{LossReport, measure_losses},
    network::{
        architecture::{Architecture, Front},
        cnn_dblstm::{Logits, Network},
        feature_tap::FeatureTap,
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
    run::{RunResult, TrainingRun},
    stages::{ModelRecipe, RecipeStage, StageCommits, StageEnd, StageEngine, StageRecord},
    teacher::Teacher,
    throughput::{Throughput, measure_throughput},
    trainer::{BEST_CHECKPOINT, LAST_CHECKPOINT, StopSignal, Trainer, TrainerConfig},
    validation::{ReadLines, read_lines},
};
