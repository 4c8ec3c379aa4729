//! Everything the user can ask for. Menu text, tooltip, icon and shortcut of a command come from here alone.

use std::path::PathBuf;

use eframe::egui::{Key, KeyboardShortcut, Modifiers, Rect};

use super::{
    lab::LabCommand,
    state::document::DocumentId,
    ui::{icons, view_transform::Framing},
};
use crate::{
    imaging::CleanUp,
    ink::Stroke,
    page::{LineId, Point},
    storage::ThemeChoice,
};

/// What a view sends when the user wants something done. Only `logic` runs it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    // Pages
    Open,
    PasteImage,
    NewDrawing,
    SaveText,
    CopyText,
    CopyTextWithoutLineBreaks,
    SaveTextOfAllPages,
    SavePdf,
    SavePdfOfAllPages,
    CopyTextOfAllPages,
    ReadAgain,
    StopReading,
    StopSaving,
    NextPage,
    PreviousPage,
    ClosePage,
    CloseFile,
    ReopenPage,
    Quit,
    // The page's image
    RotateLeft,
    RotateRight,
    Straighten,
    LeaveAslant,
    EditCorners,
    ApplyCorners,
    ResetCorners,
    CancelCorners,
    // Lines
    Undo,
    Redo,
    AcceptLine,
    RevertLine,
    NextLine,
    PreviousLine,
    NextDoubtfulWord,
    PreviousDoubtfulWord,
    NextAlternative,
    PreviousAlternative,
    // View
    ZoomIn,
    ZoomOut,
    FitPage,
    FitWidth,
    ActualSize,
    ToggleOutlines,
    // Drawing
    UsePen,
    UseEraser,
    ClearDrawing,
    // Lab
    ShowPages,
    LearnMyHandwriting,
    AdaptToHand,
    ToggleLab,
    // Help
    ToggleShortcuts,
    // Closing
    KeepOpen,
    StopAndClose,
    CloseNow,
    // With what they are about
    OpenFiles(Vec<PathBuf>),
    SaveTextTo(PathBuf),
    SaveTextOfAllPagesTo(PathBuf),
    /// Which corner, from the upper left clockwise, and where to, in pixels of the page as it is shown.
    MoveCorner {
        corner: usize,
        to: Point,
    },
    SetCleanUp(CleanUp),
    ShowPage(DocumentId),
    SelectLine(LineId),
    EditLine {
        line: LineId,
        text: String,
    },
    SetFraming(Framing),
    ResizeViewport(Rect),
    DrawStroke(Stroke),
    EraseAlong(Vec<Point>),
    SetTheme(ThemeChoice),
    /// Words read with less confidence are marked as doubtful from now on.
    SetDoubtThreshold(f32),
    DismissNotification(u64),
    /// Reads pages with the model called so from now on.
    UseModel(String),
    /// Does so, and reads the open pages again.
    ReadAllWith(String),
    Lab(LabCommand),
}

/// How a command is shown: what its menu entry says, what its tooltip adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CommandInfo {
    /// Menu text and accessible name.
    pub(super) text: &'static str,
    /// What it does, in a sentence.
    pub(super) tooltip: &'static str,
    /// A character of the icon font, or nothing.
    pub(super) icon: &'static str,
    /// Keys that run it.
    pub(super) shortcut: Option<KeyboardShortcut>,
    /// Where the list of shortcuts puts it.
    pub(super) group: &'static str,
}

/// The commands that menus and the list of shortcuts show, in their order.
pub(super) const LISTED: [Command; 44] = [
    Command::Open,
    Command::PasteImage,
    Command::NewDrawing,
    Command::SaveText,
    Command::CopyText,
    Command::CopyTextWithoutLineBreaks,
    Command::SaveTextOfAllPages,
    Command::SavePdf,
    Command::SavePdfOfAllPages,
    Command::CopyTextOfAllPages,
    Command::ReadAgain,
    Command::StopReading,
    Command::StopSaving,
    Command::NextPage,
    Command::PreviousPage,
    Command::ClosePage,
    Command::CloseFile,
    Command::ReopenPage,
    Command::Quit,
    Command::RotateLeft,
    Command::RotateRight,
    Command::Straighten,
    Command::EditCorners,
    Command::Undo,
    Command::Redo,
    Command::AcceptLine,
    Command::RevertLine,
    Command::NextLine,
    Command::PreviousLine,
    Command::NextDoubtfulWord,
    Command::PreviousDoubtfulWord,
    Command::NextAlternative,
    Command::PreviousAlternative,
    Command::ZoomIn,
    Command::ZoomOut,
    Command::FitPage,
    Command::FitWidth,
    Command::ActualSize,
    Command::ToggleOutlines,
    Command::UsePen,
    Command::UseEraser,
    Command::LearnMyHandwriting,
    Command::ToggleLab,
    Command::ToggleShortcuts,
];

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

impl Command {
    /// How the command is shown; `None` for those that gestures make.
    pub(super) fn info(&self) -> Option<CommandInfo> {
        let command = Modifiers::COMMAND;
        let plain = Modifiers::NONE;
        Some(match self {
            Self::Open => pages("Open…", "Open photos or scans of handwriting", icons::OPEN).keys(command, Key::O),
            Self::PasteImage => {
                pages("Paste image", "Read the image on the clipboard", icons::PASTE).keys(command, Key::V)
            }
            Self::NewDrawing => {
                pages("Write", "Write on a blank sheet with pen or mouse", icons::DRAW).keys(command, Key::N)
            }
            Self::ReadAgain => {
                pages("Read again", "Read this page once more; your corrections stay", icons::READ_AGAIN)
                    .keys(plain, Key::F5)
            }
            Self::StopReading => {
                pages("Stop reading", "Keep the lines read so far", icons::STOP).keys(command, Key::Period)
            }
            Self::StopSaving => pages("Stop saving", "Leave the file as it was before", icons::STOP),
            Self::NextPage => pages("Next page", "Show the next open page", "").keys(command, Key::PageDown),
            Self::PreviousPage => {
                pages("Previous page", "Show the open page before this", "").keys(command, Key::PageUp)
            }
            Self::ClosePage => {
                pages("Close page", "Close this page; what you did to it is kept", icons::CLOSE).keys(command, Key::W)
            }
            Self::CloseFile => {
                pages("Close file", "Close all pages of this file; their corrections are kept", icons::CLOSE)
                    .keys(CTRL_SHIFT, Key::W)
            }
            Self::ReopenPage => {
                pages("Reopen page", "Open the page again that was closed last", icons::UNDO).keys(CTRL_SHIFT, Key::T)
            }
            Self::Quit => pages("Quit", "Close Longhand", "").keys(command, Key::Q),
            Self::Undo => lines("Undo", "Take the last change back", icons::UNDO).keys(command, Key::Z),
            Self::Redo => lines("Redo", "Make the change again", icons::REDO).keys(CTRL_SHIFT, Key::Z),
            Self::AcceptLine => {
                lines("Accept line", "The line is right; go to the next", icons::CHECKED).keys(plain, Key::Enter)
            }
            Self::RevertLine => lines("Revert line", "Back to what the line said when you came to it", icons::UNDO)
                .keys(plain, Key::Escape),
            Self::NextLine => lines("Next line", "Go to the line below", "").keys(plain, Key::ArrowDown),
            Self::PreviousLine => lines("Previous line", "Go to the line above", "").keys(plain, Key::ArrowUp),
            Self::NextDoubtfulWord => lines(
                "Next doubtful word",
                "Go to the next word that was read with little confidence",
                icons::NEXT_DOUBTFUL,
            )
            .keys(plain, Key::F8),
            Self::PreviousDoubtfulWord => {
                lines("Previous doubtful word", "Go to the doubtful word before this", icons::PREVIOUS_DOUBTFUL)
                    .keys(Modifiers::SHIFT, Key::F8)
            }
            Self::NextAlternative => lines("Next alternative", "Another word that the reader held possible", "")
                .keys(Modifiers::ALT, Key::ArrowDown),
            Self::PreviousAlternative => lines("Previous alternative", "The word before, or what was read", "")
                .keys(Modifiers::ALT, Key::ArrowUp),
            Self::ZoomIn => view("Zoom in", "Larger", icons::ZOOM_IN).keys(command, Key::Plus),
            Self::ZoomOut => view("Zoom out", "Smaller", icons::ZOOM_OUT).keys(command, Key::Minus),
            Self::FitPage => view("Fit page", "Show the whole page", icons::FIT_PAGE).keys(command, Key::Num0),
            Self::FitWidth => {
                view("Fit width", "Show the page's whole width", icons::FIT_WIDTH).keys(command, Key::Num2)
            }
            Self::ActualSize => {
                view("Actual size", "One page pixel a screen pixel", icons::ACTUAL_SIZE).keys(command, Key::Num1)
            }
            Self::ToggleOutlines => {
                view("Line outlines", "Show where the lines are", icons::OUTLINES).keys(command, Key::L)
            }
            Self::UsePen => drawing("Pen", "Write", icons::PEN).keys(command, Key::P),
            Self::UseEraser => drawing("Eraser", "Rub whole strokes out", icons::ERASER).keys(command, Key::E),
            Self::ClearDrawing => drawing("Clear sheet", "Rub everything out; can be undone", icons::CLEAR),
            Self::LearnMyHandwriting => pages(
                "Learn my handwriting…",
                "Practise on lines that you corrected, or get used to the hand on the open pages",
                icons::LEARN,
            ),
            Self::AdaptToHand => pages(
                "Get used to it",
                "Practise on what is read most surely on the open pages, for a minute; then they are read again",
                icons::LEARN,
            ),
            Self::ToggleLab => view("Lab", "Compare, measure and choose models; again for the pages", icons::LAB)
                .keys(CTRL_SHIFT, Key::L),
            Self::ToggleShortcuts => {
                CommandInfo::new("Help", "Keyboard shortcuts", "List all shortcuts", icons::KEYBOARD)
                    .keys(plain, Key::F1)
            }
            _ => return self.text_info().or_else(|| self.image_info()),
        })
    }

    /// How the commands that take the text away are shown.
    fn text_info(&self) -> Option<CommandInfo> {
        let command = Modifiers::COMMAND;
        Some(match self {
            Self::SaveText => pages("Save text…", "Save this page's text as a file", icons::SAVE).keys(command, Key::S),
            Self::CopyText => {
                pages("Copy text", "Copy this page's text, one row a line", icons::COPY).keys(CTRL_SHIFT, Key::C)
            }
            Self::CopyTextWithoutLineBreaks => {
                pages("Copy without line breaks", "Copy this page's text as one paragraph", icons::COPY)
                    .keys(CTRL_SHIFT, Key::J)
            }
            Self::SaveTextOfAllPages => {
                pages("Save text of all pages…", "Save the text of all open pages as one file", icons::SAVE)
                    .keys(CTRL_SHIFT, Key::S)
            }
            Self::SavePdf => {
                pages("Save as PDF…", "Save this page's picture with its text to be searched", icons::SAVE)
                    .keys(CTRL_SHIFT, Key::P)
            }
            Self::SavePdfOfAllPages => {
                pages("Save all pages as PDF…", "Save the pictures of all open pages with their text", icons::SAVE)
            }
            Self::CopyTextOfAllPages => {
                pages("Copy text of all pages", "Copy the text of all open pages", icons::COPY).keys(CTRL_SHIFT, Key::A)
            }
            _ => return None,
        })
    }

    /// How the commands about the page's image are shown.
    fn image_info(&self) -> Option<CommandInfo> {
        let command = Modifiers::COMMAND;
        Some(match self {
            Self::RotateLeft => {
                image("Rotate left", "Turn the page a quarter to the left", icons::ROTATE_LEFT).keys(CTRL_SHIFT, Key::R)
            }
            Self::RotateRight => {
                image("Rotate right", "Turn the page a quarter to the right", icons::ROTATE_RIGHT).keys(command, Key::R)
            }
            Self::Straighten => {
                image("Straighten", "Cut out the sheet that was found, and set it straight", icons::STRAIGHTEN)
                    .keys(CTRL_SHIFT, Key::K)
            }
            Self::LeaveAslant => image("Leave as it is", "The page stays as it is", icons::CLOSE),
            Self::EditCorners => {
                image("Corners", "Cut the sheet out by its four corners, and set it straight", icons::CORNERS)
                    .keys(command, Key::K)
            }
            Self::ApplyCorners => image("Apply", "Cut the sheet out and read it (Enter)", icons::CHECKED),
            Self::ResetCorners => image("Whole page", "Put the corners back to the page's own", icons::FIT_PAGE),
            Self::CancelCorners => image("Cancel", "Leave the page as it was (Escape)", icons::CLOSE),
            _ => return None,
        })
    }

    /// Whether it changes the shown page or how it is shown, which nobody sees from the lab.
    pub(super) fn is_about_shown_page(&self) -> bool {
        let has_group = |info: CommandInfo| matches!(info.group, "Proof-reading" | "Writing");
        self.info().is_some_and(has_group)
            || matches!(
                self,
                Self::SaveText
                    | Self::SavePdf
                    | Self::CopyText
                    | Self::CopyTextWithoutLineBreaks
                    | Self::ReadAgain
                    | Self::ClosePage
                    | Self::ZoomIn
                    | Self::ZoomOut
                    | Self::FitPage
                    | Self::FitWidth
                    | Self::ActualSize
                    | Self::ToggleOutlines
            )
    }

    /// Whether the shortcut belongs to the line being edited and is handled there.
    pub(super) fn is_for_line_editor(&self) -> bool {
        matches!(
            self,
            Self::AcceptLine
                | Self::RevertLine
                | Self::NextLine
                | Self::PreviousLine
                | Self::NextAlternative
                | Self::PreviousAlternative
        )
    }
}

impl CommandInfo {
    const fn new(group: &'static str, text: &'static str, tooltip: &'static str, icon: &'static str) -> Self {
        Self { text, tooltip, icon, shortcut: None, group }
    }

    const fn keys(self, modifiers: Modifiers, key: Key) -> Self {
        Self { shortcut: Some(KeyboardShortcut::new(modifiers, key)), ..self }
    }
}

const fn pages(text: &'static str, tooltip: &'static str, icon: &'static str) -> CommandInfo {
    CommandInfo::new("Pages", text, tooltip, icon)
}

const fn image(text: &'static str, tooltip: &'static str, icon: &'static str) -> CommandInfo {
    CommandInfo::new("Page image", text, tooltip, icon)
}

const fn lines(text: &'static str, tooltip: &'static str, icon: &'static str) -> CommandInfo {
    CommandInfo::new("Proof-reading", text, tooltip, icon)
}

const fn view(text: &'static str, tooltip: &'static str, icon: &'static str) -> CommandInfo {
    CommandInfo::new("View", text, tooltip, icon)
}

const fn drawing(text: &'static str, tooltip: &'static str, icon: &'static str) -> CommandInfo {
    CommandInfo::new("Writing", text, tooltip, icon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_command_can_be_shown_and_no_two_share_keys_or_text() {
        let infos: Vec<_> = LISTED.iter().map(|command| command.info().expect("listed commands have a text")).collect();
        for (index, info) in infos.iter().enumerate() {
            for other in &infos[..index] {
                assert_ne!(info.text, other.text);
                assert!(info.shortcut.is_none() || info.shortcut != other.shortcut, "{} and {}", info.text, other.text);
            }
            assert!(!info.text.ends_with('.') && !info.tooltip.ends_with('.'), "{}", info.text);
        }
    }
}
