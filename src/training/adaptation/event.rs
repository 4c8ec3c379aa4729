//! What an adaptation reports.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::score::AdaptationScore;
use crate::training::event::TrainingEvent;

/// Which reader was evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdaptationStage {
    /// The reader that the adaptation starts from.
    Before,
    /// The adapted reader.
    After,
}

/// What an adaptation reports, in order. Serialized as one JSON object a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AdaptationEvent {
    /// The lines are copied and split.
    Prepared {
        /// Own lines that are trained on.
        n_learnt: usize,
        /// Own lines that are held out for evaluation.
        n_held_out: usize,
    },
    /// A reader was evaluated.
    Measured {
        /// Which reader.
        stage: AdaptationStage,
        /// Its error rates.
        #[serde(flatten)]
        measured: AdaptationScore,
    },
    /// The package of the adapted reader is written.
    Learned {
        /// Its folder.
        package: PathBuf,
    },
    /// An event of the training.
    #[serde(untagged)]
    Training(TrainingEvent),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::MeasuredErrors;

    #[test]
    fn events_are_told_apart_when_they_are_read_back() {
        let errors = || MeasuredErrors { n_lines: 5, cer: 1.5, wer: 7.0, decoder: "greedy".to_owned() };
        let measured = AdaptationScore { own: Some(errors()), general: errors() };
        let finished = TrainingEvent::Finished { step: 3, was_stopped: false, best_valid_cer: None };
        for event in [
            AdaptationEvent::Prepared { n_learnt: 15, n_held_out: 5 },
            AdaptationEvent::Measured { stage: AdaptationStage::After, measured },
            AdaptationEvent::Measured {
                stage: AdaptationStage::Before,
                measured: AdaptationScore { own: None, general: errors() },
            },
            AdaptationEvent::Learned { package: PathBuf::from("mine") },
            AdaptationEvent::Training(finished),
        ] {
            let line = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<AdaptationEvent>(&line).unwrap(), event, "{line}");
        }
    }
}
