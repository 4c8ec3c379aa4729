//! "Learn my handwriting": the user's corrected lines are collected, learnt from in a child process, and the new reader
//! is kept or thrown away. Or the reader gets used to the hand on the open pages, by what it reads there most surely itself.

mod collecting;
mod view;

use std::path::{Path, PathBuf};

use self::collecting::{PageLines, corrected_lines};
use super::{
    LabCommand,
    context::{LabContext, Task},
    model_list::{ModelListCommand, OWN_READER, USED_TO_A_HAND, default_model},
    training::{Training, reason_of},
};
use crate::{
    app::command::Command,
    jobs::ChildEvent,
    page::TextLine,
    recognition::BUILT_IN_MODEL,
    storage::{OwnLine, Settings, UserLines},
    training::{AdaptationEvent, AdaptationScore, AdaptationStage, LabelSource, TrainingEvent, confident_lines},
};

/// What the panel's view sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdaptCommand {
    /// Views again which lines there are.
    List,
    /// Adds the corrected lines of all open pages.
    UseCorrections,
    /// Shows or hides the lines.
    ToggleLines,
    /// Takes a line out, by its picture's name.
    Remove(String),
    /// Puts the line taken out last back.
    UndoRemove,
    /// Begins to learn.
    Start,
    /// Begins to get used to the hand on the open pages.
    GetUsed,
    /// Gives up learning.
    Stop,
    /// Pages are read with the new reader from now on.
    Keep,
    /// The reader stays as it was.
    ThrowAway,
    /// Brings back what was thrown away last.
    UndoThrowAway,
    /// Pages are read with the reader that came with the program.
    UseOriginal,
}

enum LinesEvent {
    Listed(Vec<OwnLine>),
    /// Lines added and lines that were there already.
    Collected {
        n_added: usize,
        n_known: usize,
    },
    Removed(OwnLine),
    Failed(String),
}

enum KeepEvent {
    Kept(String, LabelSource),
    Failed(String),
}

/// A new reader that waits to be judged.
#[derive(Clone, Debug)]
struct Outcome {
    label_source: LabelSource,
    package: PathBuf,
    before: AdaptationScore,
    after: AdaptationScore,
}

/// How far learning has come.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// From 0 to 1.
    done: f32,
    remaining_secs: Option<f64>,
    before: Option<AdaptationScore>,
    after: Option<AdaptationScore>,
}

/// What the panel knows.
#[derive(Default)]
pub(in crate::app) struct AdaptPanel {
    /// Whose texts are or were learnt from last.
    label_source: LabelSource,
    lines: Option<Vec<OwnLine>>,
    shows_lines: bool,
    removed: Option<OwnLine>,
    changing: Task<LinesEvent>,
    training: Training<AdaptationEvent>,
    progress: Progress,
    outcome: Option<Outcome>,
    thrown_away: Option<Outcome>,
    keeping: Task<KeepEvent>,
}

impl AdaptPanel {
    /// Whether a child is at work.
    pub(in crate::app) fn is_training(&self) -> bool {
        self.training.is_running()
    }

    /// Whether the reader could get used to another hand now: it is not at it, and pages are not read by one that did.
    pub(in crate::app) fn may_get_used(&self, settings: &Settings) -> bool {
        !self.is_training() && self.outcome.is_none() && !default_model(settings).starts_with(USED_TO_A_HAND)
    }

    /// Gives up: half a lesson is worth nothing.
    pub(in crate::app) fn stop(&mut self) {
        self.training = Training::default();
    }

    pub(super) fn undo(&self) -> Option<AdaptCommand> {
        if self.thrown_away.is_some() {
            Some(AdaptCommand::UndoThrowAway)
        } else {
            self.removed.is_some().then_some(AdaptCommand::UndoRemove)
        }
    }

    /// When the panel comes into sight.
    pub(super) fn show(&mut self, cx: &mut LabContext<'_>) {
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

    pub(super) fn run(&mut self, command: AdaptCommand, cx: &mut LabContext<'_>) {
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
        change: impl FnOnce(&UserLines) -> Result<LinesEvent, crate::storage::OwnLinesError> + Send + 'static,
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
        self.changing.start("Changing your lines", cx, move |job| {
            // A window that is gone sees the change when it comes back.
            job.report(change(&lines).unwrap_or_else(LinesEvent::Failed)).ok();
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

    /// Of the open pages' lines the surest are learnt from, the corrected ones first.
    fn get_used(&mut self, cx: &mut LabContext<'_>) {
        let pages = lines_of_pages(cx, confident_lines);
        // Only a reader that knows the user's hand is a better beginning than the one inside the program.
        let base = default_model(cx.settings);
        let base = if base.starts_with(OWN_READER) { base } else { BUILT_IN_MODEL };
        // Told by a page, it can be chosen again for another in the same hand.
        let title = pages.first().map_or_else(String::new, |page| format!("Used to the hand of {}", page.name));
        self.learn(cx, LabelSource::Pseudo, base.to_owned(), title, move |run| {
            let lines = UserLines::new(run.join("pages"));
            collecting::collect(pages, &lines)?;
            Ok(lines.table())
        });
    }

    /// Learns in a child process from the table of lines that `collect` makes, in the run's folder if it makes it anew.
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
            // A name with a dot: no run of the panel of distillation.
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
        self.keeping.start("Keeping the reader", cx, move |job| {
            let event = match own.import(&outcome.package) {
                Ok(name) => {
                    // The copies of the lines have served; a folder that stays is emptied before the next learning.
                    outcome.package.parent().map(std::fs::remove_dir_all);
                    KeepEvent::Kept(name, outcome.label_source)
                }
                Err(error) => KeepEvent::Failed(error.to_string()),
            };
            // A window that is gone finds the model in the list.
            job.report(event).ok();
        });
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        for event in self.changing.poll(cx.notifications, cx.now_secs) {
            self.take_lines(event, cx);
        }
        for event in self.training.poll(cx) {
            match event {
                ChildEvent::Told(event) => self.take_learning(event),
                ChildEvent::Ended(end) if end.is_success => {}
                ChildEvent::Ended(end) => cx.fail(format!("Learning broke off: {}", reason_of(&end.complaints))),
            }
        }
        for event in self.keeping.poll(cx.notifications, cx.now_secs) {
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
                // It has nothing more to say; its end is not waited for.
                self.training = Training::default();
                let Progress { before, after, .. } = std::mem::take(&mut self.progress);
                if let (Some(before), Some(after)) = (before, after) {
                    self.outcome = Some(Outcome { label_source: self.label_source, package, before, after });
                }
            }
            AdaptationEvent::Prepared { .. } | AdaptationEvent::Training(_) => {}
        }
    }
}

/// Those that `choose` takes of the lines of every open page.
fn lines_of_pages(cx: &LabContext<'_>, choose: fn(&[TextLine]) -> Vec<TextLine>) -> Vec<PageLines> {
    cx.documents.iter().filter_map(|document| PageLines::of(document, choose)).collect()
}
