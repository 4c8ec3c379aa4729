//! Markers of list items: bullets, circles, check boxes, ticks and arrows. Segmentation finds them by shape and place;
//! recognition does not read them.

use serde::{Deserialize, Serialize};

use super::geometry::Rect;

/// The marker before a line that is a list item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListMarker {
    /// Its kind.
    pub kind: MarkerKind,
    /// Its box, in page pixels.
    pub bounds: Rect,
}

/// The kinds of markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkerKind {
    /// A filled dot.
    Bullet,
    /// An empty circle.
    Circle,
    /// An empty box.
    Box,
    /// A box with a tick, a cross or other ink in it.
    TickedBox,
    /// A tick without a box.
    Tick,
    /// An arrow to the right.
    Arrow,
}

impl MarkerKind {
    /// The marker that a person typed at the beginning of a text, if there is one.
    pub fn of_text(text: &str) -> Option<Self> {
        let mut characters = text.trim_start().chars();
        let kind = match characters.next()? {
            '•' | '·' | '*' | '-' | '–' => Self::Bullet,
            '○' => Self::Circle,
            '☐' | '□' => Self::Box,
            '☑' | '☒' => Self::TickedBox,
            '✔' | '✓' => Self::Tick,
            '→' => Self::Arrow,
            _ => return None,
        };
        characters.next().is_some_and(char::is_whitespace).then_some(kind)
    }

    /// The character for it in a text.
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

/// Characters that people type for a marker when they correct a line.
const WRITTEN_MARKERS: &[char] = &['•', '☐', '☑', '☒', '✔', '✓', '✗', '→', '-', '–', '*', '·', '○', '□'];

/// A list item's text without the marker at its beginning, if there is one.
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
