//! The panel "My handwriting": the reader is adapted, in a child process, to the user's corrected lines, or by
//! self-training to the hand on the open pages; the user keeps the new reader or throws it away.

mod collecting;
mod offer;
mod view;

use std::path::{Path, PathBuf};

use self::collecting::{PageLines, corrected_lines};
use super::{
    command::AdaptCommand,
    process::{TrainingProcess, reason_of},
};
use crate::{
    app::{
        command::Command,
        lab::{
            command::{LabCommand, ModelListCommand},
            context::LabContext,
        },
        state::reader_choice::{OWN_READER, USED_TO_A_HAND, default_model},
        tasks::job_slot::JobSlot,
    },
    jobs::ChildEvent,
    page::TextLine,
    recognition::BUILT_IN_MODEL,
    storage::{Settings, UserLine, UserLines, UserLinesError},
    training::{AdaptationEvent, AdaptationScore, AdaptationStage, LabelSource, TrainingEvent, confident_lines},
};

enum LinesEvent {
    Listed(Vec<UserLine>),
    /// Lines added and lines that were there already.
    Collected {
        n_added: usize,
        n_known: usize,
    },
    Removed(UserLine),
    Failed(String),
}

enum KeepEvent {
    Kept(String, LabelSource),
    Failed(String),
}

/// A new reader that the user has not kept or thrown away yet.
#[derive(Clone, Debug)]
struct Outcome {
    label_source: LabelSource,
    package: PathBuf,
    before: AdaptationScore,
    after: AdaptationScore,
}

/// Progress of learning.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// From 0 to 1.
    done: f32,
    remaining_secs: Option<f64>,
    before: Option<AdaptationScore>,
    after: Option<AdaptationScore>,
}

/// The panel's state.
#[derive(Default)]
pub(crate) struct AdaptPanel {
    /// The label source of the present or last training.
    label_source: LabelSource,
    lines: Option<Vec<UserLine>>,
    shows_lines: bool,
    removed: Option<UserLine>,
    changing: JobSlot<LinesEvent>,
    training: TrainingProcess<AdaptationEvent>,
    progress: Progress,
    outcome: Option<Outcome>,
    thrown_away: Option<Outcome>,
    keeping: JobSlot<KeepEvent>,
}

impl AdaptPanel {
    /// Whether a child process is running.
    pub(crate) fn is_training(&self) -> bool {
        self.training.is_running()
    }

    /// Whether adapting to the open pages can be offered: none is under way, and the reader in use is not adapted yet.
    pub(crate) fn may_get_used(&self, settings: &Settings) -> bool {
        !self.is_training() && self.outcome.is_none() && !default_model(settings).starts_with(USED_TO_A_HAND)
    }

    /// Stops without a result: a partial adaptation is of no use.
    pub(crate) fn stop(&mut self) {
        self.training = TrainingProcess::default();
    }

    pub(crate) fn undo(&self) -> Option<AdaptCommand> {
        if self.thrown_away.is_some() {
            Some(AdaptCommand::UndoThrowAway)
        } else {
            self.removed.is_some().then_some(AdaptCommand::UndoRemove)
        }
    }

    /// Called when the panel is shown.
    pub(crate) fn show(&mut self, cx: &mut LabContext<'_>) {
        let is_first_look = self.lines.is_none();
        if !self.changing.is_running() {
            self.change(cx, move |lines| {
                if is_first_look {
                    lines.forget_removed()?;
                }
                Ok(LinesEvent::Listed(lines.list()?))
            });
        }
    }

    pub(crate) fn run(&mut self, command: AdaptCommand, cx: &mut LabContext<'_>) {
        match command {
            AdaptCommand::List => self.change(cx, |lines| Ok(LinesEvent::Listed(lines.list()?))),
            AdaptCommand::UseCorrections => {
                let pages = lines_of_pages(cx, corrected_lines);
                self.change_or_fail(cx, move |lines| {
                    let (n_added, n_known) = collecting::collect(pages, lines)?;
                    Ok(LinesEvent::Collected { n_added, n_known })
                });
            }
            AdaptCommand::ToggleLines => self.shows_lines ^= true,
            AdaptCommand::Remove(file) => self.change(cx, move |lines| {
                Ok(lines.remove(&file)?.map_or_else(|| LinesEvent::Listed(Vec::new()), LinesEvent::Removed))
            }),
            AdaptCommand::UndoRemove => {
                if let Some(line) = self.removed.take() {
                    self.change(cx, move |lines| {
                        lines.restore(line)?;
                        Ok(LinesEvent::Listed(lines.list()?))
                    });
                }
            }
            AdaptCommand::Start => self.start(cx),
            AdaptCommand::GetUsed => self.get_used(cx),
            AdaptCommand::Stop => self.stop(),
            AdaptCommand::Keep => self.keep(cx),
            AdaptCommand::ThrowAway => self.thrown_away = self.outcome.take(),
            AdaptCommand::UndoThrowAway => self.outcome = self.thrown_away.take(),
            AdaptCommand::UseOriginal => cx.commands.push(Command::UseModel(BUILT_IN_MODEL.to_owned())),
        }
    }

    fn change(
        &mut self,
        cx: &mut LabContext<'_>,
        change: impl FnOnce(&UserLines) -> Result<LinesEvent, UserLinesError> + Send + 'static,
    ) {
        self.change_or_fail(cx, move |lines| change(lines).map_err(|error| error.to_string()));
    }

    /// Changes the user's lines off the drawing thread.
    fn change_or_fail(
        &mut self,
        cx: &mut LabContext<'_>,
        change: impl FnOnce(&UserLines) -> Result<LinesEvent, String> + Send + 'static,
    ) {
        let Some(lines) = cx.options.user_lines.clone() else {
            cx.fail("This system knows no folder for your own lines".to_owned());
            return;
        };
        self.changing.start("Changing your lines", &mut cx.jobs, move |job| {
            job.tell(change(&lines).unwrap_or_else(LinesEvent::Failed))
        });
    }

    fn start(&mut self, cx: &mut LabContext<'_>) {
        let Some(lines) = cx.options.user_lines.clone() else {
            cx.fail("This system knows no folder for your own lines".to_owned());
            return;
        };
        let title = "My handwriting".to_owned();
        self.learn(cx, LabelSource::Human, BUILT_IN_MODEL.to_owned(), title, move |_run| Ok(lines.table()));
    }

    /// Adapts to the most confident lines of the open pages, corrected ones first.
    fn get_used(&mut self, cx: &mut LabContext<'_>) {
        let pages = lines_of_pages(cx, confident_lines);
        // Of all readers only one adapted to the user's hand is a better start than the built-in one.
        let base = default_model(cx.settings);
        let base = if base.starts_with(OWN_READER) { base } else { BUILT_IN_MODEL };
        // Named by its page, it can be chosen again for another page in the same hand.
        let title = pages.first().map_or_else(String::new, |page| format!("Used to the hand of {}", page.name));
        self.learn(cx, LabelSource::Pseudo, base.to_owned(), title, move |run| {
            let lines = UserLines::new(run.join("pages"));
            collecting::collect(pages, &lines)?;
            Ok(lines.table())
        });
    }

    /// Trains in a child process on the table of lines that `collect` returns; it may write the table to the run's
    /// folder.
    fn learn(
        &mut self,
        cx: &mut LabContext<'_>,
        label_source: LabelSource,
        base: String,
        title: String,
        collect: impl FnOnce(&Path) -> Result<PathBuf, String> + Send + 'static,
    ) {
        let Some(runs) = cx.options.runs.clone() else {
            cx.fail("This system knows no folder to learn in".to_owned());
            return;
        };
        self.progress = Progress::default();
        self.label_source = label_source;
        (self.outcome, self.thrown_away) = (None, None);
        let extra = cx.options.learning_arguments.clone();
        self.training.start(cx, move || {
            // The dot hides it from the runs of the panel "Distill".
            let run = runs.join(".learning");
            if run.exists() {
                std::fs::remove_dir_all(&run).map_err(|error| format!("{} is in use: {error}", run.display()))?;
            }
            let path = |path: &Path| path.display().to_string();
            let name = match label_source {
                LabelSource::Human => OWN_READER,
                LabelSource::Pseudo => USED_TO_A_HAND,
            };
            let (lines, package) = (path(&collect(&run)?), path(&run.join(name)));
            let arguments = ["adapt", "--lines", &lines, "--model", &base, "--title", &title, "--run", &path(&run)];
            let mut arguments = arguments.map(str::to_owned).to_vec();
            arguments.extend(["--package".to_owned(), package]);
            arguments.extend((label_source == LabelSource::Pseudo).then(|| "--as-read".to_owned()));
            arguments.extend(extra);
            Ok(arguments)
        });
    }

    fn keep(&mut self, cx: &mut LabContext<'_>) {
        let Some(own) = cx.options.own_models.clone() else {
            cx.fail("This system knows no folder for your own models".to_owned());
            return;
        };
        let Some(outcome) = self.outcome.take() else { return };
        self.keeping.start("Keeping the reader", &mut cx.jobs, move |job| {
            job.tell(match own.import(&outcome.package) {
                Ok(name) => {
                    // Removes the copies of the lines; on failure the next training removes them.
                    outcome.package.parent().map(std::fs::remove_dir_all);
                    KeepEvent::Kept(name, outcome.label_source)
                }
                Err(error) => KeepEvent::Failed(error.to_string()),
            })
        });
    }

    pub(crate) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.changing.poll(&mut cx.jobs) {
            self.take_lines(event, cx);
        }
        for event in self.training.poll(cx) {
            match event {
                ChildEvent::Told(event) => self.take_learning(event),
                ChildEvent::Ended(end) if end.is_success => {}
                ChildEvent::Ended(end) => cx.fail(format!("Learning broke off: {}", reason_of(&end.complaints))),
            }
        }
        for event in self.keeping.poll(&mut cx.jobs) {
            match event {
                KeepEvent::Kept(name, label_source) => {
                    cx.send(LabCommand::ModelList(ModelListCommand::List));
                    match label_source {
                        LabelSource::Human => cx.commands.push(Command::UseModel(name)),
                        LabelSource::Pseudo => cx.commands.extend([Command::ShowPages, Command::ReadAllWith(name)]),
                    }
                }
                KeepEvent::Failed(reason) => cx.fail(reason),
            }
        }
    }

    fn take_lines(&mut self, event: LinesEvent, cx: &mut LabContext<'_>) {
        match event {
            LinesEvent::Listed(lines) => {
                self.lines = Some(lines);
                return;
            }
            LinesEvent::Collected { n_added, n_known } => cx.inform(match (n_added, n_known) {
                (0, _) => "These lines are known already".to_owned(),
                (1, _) => "Added 1 line".to_owned(),
                (n, _) => format!("Added {n} lines"),
            }),
            LinesEvent::Removed(line) => self.removed = Some(line),
            LinesEvent::Failed(reason) => cx.fail(reason),
        }
        cx.send(LabCommand::Adapt(AdaptCommand::List));
    }

    fn take_learning(&mut self, event: AdaptationEvent) {
        match event {
            AdaptationEvent::Measured { stage: AdaptationStage::Before, measured } => {
                self.progress.before = Some(measured);
            }
            AdaptationEvent::Measured { stage: AdaptationStage::After, measured } => {
                self.progress.after = Some(measured);
            }
            AdaptationEvent::Training(TrainingEvent::Started { step, steps, .. }) => {
                self.progress.done = step as f32 / steps.max(1) as f32;
            }
            AdaptationEvent::Training(TrainingEvent::Progress { step, elapsed_secs, remaining_secs, .. }) => {
                let trained = elapsed_secs.max(1e-6);
                self.progress.done = (trained / (trained + remaining_secs)) as f32;
                self.progress.remaining_secs = (step > 5).then_some(remaining_secs);
            }
            AdaptationEvent::Learned { package } => {
                // The last event: the process's end is not waited for.
                self.training = TrainingProcess::default();
                let Progress { before, after, .. } = std::mem::take(&mut self.progress);
                if let (Some(before), Some(after)) = (before, after) {
                    self.outcome = Some(Outcome { label_source: self.label_source, package, before, after });
                }
            }
            AdaptationEvent::Prepared { .. } | AdaptationEvent::Training(_) => {}
        }
    }
}

/// The lines of every open page that `choose` takes.
fn lines_of_pages(cx: &LabContext<'_>, choose: fn(&[TextLine]) -> Vec<TextLine>) -> Vec<PageLines> {
    cx.documents.iter().filter_map(|document| PageLines::of(document, choose)).collect()
}
