//! Kinds of paper and boards, and how light they and the ink on them are.
//!
//! The numbers were set by eye on contact sheets and photographed pages; no measurement is recorded.

use std::ops::Range;

use crate::synthesis::random::LineRng;

/// The kinds and the share of the lines that stand on each.
const SHARES: [(Background, f32); 6] = [
    (Background::Clean, 0.36),
    (Background::Plain, 0.35),
    (Background::Ruled, 0.12),
    (Background::Squared, 0.04),
    (Background::Whiteboard, 0.11),
    (Background::Blackboard, 0.02),
];
/// Luminance of a blackboard, 0 to 255.
const BLACKBOARD: Range<f32> = 20.0..80.0;
/// Luminance of chalk, 0 to 255.
const CHALK: Range<f32> = 150.0..240.0;
/// Square root of the luminance that photographed paper lacks to white, 255.
const PAPER_DARKNESS_ROOT: Range<f32> = 2.0..11.0;
/// Luminance of ink on a cleaned scan, as a factor on the paper's.
const INK_ON_SCAN: Range<f32> = 0.0..0.55;
/// Luminance of ink on photographed paper and whiteboards, as a factor on the paper's.
const INK_IN_PHOTO: Range<f32> = 0.05..0.62;

/// What is written on, as it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Background {
    /// A scan cleaned to white.
    Clean,
    /// Paper without printed lines.
    Plain,
    /// Paper with printed lines, one of them near the baseline.
    Ruled,
    /// Paper with printed squares.
    Squared,
    Whiteboard,
    /// Light writing on dark.
    Blackboard,
}

impl Background {
    pub(crate) fn random(rng: &mut LineRng) -> Self {
        let shares = SHARES.map(|(_, share)| share);
        rng.weighted(&shares).map_or(Self::Clean, |index| SHARES[index].0)
    }

    /// Whether it is written on with markers or chalk.
    pub(crate) fn is_board(self) -> bool {
        matches!(self, Self::Whiteboard | Self::Blackboard)
    }

    /// Luminance of the paper, 0 to 255.
    pub(crate) fn paper(self, rng: &mut LineRng) -> f32 {
        match self {
            Self::Clean => 255.0,
            Self::Blackboard => rng.uniform(BLACKBOARD),
            _ => 255.0 - rng.uniform(PAPER_DARKNESS_ROOT).powi(2),
        }
    }

    /// Luminance of the ink as a factor on `paper`, the luminance beside it.
    pub(crate) fn ink(self, paper: f32, rng: &mut LineRng) -> f32 {
        match self {
            Self::Blackboard => rng.uniform(CHALK) / paper,
            Self::Clean => rng.uniform(INK_ON_SCAN),
            _ => rng.uniform(INK_IN_PHOTO),
        }
    }
}
