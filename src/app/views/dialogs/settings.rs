//! The settings page: theme, size of letters, doubtful words, the user's own words.

use eframe::egui::{Grid, ScrollArea, Slider, TextEdit, Ui};

use super::modal::{heading, modal};
use crate::{
    app::{
        command::Command,
        state::State,
        ui::{
            icons,
            theme::space,
            widgets::{button, weak},
        },
    },
    storage::{TEXT_SCALE_RANGE, ThemeChoice},
};

/// More words than this are no list that somebody wrote.
const MAX_OWN_WORDS: usize = 2000;

/// Draws the page, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    if !state.shows_settings {
        return;
    }
    let response = modal(ui, "settings", 460.0, |ui| {
        heading(ui, "Settings");
        Grid::new("settings").num_columns(2).spacing([space::L, space::M]).show(ui, |ui| {
            ui.label("Theme");
            theme(ui, state, commands);
            ui.end_row();
            ui.label("Text size");
            text_size(ui, state, commands);
            ui.end_row();
            ui.label("Doubtful words");
            threshold(ui, state, commands);
            ui.end_row();
            ui.label("Your own words");
            own_words(ui, state, commands);
            ui.end_row();
        });
        if button(ui, icons::CLOSE, "Close", "Close the settings").clicked() {
            commands.push(Command::ToggleSettings);
        }
    });
    if response.should_close() {
        commands.push(Command::ToggleSettings);
    }
}

fn theme(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        for (choice, text) in [
            (ThemeChoice::System, "System"),
            (ThemeChoice::Light, "Light"),
            (ThemeChoice::Dark, "Dark"),
            (ThemeChoice::Contrast, "High contrast"),
        ] {
            let response = ui.selectable_label(state.settings.theme == choice, text);
            if response.clicked() {
                commands.push(Command::SetTheme(choice));
            }
            response.accessible_name(format!("Theme: {text}"));
        }
    });
}

/// The size is set when the slider is let go, since the slider grows and shrinks with it.
fn text_size(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let id = ui.scope_id().with("text size");
        let set = 100.0 * state.settings.text_scale;
        let mut percent: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(set);
        let range = 100.0 * TEXT_SCALE_RANGE.start()..=100.0 * TEXT_SCALE_RANGE.end();
        let slider = Slider::new(&mut percent, range).step_by(10.0).fixed_decimals(0).suffix(" %");
        let response = ui.add(slider);
        if response.dragged() {
            ui.data_mut(|data| data.insert_temp(id, percent));
        } else {
            ui.data_mut(|data| data.remove::<f32>(id));
            if (percent - set).abs() > 0.5 {
                commands.push(Command::SetTextScale(percent / 100.0));
            }
        }
        response.accessible_name("Text size in percent");
    });
}

/// The words are taken over when the field is left.
fn own_words(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.vertical(|ui| {
        let id = ui.scope_id().with("own words");
        let mut text: String = ui.data(|data| data.get_temp(id)).unwrap_or_else(|| state.settings.own_words.join("\n"));
        let field = TextEdit::multiline(&mut text).desired_rows(4).desired_width(f32::INFINITY);
        let response = ScrollArea::vertical().max_height(120.0).show(ui, |ui| ui.add(field)).inner;
        if response.lost_focus() {
            ui.data_mut(|data| data.remove::<String>(id));
            let mut words: Vec<String> = Vec::new();
            for word in text.split_whitespace().take(MAX_OWN_WORDS) {
                if !words.iter().any(|known| known == word) {
                    words.push(word.to_owned());
                }
            }
            commands.push(Command::SetOwnWords(words));
        } else if response.has_focus() {
            ui.data_mut(|data| data.insert_temp(id, text));
        }
        response.accessible_name("Your own words");
        ui.label(weak(ui, "Names and other words that the reader should expect"));
    });
}

fn threshold(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.vertical(|ui| {
        let mut percent = 100.0 * state.settings.doubt_threshold;
        let response = ui.add(Slider::new(&mut percent, 30.0..=99.0).step_by(1.0).fixed_decimals(0).suffix(" %"));
        if response.changed() {
            commands.push(Command::SetDoubtThreshold(percent / 100.0));
        }
        response.accessible_name("Confidence below which words are doubtful");
        ui.label(weak(ui, "Words of which the reader is less sure are marked"));
    });
}
