//! Longhand's files on this machine: their folders, their contents, and how they are replaced.
//!
//! | file | contents |
//! | - | - |
//! | `folders` | the folders of models, settings, lines and runs |
//! | `settings` | `settings.toml` |
//! | `recovery`, `content_hash` | unsaved corrections, kept by the content of their pictures |
//! | `unsaved_pages`, `bin` | pages that no file holds: open ones, and closed ones |
//! | `project` | `.longhand`: pages with everything done to them |
//! | `user_lines` | the user's labelled lines |
//! | `page_files` | the page files of a folder, in natural order |
//! | `opening_mark` | whether the window came up when it was opened last |
//! | `atomic` | files replaced whole |
//! | `limited` | files read up to a limit |

mod atomic;
mod bin;
mod content_hash;
mod folders;
mod limited;
mod opening_mark;
mod page_files;
mod project;
mod recovery;
mod settings;
mod unsaved_pages;
mod user_lines;

pub use self::{
    atomic::{write_atomically, write_new},
    bin::{Bin, BinnedPage},
    content_hash::ContentHash,
    folders::{
        MODELS_VARIABLE, crash_reports_folder, model_folders, opening_mark_path, recovery_folder, runs_folder,
        settings_path, user_lines_folder, user_models_folder,
    },
    limited::{read_limited, read_text_limited},
    opening_mark::{Opening, OpeningMark},
    page_files::page_files_in,
    project::{PROJECT_ENDING, PackedPicture, Project, ProjectError, ProjectPage, ProjectPicture, path_in_project},
    recovery::{EarlierWork, PictureKey, Recovery, SavedLine, SavedWork},
    settings::{DOUBT_THRESHOLD, RendererChoice, Settings, SettingsWarning, TEXT_SCALE_RANGE, ThemeChoice},
    unsaved_pages::{FoundKeptPage, KeptPage, UnsavedPages},
    user_lines::{Added, UserLine, UserLines, UserLinesError},
};
