//! The first screen: ways to start while nothing is open.

use std::path::Path;

use eframe::egui::{Align, Button, Id, Layout, Rect, RichText, ScrollArea, Ui, UiBuilder, Vec2, pos2, vec2};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::State,
    ui::{
        icons,
        theme::{icon, palette, size, space, strong},
        widgets::{symbol, weak},
    },
};

const COLUMN_WIDTH: f32 = 460.0;

/// Draws the invitation and the files opened last.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let room = ui.available_rect_before_wrap();
        let width = COLUMN_WIDTH.min(room.width() - 2.0 * space::L);
        let n_recent = state.settings.recent_files.len() as f32;
        let top = ((room.height() - 330.0 - n_recent * 34.0) / 2.0).max(space::XL);
        let column = Rect::from_min_size(
            pos2(room.center().x - width / 2.0, room.top() + top),
            vec2(width, room.height() - top),
        );
        let layout = Layout::top_down(Align::Center);
        ui.scope_builder(UiBuilder::new().max_rect(column).layout(layout), |ui| {
            invitation(ui, state, commands);
            recent_files(ui, state, commands);
        });
    });
}

fn invitation(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let palette = palette(ui);
    symbol(ui, icons::PEN, 52.0, palette.accent);
    ui.add_space(space::S);
    ui.label(RichText::new("Read a page of handwriting").font(strong(size::TITLE)));
    ui.label(RichText::new("Drop photos, scans or PDFs here, or start with one of these").color(palette.weak_text));
    ui.add_space(space::L);
    buttons(ui, state, commands);
    ui.add_space(space::S);
    command_button(ui, state, commands, &Command::OpenSample, Look::Plain);
    ui.add_space(space::L);
    let promise = format!("{}  Nothing leaves this machine", icons::PRIVATE);
    ui.label(weak(ui, promise));
    ui.add_space(space::XL);
}

/// Three buttons, centred as one row by the width they had in the last frame.
fn buttons(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let id = Id::unique("width of the welcome buttons");
    let width = ui.data(|data| data.get_temp(id).unwrap_or(350.0));
    ui.allocate_ui_with_layout(vec2(width, 40.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().button_padding = vec2(space::L, 9.0);
        command_button(ui, state, commands, &Command::Open, Look::Primary);
        command_button(ui, state, commands, &Command::PasteImage, Look::Framed);
        let last = command_button(ui, state, commands, &Command::NewDrawing, Look::Framed);
        let used = last.map_or(width, |last| last.rect.right() - ui.min_rect().left());
        ui.data_mut(|data| data.insert_temp(id, used));
    });
}

fn recent_files(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    if state.settings.recent_files.is_empty() {
        return;
    }
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.label(RichText::new("Opened last").font(strong(size::BODY)));
        ui.spacing_mut().item_spacing.y = 2.0;
        for path in &state.settings.recent_files {
            recent_file(ui, path, commands);
        }
    });
}

fn recent_file(ui: &mut Ui, path: &Path, commands: &mut Vec<Command>) {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let folder = path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let symbol = RichText::new(icons::IMAGE_FILE).font(icon(size::ICON)).color(palette(ui).weak_text);
    let button = Button::new((symbol, name.as_ref(), RichText::new(folder).small().weak()))
        .frame_when_inactive(false)
        .truncate()
        .min_size(Vec2::new(ui.available_width(), 32.0));
    let response = ui.add(button).accessible_name(format!("Open {name}"));
    if response.on_hover_text(path.display().to_string()).clicked() {
        commands.push(Command::OpenFiles(vec![path.to_owned()]));
    }
}
