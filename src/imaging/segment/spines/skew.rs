//! Skew of a page's lines, and whether they run across the page or along its height.
//!
//! Ink is projected along a slope onto rows; the profile is sharpest where the slope is that of the lines.

use crate::{
    imaging::{
        raster::{
            components::Component,
            writing_scale::{WritingScale, letters_width},
        },
        tunable::tunable,
    },
    page::Point,
};

tunable! {
    /// Numbers of the skew search.
    pub struct SkewTuning {
        /// Steepest slope tried, either way, in degrees. Raising it costs time in proportion.
        /// No measurement recorded (6ca9403).
        max_skew_degrees: f32 = 22.0,
        /// Number of ink pixels projected at most. Raising it costs time in proportion.
        /// No measurement recorded (6ca9403).
        max_sample_count: usize = 30_000,
        /// Height of a row of the profile, in letter heights.
        /// No measurement recorded (6ca9403).
        row_letters: f32 = 0.25,
        /// Sharpness of the profile along a slope to that along level rows, from which the slope is believed. Raising
        /// it leaves slightly skewed pages level.
        /// No measurement recorded (6ca9403).
        min_gain_ratio: f64 = 1.05,
        /// Width of a letter, in heights of an ordinary one.
        /// Measured in ed005ca together with `min_letter_count`.
        letter_width_letters: f32 = 0.6,
        /// Number of letters, set side by side, from which a page has a measurable skew; fewer are taken to be level
        /// and upright.
        /// Measured in ed005ca: lines of IAM `valid` opened as pictures, CER 30.8 % before and 2.5 % after its whole
        /// change.
        min_letter_count: f32 = 10.0,
    }
}

/// Distance between the slopes of the first search, in degrees. No measurement recorded (6ca9403).
const COARSE_STEP: f32 = 0.5;
/// Reach of the second search around the best slope of the first, in degrees: short of its neighbours, which are known.
const FINE_REACH: f32 = 0.4;
/// Distance between the slopes of the second search, in degrees. No measurement recorded (6ca9403).
const FINE_STEP: f32 = 0.1;

/// A sample of ink and the height of the rows that it is projected onto.
struct InkSample {
    points: Vec<Point>,
    row: f32,
}

impl InkSample {
    fn of(components: &[Component], scale: WritingScale, tuning: &SkewTuning) -> Self {
        let area: usize = components.iter().map(|component| component.area as usize).sum();
        let step = (area / tuning.max_sample_count).max(1);
        let pixels = components.iter().flat_map(|c| &c.runs).flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
        let points = pixels.step_by(step).map(|(x, y)| Point::new(x as f32 + 0.5, y as f32 + 0.5)).collect();
        Self { points, row: (tuning.row_letters * scale.letter).max(1.0) }
    }

    /// Sharpness of the profile along this slope: the sum of squared differences of neighbouring rows.
    fn sharpness(&self, degrees: f32) -> f64 {
        let slope = degrees.to_radians().tan();
        let heights = self.points.iter().map(|point| point.y - point.x * slope);
        let (low, high) = heights.clone().fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        if self.points.is_empty() {
            return 0.0;
        }
        let mut profile = vec![0u32; ((high - low) / self.row) as usize + 2];
        for height in heights {
            profile[((height - low) / self.row) as usize] += 1;
        }
        profile.windows(2).map(|pair| (f64::from(pair[1]) - f64::from(pair[0])).powi(2)).sum()
    }

    /// The slope with the sharpest profile, in degrees, and its sharpness.
    fn sharpest(&self, tuning: &SkewTuning) -> (f32, f64) {
        let best_of = |from: f32, to: f32, step: f32| {
            let n = ((to - from) / step).round() as i32;
            let tried = (0..=n).map(|i| from + i as f32 * step).map(|degrees| (degrees, self.sharpness(degrees)));
            tried.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, 0.0))
        };
        let coarse = best_of(-tuning.max_skew_degrees, tuning.max_skew_degrees, COARSE_STEP);
        best_of(coarse.0 - FINE_REACH, coarse.0 + FINE_REACH, FINE_STEP)
    }

    /// The same ink with rows and columns exchanged.
    fn transposed(&self) -> Self {
        Self { points: self.points.iter().map(|point| Point::new(point.y, point.x)).collect(), row: self.row }
    }
}

/// Whether a page holds enough letters for its skew to be measured.
fn is_measurable(components: &[Component], scale: WritingScale, tuning: &SkewTuning) -> bool {
    let width: f32 = components.iter().map(letters_width).sum();
    width > tuning.min_letter_count * tuning.letter_width_letters * scale.letter
}

/// Slope of the page's lines, as rise per pixel, downwards positive; 0 where none stands out.
pub(super) fn page_slope(components: &[Component], scale: WritingScale, tuning: &SkewTuning) -> f32 {
    if !is_measurable(components, scale, tuning) {
        return 0.0;
    }
    let ink = InkSample::of(components, scale, tuning);
    let (degrees, sharpness) = ink.sharpest(tuning);
    if sharpness > tuning.min_gain_ratio * ink.sharpness(0.0) { degrees.to_radians().tan() } else { 0.0 }
}

/// Sharpness of the profile of lines along the page's height to that of lines across it: above 1 if the page lies on
/// its side. `None` where there are too few letters.
pub(in crate::imaging) fn side_gain(components: &[Component], scale: WritingScale, tuning: &SkewTuning) -> Option<f64> {
    let ink = is_measurable(components, scale, tuning).then(|| InkSample::of(components, scale, tuning))?;
    Some(ink.transposed().sharpest(tuning).1 / ink.sharpest(tuning).1.max(1.0))
}
