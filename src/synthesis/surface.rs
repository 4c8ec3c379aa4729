//! Whether a line may stand anywhere, or stands on a whiteboard.

use super::random::LineRng;

/// What a line is written on, as far as its source leaves that open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// Paper or a board of any kind, with any pen.
    Anywhere,
    /// A whiteboard, with a thick marker: labels, names and a few words.
    Board,
}

impl Surface {
    /// A board in `boards` of the lines. Where that is none, no rng are thrown: lines stay those that they were.
    pub(super) fn any(boards: f32, rng: &mut LineRng) -> Self {
        if boards > 0.0 && rng.chance(boards) { Self::Board } else { Self::Anywhere }
    }
}
