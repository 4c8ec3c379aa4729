//! Batches: lines drawn from several sources, grouped by similar width.

use std::sync::Arc;

use rand::{RngExt as _, SeedableRng as _, seq::SliceRandom as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    augmentation::{AugmentationConfig, augment},
    line_cache::CachedLine,
};
use crate::{
    imaging::{INPUT_ROWS, WIDTH_MULTIPLE},
    page::CharacterSet,
    training::{engine::tensor::Tensor, error::TrainingError},
};

/// Batches drawn as one group, sorted by width and then shuffled: enough that the lines of a batch are about as wide.
const GROUP_BATCHES: usize = 12;
/// The most lines of a batch.
const MAX_BATCH_LINES: usize = 48;
/// The largest width at the first step, in columns, of a training that begins with short lines.
const FIRST_WIDTH_LIMIT: usize = 240;

/// A source of training lines with its weight.
#[derive(Clone, Debug)]
pub struct WeightedLines {
    /// The lines.
    pub lines: Arc<Vec<CachedLine>>,
    /// Input columns are drawn from the sources in proportion to it.
    pub weight: f32,
    /// The step from which on they are no longer drawn: unlabelled lines serve distillation, but not the CTC after it.
    pub until_step: Option<u64>,
}

impl WeightedLines {
    fn is_drawn_at(&self, step: u64) -> bool {
        self.until_step.is_none_or(|until| step < until)
    }
}

/// The size of batches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchConfig {
    /// Input columns a batch, padding included: about 16 lines of 700.
    pub columns: usize,
    /// Steps over which the largest width of the lines rises: CTC finds alignments many times faster on short lines.
    pub short_first_steps: u64,
}

impl Default for BatchConfig {
    fn default() -> Self {
        Self { columns: 11_264, short_first_steps: 0 }
    }
}

/// A batch of lines, padded to the widest of them.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// `[batch, 64, width, 1]`, 0 paper to 1 ink.
    pub input: Tensor,
    /// The labels of each line, without blanks.
    pub labels: Vec<Vec<usize>>,
    /// The frames of each line, without padding.
    pub n_frames: Vec<usize>,
    /// The position after this batch, for checkpoints.
    pub position: BatchPosition,
}

/// A position in the sequence of batches. The same sources, seed and position give the same batches from there on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchPosition {
    /// Groups drawn.
    pub group: u64,
    /// The step at which the last group was drawn.
    pub group_step: u64,
    /// Batches of that group already used.
    pub used: usize,
}

/// An endless sequence of batches.
#[derive(Clone, Debug)]
pub struct BatchSource {
    sources: Vec<WeightedLines>,
    /// Indices of each source's lines, sorted by width.
    by_width: Vec<Vec<u32>>,
    config: BatchConfig,
    augmentation: AugmentationConfig,
    character_set: CharacterSet,
    seed: u64,
    position: BatchPosition,
    /// The batches of the current group; a line is a source and an index into it.
    group: Vec<Vec<(usize, u32)>>,
}

impl BatchSource {
    /// Fails with [`TrainingError::NoLines`] if no source has lines and weight.
    pub fn new(
        sources: Vec<WeightedLines>,
        config: BatchConfig,
        augmentation: AugmentationConfig,
        seed: u64,
    ) -> Result<Self, TrainingError> {
        let sources: Vec<WeightedLines> =
            sources.into_iter().filter(|s| s.weight > 0.0 && !s.lines.is_empty()).collect();
        if sources.is_empty() {
            return Err(TrainingError::NoLines { reason: "every source is empty or has weight zero".to_owned() });
        }
        let by_width = (sources.iter())
            .map(|source| {
                let mut order: Vec<u32> = (0..source.lines.len() as u32).collect();
                order.sort_by_key(|&i| source.lines[i as usize].width);
                order
            })
            .collect();
        let position = BatchPosition::default();
        let character_set = CharacterSet::ascii();
        Ok(Self { sources, by_width, config, augmentation, character_set, seed, position, group: Vec::new() })
    }

    /// With labels of `characters` in place of ASCII.
    #[must_use]
    pub fn with_characters(self, characters: CharacterSet) -> Self {
        Self { character_set: characters, ..self }
    }

    /// Continues from `position`.
    pub fn resume(&mut self, position: BatchPosition) {
        self.position = position;
        if position.group > 0 {
            self.group = self.draw_group(position.group, position.group_step);
        }
    }

    /// Sets the step from which on sources of the first phase are no longer drawn.
    pub fn end_first_phase_at(&mut self, step: u64) {
        for source in self.sources.iter_mut().filter(|source| source.until_step.is_some()) {
            source.until_step = Some(step);
        }
    }

    /// The batch of `step`.
    pub fn next_batch(&mut self, step: u64) -> Batch {
        let has_source_that_ended =
            |source: &WeightedLines| source.is_drawn_at(self.position.group_step) && !source.is_drawn_at(step);
        if self.position.used >= self.group.len() || self.sources.iter().any(has_source_that_ended) {
            self.position = BatchPosition { group: self.position.group + 1, group_step: step, used: 0 };
            self.group = self.draw_group(self.position.group, step);
        }
        let lines = &self.group[self.position.used];
        self.position.used += 1;
        let seed = self.seed ^ (self.position.group << 20) ^ ((self.position.used as u64) << 8);
        let mut batch = self.assemble(lines, seed);
        batch.position = self.position;
        batch
    }

    /// Draws lines from the sources, columns in proportion to weights, and cuts them into batches of similar width.
    fn draw_group(&self, group: u64, step: u64) -> Vec<Vec<(usize, u32)>> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed.wrapping_add(group.wrapping_mul(0x9E37_79B9)));
        let limit = self.width_limit(step);
        // Under a width limit, a source counts by the share of its lines below the limit, so that its few short lines
        // are not drawn over and over.
        let weights: Vec<f32> = (self.sources.iter().zip(&self.by_width))
            .map(|(source, order)| {
                let n_short = order.partition_point(|&i| source.lines[i as usize].width <= limit);
                let weight = if source.is_drawn_at(step) { source.weight } else { 0.0 };
                weight * n_short as f32 / order.len() as f32
            })
            .collect();
        let total_weight: f32 = weights.iter().sum();
        let mut drawn: Vec<(usize, u32)> = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            let order = &self.by_width[index];
            let n_short = order.partition_point(|&i| source.lines[i as usize].width <= limit);
            let wanted = (GROUP_BATCHES * self.config.columns) as f32 * weights[index] / total_weight;
            let mut columns = 0;
            while n_short > 0 && (columns as f32) < wanted {
                let line = order[random.random_range(0..n_short)];
                columns += source.lines[line as usize].width;
                drawn.push((index, line));
            }
        }
        drawn.sort_by_key(|&(source, line)| (self.sources[source].lines[line as usize].width, source, line));
        let mut batches: Vec<Vec<(usize, u32)>> = vec![Vec::new()];
        for entry in drawn {
            let width = self.sources[entry.0].lines[entry.1 as usize].width;
            let current = batches.last().map_or(0, Vec::len);
            if current >= MAX_BATCH_LINES || (current > 0 && (current + 1) * width > self.config.columns) {
                batches.push(Vec::new());
            }
            batches.last_mut().into_iter().for_each(|batch| batch.push(entry));
        }
        batches.retain(|batch| !batch.is_empty());
        batches.shuffle(&mut random);
        batches
    }

    /// The largest width of the lines drawn at `step`, in columns.
    fn width_limit(&self, step: u64) -> usize {
        let steps = self.config.short_first_steps;
        if step >= steps {
            return usize::MAX;
        }
        let shortest = self.by_width.iter().zip(&self.sources).filter_map(|(order, source)| {
            // The limit must leave some lines to draw.
            order.get(order.len() / 50).map(|&i| source.lines[i as usize].width)
        });
        let first = FIRST_WIDTH_LIMIT.max(shortest.min().unwrap_or(0));
        first + (1000 * step / steps) as usize
    }

    fn assemble(&self, lines: &[(usize, u32)], seed: u64) -> Batch {
        let line = |&(source, index): &(usize, u32)| &self.sources[source].lines[index as usize];
        let shown: Vec<_> = (lines.par_iter().enumerate())
            .map(|(i, entry)| augment(line(entry), &self.augmentation, seed.wrapping_mul(31).wrapping_add(i as u64)))
            .collect();
        let width = shown.iter().map(|s| s.width).max().unwrap_or(WIDTH_MULTIPLE);
        let mut input = Tensor::zeros(lines.len(), INPUT_ROWS, width, 1);
        let (image_len, row_len) = (input.image_len(), input.row_len());
        for (image, shown) in input.data.chunks_exact_mut(image_len).zip(&shown) {
            for (row, pixels) in image.chunks_exact_mut(row_len).zip(shown.pixels.chunks_exact(shown.width)) {
                row[1..=shown.width].copy_from_slice(pixels);
            }
        }
        Batch {
            input,
            labels: lines.iter().map(|entry| self.character_set.encode(&line(entry).text)).collect(),
            n_frames: shown.iter().map(|s| s.width / WIDTH_MULTIPLE).collect(),
            position: BatchPosition::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(widths: &[usize]) -> WeightedLines {
        let lines = (widths.iter())
            .map(|&width| CachedLine { width, pixels: vec![128; width * INPUT_ROWS], text: format!("w{width}") })
            .collect();
        WeightedLines { lines: Arc::new(lines), weight: 1.0, until_step: None }
    }

    fn source(short_first_steps: u64) -> BatchSource {
        let widths: Vec<usize> = (1..60).map(|i| i * 20).collect();
        let config = BatchConfig { columns: 2400, short_first_steps };
        BatchSource::new(vec![lines(&widths), lines(&[100; 5])], config, AugmentationConfig::default(), 7)
            .expect("there are lines")
    }

    #[test]
    fn batches_resume_where_they_stood() {
        let mut whole = source(0);
        let batches: Vec<Batch> = (0..30).map(|step| whole.next_batch(step)).collect();
        let mut resumed = source(0);
        resumed.resume(batches[16].position);
        for (step, batch) in batches.iter().enumerate().skip(17) {
            let other = resumed.next_batch(step as u64);
            assert_eq!((&other.labels, &other.input.data), (&batch.labels, &batch.input.data));
        }
    }

    #[test]
    fn short_lines_come_first() {
        let mut source = source(1000);
        let widest = |batch: &Batch| batch.n_frames.iter().max().copied().unwrap_or(0) * WIDTH_MULTIPLE;
        let early = (0..10).map(|step| widest(&source.next_batch(step))).max();
        assert!(early < Some(500), "{early:?}");
        let late = (2000..2030).map(|step| widest(&source.next_batch(step))).max();
        assert!(late > Some(700), "{late:?}");
    }

    #[test]
    fn a_source_ends_at_its_step() {
        let mut passing = lines(&[100; 5]);
        passing.until_step = Some(10);
        let config = BatchConfig { columns: 400, short_first_steps: 0 };
        let mut source =
            BatchSource::new(vec![lines(&[200; 9]), passing], config, AugmentationConfig::none(), 7).expect("lines");
        let widths: Vec<usize> = (0..40).map(|step| source.next_batch(step).input.width).collect();
        assert!(widths[..10].contains(&100), "{widths:?}");
        assert!(!widths[10..].contains(&100), "{widths:?}");
    }

    #[test]
    fn without_lines_there_are_no_batches() {
        let empty = WeightedLines { lines: Arc::new(Vec::new()), weight: 1.0, until_step: None };
        let made = BatchSource::new(vec![empty], BatchConfig::default(), AugmentationConfig::default(), 1);
        assert!(matches!(made, Err(TrainingError::NoLines { .. })));
    }
}
