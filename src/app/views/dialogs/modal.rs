//! The frame of everything that lies over the window.

use eframe::egui::{Frame, Id, Margin, Modal, ModalResponse, RichText, Ui};

use crate::app::ui::theme::{size, space, strong};

/// Shows `contents` over the window, `width` points wide or as wide as there is room.
pub(super) fn modal<R>(ui: &Ui, name: &str, width: f32, contents: impl FnOnce(&mut Ui) -> R) -> ModalResponse<R> {
    let frame = Frame::popup(&ui.ctx().global_style()).inner_margin(Margin::same(space::XL as i8));
    Modal::new(Id::unique(name)).frame(frame).show(ui.ctx(), |ui| {
        let room = ui.ctx().content_rect().width() - 2.0 * space::XL - 40.0;
        ui.set_width(width.min(room));
        ui.spacing_mut().item_spacing.y = space::M;
        contents(ui)
    })
}

/// The heading of a dialog.
pub(super) fn heading(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(strong(size::HEADING)));
}
