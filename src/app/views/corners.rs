//! The four corners of the sheet, to be dragged or moved with the arrow keys, and the bar that applies them.

use eframe::egui::{
    Color32, CursorIcon, EventFilter, Id, Key, Mesh, Modifiers, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::{State, corner_edit::CornerEdit, document::Document},
    ui::{
        theme::{PAGE_OUTLINE, palette, space},
        view_transform::ViewTransform,
        widgets::floating_bar,
    },
};

const NAMES: [&str; 4] = ["Upper left corner", "Upper right corner", "Lower right corner", "Lower left corner"];
/// Side of the square around a corner that can be dragged, in points.
const GRIP: f32 = 36.0;
const RADIUS: f32 = 9.0;
/// Distance by which an arrow key moves a corner, in points.
const STEP: f32 = 1.0;
/// The same with Shift.
const LARGE_STEP: f32 = 10.0;
const BAR_HEIGHT: f32 = 44.0;
const BAR_WIDTH: f32 = 330.0;
/// Darkens the part that will be cropped away.
const VEIL: Color32 = Color32::from_black_alpha(110);

/// Draws the corners over the page, and the bar that ends moving them.
pub(super) fn ui(
    ui: &mut Ui,
    state: &State,
    document: &Document,
    edit: &CornerEdit,
    view: ViewTransform,
    viewport: Rect,
    commands: &mut Vec<Command>,
) {
    let on_screen = edit.corners.map(|corner| view.screen_from_page(viewport, corner));
    let size = document.size().unwrap_or_default();
    let page = view.screen_rect(viewport, crate::page::Rect::new(0.0, 0.0, size.x, size.y));
    let painter = ui.painter().with_clip_rect(viewport);
    painter.add(veil(page, on_screen));
    painter.add(Shape::closed_line(on_screen.to_vec(), Stroke::new(2.0, PAGE_OUTLINE)));
    let bar = bar_area(viewport);
    for (corner, (position, name)) in on_screen.into_iter().zip(NAMES).enumerate() {
        let response = handle(ui, document, corner, position, viewport.with_max_y(bar.top()));
        let at = edit.corners[corner];
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}, {:.0}, {:.0}", at.x, at.y)));
        if let Some(to) = moved(ui, &response, position) {
            commands.push(Command::MoveCorner { corner, to: view.page_from_screen(viewport, to) });
        }
        finished(ui, &response, commands);
        paint_handle(ui, &response, position, viewport);
    }
    buttons(ui, state, bar, commands);
}

fn handle(ui: &Ui, document: &Document, corner: usize, position: Pos2, room: Rect) -> Response {
    let grip = Rect::from_center_size(position, Vec2::splat(GRIP)).intersect(room);
    let response = ui.interact(grip, Id::unique(("corner", document.id, corner)), Sense::click_and_drag());
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.has_focus() {
        let filter =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, escape: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    response.on_hover_cursor(CursorIcon::Grab)
}

/// The corner's new position on the screen if the user has just moved it.
fn moved(ui: &Ui, response: &Response, position: Pos2) -> Option<Pos2> {
    if response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        return dragged_to(ui, response, position);
    }
    if !response.has_focus() {
        return None;
    }
    let step = ui.input_mut(|input| {
        let mut step = Vec2::ZERO;
        for (modifiers, length) in [(Modifiers::SHIFT, LARGE_STEP), (Modifiers::NONE, STEP)] {
            for (key, direction) in [
                (Key::ArrowLeft, vec2(-1.0, 0.0)),
                (Key::ArrowRight, vec2(1.0, 0.0)),
                (Key::ArrowUp, vec2(0.0, -1.0)),
                (Key::ArrowDown, vec2(0.0, 1.0)),
            ] {
                step += direction * length * input.count_and_consume_key(modifiers, key) as f32;
            }
        }
        step
    });
    (step != Vec2::ZERO).then(|| position + step)
}

/// The corner keeps the distance from the pointer that it had at the start of the drag.
fn dragged_to(ui: &Ui, response: &Response, position: Pos2) -> Option<Pos2> {
    let id = response.id.with("hold");
    if response.drag_started() {
        let origin = ui.input(|input| input.pointer.press_origin())?;
        ui.data_mut(|data| data.insert_temp(id, position - origin));
    }
    let hold = ui.data(|data| data.get_temp(id)).unwrap_or(Vec2::ZERO);
    response.interact_pointer_pos().map(|pointer| pointer + hold).filter(|to| *to != position)
}

/// Enter applies, Escape cancels.
fn finished(ui: &Ui, response: &Response, commands: &mut Vec<Command>) {
    if response.has_focus() {
        for (key, command) in [(Key::Enter, Command::ApplyCorners), (Key::Escape, Command::CancelCorners)] {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                commands.push(command);
            }
        }
    }
}

fn paint_handle(ui: &Ui, response: &Response, position: Pos2, viewport: Rect) {
    let painter = ui.painter().with_clip_rect(viewport);
    let is_active = response.dragged() || response.hovered() || response.has_focus();
    let fill = if is_active { PAGE_OUTLINE } else { Color32::WHITE };
    painter.circle(position, RADIUS, fill.gamma_multiply(0.85), Stroke::new(2.5, PAGE_OUTLINE));
    if response.has_focus() {
        painter.circle_stroke(position, RADIUS + 4.0, Stroke::new(2.0, palette(ui).accent));
    }
}

/// The page darkened between its edge and the corners.
fn veil(page: Rect, corners: [Pos2; 4]) -> Shape {
    let outer = [page.left_top(), page.right_top(), page.right_bottom(), page.left_bottom()];
    let mut mesh = Mesh::default();
    for point in outer.into_iter().chain(corners) {
        mesh.colored_vertex(point, VEIL);
    }
    for side in 0..4 {
        let next = (side + 1) % 4;
        mesh.add_triangle(side, next, 4 + side);
        mesh.add_triangle(next, 4 + next, 4 + side);
    }
    Shape::mesh(mesh)
}

fn bar_area(viewport: Rect) -> Rect {
    let width = BAR_WIDTH.min(viewport.width());
    let corner = pos2(viewport.center().x - width / 2.0, viewport.bottom() - BAR_HEIGHT - space::L);
    Rect::from_min_size(corner, vec2(width, BAR_HEIGHT))
}

fn buttons(ui: &mut Ui, state: &State, area: Rect, commands: &mut Vec<Command>) {
    floating_bar(ui, area, 10, space::S, |ui| {
        command_button(ui, state, commands, &Command::ApplyCorners, Look::Primary);
        command_button(ui, state, commands, &Command::ResetCorners, Look::Plain);
        command_button(ui, state, commands, &Command::CancelCorners, Look::Plain);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Point;

    /// Whether a point lies between the corners: what is outside of them will be cut off.
    fn is_inside(corners: [Point; 4], point: Point) -> bool {
        (0..4).all(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= 0.0
        })
    }

    #[test]
    fn the_veil_covers_what_is_cut_off_and_nothing_else() {
        let page = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 80.0));
        let corners = [pos2(10.0, 5.0), pos2(90.0, 12.0), pos2(80.0, 75.0), pos2(20.0, 60.0)];
        let Shape::Mesh(mesh) = veil(page, corners) else { panic!("a mesh") };
        let covers = |point: Pos2| {
            mesh.triangles().any(|triangle| {
                let [a, b, c] = triangle.map(|index| mesh.vertices[index as usize].pos);
                let side = |a: Pos2, b: Pos2| (b - a).x * (point - a).y - (b - a).y * (point - a).x;
                let sides = [side(a, b), side(b, c), side(c, a)];
                sides.iter().all(|&s| s >= 0.0) || sides.iter().all(|&s| s <= 0.0)
            })
        };
        for (x, y) in (1..10).flat_map(|x| (1..8).map(move |y| (x as f32 * 10.0 + 0.3, y as f32 * 10.0 + 0.7))) {
            let inside = is_inside(corners.map(|at| Point::new(at.x, at.y)), Point::new(x, y));
            assert_ne!(covers(pos2(x, y)), inside, "{x}, {y}");
        }
    }
}
