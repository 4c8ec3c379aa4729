//! Draws the panel "Evaluate".

use eframe::egui::{ComboBox, Grid, Image, Label, RichText, ScrollArea, Ui, Vec2};

use super::{EvaluatePanel, Measurement};
use crate::{
    app::{
        command::Command,
        lab::{
            command::{EvaluateCommand, LabCommand, LabPanel, SavedFile},
            lab_view::LabView,
            model_choice,
        },
        state::reader_choice::default_model,
        ui::{
            icons,
            theme::{palette, size, space},
            widgets::{
                button, card, card_title, figure, header, language_choice, primary_button, progress_bar, short_name,
                weak,
            },
        },
    },
    evaluation::{Confusion, ErrorIntervals, RateInterval, ReadLine},
    page::align,
};

const N_CONFUSIONS: usize = 16;
const PICTURE_HEIGHT: f32 = 44.0;

impl EvaluatePanel {
    /// Draws the panel.
    pub(crate) fn ui(&self, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        let mut send = |command| commands.push(Command::Lab(LabCommand::Evaluate(command)));
        let (title, sentence, _) = LabPanel::Evaluate.label();
        header(ui, title, sentence, |ui| self.actions(ui, &mut send));
        ScrollArea::vertical().id_salt("evaluate").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            self.choices(ui, view, &mut send);
            if self.reading.is_running() {
                let part = self.n_read as f32 / self.n_lines.max(1) as f32;
                let text = format!("Line {} of {}", self.n_read, self.n_lines);
                let bar = progress_bar(ui, part);
                ui.add(bar).accessible_name(text);
            }
            match &self.measurement {
                Some(measurement) => results(ui, measurement),
                None => hint(ui),
            }
        });
    }

    fn actions(&self, ui: &mut Ui, send: &mut impl FnMut(EvaluateCommand)) {
        if self.reading.is_running() {
            if button(ui, icons::STOP, "Stop", "Stop evaluating").clicked() {
                send(EvaluateCommand::Stop);
            }
            return;
        }
        let start = primary_button(ui, self.set.is_some(), icons::EVALUATE, "Measure");
        if start.on_disabled_hover_text("Choose lines first").clicked() {
            send(EvaluateCommand::Start);
        }
        if self.measurement.is_some() {
            let save = button(ui, icons::SAVE, "Save report…", "Save report…");
            if save.on_hover_text("As one HTML file that can be passed on").clicked() {
                send(EvaluateCommand::AskWhereToSave(SavedFile::Report));
            }
            let table = button(ui, icons::SAVE, "Save table…", "Save table…");
            if table.on_hover_text("All lines with what was read, as CSV for spreadsheets").clicked() {
                send(EvaluateCommand::AskWhereToSave(SavedFile::Table));
            }
        }
    }

    fn choices(&self, ui: &mut Ui, view: LabView<'_>, send: &mut impl FnMut(EvaluateCommand)) {
        card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                let chosen = self.model.as_deref().unwrap_or_else(|| default_model(view.settings));
                ui.label("Model");
                let combo = ComboBox::from_id_salt("model").width(150.0).selected_text(chosen).truncate();
                let shown = combo.show_ui(ui, |ui| {
                    if let Some(name) = model_choice::entries(ui, view.models, Some(chosen)) {
                        send(EvaluateCommand::Choose(name));
                    }
                });
                shown.response.accessible_name("Model to evaluate");
                ui.add_space(space::S);
                ui.label("on");
                let name = self.set.as_ref().map(|path| path.display().to_string());
                let text = name.as_deref().map_or("Choose lines", short_name);
                let combo = ComboBox::from_id_salt("set").width(220.0).selected_text(text).truncate();
                let shown = combo.show_ui(ui, |ui| {
                    for (text, command) in [
                        ("My own lines", EvaluateCommand::TakeOwnLines),
                        ("Table, PAGE XML or ALTO…", EvaluateCommand::AskForFile),
                        ("Folder…", EvaluateCommand::AskForFolder),
                    ] {
                        if ui.button(text).clicked() {
                            send(command);
                        }
                    }
                });
                let response = shown.response.accessible_name("Lines to evaluate on");
                if let Some(name) = name {
                    response.on_hover_text(name);
                }
                ui.add_space(space::S);
                if let Some(uses_language) = language_choice(ui, self.uses_language) {
                    send(EvaluateCommand::UseLanguage(uses_language));
                }
            });
        });
    }
}

fn hint(ui: &mut Ui) {
    let text = "Lines with their text: a table with the columns file and text, pages in PAGE XML or ALTO, or a folder \
                of such pages or of line images each with its text beside it (a.png and a.txt)";
    ui.add(Label::new(RichText::new(text).color(palette(ui).weak_text)).wrap());
}

fn results(ui: &mut Ui, measurement: &Measurement) {
    let Measurement { facts, evaluation, intervals, confusions, worst, .. } = measurement;
    let text = palette(ui).text;
    card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::XL;
            let named = |rate: &str, pick: fn(&ErrorIntervals) -> RateInterval| match intervals {
                Some(intervals) => format!("{rate}, {}", pick(intervals)),
                None => rate.to_owned(),
            };
            let (cer, wer) = (evaluation.char_error_rate().percent(), evaluation.word_error_rate().percent());
            figure(ui, &format!("{cer:.2} %"), &named("CER", |intervals| intervals.cer), text);
            figure(ui, &format!("{wer:.2} %"), &named("WER", |intervals| intervals.wer), text);
            let exact = format!("{} of {}", evaluation.n_exact(), evaluation.lines.len());
            figure(ui, &exact, "lines without error", text);
            if evaluation.n_failed() > 0 {
                figure(ui, &evaluation.n_failed().to_string(), "lines not opened", palette(ui).error);
            }
            figure(ui, &format!("{:.1}", evaluation.median_ms()), "ms a line", text);
        });
        let made_of = format!("{} on {}, decoder: {}", facts.model, facts.set, facts.decoder);
        ui.add(Label::new(weak(ui, made_of)).truncate());
        if let Some(ErrorIntervals { unit, n_units, .. }) = intervals {
            let meaning = format!("Behind CER and WER: where they lie for 95 % of sets like these {n_units} {unit}");
            ui.add(Label::new(weak(ui, meaning)).wrap());
        }
    });
    if !confusions.is_empty() {
        card(ui, |ui| {
            ui.label(card_title("What was taken for what"));
            ui.add_space(space::XS);
            confusion_bars(ui, &confusions[..confusions.len().min(N_CONFUSIONS)]);
        });
    }
    if !worst.is_empty() {
        card(ui, |ui| {
            ui.label(card_title("The worst lines"));
            for (place, texture) in worst {
                ui.add_space(space::S);
                let line = &evaluation.lines[*place];
                if let Some(texture) = texture {
                    let size = texture.size_vec2();
                    let scale = (PICTURE_HEIGHT / size.y).min(ui.available_width() / size.x).min(1.5);
                    let image = Image::new(texture).fit_to_exact_size(size * scale).corner_radius(4);
                    ui.add(image.alt_text(format!("Line that says {}", line.reference)));
                }
                worst_line(ui, line);
            }
        });
    }
}

fn confusion_bars(ui: &mut Ui, confusions: &[Confusion]) {
    let most = confusions.first().map_or(1, |confusion| confusion.count).max(1);
    let name = |character: Option<char>, nothing: &str| match character {
        Some(' ') => "blank".to_owned(),
        Some(character) => character.to_string(),
        None => nothing.to_owned(),
    };
    Grid::new("confusions").num_columns(4).spacing([space::L, 2.0]).min_row_height(20.0).show(ui, |ui| {
        for heading in ["true", "read", "times", ""] {
            ui.label(weak(ui, heading));
        }
        ui.end_row();
        for Confusion { truth, read, count, n_truth } in confusions {
            ui.label(RichText::new(name(*truth, "nothing")).monospace());
            ui.label(RichText::new(name(*read, "left out")).monospace());
            ui.label(if *n_truth > 0 { format!("{count} of {n_truth}") } else { count.to_string() });
            let width = 180.0 * *count as f32 / most as f32;
            let (rect, _) = ui.allocate_exact_size(Vec2::new(width.max(2.0), 8.0), eframe::egui::Sense::hover());
            ui.painter().rect_filled(rect, 4, palette(ui).accent);
            ui.end_row();
        }
    });
}

/// Truth and reading below each other, with differing characters coloured.
fn worst_line(ui: &mut Ui, line: &ReadLine) {
    let about = format!("{} · {:.0} % of the letters wrong", line.file, line.char_error_rate().percent());
    ui.label(weak(ui, about));
    if let Some(reason) = &line.failure {
        ui.label(RichText::new(reason).color(palette(ui).error));
        return;
    }
    let (truth, read): (Vec<char>, Vec<char>) = (line.reference.chars().collect(), line.hypothesis.chars().collect());
    let pairs = align(&truth, &read);
    let is_wrong = |(i, j): &(Option<usize>, Option<usize>)| i.map(|i| truth[i]) != j.map(|j| read[j]);
    let above = pairs.iter().filter_map(|pair| Some((truth[pair.0?], is_wrong(pair))));
    let below = pairs.iter().filter_map(|pair| Some((read[pair.1?], is_wrong(pair))));
    let (right, wrong) = (palette(ui).success, palette(ui).error);
    marked(ui, "true", above.collect(), right);
    marked(ui, "read", below.collect(), wrong);
}

fn marked(ui: &mut Ui, what: &str, characters: Vec<(char, bool)>, color: eframe::egui::Color32) {
    let font = eframe::egui::FontId::monospace(size::BODY);
    let mut job = eframe::egui::text::LayoutJob::default();
    let format = |color| eframe::egui::TextFormat::simple(font.clone(), color);
    job.append(&format!("{what}  "), 0.0, format(palette(ui).weak_text));
    for (character, is_wrong) in characters {
        let mut format = format(if is_wrong { color } else { palette(ui).text });
        if is_wrong {
            format.background = color.gamma_multiply(0.16);
        }
        job.append(&character.to_string(), 0.0, format);
    }
    ui.add(Label::new(job).wrap());
}
