//! DOCX (Office Open XML, ECMA-376), for Word and `LibreOffice`: paragraphs, headings, lists; a page begins on a new
//! page.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::blocks::{Block, BlockKind, blocks};
use crate::{
    formats::{error::ExportError, export::LineBreaks, xml::Element},
    page::{MarkerKind, Page},
};

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// The language of the text, for spelling.
const LANGUAGE: &str = "en-GB";
/// Indent of list items, in twentieths of a point.
const LIST_INDENT: u32 = 360;

/// The bytes of a document of these pages; pages without text are left out.
pub(crate) fn docx<'a>(
    title: &str,
    pages: impl Iterator<Item = &'a Page>,
    line_breaks: LineBreaks,
) -> Result<Vec<u8>, ExportError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", package_relations()),
        ("word/document.xml", document(pages, line_breaks)),
        ("word/_rels/document.xml.rels", document_relations()),
        ("word/styles.xml", styles()),
        ("word/numbering.xml", numbering()),
        ("docProps/core.xml", properties(title)),
    ];
    for (name, root) in parts {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(root.to_compact_xml().as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn document<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> Element {
    let mut body = Element::new("w:body");
    let pages = pages.map(blocks).filter(|blocks| !blocks.is_empty());
    for (number, blocks) in pages.enumerate() {
        for (index, block) in blocks.iter().enumerate() {
            let starts_page = number > 0 && index == 0;
            if block.kind == BlockKind::Table {
                if starts_page {
                    body.children.push(page_break());
                }
                // Word asks for a paragraph behind a table.
                body.children.extend([table(block), Element::new("w:p")]);
            } else {
                body.children.push(paragraph(block, line_breaks, starts_page));
            }
        }
    }
    Element::new("w:document").with_attribute("xmlns:w", WORD).with_child(body)
}

fn page_break() -> Element {
    let properties = Element::new("w:pPr").with_child(Element::new("w:pageBreakBefore"));
    Element::new("w:p").with_child(properties)
}

fn table(block: &Block) -> Element {
    let sides = ["top", "left", "bottom", "right", "insideH", "insideV"];
    let border = |side: &str| {
        let border = valued(&format!("w:{side}"), "single");
        border.with_attribute("w:sz", 4).with_attribute("w:space", 0).with_attribute("w:color", "auto")
    };
    let borders = Element::new("w:tblBorders").with_children(sides.map(border));
    let automatic = |name: &str| Element::new(name).with_attribute("w:w", 0).with_attribute("w:type", "auto");
    let properties = Element::new("w:tblPr").with_children([automatic("w:tblW"), borders]);
    let n_columns = block.cells().next().map_or(0, |cells| cells.len());
    let grid = Element::new("w:tblGrid").with_children((0..n_columns).map(|_| Element::new("w:gridCol")));
    let cell = |content: &str| {
        let paragraph = Element::new("w:p").with_child(Element::new("w:r").with_child(text(content)));
        Element::new("w:tc").with_children([Element::new("w:tcPr").with_child(automatic("w:tcW")), paragraph])
    };
    let rows = block.cells().map(|cells| Element::new("w:tr").with_children(cells.into_iter().map(cell)));
    Element::new("w:tbl").with_children([properties, grid]).with_children(rows)
}

fn paragraph(block: &Block, line_breaks: LineBreaks, starts_page: bool) -> Element {
    let mut properties = Element::new("w:pPr");
    let mut mark = "";
    match block.kind {
        BlockKind::Paragraph | BlockKind::Table => {}
        BlockKind::Heading(level) => properties.children.push(valued("w:pStyle", &format!("Heading{level}"))),
        BlockKind::Item(kind) => {
            properties.children.push(valued("w:pStyle", "ListParagraph"));
            mark = typed_mark(kind);
        }
    }
    if starts_page {
        properties.children.push(Element::new("w:pageBreakBefore"));
    }
    if matches!(block.kind, BlockKind::Item(_)) {
        if mark.is_empty() {
            let number = Element::new("w:numPr").with_children([valued("w:ilvl", "0"), valued("w:numId", "1")]);
            properties.children.push(number);
        } else {
            let indent = Element::new("w:ind").with_attribute("w:left", LIST_INDENT);
            properties.children.push(indent.with_attribute("w:hanging", LIST_INDENT));
        }
    }
    let mut run = Element::new("w:r");
    if !mark.is_empty() {
        run.children.extend([text(mark), Element::new("w:tab")]);
    }
    let lines = match line_breaks {
        LineBreaks::Joined => vec![block.joined()],
        LineBreaks::Kept => block.lines.clone(),
    };
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            run.children.push(Element::new("w:br"));
        }
        run.children.push(text(line));
    }
    Element::new("w:p").with_children([properties, run])
}

/// The marker before an item; empty for a bullet, which the list draws.
const fn typed_mark(kind: MarkerKind) -> &'static str {
    match kind {
        MarkerKind::Bullet | MarkerKind::Circle => "",
        MarkerKind::Box => "☐",
        MarkerKind::TickedBox => "☑",
        MarkerKind::Tick => "✔",
        MarkerKind::Arrow => "→",
    }
}

fn text(text: &str) -> Element {
    Element::new("w:t").with_attribute("xml:space", "preserve").with_text(text)
}

fn valued(name: &str, value: &str) -> Element {
    Element::new(name).with_attribute("w:val", value)
}

fn content_types() -> Element {
    let types = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let default = |extension: &str, kind: &str| {
        Element::new("Default").with_attribute("Extension", extension).with_attribute("ContentType", kind)
    };
    let part = |name: &str, kind: String| {
        Element::new("Override").with_attribute("PartName", name).with_attribute("ContentType", kind)
    };
    Element::new("Types").with_attribute("xmlns", format!("{PACKAGE}/content-types")).with_children([
        default("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        default("xml", "application/xml"),
        part("/word/document.xml", format!("{types}.document.main+xml")),
        part("/word/styles.xml", format!("{types}.styles+xml")),
        part("/word/numbering.xml", format!("{types}.numbering+xml")),
        part("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml".to_owned()),
    ])
}

fn relations(targets: &[(&str, String)]) -> Element {
    let relation = |(index, (target, kind)): (usize, &(&str, String))| {
        Element::new("Relationship")
            .with_attribute("Id", format!("rId{}", index + 1))
            .with_attribute("Type", kind)
            .with_attribute("Target", target)
    };
    let root = Element::new("Relationships").with_attribute("xmlns", format!("{PACKAGE}/relationships"));
    root.with_children(targets.iter().enumerate().map(relation))
}

fn package_relations() -> Element {
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    relations(&[("word/document.xml", format!("{OFFICE}/officeDocument")), ("docProps/core.xml", core)])
}

fn document_relations() -> Element {
    relations(&[("styles.xml", format!("{OFFICE}/styles")), ("numbering.xml", format!("{OFFICE}/numbering"))])
}

fn styles() -> Element {
    let language = Element::new("w:rPr").with_child(valued("w:lang", LANGUAGE));
    let space = Element::new("w:spacing").with_attribute("w:after", 120);
    let defaults = Element::new("w:docDefaults").with_children([
        Element::new("w:rPrDefault").with_child(language),
        Element::new("w:pPrDefault").with_child(Element::new("w:pPr").with_child(space)),
    ]);
    let style = |id: &str, name: &str| {
        Element::new("w:style")
            .with_attribute("w:type", "paragraph")
            .with_attribute("w:styleId", id)
            .with_child(valued("w:name", name))
    };
    let heading = |level: u32, half_points: &str| {
        style(&format!("Heading{level}"), &format!("heading {level}")).with_children([
            valued("w:basedOn", "Normal"),
            valued("w:next", "Normal"),
            Element::new("w:pPr").with_children([
                Element::new("w:keepNext"),
                Element::new("w:spacing").with_attribute("w:before", 240).with_attribute("w:after", 120),
                valued("w:outlineLvl", &(level - 1).to_string()),
            ]),
            Element::new("w:rPr").with_children([Element::new("w:b"), valued("w:sz", half_points)]),
        ])
    };
    let normal = style("Normal", "Normal").with_attribute("w:default", 1);
    let list = style("ListParagraph", "List Paragraph").with_child(valued("w:basedOn", "Normal"));
    let root = Element::new("w:styles").with_attribute("xmlns:w", WORD);
    root.with_children([defaults, normal, heading(1, "32"), heading(2, "26"), list])
}

fn numbering() -> Element {
    let indent = Element::new("w:ind").with_attribute("w:left", LIST_INDENT).with_attribute("w:hanging", LIST_INDENT);
    let level = Element::new("w:lvl").with_attribute("w:ilvl", 0).with_children([
        valued("w:start", "1"),
        valued("w:numFmt", "bullet"),
        valued("w:lvlText", "•"),
        valued("w:lvlJc", "left"),
        Element::new("w:pPr").with_child(indent),
    ]);
    let kind = valued("w:multiLevelType", "singleLevel");
    let bullets = Element::new("w:abstractNum").with_attribute("w:abstractNumId", 0).with_children([kind, level]);
    let used = Element::new("w:num").with_attribute("w:numId", 1).with_child(valued("w:abstractNumId", "0"));
    Element::new("w:numbering").with_attribute("xmlns:w", WORD).with_children([bullets, used])
}

fn properties(title: &str) -> Element {
    Element::new("cp:coreProperties")
        .with_attribute("xmlns:cp", format!("{PACKAGE}/metadata/core-properties"))
        .with_attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .with_children([
            Element::new("dc:title").with_text(title),
            Element::new("dc:creator").with_text("Longhand"),
            Element::new("dc:language").with_text(LANGUAGE),
        ])
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;
    use crate::page::{Rect, TextLine};

    /// The part of the document with this name.
    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_parts_are_well_formed_and_hold_the_text() {
        let line = |text: &str| TextLine { correction: Some(text.to_owned()), ..TextLine::at(Rect::default()) };
        let page = Page {
            width: 1,
            height: 1,
            lines: ["salt & <pepper>", "☐ milk", "- tea"].map(line).to_vec(),
            drawings: Vec::new(),
        };
        let bytes = docx("My notes", [&page, &page].into_iter(), LineBreaks::Joined).unwrap();
        for name in ["[Content_Types].xml", "_rels/.rels", "word/styles.xml", "word/numbering.xml"] {
            Element::parse(&part(&bytes, name)).unwrap();
        }
        let document = Element::parse(&part(&bytes, "word/document.xml")).unwrap();
        let texts: Vec<&str> = document.descendants("t").into_iter().map(|text| text.text.as_str()).collect();
        let of_page = ["salt & <pepper>", "☐", "milk", "tea"];
        assert_eq!(texts, [of_page, of_page].concat());
        assert_eq!(document.descendants("pageBreakBefore").len(), 1);
        assert!(part(&bytes, "docProps/core.xml").contains("<dc:title>My notes</dc:title>"));
        // Blanks between elements would be text.
        assert!(!part(&bytes, "word/document.xml").contains("\n<w:t"));
    }
}
