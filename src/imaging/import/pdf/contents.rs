//! What a page draws, found without drawing it: the resolution of its pictures, and the memory that drawing them takes.

use std::collections::HashSet;

use hayro::{
    hayro_interpret::{
        BlendMode, CacheKey, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
        InterpreterSettings, Paint, SoftMask, font::GlyphRun, interpret_page, pattern::Pattern, util::x_y_advances,
    },
    hayro_syntax::page::Page,
    kurbo::{Affine, BezPath, Rect, Shape as _, Size},
};

/// Bytes of a pixel in what the renderer keeps of a picture or a pattern until the page is drawn.
const BYTES_PER_PIXEL: f64 = 4.0;
/// Bytes of a pixel of the page itself: the picture, its colours without transparency, and the largest soft mask while
/// it is made.
const PAGE_BYTES_PER_PIXEL: f64 = 12.0;
/// Patterns inside patterns that are looked into.
const MAX_DEPTH: u32 = 3;
/// The most copies of a pattern's cell that lie over each other. No measurement recorded.
const MAX_COPIES: f64 = 10_000.0;
/// The part of the page that pictures of a resolution cover, for the page to be drawn at it. No measurement recorded.
const MIN_COVERED: f64 = 1.0 / 3.0;

/// A picture or a pattern's cell.
#[derive(Clone, Copy, Debug)]
struct Texture {
    /// The area it is drawn to, in squares of the page's unit, at most that of the page.
    area: f64,
    /// Its own pixels; infinite for what has none.
    n_pixels: f64,
}

/// What a page draws, in its own units.
#[derive(Debug, Default)]
pub(super) struct Contents {
    page: Size,
    textures: Vec<Texture>,
    /// Pictures: pixels a unit, and the area that they cover.
    pictures: Vec<(f64, f64)>,
    masks: HashSet<u128>,
    /// The area that patterns paint, each time anew, in squares of the page's unit.
    pub(super) patterned: f64,
    /// Whether a pattern's cells lie over each other more often than anybody draws.
    pub(super) is_too_intricate: bool,
    /// Whether it writes letters that can be seen or searched.
    pub(super) has_text: bool,
    depth: u32,
}

impl Contents {
    pub(super) fn of<'a>(page: &'a Page<'a>) -> Self {
        let (width, height) = page.render_dimensions();
        let mut contents = Self { page: Size::new(f64::from(width), f64::from(height)), ..Self::default() };
        let transform = page.initial_transform(true).as_coeffs();
        let mut context = Context::new(
            Affine::new(transform),
            contents.page.to_rect(),
            &InterpreterCache::new(),
            page.xref(),
            InterpreterSettings::default(),
        );
        interpret_page(page, &mut context, &mut contents);
        contents
    }

    /// The pixels a unit that the page's pictures have: as many as those have that cover a good part of the page; 0
    /// without such pictures.
    pub(super) fn pixels_per_unit(&self) -> f64 {
        let mut pictures = self.pictures.clone();
        pictures.sort_by(|a, b| b.0.total_cmp(&a.0));
        let wanted = MIN_COVERED * self.page.area();
        let mut covered = 0.0;
        let reaches = |picture: &&(f64, f64)| {
            covered += picture.1;
            covered >= wanted
        };
        pictures.iter().find(reaches).map_or(0.0, |picture| picture.0)
    }

    /// The bytes that drawing takes at this many pixels a unit.
    pub(super) fn n_bytes(&self, scale: f64) -> f64 {
        let page = self.page.area() * scale * scale;
        let textures = self.textures.iter().map(|texture| (texture.area * scale * scale).min(texture.n_pixels));
        let textures: f64 = textures.sum();
        textures * BYTES_PER_PIXEL + page * (PAGE_BYTES_PER_PIXEL + self.masks.len() as f64)
    }

    /// The part of an area on the page.
    fn on_page(&self, area: Rect) -> f64 {
        area.intersect(self.page.to_rect()).area().max(0.0)
    }

    fn add_mask(&mut self, mask: Option<&SoftMask<'_>>) {
        self.masks.extend(mask.map(CacheKey::cache_key));
    }

    fn add_paint(&mut self, area: Rect, props: &DrawProps<'_>) {
        self.add_mask(props.soft_mask.as_ref());
        let Paint::Pattern(pattern) = &props.paint else { return };
        let Pattern::Tiling(tiling) = &**pattern else { return };
        let (across, down) = x_y_advances(&tiling.matrix);
        let step = f64::from(tiling.x_step.abs()) * across.length() * f64::from(tiling.y_step.abs()) * down.length();
        let copies = (tiling.bbox.width() / f64::from(tiling.x_step.abs())).ceil()
            * (tiling.bbox.height() / f64::from(tiling.y_step.abs())).ceil();
        self.is_too_intricate |= copies > MAX_COPIES;
        self.patterned += self.on_page(area);
        // A cell that is larger than what is painted is drawn where it is painted.
        self.textures.push(Texture { area: step.min(area.area()).max(0.0), n_pixels: f64::INFINITY });
        if self.depth < MAX_DEPTH && !self.is_too_intricate {
            self.depth += 1;
            tiling.interpret(self, tiling.matrix, false);
            self.depth -= 1;
        }
    }
}

impl<'a> Device<'a> for Contents {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _mode: &DrawMode) {
        let area = props.transform.transform_rect_bbox(path.bounding_box());
        self.add_paint(area, &props);
    }

    fn push_clip_path(&mut self, _path: &ClipPath) {}

    fn push_transparency_group(&mut self, _opacity: f32, mask: Option<SoftMask<'a>>, _blend_mode: BlendMode) {
        self.add_mask(mask.as_ref());
    }

    fn draw_glyph_run(&mut self, _run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _mode: &DrawMode) {
        self.has_text = true;
        self.add_paint(self.page.to_rect(), &props);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.add_mask(props.soft_mask.as_ref());
        let size = Size::new(f64::from(image.width()), f64::from(image.height()));
        let (across, down) = x_y_advances(&props.transform);
        let drawn = size.area() * across.length() * down.length();
        self.textures.push(Texture { area: drawn, n_pixels: size.area() });
        let covered = self.on_page(props.transform.transform_rect_bbox(size.to_rect()));
        let units_per_pixel = across.length().max(down.length());
        if units_per_pixel > 0.0 && self.depth == 0 {
            self.pictures.push((units_per_pixel.recip(), covered));
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
