//! PAGE XML (`PRImA`), the format of Transkribus, eScriptorium and OCR-D. Versions of 2010 to 2019 are read,
//! that of 2019 is written.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{
    coordinates::{format_points, parse_points},
    described_page::{DescribedLine, DescribedPage, DescribedWord, handwriting_of_tag},
    error::DescriptionError,
    image_fragment::{split_page, with_page},
    page_tables::{roles, table_of},
    xml::Element,
};
use crate::page::{Baseline, Drawing, Point, Rect, Stretch, Table, stretches};

const NAMESPACE: &str = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15";

/// The page of a document whose root is `<PcGts>`.
pub(super) fn read(root: &Element) -> Result<DescribedPage, DescriptionError> {
    let page = root.child("Page").ok_or(DescriptionError::NoPage)?;
    let (mut lines, mut tables) = (Vec::new(), Vec::new());
    add_lines(page, None, &mut lines, &mut tables);
    let (image, number) = split_page(page.attribute("imageFilename").unwrap_or_default());
    Ok(DescribedPage {
        image: image.to_owned(),
        number,
        size: page.number("imageWidth").zip(page.number("imageHeight")),
        lines,
        tables,
        drawings: page.children("GraphicRegion").filter_map(read_drawing).collect(),
    })
}

/// Adds the lines of a page, region or table cell, in the document's order, and tables. A line without tag has that of
/// its region.
fn add_lines(parent: &Element, tag: Option<bool>, lines: &mut Vec<DescribedLine>, tables: &mut Vec<Table>) {
    let tag = tag_of(parent).or(tag);
    if parent.name == "TableRegion" {
        tables.extend(table_of(parent, lines.len()));
    }
    for child in &parent.children {
        if child.name == "TextLine" {
            lines.push(read_line(child, tag));
        } else {
            add_lines(child, tag, lines, tables);
        }
    }
}

/// `None` without coordinates.
fn read_drawing(element: &Element) -> Option<Drawing> {
    let outline = polygon(element.child("Coords")?);
    (!outline.is_empty()).then_some(Drawing { outline })
}

fn read_line(element: &Element, tag: Option<bool>) -> DescribedLine {
    let words: Vec<DescribedWord> = element.children("Word").filter_map(read_word).collect();
    let (mut text, confidence) = reading(element);
    if text.trim().is_empty() && !words.is_empty() {
        text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    }
    DescribedLine {
        id: element.attribute("id").unwrap_or_default().to_owned(),
        outline: element.child("Coords").map(polygon).unwrap_or_default(),
        baseline: Baseline(element.child("Baseline").map(polygon).unwrap_or_default()),
        text,
        confidence,
        is_handwritten: tag_of(element).or(tag),
        words,
    }
}

/// `None` for a word without text.
fn read_word(element: &Element) -> Option<DescribedWord> {
    let (text, confidence) = reading(element);
    let outline = element.child("Coords").map(polygon).unwrap_or_default();
    (!text.trim().is_empty()).then_some(DescribedWord { text, outline, confidence })
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
        parse_points,
    )
}

/// Text and confidence of the first of several readings.
fn reading(element: &Element) -> (String, Option<f32>) {
    let index = |reading: &&Element| reading.attribute("index").and_then(|i| i.parse().ok()).unwrap_or(0_u32);
    let Some(first) = element.children("TextEquiv").min_by_key(index) else { return (String::new(), None) };
    let text = first.child("Unicode").map_or("", |unicode| unicode.text.as_str());
    // Line breaks are those of pretty-printed XML; without any, blanks at the ends are the text's own.
    let text = if text.contains('\n') { text.trim() } else { text };
    (text.to_owned(), first.number("conf"))
}

/// The document's root.
pub(super) fn write(page: &DescribedPage) -> Element {
    let [width, height] = page.whole_size();
    let now = now();
    let metadata = Element::new("Metadata").with_children([
        Element::new("Creator").with_text(concat!("Longhand ", env!("CARGO_PKG_VERSION"))),
        Element::new("Created").with_text(&now),
        Element::new("LastChange").with_text(&now),
    ]);
    let whole = Rect::new(0.0, 0.0, width as f32, height as f32);
    let mut stretches = stretches(page.lines.len(), &page.tables);
    if stretches.is_empty() {
        // The schema asks for a region in the reading order.
        stretches.push(Stretch::Text(0..0));
    }
    let regions: Vec<Element> = (stretches.into_iter().enumerate())
        .map(|(index, stretch)| match stretch {
            Stretch::Text(lines) => text_region(&region_id(index), index, whole)
                .with_children(page.lines[lines].iter().enumerate().map(|(index, line)| write_line(index, line))),
            Stretch::Table(table) => write_table(index, table, &page.lines),
        })
        .collect();
    let reference = |index: usize| {
        Element::new("RegionRefIndexed").with_attribute("index", index).with_attribute("regionRef", region_id(index))
    };
    let order =
        Element::new("OrderedGroup").with_attribute("id", "order").with_children((0..regions.len()).map(reference));
    let page = Element::new("Page")
        .with_attribute("imageFilename", with_page(&page.image, page.number))
        .with_attribute("imageWidth", width)
        .with_attribute("imageHeight", height)
        .with_child(Element::new("ReadingOrder").with_child(order))
        .with_children(regions)
        .with_children(page.drawings.iter().enumerate().map(|(index, drawing)| write_drawing(index, drawing)));
    Element::new("PcGts").with_attribute("xmlns", NAMESPACE).with_children([metadata, page])
}

fn region_id(index: usize) -> String {
    if index == 0 { "region".to_owned() } else { format!("region{index}") }
}

fn text_region(id: &str, index: usize, place: Rect) -> Element {
    Element::new("TextRegion")
        .with_attribute("id", id)
        .with_attribute("custom", reading_order(index))
        .with_child(points("Coords", &place.corners()))
}

fn write_table(index: usize, table: &Table, lines: &[DescribedLine]) -> Element {
    let id = region_id(index);
    let mut region = Element::new("TableRegion")
        .with_attribute("id", &id)
        .with_attribute("custom", reading_order(index))
        .with_child(points("Coords", &place_of(table.lines(), lines).corners()));
    let cells = table.rows.iter().enumerate().flat_map(|(row, cells)| {
        cells.iter().enumerate().filter_map(move |(column, cell)| Some((row, column, (*cell)?)))
    });
    for (number, (row, column, line)) in cells.enumerate() {
        let cell = text_region(&format!("{id}cell{number}"), number, place_of([line].into_iter(), lines));
        region.children.push(cell.with_child(roles(row, column)).with_child(write_line(0, &lines[line])));
    }
    region
}

/// The box around these lines.
fn place_of(indices: impl Iterator<Item = usize>, lines: &[DescribedLine]) -> Rect {
    Rect::around(indices.flat_map(|index| lines[index].outline.iter().copied())).unwrap_or_default()
}

fn write_drawing(index: usize, drawing: &Drawing) -> Element {
    Element::new("GraphicRegion")
        .with_attribute("id", format!("drawing{index}"))
        .with_child(points("Coords", &drawing.outline))
}

/// What Transkribus and eScriptorium order lines and words by.
fn reading_order(index: usize) -> String {
    format!("readingOrder {{index:{index};}}")
}

fn write_line(index: usize, line: &DescribedLine) -> Element {
    // The schema asks for two points.
    let baseline = (line.baseline.0.len() > 1).then(|| points("Baseline", &line.baseline.0));
    let words = line.words.iter().enumerate().map(|(number, word)| {
        Element::new("Word")
            .with_attribute("id", format!("{}word{number}", line.id))
            .with_attribute("custom", reading_order(number))
            .with_child(points("Coords", &word.outline))
            .with_child(text_equiv(&word.text, word.confidence))
    });
    Element::new("TextLine")
        .with_attribute("id", &line.id)
        .with_attribute("custom", reading_order(index))
        .with_child(points("Coords", &line.outline))
        .with_children(baseline)
        .with_children(words)
        .with_child(text_equiv(&line.text, line.confidence))
}

fn points(name: &str, points: &[Point]) -> Element {
    Element::new(name).with_attribute("points", format_points(points))
}

fn text_equiv(text: &str, confidence: Option<f32>) -> Element {
    let mut element = Element::new("TextEquiv");
    if let Some(confidence) = confidence {
        element = element.with_attribute("conf", format!("{confidence:.3}"));
    }
    element.with_child(Element::new("Unicode").with_text(text))
}

/// The time in UTC as XML Schema writes it, such as `2018-08-05T12:00:00Z`.
fn now() -> String {
    // 1970 for a clock that is set to before it.
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_time(secs)
}

/// `secs` seconds after the beginning of 1970, UTC. Years begin in March, so that leap days come last, and are counted
/// in eras of 400 years (Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`).
fn date_time(secs: u64) -> String {
    let (days, in_day) = (secs / 86_400 + 719_468, secs % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (in_day / 3600, in_day / 60 % 60, in_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
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
            r#"<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2010-03-19">
              <Page imageFilename="b.tif">
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

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (secs, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_533_470_400, "2018-08-05T12:00:00Z"),
        ] {
            assert_eq!(date_time(secs), text);
        }
    }
}
