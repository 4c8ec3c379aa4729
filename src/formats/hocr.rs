//! hOCR 1.2, HTML whose elements state their places: written.

use super::{
    coordinates::upright_box,
    described_page::{DescribedLine, DescribedPage},
    xml::Element,
};
use crate::page::Point;

/// The root of a document of all pages.
pub(super) fn write(pages: &[DescribedPage]) -> Element {
    let title = pages.first().map_or("", |page| page.image.as_str());
    let facts = [
        ("ocr-system", concat!("Longhand ", env!("CARGO_PKG_VERSION"))),
        ("ocr-capabilities", "ocr_page ocr_line ocrx_word"),
        ("ocr-langs", "en"),
    ];
    let facts = facts
        .map(|(name, content)| Element::new("meta").with_attribute("name", name).with_attribute("content", content));
    let head = Element::new("head").with_child(Element::new("title").with_text(title)).with_children(facts);
    let pages = pages.iter().enumerate().map(|(index, page)| write_page(index, page));
    let body = Element::new("body").with_children(pages);
    Element::new("html").with_attribute("xmlns", "http://www.w3.org/1999/xhtml").with_children([head, body])
}

fn write_page(index: usize, page: &DescribedPage) -> Element {
    let size = page.whole_size();
    let id = format!("page_{}", index + 1);
    // Physical pages are counted from 0.
    let physical = page.number.map_or(index, |number| number - 1);
    // Values of a title are separated by semicolons, and the image's name stands in quotation marks.
    let name = page.image.replace(['"', ';'], "_");
    let title = format!("image \"{name}\"; bbox 0 0 {} {}; ppageno {physical}", size[0], size[1]);
    let lines =
        page.lines.iter().enumerate().map(|(number, line)| write_line(&format!("{id}_line_{number}"), line, size));
    marked("div", "ocr_page", &id, &title).with_children(lines)
}

fn write_line(id: &str, line: &DescribedLine, size: [u32; 2]) -> Element {
    let words = line.words.iter().enumerate().map(|(number, word)| {
        let confidence = word.confidence.map(|confidence| format!("; x_wconf {:.0}", 100.0 * confidence));
        let title = bbox(&word.outline, size) + confidence.as_deref().unwrap_or_default();
        marked("span", "ocrx_word", &format!("{id}_word_{number}"), &title).with_text(&word.text)
    });
    marked("span", "ocr_line", id, &bbox(&line.outline, size)).with_children(words)
}

fn marked(name: &str, class: &str, id: &str, title: &str) -> Element {
    Element::new(name).with_attribute("class", class).with_attribute("id", id).with_attribute("title", title)
}

fn bbox(points: &[Point], size: [u32; 2]) -> String {
    let [left, top, width, height] = upright_box(points, size);
    format!("bbox {left} {top} {} {}", left + width, top + height)
}
