//! The window's end while a model is being trained: nothing is stopped unasked.

use eframe::egui::{Context, ViewportCommand};

use crate::app::LonghandApp;

/// How far closing has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Nobody wants to.
    #[default]
    No,
    /// The user is asked whether to.
    Asking,
    /// Waits for the training's checkpoint.
    Stopping,
    /// Nothing holds it up any more.
    Now,
}

impl LonghandApp {
    /// Holds the window's end up while a model is being trained, and lets it go when that has stopped.
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

    /// Closes the window, or asks where a model is being trained.
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

    /// Closes at once; what is being trained goes on from its last checkpoint another time.
    pub(super) fn close_now(&mut self, ctx: &Context) {
        self.state.closing = Closing::Now;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}
