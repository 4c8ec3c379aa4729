//! `InkML` (W3C recommendation of 2011): traces of a pen, with brushes.
//!
//! Read are traces in any order and depth, with absolute values, differences (`'`) and second differences (`"`), the
//! channels X, Y and F (force), and of a trace's brush width, colour, and whether it is a highlighter.

use std::collections::BTreeMap;

use super::sheet::{InkSheet, color_named, sheet_around};
use crate::{
    formats::xml::Element,
    ink::{InkColor, Stroke},
    page::Point,
};

/// The thickness of traces without a brush, in pixels.
const PEN_WIDTH: f32 = 4.5;
/// How the brush of a highlighter colours what lies under it (the standard's `rasterOp`, as Microsoft writes it).
const MASK_PEN: &str = "maskPen";
/// Greater coordinates are damage, whatever the unit.
const MAX_VALUE: f32 = 1e9;

/// Ink whose coordinates are pixels; a stroke's width and colour are those of its brush.
pub fn inkml(strokes: &[Stroke]) -> String {
    let mut brushes: Vec<Brush> = Vec::new();
    for stroke in strokes {
        if !brushes.iter().any(|brush| brush.draws(stroke)) {
            let &Stroke { width, color, is_highlighter, .. } = stroke;
            brushes.push(Brush { width, color, is_highlighter });
        }
    }
    let has_pressure = strokes.iter().any(|stroke| !stroke.pressures.is_empty());
    let channel = |name: &str| Element::new("channel").with_attribute("name", name).with_attribute("type", "decimal");
    let format = Element::new("traceFormat")
        .with_children(["X", "Y"].map(channel))
        .with_children(has_pressure.then(|| channel("F").with_attribute("max", 1)));
    let definitions = brushes.iter().enumerate().map(|(index, brush)| {
        let property = |name: &str, value: String| {
            Element::new("brushProperty").with_attribute("name", name).with_attribute("value", value)
        };
        Element::new("brush")
            .with_attribute("xml:id", format!("brush{index}"))
            .with_children([property("width", brush.width.to_string()), property("color", brush.color.to_string())])
            .with_children(brush.is_highlighter.then(|| property("rasterOp", MASK_PEN.to_owned())))
    });
    let traces = strokes.iter().map(|stroke| {
        let brush = brushes.iter().position(|brush| brush.draws(stroke)).unwrap_or(0);
        let pressure = |index: usize| format!(" {:.2}", stroke.pressures.get(index).copied().unwrap_or(1.0));
        let point = |(index, Point { x, y }): (usize, &Point)| {
            format!("{x:.1} {y:.1}{}", if has_pressure { pressure(index) } else { String::new() })
        };
        let points: Vec<String> = stroke.points.iter().enumerate().map(point).collect();
        Element::new("trace").with_attribute("brushRef", format!("#brush{brush}")).with_text(&points.join(", "))
    });
    Element::new("ink")
        .with_attribute("xmlns", "http://www.w3.org/2003/InkML")
        .with_child(Element::new("definitions").with_children(definitions))
        .with_child(format)
        .with_children(traces)
        .to_xml()
}

/// The sheet of a file.
pub(super) fn read(root: &Element) -> InkSheet {
    let channels = Channels::of(root);
    let brushes: BTreeMap<&str, Brush> = root
        .descendants("brush")
        .into_iter()
        .filter_map(|brush| Some((brush.attribute("id")?, Brush::of(brush))))
        .collect();
    let stroke = |trace: &Element| {
        let name = trace.attribute("brushRef").unwrap_or_default().trim_start_matches('#');
        let Brush { width, color, is_highlighter } = brushes.get(name).copied().unwrap_or_default();
        let (points, pressures) = channels.points(&trace.text);
        Stroke { points, width, color, pressures, is_highlighter }
    };
    let strokes = root.descendants("trace").into_iter().map(stroke).filter(|stroke| !stroke.points.is_empty());
    sheet_around(strokes.collect())
}

#[derive(Clone, Copy)]
struct Brush {
    width: f32,
    color: InkColor,
    is_highlighter: bool,
}

impl Default for Brush {
    fn default() -> Self {
        Self { width: PEN_WIDTH, color: InkColor::BLACK, is_highlighter: false }
    }
}

impl Brush {
    fn of(brush: &Element) -> Self {
        let mut read = Self::default();
        for property in brush.descendants("brushProperty") {
            match (property.attribute("name"), property.attribute("value")) {
                (Some("width"), Some(value)) => read.width = positive(value).unwrap_or(read.width),
                (Some("color"), Some(value)) => read.color = color_named(value),
                (Some("rasterOp"), Some(value)) => read.is_highlighter = value.trim() == MASK_PEN,
                _ => {}
            }
        }
        read
    }

    fn draws(self, stroke: &Stroke) -> bool {
        (self.width - stroke.width).abs() <= 1e-3
            && (self.color, self.is_highlighter) == (stroke.color, stroke.is_highlighter)
    }
}

fn positive(text: &str) -> Option<f32> {
    text.trim().parse().ok().filter(|width: &f32| width.is_finite() && *width > 0.0)
}

/// Which number of a point is what.
struct Channels {
    x: usize,
    y: usize,
    /// The force, and the value of the greatest.
    force: Option<(usize, f32)>,
}

impl Channels {
    fn of(root: &Element) -> Self {
        let formats = root.descendants("traceFormat");
        let channels: Vec<&Element> = formats.first().map(|format| format.descendants("channel")).unwrap_or_default();
        let place = |name: &str| channels.iter().position(|channel| channel.attribute("name") == Some(name));
        let force = place("F").map(|index| (index, channels[index].number("max").unwrap_or(1.0).max(1e-6)));
        Self { x: place("X").unwrap_or(0), y: place("Y").unwrap_or(1), force }
    }

    /// The points of a trace, and the pressures if it has a force. Points without both coordinates are left out.
    fn points(&self, text: &str) -> (Vec<Point>, Vec<f32>) {
        let (mut points, mut pressures) = (Vec::new(), Vec::new());
        let mut channels: Vec<Values> = Vec::new();
        for sample in text.split(',') {
            for (index, number) in numbers(sample).into_iter().enumerate() {
                if index == channels.len() {
                    channels.push(Values::default());
                }
                channels[index].push(number);
            }
            let value =
                |index: usize| channels.get(index).map(|values| values.value).filter(|value| value.abs() < MAX_VALUE);
            let Some((x, y)) = value(self.x).zip(value(self.y)).filter(|_| !sample.trim().is_empty()) else { continue };
            points.push(Point::new(x, y));
            pressures.extend(self.force.and_then(|(index, max)| Some((value(index)? / max).clamp(0.0, 1.0))));
        }
        if pressures.len() != points.len() {
            pressures.clear();
        }
        (points, pressures)
    }
}

/// How a number is meant; a prefix holds for the samples behind it, too.
#[derive(Clone, Copy, Default, PartialEq)]
enum Meaning {
    #[default]
    Value,
    Difference,
    SecondDifference,
}

/// The present values of a channel.
#[derive(Default)]
struct Values {
    meaning: Meaning,
    value: f32,
    difference: f32,
}

impl Values {
    fn push(&mut self, (prefix, number): (Option<Meaning>, f32)) {
        self.meaning = prefix.unwrap_or(self.meaning);
        match self.meaning {
            Meaning::Value => self.value = number,
            Meaning::Difference => {
                self.difference = number;
                self.value += number;
            }
            Meaning::SecondDifference => {
                self.difference += number;
                self.value += self.difference;
            }
        }
    }
}

/// The numbers of a sample with their prefixes: `1 -2`, `'3"-1`, `!7`. Anything else ends the sample.
fn numbers(sample: &str) -> Vec<(Option<Meaning>, f32)> {
    let mut numbers = Vec::new();
    let mut rest = sample.trim_start();
    while !rest.is_empty() {
        let (prefix, digits) = match rest.as_bytes()[0] {
            b'!' => (Some(Meaning::Value), &rest[1..]),
            b'\'' => (Some(Meaning::Difference), &rest[1..]),
            b'"' => (Some(Meaning::SecondDifference), &rest[1..]),
            _ => (None, rest),
        };
        let digits = digits.trim_start();
        let is_end = |(index, character): (usize, char)| {
            // A sign ends the number before it, but for that of an exponent.
            let is_sign = matches!(character, '-' | '+') && index > 0 && !digits[..index].ends_with(['e', 'E']);
            is_sign || !(character.is_ascii_digit() || matches!(character, '.' | '-' | '+' | 'e' | 'E'))
        };
        let end = digits.char_indices().find(|&at| is_end(at)).map_or(digits.len(), |(index, _)| index);
        let Ok(number) = digits[..end].parse() else { break };
        numbers.push((prefix, number));
        rest = digits[end..].trim_start();
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ink_files::read_ink;

    fn strokes() -> Vec<Stroke> {
        let points = |points: &[[f32; 2]]| points.iter().copied().map(Point::from).collect();
        let red = InkColor([255, 0, 0]);
        vec![
            Stroke::new(points(&[[100.0, 200.0], [403.5, 204.0]]), 4.5),
            Stroke { color: red, ..Stroke::new(points(&[[509.0, 609.0]]), 2.0) },
        ]
    }

    #[test]
    fn ink_comes_back_as_it_was_written() {
        assert_eq!(read_ink(inkml(&strokes()).as_bytes()).unwrap()[0].strokes, strokes());
        let pressed = Stroke { pressures: vec![0.25, 1.0], ..strokes()[0].clone() };
        let whole = Stroke { pressures: vec![1.0], ..strokes()[1].clone() };
        let both = [strokes()[0].clone(), Stroke { is_highlighter: true, ..strokes()[0].clone() }];
        assert_eq!(read_ink(inkml(&both).as_bytes()).unwrap()[0].strokes, both);
        let read = read_ink(inkml(&[pressed.clone(), strokes()[1].clone()]).as_bytes()).unwrap();
        assert_eq!(read[0].strokes, [pressed, whole]);
    }

    /// The example of the recommendation's section 3.2.1, whose values it lists.
    #[test]
    fn differences_are_added_up() {
        let channels = Channels { x: 0, y: 1, force: None };
        let (points, _) = channels.points("1125 18432,'23'43,\"7\"-8,3-5,7 -3,6 2,6 8,3 6 T,2 6 *,3 6");
        let expected = [
            [1125.0, 18432.0],
            [1148.0, 18475.0],
            [1178.0, 18510.0],
            [1211.0, 18540.0],
            [1251.0, 18567.0],
            [1297.0, 18596.0],
            [1349.0, 18633.0],
            [1404.0, 18676.0],
            [1461.0, 18725.0],
            [1521.0, 18780.0],
        ];
        assert_eq!(points, expected.map(Point::from));
    }

    #[test]
    fn channels_are_found_by_name_and_brushes_by_reference() {
        let xml = r##"<ink xmlns="http://www.w3.org/2003/InkML"><traceFormat><channel name="T"/><channel name="X"/>
            <channel name="Y"/></traceFormat><definitions><brush xml:id="b"><brushProperty name="width" value="9"/>
            <brushProperty name="color" value="#ff0000"/></brush></definitions>
            <traceGroup><trace brushRef="#b">0 400 500, 1 800 900, 2 7</trace><trace/></traceGroup></ink>"##;
        let sheet = &read_ink(xml.as_bytes()).unwrap()[0];
        let points = vec![Point::new(400.0, 500.0), Point::new(800.0, 900.0), Point::new(7.0, 900.0)];
        let expected = Stroke { color: InkColor([255, 0, 0]), ..Stroke::new(points, 9.0) };
        assert_eq!(sheet.strokes, [expected]);
    }
}
