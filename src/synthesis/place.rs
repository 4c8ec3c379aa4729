//! Whether a line may stand anywhere, or stands on a whiteboard.

use super::dice::Dice;

/// What a line is written on, as far as its source leaves that open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Paper or a board of any kind, with any pen.
    Anywhere,
    /// A whiteboard, with a thick marker: labels, names and a few words.
    Board,
}

impl Place {
    /// A board in `boards` of the lines. Where that is none, no dice are thrown: lines stay those that they were.
    pub(super) fn any(boards: f32, dice: &mut Dice) -> Self {
        if boards > 0.0 && dice.chance(boards) { Self::Board } else { Self::Anywhere }
    }
}
