//! What training minimizes.

mod ctc;

pub use ctc::{CtcLoss, Target};
