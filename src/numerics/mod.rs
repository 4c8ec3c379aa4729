//! Arithmetic on slices of numbers: matrix products, loops compiled for each set of vector instructions, medians.

pub(crate) mod lanes;
pub(crate) mod matrix;
pub(crate) mod median;
pub(crate) mod packed;
pub(crate) mod panel;
pub(crate) mod registers;
pub(crate) mod scalar;
pub(crate) mod softmax;
#[cfg(feature = "train")]
pub(crate) mod vectorized;
