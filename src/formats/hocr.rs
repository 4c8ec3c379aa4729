//! hOCR 1.2: HTML whose elements tell where they are.

use std::io;

use quick_xml::events::BytesText;

use super::{
    ExportedPage,
    placed_words::placed_words,
    xml_write::{XmlWriter, document as xml, upright_box},
};
use crate::page::{Point, TextLine};

/// The document of all pages.
pub(super) fn document(pages: &[ExportedPage<'_>]) -> String {
    xml(|writer| {
        let root = writer.create_element("html").with_attribute(("xmlns", "http://www.w3.org/1999/xhtml"));
        root.write_inner_content(|writer| {
            writer.create_element("head").write_inner_content(|writer| {
                let title = pages.first().map_or("", |page| page.name);
                writer.create_element("title").write_text_content(BytesText::new(title))?;
                for (name, content) in [
                    ("ocr-system", concat!("Longhand ", env!("CARGO_PKG_VERSION"))),
                    ("ocr-capabilities", "ocr_page ocr_line ocrx_word"),
                    ("ocr-langs", "en"),
                ] {
                    writer
                        .create_element("meta")
                        .with_attributes([("name", name), ("content", content)])
                        .write_empty()?;
                }
                Ok(())
            })?;
            writer.create_element("body").write_inner_content(|writer| {
                pages.iter().enumerate().try_for_each(|(number, page)| write_page(writer, number + 1, page))
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn write_page(writer: &mut XmlWriter, number: usize, exported: &ExportedPage<'_>) -> io::Result<()> {
    let page = exported.page;
    // A title's values are parted by semicolons, and its names stand in quotation marks.
    let name = exported.name.replace(['"', ';'], "_");
    let title = format!("image \"{name}\"; bbox 0 0 {} {}; ppageno {}", page.width, page.height, number - 1);
    let id = format!("page_{number}");
    marked(writer, "div", "ocr_page", &id, &title, |writer| {
        page.lines.iter().try_for_each(|line| write_line(writer, &id, line, (page.width, page.height)))
    })
}

fn write_line(writer: &mut XmlWriter, page: &str, line: &TextLine, size: (u32, u32)) -> io::Result<()> {
    let id = format!("{page}_line_{}", line.id.0);
    marked(writer, "span", "ocr_line", &id, &bounds(&line.outline, size), |writer| {
        for (number, word) in placed_words(line).iter().enumerate() {
            let confidence = word.confidence.map(|confidence| format!("; x_wconf {:.0}", 100.0 * confidence));
            let title = bounds(&word.corners, size) + confidence.as_deref().unwrap_or_default();
            let element = writer.create_element("span").with_attributes([
                ("class", "ocrx_word"),
                ("id", format!("{id}_word_{number}").as_str()),
                ("title", title.as_str()),
            ]);
            element.write_text_content(BytesText::new(&word.text))?;
        }
        Ok(())
    })
}

fn marked(
    writer: &mut XmlWriter,
    element: &str,
    class: &str,
    id: &str,
    title: &str,
    inside: impl FnOnce(&mut XmlWriter) -> io::Result<()>,
) -> io::Result<()> {
    let element = writer.create_element(element).with_attributes([("class", class), ("id", id), ("title", title)]);
    element.write_inner_content(inside)?;
    Ok(())
}

fn bounds(places: &[Point], size: (u32, u32)) -> String {
    let [left, top, width, height] = upright_box(places, size);
    format!("bbox {left} {top} {} {}", left + width, top + height)
}
