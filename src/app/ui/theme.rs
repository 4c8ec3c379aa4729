//! Design tokens: every colour, distance, radius and letter size of the window, light and dark.

use std::{collections::BTreeMap, sync::Arc};

use eframe::egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, Style,
    TextStyle, Theme, ThemePreference, Ui, Visuals, style::ScrollStyle, style::WidgetVisuals, vec2,
};

use crate::storage::ThemeChoice;

/// Distances in points.
pub(crate) mod space {
    pub(crate) const XS: f32 = 4.0;
    pub(crate) const S: f32 = 8.0;
    pub(crate) const M: f32 = 12.0;
    pub(crate) const L: f32 = 16.0;
    pub(crate) const XL: f32 = 24.0;
}

/// Corner radii in points.
pub(crate) mod radius {
    pub(crate) const SMALL: u8 = 4;
    pub(crate) const MEDIUM: u8 = 7;
    pub(crate) const LARGE: u8 = 12;
}

/// Letter sizes in points.
pub(crate) mod size {
    pub(crate) const SMALL: f32 = 11.5;
    pub(crate) const BODY: f32 = 13.5;
    pub(crate) const READING: f32 = 16.5;
    pub(crate) const HEADING: f32 = 17.0;
    pub(crate) const TITLE: f32 = 25.0;
    pub(crate) const ICON: f32 = 17.0;
}

/// The colours of one theme, by role.
#[derive(Debug)]
pub(crate) struct Palette {
    /// Actions and the selection.
    pub(crate) accent: Color32,
    pub(crate) on_accent: Color32,
    /// Background of a selected row.
    pub(crate) accent_soft: Color32,
    /// Background around the page.
    pub(crate) desk: Color32,
    /// Bars and side panels.
    pub(crate) panel: Color32,
    /// Fields, menus and notes on a panel.
    pub(crate) card: Color32,
    /// Background of a row or button under the pointer.
    pub(crate) hover: Color32,
    pub(crate) pressed: Color32,
    pub(crate) border: Color32,
    pub(crate) text: Color32,
    pub(crate) weak_text: Color32,
    /// Background of words that the careful reading has just changed.
    pub(crate) changed: Color32,
    /// Doubtful readings.
    pub(crate) doubt: Color32,
    pub(crate) error: Color32,
    pub(crate) success: Color32,
    pub(crate) shadow: Color32,
    /// Over everything while files are dragged in.
    pub(crate) veil: Color32,
}

const LIGHT: Palette = Palette {
    accent: Color32::from_rgb(0x2f, 0x4f, 0xc4),
    on_accent: Color32::WHITE,
    accent_soft: Color32::from_rgb(0xe6, 0xeb, 0xfb),
    desk: Color32::from_rgb(0xe9, 0xe7, 0xe2),
    panel: Color32::from_rgb(0xfa, 0xf9, 0xf7),
    card: Color32::WHITE,
    hover: Color32::from_rgb(0xf0, 0xee, 0xea),
    pressed: Color32::from_rgb(0xe4, 0xe1, 0xdb),
    border: Color32::from_rgb(0xdf, 0xdc, 0xd5),
    text: Color32::from_rgb(0x20, 0x21, 0x26),
    weak_text: Color32::from_rgb(0x66, 0x65, 0x67),
    changed: Color32::from_rgb(0xdb, 0xf2, 0xe3),
    doubt: Color32::from_rgb(0x9a, 0x5a, 0x06),
    error: Color32::from_rgb(0xb8, 0x2d, 0x2d),
    success: Color32::from_rgb(0x25, 0x6f, 0x44),
    shadow: Color32::from_black_alpha(28),
    veil: Color32::from_rgba_premultiplied(0xe6, 0xe7, 0xea, 0xf0),
};

const CONTRAST: Palette = Palette {
    accent: Color32::from_rgb(0x00, 0x1e, 0xa8),
    on_accent: Color32::WHITE,
    accent_soft: Color32::from_rgb(0xd6, 0xe0, 0xff),
    desk: Color32::from_rgb(0xd8, 0xd8, 0xd8),
    panel: Color32::WHITE,
    card: Color32::WHITE,
    hover: Color32::from_rgb(0xe4, 0xe4, 0xe4),
    pressed: Color32::from_rgb(0xcc, 0xcc, 0xcc),
    border: Color32::from_rgb(0x30, 0x30, 0x30),
    text: Color32::BLACK,
    weak_text: Color32::from_rgb(0x33, 0x33, 0x33),
    changed: Color32::from_rgb(0xc4, 0xf0, 0xd2),
    doubt: Color32::from_rgb(0x7a, 0x3e, 0x00),
    error: Color32::from_rgb(0x9a, 0x00, 0x00),
    success: Color32::from_rgb(0x00, 0x55, 0x22),
    shadow: Color32::from_black_alpha(60),
    veil: Color32::from_rgba_premultiplied(0xe6, 0xe7, 0xea, 0xf0),
};

const DARK: Palette = Palette {
    accent: Color32::from_rgb(0x8d, 0xa6, 0xff),
    on_accent: Color32::from_rgb(0x12, 0x17, 0x2b),
    accent_soft: Color32::from_rgb(0x27, 0x2f, 0x4d),
    desk: Color32::from_rgb(0x12, 0x13, 0x16),
    panel: Color32::from_rgb(0x1c, 0x1d, 0x21),
    card: Color32::from_rgb(0x25, 0x27, 0x2c),
    hover: Color32::from_rgb(0x2a, 0x2c, 0x32),
    pressed: Color32::from_rgb(0x36, 0x39, 0x41),
    border: Color32::from_rgb(0x33, 0x35, 0x3c),
    text: Color32::from_rgb(0xe9, 0xe8, 0xe5),
    weak_text: Color32::from_rgb(0x9d, 0x9c, 0xa1),
    changed: Color32::from_rgb(0x1e, 0x40, 0x2d),
    doubt: Color32::from_rgb(0xe8, 0xab, 0x4f),
    error: Color32::from_rgb(0xf0, 0x7f, 0x7a),
    success: Color32::from_rgb(0x6f, 0xc7, 0x92),
    shadow: Color32::from_black_alpha(110),
    veil: Color32::from_rgba_premultiplied(0x17, 0x18, 0x1c, 0xf0),
};

/// The drawing's paper and ink are the same in both themes, as the reader sees them.
pub(crate) const PAPER: Color32 = Color32::from_rgb(0xfd, 0xfd, 0xfb);
/// Lines are outlined in the light theme's colours, since pages are mostly light.
pub(crate) const PAGE_OUTLINE: Color32 = LIGHT.accent;
/// What was taken for drawings.
pub(crate) const PAGE_DRAWING: Color32 = Color32::from_rgb(0x8a, 0x3c, 0x9e);
pub(crate) const PAGE_DOUBT: Color32 = Color32::from_rgb(0xd9, 0x82, 0x14);

/// The colours of the theme that `ui` is drawn in.
pub(crate) fn palette(ui: &Ui) -> &'static Palette {
    // The window's stroke alone is as dark as the contrast theme's borders.
    match ui.visuals().dark_mode {
        true => &DARK,
        false if ui.visuals().window_stroke.color == CONTRAST.border => &CONTRAST,
        false => &LIGHT,
    }
}

/// Letters for headings and names of things.
pub(crate) fn strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(STRONG.into()))
}

/// Letters for the text of a page.
pub(crate) fn reading() -> FontId {
    FontId::new(size::READING, FontFamily::Name(READING.into()))
}

/// Icons alone.
pub(crate) fn icon(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ICONS.into()))
}

/// Gives the window its fonts and both themes.
pub(crate) fn install(ctx: &Context, choice: ThemeChoice) {
    ctx.set_fonts(fonts());
    ctx.set_style_of(Theme::Dark, style(Theme::Dark, &DARK));
    apply_choice(ctx, choice);
    // Ctrl and plus zoom the page, not the window.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// Light, dark or as the system is.
pub(crate) fn apply_choice(ctx: &Context, choice: ThemeChoice) {
    let light = if choice == ThemeChoice::Contrast { &CONTRAST } else { &LIGHT };
    ctx.set_style_of(Theme::Light, style(Theme::Light, light));
    ctx.set_theme(match choice {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light | ThemeChoice::Contrast => ThemePreference::Light,
        ThemeChoice::Dark => ThemePreference::Dark,
    });
}

const REGULAR: &str = "Inter";
const STRONG: &str = "Inter SemiBold";
const ICONS: &str = "Phosphor";
const READING: &str = "Atkinson Hyperlegible";

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [
        (REGULAR, include_bytes!("../../../assets/fonts/Inter-Regular.ttf").as_slice()),
        (STRONG, include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf")),
        (READING, include_bytes!("../../../assets/fonts/AtkinsonHyperlegible-Regular.ttf")),
        (ICONS, include_bytes!("../../../assets/icons/Phosphor.ttf")),
    ] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    // egui's own fonts are the fallback for characters that ours lack.
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &[&str]| first.iter().map(|&name| name.to_owned()).chain(fallback.iter().cloned()).collect();
    fonts.families.insert(FontFamily::Proportional, family(&[REGULAR, ICONS]));
    fonts.families.insert(FontFamily::Name(STRONG.into()), family(&[STRONG, ICONS]));
    fonts.families.insert(FontFamily::Name(READING.into()), family(&[READING, REGULAR]));
    fonts.families.insert(FontFamily::Name(ICONS.into()), family(&[ICONS, REGULAR]));
    fonts
}

fn style(theme: Theme, palette: &Palette) -> Style {
    let mut style = Style { text_styles: text_styles(), visuals: visuals(theme, palette), ..Style::default() };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S, space::S);
    spacing.button_padding = vec2(space::M, 6.0);
    spacing.interact_size = vec2(32.0, 30.0);
    spacing.window_margin = Margin::same(space::L as i8);
    spacing.menu_margin = Margin::same(6);
    spacing.menu_spacing = 6.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = ScrollStyle::thin();
    style.animation_time = 0.12;
    // Selectable labels would take clicks from the widgets below them.
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style
}

fn text_styles() -> BTreeMap<TextStyle, FontId> {
    let proportional = |size| FontId::new(size, FontFamily::Proportional);
    BTreeMap::from([
        (TextStyle::Small, proportional(size::SMALL)),
        (TextStyle::Body, proportional(size::BODY)),
        (TextStyle::Button, proportional(size::BODY)),
        (TextStyle::Heading, strong(size::HEADING)),
        (TextStyle::Monospace, FontId::new(size::BODY, FontFamily::Monospace)),
    ])
}

fn visuals(theme: Theme, palette: &Palette) -> Visuals {
    let mut visuals = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    let widget = |fill: Color32, stroke: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, stroke),
        corner_radius: CornerRadius::same(radius::MEDIUM),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = widget(palette.panel, palette.border, palette.text);
    widgets.inactive = widget(palette.card, palette.border, palette.text);
    widgets.hovered = widget(palette.hover, palette.border, palette.text);
    // Boxes to tick, rails of sliders: on cards, too, they are seen. Buttons have the weak fill.
    widgets.inactive.bg_fill = palette.pressed;
    widgets.hovered.bg_fill = palette.pressed;
    // Also of what has the keyboard's focus: a ring in a colour of at least 3 to 1 on every ground.
    widgets.active = widget(palette.pressed, palette.accent, palette.text);
    widgets.active.bg_stroke.width = 2.0;
    widgets.open = widget(palette.pressed, palette.border, palette.text);
    visuals.selection.bg_fill = palette.accent.gamma_multiply(0.28);
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.weak_text_color = Some(palette.weak_text);
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.hover;
    visuals.extreme_bg_color = palette.card;
    visuals.text_edit_bg_color = Some(palette.card);
    visuals.warn_fg_color = palette.doubt;
    visuals.error_fg_color = palette.error;
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.card;
    visuals.window_stroke = Stroke::new(1.0, palette.border);
    visuals.window_corner_radius = CornerRadius::same(radius::LARGE);
    visuals.menu_corner_radius = CornerRadius::same(radius::MEDIUM + 2);
    let shadow = Shadow { offset: [0, 6], blur: 22, spread: 0, color: palette.shadow };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours (WCAG 2.1, "contrast ratio"): 1 for equal ones, 21 for black and white.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let linear = |part: u8| {
            let part = f32::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let luminance =
            |color: Color32| 0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b());
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_focus_can_be_seen_in_every_theme() {
        for (name, palette) in [("light", &LIGHT), ("dark", &DARK), ("contrast", &CONTRAST)] {
            for ground in [palette.panel, palette.card, palette.accent_soft, palette.hover] {
                for text in [palette.text, palette.weak_text, palette.doubt, palette.error, palette.success] {
                    assert!(contrast(text, ground) >= 4.5, "{name}: {text:?} on {ground:?} {}", contrast(text, ground));
                }
                assert!(contrast(palette.accent, ground) >= 3.0, "{name}: focus on {ground:?}");
            }
            assert!(contrast(palette.on_accent, palette.accent) >= 4.5, "{name}");
            assert!(contrast(palette.text, palette.changed) >= 4.5, "{name}");
        }
    }
}
