//! What lines say.
//!
//! - `corpora.rs`: pieces of sentences from text files, with made-up texts between them
//! - `made_texts.rs`: what notes hold and sentences lack: numbers, dates, prices, addresses, lists, code, labels

pub(super) mod corpora;
mod made_texts;
