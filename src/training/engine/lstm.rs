//! A bidirectional LSTM layer with one bias a gate.
//!
//! Gates are stored in the order input, forget, output, candidate: the three sigmoids lie side by side.

use super::{
    Initializer, Parameter,
    matrix::{Into, View, multiply},
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

/// The weights of one direction, and what its last pass left behind.
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

/// What a forward pass leaves for the backward pass.
#[derive(Clone, Debug, Default)]
struct Tape {
    /// Activated gates, later the gradients before activation: `[time, batch, 4 · cell]`.
    gates: Vec<f32>,
    /// `[time, batch, cell]`.
    cell: Vec<f32>,
    /// `[time, batch, cell]`.
    hidden: Vec<f32>,
    /// The hidden state that each step started from, `[time, batch, cell]`.
    previous_hidden: Vec<f32>,
    /// The input's gradient, `[time, batch, input]`.
    input_gradient: Vec<f32>,
}

impl BidirectionalLstm {
    /// Weights evenly within ±1/√cells, biases zero but one for the forget gates.
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

    /// Adds to the weights' gradients and writes the input's. Undoes the last [`BidirectionalLstm::forward`], once.
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

    /// The steps in the order of reading: each with the step read before it.
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
        let Tape { gates, cell, hidden, .. } = &mut self.tape;
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
            for line in 0..batch {
                let gates = &mut gates[line * 4 * cells..][..4 * cells];
                let (sigmoids, candidate) = gates.split_at_mut(3 * cells);
                for gate in sigmoids.iter_mut() {
                    *gate = sigmoid(*gate);
                }
                for gate in candidate.iter_mut() {
                    *gate = tanh(*gate);
                }
                let at = step * state_len + line * cells;
                let before = previous.map(|p| p * state_len + line * cells);
                for i in 0..cells {
                    let kept = before.map_or(0.0, |before| sigmoids[cells + i] * cell[before + i]);
                    cell[at + i] = kept + sigmoids[i] * candidate[i];
                }
                let (cell, hidden) = (&cell[at..at + cells], &mut hidden[at..at + cells]);
                for i in 0..cells {
                    hidden[i] = sigmoids[2 * cells + i] * tanh(cell[i]);
                }
            }
        }
    }

    /// `output_gradient` is `[time, batch, 2 · cell]`; this direction's part begins at `offset`.
    fn backward(&mut self, input: &[f32], shape: Shape, output_gradient: &[f32], offset: usize) {
        let Shape { batch, inputs, cells } = shape;
        let n_steps = input.len() / (batch * inputs);
        let (gate_len, state_len) = (batch * 4 * cells, batch * cells);
        let steps = self.steps(n_steps);
        let Tape { gates, cell, hidden, previous_hidden, input_gradient } = &mut self.tape;
        previous_hidden.resize(n_steps * state_len, 0.0);
        let recurrent = View::packed(&self.recurrent_weight.value, cells, 4 * cells).transposed();
        let (mut hidden_gradient, mut cell_gradient) = (vec![0f32; state_len], vec![0f32; state_len]);
        for (step, previous) in steps.rev() {
            for line in 0..batch {
                let gates = &mut gates[step * gate_len + line * 4 * cells..][..4 * cells];
                let at = step * state_len + line * cells;
                let upstream = &output_gradient[(step * batch + line) * 2 * cells + offset..][..cells];
                let hidden_gradient = &hidden_gradient[line * cells..][..cells];
                let cell_gradient = &mut cell_gradient[line * cells..][..cells];
                for i in 0..cells {
                    let (input_gate, forget, output, candidate) =
                        (gates[i], gates[cells + i], gates[2 * cells + i], gates[3 * cells + i]);
                    let squashed = tanh(cell[at + i]);
                    let d_hidden = hidden_gradient[i] + upstream[i];
                    let d_cell = cell_gradient[i] + d_hidden * output * (1.0 - squashed * squashed);
                    let cell_before = previous.map_or(0.0, |p| cell[p * state_len + line * cells + i]);
                    gates[i] = d_cell * candidate * input_gate * (1.0 - input_gate);
                    gates[cells + i] = d_cell * cell_before * forget * (1.0 - forget);
                    gates[2 * cells + i] = d_hidden * squashed * output * (1.0 - output);
                    gates[3 * cells + i] = d_cell * input_gate * (1.0 - candidate * candidate);
                    cell_gradient[i] = d_cell * forget;
                }
            }
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
        let frames_of_gates = gates.chunks_exact(4 * cells);
        let gates = View::packed(gates, n_frames, 4 * cells);
        if !self.bias.is_fixed {
            for frame in frames_of_gates {
                self.bias.gradient.iter_mut().zip(frame).for_each(|(sum, value)| *sum += value);
            }
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

/// eˣ to about 2·10⁻⁷, in operations that compilers turn into vector code.
fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it rounds to a whole number.
    const ROUND: f32 = 12_582_912.0;
    let scaled = x.clamp(-87.0, 87.0) * std::f32::consts::LOG2_E;
    let whole = (scaled + ROUND) - ROUND;
    let f = (scaled - whole) * std::f32::consts::LN_2;
    let series = 1.0
        + f * (1.0 + f * (0.5 + f * (0.166_666_67 + f * (0.041_666_668 + f * (0.008_333_334 + f * 0.001_388_888_9)))));
    f32::from_bits(((whole as i32 + 127) << 23) as u32) * series
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squashing_functions_are_close_to_the_true_ones() {
        for i in -400..=400 {
            let x = i as f32 / 20.0;
            assert!((sigmoid(x) - 1.0 / (1.0 + (-f64::from(x)).exp()) as f32).abs() < 1e-6, "{x}");
            assert!((tanh(x) - x.tanh()).abs() < 1e-6, "{x}");
        }
    }
}
