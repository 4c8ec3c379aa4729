//! The commands of the panels that train: data alone.

use std::path::PathBuf;

use super::distill::plan::{Plan, SourceKind};

/// A command of the panel "My handwriting".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdaptCommand {
    /// Lists the user's own lines again.
    List,
    /// Adds the corrected lines of all open pages.
    UseCorrections,
    /// Shows or hides the lines.
    ToggleLines,
    /// Removes a line, by its picture's name.
    Remove(String),
    /// Restores the line removed last.
    UndoRemove,
    /// Starts to learn from the user's own lines.
    Start,
    /// Starts to adapt to the hand on the open pages.
    GetUsed,
    /// Stops without a result.
    Stop,
    /// Pages are read with the new reader from now on.
    Keep,
    /// The reader stays as it was.
    ThrowAway,
    /// Restores the result thrown away last.
    UndoThrowAway,
    /// Pages are read with the built-in reader.
    UseOriginal,
}

/// A command of the panel "Distill".
#[derive(Clone, Debug, PartialEq)]
pub enum DistillCommand {
    /// Lists the runs again.
    List,
    /// Replaces the plan.
    Edit(Box<Plan>),
    /// Asks for a source of lines.
    AskForSource(SourceKind),
    /// Adds a source of lines to the plan.
    AddSource(SourceKind, PathBuf),
    /// Asks for the validation lines, which choose the best weights.
    AskForValid,
    /// Sets the validation lines.
    TakeValid(PathBuf),
    /// Starts the planned run.
    Start,
    /// Runs the plan with every criterion, one after the other; what is there of it goes on.
    StartAllCriteria,
    /// Starts the next run that waits.
    StartNext,
    /// Forgets the runs that wait.
    ForgetWaiting,
    /// Ends the process with a checkpoint, to be resumed later.
    Pause,
    /// Ends the run here and makes a model of its best weights.
    Finish,
    /// Resumes a run from its last checkpoint.
    Resume(String),
    /// Makes a model of the best weights of a run.
    MakeModel(String),
    /// Plots a run, or does not.
    TogglePlot(String),
    /// Deletes a run.
    Delete(String),
    /// Restores the run deleted last.
    UndoDelete,
    /// Asks where to save something of the plotted runs.
    AskWhereToSave(DistillFile),
    /// Saves it there.
    Save(DistillFile, PathBuf),
}

/// Something of the plotted runs that can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistillFile {
    /// A row for each run, as a table.
    Runs,
    /// All points of the curves, as a table.
    Curves,
    /// The curves, as a picture.
    Picture,
}
