//! Paints what egui drew on the processor, pixel by pixel: for saved pictures, and for tests that look at the window.
//!
//! Colours are blended as on the graphics card: premultiplied, in gamma space, textures sampled between their texels.

use std::collections::HashMap;

use eframe::egui::{
    Color32, ImageData, Pos2, Rect, TextureId, TexturesDelta,
    epaint::{ClippedPrimitive, ImageDelta, Mesh, Primitive, Vertex},
};
use image::{Rgba, RgbaImage};

/// A texture: red, green, blue and alpha of every texel, premultiplied, 0 to 255.
#[derive(Default)]
struct Texture {
    width: usize,
    texels: Vec<Color32>,
}

/// The textures, kept from frame to frame.
#[derive(Default)]
pub struct SoftwarePainter {
    textures: HashMap<TextureId, Texture>,
}

impl SoftwarePainter {
    /// Takes over what changed of the textures. Textures that are no longer used are let go at the next call.
    pub fn update_textures(&mut self, delta: &mut TexturesDelta) {
        delta.set.drain().for_each(|(id, images)| {
            let texture = self.textures.entry(id).or_default();
            images.iter().for_each(|image| texture.update(image));
        });
        delta.free.drain().for_each(|id| drop(self.textures.remove(&id)));
    }

    /// A picture of `width` × `height` pixels, black where nothing is drawn. Callbacks of a graphics card are left out.
    pub fn paint(&self, width: u32, height: u32, pixels_per_point: f32, primitives: &[ClippedPrimitive]) -> RgbaImage {
        let mut canvas = RgbaImage::from_pixel(width, height, Rgba([0, 0, 0, 255]));
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let clip = Clip::new(*clip_rect, pixels_per_point, width, height);
            paint_mesh(&mut canvas, mesh, texture, &clip, pixels_per_point);
        }
        canvas
    }
}

/// The pixels that may be painted.
struct Clip {
    columns: std::ops::Range<i32>,
    rows: std::ops::Range<i32>,
}

impl Clip {
    fn new(rect: Rect, pixels_per_point: f32, width: u32, height: u32) -> Self {
        let range = |from: f32, to: f32, size: u32| {
            let [from, to] =
                [from, to].map(|points| (points * pixels_per_point).round().clamp(0.0, size as f32) as i32);
            from..to
        };
        Self { columns: range(rect.min.x, rect.max.x, width), rows: range(rect.min.y, rect.max.y, height) }
    }
}

fn paint_mesh(canvas: &mut RgbaImage, mesh: &Mesh, texture: &Texture, clip: &Clip, pixels_per_point: f32) {
    for corners in mesh.indices.chunks_exact(3) {
        let corner = |index: usize| mesh.vertices.get(corners[index] as usize);
        let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) else { continue };
        paint_triangle(canvas, [a, b, c], texture, clip, pixels_per_point);
    }
}

/// Twice the area on the left of the way from `a` to `b` to `c`.
fn side(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn paint_triangle(
    canvas: &mut RgbaImage,
    mut corners: [&Vertex; 3],
    texture: &Texture,
    clip: &Clip,
    pixels_per_point: f32,
) {
    let scaled = |vertex: &Vertex| Pos2::new(vertex.pos.x * pixels_per_point, vertex.pos.y * pixels_per_point);
    let mut area = side(scaled(corners[0]), scaled(corners[1]), scaled(corners[2]));
    if area < 0.0 {
        corners.swap(1, 2);
        area = -area;
    }
    if area <= f32::EPSILON {
        return;
    }
    let [a, b, c] = corners.map(scaled);
    let range = |values: [f32; 3], allowed: &std::ops::Range<i32>| {
        let low = values.into_iter().fold(f32::MAX, f32::min).floor() as i32;
        let high = values.into_iter().fold(f32::MIN, f32::max).ceil() as i32;
        low.max(allowed.start)..high.min(allowed.end)
    };
    // A pixel on an edge belongs to one of the two triangles: the one that has it on its left or top.
    let is_owner = |from: Pos2, to: Pos2| to.y < from.y || to.y <= from.y && to.x > from.x;
    let owners = [is_owner(b, c), is_owner(c, a), is_owner(a, b)];
    let columns = range([a.x, b.x, c.x], &clip.columns);
    for y in range([a.y, b.y, c.y], &clip.rows) {
        for x in columns.clone() {
            let at = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
            let sides = [side(b, c, at), side(c, a, at), side(a, b, at)];
            let is_inside = sides.iter().zip(owners).all(|(side, owns)| *side > 0.0 || *side == 0.0 && owns);
            if is_inside {
                let weights = sides.map(|side| side / area);
                let color = interpolated(&corners, weights, texture);
                blend(canvas, x as u32, y as u32, color);
            }
        }
    }
}

/// The colour of a place in a triangle, each channel from 0 to 1.
fn interpolated(corners: &[&Vertex; 3], weights: [f32; 3], texture: &Texture) -> [f32; 4] {
    let (mut color, mut u, mut v) = ([0.0; 4], 0.0, 0.0);
    for (vertex, weight) in corners.iter().zip(weights) {
        let channels = vertex.color.to_array();
        color.iter_mut().zip(channels).for_each(|(sum, channel)| *sum += weight * f32::from(channel) / 255.0);
        u += weight * vertex.uv.x;
        v += weight * vertex.uv.y;
    }
    let texel = texture.sample(u, v);
    [0, 1, 2, 3].map(|channel| color[channel] * texel[channel])
}

impl Texture {
    /// Takes over the whole picture, or a patch of it.
    fn update(&mut self, delta: &ImageDelta) {
        let ImageData::Color(pixels) = &delta.image;
        let [width, height] = pixels.size;
        let Some([left, top]) = delta.pos else {
            *self = Self { width, texels: pixels.pixels.clone() };
            return;
        };
        for row in 0..height {
            let from = (top + row) * self.width + left;
            if let Some(texels) = self.texels.get_mut(from..from + width) {
                texels.copy_from_slice(&pixels.pixels[row * width..(row + 1) * width]);
            }
        }
    }

    /// The colour at a place from 0 to 1, interpolated between the four texels around it.
    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let height = self.texels.len() / self.width.max(1);
        let (x, y) = (u * self.width as f32 - 0.5, v * height as f32 - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let texel = |column: f32, row: f32| {
            let column = column.clamp(0.0, self.width.saturating_sub(1) as f32) as usize;
            let row = row.clamp(0.0, height.saturating_sub(1) as f32) as usize;
            let color = self.texels.get(row * self.width + column).copied().unwrap_or_default();
            color.to_array().map(|channel| f32::from(channel) / 255.0)
        };
        let (right_part, lower_part) = (x - left, y - top);
        let corners = [
            (texel(left, top), (1.0 - right_part) * (1.0 - lower_part)),
            (texel(left + 1.0, top), right_part * (1.0 - lower_part)),
            (texel(left, top + 1.0), (1.0 - right_part) * lower_part),
            (texel(left + 1.0, top + 1.0), right_part * lower_part),
        ];
        [0, 1, 2, 3].map(|channel| corners.iter().map(|(color, part)| color[channel] * part).sum())
    }
}

fn blend(canvas: &mut RgbaImage, x: u32, y: u32, [red, green, blue, alpha]: [f32; 4]) {
    let pixel = canvas.get_pixel_mut(x, y);
    for (own, new) in pixel.0.iter_mut().zip([red, green, blue]) {
        *own = (255.0 * new + f32::from(*own) * (1.0 - alpha)).round().clamp(0.0, 255.0) as u8;
    }
}
