//! Makes line images with their text, to learn from: ink that people left on tablets and whiteboards, drawn with other
//! pens on other paper.
//!
//! A line comes from ([`ink`]) what was written, in units of the x-height; goes through (`hand`) a change of hand,
//! (`pen`) a pen, (`paper`) paper and light, and (`camera`) a camera.
#![warn(missing_docs)]

mod contact_sheet;
mod ink;
mod pen_and_paper;
mod random;
mod sources;
mod surface;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use self::random::LineRng;
pub use self::{
    contact_sheet::contact_sheet,
    sources::{
        SynthesisError, SynthesisSources, Weighted,
        bundled::bundled_sources,
        plain_lines::{RecordedLine, recorded_lines},
    },
};

use image::GrayImage;

pub use self::texts::sample_texts;
use self::{
    ink::WrittenLine,
    sources::{copied_lines::CopiedLines, fonts::Typefaces, sampled_hands::SampledHands},
    surface::Surface,
    texts::Texts,
};

use crate::imaging::{LineImage, ModelInput, normalize};

/// Raised with every change after which the same sources, seed and number give another line: lines kept from before are
/// then made anew.
pub const SYNTHESIS_VERSION: u32 = 3;

/// How often a line is drawn anew because too little, or nothing but ink, is seen of it.
const MAX_TRIES: usize = 100;

/// Part of a normalized line's pixels that ink covers; four in five real lines lie between 0.05 and 0.09.
const USUAL_INK: std::ops::Range<f32> = 0.004..0.4;

/// Time steps that a character needs at least on average; real lines have about four.
const MIN_FRAMES_A_CHARACTER: usize = 2;

/// A line image and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntheticLine {
    /// Grey, as a camera or scanner would give it; any size.
    pub image: LineImage,
    /// Naturally spaced, printable ASCII; empty where nobody wrote.
    pub text: String,
}

/// Makes lines, each from a number: the same sources, seed and number give the same line on every thread.
pub struct LineSynthesizer {
    makers: Vec<Maker>,
    weights: Vec<f32>,
    texts: Texts,
    blank: f32,
    boards: f32,
    seed: u64,
    /// Takes the place of lines that come out illegible in every try.
    stand_in: SyntheticLine,
}

/// One source of written lines.
enum Maker {
    Copied(CopiedLines),
    Sampled(SampledHands),
    Typeset(Typefaces),
}

impl Maker {
    fn line(&self, texts: &Texts, place: Surface, rng: &mut LineRng) -> WrittenLine {
        match self {
            Self::Copied(lines) => lines.line(place, rng),
            Self::Sampled(hands) => hands.line(texts, place, rng),
            Self::Typeset(faces) => faces.line(texts, place, rng),
        }
    }
}

impl LineSynthesizer {
    /// Reads all `sources`. Fails if one cannot be read or none is given.
    pub fn new(sources: &SynthesisSources, seed: u64) -> Result<Self, SynthesisError> {
        let mut makers = Vec::new();
        for source in &sources.ink_lines {
            makers.push((Maker::Copied(CopiedLines::read(&source.path)?), source.weight));
        }
        for source in &sources.ink_samples {
            makers.push((Maker::Sampled(SampledHands::read(&source.path)?), source.weight));
        }
        for source in &sources.fonts {
            makers.push((Maker::Typeset(Typefaces::read(&source.path, sources.mixed)?), source.weight));
        }
        if makers.is_empty() {
            return Err(SynthesisError::NoSources);
        }
        let (makers, weights) = makers.into_iter().unzip();
        let stand_in = SyntheticLine { image: LineImage::from_gray(GrayImage::new(0, 0)), text: String::new() };
        let SynthesisSources { blank, boards, .. } = *sources;
        let mut synthesizer =
            Self { makers, weights, texts: Texts::read(&sources.texts)?, blank, boards, seed, stand_in };
        synthesizer.stand_in = synthesizer.legible_line(u64::MAX).ok_or(SynthesisError::NothingLegible)?;
        Ok(synthesizer)
    }

    /// The line of number `index`.
    pub fn line(&self, index: u64) -> SyntheticLine {
        self.legible_line(index).unwrap_or_else(|| self.stand_in.clone())
    }

    /// `None` if in many tries none came out legible, which sources of ordinary writing do not let happen.
    fn legible_line(&self, index: u64) -> Option<SyntheticLine> {
        let mut rng = LineRng::new(self.seed, index);
        (0..MAX_TRIES).find_map(|_| {
            if self.blank > 0.0 && rng.chance(self.blank) {
                return self.blank_line(&mut rng);
            }
            let place = Surface::any(self.boards, &mut rng);
            let written = self.written(place, &mut rng);
            let text = written.text.clone();
            let image = self.photograph(written, place, &mut rng).map(LineImage::from_gray)?;
            is_legible(&image, &text).then_some(SyntheticLine { image, text })
        })
    }

    /// The paper of a line without its writing, where the reader's preparation takes something on it for ink. `None`
    /// if it does not: there is nothing to learn from.
    fn blank_line(&self, rng: &mut LineRng) -> Option<SyntheticLine> {
        let bounds = self.written(Surface::Anywhere, rng).ink.bounds()?;
        let neighbours = [0.4, 0.4].map(|p| rng.chance(p).then(|| self.written(Surface::Anywhere, rng).ink));
        let image = pen_and_paper::photo::blank(bounds, neighbours, rng).map(LineImage::from_gray)?;
        (!normalize(&image).is_blank).then_some(SyntheticLine { image, text: String::new() })
    }

    fn written(&self, place: Surface, rng: &mut LineRng) -> WrittenLine {
        let maker = rng.weighted(&self.weights).unwrap_or(0);
        self.makers[maker].line(&self.texts, place, rng)
    }

    fn photograph(&self, written: WrittenLine, place: Surface, rng: &mut LineRng) -> Option<GrayImage> {
        let mut ink = written.ink;
        pen_and_paper::hand::rewrite(&mut ink, rng);
        let neighbours = [0.12, 0.12].map(|p| rng.chance(p).then(|| self.written(place, rng).ink));
        pen_and_paper::photo::photograph(ink, neighbours, place, rng)
    }
}

/// Whether the reader's own preparation still finds a usual amount of ink in the image, and leaves its text room.
fn is_legible(image: &LineImage, text: &str) -> bool {
    let input = normalize(image);
    // What stands around the writing must not have been taken for it, and the writing been shrunk.
    if input.n_frames() < MIN_FRAMES_A_CHARACTER * text.chars().count() {
        return false;
    }
    USUAL_INK.contains(&ink_share(&input))
}

/// Part of the normalized line's pixels that ink covers.
fn ink_share(input: &ModelInput) -> f32 {
    input.pixels.iter().filter(|&&p| p >= 128).count() as f32 / input.pixels.len() as f32
}
