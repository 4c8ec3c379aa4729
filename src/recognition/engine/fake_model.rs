//! A model for tests of the code around models.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::line_model::{LabelPosteriors, LineModel, ModelError};
use crate::{
    imaging::{INPUT_ROWS, ModelInput, WIDTH_MULTIPLE},
    page::{BLANK, CharacterSet},
};

/// A deterministic model without weights: in each frame, the ink of row *r* is the weight of label *r* + 1, and one
/// full pixel that of the blank.
pub(crate) struct FakeLineModel {
    character_set: CharacterSet,
    fails: bool,
    /// Lines until it panics.
    panics_after: Option<usize>,
    /// Lines that it and others have seen.
    n_seen: Arc<AtomicUsize>,
}

impl FakeLineModel {
    pub(crate) fn new() -> Self {
        Self { character_set: CharacterSet::ascii(), fails: false, panics_after: None, n_seen: Arc::default() }
    }

    /// Fails on every line.
    pub(crate) fn failing() -> Self {
        Self { fails: true, ..Self::new() }
    }

    /// Counts the lines that it sees.
    pub(crate) fn counting(n_seen: &Arc<AtomicUsize>) -> Self {
        Self { n_seen: Arc::clone(n_seen), ..Self::new() }
    }

    /// Panics after this many lines.
    pub(crate) fn panicking(n_lines: usize) -> Self {
        Self { panics_after: Some(n_lines), ..Self::new() }
    }
}

impl LineModel for FakeLineModel {
    fn character_set(&self) -> &CharacterSet {
        &self.character_set
    }

    fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        self.n_seen.fetch_add(1, Ordering::SeqCst);
        if self.fails {
            return Err(ModelError::RunFailed { reason: "it was made to fail".to_owned() });
        }
        if let Some(n_lines) = &mut self.panics_after {
            *n_lines = n_lines.checked_sub(1).expect("it was made to panic");
        }
        let n_labels = self.character_set.n_labels();
        let mut log_probs = Vec::with_capacity(input.n_frames() * n_labels);
        for frame in 0..input.n_frames() {
            let mut weights = vec![1e-3; n_labels];
            weights[BLANK] = 1.0;
            for row in 0..INPUT_ROWS {
                let pixels = &input.pixels[row * input.width + frame * WIDTH_MULTIPLE..][..WIDTH_MULTIPLE];
                weights[row + 1] += pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).sum::<f32>();
            }
            let sum: f32 = weights.iter().sum();
            log_probs.extend(weights.iter().map(|weight| (weight / sum).ln()));
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}
