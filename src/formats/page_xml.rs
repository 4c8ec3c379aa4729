//! PAGE XML of 2019 (`PRImA`), as Transkribus, eScriptorium and OCR-D read it.

use std::io;

use quick_xml::events::BytesText;

use super::{
    ExportedPage,
    placed_words::placed_words,
    xml_write::{XmlWriter, document as xml, now, points},
};
use crate::page::{Point, TextLine};

const NAMESPACE: &str = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15";

/// The document of one page.
pub(super) fn document(exported: &ExportedPage<'_>) -> String {
    let page = exported.page;
    let (width, height) = (page.width.to_string(), page.height.to_string());
    xml(|writer| {
        let root = writer.create_element("PcGts").with_attribute(("xmlns", NAMESPACE));
        root.write_inner_content(|writer| {
            writer.create_element("Metadata").write_inner_content(|writer| {
                text_element(writer, "Creator", concat!("Longhand ", env!("CARGO_PKG_VERSION")))?;
                let now = now();
                text_element(writer, "Created", &now)?;
                text_element(writer, "LastChange", &now)
            })?;
            let page_element = writer.create_element("Page").with_attributes([
                ("imageFilename", exported.name),
                ("imageWidth", &width),
                ("imageHeight", &height),
            ]);
            page_element.write_inner_content(|writer| {
                let region = writer.create_element("TextRegion").with_attribute(("id", "region"));
                region.write_inner_content(|writer| {
                    let (right, lower) = (page.width as f32, page.height as f32);
                    let all = [[0.0, 0.0], [right, 0.0], [right, lower], [0.0, lower]].map(Point::from);
                    places(writer, "Coords", &all)?;
                    page.lines.iter().try_for_each(|line| write_line(writer, line))
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn write_line(writer: &mut XmlWriter, line: &TextLine) -> io::Result<()> {
    let id = format!("line{}", line.id.0);
    let element = writer.create_element("TextLine").with_attribute(("id", id.as_str()));
    element.write_inner_content(|writer| {
        places(writer, "Coords", &line.outline)?;
        if line.baseline.0.len() > 1 {
            places(writer, "Baseline", &line.baseline.0)?;
        }
        for (number, word) in placed_words(line).iter().enumerate() {
            let id = format!("{id}word{number}");
            let element = writer.create_element("Word").with_attribute(("id", id.as_str()));
            element.write_inner_content(|writer| {
                places(writer, "Coords", &word.corners)?;
                reading(writer, &word.text, word.confidence)
            })?;
        }
        reading(writer, line.text(), line_confidence(line))
    })?;
    Ok(())
}

/// How sure the reader was of a line that nobody corrected.
fn line_confidence(line: &TextLine) -> Option<f32> {
    line.transcription.as_ref().filter(|_| line.correction.is_none()).map(|read| read.confidence)
}

fn places(writer: &mut XmlWriter, name: &str, places: &[Point]) -> io::Result<()> {
    writer.create_element(name).with_attribute(("points", points(places).as_str())).write_empty()?;
    Ok(())
}

fn reading(writer: &mut XmlWriter, text: &str, confidence: Option<f32>) -> io::Result<()> {
    let confidence = confidence.map(|confidence| format!("{confidence:.3}"));
    let element = writer.create_element("TextEquiv");
    let element = match &confidence {
        Some(confidence) => element.with_attribute(("conf", confidence.as_str())),
        None => element,
    };
    element.write_inner_content(|writer| text_element(writer, "Unicode", text))?;
    Ok(())
}

fn text_element(writer: &mut XmlWriter, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(text))?;
    Ok(())
}
