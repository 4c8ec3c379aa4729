//! Activations of the convolutions.

use rayon::prelude::*;

/// `[batch, row, column, channel]`, with one column of zeros before and after each row: the halo that 3×3 windows reach
/// into. The zeros are part of [`Tensor::data`]; every layer keeps them zero.
#[derive(Clone, Debug, Default)]
pub struct Tensor {
    /// Images.
    pub batch: usize,
    /// Rows an image.
    pub height: usize,
    /// Columns a row, without the halo.
    pub width: usize,
    /// Channels a position.
    pub channels: usize,
    /// `[batch, row, 1 + column + 1, channel]`.
    pub data: Vec<f32>,
}

impl Tensor {
    /// All zeros.
    pub fn zeros(batch: usize, height: usize, width: usize, channels: usize) -> Self {
        let mut tensor = Self::default();
        tensor.reshape(batch, height, width, channels);
        tensor
    }

    /// Changes the shape and keeps the allocation. The halo is zero, the other values are unspecified.
    pub fn reshape(&mut self, batch: usize, height: usize, width: usize, channels: usize) {
        let same_rows = (self.width, self.channels) == (width, channels);
        (self.batch, self.height, self.width, self.channels) = (batch, height, width, channels);
        let len = batch * self.image_len();
        let grown_from = self.data.len();
        self.data.resize(len, 0.0);
        if !same_rows || grown_from < len {
            self.clear_halo();
        }
    }

    /// Changes the shape to the batch, height and width of `other` with `channels` channels.
    pub fn reshape_like(&mut self, other: &Self, channels: usize) {
        self.reshape(other.batch, other.height, other.width, channels);
    }

    /// Numbers a row, with halo.
    pub fn row_len(&self) -> usize {
        (self.width + 2) * self.channels
    }

    /// Numbers an image, with halo.
    pub fn image_len(&self) -> usize {
        self.height * self.row_len()
    }

    /// Positions in the whole batch, without halo.
    pub fn n_places(&self) -> usize {
        self.batch * self.height * self.width
    }

    /// The columns of every row, without halo: `[column, channel]`.
    pub fn inner_rows(&self) -> impl Iterator<Item = &[f32]> {
        let (channels, end) = (self.channels, (self.width + 1) * self.channels);
        self.data.chunks_exact(self.row_len()).map(move |row| &row[channels..end])
    }

    /// Sets the halo to zero.
    pub fn clear_halo(&mut self) {
        let (channels, row_len) = (self.channels, self.row_len());
        if row_len == 0 {
            return;
        }
        self.data.par_chunks_exact_mut(row_len).for_each(|row| {
            row[..channels].fill(0.0);
            row[row_len - channels..].fill(0.0);
        });
    }
}
