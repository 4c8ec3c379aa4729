//! Whether a line may stand on anything, or has to stand on a whiteboard.

use super::random::LineRng;

/// What a line is written on, as far as its source decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// Paper or a board of any kind, with any pen.
    Anywhere,
    /// A whiteboard, with a thick marker: labels, names and a few words.
    Board,
}

impl Surface {
    /// A board with probability `boards`. No random number is drawn where that is 0, so that a recipe without boards
    /// gives the lines that it gave before boards existed.
    pub(super) fn random(boards: f32, rng: &mut LineRng) -> Self {
        if boards > 0.0 && rng.chance(boards) { Self::Board } else { Self::Anywhere }
    }
}
