//! The export sheet: format, pages, options, what is in the file, then where to save it.

use eframe::egui::{Align, Button, Layout, RichText, ScrollArea, Ui, Vec2};

use super::modal::{heading, modal};
use crate::{
    app::{
        command::Command,
        state::{
            State,
            document::{Document, Stage},
            export_sheet::{ExportSheet, TextScope, names_in_sentence},
        },
        ui::{
            icons,
            theme::{palette, size, space, strong},
            widgets::{button, primary_button, weak},
        },
    },
    formats::{ExportFormat, LineBreaks},
};

const WIDTH: f32 = 560.0;
const FORMATS_WIDTH: f32 = 190.0;

/// Draws the sheet, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    let (Some(sheet), Some(shown)) = (state.export, state.document()) else { return };
    let response = modal(ui, "export", WIDTH, |ui| {
        heading(ui, "Export");
        let height = (ui.ctx().content_rect().height() - 220.0).clamp(160.0, 400.0);
        ui.horizontal_top(|ui| {
            let column = Layout::top_down(Align::Min);
            ui.allocate_ui_with_layout(Vec2::new(FORMATS_WIDTH, height), column, |ui| {
                ui.set_width(FORMATS_WIDTH);
                ScrollArea::vertical().id_salt("formats").max_height(height).min_scrolled_height(height).show(
                    ui,
                    |ui| {
                        formats(ui, state, sheet, commands);
                    },
                );
            });
            ui.add_space(space::M);
            ui.vertical(|ui| {
                ScrollArea::vertical().id_salt("options").max_height(height).min_scrolled_height(height).show(
                    ui,
                    |ui| {
                        ui.set_width(ui.available_width());
                        options(ui, state, sheet, shown, commands);
                    },
                );
            });
        });
        answers(ui, state, sheet, commands);
    });
    if response.should_close() {
        commands.push(Command::HideExport);
    }
}

fn formats(ui: &mut Ui, state: &State, sheet: ExportSheet, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let has_ink = state.documents.iter().any(|document| document.drawing.is_some());
    for format in ExportFormat::ALL.into_iter().filter(|format| has_ink || !format.is_of_ink()) {
        let is_chosen = sheet.format == format;
        let palette = palette(ui);
        let button = Button::new(RichText::new(format.name())).frame_when_inactive(is_chosen);
        let button = if is_chosen { button.fill(palette.accent_soft) } else { button };
        let response = ui.add(button.min_size(Vec2::new(FORMATS_WIDTH - space::M, 30.0)));
        let response = response.accessible_name(format!("Format: {}", format.name()));
        if response.on_hover_text(format.contents()).clicked() {
            commands.push(Command::ChangeExport(sheet.with_format(format)));
        }
    }
}

fn options(ui: &mut Ui, state: &State, sheet: ExportSheet, shown: &Document, commands: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.label(sheet.format.contents());
    let mut choice = |ui: &mut Ui, is_chosen: bool, text: &str, changed: ExportSheet| {
        if ui.radio(is_chosen, text).clicked() {
            commands.push(Command::ChangeExport(changed));
        }
    };
    if state.documents.len() > 1 {
        let all = format!("All {} pages", state.documents.len());
        for (scope, text) in [(TextScope::Page, "This page"), (TextScope::AllPages, all.as_str())] {
            choice(ui, sheet.scope == scope, text, ExportSheet { scope, ..sheet });
        }
    }
    if sheet.scope == TextScope::AllPages && !sheet.format.is_of_one_page() {
        ui.add_space(space::XS);
        for (is_file_a_page, text) in [(false, "In one file"), (true, "A file for each page, in a folder")] {
            choice(ui, sheet.is_file_a_page == is_file_a_page, text, ExportSheet { is_file_a_page, ..sheet });
        }
    }
    if sheet.format.has_line_breaks() {
        ui.add_space(space::XS);
        for (line_breaks, text) in
            [(LineBreaks::Kept, "Lines as on the page"), (LineBreaks::Joined, "Lines joined to paragraphs")]
        {
            choice(ui, sheet.line_breaks == line_breaks, text, ExportSheet { line_breaks, ..sheet });
        }
        let mut is_typographic = sheet.is_typographic;
        let response = ui.checkbox(&mut is_typographic, "Curved quotation marks, long dashes");
        if response.on_hover_text("“ ” ‘ ’ – … in place of \" ' - ...").clicked() {
            commands.push(Command::ChangeExport(ExportSheet { is_typographic, ..sheet }));
        }
    }
    contents(ui, state, sheet, shown, commands);
}

/// What will be in the file, and what will be missing.
fn contents(ui: &mut Ui, state: &State, sheet: ExportSheet, shown: &Document, commands: &mut Vec<Command>) {
    let pages = sheet.pages(&state.documents, Some(shown));
    ui.add_space(space::S);
    ui.label(RichText::new("What is in it").font(strong(size::BODY)));
    let n_lines: usize = pages.iter().map(|document| document.page.lines.len()).sum();
    let threshold = state.settings.doubt_threshold;
    let n_doubtful: usize = pages.iter().map(|document| document.n_doubtful(threshold)).sum();
    let counted = |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let doubtful = if n_doubtful > 0 { format!(", {n_doubtful} of them doubtful") } else { String::new() };
    ui.label(format!("{}, {}{doubtful}", counted(pages.len(), "page"), counted(n_lines, "line")));
    let unread: Vec<String> =
        pages.iter().filter(|document| !document.is_read()).map(|document| document.name.clone()).collect();
    if !unread.is_empty() {
        let text = format!("Not read yet: {}", names_in_sentence(&unread));
        ui.label(RichText::new(text).color(palette(ui).doubt));
        let is_stopped = pages.iter().any(|document| document.stage == Stage::Stopped);
        if is_stopped && button(ui, icons::READ_AGAIN, "Read them first", "Read them first").clicked() {
            commands.push(Command::ReadPagesToExport);
        }
    }
    ui.add_space(space::S);
    let proposal = sheet.proposal(shown, &state.documents);
    let name = proposal.file_name().unwrap_or_default().to_string_lossy();
    let place = if sheet.goes_to_folder() {
        format!("Files like {name} in a folder; none is replaced")
    } else {
        name.into_owned()
    };
    ui.label(weak(ui, place));
}

fn answers(ui: &mut Ui, state: &State, sheet: ExportSheet, commands: &mut Vec<Command>) {
    let pages = sheet.pages(&state.documents, state.document());
    let n_unread = pages.iter().filter(|document| !document.is_read()).count();
    let text = match (n_unread, sheet.goes_to_folder()) {
        (0, false) => "Save as…".to_owned(),
        (0, true) => "Choose a folder…".to_owned(),
        (1, _) if pages.len() == 1 && !pages[0].page.lines.is_empty() => "Save what is read so far…".to_owned(),
        (1, _) => "Save without the text of 1 page…".to_owned(),
        (n, _) => format!("Save without the text of {n} pages…"),
    };
    ui.horizontal(|ui| {
        if primary_button(ui, !pages.is_empty() && !state.is_dialog_open, icons::SAVE, &text).clicked() {
            commands.push(Command::ChooseWhereToExport);
        }
        if button(ui, icons::CLOSE, "Cancel", "Cancel the export").clicked() {
            commands.push(Command::HideExport);
        }
        if state.is_dialog_open {
            ui.label(weak(ui, "A dialog is open, perhaps behind this window"));
        }
    });
}
