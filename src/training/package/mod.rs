//! Trained networks as model packages: written, read back, their card and learning curve.

pub(super) mod export;
pub(super) mod import;
pub(super) mod learning_curve;
pub(super) mod model_card;
