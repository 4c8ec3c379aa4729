//! Marks before the items of a list: bullets, circles, boxes to tick, ticks and arrows. They are found by their shape and
//! place, not read.

use serde::{Deserialize, Serialize};

use super::geometry::Rect;

/// A mark before a line that is an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListMarker {
    /// What it is.
    pub kind: MarkerKind,
    /// Where it is, in page pixels.
    pub bounds: Rect,
}

/// What marks an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkerKind {
    /// A dot.
    Bullet,
    /// A circle with nothing in it.
    Circle,
    /// A box with nothing in it.
    Box,
    /// A box with a tick, a cross or something else in it.
    TickedBox,
    /// A tick that stands alone.
    Tick,
    /// An arrow to the right.
    Arrow,
}

impl MarkerKind {
    /// The character that stands for it in a text.
    pub const fn character(self) -> char {
        match self {
            Self::Bullet => '•',
            Self::Circle => '○',
            Self::Box => '☐',
            Self::TickedBox => '☑',
            Self::Tick => '✔',
            Self::Arrow => '→',
        }
    }
}

/// What people may write for a marker when they correct a line.
const WRITTEN_MARKERS: &[char] = &['•', '☐', '☑', '☒', '✔', '✓', '✗', '→', '-', '–', '*', '·', '○', '□'];

/// An item's text without the marker that it begins with, if it does.
pub(super) fn without_marker(text: &str) -> &str {
    let text = text.trim_start();
    text.strip_prefix(WRITTEN_MARKERS).map_or(text, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_told_from_its_marker() {
        for (text, item) in [("• milk", "milk"), ("☑ milk", "milk"), ("- milk", "milk"), ("milk", "milk"), ("•", "")]
        {
            assert_eq!(without_marker(text), item);
        }
    }
}
