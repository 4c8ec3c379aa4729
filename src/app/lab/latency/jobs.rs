//! The jobs of the panel "Latency".

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use super::measurement::{Measured, Progress, file_stem, is_of_page};
use crate::{
    app::{
        lab::command::{ExportFormat, Side},
        tasks::page_source::{PageSource, page_image},
    },
    evaluation::{ComparisonLine, LineOpener},
    imaging::{ModelInput, normalize},
    jobs::{Cancelled, JobContext},
    page::TextLine,
    recognition::{
        ModelLibrary, ModelPackage, NamedProfile, Profile, line_costs, line_of_strokes, matrix_peak_gflops, profile,
        profile_ink_labeller,
    },
    storage::write_atomically,
};

/// The most lines of a page that are measured, evenly spaced.
const MAX_LINES: usize = 20;
/// Line widths of the curve, in columns.
const CURVE_WIDTHS: [usize; 8] = [64, 128, 256, 512, 768, 1024, 1536, 2048];

/// The models and lines to be measured.
pub(super) struct Request {
    pub(super) models: [Option<String>; 2],
    pub(super) lines: Lines,
    pub(super) n_threads: usize,
}

/// The lines to be measured.
pub(super) enum Lines {
    Strokes { width: usize },
    OfPage { source: PageSource, known: Vec<TextLine> },
}

/// An event of measuring.
pub(super) enum MeasuringEvent {
    Progress(Progress),
    /// GFLOP/s of the engine's own matrix product.
    Roof(f64),
    Measured(Side, String, Profile),
    Curve(Side, Vec<(usize, f32)>),
    Failed(String),
}

/// Measures the roof, then each model, then its time by the length of the line.
pub(super) fn measure(
    job: &JobContext<MeasuringEvent>,
    library: &ModelLibrary,
    request: Request,
) -> Result<(), Cancelled> {
    let Request { models, lines, n_threads } = request;
    report_progress(job, "Measuring the machine", 0.0)?;
    match matrix_peak_gflops(n_threads) {
        Some(gflops) => job.tell(MeasuringEvent::Roof(gflops))?,
        None => return fail(job, "The engine cannot multiply matrices"),
    }
    let lines = match take(lines) {
        Ok(lines) => lines,
        Err(reason) => return fail(job, &reason),
    };
    let mut packages = Vec::new();
    for (side, model) in [Side::A, Side::B].into_iter().zip(models) {
        let Some(model) = model else { continue };
        if is_of_page(&model) {
            packages.push((side, model, None));
            continue;
        }
        match library.open_name_or_folder(&model) {
            Ok(package) => packages.push((side, model, Some(package))),
            Err(error) => return fail(job, &error.to_string()),
        }
    }
    for (side, model, package) in &packages {
        let doing = format!("Measuring the layers of {}", file_stem(model));
        let progress = Steps::new(job, doing);
        let on_progress = |done, of| progress.step(done, of);
        let measured = match package {
            Some(package) => profile(package, &lines, n_threads, &on_progress),
            None => profile_ink_labeller(n_threads, &on_progress),
        };
        match measured {
            Ok(Some(profile)) => job.tell(MeasuringEvent::Measured(*side, model.clone(), profile))?,
            Ok(None) => return Err(Cancelled),
            Err(error) => return fail(job, &error.to_string()),
        }
    }
    let mut readers = packages.iter().filter_map(|(side, model, package)| Some((side, model, package.as_ref()?)));
    readers.try_for_each(|(side, model, package)| curve(job, *side, model, package))
}

fn curve(job: &JobContext<MeasuringEvent>, side: Side, model: &str, package: &ModelPackage) -> Result<(), Cancelled> {
    let progress = Steps::new(job, format!("Measuring longer lines with {}", file_stem(model)));
    match line_costs(package, &CURVE_WIDTHS, &|done, of| progress.step(done, of)) {
        Ok(Some(curve)) => job.tell(MeasuringEvent::Curve(side, curve)),
        Ok(None) => Err(Cancelled),
        Err(error) => fail(job, &error.to_string()),
    }
}

fn take(lines: Lines) -> Result<Vec<ModelInput>, String> {
    match lines {
        Lines::Strokes { width } => Ok(vec![line_of_strokes(width)]),
        Lines::OfPage { source, known } => {
            let lines = ComparisonLine::from_page(&*page_image(source)?, &known);
            let step = lines.len().div_ceil(MAX_LINES).max(1);
            let (mut inputs, mut opener) = (Vec::new(), LineOpener::default());
            for line in lines.iter().step_by(step) {
                inputs.push(normalize(&*line.picture.image(&mut opener).map_err(|error| error.to_string())?));
            }
            inputs.retain(|input| !input.is_blank);
            if inputs.is_empty() {
                Err("There are no lines of writing on the open page".to_owned())
            } else {
                Ok(inputs)
            }
        }
    }
}

/// Reports progress in whole percents, to disturb the measurement little.
struct Steps<'a> {
    job: &'a JobContext<MeasuringEvent>,
    doing: String,
    percent: AtomicU32,
}

impl<'a> Steps<'a> {
    fn new(job: &'a JobContext<MeasuringEvent>, doing: String) -> Self {
        Self { job, doing, percent: AtomicU32::new(u32::MAX) }
    }

    fn step(&self, done: usize, of: usize) -> ControlFlow<()> {
        let percent = (100 * done / of.max(1)) as u32;
        let is_new = self.percent.swap(percent, Ordering::Relaxed) != percent;
        let reported = if is_new {
            report_progress(self.job, &self.doing, percent as f32 / 100.0)
        } else {
            self.job.cancel_token().check()
        };
        if reported.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

fn report_progress(job: &JobContext<MeasuringEvent>, doing: &str, part: f32) -> Result<(), Cancelled> {
    job.tell(MeasuringEvent::Progress(Progress { doing: doing.to_owned(), part }))
}

fn fail(job: &JobContext<MeasuringEvent>, reason: &str) -> Result<(), Cancelled> {
    job.tell(MeasuringEvent::Failed(reason.to_owned()))
}

/// Writes a measurement as `longhand profile` would print it.
pub(super) fn export(
    measured: &Measured,
    format: ExportFormat,
    roof_gflops: f64,
    path: PathBuf,
) -> Result<PathBuf, String> {
    let Measured { model, profile, .. } = measured;
    let text = match format {
        ExportFormat::Csv => Ok(profile.to_csv(roof_gflops)),
        ExportFormat::Json => serde_json::to_string_pretty(&NamedProfile { model, profile }),
        ExportFormat::Trace => serde_json::to_string_pretty(&profile.to_trace(model)),
    };
    let text = text.map_err(|error| format!("The measurement could not be written: {error}"))?;
    match write_atomically(&path, text.as_bytes()) {
        Ok(()) => Ok(path),
        Err(error) => Err(format!("The measurement could not be saved as {}: {error}", path.display())),
    }
}
