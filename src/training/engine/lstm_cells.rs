//! One step of the cells of an LSTM layer, forward and backward, for all lines of a batch.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::{
    scalar::{sigmoid, tanh},
    vectorized::{Kernel, LANES},
};

/// The forward step: from the gates' sums to the states of the cells and the hidden state.
pub(super) struct CellsForward<'a> {
    pub(super) cells: usize,
    /// On entry the gates' sums, on return the activated gates: `[batch, 4 · cell]`.
    pub(super) gates: &'a mut [f32],
    /// The states of the cells at the step before, `[batch, cell]`.
    pub(super) before: &'a [f32],
    /// The states of the cells, `[batch, cell]`.
    pub(super) cell: &'a mut [f32],
    /// The hidden state, `[batch, cell]`.
    pub(super) hidden: &'a mut [f32],
}

/// The backward step: from the gradient of the hidden state to that of the gates' sums.
pub(super) struct CellsBackward<'a> {
    pub(super) cells: usize,
    /// On entry the activated gates, on return the gradients of their sums: `[batch, 4 · cell]`.
    pub(super) gates: &'a mut [f32],
    /// The states of the cells at the step before, `[batch, cell]`.
    pub(super) before: &'a [f32],
    /// The states of the cells, `[batch, cell]`.
    pub(super) cell: &'a [f32],
    /// The gradient of both directions' outputs, `[batch, 2 · cell]`; this direction's part begins at `offset`.
    pub(super) upstream: &'a [f32],
    pub(super) offset: usize,
    /// The gradient of the hidden state from the step after, `[batch, cell]`.
    pub(super) hidden_gradient: &'a [f32],
    /// The gradient of the cells' states: on entry that of the step after, on return that of this step; `[batch,
    /// cell]`.
    pub(super) cell_gradient: &'a mut [f32],
}

#[inline(always)]
fn blocks<const N: usize>(numbers: &[f32]) -> &[[f32; N]] {
    numbers.as_chunks::<N>().0
}

#[inline(always)]
fn blocks_mut<const N: usize>(numbers: &mut [f32]) -> &mut [[f32; N]] {
    numbers.as_chunks_mut::<N>().0
}

impl Kernel for CellsForward<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.cells.is_multiple_of(LANES) { self.by::<LANES>() } else { self.by::<1>() }
    }
}

impl CellsForward<'_> {
    #[inline(always)]
    fn by<const N: usize>(self) {
        let n_blocks = self.cells / N;
        let (before, cell, hidden) =
            (blocks::<N>(self.before), blocks_mut::<N>(self.cell), blocks_mut::<N>(self.hidden));
        for (line, gates) in blocks_mut::<N>(self.gates).chunks_exact_mut(4 * n_blocks).enumerate() {
            for block in 0..n_blocks {
                let at = line * n_blocks + block;
                let [mut input, mut forget, mut output, mut candidate] = gates_of(gates, block);
                let (mut state, mut shown) = (before[at], [0.0; N]);
                for i in 0..N {
                    input[i] = sigmoid(input[i]);
                    forget[i] = sigmoid(forget[i]);
                    output[i] = sigmoid(output[i]);
                    candidate[i] = tanh(candidate[i]);
                    state[i] = forget[i] * state[i] + input[i] * candidate[i];
                    shown[i] = output[i] * tanh(state[i]);
                }
                set_gates(gates, block, [input, forget, output, candidate]);
                (cell[at], hidden[at]) = (state, shown);
            }
        }
    }
}

/// Input, forget, output and candidate gates of the cells of `block`, from the gates of one line.
#[inline(always)]
fn gates_of<const N: usize>(gates: &[[f32; N]], block: usize) -> [[f32; N]; 4] {
    let n_blocks = gates.len() / 4;
    [gates[block], gates[n_blocks + block], gates[2 * n_blocks + block], gates[3 * n_blocks + block]]
}

/// The inverse of [`gates_of`].
#[inline(always)]
fn set_gates<const N: usize>(gates: &mut [[f32; N]], block: usize, values: [[f32; N]; 4]) {
    let n_blocks = gates.len() / 4;
    for (gate, value) in values.into_iter().enumerate() {
        gates[gate * n_blocks + block] = value;
    }
}

impl Kernel for CellsBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.cells.is_multiple_of(LANES) { self.by::<LANES>() } else { self.by::<1>() }
    }
}

impl CellsBackward<'_> {
    #[inline(always)]
    fn by<const N: usize>(self) {
        let n_blocks = self.cells / N;
        let (before, cell) = (blocks::<N>(self.before), blocks::<N>(self.cell));
        let (upstream, offset) = (blocks::<N>(self.upstream), self.offset / N);
        let (hidden_gradient, cell_gradient) = (blocks::<N>(self.hidden_gradient), blocks_mut::<N>(self.cell_gradient));
        for (line, gates) in blocks_mut::<N>(self.gates).chunks_exact_mut(4 * n_blocks).enumerate() {
            for block in 0..n_blocks {
                let at = line * n_blocks + block;
                let [mut input, mut forget, mut output, mut candidate] = gates_of(gates, block);
                let upstream = &upstream[line * 2 * n_blocks + offset + block];
                let (from_after, mut d_cell) = (&hidden_gradient[at], cell_gradient[at]);
                let (state, state_before) = (&cell[at], &before[at]);
                for lane in 0..N {
                    let (i, f, o, c) = (input[lane], forget[lane], output[lane], candidate[lane]);
                    let squashed = tanh(state[lane]);
                    let d_hidden = from_after[lane] + upstream[lane];
                    let d_state = d_cell[lane] + d_hidden * o * (1.0 - squashed * squashed);
                    input[lane] = d_state * c * i * (1.0 - i);
                    forget[lane] = d_state * state_before[lane] * f * (1.0 - f);
                    output[lane] = d_hidden * squashed * o * (1.0 - o);
                    candidate[lane] = d_state * i * (1.0 - c * c);
                    d_cell[lane] = d_state * f;
                }
                set_gates(gates, block, [input, forget, output, candidate]);
                cell_gradient[at] = d_cell;
            }
        }
    }
}
