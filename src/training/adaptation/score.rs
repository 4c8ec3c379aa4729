//! Error rates before and after an adaptation, written to the package and its card.

use std::{fmt::Write as _, num::NonZeroUsize, path::Path, thread};

use serde::{Deserialize, Serialize};

use super::lines::OwnLines;
use crate::{
    evaluation::{Evaluation, LineSet},
    page::rounded,
    recognition::{CtcDecoder, MeasuredErrors, ModelPackage, PageReader},
    training::{error::TrainingError, package::export::write_manifest},
};

/// Error rates of one reader on lines that it was not trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdaptationScore {
    /// On the user's lines that were held out, if any were.
    pub own: Option<MeasuredErrors>,
    /// On lines of many other hands.
    pub general: MeasuredErrors,
}

impl AdaptationScore {
    /// Evaluates the reader in the folder `package` on the lines held out of `own` and on the set `general`, with
    /// greedy decoding.
    pub(super) fn measure(package: &Path, own: &OwnLines, general: &Path) -> Result<Self, TrainingError> {
        let bad = |error| TrainingError::bad_data(package, error);
        let n_threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let opened = ModelPackage::open(package).map_err(bad)?;
        let reader = PageReader::open(&opened, n_threads, CtcDecoder::Greedy).map_err(bad)?;
        let measure = |path: &Path| -> Result<MeasuredErrors, TrainingError> {
            let set = LineSet::open(path).map_err(|error| TrainingError::bad_data(path, error))?;
            Ok(error_rates(&set.evaluate(&reader, &mut |_line| {})))
        };
        let own = (own.n_held_out > 0).then(|| measure(&own.held_out)).transpose()?;
        Ok(Self { own, general: measure(general)? })
    }
}

/// Error rates in percent with two decimals, as in packages.
fn error_rates(evaluation: &Evaluation) -> MeasuredErrors {
    MeasuredErrors {
        n_lines: evaluation.lines.len(),
        cer: rounded(evaluation.char_error_rate().percent(), 2),
        wer: rounded(evaluation.word_error_rate().percent(), 2),
        decoder: "greedy".to_owned(),
    }
}

/// Writes both scores to the manifest and the card of the package in `folder`.
pub(super) fn write_to_package(
    folder: &Path,
    before: &AdaptationScore,
    after: &AdaptationScore,
) -> Result<(), TrainingError> {
    let package = ModelPackage::open(folder).map_err(|error| TrainingError::bad_data(folder, error))?;
    let mut manifest = package.manifest;
    let own = after.own.iter().map(|own| ("own lines".to_owned(), own.clone().into()));
    manifest.metrics = own.chain([("other hands".to_owned(), after.general.clone().into())]).collect();
    write_manifest(folder, &manifest)?;
    let mut card = package.card;
    // Metrics of the weights before interpolation do not hold for those after it.
    if let Some(start) = card.find("## Metrics") {
        let end = card[start + 1..].find("\n## ").map_or(card.len(), |n| start + 1 + n + 1);
        card.replace_range(start..end, "");
    }
    card += "\n## Before and after learning\n\nOn lines that were not learnt from, greedy decoding.\n\n| lines | number | \
             CER % before | CER % after | WER % before | WER % after |\n| - | - | - | - | - | - |\n";
    let own = before.own.iter().zip(&after.own).map(|(before, after)| ("own", before, after));
    for (name, before, after) in own.chain([("other hands", &before.general, &after.general)]) {
        // Writing to a string cannot fail.
        writeln!(
            card,
            "| {name} | {} | {} | {} | {} | {} |",
            before.n_lines, before.cer, after.cer, before.wer, after.wer
        )
        .ok();
    }
    let path = folder.join("README.md");
    std::fs::write(&path, card).map_err(|error| TrainingError::unwritable(&path, &error))
}
