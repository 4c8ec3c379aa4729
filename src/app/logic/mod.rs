//! Changes the state: input, commands and what follows from them. Draws nothing, waits for nothing.

pub(super) mod autosave_clock;
mod autosaving;
pub(super) mod closing;
mod exporting;
pub(super) mod jobs;
mod opening;

use std::{path::PathBuf, time::Duration};

use eframe::egui::{Context, Event, Modifiers, Popup};

use self::closing::Closing;
#[cfg(feature = "train")]
use super::lab::{LabCommand, LabPanel, adapt::AdaptCommand};
use super::{
    LonghandApp,
    command::{Command, LISTED},
    state::{
        Tool, Workspace,
        document::{DocumentId, Stage},
        notifications::Severity,
        text::{self, TextScope},
    },
    tasks::page::{self, FileEvent},
    ui::{line_field, theme, view_transform::Framing},
};
use crate::{imaging::PageAdjustments, ink::Drawing, page::Page};

/// How far the eraser reaches, in page pixels.
pub(super) const ERASER_RADIUS: f32 = 12.0;
/// A drawing is read when the pen has rested this long.
const PEN_REST_SECS: f64 = 0.8;
/// One step of zooming with the keyboard.
const ZOOM_STEP: f32 = 1.25;

impl LonghandApp {
    /// One turn: input, jobs, commands, and what is due then.
    pub(super) fn step(&mut self, ctx: &Context) {
        self.now_secs = ctx.input(|input| input.time);
        self.take_input(ctx);
        self.poll_jobs();
        self.poll_lab(ctx);
        for command in std::mem::take(&mut self.commands) {
            self.run(ctx, command);
        }
        self.guard_closing(ctx);
        self.read_rested_drawing(ctx);
        self.start_due_jobs(ctx);
        self.save_due(ctx);
        if let Some(secs) = self.state.notifications.expire(self.now_secs) {
            ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.0)));
        }
    }

    fn take_input(&mut self, ctx: &Context) {
        let is_typing = ctx.egui_wants_keyboard_input();
        // Arrow keys lead from line to line unless a field, a menu or the list of shortcuts wants them.
        let leads_lines = self.state.workspace == Workspace::Pages
            && !is_typing
            && !self.state.shows_shortcuts
            && !Popup::is_any_open(ctx);
        // egui takes Ctrl+Shift+Z for Ctrl+Z too, so those with Shift come first.
        for has_shift in [true, false] {
            for command in &LISTED {
                let Some(shortcut) = command.info().and_then(|info| info.shortcut) else { continue };
                let is_arrow = matches!(command, Command::NextLine | Command::PreviousLine);
                // In the lab there is no line to undo in while a field is typed in, which has an undo of its own.
                let is_fields_own = self.state.workspace != Workspace::Pages
                    && is_typing
                    && matches!(command, Command::Undo | Command::Redo);
                let is_ours = if command.is_for_line_editor() { is_arrow && leads_lines } else { !is_fields_own };
                if shortcut.modifiers.contains(Modifiers::SHIFT) == has_shift
                    && is_ours
                    && ctx.input_mut(|input| input.consume_shortcut(&shortcut))
                {
                    let command = match self.state.workspace {
                        Workspace::Pages => Some(command.clone()),
                        Workspace::Lab(panel) => self.in_lab(panel, command),
                    };
                    self.commands.extend(command);
                }
            }
        }
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.send(Command::OpenFiles(dropped));
        }
        self.take_paste(ctx, is_typing);
    }

    /// Images come as an event of their own; text that nobody is there to type may be copied files.
    fn take_paste(&mut self, ctx: &Context, is_typing: bool) {
        let events = ctx.input(|input| input.events.clone());
        for event in events {
            match event {
                Event::PasteImage(image) => self.start_file_task("paste", move |job| {
                    job.report(FileEvent::Pasted(page::page_from_pasted(&image))).ok();
                }),
                Event::Paste(_) if !is_typing => self.send(Command::PasteImage),
                _ => {}
            }
        }
    }

    fn run(&mut self, ctx: &Context, command: Command) {
        match command {
            Command::Open => self.ask_what_to_open(),
            Command::OpenFiles(paths) => self.open(paths),
            Command::PasteImage => self.start_file_task("paste", |job| {
                page::paste(job).ok();
            }),
            Command::NewDrawing => self.new_drawing(),
            Command::SaveText => self.ask_where_to_save(TextScope::Page, "txt"),
            Command::SavePdf => self.ask_where_to_save(TextScope::Page, "pdf"),
            Command::SavePdfOfAllPages => self.ask_where_to_save(TextScope::AllPages, "pdf"),
            Command::SaveTextTo(path) => self.save(path, TextScope::Page),
            Command::SaveTextOfAllPages => self.ask_where_to_save(TextScope::AllPages, "txt"),
            Command::SaveTextOfAllPagesTo(path) => self.save(path, TextScope::AllPages),
            Command::CopyTextOfAllPages => self.copy_all(ctx),
            Command::CopyText => self.copy(ctx, text::with_line_breaks),
            Command::CopyTextWithoutLineBreaks => self.copy(ctx, text::without_line_breaks),
            Command::ReadAgain => self.read_again(),
            Command::StopReading => self.stop_reading(),
            Command::StopSaving => self.stop_saving(),
            Command::NextPage => self.show_relative(1),
            Command::PreviousPage => self.show_relative(-1),
            Command::ShowPage(id) => self.state.current = Some(id),
            Command::ShowPages => self.state.workspace = Workspace::Pages,
            #[cfg(feature = "train")]
            Command::LearnMyHandwriting => self.send(Command::Lab(LabCommand::Show(LabPanel::Adapt))),
            #[cfg(feature = "train")]
            Command::AdaptToHand => {
                self.send(Command::LearnMyHandwriting);
                self.send(Command::Lab(LabCommand::Adapt(AdaptCommand::GetUsed)));
            }
            Command::ToggleLab => self.toggle_lab(),
            Command::Lab(command) => self.run_lab(ctx, command),
            Command::UseModel(name) => self.use_model(name, false),
            Command::ReadAllWith(name) => self.use_model(name, true),
            Command::ClosePage => self.close_current(),
            Command::CloseFile => self.close_current_file(),
            Command::ReopenPage => self.reopen(),
            Command::Quit => self.ask_to_close(ctx),
            Command::KeepOpen => self.state.closing = Closing::No,
            Command::StopAndClose => self.stop_and_close(),
            Command::CloseNow => self.close_now(ctx),
            Command::SetTheme(choice) => {
                self.state.settings.theme = choice;
                theme::apply_choice(ctx, choice);
            }
            Command::SetDoubtThreshold(threshold) => self.state.settings.doubt_threshold = threshold,
            Command::ToggleOutlines => self.state.settings.show_outlines ^= true,
            Command::ToggleShortcuts => self.state.shows_shortcuts ^= true,
            Command::DismissNotification(id) => self.state.notifications.dismiss(id),
            Command::UsePen => self.state.tool = Tool::Pen,
            Command::UseEraser => self.state.tool = Tool::Eraser,
            Command::ResizeViewport(viewport) => self.state.viewport = viewport,
            Command::ZoomIn | Command::ZoomOut | Command::FitPage | Command::FitWidth | Command::ActualSize => {
                self.frame(ctx, &command);
            }
            Command::NextDoubtfulWord => self.go_to_doubtful(ctx, true),
            Command::PreviousDoubtfulWord => self.go_to_doubtful(ctx, false),
            Command::EditCorners => {
                self.change_page(Command::EditCorners);
                if let Some(id) = self.state.current {
                    self.find_sheet(ctx, id);
                }
            }
            command => self.change_page(command),
        }
    }

    /// To the next doubtful word, or the one before, in this line or another.
    fn go_to_doubtful(&mut self, ctx: &Context, is_forward: bool) {
        let threshold = self.state.settings.doubt_threshold;
        let Some(document) = self.state.document_mut() else { return };
        if !line_field::mark_next_doubtful(ctx, document, threshold, is_forward)
            && document.select_doubtful(threshold, is_forward)
        {
            line_field::mark_first_doubtful(ctx, document, threshold, is_forward);
        }
    }

    /// Commands about the shown page alone.
    fn change_page(&mut self, command: Command) {
        let now_secs = self.now_secs;
        let Some(document) = self.state.document_mut() else { return };
        let mut has_ink_changed = false;
        let (adjusted, shown) = (document.adjustments, document.shown_adjustments());
        match command {
            Command::SelectLine(line) => document.select(line),
            Command::NextLine => document.select_relative(1),
            Command::PreviousLine => document.select_relative(-1),
            Command::EditLine { line, text } => document.edit_line(line, text, now_secs),
            Command::RevertLine => document.revert_selected(),
            Command::AcceptLine => {
                document.accept_selected();
                document.select_relative(1);
            }
            Command::Undo => has_ink_changed = document.undo(),
            Command::Redo => has_ink_changed = document.redo(),
            Command::DrawStroke(stroke) => has_ink_changed = document.draw(stroke),
            Command::EraseAlong(path) => has_ink_changed = document.erase(&path, ERASER_RADIUS),
            Command::ClearDrawing => has_ink_changed = document.clear_drawing(),
            Command::SetFraming(framing) => document.framing = framing,
            Command::RotateLeft => document.adjust(document.adjustments.turned(-1)),
            Command::RotateRight => document.adjust(document.adjustments.turned(1)),
            Command::SetCleanUp(clean_up) => document.adjust(PageAdjustments { clean_up, ..document.adjustments }),
            Command::EditCorners if document.corner_edit.is_some() => document.cancel_corners(),
            Command::EditCorners => document.edit_corners(),
            Command::Straighten => document.straighten(),
            Command::LeaveAslant => document.leave_aslant(),
            Command::MoveCorner { corner, to } => document.move_corner(corner, to),
            Command::ApplyCorners => document.apply_corners(),
            Command::ResetCorners => document.reset_corners(),
            Command::CancelCorners => document.cancel_corners(),
            _ => {}
        }
        let id = document.id;
        if !document.shown_adjustments().has_geometry_of(&shown) {
            self.running.stop_showing(id);
        }
        if document.adjustments != adjusted {
            self.running.stop_reading(id);
        }
        if has_ink_changed {
            self.running.stop_reading(id);
            self.pen_rests_at_secs = Some((id, now_secs + PEN_REST_SECS));
        }
    }

    // Reading

    fn read_again(&mut self) {
        if let Some(document) = self.state.document_mut() {
            let id = document.id;
            document.stage = Stage::Waiting;
            self.running.stop_reading(id);
        }
    }

    /// Reads all open pages anew. What was corrected stays.
    pub(super) fn read_all_again(&mut self) {
        for document in &mut self.state.documents {
            document.stage = Stage::Waiting;
            self.running.stop_reading(document.id);
        }
    }

    /// Stops the reading under way and those that wait.
    fn stop_reading(&mut self) {
        for document in &mut self.state.documents {
            if document.stage == Stage::Waiting || document.is_busy() {
                document.stage = Stage::Stopped;
                self.running.stop_reading(document.id);
            }
        }
    }

    fn read_rested_drawing(&mut self, ctx: &Context) {
        let Some((id, due_secs)) = self.pen_rests_at_secs else { return };
        if due_secs > self.now_secs {
            ctx.request_repaint_after(Duration::from_secs_f64(due_secs - self.now_secs));
            return;
        }
        self.pen_rests_at_secs = None;
        let Some(document) = self.state.find_mut(id) else { return };
        if document.drawing.as_ref().is_some_and(Drawing::is_empty) {
            document.set_lines(Vec::new());
            document.stage = Stage::Done;
        } else {
            document.stage = Stage::Waiting;
        }
    }

    // Text

    fn copy(&mut self, ctx: &Context, text_of: impl Fn(&Page) -> String) {
        let Some(document) = self.state.document() else { return };
        ctx.copy_text(text_of(&document.page));
        self.inform("Text copied".to_owned());
    }

    /// The text of all open pages; the note that some are not read yet.
    pub(super) fn text_of_all(&self) -> (String, String) {
        let text = text::of_all(self.state.documents.iter().map(|document| &document.page));
        let n_unread = self.state.documents.iter().filter(|d| d.is_busy() || d.stage == Stage::Waiting).count();
        let note = match n_unread {
            0 => String::new(),
            1 => "; 1 page is not read yet".to_owned(),
            _ => format!("; {n_unread} pages are not read yet"),
        };
        (text, note)
    }

    fn copy_all(&mut self, ctx: &Context) {
        let (text, note) = self.text_of_all();
        ctx.copy_text(text);
        self.inform(format!("Text of {} pages copied{note}", self.state.documents.len()));
    }

    // View

    fn frame(&mut self, ctx: &Context, command: &Command) {
        let viewport = self.state.viewport;
        let Some(document) = self.state.document_mut() else { return };
        let Some(size) = document.size() else { return };
        let view = document.framing.resolve(viewport, size);
        let zoomed = |factor| Framing::Free(view.zoomed_about(viewport, viewport.center(), factor));
        document.framing = match command {
            Command::ZoomIn => zoomed(ZOOM_STEP),
            Command::ZoomOut => zoomed(1.0 / ZOOM_STEP),
            Command::ActualSize => zoomed(1.0 / (ctx.pixels_per_point() * view.scale)),
            Command::FitWidth => Framing::FitWidth,
            _ => Framing::FitPage,
        };
    }

    // Telling

    pub(super) fn name(&self, id: DocumentId) -> String {
        self.state.find(id).map(|document| document.name.clone()).unwrap_or_default()
    }

    pub(super) fn inform(&mut self, text: String) {
        self.state.notifications.tell(Severity::Info, text, self.now_secs);
    }

    pub(super) fn warn(&mut self, text: String) {
        self.state.notifications.tell(Severity::Warning, text, self.now_secs);
    }

    pub(super) fn fail(&mut self, text: String) {
        self.state.notifications.tell(Severity::Error, text, self.now_secs);
    }
}
