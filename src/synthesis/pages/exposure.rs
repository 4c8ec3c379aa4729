//! The photo of a scene: ground, ink, light, lens, file. Keeps which pixels ink of each kind made.
//!
//! Lengths are in pixels of the photo unless their sentence says otherwise. The numbers were set by eye on photographed
//! pages; no measurement is recorded.

use std::ops::Range;

use image::GrayImage;

use super::{
    ground::{Ground, Patch},
    layout::{InkKind, Layout, Mark, N_PENS},
    scene::Scene,
    warp::Warp,
};
use crate::{
    page::{Point, Rect},
    synthesis::{
        ink::Ink,
        pen_and_paper::{
            camera::{blur, compress},
            canvas::Canvas,
            lighting::{glare, smear},
            pen::Pen,
        },
        random::{Grain, LineRng, SmoothNoise},
    },
};

/// Coverage from which on a pixel belongs to the ink.
const INKED: f32 = 0.25;
/// Luminance of soft pencil as a factor on the paper's, and the share of the pens that are one.
const PENCIL: Range<f32> = 0.55..0.8;
const PENCILS: f32 = 0.08;
/// Side of the squares that the light is computed for.
const LIGHT_STEP: usize = 16;
/// Standard deviation of the change of light over the photo, as a share of it.
const FALL_OFF: f32 = 0.12;
/// Darkening of the corners.
const VIGNETTE: Range<f32> = 0.0..0.25;
/// Share of the photos with a shadow, and the share of the light that it takes.
const SHADOWED: f32 = 0.2;
const SHADOW: Range<f32> = 0.1..0.5;
/// Softness of a shadow's edge, as a share of the photo's width.
const SHADOW_EDGE: Range<f32> = 0.01..0.15;
/// Standard deviation of the blur.
const BLUR: Range<f32> = 0.0..0.9;
/// The same as a share of the x-height, for photos out of focus.
const OUT_OF_FOCUS: Range<f32> = 0.03..0.1;
/// Largest change of a pixel by noise, in grey levels.
const NOISE: Range<f32> = 0.0..9.0;
/// The same on grained paper and in poor light, and the share of such photos.
const STRONG_NOISE: Range<f32> = 9.0..30.0;
const NOISY: f32 = 0.1;

/// A photo with its truth.
pub(super) struct Photo {
    pub(super) gray: GrayImage,
    /// One entry a pixel: the kind of ink on it, the greatest where several meet.
    pub(super) kinds: Vec<Option<InkKind>>,
    /// The lines in the photo's pixels.
    pub(super) layout: Layout,
}

/// Photographs `scene` through `warp` as `width` × `height` pixels; `x_height` is that of its usual writing.
pub(super) fn expose(
    scene: Scene,
    warp: &Warp,
    (width, height): (usize, usize),
    x_height: f32,
    rng: &mut LineRng,
) -> Photo {
    let ground = &scene.ground;
    let is_board = ground.background.is_board();
    let pens = pens(scene.thickness, x_height, is_board, rng);
    let paper = ground.background.paper(rng);
    let mut light = lay_ground(ground, warp, (width, height), paper, rng);
    for print in &ground.prints {
        let strokes = print.strokes.iter().map(|s| s.iter().map(|&p| warp.at(p)).collect()).collect();
        let pen = Pen::even((print.radius * x_height).max(0.3), rng);
        let part = draw(&Ink { strokes, areas: Vec::new() }, &pen, (width, height));
        part.darken(&mut light, width, 1.0 - print.darkness);
    }
    let layout = in_pixels(scene.layout, warp);
    let mut kinds = vec![None; width * height];
    for (index, pen) in pens.iter().enumerate() {
        let ink_light =
            if !is_board && rng.chance(PENCILS) { rng.uniform(PENCIL) } else { ground.background.ink(paper, rng) };
        for kind in [InkKind::Drawing, InkKind::Struck, InkKind::Writing] {
            let part = draw(&gather(&layout, kind, index), pen, (width, height));
            part.darken(&mut light, width, ink_light);
            part.mark(&mut kinds, width, kind);
        }
    }
    let gray = develop(light, ground, (width, height), x_height, rng);
    Photo { gray, kinds, layout }
}

/// The pens of a page.
fn pens(thickness: Option<f32>, x_height: f32, is_board: bool, rng: &mut LineRng) -> [Pen; N_PENS] {
    std::array::from_fn(|index| {
        let pen = if is_board && rng.chance(0.6) {
            Pen::thick_marker(rng, x_height)
        } else {
            Pen::random(rng, x_height, is_board)
        };
        match thickness {
            Some(thickness) if index == 0 => pen.with_width(thickness * x_height),
            _ => pen,
        }
    })
}

fn in_pixels(mut layout: Layout, warp: &Warp) -> Layout {
    for Mark { ink, .. } in &mut layout.marks {
        ink.map(|p| warp.at(p));
    }
    for line in &mut layout.lines {
        let middle = line.baseline[line.baseline.len() / 2];
        line.x_height *= warp.scale_at(middle);
        line.baseline.iter_mut().for_each(|p| *p = warp.at(*p));
        for word in &mut line.words {
            word.ink.map(|p| warp.at(p));
            word.ends = word.ends.map(|p| warp.at(p));
        }
    }
    layout
}

/// All ink of one kind that is drawn with one pen.
fn gather(layout: &Layout, kind: InkKind, pen: usize) -> Ink {
    let mut ink = Ink::default();
    for mark in layout.marks.iter().filter(|mark| mark.kind == kind && mark.pen == pen) {
        ink.add(&mark.ink, 0.0, 0.0);
    }
    if kind == InkKind::Writing {
        for word in layout.lines.iter().filter(|line| line.pen == pen).flat_map(|line| &line.words) {
            ink.add(&word.ink, 0.0, 0.0);
        }
    }
    ink
}

/// Ink on a part of the photo.
struct Part {
    x: usize,
    y: usize,
    canvas: Canvas,
}

/// Draws `ink` on a canvas as large as it, within the photo.
fn draw(ink: &Ink, pen: &Pen, (width, height): (usize, usize)) -> Part {
    let reach = pen.reach() + 2.0;
    let bounds = ink.bounds().unwrap_or_default();
    let clip = |value: f32, end: usize| value.clamp(0.0, end as f32) as usize;
    let (x, y) = (clip(bounds.x0 - reach, width), clip(bounds.y0 - reach, height));
    let (x1, y1) = (clip(bounds.x1 + reach + 1.0, width), clip(bounds.y1 + reach + 1.0, height));
    let mut canvas = Canvas::new(x1.saturating_sub(x), y1.saturating_sub(y));
    if canvas.width > 0 && canvas.height > 0 && bounds.x1 > bounds.x0.min(bounds.x1 - 1e-6) {
        let mut moved = ink.clone();
        moved.map(|p| Point::new(p.x - x as f32, p.y - y as f32));
        pen.draw(&moved, &mut canvas);
    }
    Part { x, y, canvas }
}

impl Part {
    /// For each row with ink: where it begins in the photo, and its coverage.
    fn rows(&self, photo_width: usize) -> impl Iterator<Item = (usize, &[f32])> {
        let width = self.canvas.width.max(1);
        let rows = self.canvas.coverage.chunks_exact(width).enumerate();
        rows.map(move |(row, values)| ((self.y + row) * photo_width + self.x, values))
    }

    /// Multiplies the light by `ink_light` where ink covers it.
    fn darken(&self, light: &mut [f32], photo_width: usize, ink_light: f32) {
        for (start, row) in self.rows(photo_width) {
            for (value, covered) in light[start..].iter_mut().zip(row) {
                *value *= 1.0 - covered * (1.0 - ink_light);
            }
        }
    }

    fn mark(&self, kinds: &mut [Option<InkKind>], photo_width: usize, kind: InkKind) {
        for (start, row) in self.rows(photo_width) {
            for (value, _) in kinds[start..].iter_mut().zip(row).filter(|(_, covered)| **covered > INKED) {
                *value = (*value).max(Some(kind));
            }
        }
    }
}

/// The light of table, sheets and what lies on them.
fn lay_ground(
    ground: &Ground,
    warp: &Warp,
    (width, height): (usize, usize),
    paper: f32,
    rng: &mut LineRng,
) -> Vec<f32> {
    let mut light = vec![paper; width * height];
    if let Some(table) = ground.table {
        let grain = SmoothNoise::new(rng, rng_length(width));
        let (strength, lean) = (rng.uniform(0.0..0.25), rng.uniform(0.0..0.2));
        let stripes: Vec<f32> = (0..width + height).map(|i| 1.0 + strength * grain.at(i as f32, 0.0)).collect();
        for (y, row) in light.chunks_exact_mut(width).enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                *value = 255.0 * table * stripes[(y + (lean * x as f32) as usize).min(stripes.len() - 1)];
            }
        }
    }
    for patch in &ground.patches {
        lay(patch, warp, (width, height), paper, &mut light);
    }
    light
}

/// Wavelength of a table's grain.
fn rng_length(width: usize) -> f32 {
    0.03 * width as f32
}

/// Fills a patch by the even-odd rule.
fn lay(patch: &Patch, warp: &Warp, (width, height): (usize, usize), paper: f32, light: &mut [f32]) {
    let outline: Vec<Point> = patch.outline.iter().map(|&p| warp.at(p)).collect();
    let Some(bounds) = Rect::around(outline.iter().copied()) else { return };
    let first = bounds.y0.max(0.0) as usize;
    let end = (bounds.y1.max(0.0) as usize + 1).min(height);
    for y in first..end {
        let middle = y as f32 + 0.5;
        let mut crossings: Vec<f32> = outline
            .iter()
            .zip(outline.iter().cycle().skip(1))
            .filter(|(a, b)| (a.y <= middle) != (b.y <= middle))
            .map(|(a, b)| a.x + (middle - a.y) / (b.y - a.y) * (b.x - a.x))
            .collect();
        crossings.sort_by(f32::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let clip = |x: f32| (x + 0.5).clamp(0.0, width as f32) as usize;
            for value in &mut light[y * width + clip(pair[0])..y * width + clip(pair[1])] {
                *value = if patch.is_shade { *value * patch.luminance } else { paper * patch.luminance };
            }
        }
    }
}

/// Light, lens and file.
fn develop(
    mut light: Vec<f32>,
    ground: &Ground,
    (width, height): (usize, usize),
    x_height: f32,
    rng: &mut LineRng,
) -> GrayImage {
    use crate::synthesis::pen_and_paper::background::Background;
    let is_clean = ground.background == Background::Clean;
    if ground.background == Background::Whiteboard {
        smear(&mut light, width, x_height * rng.uniform(0.5..4.0), rng);
        if rng.chance(0.3) {
            let sizes = Canvas { width, height, coverage: Vec::new() };
            glare(&mut light, &sizes, rng);
        }
    }
    if !is_clean {
        shine(&mut light, (width, height), rng);
    }
    let deviation = if rng.chance(0.75) { rng.uniform(BLUR) } else { rng.uniform(OUT_OF_FOCUS) * x_height };
    blur(&mut light, width, deviation);
    let noise = match is_clean {
        true => 0.0,
        false if rng.chance(NOISY) => rng.uniform(STRONG_NOISE),
        false => rng.uniform(NOISE),
    };
    let mut grain = Grain::new(rng.seed());
    let pixels = light.iter().map(|value| (value + noise * grain.next()) as u8).collect();
    compress(GrayImage::from_raw(width as u32, height as u32, pixels).unwrap_or_default(), rng)
}

/// Uneven light: it falls off to a side and to the corners; on some photos lies a shadow.
fn shine(light: &mut [f32], (width, height): (usize, usize), rng: &mut LineRng) {
    let (fall_x, fall_y, vignette) = (rng.normal(FALL_OFF), rng.normal(FALL_OFF), rng.uniform(VIGNETTE));
    let waves = SmoothNoise::in_plane(rng, 0.6 * width as f32, 3.1);
    let shadow = if rng.chance(SHADOWED) { rng.uniform(SHADOW) } else { 0.0 };
    let (edge, lean) = (rng.uniform(0.0..width as f32), rng.normal(0.6));
    let softness = rng.uniform(SHADOW_EDGE) * width as f32;
    let at = |x: f32, y: f32| {
        let (u, v) = (x / width as f32 - 0.5, y / height as f32 - 0.5);
        let inside = ((x - edge - lean * y) / softness).clamp(-1.0, 1.0);
        (1.0 + fall_x * u + fall_y * v + 0.04 * waves.at(x, y))
            * (1.0 - vignette * 2.0 * (u * u + v * v))
            * (1.0 - 0.5 * shadow * (1.0 + inside))
    };
    let n_columns = width.div_ceil(LIGHT_STEP) + 1;
    let row_at = |row: usize| -> Vec<f32> {
        (0..n_columns).map(|column| at((column * LIGHT_STEP) as f32, (row * LIGHT_STEP) as f32)).collect()
    };
    let (mut above, mut below) = (row_at(0), row_at(1));
    for (y, row) in light.chunks_exact_mut(width).enumerate() {
        if y > 0 && y % LIGHT_STEP == 0 {
            above = std::mem::replace(&mut below, row_at(y / LIGHT_STEP + 1));
        }
        let share = (y % LIGHT_STEP) as f32 / LIGHT_STEP as f32;
        let mixed: Vec<f32> = above.iter().zip(&below).map(|(a, b)| a + share * (b - a)).collect();
        for (square, ends) in row.chunks_mut(LIGHT_STEP).zip(mixed.windows(2)) {
            let step = (ends[1] - ends[0]) / LIGHT_STEP as f32;
            for (x, value) in square.iter_mut().enumerate() {
                *value = (*value * (ends[0] + x as f32 * step)).min(255.0);
            }
        }
    }
}
