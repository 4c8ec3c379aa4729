//! Draws the table of layer kinds, for one model or two.

use eframe::egui::{Color32, Grid, Label, Rect, RichText, ScrollArea, Sense, Ui, pos2, vec2};

use super::measurement::{Measured, ROOF, count_text};
use crate::{
    app::{
        lab::command::Side,
        ui::{
            theme::{palette, size, space, strong},
            widgets::{series_colors, weak},
        },
    },
    recognition::{LayerCost, LayerKind},
};

const BAR_WIDTH: f32 = 72.0;

/// Draws the table.
pub(super) fn ui(ui: &mut Ui, measured: &[(Side, &Measured)], roof_gflops: Option<f64>) {
    ui.label(RichText::new("By kind of layer").font(strong(size::BODY)));
    let kinds: Vec<Vec<(LayerKind, LayerCost)>> = measured.iter().map(|(_, m)| m.profile.by_kind()).collect();
    let longest_ms = kinds.iter().flatten().map(|(_, cost)| cost.ms).fold(f32::EPSILON, f32::max);
    ScrollArea::horizontal().id_salt("kinds").show(ui, |ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        Grid::new("kinds").spacing([space::M, 4.0]).min_col_width(28.0).min_row_height(18.0).show(ui, |ui| {
            for title in ["", "", "ms", "%", "GFLOP/s"] {
                ui.label(weak(ui, title));
            }
            ui.label(weak(ui, "of roof")).on_hover_text(ROOF);
            for title in ["mult-adds", "parameters"] {
                ui.label(weak(ui, title));
            }
            ui.end_row();
            for kind in LayerKind::ALL {
                let costs: Vec<(Side, LayerCost, f32)> = measured
                    .iter()
                    .zip(&kinds)
                    .filter_map(|((side, measured), kinds)| {
                        let cost = kinds.iter().find(|(known, _)| *known == kind)?.1;
                        Some((*side, cost, 100.0 * cost.ms / measured.profile.layers_cost().ms.max(f32::EPSILON)))
                    })
                    .collect();
                if !costs.is_empty() {
                    row(ui, kind, &costs, longest_ms, roof_gflops, measured.len() > 1);
                }
            }
        });
    });
}

fn row(
    ui: &mut Ui,
    kind: LayerKind,
    costs: &[(Side, LayerCost, f32)],
    longest_ms: f32,
    roof_gflops: Option<f64>,
    has_two: bool,
) {
    ui.label(kind.name());
    bars(ui, costs, longest_ms);
    let mut cell = |text: &dyn Fn(&LayerCost, f32) -> String| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (side, cost, percent) in costs {
                let color = if has_two { series_colors(ui)[*side as usize] } else { palette(ui).text };
                ui.add(Label::new(RichText::new(text(cost, *percent)).color(color)).extend());
            }
        });
    };
    cell(&|cost, _| format!("{:.2}", cost.ms));
    cell(&|_, percent| format!("{percent:.1}"));
    cell(&|cost, _| cost.gflops().map(|gflops| format!("{gflops:.1}")).unwrap_or_default());
    cell(&|cost, _| match (cost.gflops(), roof_gflops) {
        (Some(gflops), Some(roof)) => format!("{:.0} %", 100.0 * gflops / roof),
        _ => String::new(),
    });
    cell(&|cost, _| count_text(cost.multiply_adds));
    cell(&|cost, _| count_text(cost.parameters));
    ui.end_row();
}

/// A bar for each model, one below the other, on the same scale.
fn bars(ui: &mut Ui, costs: &[(Side, LayerCost, f32)], longest_ms: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(BAR_WIDTH, 18.0 * costs.len() as f32), Sense::HOVER);
    for (place, (side, cost, _)) in costs.iter().enumerate() {
        let top = rect.top() + 18.0 * place as f32 + 5.0;
        let width = (BAR_WIDTH * cost.ms / longest_ms).max(1.5);
        let bar = Rect::from_min_max(pos2(rect.left(), top), pos2(rect.left() + width, top + 8.0));
        let color: Color32 = series_colors(ui)[*side as usize];
        ui.painter().rect_filled(bar, 2.0, color);
    }
}
