//! The menu of pen and paper: thickness, colour, ruling.

use eframe::egui::{
    Color32, CornerRadius, Frame, Id, Margin, Popup, PopupCloseBehavior, Rect, RectAlign, RichText, Role, Sense,
    Slider, Stroke as Line, StrokeKind, Ui, Vec2, WidgetInfo,
};

use crate::{
    app::{
        command::Command,
        state::{State, document::Document},
        ui::theme::{palette, space},
    },
    ink::{Drawing, InkColor, PaperKind, PenStyle},
};

/// Side of a colour's button, in points.
const SWATCH_SIDE: f32 = 26.0;

/// Shows the menu above the `button` that opens it.
pub(in crate::app::views) fn ui(
    ui: &Ui,
    state: &State,
    document: &Document,
    button: Rect,
    commands: &mut Vec<Command>,
) {
    let Some(drawing) = document.drawing.as_ref().filter(|_| state.shows_pen_menu) else { return };
    let id = Id::unique("pen and paper");
    let mut is_open = true;
    Popup::new(id, ui.ctx().clone(), button, ui.layer_id())
        .align(RectAlign::TOP)
        .gap(8.0)
        .open_bool(&mut is_open)
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .frame(Frame::popup(ui.style()).inner_margin(Margin::same(12)))
        .show(|ui| {
            pen(ui, state.settings.pen, commands);
            ui.add_space(space::S);
            paper(ui, drawing, commands);
        });
    if !is_open {
        commands.push(Command::TogglePenMenu);
    }
}

fn pen(ui: &mut Ui, pen: PenStyle, commands: &mut Vec<Command>) {
    ui.label(RichText::new("Pen").strong());
    ui.horizontal(|ui| {
        for (color, name) in InkColor::PALETTE {
            if swatch(ui, color, name, color == pen.color) {
                commands.push(Command::SetPen(PenStyle { color, ..pen }));
            }
        }
    });
    let mut width = pen.width;
    let slider = Slider::new(&mut width, PenStyle::WIDTHS).step_by(0.5).text("Thickness");
    if ui.add(slider).changed() {
        commands.push(Command::SetPen(PenStyle { width, ..pen }));
    }
}

/// A button of a colour; returns whether it was chosen.
fn swatch(ui: &mut Ui, color: InkColor, name: &str, is_chosen: bool) -> bool {
    let (area, response) = ui.allocate_exact_size(Vec2::splat(SWATCH_SIDE), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, name));
    let [red, green, blue] = color.0;
    let palette = palette(ui);
    ui.painter().rect_filled(area.shrink(4.0), CornerRadius::same(4), Color32::from_rgb(red, green, blue));
    if is_chosen || response.has_focus() {
        ui.painter().rect_stroke(area, 6, Line::new(2.0, palette.accent), StrokeKind::Inside);
    }
    response.on_hover_text(name).clicked()
}

fn paper(ui: &mut Ui, drawing: &Drawing, commands: &mut Vec<Command>) {
    ui.label(RichText::new("Paper").strong());
    ui.horizontal(|ui| {
        for (paper, name) in PaperKind::ALL {
            if ui.selectable_label(drawing.paper() == paper, name).clicked() {
                commands.push(Command::SetPaper(paper));
            }
        }
    });
}
