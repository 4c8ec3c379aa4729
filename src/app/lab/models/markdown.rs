//! Model cards: Markdown, parsed by `pulldown-cmark` and drawn with the window's own fonts, a label a paragraph.

use std::mem::take;

use eframe::egui::{
    FontId, Frame, Grid, Label, Margin, RichText, Ui,
    text::{LayoutJob, TextFormat},
};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::app::ui::theme::{palette, radius, size, space, strong};

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    Heading(HeadingLevel, String),
    Paragraph(Vec<Span>),
    /// An item of a list: its depth from 0, its bullet or number, its text.
    Item(usize, String, Vec<Span>),
    Code(String),
    /// Rows of cells, the header first.
    Table(Vec<Vec<Vec<Span>>>),
}

/// Text of one style.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    style: SpanStyle,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SpanStyle {
    Plain,
    Strong,
    Code,
}

/// The card's blocks, without the metadata between dashes at its beginning.
fn blocks(card: &str) -> Vec<Block> {
    let mut builder = BlockBuilder::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    Parser::new_ext(card, options).for_each(|event| builder.add(event));
    builder.blocks
}

fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// The complete blocks, and the text of the next one.
#[derive(Default)]
struct BlockBuilder {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    is_strong: bool,
    /// Of the open link or image.
    address: String,
    /// The next number of each open list, the outermost first; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// Of the open item, until its text is complete.
    bullet: String,
    row: Vec<Vec<Span>>,
}

impl BlockBuilder {
    fn add(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.add_text(&text),
            Event::Code(code) => self.add_span(SpanStyle::Code, &code),
            Event::SoftBreak => self.add_text(" "),
            Event::HardBreak => self.add_text("\n"),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        self.add_span(if self.is_strong { SpanStyle::Strong } else { SpanStyle::Plain }, text);
    }

    fn add_span(&mut self, style: SpanStyle, text: &str) {
        match self.spans.last_mut() {
            Some(span) if span.style == style => span.text.push_str(text),
            _ => self.spans.push(Span { style, text: text.to_owned() }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.is_strong = true,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.address = dest_url.into_string(),
            Tag::List(first) => {
                self.end_paragraph();
                self.lists.push(first);
            }
            Tag::Item => self.bullet = self.next_bullet(),
            Tag::Table(_) => self.blocks.push(Block::Table(Vec::new())),
            _ => {}
        }
    }

    fn next_bullet(&mut self) -> String {
        let Some(Some(number)) = self.lists.last_mut() else { return "•".to_owned() };
        *number += 1;
        format!("{}.", *number - 1)
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.is_strong = false,
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.add_text(&format!(" ({})", self.address)),
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock => self.end_paragraph(),
            TagEnd::List(_) => self.lists.truncate(self.lists.len().saturating_sub(1)),
            TagEnd::Heading(level) => {
                let text = plain(&take(&mut self.spans));
                self.blocks.push(Block::Heading(level, text));
            }
            TagEnd::CodeBlock => {
                let code = plain(&take(&mut self.spans));
                self.blocks.push(Block::Code(code.trim_end().to_owned()));
            }
            TagEnd::TableCell => self.row.push(take(&mut self.spans)),
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(Block::Table(rows)) = self.blocks.last_mut() {
                    rows.push(take(&mut self.row));
                }
            }
            TagEnd::MetadataBlock(_) => self.spans.clear(),
            _ => {}
        }
    }

    /// Shows a web address behind the link's text, to be copied. Other addresses are of files beside the card.
    fn end_link(&mut self) {
        let is_shown = self.spans.last().is_some_and(|span| span.text.ends_with(&self.address));
        if self.address.starts_with("http") && !is_shown {
            self.add_text(&format!(" ({})", self.address));
        }
    }

    /// Ends a paragraph, also that of an item of a list.
    fn end_paragraph(&mut self) {
        let (spans, bullet) = (take(&mut self.spans), take(&mut self.bullet));
        if spans.is_empty() {
            // The bullet is that of a paragraph to come.
            self.bullet = bullet;
        } else if self.lists.is_empty() {
            self.blocks.push(Block::Paragraph(spans));
        } else {
            self.blocks.push(Block::Item(self.lists.len() - 1, bullet, spans));
        }
    }
}

/// Draws a card.
pub(super) fn ui(ui: &mut Ui, card: &str) {
    ui.spacing_mut().item_spacing.y = space::S;
    for (index, block) in blocks(card).iter().enumerate() {
        match block {
            Block::Heading(level, text) => {
                ui.add_space(if index == 0 { 0.0 } else { space::S });
                let points = if *level == HeadingLevel::H1 { size::TITLE } else { size::HEADING };
                ui.label(RichText::new(text).font(strong(points)));
            }
            Block::Paragraph(spans) => drop(ui.add(Label::new(inline(ui, spans)).wrap())),
            Block::Item(depth, bullet, spans) => {
                ui.horizontal_top(|ui| {
                    ui.add_space(*depth as f32 * space::L);
                    ui.label(bullet);
                    ui.add(Label::new(inline(ui, spans)).wrap());
                });
            }
            Block::Code(code) => {
                let frame = Frame::NONE
                    .fill(palette(ui).hover)
                    .corner_radius(radius::SMALL)
                    .inner_margin(Margin::same(space::S as i8));
                frame.show(ui, |ui| ui.add(Label::new(RichText::new(code).monospace().size(size::SMALL)).extend()));
            }
            Block::Table(rows) => table(ui, index, rows),
        }
    }
}

fn table(ui: &mut Ui, index: usize, rows: &[Vec<Vec<Span>>]) {
    Grid::new(("card table", index)).striped(true).spacing([space::XL, 2.0]).min_row_height(20.0).show(ui, |ui| {
        for (number, row) in rows.iter().enumerate() {
            for cell in row {
                if number == 0 {
                    ui.label(RichText::new(plain(cell)).small().color(palette(ui).weak_text));
                } else {
                    ui.add(Label::new(inline(ui, cell)).extend());
                }
            }
            ui.end_row();
        }
    });
}

fn inline(ui: &Ui, spans: &[Span]) -> LayoutJob {
    let color = palette(ui).text;
    let mut job = LayoutJob::default();
    for span in spans {
        let font_id = match span.style {
            SpanStyle::Plain => FontId::proportional(size::BODY),
            SpanStyle::Strong => strong(size::BODY),
            SpanStyle::Code => FontId::monospace(size::BODY - 1.0),
        };
        job.append(&span.text, 0.0, TextFormat { font_id, color, ..TextFormat::default() });
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans<const N: usize>(parts: [(SpanStyle, &str); N]) -> Vec<Span> {
        parts.map(|(style, text)| Span { style, text: text.to_owned() }).to_vec()
    }

    fn text(text: &str) -> Vec<Span> {
        spans([(SpanStyle::Plain, text)])
    }

    #[test]
    fn a_card_is_taken_apart() {
        let card = "---\nlicense: x\n---\n# Title\n\nOne **line**\nand `more`.\n\n\
                    | a | b |\n| - | - |\n| 1 | 2 |\n\n    code one\n    code two\n\n- item\n  goes on\n";
        let paragraph = spans([
            (SpanStyle::Plain, "One "),
            (SpanStyle::Strong, "line"),
            (SpanStyle::Plain, " and "),
            (SpanStyle::Code, "more"),
            (SpanStyle::Plain, "."),
        ]);
        assert_eq!(
            blocks(card),
            [
                Block::Heading(HeadingLevel::H1, "Title".to_owned()),
                Block::Paragraph(paragraph.clone()),
                Block::Table(vec![vec![text("a"), text("b")], vec![text("1"), text("2")]]),
                Block::Code("code one\ncode two".to_owned()),
                Block::Item(0, "•".to_owned(), text("item goes on")),
            ]
        );
        assert_eq!(plain(&paragraph), "One line and more.");
    }

    #[test]
    fn lists_are_numbered_and_nested_and_links_keep_web_addresses() {
        assert_eq!(blocks("![Error rates](curve.svg)"), [Block::Paragraph(text("Error rates (curve.svg)"))]);
        let card = "3. [its card](../README.md)\n   - [paper](https://a.org/x)\n4. <https://a.org>\n\n   second\n";
        assert_eq!(
            blocks(card),
            [
                Block::Item(0, "3.".to_owned(), text("its card")),
                Block::Item(1, "•".to_owned(), text("paper (https://a.org/x)")),
                Block::Item(0, "4.".to_owned(), text("https://a.org")),
                Block::Item(0, String::new(), text("second")),
            ]
        );
    }

    #[test]
    fn the_built_in_card_has_headings_and_tables() {
        let card = crate::recognition::ModelPackage::built_in().unwrap().card;
        let blocks = blocks(&card);
        assert!(matches!(&blocks[0], Block::Heading(HeadingLevel::H1, _)), "{:?}", blocks[0]);
        assert!(blocks.iter().filter(|block| matches!(block, Block::Table(_))).count() >= 2);
    }
}
