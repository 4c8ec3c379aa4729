//! Draws lines, each from its number, and discards illegible ones.

use image::GrayImage;

use super::{
    error::SynthesisError,
    ink::WrittenLine,
    pen_and_paper::{hand, photo},
    random::LineRng,
    sources::{ink_source::InkSource, source_list::SynthesisSources},
    surface::Surface,
    synthetic_line::SyntheticLine,
    texts::corpora::Texts,
};
use crate::imaging::{LineImage, ModelInput, normalize};

/// Version of the lines. It is raised with every change after which the same sources, seed and number give another
/// line; line caches of another version are then drawn anew.
pub const SYNTHESIS_VERSION: u32 = 3;

/// How often a line is drawn at most until it is legible.
const MAX_TRIES: usize = 100;

/// Share of a normalized line's pixels that ink covers in legible lines. Four in five real lines lie between 0.05 and
/// 0.09.
pub(super) const USUAL_INK: std::ops::Range<f32> = 0.004..0.4;

/// The least mean number of frames a character; real lines have about four.
const MIN_FRAMES_A_CHARACTER: usize = 2;
/// Share of the lines with writing above them, and of those with writing below. Set by eye; no measurement is recorded.
const NEIGHBOURS: [f32; 2] = [0.12, 0.12];
/// The same on blank lines, where only neighbours have ink. Set by eye; no measurement is recorded.
const NEIGHBOURS_OF_BLANK: [f32; 2] = [0.4, 0.4];

/// Draws lines, each from its number: the same sources, seed and number give the same line on every thread.
pub struct LineSynthesizer {
    sources: Vec<InkSource>,
    weights: Vec<f32>,
    texts: Texts,
    /// Share of the lines without writing.
    blank: f32,
    /// Share of the lines on boards.
    boards: f32,
    seed: u64,
    /// Replaces lines that are illegible in every try.
    stand_in: SyntheticLine,
}

impl LineSynthesizer {
    /// Opens all `sources`. Fails if one cannot be read or none is given.
    pub fn new(sources: &SynthesisSources, seed: u64) -> Result<Self, SynthesisError> {
        let (ink_sources, weights) = InkSource::open_all(sources)?;
        let stand_in = SyntheticLine { image: LineImage::from_gray(GrayImage::new(0, 0)), text: String::new() };
        let SynthesisSources { blank, boards, .. } = *sources;
        let texts = Texts::open(&sources.texts, sources.western)?;
        let mut synthesizer = Self { sources: ink_sources, weights, texts, blank, boards, seed, stand_in };
        synthesizer.stand_in = synthesizer.legible_line(u64::MAX).ok_or(SynthesisError::NothingLegible)?;
        Ok(synthesizer)
    }

    /// The line of number `index`.
    pub fn line(&self, index: u64) -> SyntheticLine {
        self.legible_line(index).unwrap_or_else(|| self.stand_in.clone())
    }

    /// `None` if no try gave a legible line, which does not happen with ordinary writing.
    fn legible_line(&self, index: u64) -> Option<SyntheticLine> {
        let mut rng = LineRng::new(self.seed, index);
        (0..MAX_TRIES).find_map(|_| {
            if self.blank > 0.0 && rng.chance(self.blank) {
                return self.blank_line(&mut rng);
            }
            let surface = Surface::random(self.boards, &mut rng);
            let written = self.written(surface, &mut rng);
            let text = written.text.clone();
            let image = self.photograph(written, surface, &mut rng).map(LineImage::from_gray)?;
            is_legible(&image, &text).then_some(SyntheticLine { image, text })
        })
    }

    /// The paper of a line without its writing. `None` if [`normalize`] finds no ink on it: such an input trains
    /// nothing.
    fn blank_line(&self, rng: &mut LineRng) -> Option<SyntheticLine> {
        let bounds = self.written(Surface::Anywhere, rng).ink.bounds()?;
        let neighbours = NEIGHBOURS_OF_BLANK.map(|p| rng.chance(p).then(|| self.written(Surface::Anywhere, rng).ink));
        let image = photo::blank(bounds, neighbours, rng).map(LineImage::from_gray)?;
        (!normalize(&image).is_blank).then_some(SyntheticLine { image, text: String::new() })
    }

    fn written(&self, surface: Surface, rng: &mut LineRng) -> WrittenLine {
        let source = rng.weighted(&self.weights).unwrap_or(0);
        self.sources[source].line(&self.texts, surface, rng)
    }

    fn photograph(&self, written: WrittenLine, surface: Surface, rng: &mut LineRng) -> Option<GrayImage> {
        let mut ink = written.ink;
        hand::vary_hand(&mut ink, rng);
        let neighbours = NEIGHBOURS.map(|p| rng.chance(p).then(|| self.written(surface, rng).ink));
        photo::photograph(ink, neighbours, surface, rng)
    }
}

/// Whether [`normalize`] finds a usual amount of ink in the image and leaves enough frames for its text.
pub(super) fn is_legible(image: &LineImage, text: &str) -> bool {
    let input = normalize(image);
    // Too narrow where what stands around the writing was taken for writing, which was shrunk with it.
    if input.n_frames() < MIN_FRAMES_A_CHARACTER * text.chars().count() {
        return false;
    }
    USUAL_INK.contains(&ink_share(&input))
}

/// Share of the normalized line's pixels that ink covers.
pub(super) fn ink_share(input: &ModelInput) -> f32 {
    input.pixels.iter().filter(|&&p| p >= 128).count() as f32 / input.pixels.len() as f32
}
