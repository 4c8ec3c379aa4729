//! ALTO, the format of libraries, in its versions 2 to 4.

use super::{
    described_page::{DescribedLine, DescribedPage, handwriting_of_tag, points},
    xml::Element,
};
use crate::page::{Baseline, Point};

/// The page of a document whose root is `<alto>`.
pub(super) fn page(root: &Element) -> DescribedPage {
    let name = root.descendants("fileName").first().map(|name| name.text.trim().to_owned());
    let size = root.descendants("Page").first().and_then(|page| page.number("WIDTH").zip(page.number("HEIGHT")));
    let tags: Vec<(&str, bool)> = (root.child("Tags").into_iter())
        .flat_map(|tags| &tags.children)
        .filter_map(|tag| Some((tag.attribute("ID")?, handwriting_of_tag(tag.attribute("LABEL")?)?)))
        .collect();
    let lines = root.descendants("TextLine").into_iter().map(|element| line(element, &tags)).collect();
    DescribedPage { image: name.unwrap_or_default(), size, lines }
}

fn line(element: &Element, tags: &[(&str, bool)]) -> DescribedLine {
    let polygon = element.child("Shape").and_then(|shape| shape.child("Polygon")).and_then(|p| p.attribute("POINTS"));
    let outline = polygon.map(points).filter(|outline| outline.len() > 2).or_else(|| corners(element));
    let references = element.attribute("TAGREFS").unwrap_or_default();
    let is_handwritten = references.split_whitespace().find_map(|reference| {
        let tag = tags.iter().find(|(id, _)| *id == reference)?;
        Some(tag.1)
    });
    DescribedLine {
        id: element.attribute("ID").unwrap_or_default().to_owned(),
        outline: outline.unwrap_or_default(),
        baseline: element.attribute("BASELINE").map(|text| baseline(text, element)).unwrap_or_default(),
        text: text(element),
        is_handwritten,
    }
}

fn corners(element: &Element) -> Option<Vec<Point>> {
    let (x, y) = (element.number("HPOS")?, element.number("VPOS")?);
    let (right, bottom) = (x + element.number("WIDTH")?, y + element.number("HEIGHT")?);
    Some([[x, y], [right, y], [right, bottom], [x, bottom]].map(Point::from).into())
}

/// Points, or before version 4.1 a single height.
fn baseline(text: &str, line: &Element) -> Baseline {
    let height = text.trim().parse::<f32>().ok();
    let level = height.zip(line.number("HPOS")).map(|(y, x)| {
        let right = x + line.number("WIDTH").unwrap_or_default();
        vec![Point::new(x, y), Point::new(right, y)]
    });
    Baseline(level.unwrap_or_else(|| points(text)))
}

/// The words with a blank at every `<SP>`; without any, one between words.
fn text(line: &Element) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_outline_baseline_text_and_tag() {
        let page = DescribedPage::parse(
            r#"<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">
              <Description><sourceImageInformation><fileName>a.jpg</fileName></sourceImageInformation></Description>
              <Tags><OtherTag ID="T1" LABEL="DefaultLine:Handwritten"/><OtherTag ID="T2" LABEL="DefaultLine:Print"/></Tags>
              <Layout><Page WIDTH="400" HEIGHT="300"><PrintSpace><TextBlock>
                <TextLine ID="l1" TAGREFS="T0 T1" BASELINE="4 20 90 22"><Shape><Polygon POINTS="4 2 90 2 90 30 4 30"/></Shape>
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
