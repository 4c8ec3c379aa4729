//! The bar over the page's lower edge: zoom, what is shown, rotation and corners, line tools; on a sheet pen,
//! erasers and lasso.

use eframe::egui::{Label, Rect, RichText, Ui, pos2, vec2};

use super::{
    command_widgets::{Look, command_button},
    ink::pen_menu,
};
use crate::app::{
    command::Command,
    state::{State, document::Document},
    ui::{theme::space, widgets::floating_bar},
};

pub(super) const HEIGHT: f32 = 44.0;
/// Widths with the space behind: of a button, of the scale, of the rule between two groups; and of both margins.
const BUTTON_WIDTH: f32 = 40.0;
const SCALE_WIDTH: f32 = 54.0;
const RULE_WIDTH: f32 = 18.0;
const MARGINS: f32 = 12.0;

/// Buttons between two rules.
type Group = &'static [Command];

const INK: Group =
    &[Command::UsePen, Command::UseEraser, Command::UseInkEraser, Command::UseLasso, Command::TogglePenMenu];
/// While the lasso holds strokes.
const STROKES: Group = &[Command::CopyStrokes, Command::DuplicateStrokes, Command::DeleteStrokes];
const SHEET: Group = &[Command::ClearDrawing];
/// The scale stands between both.
const ZOOM: Group = &[Command::ZoomOut, Command::ZoomIn];
const FIT: Group = &[Command::FitPage, Command::FitWidth];
const SHOWN: Group = &[Command::ToggleOutlines, Command::ToggleDrawings];
const PAGE: Group = &[Command::RotateLeft, Command::RotateRight, Command::EditCorners, Command::EditLines];
const LINES: Group = &[
    Command::EditLines,
    Command::SplitLine,
    Command::MergeLines,
    Command::MoveLineUp,
    Command::MoveLineDown,
    Command::TurnLine,
    Command::LinesAreDrawings,
    Command::DeleteLines,
];

/// Draws the bar near the lower edge of `viewport`. `scale` is in screen pixels a page pixel.
pub(super) fn ui(
    ui: &mut Ui,
    state: &State,
    document: &Document,
    viewport: Rect,
    scale: f32,
    commands: &mut Vec<Command>,
) {
    let groups = groups(document, viewport, state.edits_lines && document.is_adjustable());
    floating_bar(ui, area_of(&groups, viewport), 6, 2.0, |ui| {
        for (index, group) in groups.iter().enumerate() {
            if index > 0 {
                ui.separator();
            }
            for command in *group {
                let button = command_button(ui, state, commands, command, Look::Icon);
                if *command == Command::TogglePenMenu
                    && let Some(button) = button
                {
                    pen_menu::ui(ui, state, document, button.rect, commands);
                }
                if *command == Command::ZoomOut {
                    let percent = RichText::new(format!("{:.0} %", scale * 100.0)).small();
                    ui.add_sized(vec2(SCALE_WIDTH - 2.0, 30.0), Label::new(percent));
                }
            }
        }
    });
}

/// What is shown. Of groups that a narrow viewport has no room for, those that menu, keys or wheel serve as well are
/// left out.
fn groups(document: &Document, viewport: Rect, edits_lines: bool) -> Vec<Group> {
    let (mut groups, spare): (Vec<Group>, &[Group]) = match document.drawing {
        None if edits_lines => (vec![ZOOM, FIT, SHOWN, LINES], &[FIT, SHOWN, ZOOM]),
        Some(_) if !document.chosen_strokes.is_empty() => (vec![INK, STROKES, ZOOM, FIT], &[FIT, ZOOM]),
        Some(_) => (vec![INK, SHEET, ZOOM, FIT, SHOWN], &[SHOWN, FIT, ZOOM]),
        None => (vec![ZOOM, FIT, SHOWN, PAGE], &[PAGE, SHOWN, FIT]),
    };
    for group in spare {
        if width(&groups) + space::L > viewport.width() {
            groups.retain(|kept| kept != group);
        }
    }
    groups
}

fn width(groups: &[Group]) -> f32 {
    let buttons: usize = groups.iter().map(|group| group.len()).sum();
    let scale = if groups.contains(&ZOOM) { SCALE_WIDTH } else { 0.0 };
    MARGINS + buttons as f32 * BUTTON_WIDTH + groups.len().saturating_sub(1) as f32 * RULE_WIDTH + scale
}

/// Where the bar lies.
pub(super) fn area(document: &Document, viewport: Rect, edits_lines: bool) -> Rect {
    area_of(&groups(document, viewport, edits_lines), viewport)
}

fn area_of(groups: &[Group], viewport: Rect) -> Rect {
    let width = width(groups);
    let corner = pos2(viewport.center().x - width / 2.0, viewport.bottom() - HEIGHT - space::L);
    Rect::from_min_size(corner, vec2(width, HEIGHT))
}
