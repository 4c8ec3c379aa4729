//! Line extraction: the image of one line, turned upright, with its baseline level, and blank outside of its outline
//! and where a list's marker stands.

use image::{GrayImage, Luma};

use super::{line_frame::LineFrame, line_image::LineImage};
use crate::{
    imaging::{prepared_page::PreparedPage, raster::sampling::gray_on_paper},
    page::{Baseline, Point, Rect, TextLine},
};

/// The tight image of `line`: turned so that it runs from left to right, pixels outside the outline and of a list's
/// marker are paper, columns are moved so that the baseline is level. Works for any outline, such as a box drawn by
/// hand; without baseline nothing is turned or moved. A line that lies outside the page gives one pixel of paper.
pub fn crop_line(page: &PreparedPage, line: &TextLine) -> LineImage {
    let frame = LineFrame::of(&line.baseline, page.gray().dimensions());
    let corners = line.bounds.corners();
    let outline = if line.outline.len() < 3 { &corners[..] } else { &line.outline };
    let outline: Vec<Point> = outline.iter().map(|&point| frame.frame_from_page(point)).collect();
    let baseline = Baseline(line.baseline.0.iter().map(|&point| frame.frame_from_page(point)).collect());
    let spans = column_spans(&outline, frame.size);
    let level = mean_level(&baseline, &spans);
    let shift_at = |x: u32| baseline.y_at(x as f32 + 0.5).map_or(0.0, |y| y - level);
    let moved = spans.iter().flat_map(|column| {
        let shift = shift_at(column.x);
        column.spans.iter().map(move |&(top, bottom)| (top as f32 - shift, bottom as f32 - shift))
    });
    let (top, bottom) = moved.fold((f32::MAX, f32::MIN), |(top, bottom), (t, b)| (top.min(t), bottom.max(b)));
    let marker = line.marker.map(|marker| marker.bounds);
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return blank() };
    // A hundredth of a pixel of tolerance: turned points are not exact in floating point.
    let (top, bottom) = ((top + 0.01).floor(), (bottom - 0.01).ceil());
    let (width, height) = (last.x - first.x + 1, (bottom - top).max(1.0) as u32);
    let mut pixels = GrayImage::from_pixel(width, height, Luma([255]));
    for column in &spans {
        let shift = shift_at(column.x);
        for y in 0..height {
            let source_y = y as f32 + top + shift;
            pixels.put_pixel(column.x - first.x, y, Luma([column.sample(page.gray(), &frame, source_y, marker)]));
        }
    }
    LineImage::from_gray(pixels)
}

fn blank() -> LineImage {
    LineImage::from_gray(GrayImage::from_pixel(1, 1, Luma([255])))
}

/// The mean row of the baseline over the line's columns; 0 without a baseline.
fn mean_level(baseline: &Baseline, columns: &[Column]) -> f32 {
    let heights: Vec<f32> = columns.iter().filter_map(|column| baseline.y_at(column.x as f32 + 0.5)).collect();
    heights.iter().sum::<f32>() / heights.len().max(1) as f32
}

/// The rows inside an outline in one column of a line's frame.
struct Column {
    x: u32,
    /// The first row of each span and the row behind its last.
    spans: Vec<(u32, u32)>,
}

impl Column {
    /// The page's value at row `y` of the frame, between rows linear; paper outside of the spans and on a list's
    /// marker.
    fn sample(&self, gray: &GrayImage, frame: &LineFrame, y: f32, marker: Option<Rect>) -> u8 {
        let low = y.floor();
        let part = y - low;
        let value = |row: f32| {
            let is_inside = row >= 0.0 && self.spans.iter().any(|&(top, bottom)| (top..bottom).contains(&(row as u32)));
            let place = frame.page_from_frame(Point::new(self.x as f32 + 0.5, row + 0.5));
            let is_blank = !is_inside || marker.is_some_and(|marker| marker.contains(place));
            if is_blank { 255.0 } else { gray_on_paper(gray, place) }
        };
        let upper = value(low);
        (if part > 0.0 { upper + (value(low + 1.0) - upper) * part } else { upper }).round() as u8
    }
}

/// The spans inside the polygon of every column of a frame of this size, by the even-odd rule at the columns' middles.
fn column_spans(outline: &[Point], (width, height): (u32, u32)) -> Vec<Column> {
    let Some(bounds) = Rect::around(outline.iter().copied().filter(|p| p.x.is_finite() && p.y.is_finite())) else {
        return Vec::new();
    };
    let first = bounds.x0.clamp(0.0, width as f32).floor() as u32;
    let end = (bounds.x1.clamp(0.0, width as f32).ceil() as u32).min(width);
    let edges = || outline.iter().zip(outline.iter().cycle().skip(1));
    (first..end)
        .map(|x| {
            let middle = x as f32 + 0.5;
            let mut crossings: Vec<f32> = edges()
                .filter(|(a, b)| (a.x <= middle) != (b.x <= middle))
                .map(|(a, b)| a.y + (b.y - a.y) * (middle - a.x) / (b.x - a.x))
                .collect();
            crossings.sort_by(f32::total_cmp);
            let row = |y: f32| y.round().clamp(0.0, height as f32) as u32;
            let spans = crossings.chunks_exact(2).map(|pair| (row(pair[0]), row(pair[1])));
            Column { x, spans: spans.filter(|span| span.0 < span.1).collect() }
        })
        .filter(|column| !column.spans.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{ListMarker, MarkerKind};

    fn line(outline: Vec<Point>, baseline: Vec<Point>) -> TextLine {
        TextLine::within(outline, Baseline(baseline))
    }

    fn rect(x0: f32, y0: f32, x1: f32, y1: f32) -> Vec<Point> {
        [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(Point::from).to_vec()
    }

    /// A stroke two rows thick that falls one row in ten columns, from row 40.
    fn sloping() -> PreparedPage {
        let mut gray = GrayImage::from_pixel(200, 100, Luma([255]));
        for x in 0..200 {
            for y in 0..2 {
                gray.put_pixel(x, 40 + x / 10 + y, Luma([0]));
            }
        }
        PreparedPage::without_enclosures(gray)
    }

    #[test]
    fn a_sloping_baseline_becomes_level() {
        let line = line(rect(0.0, 20.0, 200.0, 80.0), vec![Point::new(0.0, 42.0), Point::new(200.0, 62.0)]);
        let cut = crop_line(&sloping(), &line).pixels;
        assert!(cut.height() < 90, "the line is turned, not only its columns moved");
        let darkest = |x: u32| (0..cut.height()).min_by_key(|&y| cut.get_pixel(x, y).0[0]).unwrap();
        for x in (20..180).step_by(13) {
            assert!(darkest(x).abs_diff(darkest(100)) <= 1, "column {x}");
        }
    }

    #[test]
    fn a_drawn_box_is_cut_as_it_is_and_clipped_to_the_page() {
        let page = sloping();
        assert_eq!(crop_line(&page, &line(rect(10.0, 30.0, 60.0, 70.0), Vec::new())).pixels.dimensions(), (50, 40));
        let clipped = crop_line(&page, &line(rect(150.0, -20.0, 900.0, 300.0), Vec::new()));
        assert_eq!(clipped.pixels.dimensions(), (50, 100));
        for outside in [rect(500.0, 0.0, 600.0, 50.0), rect(10.0, 10.0, 10.0, 10.0), Vec::new()] {
            assert_eq!(crop_line(&page, &line(outside, Vec::new())).pixels.dimensions(), (1, 1));
        }
    }

    #[test]
    fn ink_outside_of_the_outline_is_blanked() {
        let triangle = vec![Point::new(0.0, 0.0), Point::new(200.0, 0.0), Point::new(0.0, 100.0)];
        let cut = crop_line(&sloping(), &line(triangle, Vec::new())).pixels;
        assert_eq!(cut.get_pixel(10, 41).0[0], 0);
        assert_eq!(cut.get_pixel(190, 59).0[0], 255);
    }

    #[test]
    fn the_marker_of_a_list_is_blanked() {
        let marked = TextLine {
            marker: Some(ListMarker { kind: MarkerKind::Bullet, bounds: Rect::new(10.0, 30.0, 40.0, 60.0) }),
            ..line(rect(0.0, 20.0, 200.0, 80.0), Vec::new())
        };
        let cut = crop_line(&sloping(), &marked).pixels;
        let has_ink = |x: u32| (0..cut.height()).any(|y| cut.get_pixel(x, y).0[0] == 0);
        assert!(has_ink(5) && !(10..40).any(has_ink) && has_ink(40));
    }

    #[test]
    fn a_line_that_runs_upwards_is_cut_upright() {
        // A long stroke from the bottom to the top, with a short one to its left near its beginning: above the line.
        let mut gray = GrayImage::from_pixel(100, 200, Luma([255]));
        (20..180).for_each(|y| gray.put_pixel(50, y, Luma([0])));
        (40..48).for_each(|x| gray.put_pixel(x, 170, Luma([0])));
        let line = line(rect(35.0, 10.0, 55.0, 190.0), vec![Point::new(51.0, 190.0), Point::new(51.0, 10.0)]);
        let cut = crop_line(&PreparedPage::without_enclosures(gray), &line).pixels;
        assert_eq!(cut.dimensions(), (180, 20));
        assert!((10..170).all(|x| cut.get_pixel(x, 15).0[0] < 10), "the stroke lies level, below");
        assert!((5..13).all(|y| cut.get_pixel(19, y).0[0] < 10), "what was left of it stands above its beginning");
    }
}
