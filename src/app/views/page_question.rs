//! A question about the page, in a bar over its upper edge: whether to straighten an oblique sheet, to part a photo of
//! several sheets into pages, or to take over the corrections of the picture that this one is an edited version of.

use eframe::egui::{Align, Label, Layout, Rect, RichText, Ui, pos2, vec2};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::{State, document::Document},
    ui::{theme::space, widgets::floating_bar},
};

const HEIGHT: f32 = 44.0;

/// A question, and the commands of its two answers.
struct Question {
    text: String,
    yes: Command,
    no: Command,
    width: f32,
}

/// The question that is open; nothing if there is none.
fn question(document: &Document) -> Option<Question> {
    if let Some(n_lines) = document.n_offered() {
        let lines = if n_lines == 1 { "1 correction was".to_owned() } else { format!("{n_lines} corrections were") };
        let text = format!("The picture has changed since {lines} made");
        return Some(Question {
            text,
            yes: Command::UseEarlierCorrections,
            no: Command::LeaveEarlierCorrections,
            width: 560.0,
        });
    }
    if let Some(sheets) = document.proposed_sheets() {
        let text = format!("This photo shows {} sheets", sheets.len());
        return Some(Question { text, yes: Command::PartSheets, no: Command::LeaveWhole, width: 440.0 });
    }
    let text = "This looks like a sheet seen aslant".to_owned();
    let is_aslant = document.proposed_sheet().is_some();
    is_aslant.then_some(Question { text, yes: Command::Straighten, no: Command::LeaveAslant, width: 460.0 })
}

/// Draws the question and its two answers.
pub(super) fn ui(ui: &mut Ui, state: &State, document: &Document, viewport: Rect, commands: &mut Vec<Command>) {
    let Some(question) = question(document) else { return };
    let width = question.width.min(viewport.width());
    let corner = pos2(viewport.center().x - width / 2.0, viewport.top() + space::L);
    let area = Rect::from_min_size(corner, vec2(width, HEIGHT));
    floating_bar(ui, area, 10, space::S, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            command_button(ui, state, commands, &question.no, Look::Icon);
            command_button(ui, state, commands, &question.yes, Look::Primary);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(question.text)).truncate());
            });
        });
    });
}
