//! The panel "Compare": two models on the same lines.

mod jobs;
mod rows_view;
mod view;

use std::{collections::BTreeSet, sync::Arc};

use eframe::egui::TextureHandle;

use self::jobs::{AddEvent, CompareEvent, Undoable};
use super::{
    command::{CompareCommand, LabCommand, LinesFrom, SavedFile, Side},
    context::LabContext,
    file_saver::FileSaver,
    model_list::ModelList,
    model_pair::ModelPair,
};
use crate::{
    app::tasks::{dialogs::Ask, job_slot::JobSlot, page_source::source_of},
    evaluation::{
        ComparedLine, ComparisonLine, ComparisonSignificance, ComparisonTotals, LineFilter, Reading, comparison_csv,
    },
    storage::UserLines,
};

/// Interval between counts of the totals while lines are read, in seconds.
const TOTALS_EVERY_SECS: f64 = 0.5;

/// The panel's state.
#[derive(Default)]
pub(crate) struct ComparePanel {
    models: ModelPair,
    uses_language: bool,
    lines_from: LinesFrom,
    reading: JobSlot<CompareEvent>,
    lines: Arc<[ComparisonLine]>,
    read: Vec<Option<ComparedLine>>,
    n_read: usize,
    totals: ComparisonTotals,
    weighing: JobSlot<Option<ComparisonSignificance>>,
    /// Intervals of the error rates and the test of their difference, once reading has ended.
    significance: Option<ComparisonSignificance>,
    counted_at_secs: f64,
    filter: LineFilter,
    /// The lines that the filter keeps, by their index in the set.
    shown: Vec<usize>,
    selected: Option<usize>,
    /// Grows with every selection, so that the view scrolls to each once.
    selection_count: u64,
    picture: Option<(usize, TextureHandle)>,
    loading_picture: JobSlot<(usize, Option<TextureHandle>)>,
    adding: JobSlot<AddEvent>,
    added: BTreeSet<usize>,
    undoable: Option<Undoable>,
    saver: FileSaver,
}

impl ComparePanel {
    /// The command that undoes the last change.
    pub(super) fn undo(&self) -> Option<CompareCommand> {
        self.undoable.is_some().then_some(CompareCommand::UndoAdd)
    }

    pub(super) fn run(&mut self, command: CompareCommand, models: &ModelList, cx: &mut LabContext<'_>) {
        match command {
            CompareCommand::Choose(side, model) => self.models.choose(side, model, models, cx.settings),
            CompareCommand::UseLanguage(uses_language) => self.uses_language = uses_language,
            CompareCommand::AskForPackage(side) => ask_for_package(side, cx),
            CompareCommand::Swap => self.models.swap(models, cx.settings),
            CompareCommand::TakeLines(from) => self.lines_from = from,
            CompareCommand::AskForSet => {
                let kinds =
                    ("Labelled sets and pages", ["tsv", "xml", "png", "jpg", "jpeg", "tif", "tiff", "webp"].as_slice());
                cx.ask(Ask::File { title: "Compare on these lines", kinds }, |path| {
                    LabCommand::Compare(CompareCommand::TakeLines(LinesFrom::Path(path)))
                });
            }
            CompareCommand::Start => self.start(models, cx),
            CompareCommand::Stop => {
                self.reading.stop();
                self.count();
                self.weigh(cx);
            }
            CompareCommand::Filter(filter) => {
                self.filter = filter;
                self.count();
            }
            CompareCommand::Select(index) => self.select(index, cx),
            CompareCommand::SelectRelative(step) => {
                let place = self.selected.and_then(|selected| self.shown.iter().position(|&shown| shown == selected));
                let last = self.shown.len().saturating_sub(1);
                let place = place.map_or(0, |place| place.saturating_add_signed(step).min(last));
                if let Some(&index) = self.shown.get(place) {
                    self.select(index, cx);
                }
            }
            CompareCommand::AddShown => {
                let text = |index: usize| self.lines[index].truth.clone();
                let lines = self.shown.iter().filter_map(|&index| Some((index, text(index)?))).collect();
                self.add(lines, cx);
            }
            CompareCommand::AddSelected(side) => {
                let text = self.selected_line().map(|(index, line)| (index, reading_of(side, line).text.clone()));
                self.add(text.into_iter().collect(), cx);
            }
            CompareCommand::UndoAdd => {
                if let (Some(undoable), Some(own)) = (self.undoable.take(), user_lines(cx)) {
                    self.adding
                        .start("Taking lines out again", &mut cx.jobs, move |job| jobs::take_out(job, &own, undoable));
                }
            }
            CompareCommand::AskWhereToSave => {
                SavedFile::Table.ask(cx, "comparison", |path| LabCommand::Compare(CompareCommand::SaveTable(path)));
            }
            CompareCommand::SaveTable(path) => {
                let read = self.read.clone();
                self.saver
                    .save(SavedFile::Table, path, cx, move || Ok(comparison_csv(read.iter().flatten()).into_bytes()));
            }
        }
    }

    fn start(&mut self, models: &ModelList, cx: &mut LabContext<'_>) {
        let [Some(a), Some(b)] = self.models.names(models, cx.settings) else {
            return cx.fail("Only one model is installed; choose the folder of another".to_owned());
        };
        let models = [a, b];
        let lines = match (&self.lines_from, cx.document) {
            (LinesFrom::Path(path), _) => jobs::Lines::At(path.clone()),
            (LinesFrom::OpenPage, Some(document)) => match source_of(document, false) {
                Some(source) => jobs::Lines::OfPage { source, known: document.page.lines.clone() },
                None => return cx.fail(format!("The pixels of {} are not there yet", document.name)),
            },
            (LinesFrom::OpenPage, None) => return cx.fail("No page is open; open one or choose a set".to_owned()),
        };
        self.clear();
        let (library, uses_language) = (cx.options.library.clone(), self.uses_language);
        self.reading
            .start("Comparing", &mut cx.jobs, move |job| jobs::compare(job, &library, &models, uses_language, lines));
    }

    fn clear(&mut self) {
        self.lines = Arc::default();
        self.read.clear();
        self.n_read = 0;
        self.selected = None;
        self.picture = None;
        self.added.clear();
        self.weighing.stop();
        self.significance = None;
        self.filter = LineFilter::All;
        self.count();
    }

    fn select(&mut self, index: usize, cx: &mut LabContext<'_>) {
        let Some(line) = self.lines.get(index) else { return };
        self.selection_count += 1;
        if self.selected.replace(index) != Some(index) {
            let (picture, ctx) = (line.picture.clone(), cx.ctx.clone());
            self.loading_picture
                .start("Showing a line", &mut cx.jobs, move |job| job.tell((index, jobs::texture(&ctx, &picture))));
        }
    }

    fn add(&mut self, lines: Vec<(usize, String)>, cx: &mut LabContext<'_>) {
        let Some(own) = user_lines(cx) else { return };
        let all = Arc::clone(&self.lines);
        self.adding.start("Adding lines", &mut cx.jobs, move |job| jobs::add(job, &own, &all, &lines));
    }

    fn selected_line(&self) -> Option<(usize, &ComparedLine)> {
        let index = self.selected?;
        Some((index, self.read.get(index)?.as_ref()?))
    }

    pub(super) fn poll(&mut self, cx: &mut LabContext<'_>) {
        let was_running = self.reading.is_running();
        for event in self.reading.poll(&mut cx.jobs) {
            match event {
                CompareEvent::Lines(lines) => {
                    self.read = vec![None; lines.len()];
                    self.lines = lines;
                }
                CompareEvent::Read(index, line) => {
                    self.n_read += 1;
                    self.read[index] = Some(line);
                }
                CompareEvent::Failed(reason) => cx.fail(reason),
            }
        }
        let is_due = cx.jobs.now_secs - self.counted_at_secs > TOTALS_EVERY_SECS;
        if was_running && (is_due || !self.reading.is_running()) {
            self.counted_at_secs = cx.jobs.now_secs;
            self.count();
        }
        if was_running && !self.reading.is_running() {
            self.weigh(cx);
        }
        for significance in self.weighing.poll(&mut cx.jobs) {
            self.significance = significance;
        }
        self.saver.poll(cx);
        for (index, texture) in self.loading_picture.poll(&mut cx.jobs) {
            self.picture = texture.map(|texture| (index, texture));
        }
        for event in self.adding.poll(&mut cx.jobs) {
            match event {
                AddEvent::Added { lines, undoable } => {
                    let n_lines = undoable.n_lines();
                    let lines_text = if n_lines == 1 { "1 line".to_owned() } else { format!("{n_lines} lines") };
                    cx.inform(format!("Added {lines_text} to your own"));
                    self.added.extend(lines);
                    self.undoable = Some(undoable);
                }
                AddEvent::TakenOut => {
                    self.added.clear();
                    cx.inform("Took the lines out of your own again".to_owned());
                }
                AddEvent::Failed(reason) => cx.fail(reason),
            }
        }
    }

    /// Starts to test whether the models differ.
    fn weigh(&mut self, cx: &mut LabContext<'_>) {
        let (lines, read) = (Arc::clone(&self.lines), self.read.clone());
        self.weighing.start("Weighing the difference", &mut cx.jobs, move |job| {
            let both = lines.iter().zip(&read).filter_map(|(line, read)| Some((line, read.as_ref()?)));
            job.tell(ComparisonSignificance::of_lines(both))
        });
    }

    /// Counts the totals and applies the filter.
    fn count(&mut self) {
        self.totals = ComparisonTotals::from_lines(&self.read.iter().flatten());
        let filter = self.filter;
        let is_kept = |(index, line): (usize, &Option<ComparedLine>)| {
            line.as_ref().is_some_and(|line| filter.keeps(line)).then_some(index)
        };
        self.shown = self.read.iter().enumerate().filter_map(is_kept).collect();
    }
}

/// One side's reading of a line.
fn reading_of(side: Side, line: &ComparedLine) -> &Reading {
    match side {
        Side::A => &line.a,
        Side::B => &line.b,
    }
}

fn ask_for_package(side: Side, cx: &mut LabContext<'_>) {
    let ask = Ask::Folder { title: "Choose a model package" };
    cx.ask(ask, move |folder| LabCommand::Compare(CompareCommand::Choose(side, folder.to_string_lossy().into_owned())));
}

fn user_lines(cx: &mut LabContext<'_>) -> Option<UserLines> {
    let own = cx.options.user_lines.clone();
    if own.is_none() {
        cx.fail("This system knows no folder for your own lines".to_owned());
    }
    own
}
