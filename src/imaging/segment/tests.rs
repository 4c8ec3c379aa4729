//! Line finding on drawn pages.

use image::{GrayImage, Luma};
use proptest::prelude::*;

use super::ink_labels::{InkLabels, LABEL_STRIDE, NoInkLabels};
use super::*;
use crate::{
    imaging::line::crop::crop_line,
    page::{MarkerKind, Point, Rect, TextLine},
};

/// Calls all ink writing, and finds cores where a row crosses four strokes or more, none further than so many pixels
/// from the next.
struct RowLabeller {
    max_gap: u32,
}

impl InkLabeller for RowLabeller {
    fn label(&self, page: &GrayImage) -> Option<InkLabels> {
        let (width, height) = (page.width() / LABEL_STRIDE, page.height() / LABEL_STRIDE);
        let mut core = GrayImage::new(width, height);
        for row in 0..height {
            let dark: Vec<u32> =
                (0..page.width()).filter(|&x| page.get_pixel(x, row * LABEL_STRIDE).0[0] < 128).collect();
            for run in dark.chunk_by(|a, b| b - a <= self.max_gap) {
                if run.chunk_by(|a, b| b - a == 1).count() >= 4 {
                    (run[0]..run[run.len() - 1]).for_each(|x| core.put_pixel(x / LABEL_STRIDE, row, Luma([255])));
                }
            }
        }
        Some(InkLabels {
            writing: GrayImage::from_pixel(width, height, Luma([255])),
            core,
            separator: GrayImage::new(width, height),
        })
    }
}

struct Drawing(GrayImage);

impl Drawing {
    fn new(width: u32, height: u32) -> Self {
        Self(GrayImage::from_pixel(width, height, Luma([255])))
    }

    fn bar(&mut self, x: i32, y: i32, width: i32, height: i32) {
        for (x, y) in (y..y + height).flat_map(|y| (x..x + width).map(move |x| (x, y))) {
            if let Some(pixel) = self.0.get_pixel_mut_checked(x.max(0) as u32, y.max(0) as u32) {
                *pixel = Luma([30]);
            }
        }
    }

    /// Letters 20 pixels high that stand on `y`, every third with an ascender, every fifth with a descender, a gap
    /// after every fourth; the line falls by `slope` rows per column.
    fn line(&mut self, x: i32, y: i32, n_letters: i32, slope: f32) {
        for letter in 0..n_letters {
            let at = x + letter * 22 + letter / 4 * 18;
            let base = y + (slope * (at - x) as f32) as i32;
            let top = if letter % 3 == 0 { base - 36 } else { base - 20 };
            let bottom = if letter % 5 == 4 { base + 14 } else { base };
            self.bar(at, top, 4, base - top);
            self.bar(at + 11, base - 20, 4, bottom - base + 20);
            self.bar(at, base - 20, 14, 4);
        }
    }

    /// A square of this side around a place, with ink where `is_ink` holds for coordinates from -1 to 1.
    fn shape(&mut self, (x, y): (i32, i32), side: i32, is_ink: impl Fn(f32, f32) -> bool) {
        for (right, down) in (-side / 2..=side / 2).flat_map(|down| (-side / 2..=side / 2).map(move |x| (x, down))) {
            let part = |at: i32| 2.0 * at as f32 / side as f32;
            if is_ink(part(right), part(down)) {
                self.bar(x + right, y + down, 1, 1);
            }
        }
    }

    fn marker(&mut self, at: (i32, i32), kind: MarkerKind) {
        let is_tick = |x: f32, y: f32| (y - (0.9 - 1.8 * (x + 0.4).max(-0.6 * (x + 0.4)))).abs() < 0.25 && y < 1.0;
        let is_frame = |x: f32, y: f32| x.abs().max(y.abs()) > 0.75;
        match kind {
            MarkerKind::Bullet => self.shape(at, 14, |x, y| x.hypot(y) <= 1.0),
            MarkerKind::Circle => self.shape(at, 24, |x, y| (0.7..=1.0).contains(&x.hypot(y))),
            MarkerKind::Box => self.shape(at, 30, is_frame),
            MarkerKind::TickedBox => self.shape(at, 30, |x, y| is_frame(x, y) || (x - y).abs() < 0.2),
            MarkerKind::Tick => self.shape(at, 30, is_tick),
            MarkerKind::Arrow => {
                let is_head = |x: f32, y: f32| (1.0 - x - y.abs()).abs() < 0.2 && x > 0.4;
                self.shape(at, 40, |x, y| y.abs() < 0.1 || is_head(x, y));
            }
        }
    }

    fn lines(self) -> Vec<TextLine> {
        self.lines_with_rings(Vec::new())
    }

    fn lines_with_rings(self, rings: Vec<Rect>) -> Vec<TextLine> {
        let (width, height) = self.0.dimensions();
        let lines = segment(&PreparedPage::new(self.0, rings), &NoInkLabels).lines;
        for (place, line) in lines.iter().enumerate() {
            assert_eq!(line.id, LineId(place as u32));
            for point in line.outline.iter().chain(&line.baseline.0) {
                assert!((0.0..=width as f32).contains(&point.x) && (0.0..=height as f32).contains(&point.y));
            }
            assert!(line.bounds.area() > 0.0 && line.outline.len() >= 3 && line.baseline.0.len() >= 2);
        }
        lines
    }
}

fn assert_on_baseline(line: &TextLine, x: f32, y: f32) {
    let found = line.baseline.y_at(x).unwrap();
    assert!((found - y).abs() <= 5.0, "baseline at {found} instead of {y}");
}

#[test]
fn level_lines_are_found_from_top_to_bottom() {
    let mut page = Drawing::new(1000, 800);
    for row in 0..7 {
        page.line(80, 100 + row * 95, 24, 0.0);
    }
    let lines = page.lines();
    assert_eq!(lines.len(), 7);
    for (row, line) in lines.iter().enumerate() {
        assert_on_baseline(line, 300.0, 100.0 + row as f32 * 95.0);
        assert!((15.0..28.0).contains(&line.x_height), "x-height {}", line.x_height);
        // Ascenders and descenders included, neighbours not.
        assert!(line.bounds.height() >= 50.0 && line.bounds.height() < 90.0);
    }
}

/// A list of `n_items` items, `kind` before each, and lines without a marker above and below it.
fn list(kind: MarkerKind, n_items: i32) -> Vec<TextLine> {
    let mut page = Drawing::new(1000, 800);
    page.line(80, 100, 24, 0.0);
    for item in 0..n_items {
        page.marker((90, 190 + item * 90), kind);
        page.line(130, 200 + item * 90, 16, 0.0);
    }
    page.line(80, 200 + n_items * 90, 24, 0.0);
    page.lines()
}

#[test]
fn markers_before_the_items_of_a_list_are_found() {
    for kind in [
        MarkerKind::Bullet,
        MarkerKind::Circle,
        MarkerKind::Box,
        MarkerKind::TickedBox,
        MarkerKind::Tick,
        MarkerKind::Arrow,
    ] {
        let lines = list(kind, 4);
        let found: Vec<Option<MarkerKind>> = lines.iter().map(|line| line.marker.map(|marker| marker.kind)).collect();
        assert_eq!(found, [None, Some(kind), Some(kind), Some(kind), Some(kind), None]);
        for (item, line) in lines[1..5].iter().enumerate() {
            let marker = line.marker.unwrap().bounds;
            assert!(marker.contains(Point::new(90.0, 190.0 + 90.0 * item as f32)) && marker.x1 < 120.0);
            assert!(line.bounds.contains(Point::new(marker.x0 + 2.0, marker.y0 + 2.0)), "{line:?}");
        }
    }
}

#[test]
fn one_dot_or_two_circles_are_no_list() {
    for (kind, n_items) in [(MarkerKind::Bullet, 1), (MarkerKind::Box, 1), (MarkerKind::Circle, 2)] {
        assert!(list(kind, n_items).iter().all(|line| line.marker.is_none()), "{kind:?}");
    }
}

#[test]
fn boxes_with_and_without_a_tick_are_one_list() {
    let mut page = Drawing::new(1000, 400);
    for (row, kind) in (0..).zip([MarkerKind::Box, MarkerKind::TickedBox]) {
        page.marker((90, 90 + row * 90), kind);
        page.line(130, 100 + row * 90, 16, 0.0);
    }
    let kinds: Vec<_> = page.lines().iter().map(|line| line.marker.map(|marker| marker.kind)).collect();
    assert_eq!(kinds, [Some(MarkerKind::Box), Some(MarkerKind::TickedBox)]);
}

#[test]
fn words_in_rings_side_by_side_are_lines_of_their_own_but_one_ring_parts_no_line() {
    let page = || {
        let mut page = Drawing::new(1000, 400);
        (0..3).for_each(|row| page.line(80, 100 + row * 95, 24, 0.0));
        page
    };
    // The second line's letters, from the 5th to the 8th and from the 9th to the 12th.
    let (left, right) = (Rect::new(180.0, 150.0, 285.0, 215.0), Rect::new(286.0, 150.0, 395.0, 215.0));
    assert_eq!(page().lines_with_rings(vec![left]).len(), 3);
    assert_eq!(page().lines_with_rings(vec![left, right]).len(), 4);
}

#[test]
fn pictures_of_one_line_of_two_or_of_a_word_are_found_whole() {
    for (n_lines, n_letters) in [(1, 32), (2, 32), (1, 12), (1, 3), (1, 2)] {
        let mut page = Drawing::new(20 + n_letters as u32 * 27, 20 + n_lines * 60);
        (0..n_lines as i32).for_each(|row| page.line(8, 46 + row * 60, n_letters, 0.0));
        let width = ((n_letters - 1) * 22 + (n_letters - 1) / 4 * 18 + 15) as f32;
        let lines = page.lines();
        assert_eq!(lines.len(), n_lines as usize, "{n_lines} of {n_letters} letters");
        for bounds in lines.iter().map(|line| line.bounds) {
            let is_whole = bounds.width() >= width && bounds.height() >= 36.0;
            assert!(is_whole, "{bounds:?} of {n_lines} lines of {n_letters} letters");
        }
    }
}

#[test]
fn a_tick_that_the_upper_edge_cuts_is_no_line() {
    let mut page = Drawing::new(1000, 800);
    (0..14).for_each(|step| page.bar(60 + step, 40 + 2 * step, 5, 3));
    (0..40).for_each(|step| page.bar(73 + step, 66 - 2 * step, 5, 3));
    (0..6).for_each(|row| page.line(80, 180 + row * 95, 24, 0.0));
    let lines = page.lines();
    assert_eq!(lines.len(), 6);
    assert!(lines.iter().all(|line| line.bounds.y0 > 100.0));
}

#[test]
fn falling_lines_are_followed() {
    let mut page = Drawing::new(1000, 900);
    for row in 0..6 {
        page.line(80, 100 + row * 95, 26, 0.12);
    }
    let lines = page.lines();
    assert_eq!(lines.len(), 6);
    for (row, line) in lines.iter().enumerate() {
        assert_on_baseline(line, 100.0, 102.0 + row as f32 * 95.0);
        assert_on_baseline(line, 600.0, 162.0 + row as f32 * 95.0);
    }
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let mut page = Drawing::new(1500, 700);
    for row in 0..5 {
        page.line(60, 100 + row * 110, 18, 0.0);
        page.line(860, 100 + row * 110, 18, 0.0);
    }
    let lines = page.lines();
    assert_eq!(lines.len(), 10);
    assert!(lines[..5].iter().all(|line| line.bounds.x1 < 700.0));
    assert!(lines[5..].iter().all(|line| line.bounds.x0 > 800.0));
}

#[test]
fn a_brace_is_no_part_of_the_line_that_it_points_to() {
    let mut page = Drawing::new(1200, 500);
    (0..3).for_each(|row| page.line(80, 120 + row * 95, 12, 0.0));
    // Bars that bend outwards in the middle, three lines high.
    (0..240).for_each(|y: i32| page.bar(450 + 30 - (y - 120).abs() / 4, 75 + y, 4, 2));
    page.line(520, 215, 8, 0.0);
    let lines = page.lines();
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line.bounds.x1 < 450.0 || line.bounds.x0 > 490.0));
}

#[test]
fn ruled_paper_leaves_its_writing() {
    let mut page = Drawing::new(1000, 700);
    for row in 0..5 {
        page.bar(0, 101 + row * 110, 1000, 2);
        page.line(80, 100 + row * 110, 20, 0.0);
    }
    assert_eq!(page.lines().len(), 5);
}

#[test]
fn a_touching_descender_goes_with_its_line() {
    let mut page = Drawing::new(1000, 400);
    page.line(80, 120, 24, 0.0);
    page.line(80, 200, 24, 0.0);
    // From the upper line's baseline down to an ascender of the lower one.
    page.bar(212, 120, 4, 48);
    let lines = page.lines();
    assert_eq!(lines.len(), 2, "{:?}", lines.iter().map(|l| l.bounds).collect::<Vec<_>>());
    assert_on_baseline(&lines[0], 300.0, 120.0);
    assert_on_baseline(&lines[1], 300.0, 200.0);
}

#[test]
fn dots_and_commas_stay_with_their_line() {
    let mut page = Drawing::new(1000, 300);
    page.line(80, 150, 20, 0.0);
    page.bar(190, 110, 6, 6);
    let end = 80 + 19 * 22 + 4 * 18 + 40;
    page.bar(end, 146, 6, 12);
    let prepared = PreparedPage::without_enclosures(page.0.clone());
    let lines = page.lines();
    assert_eq!(lines.len(), 1);
    let cut = crop_line(&prepared, &lines[0]).pixels;
    let has_dot =
        (0..12).any(|y| cut.get_pixel(193 - lines[0].bounds.x0 as u32, y + 110 - lines[0].bounds.y0 as u32).0[0] < 100);
    assert!(has_dot);
    assert!(lines[0].bounds.x1 >= end as f32 + 6.0);
}

#[test]
fn a_shadow_beside_a_line_is_not_part_of_it() {
    let mut page = Drawing::new(1000, 300);
    page.line(80, 150, 20, 0.0);
    // Dark at the right, where the sheet is cut off, and fading to the left.
    for (x, y) in (110..170).flat_map(|y| (660..690).map(move |x| (x, y))) {
        page.0.put_pixel(x, y, Luma([(255 - (x - 660) * 5) as u8]));
    }
    let lines = page.lines();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].bounds.x1 < 620.0, "the line ends at {}", lines[0].bounds.x1);
}

/// The page with a label of letters beside its text that runs up or down.
fn with_label(mut page: Drawing, x: u32, y: u32, runs_up: bool) -> Drawing {
    let mut label = Drawing::new(400, 60);
    label.line(10, 42, 4, 0.0);
    label.line(130, 42, 4, 0.0);
    let turn = if runs_up { QuarterTurn::Left } else { QuarterTurn::Right };
    image::imageops::replace(&mut page.0, &turn.turn(&label.0), i64::from(x), i64::from(y));
    page
}

#[test]
fn a_label_that_lies_on_its_side_is_one_line_after_the_others() {
    for runs_up in [true, false] {
        let mut page = Drawing::new(1000, 600);
        (0..6).for_each(|row| page.line(60, 80 + 90 * row, 25, 0.0));
        let page = with_label(page, 800, 100, runs_up);
        let found = segment(&PreparedPage::without_enclosures(page.0), &RowLabeller { max_gap: 34 });
        assert_eq!((found.n_across, found.lines.len()), (6, 7));
        let label = &found.lines[6];
        // Shapes do not show whether a label runs up or down.
        assert!((label.baseline.angle().to_degrees() + 90.0).abs() < 3.0, "{:?}", label.baseline);
        assert!(label.bounds.x0 > 790.0 && label.bounds.y1 - label.bounds.y0 > 180.0, "{:?}", label.bounds);
    }
}

#[test]
fn words_and_figures_in_a_column_are_no_label() {
    let mut page = Drawing::new(1000, 700);
    (0..6).for_each(|row| page.line(60, 80 + 90 * row, 3, 0.0));
    // Figures: taller than wide, as far apart as lines are.
    for row in 0..6 {
        page.bar(600, 50 + 90 * row, 4, 36);
        page.bar(614, 50 + 90 * row, 4, 36);
        page.bar(600, 50 + 90 * row, 18, 4);
    }
    let found = segment(&PreparedPage::without_enclosures(page.0), &RowLabeller { max_gap: 20 });
    assert_eq!(found.n_across, found.lines.len());
}

#[test]
fn an_arrow_that_stands_alone_is_no_line() {
    let mut page = Drawing::new(1000, 600);
    (0..4).for_each(|row| page.line(60, 80 + 90 * row, 20, 0.0));
    page.bar(800, 80, 4, 90);
    (0..12).for_each(|step| {
        page.bar(800 - step, 170 - step, 4, 2);
        page.bar(800 + step, 170 - step, 4, 2);
    });
    assert_eq!(page.lines().len(), 4);
}

#[test]
fn a_line_is_cut_at_narrower_gaps_where_the_tuning_says_so() {
    let mut page = Drawing::new(1000, 400);
    (0..3).for_each(|row| page.line(80, 100 + row * 95, 24, 0.0));
    let page = PreparedPage::without_enclosures(page.0);
    let mut tuning = SegmentTuning::default();
    assert_eq!(segment_tuned(&page, &NoInkLabels, &tuning), segment(&page, &NoInkLabels));
    assert_eq!(segment(&page, &NoInkLabels).lines.len(), 3);
    tuning.gap_cuts.max_gap_letters = 0.5;
    assert_eq!(segment_tuned(&page, &NoInkLabels, &tuning).lines.len(), 18);
}

#[test]
fn pages_without_writing_have_no_lines() {
    for value in [0, 128, 255] {
        for (width, height) in [(0, 0), (1, 1), (3, 900), (640, 480)] {
            let gray = GrayImage::from_pixel(width, height, Luma([value]));
            assert_eq!(segment(&PreparedPage::without_enclosures(gray), &NoInkLabels).lines, []);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_drawing_gives_lines_inside_the_page_and_the_same_ones_twice(
        size in (1u32..500, 1u32..400),
        bars in prop::collection::vec((-20i32..500, -20i32..400, 1i32..160, 1i32..90), 0..60),
    ) {
        let draw = || {
            let mut page = Drawing::new(size.0, size.1);
            for &(x, y, width, height) in &bars {
                page.bar(x, y, width / (1 + height / 8), height);
            }
            page.lines()
        };
        prop_assert_eq!(draw(), draw());
    }

    #[test]
    fn noise_never_panics(width in 1u32..300, height in 1u32..300, seed in 1u32..u32::MAX) {
        let mut state = seed;
        let gray = GrayImage::from_fn(width, height, |_, _| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            Luma([(state >> 24) as u8])
        });
        let lines = segment(&PreparedPage::without_enclosures(gray), &NoInkLabels).lines;
        prop_assert!(lines.len() <= 40, "{} lines in noise", lines.len());
    }
}
