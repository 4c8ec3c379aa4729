//! The panel "Evaluate": a model on labelled lines, with error rates, confusions, the worst lines, and a report.

mod jobs;
mod view;

use std::{path::PathBuf, sync::Arc};

use self::jobs::{EvaluateEvent, Measurement};
use super::{
    command::{EvaluateCommand, LabCommand, SavedFile},
    context::LabContext,
    file_saver::FileSaver,
};
use crate::{
    app::{
        state::reader_choice::default_model,
        tasks::{dialogs::Ask, job_slot::JobSlot},
    },
    storage::UserLines,
};

/// The panel's state.
#[derive(Default)]
pub(crate) struct EvaluatePanel {
    model: Option<String>,
    uses_language: bool,
    set: Option<PathBuf>,
    reading: JobSlot<EvaluateEvent>,
    n_read: usize,
    n_lines: usize,
    measurement: Option<Arc<Measurement>>,
    saver: FileSaver,
}

impl EvaluatePanel {
    pub(super) fn run(&mut self, command: EvaluateCommand, cx: &mut LabContext<'_>) {
        match command {
            EvaluateCommand::Choose(model) => self.model = Some(model),
            EvaluateCommand::UseLanguage(uses_language) => self.uses_language = uses_language,
            EvaluateCommand::TakeSet(path) => self.set = Some(path),
            EvaluateCommand::TakeOwnLines => self.set = cx.options.user_lines.as_ref().map(UserLines::table),
            EvaluateCommand::AskForFile => {
                let kinds = ("Tables, PAGE XML and ALTO", ["tsv", "xml"].as_slice());
                cx.ask(Ask::File { title: "Lines whose text is known", kinds }, |path| {
                    LabCommand::Evaluate(EvaluateCommand::TakeSet(path))
                });
            }
            EvaluateCommand::AskForFolder => {
                cx.ask(
                    Ask::Folder { title: "Images with their texts beside them, or pages in PAGE XML or ALTO" },
                    |path| LabCommand::Evaluate(EvaluateCommand::TakeSet(path)),
                );
            }
            EvaluateCommand::Start => self.start(cx),
            EvaluateCommand::Stop => self.reading.stop(),
            EvaluateCommand::AskWhereToSave(file) => {
                let stem = if file == SavedFile::Report { "report" } else { "lines" };
                file.ask(cx, stem, move |path| LabCommand::Evaluate(EvaluateCommand::Save(file, path)));
            }
            EvaluateCommand::Save(file, path) => {
                let Some(measurement) = self.measurement.clone() else { return };
                self.saver.save(file, path, cx, move || {
                    let is_table = file == SavedFile::Table;
                    let text = if is_table { measurement.evaluation.to_csv() } else { measurement.report() };
                    Ok(text.into_bytes())
                });
            }
        }
    }

    fn start(&mut self, cx: &mut LabContext<'_>) {
        let Some(set) = self.set.clone() else { return cx.fail("Choose lines to read first".to_owned()) };
        let model = self.model.clone().unwrap_or_else(|| default_model(cx.settings).to_owned());
        (self.n_read, self.n_lines, self.measurement) = (0, 0, None);
        let (library, ctx, uses_language) = (cx.options.library.clone(), cx.ctx.clone(), self.uses_language);
        self.reading.start("Evaluating", &mut cx.jobs, move |job| {
            jobs::measure(job, &ctx, &library, &model, uses_language, &set)
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.reading.poll(&mut cx.jobs) {
            match event {
                EvaluateEvent::Opened(n_lines) => self.n_lines = n_lines,
                EvaluateEvent::Read => self.n_read += 1,
                EvaluateEvent::Done(measurement) => self.measurement = Some(measurement),
                EvaluateEvent::Failed(reason) => cx.fail(reason),
            }
        }
        self.saver.poll(cx);
    }
}
