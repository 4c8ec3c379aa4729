//! The panels of the lab and the commands that their views send: data alone.

use std::path::PathBuf;

#[cfg(feature = "train")]
use super::training::command::{AdaptCommand, DistillCommand};
use crate::{app::ui::icons, evaluation::LineFilter};

/// The panels of the lab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabPanel {
    /// Two models on the same lines.
    #[default]
    Compare,
    /// Error rates of a model on a labelled set.
    Evaluate,
    /// The reader is adapted to the user's hand.
    #[cfg(feature = "train")]
    Adapt,
    /// A student model is distilled from a teacher.
    #[cfg(feature = "train")]
    Distill,
    /// Time of each layer.
    Latency,
    /// The installed models.
    Models,
}

impl LabPanel {
    /// All panels, in the order of the list at the side.
    pub(crate) const ALL: &[Self] = &[
        #[cfg(feature = "train")]
        Self::Adapt,
        Self::Compare,
        Self::Evaluate,
        Self::Latency,
        #[cfg(feature = "train")]
        Self::Distill,
        Self::Models,
    ];

    /// Its name, its purpose in a sentence, and its icon.
    pub(crate) const fn label(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Compare => ("Compare", "Two models on the same lines, side by side", icons::COMPARE),
            Self::Evaluate => ("Evaluate", "How well a model reads lines whose text you know", icons::EVALUATE),
            #[cfg(feature = "train")]
            Self::Adapt => {
                ("My handwriting", "The reader practises on your corrections, or on the open pages", icons::LEARN)
            }
            #[cfg(feature = "train")]
            Self::Distill => ("Distill", "A small model learns after a large one", icons::DISTILL),
            Self::Latency => ("Latency", "Where a line's milliseconds go, layer by layer", icons::LATENCY),
            Self::Models => ("Models", "What reads your pages, and what it was measured at", icons::MODELS),
        }
    }

    /// Whether it works with two models, so that a teacher belongs to it.
    pub(crate) const fn is_about_models(self) -> bool {
        match self {
            Self::Compare | Self::Latency | Self::Models => true,
            #[cfg(feature = "train")]
            Self::Distill => true,
            #[cfg(feature = "train")]
            Self::Adapt => false,
            Self::Evaluate => false,
        }
    }

    /// The panel `step` places further down, stopping at the ends.
    pub(crate) fn relative(self, step: isize) -> Self {
        let index = Self::ALL.iter().position(|&panel| panel == self).unwrap_or_default();
        Self::ALL[index.saturating_add_signed(step).min(Self::ALL.len() - 1)]
    }
}

/// A command of the lab's views.
#[derive(Clone, Debug, PartialEq)]
pub enum LabCommand {
    /// Shows a panel.
    Show(LabPanel),
    /// For the list of models that all panels share.
    ModelList(ModelListCommand),
    /// For the panel "Compare".
    Compare(CompareCommand),
    /// For the panel "Evaluate".
    Evaluate(EvaluateCommand),
    /// For the panel "My handwriting".
    #[cfg(feature = "train")]
    Adapt(AdaptCommand),
    /// For the panel "Distill".
    #[cfg(feature = "train")]
    Distill(DistillCommand),
    /// For the panel "Latency".
    Latency(LatencyCommand),
    /// For the panel "Models".
    Models(ModelsCommand),
}

/// A command for the list of models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelListCommand {
    /// Lists the installed models again.
    List,
}

/// One of two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first, for example the teacher.
    A,
    /// The second, for example the student.
    B,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(crate) const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// The source of the compared lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LinesFrom {
    /// The page that is open behind the lab.
    #[default]
    OpenPage,
    /// A labelled set, its folder, or an image.
    Path(PathBuf),
}

/// A command of the panel "Compare".
#[derive(Clone, Debug, PartialEq)]
pub enum CompareCommand {
    /// Chooses a model, by name or by its package's folder.
    Choose(Side, String),
    /// Decodes with the language model, or without.
    UseLanguage(bool),
    /// Asks for a package's folder.
    AskForPackage(Side),
    /// Swaps the two models.
    Swap,
    /// Chooses the lines.
    TakeLines(LinesFrom),
    /// Asks for a labelled set.
    AskForSet,
    /// Reads all lines with both models.
    Start,
    /// Stops reading; lines read so far stay.
    Stop,
    /// Shows only these lines.
    Filter(LineFilter),
    /// Selects a line by its index in the set.
    Select(usize),
    /// Moves the selection by this many rows among the lines shown.
    SelectRelative(isize),
    /// Adds the shown lines, with their true texts, to the user's own lines.
    AddShown,
    /// Adds the selected line with this model's reading as its text.
    AddSelected(Side),
    /// Removes the lines added last.
    UndoAdd,
    /// Asks where to save the table of all lines.
    AskWhereToSave,
    /// Saves it there.
    SaveTable(PathBuf),
}

/// A command of the panel "Evaluate".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluateCommand {
    /// Chooses the model of this name.
    Choose(String),
    /// Decodes with the language model, or without.
    UseLanguage(bool),
    /// Chooses this set.
    TakeSet(PathBuf),
    /// Chooses the user's own lines.
    TakeOwnLines,
    /// Asks for a table or a described page.
    AskForFile,
    /// Asks for a folder.
    AskForFolder,
    /// Reads all lines.
    Start,
    /// Stops without a result.
    Stop,
    /// Asks where to save the report, or the table of all lines.
    AskWhereToSave(SavedFile),
    /// Saves it there.
    Save(SavedFile, PathBuf),
}

/// A command of the panel "Latency".
#[derive(Clone, Debug, PartialEq)]
pub enum LatencyCommand {
    /// Chooses a model, by name or by its package's folder; the second may be none.
    Choose(Side, Option<String>),
    /// Asks for a package's folder.
    AskForPackage(Side),
    /// Sets the width of the measured line, in columns.
    SetWidth(usize),
    /// Sets the number of lines read at once.
    SetThreads(usize),
    /// Measures the lines of the open page instead of a line of strokes, or not.
    UseOpenPage(bool),
    /// Measures.
    Start,
    /// Stops measuring; results so far stay.
    Stop,
    /// Asks where to save the measurement of this model.
    Export(Side, ExportFormat),
    /// Saves it there.
    ExportTo(Side, ExportFormat, PathBuf),
    /// Asks where to save the cost by length, as a table or a picture.
    AskWhereToSaveCurves(SavedFile),
    /// Saves it there.
    SaveCurves(SavedFile, PathBuf),
}

/// A file format of a measurement; the same as those of `longhand profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated rows.
    Csv,
    /// For programs.
    Json,
    /// For `chrome://tracing` and Perfetto.
    Trace,
}

impl ExportFormat {
    pub(crate) const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Trace];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Trace => "Trace",
        }
    }

    /// The name of a file that holds a measurement of `model`.
    pub(crate) fn file_name(self, model: &str) -> String {
        match self {
            Self::Csv => format!("{model}.csv"),
            Self::Json => format!("{model}.json"),
            Self::Trace => format!("{model}.trace.json"),
        }
    }
}

/// A file that a panel can save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedFile {
    /// A report to pass on, HTML.
    Report,
    /// A table for spreadsheets, CSV.
    Table,
    /// A picture of what is drawn, PNG.
    Picture,
}

/// A command of the panel "Models".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelsCommand {
    /// Asks which package folder to import.
    AskWhatToImport,
    /// Imports a package folder.
    Import(PathBuf),
    /// Asks where to write a copy of the model of this name.
    AskWhereToExport(String),
    /// Writes a copy of the model chosen last into this folder.
    Export(PathBuf),
    /// Pages are read with the model of this name, or a warning is shown if it was measured worse than the present one.
    ChooseReader(String),
    /// Chooses the model that was warned of all the same.
    ChooseAnyway,
    /// Pages are read with the present model as before.
    KeepReader,
    /// Deletes one of the user's own models, by name.
    Delete(String),
    /// Restores the model deleted last.
    UndoDelete,
    /// Shows the card of the model of this name.
    OpenCard(String),
    /// Shows the list again.
    CloseCard,
}
