//! Dispatch: one arm per command.

use eframe::egui::Context;

use super::{LonghandApp, copying::Clip};
#[cfg(feature = "train")]
use crate::app::lab::{
    command::{LabCommand, LabPanel},
    training::command::AdaptCommand,
};
use crate::{
    app::{
        command::Command,
        state::{Closing, ERASER_RADIUS, Tool, Workspace, document::Document, export_sheet::TextScope},
        tasks::files,
        ui::{theme, view_transform::Framing},
    },
    formats::{ExportFormat, LineBreaks},
    imaging::PageAdjustments,
    storage::ThemeChoice,
};

/// Factor of one zoom step with the keyboard.
const ZOOM_STEP: f32 = 1.25;

impl LonghandApp {
    /// Runs a command.
    #[expect(clippy::too_many_lines, reason = "one arm for each command, so that the compiler asks for a new one's")]
    pub(super) fn run(&mut self, ctx: &Context, command: Command) {
        let now_secs = self.now_secs;
        match command {
            Command::Open => self.ask_what_to_open(),
            Command::OpenFolder => self.ask_which_folder_to_open(),
            Command::OpenFiles(paths) => self.open(paths),
            Command::PasteImage => self.start_file_task("paste", files::paste),
            Command::NewDrawing => self.new_drawing(),
            Command::Export => self.show_export(ExportFormat::Text, TextScope::Page),
            Command::ExportPdf => self.show_export(ExportFormat::Pdf, TextScope::Page),
            Command::ExportAllPages => self.show_export(ExportFormat::Text, TextScope::AllPages),
            Command::ChangeExport(sheet) => self.state.export = Some(sheet),
            Command::HideExport => self.state.export = None,
            Command::ReadPagesToExport => self.read_pages_to_export(),
            Command::ChooseWhereToExport => self.ask_where_to_export(),
            Command::SaveTextTo(path) => self.export_by_name(path, TextScope::Page),
            Command::SaveTextOfAllPagesTo(path) => self.export_by_name(path, TextScope::AllPages),
            Command::StopSaving => self.stop_saving(),
            Command::CopyText => self.copy_as(ctx, Clip::Text(LineBreaks::Kept)),
            Command::CopyTextWithoutLineBreaks => self.copy_as(ctx, Clip::Text(LineBreaks::Joined)),
            Command::CopyMarkdown => self.copy_as(ctx, Clip::Markdown),
            Command::CopyHtml => self.copy_as(ctx, Clip::Html),
            Command::CopyTextOfAllPages => self.copy_all(ctx),
            Command::SaveProject => self.save_project(),
            Command::SaveProjectAs => self.ask_how_to_save_project(),
            Command::ChangeProject(sheet) => self.state.project_sheet = Some(sheet),
            Command::HideProjectSheet => self.state.project_sheet = None,
            Command::ChooseWhereToSaveProject => self.ask_where_to_save_project(),
            Command::SaveProjectTo { path, holds_pictures } => self.start_saving_project(path, holds_pictures),
            Command::ReadOn => self.read_on(),
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
            Command::ClosePageAsked => self.close_asked(),
            Command::SaveAskedPage => self.save_asked(),
            Command::Dismiss => self.state.question = None,
            Command::ReopenPage => self.reopen(),
            Command::ShowBin => self.show_bin(),
            Command::HideBin => self.state.bin = None,
            Command::OpenBinned(index) => self.open_binned(index),
            Command::AskToDeleteBinned(index) => {
                self.state.bin.iter_mut().for_each(|bin| bin.to_delete = index);
            }
            Command::DeleteBinned => self.delete_binned(),
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
            Command::ToggleDrawings => self.state.settings.show_drawings ^= true,
            Command::ToggleOutlines => self.state.settings.show_outlines ^= true,
            Command::TogglePalette => self.state.shows_palette ^= true,
            Command::ToggleSettings => self.state.shows_settings ^= true,
            Command::OpenSample => self.start_file_task("open sample", files::open_sample),
            Command::SetOwnWords(words) => self.set_own_words(words),
            Command::AddOwnWord => self.add_own_word(ctx),
            Command::SetTextScale(scale) => {
                self.state.settings.text_scale = scale;
                ctx.set_zoom_factor(scale);
            }
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
            Command::SelectWord { line, at } => self.select_word(ctx, line, at),
            Command::MarkLine(line) => self.change_page(|page| page.toggle_mark(line)),
            Command::EditLines => self.state.edits_lines ^= true,
            Command::AddLine(bounds) => self.change_own_lines(|page| page.add_line(bounds)),
            Command::ReshapeLine { line, to } => self.change_own_lines(|page| page.reshape_line(line, to)),
            Command::SplitLine => self.split_line(ctx),
            Command::MergeLines => self.change_own_lines(Document::merge_lines),
            Command::ReadDrawing(index) => self.change_own_lines(|page| page.read_drawing(index)),
            Command::LinesAreDrawings => self.change_own_lines(Document::lines_are_drawings),
            Command::DeleteLines => self.change_own_lines(Document::delete_lines),
            Command::MoveLineUp => self.change_own_lines(|page| page.move_line(-1)),
            Command::MoveLineDown => self.change_own_lines(|page| page.move_line(1)),
            Command::TurnLine => self.change_own_lines(Document::turn_line),
            Command::FindLinesAnew => self.change_own_lines(Document::find_lines_anew),
            Command::Find => self.toggle_finding(),
            Command::SetFindQuery(query) => self.find(query),
            Command::NextMatch => self.go_to_next_match(ctx, true),
            Command::PreviousMatch => self.go_to_next_match(ctx, false),
            Command::GoToMatch(index) => self.go_to_match(ctx, index),
            Command::ReplaceMatch => self.replace_match(ctx),
            Command::ReplaceAllMatches => self.replace_all(),
            Command::NextLine => self.change_page(|page| page.select_relative(1)),
            Command::PreviousLine => self.change_page(|page| page.select_relative(-1)),
            Command::NextDoubtfulWord => self.go_to_doubtful(ctx, true),
            Command::PreviousDoubtfulWord => self.go_to_doubtful(ctx, false),
            // The text field of a line replaces the word itself.
            Command::NextAlternative | Command::PreviousAlternative => {}
            Command::EditLine { line, text } => self.change_page(|page| page.edit_line(line, text, now_secs)),
            Command::RevertLine => self.change_page(Document::revert_selected),
            Command::AcceptLine => self.accept_line(ctx),
            Command::Undo => self.take_step(Document::undo),
            Command::Redo => self.take_step(Document::redo),
            Command::UsePen => self.use_tool(Tool::Pen),
            Command::UseEraser => self.use_tool(Tool::Eraser),
            Command::UseInkEraser => self.use_tool(Tool::InkEraser),
            Command::UseLasso => self.use_tool(Tool::Lasso),
            Command::TogglePenMenu => self.state.shows_pen_menu ^= true,
            Command::SetPen(pen) => self.set_pen(pen),
            Command::SetPaper(paper) => self.set_paper(paper),
            Command::DrawStroke(stroke) => self.change_drawing(|page| page.draw(stroke)),
            Command::EraseAlong(path) => self.change_drawing(|page| page.erase(&path, ERASER_RADIUS)),
            Command::EraseInkAlong(path) => self.change_drawing(|page| page.erase_ink(&path, ERASER_RADIUS)),
            Command::ChooseStrokes(polygon) => self.change_page(|page| page.choose_strokes(&polygon)),
            Command::MoveStrokes(motion) => self.change_drawing(|page| page.move_chosen(motion)),
            Command::DeleteStrokes => self.change_drawing(Document::delete_chosen),
            Command::DuplicateStrokes => self.change_drawing(Document::duplicate_chosen),
            Command::CopyStrokes => self.copy_strokes(ctx),
            Command::CutStrokes => {
                self.copy_strokes(ctx);
                self.change_drawing(Document::delete_chosen);
            }
            Command::PasteStrokes(strokes) => self.paste_strokes(&strokes),
            Command::ClearDrawing => self.change_drawing(Document::clear_drawing),
            Command::RotateLeft => self.change_page(|page| page.adjust(page.adjustments.turned(-1))),
            Command::RotateRight => self.change_page(|page| page.adjust(page.adjustments.turned(1))),
            Command::SetCleanUp(clean_up) => {
                self.change_page(|page| page.adjust(PageAdjustments { clean_up, ..page.adjustments }));
            }
            Command::Straighten => self.change_page(Document::straighten),
            Command::LeaveAslant => self.change_page(Document::leave_aslant),
            Command::PartSheets => self.part_sheets(),
            Command::LeaveWhole => self.change_page(Document::leave_whole),
            Command::UseEarlierCorrections => self.use_earlier_corrections(),
            Command::LeaveEarlierCorrections => self.change_page(Document::leave_earlier_corrections),
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
