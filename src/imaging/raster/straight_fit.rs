//! Straight lines of least squares.

use crate::page::Point;

/// The line of least squares through points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StraightFit {
    /// Mean of the points, which the line passes through.
    pub(crate) mean: Point,
    /// Rise of y per x; 0 where all x are the same.
    pub(crate) slope: f32,
}

/// The line of least squares through `points`, in any space; there must be one at least.
pub(crate) fn straight_fit(points: impl Iterator<Item = Point> + Clone) -> StraightFit {
    let (mut n, mut sum) = (0.0, Point::default());
    for Point { x, y } in points.clone() {
        n += 1.0;
        (sum.x, sum.y) = (sum.x + x, sum.y + y);
    }
    let (mean_x, mean_y) = (sum.x / n, sum.y / n);
    let (mut products, mut squares) = (0.0, 0.0);
    for Point { x, y } in points {
        products += (x - mean_x) * (y - mean_y);
        squares += (x - mean_x) * (x - mean_x);
    }
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    StraightFit { mean: Point::new(mean_x, mean_y), slope }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_give_the_line_and_one_point_a_level_one() {
        let fit = straight_fit([[1.0, 3.0], [2.0, 5.0], [4.0, 9.0]].map(Point::from).into_iter());
        assert!((fit.slope - 2.0).abs() < 1e-5 && (fit.mean.y - fit.slope * fit.mean.x - 1.0).abs() < 1e-5);
        let one = Point::new(5.0, 2.0);
        assert_eq!(straight_fit(std::iter::once(one)), StraightFit { mean: one, slope: 0.0 });
    }
}
