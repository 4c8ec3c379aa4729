//! A page reduced and turned, and the stages that find its lines.
//!
//! Three spaces occur. Page pixels are those of the prepared page. Working pixels are the page's, reduced by a whole
//! factor. Turned pixels are working pixels after a quarter turn that sets the writing upright; all stages work in
//! them, and call them working pixels.

use image::GrayImage;
use imageproc::geometry::convex_hull;

use super::{
    assign::{assign, without_dependents},
    column_signs::{ColumnSigns, join_signs_in_columns, unassigned},
    divide::divide,
    gap_cuts::GapCutter,
    ink_filter::filter_ink,
    ink_labels::{InkLabeller, LabelMap},
    line_core::{InkBeyond, LineCore},
    line_filter::is_writing,
    line_ink::{Extent, LineInk},
    markers::MarkerFinder,
    outline::{OwnerMap, outline},
    reading_order::reading_order,
    rows::split_rows,
    sideways_text::{sideways_groups, turned_right},
    spines::{
        ridges::{find_core_spines, find_spines},
        skew,
    },
    tuning::SegmentTuning,
};
use crate::{
    imaging::{
        geometry::quarter_turn::QuarterTurn,
        prepared_page::PreparedPage,
        raster::{
            binarize::binarize_reduced,
            components::{Component, components},
            writing_scale::{WritingScale, weighted_median},
        },
    },
    page::{Baseline, Drawing, LineId, ListMarker, MarkerKind, Point, Rect, TextLine},
};

/// The height of an ordinary letter or word (see [`WritingScale`]) in x-heights. No measurement recorded.
const LETTER_X_HEIGHTS: f32 = 1.5;

/// A page reduced, turned and divided into components.
pub(super) struct TurnedPage<'a> {
    gray: GrayImage,
    ink: Vec<Component>,
    /// `None` where nothing is as large as a letter.
    scale: Option<WritingScale>,
    /// `None` where the labeller says nothing.
    labels: Option<LabelMap>,
    labeller: &'a dyn InkLabeller,
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
    pub(super) drawings: Vec<Drawing>,
    /// Number of lines that are not such labels.
    pub(super) n_across: usize,
    /// See `Segmentation::ascending_part`.
    pub(super) ascending_part: f32,
}

impl<'a> TurnedPage<'a> {
    pub(super) fn of(
        page: &'a PreparedPage,
        turn: QuarterTurn,
        labeller: &'a dyn InkLabeller,
        tuning: &'a SegmentTuning,
    ) -> Self {
        let working = page.working();
        let (gray, ink, scale) = if turn == QuarterTurn::None {
            (working.gray().clone(), working.components().to_vec(), working.scale())
        } else {
            let gray = turn.turn(working.gray());
            let ink = components(&binarize_reduced(&gray));
            let scale = WritingScale::measure(&ink, gray.dimensions());
            (gray, ink, scale)
        };
        let labels =
            scale.and_then(|scale| LabelMap::of(&gray, scale.letter / LETTER_X_HEIGHTS, labeller, &tuning.labelling));
        Self { gray, ink, scale, labels, labeller, factor: working.factor() as f32, turn, page, tuning }
    }

    /// See [`LabelMap::part_in_cores`].
    pub(super) fn part_in_cores(&self) -> Option<f32> {
        self.labels.as_ref()?.part_in_cores(&self.ink)
    }

    /// See [`skew::side_gain`]; 0 where it cannot be measured.
    pub(super) fn side_gain(&self) -> f64 {
        self.scale.and_then(|scale| skew::side_gain(&self.ink, scale, &self.tuning.skew)).unwrap_or(0.0)
    }

    pub(super) fn page_lines(mut self) -> PageLines {
        let sideways = self.take_sideways_text();
        let mut found = self.lines_across();
        found.lines.extend(sideways.into_iter().flat_map(|text| text.lines_across().lines));
        found
    }

    /// Takes out the text that runs up or down, as a page with nothing else on it, turned as if it ran up.
    fn take_sideways_text(&mut self) -> Option<Self> {
        let (scale, labels) = (self.scale?, self.labels.as_ref()?);
        let groups = sideways_groups(&self.ink, labels, scale, &self.tuning.sideways_text);
        if groups.is_empty() {
            return None;
        }
        let (turn, height) = (QuarterTurn::Right, self.gray.height());
        let gray = turn.turn(&self.gray);
        let labels = LabelMap::of(&gray, scale.letter / LETTER_X_HEIGHTS, self.labeller, &self.tuning.labelling)?;
        let (mut ink, mut taken) = (Vec::new(), vec![false; self.ink.len()]);
        for group in groups {
            let parts: Vec<&Component> = group.iter().map(|&index| &self.ink[index]).collect();
            let text = turned_right(&parts, height);
            let part = labels.part_in_cores(&text).unwrap_or(0.0);
            if part >= self.tuning.sideways_text.min_turned_core_fraction {
                ink.extend(text);
                for index in group {
                    taken[index] = true;
                }
            }
        }
        let mut is_taken = taken.into_iter();
        self.ink.retain(|_| !is_taken.next().unwrap_or(false));
        let scale = WritingScale::measure(&ink, gray.dimensions());
        Some(Self { gray, ink, scale, labels: Some(labels), turn: self.turn.then(turn), ..*self })
    }

    /// The lines across the turned page.
    fn lines_across(mut self) -> PageLines {
        let factor = self.factor;
        let page_from_turned = self.page_from_turned();
        let order = &self.tuning.reading_order;
        let mut found = self.find();
        if self.relabel(&found.lines) {
            found = self.find();
        }
        let Found { lines: found, drawings } = found;
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
        let drawing = |outline: Vec<Point>| Drawing { outline: outline.into_iter().map(&page_from_turned).collect() };
        let drawings = drawings.into_iter().map(drawing).collect();
        PageLines { n_across: lines.len(), lines, drawings, ascending_part }
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

    /// Labels the page again where its lines turn out to have other x-heights than it was labelled for.
    fn relabel(&mut self, lines: &[FoundLine]) -> bool {
        let heights = lines
            .iter()
            .map(|line| (line.x_height, Rect::around(line.outline.iter().copied()).map_or(0.0, Rect::width)))
            .collect();
        let (Some(labels), Some(x_height)) = (&self.labels, weighted_median(heights)) else { return false };
        let tuning = &self.tuning.labelling;
        if (1.0 / tuning.relabelling_ratio..tuning.relabelling_ratio).contains(&(x_height / labels.x_height)) {
            return false;
        }
        let again = LabelMap::of(&self.gray, x_height, self.labeller, tuning);
        let is_other = again.is_some();
        self.labels = again.or(self.labels.take());
        is_other
    }

    /// All stages from ink to lines; see the module's documentation.
    fn find(&self) -> Found {
        let page_from_turned = self.page_from_turned();
        let enclosure_of = |piece: &Component| {
            let middle = page_from_turned(Point::new(piece.middle_x(), piece.middle_y()));
            self.page.enclosures().iter().position(|enclosure| enclosure.contains(middle))
        };
        let Self { gray, ink, scale: Some(scale), labels, tuning, .. } = self else { return Found::default() };
        let labels = labels.as_ref();
        let mut divided = divide(ink.clone(), labels, *scale, &tuning.divide);
        let is_large = |c: &&Component| c.width().max(c.height()) > tuning.min_drawing_letters * scale.letter;
        let hulls = |drawings: &[Component]| drawings.iter().filter(is_large).map(hull).collect();
        let Some(scale) = WritingScale::measure(&divided.writing, gray.dimensions()) else {
            return Found { lines: Vec::new(), drawings: hulls(&divided.drawings) };
        };
        let markers = MarkerFinder { scale, tuning: &tuning.markers, core: &tuning.line_core };
        let dots = markers.dots(&divided.writing);
        let gatherer = Gatherer { gray, tuning };
        let mut found = match labels {
            Some(labels) => gatherer.by_cores(divided.writing.clone(), labels, scale),
            None => gatherer.by_ink(divided.writing.clone(), scale),
        };
        let mut column_signs = ColumnSigns::default();
        if let Some(labels) = labels {
            gatherer.join_doubtful_signs(&mut divided.drawings, &mut found, labels, scale);
            let rest = unassigned(&divided.writing, &found);
            column_signs =
                join_signs_in_columns(&mut found, &mut divided.drawings, &rest, labels, scale, &tuning.column_signs);
        }
        let drawings = hulls(&divided.drawings);
        let map = OwnerMap::of_drawings(&divided.drawings, &divided.writing, gray.dimensions());
        let cutter =
            GapCutter { labels: labels.map(|labels| (labels, &map)), enclosure_of, scale, tuning: &tuning.gap_cuts };
        let mut lines: Vec<LineInk> = found
            .into_iter()
            .flat_map(|line| cutter.cut(line))
            .flat_map(|line| split_rows(line, scale, &tuning.rows, &tuning.assign))
            .filter(|line| column_signs.is_all_of(line) || is_writing(line, scale, gray, &tuning.line_filter))
            .take(tuning.max_line_count.min(OwnerMap::MAX_LINES))
            .collect();
        let mut found_markers = markers.find(&mut lines, dots);
        add_drawn_boxes(&mut lines, &mut found_markers, &divided.drawings, &markers, tuning.max_box_letters);
        Found { lines: describe(&lines, found_markers, &column_signs, scale, map, tuning), drawings }
    }
}

/// Gathers the lines that components form; they are not cut yet.
struct Gatherer<'a> {
    gray: &'a GrayImage,
    tuning: &'a SegmentTuning,
}

impl Gatherer<'_> {
    /// Lines along the cores that the labels show. Signs that stand alone, such as a row of symbols, may have no core:
    /// they form lines by their ink where the labels leave no doubt that they are writing.
    fn by_cores(&self, writing: Vec<Component>, labels: &LabelMap, scale: WritingScale) -> Vec<LineInk> {
        let tuning = self.tuning;
        let (text, marks) = filter_ink(writing, scale, self.gray, &tuning.ink_filter);
        let spines = find_core_spines(&text, labels, scale, &tuning.ridges, &tuning.joining, &tuning.skew);
        let ink = text.into_iter().chain(marks).collect();
        let (mut lines, far) = assign(ink, &spines, scale, &tuning.assign);
        let far = self.join_letters(far, &mut lines, labels, scale);
        let is_sure = |line: &LineInk| {
            let size = |c: &Component| c.width().max(c.height()) / scale.letter;
            let n_signs = line.pieces.iter().filter(|c| size(c) >= tuning.min_coreless_sign_letters).count();
            n_signs >= tuning.min_coreless_sign_count
                && labels.writing_of_all(&line.pieces) >= tuning.min_coreless_writing_fraction
        };
        lines.extend(self.gather(far, scale).0.into_iter().filter(is_sure));
        lines
    }

    /// Gives letters that stand far apart, without a core between them, to the line that they go on with, and returns
    /// the other ink.
    fn join_letters(
        &self,
        far: Vec<Component>,
        lines: &mut [LineInk],
        labels: &LabelMap,
        scale: WritingScale,
    ) -> Vec<Component> {
        let tuning = self.tuning;
        let is_letter = |c: &Component| {
            c.width().max(c.height()) >= tuning.min_coreless_sign_letters * scale.letter
                && labels.writing_of(c) >= tuning.min_coreless_writing_fraction
        };
        let (mut letters, mut rest): (Vec<Component>, Vec<Component>) = far.into_iter().partition(is_letter);
        letters.sort_by_key(|letter| letter.left);
        // From left to right, then back: each letter that is joined may lead to the next.
        for _ in 0..2 {
            let mut left_over = Vec::new();
            for letter in letters {
                let reach = tuning.gap_cuts.min_coreless_gap_letters * scale.letter;
                let line = lines.iter_mut().find(|line| goes_on_with(line, &letter, reach, labels));
                match line {
                    Some(line) => line.pieces.push(letter),
                    None => left_over.push(letter),
                }
            }
            letters = left_over;
            letters.reverse();
        }
        rest.extend(letters);
        rest
    }

    /// Gives small signs that may be drawn or written, such as a dash, to the line that they stand in.
    fn join_doubtful_signs(
        &self,
        drawings: &mut Vec<Component>,
        lines: &mut [LineInk],
        labels: &LabelMap,
        scale: WritingScale,
    ) {
        let tuning = self.tuning;
        let is_doubtful = |c: &Component| {
            c.width().max(c.height()) <= tuning.max_doubtful_sign_letters * scale.letter
                && labels.writing_of(c) >= tuning.min_doubtful_writing_fraction
        };
        let reach = tuning.gap_cuts.min_coreless_gap_letters * scale.letter;
        drawings.retain(|drawing| {
            let line = lines.iter_mut().filter(|_| is_doubtful(drawing));
            match line.into_iter().find(|line| goes_on_with(line, drawing, reach, labels)) {
                Some(line) => line.pieces.push(drawing.clone()),
                None => return true,
            }
            false
        });
    }

    /// Lines along ridges of smeared ink, then lines of smaller writing far from them.
    fn by_ink(&self, ink: Vec<Component>, scale: WritingScale) -> Vec<LineInk> {
        let (mut lines, far) = self.gather(ink, scale);
        if let Some(small) = WritingScale::measure(&far, self.gray.dimensions())
            && small.letter > self.tuning.min_smaller_fraction * scale.letter
        {
            lines.extend(self.gather(far, small).0);
        }
        lines
    }

    /// Lines along ridges of smeared ink, and the ink that is far from all of them.
    fn gather(&self, components: Vec<Component>, scale: WritingScale) -> (Vec<LineInk>, Vec<Component>) {
        let tuning = self.tuning;
        let (text, marks) = filter_ink(components, scale, self.gray, &tuning.ink_filter);
        let spines = find_spines(&text, scale, &tuning.ridges, &tuning.joining, &tuning.skew);
        let ink: Vec<Component> = text.into_iter().chain(marks).collect();
        let spines = without_dependents(&ink, &spines, scale, &tuning.assign);
        assign(ink, &spines, scale, &tuning.assign)
    }
}

/// Whether a letter stands level beside a line's ink, at most `reach` away, with nothing between lines there.
fn goes_on_with(line: &LineInk, letter: &Component, reach: f32, labels: &LabelMap) -> bool {
    let Some(extent) = Extent::of(&line.pieces) else { return false };
    let (x, y) = (letter.middle_x(), letter.middle_y());
    let gap = (letter.left as f32 - extent.right).max(extent.left - letter.right as f32);
    // Far from its ends a spine's slope says little; the letters there go on level.
    let level = line.spine.y_at(x.clamp(line.spine.start, line.spine.end()));
    let end = if x > extent.right { extent.right } else { extent.left };
    gap <= reach
        && (y - level).abs() < letter.height().max(1.0)
        && (gap <= 0.0 || !labels.parts(Point::new(end, level), Point::new(x, level)))
}

/// Boxes to tick are drawn, not written: those that stand before lines without a marker become theirs.
fn add_drawn_boxes(
    lines: &mut [LineInk],
    found: &mut [Option<ListMarker>],
    drawings: &[Component],
    finder: &MarkerFinder<'_>,
    max_letters: f32,
) {
    let is_small = |c: &&Component| c.width().max(c.height()) <= max_letters * finder.scale.letter;
    let small: Vec<&Component> = drawings.iter().filter(is_small).collect();
    let mut with_boxes: Vec<LineInk> = lines.to_vec();
    for line in &mut with_boxes {
        let Some(extent) = Extent::of(&line.pieces) else { continue };
        let is_before = |c: &&&Component| {
            let gap = extent.left - c.right as f32;
            let off = (c.middle_y() - line.spine.y_at(c.middle_x())).abs();
            (0.0..=max_letters * finder.scale.letter).contains(&gap) && off < finder.scale.letter
        };
        let boxes: Vec<Component> = small.iter().filter(is_before).map(|&c| c.clone()).collect();
        line.pieces.extend(boxes);
    }
    let markers = finder.find(&mut with_boxes, Vec::new());
    for (((line, found), with_box), marker) in lines.iter_mut().zip(found).zip(with_boxes).zip(markers) {
        let is_box = |marker: &ListMarker| matches!(marker.kind, MarkerKind::Box | MarkerKind::TickedBox);
        if let Some(marker) = marker.filter(|marker| found.is_none() && is_box(marker)) {
            (*line, *found) = (with_box, Some(marker));
        }
    }
}

/// What is on a turned page, in working pixels.
#[derive(Default)]
struct Found {
    lines: Vec<FoundLine>,
    /// Polygons around drawings.
    drawings: Vec<Vec<Point>>,
}

/// The convex polygon around a component.
fn hull(component: &Component) -> Vec<Point> {
    let corners: Vec<_> = component.corners().collect();
    convex_hull(corners).into_iter().map(|corner| Point::new(corner.x as f32, corner.y as f32)).collect()
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
    column_signs: &ColumnSigns,
    scale: WritingScale,
    mut map: OwnerMap,
    tuning: &SegmentTuning,
) -> Vec<FoundLine> {
    for (owner, line) in (1..).zip(lines) {
        map.claim(line, owner);
    }
    let found = (1..).zip(lines).zip(markers).map(|((owner, line), marker)| {
        let core = if column_signs.is_all_of(line) {
            LineCore::of_sign(line, scale.letter / LETTER_X_HEIGHTS)
        } else {
            LineCore::measure(line, scale, &tuning.line_core)
        };
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
