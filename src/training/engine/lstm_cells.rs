//! What happens in the cells of an LSTM layer at one step, for all lines of a batch.

use crate::training::vectorized::{Kernel, LANES, sigmoid, tanh};

/// From the gates' sums to the cells' and the hidden state.
pub(super) struct CellsForward<'a> {
    pub(super) cells: usize,
    /// Sums in, activated gates out: `[batch, 4 · cell]`.
    pub(super) gates: &'a mut [f32],
    /// The cells' state at the step before, `[batch, cell]`.
    pub(super) before: &'a [f32],
    /// The cells' state, `[batch, cell]`.
    pub(super) cell: &'a mut [f32],
    /// `[batch, cell]`.
    pub(super) hidden: &'a mut [f32],
}

/// From the gradient of the hidden state to that of the gates' sums.
pub(super) struct CellsBackward<'a> {
    pub(super) cells: usize,
    /// Activated gates in, gradients of their sums out: `[batch, 4 · cell]`.
    pub(super) gates: &'a mut [f32],
    /// The cells' state at the step before, `[batch, cell]`.
    pub(super) before: &'a [f32],
    /// The cells' state, `[batch, cell]`.
    pub(super) cell: &'a [f32],
    /// The gradient of both directions' outputs, `[batch, 2 · cell]`; this direction's part begins at `offset`.
    pub(super) upstream: &'a [f32],
    pub(super) offset: usize,
    /// What the step after adds to it, `[batch, cell]`.
    pub(super) hidden_gradient: &'a [f32],
    /// In that of the step after, out this step's: `[batch, cell]`.
    pub(super) cell_gradient: &'a mut [f32],
}

/// The numbers of `N` cells from the slice's `at` on.
#[inline(always)]
fn lanes<const N: usize>(numbers: &[f32], at: usize) -> [f32; N] {
    let mut lanes = [0.0; N];
    lanes.copy_from_slice(&numbers[at..at + N]);
    lanes
}

#[inline(always)]
fn put<const N: usize>(numbers: &mut [f32], at: usize, lanes: [f32; N]) {
    numbers[at..at + N].copy_from_slice(&lanes);
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
        let Self { cells, gates, before, cell, hidden } = self;
        for (line, gates) in gates.chunks_exact_mut(4 * cells).enumerate() {
            for i in (0..cells).step_by(N) {
                let at = line * cells + i;
                let mut input: [f32; N] = lanes(gates, i);
                let mut forget: [f32; N] = lanes(gates, cells + i);
                let mut output: [f32; N] = lanes(gates, 2 * cells + i);
                let mut candidate: [f32; N] = lanes(gates, 3 * cells + i);
                let (mut state, mut shown): ([f32; N], [f32; N]) = (lanes(before, at), [0.0; N]);
                for lane in 0..N {
                    input[lane] = sigmoid(input[lane]);
                    forget[lane] = sigmoid(forget[lane]);
                    output[lane] = sigmoid(output[lane]);
                    candidate[lane] = tanh(candidate[lane]);
                    state[lane] = forget[lane] * state[lane] + input[lane] * candidate[lane];
                    shown[lane] = output[lane] * tanh(state[lane]);
                }
                put(gates, i, input);
                put(gates, cells + i, forget);
                put(gates, 2 * cells + i, output);
                put(gates, 3 * cells + i, candidate);
                put(cell, at, state);
                put(hidden, at, shown);
            }
        }
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
        let Self { cells, gates, before, cell, upstream, offset, hidden_gradient, cell_gradient } = self;
        for (line, gates) in gates.chunks_exact_mut(4 * cells).enumerate() {
            for i in (0..cells).step_by(N) {
                let at = line * cells + i;
                let mut input: [f32; N] = lanes(gates, i);
                let mut forget: [f32; N] = lanes(gates, cells + i);
                let mut output: [f32; N] = lanes(gates, 2 * cells + i);
                let mut candidate: [f32; N] = lanes(gates, 3 * cells + i);
                let upstream: [f32; N] = lanes(upstream, line * 2 * cells + offset + i);
                let (from_after, mut d_cell): ([f32; N], [f32; N]) = (lanes(hidden_gradient, at), lanes(cell_gradient, at));
                let (state, state_before): ([f32; N], [f32; N]) = (lanes(cell, at), lanes(before, at));
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
                put(gates, i, input);
                put(gates, cells + i, forget);
                put(gates, 2 * cells + i, output);
                put(gates, 3 * cells + i, candidate);
                put(cell_gradient, at, d_cell);
            }
        }
    }
}
