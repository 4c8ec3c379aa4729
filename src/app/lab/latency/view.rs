//! Draws the panel "Latency": the choice of models and lines, the totals; curves, kinds and networks have their own
//! views.

use eframe::egui::{Button, RichText, ScrollArea, Slider, Ui, style::HandleShape};

use super::{
    LatencyPanel, curves_view, kinds_view,
    measurement::{Measured, ROOF, WIDTHS, file_stem, is_of_page},
    network_view,
};
use crate::{
    app::{
        command::Command,
        lab::{
            command::{LabCommand, LabPanel, LatencyCommand, SavedFile, Side},
            lab_view::LabView,
            model_choice::{self, SideChoice},
        },
        state::document::Document,
        ui::{
            icons,
            theme::{palette, size, space, strong},
            widgets::{button, card, duration_text, figure, header, primary_button, progress_bar, series_colors, weak},
        },
    },
    recognition::INK_LABELLER,
};

/// In a panel narrower than this, in points, cards are one below the other.
const ROOM_FOR_TWO: f32 = 820.0;

impl LatencyPanel {
    /// Draws the panel.
    pub(crate) fn ui(&self, ui: &mut Ui, view: LabView<'_>, commands: &mut Vec<Command>) {
        let mut send = |command| commands.push(Command::Lab(LabCommand::Latency(command)));
        let (title, sentence, _) = LabPanel::Latency.label();
        header(ui, title, sentence, |ui| {
            if self.measuring.is_running() {
                if button(ui, icons::STOP, "Stop", "Stop measuring").clicked() {
                    send(LatencyCommand::Stop);
                }
            } else if primary_button(ui, true, icons::LATENCY, "Measure").clicked() {
                send(LatencyCommand::Start);
            }
        });
        ScrollArea::vertical().id_salt("latency").auto_shrink(false).show(ui, |ui| {
            card(ui, |ui| self.choices(ui, view, &mut send));
            if view.documents.iter().any(Document::is_busy) {
                let warning = "Pages are being read; measure when that is done, or the times are too long";
                ui.label(RichText::new(warning).small().color(palette(ui).doubt));
            }
            if self.measuring.is_running() {
                ui.label(RichText::new(&self.progress.doing).small());
                let bar = progress_bar(ui, self.progress.part);
                ui.add(bar).accessible_name("Progress of measuring");
            }
            let measured: Vec<(Side, &Measured)> = self.both_measured().collect();
            if measured.is_empty() {
                let hint = "Every layer is timed inside the running engine, on this machine";
                ui.label(RichText::new(hint).color(palette(ui).weak_text));
                return;
            }
            self.figures(ui, &measured);
            let is_wide = ui.available_width() >= ROOM_FOR_TWO;
            side_by_side(ui, is_wide, |ui, column| match column {
                0 => drop(card(ui, |ui| kinds_view::ui(ui, &measured, self.roof_gflops))),
                _ => drop(card(ui, |ui| self.curves(ui, &measured, &mut send))),
            });
            if measured.len() == 1 {
                network_view::ui(ui, &measured, 0, false, &mut send);
            } else {
                side_by_side(ui, is_wide, |ui, column| network_view::ui(ui, &measured, column, is_wide, &mut send));
            }
        });
    }

    fn choices(&self, ui: &mut Ui, view: LabView<'_>, send: &mut impl FnMut(LatencyCommand)) {
        ui.horizontal_wrapped(|ui| {
            self.model_choice(ui, view, Side::A, send);
            self.model_choice(ui, view, Side::B, send);
            ui.add_space(space::S);
            ui.label("Lines at once");
            let n_cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
            for n_threads in thread_counts(n_cores) {
                let label = ui.selectable_label(self.n_threads == n_threads, n_threads.to_string());
                let name = format!("Read {n_threads} lines at once");
                if label.accessible_name(&name).on_hover_text("One thread a line, as pages are read").clicked() {
                    send(LatencyCommand::SetThreads(n_threads));
                }
            }
            if view.document.is_some() {
                let mut uses = self.uses_open_page;
                if ui.checkbox(&mut uses, "Lines of the open page").changed() {
                    send(LatencyCommand::UseOpenPage(uses));
                }
            }
        });
        ui.add_enabled_ui(!(self.uses_open_page && view.document.is_some()), |ui| {
            ui.horizontal(|ui| {
                let mut width = self.width;
                ui.spacing_mut().slider_rail_height = 6.0;
                ui.spacing_mut().slider_width = (ui.available_width() - 190.0).clamp(100.0, 420.0);
                let slider =
                    Slider::new(&mut width, WIDTHS).step_by(64.0).suffix(" columns").handle_shape(HandleShape::Circle);
                let response = ui.add(slider).accessible_name("Width of the line");
                if response.on_hover_text("How long the line is, after normalization to 64 rows").changed() {
                    send(LatencyCommand::SetWidth(width));
                }
            });
        });
    }

    fn model_choice(&self, ui: &mut Ui, view: LabView<'_>, side: Side, send: &mut impl FnMut(LatencyCommand)) {
        let names = self.names(view.models, view.settings);
        let chosen = names[side as usize].as_deref();
        match model_choice::of_side(ui, view.models, side, chosen, side == Side::B, &[INK_LABELLER]).0 {
            Some(SideChoice::None) => send(LatencyCommand::Choose(side, None)),
            Some(SideChoice::Model(name)) => send(LatencyCommand::Choose(side, Some(name))),
            Some(SideChoice::PackageFolder) => send(LatencyCommand::AskForPackage(side)),
            None => {}
        }
    }

    fn figures(&self, ui: &mut Ui, measured: &[(Side, &Measured)]) {
        card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = space::XL;
                for (side, measured) in measured {
                    let color = series_colors(ui)[*side as usize];
                    let meaning = format!("{}, {}", measured.subject(), file_stem(&measured.model));
                    figure(ui, &duration_text(measured.profile.total_ms), &meaning, color);
                }
                if let [(_, a), (_, b)] = measured {
                    let [a, b] = [a, b].map(|side| side.profile.total_ms.max(f32::EPSILON));
                    let (factor, meaning) = if a >= b { (a / b, "B is faster") } else { (b / a, "B is slower") };
                    figure(ui, &format!("{factor:.2}×"), meaning, palette(ui).text);
                }
                for (side, Measured { profile, .. }) in measured {
                    let color = series_colors(ui)[*side as usize];
                    let cost = profile.layers_cost();
                    let gflops = cost.gflops().unwrap_or_default();
                    let share = self.roof_gflops.map_or(0.0, |roof| 100.0 * gflops / roof);
                    let meaning = format!("GFLOP/s, {share:.0} % of the roof");
                    figure(ui, &format!("{gflops:.1}"), &meaning, color).on_hover_text(ROOF);
                }
            });
            for (side, Measured { model, profile, .. }) in measured {
                let whole = profile.total_ms.max(f32::EPSILON);
                let text = format!(
                    "Layers add up to {} ({:+.1} %); measuring them adds {:.1} %; median of {} runs of {} {}{}, \
                     {} at once",
                    duration_text(profile.layers_cost().ms),
                    100.0 * (profile.layers_cost().ms / whole - 1.0),
                    // Of two medians, so that it can be below zero where it is next to nothing.
                    100.0 * (profile.overhead_ms / whole).max(0.0),
                    profile.n_repeats,
                    profile.n_lines,
                    if is_of_page(model) { "page" } else { "line" },
                    if profile.n_lines == 1 { "" } else { "s" },
                    profile.threads,
                );
                let color = if measured.len() == 1 { palette(ui).weak_text } else { series_colors(ui)[*side as usize] };
                ui.label(RichText::new(text).small().color(color));
            }
        });
    }

    fn curves(&self, ui: &mut Ui, measured: &[(Side, &Measured)], send: &mut impl FnMut(LatencyCommand)) {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new("Cost by length").font(strong(size::BODY)));
            for (file, text) in [(SavedFile::Table, "CSV…"), (SavedFile::Picture, "Picture…")] {
                let is_there = measured.iter().any(|(_, measured)| !measured.curve.is_empty());
                let save = ui.add_enabled(is_there, Button::new(text).small());
                if save.accessible_name(format!("Save the cost by length as {text}")).clicked() {
                    send(LatencyCommand::AskWhereToSaveCurves(file));
                }
            }
        });
        let at_width = curves_view::times_at(measured, self.width);
        let text = match at_width.as_slice() {
            [] if self.measuring.is_running() => "Being measured…".to_owned(),
            [] => "Not measured to the end".to_owned(),
            texts => format!("{} columns: {}", self.width, texts.join(", ")),
        };
        ui.label(weak(ui, text));
        if !at_width.is_empty()
            && let Some(width) = curves_view::ui(ui, measured, self.width)
        {
            send(LatencyCommand::SetWidth(width));
        }
    }
}

/// 1, 2, 4, … and all cores.
fn thread_counts(n_cores: usize) -> Vec<usize> {
    let mut counts: Vec<usize> = std::iter::successors(Some(1), |n| Some(n * 2)).take_while(|&n| n < n_cores).collect();
    counts.push(n_cores);
    counts
}

/// Draws two columns of equal width, or one below the other.
fn side_by_side(ui: &mut Ui, is_wide: bool, mut draw: impl FnMut(&mut Ui, usize)) {
    if is_wide {
        ui.columns(2, |columns| columns.iter_mut().enumerate().for_each(|(index, column)| draw(column, index)));
    } else {
        (0..2).for_each(|index| {
            ui.push_id(index, |ui| draw(ui, index));
        });
    }
    ui.add_space(space::XS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thread_counts_end_with_all_cores() {
        assert_eq!(thread_counts(1), [1]);
        assert_eq!(thread_counts(6), [1, 2, 4, 6]);
    }
}
