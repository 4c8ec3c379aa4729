//! A bidirectional LSTM layer (Hochreiter and Schmidhuber, 1997, with forget gates and without peepholes), as ONNX has
//! it.
//!
//! The products of both directions with the inputs are one matrix product over all frames. What is left for each frame
//! is the product of the recurrent weights with the last hidden state: a vector, so the weights' way from the
//! second-level cache is what takes the time.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::{
    lanes::{LaneKernel, Lanes, dispatch, load, store},
    matrix::{Into, View, multiply},
    packed::PackedMatrix,
    scalar::{GateSums, lstm_cell},
};

/// Gates of a cell, in ONNX's order: input, output, forget, cell.
const N_GATES: usize = 4;
/// Cells come in multiples of this, so that gates fill the blocks of a [`PackedMatrix`].
pub(in crate::recognition::engine) const CELLS: usize = 32;

/// A bidirectional LSTM layer, ready to run.
pub(in crate::recognition::engine) struct BidirectionalLstm {
    n_inputs: usize,
    n_cells: usize,
    /// `[input, direction, gate, cell]`.
    input_weight: Vec<f32>,
    /// `[direction, gate, cell]`.
    bias: Vec<f32>,
    /// For each direction `[cell before, gate, cell]`.
    recurrent_weight: [PackedMatrix; 2],
}

/// Memory of a run, kept for the next.
#[derive(Default)]
pub(in crate::recognition::engine) struct Scratch {
    /// `[frame, direction, gate, cell]`.
    gates: Vec<f32>,
}

impl BidirectionalLstm {
    /// From ONNX's tensors: `input_weight` `[direction, gate · cell, input]`, `recurrent_weight` `[direction, gate ·
    /// cell, cell]`, `bias` `[direction, 2 · gate · cell]`, whose halves are added. `None` if they do not fit each
    /// other or the number of cells is no multiple of [`CELLS`].
    pub(in crate::recognition::engine) fn new(
        n_cells: usize,
        input_weight: &[f32],
        recurrent_weight: &[f32],
        bias: &[f32],
    ) -> Option<Self> {
        let n_gates = N_GATES * n_cells;
        let n_inputs = input_weight.len().checked_div(2 * n_gates)?;
        let fits = n_inputs > 0
            && n_cells.is_multiple_of(CELLS)
            && input_weight.len() == 2 * n_gates * n_inputs
            && recurrent_weight.len() == 2 * n_gates * n_cells
            && bias.len() == 4 * n_gates;
        if !fits {
            return None;
        }
        let (input_halves, recurrent_halves) =
            (input_weight.split_at(n_gates * n_inputs), recurrent_weight.split_at(n_gates * n_cells));
        let mut columns = vec![0.0; input_weight.len()];
        for (direction, half) in [input_halves.0, input_halves.1].into_iter().enumerate() {
            for (gate, row) in half.chunks_exact(n_inputs).enumerate() {
                for (input, value) in row.iter().enumerate() {
                    columns[(input * 2 + direction) * n_gates + gate] = *value;
                }
            }
        }
        let bias = bias
            .chunks_exact(2 * n_gates)
            .flat_map(|both| (0..n_gates).map(|gate| both[gate] + both[n_gates + gate]))
            .collect();
        let recurrent_weight =
            [recurrent_halves.0, recurrent_halves.1].map(|half| PackedMatrix::transposed(half, n_cells));
        Some(Self { n_inputs, n_cells, input_weight: columns, bias, recurrent_weight })
    }

    /// Cells of a direction.
    pub(in crate::recognition::engine) fn n_cells(&self) -> usize {
        self.n_cells
    }

    /// From `[frame, input]` to `[frame, direction, cell]`, ONNX's output for one line.
    pub(in crate::recognition::engine) fn run(&self, input: &[f32], output: &mut [f32], scratch: &mut Scratch) {
        let n_frames = input.len() / self.n_inputs;
        let n_gates = 2 * N_GATES * self.n_cells;
        scratch.gates.clear();
        for _ in 0..n_frames {
            scratch.gates.extend_from_slice(&self.bias);
        }
        let weight = View::packed(&self.input_weight, self.n_inputs, n_gates);
        multiply(&mut scratch.gates, Into::Add, View::packed(input, n_frames, self.n_inputs), weight);
        for (direction, weight) in self.recurrent_weight.iter().enumerate() {
            dispatch(Recurrence { weight, direction, n_cells: self.n_cells, gates: &mut scratch.gates, out: output });
        }
    }
}

/// The frames of one direction, one after the other.
struct Recurrence<'a> {
    /// `[cell before, gate, cell]`.
    weight: &'a PackedMatrix,
    /// 0 forwards, 1 backwards.
    direction: usize,
    n_cells: usize,
    /// `[frame, direction, gate, cell]`, with the inputs' part.
    gates: &'a mut [f32],
    /// `[frame, direction, cell]`.
    out: &'a mut [f32],
}

impl LaneKernel for Recurrence<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let (n_cells, n_gates) = (self.n_cells, N_GATES * self.n_cells);
        let n_frames = self.out.len() / (2 * n_cells);
        let (mut hidden, mut memory) = (vec![0.0; n_cells], vec![0.0; n_cells]);
        for step in 0..n_frames {
            let frame = if self.direction == 0 { step } else { n_frames - 1 - step };
            let gates = &mut self.gates[(2 * frame + self.direction) * n_gates..][..n_gates];
            self.weight.add_products::<L, FMA>(gates, &hidden);
            for cell in (0..n_cells).step_by(L) {
                let gate = |gate: usize| load::<L>(&gates[gate * n_cells + cell..]);
                let [input, output, forget, new] = [gate(0), gate(1), gate(2), gate(3)];
                let (mut after, mut state): (Lanes<L>, Lanes<L>) = (load(&memory[cell..]), [0.0; L]);
                for lane in 0..L {
                    let sums =
                        GateSums { input: input[lane], forget: forget[lane], new: new[lane], output: output[lane] };
                    (after[lane], state[lane]) = lstm_cell::<FMA>(sums, after[lane]);
                }
                store(&mut memory[cell..], after);
                store(&mut hidden[cell..], state);
            }
            self.out[(2 * frame + self.direction) * n_cells..][..n_cells].copy_from_slice(&hidden);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::reference::numbers, *};

    /// One direction by the definition, `[frame, cell]`; frames come in the order in which they are read.
    fn by_definition(frames: &[&[f32]], weights: [&[f32]; 3], n_cells: usize) -> Vec<Vec<f32>> {
        let [input_weight, recurrent_weight, bias] = weights;
        let (mut hidden, mut memory) = (vec![0.0; n_cells], vec![0.0; n_cells]);
        let logistic = |x: f32| 1.0 / (1.0 + (-x).exp());
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        (frames.iter())
            .map(|frame| {
                let gates: Vec<f32> = (0..4 * n_cells)
                    .map(|gate| {
                        dot(&input_weight[gate * frame.len()..][..frame.len()], frame)
                            + dot(&recurrent_weight[gate * n_cells..][..n_cells], &hidden)
                            + bias[gate]
                            + bias[4 * n_cells + gate]
                    })
                    .collect();
                for cell in 0..n_cells {
                    let [input, output, forget, new] = std::array::from_fn(|gate| gates[gate * n_cells + cell]);
                    memory[cell] = logistic(forget) * memory[cell] + logistic(input) * new.tanh();
                    hidden[cell] = logistic(output) * memory[cell].tanh();
                }
                hidden.clone()
            })
            .collect()
    }

    #[test]
    fn both_directions_follow_the_definition() {
        let (n_inputs, n_cells, n_frames) = (24, 32, 7);
        let n_gates = 4 * n_cells;
        let (input_weight, recurrent_weight) = (numbers(2 * n_gates * n_inputs, 1), numbers(2 * n_gates * n_cells, 2));
        let (bias, input) = (numbers(4 * n_gates, 3), numbers(n_frames * n_inputs, 4));
        let layer = BidirectionalLstm::new(n_cells, &input_weight, &recurrent_weight, &bias).unwrap();
        let mut output = vec![0.0; n_frames * 2 * n_cells];
        layer.run(&input, &mut output, &mut Scratch::default());
        for direction in 0..2 {
            let mut frames: Vec<&[f32]> = input.chunks(n_inputs).collect();
            let half = |weight: &[f32]| weight[direction * weight.len() / 2..][..weight.len() / 2].to_vec();
            let weights = [half(&input_weight), half(&recurrent_weight), half(&bias)];
            if direction == 1 {
                frames.reverse();
            }
            let mut expected = by_definition(&frames, [&weights[0], &weights[1], &weights[2]], n_cells);
            if direction == 1 {
                expected.reverse();
            }
            for (frame, expected) in expected.iter().enumerate() {
                let hidden = &output[(2 * frame + direction) * n_cells..][..n_cells];
                for (hidden, expected) in hidden.iter().zip(expected) {
                    assert!((hidden - expected).abs() < 1e-5, "{hidden} {expected}");
                }
            }
        }
    }

    #[test]
    fn weights_that_do_not_fit_are_refused() {
        assert!(
            BidirectionalLstm::new(32, &vec![0.0; 2 * 128 * 8], &vec![0.0; 2 * 128 * 32], &[0.0; 4 * 128]).is_some()
        );
        assert!(
            BidirectionalLstm::new(32, &vec![0.0; 2 * 128 * 8], &vec![0.0; 2 * 128 * 31], &[0.0; 4 * 128]).is_none()
        );
        assert!(BidirectionalLstm::new(0, &[], &[], &[]).is_none());
    }
}
