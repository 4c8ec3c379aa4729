//! Commands about pages: their lines, their drawing, their text, how they are shown, and when they are read.

use std::time::Duration;

use eframe::egui::Context;

use super::LonghandApp;
use crate::{
    app::{
        state::{
            document::{Document, Stage},
            text,
        },
        ui::{
            line_field,
            view_transform::{Framing, ViewTransform},
        },
    },
    ink::Drawing,
    page::Page,
};

/// A drawing is read when the pen has rested this long, in seconds. No measurement recorded.
const PEN_REST_SECS: f64 = 0.8;

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

    /// To the next doubtful word, or the one before, in this line or another.
    pub(super) fn go_to_doubtful(&mut self, ctx: &Context, is_forward: bool) {
        let threshold = self.state.settings.doubt_threshold;
        let Some(document) = self.state.document_mut() else { return };
        if !line_field::mark_next_doubtful(ctx, document, threshold, is_forward)
            && document.select_doubtful(threshold, is_forward)
        {
            line_field::mark_first_doubtful(ctx, document, threshold, is_forward);
        }
    }

    // Reading

    /// Queues the shown page to be read again.
    pub(super) fn read_again(&mut self) {
        if let Some(document) = self.state.document_mut() {
            let id = document.id;
            document.stage = Stage::Waiting;
            self.running.stop_reading(id);
        }
    }

    /// Queues all open pages to be read again. Corrections stay.
    pub(super) fn read_all_again(&mut self) {
        for document in &mut self.state.documents {
            document.stage = Stage::Waiting;
            self.running.stop_reading(document.id);
        }
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
            document.set_lines(Vec::new());
            document.stage = Stage::Done;
        } else {
            document.stage = Stage::Waiting;
        }
    }

    // Text

    /// Copies the text of the shown page.
    pub(super) fn copy(&mut self, ctx: &Context, text_of: impl Fn(&Page) -> String) {
        let Some(document) = self.state.document() else { return };
        ctx.copy_text(text_of(&document.page));
        self.inform("Text copied".to_owned());
    }

    /// The text of all open pages, and a note on pages that are not read yet.
    pub(super) fn text_of_all(&self) -> (String, String) {
        let text = text::of_all(self.state.documents.iter().map(|document| &document.page));
        let n_unread = self.state.documents.iter().filter(|d| d.is_busy() || d.stage == Stage::Waiting).count();
        let note = match n_unread {
            0 => String::new(),
            1 => "; 1 page is not read yet".to_owned(),
            _ => format!("; {n_unread} pages are not read yet"),
        };
        (text, note)
    }

    /// Copies the text of all open pages.
    pub(super) fn copy_all(&mut self, ctx: &Context) {
        let (text, note) = self.text_of_all();
        ctx.copy_text(text);
        self.inform(format!("Text of {} pages copied{note}", self.state.documents.len()));
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
