//! The bar of find and replace, above the status bar: what is looked for, and the matches over all pages.

use eframe::egui::{Button, Frame, Id, Key, Label, Margin, Panel, Response, RichText, ScrollArea, TextEdit, Ui};

use super::command_widgets::{Look, command_button};
use crate::app::{
    command::Command,
    state::{
        State,
        finding::{FindQuery, Finding, MAX_SHOWN, Match},
    },
    ui::{
        icons,
        theme::{palette, space},
        widgets::{icon_button, weak},
    },
};

const FIELD_WIDTH: f32 = 190.0;
/// Height of the list of matches, in points.
const LIST_HEIGHT: f32 = 132.0;

/// Draws the bar, while it is open.
pub(super) fn ui(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let Some(finding) = &state.finding else { return };
    let frame = Frame::NONE.fill(palette(ui).panel).inner_margin(Margin::symmetric(space::L as i8, space::S as i8));
    Panel::bottom("find").frame(frame).show(ui, |ui| {
        query(ui, state, finding, commands);
        if !finding.matches.is_empty() {
            list(ui, state, finding, commands);
        }
    });
}

fn query(ui: &mut Ui, state: &State, finding: &Finding, commands: &mut Vec<Command>) {
    let mut query = finding.query.clone();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let field = field(ui, &mut query.text, "Find", "Find");
        if is_new(ui) {
            field.request_focus();
        }
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            commands.push(Command::NextMatch);
            field.request_focus();
        }
        command_button(ui, state, commands, &Command::PreviousMatch, Look::Icon);
        command_button(ui, state, commands, &Command::NextMatch, Look::Icon);
        let replacement = self::field(ui, &mut query.replacement, "Replace by", "Replace by");
        command_button(ui, state, commands, &Command::ReplaceMatch, Look::Framed);
        command_button(ui, state, commands, &Command::ReplaceAllMatches, Look::Framed);
        ui.checkbox(&mut query.is_whole_words, "Whole words");
        ui.checkbox(&mut query.has_case, "Match case");
        ui.checkbox(&mut query.is_regex, "Regular expression");
        count(ui, finding);
        let close = icon_button(ui, icons::CLOSE, "Close the search");
        // Escape has taken the focus already.
        let is_left = [field, replacement].iter().any(Response::lost_focus);
        if close.clicked() || is_left && ui.input(|input| input.key_pressed(Key::Escape)) {
            commands.push(Command::Find);
        }
    });
    if query != finding.query {
        commands.push(Command::SetFindQuery(query));
    }
}

/// Whether the bar was not there in the frame before.
fn is_new(ui: &Ui) -> bool {
    let (seen, now) = (Id::unique("find bar seen"), ui.ctx().cumulative_frame_nr());
    let before = ui.data(|data| data.get_temp::<u64>(seen));
    ui.data_mut(|data| data.insert_temp(seen, now));
    before.is_none_or(|before| before + 1 < now)
}

fn field(ui: &mut Ui, text: &mut String, hint: &str, name: &str) -> Response {
    let field = TextEdit::singleline(text).desired_width(FIELD_WIDTH).hint_text(hint);
    ui.add(field).accessible_name(name)
}

fn count(ui: &mut Ui, finding: &Finding) {
    let text = match (&finding.error, finding.matches.len(), finding.current) {
        (Some(error), ..) => return drop(ui.label(RichText::new(error).small().color(palette(ui).error))),
        (None, 0, _) if finding.query.text.is_empty() => return,
        (None, 0, _) => "Not found".to_owned(),
        (None, 1, None) => "1 place".to_owned(),
        (None, n, None) => format!("{n} places"),
        (None, n, Some(current)) => format!("{} of {n}", current + 1),
    };
    ui.label(weak(ui, text));
}

fn list(ui: &mut Ui, state: &State, finding: &Finding, commands: &mut Vec<Command>) {
    ScrollArea::vertical().max_height(LIST_HEIGHT).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, found) in finding.matches.iter().take(MAX_SHOWN).enumerate() {
            if entry(ui, state, &finding.query, found, finding.current == Some(index)) {
                commands.push(Command::GoToMatch(index));
            }
        }
        if finding.matches.len() > MAX_SHOWN {
            ui.add(Label::new(weak(ui, format!("and {} more", finding.matches.len() - MAX_SHOWN))));
        }
    });
}

/// A match with what it would become; returns whether it was clicked.
fn entry(ui: &mut Ui, state: &State, query: &FindQuery, found: &Match, is_current: bool) -> bool {
    let palette = palette(ui);
    let page = state.find(found.document).map(|document| document.name.as_str()).unwrap_or_default();
    let replaced = if query.replacement.is_empty() { String::new() } else { format!(" \u{2192} {}", found.replaced) };
    let text = format!("{}[{}{replaced}]{}", found.before, found.found, found.behind);
    let name = RichText::new(page).small().color(palette.weak_text);
    let button = Button::new((RichText::new(&text), name)).frame_when_inactive(false).truncate();
    let button = if is_current { button.fill(palette.accent_soft).frame_when_inactive(true) } else { button };
    ui.add(button).accessible_name(format!("Match: {text}, {page}")).clicked()
}
