//! Where Longhand's files lie on this machine.

mod folders;

pub use folders::{MODELS_VARIABLE, model_folders, recovery_folder, settings_path};
