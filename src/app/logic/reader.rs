//! Loading the reader, and replacing it by another.

use std::{num::NonZeroUsize, sync::Arc, thread};

use eframe::egui::Context;

use super::{
    LonghandApp,
    running::{LoadingReader, WantedReader},
};
use crate::{
    app::{
        state::{ReaderStatus, reader_choice::other_reader},
        ui::line_field,
    },
    jobs::{JobHandle, JobState},
    recognition::{BUILT_IN_MODEL, CtcDecoder, PageReader},
};

impl LonghandApp {
    /// Starts to load the reader.
    pub(super) fn load_reader(&mut self, load: impl FnOnce() -> anyhow::Result<PageReader> + Send + 'static) {
        self.start_loading(WantedReader::BySettings, load);
    }

    /// Starts to load the model `name`. Once loaded it is kept in the settings, and with `reads_again` the open pages
    /// are read again.
    pub(super) fn use_model(&mut self, name: String, reads_again: bool) {
        self.start_opening(name.clone(), WantedReader::Chosen { name, reads_again });
    }

    /// The reader expects these words from now on; the shown page is read again with them.
    pub(super) fn set_own_words(&mut self, words: Vec<String>) {
        if words == self.state.settings.own_words {
            return;
        }
        if let ReaderStatus::Ready(reader) = &self.state.reader {
            let reader = reader.with_own_words(words.iter().map(String::as_str));
            self.state.reader = ReaderStatus::Ready(Arc::new(reader));
        }
        self.state.settings.own_words = words;
        self.read_again();
    }

    /// Adds the word at the text cursor of the selected line to the user's own.
    pub(super) fn add_own_word(&mut self, ctx: &Context) {
        let Some((document, line)) = self.state.document().and_then(|page| Some((page, page.selected()?))) else {
            return;
        };
        let caret = line_field::marked(ctx, line_field::id(document.id, line.id)).map_or(0, |marked| marked.start);
        let Some(word) = word_around(line.text(), caret) else { return };
        let mut words = self.state.settings.own_words.clone();
        if words.contains(&word) {
            return self.inform(format!("\"{word}\" is among your words already"));
        }
        words.push(word.clone());
        self.set_own_words(words);
        self.inform(format!("\"{word}\" is one of your words now; this page is read again. The list is in Settings"));
    }

    fn start_opening(&mut self, name: String, wanted: WantedReader) {
        let library = self.lab_options.library.clone();
        self.start_loading(wanted, move || {
            let n_threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
            let package = library.open(&name)?;
            Ok(PageReader::open(&package, n_threads, CtcDecoder::english(&package.character_set))?)
        });
    }

    fn start_loading(
        &mut self,
        wanted: WantedReader,
        load: impl FnOnce() -> anyhow::Result<PageReader> + Send + 'static,
    ) {
        let job = self.started(JobHandle::spawn("load model", self.wake(), move |job| {
            job.tell(load().map_err(|error| format!("{error:#}")))
        }));
        self.running.loading_reader = job.map(|job| LoadingReader { job, wanted });
    }

    /// Takes the reader once it is loaded.
    pub(super) fn poll_reader(&mut self) {
        let Some(loading) = self.running.loading_reader.take() else { return };
        let (events, state) = loading.job.poll();
        match (events.into_iter().next(), state) {
            (Some(Ok(reader)), _) => self.take_reader(&reader, loading.wanted),
            (Some(Err(reason)), _) | (None, JobState::Panicked(reason)) => self.reader_failed(reason, &loading.wanted),
            (None, JobState::Running) => self.running.loading_reader = Some(loading),
            (None, JobState::Finished) => {}
        }
    }

    fn take_reader(&mut self, reader: &PageReader, wanted: WantedReader) {
        let reader = reader.with_own_words(self.state.settings.own_words.iter().map(String::as_str));
        self.state.reader = ReaderStatus::Ready(Arc::new(reader));
        if let WantedReader::Chosen { name, reads_again } = wanted {
            self.state.settings.model = (name != BUILT_IN_MODEL).then_some(name);
            let reader = other_reader(&self.state.settings).unwrap_or("the original reader");
            self.inform(format!("Pages are read with {reader} from now on"));
            if reads_again {
                self.read_all_again();
            }
        }
    }

    /// Keeps the present model if there is one. At the start of the program the built-in model replaces a model of the
    /// user's own that cannot be loaded because it is gone or was made for another version.
    fn reader_failed(&mut self, reason: String, wanted: &WantedReader) {
        let own = self.state.settings.model.clone();
        if let ReaderStatus::Ready(_) = self.state.reader {
            self.fail(format!("The model stays as it was: {reason}"));
        } else if let (WantedReader::BySettings, Some(own)) = (wanted, own) {
            self.fail(format!("{own} cannot be used, so pages are read with {BUILT_IN_MODEL}: {reason}"));
            self.start_opening(BUILT_IN_MODEL.to_owned(), WantedReader::InsteadOfAnother);
        } else {
            self.fail(format!("Pages cannot be read: {reason}"));
            self.state.reader = ReaderStatus::Unavailable(reason);
        }
    }
}

/// The word of a line around a character's place, without the punctuation around it; `None` where there is none.
fn word_around(text: &str, place: usize) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let place = place.min(characters.len());
    let start = characters[..place].iter().rposition(|c| c.is_whitespace()).map_or(0, |blank| blank + 1);
    let length = characters[start..].iter().position(|c| c.is_whitespace()).unwrap_or(characters.len() - start);
    let word: String = characters[start..start + length].iter().collect();
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_cursor_comes_without_its_punctuation() {
        let text = "Ask (Mr O'Malley), - then.";
        for (place, word) in [(0, "Ask"), (3, "Ask"), (4, "Mr"), (10, "O'Malley"), (25, "then"), (99, "then")] {
            assert_eq!(word_around(text, place).as_deref(), Some(word), "{place}");
        }
        assert_eq!(word_around(text, 19), None);
        assert_eq!(word_around("", 0), None);
    }
}
