//! Containment of panics: what one file or page brings out neither ends the program nor prints a backtrace.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
    thread,
};

use thiserror::Error;

/// The beginning of the names of the HEIC decoder's threads, which pass their panics on to the calling thread.
const HEIC_THREADS: &str = "hpvcd-worker";

thread_local! {
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Contained work panicked. What the panic said goes to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it brings out a mistake in Longhand; please report it together with the file")]
pub struct Panicked;

/// The result of `work`; an error where it panicked, without a printed message.
pub fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    static QUIETER_HOOK: Once = Once::new();
    QUIETER_HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if is_contained() {
                tracing::info!("{info}");
            } else {
                usual(info);
            }
        }));
    });
    let was_contained = IS_CONTAINED.replace(true);
    // Unwind safe: after a panic, callers use nothing that the work changed, or replace it.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_payload| Panicked);
    IS_CONTAINED.set(was_contained);
    outcome
}

/// Whether a panic on this thread arrives at a [`contain`]. Threads of rayon pass theirs on to the caller.
fn is_contained() -> bool {
    let is_heic = || thread::current().name().is_some_and(|name| name.starts_with(HEIC_THREADS));
    IS_CONTAINED.get() || rayon::current_thread_index().is_some() || is_heic()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_gives_an_error_and_the_next_work_is_done() {
        assert_eq!(contain(|| if IS_CONTAINED.get() { panic!("a decoder stumbled") } else { 1 }), Err(Panicked));
        assert_eq!(contain(|| 2), Ok(2));
        assert!(!IS_CONTAINED.get());
    }
}
