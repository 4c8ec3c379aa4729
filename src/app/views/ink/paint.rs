//! Paper and strokes as they are painted.

use eframe::egui::{Color32, Painter, Rect, Shape, Stroke as Line};

use crate::{
    app::ui::{theme::PAPER, view_transform::ViewTransform},
    ink::{Drawing, InkColor, PaperKind, Segment, Stroke, in_painting_order},
    page::Point,
};

/// Paints the paper and its strokes.
pub(in crate::app::views) fn paint(
    painter: &Painter,
    drawing: &Drawing,
    view: ViewTransform,
    viewport: Rect,
    sheet: Rect,
) {
    painter.rect_filled(sheet, 2, PAPER);
    let clipped = painter.with_clip_rect(painter.clip_rect().intersect(sheet));
    let size = [sheet.width() / view.scale, sheet.height() / view.scale];
    let on_screen = |point: Point| view.screen_from_page(viewport, point);
    let printed = screen_color(PaperKind::COLOR);
    for ends in drawing.paper().lines(size) {
        clipped.line_segment(ends.map(on_screen), Line::new(1.0, printed));
    }
    for dot in drawing.paper().dots(size) {
        clipped.circle_filled(on_screen(dot), (PaperKind::DOT_RADIUS * view.scale).max(0.6), printed);
    }
    paint_strokes(&clipped, in_painting_order(drawing.strokes()), view, viewport);
}

/// Paints strokes alone.
pub(in crate::app::views) fn paint_strokes<'a>(
    painter: &Painter,
    strokes: impl IntoIterator<Item = &'a Stroke>,
    view: ViewTransform,
    viewport: Rect,
) {
    strokes.into_iter().for_each(|stroke| paint_stroke(painter, stroke, view, viewport));
}

/// Paints a stroke.
pub(super) fn paint_stroke(painter: &Painter, stroke: &Stroke, view: ViewTransform, viewport: Rect) {
    let Some(bounds) = stroke.bounds() else { return };
    if !view.screen_rect(viewport, bounds).intersects(painter.clip_rect()) {
        return;
    }
    let color = screen_color(stroke.painted_color());
    let on_screen = |point: Point| view.screen_from_page(viewport, point);
    let thickness = |width: f32| (width * view.scale).max(1.0);
    let ends = [0, stroke.points.len() - 1];
    if stroke.pressures.is_empty() {
        for end in ends {
            painter.circle_filled(on_screen(stroke.points[end]), thickness(stroke.width) / 2.0, color);
        }
        let points = stroke.points.iter().copied().map(on_screen).collect();
        painter.add(Shape::line(points, Line::new(thickness(stroke.width), color)));
        return;
    }
    for Segment { ends, widths } in stroke.segments() {
        let line = Line::new(thickness(f32::midpoint(widths[0], widths[1])), color);
        painter.line_segment(ends.map(on_screen), line);
        painter.circle_filled(on_screen(ends[1]), thickness(widths[1]) / 2.0, color);
    }
    painter.circle_filled(on_screen(stroke.points[0]), thickness(stroke.width_at(0)) / 2.0, color);
}

const fn screen_color(InkColor([red, green, blue]): InkColor) -> Color32 {
    Color32::from_rgb(red, green, blue)
}
