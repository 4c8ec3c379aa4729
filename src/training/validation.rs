//! Reads labelled lines with the network in training: greedy decoding, error rates.

use super::{CachedLine, Network, engine::Tensor};
use crate::{
    imaging::{INPUT_ROWS, WIDTH_MULTIPLE},
    page::{BLANK, CharErrorRate, CharacterSet, WordErrorRate},
};

/// Columns read at a time.
const BATCH_COLUMNS: usize = 12_000;

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
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&i| lines[i].width);
    let mut texts = vec![String::new(); lines.len()];
    let mut rest = order.as_slice();
    while let Some(&widest) = rest.first() {
        let n = (1..=rest.len())
            .take_while(|&n| n == 1 || n * lines[rest[n - 1]].width <= BATCH_COLUMNS)
            .last()
            .unwrap_or(1);
        let (batch, after) = rest.split_at(n);
        let width = batch.iter().map(|&i| lines[i].width).max().unwrap_or(lines[widest].width);
        let mut input = Tensor::zeros(n, INPUT_ROWS, width, 1);
        let (image_len, row_len) = (input.image_len(), input.row_len());
        for (image, &i) in input.data.chunks_exact_mut(image_len).zip(batch) {
            for (row, pixels) in image.chunks_exact_mut(row_len).zip(lines[i].pixels.chunks_exact(lines[i].width)) {
                row[1..].iter_mut().zip(pixels).for_each(|(out, &p)| *out = f32::from(p) / 255.0);
            }
        }
        let n_labels = network.architecture.n_labels;
        let logits = network.forward(&input).main;
        for (line, &i) in batch.iter().enumerate() {
            let n_frames = lines[i].width / WIDTH_MULTIPLE;
            let rows = (0..n_frames).map(|t| &logits[(t * n + line) * n_labels..][..n_labels]);
            texts[i] = character_set.decode(&greedy_path(rows));
        }
        rest = after;
    }
    let (mut cer, mut wer) = (CharErrorRate::default(), WordErrorRate::default());
    for (line, read) in lines.iter().zip(&texts) {
        cer.add(&line.text, read);
        wer.add(&line.text, read);
    }
    ReadLines { cer, wer, texts }
}

/// The best label of every frame, repeats merged, blanks dropped.
fn greedy_path<'a>(rows: impl Iterator<Item = &'a [f32]>) -> Vec<usize> {
    let best = |row: &[f32]| row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(BLANK, |(label, _)| label);
    let mut path: Vec<usize> = rows.map(best).collect();
    path.dedup();
    path.retain(|&label| label != BLANK);
    path
}
