//! Keys, dropped files and pastes become commands.

use std::path::PathBuf;

use eframe::egui::{Context, Event, Key, KeyboardShortcut, Modifiers, Popup};

use super::{LonghandApp, lab::in_lab};
use crate::app::{
    command::{Command, LISTED},
    command_rules::can_run,
    state::{State, Workspace},
    tasks::files::{FileEvent, page_from_pasted, pasted_ink},
};

/// The key that deletes strokes, or what is written in a field.
const DELETE: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::Delete);

impl LonghandApp {
    /// Sends the commands of this frame's input.
    pub(super) fn take_input(&mut self, ctx: &Context) {
        let is_typing = ctx.egui_wants_keyboard_input();
        self.take_keys(ctx, is_typing);
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.send(Command::OpenFiles(dropped));
        }
        self.take_paste(ctx, is_typing);
    }

    fn take_keys(&mut self, ctx: &Context, is_typing: bool) {
        // Arrow keys move the line selection unless a field, a menu or the list of shortcuts takes them.
        let moves_selection = self.state.workspace == Workspace::Pages
            && !is_typing
            && !self.state.shows_shortcuts
            && !Popup::is_any_open(ctx);
        // egui matches Ctrl+Z for Ctrl+Shift+Z too, so chords with Shift come first.
        for has_shift in [true, false] {
            for command in LISTED {
                let Some(shortcut) = command.info().and_then(|info| info.shortcut) else { continue };
                let is_arrow = matches!(command, Command::NextLine | Command::PreviousLine);
                // A text field in the lab has an undo of its own.
                let is_fields_own = self.state.workspace != Workspace::Pages
                    && is_typing
                    && matches!(command, Command::Undo | Command::Redo);
                // The same for keys that edit text wherever text is typed.
                let is_fields_own = is_fields_own || is_typing && shortcut == DELETE;
                let is_ours = if command.is_for_line_editor() { is_arrow && moves_selection } else { !is_fields_own };
                if shortcut.modifiers.contains(Modifiers::SHIFT) == has_shift
                    && is_ours
                    && ctx.input_mut(|input| input.consume_shortcut(&shortcut))
                {
                    self.commands.extend(command_of_keys(&self.state, command));
                }
            }
        }
    }

    /// Copied strokes are text. Images arrive as an event of their own; other text that no field takes may stand for
    /// copied files.
    fn take_paste(&mut self, ctx: &Context, is_typing: bool) {
        let events = ctx.input(|input| input.events.clone());
        for event in events {
            match event {
                Event::PasteImage(image) => {
                    self.start_file_task("paste", move |job| job.tell(FileEvent::Pasted(page_from_pasted(&image))));
                }
                Event::Paste(text) if !is_typing => match pasted_ink(&text) {
                    Some(sheet) => self.send(Command::PasteStrokes(sheet.strokes)),
                    None => self.send(Command::PasteImage),
                },
                Event::Copy if !is_typing => self.commands.extend(command_of_keys(&self.state, &Command::CopyStrokes)),
                Event::Cut if !is_typing => self.commands.extend(command_of_keys(&self.state, &Command::CutStrokes)),
                _ => {}
            }
        }
    }
}

/// The command that the keys of `listed` send; `None` if it cannot run now, as for its button.
fn command_of_keys(state: &State, listed: &Command) -> Option<Command> {
    let command = match state.workspace {
        Workspace::Pages => listed.clone(),
        Workspace::Lab(panel) => in_lab(&state.lab, panel, listed)?,
    };
    can_run(state, &command).then_some(command)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use eframe::egui::{Event, Key, RawInput};

    use super::*;
    use crate::{
        app::{
            lab::{command::LabPanel, options::LabOptions},
            logic::Options,
        },
        storage::Settings,
    };

    #[test]
    fn a_key_of_a_command_that_cannot_run_does_nothing() {
        let mut state = State::new(Settings::default());
        let of_keys = |state: &State| -> Vec<Command> {
            let with_keys = LISTED.iter().filter(|command| command.info().is_some_and(|info| info.shortcut.is_some()));
            with_keys.filter_map(|command| command_of_keys(state, command)).collect()
        };
        let without_page = of_keys(&state);
        for needs_page in [Command::Undo, Command::Export, Command::ClosePage, Command::ZoomIn, Command::ReopenPage] {
            assert!(!without_page.contains(&needs_page), "{needs_page:?}");
        }
        assert!(without_page.contains(&Command::Open) && without_page.contains(&Command::ToggleLab));
        state.workspace = Workspace::Lab(LabPanel::Compare);
        assert!(!of_keys(&state).contains(&Command::UsePen), "a command about the page means nothing in the lab");
    }

    #[test]
    fn pressed_keys_are_consumed_and_send_only_what_can_run() {
        let ctx = Context::default();
        let options = Options {
            load_reader: Box::new(|| anyhow::bail!("no model")),
            settings_path: None,
            recovery_folder: None,
            lab: LabOptions::default(),
            renderer_failed: None,
            started: Instant::now(),
        };
        let mut app = LonghandApp::new(&ctx, Vec::new(), options);
        for (key, expected) in [(Key::Z, vec![]), (Key::W, vec![]), (Key::O, vec![Command::Open])] {
            let modifiers = Modifiers::COMMAND;
            let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
            ctx.begin_pass(RawInput { events: vec![event], ..RawInput::default() });
            app.take_input(&ctx);
            assert_eq!(std::mem::take(&mut app.commands), expected, "{key:?}");
            assert!(ctx.input(|input| input.events.is_empty()), "{key:?}");
            drop(ctx.end_pass());
        }
    }
}
