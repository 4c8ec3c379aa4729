//! `model.toml`, the manifest of a model package.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    imaging::{INPUT_ROWS, NORMALIZE_VERSION, WIDTH_MULTIPLE},
    page::BLANK,
};

/// The package format that this program reads and writes.
pub const PACKAGE_FORMAT: u32 = 1;

/// The manifest of a model package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelManifest {
    /// Format of the package, [`PACKAGE_FORMAT`].
    pub format: u32,
    /// The model's name, as `--model` takes it.
    pub name: String,
    /// The model's name for people.
    pub title: String,
    /// The model's own version.
    pub version: String,
    /// SHA-256 of `model.onnx`, hexadecimal.
    pub sha256: String,
    /// Licence of the weights.
    pub license: String,
    /// The network's input.
    pub input: InputContract,
    /// The network's output.
    pub output: OutputContract,
    /// The network's kind and size.
    pub architecture: ArchitectureSummary,
    /// Teacher, data with their licences, recipe, date.
    #[serde(default)]
    pub origin: toml::Table,
    /// Measured error rates, by the name of the set.
    #[serde(default)]
    pub metrics: BTreeMap<String, MeasuredErrors>,
}

/// The network's input: `[1, 1, height, width]`, 0 paper to 1 ink.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputContract {
    /// Rows of pixels.
    pub height: usize,
    /// The number of columns is a multiple of this.
    pub width_multiple: usize,
    /// The version of [`crate::imaging::normalize`] that the network was trained with.
    pub normalize_version: u32,
}

/// The network's output: logits `[time, 1, label]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputContract {
    /// Labels, the blank included.
    pub n_labels: usize,
    /// The blank's label.
    pub blank: usize,
    /// Input columns per time step.
    pub columns_per_frame: usize,
}

/// The network's kind and size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArchitectureSummary {
    /// The kind of network, for example DarkNet-DBLSTM.
    pub kind: String,
    /// The number of trained parameters.
    pub parameters: u64,
}

/// Error rates on one set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredErrors {
    /// The number of lines of the set.
    pub n_lines: usize,
    /// Character error rate in percent.
    pub cer: f64,
    /// Word error rate in percent.
    pub wer: f64,
    /// The decoder that was used.
    pub decoder: String,
}

impl ModelManifest {
    /// Parses `model.toml` and checks its contract against this program's. The error is a clause for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        /// The format alone: newer ones may have other fields.
        #[derive(Deserialize)]
        struct FormatOnly {
            format: u32,
        }
        let broken = |error: toml::de::Error| format!("model.toml cannot be read: {}", error.message());
        let FormatOnly { format } = toml::from_str(text).map_err(broken)?;
        if format != PACKAGE_FORMAT {
            return Err(format!("it has format {format}, and this version of Longhand knows format {PACKAGE_FORMAT}"));
        }
        let manifest: Self = toml::from_str(text).map_err(broken)?;
        manifest.check_contract()?;
        Ok(manifest)
    }

    fn check_contract(&self) -> Result<(), String> {
        let Self { input, output, .. } = self;
        if input.normalize_version != NORMALIZE_VERSION {
            return Err(format!(
                "it was trained behind normalization {}, and this version of Longhand has normalization \
                 {NORMALIZE_VERSION}",
                input.normalize_version
            ));
        }
        for (what, stated, ours) in [
            ("rows of input", input.height, INPUT_ROWS),
            ("the multiple of its width", input.width_multiple, WIDTH_MULTIPLE),
            ("the label of the blank", output.blank, BLANK),
            ("columns a time step", output.columns_per_frame, WIDTH_MULTIPLE),
        ] {
            if stated != ours {
                return Err(format!("it has {stated} as {what}, and this version of Longhand {ours}"));
            }
        }
        Ok(())
    }
}
