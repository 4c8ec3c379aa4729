//! Draws the lab: the list of panels at the side and the panel that is shown.

use eframe::egui::{Button, CentralPanel, Frame, Margin, Panel, RichText, Ui, Vec2};

use super::{
    Lab,
    command::{LabCommand, LabPanel},
    lab_view::LabView,
    missing_teacher,
};
use crate::app::{
    command::Command,
    ui::theme::{icon, palette, size, space},
};

/// In a narrower window the list has icons alone.
const ROOM_FOR_NAMES: f32 = 900.0;

/// Draws the lab below the top bar.
pub(crate) fn ui(ui: &mut Ui, lab: &Lab, panel: LabPanel, view: LabView<'_>, commands: &mut Vec<Command>) {
    let has_names = ui.ctx().content_rect().width() >= ROOM_FOR_NAMES;
    let frame = Frame::NONE.fill(palette(ui).panel).inner_margin(Margin::symmetric(space::S as i8, space::M as i8));
    let width = if has_names { 184.0 } else { 48.0 };
    Panel::left("lab panels").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        if !has_names {
            ui.spacing_mut().button_padding.x = 7.0;
        }
        for &listed in LabPanel::ALL {
            entry(ui, listed, panel, has_names, commands);
        }
    });
    let ground = Frame::NONE.fill(palette(ui).desk).inner_margin(Margin::same(space::L as i8));
    CentralPanel::default().frame(ground).show(ui, |ui| {
        if panel.is_about_models() {
            missing_teacher::ui(ui, view.models, commands);
        }
        ui.push_id(panel.label().0, |ui| lab.ui(panel, ui, view, commands));
    });
}

fn entry(ui: &mut Ui, panel: LabPanel, shown: LabPanel, has_name: bool, commands: &mut Vec<Command>) {
    let palette = palette(ui);
    let is_shown = panel == shown;
    let (name, sentence, symbol) = panel.label();
    let color = if is_shown { palette.accent } else { palette.text };
    let symbol = RichText::new(symbol).font(icon(size::ICON)).color(color);
    let button = if has_name {
        Button::new((symbol, RichText::new(name).color(color), eframe::egui::Atom::grow()))
            .min_size(Vec2::new(ui.available_width(), 34.0))
    } else {
        Button::new(symbol).min_size(Vec2::splat(32.0))
    };
    let button = if is_shown { button.fill(palette.accent_soft) } else { button.frame_when_inactive(false) };
    let hover = if has_name { sentence.to_owned() } else { format!("{name}\n{sentence}") };
    if ui.add(button.selected(is_shown)).accessible_name(name).on_hover_text(hover).clicked() {
        commands.push(Command::Lab(LabCommand::Show(panel)));
    }
}
