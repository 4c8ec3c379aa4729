//! The bin: closed sheets and pasted images, to be opened again or deleted for good.

use std::time::SystemTime;

use eframe::egui::{Align, Layout, RichText, ScrollArea, Ui};

use super::modal::{heading, modal};
use crate::{
    app::{
        command::Command,
        state::{State, question::BinState},
        ui::{
            icons,
            theme::{palette, size, space, strong},
            widgets::{button, icon_button, weak},
        },
    },
    storage::BinnedPage,
};

/// Draws the list, while it is open.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    let Some(bin) = &state.bin else { return };
    let response = modal(ui, "bin", 460.0, |ui| {
        heading(ui, "Bin");
        if bin.pages.is_empty() {
            ui.label(weak(ui, "The bin is empty. Sheets and pasted images go here when they are closed."));
        }
        let height = (ui.ctx().content_rect().height() - 240.0).max(120.0);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            for index in 0..bin.pages.len() {
                entry(ui, bin, index, commands);
            }
        });
        if button(ui, icons::CLOSE, "Close", "Close the bin").clicked() {
            commands.push(Command::HideBin);
        }
    });
    if response.should_close() {
        commands.push(Command::HideBin);
    }
}

fn entry(ui: &mut Ui, bin: &BinState, index: usize, commands: &mut Vec<Command>) {
    let binned = &bin.pages[index];
    let name = &binned.page.name;
    ui.horizontal(|ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(RichText::new(name).font(strong(size::BODY)));
            ui.label(weak(ui, description(binned)));
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(space::M);
            if bin.to_delete == Some(index) {
                let text = RichText::new("Delete for good").color(palette(ui).error);
                if ui.button(text).clicked() {
                    commands.push(Command::DeleteBinned);
                }
                if ui.button("Keep").clicked() {
                    commands.push(Command::AskToDeleteBinned(None));
                }
            } else {
                if icon_button(ui, icons::CLEAR, &format!("Delete {name}")).clicked() {
                    commands.push(Command::AskToDeleteBinned(Some(index)));
                }
                if button(ui, icons::UNDO, "Open again", &format!("Open {name} again")).clicked() {
                    commands.push(Command::OpenBinned(index));
                }
            }
        });
    });
}

/// How much is on the page, and how long ago it was closed.
fn description(binned: &BinnedPage) -> String {
    let what = match &binned.page.strokes {
        Some(strokes) if strokes.len() == 1 => "1 stroke".to_owned(),
        Some(strokes) => format!("{} strokes", strokes.len()),
        None => format!("{} × {} pixels", binned.page.size.0, binned.page.size.1),
    };
    format!("{what} · closed {}", ago(SystemTime::now().duration_since(binned.closed_at).unwrap_or_default().as_secs()))
}

fn ago(secs: u64) -> String {
    let (number, unit) = match secs {
        0..60 => return "just now".to_owned(),
        60..3_600 => (secs / 60, "minute"),
        3_600..86_400 => (secs / 3_600, "hour"),
        _ => (secs / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_roughly() {
        assert_eq!([3, 60, 7_200, 90_000].map(ago), ["just now", "1 minute ago", "2 hours ago", "1 day ago"]);
    }
}
