//! The jobs of the panel "Compare".

use std::{path::PathBuf, sync::Arc, thread};

use eframe::egui::{Context, TextureHandle};

use crate::{
    app::{
        state::reader_choice::decoder_of,
        tasks::page_source::{PageSource, page_image},
        ui::texture::line_texture,
    },
    evaluation::{self, ComparedLine, ComparisonLine, LineOpener, LinePicture},
    jobs::{Cancelled, JobContext},
    page::TextLine,
    recognition::{ModelLibrary, PageReader},
    storage::{UserLine, UserLines, UserLinesError},
};

/// The source of the lines.
pub(super) enum Lines {
    At(PathBuf),
    OfPage { source: PageSource, known: Vec<TextLine> },
}

/// An event of comparing.
pub(super) enum CompareEvent {
    /// The lines that are read now.
    Lines(Arc<[ComparisonLine]>),
    Read(usize, ComparedLine),
    Failed(String),
}

/// An event of adding lines.
pub(super) enum AddEvent {
    /// Indices of the lines that were added to the user's own.
    Added {
        lines: Vec<usize>,
        undoable: Undoable,
    },
    TakenOut,
    Failed(String),
}

/// Lines that were added, and the lines that they replaced.
pub(super) struct Undoable {
    added: Vec<UserLine>,
    replaced: Vec<UserLine>,
}

impl Undoable {
    pub(super) fn n_lines(&self) -> usize {
        self.added.len()
    }
}

/// Loads both models and reads all lines with both.
pub(super) fn compare(
    job: &JobContext<CompareEvent>,
    library: &ModelLibrary,
    models: &[String; 2],
    uses_language: bool,
    lines: Lines,
) -> Result<(), Cancelled> {
    let n_threads = thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let open = |model: &String| {
        let package = library.open_name_or_folder(model)?;
        PageReader::open(&package, n_threads, decoder_of(uses_language, &package))
    };
    let opened = open(&models[0]).and_then(|a| Ok((a, open(&models[1])?))).map_err(|error| error.to_string());
    let prepared = opened.and_then(|readers| Ok((readers, take(lines)?)));
    let ((a, b), lines) = match prepared {
        Ok(prepared) => prepared,
        Err(reason) => return job.tell(CompareEvent::Failed(reason)),
    };
    let lines: Arc<[ComparisonLine]> = lines.into();
    job.tell(CompareEvent::Lines(Arc::clone(&lines)))?;
    let mut tell = |index, line| job.tell_or_break(CompareEvent::Read(index, line));
    if evaluation::compare(&a, &b, &lines, &mut tell).is_break() { Err(Cancelled) } else { Ok(()) }
}

fn take(lines: Lines) -> Result<Vec<ComparisonLine>, String> {
    match lines {
        Lines::At(path) => ComparisonLine::open(&path).map_err(|error| error.to_string()),
        Lines::OfPage { source, known } => {
            let lines = ComparisonLine::from_page(&*page_image(source)?, &known);
            if lines.is_empty() { Err("There are no lines of writing on the open page".to_owned()) } else { Ok(lines) }
        }
    }
}

/// The picture of a line on the graphics card; `None` if it cannot be opened, which its row reports.
pub(super) fn texture(ctx: &Context, picture: &LinePicture) -> Option<TextureHandle> {
    Some(line_texture(ctx, &picture.image(&mut LineOpener::default()).ok()?.pixels))
}

/// Adds lines of a comparison, by their index in it and with their texts.
pub(super) fn add(
    job: &JobContext<AddEvent>,
    own: &UserLines,
    all: &[ComparisonLine],
    lines: &[(usize, String)],
) -> Result<(), Cancelled> {
    let added = || {
        let mut opener = LineOpener::default();
        let before = own.list().map_err(|error| error.to_string())?;
        for (index, text) in lines {
            let line = &all[*index];
            let image = line.picture.image(&mut opener).map_err(|error| error.to_string())?;
            match own.add(&image, text, &origin(line)) {
                // A line without text is skipped.
                Ok(_) | Err(UserLinesError::NoText) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        let added: Vec<UserLine> = own.list().map_err(|error| error.to_string())?;
        let added: Vec<UserLine> = added.into_iter().filter(|line| !before.contains(line)).collect();
        let is_replaced = |line: &UserLine| added.iter().any(|added| added.file == line.file);
        let replaced = before.into_iter().filter(is_replaced).collect();
        Ok(Undoable { added, replaced })
    };
    job.tell(match added() {
        Ok(undoable) => AddEvent::Added { lines: lines.iter().map(|(index, _)| *index).collect(), undoable },
        Err(reason) => AddEvent::Failed(reason),
    })
}

fn origin(line: &ComparisonLine) -> String {
    match &line.picture {
        LinePicture::Labelled(labelled) => labelled.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        LinePicture::Cut(_) => line.name.clone(),
    }
}

/// Removes added lines and restores the lines that they replaced.
pub(super) fn take_out(job: &JobContext<AddEvent>, own: &UserLines, undoable: Undoable) -> Result<(), Cancelled> {
    let Undoable { added, replaced } = undoable;
    let taken = added.iter().try_for_each(|line| own.remove(&line.file).map(|_line| ()));
    let put_back = taken.and_then(|()| replaced.into_iter().try_for_each(|line| own.restore(line)));
    job.tell(match put_back {
        Ok(()) => AddEvent::TakenOut,
        Err(error) => AddEvent::Failed(error.to_string()),
    })
}
