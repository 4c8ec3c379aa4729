//! Perspective correction: from the four corners of a sheet in a photo to the sheet as seen from straight above.

use image::RgbImage;
use rayon::prelude::*;

use crate::{
    imaging::{
        limits::{MAX_PIXELS, MAX_SIDE},
        page_image::PageImage,
        raster::sampling::rgb_with_repeated_border,
    },
    page::Point,
};

/// The corners of a sheet in page pixels: top left, top right, bottom right, bottom left as the sheet is read.
pub type Corners = [Point; 4];

/// The length of a sheet's side, at least, in pixels. No measurement recorded (commit b40da1f).
const MIN_SIDE: f64 = 8.0;
/// How strongly opposite sides converge, at least, as a fraction, for the focal length to be taken from them. No
/// measurement recorded (commit b40da1f).
const MIN_CONVERGENCE: f64 = 0.02;
/// Focal lengths of cameras, in longer sides of the picture: the shortest, a phone's, the longest. No measurement
/// recorded (commit b40da1f).
const FOCAL_LENGTHS: (f64, f64, f64) = (0.4, 0.8, 3.0);
/// The pixels of the rectified sheet over those of the photo, at most. No measurement recorded (commit b40da1f).
const MAX_GROWTH: f64 = 2.0;

/// The corners of the whole page.
pub fn whole_page(width: u32, height: u32) -> Corners {
    let (width, height) = (width as f32, height as f32);
    [Point::new(0.0, 0.0), Point::new(width, 0.0), Point::new(width, height), Point::new(0.0, height)]
}

/// Whether the corners are those of a sheet: a convex quadrilateral, clockwise, without short sides.
pub fn are_corners_of_a_sheet(corners: &Corners) -> bool {
    (0..4).all(|i| {
        let [a, b, c] = [0, 1, 2].map(|step| coordinates(corners[(i + step) % 4]));
        let turn = (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0);
        let (ab, bc) = ((b.0 - a.0).hypot(b.1 - a.1), (c.0 - b.0).hypot(c.1 - b.1));
        // The sine of each angle is more than 0.05.
        ab >= MIN_SIDE && bc >= MIN_SIDE && turn > 0.05 * ab * bc
    })
}

/// The sheet between `corners` with its perspective corrected and in its own proportions. A page whose corners are not
/// those of a sheet is returned as it is.
pub fn rectify(page: &PageImage, corners: &Corners) -> PageImage {
    if !are_corners_of_a_sheet(corners) || *corners == whole_page(page.width(), page.height()) {
        return page.clone();
    }
    let (width, height) = rectified_size((page.width(), page.height()), corners);
    let photo_from_sheet = Homography::from_rectangle(f64::from(width), f64::from(height), corners);
    let mut pixels = RgbImage::new(width, height);
    pixels.par_chunks_exact_mut(3 * width as usize).enumerate().for_each(|(y, row)| {
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let (u, v) = photo_from_sheet.apply(x as f64 + 0.5, y as f64 + 0.5);
            let colour = rgb_with_repeated_border(&page.pixels, Point::new(u as f32, v as f32));
            pixel.copy_from_slice(&colour.map(|value| (value + 0.5) as u8));
        }
    });
    PageImage { pixels }
}

/// The size in pixels of the sheet that [`rectify`] gives, for a photo of `page_size` pixels.
///
/// Its proportions are those of the sheet in space, with the camera's focal length taken from the photo (Zhang and He,
/// "Whiteboard scanning and image enhancement", 2007, section 3); its longest sides keep their resolution.
pub fn rectified_size(page_size: (u32, u32), corners: &Corners) -> (u32, u32) {
    let [top_left, top_right, bottom_right, bottom_left] = *corners;
    let across = f64::from(top_left.distance(top_right).max(bottom_left.distance(bottom_right)));
    let down = f64::from(top_left.distance(bottom_left).max(top_right.distance(bottom_right)));
    let ratio = proportions(page_size, corners).clamp(0.02, 50.0);
    let width = across.max(down * ratio);
    let height = width / ratio;
    let n_pixels = f64::from(page_size.0) * f64::from(page_size.1);
    let most_pixels = (MAX_GROWTH * n_pixels).min(MAX_PIXELS as f64);
    let scale =
        (most_pixels / (width * height)).sqrt().min(f64::from(MAX_SIDE) / width).min(f64::from(MAX_SIDE) / height);
    let side = |length: f64| (length * scale.min(1.0)).round().max(1.0) as u32;
    (side(width), side(height))
}

/// Width over height of the sheet itself.
fn proportions(page_size: (u32, u32), corners: &Corners) -> f64 {
    let (width, height) = (f64::from(page_size.0), f64::from(page_size.1));
    // Homogeneous points about the picture's middle, in the paper's order: both upper, then both lower corners.
    let centered = |point: Point| [f64::from(point.x) - width / 2.0, f64::from(point.y) - height / 2.0, 1.0];
    let [m1, m2, m4, m3] = corners.map(centered);
    let k2 = dot(cross(m1, m4), m3) / dot(cross(m2, m4), m3);
    let k3 = dot(cross(m1, m4), m2) / dot(cross(m3, m4), m2);
    let n2: [f64; 3] = std::array::from_fn(|i| k2 * m2[i] - m1[i]);
    let n3: [f64; 3] = std::array::from_fn(|i| k3 * m3[i] - m1[i]);
    let (shortest, usual, longest) = FOCAL_LENGTHS;
    let longer_side = width.max(height);
    let focal_squared = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2]);
    let is_known = n2[2].abs().min(n3[2].abs()) > MIN_CONVERGENCE
        && ((shortest * longer_side).powi(2)..(longest * longer_side).powi(2)).contains(&focal_squared);
    let focal_squared = if is_known { focal_squared } else { (usual * longer_side).powi(2) };
    let length = |n: [f64; 3]| (n[0] * n[0] + n[1] * n[1] + focal_squared * n[2] * n[2]).sqrt();
    let ratio = length(n2) / length(n3);
    if ratio.is_finite() { ratio } else { 1.0 }
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn coordinates(point: Point) -> (f64, f64) {
    (f64::from(point.x), f64::from(point.y))
}

/// A projective map of the plane, row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Homography([[f64; 3]; 3]);

impl Homography {
    /// Maps the rectangle of this size, with its corner at the origin, onto `corners` (Heckbert, "Fundamentals of
    /// texture mapping and image warping", 1989, section 2.2.3).
    pub(super) fn from_rectangle(width: f64, height: f64, corners: &Corners) -> Self {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners.map(coordinates);
        let (sum_x, sum_y) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dy1, dx2, dy2) = (x1 - x2, y1 - y2, x3 - x2, y3 - y2);
        let area = dx1 * dy2 - dx2 * dy1;
        let g = (sum_x * dy2 - dx2 * sum_y) / area;
        let h = (dx1 * sum_y - sum_x * dy1) / area;
        let square = [[x1 - x0 + g * x1, x3 - x0 + h * x3, x0], [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], [g, h, 1.0]];
        Self(square.map(|[a, b, c]| [a / width, b / height, c]))
    }

    /// The image of a point.
    pub(super) fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let [u, v, w] = self.0.map(|[a, b, c]| a * x + b * y + c);
        (u / w, v / w)
    }

    /// The inverse map, up to a factor, which is meaningless in homogeneous coordinates.
    pub(super) fn inverse(&self) -> Self {
        let [a, b, c] = self.0;
        let columns = [cross(b, c), cross(c, a), cross(a, b)];
        Self(std::array::from_fn(|row| std::array::from_fn(|column| columns[column][row])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use proptest::prelude::*;

    /// Where a pinhole camera of focal length 1000 pixels sees a sheet of 210 × 297 that is tilted, in a photo of
    /// 1200 × 1600 pixels.
    fn tilted_sheet() -> Corners {
        let (tilt, turn) = (0.45_f64, 0.3_f64);
        [(-105.0, -148.5), (105.0, -148.5), (105.0, 148.5), (-105.0, 148.5)].map(|(x, y): (f64, f64)| {
            let (x, y) = (x * turn.cos() - y * turn.sin(), x * turn.sin() + y * turn.cos());
            let (y, z) = (y * tilt.cos(), 330.0 - y * tilt.sin());
            let (y, z) = (y, z + x * 0.25);
            Point::new((600.0 + 1000.0 * x / z) as f32, (800.0 + 1000.0 * y / z) as f32)
        })
    }

    #[test]
    fn the_whole_page_stays_as_it_is() {
        let page = PageImage { pixels: RgbImage::from_fn(40, 30, |x, y| Rgb([x as u8 * 5, y as u8 * 7, 9])) };
        assert_eq!(rectified_size((40, 30), &whole_page(40, 30)), (40, 30));
        assert_eq!(rectify(&page, &whole_page(40, 30)), page);
    }

    #[test]
    fn a_crop_keeps_its_pixels() {
        let page = PageImage { pixels: RgbImage::from_fn(60, 50, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, 9])) };
        let corners = [[10.0, 12.0], [40.0, 12.0], [40.0, 32.0], [10.0, 32.0]].map(Point::from);
        let cropped = rectify(&page, &corners);
        assert_eq!((cropped.width(), cropped.height()), (30, 20));
        assert_eq!(cropped.pixels.get_pixel(3, 4), page.pixels.get_pixel(13, 16));
    }

    #[test]
    fn a_tilted_sheet_gets_its_own_proportions() {
        let corners = tilted_sheet();
        assert!(are_corners_of_a_sheet(&corners), "{corners:?}");
        let (width, height) = rectified_size((1200, 1600), &corners);
        let ratio = f64::from(width) / f64::from(height);
        assert!((ratio / (210.0 / 297.0) - 1.0).abs() < 0.12, "{width} x {height}");
    }

    #[test]
    fn a_line_on_a_tilted_sheet_becomes_straight() {
        let corners = tilted_sheet();
        let from_sheet = Homography::from_rectangle(210.0, 297.0, &corners);
        let to_sheet = from_sheet.inverse();
        // A dark band a third of the way down the sheet.
        let pixels = RgbImage::from_fn(1200, 1600, |x, y| {
            let (_, v) = to_sheet.apply(f64::from(x) + 0.5, f64::from(y) + 0.5);
            Rgb([if (97.0..103.0).contains(&v) { 20 } else { 230 }; 3])
        });
        let sheet = rectify(&PageImage { pixels }, &corners).pixels;
        let middle = (f64::from(sheet.height()) * 100.0 / 297.0) as u32;
        for x in (5..sheet.width() - 5).step_by(20) {
            assert!(sheet.get_pixel(x, middle).0[0] < 60, "column {x} of {:?}", sheet.dimensions());
        }
    }

    #[test]
    fn crossed_and_flat_corners_are_no_sheet() {
        let crossed = [[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0]].map(Point::from);
        let flat = [[0.0, 0.0], [50.0, 0.0], [100.0, 0.0], [50.0, 90.0]].map(Point::from);
        let page = PageImage { pixels: RgbImage::new(100, 100) };
        for corners in [crossed, flat] {
            assert!(!are_corners_of_a_sheet(&corners));
            assert_eq!(rectify(&page, &corners), page);
        }
    }

    proptest! {
        #[test]
        fn there_and_back_ends_where_it_began(x in 0.0..210.0, y in 0.0..297.0) {
            let map = Homography::from_rectangle(210.0, 297.0, &tilted_sheet());
            let (u, v) = map.apply(x, y);
            let back = map.inverse().apply(u, v);
            prop_assert!((back.0 - x).abs() < 1e-6 && (back.1 - y).abs() < 1e-6, "{back:?}");
        }

        #[test]
        fn any_corners_are_survived(points in proptest::array::uniform4((-50.0_f32..150.0, -50.0_f32..150.0))) {
            let page = PageImage { pixels: RgbImage::new(100, 80) };
            let (width, height) = rectify(&page, &points.map(|(x, y)| Point::new(x, y))).pixels.dimensions();
            // Rounding may add half a pixel to both sides: for a long and thin sheet, a few hundred in all.
            prop_assert!(width * height <= 2 * 100 * 80 + u32::midpoint(width, height) + 1, "{width} x {height}");
        }
    }

    #[test]
    fn a_long_thin_sheet_outgrows_its_limit_by_rounding_only() {
        let corners = [[59.875, 117.58], [77.91, -29.126], [86.966, 117.4], [86.783, 125.72]].map(Point::from);
        assert!(are_corners_of_a_sheet(&corners));
        assert_eq!(rectified_size((100, 80), &corners), (28, 579));
    }
}
