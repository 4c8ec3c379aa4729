//! A hint over the window while files are dragged over it.

use eframe::egui::{Align2, Id, LayerId, Order, Stroke, StrokeKind, Ui};

use crate::app::ui::{
    icons,
    theme::{icon, palette, radius, size, space, strong},
};

/// Draws the hint over everything.
pub(super) fn ui(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = palette(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, Id::unique("drop hint")));
    let window = ui.ctx().content_rect();
    painter.rect_filled(window, 0, palette.veil);
    let frame = window.shrink(space::XL);
    painter.rect_stroke(frame, radius::LARGE, Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    let center = window.center();
    painter.text(
        center - eframe::egui::vec2(0.0, 30.0),
        Align2::CENTER_CENTER,
        icons::OPEN,
        icon(44.0),
        palette.accent,
    );
    let text = "Let go to open";
    painter.text(
        center + eframe::egui::vec2(0.0, 24.0),
        Align2::CENTER_CENTER,
        text,
        strong(size::TITLE),
        palette.text,
    );
}
