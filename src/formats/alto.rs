//! ALTO 4.2, the format of libraries.

use std::io;

use quick_xml::events::BytesText;

use super::{
    ExportedPage,
    placed_words::placed_words,
    xml_write::{XmlWriter, document as xml, points, upright_box},
};
use crate::page::{Point, TextLine};

const NAMESPACE: &str = "http://www.loc.gov/standards/alto/ns-v4#";

/// The document of one page.
pub(super) fn document(exported: &ExportedPage<'_>) -> String {
    let page = exported.page;
    let size = (page.width, page.height);
    let [width, height] = [page.width, page.height].map(|side| side.to_string());
    xml(|writer| {
        writer.create_element("alto").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|writer| {
            writer.create_element("Description").write_inner_content(|writer| {
                writer.create_element("MeasurementUnit").write_text_content(BytesText::new("pixel"))?;
                writer.create_element("sourceImageInformation").write_inner_content(|writer| {
                    writer.create_element("fileName").write_text_content(BytesText::new(exported.name))?;
                    Ok(())
                })?;
                Ok(())
            })?;
            writer.create_element("Layout").write_inner_content(|writer| {
                let element = writer.create_element("Page").with_attributes([
                    ("ID", "page"),
                    ("PHYSICAL_IMG_NR", "1"),
                    ("WIDTH", &width),
                    ("HEIGHT", &height),
                ]);
                element.write_inner_content(|writer| {
                    let whole = [("HPOS", "0"), ("VPOS", "0"), ("WIDTH", &width), ("HEIGHT", &height)];
                    writer.create_element("PrintSpace").with_attributes(whole).write_inner_content(|writer| {
                        let block = writer.create_element("TextBlock").with_attribute(("ID", "block"));
                        block.with_attributes(whole).write_inner_content(|writer| {
                            page.lines.iter().try_for_each(|line| write_line(writer, line, size))
                        })?;
                        Ok(())
                    })?;
                    Ok(())
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn write_line(writer: &mut XmlWriter, line: &TextLine, size: (u32, u32)) -> io::Result<()> {
    let id = format!("line{}", line.id.0);
    let [left, top, width, height] = upright_box(&line.outline, size).map(|side| side.to_string());
    let baseline = points(&line.baseline.0);
    let element = writer.create_element("TextLine").with_attributes([
        ("ID", id.as_str()),
        ("HPOS", &left),
        ("VPOS", &top),
        ("WIDTH", &width),
        ("HEIGHT", &height),
        ("BASELINE", &baseline),
    ]);
    element.write_inner_content(|writer| {
        shape(writer, &line.outline)?;
        let words = placed_words(line);
        if words.is_empty() {
            // A line has to have a word: of one that was read as nothing it is empty.
            string(writer, &format!("{id}word0"), [&left, &top, &width, &height], "", None)?;
        }
        for (number, word) in words.iter().enumerate() {
            if number > 0 {
                writer.create_element("SP").write_empty()?;
            }
            let sides = upright_box(&word.corners, size).map(|side| side.to_string());
            string(writer, &format!("{id}word{number}"), sides.each_ref(), &word.text, word.confidence)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn string(
    writer: &mut XmlWriter,
    id: &str,
    sides: [&String; 4],
    text: &str,
    confidence: Option<f32>,
) -> io::Result<()> {
    let [left, top, width, height] = sides.map(String::as_str);
    let mut element = writer.create_element("String").with_attributes([
        ("ID", id),
        ("HPOS", left),
        ("VPOS", top),
        ("WIDTH", width),
        ("HEIGHT", height),
        ("CONTENT", text),
    ]);
    if let Some(confidence) = confidence {
        element = element.with_attribute(("WC", format!("{confidence:.3}").as_str()));
    }
    element.write_empty()?;
    Ok(())
}

fn shape(writer: &mut XmlWriter, outline: &[Point]) -> io::Result<()> {
    writer.create_element("Shape").write_inner_content(|writer| {
        writer.create_element("Polygon").with_attribute(("POINTS", points(outline).as_str())).write_empty()?;
        Ok(())
    })?;
    Ok(())
}
