//! One line image to text: normalization, network, decoding from one view or several.

use std::time::Instant;

use super::{
    decoding::{
        confidence_calibration::calibrate,
        ctc::CtcHypothesis,
        decoder::CtcDecoder,
        doubtful_words::{DoubtfulPart, doubtful_parts, replace},
        multi_view::{SECOND_VIEWS, Views},
        space_insertion::insert_spaces,
    },
    engine::line_model::{LabelPosteriors, LineModel, ModelError},
};
use crate::{
    imaging::{LineImage, ModelInput, normalize},
    page::{Alternative, CharacterSet, RecognizedCharacter, Transcription, WordAlternatives},
};

/// A model and a decoder: line images in, text out. Every worker has its own.
///
/// ```
/// use std::path::Path;
///
/// use longhand::{
///     imaging::{PageImage, crop_line, prepare, segment},
///     recognition::{CtcDecoder, LineRecognizer, ModelPackage, TractModel, ink_labeller},
/// };
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let page = prepare(&PageImage::open(Path::new("assets/samples/notes.jpg"))?);
/// let line = crop_line(&page, &segment(&page, ink_labeller()).lines[3]);
///
/// let model = TractModel::open(&ModelPackage::built_in()?)?;
/// let mut recognizer = LineRecognizer::new(Box::new(model), CtcDecoder::Greedy);
/// let read = recognizer.recognize(&line)?;
/// assert!(read.text.contains("woods"), "{}", read.text);
/// assert!((0.5..=1.0).contains(&read.confidence));
/// # Ok(())
/// # }
/// ```
pub struct LineRecognizer {
    model: Box<dyn LineModel>,
    decoder: CtcDecoder,
}

/// A line after its first view, from which [`LineRecognizer::read`] goes on.
pub struct FirstReading {
    /// The line and its posteriors; `None` for an image without ink.
    seen: Option<(ModelInput, LabelPosteriors)>,
    elapsed_ms: f32,
}

impl LineRecognizer {
    /// A recognizer that decodes the posteriors of `model` with `decoder`.
    pub fn new(model: Box<dyn LineModel>, decoder: CtcDecoder) -> Self {
        Self { model, decoder }
    }

    /// Does the model's one-time work for the first view of lines of this width, so that recognition can be timed
    /// without it.
    pub fn prepare(&mut self, line: &LineImage) -> Result<(), ModelError> {
        self.model.prepare(normalize(line).width)
    }

    /// Reads a line image of any size. An image without ink gives an empty text with confidence 1; the model does not
    /// run.
    pub fn recognize(&mut self, line: &LineImage) -> Result<Transcription, ModelError> {
        let first = self.look(line)?;
        self.read(&first)
    }

    /// Runs the network once over a line image of any size.
    pub fn look(&mut self, line: &LineImage) -> Result<FirstReading, ModelError> {
        let started = Instant::now();
        let input = normalize(line);
        let mut seen = None;
        if !input.is_blank {
            let space = self.space();
            let posteriors = posteriors_of(&mut *self.model, &input, space)?;
            seen = Some((input, posteriors));
        }
        Ok(FirstReading { seen, elapsed_ms: elapsed_ms(started) })
    }

    /// The text of a first reading, by the most probable label of every frame.
    pub fn first_text(&self, first: &FirstReading) -> Transcription {
        let Some((input, posteriors)) = &first.seen else { return Transcription::new(Vec::new()) };
        let hypothesis = CtcDecoder::Greedy.decode_words(posteriors, self.space());
        let read = transcription(&hypothesis, self.model.character_set(), input);
        Transcription { elapsed_ms: first.elapsed_ms, ..read }
    }

    /// Goes on from the first reading of a line with this recognizer's decoder.
    pub fn read(&mut self, first: &FirstReading) -> Result<Transcription, ModelError> {
        let started = Instant::now();
        let mut read = match &first.seen {
            Some((input, posteriors)) => self.decode_views(input, posteriors)?,
            None => Transcription::new(Vec::new()),
        };
        read.elapsed_ms = first.elapsed_ms + elapsed_ms(started);
        Ok(read)
    }

    fn space(&self) -> Option<usize> {
        self.model.character_set().label(' ')
    }

    /// Decodes from one view, and the words that leave doubt from several.
    fn decode_views(&mut self, input: &ModelInput, posteriors: &LabelPosteriors) -> Result<Transcription, ModelError> {
        let space = self.space();
        let mut read = self.decoder.decode_words(posteriors, space);
        if let Some((threshold, space)) = self.decoder.second_views_below().zip(space) {
            // From the last one on, so that the others keep their places.
            for part in doubtful_parts(&read, input.n_frames(), space, threshold).into_iter().rev() {
                let again = self.read_again(input, posteriors, &read, &part, space)?;
                replace(&mut read, &part.labels, again);
            }
        }
        if let Some((tuning, space)) = self.decoder.confidence().zip(space) {
            calibrate(&mut read, space, tuning);
        }
        Ok(transcription(&read, self.model.character_set(), input))
    }

    /// A part of the line from all views, with the line's frames.
    fn read_again(
        &mut self,
        line: &ModelInput,
        posteriors: &LabelPosteriors,
        read: &CtcHypothesis,
        part: &DoubtfulPart,
        space: usize,
    ) -> Result<CtcHypothesis, ModelError> {
        let mut inputs = vec![line.part(part.frames.clone())];
        let mut views = Views::new(&self.decoder, part.beside(read, space), part.posteriors(posteriors));
        for shape in SECOND_VIEWS {
            let input = inputs[0].reshaped(shape);
            views.add(posteriors_of(&mut *self.model, &input, Some(space))?);
            inputs.push(input);
        }
        let (chosen, mut read) = views.best(Some(space));
        let input = &inputs[chosen];
        for decoded in &mut read.labels {
            let [start, end] = [decoded.frames.start, decoded.frames.end].map(|frame| {
                let (from, to) = (input.span, line.span);
                let place = from.0 + frame as f32 / input.n_frames() as f32 * (from.1 - from.0);
                ((place - to.0) / (to.1 - to.0) * line.n_frames() as f32).round().max(0.0) as usize
            });
            decoded.frames = start..end.max(start + 1);
        }
        Ok(read)
    }
}

fn elapsed_ms(started: Instant) -> f32 {
    started.elapsed().as_secs_f32() * 1e3
}

/// The posteriors of a view, `[time, label]`, with a space inserted in every wide gap.
fn posteriors_of(
    model: &mut dyn LineModel,
    input: &ModelInput,
    space: Option<usize>,
) -> Result<LabelPosteriors, ModelError> {
    let mut posteriors = model.run(input)?;
    if let Some(space) = space {
        insert_spaces(&mut posteriors, input, space);
    }
    Ok(posteriors)
}

/// The text of a hypothesis, trimmed and with single spaces. Characters get their span on the line image, as fractions
/// of its width.
fn transcription(hypothesis: &CtcHypothesis, character_set: &CharacterSet, input: &ModelInput) -> Transcription {
    let (left, right) = input.span;
    let position = |frame: usize| {
        let fraction = frame as f32 / input.n_frames().max(1) as f32;
        (left + fraction * (right - left)).clamp(0.0, 1.0)
    };
    let mut characters: Vec<RecognizedCharacter> = Vec::with_capacity(hypothesis.labels.len());
    // Characters before each label; some labels give no character.
    let mut n_before = Vec::with_capacity(hypothesis.labels.len());
    for decoded in &hypothesis.labels {
        n_before.push(characters.len());
        let Some(character) = character_set.character(decoded.label) else { continue };
        if character == ' ' && characters.last().is_none_or(|last| last.character == ' ') {
            continue;
        }
        let (start, end) = (position(decoded.frames.start), position(decoded.frames.end));
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
    use crate::recognition::{decoding::ctc::DecodedLabel, engine::fake_model::FakeLineModel};
    use image::{GrayImage, Luma};
    use std::sync::{Arc, Mutex};

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

    /// A model that gives one letter in the line's middle this probability and another the rest, and records its
    /// inputs' widths.
    struct OneLetter {
        character_set: CharacterSet,
        probability: f32,
        widths: Arc<Mutex<Vec<usize>>>,
    }

    impl LineModel for OneLetter {
        fn character_set(&self) -> &CharacterSet {
            &self.character_set
        }

        fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
            self.widths.lock().unwrap().push(input.width);
            let n_labels = self.character_set.n_labels();
            let mut probs = vec![1e-6f32; n_labels * input.n_frames()];
            let [letter, other] = ['I', 'a'].map(|character| self.character_set.label(character).unwrap());
            for (frame, row) in probs.chunks_exact_mut(n_labels).enumerate() {
                if frame == input.n_frames() / 2 {
                    (row[letter], row[other]) = (self.probability, 1.0 - self.probability);
                } else {
                    row[0] = 1.0;
                }
            }
            let log_probs = probs.into_iter().map(f32::ln).collect();
            Ok(LabelPosteriors { log_probs, n_labels })
        }
    }

    #[test]
    fn only_what_leaves_doubt_is_looked_at_again_and_keeps_its_place() {
        let mut image = GrayImage::from_pixel(400, 60, Luma([255]));
        (10..50).for_each(|y| (0..8).for_each(|x| image.put_pixel(196 + x, y, Luma([0]))));
        let line = LineImage::from_gray(image);
        let english = CtcDecoder::english(&CharacterSet::ascii());
        for (decoder, probability, n_views) in [
            (english.clone(), 0.999, 1),
            (english, 0.6, 3),
            (CtcDecoder::Greedy, 0.6, 1),
            (CtcDecoder::DEFAULT_BEAM, 0.6, 1),
        ] {
            let widths = Arc::new(Mutex::new(Vec::new()));
            let model = OneLetter { character_set: CharacterSet::ascii(), probability, widths: widths.clone() };
            let read = LineRecognizer::new(Box::new(model), decoder).recognize(&line).unwrap();
            assert_eq!((read.characters.len(), widths.lock().unwrap().len()), (1, n_views), "{probability}");
            let middle = 0.5 * (read.characters[0].start + read.characters[0].end);
            assert!((middle - 0.5).abs() < 0.05, "{middle}");
        }
    }

    /// A model that reads each stroke as a letter, short ones with doubt, and records its inputs' widths.
    struct Strokes {
        character_set: CharacterSet,
        widths: Arc<Mutex<Vec<usize>>>,
    }

    impl LineModel for Strokes {
        fn character_set(&self) -> &CharacterSet {
            &self.character_set
        }

        fn run(&mut self, input: &ModelInput) -> Result<LabelPosteriors, ModelError> {
            self.widths.lock().unwrap().push(input.width);
            let n_labels = self.character_set.n_labels();
            let [letter, other] = ['a', 'I'].map(|character| self.character_set.label(character).unwrap());
            let inked = |x: usize| input.pixels.iter().skip(x).step_by(input.width).filter(|ink| **ink > 99).count();
            let heights: Vec<usize> = (0..input.width).map(inked).collect();
            let tallest = *heights.iter().max().unwrap();
            let rows = heights.chunks_exact(input.width / input.n_frames()).flat_map(|columns| {
                let mut row = vec![1e-6f32; n_labels];
                let height = *columns.iter().max().unwrap();
                match height {
                    0 => row[0] = 1.0,
                    _ if 3 * height > 2 * tallest => row[letter] = 1.0,
                    _ => (row[letter], row[other]) = (0.55, 0.45),
                }
                row.into_iter().map(f32::ln)
            });
            Ok(LabelPosteriors { log_probs: rows.collect(), n_labels })
        }
    }

    #[test]
    fn a_doubtful_word_is_looked_at_again_with_its_neighbours_only() {
        let mut image = GrayImage::from_pixel(900, 60, Luma([255]));
        for word in 0..8 {
            let top = if word == 4 { 34 } else { 10 };
            (top..50).for_each(|y| (0..6).for_each(|x| image.put_pixel(50 + 100 * word + x, y, Luma([0]))));
        }
        let widths = Arc::new(Mutex::new(Vec::new()));
        let model = Strokes { character_set: CharacterSet::ascii(), widths: widths.clone() };
        let english = CtcDecoder::english(&CharacterSet::ascii());
        let read = LineRecognizer::new(Box::new(model), english).recognize(&LineImage::from_gray(image)).unwrap();
        let widths = widths.lock().unwrap();
        assert_eq!(widths.len(), 3);
        assert!(widths[1..].iter().all(|width| 2 * width < widths[0]), "{widths:?}");
        assert_eq!(read.text.chars().filter(|c| *c != ' ').count(), 8, "{}", read.text);
        assert_eq!(read.text.split(' ').count(), 8, "{}", read.text);
        for (index, word) in read.words().into_iter().enumerate() {
            let place = read.characters[word.0.start].start * 900.0;
            assert!((place - 50.0 - 100.0 * index as f32).abs() < 20.0, "{place} of word {index}");
        }
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
