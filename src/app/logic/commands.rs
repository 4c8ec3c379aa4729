//! Dispatch: one arm per command.

use eframe::egui::Context;

use super::LonghandApp;
#[cfg(feature = "train")]
use crate::app::lab::{
    command::{LabCommand, LabPanel},
    training::command::AdaptCommand,
};
use crate::{
    app::{
        command::Command,
        state::{
            Closing, ERASER_RADIUS, Tool, Workspace,
            document::Document,
            text::{self, TextScope},
        },
        tasks::files,
        ui::{theme, view_transform::Framing},
    },
    imaging::PageAdjustments,
    storage::ThemeChoice,
};

/// Factor of one zoom step with the keyboard.
const ZOOM_STEP: f32 = 1.25;

impl LonghandApp {
    /// Runs a command.
    pub(super) fn run(&mut self, ctx: &Context, command: Command) {
        let now_secs = self.now_secs;
        match command {
            Command::Open => self.ask_what_to_open(),
            Command::OpenFiles(paths) => self.open(paths),
            Command::PasteImage => self.start_file_task("paste", files::paste),
            Command::NewDrawing => self.new_drawing(),
            Command::SaveText => self.ask_where_to_save(TextScope::Page, "txt"),
            Command::SavePdf => self.ask_where_to_save(TextScope::Page, "pdf"),
            Command::SaveTextOfAllPages => self.ask_where_to_save(TextScope::AllPages, "txt"),
            Command::SavePdfOfAllPages => self.ask_where_to_save(TextScope::AllPages, "pdf"),
            Command::SaveTextTo(path) => self.save(path, TextScope::Page),
            Command::SaveTextOfAllPagesTo(path) => self.save(path, TextScope::AllPages),
            Command::StopSaving => self.stop_saving(),
            Command::CopyText => self.copy(ctx, text::with_line_breaks),
            Command::CopyTextWithoutLineBreaks => self.copy(ctx, text::without_line_breaks),
            Command::CopyTextOfAllPages => self.copy_all(ctx),
            Command::ReadAgain => self.read_again(),
            Command::StopReading => self.stop_reading(),
            Command::UseModel(name) => self.use_model(name, false),
            Command::ReadAllWith(name) => self.use_model(name, true),
            Command::NextPage => self.show_relative(1),
            Command::PreviousPage => self.show_relative(-1),
            Command::ShowPage(id) => self.state.current = Some(id),
            Command::ShowPages => self.state.workspace = Workspace::Pages,
            Command::ClosePage => self.close_current(),
            Command::CloseFile => self.close_current_file(),
            Command::ReopenPage => self.reopen(),
            Command::Quit => self.ask_to_close(ctx),
            Command::KeepOpen => self.state.closing = Closing::No,
            Command::StopAndClose => self.stop_and_close(),
            Command::CloseNow => self.close_now(ctx),
            #[cfg(feature = "train")]
            Command::LearnMyHandwriting => self.send(Command::Lab(LabCommand::Show(LabPanel::Adapt))),
            #[cfg(feature = "train")]
            Command::AdaptToHand => {
                self.send(Command::LearnMyHandwriting);
                self.send(Command::Lab(LabCommand::Adapt(AdaptCommand::GetUsed)));
            }
            Command::ToggleLab => self.toggle_lab(),
            Command::Lab(command) => self.run_lab(ctx, command),
            Command::SetTheme(choice) => self.set_theme(ctx, choice),
            Command::SetDoubtThreshold(threshold) => self.state.settings.doubt_threshold = threshold,
            Command::ToggleOutlines => self.state.settings.show_outlines ^= true,
            Command::ToggleShortcuts => self.state.shows_shortcuts ^= true,
            Command::DismissNotification(id) => self.state.notifications.dismiss(id),
            Command::ResizeViewport(viewport) => self.state.viewport = viewport,
            Command::ZoomIn => self.zoom(ZOOM_STEP),
            Command::ZoomOut => self.zoom(1.0 / ZOOM_STEP),
            Command::ActualSize => self.zoom_to_actual_size(ctx.pixels_per_point()),
            Command::FitPage => self.change_page(|page| page.framing = Framing::FitPage),
            Command::FitWidth => self.change_page(|page| page.framing = Framing::FitWidth),
            Command::SetFraming(framing) => self.change_page(|page| page.framing = framing),
            Command::SelectLine(line) => self.change_page(|page| page.select(line)),
            Command::NextLine => self.change_page(|page| page.select_relative(1)),
            Command::PreviousLine => self.change_page(|page| page.select_relative(-1)),
            Command::NextDoubtfulWord => self.go_to_doubtful(ctx, true),
            Command::PreviousDoubtfulWord => self.go_to_doubtful(ctx, false),
            // The text field of a line replaces the word itself.
            Command::NextAlternative | Command::PreviousAlternative => {}
            Command::EditLine { line, text } => self.change_page(|page| page.edit_line(line, text, now_secs)),
            Command::RevertLine => self.change_page(Document::revert_selected),
            Command::AcceptLine => self.change_page(Document::accept_selected_and_go_on),
            Command::Undo => self.change_drawing(Document::undo),
            Command::Redo => self.change_drawing(Document::redo),
            Command::UsePen => self.state.tool = Tool::Pen,
            Command::UseEraser => self.state.tool = Tool::Eraser,
            Command::DrawStroke(stroke) => self.change_drawing(|page| page.draw(stroke)),
            Command::EraseAlong(path) => self.change_drawing(|page| page.erase(&path, ERASER_RADIUS)),
            Command::ClearDrawing => self.change_drawing(Document::clear_drawing),
            Command::RotateLeft => self.change_page(|page| page.adjust(page.adjustments.turned(-1))),
            Command::RotateRight => self.change_page(|page| page.adjust(page.adjustments.turned(1))),
            Command::SetCleanUp(clean_up) => {
                self.change_page(|page| page.adjust(PageAdjustments { clean_up, ..page.adjustments }));
            }
            Command::Straighten => self.change_page(Document::straighten),
            Command::LeaveAslant => self.change_page(Document::leave_aslant),
            Command::EditCorners => self.edit_corners(ctx),
            Command::MoveCorner { corner, to } => self.change_page(|page| page.move_corner(corner, to)),
            Command::ApplyCorners => self.change_page(Document::apply_corners),
            Command::ResetCorners => self.change_page(Document::reset_corners),
            Command::CancelCorners => self.change_page(Document::cancel_corners),
        }
    }

    fn set_theme(&mut self, ctx: &Context, choice: ThemeChoice) {
        self.state.settings.theme = choice;
        theme::apply_choice(ctx, choice);
    }
}
