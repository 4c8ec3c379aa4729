//! A composed page with its truth.

use image::GrayImage;
use serde::Serialize;

use crate::page::Point;

/// Paper on [`ComposedPage::ink`].
pub const INK_NONE: u8 = 0;
/// Writing on [`ComposedPage::ink`].
pub const INK_WRITING: u8 = 1;
/// Drawing on [`ComposedPage::ink`]: frames, arrows, icons, underlines, remains of printed lines, edges, stains.
pub const INK_DRAWING: u8 = 2;
/// Struck-out words and scribbles on [`ComposedPage::ink`].
pub const INK_STRUCK: u8 = 3;

/// What a page mainly holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageContent {
    /// Paragraphs and lists in one to three columns.
    Notes,
    /// Date, salutation, paragraphs, signature.
    Letter,
    /// Labels with leaders and answers.
    Form,
    /// Rows and columns.
    Table,
    /// A flow chart, a process or a network.
    Diagram,
    /// UML classes.
    Classes,
    /// A middle with branches.
    MindMap,
    /// Axes with curves or bars.
    Chart,
    /// Drawings alone.
    Sketches,
    /// Several of the others side by side, on one sheet or several.
    Mixed,
    /// Nothing that was written or drawn.
    Nothing,
}

/// A page as line finding gets it, with the kind of every pixel and its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct ComposedPage {
    /// Prepared and reduced: paper 255, small letters 7 to 15 pixels high.
    pub gray: GrayImage,
    /// As large as `gray`: [`INK_NONE`], [`INK_WRITING`], [`INK_DRAWING`] or [`INK_STRUCK`] for each pixel. Writing
    /// wins where it crosses something else.
    pub ink: GrayImage,
    /// What it holds.
    pub content: PageContent,
    /// In the order in which they were composed.
    pub lines: Vec<ComposedLine>,
}

/// A line of a composed page, in pixels of [`ComposedPage::gray`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComposedLine {
    /// From the first to the last ink, in the direction of reading.
    pub baseline: Vec<Point>,
    /// Height of small letters.
    pub x_height: f32,
    /// Western characters.
    pub text: String,
    /// Where the ink of each word begins and ends: x on lines nearer to level than to upright, else y.
    pub words: Vec<[f32; 2]>,
}
