//! The list of keyboard shortcuts.

use eframe::egui::{Align, Button, Frame, Grid, Id, KeyboardShortcut, Layout, Margin, Modal, RichText, ScrollArea, Ui};

use crate::app::{
    command::{Command, CommandInfo, Group, LISTED},
    state::State,
    ui::{
        icons,
        theme::{icon, palette, radius, size, space, strong},
    },
};

/// The groups of each column.
const COLUMNS: [&[Group]; 2] =
    [&[Group::Pages, Group::PageImage, Group::Help], &[Group::Lines, Group::ProofReading, Group::View, Group::Writing]];

/// Draws the list over everything, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    if !state.shows_shortcuts {
        return;
    }
    let frame = Frame::popup(&ui.ctx().global_style()).inner_margin(Margin::same(space::XL as i8));
    let modal = Modal::new(Id::unique("shortcuts")).frame(frame).show(ui.ctx(), |ui| {
        let room = ui.ctx().content_rect();
        ui.set_width((room.width() - 120.0).clamp(300.0, 760.0));
        let is_closed = title(ui);
        ui.add_space(space::S);
        let height = (room.height() - 180.0).max(200.0);
        ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            ui.columns(COLUMNS.len(), |columns| {
                columns.iter_mut().zip(COLUMNS).for_each(|(column, groups)| list(column, groups));
            });
        });
        is_closed
    });
    if modal.inner || modal.should_close() {
        commands.push(Command::ToggleShortcuts);
    }
}

/// Tells whether the list is to be closed.
fn title(ui: &mut Ui) -> bool {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Keyboard shortcuts").font(strong(size::HEADING)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = Button::new(RichText::new(icons::CLOSE).font(icon(size::ICON))).frame_when_inactive(false);
            ui.add(close).accessible_name("Close").clicked()
        })
        .inner
    })
    .inner
}

fn list(ui: &mut Ui, groups: &[Group]) {
    for &group in groups {
        let title = group.title();
        ui.label(RichText::new(title).small().color(palette(ui).accent));
        let name_width = ui.available_width() - 130.0;
        Grid::new(title).num_columns(2).min_col_width(name_width.max(120.0)).spacing([space::S, 5.0]).show(ui, |ui| {
            for (info, shortcut) in with_keys(group) {
                ui.label(info.text.trim_end_matches('…')).on_hover_text(info.tooltip);
                keys(ui, &ui.ctx().format_shortcut(&shortcut));
                ui.end_row();
            }
        });
        ui.add_space(space::M);
    }
}

/// The commands of `group` that have keys.
fn with_keys(group: Group) -> impl Iterator<Item = (CommandInfo, KeyboardShortcut)> {
    let infos = LISTED.iter().filter_map(Command::info).filter(move |info| info.group == group);
    infos.filter_map(|info| Some((info, info.shortcut?)))
}

fn keys(ui: &mut Ui, text: &str) {
    let palette = palette(ui);
    let cap = Frame::NONE
        .fill(palette.hover)
        .stroke((1.0, palette.border))
        .corner_radius(radius::SMALL)
        .inner_margin(Margin::symmetric(6, 2));
    cap.show(ui, |ui| ui.label(RichText::new(text).small()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_is_shown_once_and_none_is_empty() {
        for &group in Group::ALL {
            assert_eq!(COLUMNS.concat().iter().filter(|&&shown| shown == group).count(), 1, "{group:?}");
            assert!(with_keys(group).next().is_some(), "{group:?}");
        }
    }
}
