//! The user's own lines, copied and parted: most to learn from, some to measure by.

use std::{
    fmt::Write as _,
    io::Cursor,
    path::{Path, PathBuf},
};

use image::ImageFormat;

use super::super::TrainingError;
use crate::{
    evaluation::{LabelledLine, LineOpener, LineSet},
    storage::write_atomically,
};

/// Fewer lines than this teach too little.
pub const MIN_OWN_LINES: usize = 20;
/// One line in so many is kept back. Lines that are added later leave the earlier ones where they are.
const ONE_HELD_OUT_IN: usize = 4;

/// The two parts of the user's lines.
pub(super) struct OwnSets {
    /// The table of those to learn from.
    pub(super) learnt: PathBuf,
    pub(super) n_learnt: usize,
    /// The table of those kept back.
    pub(super) held_out: PathBuf,
    pub(super) n_held_out: usize,
}

/// How many of so many own lines are kept back.
pub const fn n_held_out(n_lines: usize) -> usize {
    n_lines / ONE_HELD_OUT_IN
}

const fn is_held_out(index: usize) -> bool {
    index % ONE_HELD_OUT_IN == ONE_HELD_OUT_IN - 1
}

/// Copies the lines of the set at `path` to `folder`, so that what the user does to them meanwhile changes nothing.
pub(super) fn prepare_lines(path: &Path, folder: &Path) -> Result<OwnSets, TrainingError> {
    let set = LineSet::open(path).map_err(|error| TrainingError::bad_data(path, error))?;
    let lines: Vec<&LabelledLine> = set.lines.iter().filter(|line| !line.text.is_empty()).collect();
    if lines.len() < MIN_OWN_LINES {
        let reason =
            format!("{} has {} lines, and it takes {MIN_OWN_LINES} to learn a hand", path.display(), lines.len());
        return Err(TrainingError::NoLines { reason });
    }
    let folder = folder.join("lines");
    let mut opener = LineOpener::default();
    let header = "file\twriter\ttext\n";
    let (mut learnt, mut held_out) = (header.to_owned(), header.to_owned());
    for (index, line) in lines.iter().enumerate() {
        let image = opener.open(line).map_err(|error| TrainingError::bad_data(&line.path, error))?;
        let file = format!("{index:04}.png");
        let mut png = Cursor::new(Vec::new());
        let encoded = image.pixels.write_to(&mut png, ImageFormat::Png);
        encoded.map_err(|error| TrainingError::bad_data(&line.path, error))?;
        write(&folder.join(&file), png.get_ref())?;
        let table = if is_held_out(index) { &mut held_out } else { &mut learnt };
        // Writing to a string cannot fail.
        writeln!(table, "{file}\tme\t{}", line.text).ok();
    }
    let sets = OwnSets {
        learnt: folder.join("learnt.tsv"),
        n_learnt: lines.len() - n_held_out(lines.len()),
        held_out: folder.join("held-out.tsv"),
        n_held_out: n_held_out(lines.len()),
    };
    write(&sets.learnt, learnt.as_bytes())?;
    write(&sets.held_out, held_out.as_bytes())?;
    Ok(sets)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), TrainingError> {
    write_atomically(path, bytes).map_err(|error| TrainingError::unwritable(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{imaging::LineImage, storage::OwnLines};
    use image::{GrayImage, Luma};

    fn own_lines(folder: &Path, n: usize) -> PathBuf {
        let lines = OwnLines::new(folder.join("own"));
        for index in 0..n as u32 {
            let pixels = GrayImage::from_fn(60, 20, |x, _| Luma([if x == index { 0 } else { 255 }]));
            lines.add(&LineImage::from_gray(pixels), &format!("line {index}"), "page").unwrap();
        }
        lines.table()
    }

    fn texts(table: &Path) -> Vec<String> {
        LineSet::open(table).unwrap().lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn later_lines_leave_the_earlier_ones_on_their_side() {
        let folder = tempfile::tempdir().unwrap();
        let few = prepare_lines(&own_lines(folder.path(), 22), &folder.path().join("a")).unwrap();
        let many = prepare_lines(&own_lines(folder.path(), 30), &folder.path().join("b")).unwrap();
        assert_eq!((few.n_learnt, few.n_held_out), (17, 5));
        assert_eq!((texts(&few.learnt).len(), texts(&few.held_out).len()), (17, 5));
        let (few, many) = (texts(&few.held_out), texts(&many.held_out));
        assert_eq!(few[..], many[..few.len()]);
    }

    #[test]
    fn too_few_lines_are_refused_with_both_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let error = prepare_lines(&own_lines(folder.path(), 19), folder.path()).err().unwrap().to_string();
        assert!(error.contains("19") && error.contains("20"), "{error}");
    }
}
