//! Reads lines undistorted with the network in training: greedy decoding, error rates.

use super::{data::line_cache::CachedLine, engine::tensor::Tensor, network::cnn_dblstm::Network};
use crate::{
    imaging::{INPUT_ROWS, WIDTH_MULTIPLE},
    page::{BLANK, CharErrorRate, CharacterSet, WordErrorRate},
};

/// Columns read at a time.
const BATCH_COLUMNS: usize = 12_000;
/// Lines at most that are shown as they are read.
const N_SAMPLES: usize = 4;

/// What was read, and how well.
#[derive(Clone, Debug)]
pub struct ReadLines {
    /// Against the labels.
    pub cer: CharErrorRate,
    /// Against the labels.
    pub wer: WordErrorRate,
    /// In the order of the lines.
    pub texts: Vec<String>,
}

/// Reads `lines` greedily, as they are.
pub fn read_lines(network: &mut Network, lines: &[CachedLine]) -> ReadLines {
    let character_set = CharacterSet::ascii();
    let mut texts = vec![String::new(); lines.len()];
    for batch in batches_as_they_are(lines) {
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

/// A few of `lines`, always the same, as they should read and as they were read.
pub(super) fn samples(lines: &[CachedLine], texts: Vec<String>) -> Vec<(String, String)> {
    let step = lines.len().div_ceil(N_SAMPLES).max(1);
    lines.iter().zip(texts).step_by(step).map(|(line, read)| (line.text.clone(), read)).collect()
}

/// Lines of like width, undistorted.
pub(super) struct PlainBatch {
    /// Which of the lines.
    pub(super) indices: Vec<usize>,
    /// `[batch, 64, width, 1]`, 0 paper to 1 ink.
    pub(super) input: Tensor,
    /// Frames a line, without padding.
    pub(super) n_frames: Vec<usize>,
}

/// Each of `lines` once, the short ones first.
pub(super) fn batches_as_they_are(lines: &[CachedLine]) -> impl Iterator<Item = PlainBatch> {
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

/// The best label of every frame, repeats merged, blanks dropped.
fn greedy_path<'a>(rows: impl Iterator<Item = &'a [f32]>) -> Vec<usize> {
    let best = |row: &[f32]| row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(BLANK, |(label, _)| label);
    let mut path: Vec<usize> = rows.map(best).collect();
    path.dedup();
    path.retain(|&label| label != BLANK);
    path
}
