//! Composes pages, each from its number.

use super::{
    composed_page::{ComposedPage, PageContent},
    exposure::{Photo, expose},
    scene::{Material, Scene},
    truth::{ink_kinds, seen_lines},
    warp::Warp,
};
use crate::{
    imaging::{PageImage, prepare},
    synthesis::{
        error::SynthesisError,
        random::LineRng,
        sources::{ink_source::InkSource, source_list::SynthesisSources},
        texts::corpora::Texts,
    },
};
use image::{DynamicImage, GrayImage, imageops};

/// Height of small letters on the finished page, in pixels.
const X_HEIGHT: std::ops::Range<f32> = 7.0..15.0;
/// Pixels of the finished page, in millions.
const MEGAPIXELS: std::ops::Range<f32> = 0.4..1.2;
/// Width over height of the page.
const ASPECT: std::ops::Range<f32> = 0.6..1.7;
/// How many times the photo is larger than the finished page, each way, and the share of each. Real photos are 2 to 4
/// times larger; the smallest are the fastest to make.
const REDUCTIONS: [(usize, f32); 3] = [(1, 0.4), (2, 0.5), (3, 0.1)];

/// Composes pages: the same sources, seed and number give the same page on every thread.
pub struct PageComposer {
    sources: Vec<InkSource>,
    weights: Vec<f32>,
    texts: Texts,
    seed: u64,
}

impl PageComposer {
    /// Opens all `sources`. Fails if one cannot be read or none is given.
    pub fn new(sources: &SynthesisSources, seed: u64) -> Result<Self, SynthesisError> {
        let (ink_sources, weights) = InkSource::open_all(sources)?;
        Ok(Self { sources: ink_sources, weights, texts: Texts::open(&sources.texts, sources.western)?, seed })
    }

    /// The page of number `index`.
    pub fn page(&self, index: u64) -> ComposedPage {
        let (size, content, photo) = self.exposed(index);
        let prepared = prepare(&PageImage::from_image(&DynamicImage::ImageLuma8(photo.gray)));
        let gray = reduced(prepared.gray(), size.factor as u32);
        let ink = ink_kinds(&gray, &photo.kinds, size.photo().0, size.factor);
        let lines = seen_lines(&photo.layout.lines, &ink, size.factor);
        ComposedPage { gray, ink, content, lines }
    }

    /// The page of number `index` as it was photographed, neither prepared nor reduced: all places are in pixels of the
    /// photo.
    pub fn photographed(&self, index: u64) -> ComposedPage {
        let (_, content, Photo { gray, kinds, layout }) = self.exposed(index);
        let prepared = prepare(&PageImage::from_image(&DynamicImage::ImageLuma8(gray.clone())));
        let ink = ink_kinds(prepared.gray(), &kinds, gray.width() as usize, 1);
        let lines = seen_lines(&layout.lines, &ink, 1);
        ComposedPage { gray, ink, content, lines }
    }

    /// The photo of the page of number `index`.
    pub(super) fn photo(&self, index: u64) -> Photo {
        self.exposed(index).2
    }

    fn exposed(&self, index: u64) -> (Size, PageContent, Photo) {
        let rng = &mut LineRng::new(self.seed, index);
        let size = Size::random(rng);
        let scene = self.scene(&size, rng);
        let content = scene.content;
        let warp = Warp::random(size.view(), size.photo_x_height(), rng);
        let photo = expose(scene, &warp, size.photo(), size.photo_x_height(), rng);
        (size, content, photo)
    }

    /// What is photographed on the page of number `index`.
    #[cfg(test)]
    pub(super) fn scene_of_page(&self, index: u64) -> Scene {
        let rng = &mut LineRng::new(self.seed, index);
        let size = Size::random(rng);
        self.scene(&size, rng)
    }

    fn scene(&self, size: &Size, rng: &mut LineRng) -> Scene {
        let material = Material { sources: &self.sources, weights: &self.weights, texts: &self.texts };
        Scene::random(&material, size.view(), rng)
    }
}

/// How large a page and its photo are.
struct Size {
    /// Height of small letters on the finished page, in pixels.
    x_height: f32,
    /// Width and height of the finished page, in pixels.
    page: (usize, usize),
    /// How many times the photo is larger, each way.
    factor: usize,
}

impl Size {
    fn random(rng: &mut LineRng) -> Self {
        let x_height = rng.log_uniform(X_HEIGHT);
        let pixels = rng.log_uniform(MEGAPIXELS) * 1e6;
        let aspect = rng.log_uniform(ASPECT);
        let factor = rng.weighted(&REDUCTIONS.map(|(_, share)| share)).map_or(1, |index| REDUCTIONS[index].0);
        Self { x_height, page: ((pixels * aspect).sqrt() as usize, (pixels / aspect).sqrt() as usize), factor }
    }

    /// Width and height of the scene, in x-heights.
    fn view(&self) -> (f32, f32) {
        (self.page.0 as f32 / self.x_height, self.page.1 as f32 / self.x_height)
    }

    /// Width and height of the photo, in pixels.
    const fn photo(&self) -> (usize, usize) {
        (self.page.0 * self.factor, self.page.1 * self.factor)
    }

    fn photo_x_height(&self) -> f32 {
        self.x_height * self.factor as f32
    }
}

/// `gray` with squares of `factor` × `factor` pixels averaged.
fn reduced(gray: &GrayImage, factor: u32) -> GrayImage {
    if factor == 1 { gray.clone() } else { imageops::thumbnail(gray, gray.width() / factor, gray.height() / factor) }
}
