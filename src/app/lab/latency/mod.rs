//! The panel that shows where a line's milliseconds go, layer by layer, for one model or two.

mod jobs;
mod kinds_view;
mod network_view;
mod view;

use std::path::{Path, PathBuf};

use self::jobs::{Lines, MeasuringEvent, Request};
use super::{
    LabCommand,
    compare::Side,
    context::{LabContext, Task},
    model_list::default_model,
};
use crate::{app::tasks::dialogs::Ask, recognition::Profile};

/// The slider's range, in columns.
const WIDTHS: std::ops::RangeInclusive<usize> = 64..=2048;

/// What the panel's view sends.
#[derive(Clone, Debug, PartialEq)]
pub enum LatencyCommand {
    /// Takes a model, by name or by its package's folder; the second may be none.
    Choose(Side, Option<String>),
    /// Asks for a package's folder.
    AskForPackage(Side),
    /// Measures a line so many columns wide.
    SetWidth(usize),
    /// Lines read at once.
    SetThreads(usize),
    /// Whether to measure the lines of the open page instead of a line of strokes.
    UseOpenPage(bool),
    /// Measures.
    Start,
    /// Stops measuring; what is there stays.
    Stop,
    /// Asks where to save what was measured of this model.
    Export(Side, ExportFormat),
    /// Saves it there.
    ExportTo(Side, ExportFormat, PathBuf),
}

/// A form in which a measurement leaves the program; the same as those of `longhand profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Rows parted by commas.
    Csv,
    /// For programs.
    Json,
    /// For `chrome://tracing` and Perfetto.
    Trace,
}

impl ExportFormat {
    pub(super) const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Trace];

    const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Trace => "Trace",
        }
    }

    fn file_name(self, model: &str) -> String {
        match self {
            Self::Csv => format!("{model}.csv"),
            Self::Json => format!("{model}.json"),
            Self::Trace => format!("{model}.trace.json"),
        }
    }
}

/// What was measured of one model.
#[derive(Clone, Debug)]
struct Measured {
    model: String,
    profile: Profile,
    /// Columns and milliseconds of lines of several lengths, once they are there.
    curve: Vec<(usize, f32)>,
}

/// How far measuring is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Progress {
    doing: String,
    part: f32,
}

/// What the panel shows.
pub(in crate::app) struct LatencyPanel {
    models: [Option<String>; 2],
    width: usize,
    n_threads: usize,
    uses_open_page: bool,
    measuring: Task<MeasuringEvent>,
    progress: Progress,
    roof_gflops: Option<f64>,
    measured: [Option<Measured>; 2],
    exporting: Task<Result<PathBuf, String>>,
}

impl Default for LatencyPanel {
    fn default() -> Self {
        Self {
            models: [None, None],
            width: 512,
            n_threads: 1,
            uses_open_page: false,
            measuring: Task::default(),
            progress: Progress::default(),
            roof_gflops: None,
            measured: [None, None],
            exporting: Task::default(),
        }
    }
}

impl LatencyPanel {
    pub(super) fn run(&mut self, command: LatencyCommand, cx: &mut LabContext<'_>) {
        match command {
            LatencyCommand::Choose(side, model) => self.models[side as usize] = model,
            LatencyCommand::AskForPackage(side) => {
                cx.ask(Ask::Folder { title: "Choose a model package" }, move |folder| {
                    let model = folder.to_string_lossy().into_owned();
                    LabCommand::Latency(LatencyCommand::Choose(side, Some(model)))
                });
            }
            LatencyCommand::SetWidth(width) => self.width = width.clamp(*WIDTHS.start(), *WIDTHS.end()),
            LatencyCommand::SetThreads(n_threads) => self.n_threads = n_threads.max(1),
            LatencyCommand::UseOpenPage(uses) => self.uses_open_page = uses,
            LatencyCommand::Start => self.start(cx),
            LatencyCommand::Stop => self.measuring.stop(),
            LatencyCommand::Export(side, format) => {
                let Some(measured) = &self.measured[side as usize] else { return };
                let name = format.file_name(&file_stem(&measured.model));
                cx.ask(Ask::NewFile { title: "Save the measurement", name }, move |path| {
                    LabCommand::Latency(LatencyCommand::ExportTo(side, format, path))
                });
            }
            LatencyCommand::ExportTo(side, format, path) => {
                let (Some(measured), Some(roof)) = (self.measured[side as usize].clone(), self.roof_gflops) else {
                    return;
                };
                self.exporting.start("Saving the measurement", cx, move |job| {
                    // A window that is gone needs no word of it.
                    job.report(jobs::export(&measured, format, roof, path)).ok();
                });
            }
        }
    }

    fn start(&mut self, cx: &mut LabContext<'_>) {
        let lines = match cx.document.filter(|_| self.uses_open_page) {
            Some(document) => match crate::app::logic::jobs::source_of(document, false) {
                Some(source) => Lines::OfPage { source, known: document.page.lines.clone() },
                None => return cx.fail(format!("The pixels of {} are not there yet", document.name)),
            },
            None => Lines::Strokes { width: self.width },
        };
        let first = self.models[0].clone().unwrap_or_else(|| default_model(cx.settings).to_owned());
        let models = [Some(first), self.models[1].clone()];
        let request = Request { models, lines, n_threads: self.n_threads };
        self.measured = [None, None];
        self.progress = Progress::default();
        let library = cx.options.library.clone();
        self.measuring.start("Measuring", cx, move |job| {
            // Stopped: what was measured has been reported.
            jobs::measure(job, &library, request).ok();
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.measuring.poll(cx.notifications, cx.now_secs) {
            match event {
                MeasuringEvent::Progress(progress) => self.progress = progress,
                MeasuringEvent::Roof(gflops) => self.roof_gflops = Some(gflops),
                MeasuringEvent::Measured(side, model, profile) => {
                    self.measured[side as usize] = Some(Measured { model, profile, curve: Vec::new() });
                }
                MeasuringEvent::Curve(side, curve) => {
                    if let Some(measured) = &mut self.measured[side as usize] {
                        measured.curve = curve;
                    }
                }
                MeasuringEvent::Failed(reason) => cx.fail(reason),
            }
        }
        for saved in self.exporting.poll(cx.notifications, cx.now_secs) {
            match saved {
                Ok(path) => cx.inform(format!("Saved as {}", path.display())),
                Err(reason) => cx.fail(reason),
            }
        }
    }
}

/// A model's name for files: the last part of a folder.
fn file_stem(model: &str) -> String {
    Path::new(model).file_name().map_or_else(|| model.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// What a line of `width` columns takes by a curve: between two points along the straight line.
fn on_curve(curve: &[(usize, f32)], width: usize) -> Option<f32> {
    let after = curve.iter().position(|(known, _)| *known >= width)?;
    let (right, right_ms) = curve[after];
    let Some(&(left, left_ms)) = after.checked_sub(1).and_then(|before| curve.get(before)) else {
        return Some(right_ms * width as f32 / right.max(1) as f32);
    };
    let part = (width - left) as f32 / (right - left).max(1) as f32;
    Some(left_ms + part * (right_ms - left_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_read_between_their_points() {
        let curve = [(100, 2.0), (300, 6.0)];
        let ms = [50, 100, 200, 300, 301].map(|width| on_curve(&curve, width));
        assert_eq!(ms, [Some(1.0), Some(2.0), Some(4.0), Some(6.0), None]);
        assert_eq!(on_curve(&[], 10), None);
    }
}
