//! When a command can run and when its button is drawn as selected: asked by buttons, menus and keys alike.

use super::{
    command::{Command, Needs},
    state::{
        State, Tool,
        document::{Document, Stage},
    },
};

/// Whether `command` would have an effect now.
pub(super) fn can_run(state: &State, command: &Command) -> bool {
    command.info().is_none_or(|info| is_met(info.needs, state))
}

fn is_met(needs: Needs, state: &State) -> bool {
    let of_page = |is_true: fn(&Document) -> bool| state.document().is_some_and(is_true);
    match needs {
        Needs::Nothing => true,
        Needs::Page => state.document().is_some(),
        Needs::Exportable => of_page(|document| !document.page.lines.is_empty() || document.is_held_by_no_file()),
        Needs::EarlierCorrections => of_page(|document| document.n_offered().is_some()),
        Needs::Lines => of_page(|document| !document.page.lines.is_empty()),
        Needs::LinesOfAnyPage => state.documents.iter().any(|document| !document.page.lines.is_empty()),
        Needs::AdjustablePage => of_page(Document::is_adjustable),
        Needs::SheetProposal => of_page(|document| document.proposed_sheet().is_some()),
        Needs::SeveralSheets => of_page(|document| document.proposed_sheets().is_some()),
        Needs::FileOfSeveralPages => of_page(|document| document.file().is_some_and(|file| file.n_pages > 1)),
        Needs::OpenPages => !state.documents.is_empty(),
        Needs::StoppedPages => state.documents.iter().any(|document| document.stage == Stage::Stopped),
        Needs::ClosedPage => !state.closed.is_empty(),
        Needs::StepToUndo => of_page(|document| document.can_undo_redo().0),
        Needs::StepToRedo => of_page(|document| document.can_undo_redo().1),
        Needs::IdlePage => of_page(|document| !document.is_busy()),
        Needs::Reading => state.documents.iter().any(|d| d.is_busy() || d.stage == Stage::Waiting),
        Needs::Saving => state.saving.is_some(),
        Needs::DoubtfulWord => state.documents.iter().any(|page| page.has_doubts(state.settings.doubt_threshold)),
        Needs::SelectedLine => of_page(|document| document.selected().is_some()),
        Needs::OwnLines => of_page(|document| document.has_own_lines),
        Needs::Match => state.finding.as_ref().is_some_and(|finding| !finding.matches.is_empty()),
        Needs::Sheet => of_page(|document| document.drawing.is_some()),
        Needs::ChosenStrokes => of_page(|document| !document.chosen_strokes.is_empty()),
        Needs::Strokes => of_page(|document| document.drawing.as_ref().is_some_and(|ink| !ink.is_empty())),
    }
}

/// Whether the state that `command` sets is the present one.
pub(super) fn is_selected(state: &State, command: &Command) -> bool {
    match command {
        Command::UsePen => state.tool == Tool::Pen,
        Command::UseEraser => state.tool == Tool::Eraser,
        Command::UseInkEraser => state.tool == Tool::InkEraser,
        Command::UseLasso => state.tool == Tool::Lasso,
        Command::TogglePenMenu => state.shows_pen_menu,
        Command::EditCorners => state.document().is_some_and(|document| document.corner_edit.is_some()),
        Command::EditLines => state.edits_lines,
        Command::ToggleOutlines => state.settings.show_outlines,
        Command::ToggleDrawings => state.settings.show_drawings,
        _ => false,
    }
}
