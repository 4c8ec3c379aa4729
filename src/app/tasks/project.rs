//! Project files: saved from the open pages, and opened.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use crate::{
    app::state::file_page::{FilePage, InProject},
    imaging::{PageFile, PageImage},
    jobs::{CancelToken, Cancelled},
    storage::{PackedPicture, Project, ProjectPage, ProjectPicture, Recovery, SavedWork, path_in_project},
};

/// A page to be saved in a project.
pub(crate) struct PageToSave {
    /// Everything but where its picture is.
    pub(crate) page: ProjectPage,
    pub(crate) source: SourceToSave,
}

/// Where the pixels of a page to be saved are.
pub(crate) enum SourceToSave {
    File(FilePage),
    Pasted(Arc<PageImage>),
    /// The strokes are in the page.
    Ink,
}

/// A page of a project that was opened.
pub(crate) struct OpenedPage {
    pub(crate) page: ProjectPage,
    pub(crate) source: OpenedSource,
    /// Corrections made after the project was saved, as by a program that was killed.
    pub(crate) newer: Option<Recovery>,
}

/// Where its pixels are.
pub(crate) enum OpenedSource {
    File(FilePage),
    Pasted(PageImage),
    Ink,
}

/// Writes the project, with the pictures of files inside if it `holds_pictures`; or a sentence why not.
pub(crate) fn save_project(
    cancel: &CancelToken,
    path: &Path,
    pages: Vec<PageToSave>,
    holds_pictures: bool,
) -> Result<Result<(), String>, Cancelled> {
    let mut pictures = BTreeMap::new();
    let mut packed = Vec::new();
    for (index, PageToSave { mut page, source }) in pages.into_iter().enumerate() {
        cancel.check()?;
        match source {
            SourceToSave::File(file) => page.picture = pack_file(path, &file, holds_pictures, &mut pictures),
            SourceToSave::Pasted(image) => {
                let name = format!("pictures/pasted {index}.png");
                let mut png = std::io::Cursor::new(Vec::new());
                if let Err(error) = image.pixels.write_to(&mut png, image::ImageFormat::Png) {
                    return Ok(Err(format!("{} could not be packed: {error}", page.name)));
                }
                pictures.insert(name.clone(), PackedPicture::Bytes(png.into_inner()));
                page.picture = ProjectPicture::Inside(name);
            }
            SourceToSave::Ink => {}
        }
        packed.push(page);
    }
    let saved = Project::new(packed).save(path, &pictures);
    Ok(saved.map_err(|error| format!("{} could not be saved: {error}", path.display())))
}

fn pack_file(
    project: &Path,
    file: &FilePage,
    holds_pictures: bool,
    pictures: &mut BTreeMap<String, PackedPicture>,
) -> ProjectPicture {
    let content = file.content.as_ref().map_or("unread", |content| content.prefix(12));
    let name = file.inside.as_ref().map_or_else(
        // Equal names of two folders must not meet.
        || format!("pictures/{content} {}", file.file_name()),
        |inside| inside.entry.clone(),
    );
    let inside = match &file.inside {
        Some(inside) => Some(PackedPicture::Archive(inside.project.clone())),
        None if holds_pictures && file.path.is_file() => Some(PackedPicture::File(file.path.clone())),
        None => None,
    };
    let inside = inside.map(|picture| {
        pictures.insert(name.clone(), picture);
        name
    });
    let relative = path_in_project(project, &file.path);
    ProjectPicture::File { key: file.key(), n_pages: file.n_pages, relative, inside }
}

/// A project that was opened.
pub(crate) struct OpenedProject {
    pub(crate) pages: Vec<OpenedPage>,
    /// Whether pictures of files are inside.
    pub(crate) holds_pictures: bool,
    /// Why pages are missing, a sentence each.
    pub(crate) failures: Vec<String>,
}

/// Opens the project at `path`, or says why not. What was corrected after it was saved comes from `saved_work`.
pub(crate) fn open_project(
    cancel: &CancelToken,
    path: &Path,
    saved_work: &SavedWork,
) -> Result<Result<OpenedProject, String>, Cancelled> {
    let project = match Project::open(path) {
        Ok(project) => project,
        Err(error) => return Ok(Err(format!("{} cannot be opened: {error}", path.display()))),
    };
    let saved_at = fs::metadata(path).and_then(|file| file.modified()).ok();
    let mut opened = OpenedProject { pages: Vec::new(), holds_pictures: false, failures: Vec::new() };
    for page in project.pages {
        cancel.check()?;
        let source = match open_source(path, &page) {
            Ok(source) => source,
            Err(reason) => {
                opened.failures.push(format!("{} of {} cannot be opened: {reason}", page.name, path.display()));
                continue;
            }
        };
        let newer = match (&source, saved_at) {
            (OpenedSource::File(file), Some(saved_at)) => {
                opened.holds_pictures |= file.inside.is_some();
                saved_work.newer_than(&file.key(), saved_at)
            }
            _ => None,
        };
        opened.pages.push(OpenedPage { page, source, newer });
    }
    Ok(Ok(opened))
}

/// Where the pixels of a page of the project at `path` are now.
fn open_source(path: &Path, page: &ProjectPage) -> Result<OpenedSource, String> {
    match &page.picture {
        ProjectPicture::File { key, n_pages, inside, .. } => Ok(OpenedSource::File(FilePage {
            path: page.picture.find(path).unwrap_or_else(|| key.path.clone()),
            index: key.index,
            n_pages: *n_pages,
            content: key.content.clone(),
            inside: inside.clone().map(|entry| InProject { project: path.to_owned(), entry }),
        })),
        ProjectPicture::Inside(name) => pasted(path, name).map(OpenedSource::Pasted),
        ProjectPicture::Ink(_) => Ok(OpenedSource::Ink),
    }
}

fn pasted(project: &Path, name: &str) -> Result<PageImage, String> {
    let bytes = Project::picture(project, name).map_err(|error| error.to_string())?;
    let file = PageFile::from_bytes(bytes, Path::new(name)).map_err(|error| error.to_string())?;
    file.page(0).map_err(|error| error.to_string())
}
