//! Writes pages as line finding sees them: grey, paper white, ink dark, rules and enclosures erased.
//!
//!     cargo run --release --example prepared_pages -- OUT photo.jpg scan.jpg …
//!
//! Each goes to `OUT/NAME.png` in full size. The ink labeller of `models/pytorch/ink_labeller` learns from them.

use std::{env, fs, path::PathBuf};

use longhand::imaging::{PageImage, prepare};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = env::args_os().skip(1).map(PathBuf::from);
    let out = paths.next().ok_or("give a folder, then pictures")?;
    fs::create_dir_all(&out)?;
    for path in paths {
        let name = path.file_stem().ok_or("a picture needs a name")?;
        let prepared = prepare(&PageImage::open(&path)?);
        prepared.gray().save(out.join(name).with_extension("png"))?;
    }
    Ok(())
}
