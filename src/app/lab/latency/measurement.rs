//! The measured latency of one model, and the progress of measuring.

use std::path::Path;

use crate::recognition::{INK_LABELLER, MEASURED_PAGE, Profile};

/// What the roof is.
pub(super) const ROOF: &str = "The roof is what this machine does at most: large matrix products, measured just before";

/// Widths of lines that can be measured, in columns.
pub(super) const WIDTHS: std::ops::RangeInclusive<usize> = 64..=2048;

/// The measurement of one model.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) model: String,
    pub(super) profile: Profile,
    /// Columns and milliseconds of lines of several lengths, once they are there.
    pub(super) curve: Vec<(usize, f32)>,
}

impl Measured {
    /// What was read or labelled, in words.
    pub(super) fn subject(&self) -> String {
        let (width, height) = MEASURED_PAGE;
        if is_of_page(&self.model) {
            format!("a page of {width}×{height} pixels")
        } else {
            format!("a line of {} columns", self.profile.width)
        }
    }
}

/// Whether the network is given pages instead of lines.
pub(super) fn is_of_page(model: &str) -> bool {
    model == INK_LABELLER
}

/// Progress of measuring.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Progress {
    pub(super) doing: String,
    pub(super) part: f32,
}

/// A model's name for files: the last part of a folder.
pub(super) fn file_stem(model: &str) -> String {
    Path::new(model).file_name().map_or_else(|| model.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The time in milliseconds of a line of `width` columns, interpolated linearly on a curve.
pub(super) fn on_curve(curve: &[(usize, f32)], width: usize) -> Option<f32> {
    let after = curve.iter().position(|(known, _)| *known >= width)?;
    let (right, right_ms) = curve[after];
    let Some(&(left, left_ms)) = after.checked_sub(1).and_then(|before| curve.get(before)) else {
        return Some(right_ms * width as f32 / right.max(1) as f32);
    };
    let part = (width - left) as f32 / (right - left).max(1) as f32;
    Some(left_ms + part * (right_ms - left_ms))
}

/// A count with three figures: 692 M, 1.47 M; nothing for none.
pub(super) fn count_text(count: u64) -> String {
    let value = count as f64;
    let (value, unit) = match count {
        0 => return String::new(),
        1..1_000 => return count.to_string(),
        1_000..1_000_000 => (value / 1e3, "k"),
        1_000_000..1_000_000_000 => (value / 1e6, "M"),
        _ => (value / 1e9, "G"),
    };
    let decimals = usize::from(value < 10.0) + usize::from(value < 100.0);
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_three_figures() {
        let texts = [0, 999, 1_471_776, 12_345, 692_000_000, 5_100_000_000].map(count_text);
        assert_eq!(texts, ["", "999", "1.47 M", "12.3 k", "692 M", "5.10 G"]);
    }

    #[test]
    fn curves_are_read_between_their_points() {
        let curve = [(100, 2.0), (300, 6.0)];
        let ms = [50, 100, 200, 300, 301].map(|width| on_curve(&curve, width));
        assert_eq!(ms, [Some(1.0), Some(2.0), Some(4.0), Some(6.0), None]);
        assert_eq!(on_curve(&[], 10), None);
    }
}
