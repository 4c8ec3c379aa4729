//! The top bar: open, write, copy and save text, menu.

use eframe::egui::{Align, Button, Frame, Layout, Margin, Panel, Popup, RichText, ScrollArea, Ui, Vec2};

use super::command_widgets::{Look, command_button, menu_entry};
use crate::{
    app::{
        command::Command,
        state::{State, Workspace, document::Document},
        ui::{
            icons,
            theme::{icon, palette, radius, size, space, strong},
        },
    },
    imaging::CleanUp,
    storage::DOUBT_THRESHOLD,
};

/// In a window narrower than this, in points, buttons have no text.
const ROOM_FOR_TEXT: f32 = 1000.0;

const MENU_WIDTH: f32 = 300.0;

/// Alternatives to [`DOUBT_THRESHOLD`]: they mark about half and twice as many words. No measurement recorded.
const FEW_DOUBTS: f32 = 0.35;
const MANY_DOUBTS: f32 = 0.85;

/// Draws the bar.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let frame = Frame::NONE.fill(palette(ui).panel).inner_margin(Margin::symmetric(space::M as i8, space::S as i8));
    Panel::top("top bar").frame(frame).show(ui, |ui| {
        let look = if ui.available_width() < ROOM_FOR_TEXT { Look::Icon } else { Look::Plain };
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            name(ui, look);
            workspaces(ui, state, look, commands);
            if state.workspace != Workspace::Pages {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| menu(ui, state, commands));
                return;
            }
            for command in [Command::Open, Command::PasteImage, Command::NewDrawing] {
                command_button(ui, state, commands, &command, look);
            }
            ui.add_space(space::S);
            for command in [Command::Undo, Command::Redo] {
                command_button(ui, state, commands, &command, Look::Icon);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                menu(ui, state, commands);
                for command in [Command::Export, Command::CopyText] {
                    command_button(ui, state, commands, &command, look);
                }
            });
        });
    });
}

fn name(ui: &mut Ui, look: Look) {
    let palette = palette(ui);
    ui.add_space(space::XS);
    ui.label(RichText::new(icons::PEN).font(icon(22.0)).color(palette.accent));
    if look == Look::Plain {
        ui.label(RichText::new("Longhand").font(strong(size::HEADING)));
        ui.add_space(space::M);
    }
    ui.add_space(space::XS);
}

/// The switch between the pages and the lab.
fn workspaces(ui: &mut Ui, state: &State, look: Look, commands: &mut Vec<Command>) {
    let palette = palette(ui);
    let is_pages = state.workspace == Workspace::Pages;
    let groove = Frame::NONE.fill(palette.desk).corner_radius(radius::MEDIUM).inner_margin(Margin::same(2));
    groove.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (text, symbol, is_shown) in [("Pages", icons::IMAGE_FILE, is_pages), ("Lab", icons::LAB, !is_pages)] {
            let color = if is_shown { palette.accent } else { palette.text };
            let symbol = RichText::new(symbol).font(icon(size::BODY + 2.0)).color(color);
            let label = RichText::new(text).color(color);
            let button = if look == Look::Plain { Button::new((symbol, label)) } else { Button::new(symbol) };
            let button = button.frame_when_inactive(is_shown).min_size(Vec2::new(28.0, 28.0));
            let button = if is_shown { button.fill(palette.card) } else { button };
            let keys = Command::ToggleLab.info().and_then(|info| info.shortcut);
            let keys = keys.map(|keys| ui.ctx().format_shortcut(&keys)).unwrap_or_default();
            let response = ui.add(button).accessible_name(text).on_hover_text(format!("{text} ({keys})"));
            if response.clicked() && !is_shown {
                commands.push(if is_pages { Command::ToggleLab } else { Command::ShowPages });
            }
        }
    });
    ui.add_space(space::S);
}

fn menu(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let button = Button::new(RichText::new(icons::MENU).font(icon(size::ICON)))
        .frame_when_inactive(false)
        .min_size(Vec2::splat(32.0));
    let response = ui.add(button).accessible_name("Menu").on_hover_text("Menu");
    Popup::menu(&response).show(|ui| {
        ui.set_width(MENU_WIDTH);
        ui.spacing_mut().item_spacing.y = 1.0;
        let height = ui.ctx().content_rect().height() - 80.0;
        ScrollArea::vertical().max_height(height).min_scrolled_height(height).show(ui, |ui| {
            entries(ui, state, commands);
        });
    });
}

fn entries(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let groups: &[&[Command]] = &[
        &[Command::TogglePalette, Command::ToggleSettings],
        &[Command::SaveProject, Command::SaveProjectAs, Command::Export, Command::ExportAllPages],
        &[Command::CopyTextWithoutLineBreaks, Command::CopyMarkdown, Command::CopyHtml, Command::CopyTextOfAllPages],
        &[
            Command::Straighten,
            Command::PartSheets,
            Command::EditLines,
            Command::FindLinesAnew,
            Command::ReadAgain,
            Command::ReadOn,
            Command::Find,
        ],
        #[cfg(feature = "train")]
        &[Command::LearnMyHandwriting],
        &[
            Command::ClosePage,
            Command::CloseFile,
            Command::ReopenPage,
            Command::ShowBin,
            Command::ToggleShortcuts,
            Command::Quit,
        ],
    ];
    doubts_choice(ui, state, commands);
    if let Some(document) = state.document().filter(|document| document.is_adjustable()) {
        clean_up_choice(ui, document, commands);
    }
    for group in groups {
        ui.separator();
        for command in *group {
            menu_entry(ui, state, commands, command);
        }
    }
}

/// The choice of how thoroughly the page is cleaned up before it is read.
fn clean_up_choice(ui: &mut Ui, document: &Document, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Clean up").weak()).on_hover_text("How much is taken off this page before it is read");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for (choice, text, effect) in [
                (CleanUp::Strong, "Strong", "Stains and what shines through go too, faint pencil gets dark"),
                (
                    CleanUp::Normal,
                    "Normal",
                    "Shadows, surroundings, the paper's lines and dots, highlighters and circles go, a page in \
                     pencil gets dark",
                ),
                (CleanUp::None, "None", "The page is read as it is"),
            ] {
                let is_chosen = document.adjustments.clean_up == choice;
                let response = ui.selectable_label(is_chosen, text).on_hover_text(effect);
                if response.clicked() {
                    commands.push(Command::SetCleanUp(choice));
                }
                response.accessible_name(format!("Clean up: {text}"));
            }
        });
    });
}

/// The choice of the confidence below which a word is marked.
fn doubts_choice(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new("Doubtful words").weak()).on_hover_text("How many words are marked, to be looked at");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for (threshold, text) in [(MANY_DOUBTS, "Many"), (DOUBT_THRESHOLD, "Some"), (FEW_DOUBTS, "Few")] {
                // A threshold edited in the settings file selects the nearest choice.
                let is_chosen = (state.settings.doubt_threshold - threshold).abs() < 0.06;
                let effect = format!("Marks words of which the reader is less than {:.0} % sure", 100.0 * threshold);
                let response = ui.selectable_label(is_chosen, text).on_hover_text(effect);
                if response.clicked() {
                    commands.push(Command::SetDoubtThreshold(threshold));
                }
                response.accessible_name(format!("Doubtful words: {text}"));
            }
        });
    });
}
