//! Where Longhand's files lie on this machine, what is kept in them, and how they are replaced.

mod atomic;
mod folders;
mod page_files;
mod recovery;
mod settings;
mod unsaved_pages;
mod user_lines;

pub use self::{
    atomic::write_atomically,
    folders::{
        MODELS_VARIABLE, model_folders, own_lines_folder, own_models_folder, recovery_folder, runs_folder,
        settings_path,
    },
    page_files::page_files_in,
    recovery::{Recovery, SavedLine},
    settings::{DOUBT_THRESHOLD, Settings, SettingsWarning, ThemeChoice},
    unsaved_pages::{FoundKeptPage, KeptPage, UnsavedPages},
    user_lines::{Added, OwnLine, OwnLinesError, UserLines},
};
