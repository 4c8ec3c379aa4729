//! Model packages: a network with everything needed to use and to judge it.
//!
//! A package is a folder with `model.toml` (the manifest), `model.onnx`, `charset.txt` and `README.md` (the card).
//! Opening checks all of them against each other, so that a model that runs is the one that its card describes.
//!
//! `labeller_package` is that of the ink labeller, which reads no characters.
//! `manifest` holds `model.toml`, `library` finds packages by name, `user_models` adds and removes the user's own.

pub(super) mod labeller_package;
pub(super) mod library;
pub(super) mod manifest;
pub(super) mod user_models;

use std::{
    borrow::Cow,
    fmt,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use self::manifest::ModelManifest;
use super::engine::line_model::ModelError;
use crate::{
    page::CharacterSet,
    storage::{read_limited, write_atomically},
};

/// The name of the built-in package.
pub const BUILT_IN_MODEL: &str = "student";
/// The name of the package that students are distilled from and compared with.
pub const TEACHER_MODEL: &str = "teacher";

/// The largest network that is read, in bytes: fifteen times the teacher in single precision. Reading takes some times
/// as much memory; nobody has measured how much at the limit.
const MAX_NETWORK_BYTES: u64 = 500_000_000;
/// The largest of a package's texts that is read, in bytes; a card takes some kilobytes.
const MAX_TEXT_BYTES: u64 = 10_000_000;

const MANIFEST_FILE: &str = "model.toml";
const NETWORK_FILE: &str = "model.onnx";
const CHARACTERS_FILE: &str = "charset.txt";
const CARD_FILE: &str = "README.md";
/// The files of every package.
pub(super) const PACKAGE_FILES: [&str; 4] = [MANIFEST_FILE, NETWORK_FILE, CHARACTERS_FILE, CARD_FILE];

/// A model package that passed all checks; the engine has not loaded its network yet.
#[derive(Clone, Debug)]
pub struct ModelPackage {
    /// The package's name: that of its folder.
    pub name: String,
    /// Where it is.
    pub location: PackageLocation,
    /// The contents of `model.toml`.
    pub manifest: ModelManifest,
    /// The characters of the labels.
    pub character_set: CharacterSet,
    /// The model card, in Markdown.
    pub card: String,
    /// The network, an ONNX file.
    pub(super) network: Cow<'static, [u8]>,
}

/// The location of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackageLocation {
    /// Built into the program.
    BuiltIn,
    /// In this folder.
    Folder(PathBuf),
}

impl fmt::Display for PackageLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => formatter.write_str("built in"),
            Self::Folder(folder) => folder.display().fmt(formatter),
        }
    }
}

impl ModelPackage {
    /// Opens and checks the package in `folder`.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use longhand::recognition::ModelPackage;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let package = ModelPackage::open(Path::new("models/student"))?;
    /// assert_eq!((package.name.as_str(), package.character_set.n_labels()), ("student", 157));
    /// assert_eq!(package.manifest, ModelPackage::built_in()?.manifest);
    /// # Ok(())
    /// # }
    /// ```
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let location = PackageLocation::Folder(folder.to_owned());
        let files = PackageFiles::load(folder).map_err(|reason| bad_package(&location, reason))?;
        Self::check(name, location, files)
    }

    /// The built-in package.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::check(BUILT_IN_MODEL.to_owned(), PackageLocation::BuiltIn, PackageFiles::built_in())
    }

    /// Writes the package's files to `folder`, each atomically.
    pub fn save(&self, folder: &Path) -> std::io::Result<()> {
        let manifest = toml::to_string_pretty(&self.manifest).map_err(std::io::Error::other)?;
        let characters = self.character_set.to_file_text();
        let files: [(&str, &[u8]); 4] = [
            (NETWORK_FILE, &self.network),
            (CHARACTERS_FILE, characters.as_bytes()),
            (CARD_FILE, self.card.as_bytes()),
            // Last, so that a folder with a manifest is a complete package.
            (MANIFEST_FILE, manifest.as_bytes()),
        ];
        files.into_iter().try_for_each(|(name, bytes)| write_atomically(&folder.join(name), bytes))
    }

    fn check(name: String, location: PackageLocation, files: PackageFiles) -> Result<Self, ModelError> {
        let checked = || {
            let manifest = ModelManifest::parse(&files.manifest)?;
            let sha256 = sha256_hex(&files.network);
            if sha256 != manifest.sha256.to_ascii_lowercase() {
                return Err(format!(
                    "{NETWORK_FILE} is damaged or not the one that {MANIFEST_FILE} describes: its SHA-256 is {sha256}, \
                     not {}",
                    manifest.sha256
                ));
            }
            let character_set =
                CharacterSet::parse(&files.characters).map_err(|error| format!("{CHARACTERS_FILE}: {error}"))?;
            if character_set.n_labels() != manifest.output.n_labels {
                return Err(format!(
                    "{CHARACTERS_FILE} makes {} labels with the blank, but the network has {}",
                    character_set.n_labels(),
                    manifest.output.n_labels
                ));
            }
            Ok((manifest, character_set))
        };
        let (manifest, character_set) = checked().map_err(|reason| bad_package(&location, reason))?;
        Ok(Self { name, location, manifest, character_set, card: files.card.into_owned(), network: files.network })
    }

    /// The error that this package is unusable because of `reason`.
    pub(super) fn refused(&self, reason: String) -> ModelError {
        bad_package(&self.location, reason)
    }
}

/// The four files of a package.
struct PackageFiles {
    manifest: Cow<'static, str>,
    network: Cow<'static, [u8]>,
    characters: Cow<'static, str>,
    card: Cow<'static, str>,
}

impl PackageFiles {
    fn load(folder: &Path) -> Result<Self, String> {
        if !folder.is_dir() {
            return Err("it is not a folder".to_owned());
        }
        let bytes = |file: &str, max_bytes: u64| {
            read_limited(&folder.join(file), max_bytes).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => format!("{file} is missing"),
                _ => format!("{file} cannot be read: {error}"),
            })
        };
        let text = |file: &str| {
            let bytes = bytes(file, MAX_TEXT_BYTES)?;
            String::from_utf8(bytes).map_err(|error| format!("{file} is not text: {error}"))
        };
        Ok(Self {
            manifest: text(MANIFEST_FILE)?.into(),
            network: bytes(NETWORK_FILE, MAX_NETWORK_BYTES)?.into(),
            characters: text(CHARACTERS_FILE)?.into(),
            card: text(CARD_FILE)?.into(),
        })
    }

    fn built_in() -> Self {
        Self {
            manifest: include_str!("../../../models/student/model.toml").into(),
            network: include_bytes!("../../../models/student/model.onnx").as_slice().into(),
            characters: include_str!("../../../models/student/charset.txt").into(),
            card: include_str!("../../../models/student/README.md").into(),
        }
    }
}

fn bad_package(location: &PackageLocation, reason: String) -> ModelError {
    let path = match location {
        PackageLocation::BuiltIn => PathBuf::from(format!("{BUILT_IN_MODEL} (built in)")),
        PackageLocation::Folder(folder) => folder.clone(),
    };
    ModelError::BadPackage { path, reason }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal, as in manifests.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    type Change = Box<dyn FnOnce(Vec<u8>) -> Vec<u8>>;

    /// A folder with the built-in package, one of its files changed.
    fn altered(file: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> (tempfile::TempDir, Result<(), String>) {
        let folder = tempfile::tempdir().unwrap();
        let files = PackageFiles::built_in();
        let all: [(&str, &[u8]); 4] = [
            (MANIFEST_FILE, files.manifest.as_bytes()),
            (NETWORK_FILE, &files.network),
            (CHARACTERS_FILE, files.characters.as_bytes()),
            (CARD_FILE, files.card.as_bytes()),
        ];
        let mut change = Some(change);
        for (name, bytes) in all {
            let bytes = if name == file { change.take().unwrap()(bytes.to_vec()) } else { bytes.to_vec() };
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let opened = ModelPackage::open(folder.path()).map(|_| ()).map_err(|error| error.to_string());
        (folder, opened)
    }

    fn replaced(from: &'static str, to: &'static str) -> impl FnOnce(Vec<u8>) -> Vec<u8> {
        move |bytes| {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(from), "{from} is not in the file");
            text.replacen(from, to, 1).into_bytes()
        }
    }

    #[test]
    fn the_built_in_package_is_whole() {
        let package = ModelPackage::built_in().unwrap();
        assert_eq!(package.character_set.n_labels(), package.manifest.output.n_labels);
        assert_eq!(package.location, PackageLocation::BuiltIn);
    }

    #[test]
    fn a_saved_package_is_the_same_when_opened() {
        let folder = tempfile::tempdir().unwrap();
        let package = ModelPackage::built_in().unwrap();
        package.save(&folder.path().join("copy")).unwrap();
        let copy = ModelPackage::open(&folder.path().join("copy")).unwrap();
        assert_eq!((&copy.manifest, &copy.card), (&package.manifest, &package.card));
        assert_eq!(copy.network, package.network);
    }

    #[test]
    fn a_whole_folder_is_opened() {
        assert_eq!(altered("none", |bytes| bytes).1, Ok(()));
    }

    #[test]
    fn a_damaged_folder_is_refused_with_its_name_and_the_reason() {
        let newer = format!("normalize_version = {}", crate::imaging::NORMALIZE_VERSION + 1);
        let version = format!("normalize_version = {}", crate::imaging::NORMALIZE_VERSION);
        let cases: [(_, Change, &[&str]); 8] = [
            (NETWORK_FILE, Box::new(|bytes| bytes[..bytes.len() / 2].to_vec()), &["model.onnx", "SHA-256"]),
            (
                CHARACTERS_FILE,
                Box::new(|bytes| bytes[..bytes.len() - "Ü\n".len()].to_vec()),
                &["156 labels", "has 157"],
            ),
            (CHARACTERS_FILE, Box::new(|_| b"ab\n".to_vec()), &["charset.txt", "line 1"]),
            (CARD_FILE, Box::new(|_| vec![0xff]), &["README.md is not text"]),
            (MANIFEST_FILE, Box::new(|_| b"format = 1\n".to_vec()), &["model.toml", "missing field"]),
            (MANIFEST_FILE, Box::new(replaced("format = 1", "format = 2")), &["format 2", "format 1"]),
            (MANIFEST_FILE, Box::new(replaced("blank = 0", "blank = 95")), &["blank", "95"]),
            (
                MANIFEST_FILE,
                Box::new(move |bytes| String::from_utf8(bytes).unwrap().replace(&version, &newer).into_bytes()),
                &["normalization 3", "normalization 2"],
            ),
        ];
        for (file, change, parts) in cases {
            let (folder, opened) = altered(file, change);
            let error = opened.unwrap_err();
            assert!(error.contains(&folder.path().display().to_string()), "{error}");
            for part in parts {
                assert!(error.contains(part), "{error:?} lacks {part:?}");
            }
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let (folder, _) = altered("none", |bytes| bytes);
        for file in [CARD_FILE, CHARACTERS_FILE, NETWORK_FILE, MANIFEST_FILE] {
            fs::remove_file(folder.path().join(file)).unwrap();
            let error = ModelPackage::open(folder.path()).unwrap_err().to_string();
            assert!(error.contains(&format!("{file} is missing")), "{error}");
        }
    }
}
