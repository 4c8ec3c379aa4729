//! Draws the panel "My handwriting".

use eframe::egui::{Align, Grid, Label, Layout, RichText, ScrollArea, Spinner, Ui};

use super::{
    AdaptPanel, Outcome,
    collecting::{count_lines, is_corrected, is_read},
};
use crate::{
    app::{
        command::Command,
        lab::{
            command::{LabCommand, LabPanel},
            lab_view::LabView,
            training::{command::AdaptCommand, process::time_left},
        },
        state::reader_choice::other_reader,
        ui::{
            icons,
            theme::{palette, size, space, strong},
            widgets::{badge, button, card, card_title, header, primary_button, progress_bar, weak},
        },
    },
    storage::UserLine,
    training::{LabelSource, MIN_OWN_LINES, MIN_READ_LINES, n_held_out},
};

impl AdaptPanel {
    /// Draws the panel.
    pub(crate) fn ui(&self, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        let mut send = |command| commands.push(Command::Lab(LabCommand::Adapt(command)));
        let (title, sentence, _) = LabPanel::Adapt.label();
        header(ui, title, sentence, |_ui| {});
        ScrollArea::vertical().id_salt("learn").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            self.user_lines(ui, count_lines(view.documents, is_corrected), &mut send);
            if let Some(outcome) = &self.outcome {
                result(ui, outcome, &mut send);
            } else if self.training.is_running() {
                self.progress(ui, &mut send);
            } else {
                self.invitation(ui, &mut send);
                used_to_hand(ui, count_lines(view.documents, is_read), &mut send);
            }
            reader_in_use(ui, other_reader(view.settings), &mut send);
        });
    }

    fn user_lines(&self, ui: &mut Ui, n_corrected: usize, send: &mut impl FnMut(AdaptCommand)) {
        card(ui, |ui| {
            let Some(lines) = &self.lines else {
                ui.add(Spinner::new().size(20.0));
                return;
            };
            ui.label(card_title("Your lines"));
            let n_lines = lines.len();
            let missing = MIN_OWN_LINES.saturating_sub(n_lines);
            let text = match missing {
                0 => format!("{} collected. The more there are, the more is learnt", count(n_lines, "line")),
                missing => format!("{} collected; {missing} more to start", count(n_lines, "line")),
            };
            ui.add(Label::new(&text).wrap());
            if missing > 0 {
                let bar = progress_bar(ui, n_lines as f32 / MIN_OWN_LINES as f32);
                ui.add(bar).accessible_name(text);
            }
            let hint = "Correct lines on your pages, or accept those that are right with Enter; then add them here. \
                        They stay on this machine";
            ui.add(Label::new(weak(ui, hint)).wrap());
            ui.add_space(space::XS);
            ui.horizontal_wrapped(|ui| self.line_buttons(ui, n_lines, n_corrected, send));
            if self.shows_lines {
                ui.add_space(space::XS);
                list(ui, lines, send);
            }
        });
    }

    fn line_buttons(&self, ui: &mut Ui, n_lines: usize, n_corrected: usize, send: &mut impl FnMut(AdaptCommand)) {
        let text = format!("Use my corrections ({n_corrected})");
        ui.add_enabled_ui(n_corrected > 0 && !self.changing.is_running(), |ui| {
            let add = button(ui, icons::ADD_LINES, &text, "Use my corrections");
            let add = add.on_hover_text("Add the corrected lines of the open pages");
            if add.on_disabled_hover_text("No line of the open pages is corrected yet").clicked() {
                send(AdaptCommand::UseCorrections);
            }
        });
        if n_lines > 0 {
            let text = if self.shows_lines { "Hide lines" } else { "Show lines" };
            if button(ui, icons::MENU, text, text).clicked() {
                send(AdaptCommand::ToggleLines);
            }
        }
        if self.removed.is_some() && button(ui, icons::UNDO, "Undo", "Undo removing the line").clicked() {
            send(AdaptCommand::UndoRemove);
        }
    }

    fn invitation(&self, ui: &mut Ui, send: &mut impl FnMut(AdaptCommand)) {
        let n_lines = self.lines.as_ref().map_or(0, Vec::len);
        card(ui, |ui| {
            let text = format!(
                "The reader practises on your lines for a few minutes. {} kept aside to see whether it reads you \
                 better afterwards; then you decide",
                match n_held_out(n_lines.max(MIN_OWN_LINES)) {
                    1 => "One line is".to_owned(),
                    n => format!("{n} of them are"),
                }
            );
            ui.add(Label::new(text).wrap());
            ui.add_space(space::XS);
            ui.horizontal_wrapped(|ui| {
                let start = primary_button(ui, n_lines >= MIN_OWN_LINES, icons::LEARN, "Learn my handwriting");
                let start = start.on_disabled_hover_text(format!("It takes {MIN_OWN_LINES} lines to start"));
                if start.clicked() {
                    send(AdaptCommand::Start);
                }
                if self.thrown_away.is_some()
                    && button(ui, icons::UNDO, "Undo", "Undo throwing away")
                        .on_hover_text("Look at the result again")
                        .clicked()
                {
                    send(AdaptCommand::UndoThrowAway);
                }
            });
        });
    }

    fn progress(&self, ui: &mut Ui, send: &mut impl FnMut(AdaptCommand)) {
        card(ui, |ui| {
            let progress = &self.progress;
            let what = match self.label_source {
                LabelSource::Pseudo => "Getting used to the hand",
                LabelSource::Human if progress.before.is_none() => "Reading your lines as they are read today",
                LabelSource::Human if progress.done < 1.0 => "Learning your handwriting",
                LabelSource::Human => "Reading your lines again",
            };
            ui.label(card_title(what));
            let bar = progress_bar(ui, progress.done).desired_height(8.0);
            ui.add(bar).accessible_name(what);
            ui.horizontal(|ui| {
                if let Some(secs) = progress.remaining_secs.filter(|_| progress.done < 1.0) {
                    ui.label(RichText::new(time_left(secs)).color(palette(ui).weak_text));
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if button(ui, icons::STOP, "Stop", "Stop learning").clicked() {
                        send(AdaptCommand::Stop);
                    }
                });
            });
        });
    }
}

/// Offers to adapt to the open pages by their own readings.
fn used_to_hand(ui: &mut Ui, n_lines: usize, send: &mut impl FnMut(AdaptCommand)) {
    card(ui, |ui| {
        ui.label(card_title("The hand on the open pages"));
        let text = "The reader can get used to a hand without your help: it practises on what it reads most surely on \
                    the open pages, for a minute, and reads them again. For pages in one hand that is hard to read";
        ui.add(Label::new(text).wrap());
        ui.add_space(space::XS);
        let text = format!("Get used to this hand ({})", count(n_lines, "line"));
        ui.add_enabled_ui(n_lines >= MIN_READ_LINES, |ui| {
            let start = button(ui, icons::LEARN, &text, &text);
            let why_not = format!("It takes {MIN_READ_LINES} lines on the open pages");
            if start.on_disabled_hover_text(why_not).clicked() {
                send(AdaptCommand::GetUsed);
            }
        });
    });
}

fn list(ui: &mut Ui, lines: &[UserLine], send: &mut impl FnMut(AdaptCommand)) {
    let height = 26.0;
    ScrollArea::vertical().id_salt("own lines").max_height(200.0).show_rows(ui, height, lines.len(), |ui, rows| {
        for line in &lines[rows] {
            ui.horizontal(|ui| {
                ui.set_height(height);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if button(ui, icons::CLEAR, "", &format!("Remove {}", line.text))
                        .on_hover_text("Can be undone")
                        .clicked()
                    {
                        send(AdaptCommand::Remove(line.file.clone()));
                    }
                    ui.add(Label::new(weak(ui, &line.origin)).truncate());
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(Label::new(&line.text).truncate());
                    });
                });
            });
        }
    });
}

fn result(ui: &mut Ui, outcome: &Outcome, send: &mut impl FnMut(AdaptCommand)) {
    card(ui, |ui| {
        ui.label(card_title(heading(outcome)));
        ui.add_space(space::XS);
        error_rates(ui, outcome);
        let (hint, keep, tooltip) = match outcome.label_source {
            LabelSource::Human => {
                ("Measured on lines that were not practised on", "Keep", "Pages are read with it from now on")
            }
            LabelSource::Pseudo => (
                "Nobody said what the open pages say, so what it gained there is not known: have them read again and \
                 look. Your corrections stay, and you can go back to the original reader at any time",
                "Keep and read again",
                "The open pages are read with it now, and all pages from now on",
            ),
        };
        ui.add(Label::new(weak(ui, hint)).wrap());
        ui.add_space(space::S);
        ui.horizontal_wrapped(|ui| {
            if primary_button(ui, true, icons::CHECKED, keep).on_hover_text(tooltip).clicked() {
                send(AdaptCommand::Keep);
            }
            let throw = button(ui, icons::CLEAR, "Throw away", "Throw away");
            if throw.on_hover_text("The reader stays as it was; can be undone").clicked() {
                send(AdaptCommand::ThrowAway);
            }
        });
    });
}

fn heading(outcome: &Outcome) -> &'static str {
    let gained =
        outcome.before.own.as_ref().zip(outcome.after.own.as_ref()).map(|(before, after)| before.cer - after.cer);
    match gained {
        None => "The reader has practised",
        Some(gained) if gained > 0.0 => "Your handwriting is read better now",
        Some(_) => "It did not help this time",
    }
}

fn error_rates(ui: &mut Ui, outcome: &Outcome) {
    let Outcome { before, after, .. } = outcome;
    let own = before.own.iter().zip(&after.own).map(|(before, after)| ("Your hand", before, after));
    Grid::new("result").num_columns(4).spacing([space::XL, space::S]).show(ui, |ui| {
        for heading in ["Letters read wrong", "before", "after"] {
            ui.label(weak(ui, heading));
        }
        ui.end_row();
        for (hand, before, after) in own.chain([("Other hands", &before.general, &after.general)]) {
            let color = if after.cer < before.cer - 0.05 {
                palette(ui).success
            } else if after.cer > before.cer + 0.5 {
                palette(ui).doubt
            } else {
                palette(ui).text
            };
            ui.label(hand);
            ui.label(RichText::new(format!("{:.1} %", before.cer)).font(strong(size::HEADING)));
            ui.label(RichText::new(format!("{:.1} %", after.cer)).font(strong(size::HEADING)).color(color));
            ui.label(weak(ui, format!("on {}", count(after.n_lines, "line"))));
            ui.end_row();
        }
    });
}

fn reader_in_use(ui: &mut Ui, reader: Option<&str>, send: &mut impl FnMut(AdaptCommand)) {
    let Some(reader) = reader else { return };
    card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            badge(ui, &format!("Pages are read with {reader}"), palette(ui).success);
            let back = button(ui, icons::BACK, "Use the original reader again", "Use the original reader again");
            if back.on_hover_text("Your own reader stays in the list of models").clicked() {
                send(AdaptCommand::UseOriginal);
            }
        });
    });
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
