//! Long work on a thread or in a child process: a handle to poll and drop, a bounded channel of events, cancellation.
//!
//! Panics of work that one file or page brings out are contained ([`contain()`]). A child tells the memory that it
//! holds ([`resident_mib()`]).
//!
//! Independent of the window: the caller passes a [`Wake`] that requests one more poll.

mod cancel;
mod child;
mod contain;
mod handle;
mod memory;

pub use self::{
    cancel::{CancelToken, Cancelled},
    child::{ChildEnd, ChildEvent, ChildJob},
    contain::{Panicked, contain},
    handle::{JobContext, JobHandle, JobState, Wake},
    memory::resident_mib,
};
