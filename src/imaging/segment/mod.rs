//! Finds a prepared page's text lines.
//!
//! On a reduced image: ink by Sauvola's threshold, connected components, the writing's size from theirs, rules and
//! frames taken out, spines of lines as crests of smeared ink, components given to spines, lines cut at wide gaps, then
//! each line's core, baseline and outline.

mod assign;
mod chains;
mod line_art;
mod markers;
mod pieces;
mod reading_order;
mod ridges;
mod rows;
mod shadow;
mod shape;
mod skew;
#[cfg(test)]
mod tests;
mod vertical_text;

use image::GrayImage;

use self::{
    assign::LineInk,
    line_art::WithoutRules,
    reading_order::reading_order,
    shape::{Core, OwnerMap},
};
pub(super) use super::raster::writing_scale::WritingScale;
use super::{
    geometry::quarter_turn::QuarterTurn,
    prepare::PreparedPage,
    raster::{
        binarize::binarize_reduced,
        components::{Component, components, drawn},
        reduce::shrink,
    },
};
use crate::page::{Baseline, LineId, ListMarker, Point, Rect, TextLine};

/// Lines are looked for on an image whose longer side is about this many pixels.
const WORKING_SIDE: f32 = 2000.0;
/// Lines run along the page's height if their profile is so much sharper than that across it…
const MIN_SIDE_GAIN: f64 = 1.6;
/// …and surely along it from this on, surely across it up to that. Pages of few words give anything between.
const SURE_SIDE_GAIN: f64 = 4.0;
const SURE_UPRIGHT_GAIN: f64 = 1.0;
/// A page does not stand on its head if so large a part of what is beside its small letters is above them.
const SURE_ASCENDING_PART: f32 = 0.7;
/// Writing smaller than this part of the page's is noise.
const MIN_SMALLER: f32 = 0.4;
/// More lines than this are noise.
const MAX_LINES: usize = 2000;

/// The text lines of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmentation {
    /// In reading order, with ids from 0; not transcribed. Outlines and baselines lie inside the page.
    pub lines: Vec<TextLine>,
    /// So many of them, the first ones, run across the page; the others are labels that run up it, or down if they
    /// stand on their head.
    pub n_across: usize,
    /// How the page has to be turned to set its writing upright. Lines stay where they are on the page; their
    /// baselines tell which way they run.
    pub turn: QuarterTurn,
    /// Whether the lines' profile and their ascenders leave no doubt about the turn.
    pub is_sure_of_turn: bool,
    /// Of the ink that is above or below the small letters, the part that is above: in Latin writing, with its capitals,
    /// most of it is, unless it stands on its head. 0.5 where there is none.
    pub ascending_part: f32,
}

/// Finds the text lines of `page`. A page without writing has none. A page that lies on its side is noticed, and on which
/// by its ascenders; one that stands on its head is taken to be upright.
///
/// ```
/// use std::path::Path;
///
/// use longhand::imaging::{PageImage, QuarterTurn, prepare, segment};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let page = prepare(&PageImage::open(Path::new("assets/samples/notes.jpg"))?);
/// let found = segment(&page);
/// assert_eq!((found.lines.len(), found.turn), (27, QuarterTurn::None));
/// assert!(found.lines[0].bounds.y1 < found.lines[5].bounds.y0, "lines come in reading order");
/// # Ok(())
/// # }
/// ```
pub fn segment(page: &PreparedPage) -> Segmentation {
    let upright = WorkingPage::of(page, QuarterTurn::None);
    let side_gain = upright.side_gain();
    let mut found =
        if side_gain > MIN_SIDE_GAIN { on_side(page) } else { None }.unwrap_or_else(|| upright.segmentation());
    let is_sure_of_side = !(SURE_UPRIGHT_GAIN..SURE_SIDE_GAIN).contains(&side_gain);
    found.is_sure_of_turn = is_sure_of_side && found.ascending_part >= SURE_ASCENDING_PART;
    found
}

/// The lines of a page that lies on its side, on the one on which its ascenders point up. What only looks as if it lay
/// there, such as strokes in columns, has none.
fn on_side(page: &PreparedPage) -> Option<Segmentation> {
    let right = segment_turned(page, QuarterTurn::Right);
    let is_over = right.ascending_part < 0.5;
    (!right.lines.is_empty()).then(|| if is_over { segment_turned(page, QuarterTurn::Left) } else { right })
}

/// Finds the text lines of `page` as they are once it is turned by `turn`. Their places are those on the page as it is.
pub fn segment_turned(page: &PreparedPage, turn: QuarterTurn) -> Segmentation {
    WorkingPage::of(page, turn).segmentation()
}

/// A page reduced, turned and taken apart.
struct WorkingPage {
    gray: GrayImage,
    ink: Vec<Component>,
    scale: Option<WritingScale>,
    factor: f32,
    turn: QuarterTurn,
    /// The page's own size.
    size: (f32, f32),
    /// The insides of rings around words, in page pixels.
    rings: Vec<Rect>,
}

impl WorkingPage {
    fn of(page: &PreparedPage, turn: QuarterTurn) -> Self {
        let (width, height) = page.gray.dimensions();
        let factor = (width.max(height) as f32 / WORKING_SIDE).round().max(1.0) as u32;
        let small = shrink(&page.gray, factor);
        let gray = if turn == QuarterTurn::None { small } else { turn.turn(&small) };
        let ink = components(&binarize_reduced(&gray));
        let scale = WritingScale::measure(&ink, gray.dimensions());
        Self {
            gray,
            ink,
            scale,
            factor: factor as f32,
            turn,
            size: (width as f32, height as f32),
            rings: page.rings.clone(),
        }
    }

    /// See [`skew::side_gain`]; 0 where nothing tells.
    fn side_gain(&self) -> f64 {
        self.scale.and_then(|scale| skew::side_gain(&self.ink, scale)).unwrap_or(0.0)
    }

    fn segmentation(mut self) -> Segmentation {
        let labels = self.take_sideways_labels();
        let mut found = self.lines_in_order();
        found.n_across = found.lines.len();
        // A label is one line: what else is found in it are parts of its letters.
        let longest = |label: Self| {
            label.lines_in_order().lines.into_iter().max_by(|a, b| a.bounds.area().total_cmp(&b.bounds.area()))
        };
        found.lines.extend(labels.into_iter().filter_map(longest));
        (0..).zip(&mut found.lines).for_each(|(id, line)| line.id = LineId(id));
        found
    }

    /// The page's labels that lie on their side, each a page with nothing else on it, turned as if they ran upwards.
    fn take_sideways_labels(&mut self) -> Vec<Self> {
        let Some(scale) = self.scale else { return Vec::new() };
        let (width, height) = self.gray.dimensions();
        let turn = QuarterTurn::Right;
        let turned = |letters: Vec<Component>| {
            let ink = components(&turn.turn(&drawn(&letters, width, height)));
            let scale = WritingScale::measure(&ink, (height, width));
            let gray = turn.turn(&self.gray);
            let rings = self.rings.clone();
            Self { gray, ink, scale, factor: self.factor, turn: self.turn.then(turn), size: self.size, rings }
        };
        vertical_text::take_labels(&mut self.ink, scale).into_iter().map(turned).collect()
    }

    /// The lines and labels, without names.
    fn lines_in_order(self) -> Segmentation {
        let (factor, turn) = (self.factor, self.turn);
        let to_page = self.to_page();
        let found = self.find_lines();
        let ascending_part = ascending_part(&found);
        let lines = reading_order(found.into_iter().filter_map(FoundLine::into_text_line).collect());
        let on_page = |line: TextLine| {
            let outline: Vec<Point> = line.outline.into_iter().map(&to_page).collect();
            let bounds = Rect::around(outline.iter().copied()).filter(|bounds| bounds.area() > 0.0)?;
            let baseline = Baseline(line.baseline.0.into_iter().map(&to_page).collect());
            let marker = line.marker.map(|marker| ListMarker { bounds: marker.bounds.moved(&to_page), ..marker });
            Some(TextLine { bounds, outline, baseline, x_height: line.x_height * factor, marker, ..line })
        };
        let lines = lines.into_iter().filter_map(on_page).collect();
        Segmentation { lines, turn, ascending_part, ..Segmentation::default() }
    }

    /// Takes places from working pixels to those of the page.
    fn to_page(&self) -> impl Fn(Point) -> Point + use<> {
        let (factor, turn, size) = (self.factor, self.turn, self.size);
        let (width, height) = (self.gray.width() as f32, self.gray.height() as f32);
        let before_turn = if turn.degrees() % 180 == 90 { (height, width) } else { (width, height) };
        move |p| {
            let p = turn.undo(p, before_turn);
            Point::new((p.x * factor).clamp(0.0, size.0), (p.y * factor).clamp(0.0, size.1))
        }
    }

    fn find_lines(self) -> Vec<FoundLine> {
        let to_page = self.to_page();
        let ring_of = |piece: &Component| {
            let middle = to_page(Point::new(piece.middle_x(), piece.middle_y()));
            self.rings.iter().position(|ring| ring.contains(middle))
        };
        let Some(scale) = self.scale else { return Vec::new() };
        let gray = &self.gray;
        let WithoutRules { kept, rules, drawings, strokes } = line_art::remove_rules(self.ink, scale);
        let map = OwnerMap::of_drawings(&drawings, kept.iter().chain(&strokes), gray.dimensions());
        let Some(scale) = WritingScale::measure(&kept, gray.dimensions()) else { return Vec::new() };
        let dots = markers::dots(&kept, scale);
        let (text, marks) = pieces::sort_out(kept, scale, gray);
        let spines = ridges::find_spines(&text, scale);
        let candidates: Vec<Component> = text.into_iter().chain(marks).collect();
        let (mut lines, far) = assign::assign(candidates, &spines, scale);
        lines.extend(smaller_lines(far, scale, gray));
        let lines = lines.into_iter().flat_map(|line| pieces::cut_at_gaps(line, &rules, &ring_of, scale));
        let lines = lines.flat_map(|line| rows::split_rows(line, scale));
        let mut lines: Vec<LineInk> =
            lines.filter(|line| pieces::is_writing(line, scale, gray)).take(MAX_LINES).collect();
        pieces::give_back_strokes(&mut lines, strokes, scale);
        let markers = markers::find_markers(&mut lines, dots, scale);
        describe(&lines, markers, scale, map)
    }
}

/// Lines of ink that is far from all lines: labels in smaller writing than the page's.
fn smaller_lines(far: Vec<Component>, scale: WritingScale, gray: &GrayImage) -> Vec<LineInk> {
    let small =
        WritingScale::measure(&far, gray.dimensions()).filter(|small| small.letter > MIN_SMALLER * scale.letter);
    let Some(small) = small else { return Vec::new() };
    let (text, marks) = pieces::sort_out(far, small, gray);
    let spines = ridges::find_spines(&text, small);
    assign::assign(text.into_iter().chain(marks).collect(), &spines, small).0
}

/// A line in working pixels.
struct FoundLine {
    outline: Vec<Point>,
    baseline: Baseline,
    x_height: f32,
    marker: Option<ListMarker>,
    /// Ink above and below the small letters.
    beyond: (u32, u32),
}

fn ascending_part(lines: &[FoundLine]) -> f32 {
    let (above, below) = lines.iter().fold((0, 0), |sum, line| (sum.0 + line.beyond.0, sum.1 + line.beyond.1));
    if above + below == 0 { 0.5 } else { above as f32 / (above + below) as f32 }
}

impl FoundLine {
    /// The line, still in working pixels and without a name; `None` where it covers nothing.
    fn into_text_line(self) -> Option<TextLine> {
        let bounds = Rect::around(self.outline.iter().copied()).filter(|bounds| bounds.area() > 0.0)?;
        Some(TextLine {
            id: LineId(0),
            bounds,
            outline: self.outline,
            baseline: self.baseline,
            x_height: self.x_height,
            marker: self.marker,
            transcription: None,
            correction: None,
        })
    }
}

fn describe(
    lines: &[LineInk],
    markers: Vec<Option<ListMarker>>,
    scale: WritingScale,
    mut map: OwnerMap,
) -> Vec<FoundLine> {
    for (i, line) in lines.iter().enumerate() {
        map.claim(line, i as u16 + 1);
    }
    let found = lines.iter().zip(markers).enumerate().map(|(i, (line, marker))| {
        let core = Core::measure(line, scale);
        FoundLine {
            outline: shape::outline(line, core, i as u16 + 1, &map, scale),
            baseline: shape::baseline(line, core),
            x_height: core.height(),
            marker,
            beyond: core.ink_beyond(line),
        }
    });
    found.collect()
}
