//! The ink labeller that the program reads pages with.

use std::sync::LazyLock;

use super::{engine::tract_ink_labeller::TractInkLabeller, package::labeller_package};
use crate::imaging::{InkLabeller, NoInkLabels};

/// The ink labeller of the built-in package `ink-labeller`, loaded at first use. If it cannot be loaded, which is
/// logged, one that says nothing.
pub fn ink_labeller() -> &'static dyn InkLabeller {
    static BUILT_IN: LazyLock<Option<TractInkLabeller>> =
        LazyLock::new(|| labeller_package::open_built_in().inspect_err(|error| tracing::error!("{error}")).ok());
    BUILT_IN.as_ref().map_or(&NoInkLabels as &dyn InkLabeller, |labeller| labeller)
}
