//! What lines say.
//!
//! - `corpora.rs`: pieces of sentences from text files, with made-up texts between them
//! - `made_texts.rs`: what notes hold and sentences lack: numbers, dates, prices, addresses, lists, code, labels
//! - `western_texts.rs`: accents, ligatures, £, €, ° and other signs beyond ASCII

pub(super) mod corpora;
mod made_texts;
pub(super) mod western_texts;
