//! Work that takes long: a handle to poll and drop, events through a bounded channel, cancelling; on a thread or in a
//! process of its own.
//!
//! Knows no window: whoever starts a job gives a [`Wake`] that asks for one more look at the events.

mod cancel;
mod child;
mod handle;

pub use self::{
    cancel::{CancelToken, Cancelled},
    child::{ChildEnd, ChildEvent, ChildJob},
    handle::{JobContext, JobHandle, JobState, Wake},
};
