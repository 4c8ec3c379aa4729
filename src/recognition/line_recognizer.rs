//! Reads one line image.

use std::time::Instant;

use super::{CtcDecoder, CtcHypothesis, LineModel, ModelError, wide_gaps::put_spaces};
use crate::{
    imaging::{LineImage, ModelInput, normalize},
    page::{Alternative, CharacterSet, RecognizedCharacter, Transcription, WordAlternatives},
};

/// A model with its decoder: line images in, text out. One for each worker.
pub struct LineRecognizer {
    model: Box<dyn LineModel>,
    decoder: CtcDecoder,
}

impl LineRecognizer {
    /// A recognizer that decodes what `model` gives by `decoder`.
    pub fn new(model: Box<dyn LineModel>, decoder: CtcDecoder) -> Self {
        Self { model, decoder }
    }

    /// Does what the model does only once for lines of this width, so that a reading can be timed without it.
    pub fn prepare(&mut self, line: &LineImage) -> Result<(), ModelError> {
        self.model.prepare(normalize(line).width)
    }

    /// Reads a line. A line without ink gives an empty text, without running the model.
    pub fn recognize(&mut self, line: &LineImage) -> Result<Transcription, ModelError> {
        let started = Instant::now();
        let input = normalize(line);
        let mut transcription = if input.is_blank {
            Transcription::new(Vec::new())
        } else {
            let mut posteriors = self.model.run(&input)?;
            let space = self.model.character_set().label(' ');
            if let Some(space) = space {
                put_spaces(&mut posteriors, &input, space);
            }
            transcription(&self.decoder.decode_words(&posteriors, space), self.model.character_set(), &input)
        };
        transcription.elapsed_ms = started.elapsed().as_secs_f32() * 1e3;
        Ok(transcription)
    }
}

/// The text of a hypothesis, trimmed and with single blanks, its characters placed on the line image.
fn transcription(hypothesis: &CtcHypothesis, character_set: &CharacterSet, input: &ModelInput) -> Transcription {
    let (left, right) = input.span;
    let place = |frame: usize| {
        let part = frame as f32 / input.n_frames().max(1) as f32;
        (left + part * (right - left)).clamp(0.0, 1.0)
    };
    let mut characters: Vec<RecognizedCharacter> = Vec::with_capacity(hypothesis.labels.len());
    // How many characters stand before each label, because some labels stand for none.
    let mut n_before = Vec::with_capacity(hypothesis.labels.len());
    for decoded in &hypothesis.labels {
        n_before.push(characters.len());
        let Some(character) = character_set.character(decoded.label) else { continue };
        if character == ' ' && characters.last().is_none_or(|last| last.character == ' ') {
            continue;
        }
        let (start, end) = (place(decoded.frames.start), place(decoded.frames.end));
        characters.push(RecognizedCharacter { character, confidence: decoded.confidence, start, end });
    }
    characters.pop_if(|last| last.character == ' ');
    let alternatives = hypothesis.alternatives.iter().map(|alternatives| WordAlternatives {
        place: n_before[alternatives.place.start]..n_before[alternatives.place.end - 1] + 1,
        others: alternatives.others.iter().map(|(labels, share)| alternative(labels, *share, character_set)).collect(),
    });
    Transcription { alternatives: alternatives.collect(), ..Transcription::new(characters) }
}

fn alternative(labels: &[usize], confidence: f32, character_set: &CharacterSet) -> Alternative {
    Alternative { text: character_set.decode(labels), confidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::{DecodedLabel, FakeLineModel};
    use image::{GrayImage, Luma};

    fn hypothesis(text: &str) -> CtcHypothesis {
        let set = CharacterSet::ascii();
        let labels = text.chars().enumerate().map(|(index, character)| DecodedLabel {
            label: set.label(character).unwrap(),
            frames: index..index + 1,
            confidence: 0.5,
        });
        CtcHypothesis { labels: labels.collect(), log_prob: -1.0, ..CtcHypothesis::default() }
    }

    fn input(n_frames: usize, span: (f32, f32)) -> ModelInput {
        let width = n_frames * crate::imaging::WIDTH_MULTIPLE;
        ModelInput { width, pixels: vec![0; crate::imaging::INPUT_ROWS * width], span, is_blank: false }
    }

    #[test]
    fn blanks_are_trimmed_and_single() {
        for (read, text) in [("  a  b ", "a b"), ("   ", ""), ("", ""), ("ab", "ab")] {
            let transcription = transcription(&hypothesis(read), &CharacterSet::ascii(), &input(8, (0.0, 1.0)));
            assert_eq!(transcription.text, text);
            assert_eq!(transcription.characters.len(), text.chars().count());
        }
    }

    #[test]
    fn frames_lead_back_to_the_line_image() {
        let transcription = transcription(&hypothesis("abcd"), &CharacterSet::ascii(), &input(4, (-0.25, 0.75)));
        let places: Vec<_> = transcription.characters.iter().map(|c| (c.start, c.end)).collect();
        assert_eq!(places, [(0.0, 0.0), (0.0, 0.25), (0.25, 0.5), (0.5, 0.75)]);
    }

    #[test]
    fn an_empty_line_is_not_given_to_the_model() {
        let mut recognizer = LineRecognizer::new(Box::new(FakeLineModel::failing()), CtcDecoder::Greedy);
        let paper = LineImage::from_gray(GrayImage::from_pixel(200, 40, Luma([230])));
        let transcription = recognizer.recognize(&paper).unwrap();
        assert_eq!((transcription.text.as_str(), transcription.confidence), ("", 1.0));
    }

    #[test]
    fn the_engines_words_come_through() {
        let mut recognizer = LineRecognizer::new(Box::new(FakeLineModel::failing()), CtcDecoder::Greedy);
        let mut image = GrayImage::from_pixel(200, 40, Luma([255]));
        (10..30).for_each(|y| (0..3).for_each(|x| image.put_pixel(50 + x, y, Luma([0]))));
        let error = recognizer.recognize(&LineImage::from_gray(image)).unwrap_err();
        assert_eq!(error.to_string(), "the model failed on this line: it was made to fail");
    }
}
