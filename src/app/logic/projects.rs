//! Projects: the open pages as one file, saved, opened, and saved again as they change.

use std::path::{Path, PathBuf};

use super::LonghandApp;
use crate::{
    app::{
        state::{
            Workspace,
            document::{Document, DocumentId, Origin, Stage},
            project::{OpenProject, ProjectSheet, change_stamp},
        },
        tasks::{
            files::FileEvent,
            project::{OpenedPage, OpenedProject, OpenedSource, PageToSave, SourceToSave, save_project},
        },
    },
    ink::Drawing,
    storage::{PROJECT_ENDING, ProjectPage, ProjectPicture},
};

/// A project without pictures inside is saved this long after a change, in seconds. No measurement recorded.
const AUTOSAVE_SECS: f64 = 5.0;

impl LonghandApp {
    /// Saves the project under its name, or asks for one.
    pub(super) fn save_project(&mut self) {
        match self.state.project.clone() {
            Some(project) => self.start_saving_project(project.path, project.holds_pictures),
            None => self.ask_how_to_save_project(),
        }
    }

    /// Shows the choices of a project's first saving.
    pub(super) fn ask_how_to_save_project(&mut self) {
        let holds_pictures = self.state.project.as_ref().is_some_and(|project| project.holds_pictures);
        self.state.project_sheet = Some(ProjectSheet { holds_pictures });
    }

    /// Asks where to save the project.
    pub(super) fn ask_where_to_save_project(&mut self) {
        let Some(ProjectSheet { holds_pictures }) = self.state.project_sheet else { return };
        if !self.may_ask() {
            return;
        }
        let first = self.state.documents.first();
        let beside =
            first.and_then(Document::path).map_or_else(|| PathBuf::from("Pages"), |path| path.with_extension(""));
        let known = self.state.project.as_ref().map(|project| project.path.clone());
        let proposal = known.unwrap_or_else(|| beside.with_extension(PROJECT_ENDING));
        let event = move |answer: Result<PathBuf, String>| match answer {
            Ok(path) => FileEvent::SaveProjectTo(path, holds_pictures),
            Err(reason) => FileEvent::Failed(reason),
        };
        let dialog = self.running.dialogs.save_project(self.wake(), &proposal, event);
        self.running.dialog = self.started(dialog);
    }

    /// Saves the open pages as a project.
    pub(super) fn start_saving_project(&mut self, path: PathBuf, holds_pictures: bool) {
        let is_project = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(PROJECT_ENDING));
        let path = if is_project { path } else { PathBuf::from(format!("{}.{PROJECT_ENDING}", path.display())) };
        self.state.project_sheet = None;
        let pages: Vec<PageToSave> = self.state.documents.iter().map(to_save).collect();
        let stamp = change_stamp(&self.state.documents);
        let project = OpenProject { path: path.clone(), holds_pictures, saved_stamp: None, changed_at_secs: None };
        self.state.project.get_or_insert_with(|| project.clone());
        if let Some(open) = &mut self.state.project {
            open.is_being_saved(&path, holds_pictures);
        }
        self.running.is_saving_project = true;
        self.start_saving(move |job| {
            let saved = save_project(job.cancel_token(), &path, pages, holds_pictures)?;
            job.tell(saved.map_or_else(FileEvent::Failed, |()| FileEvent::ProjectSaved { path, stamp }))
        });
    }

    /// The project is on the disk as it was when `stamp` was taken.
    pub(super) fn project_saved(&mut self, path: &Path, stamp: u64) {
        let is_first = self.state.project.as_ref().is_some_and(|project| project.saved_stamp.is_none());
        if is_first {
            self.inform(format!("Saved as {}", path.display()));
        }
        self.state.settings.remember_file(path);
        if let Some(project) = self.state.project.as_mut().filter(|project| project.path == path) {
            project.saved_stamp = Some(stamp);
            project.changed_at_secs = None;
        }
    }

    /// Whether the project has changes that are not on the disk.
    pub(super) fn is_project_unsaved(&self) -> bool {
        let stamp = || change_stamp(&self.state.documents);
        self.state.project.as_ref().is_some_and(|project| project.saved_stamp != Some(stamp()))
    }

    /// Saves a project without pictures inside once it has waited long enough; one with pictures when the user says so
    /// or the window closes, as all of them are copied.
    pub(super) fn autosave_project(&mut self) {
        let is_unsaved = self.is_project_unsaved() && !self.running.is_saving_project;
        let now_secs = self.now_secs;
        let Some(project) = self.state.project.as_mut().filter(|project| is_unsaved && !project.holds_pictures) else {
            return;
        };
        if now_secs - *project.changed_at_secs.get_or_insert(now_secs) >= AUTOSAVE_SECS {
            self.save_project();
        }
    }

    /// Adds the pages of a project and shows the first.
    pub(super) fn add_project(&mut self, path: PathBuf, project: OpenedProject) {
        let OpenedProject { pages, holds_pictures, failures } = project;
        for failure in failures {
            self.fail(failure);
        }
        let was_empty = self.state.documents.is_empty();
        let mut first = None;
        let mut n_newer = 0;
        for page in pages {
            n_newer += page.newer.as_ref().map_or(0, |newer| newer.lines.len());
            let id = self.add_project_page(page);
            first = first.or(Some(id));
        }
        self.state.settings.remember_file(&path);
        self.state.current = first.or(self.state.current);
        self.state.workspace = Workspace::Pages;
        // Pages that were open before are no part of the project on the disk.
        let stamp = (was_empty && n_newer == 0).then(|| change_stamp(&self.state.documents));
        let project = OpenProject { path, holds_pictures, saved_stamp: stamp, changed_at_secs: None };
        self.state.project = Some(project);
        if n_newer > 0 {
            self.inform(format!("Brought back {n_newer} corrections made after the project was saved"));
        }
    }

    fn add_project_page(&mut self, opened: OpenedPage) -> DocumentId {
        let OpenedPage { page, source, newer } = opened;
        let ProjectPage { name, picture, size, adjustments, page, is_read, has_own_lines, paper } = page;
        let origin = match &source {
            OpenedSource::File(file) => Origin::File(file.clone()),
            OpenedSource::Pasted(_) => Origin::Clipboard,
            OpenedSource::Ink => Origin::Drawing,
        };
        if let Origin::File(file) = &origin
            && let Some(open) = self.find_file_page(file)
        {
            return open;
        }
        let document = self.add(name, origin);
        if let OpenedSource::Pasted(image) = source {
            document.set_pasted(image);
        }
        if let ProjectPicture::Ink(strokes) = picture {
            document.drawing = Some(Drawing::new(strokes, paper));
        }
        document.original_size = size.filter(|_| document.drawing.is_none());
        document.adjustments = adjustments;
        document.page = page;
        document.has_own_lines = has_own_lines;
        document.stage = if is_read { Stage::Done } else { Stage::Waiting };
        if let Some(newer) = newer {
            document.restore_work(&newer);
        }
        document.id
    }
}

fn to_save(document: &Document) -> PageToSave {
    let source = match (document.file(), &document.picture.image) {
        (Some(file), _) => SourceToSave::File(file.clone()),
        (None, Some(image)) => SourceToSave::Pasted(std::sync::Arc::clone(image)),
        (None, None) => SourceToSave::Ink,
    };
    let strokes = document.drawing.as_ref().map(Drawing::strokes).unwrap_or_default().to_vec();
    let page = ProjectPage {
        name: document.name.clone(),
        picture: ProjectPicture::Ink(strokes),
        size: document.original_size,
        adjustments: document.adjustments,
        page: document.page.clone(),
        is_read: document.is_read(),
        has_own_lines: document.has_own_lines,
        paper: document.drawing.as_ref().map(Drawing::paper).unwrap_or_default(),
    };
    PageToSave { page, source }
}
