//! Line caches: normalized lines with their labels in one file.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read as _, Write as _},
    path::Path,
};

use crate::{
    imaging::{INPUT_ROWS, MAX_INPUT_WIDTH, ModelInput, NORMALIZE_VERSION},
    training::error::TrainingError,
};

/// The first bytes of a line cache.
const MAGIC: &[u8; 8] = b"LHLINES\0";
/// Version of the file format.
const FORMAT: u32 = 1;
/// A longer text, in bytes, is damage.
const MAX_TEXT_BYTES: usize = 10_000;

/// A normalized line and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedLine {
    /// Columns.
    pub width: usize,
    /// `[row, column]`, 64 rows, 0 paper to 255 ink.
    pub pixels: Vec<u8>,
    /// Naturally spaced; empty for unlabelled lines.
    pub text: String,
}

impl CachedLine {
    /// The line of a normalized image.
    pub fn new(input: ModelInput, text: String) -> Self {
        Self { width: input.width, pixels: input.pixels, text }
    }
}

/// Writes `lines` to `path`: a header with the normalize version, then the width, text and pixels of every line.
pub fn write_cache(path: &Path, lines: &[CachedLine]) -> Result<(), TrainingError> {
    let failed = |error: io::Error| TrainingError::unwritable(path, &error);
    let temporary = path.with_extension("partial");
    let mut file = BufWriter::new(File::create(&temporary).map_err(failed)?);
    let mut write = |bytes: &[u8]| file.write_all(bytes).map_err(failed);
    write(MAGIC)?;
    for number in [FORMAT, NORMALIZE_VERSION, lines.len() as u32] {
        write(&number.to_le_bytes())?;
    }
    for line in lines {
        write(&(line.width as u32).to_le_bytes())?;
        write(&(line.text.len() as u32).to_le_bytes())?;
        write(line.text.as_bytes())?;
        write(&line.pixels)?;
    }
    file.flush().map_err(failed)?;
    drop(file);
    std::fs::rename(&temporary, path).map_err(failed)
}

/// Reads a file of [`write_cache`]; fails for lines of another normalize version.
pub fn read_cache(path: &Path) -> Result<Vec<CachedLine>, TrainingError> {
    let bad = |reason: String| TrainingError::BadData { path: path.to_owned(), reason };
    let mut file = BufReader::new(File::open(path).map_err(|error| bad(error.to_string()))?);
    let mut magic = [0u8; 8];
    file.read_exact(&mut magic).map_err(|error| bad(error.to_string()))?;
    let mut number = || -> Result<u32, TrainingError> {
        let mut bytes = [0u8; 4];
        file.read_exact(&mut bytes).map_err(|error| bad(error.to_string()))?;
        Ok(u32::from_le_bytes(bytes))
    };
    let (format, version, n_lines) = (number()?, number()?, number()?);
    if &magic != MAGIC || format != FORMAT {
        return Err(bad("it is not a line cache of this program".to_owned()));
    }
    if version != NORMALIZE_VERSION {
        return Err(bad(format!("its lines have normalize version {version}, this program has {NORMALIZE_VERSION}")));
    }
    let mut lines = Vec::new();
    for _ in 0..n_lines {
        let mut sizes = [0u8; 8];
        file.read_exact(&mut sizes).map_err(|error| bad(error.to_string()))?;
        let size = |i: usize| u32::from_le_bytes([sizes[i], sizes[i + 1], sizes[i + 2], sizes[i + 3]]) as usize;
        let (width, text_len) = (size(0), size(4));
        if width > MAX_INPUT_WIDTH || text_len > MAX_TEXT_BYTES {
            return Err(bad("it is damaged".to_owned()));
        }
        let mut text = vec![0u8; text_len];
        let mut pixels = vec![0u8; width * INPUT_ROWS];
        file.read_exact(&mut text).map_err(|error| bad(error.to_string()))?;
        file.read_exact(&mut pixels).map_err(|error| bad(error.to_string()))?;
        let text = String::from_utf8(text).map_err(|_invalid| bad("it is damaged".to_owned()))?;
        lines.push(CachedLine { width, pixels, text });
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_were_written_and_damage_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lines.bin");
        let line = |width: usize, text: &str| CachedLine {
            width,
            pixels: (0..width * INPUT_ROWS).map(|i| i as u8).collect(),
            text: text.to_owned(),
        };
        let lines = vec![line(8, "one"), line(20, "")];
        write_cache(&path, &lines).expect("writable");
        assert_eq!(read_cache(&path).expect("readable"), lines);

        let bytes = std::fs::read(&path).expect("readable");
        std::fs::write(&path, &bytes[..bytes.len() - 5]).expect("writable");
        assert!(read_cache(&path).is_err());
        let mut other_version = bytes;
        other_version[12] ^= 1;
        std::fs::write(&path, other_version).expect("writable");
        let error = read_cache(&path).expect_err("refused").to_string();
        assert!(error.contains("normalize version"), "{error}");
    }
}
