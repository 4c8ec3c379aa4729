//! Plain text.

use super::blocks::{Block, BlockKind, blocks};
use crate::{formats::export::LineBreaks, page::Page};

/// The text of a page: a row for each line, or a row for each paragraph with an empty row between them.
pub(crate) fn text(page: &Page, line_breaks: LineBreaks) -> String {
    match line_breaks {
        LineBreaks::Kept => page.text(),
        LineBreaks::Joined => joined(&blocks(page)),
    }
}

fn joined(blocks: &[Block]) -> String {
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        let is_item = |block: &Block| matches!(block.kind, BlockKind::Item(_));
        if index > 0 {
            // The items of a list stand together.
            text.push_str(if is_item(block) && is_item(&blocks[index - 1]) { "\n" } else { "\n\n" });
        }
        if let BlockKind::Item(marker) = block.kind {
            text.extend([marker.character(), ' ']);
        }
        text.push_str(&block.joined());
    }
    text
}

/// Page after page with an empty row between them; pages without text are left out.
pub(crate) fn text_of_all<'a>(pages: impl Iterator<Item = &'a Page>, line_breaks: LineBreaks) -> String {
    let texts: Vec<String> = pages.map(|page| text(page, line_breaks)).filter(|text| !text.trim().is_empty()).collect();
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Rect, TextLine};

    #[test]
    fn lines_are_joined_and_broken_words_put_together() {
        let line = |text: &str| TextLine { correction: Some(text.to_owned()), ..TextLine::at(Rect::default()) };
        let lines = ["a note with hyphen-", "ated words - and", "", "one dash -", "here", "- milk", "- tea"].map(line);
        let page = Page { width: 1, height: 1, lines: lines.to_vec(), drawings: Vec::new() };
        let expected = "a note with hyphenated words - and one dash - here\n\n• milk\n• tea";
        assert_eq!(text(&page, LineBreaks::Joined), expected);
        assert_eq!(text(&page, LineBreaks::Kept).lines().count(), 7);
        let all = text_of_all([&page, &Page::default(), &page].into_iter(), LineBreaks::Kept);
        assert_eq!(all, format!("{0}\n\n{0}", text(&page, LineBreaks::Kept)));
    }
}
