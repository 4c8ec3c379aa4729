//! `longhand tucker`: decomposes a trained network into a smaller one, without a teacher.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::{
    cli::{outcome::Outcome, output::Answers},
    training::{
        Architecture, Network, TuckerRanks, load_trained_network, save_start, tucker_decomposition, with_lstm_rank,
    },
};

/// Decompose a trained reader's layers.
///
/// Every 3×3 convolution of a network with a VGG front becomes 1×1, 3×3 and 1×1 (Tucker), the second LSTM layer's
/// inputs fewer. What comes out is a checkpoint to fine-tune: name it as `start_from` in a recipe. Prints the sizes
/// before and after, the work for a line of 60 × 512 pixels.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  longhand tucker --model training-runs/teacher/best.safetensors --ranks v2 --start v2-start.safetensors
  longhand tucker --model models/teacher --ranks 0.9 --lstm-rank 64 --start small-start.safetensors")]
pub(crate) struct Tucker {
    /// The trained network: a checkpoint, or the folder of a model package.
    #[arg(long, value_name = "PATH")]
    model: PathBuf,
    /// v1, v2 or v3 of the paper; the ranks of four stages, such as 16,28,64,64; or the part of the variance to keep.
    #[arg(long, value_name = "RANKS", required_unless_present = "lstm_rank")]
    ranks: Option<TuckerRanks>,
    /// Features that the second LSTM layer is to read.
    #[arg(long, value_name = "N")]
    lstm_rank: Option<usize>,
    /// The checkpoint to write.
    #[arg(long, value_name = "FILE.safetensors")]
    start: PathBuf,
}

impl Tucker {
    pub(crate) fn run(&self) -> anyhow::Result<Outcome> {
        let whole = load_trained_network(&self.model)?;
        let before = sizes(&whole.architecture);
        let mut small = self.decomposed(whole)?;
        save_start(&self.start, &mut small)?;
        let Architecture { tucker_ranks, lstm_rank, .. } = &small.architecture;
        Answers::new().json(&json!({
            "start": self.start,
            "before": before,
            "after": sizes(&small.architecture),
            "tucker_ranks": tucker_ranks,
            "lstm_rank": lstm_rank,
        }))?;
        Ok(Outcome::Complete)
    }

    fn decomposed(&self, whole: Network) -> anyhow::Result<Network> {
        let mut network = whole;
        if let Some(ranks) = &self.ranks {
            network = tucker_decomposition(&mut network, ranks)?;
        }
        if let Some(rank) = self.lstm_rank {
            network = with_lstm_rank(&mut network, rank)?;
        }
        Ok(network)
    }
}

fn sizes(architecture: &Architecture) -> serde_json::Value {
    json!({ "parameters": architecture.n_parameters(), "multiply_adds": architecture.n_multiply_adds(60, 512) })
}
