//! HTML for the clipboard: paragraphs, headings and lists, without places.

use super::blocks::{Block, BlockKind, blocks};
use crate::{
    formats::{export::LineBreaks, xml::Element},
    page::{MarkerKind, Page},
};

/// The text of pages as a document.
pub(crate) fn html<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> String {
    let mut body: Vec<Element> = Vec::new();
    for block in pages.flat_map(blocks) {
        let is_item = matches!(block.kind, BlockKind::Item(_));
        let element = of_block(&block, line_breaks);
        match body.last_mut().filter(|last| is_item && last.name == "ul") {
            Some(list) => list.children.push(element),
            None if is_item => body.push(Element::new("ul").with_child(element)),
            None => body.push(element),
        }
    }
    let meta = Element::new("meta").with_attribute("charset", "utf-8");
    let head = Element::new("head").with_child(meta);
    let body = Element::new("body").with_children(body);
    let html = Element::new("html").with_attribute("lang", "en").with_children([head, body]);
    html.to_fragment()
}

fn of_block(block: &Block, line_breaks: LineBreaks) -> Element {
    if block.kind == BlockKind::Table {
        let cell = |text: &str| Element::new("td").with_text(text);
        let rows = block.cells().map(|cells| Element::new("tr").with_children(cells.into_iter().map(cell)));
        return Element::new("table").with_children(rows);
    }
    let (name, mark) = match block.kind {
        BlockKind::Paragraph | BlockKind::Table => ("p", ""),
        BlockKind::Heading(1) => ("h1", ""),
        BlockKind::Heading(_) => ("h2", ""),
        BlockKind::Item(MarkerKind::Box) => ("li", "☐ "),
        BlockKind::Item(MarkerKind::TickedBox) => ("li", "☑ "),
        BlockKind::Item(MarkerKind::Tick) => ("li", "✔ "),
        BlockKind::Item(MarkerKind::Arrow) => ("li", "→ "),
        BlockKind::Item(MarkerKind::Bullet | MarkerKind::Circle) => ("li", ""),
    };
    let lines = match line_breaks {
        LineBreaks::Joined => vec![block.joined()],
        LineBreaks::Kept => block.lines.clone(),
    };
    let mut element = Element::new(name);
    for (index, line) in lines.iter().enumerate() {
        let text = if index == 0 { format!("{mark}{line}") } else { line.clone() };
        if index > 0 {
            element = element.with_child(Element::new("br"));
        }
        element = element.with_child(Element::new("span").with_text(&text));
    }
    element
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Rect, TextLine};

    #[test]
    fn items_make_one_list_and_text_is_escaped() {
        let line = |text: &str| TextLine { correction: Some(text.to_owned()), ..TextLine::at(Rect::default()) };
        let page = Page {
            width: 1,
            height: 1,
            lines: ["a < b", "c", "- milk", "☐ tea"].map(line).to_vec(),
            drawings: Vec::new(),
        };
        let html = html([&page].into_iter(), LineBreaks::Kept);
        assert!(html.contains("<p><span>a &lt; b</span><br/><span>c</span></p>"), "{html}");
        assert!(html.contains("<ul><li><span>milk</span></li><li><span>☐ tea</span></li></ul>"), "{html}");
    }
}
