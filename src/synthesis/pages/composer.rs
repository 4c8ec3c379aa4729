//! Composes pages, each from its number.

use super::{
    composed_page::ComposedPage,
    exposure::expose,
    scene::{Content, Material, Scene},
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
        Ok(Self { sources: ink_sources, weights, texts: Texts::open(&sources.texts)?, seed })
    }

    /// The page of number `index`.
    pub fn page(&self, index: u64) -> ComposedPage {
        self.page_with_content(index).0
    }

    /// The page of number `index`, and what it holds.
    pub(super) fn page_with_content(&self, index: u64) -> (ComposedPage, Content) {
        let rng = &mut LineRng::new(self.seed, index);
        let x_height = rng.log_uniform(X_HEIGHT);
        let pixels = rng.log_uniform(MEGAPIXELS) * 1e6;
        let aspect = rng.log_uniform(ASPECT);
        let factor = rng.weighted(&REDUCTIONS.map(|(_, share)| share)).map_or(1, |index| REDUCTIONS[index].0);
        let (width, height) = ((pixels * aspect).sqrt(), (pixels / aspect).sqrt());
        let view = (width / x_height, height / x_height);
        let material = Material { sources: &self.sources, weights: &self.weights, texts: &self.texts };
        let scene = Scene::random(&material, view, rng);
        let content = scene.content;
        let photo_x_height = x_height * factor as f32;
        let warp = Warp::random(view, photo_x_height, rng);
        let size = (width as usize * factor, height as usize * factor);
        let photo = expose(scene, &warp, size, photo_x_height, rng);
        let prepared = prepare(&PageImage::from_image(&DynamicImage::ImageLuma8(photo.gray)));
        let gray = reduced(prepared.gray(), factor as u32);
        let ink = ink_kinds(&gray, &photo.kinds, size.0, factor);
        let lines = seen_lines(&photo.layout.lines, &ink, factor);
        (ComposedPage { gray, ink, lines }, content)
    }
}

/// `gray` with squares of `factor` × `factor` pixels averaged.
fn reduced(gray: &GrayImage, factor: u32) -> GrayImage {
    if factor == 1 { gray.clone() } else { imageops::thumbnail(gray, gray.width() / factor, gray.height() / factor) }
}
