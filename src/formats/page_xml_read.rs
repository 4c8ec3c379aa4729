//! PAGE XML, the format of Transkribus, eScriptorium and OCR-D, in its versions of 2010 to 2019.

use super::{
    described_page::{DescribedLine, DescribedPage, handwriting_of_tag, points},
    xml::Element,
};
use crate::page::{Baseline, Point};

/// The page of a document whose root is `<PcGts>`; the error is a reason in words.
pub(super) fn page(root: &Element) -> Result<DescribedPage, String> {
    let page = root.child("Page").ok_or("it describes no page")?;
    let mut lines = Vec::new();
    add_lines(page, None, &mut lines);
    Ok(DescribedPage {
        image: page.attribute("imageFilename").unwrap_or_default().to_owned(),
        size: page.number("imageWidth").zip(page.number("imageHeight")),
        lines,
    })
}

/// The lines of a page, region or table cell, in the document's order. A line without tag has that of its region.
fn add_lines(parent: &Element, tag: Option<bool>, lines: &mut Vec<DescribedLine>) {
    let tag = tag_of(parent).or(tag);
    for child in &parent.children {
        if child.name == "TextLine" {
            lines.push(line(child, tag));
        } else {
            add_lines(child, tag, lines);
        }
    }
}

fn line(element: &Element, tag: Option<bool>) -> DescribedLine {
    DescribedLine {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        outline: element.child("Coords").map(polygon).unwrap_or_default(),
        baseline: Baseline(element.child("Baseline").map(polygon).unwrap_or_default()),
        text: text(element),
        is_handwritten: tag_of(element).or(tag),
    }
}

/// What `production` or the `type` inside `custom` says.
fn tag_of(element: &Element) -> Option<bool> {
    let custom = element.attribute("custom").filter(|custom| custom.contains("type:"));
    element.attribute("production").and_then(handwriting_of_tag).or_else(|| custom.and_then(handwriting_of_tag))
}

/// The attribute `points`, or the elements `<Point>` of 2010.
fn polygon(element: &Element) -> Vec<Point> {
    element.attribute("points").map_or_else(
        || element.children("Point").filter_map(|p| Some(Point::new(p.number("x")?, p.number("y")?))).collect(),
        points,
    )
}

/// The line's own text, the first of several readings; where it has none, its words'.
fn text(element: &Element) -> String {
    let index = |reading: &&Element| reading.attribute("index").and_then(|i| i.parse().ok()).unwrap_or(0_u32);
    let own = element.children("TextEquiv").min_by_key(index).and_then(|reading| reading.child("Unicode"));
    own.map(|unicode| unicode.text.trim().to_owned()).filter(|text| !text.is_empty()).unwrap_or_else(|| {
        let words: Vec<String> = element.children("Word").map(text).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_outline_baseline_text_and_tag() {
        let page = DescribedPage::parse(
            r#"<?xml version="1.0" encoding="UTF-8"?>
            <pc:PcGts xmlns:pc="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
              <pc:Page imageFilename="scans/a.png" imageWidth="800" imageHeight="600">
                <pc:TextRegion id="r" production="handwritten-cursive">
                  <pc:Coords points="0,0 800,0 800,600 0,600"/>
                  <pc:TextLine id="l1"><pc:Coords points="10,20 90,20 90,50 10,50"/><pc:Baseline points="10,45 90,44"/>
                    <pc:Word><pc:TextEquiv><pc:Unicode>no</pc:Unicode></pc:TextEquiv></pc:Word>
                    <pc:TextEquiv index="1"><pc:Unicode>second</pc:Unicode></pc:TextEquiv>
                    <pc:TextEquiv index="0"><pc:Unicode>Salt &amp; pepper</pc:Unicode></pc:TextEquiv>
                  </pc:TextLine>
                  <pc:TextLine id="l2" production="printed"><pc:Coords points="10,60 90,60 90,90"/></pc:TextLine>
                </pc:TextRegion>
              </pc:Page>
            </pc:PcGts>"#,
        )
        .unwrap()
        .unwrap();
        assert_eq!((page.image.as_str(), page.size), ("scans/a.png", Some((800.0, 600.0))));
        let [first, second] = &page.lines[..] else { panic!("{page:?}") };
        assert_eq!((first.id.as_str(), first.text.as_str(), first.is_handwritten), ("l1", "Salt & pepper", Some(true)));
        assert_eq!((first.outline.len(), first.baseline.0.len()), (4, 2));
        assert_eq!((second.text.as_str(), second.is_handwritten), ("", Some(false)));
    }

    #[test]
    fn points_of_2010_custom_tags_and_words_are_understood() {
        let page = DescribedPage::parse(
            r#"<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2010-03-19"><Page imageFilename="b.tif">
              <TableRegion><TextRegion><TextLine id="x" custom="structure {type:handwritten;}">
                <Coords><Point x="1" y="2"/><Point x="30" y="2"/><Point x="30" y="9"/></Coords>
                <Word><TextEquiv><Unicode>two</Unicode></TextEquiv></Word>
                <Word><TextEquiv><Unicode>words</Unicode></TextEquiv></Word>
              </TextLine></TextRegion></TableRegion></Page></PcGts>"#,
        )
        .unwrap()
        .unwrap();
        let line = &page.lines[0];
        assert_eq!((line.text.as_str(), line.is_handwritten), ("two words", Some(true)));
        assert_eq!(line.outline[1], Point::new(30.0, 2.0));
        assert_eq!(page.size, None);
    }
}
