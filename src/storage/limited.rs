//! Files that are read whole, up to a limit: what a program of others wrote must not take all memory.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The bytes of the file at `path`; [`io::ErrorKind::FileTooLarge`] if there are more than `max_bytes`, of which no
/// more are read.
pub fn read_limited(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    take_limited(File::open(path)?, max_bytes)
}

/// As [`read_limited`], as text; [`io::ErrorKind::InvalidData`] if it is not UTF-8.
pub fn read_text_limited(path: &Path, max_bytes: u64) -> io::Result<String> {
    String::from_utf8(read_limited(path, max_bytes)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// All of `source`, if it has at most `max_bytes`.
pub(super) fn take_limited(source: impl Read, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        let reason = format!("it has more than {} MB", max_bytes / 1_000_000);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 3000]).unwrap();
        assert_eq!(read_limited(&path, 3000).unwrap().len(), 3000);
        assert_eq!(read_limited(&path, 2999).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(take_limited(io::repeat(1), 9).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(read_text_limited(&path, 9).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
