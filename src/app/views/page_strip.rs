//! Thumbnails of the open pages, one below the other; those of one file under its name.

use eframe::egui::{
    Align2, Color32, CornerRadius, Frame, Id, Label, Margin, Panel, Rect, Response, RichText, Role, ScrollArea, Sense,
    Stroke, StrokeKind, TextWrapMode, Ui, Vec2, WidgetInfo, WidgetText, pos2, vec2,
};

use super::ink;
use crate::app::{
    command::Command,
    state::{
        State,
        document::{Document, Stage},
        file_page::FilePage,
    },
    ui::{
        icons,
        theme::{PAPER, icon, palette, radius, size, space, strong},
        view_transform::ViewTransform,
    },
};

const WIDTH: f32 = 148.0;
/// In a window narrower than this, in points, the strip has [`NARROW_WIDTH`].
const ROOM_FOR_WIDTH: f32 = 1000.0;
const NARROW_WIDTH: f32 = 108.0;
const PICTURE_HEIGHT: f32 = 104.0;
const ROW_HEIGHT: f32 = PICTURE_HEIGHT + 30.0;

/// Draws the strip.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let frame = Frame::NONE.fill(palette(ui).panel).inner_margin(Margin::same(space::S as i8));
    let width = if ui.ctx().content_rect().width() < ROOM_FOR_WIDTH { NARROW_WIDTH } else { WIDTH };
    Panel::left("pages").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let mut above = None;
            for document in &state.documents {
                let file = document.file().filter(|file| file.n_pages > 1);
                if let Some(file) = file.filter(|file| above != Some(&file.path)) {
                    heading(ui, &file.file_name());
                }
                above = file.map(|file| &file.path);
                let is_current = state.current == Some(document.id);
                let response = entry(ui, document, is_current);
                if is_current {
                    reveal(ui, document, &response);
                }
                if response.clicked() {
                    commands.push(Command::ShowPage(document.id));
                }
            }
        });
    });
}

/// The name of a file above its pages.
fn heading(ui: &mut Ui, name: &str) {
    ui.add_space(space::XS);
    let text = RichText::new(name).font(strong(size::SMALL)).color(palette(ui).text);
    ui.add(Label::new(text).truncate()).on_hover_text(name);
}

/// Scrolls to the shown page once, when it changes.
fn reveal(ui: &Ui, document: &Document, response: &Response) {
    let id = Id::unique("revealed in strip");
    if ui.data(|data| data.get_temp(id)) != Some(document.id) {
        ui.data_mut(|data| data.insert_temp(id, document.id));
        response.scroll_to_me(None);
    }
}

fn entry(ui: &mut Ui, document: &Document, is_current: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(Role::Button, true, is_current, format!("Page {}, {}", document.name, state_of(document)))
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let palette = palette(ui);
    let fill = match (is_current, response.hovered()) {
        (true, _) => palette.accent_soft,
        (false, true) => palette.hover,
        (false, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(radius::MEDIUM), fill);
    if response.has_focus() {
        painter.rect_stroke(rect, radius::MEDIUM, Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    }
    let picture = Rect::from_min_size(rect.min, vec2(rect.width(), PICTURE_HEIGHT)).shrink(space::S);
    paint_picture(ui, document, picture);
    let name_color = if is_current { palette.text } else { palette.weak_text };
    let font = eframe::egui::FontId::proportional(size::SMALL);
    let label = document.file().and_then(FilePage::label).map(capitalized);
    let text: WidgetText = RichText::new(label.as_ref().unwrap_or(&document.name)).font(font).color(name_color).into();
    let galley = text.into_galley(
        ui,
        Some(TextWrapMode::Truncate),
        rect.width() - 2.0 * space::S,
        eframe::egui::TextStyle::Small,
    );
    let left_top = pos2(rect.center().x - galley.size().x / 2.0, rect.bottom() - 26.0);
    ui.painter().galley(left_top, galley, name_color);
    response
}

fn paint_picture(ui: &Ui, document: &Document, area: Rect) {
    let palette = palette(ui);
    let painter = ui.painter();
    let fitted = |size: Vec2| Rect::from_center_size(area.center(), size * (area.size() / size).min_elem());
    let shown = match (&document.picture.thumbnail, &document.drawing, document.size()) {
        (Some(thumbnail), _, _) => {
            let shown = fitted(thumbnail.size_vec2());
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(thumbnail.id(), shown, whole, Color32::WHITE);
            shown
        }
        (None, Some(drawing), Some(size)) => {
            let shown = fitted(size);
            painter.rect_filled(shown, 0, PAPER);
            let center = crate::page::Point::new(size.x / 2.0, size.y / 2.0);
            let view = ViewTransform { center, scale: shown.width() / size.x };
            ink::paint_strokes(painter, drawing.strokes(), view, shown);
            shown
        }
        _ => {
            let shown = fitted(vec2(3.0, 4.0));
            painter.rect_filled(shown, radius::SMALL, palette.card);
            painter.text(shown.center(), Align2::CENTER_CENTER, icons::IMAGE_FILE, icon(24.0), palette.weak_text);
            shown
        }
    };
    painter.rect_stroke(shown, 1.0, Stroke::new(1.0, palette.border), StrokeKind::Outside);
    let (symbol, color) = match document.stage {
        Stage::Failed(_) => (icons::WARNING, palette.error),
        _ if document.is_busy() => (icons::TIMINGS, palette.accent),
        _ => return,
    };
    let center = shown.right_top() + vec2(-2.0, 2.0);
    painter.circle_filled(center, 10.0, palette.card);
    painter.text(center, Align2::CENTER_CENTER, symbol, icon(14.0), color);
}

fn capitalized(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The stage of a page, in words.
fn state_of(document: &Document) -> &'static str {
    match document.stage {
        Stage::Waiting => "waiting",
        Stage::Preparing | Stage::FindingLines | Stage::Reading => "being read",
        Stage::Done => "read",
        Stage::Stopped => "stopped",
        Stage::Failed(_) => "failed",
    }
}
