//! Throughput of training, measured on made-up lines.

use std::{sync::Arc, time::Instant};

use super::{
    criteria::criterion::Criterion,
    data::{
        augmentation::AugmentationConfig,
        batches::{Batch, BatchConfig, BatchSource, WeightedLines},
        line_cache::CachedLine,
    },
    distillation::DistillationConfig,
    error::TrainingError,
    network::{architecture::Architecture, cnn_dblstm::Network},
    optimizer::{AdamW, OptimizerConfig},
};
use crate::imaging::INPUT_ROWS;

/// Batches that are used in turn.
const N_BATCHES: usize = 4;

/// The speed of one way to train.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throughput {
    /// Whole steps: forward, backward, optimizer. Drawing and augmenting lines, which other threads do, is not
    /// included.
    pub steps_per_sec: f64,
    /// Lines of the batches, about 650 columns each.
    pub lines_per_sec: f64,
}

/// Trains a new network after `architecture` on batches of `columns` columns for at least `min_secs` seconds: with CTC,
/// or by another criterion after a new network of `teacher`, whose upper layers have the same sizes.
pub fn measure_throughput(
    architecture: &Architecture,
    criterion: Criterion,
    teacher: &Architecture,
    columns: usize,
    min_secs: f64,
) -> Result<Throughput, TrainingError> {
    let batches = batches(columns)?;
    let mut network = Network::new(architecture.clone(), false, 1);
    let teacher = Network::new(teacher.clone(), false, 2);
    let plan = DistillationConfig { criterion, ..DistillationConfig::of_teacher("a new network".into()) };
    let mut phases = plan.phases(&network, teacher, 1, 0.0);
    let mut optimizer = AdamW::new(OptimizerConfig::default(), &network.parameters_mut());
    let mut step = |network: &mut Network, batch: &Batch| {
        if let Some(phase) = phases.first_mut() {
            phase.objective.propagate(network, batch);
        }
        optimizer.step(&mut network.parameters_mut(), 1e-4);
    };
    // The first passes allocate the activations.
    for batch in &batches {
        step(&mut network, batch);
    }
    let (start, mut n_steps, mut n_lines) = (Instant::now(), 0, 0);
    while start.elapsed().as_secs_f64() < min_secs || n_steps < N_BATCHES {
        let batch = &batches[n_steps % N_BATCHES];
        step(&mut network, batch);
        n_steps += 1;
        n_lines += batch.labels.len();
    }
    let secs = start.elapsed().as_secs_f64();
    Ok(Throughput { steps_per_sec: n_steps as f64 / secs, lines_per_sec: n_lines as f64 / secs })
}

/// Lines of 500 to 800 columns with strokes and a text of fitting length.
fn batches(columns: usize) -> Result<Vec<Batch>, TrainingError> {
    let line = |index: usize| {
        let width = 500 + index % 76 * 4;
        let pixels = (0..INPUT_ROWS * width).map(|i| if (i * 7919 / 13 + index) % 11 < 2 { 200 } else { 0 }).collect();
        CachedLine { width, pixels, text: "made-up words ".repeat(width / 230) }
    };
    let lines = Arc::new((0..256).map(line).collect());
    let config = BatchConfig { columns, short_first_steps: 0 };
    let source = WeightedLines { lines, weight: 1.0, until_step: None };
    let mut source = BatchSource::new(vec![source], config, AugmentationConfig::none(), 1)?;
    Ok((0..N_BATCHES as u64).map(|step| source.next_batch(step)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_train_has_a_pace() {
        let tiny = Architecture { lstm_cells: 4, ..Architecture::student() };
        for criterion in [Criterion::Ctc, Criterion::CnnMah] {
            let throughput = measure_throughput(&tiny, criterion, &tiny, 700, 0.0).unwrap();
            assert!(throughput.steps_per_sec > 0.0, "{throughput:?}");
            assert!(throughput.lines_per_sec >= throughput.steps_per_sec, "{throughput:?}");
        }
    }
}
