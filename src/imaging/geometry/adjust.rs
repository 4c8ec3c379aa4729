//! The user's adjustments of a page before it is read: cropping by its corners, quarter turns, clean-up. They apply to
//! the page as it was opened, so that each can be changed or undone at any time.

use image::imageops;
use serde::{Deserialize, Serialize};

use super::perspective::{Corners, Homography, are_corners_of_a_sheet, rectified_size, rectify};
use crate::{
    imaging::{page_image::PageImage, prepare::clean_up::CleanUp},
    page::Point,
};

/// A page's adjustments. The default leaves a page as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageAdjustments {
    /// The corners of what is kept, in pixels of the page as it was opened; `None` keeps all of it.
    pub corners: Option<Corners>,
    /// Quarter turns clockwise, after that.
    pub quarter_turns: u8,
    /// How much is cleaned away before the page is read.
    pub clean_up: CleanUp,
}

impl PageAdjustments {
    /// With this many more quarter turns clockwise; fewer where negative.
    #[must_use]
    pub fn turned(self, quarter_turns: i8) -> Self {
        Self { quarter_turns: (i16::from(self.quarter_turns) + i16::from(quarter_turns)).rem_euclid(4) as u8, ..self }
    }

    /// Without corners: the whole page.
    #[must_use]
    pub fn uncropped(self) -> Self {
        Self { corners: None, ..self }
    }

    /// Whether every point of the page stays where it is.
    pub fn keeps_geometry(&self) -> bool {
        self.has_geometry_of(&Self::default())
    }

    /// Whether every point of the page comes to lie where `other` puts it.
    pub fn has_geometry_of(&self, other: &Self) -> bool {
        self.corners == other.corners && self.turns() == other.turns()
    }

    /// The page with its corners cut out and turned. Cleaning up is left to [`crate::imaging::prepare_with`].
    pub fn apply(&self, page: &PageImage) -> PageImage {
        let cut = self.corners.map(|corners| rectify(page, &corners));
        let pixels = &cut.as_ref().unwrap_or(page).pixels;
        match self.turns() {
            1 => PageImage { pixels: imageops::rotate90(pixels) },
            2 => PageImage { pixels: imageops::rotate180(pixels) },
            3 => PageImage { pixels: imageops::rotate270(pixels) },
            _ => cut.unwrap_or_else(|| page.clone()),
        }
    }

    /// The adjusted size of a page of `original` pixels, width and height.
    pub fn size(&self, original: (u32, u32)) -> (u32, u32) {
        let (width, height) = self.cut_size(original);
        if self.turns() % 2 == 1 { (height, width) } else { (width, height) }
    }

    /// The point of the adjusted page at which a point of the page as it was opened, of `original` pixels, comes to
    /// lie.
    pub fn from_original(&self, original: (u32, u32), point: Point) -> Point {
        let cut = match self.cut(original) {
            Some(cut) => mapped(&cut.inverse(), point),
            None => point,
        };
        turned_point(cut, self.cut_size(original), self.turns())
    }

    /// The point of the page as it was opened, of `original` pixels, that lies at a point of the adjusted page.
    pub fn to_original(&self, original: (u32, u32), point: Point) -> Point {
        let cut = turned_point(point, self.size(original), (4 - self.turns()) % 4);
        self.cut(original).map_or(cut, |to_original| mapped(&to_original, cut))
    }

    fn turns(&self) -> u8 {
        self.quarter_turns % 4
    }

    fn valid_corners(&self) -> Option<Corners> {
        self.corners.filter(are_corners_of_a_sheet)
    }

    fn cut_size(&self, original: (u32, u32)) -> (u32, u32) {
        self.valid_corners().map_or(original, |corners| rectified_size(original, &corners))
    }

    /// The map from the cropped page to the original; `None` without valid corners.
    fn cut(&self, original: (u32, u32)) -> Option<Homography> {
        let (width, height) = self.cut_size(original);
        let corners = self.valid_corners()?;
        Some(Homography::from_rectangle(f64::from(width), f64::from(height), &corners))
    }
}

fn mapped(map: &Homography, point: Point) -> Point {
    let (x, y) = map.apply(f64::from(point.x), f64::from(point.y));
    Point::new(x as f32, y as f32)
}

/// The position of a point of a page of this size after quarter turns clockwise.
fn turned_point(point: Point, (width, height): (u32, u32), quarter_turns: u8) -> Point {
    let (width, height) = (width as f32, height as f32);
    match quarter_turns {
        1 => Point::new(height - point.y, point.x),
        2 => Point::new(width - point.x, height - point.y),
        3 => Point::new(point.y, width - point.x),
        _ => point,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};
    use proptest::prelude::*;

    const SIZE: (u32, u32) = (400, 300);

    fn corners() -> Corners {
        [[60.0, 40.0], [350.0, 20.0], [380.0, 270.0], [30.0, 250.0]].map(Point::from)
    }

    #[test]
    fn the_size_told_is_the_size_given() {
        let page = PageImage { pixels: RgbImage::new(SIZE.0, SIZE.1) };
        for quarter_turns in 0..4 {
            for corners in [None, Some(corners())] {
                let adjustments = PageAdjustments { corners, quarter_turns, ..PageAdjustments::default() };
                let adjusted = adjustments.apply(&page);
                assert_eq!((adjusted.width(), adjusted.height()), adjustments.size(SIZE));
                assert_eq!(adjustments.keeps_geometry(), adjusted == page && quarter_turns == 0);
            }
        }
    }

    #[test]
    fn a_dot_goes_where_the_map_says() {
        let mut pixels = RgbImage::from_pixel(SIZE.0, SIZE.1, Rgb([255; 3]));
        for (x, y) in (198..203).flat_map(|x| (118..123).map(move |y| (x, y))) {
            pixels.put_pixel(x, y, Rgb([0; 3]));
        }
        let page = PageImage { pixels };
        for quarter_turns in 0..4 {
            let adjustments = PageAdjustments { corners: Some(corners()), quarter_turns, ..PageAdjustments::default() };
            let at = adjustments.from_original(SIZE, Point::new(200.5, 120.5));
            let adjusted = adjustments.apply(&page).pixels;
            assert!(adjusted.get_pixel(at.x as u32, at.y as u32).0[0] < 80, "{quarter_turns} turns: {at:?}");
        }
    }

    #[test]
    fn turns_add_up() {
        let turned = PageAdjustments::default().turned(1).turned(1).turned(-1);
        assert_eq!(turned.quarter_turns, 1);
        assert_eq!(turned.turned(-2).quarter_turns, 3);
        assert_eq!(turned.turned(3), PageAdjustments::default());
    }

    proptest! {
        #[test]
        fn there_and_back_ends_where_it_began(x in 60.0_f32..340.0, y in 50.0_f32..240.0, turns in 0_u8..4, is_cut: bool) {
            let adjustments = PageAdjustments {
                corners: is_cut.then(corners),
                quarter_turns: turns,
                ..PageAdjustments::default()
            };
            let back = adjustments.to_original(SIZE, adjustments.from_original(SIZE, Point::new(x, y)));
            prop_assert!(back.distance(Point::new(x, y)) < 0.1, "{back:?}");
        }
    }
}
