//! The identity of a picture: a hash of its file's bytes, which moving and renaming leave as it is.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

const BUFFER_BYTES: usize = 1 << 16;

/// SHA-256 of a file's bytes, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    /// The hash of the file at `path`, which is read once from beginning to end.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(Self::from_digest(&hasher.finalize())),
                n_bytes => hasher.update(&buffer[..n_bytes]),
            }
        }
    }

    /// The hash of these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::from_digest(&Sha256::digest(bytes))
    }

    fn from_digest(digest: &[u8]) -> Self {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
        Self(digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect())
    }

    /// The first `n_digits` hexadecimal digits, for names of files.
    pub fn prefix(&self, n_digits: usize) -> &str {
        self.0.get(..n_digits).unwrap_or(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_does_not_matter() {
        let folder = tempfile::tempdir().unwrap();
        let hash = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            ContentHash::of_file(&path).unwrap()
        };
        assert_eq!(hash("a.jpg", b"ink"), hash("b.jpg", b"ink"));
        assert_ne!(hash("a.jpg", b"ink"), hash("a.jpg", b"inks"));
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(ContentHash::of_bytes(b"abc").prefix(64), known);
        assert!(ContentHash::of_file(folder.path()).is_err());
    }
}
