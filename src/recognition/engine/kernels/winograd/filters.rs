//! Winograd's transform of filters (`G g Gᵀ`), done once.

use super::tile::{PATCH, PLANE_GAP, POINTS};

/// `G`: from filters to their transformed form.
const FILTER_TRANSFORM: [[f32; 3]; PATCH] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// The transformed filters of a convolution, in blocks of output channels.
pub(super) struct Filters {
    n_inputs: usize,
    /// Output channels of a block; the last block may have fewer.
    n_block: usize,
    /// `[block, point, input channel, output channel of the block]`, with a gap behind each point.
    numbers: Vec<f32>,
}

impl Filters {
    /// `weight` is `[output channel, input channel, 3, 3]`.
    pub(super) fn new(weight: &[f32], n_inputs: usize, n_block: usize) -> Self {
        let n_outputs = weight.len() / (9 * n_inputs);
        let mut filters = Self { n_inputs, n_block, numbers: Vec::new() };
        filters.numbers = vec![0.0; filters.start(n_outputs.div_ceil(n_block))];
        for (index, filter) in weight.chunks_exact(9).enumerate() {
            let (output, input) = (index / n_inputs, index % n_inputs);
            let block = output / n_block;
            let n_columns = (n_outputs - block * n_block).min(n_block);
            for point in 0..POINTS {
                let (rows, columns) = (FILTER_TRANSFORM[point / PATCH], FILTER_TRANSFORM[point % PATCH]);
                let value: f32 = (0..9).map(|place| rows[place / 3] * filter[place] * columns[place % 3]).sum();
                let place = point * filters.plane(n_columns) + input * n_columns + output % n_block;
                let start = filters.start(block);
                filters.numbers[start + place] = value;
            }
        }
        filters
    }

    /// The filters of a block of `n_columns` output channels, `[point, input channel, output channel of the block]`.
    pub(super) fn block(&self, block: usize, n_columns: usize) -> &[f32] {
        &self.numbers[self.start(block)..][..POINTS * self.plane(n_columns)]
    }

    /// Numbers from one point of a block of `n_columns` output channels to the next.
    fn plane(&self, n_columns: usize) -> usize {
        self.n_inputs * n_columns + PLANE_GAP
    }

    fn start(&self, block: usize) -> usize {
        block * POINTS * self.plane(self.n_block)
    }
}
