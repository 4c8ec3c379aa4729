//! What a page of handwriting is: its text lines, their place and their text.
//!
//! This floor knows no files, no pixels and no window.
#![warn(missing_docs)]

mod alignment;
mod character_set;
mod error_rate;
mod geometry;
mod list_marker;
mod natural_text;
mod text_line;
mod word_alignment;
mod word_choice;
mod word_places;

pub use alignment::align;
pub use character_set::{BLANK, CharacterSet, CharacterSetError};
pub use error_rate::{CharErrorRate, ErrorRate, WordErrorRate, comparable_text, edit_distance, rounded};
pub use geometry::{Baseline, Point, Rect};
pub use list_marker::{ListMarker, MarkerKind};
pub use natural_text::natural_spacing;
pub use text_line::{LineId, Page, RecognizedCharacter, TextLine, Transcription};
pub use word_alignment::{MarkedWord, mark_words};
pub use word_choice::{Alternative, WordAlternatives, WordChoice};
pub use word_places::word_places;
