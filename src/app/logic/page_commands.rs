//! Commands about pages: their lines, their drawing, their text, how they are shown, and when they are read.

use std::time::Duration;

use eframe::egui::Context;

use super::LonghandApp;
use crate::{
    app::{
        state::document::{Document, Stage},
        ui::{
            line_field,
            view_transform::{Framing, ViewTransform},
        },
    },
    ink::Drawing,
};

/// A drawing is read when the pen has rested this long, in seconds. No measurement recorded.
const PEN_REST_SECS: f64 = 0.5;

impl LonghandApp {
    /// Changes the shown page, and stops the jobs whose results are out of date then.
    pub(super) fn change_page(&mut self, change: impl FnOnce(&mut Document)) {
        self.change_drawing(|document| {
            change(document);
            false
        });
    }

    /// The same with a `change` that returns whether the strokes of the page are others now.
    pub(super) fn change_drawing(&mut self, change: impl FnOnce(&mut Document) -> bool) {
        let Some(document) = self.state.document_mut() else { return };
        let (adjusted, shown) = (document.adjustments, document.shown_adjustments());
        let has_ink_changed = change(document);
        let id = document.id;
        if !document.shown_adjustments().has_geometry_of(&shown) {
            self.running.stop_showing(id);
        }
        if document.adjustments != adjusted {
            self.running.stop_reading(id);
        }
        if has_ink_changed {
            self.running.stop_reading(id);
            self.pen_rests_at_secs = Some((id, self.now_secs + PEN_REST_SECS));
        }
    }

    /// Changes the lines of the shown page. A reading under way is of lines that may be gone, and is ended; it is
    /// started again for those that are not read.
    pub(super) fn change_own_lines(&mut self, change: impl FnOnce(&mut Document)) {
        let Some(document) = self.state.document_mut() else { return };
        let (id, before) = (document.id, document.edit_count());
        change(document);
        if document.edit_count() != before {
            self.running.stop_reading(id);
            if document.is_busy() {
                document.stage = Stage::Waiting;
            }
        }
    }

    /// Splits the selected line at the text cursor.
    pub(super) fn split_line(&mut self, ctx: &Context) {
        let Some(document) = self.state.document() else { return };
        let Some(line) = document.selected() else { return };
        let caret = line_field::marked(ctx, line_field::id(document.id, line.id)).map_or(0, |marked| marked.start);
        self.change_own_lines(|page| page.split_line(caret));
    }

    /// Undoes or redoes a step of the shown page.
    pub(super) fn take_step(&mut self, step: impl FnOnce(&mut Document) -> bool) {
        let Some(document) = self.state.document() else { return };
        let (id, lines) = (document.id, document.page.lines.len());
        self.change_drawing(step);
        let has_other_lines = self.state.find(id).is_some_and(|document| {
            document.has_own_lines && (document.page.lines.len() != lines || document.stage == Stage::Waiting)
        });
        if has_other_lines {
            self.running.stop_reading(id);
            if let Some(document) = self.state.find_mut(id).filter(|document| document.is_busy()) {
                document.stage = Stage::Waiting;
            }
        }
    }

    /// Shows the corners to be moved and starts to look for the sheet; leaves them again if they are shown.
    pub(super) fn edit_corners(&mut self, ctx: &Context) {
        self.change_page(|document| match document.corner_edit {
            Some(_) => document.cancel_corners(),
            None => document.edit_corners(),
        });
        if let Some(id) = self.state.current {
            self.find_sheet(ctx, id);
        }
    }

    /// Takes over the corrections of the picture that this one is an edited version of.
    pub(super) fn use_earlier_corrections(&mut self) {
        let n_used = self.state.document_mut().map_or(0, Document::use_earlier_corrections);
        let lines = if n_used == 1 { "1 line has".to_owned() } else { format!("{n_used} lines have") };
        self.inform(format!("{lines} the correction made before the picture changed"));
    }

    // Reading

    /// Queues the shown page to be read again.
    pub(super) fn read_again(&mut self) {
        if let Some(document) = self.state.document_mut() {
            let id = document.id;
            document.stage = Stage::Waiting;
            document.forget_readings();
            self.running.stop_reading(id);
        }
    }

    /// Queues all open pages to be read again. Corrections stay.
    pub(super) fn read_all_again(&mut self) {
        for document in &mut self.state.documents {
            document.stage = Stage::Waiting;
            document.forget_readings();
            self.running.stop_reading(document.id);
        }
    }

    /// Queues the pages at which reading was stopped.
    pub(super) fn read_on(&mut self) {
        let stopped = self.state.documents.iter_mut().filter(|document| document.stage == Stage::Stopped);
        stopped.for_each(|document| document.stage = Stage::Waiting);
    }

    /// Stops the reading under way and empties the queue.
    pub(super) fn stop_reading(&mut self) {
        for document in &mut self.state.documents {
            if document.stage == Stage::Waiting || document.is_busy() {
                document.stage = Stage::Stopped;
                self.running.stop_reading(document.id);
            }
        }
    }

    /// Queues the drawing whose pen has rested long enough.
    pub(super) fn read_rested_drawing(&mut self, ctx: &Context) {
        let Some((id, due_secs)) = self.pen_rests_at_secs else { return };
        if due_secs > self.now_secs {
            ctx.request_repaint_after(Duration::from_secs_f64(due_secs - self.now_secs));
            return;
        }
        self.pen_rests_at_secs = None;
        let Some(document) = self.state.find_mut(id) else { return };
        if document.drawing.as_ref().is_some_and(Drawing::is_empty) {
            document.set_layout(Vec::new(), Vec::new());
            document.stage = Stage::Done;
        } else {
            document.stage = Stage::Waiting;
        }
    }

    // View

    /// Zooms the shown page by `factor` about the viewport's centre.
    pub(super) fn zoom(&mut self, factor: f32) {
        self.zoom_by(|_view| factor);
    }

    /// Zooms so that a page pixel is a screen pixel.
    pub(super) fn zoom_to_actual_size(&mut self, pixels_per_point: f32) {
        self.zoom_by(|view| 1.0 / (pixels_per_point * view.scale));
    }

    fn zoom_by(&mut self, factor: impl FnOnce(&ViewTransform) -> f32) {
        let viewport = self.state.viewport;
        let Some(document) = self.state.document_mut() else { return };
        let Some(size) = document.size() else { return };
        let view = document.framing.resolve(viewport, size);
        document.framing = Framing::Free(view.zoomed_about(viewport, viewport.center(), factor(&view)));
    }
}
