//! A bidirectional LSTM layer with one bias for each gate.
//!
//! Gates are stored in the order input, forget, output, candidate: the three sigmoids lie side by side.

use super::{
    lstm_cells::{CellsBackward, CellsForward},
    parameter::{Initializer, Parameter},
};
use crate::numerics::{
    matrix::{Into, View, multiply},
    vectorized::{add_rows, vectorized},
};

/// Both directions of one layer. Sequences are `[time, batch, feature]`; all of a batch have the same length, padding
/// included, as in recognition.
#[derive(Clone, Debug)]
pub struct BidirectionalLstm {
    /// Features of the input.
    pub inputs: usize,
    /// Cells a direction; the output has twice as many features, forward ones first.
    pub cells: usize,
    /// Reads from the first frame to the last.
    pub forward_direction: Direction,
    /// Reads from the last frame to the first.
    pub backward_direction: Direction,
}

/// The weights of one direction, and the activations of its last pass.
#[derive(Clone, Debug)]
pub struct Direction {
    /// `[input, 4 · cell]`.
    pub input_weight: Parameter,
    /// `[cell, 4 · cell]`.
    pub recurrent_weight: Parameter,
    /// `[4 · cell]`.
    pub bias: Parameter,
    reversed: bool,
    tape: Tape,
}

/// What a forward pass keeps for the backward pass.
#[derive(Clone, Debug, Default)]
struct Tape {
    /// Activated gates, later the gradients before activation: `[time, batch, 4 · cell]`.
    gates: Vec<f32>,
    /// `[time, batch, cell]`.
    cell: Vec<f32>,
    /// `[time, batch, cell]`.
    hidden: Vec<f32>,
    /// The cells' state before the first step: zeros, `[batch, cell]`.
    start: Vec<f32>,
    /// The hidden state that each step started from, `[time, batch, cell]`.
    previous_hidden: Vec<f32>,
    /// The input's gradient, `[time, batch, input]`.
    input_gradient: Vec<f32>,
}

impl BidirectionalLstm {
    /// Weights are uniform within ±1/√cells, biases 0, those of the forget gates 1.
    pub fn new(name: &str, inputs: usize, cells: usize, initializer: &mut Initializer) -> Self {
        let forward_direction = Direction::new(&format!("{name}.forward"), inputs, cells, false, initializer);
        let backward_direction = Direction::new(&format!("{name}.backward"), inputs, cells, true, initializer);
        Self { inputs, cells, forward_direction, backward_direction }
    }

    /// `input` is `[time, batch, input]`, `output` becomes `[time, batch, 2 · cell]`.
    pub fn forward(&mut self, input: &[f32], batch: usize, output: &mut Vec<f32>) {
        let Self { inputs, cells, forward_direction, backward_direction } = self;
        let (inputs, cells) = (*inputs, *cells);
        rayon::join(
            || forward_direction.forward(input, batch, inputs, cells),
            || backward_direction.forward(input, batch, inputs, cells),
        );
        output.resize(input.len() / inputs * 2 * cells, 0.0);
        let hidden =
            (forward_direction.tape.hidden.chunks_exact(cells)).zip(backward_direction.tape.hidden.chunks_exact(cells));
        for (out, (forward, backward)) in output.chunks_exact_mut(2 * cells).zip(hidden) {
            out[..cells].copy_from_slice(forward);
            out[cells..].copy_from_slice(backward);
        }
    }

    /// Adds to the weights' gradients and writes the input's. It uses up the activations of the last
    /// [`BidirectionalLstm::forward`].
    pub fn backward(&mut self, input: &[f32], batch: usize, output_gradient: &[f32], input_gradient: &mut Vec<f32>) {
        let Self { inputs, cells, forward_direction, backward_direction } = self;
        let shape = Shape { batch, inputs: *inputs, cells: *cells };
        rayon::join(
            || forward_direction.backward(input, shape, output_gradient, 0),
            || backward_direction.backward(input, shape, output_gradient, shape.cells),
        );
        input_gradient.resize(input.len(), 0.0);
        let parts = forward_direction.tape.input_gradient.iter().zip(&backward_direction.tape.input_gradient);
        input_gradient.iter_mut().zip(parts).for_each(|(sum, (a, b))| *sum = a + b);
    }
}

#[derive(Clone, Copy)]
struct Shape {
    batch: usize,
    inputs: usize,
    cells: usize,
}

impl Direction {
    fn new(name: &str, inputs: usize, cells: usize, reversed: bool, initializer: &mut Initializer) -> Self {
        let bound = 1.0 / (cells as f32).sqrt();
        let input_weight = Parameter::uniform(format!("{name}.input_weight"), &[inputs, 4 * cells], bound, initializer);
        let recurrent_weight =
            Parameter::uniform(format!("{name}.recurrent_weight"), &[cells, 4 * cells], bound, initializer);
        let mut bias = Parameter::constant(format!("{name}.bias"), &[4 * cells], 0.0);
        bias.value[cells..2 * cells].fill(1.0);
        Self { input_weight, recurrent_weight, bias, reversed, tape: Tape::default() }
    }

    /// The steps in the order of reading, each with the step read before it.
    fn steps(&self, n_steps: usize) -> impl DoubleEndedIterator<Item = (usize, Option<usize>)> + use<> {
        let reversed = self.reversed;
        (0..n_steps).map(move |i| {
            let at = |i: usize| if reversed { n_steps - 1 - i } else { i };
            (at(i), i.checked_sub(1).map(at))
        })
    }

    fn forward(&mut self, input: &[f32], batch: usize, inputs: usize, cells: usize) {
        let n_steps = input.len() / (batch * inputs);
        let (gate_len, state_len) = (batch * 4 * cells, batch * cells);
        let steps = self.steps(n_steps);
        let Tape { gates, cell, hidden, start, .. } = &mut self.tape;
        start.resize(state_len, 0.0);
        gates.resize(n_steps * gate_len, 0.0);
        cell.resize(n_steps * state_len, 0.0);
        hidden.resize(n_steps * state_len, 0.0);
        for frame in gates.chunks_exact_mut(4 * cells) {
            frame.copy_from_slice(&self.bias.value);
        }
        let weight = View::packed(&self.input_weight.value, inputs, 4 * cells);
        multiply(gates, Into::Add, View::packed(input, n_steps * batch, inputs), weight);
        let recurrent = View::packed(&self.recurrent_weight.value, cells, 4 * cells);
        for (step, previous) in steps {
            let gates = &mut gates[step * gate_len..][..gate_len];
            if let Some(previous) = previous {
                let state = View::packed(&hidden[previous * state_len..], batch, cells);
                multiply(gates, Into::Add, state, recurrent);
            }
            let (before, cell) = before_and_now(cell, state_len, previous, step);
            let before = before.unwrap_or(start);
            let hidden = &mut hidden[step * state_len..][..state_len];
            vectorized(CellsForward { cells, gates, before, cell, hidden });
        }
    }

    /// `output_gradient` is `[time, batch, 2 · cell]`; this direction's part begins at `offset`.
    fn backward(&mut self, input: &[f32], shape: Shape, output_gradient: &[f32], offset: usize) {
        let Shape { batch, inputs, cells } = shape;
        let n_steps = input.len() / (batch * inputs);
        let (gate_len, state_len) = (batch * 4 * cells, batch * cells);
        let steps = self.steps(n_steps);
        let Tape { gates, cell, hidden, start, previous_hidden, input_gradient } = &mut self.tape;
        previous_hidden.resize(n_steps * state_len, 0.0);
        let recurrent = View::packed(&self.recurrent_weight.value, cells, 4 * cells).transposed();
        let (mut hidden_gradient, mut cell_gradient) = (vec![0f32; state_len], vec![0f32; state_len]);
        for (step, previous) in steps.rev() {
            vectorized(CellsBackward {
                cells,
                gates: &mut gates[step * gate_len..][..gate_len],
                before: previous.map_or(&start[..], |previous| &cell[previous * state_len..][..state_len]),
                cell: &cell[step * state_len..][..state_len],
                upstream: &output_gradient[step * 2 * state_len..][..2 * state_len],
                offset,
                hidden_gradient: &hidden_gradient,
                cell_gradient: &mut cell_gradient,
            });
            let before = &mut previous_hidden[step * state_len..][..state_len];
            match previous {
                Some(previous) => {
                    let gates = View::packed(&gates[step * gate_len..], batch, 4 * cells);
                    multiply(&mut hidden_gradient, Into::Replace, gates, recurrent);
                    before.copy_from_slice(&hidden[previous * state_len..][..state_len]);
                }
                None => before.fill(0.0),
            }
        }
        let n_frames = n_steps * batch;
        let all_gates = &gates[..];
        let gates = View::packed(gates, n_frames, 4 * cells);
        if !self.bias.is_fixed {
            add_rows(&mut self.bias.gradient, all_gates);
            let frames = View::packed(input, n_frames, inputs).transposed();
            multiply(&mut self.input_weight.gradient, Into::Add, frames, gates);
            let states = View::packed(previous_hidden, n_frames, cells).transposed();
            multiply(&mut self.recurrent_weight.gradient, Into::Add, states, gates);
        }
        input_gradient.resize(input.len(), 0.0);
        let weight = View::packed(&self.input_weight.value, inputs, 4 * cells).transposed();
        multiply(input_gradient, Into::Replace, gates, weight);
    }
}

/// From states `[time, state]`: the state of the step before, if there is one, and that of this step.
fn before_and_now(
    states: &mut [f32],
    len: usize,
    previous: Option<usize>,
    step: usize,
) -> (Option<&[f32]>, &mut [f32]) {
    let (earlier, rest) = states.split_at_mut(step * len);
    let (now, later) = rest.split_at_mut(len);
    let before = previous.map(|previous| match previous.checked_sub(step + 1) {
        Some(index) => &later[index * len..][..len],
        None => &earlier[previous * len..][..len],
    });
    (before, now)
}
