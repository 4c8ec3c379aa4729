//! Colours of ink.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InkColor(pub [u8; 3]);

impl InkColor {
    /// Blue-black, the usual ink.
    pub const BLACK: Self = Self([0x1c, 0x22, 0x3c]);
    /// The colours of the pen, with their names for the user.
    pub const PALETTE: [(Self, &str); 6] = [
        (Self::BLACK, "Black"),
        (Self([0x1f, 0x4f, 0xc4]), "Blue"),
        (Self([0xc4, 0x2b, 0x2b]), "Red"),
        (Self([0x1e, 0x7d, 0x43]), "Green"),
        (Self([0x8a, 0x3f, 0xa8]), "Violet"),
        (Self([0xb3, 0x62, 0x0e]), "Brown"),
    ];

    /// The colour of a `#rrggbb` or `#rrggbbaa`; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits =
            text.trim().strip_prefix('#').filter(|digits| digits.is_ascii() && matches!(digits.len(), 6 | 8))?;
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// The colour of this ink over white paper, where it covers as large a share of it.
    #[must_use]
    pub fn over_white(self, share: f32) -> Self {
        Self(self.0.map(|channel| (255.0 - share * (255.0 - f32::from(channel))).round() as u8))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for InkColor {
    fn default() -> Self {
        Self::BLACK
    }
}

/// As `#rrggbb`.
impl fmt::Display for InkColor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_transparent_yellow_is_light_yellow() {
        assert_eq!(InkColor([255, 255, 0]).over_white(0.5), InkColor([255, 255, 128]));
        assert_eq!(InkColor::BLACK.over_white(1.0), InkColor::BLACK);
    }

    #[test]
    fn a_colour_is_written_as_it_is_read() {
        for (color, _) in InkColor::PALETTE {
            assert_eq!(InkColor::from_hex(&color.to_string()), Some(color));
        }
        assert_eq!(InkColor::from_hex(" #3333CCff"), Some(InkColor([0x33, 0x33, 0xcc])));
        for wrong in ["", "#", "red", "#12345", "#12345g", "#äöü"] {
            assert_eq!(InkColor::from_hex(wrong), None, "{wrong}");
        }
    }
}
