//! The files that a command is to work on.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Outcome, output::complain};

/// What the names of images end in; a folder's other files are passed over.
const IMAGE_EXTENSIONS: [&str; 8] = ["bmp", "gif", "jpeg", "jpg", "png", "tif", "tiff", "webp"];

/// `paths` with every folder replaced by the images in it, in the order of their names. Folders within it are left
/// out. A folder that cannot be read, or holds no image, is complained about.
pub(super) fn expand_folders(paths: &[PathBuf]) -> (Vec<PathBuf>, Outcome) {
    let mut outcome = Outcome::Complete;
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        match images_in(path) {
            Ok(images) if images.is_empty() => {
                complain(&format!("{} has no images in it", path.display()));
                outcome = Outcome::Incomplete;
            }
            Ok(images) => files.extend(images),
            Err(error) => {
                complain(&format!("cannot read the folder {}: {error}", path.display()));
                outcome = Outcome::Incomplete;
            }
        }
    }
    (files, outcome)
}

fn images_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut images = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && is_image(&path) {
            images.push(path);
        }
    }
    images.sort();
    Ok(images)
}

fn is_image(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    !is_hidden && extension.is_some_and(|extension| IMAGE_EXTENSIONS.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_stands_for_its_images_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.PNG", "a.jpg", "notes.txt", ".hidden.png"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("c.png")).unwrap();
        let (files, outcome) = expand_folders(&[PathBuf::from("given.txt"), folder.path().to_owned()]);
        assert_eq!(files, [PathBuf::from("given.txt"), folder.path().join("a.jpg"), folder.path().join("b.PNG")]);
        assert_eq!(outcome, Outcome::Complete);
        let (files, outcome) = expand_folders(&[folder.path().join("c.png")]);
        assert!(files.is_empty());
        assert_eq!(outcome, Outcome::Incomplete);
    }
}
