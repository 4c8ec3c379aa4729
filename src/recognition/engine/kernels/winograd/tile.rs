//! What Winograd's transforms have in common: the sizes of tiles, and sums with a factor.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::registers::Registers;

/// Rows and columns of a tile's outputs.
pub(super) const TILE: usize = 4;
/// Rows and columns of a tile's inputs.
pub(super) const PATCH: usize = 6;
/// Numbers of a tile in its transformed form.
pub(super) const POINTS: usize = PATCH * PATCH;
/// Added to the distance between planes, in numbers, so that the 36 numbers of a tile do not fall into the same set of
/// the first-level cache: transforms are three times as fast.
pub(super) const PLANE_GAP: usize = 16;

/// Sums with a factor.
pub(super) struct ScaledSums<R>(pub(super) R);

impl<R: Registers> ScaledSums<R> {
    /// `a · factor + b`.
    #[inline(always)]
    pub(super) fn add(&self, a: R::Lanes, factor: f32, b: R::Lanes) -> R::Lanes {
        self.0.multiply_add(a, self.0.splat(factor), b)
    }
}

/// A column of six rows.
#[inline(always)]
pub(super) fn column_of<V: Copy, const N: usize>(rows: &[[V; N]; PATCH], column: usize) -> [V; PATCH] {
    [rows[0][column], rows[1][column], rows[2][column], rows[3][column], rows[4][column], rows[5][column]]
}
