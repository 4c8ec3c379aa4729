//! A sheet to write on: paper, strokes, and the pen's way.

use eframe::egui::{Color32, CursorIcon, Id, Painter, PointerButton, Rect, Response, Shape, Stroke as Line, Ui, pos2};

use super::super::{
    command::Command,
    logic::ERASER_RADIUS,
    state::{State, Tool},
    theme::{INK, PAPER, PAPER_RULE, palette},
    view_transform::ViewTransform,
};
use crate::{
    ink::{Drawing, Stroke},
    page::Point,
};

/// Thickness of the pen, in page pixels.
const PEN_WIDTH: f32 = 4.5;
/// Distance of the ruled lines, in page pixels.
const RULE_SPACING: f32 = 90.0;
/// Points nearer than this to the last add nothing, in page pixels.
const MIN_STEP: f32 = 1.0;

/// Follows the pen or eraser; what it did is sent when it leaves the paper.
pub(super) fn ui(
    ui: &Ui,
    state: &State,
    response: &Response,
    view: ViewTransform,
    viewport: Rect,
    commands: &mut Vec<Command>,
) {
    let id = Id::unique("pen path");
    let mut path: Vec<Point> = ui.data(|data| data.get_temp(id).unwrap_or_default());
    let is_down = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    if is_down && let Some(position) = response.interact_pointer_pos() {
        if path.is_empty()
            && let Some(origin) = ui.input(|input| input.pointer.press_origin())
        {
            path.push(view.page_from_screen(viewport, origin));
        }
        follow(&mut path, moves(ui).map(|at| view.page_from_screen(viewport, at)));
        follow(&mut path, std::iter::once(view.page_from_screen(viewport, position)));
        paint_path(ui, state.tool, &path, view, viewport);
    } else if !path.is_empty() {
        let path = std::mem::take(&mut path);
        commands.push(match state.tool {
            Tool::Pen => Command::DrawStroke(Stroke { points: path, width: PEN_WIDTH }),
            Tool::Eraser => Command::EraseAlong(path),
        });
    }
    ui.data_mut(|data| data.insert_temp(id, path));
    if response.hovered() && !response.dragged_by(PointerButton::Middle) {
        cursor(ui, state.tool, view);
    }
}

/// Every place the pointer was at since the last frame: fast strokes stay round.
fn moves(ui: &Ui) -> impl Iterator<Item = eframe::egui::Pos2> {
    let positions: Vec<_> = ui.input(|input| {
        let moved = |event: &eframe::egui::Event| match event {
            eframe::egui::Event::PointerMoved(position) => Some(*position),
            _ => None,
        };
        input.events.iter().filter_map(moved).collect()
    });
    positions.into_iter()
}

fn follow(path: &mut Vec<Point>, points: impl Iterator<Item = Point>) {
    for point in points {
        if path.last().is_none_or(|last| last.distance(point) >= MIN_STEP) {
            path.push(point);
        }
    }
}

fn cursor(ui: &Ui, tool: Tool, view: ViewTransform) {
    match tool {
        Tool::Pen => ui.ctx().set_cursor_icon(CursorIcon::Crosshair),
        Tool::Eraser => {
            ui.ctx().set_cursor_icon(CursorIcon::None);
            if let Some(position) = ui.input(|input| input.pointer.hover_pos()) {
                let ring = Line::new(1.5, palette(ui).weak_text);
                ui.painter().circle_stroke(position, ERASER_RADIUS * view.scale, ring);
            }
        }
    }
}

fn paint_path(ui: &Ui, tool: Tool, path: &[Point], view: ViewTransform, viewport: Rect) {
    if tool == Tool::Pen {
        let stroke = Stroke { points: path.to_vec(), width: PEN_WIDTH };
        paint_stroke(&ui.painter().with_clip_rect(viewport), &stroke, view, viewport, INK);
    }
}

/// Paints the paper and what is written on it.
pub(super) fn paint(painter: &Painter, drawing: &Drawing, view: ViewTransform, viewport: Rect, sheet: Rect) {
    painter.rect_filled(sheet, 2, PAPER);
    let spacing = RULE_SPACING * view.scale;
    let mut y = sheet.top() + spacing * 1.5;
    while y < sheet.bottom() - spacing / 2.0 {
        painter.hline(sheet.x_range(), y, Line::new(1.0, PAPER_RULE));
        y += spacing;
    }
    let clipped = painter.with_clip_rect(painter.clip_rect().intersect(sheet));
    paint_strokes(&clipped, drawing, view, viewport);
}

/// Paints the strokes alone.
pub(super) fn paint_strokes(painter: &Painter, drawing: &Drawing, view: ViewTransform, viewport: Rect) {
    for stroke in drawing.strokes() {
        paint_stroke(painter, stroke, view, viewport, INK);
    }
}

fn paint_stroke(painter: &Painter, stroke: &Stroke, view: ViewTransform, viewport: Rect, color: Color32) {
    let width = (stroke.width * view.scale).max(1.0);
    let points: Vec<_> = stroke.points.iter().map(|&point| view.screen_from_page(viewport, point)).collect();
    let Some(bounds) = stroke.bounds() else { return };
    if !view.screen_rect(viewport, bounds).intersects(painter.clip_rect()) {
        return;
    }
    for end in [points.first(), points.last()].into_iter().flatten() {
        painter.circle_filled(pos2(end.x, end.y), width / 2.0, color);
    }
    painter.add(Shape::line(points, Line::new(width, color)));
}
