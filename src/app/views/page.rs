//! The page with its lines: zoom to the pointer, pan, select; on a drawing the pen.

use eframe::egui::{
    self, Color32, CursorIcon, Id, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};

use super::{corners, ink, line_tools, page_question, zoom_bar};
use crate::{
    app::{
        command::Command,
        state::{
            State,
            document::{Document, Stage},
        },
        ui::{
            line_field,
            theme::{PAGE_DOUBT, PAGE_DRAWING, PAGE_OUTLINE, PAPER, palette},
            view_transform::{Framing, ViewTransform},
        },
    },
    page::{self, Drawing, LineId, Point, TextLine, placed_words},
};

/// What is kept free between a line gone to and the zoom bar, in points: the bar's own distance from the edge.
const ZOOM_BAR_MARGIN: f32 = 24.0;

/// Draws the page in the rest of the window.
pub(super) fn ui(ui: &mut Ui, state: &State, document: &Document, commands: &mut Vec<Command>) {
    let viewport = ui.available_rect_before_wrap();
    if viewport != state.viewport {
        commands.push(Command::ResizeViewport(viewport));
    }
    let response = ui.allocate_rect(viewport, Sense::DRAG);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Page {}", document.name)));
    let Some(size) = document.size() else {
        ui.put(viewport, egui::Spinner::new().size(28.0));
        return;
    };
    let shown = document.framing.resolve(viewport, size);
    let edits_lines = state.edits_lines && document.is_adjustable() && document.corner_edit.is_none();
    let view = navigate(ui, &response, document, viewport, (size, edits_lines), shown);
    if view != shown {
        commands.push(Command::SetFraming(Framing::Free(view)));
    }
    paint(ui, document, view, viewport, size);
    if let Some(edit) = &document.corner_edit {
        corners::ui(ui, state, document, edit, view, viewport, commands);
        return;
    }
    if state.settings.show_drawings && document.drawing.is_none() {
        drawings(ui, document, view, viewport, commands);
    }
    if state.settings.show_outlines || edits_lines {
        lines(ui, state, document, view, viewport, commands);
    }
    if edits_lines {
        line_tools::ui(ui, &response, document, view, viewport, commands);
    }
    if document.drawing.is_some() {
        let paper = ink::Paper { view, viewport, covered: &[zoom_bar::area(document, viewport, false)] };
        ink::ui(ui, state, document, &paper, commands);
    }
    let pixels_per_page_pixel = view.scale * ui.pixels_per_point();
    zoom_bar::ui(ui, state, document, viewport, pixels_per_page_pixel, commands);
    page_question::ui(ui, state, document, viewport, commands);
}

/// The view after the pointer's input, moved so that a line just selected is visible.
fn navigate(
    ui: &Ui,
    response: &Response,
    document: &Document,
    viewport: Rect,
    (size, edits_lines): (Vec2, bool),
    shown: ViewTransform,
) -> ViewTransform {
    let mut view = shown;
    // `hovered` of the page is false over its lines, so the pointer is tested against the page's rectangle.
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|_| ui.rect_contains_pointer(viewport));
    if let Some(pointer) = pointer {
        let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
        if (zoom - 1.0).abs() > f32::EPSILON {
            view = view.zoomed_about(viewport, pointer, zoom);
        } else if scroll != Vec2::ZERO {
            view = view.panned(scroll);
        }
    }
    let moves = if document.drawing.is_some() || edits_lines {
        response.dragged_by(egui::PointerButton::Middle) || response.dragged_by(egui::PointerButton::Secondary)
    } else {
        response.dragged()
    };
    if moves {
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
        view = view.panned(response.drag_delta());
    }
    if view != shown {
        view = view.within(size);
    }
    reveal_selection(ui, document, viewport, view, edits_lines)
}

/// Moves the view only if the line just selected is not visible.
fn reveal_selection(
    ui: &Ui,
    document: &Document,
    viewport: Rect,
    view: ViewTransform,
    edits_lines: bool,
) -> ViewTransform {
    let id = Id::unique(("revealed on page", document.id));
    let revealed: u64 = ui.data(|data| data.get_temp(id).unwrap_or(0));
    let count = document.selection_count();
    if revealed == count {
        return view;
    }
    ui.data_mut(|data| data.insert_temp(id, count));
    let clear = zoom_bar::area(document, viewport, edits_lines).height() + ZOOM_BAR_MARGIN;
    document.selected().map_or(view, |line| view.revealing(viewport, line.bounds, clear))
}

fn paint(ui: &Ui, document: &Document, view: ViewTransform, viewport: Rect, size: Vec2) {
    let painter = ui.painter().with_clip_rect(viewport);
    let sheet = view.screen_rect(viewport, page::Rect::new(0.0, 0.0, size.x, size.y));
    painter.add(ui.visuals().popup_shadow.as_shape(sheet, 2));
    if let Some(drawing) = &document.drawing {
        ink::paint(&painter, drawing, view, viewport, sheet);
        return;
    }
    painter.rect_filled(sheet, 0, PAPER);
    if let Some(texture) = &document.picture.texture {
        texture.paint(&painter, view, viewport);
    } else {
        let spinner = Rect::from_center_size(sheet.center(), Vec2::splat(28.0));
        egui::Spinner::new().color(palette(ui).accent).paint_at(ui, spinner);
    }
}

/// What was taken for drawings, to be clicked where it is text after all.
fn drawings(ui: &Ui, document: &Document, view: ViewTransform, viewport: Rect, commands: &mut Vec<Command>) {
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|&pointer| viewport.contains(pointer));
    let under_pointer = pointer.and_then(|at| drawing_at(&document.page.drawings, view.page_from_screen(viewport, at)));
    let painter = ui.painter().with_clip_rect(viewport);
    for (index, drawing) in document.page.drawings.iter().enumerate() {
        let Some(bounds) = page::Rect::around(drawing.outline.iter().copied()) else { continue };
        let on_screen = view.screen_rect(viewport, bounds).intersect(viewport);
        if !on_screen.is_positive() {
            continue;
        }
        let response = ui.interact(on_screen, Id::unique(("drawing", document.id, index)), Sense::CLICK);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Drawing {}", index + 1)));
        let is_under_pointer = response.hovered() && under_pointer == Some(index);
        if response.clicked() {
            commands.push(Command::ReadDrawing(under_pointer.filter(|_| response.hovered()).unwrap_or(index)));
        }
        if is_under_pointer {
            ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
            response.on_hover_text("Taken for a drawing. Click to read it as text");
        }
        let mut points: Vec<Pos2> = drawing.outline.iter().map(|&p| view.screen_from_page(viewport, p)).collect();
        let tint = PAGE_DRAWING.gamma_multiply(if is_under_pointer { 0.14 } else { 0.05 });
        let stroke = Stroke::new(if is_under_pointer { 2.0 } else { 1.0 }, PAGE_DRAWING);
        fill(&painter, &points, tint);
        points.extend(points.first().copied());
        painter.extend(Shape::dashed_line(&points, stroke, 5.0, 4.0));
    }
}

/// The smallest drawing whose outline contains `point`.
fn drawing_at(drawings: &[Drawing], point: Point) -> Option<usize> {
    let area =
        |index: &usize| page::Rect::around(drawings[*index].outline.iter().copied()).map_or(0.0, page::Rect::area);
    let holding = (0..drawings.len()).filter(|&index| outline_contains(&drawings[index].outline, point));
    holding.min_by(|a, b| area(a).total_cmp(&area(b)))
}

/// Outlines with accessible names, to be clicked.
fn lines(
    ui: &Ui,
    state: &State,
    document: &Document,
    view: ViewTransform,
    viewport: Rect,
    commands: &mut Vec<Command>,
) {
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|&pointer| viewport.contains(pointer));
    let under_pointer = pointer.and_then(|at| line_at(&document.page.lines, view.page_from_screen(viewport, at)));
    let selected = document.selected().map(|line| line.id);
    let mut is_hovered = false;
    for (index, line) in document.page.lines.iter().enumerate() {
        let on_screen = view.screen_rect(viewport, line.bounds).intersect(viewport);
        if !on_screen.is_positive() {
            continue;
        }
        // Not `Sense::click()`: the keyboard reaches the lines in the transcript, once is enough. On a sheet the pen
        // writes over them.
        let sense = if document.drawing.is_some() { Sense::hover() } else { Sense::CLICK };
        let response = ui.interact(on_screen, Id::unique(("line", document.id, line.id)), sense);
        response.widget_info(|| line_info(index, line, selected == Some(line.id)));
        if response.clicked() {
            let clicked = under_pointer.filter(|_| response.hovered()).unwrap_or(line.id);
            let at = pointer.filter(|_| response.hovered()).map(|pointer| view.page_from_screen(viewport, pointer));
            let adds = ui.input(|input| input.modifiers.shift || input.modifiers.command);
            commands.push(match at {
                _ if adds => Command::MarkLine(clicked),
                Some(at) => Command::SelectWord { line: clicked, at },
                None => Command::SelectLine(clicked),
            });
        }
        let is_under_pointer = response.hovered() && under_pointer == Some(line.id);
        is_hovered |= is_under_pointer;
        let look = LineLook {
            is_selected: selected == Some(line.id) || document.marked_lines.contains(&line.id),
            is_under_pointer,
            is_doubtful: Document::is_doubtful(line, state.settings.doubt_threshold),
            is_read: line.transcription.is_some() || document.stage == Stage::Done,
        };
        outline(ui, line, look, view, viewport);
    }
    if let Some(line) = document.selected() {
        word_at_caret(ui, document, line, view, viewport);
    }
    if is_hovered && document.drawing.is_none() {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
}

/// Marks the word on the page at which the text of the selected line is edited.
fn word_at_caret(ui: &Ui, document: &Document, line: &TextLine, view: ViewTransform, viewport: Rect) {
    let Some(marked) = line_field::marked(ui.ctx(), line_field::id(document.id, line.id)) else { return };
    let words = placed_words(line);
    let Some(word) = words.iter().find(|word| word.place.start <= marked.end && marked.end <= word.place.end) else {
        return;
    };
    let corners = word.corners.map(|corner| view.screen_from_page(viewport, corner));
    let painter = ui.painter().with_clip_rect(viewport);
    let fill = PAGE_OUTLINE.gamma_multiply(0.16);
    painter.add(Shape::convex_polygon(corners.to_vec(), fill, Stroke::new(1.5, PAGE_OUTLINE)));
}

fn line_info(index: usize, line: &TextLine, is_selected: bool) -> WidgetInfo {
    let name = format!("Line {}: {}", index + 1, line.text());
    WidgetInfo::selected(Role::ListBoxOption, true, is_selected, name)
}

#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way of looking, in any combination")]
struct LineLook {
    is_selected: bool,
    is_under_pointer: bool,
    is_doubtful: bool,
    is_read: bool,
}

fn outline(ui: &Ui, line: &TextLine, look: LineLook, view: ViewTransform, viewport: Rect) {
    let painter = ui.painter().with_clip_rect(viewport);
    let color = if look.is_doubtful { PAGE_DOUBT } else { PAGE_OUTLINE };
    let (width, opacity) = match (look.is_selected, look.is_under_pointer) {
        (true, _) => (2.0, 1.0),
        (false, true) => (1.5, 0.9),
        (false, false) if look.is_read => (1.0, if look.is_doubtful { 0.75 } else { 0.4 }),
        (false, false) => (1.0, 0.2),
    };
    let on_screen = view.screen_rect(viewport, line.bounds).expand(1.0);
    let tint = match (look.is_selected, look.is_doubtful) {
        (true, _) => color.gamma_multiply(0.12),
        (false, true) => color.gamma_multiply(0.10),
        (false, false) => Color32::TRANSPARENT,
    };
    if line.outline.len() < 3 {
        painter.rect(on_screen, 2, tint, Stroke::new(width, color.gamma_multiply(opacity)), StrokeKind::Outside);
        return;
    }
    let points: Vec<Pos2> = line.outline.iter().map(|&point| view.screen_from_page(viewport, point)).collect();
    fill(&painter, &points, tint);
    painter.add(Shape::closed_line(points, Stroke::new(width, color.gamma_multiply(opacity))));
}

/// Fills an outline, which need not be convex, by vertical slices between its upper and lower edge.
fn fill(painter: &egui::Painter, points: &[Pos2], color: Color32) {
    if color == Color32::TRANSPARENT {
        return;
    }
    let mut xs: Vec<f32> = points.iter().map(|point| point.x).collect();
    xs.sort_by(f32::total_cmp);
    xs.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    let mut mesh = egui::Mesh::default();
    for pair in xs.windows(2) {
        // Measured a hair inside the slice, so that upright edges at its ends do not count.
        let inset = (pair[1] - pair[0]) * 0.01;
        let ends = [pair[0] + inset, pair[1] - inset].map(|x| vertical_extent(points, x));
        let [Some(left), Some(right)] = ends else { continue };
        let first = mesh.vertices.len() as u32;
        for (x, y) in [(pair[0], left.min), (pair[1], right.min), (pair[1], right.max), (pair[0], left.max)] {
            mesh.colored_vertex(egui::pos2(x, y), color);
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first, first + 2, first + 3);
    }
    painter.add(mesh);
}

/// The lowest and highest crossing of the outline with the upright line at `x`.
fn vertical_extent(points: &[Pos2], x: f32) -> Option<egui::Rangef> {
    let mut extent: Option<egui::Rangef> = None;
    for (a, b) in edges(points) {
        if (a.x <= x) != (b.x <= x) {
            let y = a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x);
            let range = extent.get_or_insert(egui::Rangef::point(y));
            *range = egui::Rangef::new(range.min.min(y), range.max.max(y));
        }
    }
    extent
}

fn edges(points: &[Pos2]) -> impl Iterator<Item = (Pos2, Pos2)> + '_ {
    points.iter().copied().zip(points.iter().copied().cycle().skip(1))
}

/// The line whose outline contains `point`; of several, the one whose centre is nearest in y.
fn line_at(lines: &[TextLine], point: Point) -> Option<LineId> {
    let distance = |line: &&TextLine| (line.bounds.center().y - point.y).abs();
    let holding = lines.iter().filter(|line| line.bounds.contains(point) && outline_contains(&line.outline, point));
    holding.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|line| line.id)
}

/// An outline of fewer than three points leaves the matter to the bounds.
fn outline_contains(outline: &[Point], point: Point) -> bool {
    outline.len() < 3 || point.is_inside(outline)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wedge() -> Vec<Point> {
        [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [5.0, 2.0], [0.0, 10.0]].map(Point::from).to_vec()
    }

    #[test]
    fn a_point_in_the_notch_is_outside_the_outline() {
        assert!(outline_contains(&wedge(), Point::new(1.0, 5.0)));
        assert!(!outline_contains(&wedge(), Point::new(5.0, 5.0)));
        assert!(!outline_contains(&wedge(), Point::new(20.0, 1.0)));
    }

    #[test]
    fn slices_of_an_outline_reach_from_its_upper_to_its_lower_edge() {
        let points: Vec<Pos2> = wedge().iter().map(|p| egui::pos2(p.x, p.y)).collect();
        let extent = vertical_extent(&points, 2.5).unwrap();
        assert!((extent.min - 0.0).abs() < 1e-4 && (extent.max - 6.0).abs() < 1e-4, "{extent:?}");
        assert!(vertical_extent(&points, 11.0).is_none());
    }
}
