//! The widget kit: parts that views and panels share and that know no command.

use eframe::egui::{
    Align, Button, Color32, Frame, InnerResponse, Layout, Margin, Rect, Response, RichText, Ui, UiBuilder,
};

use super::theme::{icon, palette, radius, size, space, strong};

/// A panel's title with a sentence below, and what can be done at the right.
pub(crate) fn header(ui: &mut Ui, title: &str, sentence: &str, actions: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            actions(ui);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(RichText::new(title).font(strong(size::HEADING)));
                ui.label(RichText::new(sentence).small().color(palette(ui).weak_text));
            });
        });
    });
    ui.add_space(space::S);
}

/// A sheet on the panel that holds things which belong together.
pub(crate) fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let palette = palette(ui);
    let frame = Frame::NONE
        .fill(palette.card)
        .stroke((1.0, palette.border))
        .corner_radius(radius::LARGE)
        .inner_margin(Margin::same(space::L as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        contents(ui)
    })
}

/// A small word on a coloured ground.
pub(crate) fn badge(ui: &mut Ui, text: &str, color: Color32) -> Response {
    let frame =
        Frame::NONE.fill(color.gamma_multiply(0.14)).corner_radius(radius::SMALL).inner_margin(Margin::symmetric(7, 2));
    frame.show(ui, |ui| ui.label(RichText::new(text).small().color(color))).response
}

/// A framed button with icon and text; `name` is for those who hear the window, where the text alone says too little.
pub(crate) fn button(ui: &mut Ui, symbol: &str, text: &str, name: &str) -> Response {
    let symbol = RichText::new(symbol).font(icon(size::ICON));
    ui.add(Button::new((symbol, text))).accessible_name(name)
}

/// A framed button with an icon alone.
pub(crate) fn icon_button(ui: &mut Ui, symbol: &str, name: &str) -> Response {
    let button = Button::new(RichText::new(symbol).font(icon(size::ICON))).min_size(eframe::egui::Vec2::splat(30.0));
    ui.add(button).accessible_name(name).on_hover_text(name)
}

/// The one thing to do on a panel.
pub(crate) fn primary_button(ui: &mut Ui, is_enabled: bool, symbol: &str, text: &str) -> Response {
    let palette = palette(ui);
    let symbol = RichText::new(symbol).font(icon(size::ICON)).color(palette.on_accent);
    let label = RichText::new(text).font(strong(size::BODY)).color(palette.on_accent);
    let button = Button::new((symbol, label)).fill(palette.accent).stroke((1.0, palette.accent));
    ui.add_enabled(is_enabled, button).accessible_name(text)
}

/// The colours of the first and the second model wherever two are shown.
pub(crate) fn series_colors(ui: &Ui) -> [Color32; 2] {
    [palette(ui).accent, palette(ui).doubt]
}

/// Whether the language model helps, as on pages, or the networks are measured alone; the new answer where it changes.
pub(crate) fn language_choice(ui: &mut Ui, mut uses_language: bool) -> Option<bool> {
    let choice = ui.checkbox(&mut uses_language, "With the language model");
    let choice = choice.on_hover_text("As pages are read; without it, what the network alone makes of the pixels");
    choice.changed().then_some(uses_language)
}

/// A large number with a short word for it below.
pub(crate) fn figure(ui: &mut Ui, value: &str, meaning: &str, color: Color32) {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.label(RichText::new(value).font(strong(size::TITLE)).color(color));
        ui.label(RichText::new(meaning).small().color(palette(ui).weak_text));
    });
}

/// A bar that floats over the page at `area`, its parts side by side, `spacing` points apart and `margin` from its ends.
pub(crate) fn floating_bar(ui: &mut Ui, area: Rect, margin: i8, spacing: f32, contents: impl FnOnce(&mut Ui)) {
    let palette = palette(ui);
    let frame = Frame::NONE
        .fill(palette.card)
        .stroke((1.0, palette.border))
        .corner_radius(radius::LARGE)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(margin, 5));
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

/// Milliseconds as people read them.
pub(crate) fn duration_text(elapsed_ms: f32) -> String {
    if elapsed_ms < 9.95 {
        format!("{elapsed_ms:.1} ms")
    } else if elapsed_ms < 999.5 {
        format!("{elapsed_ms:.0} ms")
    } else {
        format!("{:.2} s", elapsed_ms / 1e3)
    }
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
