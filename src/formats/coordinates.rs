//! Coordinates as PAGE XML, ALTO and hOCR write them: whole pixels, none below 0.

use crate::page::{Point, Rect};

/// The points of "x,y x,y …" or "x y x y …". Whatever is no finite number is left out.
pub(super) fn parse_points(text: &str) -> Vec<Point> {
    let numbers: Vec<f32> = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter_map(|number| number.parse().ok())
        .filter(|number: &f32| number.is_finite())
        .collect();
    numbers.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect()
}

/// "x,y x,y …".
pub(super) fn format_points(points: &[Point]) -> String {
    let pairs = points.iter().map(|p| format!("{},{}", whole_pixel(p.x), whole_pixel(p.y)));
    pairs.collect::<Vec<_>>().join(" ")
}

/// The upright box around points, inside a page of this width and height: left, top, width, height.
pub(super) fn upright_box(points: &[Point], [width, height]: [u32; 2]) -> [u32; 4] {
    let around = Rect::around(points.iter().copied()).unwrap_or_default();
    let (left, right) = (whole_pixel(around.x0).min(width), whole_pixel(around.x1).min(width));
    let (top, bottom) = (whole_pixel(around.y0).min(height), whole_pixel(around.y1).min(height));
    [left, top, right - left, bottom - top]
}

/// The nearest whole pixel, 0 for those outside.
pub(super) fn whole_pixel(at: f32) -> u32 {
    at.max(0.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_parted_by_commas_or_blanks() {
        let expected = [Point::new(1.0, 2.0), Point::new(3.5, -4.0)];
        assert_eq!(parse_points("1,2 3.5,-4"), expected);
        assert_eq!(parse_points(" 1 2\n3.5 -4 7"), expected);
    }

    #[test]
    fn boxes_and_places_stay_on_the_page() {
        let points = [[-3.0, 4.4], [20.6, 90.0]].map(Point::from);
        assert_eq!(format_points(&points), "0,4 21,90");
        assert_eq!(upright_box(&points, [10, 50]), [0, 4, 10, 46]);
        assert_eq!(upright_box(&[], [10, 50]), [0; 4]);
    }
}
