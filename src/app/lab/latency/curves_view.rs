//! Draws the time of lines by their length, in the panel, as a picture and as a table.

use eframe::egui::{Ui, vec2};
use egui_plot::{Corner, Legend, Line, Plot, PlotPoints, Points, VLine};

use super::measurement::{Measured, WIDTHS, file_stem, on_curve};
use crate::{
    app::{
        lab::command::{SavedFile, Side},
        ui::{
            offscreen,
            theme::palette,
            widgets::{duration_text, series_colors},
        },
    },
    formats::csv_row,
};

const PLOT_HEIGHT: f32 = 230.0;
/// Size of the picture, in points.
const PICTURE_WIDTH: f32 = 720.0;

/// The times of a line of `width` columns in words, of each model that was measured so far.
pub(super) fn times_at(measured: &[(Side, &Measured)], width: usize) -> Vec<String> {
    let times = measured.iter().filter_map(|(_, measured)| {
        let ms = on_curve(&measured.curve, width)?;
        Some(format!("{} {}", file_stem(&measured.model), duration_text(ms)))
    });
    times.collect()
}

/// Draws the curves with a line at `width`; returns the width of a clicked place.
pub(super) fn ui(ui: &mut Ui, measured: &[(Side, &Measured)], width: usize) -> Option<usize> {
    let colors = series_colors(ui);
    let weak = palette(ui).weak_text;
    let plot = Plot::new("cost by length")
        .height(PLOT_HEIGHT)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .include_x(0.0)
        .include_y(0.0)
        .x_axis_label("columns")
        .y_axis_label("ms")
        .grid_color(weak)
        .legend(Legend::default().position(Corner::LeftTop));
    let shown = plot.show(ui, |plot| {
        plot.vline(VLine::new("", width as f64).color(weak).width(1.0));
        for (side, measured) in measured {
            let points: Vec<[f64; 2]> =
                measured.curve.iter().map(|&(width, ms)| [width as f64, f64::from(ms)]).collect();
            let (name, color) = (file_stem(&measured.model), colors[*side as usize]);
            plot.line(Line::new(&name, PlotPoints::from(points.clone())).color(color).width(2.0));
            plot.points(Points::new(&name, PlotPoints::from(points)).color(color).radius(3.0));
        }
        plot.pointer_coordinate()
    });
    let clicked = shown.inner.filter(|_| shown.response.clicked()).map(|pointer| {
        let step = *WIDTHS.start() as f64;
        ((pointer.x / step).round() * step) as usize
    });
    shown.response.accessible_name("Milliseconds by the length of the line");
    clicked
}

/// The curves as a file.
pub(super) fn saved(file: SavedFile, measured: &[(Side, Measured)], width: usize) -> Result<Vec<u8>, String> {
    if file == SavedFile::Picture {
        let measured: Vec<(Side, &Measured)> = measured.iter().map(|(side, measured)| (*side, measured)).collect();
        // Room for the margins around the plot.
        let size = vec2(PICTURE_WIDTH, PLOT_HEIGHT + 40.0);
        return offscreen::png(size, |contents| {
            ui(contents, &measured, width);
        });
    }
    let mut table = csv_row(["model", "columns", "ms"]);
    for (_, Measured { model, curve, .. }) in measured {
        for (columns, ms) in curve {
            table += &csv_row([file_stem(model), columns.to_string(), format!("{ms:.4}")]);
        }
    }
    Ok(table.into_bytes())
}
