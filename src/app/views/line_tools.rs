//! Lines on the page as boxes to be drawn, moved and resized, while lines are edited.

use eframe::egui::{Color32, CursorIcon, Id, Pos2, Rect, Response, Stroke, StrokeKind, Ui, Vec2, vec2};

use crate::{
    app::{
        command::Command,
        state::document::Document,
        ui::{theme::PAGE_OUTLINE, view_transform::ViewTransform},
    },
    page::{self, LineId},
};

/// Half the side of a handle, and how near to it the pointer has to be, in points.
const HANDLE: f32 = 4.5;
const REACH: f32 = 9.0;

/// What the pointer does since it was pressed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Drag {
    /// Draws a new line from here.
    Draw,
    /// Moves a line.
    Move(LineId, Rect),
    /// Moves edges of a line: -1 the left or upper one, 1 the right or lower one, 0 none.
    Resize(LineId, Rect, [i8; 2]),
}

impl Drag {
    /// The box after the pointer has gone from `from` to `to`, on the screen.
    fn result(self, from: Pos2, to: Pos2) -> Rect {
        let by = to - from;
        match self {
            Self::Draw => Rect::from_two_pos(from, to),
            Self::Move(_, before) => before.translate(by),
            Self::Resize(_, before, [across, down]) => {
                let mut after = before;
                match across {
                    -1 => after.min.x = (before.min.x + by.x).min(before.max.x),
                    1 => after.max.x = (before.max.x + by.x).max(before.min.x),
                    _ => {}
                }
                match down {
                    -1 => after.min.y = (before.min.y + by.y).min(before.max.y),
                    1 => after.max.y = (before.max.y + by.y).max(before.min.y),
                    _ => {}
                }
                after
            }
        }
    }
}

/// Follows the pointer, draws the handles of the selected line, and sends the change when the pointer is let go.
pub(super) fn ui(
    ui: &Ui,
    response: &Response,
    document: &Document,
    view: ViewTransform,
    viewport: Rect,
    commands: &mut Vec<Command>,
) {
    let id = Id::unique("dragged line");
    let selected = document.selected().map(|line| (line.id, view.screen_rect(viewport, line.bounds)));
    if response.drag_started_by(eframe::egui::PointerButton::Primary)
        && let Some(origin) = ui.input(|input| input.pointer.press_origin())
    {
        ui.data_mut(|data| data.insert_temp(id, (drag_at(selected, origin), origin)));
    }
    let dragged: Option<(Drag, Pos2)> = ui.data(|data| data.get_temp(id));
    if let (Some((drag, origin)), Some(pointer)) = (dragged, response.interact_pointer_pos()) {
        let after = drag.result(origin, pointer);
        paint_box(ui, viewport, after);
        if response.drag_stopped() {
            ui.data_mut(|data| data.remove::<(Drag, Pos2)>(id));
            let corner = |at: Pos2| view.page_from_screen(viewport, at);
            let (min, max) = (corner(after.min), corner(after.max));
            let to = page::Rect::new(min.x, min.y, max.x, max.y);
            commands.push(match drag {
                Drag::Draw => Command::AddLine(to),
                Drag::Move(line, _) | Drag::Resize(line, ..) => Command::ReshapeLine { line, to },
            });
        }
        return;
    }
    if let Some((_, bounds)) = selected {
        paint_box(ui, viewport, bounds);
        for corner in handles(bounds) {
            let square = Rect::from_center_size(corner.0, Vec2::splat(2.0 * HANDLE));
            let painter = ui.painter().with_clip_rect(viewport);
            painter.rect(square, 1.0, Color32::WHITE, Stroke::new(1.5, PAGE_OUTLINE), StrokeKind::Inside);
        }
    }
    if let Some(pointer) = ui.input(|input| input.pointer.hover_pos()).filter(|_| response.contains_pointer()) {
        ui.ctx().set_cursor_icon(cursor(drag_at(selected, pointer)));
    }
}

/// What a press at this place on the screen begins.
fn drag_at(selected: Option<(LineId, Rect)>, at: Pos2) -> Drag {
    let Some((id, bounds)) = selected else { return Drag::Draw };
    let near = handles(bounds).into_iter().find(|(handle, _)| handle.distance(at) <= REACH);
    match near {
        Some((_, edges)) => Drag::Resize(id, bounds, edges),
        None if bounds.contains(at) => Drag::Move(id, bounds),
        None => Drag::Draw,
    }
}

/// The handles of a box, and the edges that each moves.
fn handles(bounds: Rect) -> [(Pos2, [i8; 2]); 8] {
    [[-1, -1], [0, -1], [1, -1], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0]].map(|edges: [i8; 2]| {
        let half = bounds.size() / 2.0;
        let offset = vec2(f32::from(edges[0]) * half.x, f32::from(edges[1]) * half.y);
        (bounds.center() + offset, edges)
    })
}

fn cursor(drag: Drag) -> CursorIcon {
    match drag {
        Drag::Draw => CursorIcon::Crosshair,
        Drag::Move(..) => CursorIcon::Move,
        Drag::Resize(_, _, [0, _]) => CursorIcon::ResizeVertical,
        Drag::Resize(_, _, [_, 0]) => CursorIcon::ResizeHorizontal,
        Drag::Resize(_, _, [across, down]) if across == down => CursorIcon::ResizeNwSe,
        Drag::Resize(..) => CursorIcon::ResizeNeSw,
    }
}

fn paint_box(ui: &Ui, viewport: Rect, bounds: Rect) {
    let painter = ui.painter().with_clip_rect(viewport);
    let fill = PAGE_OUTLINE.gamma_multiply(0.08);
    painter.rect(bounds, 0.0, fill, Stroke::new(1.5, PAGE_OUTLINE), StrokeKind::Outside);
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;

    use super::*;

    #[test]
    fn the_place_of_the_press_says_what_is_done() {
        let bounds = Rect::from_min_max(pos2(100.0, 100.0), pos2(300.0, 140.0));
        let at = |x, y| drag_at(Some((LineId(1), bounds)), pos2(x, y));
        assert_eq!(at(50.0, 50.0), Drag::Draw);
        assert_eq!(at(150.0, 120.0), Drag::Move(LineId(1), bounds));
        let corner = at(302.0, 138.0);
        assert_eq!(corner, Drag::Resize(LineId(1), bounds, [1, 1]));
        let after = corner.result(pos2(300.0, 140.0), pos2(320.0, 90.0));
        assert_eq!(after, Rect::from_min_max(pos2(100.0, 100.0), pos2(320.0, 100.0)), "no box is turned inside out");
        assert_eq!(drag_at(None, pos2(150.0, 120.0)), Drag::Draw);
    }
}
