//! A page reduced and turned, and the stages that find its lines.
//!
//! Three spaces occur. Page pixels are those of the prepared page. Working pixels are the page's, reduced by a whole
//! factor. Turned pixels are working pixels after a quarter turn that sets the writing upright; all stages work in
//! them, and call them working pixels.

use image::GrayImage;

use super::{
    assign::assign,
    drawings::{doubtful_strokes::return_strokes, line_art::remove_line_art},
    gap_cuts::cut_at_gaps,
    ink_filter::filter_ink,
    line_core::{InkBeyond, LineCore},
    line_filter::is_writing,
    line_ink::LineInk,
    markers::MarkerFinder,
    outline::{OwnerMap, outline},
    reading_order::reading_order,
    rows::split_rows,
    spines::{ridges::find_spines, skew},
    tuning::SegmentTuning,
    vertical_text::take_labels,
};
use crate::{
    imaging::{
        geometry::quarter_turn::QuarterTurn,
        prepared_page::PreparedPage,
        raster::{
            binarize::binarize_reduced,
            components::{Component, components, drawn},
            writing_scale::WritingScale,
        },
    },
    page::{Baseline, LineId, ListMarker, Point, Rect, TextLine},
};

/// A page reduced, turned and divided into components.
pub(super) struct TurnedPage<'a> {
    gray: GrayImage,
    ink: Vec<Component>,
    /// `None` where nothing is as large as a letter.
    scale: Option<WritingScale>,
    /// Page pixels per working pixel.
    factor: f32,
    turn: QuarterTurn,
    page: &'a PreparedPage,
    tuning: &'a SegmentTuning,
}

/// Lines in page pixels, without ids.
pub(super) struct PageLines {
    /// In reading order; labels that run up or down last.
    pub(super) lines: Vec<TextLine>,
    /// Number of lines that are not such labels.
    pub(super) n_across: usize,
    /// See `Segmentation::ascending_part`.
    pub(super) ascending_part: f32,
}

impl<'a> TurnedPage<'a> {
    pub(super) fn of(page: &'a PreparedPage, turn: QuarterTurn, tuning: &'a SegmentTuning) -> Self {
        let working = page.working();
        let (gray, ink, scale) = if turn == QuarterTurn::None {
            (working.gray().clone(), working.components().to_vec(), working.scale())
        } else {
            let gray = turn.turn(working.gray());
            let ink = components(&binarize_reduced(&gray));
            let scale = WritingScale::measure(&ink, gray.dimensions());
            (gray, ink, scale)
        };
        Self { gray, ink, scale, factor: working.factor() as f32, turn, page, tuning }
    }

    /// See [`skew::side_gain`]; 0 where it cannot be measured.
    pub(super) fn side_gain(&self) -> f64 {
        self.scale.and_then(|scale| skew::side_gain(&self.ink, scale, &self.tuning.skew)).unwrap_or(0.0)
    }

    pub(super) fn page_lines(mut self) -> PageLines {
        let labels = self.take_vertical_labels();
        let mut found = self.lines_across();
        // A label is one line: what else is found in it are parts of its letters.
        let longest = |label: Self| {
            label.lines_across().lines.into_iter().max_by(|a, b| a.bounds.area().total_cmp(&b.bounds.area()))
        };
        found.lines.extend(labels.into_iter().filter_map(longest));
        found
    }

    /// Takes out the labels that run up or down, each as a page with nothing else on it, turned as if it ran up.
    fn take_vertical_labels(&mut self) -> Vec<Self> {
        let Some(scale) = self.scale else { return Vec::new() };
        let (width, height) = self.gray.dimensions();
        let turn = QuarterTurn::Right;
        let label_page = |letters: Vec<Component>| {
            let ink = components(&turn.turn(&drawn(&letters, width, height)));
            let scale = WritingScale::measure(&ink, (height, width));
            Self { gray: turn.turn(&self.gray), ink, scale, turn: self.turn.then(turn), ..*self }
        };
        let labels = take_labels(&mut self.ink, scale, &self.tuning.vertical_text);
        labels.into_iter().map(label_page).collect()
    }

    /// The lines across the turned page.
    fn lines_across(self) -> PageLines {
        let factor = self.factor;
        let page_from_turned = self.page_from_turned();
        let order = &self.tuning.reading_order;
        let found = self.find_lines();
        let ascending_part = ascending_part(&found);
        let lines = reading_order(found.into_iter().filter_map(FoundLine::into_text_line).collect(), order);
        let on_page = |line: TextLine| {
            let outline: Vec<Point> = line.outline.into_iter().map(&page_from_turned).collect();
            let bounds = Rect::around(outline.iter().copied()).filter(|bounds| bounds.area() > 0.0)?;
            let baseline = Baseline(line.baseline.0.into_iter().map(&page_from_turned).collect());
            let on_page = |marker: ListMarker| ListMarker { bounds: marker.bounds.moved(&page_from_turned), ..marker };
            let (marker, x_height) = (line.marker.map(on_page), line.x_height * factor);
            Some(TextLine { bounds, outline, baseline, x_height, marker, ..line })
        };
        let lines: Vec<TextLine> = lines.into_iter().filter_map(on_page).collect();
        PageLines { n_across: lines.len(), lines, ascending_part }
    }

    /// The map from turned pixels to page pixels.
    fn page_from_turned(&self) -> impl Fn(Point) -> Point + use<> {
        let (factor, turn) = (self.factor, self.turn);
        let (page_width, page_height) = (self.page.gray().width() as f32, self.page.gray().height() as f32);
        let (width, height) = (self.gray.width() as f32, self.gray.height() as f32);
        let working_size = if turn.degrees() % 180 == 90 { (height, width) } else { (width, height) };
        move |turned| {
            let working = turn.undo(turned, working_size);
            Point::new((working.x * factor).clamp(0.0, page_width), (working.y * factor).clamp(0.0, page_height))
        }
    }

    /// All stages from ink to lines; see the module's documentation.
    fn find_lines(self) -> Vec<FoundLine> {
        let page_from_turned = self.page_from_turned();
        let enclosure_of = |piece: &Component| {
            let middle = page_from_turned(Point::new(piece.middle_x(), piece.middle_y()));
            self.page.enclosures().iter().position(|enclosure| enclosure.contains(middle))
        };
        let Self { gray, ink, scale: Some(scale), tuning, .. } = self else { return Vec::new() };
        let divided = remove_line_art(ink, scale, &tuning.line_art);
        let written = divided.kept.iter().chain(&divided.doubtful);
        let map = OwnerMap::of_drawings(&divided.drawings, written, gray.dimensions());
        let Some(scale) = WritingScale::measure(&divided.kept, gray.dimensions()) else { return Vec::new() };
        let finder = MarkerFinder { scale, tuning: &tuning.markers, core: &tuning.line_core };
        let dots = finder.dots(&divided.kept);
        let (mut lines, far) = gather_lines(divided.kept, scale, &gray, tuning);
        lines.extend(smaller_lines(far, scale, &gray, tuning));
        let mut lines: Vec<LineInk> = lines
            .into_iter()
            .flat_map(|line| cut_at_gaps(line, &divided.strokes, &enclosure_of, scale, &tuning.gap_cuts))
            .flat_map(|line| split_rows(line, scale, &tuning.rows, &tuning.assign))
            .filter(|line| is_writing(line, scale, &gray, &tuning.line_filter))
            .take(tuning.max_line_count.min(OwnerMap::MAX_LINES))
            .collect();
        return_strokes(&mut lines, divided.doubtful, scale, &tuning.doubtful_strokes);
        let markers = finder.find(&mut lines, dots);
        describe(&lines, markers, scale, map, tuning)
    }
}

/// The lines that components form, not cut yet, and the ink that is far from all of them.
fn gather_lines(
    components: Vec<Component>,
    scale: WritingScale,
    gray: &GrayImage,
    tuning: &SegmentTuning,
) -> (Vec<LineInk>, Vec<Component>) {
    let (text, marks) = filter_ink(components, scale, gray, &tuning.ink_filter);
    let spines = find_spines(&text, scale, &tuning.ridges, &tuning.joining, &tuning.skew);
    assign(text.into_iter().chain(marks).collect(), &spines, scale, &tuning.assign)
}

/// Lines of ink that is far from all lines: labels in smaller writing than the page's.
fn smaller_lines(far: Vec<Component>, scale: WritingScale, gray: &GrayImage, tuning: &SegmentTuning) -> Vec<LineInk> {
    match WritingScale::measure(&far, gray.dimensions()) {
        Some(small) if small.letter > tuning.min_smaller_fraction * scale.letter => {
            gather_lines(far, small, gray, tuning).0
        }
        _ => Vec::new(),
    }
}

/// A line in working pixels.
struct FoundLine {
    outline: Vec<Point>,
    baseline: Baseline,
    x_height: f32,
    marker: Option<ListMarker>,
    beyond: InkBeyond,
}

/// The fraction of the ink of ascenders and descenders that ascends; 0.5 where there is none.
fn ascending_part(lines: &[FoundLine]) -> f32 {
    let sum = |ink: fn(&InkBeyond) -> u32| lines.iter().map(|line| ink(&line.beyond)).sum::<u32>();
    let (above, below) = (sum(|beyond| beyond.above), sum(|beyond| beyond.below));
    if above + below == 0 { 0.5 } else { above as f32 / (above + below) as f32 }
}

impl FoundLine {
    /// The line, still in working pixels and without an id; `None` where it covers nothing.
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
            is_checked: false,
        })
    }
}

fn describe(
    lines: &[LineInk],
    markers: Vec<Option<ListMarker>>,
    scale: WritingScale,
    mut map: OwnerMap,
    tuning: &SegmentTuning,
) -> Vec<FoundLine> {
    for (owner, line) in (1..).zip(lines) {
        map.claim(line, owner);
    }
    let found = (1..).zip(lines).zip(markers).map(|((owner, line), marker)| {
        let core = LineCore::measure(line, scale, &tuning.line_core);
        FoundLine {
            outline: outline(line, core, owner, &map, scale, &tuning.outline),
            baseline: core.baseline(line, &tuning.line_core),
            x_height: core.height(),
            marker,
            beyond: core.ink_beyond(line, &tuning.line_core),
        }
    });
    found.collect()
}
