//! The folders and the program that the lab works with.

use std::path::PathBuf;

use crate::{
    recognition::{ModelLibrary, UserModels},
    storage::UserLines,
};

/// What the lab needs from outside the window.
#[derive(Clone, Debug, Default)]
pub struct LabOptions {
    /// The model packages.
    pub library: ModelLibrary,
    /// The user's own packages; `None` keeps none.
    pub own_models: Option<UserModels>,
    /// The user's own labelled lines; `None` keeps none.
    pub user_lines: Option<UserLines>,
    /// The folder of training runs; `None` keeps none.
    pub runs: Option<PathBuf>,
    /// This program's file, which trains in child processes; `None` cannot train.
    pub program: Option<PathBuf>,
    /// Further arguments of `longhand learn`.
    pub learning_arguments: Vec<String>,
}
