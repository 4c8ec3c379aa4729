//! The corners of the sheet or board in a photo, proposed for the correction of its perspective.
//!
//! The convex hull of the sheet's blocks is simplified, and the smallest quadrilateral whose sides lie along edges of
//! the hull is taken. Its sides are then moved onto the step in brightness along the sheet's real edge.

use image::{GrayImage, imageops};

use super::perspective::Corners;
use crate::{
    imaging::{
        page_image::{PageImage, legible_gray},
        prepare::{
            polarity::{PolarityTuning, is_dark_board},
            sampled,
            sheet_region::{SheetRegion, SheetRegionTuning},
            sheets::{SheetsTuning, find_sheets},
        },
        raster::page_side::measuring_factor,
    },
    numerics::median::median,
    page::Point,
};

/// The fraction of the photo that a sheet covers, at most: a larger one needs no corners. No measurement recorded
/// (commit 6ca9403).
const MAX_COVER: f32 = 0.94;
/// The area of the quadrilateral over that of the sheet's hull, at most: more is no sheet in perspective. No
/// measurement recorded (commit 6ca9403).
const MAX_EXCESS: f32 = 1.12;
/// The angle by which the outline turns at a sheet's corner, at least and at most, in degrees. No measurement recorded
/// (commit 6ca9403).
const CORNER_TURN: (f32, f32) = (50.0, 130.0);
/// How much the turn at a corner differs from 90°, at least, for a sheet to be seen from the side, in degrees. No
/// measurement recorded (commit 599ff22).
const MIN_ASLANT: f32 = 4.0;
/// The edges of the hull among which sides are looked for, at most: the search is of the fourth power. No measurement
/// recorded (commit 5f167eb).
const MAX_EDGES: usize = 16;
/// Samples on each side at which the sheet's edge is looked for. No measurement recorded (commit 6ca9403).
const N_PLACES: usize = 60;
/// How far from the quadrilateral the edge is looked for, as a fraction of the photo's longer side. No measurement
/// recorded (commit 6ca9403).
const REACH: f32 = 0.015;
/// The fraction of a side near either corner that has no samples: sheets have round or bent corners. No measurement
/// recorded (commit 6ca9403).
const SIDE_ENDS: f32 = 0.08;

/// The corners of the sheet or board that `page` shows: top left, top right, bottom right, bottom left, in page pixels.
/// `None` where the photo shows nothing but the page, several sheets, or no sheet that stands out from what is around
/// it.
pub fn propose_corners(page: &PageImage) -> Option<[Point; 4]> {
    let factor = measuring_factor((page.width(), page.height()));
    let small = sampled(&page.pixels, factor);
    let mut gray = legible_gray(&small);
    let is_inverted = is_dark_board(&gray, &PolarityTuning::default());
    if is_inverted {
        imageops::invert(&mut gray);
    }
    // Cutting out one of several sheets would lose the others.
    if !is_inverted && !find_sheets(&small, factor, &SheetsTuning::default()).is_empty() {
        return None;
    }
    let region = SheetRegion::find(&small, is_inverted, &SheetRegionTuning::default())?;
    let (width, height) = (small.width() as f32, small.height() as f32);
    let outline = region.outline((width, height));
    let hull = convex_hull(outline);
    let quad = four_sides(hull.clone())?;
    let sheet = area(&hull);
    if sheet > MAX_COVER * width * height || area(&quad) > MAX_EXCESS * sheet {
        return None;
    }
    let refined = refined(&quad, &gray, REACH * width.max(height));
    let corners = refined.filter(|refined| is_sheet(refined) && (0.85..1.15).contains(&(area(refined) / area(&quad))));
    let corners = from_top_left(corners.unwrap_or(quad));
    is_sheet(&corners).then(|| {
        corners.map(|p| {
            Point::new(
                (p.x * factor as f32).clamp(0.0, page.width() as f32),
                (p.y * factor as f32).clamp(0.0, page.height() as f32),
            )
        })
    })
}

/// Whether the sheet with these corners is seen from the side, so that rectifying it changes its shape.
pub fn are_seen_aslant(corners: &Corners) -> bool {
    corner_turns(corners).any(|turn| (turn - 90.0).abs() > MIN_ASLANT)
}

/// Twice the signed area of a triangle, above 0 where it runs clockwise on the page.
fn cross(a: Point, b: Point, c: Point) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// The convex hull, clockwise on the page (Andrew's monotone chain).
fn convex_hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let half = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            while chain.len() >= 2 && cross(chain[chain.len() - 2], chain[chain.len() - 1], point) <= 0.0 {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut hull = half(&mut points.iter().copied());
    hull.extend(half(&mut points.iter().rev().copied()));
    hull
}

fn area(polygon: &[Point]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f32>().abs() / 2.0
}

/// The smallest quadrilateral around a convex polygon whose sides lie along edges of the polygon.
fn four_sides(hull: Vec<Point>) -> Option<[Point; 4]> {
    let hull = with_fewer_edges(hull);
    let n = hull.len();
    let side = |i: usize| (hull[i], hull[(i + 1) % n]);
    // Two sides meet in a corner if the outline turns from one to the other by less than half a turn.
    let corner = |i: usize, j: usize| {
        let ((a, b), (c, d)) = (side(i), side(j));
        let turns_on = (b.x - a.x) * (d.y - c.y) > (b.y - a.y) * (d.x - c.x);
        if turns_on { meeting((a, b), (c, d)) } else { None }
    };
    let pairs = || (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    let opposite = pairs().flat_map(|(i, k)| (i + 1..k).flat_map(move |j| (k + 1..n).map(move |l| (i, j, k, l))));
    let quads = opposite.filter_map(|(i, j, k, l)| Some([corner(l, i)?, corner(i, j)?, corner(j, k)?, corner(k, l)?]));
    quads.min_by(|a, b| area(a).total_cmp(&area(b)))
}

/// The polygon with at most [`MAX_EDGES`] edges. Edges are dropped one by one, each time the one that adds least area
/// when its neighbours are extended until they meet.
fn with_fewer_edges(mut hull: Vec<Point>) -> Vec<Point> {
    while hull.len() > MAX_EDGES {
        let n = hull.len();
        let dropped = |i: usize| {
            let (before, a, b, after) = (hull[(i + n - 1) % n], hull[i], hull[(i + 1) % n], hull[(i + 2) % n]);
            let tip = meeting((before, a), (b, after))?;
            // The neighbours meet beyond the edge, not behind it.
            (cross(a, tip, b) > 0.0).then(|| (i, tip, cross(a, tip, b)))
        };
        let Some((i, tip, _)) = (0..n).filter_map(dropped).min_by(|a, b| a.2.total_cmp(&b.2)) else { break };
        hull[i] = tip;
        hull.remove((i + 1) % n);
    }
    hull
}

/// The intersection of the straight lines through two pairs of points; `None` where they are nearly parallel.
fn meeting((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let (along, other) = (Point::new(b.x - a.x, b.y - a.y), Point::new(d.x - c.x, d.y - c.y));
    let turn = along.x * other.y - along.y * other.x;
    let part = ((c.x - a.x) * other.y - (c.y - a.y) * other.x) / turn;
    (turn.abs() > 1e-3 * a.distance(b) * c.distance(d)).then(|| Point::new(a.x + part * along.x, a.y + part * along.y))
}

/// Whether the corners turn as those of a sheet seen in perspective do.
fn is_sheet(corners: &[Point; 4]) -> bool {
    corner_turns(corners).all(|turn| (CORNER_TURN.0..=CORNER_TURN.1).contains(&turn))
}

/// The angle by which the outline turns at each corner, in degrees.
fn corner_turns(corners: &[Point; 4]) -> impl Iterator<Item = f32> {
    (0..4).map(|i| {
        let (a, b, c) = (corners[i], corners[(i + 1) % 4], corners[(i + 2) % 4]);
        cross(a, b, c).atan2((b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y)).to_degrees()
    })
}

/// Corners in clockwise order, from the one nearest to the photo's left upper corner.
fn from_top_left(mut corners: [Point; 4]) -> [Point; 4] {
    let first = (0..4).min_by(|&a, &b| (corners[a].x + corners[a].y).total_cmp(&(corners[b].x + corners[b].y)));
    corners.rotate_left(first.unwrap_or(0));
    corners
}

/// The quadrilateral with its sides moved onto the sheet's edge, where brightness falls most steeply; `None` where two
/// of the moved sides are parallel.
fn refined(quad: &[Point; 4], gray: &GrayImage, reach: f32) -> Option<[Point; 4]> {
    let sides: Vec<(Point, Point)> = (0..4).map(|i| moved_side(quad[i], quad[(i + 1) % 4], gray, reach)).collect();
    let corner = |i: usize| meeting(sides[(i + 3) % 4], sides[i]);
    Some([corner(0)?, corner(1)?, corner(2)?, corner(3)?])
}

/// The side from `a` to `b`, moved onto the sheet's edge: a straight line through the median offsets of its two halves.
fn moved_side(a: Point, b: Point, gray: &GrayImage, reach: f32) -> (Point, Point) {
    let len = a.distance(b).max(1.0);
    // Clockwise corners: outwards is to the left.
    let outwards = Point::new((b.y - a.y) / len, (a.x - b.x) / len);
    let at = |part: f32| Point::new(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part);
    let offset_at = |part: f32| steepest_fall(gray, at(part), outwards, reach).map(|offset| (part, offset));
    let part_of = |i: usize| SIDE_ENDS + (1.0 - 2.0 * SIDE_ENDS) * i as f32 / (N_PLACES - 1) as f32;
    let offsets: Vec<(f32, f32)> = (0..N_PLACES).filter_map(|i| offset_at(part_of(i))).collect();
    if offsets.len() < N_PLACES / 2 {
        return (a, b);
    }
    let middle = |half: &[(f32, f32)]| (median(half.iter().map(|at| at.0)), median(half.iter().map(|at| at.1)));
    let (first, second) = offsets.split_at(offsets.len() / 2);
    let ((part0, offset0), (part1, offset1)) = (middle(first), middle(second));
    let slope = (offset1 - offset0) / (part1 - part0).max(0.1);
    let moved = |p: Point, part: f32| {
        let offset = offset0 + slope * (part - part0);
        Point::new(p.x + outwards.x * offset, p.y + outwards.y * offset)
    };
    (moved(a, 0.0), moved(b, 1.0))
}

/// The offset from `place`, in pixels outwards and at most `reach` either way, at which brightness falls most steeply;
/// `None` where it falls by less than a tenth or the photo ends.
fn steepest_fall(gray: &GrayImage, place: Point, outwards: Point, reach: f32) -> Option<f32> {
    let value = |offset: f32| {
        let (x, y) = (place.x + outwards.x * offset, place.y + outwards.y * offset);
        let is_inside = x >= 0.0 && y >= 0.0 && x < gray.width() as f32 && y < gray.height() as f32;
        is_inside.then(|| f32::from(gray.get_pixel(x as u32, y as u32).0[0]))
    };
    let n = (2.0 * reach) as i32;
    let falls = (0..=n).filter_map(|i| {
        let offset = i as f32 - reach;
        let inside: f32 = [1.0, 2.0, 3.0].iter().map(|d| value(offset - d)).sum::<Option<f32>>()?;
        let outside: f32 = [1.0, 2.0, 3.0].iter().map(|d| value(offset + d)).sum::<Option<f32>>()?;
        Some((offset, (inside - outside) / inside.max(1.0)))
    });
    falls.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|fall| fall.1 > 0.1).map(|fall| fall.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Rgb, RgbImage};

    /// A photo of a white sheet with these corners on a dark table.
    fn photo(corners: [Point; 4]) -> PageImage {
        let image = RgbImage::from_fn(1200, 900, |x, y| {
            let place = Point::new(x as f32 + 0.5, y as f32 + 0.5);
            let is_sheet = (0..4).all(|i| cross(corners[i], corners[(i + 1) % 4], place) > 0.0);
            Rgb(if is_sheet { [225; 3] } else { [90, 70, 50] })
        });
        PageImage::from_image(&DynamicImage::ImageRgb8(image))
    }

    #[test]
    fn a_sheet_seen_from_the_side_has_its_corners_found() {
        let corners = [[190.0, 60.0], [1000.0, 90.0], [1120.0, 840.0], [80.0, 860.0]].map(Point::from);
        let found = propose_corners(&photo(corners)).expect("a sheet");
        for (found, corner) in found.into_iter().zip(corners) {
            assert!(found.distance(corner) < 12.0, "{found:?} instead of {corner:?}");
        }
    }

    #[test]
    fn a_sheet_turned_on_the_table_is_not_aslant() {
        let turned = [[100.0, 50.0], [500.0, 90.0], [470.0, 390.0], [70.0, 350.0]].map(Point::from);
        assert!(!are_seen_aslant(&turned));
        let from_below = [[150.0, 50.0], [450.0, 50.0], [500.0, 390.0], [100.0, 390.0]].map(Point::from);
        assert!(are_seen_aslant(&from_below));
    }

    #[test]
    fn uneven_blocks_along_a_side_do_not_mislead() {
        // Blocks of a sheet, rounded at its corners, with one side much longer than what is left of another's end.
        let hull = [
            [55.8, 748.6],
            [55.8, 740.6],
            [63.7, 708.8],
            [175.3, 278.7],
            [223.1, 95.6],
            [231.1, 71.7],
            [278.9, 71.7],
            [709.1, 95.6],
            [852.5, 103.5],
            [995.9, 111.5],
            [1027.8, 119.5],
            [1035.8, 127.4],
            [1043.7, 167.2],
            [1091.5, 414.1],
            [1131.4, 621.2],
            [1163.2, 788.4],
            [1163.2, 820.3],
            [1083.6, 820.3],
            [239.0, 764.5],
            [119.5, 756.6],
        ];
        let hull = hull.map(Point::from).to_vec();
        let quad = four_sides(hull.clone()).expect("a sheet");
        assert!(area(&quad) < 1.05 * area(&hull), "{quad:?}");
    }

    #[test]
    fn a_page_without_surroundings_has_no_corners() {
        let scan = photo([[-5.0, -5.0], [1300.0, -5.0], [1300.0, 1000.0], [-5.0, 1000.0]].map(Point::from));
        assert_eq!(propose_corners(&scan), None);
        for (width, height) in [(0, 0), (1, 1), (3, 300)] {
            let tiny = PageImage::from_image(&DynamicImage::new_rgb8(width, height));
            assert_eq!(propose_corners(&tiny), None);
        }
    }

    #[test]
    fn a_round_table_is_no_sheet() {
        let image = RgbImage::from_fn(1200, 900, |x, y| {
            Rgb(if (x as f32 - 600.0).hypot(y as f32 - 450.0) < 380.0 { [225; 3] } else { [80; 3] })
        });
        assert_eq!(propose_corners(&PageImage::from_image(&DynamicImage::ImageRgb8(image))), None);
    }
}
