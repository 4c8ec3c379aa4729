//! The jobs of the panel "Evaluate".

use std::{num::NonZeroUsize, path::Path, sync::Arc, thread};

use eframe::egui::{Context, TextureHandle};

use crate::{
    app::{state::reader_choice::decoder_of, ui::texture::line_texture},
    evaluation::{Confusion, ErrorIntervals, Evaluation, LineOpener, LineSet, ReportFacts, html_report},
    jobs::{Cancelled, JobContext},
    recognition::{ModelLibrary, PageReader},
};

/// Number of worst lines shown.
const N_WORST: usize = 20;

/// An event of evaluating.
pub(super) enum EvaluateEvent {
    /// Number of lines in the set.
    Opened(usize),
    /// One more line is read.
    Read,
    Done(Arc<Measurement>),
    Failed(String),
}

/// The evaluation of a model on a set, with everything that the panel shows.
pub(super) struct Measurement {
    pub(super) facts: ReportFacts,
    pub(super) evaluation: Evaluation,
    pub(super) intervals: Option<ErrorIntervals>,
    pub(super) confusions: Vec<Confusion>,
    /// Indices into the evaluation, each with its picture if that can be opened.
    pub(super) worst: Vec<(usize, Option<TextureHandle>)>,
    set: LineSet,
}

impl Measurement {
    /// The report that can be passed on, as HTML.
    pub(super) fn report(&self) -> String {
        html_report(&self.facts, &self.set, &self.evaluation)
    }
}

/// Reads the lines of the set at `path` with the model called `model`.
pub(super) fn measure(
    job: &JobContext<EvaluateEvent>,
    ctx: &Context,
    library: &ModelLibrary,
    model: &str,
    uses_language: bool,
    path: &Path,
) -> Result<(), Cancelled> {
    let n_threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let opened = LineSet::open(path).map_err(|error| error.to_string()).and_then(|set| {
        let package = library.open_name_or_folder(model).map_err(|error| error.to_string())?;
        let title = package.manifest.title.clone();
        let decoder = decoder_of(uses_language, &package);
        let reader = PageReader::open(&package, n_threads, decoder).map_err(|error| error.to_string())?;
        Ok((set, title, reader))
    });
    let (set, title, reader) = match opened {
        Ok(opened) => opened,
        Err(reason) => return job.tell(EvaluateEvent::Failed(reason)),
    };
    job.tell(EvaluateEvent::Opened(set.lines.len()))?;
    let evaluation = set.evaluate_while(&reader, &mut |_line| job.tell_or_break(EvaluateEvent::Read));
    job.cancel_token().check()?;
    let facts = ReportFacts {
        model: title,
        model_name: model.to_owned(),
        set: path.display().to_string(),
        decoder: if uses_language { "language" } else { "greedy" }.to_owned(),
    };
    let mut opener = LineOpener::default();
    let worst = evaluation.worst_places(N_WORST).into_iter().map(|place| {
        let image = set.lines.get(place).and_then(|line| opener.open(line).ok());
        (place, image.map(|image| line_texture(ctx, &image.pixels)))
    });
    let (worst, confusions, intervals) = (worst.collect(), evaluation.confusions(), evaluation.error_intervals());
    job.tell(EvaluateEvent::Done(Arc::new(Measurement { facts, evaluation, intervals, confusions, worst, set })))
}
