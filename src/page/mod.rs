//! A page of handwriting: its text lines, their geometry and their text. Knows no files, pixels or windows.
//!
//! | file | contents |
//! | - | - |
//! | `text_line` | a page and its lines |
//! | `transcription` | what was read in a line, with confidences and alternatives |
//! | `word_choice`, `word_places` | the words of a text, and choosing among their alternatives |
//! | `tables`, `rows` | tables among the lines, and the rows of the page's text |
//! | `placed_words` | the words of a line with their places on the page |
//! | `geometry` | points, rectangles, baselines |
//! | `list_marker` | bullets, check boxes and arrows before lines |
//! | `character_set` | the characters of a network's labels |
//! | `natural_text` | natural spacing of tokenised labels |
//! | `typographic` | curved quotation marks and dashes |
//! | `alignment`, `error_rate`, `word_alignment` | Levenshtein alignment, CER and WER, marked words |
#![warn(missing_docs)]

mod alignment;
mod character_set;
pub(crate) mod error_rate;
mod geometry;
mod list_marker;
mod natural_text;
mod placed_words;
mod rows;
mod tables;
mod text_line;
mod transcription;
mod typographic;
mod word_alignment;
mod word_choice;
mod word_places;

pub use self::{
    alignment::align,
    character_set::{BLANK, CharacterSet, CharacterSetError, ascii_like},
    error_rate::{CharErrorRate, ErrorRate, WordErrorRate, comparable_text, edit_distance, rounded},
    geometry::{Baseline, Point, Rect},
    list_marker::{ListMarker, MarkerKind},
    natural_text::natural_spacing,
    placed_words::{PlacedWord, placed_words, word_at},
    tables::{Entry, Stretch, Table, stretches, tables},
    text_line::{Drawing, LineId, Page, TextLine},
    transcription::{Alternative, RecognizedCharacter, Transcription, WordAlternatives},
    typographic::typographic,
    word_alignment::{MarkedWord, changed_words, mark_words},
    word_choice::WordChoice,
    word_places::word_places,
};
