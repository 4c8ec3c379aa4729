//! CTC prefix beam search (Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using
//! Bi-Directional Recurrent DNNs", 2014, without its language model).

use std::collections::HashMap;

use super::{LabelPosteriors, ctc::log_add};
use crate::page::BLANK;

/// Labels less probable than this in a frame start no new prefix there: about one in 1,100. A frame has few others.
const LEAST_LOG_PROB: f32 = -7.0;
/// The empty prefix.
const ROOT: usize = 0;

/// The most probable labelling among the `width` prefixes kept.
pub(super) fn beam_search(posteriors: &LabelPosteriors, width: usize) -> Vec<usize> {
    let mut prefixes = PrefixTree::default();
    let mut beam = vec![Beam { prefix: ROOT, score: Score { blank: 0.0, label: f32::NEG_INFINITY } }];
    for frame in posteriors.frames() {
        beam = extend(&mut prefixes, &beam, frame);
        // Prefixes found earlier win ties, so that the same line always reads the same.
        beam.sort_by(|a, b| b.score.total().total_cmp(&a.score.total()).then(a.prefix.cmp(&b.prefix)));
        beam.truncate(width.max(1));
    }
    beam.first().map(|best| prefixes.labels(best.prefix)).unwrap_or_default()
}

/// Log-probability of the alignments that end in a blank, and of those that end in the prefix's last label.
#[derive(Clone, Copy)]
struct Score {
    blank: f32,
    label: f32,
}

impl Score {
    const NONE: Self = Self { blank: f32::NEG_INFINITY, label: f32::NEG_INFINITY };

    fn total(self) -> f32 {
        log_add(self.blank, self.label)
    }
}

#[derive(Clone, Copy)]
struct Beam {
    prefix: usize,
    score: Score,
}

/// The prefixes after one more frame.
fn extend(prefixes: &mut PrefixTree, beam: &[Beam], frame: &[f32]) -> Vec<Beam> {
    let mut next: Vec<Beam> = Vec::new();
    let mut place_of = HashMap::new();
    let mut score_of = |next: &mut Vec<Beam>, prefix: usize| {
        *place_of.entry(prefix).or_insert_with(|| {
            next.push(Beam { prefix, score: Score::NONE });
            next.len() - 1
        })
    };
    for &Beam { prefix, score } in beam {
        let last = prefixes.last_label(prefix);
        let place = score_of(&mut next, prefix);
        let kept = &mut next[place].score;
        kept.blank = log_add(kept.blank, score.total() + frame[BLANK]);
        if last != BLANK {
            kept.label = log_add(kept.label, score.label + frame[last]);
        }
        for (label, &log_prob) in frame.iter().enumerate() {
            if label == BLANK || log_prob < LEAST_LOG_PROB {
                continue;
            }
            // The same label again is a new one only after a blank.
            let before = if label == last { score.blank } else { score.total() };
            let place = score_of(&mut next, prefixes.child(prefix, label));
            let grown = &mut next[place].score;
            grown.label = log_add(grown.label, before + log_prob);
        }
    }
    next
}

/// Every prefix met, each as its parent and one more label.
struct PrefixTree {
    nodes: Vec<(usize, usize)>,
    children: HashMap<(usize, usize), usize>,
}

impl Default for PrefixTree {
    fn default() -> Self {
        Self { nodes: vec![(ROOT, BLANK)], children: HashMap::new() }
    }
}

impl PrefixTree {
    /// The blank for the empty prefix.
    fn last_label(&self, prefix: usize) -> usize {
        self.nodes[prefix].1
    }

    fn child(&mut self, prefix: usize, label: usize) -> usize {
        *self.children.entry((prefix, label)).or_insert_with(|| {
            self.nodes.push((prefix, label));
            self.nodes.len() - 1
        })
    }

    fn labels(&self, mut prefix: usize) -> Vec<usize> {
        let mut labels = Vec::new();
        while prefix != ROOT {
            let (parent, label) = self.nodes[prefix];
            labels.push(label);
            prefix = parent;
        }
        labels.reverse();
        labels
    }
}
