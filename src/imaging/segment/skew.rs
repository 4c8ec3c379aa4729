//! How steeply a page's lines rise or fall, and whether they run across the page or along its height.
//!
//! Ink is projected along a slope onto rows: where the slope is that of the lines, the profile is sharpest.

use crate::imaging::raster::{
    components::Component,
    writing_scale::{WritingScale, letters_width},
};

/// The steepest skew looked for, in degrees.
const MAX_SKEW: f32 = 22.0;
/// Places of ink that are looked at.
const MAX_PLACES: usize = 30_000;
/// A skew is believed only if its profile is so much sharper than that of level lines.
const MIN_GAIN: f64 = 1.05;
/// How wide a letter is for the height of an ordinary one.
const LETTER_WIDTH: f32 = 0.6;
/// So many letters, set side by side, tell how they lie; a word or two is taken to be upright and level.
const MIN_LETTERS: f32 = 10.0;

/// Places of ink and the height of the rows that they are projected on.
struct Ink {
    places: Vec<(f32, f32)>,
    row: f32,
}

impl Ink {
    fn of(components: &[Component], scale: WritingScale) -> Self {
        let area: usize = components.iter().map(|component| component.area as usize).sum();
        let step = (area / MAX_PLACES).max(1);
        let pixels = components.iter().flat_map(|c| &c.runs).flat_map(|run| (run.start..run.end).map(|x| (x, run.y)));
        let places = pixels.step_by(step).map(|(x, y)| (x as f32 + 0.5, y as f32 + 0.5)).collect();
        Self { places, row: (scale.letter / 4.0).max(1.0) }
    }

    /// How sharp the profile along lines of this slope is.
    fn sharpness(&self, degrees: f32) -> f64 {
        let slope = degrees.to_radians().tan();
        let heights = self.places.iter().map(|place| place.1 - place.0 * slope);
        let (low, high) = heights.clone().fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        if self.places.is_empty() {
            return 0.0;
        }
        let mut profile = vec![0u32; ((high - low) / self.row) as usize + 2];
        for height in heights {
            profile[((height - low) / self.row) as usize] += 1;
        }
        profile.windows(2).map(|pair| (f64::from(pair[1]) - f64::from(pair[0])).powi(2)).sum()
    }

    /// The slope with the sharpest profile, in degrees, and how sharp it is.
    fn sharpest(&self) -> (f32, f64) {
        let best_of = |from: f32, to: f32, step: f32| {
            let n = ((to - from) / step).round() as i32;
            let tried = (0..=n).map(|i| from + i as f32 * step).map(|degrees| (degrees, self.sharpness(degrees)));
            tried.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, 0.0))
        };
        let coarse = best_of(-MAX_SKEW, MAX_SKEW, 0.5);
        best_of(coarse.0 - 0.4, coarse.0 + 0.4, 0.1)
    }

    /// The same ink with rows and columns exchanged.
    fn transposed(&self) -> Self {
        Self { places: self.places.iter().map(|&(x, y)| (y, x)).collect(), row: self.row }
    }
}

/// Whether there are enough letters to tell how they lie.
fn tells_how_it_lies(components: &[Component], scale: WritingScale) -> bool {
    let width: f32 = components.iter().map(letters_width).sum();
    width > MIN_LETTERS * LETTER_WIDTH * scale.letter
}

/// The slope of the page's lines, as rise per pixel, downwards positive; 0 where none stands out.
pub(super) fn page_slope(components: &[Component], scale: WritingScale) -> f32 {
    if !tells_how_it_lies(components, scale) {
        return 0.0;
    }
    let ink = Ink::of(components, scale);
    let (degrees, sharpness) = ink.sharpest();
    if sharpness > MIN_GAIN * ink.sharpness(0.0) { degrees.to_radians().tan() } else { 0.0 }
}

/// How much sharper the profile of lines along the page's height is than that of lines across it: above 1 if the page lies
/// on its side. `None` where too few letters tell.
pub(super) fn side_gain(components: &[Component], scale: WritingScale) -> Option<f64> {
    let ink = tells_how_it_lies(components, scale).then(|| Ink::of(components, scale))?;
    Some(ink.transposed().sharpest().1 / ink.sharpest().1.max(1.0))
}
