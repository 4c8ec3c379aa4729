//! One line of the transcript: its number, its text in an editor, its confidence and time, and its picture while it is
//! selected.

use std::{ops::Range, sync::Arc};

use eframe::egui::{
    Align, Button, Color32, CornerRadius, EventFilter, Frame, Galley, Id, Key, KeyboardShortcut, Layout, Margin,
    Modifiers, Rect, RichText, Sense, Stroke, TextBuffer, TextEdit, Ui, UiBuilder, WidgetText,
    text::{LayoutJob, TextFormat},
    vec2,
};

use super::ink;
use crate::{
    app::{
        command::{Command, LISTED},
        state::{State, document::Document},
        ui::{
            icons, line_field,
            theme::{PAPER, icon, palette, radius, reading, size, space},
            view_transform::ViewTransform,
            widgets::{duration_text, weak},
        },
    },
    page::{self, TextLine, WordChoice},
};

const NUMBER_WIDTH: f32 = 26.0;
const METRICS_WIDTH: f32 = 54.0;
/// Height of a small letter in the picture of a line, in points: the same for all lines, whatever their length.
const PICTURE_X_HEIGHT: f32 = 18.0;
/// Height of the picture of a line whose letters have no known height, in points.
const PICTURE_HEIGHT: f32 = 56.0;
const PICTURE_MAX_HEIGHT: f32 = 96.0;
/// The most pieces of a line, one below the other.
const MAX_PIECES: f32 = 4.0;

/// A line with what its row shows.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) state: &'a State,
    pub(super) document: &'a Document,
    /// From 0.
    pub(super) index: usize,
    pub(super) line: &'a TextLine,
}

/// Draws the row.
pub(super) fn ui(ui: &mut Ui, row: Row<'_>, commands: &mut Vec<Command>) {
    let Row { document, line, .. } = row;
    let is_selected = document.is_selected(line.id);
    // The row lies below its contents, so buttons in it receive their own clicks.
    let whole = UiBuilder::new().scope_id(Id::unique(("row", document.id, line.id))).sense(Sense::CLICK);
    let drawn = ui.scope_builder(whole, |ui| {
        let palette = palette(ui);
        let fill = match (is_selected, ui.response().contains_pointer()) {
            (true, _) => palette.accent_soft,
            (false, true) => palette.hover,
            (false, false) => Color32::TRANSPARENT,
        };
        let margin = Margin::symmetric(space::S as i8, 5);
        let frame = Frame::NONE.fill(fill).corner_radius(radius::MEDIUM).inner_margin(margin);
        frame.show(ui, |ui| content(ui, row, commands));
    });
    let rect = drawn.response.rect;
    if is_selected {
        let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        ui.painter().rect_filled(bar, CornerRadius::same(2), palette(ui).accent);
    }
    if drawn.response.clicked() {
        commands.push(Command::SelectLine(line.id));
    }
    scroll_to_new_selection(ui, document, is_selected, rect);
}

/// The contents of the row.
fn content(ui: &mut Ui, row: Row<'_>, commands: &mut Vec<Command>) {
    let Row { document, line, .. } = row;
    ui.take_available_width();
    let is_selected = document.is_selected(line.id);
    if is_selected {
        picture(ui, document, line);
    }
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        number(ui, row, is_selected);
        let width = (ui.available_width() - METRICS_WIDTH - space::S).max(60.0);
        let text_layout = Layout::top_down(Align::Min);
        ui.allocate_ui_with_layout(vec2(width, 24.0), text_layout, |ui| {
            editor(ui, row, commands);
        });
        metrics(ui, document, line);
    });
}

/// Scrolls to a row once, when it is selected.
fn scroll_to_new_selection(ui: &Ui, document: &Document, is_selected: bool, rect: Rect) {
    let id = Id::unique(("scrolled transcript", document.id));
    let count = document.selection_count();
    if is_selected && ui.data(|data| data.get_temp::<u64>(id)) != Some(count) {
        ui.data_mut(|data| data.insert_temp(id, count));
        ui.scroll_to_rect(rect.expand(space::XL), None);
    }
}

fn number(ui: &mut Ui, row: Row<'_>, is_selected: bool) {
    let Row { state, index, line, .. } = row;
    let palette = palette(ui);
    let color = match (Document::is_doubtful(line, state.settings.doubt_threshold), is_selected) {
        (true, _) => palette.doubt,
        (false, true) => palette.accent,
        (false, false) => palette.weak_text,
    };
    ui.allocate_ui_with_layout(vec2(NUMBER_WIDTH, 22.0), Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_width(NUMBER_WIDTH);
        ui.label(RichText::new((index + 1).to_string()).small().color(color));
    });
}

fn editor(ui: &mut Ui, row: Row<'_>, commands: &mut Vec<Command>) {
    let Row { state, document, index, line } = row;
    let id = line_field::id(document.id, line.id);
    focus_new_selection(ui, row, id);
    let mut text = line.text().to_owned();
    if ui.memory(|memory| memory.has_focus(id)) {
        match take_keys(ui) {
            Some(Command::NextAlternative) => text = alternative_beside_caret(ui, id, line, 1, commands),
            Some(Command::PreviousAlternative) => text = alternative_beside_caret(ui, id, line, -1, commands),
            other => commands.extend(other),
        }
    }
    let doubtful = Document::doubtful_words(line, state.settings.doubt_threshold);
    let marks = Marks { doubtful, changed: document.first_readings.changed(line.id, line.text()) };
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, wrap_width: f32| layout(ui, text.as_str(), &marks, wrap_width);
    let filter = EventFilter { escape: true, horizontal_arrows: true, vertical_arrows: true, tab: false };
    let output = TextEdit::multiline(&mut text)
        .id(id)
        .frame(Frame::NONE)
        .desired_rows(1)
        .desired_width(f32::INFINITY)
        .hint_text(hint(document, line))
        .event_filter(filter)
        .return_key(None)
        .layouter(&mut layouter)
        .show(ui);
    let response = output.response.response.accessible_name(format!("Text of line {}", index + 1));
    if response.changed() {
        let text = text.replace(['\n', '\r'], " ");
        commands.push(Command::EditLine { line: line.id, text });
    }
    if document.is_selected(line.id) {
        alternatives(ui, id, line, &text, commands);
    }
    if response.gained_focus() && !document.is_selected(line.id) {
        commands.push(Command::SelectLine(line.id));
    }
}

/// The keys of the line editor, taken before the text field handles them.
fn take_keys(ui: &Ui) -> Option<Command> {
    let for_line = LISTED.iter().filter(|command| command.is_for_line_editor());
    let mut keys: Vec<(KeyboardShortcut, &Command)> =
        for_line.filter_map(|command| Some((command.info()?.shortcut?, command))).collect();
    keys.push((KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter), &Command::PreviousLine));
    // Chords with modifiers first: egui matches Enter for Shift+Enter too.
    keys.sort_by_key(|(shortcut, _)| shortcut.modifiers.is_none());
    let pressed = keys.into_iter().find(|(shortcut, _)| ui.input_mut(|input| input.consume_shortcut(shortcut)));
    pressed.map(|(_, command)| command.clone())
}

/// The line's text with the alternative `step` places further of the word at the caret.
fn alternative_beside_caret(ui: &Ui, id: Id, line: &TextLine, step: isize, commands: &mut Vec<Command>) -> String {
    match line_field::choice(ui.ctx(), id, line, line.text()) {
        Some(choice) => choose(ui, id, line, &choice, choice.option_beside(step), commands),
        None => line.text().to_owned(),
    }
}

/// Writes `option` into the line, and selects it.
fn choose(ui: &Ui, id: Id, line: &TextLine, choice: &WordChoice, option: &str, commands: &mut Vec<Command>) -> String {
    let text = choice.replaced(line.text(), option);
    line_field::mark(ui.ctx(), id, choice.place.start..choice.place.start + option.chars().count());
    commands.push(Command::EditLine { line: line.id, text: text.clone() });
    text
}

/// Alternatives of the word at the caret, as buttons.
fn alternatives(ui: &mut Ui, id: Id, line: &TextLine, text: &str, commands: &mut Vec<Command>) {
    let Some(choice) = line_field::choice(ui.ctx(), id, line, text) else { return };
    let keys = Command::NextAlternative.info().and_then(|info| info.shortcut);
    let hint = keys.map_or_else(String::new, |keys| ui.ctx().format_shortcut(&keys));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
        ui.spacing_mut().interact_size.y = 20.0;
        ui.label(weak(ui, "Perhaps"));
        for (_, option) in choice.options.iter().enumerate().filter(|(place, _)| *place != choice.chosen) {
            let button = ui.add(Button::new(RichText::new(option).font(reading())).small());
            if button.on_hover_text(format!("Write \u{201c}{option}\u{201d} instead ({hint})")).clicked() {
                choose(ui, id, line, &choice, option, commands);
                ui.memory_mut(|memory| memory.request_focus(id));
            }
        }
    });
}

/// Focuses the field of a line once, when the line is selected. After a selection by keyboard the first doubtful word
/// is selected in it, to be typed over.
fn focus_new_selection(ui: &Ui, row: Row<'_>, id: Id) {
    let Row { state, document, line, .. } = row;
    let seen_id = Id::unique(("focused line", document.id));
    let count = document.selection_count();
    if document.is_selected(line.id) && ui.data(|data| data.get_temp::<u64>(seen_id)) != Some(count) {
        ui.data_mut(|data| data.insert_temp(seen_id, count));
        if ui.memory(|memory| memory.has_focus(id)) {
            return;
        }
        ui.memory_mut(|memory| memory.request_focus(id));
        line_field::mark_first_doubtful(ui.ctx(), document, state.settings.doubt_threshold, true);
    }
}

fn hint(document: &Document, line: &TextLine) -> String {
    match (document.failure(line.id), &line.transcription) {
        (Some(reason), _) => format!("Could not be read: {reason}"),
        (None, Some(_)) => "Nothing read in this line".to_owned(),
        (None, None) if document.is_busy() => "…".to_owned(),
        (None, None) => "Not read".to_owned(),
    }
}

/// Marked words of a line, as ranges of characters in order.
struct Marks<'a> {
    /// Underlined.
    doubtful: Vec<Range<usize>>,
    /// On another ground: the careful reading has just changed them.
    changed: &'a [Range<usize>],
}

fn layout(ui: &Ui, text: &str, marks: &Marks<'_>, wrap_width: f32) -> Arc<Galley> {
    let palette = palette(ui);
    let mut ends: Vec<usize> = marks.doubtful.iter().chain(marks.changed).flat_map(|at| [at.start, at.end]).collect();
    ends.push(usize::MAX);
    ends.sort_unstable();
    let mut job =
        LayoutJob { wrap: eframe::egui::text::TextWrapping::wrap_at_width(wrap_width), ..LayoutJob::default() };
    let mut characters = text.chars();
    let mut position = 0;
    for end in ends {
        let is_in = |words: &[Range<usize>]| words.iter().any(|word| word.contains(&position));
        let mut format = TextFormat { line_height: Some(22.0), ..TextFormat::simple(reading(), palette.text) };
        if is_in(&marks.doubtful) {
            format.underline = Stroke::new(1.5, palette.doubt);
        }
        if is_in(marks.changed) {
            format.background = palette.changed;
        }
        let part: String = characters.by_ref().take(end - position).collect();
        job.append(&part, 0.0, format);
        position = end;
    }
    job.keep_trailing_whitespace = true;
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

/// The line's confidence and time, or a mark for a correction.
fn metrics(ui: &mut Ui, document: &Document, line: &TextLine) {
    let palette = palette(ui);
    ui.allocate_ui_with_layout(vec2(METRICS_WIDTH, 22.0), Layout::top_down(Align::Max), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let Some(read) = &line.transcription else { return };
        let (text, color, hover) = match &line.correction {
            Some(text) if *text == read.text => {
                (icons::CHECKED.to_owned(), palette.success, "You found this line right")
            }
            Some(_) => (icons::CORRECTED.to_owned(), palette.accent, "You corrected this line"),
            None if !document.is_read_carefully(line) => {
                ("…".to_owned(), palette.weak_text, "Read once; a careful reading follows")
            }
            None if read.text.is_empty() => ("–".to_owned(), palette.weak_text, "There is no text to be sure of"),
            None => (format!("{:.0} %", read.confidence * 100.0), palette.weak_text, "How sure the reader is"),
        };
        let font =
            if line.correction.is_some() { icon(size::BODY) } else { eframe::egui::FontId::proportional(size::SMALL) };
        ui.label(RichText::new(text).font(font).color(color)).on_hover_text(hover);
        if document.failure(line.id).is_none() {
            let elapsed =
                WidgetText::from(RichText::new(duration_text(read.elapsed_ms)).size(10.0).color(palette.weak_text));
            ui.label(elapsed).on_hover_text("Time to read this line");
        }
    });
}

/// The picture of the line.
fn picture(ui: &mut Ui, document: &Document, line: &TextLine) {
    let Some(page_size) = document.size() else { return };
    let margin = line.bounds.height() * 0.15;
    let b = line.bounds;
    let whole = page::Rect::new(0.0, 0.0, page_size.x, page_size.y);
    let region = page::Rect::new(b.x0 - margin, b.y0 - margin, b.x1 + margin, b.y1 + margin).intersection(whole);
    if region.area() <= 0.0 {
        return;
    }
    let width = ui.available_width();
    let wanted = if line.x_height > 0.0 { PICTURE_X_HEIGHT / line.x_height } else { PICTURE_HEIGHT / region.height() };
    let wanted = wanted.min(PICTURE_MAX_HEIGHT / region.height());
    for piece in pieces(line, region, (region.width() * wanted / width).ceil().clamp(1.0, MAX_PIECES)) {
        let scale = (width / piece.width()).min(wanted);
        let (area, _) = ui.allocate_exact_size(vec2(width, piece.height() * scale), Sense::hover());
        let target = Rect::from_min_size(area.min, vec2(piece.width(), piece.height()) * scale);
        paint_piece(ui, document, piece, target);
    }
    ui.add_space(space::XS);
}

/// A long line in pieces one below the other, so that each is tall enough to read. Cut at a blank that the reader found
/// nearby; without one, neighbours overlap so that a letter at the cut is whole in one of them.
fn pieces(line: &TextLine, region: page::Rect, n_pieces: f32) -> Vec<page::Rect> {
    let read = line.transcription.as_ref().map(|read| read.characters.as_slice()).unwrap_or_default();
    let blanks = read.iter().filter(|read| read.character == ' ').map(|read| f32::midpoint(read.start, read.end));
    let blanks: Vec<f32> = blanks.map(|part| line.bounds.x0 + part * line.bounds.width()).collect();
    let mut pieces = Vec::new();
    let mut x0 = region.x0;
    for index in 1..=n_pieces as u32 {
        let even = region.x0 + region.width() * index as f32 / n_pieces;
        let nearest = blanks.iter().copied().min_by(|a, b| (a - even).abs().total_cmp(&(b - even).abs()));
        let is_near = |blank: &f32| (blank - even).abs() < region.width() * 0.12;
        let (x1, shared) = match nearest.filter(is_near) {
            _ if index == n_pieces as u32 => (region.x1, 0.0),
            Some(blank) => (blank, 0.0),
            None => (even, region.height() * 0.4),
        };
        pieces.push(page::Rect::new(x0, region.y0, x1 + shared, region.y1));
        x0 = x1 - shared;
    }
    pieces
}

fn paint_piece(ui: &Ui, document: &Document, piece: page::Rect, target: Rect) {
    ui.painter().rect_filled(target.expand(2.0), radius::SMALL, PAPER);
    if let Some(drawing) = &document.drawing {
        let view = ViewTransform { center: piece.center(), scale: target.width() / piece.width() };
        let painter = ui.painter().with_clip_rect(ui.clip_rect().intersect(target));
        ink::paint_strokes(&painter, drawing.strokes(), view, target);
    } else if let Some(texture) = &document.picture.texture {
        texture.paint_region(ui.painter(), piece, target);
    }
}
