//! Reach of closing and opening, as whole pixels.

use crate::imaging::raster::writing_scale::WritingScale;

/// Largest reach, in pixels: bounds the time of the distance transform.
const MAX_REACH: f32 = 50.0;

/// Half the width of gaps that closing fills, in pixels.
pub(super) fn closing_px(letters: f32, scale: WritingScale) -> u8 {
    (letters * scale.letter).round().clamp(1.0, MAX_REACH) as u8
}

/// Half the thickness of strokes that opening removes, in pixels, beyond `closing`.
pub(super) fn opening_px(strokes: f32, closing: u8, scale: WritingScale) -> u8 {
    closing.saturating_add((strokes * scale.stroke).ceil().clamp(1.0, MAX_REACH) as u8)
}
