//! Writer adaptation: a reader is fine-tuned on the lines of one hand.
//!
//! The labels come from a person's corrections (`LabelSource::Human`) or from the reader itself
//! (`LabelSource::Pseudo`, self-training; for handwriting: Frinken and Bunke, "Evaluating Retraining Rules for
//! Semi-Supervised Learning in Neural Network Based Cursive Word Recognition", ICDAR 2009).
//!
//! - `lines.rs` copies the lines and holds out one in four of those that a person labelled. Of a reader's own readings,
//!   only the more confident half of each page is trained on: trained on all of them, it would reproduce them. A reader
//!   reports full confidence for any text it was trained on, so a line that reads as before keeps its former confidence
//!   (`page::Transcription::or_usual`).
//! - `run.rs` fine-tunes on these lines, on lines recombined from their words, and on synthetic lines of other hands
//!   against forgetting. Their material is inside the program: single-line fonts and sentences of Common Voice.
//! - `weight_interpolation.rs` moves the weights part of the way back to those before.
//! - `score.rs` evaluates the reader before and after: on the lines held out, and on 47 photographed lines of 13 hands
//!   inside the program that no reader is trained on.
//! - `event.rs`: what is reported on the way.
//!
//! The window runs `longhand adapt` in a child process; `longhand recognize --adapt` adapts to the pages that it reads.

pub(super) mod event;
pub(super) mod label_source;
pub(super) mod lines;
pub(super) mod run;
pub(super) mod score;
mod weight_interpolation;
