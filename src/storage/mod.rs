//! Longhand's files on this machine: their folders, their contents, and how they are replaced.
//!
//! | file | contents |
//! | - | - |
//! | `folders` | the folders of models, settings, lines and runs |
//! | `settings` | `settings.toml` |
//! | `recovery`, `unsaved_pages` | unsaved corrections, and pages that no file holds |
//! | `user_lines` | the user's labelled lines |
//! | `page_files` | the page files of a folder, in natural order |
//! | `atomic` | files replaced whole |

mod atomic;
mod folders;
mod page_files;
mod recovery;
mod settings;
mod unsaved_pages;
mod user_lines;

pub use self::{
    atomic::{write_atomically, write_new},
    folders::{
        MODELS_VARIABLE, model_folders, recovery_folder, runs_folder, settings_path, user_lines_folder,
        user_models_folder,
    },
    page_files::page_files_in,
    recovery::{Recovery, SavedLine},
    settings::{DOUBT_THRESHOLD, Settings, SettingsWarning, ThemeChoice},
    unsaved_pages::{FoundKeptPage, KeptPage, UnsavedPages},
    user_lines::{Added, UserLine, UserLines, UserLinesError},
};
