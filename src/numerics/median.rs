//! The median of a list of measures.

/// The middle one of the values in order, of an even number the upper one; 0 for none.
///
/// imageproc has no counterpart: its `median_filter` works on images.
pub(crate) fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
