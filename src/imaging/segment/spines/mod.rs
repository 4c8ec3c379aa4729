//! Spines of lines: the skew of the page, ridges of smeared ink along it, and their joining.

pub(super) mod joining;
pub(super) mod ridges;
pub(super) mod skew;
pub(super) mod spine;
