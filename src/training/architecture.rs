//! The networks of Ding et al. (ICFHR 2018), as tables: a VGG or Darknet front, two bidirectional LSTM layers, one
//! inner-product layer.

use serde::{Deserialize, Serialize};

use super::engine::Pooling;

/// A network by its layers. Inputs are 64 rows of grey (60 and padding); four poolings halve them to 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    /// Which convolutional front.
    pub front: Front,
    /// Cells a direction of either LSTM layer. 128 in the paper.
    pub lstm_cells: usize,
    /// Labels, the blank included. 96 in the paper.
    pub n_labels: usize,
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
}

/// Channels of the last convolution, which is linear.
pub const FRAME_CHANNELS: usize = 16;
/// Rows that four poolings leave of 64.
pub const FRAME_ROWS: usize = 4;
/// Features a frame: 16 channels × 4 rows.
pub const FRAME_FEATURES: usize = FRAME_CHANNELS * FRAME_ROWS;

impl Architecture {
    /// VGG-DBLSTM: 8,261,552 parameters.
    pub const fn teacher() -> Self {
        Self { front: Front::Vgg, lstm_cells: 128, n_labels: 96 }
    }

    /// DarkNet-DBLSTM: 1,471,776 parameters.
    pub const fn student() -> Self {
        Self { front: Front::Darknet, lstm_cells: 128, n_labels: 96 }
    }

    /// The convolutions but the last, which is 1×1 to [`FRAME_CHANNELS`] and linear.
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
        table.iter().map(|&(kernel, outputs, pooling)| ConvolutionSpec { kernel, outputs, pooling }).collect()
    }

    /// Trained numbers, counted as in the paper: γ and β of batch normalization count, LSTM gates have one bias.
    pub fn n_parameters(&self) -> usize {
        let mut inputs = 1;
        let mut total = 0;
        for spec in self.convolutions() {
            total += spec.kernel * spec.kernel * inputs * spec.outputs + 2 * spec.outputs;
            inputs = spec.outputs;
        }
        total += inputs * FRAME_CHANNELS + FRAME_CHANNELS;
        let mut features = FRAME_FEATURES;
        for _ in 0..2 {
            total += 2 * 4 * self.lstm_cells * (features + self.lstm_cells + 1);
            features = 2 * self.lstm_cells;
        }
        total + (features + 1) * self.n_labels
    }

    /// Multiply-adds of one line of `height` × `width` pixels, biases counted, pooling rounding up.
    pub fn n_multiply_adds(&self, height: usize, width: usize) -> usize {
        let (mut rows, mut columns, mut inputs, mut total) = (height, width, 1, 0);
        for spec in self.convolutions() {
            total += rows * columns * spec.outputs * (spec.kernel * spec.kernel * inputs + 1);
            let (window_rows, window_columns) = spec.pooling.window();
            (rows, columns) = (rows.div_ceil(window_rows), columns.div_ceil(window_columns));
            inputs = spec.outputs;
        }
        total += rows * columns * FRAME_CHANNELS * (inputs + 1);
        let mut features = FRAME_FEATURES;
        for _ in 0..2 {
            total += columns * 2 * 4 * self.lstm_cells * (features + self.lstm_cells + 1);
            features = 2 * self.lstm_cells;
        }
        total + columns * (features + 1) * self.n_labels
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

    #[test]
    fn work_is_that_of_the_paper() {
        let giga = |architecture: Architecture| architecture.n_multiply_adds(60, 512) as f64 / 1e9;
        assert!((giga(Architecture::teacher()) - 11.812).abs() < 5e-3, "{}", giga(Architecture::teacher()));
        assert!((giga(Architecture::student()) - 0.692).abs() < 5e-4, "{}", giga(Architecture::student()));
    }
}
