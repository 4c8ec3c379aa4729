//! The package of the ink labeller: `model.onnx`, `model.toml` and a card, as those of readers, without characters.

use serde::{Deserialize, Serialize};

use super::{manifest::ArchitectureSummary, sha256_hex};
use crate::recognition::engine::{
    line_model::ModelError,
    profile::Profile,
    tract_ink_labeller::{self, TractInkLabeller},
    tract_profile::OnProgress,
};

/// What `kind` of `model.toml` says in packages of ink labellers. Those of readers have no `kind`.
pub(super) const KIND: &str = "ink labeller";

const MANIFEST: &str = include_str!("../../../models/ink-labeller/model.toml");
const NETWORK: &[u8] = include_bytes!("../../../models/ink-labeller/model.onnx");
/// The package's folder among the models.
pub const INK_LABELLER: &str = "ink-labeller";

/// `model.toml` of an ink labeller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabellerManifest {
    /// "ink labeller".
    pub kind: String,
    /// The package's name.
    pub name: String,
    /// The model's name in texts.
    pub title: String,
    /// The model's own version.
    pub version: String,
    /// SHA-256 of `model.onnx`, hexadecimal.
    pub sha256: String,
    /// Licence of the weights.
    pub license: String,
    /// The network's kind and size.
    pub architecture: ArchitectureSummary,
    /// Data with their licences, recipe, date.
    #[serde(default)]
    pub origin: toml::Table,
    /// What was measured, by the name of the set.
    #[serde(default)]
    pub metrics: toml::Table,
}

impl LabellerManifest {
    /// The manifest of the built-in labeller.
    pub fn built_in() -> Result<Self, ModelError> {
        toml::from_str(MANIFEST).map_err(|error| refused(format!("model.toml: {error}")))
    }
}

/// The card of the built-in labeller, Markdown.
pub const INK_LABELLER_CARD: &str = include_str!("../../../models/ink-labeller/README.md");
/// The page that the labeller is measured on, width and height in pixels: a sheet of notes at its x-height.
pub const MEASURED_PAGE: (u32, u32) = (768, 1056);

/// Measures the built-in labeller on `n_threads` at once, on a page of [`MEASURED_PAGE`]. `None` if `on_progress`
/// stopped it.
pub fn profile_ink_labeller(n_threads: usize, on_progress: OnProgress<'_>) -> Result<Option<Profile>, ModelError> {
    tract_ink_labeller::profile(NETWORK, MEASURED_PAGE, n_threads, on_progress)
}

/// Loads the built-in labeller, checked against its manifest.
pub(in crate::recognition) fn open_built_in() -> Result<TractInkLabeller, ModelError> {
    let manifest = LabellerManifest::built_in()?;
    if sha256_hex(NETWORK) != manifest.sha256 {
        return Err(refused("model.onnx is not the one that model.toml describes".to_owned()));
    }
    TractInkLabeller::load(NETWORK).map_err(refused)
}

fn refused(reason: String) -> ModelError {
    ModelError::BadPackage { path: format!("{INK_LABELLER} (built in)").into(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_labeller_is_the_one_that_its_manifest_describes() {
        let manifest = LabellerManifest::built_in().unwrap();
        assert_eq!((manifest.kind.as_str(), manifest.name.as_str()), (KIND, INK_LABELLER));
        open_built_in().unwrap();
    }

    #[test]
    fn the_layers_of_the_labeller_are_measured() {
        use std::ops::ControlFlow;

        use crate::recognition::engine::profile::LayerKind;

        let page = (64, 96);
        let measure = |on_progress: OnProgress<'_>| tract_ink_labeller::profile(NETWORK, page, 2, on_progress);
        let measured = measure(&|_, _| ControlFlow::Continue(())).unwrap().unwrap();
        let parameters: u64 = measured.layers.iter().map(|layer| layer.parameters).sum();
        let stated = LabellerManifest::built_in().unwrap().architecture.parameters;
        // Normalization is folded into the convolutions.
        assert!(parameters <= stated && parameters * 100 > stated * 98, "{parameters} of {stated}");
        let convolutions = measured.by_kind().into_iter().find(|(kind, _)| *kind == LayerKind::Conv3x3).unwrap().1;
        assert!(measured.total_ms > 0.0 && convolutions.ms > 0.0 && convolutions.multiply_adds > 0);
        assert!(measure(&|_, _| ControlFlow::Break(())).unwrap().is_none());
    }
}
