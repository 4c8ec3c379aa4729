//! A page's pixels on the graphics card, in tiles within its limits; uploaded off the drawing thread.

use std::ops::ControlFlow;

use eframe::egui::{
    self, Color32, ColorImage, Context, Painter, TextureFilter, TextureHandle, TextureOptions, TextureWrapMode, pos2,
};
use image::{GrayImage, RgbImage, imageops};

use super::view_transform::ViewTransform;
use crate::page::Rect;

/// Side of a tile, in pixels: every card takes it, and its upload does not delay a frame.
const TILE_SIDE: u32 = 1024;
/// Pages with more pixels are shown at 1/2, 1/3, … of their size: 40 million pixels are 160 MB on the card.
const MAX_SHOWN_PIXELS: f64 = 40e6;
/// Longest side of a thumbnail, in pixels.
const THUMBNAIL_SIDE: u32 = 240;

const OPTIONS: TextureOptions = TextureOptions {
    magnification: TextureFilter::Linear,
    minification: TextureFilter::Linear,
    wrap_mode: TextureWrapMode::ClampToEdge,
    // Without mipmaps thin strokes break up when a page is shown small.
    mipmap_mode: Some(TextureFilter::Linear),
};

/// A page as tiles on the graphics card.
#[derive(Clone, Default)]
pub(crate) struct PageTexture {
    tiles: Vec<Tile>,
}

#[derive(Clone)]
struct Tile {
    /// The part of the page it shows, in page pixels.
    on_page: Rect,
    texture: TextureHandle,
}

impl PageTexture {
    /// Uploads `image` tile by tile and passes the texture so far to `on_tile`, until it is complete or `on_tile`
    /// breaks.
    pub(crate) fn upload(
        ctx: &Context,
        name: &str,
        image: &RgbImage,
        mut on_tile: impl FnMut(Self) -> ControlFlow<()>,
    ) {
        let step = shrink_step(image);
        let tile_on_page = TILE_SIDE * step;
        let mut texture = Self::default();
        for y in (0..image.height()).step_by(tile_on_page as usize) {
            for x in (0..image.width()).step_by(tile_on_page as usize) {
                let width = tile_on_page.min(image.width() - x);
                let height = tile_on_page.min(image.height() - y);
                let on_page = Rect::new(x as f32, y as f32, (x + width) as f32, (y + height) as f32);
                let pixels = tile_pixels(image, (x, y), (width, height), step);
                let handle = ctx.load_texture(format!("{name} {x},{y}"), pixels, OPTIONS);
                texture.tiles.push(Tile { on_page, texture: handle });
                if on_tile(texture.clone()).is_break() {
                    return;
                }
            }
        }
    }

    /// Paints the part `region` of the page into `target`, which has the same proportions.
    pub(crate) fn paint_region(&self, painter: &Painter, region: Rect, target: egui::Rect) {
        let scale = target.width() / region.width().max(1.0);
        let view = ViewTransform { center: region.center(), scale };
        let clipped = painter.with_clip_rect(painter.clip_rect().intersect(target));
        self.paint(&clipped, view, target);
    }

    /// Paints the page as `view` shows it in `viewport`.
    pub(crate) fn paint(&self, painter: &Painter, view: ViewTransform, viewport: egui::Rect) {
        let whole = egui::Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        for tile in &self.tiles {
            let on_screen = view.screen_rect(viewport, tile.on_page);
            if on_screen.intersects(painter.clip_rect()) {
                painter.image(tile.texture.id(), on_screen, whole, Color32::WHITE);
            }
        }
    }
}

/// A small picture of the page.
pub(crate) fn thumbnail(ctx: &Context, name: &str, image: &RgbImage) -> TextureHandle {
    let longest = image.width().max(image.height());
    let scale = (THUMBNAIL_SIDE as f32 / longest as f32).min(1.0);
    let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let small = imageops::thumbnail(image, side(image.width()), side(image.height()));
    let size = [small.width() as usize, small.height() as usize];
    ctx.load_texture(format!("thumbnail of {name}"), ColorImage::from_rgb(size, small.as_raw()), OPTIONS)
}

/// Pictures of lines are shown at most this wide, in pixels: every graphics card takes it.
const MAX_LINE_WIDTH: u32 = 2048;

/// The picture of one line, reduced if it is very wide.
pub(crate) fn line_texture(ctx: &Context, line: &GrayImage) -> TextureHandle {
    let scale = (MAX_LINE_WIDTH as f32 / line.width().max(1) as f32).min(1.0);
    let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let small = imageops::thumbnail(line, side(line.width()), side(line.height()));
    let size = [small.width() as usize, small.height() as usize];
    ctx.load_texture("line", ColorImage::from_gray(size, small.as_raw()), TextureOptions::LINEAR)
}

/// Page pixels a shown pixel, in each direction.
fn shrink_step(image: &RgbImage) -> u32 {
    let n_pixels = u64::from(image.width()) * u64::from(image.height());
    (n_pixels as f64 / MAX_SHOWN_PIXELS).sqrt().ceil().max(1.0) as u32
}

fn tile_pixels(image: &RgbImage, (x, y): (u32, u32), (width, height): (u32, u32), step: u32) -> ColorImage {
    let view = imageops::crop_imm(image, x, y, width, height);
    if step > 1 {
        let small = imageops::thumbnail(&*view, width.div_ceil(step), height.div_ceil(step));
        return ColorImage::from_rgb([small.width() as usize, small.height() as usize], small.as_raw());
    }
    let row_bytes = width as usize * 3;
    let mut pixels = Vec::with_capacity((width * height) as usize);
    for row in y..y + height {
        let start = (row as usize * image.width() as usize + x as usize) * 3;
        let row = &image.as_raw()[start..start + row_bytes];
        pixels.extend(row.chunks_exact(3).map(|rgb| Color32::from_rgb(rgb[0], rgb[1], rgb[2])));
    }
    ColorImage::new([width as usize, height as usize], pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_the_page_without_gaps() {
        let image = RgbImage::new(2500, 1100);
        let mut texture = PageTexture::default();
        PageTexture::upload(&Context::default(), "page", &image, |so_far| {
            texture = so_far;
            ControlFlow::Continue(())
        });
        assert_eq!(texture.tiles.len(), 6);
        let covered: f32 = texture.tiles.iter().map(|tile| tile.on_page.area()).sum();
        assert!((covered - 2500.0 * 1100.0).abs() < 1.0);
        assert!(texture.tiles.iter().all(|tile| tile.texture.size()[0] <= TILE_SIDE as usize));
    }

    #[test]
    fn a_tile_shows_its_part_of_the_page() {
        let image = RgbImage::from_fn(8, 8, |x, y| image::Rgb([x as u8, y as u8, 0]));
        let tile = tile_pixels(&image, (2, 4), (3, 2), 1);
        assert_eq!(tile.size, [3, 2]);
        assert_eq!(tile.pixels[4], Color32::from_rgb(3, 5, 0));
    }
}
