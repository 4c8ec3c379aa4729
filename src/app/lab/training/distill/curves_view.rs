//! Draws the curves of runs, their stages, and the lines that teacher and student read.

use std::cmp::Ordering;

use eframe::egui::{Color32, Grid, RichText, Ui, Vec2b, vec2};
use egui_plot::{HLine, Line, LineStyle, Plot, PlotPoints};

use super::{
    curves::{RunStage, Sample, Standing},
    runs::Run,
};
use crate::app::{
    lab::training::process::time_left,
    ui::{
        offscreen,
        theme::{palette, size, space, strong},
        widgets::{card, card_title, figure, weak},
    },
};

const PLOT_HEIGHT: f32 = 190.0;
const RATES_HEIGHT: f32 = 110.0;
/// Width of the picture, in points.
const PICTURE_WIDTH: f32 = 900.0;
/// In a narrower panel plots stand below each other.
const ROOM_FOR_TWO: f32 = 620.0;

/// The colour of the run at this index among all runs.
pub(super) fn run_color(ui: &Ui, place: usize) -> Color32 {
    let palette = palette(ui);
    let colors = [palette.accent, palette.doubt, palette.success, palette.error, palette.weak_text];
    colors[place % colors.len()]
}

/// Draws the plots of `runs`, each with its index among all runs.
pub(super) fn plots(ui: &mut Ui, runs: &[(usize, &Run)]) {
    let n_columns = if ui.available_width() > ROOM_FOR_TWO { 2 } else { 1 };
    ui.columns(n_columns, |columns| {
        cer(&mut columns[0], runs);
        losses(&mut columns[n_columns - 1], runs);
    });
    ui.columns(n_columns, |columns| rates(&mut columns[0], runs));
}

/// The plots and a legend as a picture.
pub(super) fn picture(runs: &[(usize, &Run)]) -> Result<Vec<u8>, String> {
    let n_rows = runs.len() as f32;
    offscreen::png(vec2(PICTURE_WIDTH, PLOT_HEIGHT + RATES_HEIGHT + 90.0 + 18.0 * n_rows), |ui| {
        plots(ui, runs);
        for (place, run) in runs {
            ui.label(RichText::new(format!("{}: {}", run.name, run.summary)).small().color(run_color(ui, *place)));
        }
    })
}

fn plot<'a>(ui: &mut Ui, title: &str, id: &'a str) -> Plot<'a> {
    ui.label(RichText::new(title).font(strong(size::BODY)));
    Plot::new(id)
        .height(PLOT_HEIGHT)
        .include_x(0.0)
        .allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .auto_bounds(Vec2b::TRUE)
        .x_axis_label("step")
}

fn cer(ui: &mut Ui, runs: &[(usize, &Run)]) {
    let colors: Vec<Color32> = runs.iter().map(|(place, _)| run_color(ui, *place)).collect();
    let response =
        plot(ui, "CER % on the lines to measure by; dashed: the teacher", "cer").include_y(0.0).show(ui, |plot| {
            for ((_, run), color) in runs.iter().zip(colors) {
                plot.line(line(&run.name, &run.curves.cer, color));
                if let Some(teacher) = run.curves.teacher_cer {
                    let name = format!("teacher of {}", run.name);
                    plot.hline(HLine::new(name, teacher).color(color).style(LineStyle::dashed_loose()));
                }
            }
        });
    let best = runs.iter().filter_map(|(_, run)| Some(format!("{} {:.1} %", run.name, run.curves.best_cer()?)));
    response.response.accessible_name(format!("Error rates, lowest: {}", best.collect::<Vec<_>>().join(", ")));
}

/// Losses of different criteria have different units, so each is drawn relative to its first value.
fn losses(ui: &mut Ui, runs: &[(usize, &Run)]) {
    let colors: Vec<Color32> = runs.iter().map(|(place, _)| run_color(ui, *place)).collect();
    let response = plot(ui, "Loss, as a part of each criterion's first", "loss").include_y(0.0).show(ui, |plot| {
        for ((_, run), color) in runs.iter().zip(colors) {
            for (index, (criterion, points)) in run.curves.losses.iter().enumerate() {
                let first = points.first().map_or(1.0, |point| point[1].abs().max(1e-12));
                let relative: Vec<[f64; 2]> = points.iter().map(|[step, loss]| [*step, loss / first]).collect();
                let color = color.gamma_multiply(if index == 0 { 1.0 } else { 0.6 });
                plot.line(line(&format!("{} {criterion}", run.name), &relative, color));
            }
        }
    });
    response.response.accessible_name("Losses");
}

fn rates(ui: &mut Ui, runs: &[(usize, &Run)]) {
    let colors: Vec<Color32> = runs.iter().map(|(place, _)| run_color(ui, *place)).collect();
    let response = plot(ui, "Learning rate (thousandths)", "rate").height(RATES_HEIGHT).show(ui, |plot| {
        for ((_, run), color) in runs.iter().zip(colors) {
            let points: Vec<[f64; 2]> =
                run.curves.learning_rate.iter().map(|[step, rate]| [*step, 1e3 * rate]).collect();
            plot.line(line(&run.name, &points, color));
        }
    });
    response.response.accessible_name("Learning rates");
}

fn line<'a>(name: &str, points: &[[f64; 2]], color: Color32) -> Line<'a> {
    Line::new(name, PlotPoints::from(points.to_vec())).color(color).width(2.0)
}

/// Draws stage, progress, time left and memory of the running run.
pub(super) fn standing(ui: &mut Ui, standing: Standing) {
    let text = palette(ui).text;
    stages(ui, standing.stage);
    if standing.steps == 0 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        figure(ui, &standing.step.to_string(), &format!("of {} steps", standing.steps), text);
        figure(ui, &format!("{:.1}", standing.lines_per_sec), "lines a second", text);
        figure(ui, &format!("{:.1e}", standing.learning_rate), "learning rate", text);
        let left = if standing.remaining_secs > 0.0 { time_left(standing.remaining_secs) } else { "…".to_owned() };
        figure(ui, left.trim_end_matches(" left"), "left", text);
        if let Some(mib) = standing.memory_mib {
            figure(ui, &format!("{:.1} GB", f64::from(mib) / 1024.0), "of memory", text);
        }
    });
}

/// The stages of a run, the present one marked.
pub(super) fn stages(ui: &mut Ui, present: RunStage) {
    ui.horizontal_wrapped(|ui| {
        for (index, stage) in RunStage::ALL.into_iter().enumerate() {
            let text = format!("{} {}", index + 1, stage.name());
            let (color, is_present) = match stage.cmp(&present) {
                Ordering::Less => (palette(ui).success, false),
                Ordering::Equal => (palette(ui).accent, true),
                Ordering::Greater => (palette(ui).weak_text, false),
            };
            let text = RichText::new(text).small().color(color);
            let label = ui.label(if is_present { text.strong() } else { text });
            if is_present {
                label.accessible_name(format!("Stage {} of {}: {}", index + 1, RunStage::ALL.len(), stage.name()));
            }
        }
    });
}

/// Draws lines as teacher and student read them.
pub(super) fn samples(ui: &mut Ui, samples: &[Sample]) {
    if samples.is_empty() {
        return;
    }
    card(ui, |ui| {
        ui.label(card_title("Lines as they are read"));
        for Sample { truth, teacher, student } in samples {
            ui.add_space(space::XS);
            Grid::new(("sample", truth)).num_columns(2).spacing([space::M, 0.0]).min_row_height(18.0).show(ui, |ui| {
                let rows = [("true", Some(truth)), ("teacher", teacher.as_ref()), ("student", student.as_ref())];
                for (name, text) in rows {
                    let Some(text) = text else { continue };
                    let is_right = text == truth;
                    let color = if is_right { palette(ui).text } else { palette(ui).error };
                    ui.label(weak(ui, name));
                    ui.label(RichText::new(text).monospace().color(color));
                    ui.end_row();
                }
            });
        }
    });
}
