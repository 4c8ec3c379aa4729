//! Splits sets by writer, so that no writer is on both sides.

use std::collections::{BTreeMap, BTreeSet};

use super::line_set::{LabelledLine, LineSet};
use crate::recognition::sha256_hex;

impl LabelledLine {
    /// The writer; if unknown, the image's path: the page, or the line alone.
    pub fn writer_or_page(&self) -> String {
        self.writer.clone().unwrap_or_else(|| self.path.display().to_string())
    }
}

impl LineSet {
    /// A training set, and a validation set of about `fraction` of the lines. Whole writers go to one side; if unknown,
    /// whole pages. The same lines, fraction and seed give the same sets, whatever the order of the lines.
    pub fn split_by_writer(self, fraction: f64, seed: u64) -> (Self, Self) {
        let held_out = held_out_writers(&self.lines, fraction, seed);
        let (valid, train) = self.lines.into_iter().partition(|line| held_out.contains(&line.writer_or_page()));
        (Self { lines: train }, Self { lines: valid })
    }
}

/// The writers (by [`LabelledLine::writer_or_page`]) with about `fraction` of all lines: at least one, but never all of
/// several.
pub fn held_out_writers<'a>(
    lines: impl IntoIterator<Item = &'a LabelledLine>,
    fraction: f64,
    seed: u64,
) -> BTreeSet<String> {
    let mut n_lines = BTreeMap::<String, usize>::new();
    for line in lines {
        *n_lines.entry(line.writer_or_page()).or_default() += 1;
    }
    let wanted = fraction * n_lines.values().sum::<usize>() as f64;
    let mut writers: Vec<(String, usize)> = n_lines.into_iter().collect();
    writers.sort_by_cached_key(|(writer, _)| sha256_hex(format!("{seed} {writer}").as_bytes()));
    let most = writers.len().saturating_sub(1);
    let (mut held_out, mut n_held_out) = (BTreeSet::new(), 0);
    for (writer, n) in writers {
        // A writer is skipped if its lines would overshoot the wanted number by more than it is short now.
        let comes_nearer = 2.0 * (wanted - n_held_out as f64) >= n as f64;
        if held_out.len() < most && fraction > 0.0 && (held_out.is_empty() || comes_nearer) {
            n_held_out += n;
            held_out.insert(writer);
        }
    }
    held_out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(writer: Option<u8>, page: u8) -> LabelledLine {
        LabelledLine {
            file: String::new(),
            path: format!("{page}.png").into(),
            text: "a".to_owned(),
            writer: writer.map(|writer| format!("w{writer}")),
            place: None,
        }
    }

    proptest! {
        #[test]
        fn no_writer_stands_on_both_sides(
            lines in proptest::collection::vec((proptest::option::of(0..9u8), 0..5u8), 1..80),
            part in 0.05..0.6,
            seed in 0..20u64,
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(writer, page)| line(writer, page)).collect();
            let n = lines.len();
            let (train, valid) = LineSet { lines: lines.clone() }.split_by_writer(part, seed);
            let writers = |set: &LineSet| set.lines.iter().map(LabelledLine::writer_or_page).collect::<BTreeSet<_>>();
            prop_assert!(writers(&train).is_disjoint(&writers(&valid)));
            prop_assert_eq!(train.lines.len() + valid.lines.len(), n);
            prop_assert!(!train.lines.is_empty());
            prop_assert_eq!(valid.lines.is_empty(), writers(&train).len() + writers(&valid).len() == 1);

            let mut turned = lines;
            turned.reverse();
            prop_assert_eq!(writers(&LineSet { lines: turned }.split_by_writer(part, seed).1), writers(&valid));
        }
    }

    #[test]
    fn about_the_part_asked_for_is_held_out() {
        let lines = (0..200u8).flat_map(|writer| (0..=writer % 4).map(move |_| line(Some(writer), 0))).collect();
        let set = LineSet { lines };
        let n = set.lines.len() as f64;
        let (_, valid) = set.clone().split_by_writer(0.1, 1);
        assert!((valid.lines.len() as f64 / n - 0.1).abs() < 0.02, "{} of {n}", valid.lines.len());
        assert_ne!(set.split_by_writer(0.1, 2).1, valid);
    }
}
