//! Normalization, activation and pooling row by row: the inner loops of [`super::NormalizedActivation`].
//!
//! The backward pass computes anew which position of a window had the maximum, from the same numbers: that is faster
//! than storing it in the forward pass.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::{
    scalar::larger,
    vectorized::{Kernel, LANES, vectorized},
};

/// Slope of the leaky ReLU below zero, as in Darknet.
pub(in crate::training) const LEAK: f32 = 0.1;

/// Normalization as a factor and a summand of each channel.
#[derive(Clone, Copy)]
pub(super) struct Normalization<'a> {
    pub(super) factor: &'a [f32],
    pub(super) summand: &'a [f32],
}

/// The rows of the input that one row of the output is pooled from.
#[derive(Clone, Copy)]
pub(super) struct WindowRows<'a> {
    /// As many whole rows as the window has, with halo.
    pub(super) input: &'a [f32],
    /// Rows and columns of the pooling window.
    pub(super) window: (usize, usize),
    pub(super) normalization: Normalization<'a>,
}

/// The values of `N` neighbouring channels.
type Block<const N: usize> = [f32; N];

/// [`WindowRows`] by blocks of channels.
#[derive(Clone, Copy)]
struct Blocks<'a, const N: usize> {
    input: &'a [Block<N>],
    /// Blocks a row, with halo.
    row_len: usize,
    factor: &'a [Block<N>],
    summand: &'a [Block<N>],
}

#[inline(always)]
fn blocks<const N: usize>(numbers: &[f32]) -> &[Block<N>] {
    numbers.as_chunks::<N>().0
}

/// The blocks of each position of a row, without halo.
#[inline(always)]
fn positions<const N: usize>(row: &[f32], channels: usize) -> impl Iterator<Item = &[Block<N>]> {
    blocks::<N>(&row[channels..row.len() - channels]).chunks_exact(channels / N)
}

impl<'a, const N: usize> Blocks<'a, N> {
    #[inline(always)]
    fn new<const ROWS: usize>(rows: WindowRows<'a>) -> Self {
        let Normalization { factor, summand } = rows.normalization;
        let row_len = rows.input.len() / ROWS / N;
        Self { input: blocks(rows.input), row_len, factor: blocks(factor), summand: blocks(summand) }
    }

    /// The index of `block` at a `position` of the window that the output's `column` is pooled from.
    #[inline(always)]
    fn index<const COLUMNS: usize>(&self, column: usize, position: usize, block: usize) -> usize {
        let input_column = column * COLUMNS + position % COLUMNS;
        position / COLUMNS * self.row_len + (1 + input_column) * self.factor.len() + block
    }

    #[inline(always)]
    fn activated<const COLUMNS: usize>(&self, column: usize, position: usize, block: usize) -> Block<N> {
        let (factor, summand) = (&self.factor[block], &self.summand[block]);
        let values = &self.input[self.index::<COLUMNS>(column, position, block)];
        let mut activated = [0.0; N];
        for i in 0..N {
            let normalized = values[i] * factor[i] + summand[i];
            activated[i] = larger(normalized, LEAK * normalized);
        }
        activated
    }

    #[inline(always)]
    fn pooled<const ROWS: usize, const COLUMNS: usize>(&self, column: usize, block: usize) -> Block<N> {
        let mut pooled = self.activated::<COLUMNS>(column, 0, block);
        for position in 1..ROWS * COLUMNS {
            let activated = self.activated::<COLUMNS>(column, position, block);
            for i in 0..N {
                pooled[i] = larger(activated[i], pooled[i]);
            }
        }
        pooled
    }
}

/// The gradient before activation at the position of the maximum, from that of the output.
#[inline(always)]
fn behind_activation<const N: usize>(pooled: &Block<N>, upstream: &Block<N>) -> Block<N> {
    let mut gradient = [0.0; N];
    for i in 0..N {
        gradient[i] = upstream[i] * if pooled[i] > 0.0 { 1.0 } else { LEAK };
    }
    gradient
}

/// Takes from `gradient` the share of one position: all of it in channels where the position has the maximum, else
/// nothing. Positions are visited from last to first, so that of equal ones the last receives it.
#[inline(always)]
fn take_routed<const N: usize>(gradient: &mut Block<N>, activated: &Block<N>, pooled: &Block<N>) -> Block<N> {
    let mut taken = [0.0; N];
    for i in 0..N {
        taken[i] = if activated[i] >= pooled[i] { gradient[i] } else { 0.0 };
        gradient[i] -= taken[i];
    }
    taken
}

/// Calls `$method` with the number of channels processed at once and the window's rows and columns as constants.
macro_rules! by_shape {
    ($self:ident.$method:ident, $rows:expr) => {{
        let is_wide = $rows.normalization.factor.len().is_multiple_of(LANES);
        match ($rows.window, is_wide) {
            ((1, 1), true) => $self.$method::<LANES, 1, 1>(),
            ((1, 1), false) => $self.$method::<1, 1, 1>(),
            ((2, 1), true) => $self.$method::<LANES, 2, 1>(),
            ((2, 1), false) => $self.$method::<1, 2, 1>(),
            (_, true) => $self.$method::<LANES, 2, 2>(),
            (_, false) => $self.$method::<1, 2, 2>(),
        }
    }};
}

/// Writes a row of the output, given with halo, which is left unchanged.
pub(super) fn activate(rows: WindowRows<'_>, output: &mut [f32]) {
    vectorized(Activate { rows, output });
}

struct Activate<'a> {
    rows: WindowRows<'a>,
    output: &'a mut [f32],
}

impl Kernel for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        by_shape!(self.shaped, self.rows);
    }
}

impl Activate<'_> {
    #[inline(always)]
    fn shaped<const N: usize, const ROWS: usize, const COLUMNS: usize>(self) {
        let rows = Blocks::<N>::new::<ROWS>(self.rows);
        let channels = self.rows.normalization.factor.len();
        let end = self.output.len() - channels;
        let output = self.output[channels..end].as_chunks_mut::<N>().0;
        for (column, position) in output.chunks_exact_mut(rows.factor.len()).enumerate() {
            for (block, out) in position.iter_mut().enumerate() {
                *out = rows.pooled::<ROWS, COLUMNS>(column, block);
            }
        }
    }
}

/// Sums over positions, one for each channel: of the gradient before activation, and of its product with the input of
/// the normalization.
#[derive(Clone, Debug)]
pub(super) struct RoutedSums {
    pub(super) plain: Vec<f32>,
    pub(super) by_input: Vec<f32>,
}

impl RoutedSums {
    pub(super) fn zeros(channels: usize) -> Self {
        Self { plain: vec![0.0; channels], by_input: vec![0.0; channels] }
    }

    /// Adds a row of the output's gradient, given with halo.
    pub(super) fn add(&mut self, rows: WindowRows<'_>, upstream: &[f32]) {
        vectorized(SumRouted { rows, upstream, sums: self });
    }
}

struct SumRouted<'a> {
    rows: WindowRows<'a>,
    upstream: &'a [f32],
    sums: &'a mut RoutedSums,
}

impl Kernel for SumRouted<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        by_shape!(self.shaped, self.rows);
    }
}

impl SumRouted<'_> {
    #[inline(always)]
    fn shaped<const N: usize, const ROWS: usize, const COLUMNS: usize>(self) {
        let rows = Blocks::<N>::new::<ROWS>(self.rows);
        let channels = self.rows.normalization.factor.len();
        let plain = self.sums.plain.as_chunks_mut::<N>().0;
        let by_input = self.sums.by_input.as_chunks_mut::<N>().0;
        for (column, upstream) in positions::<N>(self.upstream, channels).enumerate() {
            for (block, upstream) in upstream.iter().enumerate() {
                let pooled = rows.pooled::<ROWS, COLUMNS>(column, block);
                let mut gradient = behind_activation(&pooled, upstream);
                let (plain, by_input) = (&mut plain[block], &mut by_input[block]);
                for i in 0..N {
                    plain[i] += gradient[i];
                }
                for position in (0..ROWS * COLUMNS).rev() {
                    let values = &rows.input[rows.index::<COLUMNS>(column, position, block)];
                    let taken =
                        take_routed(&mut gradient, &rows.activated::<COLUMNS>(column, position, block), &pooled);
                    for i in 0..N {
                        by_input[i] += taken[i] * values[i];
                    }
                }
            }
        }
    }
}

/// Coefficients of the input's gradient, one for each channel: `factor · routed + by_input · value + constant`.
#[derive(Clone, Copy)]
pub(super) struct InputGradient<'a> {
    pub(super) by_input: &'a [f32],
    pub(super) constant: &'a [f32],
}

impl InputGradient<'_> {
    /// Writes the rows of the input's gradient that belong to a row of the output's gradient; halos are left unchanged.
    pub(super) fn write(self, rows: WindowRows<'_>, upstream: &[f32], gradient: &mut [f32]) {
        vectorized(WriteGradient { rows, upstream, terms: self, gradient });
    }
}

struct WriteGradient<'a> {
    rows: WindowRows<'a>,
    upstream: &'a [f32],
    terms: InputGradient<'a>,
    gradient: &'a mut [f32],
}

impl Kernel for WriteGradient<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        by_shape!(self.shaped, self.rows);
    }
}

impl WriteGradient<'_> {
    #[inline(always)]
    fn shaped<const N: usize, const ROWS: usize, const COLUMNS: usize>(self) {
        let rows = Blocks::<N>::new::<ROWS>(self.rows);
        let channels = self.rows.normalization.factor.len();
        let (by_input, constant) = (blocks::<N>(self.terms.by_input), blocks::<N>(self.terms.constant));
        let gradient = self.gradient.as_chunks_mut::<N>().0;
        for (column, upstream) in positions::<N>(self.upstream, channels).enumerate() {
            for (block, upstream) in upstream.iter().enumerate() {
                let pooled = rows.pooled::<ROWS, COLUMNS>(column, block);
                let mut routed = behind_activation(&pooled, upstream);
                let (factor, by_input, constant) = (&rows.factor[block], &by_input[block], &constant[block]);
                for position in (0..ROWS * COLUMNS).rev() {
                    let at = rows.index::<COLUMNS>(column, position, block);
                    let taken = take_routed(&mut routed, &rows.activated::<COLUMNS>(column, position, block), &pooled);
                    let (values, out) = (&rows.input[at], &mut gradient[at]);
                    for i in 0..N {
                        out[i] = taken[i] * factor[i] + values[i] * by_input[i] + constant[i];
                    }
                }
            }
        }
    }
}

/// Adds the values of a row without halo to the sums, and their squares to the sums of squares, of each channel.
pub(super) fn add_moments(row: &[f32], sums: &mut [f32], squares: &mut [f32]) {
    vectorized(Moments { row, sums, squares });
}

struct Moments<'a> {
    row: &'a [f32],
    sums: &'a mut [f32],
    squares: &'a mut [f32],
}

impl Kernel for Moments<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.sums.len().is_multiple_of(LANES) { self.shaped::<LANES>() } else { self.shaped::<1>() }
    }
}

impl Moments<'_> {
    #[inline(always)]
    fn shaped<const N: usize>(self) {
        let (sums, squares) = (self.sums.as_chunks_mut::<N>().0, self.squares.as_chunks_mut::<N>().0);
        for position in blocks::<N>(self.row).chunks_exact(sums.len()) {
            for (block, values) in position.iter().enumerate() {
                let (sums, squares) = (&mut sums[block], &mut squares[block]);
                for i in 0..N {
                    sums[i] += values[i];
                    squares[i] += values[i] * values[i];
                }
            }
        }
    }
}
