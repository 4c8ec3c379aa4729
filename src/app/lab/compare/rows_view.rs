//! Draws the compared lines: a row each with both readings, the selected one with its picture.

use eframe::egui::{
    Align, Color32, CornerRadius, FontId, Image, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, Stroke,
    TextFormat, Ui, UiBuilder, WidgetInfo, text::LayoutJob, vec2,
};

use super::ComparePanel;
use crate::{
    app::{
        lab::command::{CompareCommand, Side},
        ui::{
            icons,
            theme::{PAPER, palette, radius, size, space},
            widgets::{button, card, duration_text, series_colors, weak},
        },
    },
    evaluation::{ComparedLine, Reading},
    page::MarkedWord,
};

const TEXT_HEIGHT: f32 = 21.0;
const METRICS_WIDTH: f32 = 110.0;
const LETTER_WIDTH: f32 = 18.0;
/// Least height of the list, in points; in a lower window the panel scrolls.
const MIN_LIST_HEIGHT: f32 = 180.0;
const MAX_PICTURE_HEIGHT: f32 = 76.0;
const DETAIL_HEIGHT: f32 = 216.0;

/// Draws the list and, below it, the selected line.
pub(super) fn ui(panel: &ComparePanel, ui: &mut Ui, send: &mut impl FnMut(CompareCommand)) {
    let selected = panel.selected_line();
    let detail_height = if selected.is_some() { DETAIL_HEIGHT } else { 0.0 };
    let height = (ui.available_height() - detail_height).max(MIN_LIST_HEIGHT);
    let n_texts = if panel.totals.lines_with_truth > 0 { 3.0 } else { 2.0 };
    let row_height = n_texts * TEXT_HEIGHT + 12.0;
    ui.spacing_mut().item_spacing.y = 2.0;
    let scroll_to = new_selection(panel, ui);
    let mut area = ScrollArea::vertical().id_salt("compared lines").max_height(height).auto_shrink(false);
    if let Some(place) = scroll_to {
        let middle = place as f32 * (row_height + 2.0) - (height - row_height) / 2.0;
        area = area.vertical_scroll_offset(middle.max(0.0));
    }
    area.show_rows(ui, row_height, panel.shown.len(), |ui, places| {
        for place in places {
            let index = panel.shown[place];
            if let Some(line) = &panel.read[index] {
                row(panel, ui, index, line, row_height, send);
            }
        }
    });
    ui.spacing_mut().item_spacing.y = space::S;
    if let Some((index, line)) = selected {
        detail(panel, ui, index, line, send);
    }
}

/// The index in the list of a line selected since the last frame.
fn new_selection(panel: &ComparePanel, ui: &Ui) -> Option<usize> {
    let id = ui.scope_id().with("selection seen");
    let seen = ui.data(|data| data.get_temp::<u64>(id)).unwrap_or_default();
    ui.data_mut(|data| data.insert_temp(id, panel.selection_count));
    // A clicked row is visible already.
    let is_new = seen != panel.selection_count && !ui.input(|input| input.pointer.any_click());
    let selected = panel.selected.filter(|_| is_new)?;
    panel.shown.iter().position(|&shown| shown == selected)
}

fn row(
    panel: &ComparePanel,
    ui: &mut Ui,
    index: usize,
    line: &ComparedLine,
    height: f32,
    send: &mut impl FnMut(CompareCommand),
) {
    let palette = palette(ui);
    let is_selected = panel.selected == Some(index);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::CLICK);
    let name = format!("{}: {} / {}", line.name, line.a.text, line.b.text);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, &name));
    if response.clicked() || response.gained_focus() && !is_selected {
        send(CompareCommand::Select(index));
    }
    let fill = match (is_selected, response.hovered()) {
        (true, _) => palette.accent_soft,
        (false, true) => palette.hover,
        (false, false) => palette.card,
    };
    ui.painter().rect(rect, radius::MEDIUM, fill, Stroke::new(1.0, palette.border), eframe::egui::StrokeKind::Inside);
    if is_selected {
        let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        ui.painter().rect_filled(bar, CornerRadius::same(2), palette.accent);
    }
    let layout = Layout::top_down(Align::Min);
    let inside = rect.shrink2(vec2(space::M, 6.0));
    // A child of its own, so that the row's contents do not move the next row.
    let mut child = ui.new_child(UiBuilder::new().max_rect(inside).layout(layout));
    let ui = &mut child;
    ui.spacing_mut().item_spacing = vec2(space::XS, 0.0);
    ui.spacing_mut().interact_size.y = TEXT_HEIGHT;
    if panel.totals.lines_with_truth > 0 {
        let truth = line.truth.as_deref().unwrap_or_default();
        let mark = if panel.added.contains(&index) { icons::CHECKED } else { "" };
        text_row(ui, mark, palette.success, plain(ui, truth), &line.name);
    }
    let [a, b] = line.marked();
    let has_truth = line.truth.is_some();
    for (letter, color, reading, words) in
        [("A", series_colors(ui)[0], &line.a, a), ("B", series_colors(ui)[1], &line.b, b)]
    {
        text_row(ui, letter, color, marked(ui, reading, &words, has_truth), &metrics(reading));
    }
}

fn text_row(ui: &mut Ui, letter: &str, color: Color32, text: LayoutJob, right: &str) {
    ui.horizontal(|ui| {
        ui.set_min_height(TEXT_HEIGHT);
        let letter_size = vec2(LETTER_WIDTH, TEXT_HEIGHT);
        ui.allocate_ui_with_layout(letter_size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(LETTER_WIDTH);
            ui.label(RichText::new(letter).small().strong().color(color));
        });
        let width = (ui.available_width() - METRICS_WIDTH - space::S).max(40.0);
        ui.allocate_ui_with_layout(vec2(width, TEXT_HEIGHT), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(width);
            ui.add(Label::new(text).truncate().selectable(false));
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(Label::new(weak(ui, right)).truncate());
        });
    });
}

fn metrics(reading: &Reading) -> String {
    if reading.failure.is_some() {
        return "not read".to_owned();
    }
    format!("{:.0} % · {}", 100.0 * reading.confidence, duration_text(reading.ms))
}

fn plain(ui: &Ui, text: &str) -> LayoutJob {
    LayoutJob::simple_singleline(text.to_owned(), FontId::proportional(size::BODY), palette(ui).weak_text)
}

/// A reading with differing words marked: wrong ones if the truth is known, else those that the other model reads
/// differently.
fn marked(ui: &Ui, reading: &Reading, words: &[MarkedWord], has_truth: bool) -> LayoutJob {
    let palette = palette(ui);
    let mark = if has_truth { palette.error } else { palette.doubt };
    let font_id = FontId::proportional(size::BODY);
    let mut job = LayoutJob::default();
    if let Some(reason) = &reading.failure {
        job.append(reason, 0.0, TextFormat { font_id, color: palette.error, ..TextFormat::default() });
        return job;
    }
    for (index, word) in words.iter().enumerate() {
        let gap = if index == 0 { 0.0 } else { 4.0 };
        let format =
            |color, underline| TextFormat { font_id: font_id.clone(), color, underline, ..TextFormat::default() };
        match word {
            MarkedWord::Same(word) => job.append(word, gap, format(palette.text, Stroke::NONE)),
            MarkedWord::Different(word) => job.append(word, gap, format(mark, Stroke::new(1.0, mark))),
            MarkedWord::Missing => job.append("[ ]", gap, format(mark, Stroke::NONE)),
        }
    }
    job
}

fn detail(panel: &ComparePanel, ui: &mut Ui, index: usize, line: &ComparedLine, send: &mut impl FnMut(CompareCommand)) {
    card(ui, |ui| {
        if let Some((shown, texture)) = &panel.picture
            && *shown == index
        {
            let room = vec2(ui.available_width(), MAX_PICTURE_HEIGHT);
            let image = Image::new(texture).fit_to_exact_size(room).maintain_aspect_ratio(true).bg_fill(PAPER);
            ui.add(image.corner_radius(radius::SMALL)).accessible_name(format!("Picture of {}", line.name));
        }
        let [a, b] = line.marked();
        let has_truth = line.truth.is_some();
        if let Some(truth) = &line.truth {
            ui.add(Label::new(plain(ui, truth)).wrap());
        }
        for (reading, words) in [(&line.a, a), (&line.b, b)] {
            ui.add(Label::new(marked(ui, reading, &words, has_truth)).wrap());
        }
        if !has_truth && !panel.reading.is_running() {
            ui.horizontal_wrapped(|ui| {
                for (side, letter) in [(Side::A, "A"), (Side::B, "B")] {
                    let text = format!("Learn as {letter} reads");
                    let add = button(ui, icons::ADD_LINES, &text, &text);
                    if add.on_hover_text("Add the line with this text to your own lines").clicked() {
                        send(CompareCommand::AddSelected(side));
                    }
                }
            });
        }
    });
}
