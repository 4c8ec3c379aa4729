//! Manual pages and completions as they are packed are those of the commands.

#[cfg(feature = "train")]
#[path = "../../examples/manual.rs"]
mod pages;

/// Without the commands of training there are fewer pages than packages have.
#[cfg(feature = "train")]
#[test]
fn the_packed_manual_and_completions_are_those_of_the_commands() {
    use std::{collections::BTreeMap, fs, path::Path};

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/manual");
    let kept: BTreeMap<String, Vec<u8>> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    let made = pages::files().unwrap();
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&kept), names(&made), "cargo run --release --example manual");
    for (name, contents) in &made {
        assert!(kept[name] == *contents, "{name} is not up to date: cargo run --release --example manual");
    }
}
