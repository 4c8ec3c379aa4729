//! ALTO, the format of libraries: versions 2 to 4 are read, 4.2 is written.

use super::{
    coordinates::{format_points, parse_points, upright_box},
    described_page::{DescribedLine, DescribedPage, DescribedWord, handwriting_of_tag},
    image_fragment::{split_page, with_page},
    xml::Element,
};
use crate::page::{Baseline, Point, Rect};

const NAMESPACE: &str = "http://www.loc.gov/standards/alto/ns-v4#";

/// The page of a document whose root is `<alto>`.
pub(super) fn read(root: &Element) -> DescribedPage {
    let (image, number) = root.descendants("fileName").first().map_or(("", None), |name| split_page(name.text.trim()));
    let size = root.descendants("Page").first().and_then(|page| page.number("WIDTH").zip(page.number("HEIGHT")));
    let tags: Vec<(&str, bool)> = (root.child("Tags").into_iter())
        .flat_map(|tags| &tags.children)
        .filter_map(|tag| Some((tag.attribute("ID")?, handwriting_of_tag(tag.attribute("LABEL")?)?)))
        .collect();
    let lines = root.descendants("TextLine").into_iter().map(|element| read_line(element, &tags)).collect();
    DescribedPage { image: image.to_owned(), number, size, lines, tables: Vec::new(), drawings: Vec::new() }
}

fn read_line(element: &Element, tags: &[(&str, bool)]) -> DescribedLine {
    let polygon = element.child("Shape").and_then(|shape| shape.child("Polygon")).and_then(|p| p.attribute("POINTS"));
    let outline = polygon.map(parse_points).filter(|outline| outline.len() > 2);
    let references = element.attribute("TAGREFS").unwrap_or_default();
    let is_handwritten = references.split_whitespace().find_map(|reference| {
        let tag = tags.iter().find(|(id, _)| *id == reference)?;
        Some(tag.1)
    });
    DescribedLine {
        id: element.attribute("ID").unwrap_or_default().to_owned(),
        outline: outline.unwrap_or_else(|| corners(element)),
        baseline: element.attribute("BASELINE").map(|text| read_baseline(text, element)).unwrap_or_default(),
        text: read_text(element),
        confidence: None,
        is_handwritten,
        words: element.children("String").filter_map(read_word).collect(),
    }
}

/// `None` for a word without text.
fn read_word(element: &Element) -> Option<DescribedWord> {
    let text = element.attribute("CONTENT").filter(|text| !text.trim().is_empty())?;
    Some(DescribedWord { text: text.to_owned(), outline: corners(element), confidence: element.number("WC") })
}

/// The corners of an element's upright box; none where it has no box.
fn corners(element: &Element) -> Vec<Point> {
    let [x, y, width, height] = ["HPOS", "VPOS", "WIDTH", "HEIGHT"].map(|name| element.number(name));
    let corner = x.zip(y).zip(width.zip(height));
    corner
        .map(|((x, y), (width, height))| Rect::new(x, y, x + width, y + height).corners().to_vec())
        .unwrap_or_default()
}

/// Points, or before version 4.1 a single height.
fn read_baseline(text: &str, line: &Element) -> Baseline {
    let height = text.trim().parse::<f32>().ok().filter(|height| height.is_finite());
    let level = height.zip(line.number("HPOS")).map(|(y, x)| {
        let right = x + line.number("WIDTH").unwrap_or_default();
        vec![Point::new(x, y), Point::new(right, y)]
    });
    Baseline(level.unwrap_or_else(|| parse_points(text)))
}

/// The words with a blank for each `<SP>`; where a line has no `<SP>`, one blank between words.
fn read_text(line: &Element) -> String {
    let has_spaces = line.child("SP").is_some();
    let mut text = String::new();
    for child in &line.children {
        match child.name.as_str() {
            "String" => {
                if !has_spaces && !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(child.attribute("CONTENT").unwrap_or_default());
            }
            "SP" => text.push(' '),
            "HYP" => text.push_str(child.attribute("CONTENT").unwrap_or("-")),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// The document's root.
pub(super) fn write(page: &DescribedPage) -> Element {
    let size = page.whole_size();
    let [width, height] = size;
    let description = Element::new("Description").with_children([
        Element::new("MeasurementUnit").with_text("pixel"),
        Element::new("sourceImageInformation")
            .with_child(Element::new("fileName").with_text(&with_page(&page.image, page.number))),
    ]);
    let block = Element::new("TextBlock").with_attribute("ID", "block");
    let block =
        with_box(block, [0, 0, width, height]).with_children(page.lines.iter().map(|line| write_line(line, size)));
    let page = Element::new("Page")
        .with_attribute("ID", "page")
        .with_attribute("PHYSICAL_IMG_NR", page.number.unwrap_or(1))
        .with_attribute("WIDTH", width)
        .with_attribute("HEIGHT", height)
        .with_child(with_box(Element::new("PrintSpace"), [0, 0, width, height]).with_child(block));
    let layout = Element::new("Layout").with_child(page);
    Element::new("alto").with_attribute("xmlns", NAMESPACE).with_children([description, layout])
}

fn write_line(line: &DescribedLine, size: [u32; 2]) -> Element {
    let bounds = upright_box(&line.outline, size);
    let mut element = with_box(Element::new("TextLine").with_attribute("ID", &line.id), bounds);
    if line.baseline.0.len() > 1 {
        element = element.with_attribute("BASELINE", format_points(&line.baseline.0));
    }
    let polygon = Element::new("Polygon").with_attribute("POINTS", format_points(&line.outline));
    element = element.with_child(Element::new("Shape").with_child(polygon));
    let string = |number: usize, bounds, text: &str| {
        let string = Element::new("String").with_attribute("ID", format!("{}word{number}", line.id));
        with_box(string, bounds).with_attribute("CONTENT", text)
    };
    if line.words.is_empty() {
        // The schema asks for a word: an empty one for a line in which nothing was read.
        return element.with_child(string(0, bounds, ""));
    }
    for (number, word) in line.words.iter().enumerate() {
        if number > 0 {
            element = element.with_child(Element::new("SP"));
        }
        let mut string = string(number, upright_box(&word.outline, size), &word.text);
        if let Some(confidence) = word.confidence {
            string = string.with_attribute("WC", format!("{confidence:.3}"));
        }
        element = element.with_child(string);
    }
    element
}

/// The element with its box: left, top, width, height.
fn with_box(element: Element, [left, top, width, height]: [u32; 4]) -> Element {
    let sides = [("HPOS", left), ("VPOS", top), ("WIDTH", width), ("HEIGHT", height)];
    sides.into_iter().fold(element, |element, (name, side)| element.with_attribute(name, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_outline_baseline_text_and_tag() {
        let page = DescribedPage::parse(
            r#"<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">
              <Description><sourceImageInformation><fileName>a.jpg</fileName></sourceImageInformation></Description>
              <Tags><OtherTag ID="T1" LABEL="DefaultLine:Handwritten"/>
                <OtherTag ID="T2" LABEL="DefaultLine:Print"/></Tags>
              <Layout><Page WIDTH="400" HEIGHT="300"><PrintSpace><TextBlock>
                <TextLine ID="l1" TAGREFS="T0 T1" BASELINE="4 20 90 22">
                  <Shape><Polygon POINTS="4 2 90 2 90 30 4 30"/></Shape>
                  <String CONTENT="Dear"/><SP/><String CONTENT="re"/><HYP CONTENT="-"/></TextLine>
                <TextLine ID="l2" TAGREFS="T2" BASELINE="60" HPOS="5" VPOS="40" WIDTH="80" HEIGHT="30">
                  <String CONTENT="in"/><String CONTENT="print"/></TextLine>
              </TextBlock></PrintSpace></Page></Layout></alto>"#,
        )
        .unwrap()
        .unwrap();
        assert_eq!((page.image.as_str(), page.size), ("a.jpg", Some((400.0, 300.0))));
        let [first, second] = &page.lines[..] else { panic!("{page:?}") };
        assert_eq!((first.text.as_str(), first.is_handwritten, first.outline.len()), ("Dear re-", Some(true), 4));
        assert_eq!(first.baseline.y_at(47.0), Some(21.0));
        assert_eq!((second.text.as_str(), second.is_handwritten), ("in print", Some(false)));
        assert_eq!(second.baseline.0, [Point::new(5.0, 60.0), Point::new(85.0, 60.0)]);
        assert_eq!(second.outline[2], Point::new(85.0, 70.0));
    }
}
