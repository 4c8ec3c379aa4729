//! Boxes that choose one of the installed models.

use eframe::egui::{ComboBox, Response, RichText, Ui};

use super::{command::Side, model_list::ModelList};
use crate::app::ui::widgets::{series_colors, short_name};

/// A choice in the box of one of two models.
pub(super) enum SideChoice {
    None,
    Model(String),
    PackageFolder,
}

/// The installed models as entries of an open box; returns the name of a clicked one.
pub(super) fn entries(ui: &mut Ui, models: &ModelList, chosen: Option<&str>) -> Option<String> {
    let mut clicked = None;
    for model in models.models() {
        let entry = ui.selectable_label(chosen == Some(&model.name), &model.name);
        if entry.on_hover_text(&model.manifest.title).clicked() {
            clicked = Some(model.name.clone());
        }
    }
    clicked
}

/// The letter of `side` and the box of its model. With `may_be_none` the first entry is "None"; `others` are names of
/// networks that are no readers.
pub(super) fn of_side(
    ui: &mut Ui,
    models: &ModelList,
    side: Side,
    chosen: Option<&str>,
    may_be_none: bool,
    others: &[&str],
) -> (Option<SideChoice>, Response) {
    let letter = side.letter();
    ui.label(RichText::new(letter).strong().color(series_colors(ui)[side as usize]));
    let text = chosen.map_or("None", short_name);
    let shown = ComboBox::from_id_salt(("model", letter)).width(140.0).selected_text(text).show_ui(ui, |ui| {
        let none = may_be_none && ui.selectable_label(chosen.is_none(), "None").clicked();
        let model = entries(ui, models, chosen).map(SideChoice::Model);
        let is_clicked = |name: &&&str| ui.selectable_label(chosen == Some(**name), **name).clicked();
        let other = others.iter().find(is_clicked).map(|name| SideChoice::Model((*name).to_owned()));
        let package = ui.button("Package folder…").clicked().then_some(SideChoice::PackageFolder);
        model.or(other).or(package).or(none.then_some(SideChoice::None))
    });
    (shown.inner.flatten(), shown.response.accessible_name(format!("Model {letter}")))
}
