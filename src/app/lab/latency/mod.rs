//! The panel "Latency": the time of a line, layer by layer, for one model or two.

mod curves_view;
mod jobs;
mod kinds_view;
mod measurement;
mod network_view;
mod view;

use std::path::PathBuf;

use self::{
    jobs::{Lines, MeasuringEvent, Request},
    measurement::{Measured, Progress, WIDTHS, file_stem},
};
use super::{
    command::{LabCommand, LatencyCommand, Side},
    context::LabContext,
    file_saver::FileSaver,
    model_list::ModelList,
    model_pair::{ModelPair, PairOfNames},
};
use crate::{
    app::tasks::{dialogs::Ask, job_slot::JobSlot, page_source::source_of},
    storage::Settings,
};

/// The panel's state.
pub(crate) struct LatencyPanel {
    models: ModelPair,
    /// The first model is measured alone.
    is_alone: bool,
    width: usize,
    n_threads: usize,
    uses_open_page: bool,
    measuring: JobSlot<MeasuringEvent>,
    progress: Progress,
    roof_gflops: Option<f64>,
    measured: [Option<Measured>; 2],
    exporting: JobSlot<Result<PathBuf, String>>,
    saver: FileSaver,
}

impl Default for LatencyPanel {
    fn default() -> Self {
        Self {
            models: ModelPair::default(),
            is_alone: false,
            width: 512,
            n_threads: 1,
            uses_open_page: false,
            measuring: JobSlot::default(),
            progress: Progress::default(),
            roof_gflops: None,
            measured: [None, None],
            exporting: JobSlot::default(),
            saver: FileSaver::default(),
        }
    }
}

impl LatencyPanel {
    pub(super) fn run(&mut self, command: LatencyCommand, models: &ModelList, cx: &mut LabContext<'_>) {
        match command {
            LatencyCommand::Choose(side, Some(model)) => {
                self.is_alone &= side == Side::A;
                self.models.choose(side, model, models, cx.settings);
            }
            LatencyCommand::Choose(_, None) => self.is_alone = true,
            LatencyCommand::AskForPackage(side) => {
                cx.ask(Ask::Folder { title: "Choose a model package" }, move |folder| {
                    let model = folder.to_string_lossy().into_owned();
                    LabCommand::Latency(LatencyCommand::Choose(side, Some(model)))
                });
            }
            LatencyCommand::SetWidth(width) => self.width = width.clamp(*WIDTHS.start(), *WIDTHS.end()),
            LatencyCommand::SetThreads(n_threads) => self.n_threads = n_threads.max(1),
            LatencyCommand::UseOpenPage(uses) => self.uses_open_page = uses,
            LatencyCommand::Start => self.start(models, cx),
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
                self.exporting.start("Saving the measurement", &mut cx.jobs, move |job| {
                    job.tell(jobs::export(&measured, format, roof, path))
                });
            }
            LatencyCommand::AskWhereToSaveCurves(file) => {
                file.ask(cx, "cost-by-length", move |path| LabCommand::Latency(LatencyCommand::SaveCurves(file, path)));
            }
            LatencyCommand::SaveCurves(file, path) => {
                let measured: Vec<(Side, Measured)> =
                    self.both_measured().map(|(side, measured)| (side, measured.clone())).collect();
                let width = self.width;
                self.saver.save(file, path, cx, move || curves_view::saved(file, &measured, width));
            }
        }
    }

    /// What was measured, with its side.
    fn both_measured(&self) -> impl Iterator<Item = (Side, &Measured)> {
        Side::BOTH.into_iter().filter_map(|side| Some((side, self.measured[side as usize].as_ref()?)))
    }

    /// The models to measure; the second may be none.
    fn names(&self, models: &ModelList, settings: &Settings) -> PairOfNames {
        match self.models.names(models, settings) {
            // Where one model is installed, it is measured.
            [None, b] => [b, None],
            [a, _] if self.is_alone => [a, None],
            pair => pair,
        }
    }

    fn start(&mut self, models: &ModelList, cx: &mut LabContext<'_>) {
        let lines = match cx.document.filter(|_| self.uses_open_page) {
            Some(document) => match source_of(document, false) {
                Some(source) => Lines::OfPage { source, known: document.page.lines.clone() },
                None => return cx.fail(format!("The pixels of {} are not there yet", document.name)),
            },
            None => Lines::Strokes { width: self.width },
        };
        let models = self.names(models, cx.settings);
        let request = Request { models, lines, n_threads: self.n_threads };
        self.measured = [None, None];
        self.progress = Progress::default();
        let library = cx.options.library.clone();
        self.measuring.start("Measuring", &mut cx.jobs, move |job| jobs::measure(job, &library, request));
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.measuring.poll(&mut cx.jobs) {
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
        self.saver.poll(cx);
        for saved in self.exporting.poll(&mut cx.jobs) {
            match saved {
                Ok(path) => cx.inform(format!("Saved as {}", path.display())),
                Err(reason) => cx.fail(reason),
            }
        }
    }
}
