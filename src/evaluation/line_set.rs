//! Sets of labelled line images, and the error rates of a reader on them.

use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    imaging::LineImage,
    page::{CharErrorRate, WordErrorRate, comparable_text, natural_spacing},
    recognition::{LineRecognizer, PageReader, in_parallel},
};

/// A table of line images with their texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSet {
    /// In the table's order.
    pub lines: Vec<LabelledLine>,
}

/// One line image and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledLine {
    /// The image as the table names it.
    pub file: String,
    /// Where the image lies.
    pub path: PathBuf,
    /// The true text, naturally spaced.
    pub text: String,
}

/// Why a set could not be opened.
#[derive(Debug, Error)]
pub enum LineSetError {
    /// There is no such file, or it is no text.
    #[error("cannot read the set {}: {source}", path.display())]
    Unreadable {
        /// The table.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The header lacks a column.
    #[error("the set {} has no column called \"{column}\" in its first line", path.display())]
    MissingColumn {
        /// The table.
        path: PathBuf,
        /// The column's name.
        column: &'static str,
    },
    /// A row is shorter than the header.
    #[error("line {line} of the set {} has too few columns", path.display())]
    ShortRow {
        /// The table.
        path: PathBuf,
        /// Counted from 1, the header being 1.
        line: usize,
    },
    /// There is nothing below the header.
    #[error("the set {} has no lines", path.display())]
    Empty {
        /// The table.
        path: PathBuf,
    },
}

impl LineSet {
    /// Opens a TSV with a header and the columns `file` (relative to the table) and `text` among others. Texts are
    /// spaced naturally, as readers write them.
    pub fn open(path: &Path) -> Result<Self, LineSetError> {
        let table =
            fs::read_to_string(path).map_err(|source| LineSetError::Unreadable { path: path.to_owned(), source })?;
        let mut rows = table.lines();
        let header: Vec<&str> = rows.next().unwrap_or_default().trim_start_matches('\u{feff}').split('\t').collect();
        let column = |column: &'static str| {
            header
                .iter()
                .position(|name| name.trim() == column)
                .ok_or_else(|| LineSetError::MissingColumn { path: path.to_owned(), column })
        };
        let (file_column, text_column) = (column("file")?, column("text")?);
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut lines = Vec::new();
        for (index, row) in rows.enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let cells: Vec<&str> = row.split('\t').collect();
            let (Some(file), Some(text)) = (cells.get(file_column), cells.get(text_column)) else {
                return Err(LineSetError::ShortRow { path: path.to_owned(), line: index + 2 });
            };
            lines.push(LabelledLine { file: (*file).to_owned(), path: folder.join(file), text: natural_spacing(text) });
        }
        if lines.is_empty() { Err(LineSetError::Empty { path: path.to_owned() }) } else { Ok(Self { lines }) }
    }

    /// Reads every line with the reader's threads. `on_line` hears of each in the order in which they get done.
    pub fn evaluate(&self, reader: &PageReader, on_line: &mut dyn FnMut(&ReadLine)) -> Evaluation {
        let mut lines: Vec<Option<ReadLine>> = vec![None; self.lines.len()];
        let (ControlFlow::Continue(()) | ControlFlow::Break(())) = in_parallel(
            reader.n_threads(),
            self.lines.len(),
            || reader.line_recognizer(),
            |recognizer, index| read_line(recognizer, &self.lines[index]),
            &mut |index, line: ReadLine| {
                on_line(&line);
                lines[index] = Some(line);
                ControlFlow::Continue(())
            },
        );
        Evaluation { lines: lines.into_iter().flatten().collect() }
    }
}

fn read_line(recognizer: &mut LineRecognizer, line: &LabelledLine) -> ReadLine {
    let image = LineImage::open(&line.path).map_err(|error| error.to_string());
    let read = image.and_then(|image| {
        recognizer.recognize(&image).map_err(|error| format!("cannot read {}: {error}", line.path.display()))
    });
    let (hypothesis, elapsed_ms, failure) = match read {
        Ok(transcription) => (transcription.text, Some(transcription.elapsed_ms), None),
        Err(reason) => (String::new(), None, Some(reason)),
    };
    ReadLine { file: line.file.clone(), reference: line.text.clone(), hypothesis, elapsed_ms, failure }
}

/// One line of a set with what was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadLine {
    /// The image as the table names it.
    pub file: String,
    /// The true text.
    pub reference: String,
    /// The text that was read; empty where the line could not be read.
    pub hypothesis: String,
    /// From line image to text, in milliseconds; `None` where the line could not be read.
    pub elapsed_ms: Option<f32>,
    /// Why the line could not be read, naming the file.
    pub failure: Option<String>,
}

impl ReadLine {
    /// Edits of this line.
    pub fn char_error_rate(&self) -> CharErrorRate {
        let mut rate = CharErrorRate::default();
        rate.add(&self.reference, &self.hypothesis);
        rate
    }
}

/// What a reader made of a set. A line that could not be read counts as empty, so that it counts against the reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// In the set's order.
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

    /// Lines read without any error.
    pub fn n_exact(&self) -> usize {
        let is_exact = |line: &&ReadLine| comparable_text(&line.reference) == comparable_text(&line.hypothesis);
        self.lines.iter().filter(|line| line.failure.is_none()).filter(is_exact).count()
    }

    /// Lines that could not be read.
    pub fn n_failed(&self) -> usize {
        self.lines.iter().filter(|line| line.failure.is_some()).count()
    }

    /// Median time of the lines that were read, in milliseconds; 0 where none was.
    pub fn median_ms(&self) -> f32 {
        let mut times: Vec<f32> = self.lines.iter().filter_map(|line| line.elapsed_ms).collect();
        times.sort_by(f32::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// The `n` lines with most edits for their length, those of equal rate in the set's order. Exact lines are left
    /// out.
    pub fn worst(&self, n: usize) -> Vec<&ReadLine> {
        let mut lines: Vec<_> = self.lines.iter().map(|line| (line.char_error_rate(), line)).collect();
        lines.retain(|(rate, _)| rate.0.edits > 0);
        lines.sort_by(|(a, _), (b, _)| b.percent().total_cmp(&a.percent()));
        lines.into_iter().take(n).map(|(_, line)| line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::{CtcDecoder, FakeLineModel};
    use image::{GrayImage, Luma};

    fn set(text: &str) -> Result<LineSet, LineSetError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("set.tsv");
        fs::write(&path, text).unwrap();
        LineSet::open(&path)
    }

    #[test]
    fn columns_are_found_by_name_and_texts_spaced_naturally() {
        let set =
            set("writer\ttext\tfile\r\nw1\tHe said \" no \" .\ta.png\r\n\r\nw2\tpresto !\tsub/b.png\r\n").unwrap();
        let texts: Vec<_> = set.lines.iter().map(|line| (line.file.as_str(), line.text.as_str())).collect();
        assert_eq!(texts, [("a.png", "He said \"no\"."), ("sub/b.png", "presto!")]);
        assert!(set.lines[1].path.ends_with("sub/b.png"));
    }

    #[test]
    fn a_bad_table_is_refused_with_its_name() {
        for (text, reason) in [
            ("", "has no column called \"file\""),
            ("file\tlabel\na.png\tx\n", "has no column called \"text\""),
            ("file\ttext\na.png\tx\nb.png\n", "line 3 of the set"),
            ("file\ttext\n", "has no lines"),
        ] {
            let error = set(text).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("set.tsv"), "{error}");
        }
        assert!(LineSet::open(Path::new("nowhere.tsv")).unwrap_err().to_string().contains("nowhere.tsv"));
    }

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
            reference: reference.to_owned(),
            hypothesis: hypothesis.to_owned(),
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
