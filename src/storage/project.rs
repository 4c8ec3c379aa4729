//! Project files, `.longhand`: open pages with everything done to them, to be worked on later or handed to someone
//! else.
//!
//! A ZIP archive of `project.json`, and of pictures in `pictures/`: those that no file holds, and the others where they
//! are to be handed on. Files of an older format are opened; those of a newer one are refused.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Seek, Write},
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{atomic::write_atomically_with, content_hash::ContentHash, limited::take_limited, recovery::PictureKey};
use crate::{
    imaging::PageAdjustments,
    ink::{PaperKind, Stroke},
    page::Page,
};

/// The format of project files.
const FORMAT: u32 = 1;
const DESCRIPTION: &str = "project.json";
/// The ending of their names, without dot.
pub const PROJECT_ENDING: &str = "longhand";
/// The largest description that is read, in bytes: a page of 40 lines takes about 200 kB.
const MAX_DESCRIPTION_BYTES: u64 = 300_000_000;
/// The largest picture that is taken out of an archive, in bytes: the largest file that is opened as pages. An archive
/// of a few megabytes may hold one of gigabytes.
const MAX_PICTURE_BYTES: u64 = 600_000_000;

/// Why a project cannot be opened or saved.
#[derive(Debug, Error)]
pub enum ProjectError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The archive is damaged.
    #[error("it is no project of Longhand, or damaged: {0}")]
    Damaged(#[from] ZipError),
    /// The description is damaged.
    #[error("its description is damaged: {0}")]
    Description(#[from] serde_json::Error),
    /// A newer program wrote it.
    #[error("it was written by a newer Longhand (format {found}, this one knows {FORMAT}): update Longhand to open it")]
    Newer {
        /// Its format.
        found: u32,
    },
    /// A picture is missing in the archive.
    #[error("its picture {0} is missing")]
    NoPicture(String),
}

/// Where the pixels of a page are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectPicture {
    /// In a file: which one, and where it lies from the project's folder.
    File {
        /// The page of the file.
        #[serde(flatten)]
        key: PictureKey,
        /// Pages of that file in all.
        n_pages: usize,
        /// Its path from the project's folder, if there is one.
        relative: Option<PathBuf>,
        /// Its name in the archive, if it is inside.
        inside: Option<String>,
    },
    /// In the archive alone, as PNG under this name.
    Inside(String),
    /// Written on a sheet.
    Ink(Vec<Stroke>),
}

/// A page of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectPage {
    /// Its name in the window.
    pub name: String,
    /// Its pixels.
    pub picture: ProjectPicture,
    /// Width and height in pixels, before adjustments; `None` if it was never decoded.
    pub size: Option<(u32, u32)>,
    /// Rotation, cropping and clean-up.
    pub adjustments: PageAdjustments,
    /// Its lines with their texts and corrections, in pixels of the adjusted page.
    pub page: Page,
    /// Whether it was read to the end.
    pub is_read: bool,
    /// Whether the user has changed which lines there are, so that they are not found anew.
    #[serde(default)]
    pub has_own_lines: bool,
    /// What is printed on a sheet.
    #[serde(default)]
    pub paper: PaperKind,
}

/// The contents of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    format: u32,
    /// The program that wrote it, for people.
    written_by: String,
    /// In their order.
    pub pages: Vec<ProjectPage>,
}

/// A picture to be put into the archive.
pub enum PackedPicture {
    /// The bytes of an image file.
    Bytes(Vec<u8>),
    /// A file, copied as it is.
    File(PathBuf),
    /// A picture of the archive at this path, under the same name.
    Archive(PathBuf),
}

impl Project {
    /// A project of these pages.
    pub fn new(pages: Vec<ProjectPage>) -> Self {
        Self { format: FORMAT, written_by: concat!("Longhand ", env!("CARGO_PKG_VERSION")).to_owned(), pages }
    }

    /// Opens the project at `path`.
    pub fn open(path: &Path) -> Result<Self, ProjectError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let mut archive = ZipArchive::new(File::open(path)?)?;
        let text = take_limited(archive.by_name(DESCRIPTION)?, MAX_DESCRIPTION_BYTES)?;
        // A newer format may be written in another way altogether.
        let Version { format } = serde_json::from_slice(&text)?;
        if format > FORMAT {
            return Err(ProjectError::Newer { found: format });
        }
        Ok(serde_json::from_slice(&text)?)
    }

    /// Writes the project with these pictures, by their names in the archive. The file at `path` is replaced whole or
    /// stays as it was.
    pub fn save(&self, path: &Path, pictures: &BTreeMap<String, PackedPicture>) -> Result<(), ProjectError> {
        write_atomically_with(path, |file| self.pack(file, pictures).map_err(io::Error::other))?;
        Ok(())
    }

    fn pack(&self, file: &mut File, pictures: &BTreeMap<String, PackedPicture>) -> Result<(), ProjectError> {
        let mut archive = ZipWriter::new(io::BufWriter::new(file));
        archive.start_file(DESCRIPTION, SimpleFileOptions::default())?;
        serde_json::to_writer(&mut archive, self)?;
        for (name, picture) in pictures {
            add_picture(&mut archive, name, picture)?;
        }
        archive.finish()?.flush()?;
        Ok(())
    }

    /// The bytes of a picture in the archive at `path`.
    pub fn picture(path: &Path, name: &str) -> Result<Vec<u8>, ProjectError> {
        let mut archive = ZipArchive::new(File::open(path)?)?;
        let picture = archive.by_name(name).map_err(|_error| ProjectError::NoPicture(name.to_owned()))?;
        Ok(take_limited(picture, MAX_PICTURE_BYTES)?)
    }
}

fn add_picture<W: Write + Seek>(
    archive: &mut ZipWriter<W>,
    name: &str,
    picture: &PackedPicture,
) -> Result<(), ProjectError> {
    // Pictures are compressed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    match picture {
        PackedPicture::Bytes(bytes) => {
            archive.start_file(name, stored)?;
            archive.write_all(bytes)?;
        }
        PackedPicture::File(path) => {
            archive.start_file(name, stored)?;
            io::copy(&mut File::open(path)?, archive)?;
        }
        PackedPicture::Archive(path) => {
            let mut other = ZipArchive::new(File::open(path)?)?;
            let found = other.by_name(name).map_err(|_error| ProjectError::NoPicture(name.to_owned()))?;
            archive.raw_copy_file(found)?;
        }
    }
    Ok(())
}

impl ProjectPicture {
    /// The path at which the file of the picture lies now, for a project at `project`: the one with its content at its
    /// old path, at its old place from the project's folder, or in that folder. `None` if it is at none of them.
    pub fn find(&self, project: &Path) -> Option<PathBuf> {
        let Self::File { key, relative, .. } = self else { return None };
        let folder = project.parent().unwrap_or(Path::new(""));
        let beside = key.path.file_name().map(|name| folder.join(name));
        // Written by `path_in_project`, it leads into the folder or below; somebody else may have written it.
        let stays = |path: &&PathBuf| path.components().all(|part| matches!(part, Component::Normal(_)));
        let below = relative.as_ref().filter(stays).map(|path| folder.join(path));
        let candidates = [Some(key.path.clone()), below, beside];
        let has_content = |path: &PathBuf| {
            key.content.is_none() || ContentHash::of_file(path).is_ok_and(|content| Some(content) == key.content)
        };
        candidates.into_iter().flatten().filter(|path| path.is_file()).find(has_content)
    }
}

/// The path from the folder of `project` to `file`, if that lies in the folder or below it.
pub fn path_in_project(project: &Path, file: &Path) -> Option<PathBuf> {
    file.strip_prefix(project.parent()?).ok().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{LineId, Point, Rect, TextLine, Transcription};

    fn page(name: &str, picture: ProjectPicture) -> ProjectPage {
        let line = TextLine {
            id: LineId(4),
            transcription: Some(Transcription { text: "read".to_owned(), ..Transcription::default() }),
            correction: Some("red".to_owned()),
            is_checked: true,
            ..TextLine::at(Rect::new(1.0, 2.0, 30.0, 40.0))
        };
        let page = Page { width: 90, height: 60, lines: vec![line], drawings: Vec::new() };
        let adjustments = PageAdjustments::default().turned(1);
        ProjectPage {
            name: name.to_owned(),
            picture,
            size: Some((60, 90)),
            adjustments,
            page,
            is_read: true,
            has_own_lines: false,
            paper: PaperKind::Squared,
        }
    }

    fn file_picture(path: &Path, inside: Option<&str>) -> ProjectPicture {
        let key = PictureKey { content: ContentHash::of_file(path).ok(), path: path.to_owned(), index: 1 };
        ProjectPicture::File { key, n_pages: 2, relative: None, inside: inside.map(str::to_owned) }
    }

    #[test]
    fn a_project_comes_back_as_it_was_with_its_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let (path, picture) = (folder.path().join("notes.longhand"), folder.path().join("scan.tif"));
        std::fs::write(&picture, "pixels").unwrap();
        let stroke = Stroke::new(vec![Point::new(1.0, 2.0)], 2.0);
        let project = Project::new(vec![
            page("scan.tif, page 2", file_picture(&picture, Some("pictures/scan.tif"))),
            page("Pasted image", ProjectPicture::Inside("pictures/pasted.png".to_owned())),
            page("Sheet", ProjectPicture::Ink(vec![stroke])),
        ]);
        let pictures = BTreeMap::from([
            ("pictures/scan.tif".to_owned(), PackedPicture::File(picture)),
            ("pictures/pasted.png".to_owned(), PackedPicture::Bytes(b"png".to_vec())),
        ]);
        project.save(&path, &pictures).unwrap();
        assert_eq!(Project::open(&path).unwrap(), project);
        assert_eq!(Project::picture(&path, "pictures/scan.tif").unwrap(), b"pixels");
        // Saved over itself, from itself.
        let inside = |name: &str| (name.to_owned(), PackedPicture::Archive(path.clone()));
        let pictures = ["pictures/scan.tif", "pictures/pasted.png"].map(inside);
        project.save(&path, &BTreeMap::from(pictures)).unwrap();
        assert_eq!(Project::picture(&path, "pictures/pasted.png").unwrap(), b"png");
        assert!(matches!(Project::picture(&path, "pictures/x"), Err(ProjectError::NoPicture(_))));
    }

    #[test]
    fn pictures_are_found_by_their_content_where_they_were_or_beside_the_project() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        for place in [&old, &new] {
            std::fs::create_dir(place).unwrap();
        }
        std::fs::write(old.join("a.jpg"), "ink").unwrap();
        let picture = file_picture(&old.join("a.jpg"), None);
        let project = new.join("p.longhand");
        assert_eq!(picture.find(&project), Some(old.join("a.jpg")));
        std::fs::rename(old.join("a.jpg"), new.join("a.jpg")).unwrap();
        std::fs::write(old.join("a.jpg"), "another picture").unwrap();
        assert_eq!(picture.find(&project), Some(new.join("a.jpg")));
        std::fs::remove_file(new.join("a.jpg")).unwrap();
        assert_eq!(picture.find(&project), None);
        assert_eq!(path_in_project(&project, &new.join("b/c.jpg")), Some(PathBuf::from("b/c.jpg")));
    }

    #[test]
    fn nothing_of_a_project_leads_out_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(folder.path().join("secret.jpg"), "ink").unwrap();
        let path = inner.join("p.longhand");
        let absolute = folder.path().join("secret.jpg");
        for relative in ["../secret.jpg", "x/../../secret.jpg", "./../secret.jpg", absolute.to_str().unwrap()] {
            let key = PictureKey { content: None, path: PathBuf::from("gone.jpg"), index: 0 };
            let picture = ProjectPicture::File {
                key,
                n_pages: 1,
                relative: Some(relative.into()),
                inside: Some(relative.into()),
            };
            assert_eq!(picture.find(&path), None, "{relative}");
            // An entry of such a name is a name like any other: its bytes are read, and no file is made.
            let packed = (relative.to_owned(), PackedPicture::Bytes(b"other".to_vec()));
            Project::new(vec![page("a", picture)]).save(&path, &BTreeMap::from([packed])).unwrap();
            assert_eq!(Project::open(&path).unwrap().pages.len(), 1);
            assert_eq!(Project::picture(&path, relative).unwrap(), b"other");
        }
        assert_eq!(std::fs::read(&absolute).unwrap(), b"ink");
        let names = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
        assert_eq!((names(folder.path()), names(&inner)), (2, 1));
    }

    #[test]
    fn an_archive_that_unfolds_to_more_than_the_limit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.longhand");
        let mut archive = ZipWriter::new(File::create(&path).unwrap());
        archive.start_file("pictures/bomb", SimpleFileOptions::default().large_file(true)).unwrap();
        let zeros = vec![0; 1 << 20];
        for _ in 0..=MAX_PICTURE_BYTES >> 20 {
            archive.write_all(&zeros).unwrap();
        }
        archive.finish().unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() < 1_000_000);
        let refused = Project::picture(&path, "pictures/bomb").unwrap_err().to_string();
        assert!(refused.contains("600 MB"), "{refused}");
    }

    #[test]
    fn newer_formats_and_damaged_files_are_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.longhand");
        let newer = Project { format: 9, ..Project::new(Vec::new()) };
        newer.save(&path, &BTreeMap::new()).unwrap();
        let refused = Project::open(&path).unwrap_err().to_string();
        assert!(refused.contains("newer Longhand (format 9"), "{refused}");
        Project::new(Vec::new()).save(&path, &BTreeMap::new()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for n_bytes in 0..whole.len() {
            std::fs::write(&path, &whole[..n_bytes]).unwrap();
            assert!(Project::open(&path).is_err(), "cut to {n_bytes} bytes");
        }
    }

    #[test]
    fn a_project_that_cannot_be_written_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.longhand");
        let project = Project::new(Vec::new());
        project.save(&path, &BTreeMap::new()).unwrap();
        let before = std::fs::read(&path).unwrap();
        let missing = ("pictures/a".to_owned(), PackedPicture::File(folder.path().join("missing.jpg")));
        assert!(project.save(&path, &BTreeMap::from([missing])).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
