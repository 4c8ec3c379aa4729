//! Buttons and menu entries of commands: text, icon, tooltip and keys come from the table of commands.

use eframe::egui::{Button, Response, RichText, Ui, Vec2};

use crate::app::{
    command::{Command, CommandInfo},
    command_rules::{can_run, is_selected},
    state::State,
    ui::theme::{icon, palette, size, strong},
};

/// The look of a command's button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Icon and text without a frame.
    Plain,
    /// The icon alone.
    Icon,
    /// Framed.
    Framed,
    /// The one thing to do here.
    Primary,
}

/// A button that sends `command`; disabled if the command cannot run. `None` for a command without a row.
pub(super) fn command_button(
    ui: &mut Ui,
    state: &State,
    commands: &mut Vec<Command>,
    command: &Command,
    look: Look,
) -> Option<Response> {
    let info = command.info()?;
    let palette = palette(ui);
    let colored = |text: RichText| if look == Look::Primary { text.color(palette.on_accent) } else { text };
    let symbol = colored(RichText::new(info.icon).font(icon(size::ICON)));
    let button = match look {
        Look::Icon => Button::new(symbol).frame_when_inactive(false).min_size(Vec2::splat(32.0)),
        Look::Plain => Button::new((symbol, info.text)).frame_when_inactive(false),
        Look::Framed => Button::new((symbol, info.text)),
        Look::Primary => {
            let text = colored(RichText::new(info.text).font(strong(size::BODY)));
            Button::new((symbol, text)).fill(palette.accent).stroke((1.0, palette.accent))
        }
    };
    let button =
        if is_selected(state, command) { button.fill(palette.accent_soft).frame_when_inactive(true) } else { button };
    let response = ui.add_enabled(can_run(state, command), button);
    let response = response.accessible_name(info.text).on_hover_text(tooltip(ui, &info, look == Look::Icon));
    if response.clicked() {
        commands.push(command.clone());
    }
    Some(response)
}

/// A menu entry that sends `command`.
pub(super) fn menu_entry(ui: &mut Ui, state: &State, commands: &mut Vec<Command>, command: &Command) {
    let Some(info) = command.info() else { return };
    let symbol = RichText::new(if info.icon.is_empty() { " " } else { info.icon }).font(icon(size::ICON));
    let keys = info.shortcut.map(|shortcut| ui.ctx().format_shortcut(&shortcut)).unwrap_or_default();
    let button = Button::new((symbol, info.text))
        .shortcut_text(RichText::new(keys).small().weak())
        .min_size(Vec2::new(230.0, 30.0));
    let button = if is_selected(state, command) { button.fill(palette(ui).accent_soft) } else { button };
    if ui.add_enabled(can_run(state, command), button).accessible_name(info.text).clicked() {
        commands.push(command.clone());
        ui.close();
    }
}

fn tooltip(ui: &Ui, info: &CommandInfo, has_no_text: bool) -> String {
    let keys = info.shortcut.map(|shortcut| format!(" ({})", ui.ctx().format_shortcut(&shortcut))).unwrap_or_default();
    if has_no_text { format!("{}{keys}\n{}", info.text, info.tooltip) } else { format!("{}{keys}", info.tooltip) }
}
