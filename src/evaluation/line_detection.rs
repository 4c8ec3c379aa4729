//! Scores of line finding by the protocol of the ICDAR 2013 handwriting segmentation contest (Stamatopoulos et al.).
//!
//! The match score of a true and a found line is the intersection over union of their ink. One-to-one matches at or
//! above a threshold (0.95 in the contest) count.

use std::ops::AddAssign;

use image::GrayImage;

use crate::page::{Point, Rect};

/// Fraction of a true line's ink in a found line from which it is whole there; flourishes and long descenders may be
/// missing. No measurement recorded.
pub(super) const MIN_WHOLE_INK: f64 = 0.75;

/// A matched pair of a true and a found line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineMatch {
    /// Index of the true line.
    pub truth: usize,
    /// Index of the found line.
    pub found: usize,
    /// Intersection over union of their ink, above 0, at most 1.
    pub score: f64,
}

/// True, found and matched lines, summed over pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetectionScore {
    /// True lines.
    pub n_true: usize,
    /// Found lines.
    pub n_found: usize,
    /// One-to-one matches.
    pub n_matched: usize,
}

impl DetectionScore {
    /// The score of a page with the `matches` of at least `threshold` counted.
    pub fn count(n_true: usize, n_found: usize, matches: &[LineMatch], threshold: f64) -> Self {
        Self { n_true, n_found, n_matched: matches.iter().filter(|m| m.score >= threshold).count() }
    }

    /// Matched lines over true lines, 0 to 1; 1 where there are none.
    pub fn detection_rate(self) -> f64 {
        ratio(self.n_matched, self.n_true)
    }

    /// Matched lines over found lines, 0 to 1; 1 where none were found.
    pub fn recognition_accuracy(self) -> f64 {
        ratio(self.n_matched, self.n_found)
    }

    /// The harmonic mean of detection rate and recognition accuracy, 0 to 1.
    pub fn f_measure(self) -> f64 {
        ratio(2 * self.n_matched, self.n_true + self.n_found)
    }
}

impl AddAssign for DetectionScore {
    fn add_assign(&mut self, other: Self) {
        self.n_true += other.n_true;
        self.n_found += other.n_found;
        self.n_matched += other.n_matched;
    }
}

fn ratio(count: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { count as f64 / whole as f64 }
}

/// One-to-one matches of true and found lines, chosen greedily by score, the best first. `ink` is the page's ink mask
/// (above 0 is ink); outlines are polygons in its pixels.
pub fn match_lines(ink: &GrayImage, truth: &[Vec<Point>], found: &[Vec<Point>]) -> Vec<LineMatch> {
    let truth: Vec<InkRegion> = truth.iter().map(|outline| InkRegion::new(ink, outline)).collect();
    let found: Vec<InkRegion> = found.iter().map(|outline| InkRegion::new(ink, outline)).collect();
    let mut pairs = Vec::new();
    for (t, true_region) in truth.iter().enumerate() {
        for (f, found_region) in found.iter().enumerate() {
            let score = true_region.match_score(found_region);
            if score > 0.0 {
                pairs.push(LineMatch { truth: t, found: f, score });
            }
        }
    }
    pairs.sort_by(|a, b| b.score.total_cmp(&a.score));
    let (mut truth_taken, mut found_taken) = (vec![false; truth.len()], vec![false; found.len()]);
    pairs.retain(|pair| {
        let is_free = !truth_taken[pair.truth] && !found_taken[pair.found];
        if is_free {
            truth_taken[pair.truth] = true;
            found_taken[pair.found] = true;
        }
        is_free
    });
    pairs
}

/// The number of true lines that are whole in a found one: with three quarters of their ink, and without a true line
/// above or below them. Unlike a match, a row whose label is split into several lines counts as whole if it is found as
/// one.
pub fn n_whole_lines(ink: &GrayImage, truth: &[Vec<Point>], found: &[Vec<Point>]) -> usize {
    let truth: Vec<InkRegion> = truth.iter().map(|outline| InkRegion::new(ink, outline)).collect();
    let found: Vec<InkRegion> = found.iter().map(|outline| InkRegion::new(ink, outline)).collect();
    let holders: Vec<Option<usize>> = truth
        .iter()
        .map(|line| {
            (0..found.len()).find(|&f| line.shared(&found[f]) as f64 >= MIN_WHOLE_INK * line.pixels.len().max(1) as f64)
        })
        .collect();
    let is_alone = |t: usize| {
        (0..truth.len()).all(|other| {
            let [a, b] = [truth[t].bounds, truth[other].bounds];
            let common = a.x1.min(b.x1) - a.x0.max(b.x0);
            other == t || holders[other] != holders[t] || common < 0.5 * a.width().min(b.width())
        })
    };
    (0..truth.len()).filter(|&t| holders[t].is_some() && is_alone(t)).count()
}

/// The ink inside a polygon: ascending indices into the mask.
pub(super) struct InkRegion {
    bounds: Rect,
    pixels: Vec<u32>,
}

impl InkRegion {
    pub(super) fn new(ink: &GrayImage, outline: &[Point]) -> Self {
        let bounds = Rect::around(outline.iter().copied()).unwrap_or_default();
        let mut pixels = Vec::new();
        let first = bounds.y0.clamp(0.0, ink.height() as f32) as u32;
        let end = bounds.y1.ceil().clamp(0.0, ink.height() as f32) as u32;
        for y in first..end {
            for (x0, x1) in row_spans(outline, y as f32 + 0.5, ink.width()) {
                let row = y * ink.width();
                let is_ink = |&i: &u32| ink.as_raw()[i as usize] > 0;
                pixels.extend((row + x0..row + x1).filter(is_ink));
            }
        }
        Self { bounds, pixels }
    }

    /// Intersection over union of the ink, 0 to 1.
    fn match_score(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        let either = self.pixels.len() + other.pixels.len() - shared;
        if either == 0 { 0.0 } else { shared as f64 / either as f64 }
    }

    /// Number of its ink pixels.
    pub(super) const fn n_pixels(&self) -> usize {
        self.pixels.len()
    }

    /// Ink pixels in both.
    pub(super) fn shared(&self, other: &Self) -> usize {
        if self.bounds.intersection(other.bounds).area() <= 0.0 {
            return 0;
        }
        let (mut a, mut b) = (self.pixels.iter().peekable(), other.pixels.iter().peekable());
        let mut shared = 0;
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => _ = a.next(),
                std::cmp::Ordering::Greater => _ = b.next(),
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    a.next();
                    b.next();
                }
            }
        }
        shared
    }
}

/// The spans of a row inside a polygon, by the even-odd rule: first column, and end column exclusive.
fn row_spans(outline: &[Point], y: f32, width: u32) -> Vec<(u32, u32)> {
    let edges = outline.iter().zip(outline.iter().cycle().skip(1));
    let mut crossings: Vec<f32> = edges
        .filter(|(a, b)| (a.y <= y) != (b.y <= y))
        .map(|(a, b)| a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y))
        .collect();
    crossings.sort_by(f32::total_cmp);
    let column = |x: f32| x.round().clamp(0.0, width as f32) as u32;
    crossings.chunks_exact(2).map(|pair| (column(pair[0]), column(pair[1]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    fn rect(x0: f32, y0: f32, x1: f32, y1: f32) -> Vec<Point> {
        [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(Point::from).to_vec()
    }

    /// Two rows of ink of 100 pixels each.
    fn ink() -> GrayImage {
        GrayImage::from_fn(100, 40, |_, y| Luma([if y == 10 || y == 30 { 255 } else { 0 }]))
    }

    #[test]
    fn only_ink_counts() {
        let truth = [rect(0.0, 9.0, 100.0, 12.0), rect(0.0, 28.0, 100.0, 33.0)];
        let found = [rect(0.0, 20.0, 100.0, 40.0), rect(0.0, 0.0, 90.0, 20.0)];
        let matches = match_lines(&ink(), &truth, &found);
        assert_eq!(matches.len(), 2);
        assert_eq!((matches[0].truth, matches[0].found), (1, 0));
        assert!((matches[0].score - 1.0).abs() < 1e-9);
        assert!((matches[1].score - 0.9).abs() < 1e-9);
        let score = DetectionScore::count(2, 2, &matches, 0.95);
        assert!((score.f_measure() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_line_matches_once() {
        let truth = [rect(0.0, 0.0, 100.0, 20.0)];
        let found = [rect(0.0, 0.0, 60.0, 20.0), rect(40.0, 0.0, 100.0, 20.0)];
        let matches = match_lines(&ink(), &truth, &found);
        assert_eq!(matches.len(), 1);
        let score = DetectionScore::count(1, 2, &matches, 0.5);
        assert!((score.recognition_accuracy() - 0.5).abs() < 1e-9);
        assert!((score.detection_rate() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_row_labelled_in_parts_is_whole_but_two_rows_in_one_are_not() {
        let (left, right) = (rect(0.0, 9.0, 45.0, 12.0), rect(55.0, 9.0, 100.0, 12.0));
        let below = rect(0.0, 28.0, 100.0, 33.0);
        let row = rect(0.0, 0.0, 100.0, 20.0);
        assert_eq!(n_whole_lines(&ink(), &[left.clone(), right], std::slice::from_ref(&row)), 2);
        assert_eq!(n_whole_lines(&ink(), &[left.clone(), below.clone()], &[rect(0.0, 0.0, 100.0, 40.0)]), 0);
        assert_eq!(n_whole_lines(&ink(), &[left, below], &[rect(0.0, 0.0, 25.0, 20.0), row]), 1);
    }

    #[test]
    fn nothing_found_in_nothing_is_right() {
        let score = DetectionScore::count(0, 0, &[], 0.95);
        assert!((score.f_measure() - 1.0).abs() < 1e-9);
    }
}
