//! CTC decoding: from label posteriors `[time, label]` to a labelling with confidences and alternatives.
//!
//! | file | contents |
//! | - | - |
//! | `ctc` | the mathematics of CTC (alignment, forward probability) and the types of a decoded line |
//! | `tuning` | the tuned numbers of the search |
//! | `decoder` | `CtcDecoder`: greedy, beam, or beam with a language model |
//! | `beam_search` | prefix beam search over one view |
//! | `word_alternatives` | other words that the beam kept |
//! | `doubtful_words` | the words that are looked at again |
//! | `confidence_calibration` | confidences that are right as often as they say |
//! | `multi_view` | `CtcDecoder::decode`; hypotheses of several views of a line, ranked and rescored |
//! | `space_insertion` | spaces in wide gaps, before the search |
//!
//! # How pages are decoded
//!
//! 1. `insert_spaces` makes a space certain in gaps of nearly two x-heights.
//! 2. A prefix beam search ranks prefixes by log p(network) + weight · log p(English) + a bonus per character, with
//!    other numbers for punctuation (`LanguageTuning`). The n-gram model of [`super::language`] gives p(English).
//! 3. Words whose confidence is below 0.9, with the words beside them, get two more views: 0.9 times as wide, and 0.8
//!    times as wide with a shear of 0.25. The 6 best hypotheses of each view compete by the mean probability that the
//!    views give to the whole labelling of those words; frames of different views do not match, so probabilities cannot
//!    be averaged frame by frame.
//! 4. Those hypotheses are rescored with the recurrent language model, which is too slow for the search.
//! 5. Confidences: a character's is the share of the beam that agrees with it about a word later, so that a letter that
//!    only one word allows is certain even where its strokes are ambiguous; of several views the mean. A word's is the
//!    product of its characters', a line's the mean of its words'. At the end words are calibrated.
//! 6. Other prefixes of the beam become alternatives: words at the same place, one for one, two for one or one for two.

pub(super) mod beam_search;
pub(super) mod confidence_calibration;
pub(super) mod ctc;
pub(super) mod decoder;
pub(super) mod doubtful_words;
pub(super) mod multi_view;
pub(super) mod space_insertion;
#[cfg(test)]
mod tests;
pub(super) mod tuning;
pub(super) mod word_alternatives;
