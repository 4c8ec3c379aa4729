//! A sheet to write on: `paint` draws paper and strokes, `lasso` moves strokes, `pen_menu` chooses pen and paper,
//! `paper` is the area of the screen; here is the path of pen and erasers.

mod lasso;
mod paint;
mod paper;
pub(super) mod pen_menu;

pub(super) use self::{
    paint::{paint, paint_strokes},
    paper::Paper,
};

use eframe::egui::{CursorIcon, Event, Id, PointerButton, Pos2, Stroke as Line, Ui};

use self::paint::paint_stroke;
use crate::{
    app::{
        command::Command,
        state::{ERASER_RADIUS, State, Tool, document::Document},
        ui::{theme::palette, view_transform::ViewTransform},
    },
    ink::Stroke,
    page::Point,
};

/// Points nearer than this to the last add nothing, in page pixels.
const MIN_STEP: f32 = 1.0;
/// The least share of the pen's thickness that a light touch leaves.
const MIN_PRESSURE: f32 = 0.25;

/// The pen's path since it touched the paper.
#[derive(Clone, Debug, Default)]
struct PenPath {
    is_down: bool,
    points: Vec<Point>,
    /// The pressure, 0 to 1, at every point, of a pen that tells it.
    pressures: Vec<f32>,
    /// What the pen told last.
    pressure: Option<f32>,
}

/// Follows pen, eraser or lasso over `paper` and sends what was done when it is lifted. Reads the events rather than
/// the state at the frame's end: a dot may start and end between two frames, and fast strokes stay round.
pub(super) fn ui(ui: &Ui, state: &State, document: &Document, paper: &Paper<'_>, commands: &mut Vec<Command>) {
    if state.tool == Tool::Lasso {
        return lasso::ui(ui, document, paper, commands);
    }
    let id = Id::unique("pen path");
    let mut path: PenPath = ui.data(|data| data.get_temp(id).unwrap_or_default());
    for event in ui.input(|input| input.events.clone()) {
        match event {
            Event::Touch { force, .. } => path.pressure = force,
            Event::PointerButton { pos, button: PointerButton::Primary, pressed: true, .. }
                if paper.takes_pen(ui, pos) =>
            {
                path = PenPath { is_down: true, pressure: path.pressure, ..PenPath::default() };
                path.push(paper.page_from_screen(pos));
                // Whoever writes on has chosen.
                commands.extend(state.shows_pen_menu.then_some(Command::TogglePenMenu));
            }
            Event::PointerMoved(position) if path.is_down => path.follow(paper.page_from_screen(position)),
            Event::PointerButton { button: PointerButton::Primary, pressed: false, .. } if path.is_down => {
                let PenPath { points, pressures, .. } = std::mem::take(&mut path);
                commands.push(match state.tool {
                    Tool::Eraser => Command::EraseAlong(points),
                    Tool::InkEraser => Command::EraseInkAlong(points),
                    Tool::Pen | Tool::Lasso => Command::DrawStroke(stroke(state, points, pressures)),
                });
            }
            _ => {}
        }
    }
    if path.is_down && state.tool == Tool::Pen {
        let stroke = stroke(state, path.points.clone(), path.pressures.clone());
        paint_stroke(&ui.painter().with_clip_rect(paper.viewport), &stroke, paper.view, paper.viewport);
    }
    ui.data_mut(|data| data.insert_temp(id, path));
    let pointer = ui.input(|input| input.pointer.hover_pos());
    if let Some(position) = pointer.filter(|&position| paper.takes_pen(ui, position)) {
        cursor(ui, state.tool, paper.view, position);
    }
}

fn stroke(state: &State, points: Vec<Point>, pressures: Vec<f32>) -> Stroke {
    // A pen that tells its pressure at some points only is none.
    let pressures = if pressures.len() == points.len() { pressures } else { Vec::new() };
    state.settings.pen.stroke(points, pressures)
}

impl PenPath {
    fn follow(&mut self, point: Point) {
        if self.points.last().is_none_or(|last| last.distance(point) >= MIN_STEP) {
            self.push(point);
        }
    }

    fn push(&mut self, point: Point) {
        self.points.push(point);
        self.pressures.extend(self.pressure.map(|pressure| pressure.clamp(MIN_PRESSURE, 1.0)));
    }
}

fn cursor(ui: &Ui, tool: Tool, view: ViewTransform, position: Pos2) {
    match tool {
        Tool::Pen | Tool::Lasso => ui.ctx().set_cursor_icon(CursorIcon::Crosshair),
        Tool::Eraser | Tool::InkEraser => {
            ui.ctx().set_cursor_icon(CursorIcon::None);
            let ring = Line::new(1.5, palette(ui).weak_text);
            ui.painter().circle_stroke(position, ERASER_RADIUS * view.scale, ring);
        }
    }
}
