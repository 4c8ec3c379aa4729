//! Lines whose letters are upright bars: the simplest writing that a network can learn to read.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use image::{GrayImage, Luma};

/// A line of two to four bars, 60 by 32 pixels; every third line begins a pixel further to the right.
pub(crate) fn bars(index: usize) -> GrayImage {
    let (n_bars, shift) = (n_bars(index) as u32, index as u32 / 3);
    let is_ink = |x: u32, y: u32| {
        (8..24).contains(&y) && x >= 8 + shift && (x - 8 - shift) % 8 < 3 && (x - 8 - shift) / 8 < n_bars
    };
    GrayImage::from_fn(60, 32, |x, y| Luma([if is_ink(x, y) { 20 } else { 250 }]))
}

fn n_bars(index: usize) -> usize {
    2 + index % 3
}

/// What the line says: an "i" for each bar.
pub(crate) fn text_of_bars(index: usize) -> String {
    "i".repeat(n_bars(index))
}

/// A labelled set of `n` lines in `folder`: `set.tsv` and its images.
pub(crate) fn write_labelled_bars(folder: &Path, n: usize) -> PathBuf {
    let mut table = "file\ttext\n".to_owned();
    for index in 0..n {
        bars(index).save(folder.join(format!("{index}.png"))).expect("writable");
        writeln!(table, "{index}.png\t{}", text_of_bars(index)).expect("a string");
    }
    let path = folder.join("set.tsv");
    std::fs::write(&path, table).expect("writable");
    path
}
