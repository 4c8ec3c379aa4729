//! Ink as paths: what is printed on a sheet, and over it the strokes in their colours and widths.

use pdf_writer::{
    Content,
    types::{LineCapStyle, LineJoinStyle},
};

use crate::{
    formats::InkSheet,
    ink::{InkColor, PaperKind, Segment, Stroke, in_painting_order},
    page::Point,
};

/// Thickness of printed rules, in page pixels.
const RULE_WIDTH: f32 = 1.5;

/// Draws a sheet onto a page of `height` points; `scale` is points to a pixel, across and down.
pub(super) fn draw_sheet(content: &mut Content, sheet: &InkSheet, scale: [f32; 2], height: f32) {
    content.save_state();
    // The y axis of PDF points up.
    content.transform([scale[0], 0.0, 0.0, -scale[1], 0.0, height]);
    content.set_line_cap(LineCapStyle::RoundCap).set_line_join(LineJoinStyle::RoundJoin);
    draw_paper(content, sheet);
    in_painting_order(&sheet.strokes).for_each(|stroke| draw_stroke(content, stroke));
    content.restore_state();
}

fn draw_paper(content: &mut Content, sheet: &InkSheet) {
    let size = sheet.size.map(|side| side as f32);
    set_color(content, PaperKind::COLOR);
    content.set_line_width(RULE_WIDTH);
    for rule in sheet.paper.lines(size) {
        draw_path(content, &rule);
    }
    content.set_line_width(2.0 * PaperKind::DOT_RADIUS);
    for dot in sheet.paper.dots(size) {
        draw_path(content, &[dot]);
    }
}

/// A stroke under changing pressure is drawn segment by segment.
fn draw_stroke(content: &mut Content, stroke: &Stroke) {
    set_color(content, stroke.painted_color());
    if stroke.pressures.is_empty() {
        content.set_line_width(stroke.width);
        return draw_path(content, &stroke.points);
    }
    for Segment { ends, widths } in stroke.segments() {
        content.set_line_width(f32::midpoint(widths[0], widths[1]));
        draw_path(content, &ends);
    }
}

/// A dot is a path without length, whose round ends are drawn.
fn draw_path(content: &mut Content, points: &[Point]) {
    let Some((first, rest)) = points.split_first() else { return };
    content.move_to(first.x, first.y);
    for point in if rest.is_empty() { points } else { rest } {
        content.line_to(point.x, point.y);
    }
    content.stroke();
}

fn set_color(content: &mut Content, InkColor(channels): InkColor) {
    let [red, green, blue] = channels.map(|channel| f32::from(channel) / 255.0);
    content.set_stroke_rgb(red, green, blue);
}
