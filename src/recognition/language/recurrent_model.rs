//! A recurrent language model of characters: the probability of whole hypotheses, with a longer history than n-grams
//! have.
//!
//! One LSTM layer (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; Graves, "Generating Sequences With
//! Recurrent Neural Networks", 2013), from a file that the Python package `longhand_recipe` writes (`language.py`). It
//! is too slow for every step of a beam search, and rescores a few hypotheses.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use half::f16;
use safetensors::{Dtype, SafeTensors};

use super::ngram_model::{ANY_DIGIT, LanguageModelError, ONE_OF_TEN};

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
    /// Recurrent weights, `[gate · cell, cell]`.
    cell_gates: Vec<f32>,
    /// `[symbol, cell]`.
    output_weight: Vec<f32>,
    /// `[symbol]`.
    output_bias: Vec<f32>,
}

/// The cells' outputs and memories after some symbols, `[text, cell]` each.
struct LstmState {
    outputs: Vec<f32>,
    memories: Vec<f32>,
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
            cell_gates: tensor("cell_gates", &[N_GATES * n_cells, n_cells])?,
            output_weight: tensor("output_weight", &[N_SYMBOLS, n_cells])?,
            output_bias: tensor("output_bias", &[N_SYMBOLS])?,
        })
    }

    /// The symbol of a character; `None` outside of printable ASCII. All digits share one.
    pub fn symbol(character: char) -> Option<u8> {
        let character = if character.is_ascii_digit() { ANY_DIGIT } else { character };
        (FIRST_CHARACTER..=LAST_CHARACTER).contains(&character).then(|| character as u8 - FIRST_CHARACTER as u8)
    }

    /// Natural logarithms of the probability of each symbol given those before it, `[text][symbol of the text]`. Every
    /// text begins a line. Common prefixes of texts are computed once.
    pub fn log_probs(&self, texts: &[Vec<u8>]) -> Vec<Vec<f32>> {
        let mut log_probs_of: Vec<Vec<f32>> = texts.iter().map(|text| Vec::with_capacity(text.len())).collect();
        let nothing = vec![0.0; self.n_cells];
        let mut state = self.after(&LstmState { outputs: nothing.clone(), memories: nothing }, &[(0, Self::BOUNDARY)]);
        // The state's row of each text.
        let mut rows = vec![0; texts.len()];
        for place in 0..texts.iter().map(Vec::len).max().unwrap_or(0) {
            let log_probs = self.following(&state);
            let mut steps: Vec<(usize, u8)> = Vec::new();
            let mut row_of = HashMap::new();
            for (index, text) in texts.iter().enumerate() {
                let Some(&symbol) = text.get(place) else { continue };
                let of_ten = if symbol == ANY_DIGIT as u8 - FIRST_CHARACTER as u8 { ONE_OF_TEN } else { 0.0 };
                log_probs_of[index].push(log_probs[rows[index] * N_SYMBOLS + usize::from(symbol)] + of_ten);
                let step = (rows[index], symbol);
                rows[index] = *row_of.entry(step).or_insert_with(|| {
                    steps.push(step);
                    steps.len() - 1
                });
            }
            state = self.after(&state, &steps);
        }
        log_probs_of
    }

    /// The state after one more symbol: each step is a row of `before` and the symbol that follows it.
    fn after(&self, before: &LstmState, steps: &[(usize, u8)]) -> LstmState {
        let (n, n_gates) = (self.n_cells, N_GATES * self.n_cells);
        let gathered = |values: &[f32]| steps.iter().flat_map(|&(row, _)| values[row * n..][..n].to_vec()).collect();
        let (mut outputs, mut memories): (Vec<f32>, Vec<f32>) = (gathered(&before.outputs), gathered(&before.memories));
        let mut gates: Vec<f32> = Vec::with_capacity(steps.len() * n_gates);
        for &(_, symbol) in steps {
            gates.extend(&self.symbol_gates[usize::from(symbol) * n_gates..][..n_gates]);
        }
        add_product(&mut gates, &outputs, &self.cell_gates, n);
        for ((gates, outputs), memories) in
            gates.chunks_exact(n_gates).zip(outputs.chunks_exact_mut(n)).zip(memories.chunks_exact_mut(n))
        {
            for cell in 0..n {
                let [input, forget, new, output] = std::array::from_fn(|gate| gates[gate * n + cell]);
                let memory = sigmoid(forget) * memories[cell] + sigmoid(input) * new.tanh();
                memories[cell] = memory;
                outputs[cell] = sigmoid(output) * memory.tanh();
            }
        }
        LstmState { outputs, memories }
    }

    /// Natural logarithms of the probability of each next symbol, `[text, symbol]`.
    fn following(&self, state: &LstmState) -> Vec<f32> {
        let n_texts = state.outputs.len() / self.n_cells;
        let mut log_probs = self.output_bias.repeat(n_texts);
        add_product(&mut log_probs, &state.outputs, &self.output_weight, self.n_cells);
        for row in log_probs.chunks_exact_mut(N_SYMBOLS) {
            let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = row.iter().map(|value| (value - highest).exp()).sum();
            let log_sum = highest + sum.ln();
            for value in row {
                *value -= log_sum;
            }
        }
        log_probs
    }
}

/// Adds to `out`, `[text, output]`, the product of `rows`, `[text, cell]`, with the transpose of `weights`, `[output,
/// cell]`.
fn add_product(out: &mut [f32], rows: &[f32], weights: &[f32], n_cells: usize) {
    let (n_texts, n_outputs) = (rows.len() / n_cells, weights.len() / n_cells);
    matmul(
        MatMut::from_row_major_slice_mut(out, n_texts, n_outputs),
        Accum::Add,
        MatRef::from_row_major_slice(rows, n_texts, n_cells),
        MatRef::from_row_major_slice(weights, n_outputs, n_cells).transpose(),
        1.0,
        Par::Seq,
    );
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
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

    #[test]
    fn the_cells_are_those_of_an_lstm() {
        let model = RecurrentLanguageModel::parse(&file_of(3)).unwrap();
        let start = LstmState { outputs: vec![0.3, -0.2, 0.1], memories: vec![0.5, 0.0, -1.0] };
        let state = model.after(&start, &[(0, 4)]);
        for cell in 0..3 {
            let gate = |gate: usize| {
                let row = gate * 3 + cell;
                let recurrent: f32 = (0..3).map(|from| model.cell_gates[row * 3 + from] * start.outputs[from]).sum();
                model.symbol_gates[4 * 12 + row] + recurrent
            };
            let [input, forget, new, output] = [0, 1, 2, 3].map(gate);
            let memory = sigmoid(forget) * start.memories[cell] + sigmoid(input) * new.tanh();
            assert!((state.memories[cell] - memory).abs() < 1e-6);
            assert!((state.outputs[cell] - sigmoid(output) * memory.tanh()).abs() < 1e-6);
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
