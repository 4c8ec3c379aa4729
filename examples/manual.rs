//! Writes the manual pages and the completions of shells to `packaging/manual`: `cargo run --release --example manual`.
//!
//! They are made from the commands themselves and kept, so that packaging needs neither this program nor its crates.
//! `tests/cli` holds them to the commands.

use std::{collections::BTreeMap, fs, io, path::Path};

use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// The files of the manual and their contents, by their names.
pub(crate) fn files() -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut program = longhand::cli::command().disable_help_subcommand(true);
    program.build();
    let mut files = BTreeMap::from([("longhand.1".to_owned(), page(&program)?)]);
    for command in program.get_subcommands() {
        files.insert(format!("longhand-{}.1", command.get_name()), page(command)?);
    }
    for (shell, name) in [(Shell::Bash, "longhand.bash"), (Shell::Zsh, "_longhand"), (Shell::Fish, "longhand.fish")] {
        let mut completion = Vec::new();
        generate(shell, &mut longhand::cli::command(), "longhand", &mut completion);
        files.insert(name.to_owned(), completion);
    }
    Ok(files)
}

fn page(command: &clap::Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("Longhand ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).manual("Longhand").date("").render(&mut page)?;
    Ok(page)
}

#[cfg_attr(test, expect(dead_code, reason = "the test has the files alone"))]
fn main() -> io::Result<()> {
    let folder = Path::new("packaging/manual");
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        // A command that is gone has no page.
        fs::remove_file(entry?.path())?;
    }
    for (name, contents) in files()? {
        fs::write(folder.join(name), contents)?;
    }
    Ok(())
}
