//! The rows of normalization, activation and pooling: what every number of a [`super::NormalizedActivation`] goes
//! through.
//!
//! Which place of a window won is found anew on the way back, from the same numbers: that is faster than to remember it.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::vectorized::{Kernel, LANES, larger, vectorized};

/// Slope below zero, as in Darknet.
pub(in crate::training) const LEAK: f32 = 0.1;

/// Factor and summand, a channel each, that normalization amounts to.
#[derive(Clone, Copy)]
pub(super) struct Normalization<'a> {
    pub(super) factor: &'a [f32],
    pub(super) summand: &'a [f32],
}

/// Rows of the input that one row of the output comes from, and how many of its columns become one.
#[derive(Clone, Copy)]
pub(super) struct WindowRows<'a> {
    /// As many whole rows as the window has, halo included.
    pub(super) input: &'a [f32],
    /// Rows and columns that become one.
    pub(super) window: (usize, usize),
    pub(super) normalization: Normalization<'a>,
}

/// Numbers of `N` neighbouring channels.
type Block<const N: usize> = [f32; N];

/// [`WindowRows`] by blocks of channels.
#[derive(Clone, Copy)]
struct Blocks<'a, const N: usize> {
    input: &'a [Block<N>],
    /// Blocks a row, halo included.
    row_len: usize,
    factor: &'a [Block<N>],
    summand: &'a [Block<N>],
}

#[inline(always)]
fn blocks<const N: usize>(numbers: &[f32]) -> &[Block<N>] {
    numbers.as_chunks::<N>().0
}

/// A row's blocks without halo, place by place.
#[inline(always)]
fn places<const N: usize>(row: &[f32], channels: usize) -> impl Iterator<Item = &[Block<N>]> {
    blocks::<N>(&row[channels..row.len() - channels]).chunks_exact(channels / N)
}

impl<'a, const N: usize> Blocks<'a, N> {
    #[inline(always)]
    fn of<const ROWS: usize>(rows: WindowRows<'a>) -> Self {
        let Normalization { factor, summand } = rows.normalization;
        let row_len = rows.input.len() / ROWS / N;
        Self { input: blocks(rows.input), row_len, factor: blocks(factor), summand: blocks(summand) }
    }

    /// Where the channels of `block` are, at a place of the window that the output's `column` comes from.
    #[inline(always)]
    fn index<const COLUMNS: usize>(&self, column: usize, place: usize, block: usize) -> usize {
        let input_column = column * COLUMNS + place % COLUMNS;
        place / COLUMNS * self.row_len + (1 + input_column) * self.factor.len() + block
    }

    #[inline(always)]
    fn activated<const COLUMNS: usize>(&self, column: usize, place: usize, block: usize) -> Block<N> {
        let (factor, summand) = (&self.factor[block], &self.summand[block]);
        let values = &self.input[self.index::<COLUMNS>(column, place, block)];
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
        for place in 1..ROWS * COLUMNS {
            let activated = self.activated::<COLUMNS>(column, place, block);
            for i in 0..N {
                pooled[i] = larger(activated[i], pooled[i]);
            }
        }
        pooled
    }
}

/// The gradient before activation of a place that wins, from that of the output.
#[inline(always)]
fn behind_activation<const N: usize>(pooled: &Block<N>, upstream: &Block<N>) -> Block<N> {
    let mut gradient = [0.0; N];
    for i in 0..N {
        gradient[i] = upstream[i] * if pooled[i] > 0.0 { 1.0 } else { LEAK };
    }
    gradient
}

/// Takes from `gradient` what goes to a place: all of it in channels where the place won, else nothing. Places are asked
/// from last to first, so that of equal ones the last has it.
#[inline(always)]
fn take<const N: usize>(gradient: &mut Block<N>, activated: &Block<N>, pooled: &Block<N>) -> Block<N> {
    let mut taken = [0.0; N];
    for i in 0..N {
        taken[i] = if activated[i] >= pooled[i] { gradient[i] } else { 0.0 };
        gradient[i] -= taken[i];
    }
    taken
}

/// Calls `$method` with the numbers of channels taken at once and the window's rows and columns as constants.
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

/// Writes a row of the output, halo included but left as it is.
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
        let rows = Blocks::<N>::of::<ROWS>(self.rows);
        let channels = self.rows.normalization.factor.len();
        let end = self.output.len() - channels;
        let output = self.output[channels..end].as_chunks_mut::<N>().0;
        for (column, place) in output.chunks_exact_mut(rows.factor.len()).enumerate() {
            for (block, out) in place.iter_mut().enumerate() {
                *out = rows.pooled::<ROWS, COLUMNS>(column, block);
            }
        }
    }
}

/// Sums over places, a channel each: of the gradient before activation, and of it times what normalization read.
#[derive(Clone, Debug)]
pub(super) struct RoutedSums {
    pub(super) plain: Vec<f32>,
    pub(super) by_input: Vec<f32>,
}

impl RoutedSums {
    pub(super) fn zeros(channels: usize) -> Self {
        Self { plain: vec![0.0; channels], by_input: vec![0.0; channels] }
    }

    /// Adds what a row of the output's gradient, halo included, comes to.
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
        let rows = Blocks::<N>::of::<ROWS>(self.rows);
        let channels = self.rows.normalization.factor.len();
        let plain = self.sums.plain.as_chunks_mut::<N>().0;
        let by_input = self.sums.by_input.as_chunks_mut::<N>().0;
        for (column, upstream) in places::<N>(self.upstream, channels).enumerate() {
            for (block, upstream) in upstream.iter().enumerate() {
                let pooled = rows.pooled::<ROWS, COLUMNS>(column, block);
                let mut gradient = behind_activation(&pooled, upstream);
                let (plain, by_input) = (&mut plain[block], &mut by_input[block]);
                for i in 0..N {
                    plain[i] += gradient[i];
                }
                for place in (0..ROWS * COLUMNS).rev() {
                    let values = &rows.input[rows.index::<COLUMNS>(column, place, block)];
                    let taken = take(&mut gradient, &rows.activated::<COLUMNS>(column, place, block), &pooled);
                    for i in 0..N {
                        by_input[i] += taken[i] * values[i];
                    }
                }
            }
        }
    }
}

/// The input's gradient, a channel each: `factor · routed + by_input · value + constant`.
#[derive(Clone, Copy)]
pub(super) struct InputGradient<'a> {
    pub(super) by_input: &'a [f32],
    pub(super) constant: &'a [f32],
}

impl InputGradient<'_> {
    /// Writes those rows of it that a row of the output's gradient leads to; halos are left as they are.
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
        let rows = Blocks::<N>::of::<ROWS>(self.rows);
        let channels = self.rows.normalization.factor.len();
        let (by_input, constant) = (blocks::<N>(self.terms.by_input), blocks::<N>(self.terms.constant));
        let gradient = self.gradient.as_chunks_mut::<N>().0;
        for (column, upstream) in places::<N>(self.upstream, channels).enumerate() {
            for (block, upstream) in upstream.iter().enumerate() {
                let pooled = rows.pooled::<ROWS, COLUMNS>(column, block);
                let mut routed = behind_activation(&pooled, upstream);
                let (factor, by_input, constant) = (&rows.factor[block], &by_input[block], &constant[block]);
                for place in (0..ROWS * COLUMNS).rev() {
                    let at = rows.index::<COLUMNS>(column, place, block);
                    let taken = take(&mut routed, &rows.activated::<COLUMNS>(column, place, block), &pooled);
                    let (values, out) = (&rows.input[at], &mut gradient[at]);
                    for i in 0..N {
                        out[i] = taken[i] * factor[i] + values[i] * by_input[i] + constant[i];
                    }
                }
            }
        }
    }
}

/// Sums and sums of squares of rows without halo, a channel each.
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
        for place in blocks::<N>(self.row).chunks_exact(sums.len()) {
            for (block, values) in place.iter().enumerate() {
                let (sums, squares) = (&mut sums[block], &mut squares[block]);
                for i in 0..N {
                    sums[i] += values[i];
                    squares[i] += values[i] * values[i];
                }
            }
        }
    }
}
