//! CTC prefix beam search (Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using
//! Bi-Directional Recurrent DNNs", 2014), with a language model of characters where one is given.

use std::collections::HashMap;

use super::ctc::{CtcHypothesis, log_add};
use crate::{
    page::BLANK,
    recognition::{
        engine::line_model::LabelPosteriors,
        language::scorer::{LanguageScorer, LanguageState},
    },
};

/// Labels less probable than this in a frame start no new prefix there: about one in 1,100. A frame has few others.
const LEAST_LOG_PROB: f32 = -7.0;
/// Frames behind a label within which what follows speaks for or against it: about a word. Later frames bring no more,
/// because prefixes that differ so early are no longer kept.
const LOOKAHEAD: usize = 30;
/// The empty prefix.
const ROOT: usize = 0;

/// Searches with the `width` best prefixes kept: the most probable ones, weighed by the language where one is given.
pub(super) fn beam_search<'a>(
    posteriors: &LabelPosteriors,
    width: usize,
    language: Option<&'a LanguageScorer>,
) -> BeamSearch<'a> {
    let mut prefixes = PrefixTree::new(language);
    let mut beam = vec![Beam { prefix: ROOT, score: Score { blank: 0.0, label: f32::NEG_INFINITY } }];
    let mut kept = Vec::new();
    for frame in posteriors.frames() {
        beam = extend(&mut prefixes, &beam, frame);
        // Prefixes found earlier win ties, so that the same line always reads the same.
        let rank = |beam: &Beam| beam.score.total() + prefixes.nodes[beam.prefix].language;
        beam.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.prefix.cmp(&b.prefix)));
        beam.truncate(width.max(1));
        kept.push(beam.iter().map(|beam| (beam.prefix, rank(beam))).collect());
    }
    let rank_at_end = |beam: &Beam| beam.score.total() + prefixes.language_at_end(beam.prefix);
    // A stable sort, so that of equals the one that was better before comes first.
    beam.sort_by(|a, b| rank_at_end(b).total_cmp(&rank_at_end(a)));
    let labellings = beam.iter().map(|beam| prefixes.labels(beam.prefix)).collect();
    BeamSearch { labellings, prefixes, kept }
}

/// What a search found, and what it kept on its way.
pub(crate) struct BeamSearch<'a> {
    /// The labellings kept at the end, the best first.
    pub(crate) labellings: Vec<Vec<usize>>,
    prefixes: PrefixTree<'a>,
    /// The prefixes kept after every frame, with the logarithms of their ranks.
    kept: Vec<Vec<(usize, f32)>>,
}

impl BeamSearch<'_> {
    /// Makes each label's confidence the part of the search that agrees with it: of all prefixes kept [`LOOKAHEAD`] frames
    /// behind the label that begin with those before it, the share by rank of those that go on with it. So the
    /// confidences of some labels in a row multiply to how sure all of them are. A labelling that was not met on the way
    /// stays as it is.
    pub(super) fn weigh_confidences(&self, hypothesis: &mut CtcHypothesis) {
        let labels: Vec<usize> = hypothesis.labels.iter().map(|decoded| decoded.label).collect();
        let Some(path) = self.path(&labels) else { return };
        for (step, decoded) in path.windows(2).zip(&mut hypothesis.labels) {
            let kept = self.kept_behind(decoded.frames.end).0;
            let [before, with] = [step[0], step[1]].map(|prefix| self.rank_of_all_from(prefix, kept));
            decoded.confidence = if before == f32::NEG_INFINITY { 0.0 } else { (with - before).exp().clamp(0.0, 1.0) };
        }
    }

    /// The prefixes of `labels`, from the empty one to the whole; `None` where one was not met on the way.
    pub(crate) fn path(&self, labels: &[usize]) -> Option<Vec<usize>> {
        self.prefixes.path(labels.iter().copied())
    }

    /// What was kept [`LOOKAHEAD`] frames behind the frame `seen_until` and goes on from `prefix`.
    pub(super) fn kept_after(&self, prefix: usize, seen_until: usize) -> KeptReadings {
        let (kept, is_whole) = self.kept_behind(seen_until);
        let all = self.rank_of_all_from(prefix, kept);
        let n_before = self.prefixes.nodes[prefix].n_labels;
        let from_here = kept.iter().filter(|(other, _)| self.prefixes.begins_with(*other, prefix));
        let readings =
            from_here.map(|&(other, rank)| (self.prefixes.labels(other).split_off(n_before), (rank - all).exp()));
        KeptReadings { readings: readings.collect(), is_whole }
    }

    /// The prefixes kept [`LOOKAHEAD`] frames behind `frame`, with their ranks, and whether the line ends there.
    fn kept_behind(&self, frame: usize) -> (&[(usize, f32)], bool) {
        let last = self.kept.len() - 1;
        let place = (frame + LOOKAHEAD - 1).min(last);
        (&self.kept[place], place == last)
    }

    /// The rank of all `kept` that begin with `prefix` together.
    fn rank_of_all_from(&self, prefix: usize, kept: &[(usize, f32)]) -> f32 {
        let alike = kept.iter().filter(|(other, _)| self.prefixes.begins_with(*other, prefix));
        alike.fold(f32::NEG_INFINITY, |sum, (_, rank)| log_add(sum, *rank))
    }
}

/// What a search kept that goes on from a prefix.
pub(super) struct KeptReadings {
    /// The labels behind the prefix, and their share of all that go on from it.
    pub(super) readings: Vec<(Vec<usize>, f32)>,
    /// Whether they reach to the line's end; else the last word is under way.
    pub(super) is_whole: bool,
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
fn extend(prefixes: &mut PrefixTree<'_>, beam: &[Beam], frame: &[f32]) -> Vec<Beam> {
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

/// Every prefix met.
struct PrefixTree<'a> {
    nodes: Vec<Node>,
    children: HashMap<(usize, usize), usize>,
    language: Option<&'a LanguageScorer>,
}

/// A prefix: its parent and one more label.
struct Node {
    parent: usize,
    n_labels: usize,
    /// The blank for the empty prefix.
    label: usize,
    /// What the language adds to the prefix's rank.
    language: f32,
    /// What the language goes by for the next label, where there is one.
    state: Option<LanguageState>,
}

impl<'a> PrefixTree<'a> {
    fn new(language: Option<&'a LanguageScorer>) -> Self {
        let root =
            Node { parent: ROOT, n_labels: 0, label: BLANK, language: 0.0, state: language.map(LanguageScorer::start) };
        Self { nodes: vec![root], children: HashMap::new(), language }
    }

    /// The blank for the empty prefix.
    fn last_label(&self, prefix: usize) -> usize {
        self.nodes[prefix].label
    }

    fn child(&mut self, prefix: usize, label: usize) -> usize {
        if let Some(&child) = self.children.get(&(prefix, label)) {
            return child;
        }
        let Node { language, state, n_labels, .. } = self.nodes[prefix];
        let (added, state) = match self.language.zip(state) {
            Some((scorer, before)) => {
                let (added, state) = scorer.next(&before, label);
                (added, Some(state))
            }
            None => (0.0, None),
        };
        self.nodes.push(Node { parent: prefix, n_labels: n_labels + 1, label, language: language + added, state });
        self.children.insert((prefix, label), self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// What the language adds to a prefix's rank where the line ends behind it.
    fn language_at_end(&self, prefix: usize) -> f32 {
        let Node { language, state, .. } = &self.nodes[prefix];
        language + self.language.zip(state.as_ref()).map_or(0.0, |(scorer, state)| scorer.at_end(state))
    }

    /// The prefixes of `labels`, from the empty one to the whole; `None` where one was never met.
    fn path(&self, labels: impl Iterator<Item = usize>) -> Option<Vec<usize>> {
        let mut path = vec![ROOT];
        for label in labels {
            path.push(*self.children.get(&(path[path.len() - 1], label))?);
        }
        Some(path)
    }

    /// Whether `prefix` is `first` or goes on from it.
    fn begins_with(&self, mut prefix: usize, first: usize) -> bool {
        while self.nodes[prefix].n_labels > self.nodes[first].n_labels {
            prefix = self.nodes[prefix].parent;
        }
        prefix == first
    }

    fn labels(&self, mut prefix: usize) -> Vec<usize> {
        let mut labels = Vec::new();
        while prefix != ROOT {
            let Node { parent, label, .. } = self.nodes[prefix];
            labels.push(label);
            prefix = parent;
        }
        labels.reverse();
        labels
    }
}
