//! The text field of a line: its id and its text selection. Views draw it; `logic` moves the selection from word to
//! word.

use std::ops::Range;

use eframe::egui::{
    Context, Id,
    text::{CCursor, CCursorRange},
    text_edit::TextEditState,
};

use crate::{
    app::state::document::{Document, DocumentId},
    page::{LineId, TextLine, WordChoice},
};

/// The id of a line's field.
pub(crate) fn id(document: DocumentId, line: LineId) -> Id {
    Id::unique(("line text", document, line))
}

/// The selected characters of a field, empty at the caret; `None` for a field never focused.
pub(crate) fn marked(ctx: &Context, field: Id) -> Option<Range<usize>> {
    let [start, end] = TextEditState::load(ctx, field)?.cursor.char_range()?.sorted_cursors();
    Some(start.index.0..end.index.0)
}

/// Selects these characters of a field.
pub(crate) fn mark(ctx: &Context, field: Id, place: Range<usize>) {
    let mut state = TextEditState::load(ctx, field).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(place.start), CCursor::new(place.end))));
    state.store(ctx, field);
}

/// The word choice at the selection or caret of a field that holds `text`.
pub(crate) fn choice(ctx: &Context, field: Id, line: &TextLine, text: &str) -> Option<WordChoice> {
    line.transcription.as_ref()?.choice_at(text, marked(ctx, field)?.end)
}

/// Selects the next doubtful word of the selected line, or the previous one, and focuses the field. Returns whether
/// there is one.
pub(crate) fn mark_next_doubtful(ctx: &Context, document: &Document, threshold: f32, is_forward: bool) -> bool {
    let Some(line) = document.selected() else { return false };
    let field = id(document.id, line.id);
    let marked = marked(ctx, field).unwrap_or_default();
    let words = Document::doubtful_words(line, threshold);
    let next = if is_forward {
        words.into_iter().find(|word| word.start >= marked.end)
    } else {
        words.into_iter().rfind(|word| word.end <= marked.start)
    };
    next.inspect(|word| mark_and_focus(ctx, field, word.clone())).is_some()
}

/// Selects the first doubtful word of the selected line, or the last, and focuses the field.
pub(crate) fn mark_first_doubtful(ctx: &Context, document: &Document, threshold: f32, is_forward: bool) {
    let Some(line) = document.selected() else { return };
    let words = Document::doubtful_words(line, threshold);
    if let Some(word) = if is_forward { words.first() } else { words.last() } {
        mark_and_focus(ctx, id(document.id, line.id), word.clone());
    }
}

/// Selects these characters of a field, and focuses it.
pub(crate) fn mark_and_focus(ctx: &Context, field: Id, place: Range<usize>) {
    mark(ctx, field, place);
    ctx.memory_mut(|memory| memory.request_focus(field));
}
