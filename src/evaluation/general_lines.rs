//! Built-in lines of many hands, to measure whether a reader adapted to one hand still reads the others.

use std::{
    fmt::Write as _,
    io::{self, Cursor},
    path::{Path, PathBuf},
};

use image::{ImageFormat, imageops};

use crate::storage::write_atomically;

/// The image of all lines, one below the other; origins and licences are in `assets/README.md`.
const SHEET: &[u8] = include_bytes!("../../assets/general-lines/lines.jpg");
/// For each line its top, height and width on the sheet in pixels, its origin and its text.
const TABLE: &str = include_str!("../../assets/general-lines/lines.tsv");

/// Writes the built-in lines to `folder` as a labelled set; returns the path of its table.
pub fn general_lines(folder: &Path) -> io::Result<PathBuf> {
    let sheet = image::load_from_memory(SHEET).map_err(io::Error::other)?.into_luma8();
    let mut table = "file\twriter\ttext\n".to_owned();
    for (index, row) in TABLE.lines().skip(1).enumerate() {
        let cells: Vec<&str> = row.split('\t').collect();
        let [top, height, width, origin, text] = cells[..] else { continue };
        let side = |cell: &str| cell.parse::<u32>().map_err(io::Error::other);
        let line = imageops::crop_imm(&sheet, 0, side(top)?, side(width)?, side(height)?).to_image();
        let mut png = Cursor::new(Vec::new());
        line.write_to(&mut png, ImageFormat::Png).map_err(io::Error::other)?;
        let file = format!("{index:02}.png");
        write_atomically(&folder.join(&file), png.get_ref())?;
        // Writing to a string cannot fail.
        writeln!(table, "{file}\t{origin}\t{text}").ok();
    }
    let path = folder.join("lines.tsv");
    write_atomically(&path, table.as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{evaluation::line_set::LineSet, imaging::LineImage};

    #[test]
    fn every_bundled_line_is_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let set = LineSet::open(&general_lines(folder.path()).unwrap()).unwrap();
        assert_eq!(set.lines.len(), TABLE.lines().count() - 1);
        for line in &set.lines {
            let image = LineImage::open(&line.path).unwrap().pixels;
            assert!(image.width() > 60 && (40..=80).contains(&image.height()), "{}", line.text);
        }
    }
}
