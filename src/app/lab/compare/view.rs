//! Draws the panel "Compare": the choice of models and lines, the figures, the filter; `rows_view` draws the lines.

use eframe::egui::{Color32, ComboBox, Key, Label, RichText, ScrollArea, Ui};

use super::{ComparePanel, rows_view};
use crate::{
    app::{
        command::Command,
        lab::{
            command::{CompareCommand, LabCommand, LabPanel, LinesFrom, Side},
            lab_view::LabView,
            model_choice::{self, SideChoice},
            model_pair::PairOfNames,
        },
        ui::{
            icons,
            theme::{palette, size, space, strong},
            widgets::{
                button, card, figure, header, icon_button, language_choice, primary_button, progress_bar,
                series_colors, short_name, weak,
            },
        },
    },
    evaluation::{ComparisonSignificance, LineFilter, ModelTotals, RateInterval},
};

impl ComparePanel {
    /// Draws the panel.
    pub(crate) fn ui(&self, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        let mut send = |command| commands.push(Command::Lab(LabCommand::Compare(command)));
        take_keys(ui, &mut send);
        let (title, sentence, _) = LabPanel::Compare.label();
        let names = self.models.names(view.models, view.settings);
        header(ui, title, sentence, |ui| self.actions(ui, view, &names, &mut send));
        ScrollArea::vertical().id_salt("compare").auto_shrink(false).show(ui, |ui| {
            self.choices(ui, view, &names, &mut send);
            if self.reading.is_running() {
                let part = self.n_read as f32 / self.lines.len().max(1) as f32;
                let text = format!("Line {} of {}", self.n_read, self.lines.len());
                let bar = progress_bar(ui, part);
                ui.add(bar).accessible_name(text);
            }
            if self.n_read == 0 {
                let hint = "Each line is read by both models; what differs is marked";
                ui.label(RichText::new(hint).color(palette(ui).weak_text));
                return;
            }
            self.figures(ui);
            self.filters(ui, &mut send);
            rows_view::ui(self, ui, &mut send);
        });
    }

    fn actions(&self, ui: &mut Ui, view: LabView<'_>, names: &PairOfNames, send: &mut impl FnMut(CompareCommand)) {
        if self.reading.is_running() {
            if button(ui, icons::STOP, "Stop", "Stop comparing").clicked() {
                send(CompareCommand::Stop);
            }
            return;
        }
        let has_lines = self.lines_from != LinesFrom::OpenPage || view.document.is_some();
        let problem = match names {
            [Some(_), Some(_)] if has_lines => None,
            [Some(_), Some(_)] => Some("Open a page or choose a labelled set first"),
            _ => Some("Only one model is installed; choose the folder of another"),
        };
        let is_ready = problem.is_none();
        let start = primary_button(ui, is_ready, icons::COMPARE, "Compare").accessible_name("Start comparing");
        if start.on_disabled_hover_text(problem.unwrap_or_default()).clicked() {
            send(CompareCommand::Start);
        }
        if self.n_read > 0 {
            let save = button(ui, icons::SAVE, "Save table…", "Save table…");
            if save.on_hover_text("All lines with both readings, as CSV for spreadsheets").clicked() {
                send(CompareCommand::AskWhereToSave);
            }
        }
    }

    fn choices(&self, ui: &mut Ui, view: LabView<'_>, names: &PairOfNames, send: &mut impl FnMut(CompareCommand)) {
        card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                model_choice(ui, view, names, Side::A, send);
                if icon_button(ui, icons::SWAP, "Swap the models").clicked() {
                    send(CompareCommand::Swap);
                }
                model_choice(ui, view, names, Side::B, send);
                ui.add_space(space::S);
                self.lines_choice(ui, view, send);
                ui.add_space(space::S);
                if let Some(uses_language) = language_choice(ui, self.uses_language) {
                    send(CompareCommand::UseLanguage(uses_language));
                }
            });
        });
    }

    fn lines_choice(&self, ui: &mut Ui, view: LabView<'_>, send: &mut impl FnMut(CompareCommand)) {
        let page = view.document.map(|document| format!("Open page: {}", document.name));
        let text = match (&self.lines_from, &page) {
            (LinesFrom::Path(path), _) => short_name(&path.to_string_lossy()).to_owned(),
            (LinesFrom::OpenPage, Some(page)) => page.clone(),
            (LinesFrom::OpenPage, None) => "Choose lines".to_owned(),
        };
        ui.label("on");
        let shown = ComboBox::from_id_salt("lines").width(200.0).selected_text(text).truncate().show_ui(ui, |ui| {
            if let Some(page) = page
                && ui.selectable_label(self.lines_from == LinesFrom::OpenPage, page).clicked()
            {
                send(CompareCommand::TakeLines(LinesFrom::OpenPage));
            }
            if ui.button("Labelled set or image…").clicked() {
                send(CompareCommand::AskForSet);
            }
        });
        shown.response.accessible_name("Lines to compare on");
    }

    fn figures(&self, ui: &mut Ui) {
        let totals = &self.totals;
        let [a, b] = series_colors(ui);
        let text = palette(ui).text;
        card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = space::XL;
                figure(ui, &format!("{:.2}×", totals.speed_up), "B's speed by A's", text);
                let mut pair = |meaning: &str, value: fn(&ModelTotals) -> Option<String>| {
                    if let (Some(of_a), Some(of_b)) = (value(&totals.a), value(&totals.b)) {
                        pair_of_figures(ui, [(&of_a, a), (&of_b, b)], meaning);
                    }
                };
                pair("ms a line", |model| Some(format!("{:.1}", model.median_ms)));
                pair("CER %", |model| Some(format!("{:.2}", model.cer?)));
                pair("WER %", |model| Some(format!("{:.2}", model.wer?)));
                pair("confidence %", |model| Some(format!("{:.0}", 100.0 * model.confidence)));
                let same = format!("{} of {}", totals.same_lines, totals.lines);
                figure(ui, &same, &format!("lines read alike, {:.1} % of the words", totals.same_words), text);
            });
            if let Some(significance) = &self.significance {
                let ComparisonSignificance { a: of_a, b: of_b, test } = significance;
                let color = if test.is_significant() { text } else { palette(ui).weak_text };
                ui.label(RichText::new(test.to_string()).color(color));
                let of_rate = |name: &str, a: RateInterval, b: RateInterval| format!("{name} A {a}, B {b}");
                let rates = [of_rate("CER", of_a.cer, of_b.cer), of_rate("WER", of_a.wer, of_b.wer)].join("; ");
                let sets = format!("95 % of sets like these {} {}: {rates}", of_a.n_units, of_a.unit);
                ui.add(Label::new(weak(ui, sets)).wrap());
            }
        });
    }

    fn filters(&self, ui: &mut Ui, send: &mut impl FnMut(CompareCommand)) {
        let totals = &self.totals;
        ui.horizontal_wrapped(|ui| {
            for filter in LineFilter::ALL {
                let (name, n_lines) = match filter {
                    LineFilter::All => ("All", totals.lines),
                    LineFilter::Differing => ("Differing", totals.lines - totals.same_lines),
                    LineFilter::OnlyARight => ("A right, B wrong", totals.only_a_right),
                    LineFilter::OnlyBRight => ("B right, A wrong", totals.only_b_right),
                    LineFilter::BothWrong => ("Both wrong", totals.both_wrong),
                };
                if filter.needs_truth() && totals.lines_with_truth == 0 {
                    continue;
                }
                let text = format!("{name}  {n_lines}");
                let label = ui.selectable_label(self.filter == filter, text).accessible_name(name);
                if label.clicked() {
                    send(CompareCommand::Filter(filter));
                }
            }
            self.add_shown(ui, send);
        });
    }

    fn add_shown(&self, ui: &mut Ui, send: &mut impl FnMut(CompareCommand)) {
        let n_lines = self.shown.iter().filter(|&&index| self.lines[index].truth.is_some()).count();
        if n_lines > 0 && !self.reading.is_running() {
            let text =
                if n_lines == 1 { "Learn from this line".to_owned() } else { format!("Learn from these {n_lines}") };
            let add = button(ui, icons::ADD_LINES, &text, "Learn from the lines shown");
            if add.on_hover_text("Add them, with their true texts, to your own lines").clicked() {
                send(CompareCommand::AddShown);
            }
        }
        if self.undoable.is_some() && button(ui, icons::UNDO, "Undo", "Undo adding lines").clicked() {
            send(CompareCommand::UndoAdd);
        }
    }
}

/// Arrow keys move the selection unless a field or a menu takes them.
fn take_keys(ui: &Ui, send: &mut impl FnMut(CompareCommand)) {
    if ui.ctx().egui_wants_keyboard_input() || eframe::egui::Popup::is_any_open(ui.ctx()) {
        return;
    }
    for (key, step) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
        if ui.input(|input| input.key_pressed(key)) {
            send(CompareCommand::SelectRelative(step));
        }
    }
}

fn model_choice(
    ui: &mut Ui,
    view: LabView<'_>,
    names: &PairOfNames,
    side: Side,
    send: &mut impl FnMut(CompareCommand),
) {
    let chosen = names[side as usize].as_deref();
    let (choice, response) = model_choice::of_side(ui, view.models, side, chosen, false, &[]);
    if let Some(chosen) = chosen {
        response.on_hover_text(chosen);
    }
    match choice {
        Some(SideChoice::Model(name)) => send(CompareCommand::Choose(side, name)),
        Some(SideChoice::PackageFolder) => send(CompareCommand::AskForPackage(side)),
        Some(SideChoice::None) | None => {}
    }
}

fn pair_of_figures(ui: &mut Ui, values: [(&str, Color32); 2], meaning: &str) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing = eframe::egui::vec2(space::S, 0.0);
        ui.horizontal(|ui| {
            for (value, color) in values {
                ui.label(RichText::new(value).font(strong(size::TITLE)).color(color));
            }
        });
        ui.label(weak(ui, meaning));
    });
}
