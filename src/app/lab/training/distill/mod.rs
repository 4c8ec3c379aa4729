//! The panel "Distill": a plan becomes a run in a child process; runs are plotted, compared and kept.

mod curves;
mod curves_view;
mod form_view;
pub(crate) mod plan;
mod queue;
mod runs;
mod runs_view;
mod saved;
mod table;
mod view;

use std::{collections::BTreeSet, path::PathBuf};

use serde::Deserialize;

use self::{
    plan::{Plan, SourceKind},
    queue::{Queue, Waiting, left_waiting},
    runs::Run,
};
use super::{
    command::{DistillCommand, DistillFile},
    process::{TrainingProcess, reason_of},
};
use crate::{
    app::{
        lab::{
            command::{LabCommand, ModelListCommand, SavedFile},
            context::LabContext,
            file_saver::FileSaver,
            model_list::ModelList,
        },
        tasks::{dialogs::Ask, job_slot::JobSlot},
    },
    jobs::ChildEvent,
    training::TrainingEvent,
};

/// Begins the message about a panic while the folder of runs is read or changed.
const LOOKING: &str = "Looking at the runs";

/// An event of the child process.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum RunEvent {
    Training(TrainingEvent),
    Exported { package: PathBuf },
}

/// The task of the child process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Training,
    Export,
}

/// The run that a child process works on.
#[derive(Clone, Debug)]
struct Active {
    name: String,
    work: Work,
    /// It stops with a checkpoint, to be resumed later.
    is_pausing: bool,
}

enum RunsEvent {
    Listed(Vec<Run>),
    /// What an earlier window left waiting.
    Left(Vec<Waiting>),
    Deleted(String),
    Restored,
    Failed(String),
}

/// The panel's state.
#[derive(Default)]
pub(crate) struct DistillPanel {
    plan: Plan,
    runs: Option<Vec<Run>>,
    /// Names of the runs that are plotted.
    plotted: BTreeSet<String>,
    deleted: Option<String>,
    listing: JobSlot<RunsEvent>,
    training: TrainingProcess<RunEvent>,
    active: Option<Active>,
    queue: Queue,
    saver: FileSaver,
    importing: JobSlot<Result<String, String>>,
}

impl DistillPanel {
    /// Whether a child process is running.
    pub(crate) fn is_training(&self) -> bool {
        self.training.is_running()
    }

    /// Asks the child to stop after a checkpoint, to be resumed later.
    pub(crate) fn pause(&mut self) {
        if let Some(active) = &mut self.active {
            active.is_pausing = true;
            self.training.ask_to_stop();
        }
    }

    pub(crate) fn undo(&self) -> Option<DistillCommand> {
        self.deleted.is_some().then_some(DistillCommand::UndoDelete)
    }

    /// Called when the panel is shown.
    pub(crate) fn show(&mut self, cx: &mut LabContext<'_>) {
        if self.runs.is_none() && !self.listing.is_running() {
            self.list(cx, true);
        }
    }

    pub(crate) fn run(&mut self, command: DistillCommand, models: &ModelList, cx: &mut LabContext<'_>) {
        self.act(command, models, cx);
        self.keep_queue(cx);
    }

    fn act(&mut self, command: DistillCommand, models: &ModelList, cx: &mut LabContext<'_>) {
        match command {
            DistillCommand::List => self.list(cx, false),
            DistillCommand::Edit(plan) => self.plan = *plan,
            DistillCommand::AskForSource(kind) => ask_for_source(kind, cx),
            DistillCommand::AddSource(kind, path) => self.plan.sources.push((kind, path)),
            DistillCommand::AskForValid => {
                let kinds = ("Tables, PAGE XML and ALTO", ["tsv", "xml"].as_slice());
                cx.ask(Ask::File { title: "Lines to measure by", kinds }, |path| {
                    LabCommand::Distill(DistillCommand::TakeValid(path))
                });
            }
            DistillCommand::TakeValid(path) => self.plan.valid = Some(path),
            DistillCommand::Start => {
                if let Some(problem) = self.plan.problem(|name| self.is_taken(name)) {
                    return cx.fail(problem.to_owned());
                }
                self.start(self.with_teacher(models), cx);
            }
            DistillCommand::StartAllCriteria => {
                let of_run = |plan: Plan| match self.runs.iter().flatten().find(|run| run.name == plan.name) {
                    None => Some(Waiting::New(Box::new(plan))),
                    Some(run) if run.curves.is_finished && run.has_package => None,
                    Some(run) => Some(Waiting::Begun(run.name.clone())),
                };
                let plans = self.with_teacher(models).of_all_criteria();
                self.queue.waiting = plans.into_iter().filter_map(of_run).collect();
                self.start_next(cx);
            }
            DistillCommand::StartNext => self.start_next(cx),
            DistillCommand::ForgetWaiting => self.queue.waiting.clear(),
            DistillCommand::Pause => self.pause(),
            DistillCommand::Finish => self.training.ask_to_stop(),
            DistillCommand::Resume(name) => self.work(name, Work::Training, cx),
            DistillCommand::MakeModel(name) => self.work(name, Work::Export, cx),
            DistillCommand::TogglePlot(name) => {
                if !self.plotted.remove(&name) {
                    self.plotted.insert(name);
                }
            }
            DistillCommand::Delete(name) => self.change(cx, move |folder| {
                runs::remove(folder, &name)?;
                Ok(RunsEvent::Deleted(name))
            }),
            DistillCommand::UndoDelete => {
                if let Some(name) = self.deleted.take() {
                    self.change(cx, move |folder| runs::restore(folder, &name).map(|()| RunsEvent::Restored));
                }
            }
            DistillCommand::AskWhereToSave(file) => {
                let (kind, stem) = match file {
                    DistillFile::Runs => (SavedFile::Table, "criteria"),
                    DistillFile::Curves => (SavedFile::Table, "curves"),
                    DistillFile::Picture => (SavedFile::Picture, "curves"),
                };
                kind.ask(cx, stem, move |path| LabCommand::Distill(DistillCommand::Save(file, path)));
            }
            DistillCommand::Save(file, path) => {
                let plotted: Vec<(usize, Run)> = self.plotted_runs().map(|(place, run)| (place, run.clone())).collect();
                let kind = if file == DistillFile::Picture { SavedFile::Picture } else { SavedFile::Table };
                self.saver.save(kind, path, cx, move || saved::saved(file, &plotted));
            }
        }
    }

    /// Whether a run has this name.
    fn is_taken(&self, name: &str) -> bool {
        self.runs.iter().flatten().any(|run| run.name == name)
    }

    fn list(&mut self, cx: &mut LabContext<'_>, is_first_look: bool) {
        let Some(folder) = runs_folder(cx) else { return };
        self.listing.start(LOOKING, &mut cx.jobs, move |job| {
            if is_first_look {
                job.tell(RunsEvent::Left(left_waiting(&folder)))?;
            }
            job.tell(RunsEvent::Listed(runs::list(&folder, is_first_look)))
        });
    }

    fn keep_queue(&mut self, cx: &mut LabContext<'_>) {
        self.queue.keep(self.active.as_ref().map(|active| active.name.as_str()), cx);
    }

    /// Reads or changes the folder of runs off the drawing thread.
    fn change(
        &mut self,
        cx: &mut LabContext<'_>,
        change: impl FnOnce(&std::path::Path) -> Result<RunsEvent, String> + Send + 'static,
    ) {
        let Some(folder) = runs_folder(cx) else { return };
        self.listing
            .start(LOOKING, &mut cx.jobs, move |job| job.tell(change(&folder).unwrap_or_else(RunsEvent::Failed)));
    }

    /// The plan, its teacher named.
    fn with_teacher(&self, models: &ModelList) -> Plan {
        let teacher = self.plan.teacher_among(|name| models.find(name).is_some()).to_owned();
        Plan { teacher: Some(teacher), ..self.plan.clone() }
    }

    /// The plotted runs, each with its index among all.
    fn plotted_runs(&self) -> impl Iterator<Item = (usize, &Run)> {
        self.runs.iter().flatten().enumerate().filter(|(_, run)| self.plotted.contains(&run.name))
    }

    fn start_next(&mut self, cx: &mut LabContext<'_>) {
        match self.queue.waiting.pop_front() {
            Some(Waiting::New(plan)) => self.start(*plan, cx),
            Some(Waiting::Begun(name)) => self.work(name, Work::Training, cx),
            None => {}
        }
    }

    fn start(&mut self, plan: Plan, cx: &mut LabContext<'_>) {
        let Some(folder) = runs_folder(cx) else { return };
        let (library, own) = (cx.options.library.clone(), cx.options.user_lines.clone());
        self.active = Some(Active { name: plan.name.clone(), work: Work::Training, is_pausing: false });
        self.plotted.insert(plan.name.clone());
        self.training.start(cx, move || runs::begin(&plan, &folder, &library, own.as_ref()));
    }

    fn work(&mut self, name: String, work: Work, cx: &mut LabContext<'_>) {
        let Some(folder) = cx.options.runs.clone() else { return };
        self.active = Some(Active { name: name.clone(), work, is_pausing: false });
        self.plotted.insert(name.clone());
        self.training.start(cx, move || {
            Ok(match work {
                Work::Training => runs::arguments(&folder, &name),
                Work::Export => runs::export_arguments(&folder, &name),
            })
        });
    }

    pub(crate) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.listing.poll(&mut cx.jobs) {
            match event {
                RunsEvent::Listed(runs) => {
                    self.runs = Some(runs);
                    continue;
                }
                RunsEvent::Left(waiting) => {
                    self.queue.bring_back(waiting);
                    continue;
                }
                RunsEvent::Deleted(name) => self.deleted = Some(name),
                RunsEvent::Restored => {}
                RunsEvent::Failed(reason) => cx.fail(reason),
            }
            self.list(cx, false);
        }
        for event in self.training.poll(cx) {
            match event {
                ChildEvent::Told(RunEvent::Training(event)) => self.take_training(&event, cx),
                ChildEvent::Told(RunEvent::Exported { package }) => self.import(package, cx),
                ChildEvent::Ended(end) => self.take_end(end.is_success, &end.complaints, cx),
            }
        }
        self.keep_queue(cx);
        self.saver.poll(cx);
        for imported in self.importing.poll(&mut cx.jobs) {
            match imported {
                Ok(name) => {
                    cx.inform(format!("{name} is among your models now"));
                    cx.send(LabCommand::ModelList(ModelListCommand::List));
                }
                Err(reason) => cx.fail(reason),
            }
        }
    }

    fn take_training(&mut self, event: &TrainingEvent, cx: &mut LabContext<'_>) {
        let Some(active) = &self.active else { return };
        let run = self.runs.iter_mut().flatten().find(|run| run.name == active.name);
        match run {
            Some(run) => run.curves.add(event),
            // A new run: its first events are in its log already.
            None if !self.listing.is_running() => self.list(cx, false),
            None => {}
        }
    }

    fn take_end(&mut self, is_success: bool, complaints: &str, cx: &mut LabContext<'_>) {
        let Some(active) = self.active.take() else { return };
        if !is_success {
            cx.fail(format!("Training {} broke off: {}", active.name, reason_of(complaints)));
        } else if active.work == Work::Training && !active.is_pausing {
            return self.work(active.name, Work::Export, cx);
        }
        if !active.is_pausing {
            self.start_next(cx);
        } else if !self.queue.waiting.is_empty() {
            self.queue.waiting.push_front(Waiting::Begun(active.name));
        }
        self.list(cx, false);
    }

    /// Imports the model of a run among the user's own.
    fn import(&mut self, package: PathBuf, cx: &mut LabContext<'_>) {
        let Some(own) = cx.options.own_models.clone() else {
            return cx.inform(format!("The model is written to {}", package.display()));
        };
        self.importing.start("Taking the model in", &mut cx.jobs, move |job| {
            job.tell(own.import(&package).map_err(|error| error.to_string()))
        });
    }
}

/// The folder of runs; where the system knows none, that is told.
fn runs_folder(cx: &mut LabContext<'_>) -> Option<PathBuf> {
    let folder = cx.options.runs.clone();
    if folder.is_none() {
        cx.fail("This system knows no folder for training runs".to_owned());
    }
    folder
}

fn ask_for_source(kind: SourceKind, cx: &mut LabContext<'_>) {
    const fn add(kind: SourceKind, path: PathBuf) -> LabCommand {
        LabCommand::Distill(DistillCommand::AddSource(kind, path))
    }
    match kind {
        SourceKind::Labelled => {
            let kinds = ("Tables, PAGE XML and ALTO", ["tsv", "xml"].as_slice());
            cx.ask(Ask::File { title: "Lines with their text", kinds }, |path| add(SourceKind::Labelled, path));
        }
        SourceKind::Unlabelled => {
            cx.ask(Ask::Folder { title: "Images of lines" }, |path| add(SourceKind::Unlabelled, path));
        }
        SourceKind::Pages => cx.ask(Ask::Folder { title: "Images of pages" }, |path| add(SourceKind::Pages, path)),
        SourceKind::Ink => {
            let kinds = ("Stroke archives", ["jsonl", "gz"].as_slice());
            cx.ask(Ask::File { title: "Pen strokes", kinds }, |path| add(SourceKind::Ink, path));
        }
        SourceKind::Fonts => {
            cx.ask(Ask::Folder { title: "Handwriting fonts" }, |path| add(SourceKind::Fonts, path));
        }
    }
}
