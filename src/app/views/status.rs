//! The status bar: the job under way, or the reader in use, and the timings of the page.

use eframe::egui::{Align, Frame, Layout, Margin, Panel, Response, RichText, Spinner, Ui};

use super::{
    command_widgets::{Look, command_button},
    timings,
};
use crate::{
    app::{
        command::Command,
        state::{
            ReaderStatus, State,
            document::{Document, Stage},
            reader_choice::other_reader,
        },
        tasks::files::SavingProgress,
        ui::{
            icons,
            theme::{palette, space},
            widgets::{progress_bar, symbol},
        },
    },
    recognition::BUILT_IN_MODEL,
};

const HEIGHT: f32 = 36.0;

/// Draws the bar.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let frame = Frame::NONE.fill(palette(ui).panel).inner_margin(Margin::symmetric(space::L as i8, 0));
    Panel::bottom("status").exact_size(HEIGHT).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            match state.documents.iter().find(|document| document.is_busy()) {
                Some(document) => progress(ui, state, document, commands),
                None if state.saving.is_none() => resting(ui, state, commands),
                None => {}
            }
            if let Some(progress) = state.saving {
                saving(ui, state, progress, commands);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if let Some(document) = state.document() {
                    timings::ui(ui, document);
                }
            });
        });
    });
}

fn progress(ui: &mut Ui, state: &State, document: &Document, commands: &mut Vec<Command>) {
    let (n_done, n_lines) = document.progress();
    let doing = match document.stage {
        Stage::Preparing => "Preparing the page".to_owned(),
        Stage::FindingLines => "Finding lines".to_owned(),
        _ => format!("Reading line {} of {n_lines}", (n_done + 1).min(n_lines.max(1))),
    };
    ui.add(Spinner::new().size(15.0).color(palette(ui).accent));
    let about = if state.documents.len() > 1 { format!("{doing} · {}", document.name) } else { doing };
    ui.label(RichText::new(about).small());
    bar(ui, n_done, n_lines).accessible_name("Progress");
    let n_waiting = state.documents.iter().filter(|document| document.stage == Stage::Waiting).count();
    if n_waiting > 0 {
        ui.label(RichText::new(format!("{n_waiting} waiting")).small().weak());
    }
    command_button(ui, state, commands, &Command::StopReading, Look::Icon);
}

fn saving(ui: &mut Ui, state: &State, progress: SavingProgress, commands: &mut Vec<Command>) {
    let SavingProgress { n_done, n_pages } = progress;
    ui.add(Spinner::new().size(15.0).color(palette(ui).accent));
    ui.label(RichText::new(format!("Saving page {} of {n_pages}", n_done + 1)).small());
    bar(ui, n_done, n_pages).accessible_name("Progress of saving");
    command_button(ui, state, commands, &Command::StopSaving, Look::Icon);
}

fn bar(ui: &mut Ui, n_done: usize, n_all: usize) -> Response {
    let part = n_done as f32 / n_all.max(1) as f32;
    ui.add(progress_bar(ui, part).desired_width(140.0))
}

fn resting(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let palette = palette(ui);
    let text = match (&state.reader, state.document().map(|document| &document.stage)) {
        (ReaderStatus::Unavailable(reason), _) => {
            symbol(ui, icons::WARNING, 16.0, palette.error);
            ui.label(RichText::new("There is no model to read with").small()).on_hover_text(reason);
            return;
        }
        (ReaderStatus::Loading, _) => "Loading the model…",
        _ if state.is_opening => "Opening…",
        (_, Some(Stage::Waiting)) => "Waiting",
        (_, Some(Stage::Stopped)) => "Stopped",
        (_, Some(Stage::Failed(_))) => "This page could not be read to the end",
        (_, Some(_)) => match other_reader(&state.settings) {
            None => "Read on this machine",
            Some(reader) => return read_otherwise(ui, reader, commands),
        },
        (_, None) => "Ready",
    };
    ui.label(RichText::new(text).small().weak());
}

/// Names the reader if it is not the built-in one, and offers to use that again.
fn read_otherwise(ui: &mut Ui, reader: &str, commands: &mut Vec<Command>) {
    ui.label(RichText::new(format!("Read with {reader}")).small().weak());
    let back = ui.button(RichText::new("Use the original reader").small());
    if back.on_hover_text("The open pages are read again; the other reader stays in the list of models").clicked() {
        commands.push(Command::ReadAllWith(BUILT_IN_MODEL.to_owned()));
    }
}
