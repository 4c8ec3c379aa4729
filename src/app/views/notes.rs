//! Notifications, in the lower left corner, away from the text that is edited.

use eframe::egui::{
    Align, Align2, Area, Button, Id, Layout, Margin, Order, Response, RichText, Role, Ui, WidgetInfo, vec2,
};

use super::zoom_bar;
use crate::app::{
    command::Command,
    state::{
        State, Workspace,
        notifications::{Notification, Severity},
    },
    ui::{
        icons,
        theme::{icon, palette, size, space},
        widgets::{raised, symbol},
    },
};

const WIDTH: f32 = 380.0;
const STATUS_BAR_HEIGHT: f32 = 36.0;
/// The most that the bar of find and replace takes, in points.
const FIND_BAR_HEIGHT: f32 = 230.0;

/// Draws the notifications.
pub(super) fn ui(ui: &Ui, state: &State, commands: &mut Vec<Command>) {
    if state.notifications.shown().is_empty() {
        return;
    }
    // Above the bar of find and replace, while that is open, and above the one over the page.
    let bar = if state.finding.is_some() {
        FIND_BAR_HEIGHT
    } else if state.workspace == Workspace::Pages && state.document().is_some() {
        zoom_bar::HEIGHT + space::L
    } else {
        0.0
    };
    let corner = vec2(space::L, -(STATUS_BAR_HEIGHT + bar + space::L));
    let area = Area::new(Id::unique("notifications")).order(Order::Foreground).anchor(Align2::LEFT_BOTTOM, corner);
    area.show(ui.ctx(), |ui| {
        ui.set_max_width(WIDTH);
        for notification in state.notifications.shown() {
            if note(ui, notification).clicked() {
                commands.push(Command::DismissNotification(notification.id));
            }
        }
    });
}

/// One message; returns the response of its close button.
fn note(ui: &mut Ui, notification: &Notification) -> Response {
    let palette = palette(ui);
    let (mark, color) = match notification.severity {
        Severity::Info => (icons::INFO, palette.accent),
        Severity::Warning => (icons::WARNING, palette.doubt),
        Severity::Error => (icons::ERROR, palette.error),
    };
    let frame = raised(ui).shadow(ui.visuals().popup_shadow).inner_margin(Margin::same(space::M as i8));
    frame
        .show(ui, |ui| {
            ui.horizontal_top(|ui| {
                symbol(ui, mark, 19.0, color);
                ui.allocate_ui_with_layout(vec2(WIDTH - 100.0, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_min_width(WIDTH - 100.0);
                    let text = ui.label(&notification.text);
                    text.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &notification.text));
                });
                let close = Button::new(RichText::new(icons::CLOSE).font(icon(size::BODY))).frame_when_inactive(false);
                ui.add(close).accessible_name("Dismiss")
            })
            .inner
        })
        .inner
}
