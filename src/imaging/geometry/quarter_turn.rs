//! Quarter turns of pages that lie on a side or stand on their head.

use image::{GrayImage, imageops};

use crate::page::Point;

/// The turn, clockwise, that sets a page's writing upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuarterTurn {
    /// The page is upright.
    #[default]
    None,
    /// By 90°: the page's left side becomes its top.
    Right,
    /// By 180°.
    Over,
    /// By 270°: the page's right side becomes its top.
    Left,
}

impl QuarterTurn {
    /// In degrees clockwise: 0, 90, 180 or 270.
    pub const fn degrees(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Right => 90,
            Self::Over => 180,
            Self::Left => 270,
        }
    }

    /// This turn and half a turn more.
    #[must_use]
    pub const fn and_over(self) -> Self {
        match self {
            Self::None => Self::Over,
            Self::Right => Self::Left,
            Self::Over => Self::None,
            Self::Left => Self::Right,
        }
    }

    /// This turn and `next` after it.
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        match (self.degrees() + next.degrees()) % 360 {
            90 => Self::Right,
            180 => Self::Over,
            270 => Self::Left,
            _ => Self::None,
        }
    }

    /// The turned image.
    pub(crate) fn turn(self, gray: &GrayImage) -> GrayImage {
        match self {
            Self::None => gray.clone(),
            Self::Right => imageops::rotate90(gray),
            Self::Over => imageops::rotate180(gray),
            Self::Left => imageops::rotate270(gray),
        }
    }

    /// The point of the image before the turn, of this size, that lies at a point of the turned image.
    pub(crate) fn undo(self, p: Point, (width, height): (f32, f32)) -> Point {
        match self {
            Self::None => p,
            Self::Right => Point::new(p.y, height - p.x),
            Self::Over => Point::new(width - p.x, height - p.y),
            Self::Left => Point::new(width - p.y, p.x),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn places_go_back_to_where_their_pixels_were() {
        let mut gray = GrayImage::new(7, 4);
        gray.put_pixel(5, 1, Luma([9]));
        for turn in [QuarterTurn::None, QuarterTurn::Right, QuarterTurn::Over, QuarterTurn::Left] {
            let turned = turn.turn(&gray);
            let (x, y, _) = turned.enumerate_pixels().find(|(_, _, pixel)| pixel.0[0] == 9).unwrap();
            let back = turn.undo(Point::new(x as f32 + 0.5, y as f32 + 0.5), (7.0, 4.0));
            assert_eq!(back, Point::new(5.5, 1.5), "{turn:?}");
            assert_eq!(turn.and_over().degrees(), (turn.degrees() + 180) % 360);
        }
    }
}
