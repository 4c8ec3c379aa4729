//! Model cards: the subset of Markdown that they use, parsed and drawn.

use eframe::egui::{
    FontId, Frame, Grid, Label, Margin, RichText, Ui,
    text::{LayoutJob, TextFormat},
};

use crate::app::ui::{
    theme::{palette, radius, size, space, strong},
    widgets::weak,
};

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Block {
    /// Level 1 to 6, and text.
    Heading(usize, String),
    Paragraph(String),
    Item(String),
    Code(String),
    /// Rows of cells, the header first.
    Table(Vec<Vec<String>>),
}

/// Parses a card; the front matter between dashes is skipped.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut is_continued = false;
    let mut lines = without_front_matter(text).lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        let is_indented = line.starts_with("    ");
        if trimmed.is_empty() {
            is_continued = false;
            continue;
        }
        if trimmed.starts_with("```") {
            let code: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().starts_with("```")).collect();
            blocks.push(Block::Code(code.join("\n")));
        } else if let Some((marks, heading)) = trimmed.split_once(' ').filter(|(marks, _)| is_heading_mark(marks)) {
            blocks.push(Block::Heading(marks.len(), plain(heading)));
        } else if trimmed.starts_with('|') {
            push_row(&mut blocks, trimmed);
        } else if let Some(item) = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* ")) {
            blocks.push(Block::Item(item.to_owned()));
            is_continued = true;
            continue;
        } else if is_indented && !is_continued {
            match blocks.last_mut() {
                Some(Block::Code(code)) => *code = format!("{code}\n{trimmed}"),
                _ => blocks.push(Block::Code(trimmed.to_owned())),
            }
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(text) | Block::Item(text)) if is_continued => *text = format!("{text} {trimmed}"),
                _ => blocks.push(Block::Paragraph(trimmed.to_owned())),
            }
            is_continued = true;
            continue;
        }
        is_continued = false;
    }
    blocks
}

fn is_heading_mark(marks: &str) -> bool {
    (1..=6).contains(&marks.len()) && marks.bytes().all(|byte| byte == b'#')
}

fn without_front_matter(text: &str) -> &str {
    let inside = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    inside.map_or(text, |(_facts, card)| card)
}

fn push_row(blocks: &mut Vec<Block>, line: &str) {
    let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    if cells.iter().all(|cell| cell.bytes().all(|byte| matches!(byte, b'-' | b':' | b' '))) {
        return;
    }
    match blocks.last_mut() {
        Some(Block::Table(rows)) => rows.push(cells),
        _ => blocks.push(Block::Table(vec![cells])),
    }
}

/// Pieces of a text with their marks: strong, code, or neither.
fn spans(text: &str) -> Vec<(Mark, String)> {
    let mut spans = Vec::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            spans.push((Mark::Code, part.to_owned()));
            continue;
        }
        for (index, part) in part.split("**").enumerate() {
            spans.push((if index % 2 == 1 { Mark::Strong } else { Mark::None }, part.to_owned()));
        }
    }
    spans.retain(|(_, part)| !part.is_empty());
    spans
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    Strong,
    Code,
}

fn plain(text: &str) -> String {
    spans(text).into_iter().map(|(_, part)| part).collect()
}

/// Draws a card.
pub(super) fn ui(ui: &mut Ui, text: &str) {
    ui.spacing_mut().item_spacing.y = space::S;
    for (index, block) in blocks(text).iter().enumerate() {
        match block {
            Block::Heading(level, text) => {
                ui.add_space(if index == 0 { 0.0 } else { space::S });
                let points = if *level == 1 { size::TITLE } else { size::HEADING };
                ui.label(RichText::new(text).font(strong(points)));
            }
            Block::Paragraph(text) => drop(ui.add(Label::new(inline(ui, text)).wrap())),
            Block::Item(text) => {
                ui.horizontal_top(|ui| {
                    ui.label("•");
                    ui.add(Label::new(inline(ui, text)).wrap());
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

fn table(ui: &mut Ui, index: usize, rows: &[Vec<String>]) {
    Grid::new(("card table", index)).striped(true).spacing([space::XL, 2.0]).min_row_height(20.0).show(ui, |ui| {
        for (number, row) in rows.iter().enumerate() {
            for cell in row {
                if number == 0 {
                    ui.label(weak(ui, plain(cell)));
                } else {
                    ui.add(Label::new(inline(ui, cell)).extend());
                }
            }
            ui.end_row();
        }
    });
}

fn inline(ui: &Ui, text: &str) -> LayoutJob {
    let color = palette(ui).text;
    let mut job = LayoutJob::default();
    for (mark, part) in spans(text) {
        let font_id = match mark {
            Mark::None => FontId::proportional(size::BODY),
            Mark::Strong => strong(size::BODY),
            Mark::Code => FontId::monospace(size::BODY - 1.0),
        };
        job.append(&part, 0.0, TextFormat { font_id, color, ..TextFormat::default() });
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_taken_apart() {
        let text = "---\nlicense: x\n---\n# Title\n\nOne **line**\nand `more`.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n    \
                    code one\n    code two\n\n- item\n  goes on\n";
        assert_eq!(
            blocks(text),
            [
                Block::Heading(1, "Title".to_owned()),
                Block::Paragraph("One **line** and `more`.".to_owned()),
                Block::Table(vec![vec!["a".to_owned(), "b".to_owned()], vec!["1".to_owned(), "2".to_owned()]]),
                Block::Code("code one\ncode two".to_owned()),
                Block::Item("item goes on".to_owned()),
            ]
        );
        assert_eq!(plain("One **line** and `more`."), "One line and more.");
    }

    #[test]
    fn the_built_in_card_has_headings_and_tables() {
        let card = crate::recognition::ModelPackage::built_in().unwrap().card;
        let blocks = blocks(&card);
        assert!(matches!(&blocks[0], Block::Heading(1, _)), "{:?}", blocks[0]);
        assert!(blocks.iter().filter(|block| matches!(block, Block::Table(_))).count() > 2);
    }
}
