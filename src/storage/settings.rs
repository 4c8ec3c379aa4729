//! The user's settings, `settings.toml`. Loading never fails.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{atomic::write_atomically, limited::read_limited};
use crate::ink::{PaperKind, PenStyle};

/// Recent files kept for the welcome screen.
const MAX_RECENT_FILES: usize = 8;
/// The largest settings file that is read, in bytes; a usual one takes one kilobyte.
const MAX_SETTINGS_BYTES: u64 = 1_000_000;
/// Default confidence, 0 to 1, below which words are doubtful: chosen on `iam-lines/valid-2` and the valid labels of
/// hdBPMN so that nearly six in ten of them are wrong (`longhand evaluate`).
pub const DOUBT_THRESHOLD: f32 = 0.6;

/// The theme: light, dark, or the system's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    /// The theme of the desktop.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
    /// Black on white with strong outlines.
    Contrast,
}

/// What draws the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RendererChoice {
    /// The graphics card; where that fails, the processor.
    #[default]
    Auto,
    /// The processor. Remembered where the graphics card failed.
    Software,
}

/// The sizes of letters that can be chosen: 80 to 200 % of the usual one.
pub const TEXT_SCALE_RANGE: std::ops::RangeInclusive<f32> = 0.8..=2.0;

/// Settings of window and command line. Precedence: command line, settings file, default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The theme of the window.
    pub theme: ThemeChoice,
    /// What draws the window.
    #[serde(skip_serializing_if = "is_auto")]
    pub renderer: RendererChoice,
    /// The model package to read with; `None` for the built-in one.
    pub model: Option<String>,
    /// Confidence, 0 to 1, below which words, and lines with such a word, are marked as doubtful. Only a chosen value
    /// is written, so that a better default reaches everybody else.
    #[serde(skip_serializing_if = "is_default_threshold")]
    pub doubt_threshold: f32,
    /// The size of letters and of everything around them; 1 is the usual one.
    pub text_scale: f32,
    /// Whether lines are outlined on the page.
    pub show_outlines: bool,
    /// Whether what was taken for drawings is outlined on the page.
    pub show_drawings: bool,
    /// Words of the user's own, such as names, that the reader holds for more probable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_words: Vec<String>,
    /// The pen.
    pub pen: PenStyle,
    /// What is printed on new sheets.
    pub paper: PaperKind,
    /// Recently opened files, the newest first.
    pub recent_files: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            renderer: RendererChoice::Auto,
            model: None,
            doubt_threshold: DOUBT_THRESHOLD,
            text_scale: 1.0,
            show_outlines: true,
            show_drawings: false,
            own_words: Vec::new(),
            pen: PenStyle::default(),
            paper: PaperKind::default(),
            recent_files: Vec::new(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_default_threshold(threshold: &f32) -> bool {
    (threshold - DOUBT_THRESHOLD).abs() < f32::EPSILON
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_auto(renderer: &RendererChoice) -> bool {
    *renderer == RendererChoice::Auto
}

/// A warning about the settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsWarning {
    /// The file that could not be used.
    pub path: PathBuf,
    /// The defect, as a clause.
    pub reason: String,
    /// The file it was renamed to, if that succeeded.
    pub moved_to: Option<PathBuf>,
}

impl fmt::Display for SettingsWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "The settings in {} could not be used: {}", self.path.display(), self.reason)?;
        match &self.moved_to {
            Some(path) => write!(formatter, ". The file was kept as {}", path.display()),
            None => Ok(()),
        }
    }
}

impl Settings {
    /// Loads the settings at `path`. An unusable file is renamed to the ending `.bad` and the defaults are returned; a
    /// missing file gives no warning.
    pub fn load(path: &Path) -> (Self, Vec<SettingsWarning>) {
        let bytes = match read_limited(path, MAX_SETTINGS_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Self::default(), Vec::new()),
            Err(error) => return Self::default_with_warning(path, error.to_string(), None),
        };
        let parsed = std::str::from_utf8(&bytes)
            .map_err(|error| error.to_string())
            .and_then(|text| toml::from_str::<Self>(text).map_err(|error| error.message().to_owned()));
        match parsed {
            Ok(settings) => (settings.within_limits(), Vec::new()),
            Err(reason) => {
                let bad = path.with_extension("toml.bad");
                let moved_to = fs::rename(path, &bad).is_ok().then_some(bad);
                Self::default_with_warning(path, reason, moved_to)
            }
        }
    }

    /// Writes the settings to `path` atomically.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let text = self.to_toml().map_err(io::Error::other)?;
        write_atomically(path, text.as_bytes())
    }

    /// The contents of the settings file.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    /// Removes a file that cannot be opened from the recent ones.
    pub fn forget_file(&mut self, path: &Path) {
        self.recent_files.retain(|recent| recent != path);
    }

    /// Makes `path` the first of the recent files.
    pub fn remember_file(&mut self, path: &Path) {
        self.recent_files.retain(|recent| recent != path);
        self.recent_files.insert(0, path.to_owned());
        self.recent_files.truncate(MAX_RECENT_FILES);
    }

    fn within_limits(mut self) -> Self {
        let threshold = self.doubt_threshold;
        self.doubt_threshold = if threshold.is_finite() { threshold.clamp(0.0, 1.0) } else { DOUBT_THRESHOLD };
        let scale = self.text_scale;
        let range = TEXT_SCALE_RANGE;
        self.text_scale = if scale.is_finite() { scale.clamp(*range.start(), *range.end()) } else { 1.0 };
        self.recent_files.truncate(MAX_RECENT_FILES);
        self
    }

    fn default_with_warning(path: &Path, reason: String, moved_to: Option<PathBuf>) -> (Self, Vec<SettingsWarning>) {
        (Self::default(), vec![SettingsWarning { path: path.to_owned(), reason, moved_to }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn settings_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let mut settings =
            Settings { theme: ThemeChoice::Dark, model: Some("notes".to_owned()), ..Settings::default() };
        settings.remember_file(Path::new("/photos/one.jpg"));
        settings.save(&path).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains("doubt_threshold"), "nobody chose it");
        assert_eq!(Settings::load(&path), (settings.clone(), Vec::new()));
        settings.doubt_threshold = 0.6;
        settings.save(&path).unwrap();
        assert_eq!(Settings::load(&path), (settings, Vec::new()));
    }

    #[test]
    fn a_damaged_file_is_put_aside_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, "theme = [").unwrap();
        let (settings, warnings) = Settings::load(&path);
        assert_eq!(settings, Settings::default());
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].to_string().contains("settings.toml.bad"), "{}", warnings[0]);
        assert!(!path.exists() && folder.path().join("settings.toml.bad").exists());
        assert_eq!(Settings::load(&path).1, Vec::new());
    }

    #[test]
    fn settings_of_another_version_keep_what_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, "theme = \"light\"\nfrom_the_future = 3\ndoubt_threshold = 7.0\n").unwrap();
        let (settings, warnings) = Settings::load(&path);
        assert_eq!((settings.theme, warnings.len()), (ThemeChoice::Light, 0));
        assert!((settings.doubt_threshold - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn recent_files_are_few_and_none_stands_twice() {
        let mut settings = Settings::default();
        for n in 0..20 {
            settings.remember_file(Path::new(&format!("{}.png", n % 10)));
        }
        assert_eq!(settings.recent_files.len(), MAX_RECENT_FILES);
        assert_eq!(settings.recent_files[0], Path::new("9.png"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("settings.toml");
            fs::write(&path, bytes).unwrap();
            let (settings, _) = Settings::load(&path);
            prop_assert!((0.0..=1.0).contains(&settings.doubt_threshold));
            prop_assert!(TEXT_SCALE_RANGE.contains(&settings.text_scale));
        }
    }
}
