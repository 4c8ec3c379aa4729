//! The window: pages, their lines and their text, read and corrected.
//!
//! Each frame `logic` takes the input, the events of jobs and the commands of the frame before, and changes the state;
//! then `views` draw the state and send new commands. Nothing here waits: files, models and dialogs have jobs.
//!
//! A failure is reported once, as a notification that names the file and the reason. A broken page is closed and leaves
//! the others; a broken reading leaves the lines read so far; a job that panics ends alone.

mod command;
mod command_rules;
mod failure_dialog;
mod lab;
mod logic;
mod state;
mod tasks;
mod ui;
mod views;
mod window;

#[cfg(feature = "train")]
pub use self::lab::training::{
    command::{AdaptCommand, DistillCommand, DistillFile},
    distill::plan::{Plan, SourceKind},
};
pub use self::{
    command::Command,
    failure_dialog::show_failure,
    lab::{
        command::{
            CompareCommand, EvaluateCommand, ExportFormat, LabCommand, LabPanel, LatencyCommand, LinesFrom,
            ModelListCommand, ModelsCommand, SavedFile, Side,
        },
        options::LabOptions,
    },
    logic::{LonghandApp, Options},
    state::{
        document::DocumentId,
        export_sheet::{ExportSheet, TextScope},
        finding::FindQuery,
        project::ProjectSheet,
    },
    ui::{
        software_painter::SoftwarePainter,
        view_transform::{Framing, ViewTransform},
    },
    window::{APP_ID, WindowError, run},
};
