//! Loading the reader, and replacing it by another.

use std::{num::NonZeroUsize, sync::Arc, thread};

use super::{
    LonghandApp,
    running::{LoadingReader, WantedReader},
};
use crate::{
    app::state::{ReaderStatus, reader_choice::other_reader},
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
            (Some(Ok(reader)), _) => self.take_reader(reader, loading.wanted),
            (Some(Err(reason)), _) | (None, JobState::Panicked(reason)) => self.reader_failed(reason, &loading.wanted),
            (None, JobState::Running) => self.running.loading_reader = Some(loading),
            (None, JobState::Finished) => {}
        }
    }

    fn take_reader(&mut self, reader: PageReader, wanted: WantedReader) {
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
