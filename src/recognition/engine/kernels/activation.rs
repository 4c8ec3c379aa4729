//! What follows a convolution: LeakyReLU and max pooling.
#![expect(clippy::inline_always, reason = "only what is inlined is compiled for each set of instructions")]

use crate::numerics::registers::Registers;

/// What is done with a convolution's sums, in this order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::recognition::engine) struct Activation {
    /// Factor of negative numbers (LeakyReLU); 1 leaves all as they are.
    pub(in crate::recognition::engine) slope: f32,
    /// Rows and columns of which the largest number is kept, without overlap; 1 or 2 each. What does not fill a window
    /// at the lower and right edge is dropped.
    pub(in crate::recognition::engine) pooling: [usize; 2],
}

impl Activation {
    /// Rows and columns that are left of `size`.
    pub(in crate::recognition::engine) fn output_size(self, size: [usize; 2]) -> [usize; 2] {
        [size[0] / self.pooling[0], size[1] / self.pooling[1]]
    }
}

/// LeakyReLU of `sums + bias`, for slopes of at most 1.
#[inline(always)]
pub(super) fn activate<R: Registers>(registers: R, sums: R::Lanes, bias: R::Lanes, slope: R::Lanes) -> R::Lanes {
    let value = registers.add(sums, bias);
    registers.larger(value, registers.multiply(slope, value))
}
