//! What fuzzing and the tests of damaged files have in common, for files of text: any bytes end in a value or an error.

use std::{fs, path::Path};

use longhand::{
    formats::{DescribedPage, inkml, read_ink},
    ink::rasterize,
    recognition::ModelManifest,
    storage::{PictureKey, Project, SavedWork, Settings, UnsavedPages},
};

/// What `read` makes of a temporary folder in which the file `name` holds these bytes.
fn with_file<T>(bytes: &[u8], name: &str, read: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a disk");
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap_or(folder.path())).and_then(|()| fs::write(&path, bytes)).expect("a disk");
    read(folder.path())
}

/// PAGE XML and ALTO.
pub(super) fn describe_bytes(bytes: &[u8]) {
    if let Ok(Some(page)) = DescribedPage::parse(&String::from_utf8_lossy(bytes)) {
        assert!(page.handwritten_lines().count() <= page.lines.len());
    }
}

/// The manifest of a model package.
pub(super) fn manifest_bytes(bytes: &[u8]) {
    if let Err(reason) = ModelManifest::parse(&String::from_utf8_lossy(bytes)) {
        assert!(!reason.is_empty());
    }
}

/// The settings: what is unknown or wrong is told and left at its default.
pub(super) fn settings_bytes(bytes: &[u8]) {
    let (settings, _warnings) =
        with_file(bytes, "settings.toml", |folder| Settings::load(&folder.join("settings.toml")));
    assert!(settings.to_toml().is_ok());
}

/// A sheet with ink that was kept, and corrections that were.
pub(super) fn kept_page_bytes(bytes: &[u8]) {
    let kept = with_file(bytes, "0/0.json", |folder| {
        let key = PictureKey { content: None, path: "page.png".into(), index: 0 };
        fs::write(key.recovery_path(folder), bytes).expect("a disk");
        let _changes = SavedWork::in_folder(folder).find(&key);
        UnsavedPages::claim(folder).map(|pages| pages.load()).unwrap_or_default()
    });
    for (_, page, _) in kept {
        // As large as somebody draws; pixels alone cost time.
        if let (Some(strokes), (width, height)) = (&page.strokes, page.size)
            && width.max(height) < 4000
        {
            assert_eq!(rasterize(strokes, width, height).dimensions(), page.size);
        }
    }
}

/// `InkML` and `Xournal++`.
pub(super) fn ink_bytes(bytes: &[u8]) {
    for sheet in read_ink(bytes).unwrap_or_default() {
        let [width, height] = sheet.size;
        if width.max(height) < 4000 {
            assert_eq!(rasterize(&sheet.strokes, width, height).dimensions(), (width, height));
        }
        if !sheet.strokes.is_empty() {
            assert!(read_ink(inkml(&sheet.strokes).as_bytes()).is_ok(), "what is written is read again");
        }
    }
}

/// A project: the archive, and what its description says.
pub(super) fn project_bytes(bytes: &[u8]) {
    with_file(bytes, "notes.longhand", |folder| {
        let path = folder.join("notes.longhand");
        let described = serde_json::from_slice::<Project>(bytes).ok();
        for page in Project::open(&path).ok().into_iter().chain(described).flat_map(|project| project.pages) {
            let found = page.picture.find(&path);
            assert!(found.is_none_or(|file| file.is_file()));
        }
        let _picture = Project::picture(&path, "pictures/1.jpg");
    });
}
