//! CTC prefix beam search (Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using
//! Bi-Directional Recurrent DNNs", 2014), with an optional language model of characters.

use super::{
    ctc::{CtcHypothesis, log_add},
    tuning::SearchTuning,
};
use crate::{
    page::BLANK,
    recognition::{
        engine::line_model::LabelPosteriors,
        language::scorer::{LanguageScorer, LanguageState},
    },
};

/// The empty prefix, by its number in the tree.
const ROOT: usize = 0;

/// The labels beside a part of a line; empty for a whole line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    pub(crate) before: Vec<usize>,
    pub(crate) after: Vec<usize>,
}

/// Searches a view of the part of a line between `beside`. A prefix's score is the logarithm of its probability, plus
/// the score of the language model if given.
pub(super) fn beam_search<'a>(
    posteriors: &LabelPosteriors,
    tuning: SearchTuning,
    language: Option<&'a LanguageScorer>,
    beside: &Beside,
) -> BeamSearch<'a> {
    let mut prefixes = PrefixTree::new(language, &beside.before);
    let mut beam = vec![Beam { prefix: ROOT, score: Score { blank: 0.0, label: f32::NEG_INFINITY } }];
    let mut beams = Vec::new();
    for frame in posteriors.frames() {
        beam = prefixes.extend(&beam, frame, tuning);
        beams.push(beam.iter().map(|beam| (beam.prefix, prefixes.score(beam))).collect());
    }
    let score_at_end = |beam: &Beam| beam.score.total() + prefixes.language_at_end(beam.prefix, &beside.after);
    // A stable sort: of equals, the one that was better before comes first.
    beam.sort_by(|a, b| score_at_end(b).total_cmp(&score_at_end(a)));
    let hypotheses = beam.iter().map(|beam| prefixes.labels(beam.prefix)).collect();
    BeamSearch { hypotheses, prefixes, beams, lookahead: tuning.lookahead }
}

/// The result of a search: its hypotheses, and the beam after every frame.
pub(crate) struct BeamSearch<'a> {
    /// The labellings of the last beam, the best first.
    pub(super) hypotheses: Vec<Vec<usize>>,
    prefixes: PrefixTree<'a>,
    /// The prefixes kept after every frame, with their scores, `[frame][beam]`.
    beams: Vec<Vec<(usize, f32)>>,
    /// See [`SearchTuning::lookahead`].
    lookahead: usize,
}

impl BeamSearch<'_> {
    /// Sets each label's confidence to the share of the beam that agrees with it: of the prefixes kept `lookahead`
    /// frames after the label that begin with the labels before it, the probability mass of those that continue with
    /// it. The confidences of consecutive labels therefore multiply to the confidence of all of them. A labelling that
    /// the search did not meet stays as it is.
    pub(super) fn set_confidences(&self, hypothesis: &mut CtcHypothesis) {
        let labels: Vec<usize> = hypothesis.labels.iter().map(|decoded| decoded.label).collect();
        let Some(path) = self.path(&labels) else { return };
        for (step, decoded) in path.windows(2).zip(&mut hypothesis.labels) {
            let kept = self.beam_after(decoded.frames.end).0;
            let [before, with] = [step[0], step[1]].map(|prefix| self.score_of_all_from(prefix, kept));
            decoded.confidence = if before == f32::NEG_INFINITY { 0.0 } else { (with - before).exp().clamp(0.0, 1.0) };
        }
    }

    /// The prefixes of `labels`, from the empty to the whole one; `None` if the search did not meet one of them.
    pub(super) fn path(&self, labels: &[usize]) -> Option<Vec<usize>> {
        self.prefixes.path(labels.iter().copied())
    }

    /// The continuations of `prefix` that were kept `lookahead` frames after frame `seen_until`.
    pub(super) fn continuations(&self, prefix: usize, seen_until: usize) -> Continuations {
        let (kept, is_whole) = self.beam_after(seen_until);
        let all = self.score_of_all_from(prefix, kept);
        let n_before = self.prefixes.nodes[prefix].n_labels;
        let from_here = kept.iter().filter(|(other, _)| self.prefixes.begins_with(*other, prefix));
        let with_shares =
            from_here.map(|&(other, score)| (self.prefixes.labels(other).split_off(n_before), (score - all).exp()));
        Continuations { with_shares: with_shares.collect(), is_whole }
    }

    /// The beam `lookahead` frames after `frame`, with scores, and whether it is the last one.
    fn beam_after(&self, frame: usize) -> (&[(usize, f32)], bool) {
        let last = self.beams.len() - 1;
        let place = (frame + self.lookahead).saturating_sub(1).min(last);
        (&self.beams[place], place == last)
    }

    /// The summed score (log-sum-exp) of all `kept` that begin with `prefix`.
    fn score_of_all_from(&self, prefix: usize, kept: &[(usize, f32)]) -> f32 {
        let alike = kept.iter().filter(|(other, _)| self.prefixes.begins_with(*other, prefix));
        alike.fold(f32::NEG_INFINITY, |sum, (_, score)| log_add(sum, *score))
    }
}

/// The continuations of a prefix that a search kept.
pub(super) struct Continuations {
    /// The labels after the prefix, with their share of all continuations, 0 to 1.
    pub(super) with_shares: Vec<(Vec<usize>, f32)>,
    /// Whether they reach the line's end; if not, their last word is incomplete.
    pub(super) is_whole: bool,
}

/// Log-probabilities of a prefix: of its alignments that end in a blank, and of those that end in its last label.
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

/// A prefix that a frame makes and that is not in the tree yet.
struct NewPrefix {
    parent: usize,
    label: usize,
    /// Log-probability of its alignments, all of which end in `label`.
    log_prob: f32,
    /// The highest score that the language model may give to it.
    highest: f32,
}

/// All prefixes that a search scored.
struct PrefixTree<'a> {
    nodes: Vec<Node>,
    language: Option<&'a LanguageScorer>,
}

/// A prefix: its parent prefix and one more label.
struct Node {
    parent: usize,
    n_labels: usize,
    /// The blank for the empty prefix.
    label: usize,
    /// The score of the language model for the prefix, in nats.
    language: f32,
    /// The language model's state after the prefix, where there is a model.
    state: Option<LanguageState>,
    /// The prefixes with one more label are a list: the last one that was added, and the one added before this one.
    newest_child: Option<usize>,
    older_sibling: Option<usize>,
    /// Where the beam after the last frame had the prefix, if it did.
    place: usize,
}

impl<'a> PrefixTree<'a> {
    fn new(language: Option<&'a LanguageScorer>, before: &[usize]) -> Self {
        let mut tree = Self { nodes: Vec::new(), language };
        tree.nodes.push(Node {
            parent: ROOT,
            n_labels: 0,
            label: BLANK,
            language: 0.0,
            state: language.map(|scorer| scorer.after(before)),
            newest_child: None,
            older_sibling: None,
            place: 0,
        });
        tree
    }

    /// The beam after one more frame, `[label]`, the best first. Labels below `min_log_prob` extend no prefix. The
    /// language model scores only those new prefixes whose highest possible score is among the best.
    fn extend(&mut self, beam: &[Beam], frame: &[f32], tuning: SearchTuning) -> Vec<Beam> {
        let likely: Vec<(usize, f32)> = (frame.iter().copied().enumerate())
            .filter(|&(label, log_prob)| label != BLANK && log_prob >= tuning.min_log_prob)
            .collect();
        let mut next: Vec<Beam> = Vec::with_capacity(2 * beam.len());
        let mut new = Vec::new();
        for &Beam { prefix, score } in beam {
            let (last, total) = (self.nodes[prefix].label, score.total());
            let kept = self.score_in(&mut next, prefix);
            kept.blank = log_add(kept.blank, total + frame[BLANK]);
            if last != BLANK {
                kept.label = log_add(kept.label, score.label + frame[last]);
            }
            for &(label, log_prob) in &likely {
                // A repeated label counts as a second one only after a blank.
                let log_prob = log_prob + if label == last { score.blank } else { total };
                if let Some(child) = self.child(prefix, label) {
                    let grown = self.score_in(&mut next, child);
                    grown.label = log_add(grown.label, log_prob);
                } else {
                    let bonus = self.language.map_or(0.0, |scorer| scorer.highest(label));
                    let highest = log_prob + self.nodes[prefix].language + bonus;
                    new.push(NewPrefix { parent: prefix, label, log_prob, highest });
                }
            }
        }
        self.add_best(&mut next, new, tuning.width.max(1));
        next
    }

    /// Cuts `beam` and the best of `new` to `width` prefixes, the best first.
    fn add_best(&mut self, beam: &mut Vec<Beam>, mut new: Vec<NewPrefix>, width: usize) {
        let mut best: Vec<(f32, Beam)> = beam.iter().map(|beam| (self.score(beam), *beam)).collect();
        // The prefix that was found earlier wins ties, so that decoding is deterministic.
        best.sort_by(|(a, at), (b, other)| b.total_cmp(a).then(at.prefix.cmp(&other.prefix)));
        best.truncate(width);
        new.sort_by(|a, b| b.highest.total_cmp(&a.highest));
        for NewPrefix { parent, label, log_prob, highest } in new {
            if best.get(width - 1).is_some_and(|(last, _)| *last >= highest) {
                break;
            }
            let prefix = self.add(parent, label);
            let score = Score { label: log_prob, ..Score::NONE };
            let added = (self.score(&Beam { prefix, score }), Beam { prefix, score });
            best.insert(best.partition_point(|(score, _)| *score >= added.0), added);
            best.truncate(width);
        }
        beam.clear();
        beam.extend(best.into_iter().map(|(_, beam)| beam));
    }

    /// The log-probabilities of `prefix` in `beam`, to which it is added if it is not there.
    fn score_in<'b>(&mut self, beam: &'b mut Vec<Beam>, prefix: usize) -> &'b mut Score {
        let place = &mut self.nodes[prefix].place;
        if beam.get(*place).is_none_or(|known| known.prefix != prefix) {
            *place = beam.len();
            beam.push(Beam { prefix, score: Score::NONE });
        }
        &mut beam[*place].score
    }

    /// The score of a prefix by network and language model.
    fn score(&self, beam: &Beam) -> f32 {
        beam.score.total() + self.nodes[beam.prefix].language
    }

    /// `prefix` with one more label, if it is in the tree.
    fn child(&self, prefix: usize, label: usize) -> Option<usize> {
        let mut child = self.nodes[prefix].newest_child;
        while let Some(known) = child
            && self.nodes[known].label != label
        {
            child = self.nodes[known].older_sibling;
        }
        child
    }

    /// Adds `parent` with one more label, which is not in the tree yet.
    fn add(&mut self, parent: usize, label: usize) -> usize {
        let Node { language, state, n_labels, newest_child, .. } = self.nodes[parent];
        let (added, state) = match self.language.zip(state) {
            Some((scorer, before)) => {
                let (added, state) = scorer.next(&before, label);
                (added, Some(state))
            }
            None => (0.0, None),
        };
        let child = self.nodes.len();
        self.nodes.push(Node {
            parent,
            n_labels: n_labels + 1,
            label,
            language: language + added,
            state,
            newest_child: None,
            older_sibling: newest_child,
            place: 0,
        });
        self.nodes[parent].newest_child = Some(child);
        child
    }

    /// The language model's score of a prefix if the line ends with these labels after it, in nats.
    fn language_at_end(&self, prefix: usize, after: &[usize]) -> f32 {
        let Node { language, state, .. } = &self.nodes[prefix];
        language + self.language.zip(state.as_ref()).map_or(0.0, |(scorer, state)| scorer.ending(state, after))
    }

    /// The prefixes of `labels`, from the empty to the whole one; `None` if one was not met.
    fn path(&self, labels: impl Iterator<Item = usize>) -> Option<Vec<usize>> {
        let mut path = vec![ROOT];
        for label in labels {
            path.push(self.child(path[path.len() - 1], label)?);
        }
        Some(path)
    }

    /// Whether `prefix` is `first` or continues it.
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
