//! Markdown (`CommonMark`, with the boxes to tick of GitHub).

use super::blocks::{Block, BlockKind, blocks};
use crate::{
    formats::export::LineBreaks,
    page::{MarkerKind, Page},
};

/// The text of pages, with a rule between two of them; pages without text are left out.
pub(crate) fn markdown<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> String {
    let texts: Vec<String> = pages.map(|page| of_page(page, line_breaks)).filter(|text| !text.is_empty()).collect();
    texts.join("\n\n---\n\n")
}

fn of_page(page: &Page, line_breaks: LineBreaks) -> String {
    let blocks = blocks(page);
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        let is_item = |block: &Block| matches!(block.kind, BlockKind::Item(_));
        if index > 0 {
            text.push_str(if is_item(block) && is_item(&blocks[index - 1]) { "\n" } else { "\n\n" });
        }
        text.push_str(&of_block(block, line_breaks));
    }
    text
}

fn of_block(block: &Block, line_breaks: LineBreaks) -> String {
    let (start, indent) = match block.kind {
        BlockKind::Paragraph => ("", ""),
        BlockKind::Table => return table(block),
        BlockKind::Heading(1) => return format!("# {}", escaped(&block.joined())),
        BlockKind::Heading(_) => return format!("## {}", escaped(&block.joined())),
        BlockKind::Item(MarkerKind::Box) => ("- [ ] ", "  "),
        BlockKind::Item(MarkerKind::TickedBox | MarkerKind::Tick) => ("- [x] ", "  "),
        BlockKind::Item(MarkerKind::Bullet | MarkerKind::Circle | MarkerKind::Arrow) => ("- ", "  "),
    };
    let text = match line_breaks {
        LineBreaks::Joined => escaped(&block.joined()),
        LineBreaks::Kept => {
            let lines: Vec<String> = block.lines.iter().map(|line| escaped(line)).collect();
            // Two blanks at the end keep the break.
            lines.join(&format!("  \n{indent}"))
        }
    };
    format!("{start}{text}")
}

/// A table without a header: nothing tells one from the other rows.
fn table(block: &Block) -> String {
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let n_columns = block.cells().next().map_or(0, |cells| cells.len());
    let head = ["", "---"].map(|cell| row(vec![cell.to_owned(); n_columns]));
    let rows = block.cells().map(|cells| row(cells.into_iter().map(escaped).collect()));
    head.into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// The text with a backslash before each character that would be markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (place, character) in text.char_indices() {
        let is_markup = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '|' => true,
            '&' => text[place..].contains(';'),
            '#' | '+' | '-' | '>' | '=' => place == 0,
            // "1." begins a numbered list.
            '.' | ')' => n_digits > 0 && place == n_digits,
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Baseline, ListMarker, Point, Rect, TextLine};

    fn line(text: &str, n: usize) -> TextLine {
        let foot = 60.0 * n as f32;
        TextLine {
            baseline: Baseline(vec![Point::new(100.0, foot), Point::new(900.0, foot)]),
            x_height: 12.0,
            correction: Some(text.to_owned()),
            ..TextLine::at(Rect::new(100.0, foot - 30.0, 900.0, foot + 8.0))
        }
    }

    #[test]
    fn headings_lists_and_boxes_are_marked_up_and_nothing_else_is() {
        let boxed = |text: &str, kind, n| TextLine {
            marker: Some(ListMarker { kind, bounds: Rect::new(100.0, 0.0, 120.0, 20.0) }),
            ..line(text, n)
        };
        let lines = vec![
            TextLine { x_height: 30.0, ..line("To do", 1) },
            line("2. is no list_item", 2),
            line("a * b < c", 3),
            boxed("☐ milk", MarkerKind::Box, 4),
            boxed("☑ tea", MarkerKind::TickedBox, 5),
        ];
        let page = Page { width: 1000, height: 900, lines, drawings: Vec::new() };
        let joined = "# To do\n\n2\\. is no list\\_item a \\* b \\< c\n\n- [ ] milk\n- [x] tea";
        assert_eq!(markdown([&page].into_iter(), LineBreaks::Joined), joined);
        let kept = markdown([&page, &Page::default(), &page].into_iter(), LineBreaks::Kept);
        assert!(kept.contains("list\\_item  \na \\*") && kept.matches("\n\n---\n\n").count() == 1, "{kept}");
    }
}
