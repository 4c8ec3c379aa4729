//! A recurrent language model of characters: the probability of whole hypotheses, with a longer history than n-grams
//! have.
//!
//! One LSTM layer (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; Graves, "Generating Sequences With
//! Recurrent Neural Networks", 2013), from a file that the Python package `longhand_recipe` writes (`language.py`). It
//! is too slow for every step of a beam search, and rescores a few hypotheses.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use half::f16;
use safetensors::{Dtype, SafeTensors};

use super::ngram_model::{ANY_DIGIT, LanguageModelError, ONE_OF_TEN};
use crate::numerics::{
    lanes::{LaneKernel, dispatch},
    packed::PackedMatrix,
    scalar::{GateSums, lstm_cell},
    softmax::log_softmax,
};

/// The built-in English model.
const ENGLISH: &[u8] = include_bytes!("../../../models/language/english.lstm");
/// The character of symbol 0; symbols are printable ASCII in order.
const FIRST_CHARACTER: char = ' ';
/// The character of the last symbol.
const LAST_CHARACTER: char = '~';
const N_SYMBOLS: usize = LAST_CHARACTER as usize - FIRST_CHARACTER as usize + 1;
/// Input, forget, cell and output.
const N_GATES: usize = 4;

/// A recurrent language model.
#[derive(Debug)]
pub struct RecurrentLanguageModel {
    n_cells: usize,
    /// Input weights with bias, `[symbol, gate · cell]`; gates are input, forget, cell, output.
    symbol_gates: Vec<f32>,
    /// Recurrent weights, `[cell before, gate · cell]`.
    cell_gates: PackedMatrix,
    /// `[cell, symbol]`.
    output_weight: PackedMatrix,
    /// `[symbol]`.
    output_bias: Vec<f32>,
}

/// The cells' outputs and memories after some symbols, `[text, cell]` each.
#[derive(Clone)]
struct LstmState {
    outputs: Vec<f32>,
    memories: Vec<f32>,
}

/// The last symbols of a text, seven bits each, the most recent in the lowest ones. Texts that end alike share their
/// state: `iam-lines/valid` and `valid-2` are read with the same error rates as with all symbols.
type Recent = u128;
/// Symbols of [`Recent`].
const N_RECENT: u32 = 16;
/// Before the first symbol of a text.
const NOTHING: Recent = (1 << (SYMBOL_BITS * N_RECENT)) - 1;
const SYMBOL_BITS: u32 = 7;

/// `recent` and one more symbol.
fn followed_by(recent: Recent, symbol: u8) -> Recent {
    (recent << SYMBOL_BITS | Recent::from(symbol)) & NOTHING
}

/// Where a symbol leads, computed once for all texts.
struct Known {
    /// The cells' outputs and memories after it.
    state: LstmState,
    /// Natural logarithms of the probability of each next symbol.
    log_probs: Vec<f32>,
}

impl RecurrentLanguageModel {
    /// The symbol of a space, which precedes every line.
    pub(super) const BOUNDARY: u8 = 0;

    /// The built-in English model; `None` if it is damaged.
    pub fn english() -> Option<Arc<Self>> {
        static MODEL: OnceLock<Option<Arc<RecurrentLanguageModel>>> = OnceLock::new();
        MODEL.get_or_init(|| Self::parse(ENGLISH).ok().map(Arc::new)).clone()
    }

    /// Parses a model's file (safetensors, half precision).
    pub fn parse(bytes: &[u8]) -> Result<Self, LanguageModelError> {
        let file = SafeTensors::deserialize(bytes).map_err(|_damaged| LanguageModelError::Foreign)?;
        let n_cells = file.tensor("cell_gates").ok().and_then(|tensor| tensor.shape().get(1).copied()).unwrap_or(0);
        if n_cells == 0 {
            return Err(LanguageModelError::Damaged);
        }
        let tensor = |name: &str, shape: &[usize]| {
            let tensor = file.tensor(name).ok().filter(|t| t.dtype() == Dtype::F16 && t.shape() == shape);
            let data = tensor.ok_or(LanguageModelError::Damaged)?.data();
            Ok(data.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect::<Vec<f32>>())
        };
        Ok(Self {
            n_cells,
            symbol_gates: tensor("symbol_gates", &[N_SYMBOLS, N_GATES * n_cells])?,
            cell_gates: PackedMatrix::transposed(&tensor("cell_gates", &[N_GATES * n_cells, n_cells])?, n_cells),
            output_weight: PackedMatrix::transposed(&tensor("output_weight", &[N_SYMBOLS, n_cells])?, n_cells),
            output_bias: tensor("output_bias", &[N_SYMBOLS])?,
        })
    }

    /// The symbol of a character; `None` outside of printable ASCII. All digits share one.
    pub fn symbol(character: char) -> Option<u8> {
        let character = if character.is_ascii_digit() { ANY_DIGIT } else { character };
        (FIRST_CHARACTER..=LAST_CHARACTER).contains(&character).then(|| character as u8 - FIRST_CHARACTER as u8)
    }

    /// Natural logarithms of the probability of each symbol given those before it, `[text][symbol of the text]`. Every
    /// text begins a line. What texts have in common is computed once.
    pub fn log_probs(&self, texts: &[Vec<u8>]) -> Vec<Vec<f32>> {
        let mut log_probs_of: Vec<Vec<f32>> = texts.iter().map(|text| Vec::with_capacity(text.len())).collect();
        let start = followed_by(NOTHING, Self::BOUNDARY);
        let mut known = HashMap::from([(start, self.start())]);
        let mut recent = vec![start; texts.len()];
        for place in 0..texts.iter().map(Vec::len).max().unwrap_or(0) {
            let mut steps: Vec<Step> = Vec::new();
            for (index, text) in texts.iter().enumerate() {
                let Some(&symbol) = text.get(place) else { continue };
                let of_ten = if symbol == ANY_DIGIT as u8 - FIRST_CHARACTER as u8 { ONE_OF_TEN } else { 0.0 };
                let (before, after) = (recent[index], followed_by(recent[index], symbol));
                recent[index] = after;
                let told = known.get(&before).and_then(|known| known.log_probs.get(usize::from(symbol)));
                log_probs_of[index].push(told.map_or(f32::NEG_INFINITY, |told| told + of_ten));
                if !known.contains_key(&after) && steps.iter().all(|step| step.after != after) {
                    steps.push(Step { before, symbol, after });
                }
            }
            self.take(&steps, &mut known);
        }
        log_probs_of
    }

    /// The state at the beginning of a line.
    fn start(&self) -> Known {
        let nothing = vec![0.0; self.n_cells];
        let state = self.after(LstmState { outputs: nothing.clone(), memories: nothing }, &[Self::BOUNDARY]);
        let log_probs = self.following(&state);
        Known { state, log_probs }
    }

    /// Adds to `known` where each step leads.
    fn take(&self, steps: &[Step], known: &mut HashMap<Recent, Known>) {
        let before: Vec<&LstmState> =
            steps.iter().filter_map(|step| known.get(&step.before)).map(|known| &known.state).collect();
        let gathered = LstmState {
            outputs: before.iter().flat_map(|state| &state.outputs).copied().collect(),
            memories: before.iter().flat_map(|state| &state.memories).copied().collect(),
        };
        let symbols: Vec<u8> = steps.iter().map(|step| step.symbol).collect();
        let state = self.after(gathered, &symbols);
        let log_probs = self.following(&state);
        let n = self.n_cells;
        for (row, step) in steps.iter().enumerate() {
            let of_row = |values: &[f32]| values[row * n..][..n].to_vec();
            let state = LstmState { outputs: of_row(&state.outputs), memories: of_row(&state.memories) };
            let log_probs = log_probs[row * self.output_weight.n_columns()..][..N_SYMBOLS].to_vec();
            known.insert(step.after, Known { state, log_probs });
        }
    }

    /// The state after one more symbol of each text.
    fn after(&self, before: LstmState, symbols: &[u8]) -> LstmState {
        let n_gates = N_GATES * self.n_cells;
        let mut gates = vec![0.0; symbols.len() * self.cell_gates.n_columns()];
        for (gates, &symbol) in gates.chunks_exact_mut(self.cell_gates.n_columns()).zip(symbols) {
            gates[..n_gates].copy_from_slice(&self.symbol_gates[usize::from(symbol) * n_gates..][..n_gates]);
        }
        dispatch(Products { out: &mut gates, vectors: &before.outputs, matrix: &self.cell_gates });
        let mut state = before;
        let gates = gates.chunks_exact(self.cell_gates.n_columns());
        let cells = state.outputs.chunks_exact_mut(self.n_cells).zip(state.memories.chunks_exact_mut(self.n_cells));
        for (gates, (outputs, memories)) in gates.zip(cells) {
            dispatch(Cells { gates, outputs, memories });
        }
        state
    }

    /// Natural logarithms of the probability of each next symbol, `[text, symbol]`; rows have the length of the output
    /// matrix's.
    fn following(&self, state: &LstmState) -> Vec<f32> {
        let (n_texts, n_columns) = (state.outputs.len() / self.n_cells, self.output_weight.n_columns());
        let mut log_probs = vec![0.0; n_texts * n_columns];
        for row in log_probs.chunks_exact_mut(n_columns) {
            row[..N_SYMBOLS].copy_from_slice(&self.output_bias);
        }
        dispatch(Products { out: &mut log_probs, vectors: &state.outputs, matrix: &self.output_weight });
        for row in log_probs.chunks_exact_mut(n_columns) {
            log_softmax(&mut row[..N_SYMBOLS], N_SYMBOLS);
        }
        log_probs
    }
}

/// A symbol that follows others.
struct Step {
    before: Recent,
    symbol: u8,
    after: Recent,
}

/// Adds to `out`, `[text, output]`, the products of `vectors`, `[text, cell]`, with `matrix`.
struct Products<'a> {
    out: &'a mut [f32],
    vectors: &'a [f32],
    matrix: &'a PackedMatrix,
}

impl LaneKernel for Products<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        self.matrix.add_products::<L, FMA>(self.out, self.vectors);
    }
}

/// One step of the cells of a text.
struct Cells<'a> {
    /// `[gate, cell]`.
    gates: &'a [f32],
    outputs: &'a mut [f32],
    memories: &'a mut [f32],
}

impl LaneKernel for Cells<'_> {
    #[inline(always)]
    fn run<const L: usize, const FMA: bool>(self) {
        let n = self.outputs.len();
        let (input, forget) = (&self.gates[..n], &self.gates[n..][..n]);
        let (new, output) = (&self.gates[2 * n..][..n], &self.gates[3 * n..][..n]);
        let (outputs, memories) = (&mut self.outputs[..n], &mut self.memories[..n]);
        for cell in 0..n {
            let sums = GateSums { input: input[cell], forget: forget[cell], new: new[cell], output: output[cell] };
            (memories[cell], outputs[cell]) = lstm_cell::<FMA>(sums, memories[cell]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::tensor::TensorView;

    fn symbols(text: &str) -> Vec<u8> {
        text.chars().filter_map(RecurrentLanguageModel::symbol).collect()
    }

    /// The file of a model of three cells with arbitrary weights.
    fn file_of(n_output_cells: usize) -> Vec<u8> {
        let shapes = [
            ("symbol_gates", vec![N_SYMBOLS, 12]),
            ("cell_gates", vec![12, 3]),
            ("output_weight", vec![N_SYMBOLS, n_output_cells]),
            ("output_bias", vec![N_SYMBOLS]),
        ];
        let data = shapes.map(|(name, shape)| {
            let n: usize = shape.iter().product();
            // Only the digit 0 is used; a trained model gives the others no probability.
            let is_unused = |i: usize| name == "output_bias" && (17..26).contains(&i);
            let number = |i: usize| if is_unused(i) { -1e4 } else { ((i * 7919) % 31) as f32 / 10.0 - 1.5 };
            let bytes = (0..n).flat_map(|i| f16::from_f32(number(i)).to_le_bytes());
            (name, shape, bytes.collect::<Vec<u8>>())
        });
        let tensors =
            data.iter().map(|(name, shape, bytes)| (*name, TensorView::new(Dtype::F16, shape.clone(), bytes).unwrap()));
        safetensors::serialize(tensors, None).unwrap()
    }

    #[test]
    fn texts_are_told_alike_alone_and_beside_others() {
        let model = RecurrentLanguageModel::parse(&file_of(3)).unwrap();
        let texts = ["the cat", "the dog", "", "the", "a dog sat"].map(symbols);
        let together = model.log_probs(&texts);
        for (text, told) in texts.iter().zip(&together) {
            assert_eq!(told.len(), text.len());
            let alone = &model.log_probs(std::slice::from_ref(text))[0];
            assert!(told.iter().zip(alone).all(|(a, b)| (a - b).abs() < 1e-5), "{told:?} {alone:?}");
        }
    }

    #[test]
    fn what_may_follow_sums_to_one_with_ten_digits() {
        let model = RecurrentLanguageModel::parse(&file_of(3)).unwrap();
        let texts: Vec<Vec<u8>> = (' '..='~').map(|last| symbols(&format!("ab{last}"))).collect();
        let sum: f32 = model.log_probs(&texts).iter().map(|told| told[2].exp()).sum();
        assert!((sum - 1.0).abs() < 1e-4, "{sum}");
    }

    fn tensor(file: &[u8], name: &str) -> Vec<f32> {
        let file = SafeTensors::deserialize(file).unwrap();
        let data = file.tensor(name).unwrap().data().to_vec();
        data.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()
    }

    #[test]
    fn the_cells_are_those_of_an_lstm() {
        let model = RecurrentLanguageModel::parse(&file_of(3)).unwrap();
        let start = LstmState { outputs: vec![0.3, -0.2, 0.1], memories: vec![0.5, 0.0, -1.0] };
        let cell_gates: Vec<f32> = tensor(&file_of(3), "cell_gates");
        let state = model.after(start.clone(), &[4]);
        for cell in 0..3 {
            let gate = |gate: usize| {
                let row = gate * 3 + cell;
                let recurrent: f32 = (0..3).map(|from| cell_gates[row * 3 + from] * start.outputs[from]).sum();
                model.symbol_gates[4 * 12 + row] + recurrent
            };
            let [input, forget, new, output] = [0, 1, 2, 3].map(gate);
            let logistic = |x: f32| 1.0 / (1.0 + (-x).exp());
            let memory = logistic(forget) * start.memories[cell] + logistic(input) * new.tanh();
            assert!((state.memories[cell] - memory).abs() < 1e-6);
            assert!((state.outputs[cell] - logistic(output) * memory.tanh()).abs() < 1e-6);
        }
    }

    #[test]
    fn damaged_files_are_refused() {
        let bytes = file_of(3);
        let refused = |bytes: &[u8]| RecurrentLanguageModel::parse(bytes).unwrap_err();
        assert_eq!(refused(b"something else"), LanguageModelError::Foreign);
        assert_eq!(refused(&bytes[..bytes.len() - 1]), LanguageModelError::Foreign);
        assert_eq!(refused(&file_of(2)), LanguageModelError::Damaged);
    }

    #[test]
    fn the_english_model_sees_further_than_a_few_letters() {
        let model = RecurrentLanguageModel::english().unwrap();
        let score = |text: &str| model.log_probs(&[symbols(text)])[0].iter().sum::<f32>();
        assert!(score("the morning paper") > score("the mornirg paper") + 3.0);
        // The deciding letters are farther back than n-grams reach.
        assert!(score("they have certainly been here") > score("they has certainly been here"));
    }
}
