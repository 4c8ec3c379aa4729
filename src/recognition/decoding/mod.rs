//! From label posteriors to text: CTC, prefix beam search, several views, space insertion, alternatives.

mod beam_search;
pub(super) mod ctc;
pub(super) mod multi_view;
pub(super) mod space_insertion;
pub(super) mod word_alternatives;
