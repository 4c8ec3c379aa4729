//! The widget kit of views and panels: whatever draws without a command.

use eframe::egui::{
    Align, Button, Color32, Frame, InnerResponse, Layout, Margin, ProgressBar, Rect, Response, RichText, Ui, UiBuilder,
};

use super::theme::{icon, palette, radius, size, space, strong};

/// A panel's title with a sentence below, and `actions` at the right.
pub(crate) fn header(ui: &mut Ui, title: &str, sentence: &str, actions: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            actions(ui);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(RichText::new(title).font(strong(size::HEADING)));
                ui.label(weak(ui, sentence));
            });
        });
    });
    ui.add_space(space::S);
}

/// Small text in the weak colour.
pub(crate) fn weak(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).small().color(palette(ui).weak_text)
}

/// The title of a card.
pub(crate) fn card_title(text: impl Into<String>) -> RichText {
    RichText::new(text).font(strong(size::READING))
}

/// The frame of cards and floating bars.
pub(crate) fn raised(ui: &Ui) -> Frame {
    let palette = palette(ui);
    Frame::NONE.fill(palette.card).stroke((1.0, palette.border)).corner_radius(radius::LARGE)
}

/// A thin bar, filled up to `part`, from 0 to 1.
pub(crate) fn progress_bar(ui: &Ui, part: f32) -> ProgressBar {
    ProgressBar::new(part).desired_height(6.0).fill(palette(ui).accent)
}

/// A sheet on the panel that groups its contents.
pub(crate) fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let frame = raised(ui).inner_margin(Margin::same(space::L as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        contents(ui)
    })
}

/// A short label on a tinted ground.
pub(crate) fn badge(ui: &mut Ui, text: &str, color: Color32) -> Response {
    let frame =
        Frame::NONE.fill(color.gamma_multiply(0.14)).corner_radius(radius::SMALL).inner_margin(Margin::symmetric(7, 2));
    frame.show(ui, |ui| ui.label(RichText::new(text).small().color(color))).response
}

/// A framed button with icon and text; `name` is its accessible name.
pub(crate) fn button(ui: &mut Ui, symbol: &str, text: &str, name: &str) -> Response {
    let symbol = RichText::new(symbol).font(icon(size::ICON));
    ui.add(Button::new((symbol, text))).accessible_name(name)
}

/// A framed button with an icon alone.
pub(crate) fn icon_button(ui: &mut Ui, symbol: &str, name: &str) -> Response {
    let button = Button::new(RichText::new(symbol).font(icon(size::ICON))).min_size(eframe::egui::Vec2::splat(30.0));
    ui.add(button).accessible_name(name).on_hover_text(name)
}

/// The main button of a panel.
pub(crate) fn primary_button(ui: &mut Ui, is_enabled: bool, symbol: &str, text: &str) -> Response {
    let palette = palette(ui);
    let symbol = RichText::new(symbol).font(icon(size::ICON)).color(palette.on_accent);
    let label = RichText::new(text).font(strong(size::BODY)).color(palette.on_accent);
    let button = Button::new((symbol, label)).fill(palette.accent).stroke((1.0, palette.accent));
    ui.add_enabled(is_enabled, button).accessible_name(text)
}

/// The colours of the first and the second of two models.
pub(crate) fn series_colors(ui: &Ui) -> [Color32; 2] {
    [palette(ui).accent, palette(ui).doubt]
}

/// The choice between decoding with the language model and greedy decoding; returns a changed choice.
pub(crate) fn language_choice(ui: &mut Ui, mut uses_language: bool) -> Option<bool> {
    let choice = ui.checkbox(&mut uses_language, "With the language model");
    let choice = choice.on_hover_text("As pages are read; without it, what the network alone makes of the pixels");
    choice.changed().then_some(uses_language)
}

/// A large figure with its meaning below.
pub(crate) fn figure(ui: &mut Ui, value: &str, meaning: &str, color: Color32) -> Response {
    let drawn = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.label(RichText::new(value).font(strong(size::TITLE)).color(color));
        ui.label(weak(ui, meaning));
    });
    drawn.response
}

/// A bar that floats over the page at `area`. `spacing` (points) parts its contents, `margin` (points) is at both ends.
pub(crate) fn floating_bar(ui: &mut Ui, area: Rect, margin: i8, spacing: f32, contents: impl FnOnce(&mut Ui)) {
    let frame = raised(ui).shadow(ui.visuals().popup_shadow).inner_margin(Margin::symmetric(margin, 5));
    ui.scope_builder(UiBuilder::new().max_rect(area).layout(Layout::left_to_right(Align::Center)), |ui| {
        frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = spacing;
            contents(ui);
        });
    });
}

/// An icon as a label.
pub(crate) fn symbol(ui: &mut Ui, symbol: &str, points: f32, color: Color32) -> Response {
    ui.label(RichText::new(symbol).font(icon(points)).color(color))
}

/// Milliseconds with up to three significant figures.
pub(crate) fn duration_text(elapsed_ms: f32) -> String {
    if elapsed_ms < 9.95 {
        format!("{elapsed_ms:.1} ms")
    } else if elapsed_ms < 999.5 {
        format!("{elapsed_ms:.0} ms")
    } else {
        format!("{:.2} s", elapsed_ms / 1e3)
    }
}

/// The last part of a path; a name as it is.
pub(crate) fn short_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_figures_at_most() {
        let texts = [0.04, 3.21, 9.96, 412.4, 999.6, 61_000.0].map(duration_text);
        assert_eq!(texts, ["0.0 ms", "3.2 ms", "10 ms", "412 ms", "1.00 s", "61.00 s"]);
    }
}
