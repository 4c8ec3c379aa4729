//! The lines of one hand, copied and split: most are trained on, and of labels by a person some are held out for
//! evaluation.

use std::{
    fmt::Write as _,
    io::Cursor,
    path::{Path, PathBuf},
};

use image::ImageFormat;

use super::label_source::LabelSource;
use crate::{
    evaluation::{LabelledLine, LineOpener, LineSet},
    page::TextLine,
    storage::write_atomically,
    training::error::TrainingError,
};

/// The fewest lines with labels by a person: some of them are held out. No measurement is recorded.
pub const MIN_OWN_LINES: usize = 20;
/// The fewest lines that a reader has to read on the pages of a hand: only the more confident half is trained on. No
/// measurement is recorded.
pub const MIN_READ_LINES: usize = 10;
/// Of this many lines, one is held out. Lines that are added later leave earlier ones on their side.
const HELD_OUT_EVERY: usize = 4;

/// The user's lines, split.
pub(super) struct OwnLines {
    /// The table of the lines to train on.
    pub(super) training: PathBuf,
    /// How many these are.
    pub(super) n_training: usize,
    /// The table of the lines held out; where none are, of those to train on.
    pub(super) held_out: PathBuf,
    /// How many are held out.
    pub(super) n_held_out: usize,
}

impl LabelSource {
    const fn fewest_lines(self) -> usize {
        match self {
            Self::Human => MIN_OWN_LINES,
            Self::Pseudo => MIN_READ_LINES / 2,
        }
    }

    const fn n_held_out(self, n_lines: usize) -> usize {
        match self {
            Self::Human => n_held_out(n_lines),
            Self::Pseudo => 0,
        }
    }
}

/// How many of `n_lines` lines with labels by a person are held out.
pub const fn n_held_out(n_lines: usize) -> usize {
    n_lines / HELD_OUT_EVERY
}

/// The half of a page's lines with the highest confidence, whose readings become pseudo-labels; corrected lines come
/// first. Trained on all of its readings, a reader would reproduce them; trained on the confident half, it reads the
/// rest better.
pub fn confident_lines(lines: &[TextLine]) -> Vec<TextLine> {
    let mut read: Vec<&TextLine> = lines.iter().filter(|line| !line.text().trim().is_empty()).collect();
    let confidence = |line: &TextLine| match (&line.correction, &line.transcription) {
        (None, Some(transcription)) => transcription.confidence,
        _ => 1.0,
    };
    read.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
    read.truncate(read.len().div_ceil(2));
    read.into_iter().cloned().collect()
}

/// Copies the lines of the set at `path` to `folder`, so that later changes to the set do not affect a run that
/// resumes.
pub(super) fn prepare_lines(path: &Path, label_source: LabelSource, folder: &Path) -> Result<OwnLines, TrainingError> {
    let set = LineSet::open(path).map_err(|error| TrainingError::bad_data(path, error))?;
    let lines: Vec<&LabelledLine> = set.lines.iter().filter(|line| !line.text.is_empty()).collect();
    let fewest = label_source.fewest_lines();
    if lines.len() < fewest {
        return Err(TrainingError::TooFewLines { path: path.to_owned(), n_lines: lines.len(), fewest });
    }
    let folder = folder.join("lines");
    let mut opener = LineOpener::default();
    let header = "file\twriter\ttext\n";
    let (mut training, mut held_out) = (header.to_owned(), header.to_owned());
    for (index, line) in lines.iter().enumerate() {
        let image = opener.open(line).map_err(|error| TrainingError::bad_data(&line.path, error))?;
        let file = format!("{index:04}.png");
        let mut png = Cursor::new(Vec::new());
        let encoded = image.pixels.write_to(&mut png, ImageFormat::Png);
        encoded.map_err(|error| TrainingError::bad_data(&line.path, error))?;
        write(&folder.join(&file), png.get_ref())?;
        let is_held_out = label_source == LabelSource::Human && index % HELD_OUT_EVERY == HELD_OUT_EVERY - 1;
        let table = if is_held_out { &mut held_out } else { &mut training };
        // Writing to a string cannot fail.
        writeln!(table, "{file}\tme\t{}", line.text).ok();
    }
    let n_held_out = label_source.n_held_out(lines.len());
    let training_table = folder.join("learnt.tsv");
    write(&training_table, training.as_bytes())?;
    let held_out_table = if n_held_out > 0 { folder.join("held-out.tsv") } else { training_table.clone() };
    if n_held_out > 0 {
        write(&held_out_table, held_out.as_bytes())?;
    }
    let n_training = lines.len() - n_held_out;
    Ok(OwnLines { training: training_table, n_training, held_out: held_out_table, n_held_out })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), TrainingError> {
    write_atomically(path, bytes).map_err(|error| TrainingError::unwritable(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        imaging::LineImage,
        page::{RecognizedCharacter, Rect, Transcription},
        storage::UserLines,
    };
    use image::{GrayImage, Luma};

    fn user_lines(folder: &Path, n: usize) -> PathBuf {
        let lines = UserLines::new(folder.join("own"));
        for index in 0..n as u32 {
            let pixels = GrayImage::from_fn(60, 20, |x, _| Luma([if x == index { 0 } else { 255 }]));
            lines.add(&LineImage::from_gray(pixels), &format!("line {index}"), "page").unwrap();
        }
        lines.table()
    }

    fn texts(table: &Path) -> Vec<String> {
        LineSet::open(table).unwrap().lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn later_lines_leave_the_earlier_ones_on_their_side() {
        let folder = tempfile::tempdir().unwrap();
        let few = prepare_lines(&user_lines(folder.path(), 22), LabelSource::Human, &folder.path().join("a")).unwrap();
        let many = prepare_lines(&user_lines(folder.path(), 30), LabelSource::Human, &folder.path().join("b")).unwrap();
        assert_eq!((few.n_training, few.n_held_out), (17, 5));
        assert_eq!((texts(&few.training).len(), texts(&few.held_out).len()), (17, 5));
        let (few, many) = (texts(&few.held_out), texts(&many.held_out));
        assert_eq!(few[..], many[..few.len()]);
    }

    #[test]
    fn too_few_lines_are_refused_with_both_numbers() {
        let folder = tempfile::tempdir().unwrap();
        for (label_source, n, fewest) in [(LabelSource::Human, 19, "20"), (LabelSource::Pseudo, 4, "5")] {
            let lines = user_lines(&folder.path().join(fewest), n);
            let error = prepare_lines(&lines, label_source, folder.path()).err().unwrap().to_string();
            assert!(error.contains(&n.to_string()) && error.contains(fewest), "{error}");
        }
    }

    #[test]
    fn a_reader_gets_used_to_a_hand_by_the_surer_half_and_by_corrections() {
        let read = |text: &str, confidence: f32, correction: Option<&str>| {
            let characters =
                text.chars().map(|character| RecognizedCharacter { character, confidence, start: 0.0, end: 1.0 });
            TextLine {
                transcription: Some(Transcription::new(characters.collect())),
                correction: correction.map(str::to_owned),
                ..TextLine::at(Rect::default())
            }
        };
        let lines = [
            read("sure", 0.9, None),
            read("doubtful", 0.3, None),
            read("wrong", 0.2, Some("right")),
            read("", 1.0, None),
        ];
        let texts =
            |lines: &[TextLine]| confident_lines(lines).iter().map(|line| line.text().to_owned()).collect::<Vec<_>>();
        assert_eq!(texts(&lines), ["right", "sure"]);
        assert_eq!(texts(&lines[1..2]), ["doubtful"]);
        assert!(texts(&lines[3..]).is_empty());
    }

    #[test]
    fn what_the_reader_read_is_all_learnt_from() {
        let folder = tempfile::tempdir().unwrap();
        let sets =
            prepare_lines(&user_lines(folder.path(), 11), LabelSource::Pseudo, &folder.path().join("a")).unwrap();
        assert_eq!((sets.n_training, sets.n_held_out, texts(&sets.training).len()), (11, 0, 11));
        assert_eq!(sets.held_out, sets.training);
    }
}
