//! The strokes of a sheet as files: SVG for drawing programs, `InkML` (W3C, 2011) for programs that write on.

use super::xml::Element;
use crate::{ink::Stroke, page::Point};

/// The colour of the ink.
const INK: &str = "#1c223c";

/// A drawing of `width` × `height` pixels.
pub fn svg(strokes: &[Stroke], [width, height]: [u32; 2]) -> String {
    let paths = strokes.iter().map(|stroke| {
        // A dot is a line without length, whose round ends are drawn.
        let dot = stroke.points.first().filter(|_| stroke.points.len() == 1);
        let points: Vec<String> =
            stroke.points.iter().chain(dot).map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect();
        Element::new("polyline").with_attribute("points", points.join(" ")).with_attribute("stroke-width", stroke.width)
    });
    let group = Element::new("g")
        .with_attribute("fill", "none")
        .with_attribute("stroke", INK)
        .with_attribute("stroke-linecap", "round")
        .with_attribute("stroke-linejoin", "round")
        .with_children(paths);
    Element::new("svg")
        .with_attribute("xmlns", "http://www.w3.org/2000/svg")
        .with_attribute("width", width)
        .with_attribute("height", height)
        .with_attribute("viewBox", format!("0 0 {width} {height}"))
        .with_child(group)
        .to_xml()
}

/// Ink whose coordinates are pixels; a stroke's width is that of its brush.
pub fn inkml(strokes: &[Stroke]) -> String {
    let mut widths: Vec<f32> = Vec::new();
    for stroke in strokes {
        if widths.iter().all(|width| (width - stroke.width).abs() > 1e-3) {
            widths.push(stroke.width);
        }
    }
    let brushes = widths.iter().enumerate().map(|(index, width)| {
        let property = |name: &str, value: String| {
            Element::new("brushProperty").with_attribute("name", name).with_attribute("value", value)
        };
        Element::new("brush")
            .with_attribute("xml:id", format!("brush{index}"))
            .with_children([property("width", width.to_string()), property("color", INK.to_owned())])
    });
    let traces = strokes.iter().map(|stroke| {
        let brush = widths.iter().position(|width| (width - stroke.width).abs() <= 1e-3).unwrap_or(0);
        let points: Vec<String> = stroke.points.iter().map(|Point { x, y }| format!("{x:.1} {y:.1}")).collect();
        Element::new("trace").with_attribute("brushRef", format!("#brush{brush}")).with_text(&points.join(", "))
    });
    Element::new("ink")
        .with_attribute("xmlns", "http://www.w3.org/2003/InkML")
        .with_child(Element::new("definitions").with_children(brushes))
        .with_children(traces)
        .to_xml()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes() -> Vec<Stroke> {
        let points = |points: &[[f32; 2]]| points.iter().copied().map(Point::from).collect();
        vec![
            Stroke { points: points(&[[1.0, 2.0], [3.5, 4.0]]), width: 4.5 },
            Stroke { points: points(&[[9.0, 9.0]]), width: 2.0 },
        ]
    }

    #[test]
    fn a_drawing_has_every_stroke_and_dots_can_be_seen() {
        let root = Element::parse(&svg(&strokes(), [90, 60])).unwrap();
        assert_eq!(root.attribute("viewBox"), Some("0 0 90 60"));
        let drawn: Vec<_> = root.descendants("polyline").iter().filter_map(|line| line.attribute("points")).collect();
        assert_eq!(drawn, ["1.0,2.0 3.5,4.0", "9.0,9.0 9.0,9.0"]);
    }

    #[test]
    fn ink_keeps_points_and_widths() {
        let root = Element::parse(&inkml(&strokes())).unwrap();
        let traces: Vec<_> =
            root.children("trace").map(|trace| (trace.text.as_str(), trace.attribute("brushRef"))).collect();
        assert_eq!(traces, [("1.0 2.0, 3.5 4.0", Some("#brush0")), ("9.0 9.0", Some("#brush1"))]);
        assert_eq!(root.descendants("brush").len(), 2);
    }
}
