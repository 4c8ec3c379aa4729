//! Closing the window: while a model is being trained the user is asked first.

use eframe::egui::{Context, ViewportCommand};

use super::LonghandApp;
use crate::app::state::Closing;

impl LonghandApp {
    /// Keeps the window open while a model is being trained, and closes it once the training has stopped.
    pub(super) fn guard_closing(&mut self, ctx: &Context) {
        let is_training = self.state.lab.is_training();
        if ctx.input(|input| input.viewport().close_requested()) && is_training && self.state.closing != Closing::Now {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.ask_to_close(ctx);
        }
        if self.state.closing == Closing::Stopping && !is_training {
            self.close_now(ctx);
        }
    }

    /// Closes the window, or asks first if a model is being trained.
    pub(super) fn ask_to_close(&mut self, ctx: &Context) {
        if !self.state.lab.is_training() {
            self.close_now(ctx);
        } else if self.state.closing == Closing::No {
            self.state.closing = Closing::Asking;
        }
    }

    /// Stops the training with a checkpoint and closes then.
    pub(super) fn stop_and_close(&mut self) {
        self.state.lab.stop_training();
        self.state.closing = Closing::Stopping;
    }

    /// Closes at once; a training can be resumed later from its last checkpoint.
    pub(super) fn close_now(&mut self, ctx: &Context) {
        self.state.closing = Closing::Now;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}
