//! Work that takes long: a handle to poll and drop, events through a bounded channel, cancelling.
//!
//! Knows no window: whoever starts a job gives a [`Wake`] that asks for one more look at the events.

mod cancel;
mod handle;

pub use cancel::{CancelToken, Cancelled};
pub use handle::{JobContext, JobHandle, JobState, Wake};
