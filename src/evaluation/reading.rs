//! Evaluation of a reader on a set of lines: error rates and times.

use std::{ops::ControlFlow, path::PathBuf};

use super::{
    line_opener::LineOpener,
    line_set::{LabelledLine, LineSet},
};
use crate::{
    page::{CharErrorRate, WordAlternatives, WordErrorRate, comparable_text},
    recognition::{LineRecognizer, PageReader, in_parallel},
};

impl LineSet {
    /// Reads every line on the reader's threads. `on_line` gets each line in the order of completion.
    pub fn evaluate(&self, reader: &PageReader, on_line: &mut dyn FnMut(&ReadLine)) -> Evaluation {
        self.evaluate_while(reader, &mut |line| {
            on_line(line);
            ControlFlow::Continue(())
        })
    }

    /// As [`LineSet::evaluate`], until `on_line` returns `Break`; evaluates the lines read until then.
    pub fn evaluate_while(
        &self,
        reader: &PageReader,
        on_line: &mut dyn FnMut(&ReadLine) -> ControlFlow<()>,
    ) -> Evaluation {
        let mut lines: Vec<Option<ReadLine>> = vec![None; self.lines.len()];
        let (ControlFlow::Continue(()) | ControlFlow::Break(())) = in_parallel(
            reader.n_threads(),
            self.lines.len(),
            || (LineOpener::default(), reader.line_recognizer()),
            |(opener, recognizer), index| read_line(opener, recognizer, &self.lines[index]),
            &mut |index, line: ReadLine| {
                let flow = on_line(&line);
                lines[index] = Some(line);
                flow
            },
        );
        Evaluation { lines: lines.into_iter().flatten().collect() }
    }
}

fn read_line(opener: &mut LineOpener, recognizer: &mut LineRecognizer, line: &LabelledLine) -> ReadLine {
    let image = opener.open(line).map_err(|error| error.to_string());
    let read = image.and_then(|image| {
        recognizer.recognize(&image).map_err(|error| format!("cannot read {}: {error}", line.path.display()))
    });
    let (read, failure) = match read {
        Ok(transcription) => (Some(transcription), None),
        Err(reason) => (None, Some(reason)),
    };
    let elapsed_ms = read.as_ref().map(|read| read.elapsed_ms);
    let read = read.unwrap_or_default();
    ReadLine {
        file: line.file.clone(),
        image: line.path.clone(),
        reference: line.text.clone(),
        word_confidences: read.words().into_iter().map(|(_, confidence)| confidence).collect(),
        alternatives: read.alternatives,
        hypothesis: read.text,
        elapsed_ms,
        failure,
    }
}

/// A line of a set with its recognized text.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadLine {
    /// The image's name in the set.
    pub file: String,
    /// The image's file: of the line, or of its page.
    pub image: PathBuf,
    /// The true text.
    pub reference: String,
    /// The recognized text; empty if the line failed.
    pub hypothesis: String,
    /// The confidence of each of its words, 0 to 1.
    pub word_confidences: Vec<f32>,
    /// Alternatives of its words.
    pub alternatives: Vec<WordAlternatives>,
    /// Milliseconds from line image to text; `None` if the line failed.
    pub elapsed_ms: Option<f32>,
    /// Why the line failed, with the name of the file.
    pub failure: Option<String>,
}

impl ReadLine {
    /// The character error rate of this line.
    pub fn char_error_rate(&self) -> CharErrorRate {
        let mut rate = CharErrorRate::default();
        rate.add(&self.reference, &self.hypothesis);
        rate
    }
}

/// The evaluation of a reader on a set. A failed line counts as read empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// The lines, in the set's order.
    pub lines: Vec<ReadLine>,
}

impl Evaluation {
    /// Character error rate over all lines.
    pub fn char_error_rate(&self) -> CharErrorRate {
        let mut rate = CharErrorRate::default();
        self.lines.iter().for_each(|line| rate.add(&line.reference, &line.hypothesis));
        rate
    }

    /// Word error rate over all lines.
    pub fn word_error_rate(&self) -> WordErrorRate {
        let mut rate = WordErrorRate::default();
        self.lines.iter().for_each(|line| rate.add(&line.reference, &line.hypothesis));
        rate
    }

    /// The number of lines without any error.
    pub fn n_exact(&self) -> usize {
        let is_exact = |line: &&ReadLine| comparable_text(&line.reference) == comparable_text(&line.hypothesis);
        self.lines.iter().filter(|line| line.failure.is_none()).filter(is_exact).count()
    }

    /// The number of failed lines.
    pub fn n_failed(&self) -> usize {
        self.lines.iter().filter(|line| line.failure.is_some()).count()
    }

    /// Median time of the lines that did not fail, in milliseconds; 0 without any.
    pub fn median_ms(&self) -> f32 {
        let mut times: Vec<f32> = self.lines.iter().filter_map(|line| line.elapsed_ms).collect();
        times.sort_by(f32::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// The indices of the `n` lines with the highest character error rates, ties in the set's order; without exact
    /// lines.
    pub fn worst_places(&self, n: usize) -> Vec<usize> {
        let rates = self.lines.iter().map(ReadLine::char_error_rate).enumerate();
        let mut places: Vec<_> = rates.filter(|(_, rate)| rate.0.edits > 0).collect();
        places.sort_by(|(_, a), (_, b)| b.percent().total_cmp(&a.percent()));
        places.into_iter().take(n).map(|(place, _)| place).collect()
    }

    /// The lines at [`Evaluation::worst_places`].
    pub fn worst(&self, n: usize) -> Vec<&ReadLine> {
        self.worst_places(n).into_iter().map(|place| &self.lines[place]).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::recognition::{CtcDecoder, FakeLineModel};
    use image::{GrayImage, Luma};

    #[test]
    fn lines_that_cannot_be_read_count_as_errors() {
        let folder = tempfile::tempdir().unwrap();
        GrayImage::from_pixel(80, 40, Luma([255])).save(folder.path().join("paper.png")).unwrap();
        let path = folder.path().join("set.tsv");
        fs::write(&path, "file\ttext\npaper.png\t\nmissing.png\tabcd\n").unwrap();
        let reader = PageReader::with_model(|| Box::new(FakeLineModel::new()), 2, CtcDecoder::Greedy);
        let mut n_heard = 0;
        let evaluation = LineSet::open(&path).unwrap().evaluate(&reader, &mut |_| n_heard += 1);
        assert_eq!((n_heard, evaluation.n_failed(), evaluation.n_exact()), (2, 1, 1));
        assert!((evaluation.char_error_rate().percent() - 100.0).abs() < 1e-9);
        let worst = evaluation.worst(10);
        assert_eq!(worst.len(), 1);
        assert!(worst[0].failure.as_ref().unwrap().contains("missing.png"));
    }

    #[test]
    fn the_worst_lines_come_first() {
        let line = |reference: &str, hypothesis: &str, elapsed_ms| ReadLine {
            file: String::new(),
            image: PathBuf::new(),
            reference: reference.to_owned(),
            hypothesis: hypothesis.to_owned(),
            word_confidences: Vec::new(),
            alternatives: Vec::new(),
            elapsed_ms: Some(elapsed_ms),
            failure: None,
        };
        let lines = vec![line("abcd", "abcd", 1.0), line("abcd", "abxx", 9.0), line("abcd", "abcx", 4.0)];
        let evaluation = Evaluation { lines };
        assert!((evaluation.median_ms() - 4.0).abs() < f32::EPSILON);
        let worst: Vec<_> = evaluation.worst(5).iter().map(|line| line.hypothesis.as_str()).collect();
        assert_eq!(worst, ["abxx", "abcx"]);
    }
}
