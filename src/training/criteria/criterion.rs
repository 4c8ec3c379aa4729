//! The criteria, by name.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::training::network::feature_tap::FeatureTap;

/// What training minimizes. All but CTC compare a student with its teacher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Negative log-probability of the labels; needs no teacher.
    Ctc,
    /// Cross entropy of the softmaxed logits at a temperature.
    SoftmaxCe,
    /// Squared distance of the logits.
    IpL2,
    /// Squared distance of the last LSTM layer's outputs.
    LstmL2,
    /// Squared distance of the frames after the input weights of the first LSTM layer.
    CnnMah,
    /// Squared distance of the frames.
    CnnL2,
}

/// The name of no criterion.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("there is no criterion \"{name}\": it is one of ctc, softmax-ce, ip-l2, lstm-l2, cnn-mah, cnn-l2")]
pub struct UnknownCriterion {
    name: String,
}

impl Criterion {
    /// In the order of the paper's analysis table, CTC last.
    pub const ALL: [Self; 6] = [Self::SoftmaxCe, Self::IpL2, Self::LstmL2, Self::CnnMah, Self::CnnL2, Self::Ctc];

    /// Its name in recipes, on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ctc => "ctc",
            Self::SoftmaxCe => "softmax-ce",
            Self::IpL2 => "ip-l2",
            Self::LstmL2 => "lstm-l2",
            Self::CnnMah => "cnn-mah",
            Self::CnnL2 => "cnn-l2",
        }
    }

    /// The activations that it compares; forward passes end there.
    pub const fn tap(self) -> FeatureTap {
        match self {
            Self::CnnL2 | Self::CnnMah => FeatureTap::Frames,
            Self::LstmL2 => FeatureTap::Hidden,
            Self::Ctc | Self::IpL2 | Self::SoftmaxCe => FeatureTap::Logits,
        }
    }

    /// Whether it needs labelled lines.
    pub const fn needs_labels(self) -> bool {
        matches!(self, Self::Ctc)
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Criterion {
    type Err = UnknownCriterion;

    fn from_str(name: &str) -> Result<Self, UnknownCriterion> {
        let found = Self::ALL.into_iter().find(|criterion| criterion.name() == name);
        found.ok_or_else(|| UnknownCriterion { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_everywhere() {
        for criterion in Criterion::ALL {
            assert_eq!(criterion.name().parse(), Ok(criterion));
            assert_eq!(serde_json::to_string(&criterion).expect("text"), format!("\"{criterion}\""));
        }
        assert!("cnn".parse::<Criterion>().is_err());
    }
}
