//! Draws a network from top to bottom: per layer a box as wide as its multiply-adds, coloured by its time, and a bar.

use eframe::egui::{
    Align2, Color32, FontId, Painter, Popup, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use super::measurement::{Measured, count_text, file_stem};
use crate::{
    app::{
        lab::command::{ExportFormat, LatencyCommand, Side},
        ui::{
            icons,
            theme::{palette, radius, size, space, strong},
            widgets::{button, card, duration_text, series_colors, weak},
        },
    },
    page::align,
    recognition::LayerProfile,
};

const ROW_HEIGHT: f32 = 26.0;
/// Height of a layer without weights that takes negligible time, drawn as a dot.
const DOT_HEIGHT: f32 = 9.0;
/// Share of the width for the boxes; the rest is for name, shape and bar.
const GRAPH_WIDTH: f32 = 0.3;
/// Share of the network's time below which a layer's time is negligible.
const NEGLIGIBLE: f32 = 0.004;

/// Draws one of the networks as a card, all on the same scale. With `is_aligned`, layers of the same kind of two
/// networks stand side by side.
pub(super) fn ui(
    ui: &mut Ui,
    all: &[(Side, &Measured)],
    index: usize,
    is_aligned: bool,
    send: &mut impl FnMut(LatencyCommand),
) {
    let Some(&(side, Measured { model, profile, .. })) = all.get(index) else { return };
    card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let color = series_colors(ui)[side as usize];
            ui.label(RichText::new(file_stem(model)).font(strong(size::HEADING)).color(color));
            let text = "Box: multiply-adds. Colour and bar: time";
            ui.label(weak(ui, text));
            export(ui, side, model, send);
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        let layers = || all.iter().flat_map(|(_, measured)| &measured.profile.layers);
        let scale = Scale {
            longest_ms: layers().map(|layer| layer.ms).fold(f32::EPSILON, f32::max),
            most_multiply_adds: layers().map(|layer| layer.multiply_adds).max().unwrap_or(1).max(1),
            all_ms: profile.layers_cost().ms.max(f32::EPSILON),
            color: series_colors(ui)[side as usize],
        };
        let heights = |index: usize| {
            let profile = &all[index].1.profile;
            move |layer: &LayerProfile| height(layer, profile.layers_cost().ms)
        };
        match all {
            [(_, a), (_, b)] if is_aligned => {
                for (of_a, of_b) in aligned(&a.profile.layers, &b.profile.layers) {
                    let room = of_a.map_or(0.0, heights(0)).max(of_b.map_or(0.0, heights(1)));
                    row(ui, if index == 0 { of_a } else { of_b }, room, &scale);
                }
            }
            _ => profile.layers.iter().for_each(|layer| row(ui, Some(layer), heights(index)(layer), &scale)),
        }
    });
}

fn export(ui: &mut Ui, side: Side, model: &str, send: &mut impl FnMut(LatencyCommand)) {
    let response = button(ui, icons::EXPORT, "Export", &format!("Export {}", file_stem(model)));
    Popup::menu(&response).show(|ui| {
        for format in ExportFormat::ALL {
            let hint = match format {
                ExportFormat::Csv => "For spreadsheets",
                ExportFormat::Json => "For programs",
                ExportFormat::Trace => "For chrome://tracing and Perfetto",
            };
            if ui.button(format!("{}…", format.name())).on_hover_text(hint).clicked() {
                send(LatencyCommand::Export(side, format));
            }
        }
    });
}

struct Scale {
    longest_ms: f32,
    most_multiply_adds: u64,
    all_ms: f32,
    color: Color32,
}

/// Pairs of layers in order, of the same kind where both are there.
fn aligned<'a>(
    a: &'a [LayerProfile],
    b: &'a [LayerProfile],
) -> impl Iterator<Item = (Option<&'a LayerProfile>, Option<&'a LayerProfile>)> {
    let kinds = |layers: &[LayerProfile]| layers.iter().map(|layer| layer.kind).collect::<Vec<_>>();
    align(&kinds(a), &kinds(b)).into_iter().flat_map(move |(i, j)| match (i.map(|i| &a[i]), j.map(|j| &b[j])) {
        // Layers of different kinds have rows of their own.
        (Some(of_a), Some(of_b)) if of_a.kind != of_b.kind => vec![(Some(of_a), None), (None, Some(of_b))],
        pair => vec![pair],
    })
}

fn is_dot(layer: &LayerProfile, all_ms: f32) -> bool {
    layer.parameters == 0 && layer.ms < NEGLIGIBLE * all_ms
}

fn height(layer: &LayerProfile, all_ms: f32) -> f32 {
    if is_dot(layer, all_ms) { DOT_HEIGHT } else { ROW_HEIGHT }
}

/// Draws a layer in a row of this height, or the way past it.
fn row(ui: &mut Ui, layer: Option<&LayerProfile>, height: f32, scale: &Scale) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::HOVER);
    let Some(layer) = layer else {
        let middle = rect.left() + rect.width() * GRAPH_WIDTH / 2.0;
        ui.painter().vline(middle, rect.y_range(), Stroke::new(1.5, palette(ui).border));
        return;
    };
    let is_dot = is_dot(layer, scale.all_ms);
    let percent = 100.0 * layer.ms / scale.all_ms;
    let (name, kind) = (&layer.name, layer.kind.name());
    let text = format!("{name}, {kind}: {}, {percent:.1} %", duration_text(layer.ms));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    let palette = palette(ui);
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, radius::SMALL, palette.hover);
    }
    let graph = Rect::from_min_size(rect.min, vec2(rect.width() * GRAPH_WIDTH, height));
    painter.vline(graph.center().x, rect.y_range(), Stroke::new(1.5, palette.border));
    let heat = heat(ui, (layer.ms / scale.longest_ms).sqrt());
    if is_dot {
        painter.circle_filled(graph.center(), 2.5, palette.weak_text);
    } else {
        let share = (layer.multiply_adds as f64 / scale.most_multiply_adds as f64).sqrt() as f32;
        let width = (graph.width() * 0.95 * share).max(14.0);
        let shape = Rect::from_center_size(graph.center(), vec2(width, ROW_HEIGHT - 6.0));
        painter.rect(shape, radius::SMALL, heat, Stroke::new(1.0, palette.border), StrokeKind::Inside);
        describe(painter, ui, rect, layer, percent, scale);
    }
    response.on_hover_ui(|ui| tooltip(ui, layer, percent));
}

/// Name, shape and bar, at the right of the box.
fn describe(painter: &Painter, ui: &Ui, row: Rect, layer: &LayerProfile, percent: f32, scale: &Scale) {
    let palette = palette(ui);
    let middle = row.center().y;
    let name_at = row.left() + row.width() * 0.32;
    let shape_at = row.left() + row.width() * 0.62;
    let bar_at = row.left() + row.width() * 0.64;
    let body = FontId::proportional(size::BODY);
    let small = FontId::proportional(size::SMALL);
    let shape = painter.layout_no_wrap(layer.shape_text(), small.clone(), palette.weak_text);
    let name = painter.layout_no_wrap(layer.name.clone(), body, palette.text);
    let has_room = name_at + name.size().x + shape.size().x + space::M < shape_at;
    let clipped = painter.with_clip_rect(Rect::from_x_y_ranges(name_at..=shape_at, row.y_range()));
    clipped.galley(pos2(name_at, middle - name.size().y / 2.0), name, palette.text);
    if has_room {
        let corner = pos2(shape_at - shape.size().x, middle - shape.size().y / 2.0);
        painter.galley(corner, shape, palette.weak_text);
    }
    let room = (row.right() - bar_at - 92.0).max(10.0);
    let width = (room * layer.ms / scale.longest_ms).max(1.5);
    let bar = Rect::from_min_size(pos2(bar_at, middle - 4.0), vec2(width, 8.0));
    painter.rect_filled(bar, 2.0, scale.color);
    let text = format!("{} · {percent:.1} %", duration_text(layer.ms));
    painter.text(pos2(bar.right() + 6.0, middle), Align2::LEFT_CENTER, text, small, palette.weak_text);
}

fn tooltip(ui: &mut Ui, layer: &LayerProfile, percent: f32) {
    let LayerProfile { name, kind, multiply_adds, parameters, ms, .. } = layer;
    ui.label(RichText::new(name).font(strong(size::BODY)));
    let mut lines = vec![kind.name().to_owned()];
    if !layer.shape.is_empty() {
        lines.push(format!("gives {}", layer.shape_text()));
    }
    lines.push(format!("{ms:.3} ms, {percent:.1} % of all layers"));
    if *multiply_adds > 0 {
        let gflops = layer.cost().gflops().unwrap_or_default();
        lines.push(format!("{} multiply-adds, {gflops:.1} GFLOP/s", count_text(*multiply_adds)));
        lines.push(format!("{} parameters", count_text(*parameters)));
    }
    ui.label(lines.join("\n"));
}

/// From the ground's colour over amber to red.
fn heat(ui: &Ui, part: f32) -> Color32 {
    let palette = palette(ui);
    let part = part.clamp(0.0, 1.0);
    if part < 0.5 {
        palette.hover.lerp_to_gamma(palette.doubt, 2.0 * part)
    } else {
        palette.doubt.lerp_to_gamma(palette.error, 2.0 * part - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::LayerKind;

    fn layers(kinds: &[LayerKind]) -> Vec<LayerProfile> {
        let layer = |kind: &LayerKind| LayerProfile {
            name: String::new(),
            kind: *kind,
            shape: Vec::new(),
            multiply_adds: 1,
            parameters: 1,
            ms: 1.0,
        };
        kinds.iter().map(layer).collect()
    }

    #[test]
    fn layers_of_one_kind_stand_side_by_side_and_none_is_left_out() {
        use LayerKind::{Conv1x1, Conv3x3, Dblstm, MaxPool, Softmax};
        let a = layers(&[Conv3x3, Conv3x3, MaxPool, Conv3x3, MaxPool, Dblstm, Softmax]);
        let b = layers(&[Conv3x3, MaxPool, Conv1x1, Conv3x3, MaxPool, Dblstm, Dblstm, Softmax]);
        let rows: Vec<_> = aligned(&a, &b).collect();
        assert!(rows.iter().all(|(of_a, of_b)| of_a.zip(*of_b).is_none_or(|(a, b)| a.kind == b.kind)));
        assert_eq!(rows.iter().filter(|(of_a, _)| of_a.is_some()).count(), a.len());
        assert_eq!(rows.iter().filter(|(_, of_b)| of_b.is_some()).count(), b.len());
        assert!(rows.iter().filter(|(of_a, of_b)| of_a.is_some() && of_b.is_some()).count() >= 5);
    }
}
