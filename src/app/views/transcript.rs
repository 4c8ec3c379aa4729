//! The text of the page, one row per line, to be read and corrected.

use eframe::egui::{Align, Frame, Layout, Margin, Panel, RichText, ScrollArea, Ui};

#[cfg(feature = "train")]
use super::adapt_offer;
use super::{
    command_widgets::{Look, command_button},
    transcript_row::{self, Row},
};
use crate::app::{
    command::Command,
    state::{
        ReaderStatus, State,
        document::{Document, Stage},
    },
    ui::{
        icons,
        theme::{palette, size, space, strong},
        widgets::{symbol, weak},
    },
};

const NOTHING_FOUND: &str = "No handwriting found on this page";

/// Draws the panel at the window's right.
pub(super) fn ui(ui: &mut Ui, state: &State, document: &Document, commands: &mut Vec<Command>) {
    let frame = Frame::NONE.fill(palette(ui).panel);
    let window_width = ui.ctx().content_rect().width();
    Panel::right("transcript")
        .default_size((window_width * 0.38).clamp(300.0, 520.0))
        .size_range(260.0..=(window_width * 0.5).max(280.0))
        .frame(frame)
        .show(ui, |ui| {
            header(ui, state, document, commands);
            if document.page.lines.is_empty() {
                empty(ui, state, document, commands);
            } else {
                #[cfg(feature = "train")]
                if document.is_hard_to_read() && state.lab.training.adapt.may_get_used(&state.settings) {
                    adapt_offer::ui(ui, state, commands);
                }
                rows(ui, state, document, commands);
            }
        });
}

fn header(ui: &mut Ui, state: &State, document: &Document, commands: &mut Vec<Command>) {
    let margin = Margin { left: space::L as i8, right: space::M as i8, top: space::M as i8, bottom: space::XS as i8 };
    Frame::NONE.inner_margin(margin).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                command_button(ui, state, commands, &Command::NextDoubtfulWord, Look::Icon);
                command_button(ui, state, commands, &Command::PreviousDoubtfulWord, Look::Icon);
                ui.add_space(space::S);
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    let name = RichText::new(&document.name).font(strong(size::HEADING));
                    ui.add(eframe::egui::Label::new(name).truncate());
                    if !document.page.lines.is_empty() {
                        summary(ui, state, document);
                    }
                });
            });
        });
    });
}

fn summary(ui: &mut Ui, state: &State, document: &Document) {
    let palette = palette(ui);
    let n_lines = document.page.lines.len();
    let lines = if n_lines == 1 { "1 line".to_owned() } else { format!("{n_lines} lines") };
    let n_doubtful = document.n_doubtful(state.settings.doubt_threshold);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        ui.spacing_mut().interact_size.y = 16.0;
        ui.label(weak(ui, lines));
        if n_doubtful > 0 {
            let doubtful = format!("· {n_doubtful} doubtful");
            ui.label(RichText::new(doubtful).small().color(palette.doubt));
        }
    });
}

fn rows(ui: &mut Ui, state: &State, document: &Document, commands: &mut Vec<Command>) {
    ScrollArea::vertical().id_salt(document.id.0).auto_shrink(false).show(ui, |ui| {
        Frame::NONE.inner_margin(Margin::symmetric(space::S as i8, space::XS as i8)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (index, line) in document.page.lines.iter().enumerate() {
                transcript_row::ui(ui, Row { state, document, index, line }, commands);
            }
            ui.add_space(space::XL);
        });
    });
}

/// A hint in place of missing text, and a button to read again.
fn empty(ui: &mut Ui, state: &State, document: &Document, commands: &mut Vec<Command>) {
    let is_blank_sheet = document.drawing.as_ref().is_some_and(crate::ink::Drawing::is_empty);
    let (mark, title, hint) = match (&document.stage, &state.reader) {
        _ if is_blank_sheet => (icons::DRAW, "A blank sheet", "Write on it; the text appears here when the pen rests"),
        _ if document.drawing.is_some() && document.stage != Stage::Stopped => {
            (icons::DRAW, "Writing…", "The text appears here when the pen rests")
        }
        (Stage::Waiting | Stage::Preparing, ReaderStatus::Unavailable(_)) => {
            (icons::WARNING, "There is no model to read with", "Put a model package where Longhand looks for models")
        }
        (Stage::Waiting, _) => (icons::TIMINGS, "Waiting", "This page is read next"),
        (Stage::Preparing | Stage::FindingLines | Stage::Reading, _) => {
            (icons::TIMINGS, "Finding lines", "Text appears line by line")
        }
        (Stage::Stopped, _) => (icons::STOP, "Stopped", "No line was read before that"),
        (Stage::Failed(_), _) => (icons::WARNING, "Not read", "This page could not be read"),
        (Stage::Done, _) if document.page.drawings.is_empty() => {
            (icons::IMAGE_FILE, NOTHING_FOUND, "A sharper photo taken from straight above often helps")
        }
        (Stage::Done, _) => (
            icons::IMAGE_FILE,
            NOTHING_FOUND,
            "Show drawings to see what was left out; a click on one reads it as text",
        ),
    };
    let palette = palette(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.3).min(180.0));
        symbol(ui, mark, 34.0, palette.weak_text);
        ui.label(RichText::new(title).font(strong(size::BODY)));
        ui.label(weak(ui, hint));
        if matches!(document.stage, Stage::Stopped | Stage::Failed(_) | Stage::Done) && !is_blank_sheet {
            ui.add_space(space::S);
            command_button(ui, state, commands, &Command::ReadAgain, Look::Framed);
        }
    });
}
