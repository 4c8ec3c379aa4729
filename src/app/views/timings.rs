//! The time that a page took: the sum in the status bar, each stage in a popover.

use eframe::egui::{Align, Button, Frame, Grid, Layout, Margin, Popup, RichText, Ui};

use crate::app::{
    state::document::Document,
    ui::{
        icons,
        theme::{icon, size, space, strong},
        widgets::duration_text,
    },
};

/// Draws the sum as a button that opens the stages; nothing before the page is read.
pub(super) fn ui(ui: &mut Ui, document: &Document) {
    let Some(reader) = document.timings.reader else { return };
    let decode_ms = document.timings.decode_ms.unwrap_or(0.0);
    let total_ms = decode_ms + reader.prepare_ms + reader.segment_ms + reader.recognize_ms;
    let line_ms = median_line_ms(document);
    let line_text = line_ms.map(|ms| format!(" · {} a line", duration_text(ms))).unwrap_or_default();
    let text = RichText::new(format!("Read in {}{line_text}", duration_text(total_ms))).small();
    let button = Button::new((RichText::new(icons::TIMINGS).font(icon(15.0)), text)).frame_when_inactive(false);
    let response = ui.add(button).accessible_name("Timings").on_hover_text("Time of each stage");
    let frame = Frame::popup(ui.style()).inner_margin(Margin::same(space::L as i8));
    Popup::menu(&response).frame(frame).show(|ui| {
        ui.label(RichText::new("Timings").font(strong(size::BODY)));
        ui.add_space(space::XS);
        ui.spacing_mut().interact_size.y = 18.0;
        Grid::new("stages").num_columns(2).min_row_height(20.0).spacing([space::XL, 2.0]).show(ui, |ui| {
            if let Some(decode_ms) = document.timings.decode_ms {
                row(ui, "Decode the image", decode_ms);
            }
            row(ui, "Prepare the page", reader.prepare_ms);
            row(ui, "Find lines", reader.segment_ms);
            row(ui, "Read lines", reader.recognize_ms);
            row(ui, "Total", total_ms);
            if let Some(line_ms) = line_ms {
                row(ui, "Median line", line_ms);
            }
        });
    });
}

fn row(ui: &mut Ui, stage: &str, elapsed_ms: f32) {
    ui.label(RichText::new(stage).weak());
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(duration_text(elapsed_ms)));
    ui.end_row();
}

fn median_line_ms(document: &Document) -> Option<f32> {
    let mut times: Vec<f32> =
        document.page.lines.iter().filter_map(|line| Some(line.transcription.as_ref()?.elapsed_ms)).collect();
    times.sort_by(f32::total_cmp);
    times.get(times.len() / 2).copied()
}
