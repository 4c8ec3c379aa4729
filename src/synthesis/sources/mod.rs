//! Where the ink of synthetic lines comes from.
//!
//! - `source_list.rs`: the files and folders of a recipe, `bundled.rs`: those inside the program, `ink_source.rs`: any
//!   of them, opened
//! - `ink_file.rs` reads archives of pen strokes; `copied_lines.rs` takes whole lines from them, `sampled_hands.rs`
//!   writes texts in the letters of a recorded writer (`letter_shape.rs`: which extent each letter has),
//!   `plain_lines.rs` draws lines as they were recorded
//! - `composed_letter.rs` composes letters with accents and signs that a hand lacks, `accented_words.rs` puts accents
//!   on recorded words
//! - `typeface.rs`: a typeface and how a text is set with it, `single_line_font.rs`: typefaces of centre lines,
//!   `mixed_hand.rs`: letters of several typefaces, `fonts.rs`: the typefaces of a folder

mod accented_words;
pub(super) mod bundled;
mod composed_letter;
pub(super) mod copied_lines;
pub(super) mod fonts;
mod ink_file;
pub(super) mod ink_source;
mod letter_shape;
mod mixed_hand;
pub(super) mod plain_lines;
pub(super) mod sampled_hands;
pub(super) mod single_line_font;
pub(super) mod source_list;
pub(super) mod typeface;
