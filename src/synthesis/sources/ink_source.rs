//! A source of ink of any kind, opened.

use super::{
    accented_words::with_accents, copied_lines::CopiedLines, fonts::Typefaces, sampled_hands::SampledHands,
    source_list::SynthesisSources,
};
use crate::synthesis::{
    error::SynthesisError, ink::WrittenLine, random::LineRng, surface::Surface, texts::corpora::Texts,
};

/// A source of written lines.
pub(crate) enum InkSource {
    Copied(CopiedLines),
    Sampled(SampledHands),
    Typeset(Typefaces),
}

impl InkSource {
    /// Opens all of `sources`, each with its weight. Fails if one cannot be read or none is given.
    pub(crate) fn open_all(sources: &SynthesisSources) -> Result<(Vec<Self>, Vec<f32>), SynthesisError> {
        let mut opened = Vec::new();
        for source in &sources.ink_lines {
            opened.push((Self::Copied(CopiedLines::open(&source.path)?), source.weight));
        }
        for source in &sources.ink_samples {
            opened.push((Self::Sampled(SampledHands::open(&source.path)?), source.weight));
        }
        for source in &sources.fonts {
            opened.push((Self::Typeset(Typefaces::open(&source.path, sources.mixed)?), source.weight));
        }
        if opened.is_empty() {
            return Err(SynthesisError::NoSources);
        }
        Ok(opened.into_iter().unzip())
    }

    /// A line of text.
    pub(crate) fn line(&self, texts: &Texts, surface: Surface, rng: &mut LineRng) -> WrittenLine {
        match self {
            Self::Copied(lines) => {
                let line = lines.line(surface, rng);
                if texts.western > 0.0 && rng.chance(texts.western) { with_accents(line, rng) } else { line }
            }
            Self::Sampled(hands) => hands.line(texts, surface, rng),
            Self::Typeset(faces) => faces.line(texts, surface, rng),
        }
    }
}
