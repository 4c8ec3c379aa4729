//! Paper and light under the ink: a canvas of ink becomes a grey image.

use std::ops::Range;

use image::GrayImage;

use super::{
    background::Background,
    canvas::Canvas,
    lighting::{glare, shade, smear},
    ruling::{Writing, rule, square},
};
use crate::synthesis::random::{Grain, LineRng};

/// Share of the whiteboards on which a lamp is reflected. Set by eye; no measurement is recorded.
const GLARING: f32 = 0.3;
/// Share of the cleaned scans without noise. Set by eye; no measurement is recorded.
const NOISELESS: f32 = 0.6;
/// The largest change of a pixel by noise, in grey levels. Set by eye; no measurement is recorded.
const NOISE: Range<f32> = 0.0..6.0;

/// The grey image, 0 black to 255 white, of the ink on `canvas` upon `background`. The writing's small letters are
/// `x_height` pixels high, its baseline is row `baseline`.
pub(super) fn expose(
    canvas: &Canvas,
    background: Background,
    x_height: f32,
    baseline: f32,
    rng: &mut LineRng,
) -> GrayImage {
    let paper = background.paper(rng);
    let ink = background.ink(paper, rng);
    let mut light: Vec<f32> = canvas.coverage.iter().map(|covered| paper * (1.0 - covered * (1.0 - ink))).collect();
    let writing = Writing { x_height, baseline, contrast: (1.0 - ink).abs() };
    match background {
        Background::Ruled => rule(&mut light, canvas, writing, rng),
        Background::Squared => square(&mut light, canvas, writing, rng),
        Background::Whiteboard => {
            smear(&mut light, canvas.width, x_height, rng);
            if rng.chance(GLARING) {
                glare(&mut light, canvas, rng);
            }
        }
        Background::Clean | Background::Plain | Background::Blackboard => {}
    }
    if background != Background::Clean {
        shade(&mut light, canvas, rng);
    }
    let noise = if background == Background::Clean && rng.chance(NOISELESS) { 0.0 } else { rng.uniform(NOISE) };
    let mut grain = Grain::new(rng.seed());
    let pixels = light.iter().map(|value| (value + noise * grain.next()) as u8).collect();
    GrayImage::from_raw(canvas.width as u32, canvas.height as u32, pixels).unwrap_or_default()
}
