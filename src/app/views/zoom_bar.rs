//! The bar over the page's lower edge: zoom, rotation and corners; on a drawing pen and eraser.

use eframe::egui::{Rect, RichText, Ui, pos2, vec2};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::{State, document::Document},
    ui::{theme::space, widgets::floating_bar},
};

const HEIGHT: f32 = 44.0;
const WIDTH: f32 = 446.0;
/// Width without the page tools, which a narrow viewport leaves to the menu.
const NARROW_WIDTH: f32 = 288.0;
const DRAWING_WIDTH: f32 = 424.0;
/// Width with the line tools.
const LINES_WIDTH: f32 = 500.0;

/// Draws the bar near the lower edge of `viewport`. `scale` is in screen pixels a page pixel.
pub(super) fn ui(
    ui: &mut Ui,
    state: &State,
    document: &Document,
    viewport: Rect,
    scale: f32,
    commands: &mut Vec<Command>,
) {
    let edits_lines = state.edits_lines && document.is_adjustable();
    let area = area(document, viewport, edits_lines);
    floating_bar(ui, area, 6, 2.0, |ui| {
        let mut icons = |ui: &mut Ui, listed: &[Command]| {
            for command in listed {
                command_button(ui, state, commands, command, Look::Icon);
            }
        };
        if document.drawing.is_some() {
            icons(ui, &[Command::UsePen, Command::UseEraser, Command::ClearDrawing]);
            ui.separator();
        }
        icons(ui, &[Command::ZoomOut]);
        let percent = RichText::new(format!("{:.0} %", scale * 100.0)).small();
        ui.add_sized(vec2(52.0, 30.0), eframe::egui::Label::new(percent));
        icons(ui, &[Command::ZoomIn]);
        ui.separator();
        icons(ui, &[Command::FitPage, Command::FitWidth]);
        if edits_lines {
            ui.separator();
            icons(
                ui,
                &[
                    Command::EditLines,
                    Command::SplitLine,
                    Command::MergeLines,
                    Command::MoveLineUp,
                    Command::MoveLineDown,
                    Command::TurnLine,
                    Command::DeleteLines,
                ],
            );
            return;
        }
        icons(ui, &[Command::ToggleOutlines]);
        if has_page_tools(document, viewport) {
            ui.separator();
            icons(ui, &[Command::RotateLeft, Command::RotateRight, Command::EditCorners, Command::EditLines]);
        }
    });
}

fn has_page_tools(document: &Document, viewport: Rect) -> bool {
    document.drawing.is_none() && viewport.width() > WIDTH + space::L
}

/// Where the bar lies.
pub(super) fn area(document: &Document, viewport: Rect, edits_lines: bool) -> Rect {
    let width = match document.drawing {
        None if edits_lines => LINES_WIDTH,
        Some(_) => DRAWING_WIDTH,
        None if has_page_tools(document, viewport) => WIDTH,
        None => NARROW_WIDTH,
    };
    let corner = pos2(viewport.center().x - width / 2.0, viewport.bottom() - HEIGHT - space::L);
    Rect::from_min_size(corner, vec2(width, HEIGHT))
}
