//! The panels that train a model in a process of its own: "My handwriting" and "Distill".

pub(crate) mod adapt;
pub(crate) mod command;
pub(crate) mod distill;
mod process;

use self::{adapt::AdaptPanel, distill::DistillPanel};
use super::context::LabContext;

/// Both panels.
#[derive(Default)]
pub(crate) struct TrainingPanels {
    pub(crate) adapt: AdaptPanel,
    pub(crate) distill: DistillPanel,
}

impl TrainingPanels {
    /// Whether a child process is training.
    pub(crate) fn is_training(&self) -> bool {
        self.adapt.is_training() || self.distill.is_training()
    }

    /// Asks the child processes to stop after a checkpoint.
    pub(crate) fn stop(&mut self) {
        self.adapt.stop();
        self.distill.pause();
    }

    /// Applies the events of the jobs.
    pub(crate) fn poll(&mut self, cx: &mut LabContext<'_>) {
        self.adapt.poll(cx);
        self.distill.poll(cx);
    }
}
