//! Every command of the user. The table below is the only source of a command's text, tooltip, icon, keys, group and
//! condition: menus, buttons, keys and the list of shortcuts read it.
//!
//! To add a command: a row in the table, and the arm that the compiler then asks for in `logic/commands.rs`.

use std::path::PathBuf;

use eframe::egui::{Key, KeyboardShortcut, Modifiers, Rect};

use super::{
    lab::command::LabCommand,
    state::{document::DocumentId, export_sheet::ExportSheet, finding::FindQuery, project::ProjectSheet},
    ui::{icons, view_transform::Framing},
};
use crate::{
    imaging::CleanUp,
    ink::{PaperKind, PenStyle, Stroke, StrokeMotion},
    page::{self, LineId, Point},
    storage::ThemeChoice,
};

/// How a command is shown, which keys run it, and when it can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CommandInfo {
    /// Menu text and accessible name.
    pub(super) text: &'static str,
    /// Its effect, in a sentence.
    pub(super) tooltip: &'static str,
    /// A character of the icon font, or empty.
    pub(super) icon: &'static str,
    /// The keys that run it.
    pub(super) shortcut: Option<KeyboardShortcut>,
    /// Its group in the list of shortcuts.
    pub(super) group: Group,
    /// Its condition; `command_rules` checks it.
    pub(super) needs: Needs,
}

/// The condition of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Can always run.
    Nothing,
    /// A page is shown.
    Page,
    /// The shown page has lines, or ink.
    Exportable,
    /// The shown page has lines.
    Lines,
    /// The user is asked about corrections of an earlier picture.
    EarlierCorrections,
    /// Some open page has lines.
    LinesOfAnyPage,
    /// The shown page is an image of known size.
    AdjustablePage,
    /// The user is asked whether to straighten the shown page.
    SheetProposal,
    /// The user is asked whether to part the shown page into its sheets.
    SeveralSheets,
    /// The shown page belongs to a file of several pages.
    FileOfSeveralPages,
    /// Some page is open.
    OpenPages,
    /// The reading of some page was stopped.
    StoppedPages,
    /// A closed page can be opened again.
    ClosedPage,
    /// The shown page has a step to undo.
    StepToUndo,
    /// The shown page has a step to redo.
    StepToRedo,
    /// The shown page is not being read.
    IdlePage,
    /// Some page is being read or queued.
    Reading,
    /// Pages are being saved.
    Saving,
    /// Some page has a doubtful word.
    DoubtfulWord,
    /// A line of the shown page is selected.
    SelectedLine,
    /// The lines of the shown page are the user's.
    OwnLines,
    /// Find and replace has found something.
    Match,
    /// The shown page is a sheet to write on.
    Sheet,
    /// The shown sheet has strokes.
    Strokes,
    /// The lasso has taken strokes of the shown sheet.
    ChosenStrokes,
}

/// Builds [`Command`], [`Group`] and [`CommandInfo`] of the rows. A row: command, keys, condition, icon, text, tooltip.
macro_rules! command_table {
    (@keys) => { None };
    (@keys $modifiers:ident $key:ident) => { Some(KeyboardShortcut::new($modifiers, Key::$key)) };
    (
        $(group $group:ident $title:literal {
            $($(#[$attribute:meta])* $row:ident [$($modifiers:ident $key:ident)?] $needs:ident, $icon:expr,
                $text:literal, $tooltip:literal;)*
        })*
        without_row {
            $($(#[$rest_attribute:meta])* $rest:ident $(($($field:ty),*))? $({ $($name:ident: $named:ty),* })?;)*
        }
    ) => {
        /// A command of a view. Only `logic` runs it.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Command {
            $($($(#[$attribute])* $row,)*)*
            $($(#[$rest_attribute])* $rest $(($($field),*))? $({ $($name: $named),* })?,)*
        }

        /// A group in the list of shortcuts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Group { $($group,)* }

        impl Group {
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$group,)*];

            /// Its heading.
            pub(super) const fn title(self) -> &'static str {
                match self { $(Self::$group => $title,)* }
            }
        }

        /// The commands of the table, in its order.
        pub(super) const LISTED: &[Command] = &[$($($(#[$attribute])* Command::$row,)*)*];

        impl Command {
            /// The command's row; `None` for those without.
            pub(super) fn info(&self) -> Option<CommandInfo> {
                match self {
                    $($($(#[$attribute])* Self::$row => Some(CommandInfo {
                        text: $text,
                        tooltip: $tooltip,
                        icon: $icon,
                        shortcut: command_table!(@keys $($modifiers $key)?),
                        group: Group::$group,
                        needs: Needs::$needs,
                    }),)*)*
                    $(Self::$rest { .. })|* => None,
                }
            }
        }
    };
}

// The modifiers as the table spells them.
const NONE: Modifiers = Modifiers::NONE;
const ALT: Modifiers = Modifiers::ALT;
const SHIFT: Modifiers = Modifiers::SHIFT;
const COMMAND: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = COMMAND.plus(SHIFT);

command_table! {
    group Pages "Pages" {
        Open [COMMAND O] Nothing, icons::OPEN, "Open…", "Open photos or scans of handwriting";
        OpenFolder [] Nothing, icons::IMPORT, "Open folder…", "Open all photos and scans of a folder";
        PasteImage [COMMAND V] Nothing, icons::PASTE, "Paste image", "Read the image on the clipboard";
        NewDrawing [COMMAND N] Nothing, icons::DRAW, "Write", "Write on a blank sheet with pen or mouse";
        Export [COMMAND S] Exportable, icons::SAVE,
            "Export…", "Save this page's text, or the page with its text, as a file";
        CopyText [CTRL_SHIFT C] Lines, icons::COPY, "Copy text", "Copy this page's text, one row a line";
        CopyTextWithoutLineBreaks [CTRL_SHIFT J] Lines, icons::COPY,
            "Copy without line breaks", "Copy this page's text with its lines joined to paragraphs";
        CopyMarkdown [] Lines, icons::COPY,
            "Copy as Markdown", "Copy this page's text with headings, lists and boxes to tick, marked up";
        CopyHtml [] Lines, icons::COPY,
            "Copy formatted", "Copy this page's text with headings and lists, for word processors and mail";
        ExportAllPages [CTRL_SHIFT S] LinesOfAnyPage, icons::SAVE,
            "Export all pages…", "Save all open pages, as one file or one for each";
        SaveProject [COMMAND D] OpenPages, icons::SAVE,
            "Save project", "Save all open pages with everything done to them, to work on later or hand on";
        SaveProjectAs [] OpenPages, icons::SAVE,
            "Save project as…", "The same under another name, with or without the pictures inside";
        ExportPdf [CTRL_SHIFT P] Lines, icons::SAVE,
            "Export as PDF…", "Save this page's picture with its text to be searched";
        CopyTextOfAllPages [CTRL_SHIFT A] LinesOfAnyPage, icons::COPY,
            "Copy text of all pages", "Copy the text of all open pages";
        ReadOn [] StoppedPages, icons::READ_AGAIN, "Go on reading", "Read the pages at which reading was stopped";
        ReadAgain [NONE F5] IdlePage, icons::READ_AGAIN,
            "Read again", "Read this page once more; your corrections stay";
        StopReading [COMMAND Period] Reading, icons::STOP, "Stop reading", "Keep the lines read so far";
        StopSaving [] Saving, icons::STOP, "Stop saving", "Leave the file as it was before";
        NextPage [COMMAND PageDown] Nothing, "", "Next page", "Show the next open page";
        PreviousPage [COMMAND PageUp] Nothing, "", "Previous page", "Show the open page before this";
        ClosePage [COMMAND W] Page, icons::CLOSE, "Close page", "Close this page; what you did to it is kept";
        CloseFile [CTRL_SHIFT W] FileOfSeveralPages, icons::CLOSE,
            "Close file", "Close all pages of this file; their corrections are kept";
        ReopenPage [CTRL_SHIFT T] ClosedPage, icons::UNDO, "Reopen page", "Open the page again that was closed last";
        ShowBin [] Nothing, icons::CLEAR, "Bin…", "Sheets and pasted images that were closed";
        Quit [COMMAND Q] Nothing, "", "Quit", "Close Longhand";
        #[cfg(feature = "train")]
        LearnMyHandwriting [] Nothing, icons::LEARN,
            "Learn my handwriting…", "Practise on lines that you corrected, or get used to the hand on the open pages";
        #[cfg(feature = "train")]
        AdaptToHand [] Nothing, icons::LEARN,
            "Get used to it",
            "Practise on what is read most surely on the open pages, for a minute; then they are read again";
    }
    group PageImage "Page image" {
        RotateLeft [CTRL_SHIFT R] AdjustablePage, icons::ROTATE_LEFT,
            "Rotate left", "Turn the page a quarter to the left";
        RotateRight [COMMAND R] AdjustablePage, icons::ROTATE_RIGHT,
            "Rotate right", "Turn the page a quarter to the right";
        Straighten [CTRL_SHIFT K] SheetProposal, icons::STRAIGHTEN,
            "Straighten", "Cut out the sheet that was found, and set it straight";
        EditCorners [ALT C] AdjustablePage, icons::CORNERS,
            "Corners", "Cut the sheet out by its four corners, and set it straight";
        LeaveAslant [] Nothing, icons::CLOSE, "Leave as it is", "The page stays as it is";
        PartSheets [] SeveralSheets, icons::SPLIT,
            "Part into pages", "Make a page of each sheet in the photo; Reopen page brings the photo back";
        LeaveWhole [] SeveralSheets, icons::CLOSE, "Leave as one page", "The sheets stay on one page";
        UseEarlierCorrections [] EarlierCorrections, icons::CHECKED,
            "Use the corrections", "Put them on the lines that read alike; can be undone";
        LeaveEarlierCorrections [] EarlierCorrections, icons::CLOSE, "Leave them", "This page does not get them";
        ApplyCorners [] Nothing, icons::CHECKED, "Apply", "Cut the sheet out and read it (Enter)";
        ResetCorners [] Nothing, icons::FIT_PAGE, "Whole page", "Put the corners back to the page's own";
        CancelCorners [] Nothing, icons::CLOSE, "Cancel", "Leave the page as it was (Escape)";
    }
    group Lines "Lines" {
        EditLines [COMMAND B] AdjustablePage, icons::EDIT_LINES,
            "Edit lines", "Draw, move and resize lines on the page; again to go on reading";
        SplitLine [COMMAND Enter] SelectedLine, icons::SPLIT,
            "Split line", "Two lines, the second from the word at the text cursor";
        MergeLines [COMMAND M] SelectedLine, icons::MERGE,
            "Merge lines", "One line of the selected one and the next, or of all that are marked";
        DeleteLines [CTRL_SHIFT Delete] SelectedLine, icons::CLEAR,
            "Delete line", "The selected line and all that are marked are no text; can be undone";
        LinesAreDrawings [CTRL_SHIFT D] SelectedLine, icons::DRAWINGS,
            "Mark as drawing", "The selected line and all that are marked are drawn, not written; can be undone";
        MoveLineUp [CTRL_SHIFT ArrowUp] SelectedLine, icons::PREVIOUS_DOUBTFUL, "Move line up", "Read the line earlier";
        MoveLineDown [CTRL_SHIFT ArrowDown] SelectedLine, icons::NEXT_DOUBTFUL, "Move line down", "Read the line later";
        TurnLine [] SelectedLine, icons::TURN, "Turn line over", "Read the line from its other end";
        FindLinesAnew [] OwnLines, icons::READ_AGAIN,
            "Find lines anew", "Give your own lines up and let them be found; corrections stay";
    }
    group ProofReading "Proof-reading" {
        Undo [COMMAND Z] StepToUndo, icons::UNDO, "Undo", "Take the last change back";
        Redo [CTRL_SHIFT Z] StepToRedo, icons::REDO, "Redo", "Make the change again";
        AcceptLine [NONE Enter] Nothing, icons::CHECKED, "Accept line", "The line is right; go to the next doubtful one, also of the pages behind";
        RevertLine [NONE Escape] Nothing, icons::UNDO, "Revert line", "Back to what the line said when you came to it";
        AddOwnWord [ALT W] SelectedLine, icons::ADD_LINES,
            "Add to my words", "The reader expects the word at the text cursor from now on, such as a name";
        NextLine [NONE ArrowDown] Nothing, "", "Next line", "Go to the line below";
        PreviousLine [NONE ArrowUp] Nothing, "", "Previous line", "Go to the line above";
        NextDoubtfulWord [NONE F8] DoubtfulWord, icons::NEXT_DOUBTFUL,
            "Next doubtful word", "Go to the next word that was read with little confidence";
        PreviousDoubtfulWord [SHIFT F8] DoubtfulWord, icons::PREVIOUS_DOUBTFUL,
            "Previous doubtful word", "Go to the doubtful word before this";
        Find [COMMAND F] LinesOfAnyPage, icons::FIND, "Find and replace", "Look for text on all pages";
        NextMatch [NONE F3] Match, icons::NEXT_DOUBTFUL, "Next match", "Go to the next place that was found";
        PreviousMatch [SHIFT F3] Match, icons::PREVIOUS_DOUBTFUL, "Previous match", "Go to the place found before this";
        ReplaceMatch [] Match, "", "Replace", "Replace this place, and go to the next";
        ReplaceAllMatches [] Match, "", "Replace all", "Replace all places on all pages";
        NextAlternative [ALT ArrowDown] Nothing, "", "Next alternative", "Another word that the reader held possible";
        PreviousAlternative [ALT ArrowUp] Nothing, "", "Previous alternative", "The word before, or what was read";
    }
    group View "View" {
        ZoomIn [COMMAND Plus] Page, icons::ZOOM_IN, "Zoom in", "Larger";
        ZoomOut [COMMAND Minus] Page, icons::ZOOM_OUT, "Zoom out", "Smaller";
        FitPage [COMMAND Num0] Page, icons::FIT_PAGE, "Fit page", "Show the whole page";
        FitWidth [COMMAND Num2] Page, icons::FIT_WIDTH, "Fit width", "Show the page's whole width";
        ActualSize [COMMAND Num1] Page, icons::ACTUAL_SIZE, "Actual size", "One page pixel a screen pixel";
        ToggleOutlines [COMMAND L] Nothing, icons::OUTLINES, "Line outlines", "Show where the lines are";
        ToggleDrawings [COMMAND G] Nothing, icons::DRAWINGS,
            "Drawings", "Show what was taken for drawings; click one to read it as text after all";
        ToggleLab [CTRL_SHIFT L] Nothing, icons::LAB, "Lab", "Compare, measure and choose models; again for the pages";
    }
    group Writing "Writing" {
        UsePen [COMMAND P] Nothing, icons::PEN, "Pen", "Write";
        UseEraser [COMMAND E] Nothing, icons::ERASER, "Eraser", "Rub whole strokes out";
        UseInkEraser [CTRL_SHIFT E] Nothing, icons::INK_ERASER, "Fine eraser", "Rub out only what it touches";
        UseLasso [ALT L] Nothing, icons::LASSO, "Lasso", "Draw around strokes to move, scale, copy or delete them";
        TogglePenMenu [ALT P] Sheet, icons::PEN_AND_PAPER, "Pen and paper", "Thickness and colour of the pen, ruling";
        CopyStrokes [] ChosenStrokes, icons::COPY, "Copy strokes", "Copy what the lasso has taken, also for other programs";
        CutStrokes [] ChosenStrokes, icons::COPY, "Cut strokes", "Copy what the lasso has taken, and rub it out";
        DuplicateStrokes [ALT D] ChosenStrokes, icons::DUPLICATE, "Duplicate strokes", "A copy beside what the lasso has taken";
        DeleteStrokes [NONE Delete] ChosenStrokes, icons::CLEAR, "Delete strokes", "Rub out what the lasso has taken; can be undone";
        ClearDrawing [] Strokes, icons::CLEAR, "Clear sheet", "Rub everything out; can be undone";
    }
    group Help "Help" {
        TogglePalette [COMMAND K] Nothing, icons::FIND, "All commands…", "Find a command by a few letters of its name";
        ToggleSettings [COMMAND Comma] Nothing, icons::SETTINGS, "Settings…", "Theme, text size, doubtful words";
        OpenSample [] Nothing, icons::IMAGE_FILE, "Try a sample page", "Read a page that comes with Longhand";
        ToggleShortcuts [NONE F1] Nothing, icons::KEYBOARD, "Keyboard shortcuts", "List all shortcuts";
    }
    without_row {
        ShowPages;
        // Closing
        KeepOpen;
        StopAndClose;
        CloseNow;
        // Questions
        ClosePageAsked;
        Dismiss;
        SaveAskedPage;
        // The bin
        HideBin;
        OpenBinned(usize);
        AskToDeleteBinned(Option<usize>);
        DeleteBinned;
        // The project
        ChangeProject(ProjectSheet);
        HideProjectSheet;
        ChooseWhereToSaveProject;
        /// With the pictures inside the file, or not.
        SaveProjectTo { path: PathBuf, holds_pictures: bool };
        // The export sheet
        ChangeExport(ExportSheet);
        HideExport;
        ReadPagesToExport;
        ChooseWhereToExport;
        // Find and replace
        SetFindQuery(FindQuery);
        GoToMatch(usize);
        // With data
        OpenFiles(Vec<PathBuf>);
        /// The format is the one that the name ends in.
        SaveTextTo(PathBuf);
        SaveTextOfAllPagesTo(PathBuf);
        /// Which corner, clockwise from the upper left, and its new position in pixels of the page as it is shown.
        MoveCorner { corner: usize, to: Point };
        SetCleanUp(CleanUp);
        ShowPage(DocumentId);
        SelectLine(LineId);
        /// Marks a line beside the selected one, or no longer.
        MarkLine(LineId);
        /// A new line in this box, in page pixels.
        AddLine(page::Rect);
        /// Takes the drawing of this index for a line of text.
        ReadDrawing(usize);
        /// Another box for a line, in page pixels.
        ReshapeLine { line: LineId, to: page::Rect };
        /// Selects a line, and in its text the word at this point of the page.
        SelectWord { line: LineId, at: Point };
        EditLine { line: LineId, text: String };
        SetFraming(Framing);
        ResizeViewport(Rect);
        DrawStroke(Stroke);
        EraseAlong(Vec<Point>);
        EraseInkAlong(Vec<Point>);
        /// Takes the strokes inside this polygon.
        ChooseStrokes(Vec<Point>);
        MoveStrokes(StrokeMotion);
        PasteStrokes(Vec<Stroke>);
        /// The pen that writes on; strokes that the lasso has taken get its colour.
        SetPen(PenStyle);
        SetPaper(PaperKind);
        SetTheme(ThemeChoice);
        /// Words that the reader expects.
        SetOwnWords(Vec<String>);
        /// The size of letters and of everything around them; 1 is the usual one.
        SetTextScale(f32);
        /// Words read with less confidence than this are marked as doubtful.
        SetDoubtThreshold(f32);
        DismissNotification(u64);
        /// Reads pages with the model of this name from now on.
        UseModel(String);
        /// The same, and reads the open pages again.
        ReadAllWith(String);
        Lab(LabCommand);
    }
}

impl Command {
    /// Whether it changes the shown page or how it is shown, which is out of sight in the lab.
    pub(super) fn is_about_shown_page(&self) -> bool {
        self.info().is_some_and(|info| matches!(info.group, Group::Lines | Group::ProofReading | Group::Writing))
            || matches!(
                self,
                Self::Export
                    | Self::ExportPdf
                    | Self::CopyText
                    | Self::CopyTextWithoutLineBreaks
                    | Self::CopyMarkdown
                    | Self::CopyHtml
                    | Self::ReadAgain
                    | Self::ClosePage
                    | Self::ZoomIn
                    | Self::ZoomOut
                    | Self::FitPage
                    | Self::FitWidth
                    | Self::ActualSize
                    | Self::ToggleOutlines
                    | Self::ToggleDrawings
            )
    }

    /// Whether its keys belong to the text field of a line, which handles them.
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

    #[test]
    fn commands_without_a_row_have_no_info() {
        assert_eq!(Command::OpenFiles(Vec::new()).info(), None);
        assert!(!LISTED.contains(&Command::ShowPages));
    }
}
