//! The list of keyboard shortcuts.

use eframe::egui::{Frame, Grid, Id, Modal, RichText, ScrollArea, Ui};

use super::super::{
    command::{Command, LISTED},
    icons,
    state::State,
    theme::{icon, palette, radius, size, space, strong},
};

/// Draws the list over everything, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    if !state.shows_shortcuts {
        return;
    }
    let modal = Modal::new(Id::unique("shortcuts")).show(ui.ctx(), |ui| {
        ui.set_width(420.0);
        let is_closed = ui
            .horizontal(|ui| {
                ui.label(RichText::new("Keyboard shortcuts").font(strong(size::HEADING)));
                let right = eframe::egui::Layout::right_to_left(eframe::egui::Align::Center);
                ui.with_layout(right, |ui| {
                    let close = eframe::egui::Button::new(RichText::new(icons::CLOSE).font(icon(size::ICON)));
                    ui.add(close.frame_when_inactive(false)).accessible_name("Close").clicked()
                })
                .inner
            })
            .inner;
        let height = (ui.ctx().content_rect().height() - 160.0).max(200.0);
        ScrollArea::vertical().max_height(height).show(ui, list);
        is_closed
    });
    if modal.inner || modal.should_close() {
        commands.push(Command::ToggleShortcuts);
    }
}

fn list(ui: &mut Ui) {
    let mut groups: Vec<&str> = LISTED.iter().filter_map(|command| Some(command.info()?.group)).collect();
    groups.dedup();
    for group in groups {
        ui.add_space(space::S);
        ui.label(RichText::new(group).small().color(palette(ui).accent));
        Grid::new(group).num_columns(2).min_col_width(210.0).spacing([space::M, 5.0]).show(ui, |ui| {
            for info in LISTED.iter().filter_map(Command::info).filter(|info| info.group == group) {
                let Some(shortcut) = info.shortcut else { continue };
                ui.label(info.text.trim_end_matches('…')).on_hover_text(info.tooltip);
                keys(ui, &ui.ctx().format_shortcut(&shortcut));
                ui.end_row();
            }
        });
    }
}

fn keys(ui: &mut Ui, text: &str) {
    let palette = palette(ui);
    let cap = Frame::NONE
        .fill(palette.hover)
        .stroke((1.0, palette.border))
        .corner_radius(radius::SMALL)
        .inner_margin(eframe::egui::Margin::symmetric(6, 2));
    cap.show(ui, |ui| ui.label(RichText::new(text).small()));
}
