//! Changes the state: input, commands and what follows from them. Draws nothing, waits for nothing.

use std::{path::PathBuf, sync::Arc, time::Duration};

use eframe::egui::{Context, Event, Modifiers, ViewportCommand};

use super::{
    LonghandApp,
    command::{Command, LISTED},
    dialogs,
    document::{Document, DocumentId, Origin, Stage},
    notifications::Severity,
    state::Tool,
    tasks::{self, FileEvent},
    text, theme,
    view_transform::Framing,
    writer::WriteTask,
};
use crate::{imaging::PageImage, ink::Drawing, storage::Recovery};

/// A sheet to write on, in pixels.
const SHEET_SIZE: (u32, u32) = (1600, 1100);
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
        for command in std::mem::take(&mut self.commands) {
            self.run(ctx, command);
        }
        self.read_rested_drawing(ctx);
        self.start_due_jobs(ctx);
        self.save_due(ctx);
        if let Some(secs) = self.state.notifications.expire(self.now_secs) {
            ctx.request_repaint_after(Duration::from_secs_f64(secs.max(0.0)));
        }
    }

    fn take_input(&mut self, ctx: &Context) {
        let is_typing = ctx.egui_wants_keyboard_input();
        // egui takes Ctrl+Shift+Z for Ctrl+Z too, so those with Shift come first.
        for has_shift in [true, false] {
            for command in &LISTED {
                let Some(shortcut) = command.info().and_then(|info| info.shortcut) else { continue };
                let is_elsewhere = command.is_for_line_editor() && is_typing;
                if shortcut.modifiers.contains(Modifiers::SHIFT) == has_shift
                    && !is_elsewhere
                    && ctx.input_mut(|input| input.consume_shortcut(&shortcut))
                {
                    self.send(command.clone());
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
                    job.report(FileEvent::Pasted(tasks::page_from_pasted(&image))).ok();
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
                tasks::paste(job).ok();
            }),
            Command::NewDrawing => self.new_drawing(),
            Command::SaveText => self.ask_where_to_save(),
            Command::SaveTextTo(path) => self.save_text(path),
            Command::CopyText => self.copy(ctx, text::with_line_breaks),
            Command::CopyTextWithoutLineBreaks => self.copy(ctx, text::without_line_breaks),
            Command::ReadAgain => self.read_again(),
            Command::StopReading => self.stop_reading(),
            Command::NextPage => self.show_relative(1),
            Command::PreviousPage => self.show_relative(-1),
            Command::ShowPage(id) => self.state.current = Some(id),
            Command::ClosePage => self.close_current(),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            Command::SetTheme(choice) => {
                self.state.settings.theme = choice;
                theme::apply_choice(ctx, choice);
            }
            Command::ToggleOutlines => self.state.settings.show_outlines ^= true,
            Command::ToggleShortcuts => self.state.shows_shortcuts ^= true,
            Command::DismissNotification(id) => self.state.notifications.dismiss(id),
            Command::UsePen => self.state.tool = Tool::Pen,
            Command::UseEraser => self.state.tool = Tool::Eraser,
            Command::ResizeViewport(viewport) => self.state.viewport = viewport,
            Command::ZoomIn | Command::ZoomOut | Command::FitPage | Command::FitWidth | Command::ActualSize => {
                self.frame(ctx, &command);
            }
            command => self.change_page(command),
        }
    }

    /// Commands about the shown page alone.
    fn change_page(&mut self, command: Command) {
        let (now_secs, threshold) = (self.now_secs, self.state.settings.doubt_threshold);
        let Some(document) = self.state.document_mut() else { return };
        let mut has_ink_changed = false;
        match command {
            Command::SelectLine(line) => document.select(line),
            Command::NextLine => document.select_relative(1),
            Command::PreviousLine => document.select_relative(-1),
            Command::NextDoubtfulLine => drop(document.select_doubtful(threshold, true)),
            Command::PreviousDoubtfulLine => drop(document.select_doubtful(threshold, false)),
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
            _ => {}
        }
        if has_ink_changed {
            let id = document.id;
            self.running.stop_reading(id);
            self.pen_rests_at_secs = Some((id, now_secs + PEN_REST_SECS));
        }
    }

    // Opening and closing

    fn ask_what_to_open(&mut self) {
        if self.running.dialog.is_none() {
            self.running.dialog = self.started(dialogs::open(self.wake()));
        }
    }

    fn open(&mut self, paths: Vec<PathBuf>) {
        self.state.is_opening = true;
        self.start_file_task("list files", move |job| {
            tasks::list_files(job, &paths).ok();
        });
    }

    pub(super) fn take_file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Chosen(paths) => self.add_files(paths),
            FileEvent::SaveTo(path) => self.save_text(path),
            FileEvent::Pasted(image) => self.add_pasted(image),
            FileEvent::Saved(path) => self.inform(format!("Text saved as {}", path.display())),
            FileEvent::Failed(reason) => self.fail(reason),
        }
    }

    /// Adds a page for each file that is not open, and shows the first of them.
    fn add_files(&mut self, paths: Vec<PathBuf>) {
        let mut first = None;
        for path in paths {
            let open = self.state.documents.iter().find(|document| document.path() == Some(&path)).map(|d| d.id);
            let id = open.unwrap_or_else(|| {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                self.state.settings.remember_file(&path);
                self.add(name, Origin::File(path)).id
            });
            first = first.or(Some(id));
        }
        self.state.current = first.or(self.state.current);
    }

    fn add_pasted(&mut self, image: PageImage) {
        let n_pasted = self.state.documents.iter().filter(|d| d.origin == Origin::Clipboard).count();
        let name = if n_pasted == 0 { "Pasted image".to_owned() } else { format!("Pasted image {}", n_pasted + 1) };
        let document = self.add(name, Origin::Clipboard);
        (document.page.width, document.page.height) = (image.width(), image.height());
        document.image = Some(Arc::new(image));
        self.state.current = Some(document.id);
    }

    fn new_drawing(&mut self) {
        let n_drawings = self.state.documents.iter().filter(|d| d.origin == Origin::Drawing).count();
        let name = if n_drawings == 0 { "Sheet".to_owned() } else { format!("Sheet {}", n_drawings + 1) };
        let document = self.add(name, Origin::Drawing);
        document.drawing = Some(Drawing::default());
        document.stage = Stage::Done;
        (document.page.width, document.page.height) = SHEET_SIZE;
        self.state.current = Some(document.id);
        self.state.tool = Tool::Pen;
    }

    fn add(&mut self, name: String, origin: Origin) -> &mut Document {
        self.next_id += 1;
        self.state.documents.push_mut(Document::new(DocumentId(self.next_id), name, origin))
    }

    fn close_current(&mut self) {
        if let Some(id) = self.state.current {
            self.save_corrections(id);
            self.close(id);
        }
    }

    /// Takes a page away and shows its neighbour.
    pub(super) fn close(&mut self, id: DocumentId) {
        self.running.forget(id);
        self.autosave.forget(id);
        let Some(index) = self.state.documents.iter().position(|document| document.id == id) else { return };
        self.state.documents.remove(index);
        if self.state.current == Some(id) {
            let neighbour = index.min(self.state.documents.len().saturating_sub(1));
            self.state.current = self.state.documents.get(neighbour).map(|document| document.id);
        }
    }

    fn show_relative(&mut self, step: isize) {
        let index = self.state.current_index().and_then(|index| index.checked_add_signed(step));
        if let Some(document) = index.and_then(|index| self.state.documents.get(index)) {
            self.state.current = Some(document.id);
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

    fn copy(&mut self, ctx: &Context, text_of: impl Fn(&crate::page::Page) -> String) {
        let Some(document) = self.state.document() else { return };
        ctx.copy_text(text_of(&document.page));
        self.inform("Text copied".to_owned());
    }

    fn ask_where_to_save(&mut self) {
        if let Some(document) = self.state.document()
            && self.running.dialog.is_none()
        {
            let proposal =
                document.path().map_or_else(|| PathBuf::from(&document.name), PathBuf::from).with_extension("txt");
            self.running.dialog = self.started(dialogs::save_text(self.wake(), &proposal));
        }
    }

    fn save_text(&mut self, path: PathBuf) {
        if let Some(document) = self.state.document() {
            let mut text = text::with_line_breaks(&document.page);
            text.push('\n');
            self.start_file_task("save text", move |job| {
                tasks::save_text(job, path, &text).ok();
            });
        }
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

    // Saving

    fn save_due(&mut self, ctx: &Context) {
        let mut is_unsaved = false;
        let is_kept = |document: &&Document| self.recovery_folder.is_some() && document.path().is_some();
        let changes: Vec<_> = self.state.documents.iter().filter(is_kept).map(|d| (d.id, d.edit_count())).collect();
        for (id, edit_count) in changes {
            if self.autosave.is_due(id, edit_count, self.now_secs) {
                self.save_corrections(id);
            }
            is_unsaved |= self.autosave.is_unsaved(id, edit_count);
        }
        self.save_settings();
        if is_unsaved {
            ctx.request_repaint_after(Duration::from_millis(500));
        }
    }

    /// Queues the corrections of page `id` for the recovery folder, if they changed.
    fn save_corrections(&mut self, id: DocumentId) {
        let (Some(folder), Some(document)) = (&self.recovery_folder, self.state.find(id)) else { return };
        let edit_count = document.edit_count();
        let Some(image) = document.path().filter(|_| self.autosave.is_unsaved(id, edit_count)) else { return };
        let recovery = Recovery::of_page(image, &document.page);
        let bytes = if recovery.lines.is_empty() { None } else { recovery.to_json().ok() };
        let task = WriteTask { path: Recovery::path(folder, image), bytes };
        if self.running.writer.as_ref().is_some_and(|writer| writer.write(task)) {
            self.autosave.saved(id, edit_count);
        }
    }

    fn save_settings(&mut self) {
        let Some(path) = self.settings_path.clone().filter(|_| self.state.settings != self.saved_settings) else {
            return;
        };
        let settings = self.state.settings.clone();
        match settings.to_toml() {
            Ok(text) => {
                let task = WriteTask { path, bytes: Some(text.into_bytes()) };
                if self.running.writer.as_ref().is_some_and(|writer| writer.write(task)) {
                    self.saved_settings = settings;
                }
            }
            Err(error) => {
                self.saved_settings = settings;
                self.fail(format!("The settings could not be saved: {error}"));
            }
        }
    }

    /// Writes what is not written yet, and waits for it: the program ends.
    pub(super) fn save_everything(&mut self) {
        let ids: Vec<_> = self.state.documents.iter().map(|document| document.id).collect();
        ids.into_iter().for_each(|id| self.save_corrections(id));
        self.save_settings();
        self.running.writer = None;
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
