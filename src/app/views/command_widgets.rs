//! Small parts that several views share.

use eframe::egui::{Align, Button, Color32, Frame, Layout, Margin, Rect, Response, RichText, Ui, UiBuilder, Vec2};

use crate::app::{
    command::{Command, CommandInfo},
    state::{
        State,
        document::{Document, Stage},
    },
    ui::theme::{icon, palette, radius, size, strong},
};

/// How a command's button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Look {
    /// Icon and text without a frame.
    Plain,
    /// The icon alone.
    Icon,
    /// Framed.
    Framed,
    /// The one thing to do here.
    Primary,
}

/// A bar that floats over the page at `area`, its parts side by side, `spacing` points apart and `margin` from its ends.
pub(super) fn floating_bar(ui: &mut Ui, area: Rect, margin: i8, spacing: f32, contents: impl FnOnce(&mut Ui)) {
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

/// A button that sends `command`; disabled where the command would do nothing.
pub(in crate::app) fn command_button(
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
pub(in crate::app) fn menu_entry(ui: &mut Ui, state: &State, commands: &mut Vec<Command>, command: &Command) {
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

/// Whether `command` would do something now.
pub(in crate::app) fn can_run(state: &State, command: &Command) -> bool {
    let document = state.document();
    let about = |is_true: fn(&Document) -> bool| document.is_some_and(is_true);
    match command {
        Command::SaveText | Command::SavePdf | Command::CopyText | Command::CopyTextWithoutLineBreaks => {
            about(|document| !document.page.lines.is_empty())
        }
        Command::SaveTextOfAllPages | Command::SavePdfOfAllPages | Command::CopyTextOfAllPages => {
            state.documents.iter().any(|document| !document.page.lines.is_empty())
        }
        Command::RotateLeft | Command::RotateRight | Command::EditCorners => about(Document::is_adjustable),
        Command::Straighten => about(|document| document.proposed_sheet().is_some()),
        Command::CloseFile => about(|document| document.file().is_some_and(|file| file.n_pages > 1)),
        Command::ReopenPage => !state.closed.is_empty(),
        Command::Undo => about(|document| document.can_undo_redo().0),
        Command::Redo => about(|document| document.can_undo_redo().1),
        Command::ReadAgain => about(|document| !document.is_busy()),
        Command::StopReading => state.documents.iter().any(|d| d.is_busy() || d.stage == Stage::Waiting),
        Command::StopSaving => state.saving.is_some(),
        Command::NextDoubtfulWord | Command::PreviousDoubtfulWord => {
            document.is_some_and(|document| document.has_doubts(state.settings.doubt_threshold))
        }
        Command::ClearDrawing => about(|document| document.drawing.as_ref().is_some_and(|ink| !ink.is_empty())),
        Command::ClosePage | Command::ZoomIn | Command::ZoomOut | Command::FitPage | Command::FitWidth => {
            document.is_some()
        }
        _ => true,
    }
}

fn is_selected(state: &State, command: &Command) -> bool {
    use crate::app::state::Tool;
    match command {
        Command::UsePen => state.tool == Tool::Pen,
        Command::UseEraser => state.tool == Tool::Eraser,
        Command::EditCorners => state.document().is_some_and(|document| document.corner_edit.is_some()),
        Command::ToggleOutlines => state.settings.show_outlines,
        _ => false,
    }
}

/// An icon as a label.
pub(in crate::app) fn symbol(ui: &mut Ui, symbol: &str, points: f32, color: Color32) -> Response {
    ui.label(RichText::new(symbol).font(icon(points)).color(color))
}

/// Milliseconds as people read them.
pub(in crate::app) fn duration_text(elapsed_ms: f32) -> String {
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
