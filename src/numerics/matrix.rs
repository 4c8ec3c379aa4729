//! Matrix products on slices, each on one thread.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};

/// A matrix in a slice: `rows` × `columns`, a row every `stride` numbers. Rows may overlap.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    matrix: MatRef<'a, f32>,
}

impl<'a> View<'a> {
    pub(crate) fn new(data: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        Self { matrix: MatRef::from_row_major_slice_with_stride(data, rows, columns, stride) }
    }

    /// Rows without gaps.
    pub(crate) fn packed(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::new(data, rows, columns, columns)
    }

    #[cfg(feature = "train")]
    pub(crate) fn transposed(self) -> Self {
        Self { matrix: self.matrix.transpose() }
    }
}

/// Whether a product replaces the output or is added to it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Into {
    Replace,
    Add,
}

/// `out = a · b` or `out += a · b`; the rows of `out` have no gaps between them.
pub(crate) fn multiply(out: &mut [f32], how: Into, a: View<'_>, b: View<'_>) {
    let (rows, columns) = (a.matrix.nrows(), b.matrix.ncols());
    let out = MatMut::from_row_major_slice_mut(&mut out[..rows * columns], rows, columns);
    let accumulate = if how == Into::Add { Accum::Add } else { Accum::Replace };
    matmul(out, accumulate, a.matrix, b.matrix, 1.0, Par::Seq);
}
