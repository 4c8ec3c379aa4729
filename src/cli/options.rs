//! Options that several commands share.

use std::{fs, num::NonZeroUsize, path::PathBuf, thread};

use clap::{Args, ValueEnum};

use crate::{
    recognition::{BUILT_IN_MODEL, CtcDecoder, ModelError, ModelLibrary, ModelPackage, PageReader},
    storage::model_folders,
};

/// The model, and where models are.
#[derive(Args, Debug)]
pub(super) struct ModelOptions {
    /// The model that reads, or the folder of its package; `longhand models` lists those there are.
    #[arg(long, value_name = "NAME", default_value = BUILT_IN_MODEL)]
    model: String,
    #[command(flatten)]
    library: LibraryOptions,
}

impl ModelOptions {
    /// Opens the model's package.
    pub(super) fn package(&self) -> Result<ModelPackage, ModelError> {
        self.library.library().open_name_or_folder(&self.model)
    }

    /// Loads the model.
    pub(super) fn reader(&self, threads: Threads, decoder: DecoderChoice) -> Result<PageReader, ModelError> {
        let package = self.package()?;
        PageReader::open(&package, threads.count(), decoder.decoder(&package))
    }

    /// The requested name.
    pub(super) fn name(&self) -> &str {
        &self.model
    }
}

/// Where models are.
#[derive(Args, Debug)]
pub(super) struct LibraryOptions {
    /// A folder of model packages; comes before `LONGHAND_MODELS`, the folders beside the program and your own.
    #[arg(long, value_name = "DIR", value_parser = existing_folder)]
    models: Option<PathBuf>,
}

impl LibraryOptions {
    pub(super) fn library(&self) -> ModelLibrary {
        ModelLibrary::new(model_folders(self.models.as_deref()))
    }
}

fn existing_folder(text: &str) -> Result<PathBuf, String> {
    let folder = PathBuf::from(text);
    if folder.is_dir() { Ok(folder) } else { Err("there is no such folder".to_owned()) }
}

/// Parses a temperature.
#[cfg(feature = "train")]
pub(super) fn above_zero(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_no_number| "it is not a number".to_owned())?;
    if value > 0.0 { Ok(value) } else { Err("it has to be above 0".to_owned()) }
}

/// The number of lines read at once.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(super) struct Threads {
    /// Lines read at once [default: the number of cores].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl Threads {
    pub(super) fn count(self) -> usize {
        self.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get)
    }
}

/// The reader of pages.
#[derive(Args, Debug)]
pub(super) struct ReaderOptions {
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    threads: Threads,
    /// How the text is found in what the model gives.
    #[arg(long, value_enum, default_value_t = DecoderChoice::Language)]
    decoder: DecoderChoice,
    /// A file of words that the reader should expect, such as names, parted by blanks or line ends.
    #[arg(long, value_name = "FILE", value_parser = words_of_file)]
    words: Option<OwnWords>,
    /// Read every line once and quickly: the text that the window shows first, with more mistakes.
    #[arg(long, conflicts_with = "decoder")]
    quick: bool,
}

impl ReaderOptions {
    /// Loads the model.
    pub(super) fn reader(&self) -> Result<PageReader, ModelError> {
        Ok(self.expecting_own_words(self.model.reader(self.threads, self.decoder())?))
    }

    fn expecting_own_words(&self, reader: PageReader) -> PageReader {
        match &self.words {
            Some(OwnWords(words)) => reader.with_own_words(words.iter().map(String::as_str)),
            None => reader,
        }
    }

    fn decoder(&self) -> DecoderChoice {
        if self.quick { DecoderChoice::Greedy } else { self.decoder }
    }

    /// Opens the model's package.
    #[cfg(feature = "train")]
    pub(super) fn package(&self) -> Result<ModelPackage, ModelError> {
        self.model.package()
    }

    /// Loads another model with the same threads and decoder.
    #[cfg(feature = "train")]
    pub(super) fn reader_of(&self, package: &ModelPackage) -> Result<PageReader, ModelError> {
        let reader = PageReader::open(package, self.threads.count(), self.decoder().decoder(package))?;
        Ok(self.expecting_own_words(reader))
    }
}

/// Words that the reader should expect.
#[derive(Clone, Debug)]
pub(super) struct OwnWords(Vec<String>);

fn words_of_file(path: &str) -> Result<OwnWords, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Ok(OwnWords(text.split_whitespace().map(str::to_owned).collect()))
}

/// How text is decoded from the model's posteriors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DecoderChoice {
    /// The most probable label of every frame.
    Greedy,
    /// The most probable labelling, by prefix beam search.
    Beam,
    /// The best labelling by network and English language model together.
    Language,
}

impl DecoderChoice {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Greedy => "greedy",
            Self::Beam => "beam",
            Self::Language => "language",
        }
    }

    /// The decoder for the labels of `package`.
    pub(super) fn decoder(self, package: &ModelPackage) -> CtcDecoder {
        match self {
            Self::Greedy => CtcDecoder::Greedy,
            Self::Beam => CtcDecoder::DEFAULT_BEAM,
            Self::Language => CtcDecoder::english(&package.character_set),
        }
    }
}

/// The format of the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// For people.
    Txt,
    /// For programs.
    Json,
}
