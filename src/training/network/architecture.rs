//! The networks of Ding et al. (ICFHR 2018), as tables: a VGG or Darknet front, two bidirectional LSTM layers, one
//! inner-product layer.

use serde::{Deserialize, Serialize};

use crate::training::engine::batch_norm::Pooling;

/// A network by its layers. Inputs have 64 rows, 60 and padding; four poolings halve them to 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredArchitecture", into = "StoredArchitecture")]
pub struct Architecture {
    /// The convolutional front.
    pub front: Front,
    /// Cells a direction of either LSTM layer. 128 in the paper.
    pub lstm_cells: usize,
    /// Labels, the blank included. 96 in the paper.
    pub n_labels: usize,
    /// Ranks over inputs and over outputs of the Tucker decomposition of every convolution but the first; empty without
    /// decomposition.
    pub tucker_ranks: Vec<[usize; 2]>,
    /// Features to which the first LSTM layer's outputs are projected for the second; `None` without projection.
    pub lstm_rank: Option<usize>,
}

/// The convolutional fronts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Front {
    /// VGG-16 up to `conv4_3`: the teacher.
    Vgg,
    /// Tiny Darknet up to its second convolution with 512 channels: the student.
    Darknet,
}

/// One convolution with its batch normalization, activation and pooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvolutionSpec {
    /// 3 or 1.
    pub kernel: usize,
    /// Output channels.
    pub outputs: usize,
    /// What follows the activation.
    pub pooling: Pooling,
    /// Ranks over inputs and outputs if it is decomposed into 1×1, `kernel` and 1×1.
    pub ranks: Option<[usize; 2]>,
}

impl ConvolutionSpec {
    /// Kernel, input channels and output channels of each of its layers: one, or three if it is decomposed.
    pub fn parts(&self, inputs: usize) -> Vec<(usize, usize, usize)> {
        match self.ranks {
            None => vec![(self.kernel, inputs, self.outputs)],
            Some([r, s]) => vec![(1, inputs, r), (self.kernel, r, s), (1, s, self.outputs)],
        }
    }

    fn n_weights(&self, inputs: usize) -> usize {
        self.parts(inputs).into_iter().map(|(kernel, inputs, outputs)| kernel * kernel * inputs * outputs).sum()
    }
}

/// Channels of the last convolution, which is linear.
pub(crate) const FRAME_CHANNELS: usize = 16;
/// Rows that four poolings leave of 64.
pub(crate) const FRAME_ROWS: usize = 4;
/// Features a frame: 16 channels × 4 rows.
pub(crate) const FRAME_FEATURES: usize = FRAME_CHANNELS * FRAME_ROWS;

impl Architecture {
    /// VGG-DBLSTM: 8,261,552 parameters.
    pub const fn teacher() -> Self {
        Self::of_front(Front::Vgg)
    }

    /// DarkNet-DBLSTM: 1,471,776 parameters.
    pub const fn student() -> Self {
        Self::of_front(Front::Darknet)
    }

    const fn of_front(front: Front) -> Self {
        Self { front, lstm_cells: 128, n_labels: 96, tucker_ranks: Vec::new(), lstm_rank: None }
    }

    /// The convolutions but the last, which is 1×1 to `FRAME_CHANNELS` and linear.
    pub fn convolutions(&self) -> Vec<ConvolutionSpec> {
        use Pooling::{Both, None, Rows};
        let table: &[(usize, usize, Pooling)] = match self.front {
            Front::Vgg => &[
                (3, 64, None),
                (3, 64, Both),
                (3, 128, None),
                (3, 128, Both),
                (3, 256, None),
                (3, 256, None),
                (3, 256, Rows),
                (3, 512, None),
                (3, 512, None),
                (3, 512, Rows),
            ],
            Front::Darknet => &[
                (3, 16, Both),
                (3, 32, Both),
                (1, 16, None),
                (3, 128, None),
                (1, 16, None),
                (3, 128, Rows),
                (1, 32, None),
                (3, 256, None),
                (1, 32, None),
                (3, 256, Rows),
                (1, 64, None),
                (3, 512, None),
                (1, 64, None),
                (3, 512, None),
            ],
        };
        let ranks = |index: usize| index.checked_sub(1).and_then(|index| self.tucker_ranks.get(index).copied());
        (table.iter().enumerate())
            .map(|(i, &(kernel, outputs, pooling))| ConvolutionSpec { kernel, outputs, pooling, ranks: ranks(i) })
            .collect()
    }

    /// Features that each LSTM layer reads.
    pub fn lstm_inputs(&self) -> [usize; 2] {
        [FRAME_FEATURES, self.lstm_rank.unwrap_or(2 * self.lstm_cells)]
    }

    /// Parameters of both LSTM layers, the projection between them and the inner-product layer.
    fn n_upper_parameters(&self) -> usize {
        let gates = 2 * 4 * self.lstm_cells;
        let lstms: usize = self.lstm_inputs().iter().map(|inputs| gates * (inputs + self.lstm_cells + 1)).sum();
        let projection = self.lstm_rank.map_or(0, |rank| (2 * self.lstm_cells + 1) * rank);
        lstms + projection + (2 * self.lstm_cells + 1) * self.n_labels
    }

    /// Trained parameters, counted as in the paper: γ and β of batch normalization count, LSTM gates have one bias.
    pub fn n_parameters(&self) -> usize {
        let mut inputs = 1;
        let mut total = 0;
        for spec in self.convolutions() {
            total += spec.n_weights(inputs) + 2 * spec.outputs;
            inputs = spec.outputs;
        }
        total + inputs * FRAME_CHANNELS + FRAME_CHANNELS + self.n_upper_parameters()
    }

    /// Multiply-adds of one line of `height` × `width` pixels; biases count, pooling rounds up.
    pub fn n_multiply_adds(&self, height: usize, width: usize) -> usize {
        let (mut rows, mut columns, mut inputs, mut total) = (height, width, 1, 0);
        for spec in self.convolutions() {
            total += rows * columns * (spec.n_weights(inputs) + spec.outputs);
            let (window_rows, window_columns) = spec.pooling.window();
            (rows, columns) = (rows.div_ceil(window_rows), columns.div_ceil(window_columns));
            inputs = spec.outputs;
        }
        total + rows * columns * FRAME_CHANNELS * (inputs + 1) + columns * self.n_upper_parameters()
    }
}

/// The decompositions of the paper, by the ranks of the four stages of the VGG front.
pub(crate) mod stage_ranks {
    /// VGG-TK-DBLSTM-v1.
    pub(crate) const V1: [usize; 4] = [12, 16, 48, 56];
    /// VGG-TK-DBLSTM-v2.
    pub(crate) const V2: [usize; 4] = [16, 28, 64, 64];
    /// VGG-TK-DBLSTM-v3.
    pub(crate) const V3: [usize; 4] = [28, 52, 104, 120];

    /// The stage of every convolution of the VGG front.
    const STAGES: [usize; 10] = [0, 0, 1, 1, 2, 2, 2, 3, 3, 3];

    /// Ranks over inputs and outputs of every convolution but the first. Inputs have the rank of the stage that they
    /// come from.
    pub(crate) fn per_convolution(ranks: [usize; 4]) -> Vec<[usize; 2]> {
        STAGES.windows(2).map(|pair| [ranks[pair[0]], ranks[pair[1]]]).collect()
    }

    /// The names of the paper's decompositions in checkpoints.
    pub(super) const NAMED: [(&str, [usize; 4]); 3] =
        [("vgg-tucker-v1", V1), ("vgg-tucker-v2", V2), ("vgg-tucker-v3", V3)];
}

/// An architecture in files. The paper's decompositions are named fronts there, as in the PyTorch recipe.
#[derive(Serialize, Deserialize)]
struct StoredArchitecture {
    front: String,
    lstm_cells: usize,
    n_labels: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tucker_ranks: Vec<[usize; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lstm_rank: Option<usize>,
}

impl From<Architecture> for StoredArchitecture {
    fn from(architecture: Architecture) -> Self {
        let Architecture { front, lstm_cells, n_labels, tucker_ranks, lstm_rank } = architecture;
        let named = stage_ranks::NAMED.iter().find(|(_, ranks)| stage_ranks::per_convolution(*ranks) == tucker_ranks);
        let (name, tucker_ranks) = match (front, named) {
            (Front::Vgg, Some((name, _))) => (*name, Vec::new()),
            (Front::Vgg, None) => ("vgg", tucker_ranks),
            (Front::Darknet, _) => ("darknet", tucker_ranks),
        };
        Self { front: name.to_owned(), lstm_cells, n_labels, tucker_ranks, lstm_rank }
    }
}

impl TryFrom<StoredArchitecture> for Architecture {
    type Error = String;

    fn try_from(stored: StoredArchitecture) -> Result<Self, String> {
        let StoredArchitecture { front, lstm_cells, n_labels, tucker_ranks, lstm_rank } = stored;
        let named = stage_ranks::NAMED.iter().find(|(name, _)| *name == front);
        let (front, tucker_ranks) = match (front.as_str(), named) {
            (_, Some((_, ranks))) => (Front::Vgg, stage_ranks::per_convolution(*ranks)),
            ("vgg", None) => (Front::Vgg, tucker_ranks),
            ("darknet", None) => (Front::Darknet, tucker_ranks),
            (other, None) => {
                return Err(format!("there is no front \"{other}\": it is vgg, darknet or vgg-tucker-v1 to v3"));
            }
        };
        let architecture = Self { front, lstm_cells, n_labels, tucker_ranks, lstm_rank };
        let n_decomposed = architecture.tucker_ranks.len();
        if n_decomposed > 0 && (front != Front::Vgg || n_decomposed + 1 != architecture.convolutions().len()) {
            return Err(
                "`tucker_ranks` are for the VGG front, two for each of its convolutions but the first".to_owned()
            );
        }
        if architecture.tucker_ranks.iter().flatten().chain(&lstm_rank).any(|&rank| rank == 0) {
            return Err("no rank may be 0".to_owned());
        }
        Ok(architecture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_paper() {
        assert_eq!(Architecture::teacher().n_parameters(), 8_261_552);
        assert_eq!(Architecture::student().n_parameters(), 1_471_776);
    }

    fn decomposed(ranks: [usize; 4]) -> Architecture {
        Architecture { tucker_ranks: stage_ranks::per_convolution(ranks), ..Architecture::teacher() }
    }

    #[test]
    fn decomposed_teachers_have_the_paper_s_sizes() {
        // Millions of parameters and billions of multiply-adds; the paper has 1.13 and 1.05 for v2.
        let sizes = [(stage_ranks::V1, 0.99, 0.74), (stage_ranks::V2, 1.13, 1.05), (stage_ranks::V3, 1.79, 2.35)];
        for (ranks, parameters, multiply_adds) in sizes {
            let architecture = decomposed(ranks);
            let given = architecture.n_parameters() as f64 / 1e6;
            assert!((given - parameters).abs() < 0.011, "{given} {parameters}");
            let given = architecture.n_multiply_adds(60, 512) as f64 / 1e9;
            assert!((given - multiply_adds).abs() < 0.03, "{given} {multiply_adds}");
        }
    }

    #[test]
    fn files_know_decompositions_by_name_and_others_by_ranks() {
        let json = |architecture: &Architecture| serde_json::to_string(architecture).expect("text");
        assert_eq!(json(&Architecture::teacher()), r#"{"front":"vgg","lstm_cells":128,"n_labels":96}"#);
        assert_eq!(json(&decomposed(stage_ranks::V2)), r#"{"front":"vgg-tucker-v2","lstm_cells":128,"n_labels":96}"#);
        let other = Architecture { lstm_rank: Some(32), ..decomposed([5, 6, 7, 8]) };
        for architecture in [Architecture::student(), decomposed(stage_ranks::V3), other] {
            assert_eq!(serde_json::from_str::<Architecture>(&json(&architecture)).expect("it reads"), architecture);
        }
        for wrong in
            [r#""front":"lenet""#, r#""front":"darknet","tucker_ranks":[[1,1]]"#, r#""front":"vgg","lstm_rank":0"#]
        {
            assert!(
                serde_json::from_str::<Architecture>(&format!("{{{wrong},\"lstm_cells\":8,\"n_labels\":9}}")).is_err()
            );
        }
    }

    #[test]
    fn a_low_rank_makes_the_second_lstm_layer_smaller() {
        let low = Architecture { lstm_rank: Some(64), ..Architecture::student() };
        // 256 inputs of 1,024 gates become 64, and the projection has 257 · 64 numbers.
        let saved = (256 - 64) * 1024 - 257 * 64;
        assert_eq!(Architecture::student().n_parameters() - low.n_parameters(), saved);
    }

    #[test]
    fn work_is_that_of_the_paper() {
        let giga = |architecture: Architecture| architecture.n_multiply_adds(60, 512) as f64 / 1e9;
        assert!((giga(Architecture::teacher()) - 11.812).abs() < 5e-3, "{}", giga(Architecture::teacher()));
        assert!((giga(Architecture::student()) - 0.692).abs() < 5e-4, "{}", giga(Architecture::student()));
    }
}
