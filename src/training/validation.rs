//! Validation: reads lines without augmentation by greedy decoding, and counts error rates.

use super::{data::line_cache::CachedLine, engine::tensor::Tensor, network::cnn_dblstm::Network};
use crate::{
    imaging::{INPUT_ROWS, WIDTH_MULTIPLE},
    page::{BLANK, CharErrorRate, CharacterSet, WordErrorRate},
};

/// The most input columns of a batch.
const BATCH_COLUMNS: usize = 12_000;
/// The most lines that an event shows with their readings.
const N_SAMPLES: usize = 4;

/// Readings of lines, and their error rates.
#[derive(Clone, Debug)]
pub struct ReadLines {
    /// Character error rate.
    pub cer: CharErrorRate,
    /// Word error rate.
    pub wer: WordErrorRate,
    /// The readings, in the order of the lines.
    pub texts: Vec<String>,
}

/// Reads `lines` by greedy decoding.
pub fn read_lines(network: &mut Network, lines: &[CachedLine]) -> ReadLines {
    let character_set = CharacterSet::of_labels(network.architecture.n_labels);
    let mut texts = vec![String::new(); lines.len()];
    for batch in plain_batches(lines) {
        let (n_lines, n_labels) = (batch.indices.len(), network.architecture.n_labels);
        let logits = network.forward(&batch.input).main;
        for (line, (&index, &n_frames)) in batch.indices.iter().zip(&batch.n_frames).enumerate() {
            let rows = (0..n_frames).map(|t| &logits[(t * n_lines + line) * n_labels..][..n_labels]);
            texts[index] = character_set.decode(&greedy_path(rows));
        }
    }
    let (mut cer, mut wer) = (CharErrorRate::default(), WordErrorRate::default());
    for (line, read) in lines.iter().zip(&texts) {
        cer.add(&line.text, read);
        wer.add(&line.text, read);
    }
    ReadLines { cer, wer, texts }
}

/// Up to [`N_SAMPLES`] of `lines`, the same in every run, each as its label and its reading.
pub(super) fn samples(lines: &[CachedLine], texts: Vec<String>) -> Vec<(String, String)> {
    let step = lines.len().div_ceil(N_SAMPLES).max(1);
    lines.iter().zip(texts).step_by(step).map(|(line, read)| (line.text.clone(), read)).collect()
}

/// A batch of lines of similar width, without augmentation.
pub(super) struct PlainBatch {
    /// Indices of the lines.
    pub(super) indices: Vec<usize>,
    /// `[batch, 64, width, 1]`, 0 paper to 1 ink.
    pub(super) input: Tensor,
    /// The frames of each line, without padding.
    pub(super) n_frames: Vec<usize>,
}

/// Each of `lines` once, in batches from the narrowest to the widest.
pub(super) fn plain_batches(lines: &[CachedLine]) -> impl Iterator<Item = PlainBatch> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&i| lines[i].width);
    let mut done = 0;
    std::iter::from_fn(move || {
        let rest = &order[done..];
        let fits = |&n: &usize| n == 1 || n * lines[rest[n - 1]].width <= BATCH_COLUMNS;
        let n = (1..=rest.len()).take_while(fits).last()?;
        done += n;
        Some(PlainBatch::new(lines, rest[..n].to_vec()))
    })
}

impl PlainBatch {
    fn new(lines: &[CachedLine], indices: Vec<usize>) -> Self {
        let width = indices.iter().map(|&i| lines[i].width).max().unwrap_or(WIDTH_MULTIPLE);
        let mut input = Tensor::zeros(indices.len(), INPUT_ROWS, width, 1);
        let (image_len, row_len) = (input.image_len(), input.row_len());
        for (image, &i) in input.data.chunks_exact_mut(image_len).zip(&indices) {
            for (row, pixels) in image.chunks_exact_mut(row_len).zip(lines[i].pixels.chunks_exact(lines[i].width)) {
                row[1..].iter_mut().zip(pixels).for_each(|(out, &p)| *out = f32::from(p) / 255.0);
            }
        }
        let n_frames = indices.iter().map(|&i| lines[i].width / WIDTH_MULTIPLE).collect();
        Self { indices, input, n_frames }
    }
}

/// Greedy decoding: the best label of every frame, repeats merged, blanks dropped.
fn greedy_path<'a>(rows: impl Iterator<Item = &'a [f32]>) -> Vec<usize> {
    let best = |row: &[f32]| row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(BLANK, |(label, _)| label);
    let mut path: Vec<usize> = rows.map(best).collect();
    path.dedup();
    path.retain(|&label| label != BLANK);
    path
}
