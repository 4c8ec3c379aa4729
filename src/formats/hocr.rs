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
        ("ocr-capabilities", "ocr_page ocr_line ocrx_word ocrp_wconf"),
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
    let title = bbox(&line.outline, size) + &baseline(line, size);
    marked("span", "ocr_line", id, &title).with_children(words)
}

/// The straight line through the ends of the baseline, "slope offset": a polynomial whose origin is the lower left
/// corner of the line's box (hOCR 1.2, property `baseline`). Empty for a line that has none or runs upright.
fn baseline(line: &DescribedLine, size: [u32; 2]) -> String {
    let (Some(first), Some(last)) = (line.baseline.0.first(), line.baseline.0.last()) else { return String::new() };
    let run = last.x - first.x;
    if run <= (last.y - first.y).abs() {
        return String::new();
    }
    let [left, top, _, height] = upright_box(&line.outline, size);
    let slope = (last.y - first.y) / run;
    let offset = first.y + slope * (left as f32 - first.x) - (top + height) as f32;
    format!("; baseline {slope:.4} {offset:.0}")
}

fn marked(name: &str, class: &str, id: &str, title: &str) -> Element {
    Element::new(name).with_attribute("class", class).with_attribute("id", id).with_attribute("title", title)
}

fn bbox(points: &[Point], size: [u32; 2]) -> String {
    let [left, top, width, height] = upright_box(points, size);
    format!("bbox {left} {top} {} {}", left + width, top + height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Baseline;

    #[test]
    fn baselines_are_told_from_the_lower_left_corner_of_the_box() {
        let line = |points: [[f32; 2]; 2]| DescribedLine {
            outline: [[20.0, 10.0], [120.0, 10.0], [120.0, 60.0], [20.0, 60.0]].map(Point::from).to_vec(),
            baseline: Baseline(points.map(Point::from).to_vec()),
            ..DescribedLine::default()
        };
        assert_eq!(baseline(&line([[20.0, 50.0], [120.0, 40.0]]), [200, 100]), "; baseline -0.1000 -10");
        assert_eq!(baseline(&line([[40.0, 48.0], [120.0, 40.0]]), [200, 100]), "; baseline -0.1000 -10");
        assert_eq!(baseline(&line([[40.0, 90.0], [42.0, 10.0]]), [200, 100]), "");
        assert_eq!(baseline(&DescribedLine::default(), [200, 100]), "");
    }
}
