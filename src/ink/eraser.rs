//! The eraser that takes away the ink it touches and leaves the rest of the stroke.

use crate::page::Point;

use super::stroke::Stroke;

/// The parts of `stroke` farther than `radius` pixels from all points of `path`; `None` if the path does not touch it.
///
/// Segments are cut where the eraser's edge runs, to a quarter of its radius.
pub(super) fn left_by(stroke: &Stroke, path: &[Point], radius: f32) -> Option<Vec<Stroke>> {
    if !path.iter().any(|&point| stroke.touches(point, radius)) {
        return None;
    }
    let fine = with_steps_below(stroke, radius / 4.0);
    let is_kept = |index: usize| {
        let reach = radius + fine.width_at(index) / 2.0;
        !path.iter().any(|point| point.distance(fine.points[index]) <= reach)
    };
    let mut parts = Vec::new();
    let mut start = None;
    for index in 0..=fine.points.len() {
        match (start, index < fine.points.len() && is_kept(index)) {
            (None, true) => start = Some(index),
            (Some(from), false) => {
                parts.push(fine.part(from..index));
                start = None;
            }
            _ => {}
        }
    }
    // What is left of a long stroke as a single point is a crumb, and not a dot.
    let is_dot = stroke.points.len() == 1;
    parts.retain(|part| is_dot || part.points.len() > 1);
    Some(parts)
}

/// The same stroke with points at most `step` pixels apart.
fn with_steps_below(stroke: &Stroke, step: f32) -> Stroke {
    let mut fine = Stroke { points: Vec::new(), pressures: Vec::new(), ..stroke.clone() };
    let has_pressures = !stroke.pressures.is_empty();
    let mut push = |point: Point, width: f32| {
        fine.points.push(point);
        if has_pressures {
            fine.pressures.push(if stroke.width > 0.0 { width / stroke.width } else { 1.0 });
        }
    };
    if let Some(&first) = stroke.points.first() {
        push(first, stroke.width_at(0));
    }
    for (index, pair) in stroke.points.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        let n_steps = (a.distance(b) / step.max(0.1)).ceil().clamp(1.0, 10_000.0) as usize;
        let (from, to) = (stroke.width_at(index), stroke.width_at(index + 1));
        for number in 1..=n_steps {
            let t = number as f32 / n_steps as f32;
            push(Point::new(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)), from + t * (to - from));
        }
    }
    fine
}

/// `path` with points at most `radius` apart, so that an eraser moved fast leaves no gaps.
pub(super) fn dense(path: &[Point], radius: f32) -> Vec<Point> {
    with_steps_below(&Stroke::new(path.to_vec(), 0.0), radius).points
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn level(from: f32, to: f32) -> Stroke {
        Stroke::new(vec![Point::new(from, 0.0), Point::new(to, 0.0)], 2.0)
    }

    #[test]
    fn a_stroke_is_parted_where_the_eraser_went() {
        let parts = left_by(&level(0.0, 100.0), &[Point::new(50.0, 3.0)], 8.0).unwrap();
        assert_eq!(parts.len(), 2);
        let ends = [parts[0].points.last().unwrap().x, parts[1].points[0].x];
        assert!((38.0..43.0).contains(&ends[0]) && (57.0..62.0).contains(&ends[1]), "{ends:?}");
        assert_eq!(left_by(&level(0.0, 100.0), &[Point::new(50.0, 20.0)], 8.0), None);
        assert_eq!(left_by(&level(48.0, 52.0), &[Point::new(50.0, 0.0)], 8.0), Some(Vec::new()));
    }

    #[test]
    fn thickness_stays_with_the_parts() {
        let stroke = Stroke { pressures: vec![0.2, 1.0], ..level(0.0, 100.0) };
        let parts = left_by(&stroke, &[Point::new(50.0, 0.0)], 8.0).unwrap();
        assert_eq!(parts[0].points.len(), parts[0].pressures.len());
        assert!((parts[0].pressures[0] - 0.2).abs() < 1e-5 && (parts[1].pressures.last().unwrap() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_fast_eraser_leaves_no_gaps() {
        let path = dense(&[Point::new(0.0, 0.0), Point::new(100.0, 0.0)], 8.0);
        assert_eq!(left_by(&level(10.0, 90.0), &path, 8.0), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn nothing_is_left_under_the_eraser(x in -10.0_f32..110.0, y in -20.0_f32..20.0, radius in 2.0_f32..20.0) {
            let eraser = Point::new(x, y);
            for part in left_by(&level(0.0, 100.0), &[eraser], radius).unwrap_or_default() {
                prop_assert!(part.points.iter().all(|point| point.distance(eraser) > radius));
            }
        }
    }
}
