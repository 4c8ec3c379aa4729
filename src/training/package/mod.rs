//! Trained networks as model packages.
//!
//! - `export.rs`: a network written as a package, `import.rs`: a package read back as a network that trains on
//! - `model_card.rs`: the card of a trained model, `learning_curve.rs`: its curve as SVG,
//!   `public_path.rs`: paths as both tell them
//!
//! A run may start from a package. A package has its batch normalization folded into its weights, so there is nothing
//! left to normalize with: the network is trained with frozen normalization, and gives in training exactly what it
//! gives in reading.

pub(super) mod export;
pub(super) mod import;
pub(super) mod learning_curve;
pub(super) mod model_card;
pub(super) mod public_path;
