//! What a page of handwriting is: its text lines, their place and their text.
//!
//! This floor knows no files, no pixels and no window.
#![warn(missing_docs)]

mod alignment;
mod character_set;
pub(crate) mod error_rate;
mod geometry;
mod list_marker;
mod natural_text;
mod text_line;
mod word_alignment;
mod word_choice;
mod word_places;

pub use self::{
    alignment::align,
    character_set::{BLANK, CharacterSet, CharacterSetError},
    error_rate::{CharErrorRate, ErrorRate, WordErrorRate, comparable_text, edit_distance, rounded},
    geometry::{Baseline, Point, Rect},
    list_marker::{ListMarker, MarkerKind},
    natural_text::natural_spacing,
    text_line::{LineId, Page, RecognizedCharacter, TextLine, Transcription},
    word_alignment::{MarkedWord, mark_words},
    word_choice::{Alternative, WordAlternatives, WordChoice},
    word_places::word_places,
};
