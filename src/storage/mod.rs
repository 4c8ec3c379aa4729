//! Where Longhand's files lie on this machine, what is kept in them, and how they are replaced.

mod atomic;
mod folders;
mod kept_pages;
mod own_lines;
mod page_files;
mod recovery;
mod settings;

pub use atomic::write_atomically;
pub use folders::{
    MODELS_VARIABLE, model_folders, own_lines_folder, own_models_folder, recovery_folder, runs_folder, settings_path,
};
pub use kept_pages::{FoundKeptPage, KeptPage, KeptPages};
pub use own_lines::{Added, OwnLine, OwnLines, OwnLinesError};
pub use page_files::page_files_in;
pub use recovery::{Recovery, SavedLine};
pub use settings::{DOUBT_THRESHOLD, Settings, SettingsWarning, ThemeChoice};
