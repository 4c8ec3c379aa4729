//! Closing the window: while a model is being trained or pages are being saved the user is asked first.

use eframe::egui::{Context, ViewportCommand};

use super::LonghandApp;
use crate::app::state::Closing;

impl LonghandApp {
    /// Keeps the window open while work is under way, and closes it once that has ended.
    pub(super) fn guard_closing(&mut self, ctx: &Context) {
        if ctx.input(|input| input.viewport().close_requested()) && self.state.closing == Closing::No {
            self.save_project_before_closing();
        }
        let is_working = self.is_working();
        if ctx.input(|input| input.viewport().close_requested()) && is_working && self.state.closing != Closing::Now {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.ask_to_close(ctx);
        }
        if self.state.closing == Closing::Stopping && !is_working {
            self.close_now(ctx);
        }
    }

    /// Whether closing would break work off.
    fn is_working(&self) -> bool {
        self.state.lab.is_training() || !self.running.saving.is_empty()
    }

    /// What the project lacks is written before the window closes.
    fn save_project_before_closing(&mut self) {
        if self.is_project_unsaved() && !self.running.is_saving_project {
            self.save_project();
        }
    }

    /// Closes the window, or asks first if work is under way.
    pub(super) fn ask_to_close(&mut self, ctx: &Context) {
        self.save_project_before_closing();
        if !self.is_working() {
            self.close_now(ctx);
        } else if self.state.closing == Closing::No {
            // A project is saved in a moment, and nobody need be asked.
            let is_project_alone = self.running.is_saving_project && self.running.saving.len() == 1;
            let asks = self.state.lab.is_training() || !is_project_alone;
            self.state.closing = if asks { Closing::Asking } else { Closing::Stopping };
        }
    }

    /// Stops a training with a checkpoint, lets pages be saved to the end, and closes then.
    pub(super) fn stop_and_close(&mut self) {
        self.state.lab.stop_training();
        self.state.closing = Closing::Stopping;
    }

    /// Closes at once; a training can be resumed later from its last checkpoint, files that are being saved stay as
    /// they were.
    pub(super) fn close_now(&mut self, ctx: &Context) {
        self.state.closing = Closing::Now;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}
