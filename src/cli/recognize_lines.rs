//! `longhand recognize-lines`: images of single lines, one answer for each path on standard input.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _},
    path::PathBuf,
    thread,
};

use anyhow::Context as _;
use clap::Args;
use crossbeam_channel::{Receiver, Sender, bounded};

use super::{
    options::ReaderOptions,
    outcome::Outcome,
    output::{Answers, complain},
};
use crate::{
    imaging::LineImage,
    page::Transcription,
    recognition::{LineRecognizer, PageReader},
};

/// Read images of single lines, whose paths come from standard input.
///
/// Every line of standard input is the path of an image that shows one line of writing. It is answered by one line of
/// text, in order and at once, so that another program can ask and wait. An image that cannot be read is answered by
/// an empty line and complained about on standard error.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  ls lines/*.png | longhand recognize-lines
  ls lines/*.png | longhand recognize-lines --threads 1 --timing | cut -f 2")]
pub(super) struct RecognizeLines {
    #[command(flatten)]
    reader: ReaderOptions,
    /// Append a tab and the milliseconds from the decoded image to its text.
    #[arg(long)]
    timing: bool,
}

type Question = (usize, PathBuf);
type Answer = (usize, Result<Transcription, String>);

impl RecognizeLines {
    pub(super) fn run(&self) -> anyhow::Result<Outcome> {
        let reader = self.reader.reader()?;
        let questions = questions()?;
        let replies = replies(&reader, &questions)?;
        let mut answers = Answers::new();
        let mut outcome = Outcome::Complete;
        // Workers finish in any order; early replies wait here for their turn.
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (index, reply) in replies {
            early.insert(index, reply);
            while let Some(reply) = early.remove(&next) {
                next += 1;
                let transcription = reply.unwrap_or_else(|reason| {
                    complain(&reason);
                    outcome = Outcome::Incomplete;
                    Transcription::default()
                });
                answers.line(&self.answer(&transcription))?;
            }
        }
        Ok(outcome)
    }

    fn answer(&self, transcription: &Transcription) -> String {
        let text = &transcription.text;
        if self.timing { format!("{text}\t{:.3}", transcription.elapsed_ms) } else { text.clone() }
    }
}

/// The paths on standard input, read on a thread of their own, so that answers do not wait for further paths.
///
/// This thread and the workers are not joined. If the reader closes standard output they may still wait for standard
/// input, and end with the program.
fn questions() -> anyhow::Result<Receiver<Question>> {
    let (sender, questions) = bounded(64);
    let read_paths = move || {
        for (index, line) in io::stdin().lock().split(b'\n').enumerate() {
            let line = match line {
                Ok(line) => line,
                Err(error) => return complain(&format!("cannot read standard input: {error}")),
            };
            let path = String::from_utf8_lossy(&line);
            if sender.send((index, PathBuf::from(path.trim_end_matches('\r')))).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("standard input".to_owned()).spawn(read_paths).context("starting a thread")?;
    Ok(questions)
}

fn replies(reader: &PageReader, questions: &Receiver<Question>) -> anyhow::Result<Receiver<Answer>> {
    let (sender, replies) = bounded(reader.n_threads());
    for number in 0..reader.n_threads() {
        let (questions, sender) = (questions.clone(), sender.clone());
        let mut recognizer = reader.line_recognizer();
        thread::Builder::new()
            .name(format!("worker {number}"))
            .spawn(move || answer_all(&questions, &sender, &mut recognizer))
            .context("starting a thread")?;
    }
    Ok(replies)
}

fn answer_all(questions: &Receiver<Question>, replies: &Sender<Answer>, recognizer: &mut LineRecognizer) {
    for (index, path) in questions {
        let image = LineImage::open(&path).map_err(|error| error.to_string());
        let reply = image.and_then(|image| {
            recognizer.recognize(&image).map_err(|error| format!("cannot read {}: {error}", path.display()))
        });
        if replies.send((index, reply)).is_err() {
            return;
        }
    }
}
