//! Products of rows with a panel: a matrix so narrow that its columns fill a few registers, and so short that it stays
//! in the first-level cache.
//!
//! A general matrix product first copies both factors into an order of its own, which takes as long as the product
//! where they are small. These read rows and panel as they lie. Loops count, for iterators are not inlined everywhere.
#![expect(
    clippy::needless_range_loop,
    reason = "iterators stay calls in what is compiled for each set of instructions"
)]
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use super::registers::Registers;

/// Columns of a panel, at most: four AVX-512 registers.
pub(crate) const MAX_COLUMNS: usize = 64;
/// Panels have a multiple of this many columns.
const COLUMNS: usize = 16;

/// `out = rows · panel`: `rows` is `[row, number]`, with `n_inner` numbers each, `panel` `[number, column]`, `out`
/// `[row, column]`. A row's sums do not depend on the other rows.
#[inline(always)]
pub(crate) fn multiply_panel<R: Registers>(
    registers: R,
    out: &mut [f32],
    rows: &[f32],
    n_inner: usize,
    panel: &[f32],
    n_columns: usize,
) {
    let product = Product { registers, rows, n_inner, panel, n_columns, n_rows: rows.len() / n_inner.max(1) };
    // Sums take 24 of 32 registers, or 12 of 16.
    match (R::N, n_columns / COLUMNS) {
        (16, 4) => product.columns::<6, 4>(out, 0),
        (16, 3) => product.columns::<8, 3>(out, 0),
        (16, 2) => product.columns::<12, 2>(out, 0),
        (16, _) => product.columns::<12, 1>(out, 0),
        _ => {
            for column in (0..n_columns).step_by(COLUMNS) {
                product.columns::<6, 2>(out, column);
            }
        }
    }
}

struct Product<'a, R> {
    registers: R,
    rows: &'a [f32],
    n_rows: usize,
    n_inner: usize,
    panel: &'a [f32],
    n_columns: usize,
}

impl<R: Registers> Product<'_, R> {
    /// `C` registers of columns from `column` on, of all rows, `H` at a time.
    #[inline(always)]
    fn columns<const H: usize, const C: usize>(&self, out: &mut [f32], column: usize) {
        let mut row = 0;
        while row + H <= self.n_rows {
            self.tile::<H, C>(out, row, column);
            row += H;
        }
        while row + 4 <= self.n_rows {
            self.tile::<4, C>(out, row, column);
            row += 4;
        }
        while row < self.n_rows {
            self.tile::<1, C>(out, row, column);
            row += 1;
        }
    }

    /// `C` registers of columns of `H` rows, all of whose sums stay in registers.
    #[inline(always)]
    fn tile<const H: usize, const C: usize>(&self, out: &mut [f32], row: usize, column: usize) {
        let registers = self.registers;
        let zero = registers.splat(0.0);
        let n = self.n_inner;
        let mut rows = [&self.rows[..0]; H];
        for r in 0..H {
            rows[r] = &self.rows[(row + r) * n..][..n];
        }
        let mut sums = [[zero; C]; H];
        for inner in 0..n {
            let panel = &self.panel[inner * self.n_columns + column..][..C * R::N];
            let mut lanes = [zero; C];
            for c in 0..C {
                lanes[c] = registers.load(&panel[c * R::N..]);
            }
            for r in 0..H {
                let value = registers.splat(rows[r][inner]);
                for c in 0..C {
                    sums[r][c] = registers.multiply_add(lanes[c], value, sums[r][c]);
                }
            }
        }
        for r in 0..H {
            let out = &mut out[(row + r) * self.n_columns + column..][..C * R::N];
            for c in 0..C {
                registers.store(&mut out[c * R::N..], sums[r][c]);
            }
        }
    }
}
