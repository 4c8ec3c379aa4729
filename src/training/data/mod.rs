//! Lines to learn from: caches, data sets, batches, augmentation, recombined words.

pub(super) mod augmentation;
pub(super) mod batches;
pub(super) mod line_cache;
pub(super) mod line_dataset;
pub(super) mod word_recombination;
