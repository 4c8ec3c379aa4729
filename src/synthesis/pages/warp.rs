//! From a scene to the pixels of its photo: turn, perspective, curled paper, scale.
//!
//! The ranges were set by eye on photographed pages; no measurement is recorded.

use std::ops::Range;

use crate::{
    page::Point,
    synthesis::random::{LineRng, SmoothNoise},
};

/// Standard deviation of the turn of most photos, in degrees.
const TURN: f32 = 1.6;
/// Share of the photos that are turned by up to [`MORE`] degrees, and by up to [`MOST`].
const TURNED: [f32; 2] = [0.18, 0.07];
const MORE: f32 = 5.0;
const MOST: f32 = 20.0;
/// Share of the photos taken aslant.
const ASLANT: f32 = 0.5;
/// Change of the scale from the middle to an edge of such a photo.
const PERSPECTIVE: f32 = 0.07;
/// Share of the photos of paper that does not lie flat.
const CURLED: f32 = 0.35;
/// Largest slope of curled paper's lines, as a tangent.
const CURL: Range<f32> = 0.01..0.11;
/// Wavelength of the curl, in x-heights.
const CURL_LENGTH: Range<f32> = 35.0..140.0;

/// A map of the plane.
pub(super) struct Warp {
    centre: Point,
    image_centre: Point,
    scale: f32,
    turn: (f32, f32),
    tilt: (f32, f32),
    curl: f32,
    noise: SmoothNoise,
}

impl Warp {
    /// Scenes of `width` by `height` x-heights, in photos with `scale` pixels an x-height.
    pub(super) fn random((width, height): (f32, f32), scale: f32, rng: &mut LineRng) -> Self {
        let degrees = match rng.weighted(&[1.0 - TURNED[0] - TURNED[1], TURNED[0], TURNED[1]]) {
            Some(1) => rng.uniform(-MORE..MORE),
            Some(2) => rng.uniform(-MOST..MOST),
            _ => rng.normal(TURN),
        };
        let mut tilt = |side: f32| rng.normal(PERSPECTIVE) * 2.0 / side;
        let tilt = (tilt(width), tilt(height));
        let is_aslant = rng.chance(ASLANT);
        let length = rng.log_uniform(CURL_LENGTH);
        let slope = rng.uniform(CURL);
        Self {
            centre: Point::new(0.5 * width, 0.5 * height),
            image_centre: Point::new(0.5 * width * scale, 0.5 * height * scale),
            scale,
            turn: degrees.to_radians().sin_cos(),
            tilt: if is_aslant { tilt } else { (0.0, 0.0) },
            curl: if rng.chance(CURLED) { slope * length / std::f32::consts::TAU } else { 0.0 },
            noise: SmoothNoise::in_plane(rng, length, 1.2),
        }
    }

    /// The pixel of `p`.
    pub(super) fn at(&self, p: Point) -> Point {
        let (x, mut y) = (p.x - self.centre.x, p.y - self.centre.y);
        if self.curl > 0.0 {
            y += self.curl * self.noise.at(x, y);
        }
        let (sin, cos) = self.turn;
        let depth = (1.0 + self.tilt.0 * x + self.tilt.1 * y).max(0.2);
        let scale = self.scale / depth;
        Point::new(self.image_centre.x + scale * (cos * x - sin * y), self.image_centre.y + scale * (sin * x + cos * y))
    }

    /// Pixels an x-height at `p`.
    pub(super) fn scale_at(&self, p: Point) -> f32 {
        0.5 * self.at(p).distance(self.at(Point::new(p.x, p.y - 2.0)))
    }
}
