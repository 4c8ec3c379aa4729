//! A folder in which the real program is run, and what it says.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use image::{GrayImage, Luma};
use serde_json::Value;
use tempfile::TempDir;

/// A fresh folder in which the program is run, with no models but its own.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Strokes on paper, like `n_lines` lines of writing.
    pub(crate) fn draw_page(&self, name: &str, n_lines: u32) {
        let mut image = GrayImage::from_pixel(600, 60 + n_lines * 90, Luma([245]));
        for line in 0..n_lines {
            for stroke in 0..25 {
                for step in 0..34 {
                    let (x, y) = (40 + stroke * 20 + step / 4 + stroke % 3, 40 + line * 90 + step);
                    (0..4).for_each(|thickness| image.put_pixel(x + thickness, y, Luma([30])));
                }
            }
        }
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        image.save(self.path(name)).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_longhand"));
        command.args(arguments).current_dir(self.0.path());
        command.env_remove("LONGHAND_MODELS").env_remove("LONGHAND_LOG");
        command.env("HOME", self.0.path()).env_remove("XDG_DATA_HOME");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Answer::from(child.wait_with_output().unwrap())
    }
}

/// What the program said. No run may ever panic.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self { status: output.status.code().unwrap(), stdout, stderr }
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn assert_status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// That one line of standard error names all of `parts`.
    #[track_caller]
    pub(crate) fn assert_says(self, parts: &[&str]) -> Self {
        let says_all = |line: &str| parts.iter().all(|part| line.contains(part));
        assert!(self.stderr.lines().any(says_all), "no line says {parts:?}: {self:?}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
