//! What line finding finds on a page.

use crate::{
    imaging::geometry::quarter_turn::QuarterTurn,
    page::{Drawing, TextLine},
};

/// The text lines of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmentation {
    /// In reading order, with ids from 0; not transcribed. Outlines and baselines lie inside the page, in page pixels.
    pub lines: Vec<TextLine>,
    /// What is drawn and not written: frames, arrows, icons, scribbles, in page pixels.
    pub drawings: Vec<Drawing>,
    /// Number of lines, from the first, that run across the page; the others are labels that run up it, or down if they
    /// are upside down.
    pub n_across: usize,
    /// The turn that sets the page's writing upright. Lines stay in pixels of the page as it is; their baselines give
    /// the direction in which they run.
    pub turn: QuarterTurn,
    /// Whether the lines' profile and their ascenders leave no doubt about the turn.
    pub is_sure_of_turn: bool,
    /// Fraction of the ink above and below the small letters that is above them: in Latin writing with its capitals
    /// most of it, unless the page is upside down. 0.5 where there is none.
    pub ascending_part: f32,
}
