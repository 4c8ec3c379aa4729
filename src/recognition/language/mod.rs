//! The language model of English that the decoder uses.
//!
//! | file | contents |
//! | - | - |
//! | `ngram_model` | character n-grams: fast enough for every step of the search |
//! | `ngram_counts` | makes that model from texts (built with training, and for tests) |
//! | `recurrent_model` | an LSTM over characters, for rescoring a few hypotheses |
//! | `word_list` | English words, looked up letter by letter |
//! | `scorer` | the score of a network's labels by all three |
//! | `tuning` | the tuned weights of that score |
//!
//! # The score of a labelling
//!
//! The decoder maximises log p(network) + w · log p(English) + b · characters. w is 0.45 and b 1.1; for punctuation,
//! whose place the strokes show better than the language, 0.2 and 0.6.
//!
//! p(English) is a mixture over kinds of words, updated letter by letter with Bayes' rule. A word is
//!
//! - *ordinary*: its letters have the probabilities of the n-gram model,
//! - *in capitals*: they have the probabilities of the same word in small letters, or
//! - *unknown* (a name, an address, code): every character is as probable as any other.
//!
//! Capitals and unknown words come in company, so both are more probable after a word of their kind. A word that is not
//! in the list counts a twentieth. All digits are one symbol of the language, because only the strokes show which
//! number was written. In second views, the recurrent model contributes 0.6 of log p, the n-gram model 0.4.

#[cfg(any(feature = "train", test))]
pub(super) mod ngram_counts;
pub(super) mod ngram_model;
pub(super) mod recurrent_model;
pub(super) mod scorer;
pub(super) mod tuning;
pub(super) mod word_list;
