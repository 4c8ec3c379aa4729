//! The decoders: greedy, prefix beam search, prefix beam search with a language model.

use std::sync::Arc;

use super::tuning::{ConfidenceTuning, DecoderTuning, SearchTuning, ViewTuning};
use crate::{
    page::CharacterSet,
    recognition::language::{
        ngram_model::LanguageModel, recurrent_model::RecurrentLanguageModel, scorer::LanguageScorer,
        word_list::WordList,
    },
};

/// How a line's labelling is found in its posteriors.
#[derive(Clone, Debug)]
pub enum CtcDecoder {
    /// The most probable label of every frame.
    Greedy,
    /// Prefix beam search: the most probable labelling, summed over its alignments.
    Beam {
        /// Prefixes kept after every frame.
        width: usize,
    },
    /// Prefix beam search for the labelling that is best by network and language model together, over several views
    /// where one leaves doubt.
    Language {
        /// The beam search.
        search: SearchTuning,
        /// Second views and rescoring.
        views: ViewTuning,
        /// The calibration of confidences.
        confidence: ConfidenceTuning,
        /// The language model, bound to the network's labels.
        scorer: Box<LanguageScorer>,
    },
}

impl CtcDecoder {
    /// The beam of `--decoder beam`. Without a language model a wider beam costs time and changes almost nothing.
    pub const DEFAULT_BEAM: Self = Self::Beam { width: 16 };

    /// The decoder of pages: search with the built-in English language model, for a network with these characters.
    pub fn english(characters: &CharacterSet) -> Self {
        Self::english_with(characters, &DecoderTuning::default())
    }

    /// As [`CtcDecoder::english`], with other tuned numbers.
    pub fn english_with(characters: &CharacterSet, tuning: &DecoderTuning) -> Self {
        let scorer = LanguageScorer::new(LanguageModel::english(), WordList::english(), characters)
            .with_recurrent(RecurrentLanguageModel::english())
            .with_tuning(tuning.language);
        Self::Language {
            search: tuning.search,
            views: tuning.views,
            confidence: tuning.confidence,
            scorer: Box::new(scorer),
        }
    }

    /// The same decoder, whose language model knows these words as well; without a language model nothing changes.
    #[must_use]
    pub fn with_own_words<'a>(self, words: impl IntoIterator<Item = &'a str>) -> Self {
        match self {
            Self::Language { search, views, confidence, scorer } => {
                let words = Arc::new(WordList::from_words(words.into_iter()));
                Self::Language { search, views, confidence, scorer: Box::new(scorer.with_own_words(words)) }
            }
            other => other,
        }
    }

    /// The confidence of a line, 0 to 1, below which it is decoded from several views; `None` for decoders that take
    /// one. Those without a language model take one, because they measure a network by itself.
    pub(crate) fn second_views_below(&self) -> Option<f32> {
        match self {
            Self::Greedy | Self::Beam { .. } => None,
            Self::Language { views, .. } => Some(views.min_confidence),
        }
    }

    /// The numbers of the beam search; the defaults where there is none.
    pub(super) fn search(&self) -> SearchTuning {
        match self {
            Self::Greedy => SearchTuning::default(),
            Self::Beam { width } => SearchTuning { width: *width, ..SearchTuning::default() },
            Self::Language { search, .. } => *search,
        }
    }

    /// The numbers of views and rescoring.
    pub(super) fn views(&self) -> ViewTuning {
        match self {
            Self::Greedy | Self::Beam { .. } => ViewTuning::default(),
            Self::Language { views, .. } => *views,
        }
    }

    /// The calibration of confidences, where they are those of words of a language.
    pub(in crate::recognition) const fn confidence(&self) -> Option<ConfidenceTuning> {
        match self {
            Self::Greedy | Self::Beam { .. } => None,
            Self::Language { confidence, .. } => Some(*confidence),
        }
    }

    /// The language model, where there is one.
    pub(in crate::recognition) fn scorer(&self) -> Option<&LanguageScorer> {
        match self {
            Self::Greedy | Self::Beam { .. } => None,
            Self::Language { scorer, .. } => Some(scorer),
        }
    }
}
