//! The lasso: a line drawn around strokes takes them; inside their frame they are moved, at its corner scaled.

use eframe::egui::{CursorIcon, Event, Id, PointerButton, Pos2, Rect, Shape, Stroke as Line, StrokeKind, Ui, Vec2};

use super::{paint::paint_strokes, paper::Paper};
use crate::{
    app::{command::Command, state::document::Document, ui::theme::palette},
    ink::StrokeMotion,
    page::{self, Point},
};

/// Side of the handle that scales, in screen points.
const HANDLE_SIDE: f32 = 12.0;
/// Space between strokes and their frame, in screen points.
const FRAME_MARGIN: f32 = 6.0;
/// Points nearer than this to the last add nothing to the line, in page pixels.
const MIN_STEP: f32 = 3.0;

/// What the pointer does while it is down.
#[derive(Clone, Debug, Default)]
enum Drag {
    #[default]
    No,
    /// Draws a line around strokes.
    Line(Vec<Point>),
    /// Moves the chosen strokes.
    Move { from: Point, to: Point },
    /// Scales them about their upper left corner.
    Scale { anchor: Point, from: Point, to: Point },
}

/// Follows the lasso over the paper; sends what was taken or moved when it is lifted.
pub(super) fn ui(ui: &Ui, document: &Document, paper: &Paper<'_>, commands: &mut Vec<Command>) {
    let id = Id::unique(("lasso", document.id));
    let mut drag: Drag = ui.data(|data| data.get_temp(id).unwrap_or_default());
    let chosen = document.chosen_bounds();
    for event in ui.input(|input| input.events.clone()) {
        match event {
            Event::PointerButton { pos, button: PointerButton::Primary, pressed: true, .. }
                if paper.takes_pen(ui, pos) =>
            {
                drag = Drag::begun(paper, chosen, pos);
            }
            Event::PointerMoved(position) => drag.follow(paper.page_from_screen(position)),
            Event::PointerButton { button: PointerButton::Primary, pressed: false, .. } => {
                commands.extend(std::mem::take(&mut drag).command());
            }
            _ => {}
        }
    }
    paint(ui, document, paper, chosen, &drag);
    cursor(ui, paper, chosen);
    ui.data_mut(|data| data.insert_temp(id, drag));
}

impl Drag {
    fn begun(paper: &Paper<'_>, chosen: Option<page::Rect>, at: Pos2) -> Self {
        let point = paper.page_from_screen(at);
        match chosen {
            Some(bounds) if handle(paper, bounds).contains(at) => {
                Self::Scale { anchor: Point::new(bounds.x0, bounds.y0), from: point, to: point }
            }
            Some(bounds) if frame(paper, bounds).contains(at) => Self::Move { from: point, to: point },
            _ => Self::Line(vec![point]),
        }
    }

    fn follow(&mut self, point: Point) {
        match self {
            Self::No => {}
            Self::Line(line) if line.last().is_some_and(|last| last.distance(point) < MIN_STEP) => {}
            Self::Line(line) => line.push(point),
            Self::Move { to, .. } | Self::Scale { to, .. } => *to = point,
        }
    }

    /// How the chosen strokes are moved.
    fn motion(&self) -> Option<StrokeMotion> {
        match self {
            Self::No | Self::Line(_) => None,
            Self::Move { from, to } => Some(StrokeMotion::by(Point::new(to.x - from.x, to.y - from.y))),
            Self::Scale { anchor, from, to } => Some(StrokeMotion::scaling(*anchor, *from, *to)),
        }
    }

    fn command(self) -> Option<Command> {
        match (self.motion(), self) {
            (Some(motion), _) => Some(Command::MoveStrokes(motion)),
            (None, Self::Line(line)) => Some(Command::ChooseStrokes(line)),
            _ => None,
        }
    }
}

/// The frame around chosen strokes, on the screen.
fn frame(paper: &Paper<'_>, bounds: page::Rect) -> Rect {
    paper.view.screen_rect(paper.viewport, bounds).expand(FRAME_MARGIN)
}

/// The handle that scales, at the frame's lower right corner.
fn handle(paper: &Paper<'_>, bounds: page::Rect) -> Rect {
    Rect::from_center_size(frame(paper, bounds).right_bottom(), Vec2::splat(HANDLE_SIDE))
}

fn paint(ui: &Ui, document: &Document, paper: &Paper<'_>, chosen: Option<page::Rect>, drag: &Drag) {
    let painter = ui.painter().with_clip_rect(paper.viewport);
    let line = Line::new(1.5, palette(ui).accent);
    if let Drag::Line(points) = drag {
        let points: Vec<Pos2> = points.iter().map(|&point| paper.screen_from_page(point)).collect();
        painter.extend(Shape::dashed_line(&points, line, 5.0, 4.0));
    }
    let Some(mut bounds) = chosen else { return };
    if let Some(motion) = drag.motion() {
        let moved: Vec<_> = document.chosen().map(|stroke| motion.of_stroke(stroke)).collect();
        paint_strokes(&painter, &moved, paper.view, paper.viewport);
        let [start, end] = [Point::new(bounds.x0, bounds.y0), Point::new(bounds.x1, bounds.y1)].map(|at| motion.of(at));
        bounds = page::Rect::new(start.x, start.y, end.x, end.y);
    }
    painter.rect_stroke(frame(paper, bounds), 2, line, StrokeKind::Outside);
    painter.rect(handle(paper, bounds), 2, palette(ui).card, line, StrokeKind::Inside);
}

fn cursor(ui: &Ui, paper: &Paper<'_>, chosen: Option<page::Rect>) {
    let pointer = ui.input(|input| input.pointer.hover_pos());
    let Some(position) = pointer.filter(|&position| paper.takes_pen(ui, position)) else { return };
    ui.ctx().set_cursor_icon(match chosen {
        Some(bounds) if handle(paper, bounds).contains(position) => CursorIcon::ResizeNwSe,
        Some(bounds) if frame(paper, bounds).contains(position) => CursorIcon::Move,
        _ => CursorIcon::Crosshair,
    });
}
