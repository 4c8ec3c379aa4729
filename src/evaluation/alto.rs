//! True lines from ALTO XML, as transcription tools export it.

use std::{borrow::Cow, collections::HashMap};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::labelled_page::TrueLine;
use crate::page::{Baseline, Point};

/// The text lines of an ALTO document whose coordinates are pixels. A line counts as handwritten unless its tags say
/// that it is typed or printed. Says in words what is wrong with the document.
pub(super) fn lines_of_alto(xml: &str) -> Result<Vec<TrueLine>, String> {
    let mut reader = Reader::from_str(xml);
    let mut labels: HashMap<String, String> = HashMap::new();
    let mut lines: Vec<TrueLine> = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(lines),
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.local_name();
                match (name.as_ref(), lines.last_mut()) {
                    ("TextLine", _) => lines.push(text_line(&tag, &labels)?),
                    ("Polygon", Some(line)) => {
                        let outline = attribute(&tag, "POINTS")?.map(|points| points_of(&points)).unwrap_or_default();
                        if outline.len() >= 3 {
                            line.outline = outline;
                        }
                    }
                    ("String", Some(line)) => {
                        if !line.text.is_empty() {
                            line.text.push(' ');
                        }
                        line.text += &attribute(&tag, "CONTENT")?.unwrap_or_default();
                    }
                    (name, _) if name.ends_with("Tag") => {
                        if let (Some(id), Some(label)) = (attribute(&tag, "ID")?, attribute(&tag, "LABEL")?) {
                            labels.insert(id, label);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// A line with its box for an outline, until its polygon comes.
fn text_line(tag: &BytesStart<'_>, labels: &HashMap<String, String>) -> Result<TrueLine, String> {
    let number = |name| Ok::<f32, String>(attribute(tag, name)?.and_then(|text| text.parse().ok()).unwrap_or(0.0));
    let (x, y, width, height) = (number("HPOS")?, number("VPOS")?, number("WIDTH")?, number("HEIGHT")?);
    let tags = attribute(tag, "TAGREFS")?.unwrap_or_default();
    let is_type = |label: &String| label.ends_with("Typewritten") || label.ends_with("Print");
    Ok(TrueLine {
        outline: [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(Point::from).to_vec(),
        baseline: Baseline(attribute(tag, "BASELINE")?.map(|points| points_of(&points)).unwrap_or_default()),
        text: String::new(),
        is_handwritten: !tags.split_whitespace().filter_map(|tag| labels.get(tag)).any(is_type),
    })
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let found = tag.try_get_attribute(name).map_err(|error| error.to_string())?;
    let value = found.map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).map(Cow::into_owned));
    value.transpose().map_err(|error| error.to_string())
}

/// Points written "x y x y" or "x,y x,y"; an odd number at the end is left out.
fn points_of(text: &str) -> Vec<Point> {
    let numbers: Vec<f32> = text
        .split([' ', ',', '\n', '\t'])
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    numbers.chunks_exact(2).map(|pair| Point::new(pair[0], pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALTO: &str = r#"<?xml version="1.0"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">
<Tags><OtherTag ID="T1" LABEL="DefaultLine:Handwritten"/><OtherTag ID="T2" LABEL="DefaultLine:Typewritten"/></Tags>
<Layout><Page WIDTH="100" HEIGHT="80"><PrintSpace><TextBlock>
<TextLine TAGREFS="T1" BASELINE="10 30 90 32" HPOS="9" VPOS="10" WIDTH="82" HEIGHT="26">
<Shape><Polygon POINTS="9 10 91 12 91 36 9 34"/></Shape><String CONTENT="Tom &amp;"/><SP/><String CONTENT="Ann"/></TextLine>
<TextLine TAGREFS="T2" HPOS="9" VPOS="40" WIDTH="20" HEIGHT="10"><String CONTENT="No. 7"/></TextLine>
</TextBlock></PrintSpace></Page></Layout></alto>"#;

    #[test]
    fn lines_come_with_polygon_baseline_text_and_kind() {
        let lines = lines_of_alto(ALTO).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].text, "Tom & Ann");
        assert_eq!(lines[0].outline[1], Point::new(91.0, 12.0));
        assert_eq!(lines[0].baseline.0, [Point::new(10.0, 30.0), Point::new(90.0, 32.0)]);
        assert!(lines[0].is_handwritten && !lines[1].is_handwritten);
        assert_eq!(lines[1].outline[2], Point::new(29.0, 50.0));
    }

    #[test]
    fn a_damaged_document_is_told() {
        assert!(lines_of_alto("<alto><TextLine></alto>").is_err());
    }
}
