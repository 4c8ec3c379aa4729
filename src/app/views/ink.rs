//! A sheet to write on: paper, strokes, and the path of the pen.

use eframe::egui::{CursorIcon, Event, Id, Painter, PointerButton, Pos2, Rect, Shape, Stroke as Line, Ui, pos2};

use crate::{
    app::{
        command::Command,
        state::{ERASER_RADIUS, State, Tool},
        ui::{
            theme::{INK, PAPER, PAPER_RULE, palette},
            view_transform::ViewTransform,
        },
    },
    ink::{Drawing, Stroke},
    page::Point,
};

/// Thickness of the pen, in page pixels.
const PEN_WIDTH: f32 = 4.5;
/// Distance of the ruled lines, in page pixels.
const RULE_SPACING: f32 = 90.0;
/// Points nearer than this to the last add nothing, in page pixels.
const MIN_STEP: f32 = 1.0;

/// The pen's path since it touched the paper.
#[derive(Clone, Debug, Default)]
struct PenPath {
    is_down: bool,
    points: Vec<Point>,
}

/// Follows the pen or eraser over `paper` and sends the stroke when it is lifted. Reads the events rather than the
/// state at the frame's end: a dot may start and end between two frames, and fast strokes stay round.
pub(super) fn ui(ui: &Ui, state: &State, paper: &Paper<'_>, commands: &mut Vec<Command>) {
    let id = Id::unique("pen path");
    let mut path: PenPath = ui.data(|data| data.get_temp(id).unwrap_or_default());
    for event in ui.input(|input| input.events.clone()) {
        match event {
            Event::PointerButton { pos, button: PointerButton::Primary, pressed: true, .. }
                if paper.takes_pen(ui, pos) =>
            {
                path = PenPath { is_down: true, points: vec![paper.page_from_screen(pos)] };
            }
            Event::PointerMoved(position) if path.is_down => path.follow(paper.page_from_screen(position)),
            Event::PointerButton { button: PointerButton::Primary, pressed: false, .. } if path.is_down => {
                let points = std::mem::take(&mut path).points;
                commands.push(match state.tool {
                    Tool::Pen => Command::DrawStroke(Stroke { points, width: PEN_WIDTH }),
                    Tool::Eraser => Command::EraseAlong(points),
                });
            }
            _ => {}
        }
    }
    if path.is_down && state.tool == Tool::Pen {
        let stroke = Stroke { points: path.points.clone(), width: PEN_WIDTH };
        paint_stroke(&ui.painter().with_clip_rect(paper.viewport), &stroke, paper.view, paper.viewport);
    }
    ui.data_mut(|data| data.insert_temp(id, path));
    let pointer = ui.input(|input| input.pointer.hover_pos());
    if pointer.is_some_and(|position| paper.takes_pen(ui, position)) {
        cursor(ui, state.tool, paper.view);
    }
}

/// The area that the pen writes on.
pub(super) struct Paper<'a> {
    pub(super) view: ViewTransform,
    pub(super) viewport: Rect,
    /// Areas covered by floating bars.
    pub(super) covered: &'a [Rect],
}

impl Paper<'_> {
    fn takes_pen(&self, ui: &Ui, position: Pos2) -> bool {
        let is_free = !self.covered.iter().any(|covered| covered.contains(position));
        self.viewport.contains(position) && is_free && ui.ctx().layer_id_at(position) == Some(ui.layer_id())
    }

    fn page_from_screen(&self, position: Pos2) -> Point {
        self.view.page_from_screen(self.viewport, position)
    }
}

impl PenPath {
    fn follow(&mut self, point: Point) {
        if self.points.last().is_none_or(|last| last.distance(point) >= MIN_STEP) {
            self.points.push(point);
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

/// Paints the paper and its strokes.
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
        paint_stroke(painter, stroke, view, viewport);
    }
}

fn paint_stroke(painter: &Painter, stroke: &Stroke, view: ViewTransform, viewport: Rect) {
    let width = (stroke.width * view.scale).max(1.0);
    let points: Vec<_> = stroke.points.iter().map(|&point| view.screen_from_page(viewport, point)).collect();
    let Some(bounds) = stroke.bounds() else { return };
    if !view.screen_rect(viewport, bounds).intersects(painter.clip_rect()) {
        return;
    }
    for end in [points.first(), points.last()].into_iter().flatten() {
        painter.circle_filled(pos2(end.x, end.y), width / 2.0, INK);
    }
    painter.add(Shape::line(points, Line::new(width, INK)));
}
