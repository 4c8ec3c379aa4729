//! `model.toml`, the manifest of a model package.

use std::{collections::BTreeMap, fmt};

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
    /// The model's name in texts.
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
    /// What was measured, by the name of the set.
    #[serde(default)]
    pub metrics: BTreeMap<String, SetMetrics>,
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

/// What was measured on one set. Rates are in percent; what was not measured is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetMetrics {
    /// The set, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// Lines of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_lines: Option<usize>,
    /// The decoder that was used.
    pub decoder: String,
    /// Character error rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cer: Option<f64>,
    /// Word error rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wer: Option<f64>,
    /// Part of the words that were found, order ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    /// Part of the words read that are right, order ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// The command that measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The model's version that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// With the places that are asked for (`{:.2}`), or those that were stated.
impl fmt::Display for SetMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rates = [("CER", self.cer), ("WER", self.wer), ("recall", self.recall), ("precision", self.precision)];
        let stated = rates.into_iter().filter_map(|(name, rate)| Some((name, rate?)));
        let texts = stated.map(|(name, rate)| match f.precision() {
            Some(places) => format!("{name} {rate:.places$} %"),
            None => format!("{name} {rate} %"),
        });
        f.write_str(&texts.collect::<Vec<_>>().join(", "))
    }
}

impl From<MeasuredErrors> for SetMetrics {
    fn from(MeasuredErrors { n_lines, cer, wer, decoder }: MeasuredErrors) -> Self {
        Self { n_lines: Some(n_lines), cer: Some(cer), wer: Some(wer), decoder, ..Self::default() }
    }
}

/// Error rates on one set of lines.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_lines_and_of_pages_are_read_and_written() {
        let text = "[valid]\nn_lines = 211\ncer = 3.5\nwer = 15.33\ndecoder = \"greedy\"\n\n\
                    [photos]\nset = \"5 photos\"\ndecoder = \"language\"\nrecall = 86.1\nprecision = 81\nversion = \"1\"\n";
        let metrics: BTreeMap<String, SetMetrics> = toml::from_str(text).expect("metrics");
        assert_eq!(metrics["valid"].to_string(), "CER 3.5 %, WER 15.33 %");
        assert_eq!(format!("{:.2}", metrics["valid"]), "CER 3.50 %, WER 15.33 %");
        assert_eq!(metrics["photos"].to_string(), "recall 86.1 %, precision 81 %");
        let errors = MeasuredErrors { n_lines: 211, cer: 3.5, wer: 15.33, decoder: "greedy".to_owned() };
        assert_eq!(metrics["valid"], errors.into(), "as packages without more say it");
        let written = toml::to_string(&metrics).expect("text");
        assert_eq!(toml::from_str::<BTreeMap<String, SetMetrics>>(&written).expect("metrics"), metrics);
    }
}
