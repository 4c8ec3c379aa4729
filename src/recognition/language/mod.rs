//! What is known of English: character n-grams, a recurrent model, a word list, the scorer of the search.

#[cfg(any(feature = "train", test))]
pub(super) mod ngram_counts;
pub(super) mod ngram_model;
pub(super) mod recurrent_model;
pub(super) mod scorer;
pub(super) mod word_list;
