//! SVG: a drawing of the strokes.

use crate::{
    formats::xml::Element,
    ink::{Segment, Stroke, in_painting_order},
};

/// A drawing of `width` × `height` pixels. A stroke under changing pressure is drawn segment by segment.
pub fn svg(strokes: &[Stroke], [width, height]: [u32; 2]) -> String {
    let group = Element::new("g")
        .with_attribute("fill", "none")
        .with_attribute("stroke-linecap", "round")
        .with_attribute("stroke-linejoin", "round")
        .with_children(in_painting_order(strokes).map(drawn));
    Element::new("svg")
        .with_attribute("xmlns", "http://www.w3.org/2000/svg")
        .with_attribute("width", width)
        .with_attribute("height", height)
        .with_attribute("viewBox", format!("0 0 {width} {height}"))
        .with_child(group)
        .to_xml()
}

fn drawn(stroke: &Stroke) -> Element {
    if stroke.pressures.is_empty() {
        // A dot is a line without length, whose round ends are drawn.
        let dot = stroke.points.first().filter(|_| stroke.points.len() == 1);
        let points: Vec<String> =
            stroke.points.iter().chain(dot).map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect();
        return Element::new("polyline")
            .with_attribute("points", points.join(" "))
            .with_attribute("stroke", stroke.painted_color())
            .with_attribute("stroke-width", stroke.width);
    }
    let line = |Segment { ends: [a, b], widths }: Segment| {
        Element::new("line")
            .with_attribute("x1", format!("{:.1}", a.x))
            .with_attribute("y1", format!("{:.1}", a.y))
            .with_attribute("x2", format!("{:.1}", b.x))
            .with_attribute("y2", format!("{:.1}", b.y))
            .with_attribute("stroke-width", format!("{:.2}", f32::midpoint(widths[0], widths[1])))
    };
    Element::new("g").with_attribute("stroke", stroke.painted_color()).with_children(stroke.segments().map(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ink::InkColor, page::Point};

    #[test]
    fn a_drawing_has_every_stroke_and_dots_can_be_seen() {
        let red = InkColor([255, 0, 0]);
        let strokes = [
            Stroke::new(vec![Point::new(1.0, 2.0), Point::new(3.5, 4.0)], 4.5),
            Stroke { color: red, ..Stroke::new(vec![Point::new(9.0, 9.0)], 2.0) },
        ];
        let root = Element::parse(&svg(&strokes, [90, 60])).unwrap();
        assert_eq!(root.attribute("viewBox"), Some("0 0 90 60"));
        let lines = root.descendants("polyline");
        let drawn: Vec<_> = lines.iter().filter_map(|line| line.attribute("points")).collect();
        assert_eq!(drawn, ["1.0,2.0 3.5,4.0", "9.0,9.0 9.0,9.0"]);
        assert_eq!(lines[1].attribute("stroke"), Some("#ff0000"));
    }

    #[test]
    fn pressure_can_be_seen() {
        let points = (0..3_u8).map(|x| Point::new(f32::from(x), 0.0)).collect();
        let stroke = Stroke { pressures: vec![0.5, 1.0, 0.5], ..Stroke::new(points, 4.0) };
        let root = Element::parse(&svg(&[stroke], [9, 9])).unwrap();
        let widths: Vec<_> = root.descendants("line").iter().filter_map(|line| line.number("stroke-width")).collect();
        assert_eq!(widths, [3.0, 3.0]);
    }
}
