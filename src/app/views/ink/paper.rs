//! The area of the screen that the pen writes on.

use eframe::egui::{Pos2, Rect, Ui};

use crate::{app::ui::view_transform::ViewTransform, page::Point};

/// The area that the pen writes on.
pub(in crate::app::views) struct Paper<'a> {
    pub(in crate::app::views) view: ViewTransform,
    pub(in crate::app::views) viewport: Rect,
    /// Areas covered by floating bars.
    pub(in crate::app::views) covered: &'a [Rect],
}

impl Paper<'_> {
    pub(super) fn takes_pen(&self, ui: &Ui, position: Pos2) -> bool {
        let is_free = !self.covered.iter().any(|covered| covered.contains(position));
        self.viewport.contains(position) && is_free && ui.ctx().layer_id_at(position) == Some(ui.layer_id())
    }

    pub(super) fn page_from_screen(&self, position: Pos2) -> Point {
        self.view.page_from_screen(self.viewport, position)
    }

    pub(super) fn screen_from_page(&self, point: Point) -> Pos2 {
        self.view.screen_from_page(self.viewport, point)
    }
}
