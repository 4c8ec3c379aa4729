//! Which model reads pages, and how the window names it.

use crate::{
    recognition::{BUILT_IN_MODEL, CtcDecoder, ModelPackage},
    storage::Settings,
};

/// The name, and the folder, of the reader that learnt from corrections; further ones have a number behind it.
pub(crate) const OWN_READER: &str = "my-handwriting";
/// The same of a reader that was adapted to the hand of a page.
pub(crate) const USED_TO_A_HAND: &str = "used-to-a-hand";

/// The name of the model that the settings choose.
pub(crate) fn default_model(settings: &Settings) -> &str {
    settings.model.as_deref().unwrap_or(BUILT_IN_MODEL)
}

/// Names the reader at the end of a sentence; `None` for the one inside the program.
pub(crate) fn other_reader(settings: &Settings) -> Option<&str> {
    match default_model(settings) {
        BUILT_IN_MODEL => None,
        name if name.starts_with(OWN_READER) => Some("your own reader"),
        name if name.starts_with(USED_TO_A_HAND) => Some("a reader that is used to a hand"),
        name => Some(name),
    }
}

/// The decoder for the characters of `package`: with the language model, as pages are read, or greedy.
pub(crate) fn decoder_of(uses_language: bool, package: &ModelPackage) -> CtcDecoder {
    if uses_language { CtcDecoder::english(&package.character_set) } else { CtcDecoder::Greedy }
}
