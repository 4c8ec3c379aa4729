//! Models that read the same in every line.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use longhand::{
    imaging::ModelInput,
    page::CharacterSet,
    recognition::{LabelPosteriors, LineModel, ModelError},
};

/// What [`SentenceModel`] reads.
pub(crate) const TEXT: &str = "the quick brown fox";

/// The longest that a closed gate holds a model back.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// Reads [`TEXT`] in every line as soon as it may, surely but for the second, where "quick" may be "quack", "brown"
/// "brawn" and "fox" "fax".
pub(crate) struct SentenceModel {
    set: CharacterSet,
    gate: Arc<Gate>,
}

/// Holds the model back: it reads a line only while the gate is open.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) is_closed: AtomicBool,
    /// The next line is the model's last.
    pub(crate) is_trapped: AtomicBool,
    /// Every line is blank to the model.
    pub(crate) hides_ink: AtomicBool,
    pub(crate) n_read: AtomicUsize,
}

impl SentenceModel {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self { set: CharacterSet::ascii(), gate }
    }
}

impl LineModel for SentenceModel {
    fn character_set(&self) -> &CharacterSet {
        &self.set
    }

    fn run(&mut self, _input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        let start = Instant::now();
        while self.gate.is_closed.load(Ordering::Relaxed) && start.elapsed() < MAX_WAIT {
            std::thread::yield_now();
        }
        assert!(!self.gate.is_trapped.swap(false, Ordering::Relaxed), "the model stumbled");
        let line = self.gate.n_read.fetch_add(1, Ordering::Relaxed);
        let n_labels = self.set.n_labels();
        let mut log_probs = Vec::new();
        let sees = |label| if self.gate.hides_ink.load(Ordering::Relaxed) { 0 } else { label };
        for label in self.set.encode(TEXT).into_iter().flat_map(|label| [sees(label), 0]) {
            let mut frame = vec![1e-5_f32; n_labels];
            frame[label] = 0.99;
            if line == 1 && matches!(self.set.character(label), Some('i' | 'o')) {
                frame[label] = 0.5;
                self.set.label('a').into_iter().for_each(|other| frame[other] = 0.4);
            }
            log_probs.extend(frame.into_iter().map(f32::ln));
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}

/// Reads "thc quick brown fox" in the first lines, where "c" may be "e", and "fox" almost as well "fax" or "fix"; after
/// them it waits for the gate to open, and reads "brown fox" surely: the doubtful word and its neighbour.
pub(crate) struct HastyModel {
    set: CharacterSet,
    gate: Arc<Gate>,
    n_first: usize,
}

impl HastyModel {
    pub(crate) fn new(gate: Arc<Gate>, n_first: usize) -> Self {
        Self { set: CharacterSet::ascii(), gate, n_first }
    }
}

impl LineModel for HastyModel {
    fn character_set(&self) -> &CharacterSet {
        &self.set
    }

    fn run(&mut self, _input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        let is_first = self.gate.n_read.fetch_add(1, Ordering::Relaxed) < self.n_first;
        let start = Instant::now();
        while !is_first && self.gate.is_closed.load(Ordering::Relaxed) && start.elapsed() < MAX_WAIT {
            std::thread::yield_now();
        }
        let n_labels = self.set.n_labels();
        let text = if is_first { "thc quick brown fox" } else { "brown fox" };
        let mut log_probs = Vec::new();
        for (index, label) in self.set.encode(text).into_iter().enumerate() {
            let (mut frame, mut blank) = (vec![1e-6_f32; n_labels], vec![1e-6_f32; n_labels]);
            (frame[label], blank[0]) = (0.99, 0.99);
            let others: &[char] = match index {
                2 if is_first => &['e'],
                17 if is_first => &['a', 'i'],
                _ => &[],
            };
            for other in others.iter().filter_map(|other| self.set.label(*other)) {
                frame[label] = 0.96 / (others.len() + 1) as f32 + 0.02;
                frame[other] = 0.96 / (others.len() + 1) as f32 - 0.01;
            }
            log_probs.extend(frame.into_iter().chain(blank).map(f32::ln));
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}

/// Reads "i" in every line, with one probability for all frames.
#[cfg(feature = "train")]
pub(crate) struct LetterModel {
    set: CharacterSet,
    log_prob: f32,
}

#[cfg(feature = "train")]
impl LetterModel {
    pub(crate) fn new(log_prob: f32) -> Self {
        Self { set: CharacterSet::ascii(), log_prob }
    }
}

#[cfg(feature = "train")]
impl LineModel for LetterModel {
    fn character_set(&self) -> &CharacterSet {
        &self.set
    }

    fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
        let n_labels = self.set.n_labels();
        let mut log_probs = vec![-9.0; input.n_frames() * n_labels];
        let read = self.set.label('i').unwrap_or_default();
        for (frame, row) in log_probs.chunks_exact_mut(n_labels).enumerate() {
            row[if frame == 0 { read } else { 0 }] = self.log_prob;
        }
        Ok(LabelPosteriors { log_probs, n_labels })
    }
}
