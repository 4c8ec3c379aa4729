//! The command palette: every command that can run, found by a few letters of its name.

use eframe::egui::{Button, EventFilter, Id, Key, Modifiers, Response, RichText, ScrollArea, TextEdit, Ui, Vec2};

use super::modal::modal;
use crate::app::{
    command::{Command, LISTED},
    command_rules::can_run,
    state::{State, Workspace},
    ui::theme::{icon, palette, size},
};

const WIDTH: f32 = 480.0;
const MAX_HEIGHT: f32 = 380.0;

/// What is typed, and which of the commands found is chosen.
#[derive(Clone, Debug, Default)]
struct Typed {
    text: String,
    chosen: usize,
}

/// Draws the palette, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    let id = Id::unique("command palette");
    if !state.shows_palette {
        ui.data_mut(|data| data.remove::<Typed>(id));
        return;
    }
    let before: Option<Typed> = ui.data(|data| data.get_temp(id));
    let is_new = before.is_none();
    let mut typed = before.unwrap_or_default();
    let response = modal(ui, "palette", WIDTH, |ui| contents(ui, state, &mut typed, is_new));
    ui.data_mut(|data| data.insert_temp(id, typed));
    if let Some(command) = response.inner {
        commands.extend([Command::TogglePalette, command]);
    } else if response.should_close() {
        commands.push(Command::TogglePalette);
    }
}

/// The field and the commands; returns the one to run.
fn contents(ui: &mut Ui, state: &State, typed: &mut Typed, is_new: bool) -> Option<Command> {
    let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    let steps = ui.input_mut(|input| {
        let count = |input: &mut eframe::egui::InputState, key| input.count_and_consume_key(Modifiers::NONE, key);
        count(input, Key::ArrowDown) as isize - count(input, Key::ArrowUp) as isize
    });
    let field = TextEdit::singleline(&mut typed.text)
        .hint_text("What do you want to do?")
        .desired_width(f32::INFINITY)
        .event_filter(arrows);
    let field = ui.add(field).accessible_name("Command");
    if is_new {
        field.request_focus();
    }
    let found = found(state, &typed.text);
    if field.changed() {
        typed.chosen = 0;
    }
    typed.chosen = typed.chosen.saturating_add_signed(steps).min(found.len().saturating_sub(1));
    let runs = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let height = (ui.ctx().content_rect().height() - 200.0).clamp(120.0, MAX_HEIGHT);
    let mut clicked = None;
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for (index, command) in found.iter().enumerate() {
            let response = entry(ui, command, index == typed.chosen);
            if index == typed.chosen && steps != 0 {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                clicked = Some((*command).clone());
            }
        }
    });
    clicked.or_else(|| found.get(typed.chosen).filter(|_| runs).map(|command| (*command).clone()))
}

/// A command with its keys.
fn entry(ui: &mut Ui, command: &Command, is_chosen: bool) -> Response {
    let Some(info) = command.info() else { return ui.label("") };
    let symbol = RichText::new(if info.icon.is_empty() { " " } else { info.icon }).font(icon(size::ICON));
    let keys = info.shortcut.map(|shortcut| ui.ctx().format_shortcut(&shortcut)).unwrap_or_default();
    let button = Button::new((symbol, info.text))
        .shortcut_text(RichText::new(keys).small().weak())
        .min_size(Vec2::new(ui.available_width(), 30.0))
        .frame_when_inactive(is_chosen);
    let button = if is_chosen { button.fill(palette(ui).accent_soft) } else { button };
    ui.add(button).accessible_name(format!("Run {}", info.text)).on_hover_text(info.tooltip)
}

/// The commands that can run and whose names have the letters of `typed` in their order; those that begin with them
/// come first.
fn found(state: &State, typed: &str) -> Vec<&'static Command> {
    let typed = typed.trim().to_lowercase();
    let is_shown = |command: &&Command| state.workspace == Workspace::Pages || !command.is_about_shown_page();
    let can = |command: &&Command| **command != Command::TogglePalette && !command.is_for_line_editor();
    let mut found: Vec<(usize, &Command)> = LISTED
        .iter()
        .filter(|command| can_run(state, command))
        .filter(is_shown)
        .filter(can)
        .filter_map(|command| Some((rank(&command.info()?.text.to_lowercase(), &typed)?, command)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, command)| command).collect()
}

/// How well a name fits what is typed, 0 best; `None` if it lacks a letter.
fn rank(name: &str, typed: &str) -> Option<usize> {
    if name.starts_with(typed) {
        return Some(0);
    }
    if name.split(' ').any(|word| word.starts_with(typed)) {
        return Some(1);
    }
    if name.contains(typed) {
        return Some(2);
    }
    let mut letters = name.chars();
    typed.chars().all(|wanted| letters.any(|letter| letter == wanted)).then_some(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_with_what_is_typed_come_first() {
        assert_eq!(rank("copy text", "copy"), Some(0));
        assert_eq!(rank("copy text", "text"), Some(1));
        assert_eq!(rank("read again", "gain"), Some(2));
        assert_eq!(rank("rotate left", "rl"), Some(3));
        assert_eq!(rank("rotate left", "x"), None);
    }
}
