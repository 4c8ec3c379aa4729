//! Containment of panics in foreign decoders: a damaged file neither ends the program nor prints a backtrace.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
    thread,
};

/// The beginning of the names of the HEIC decoder's threads, which pass their panics on to the calling thread.
const HEIC_THREADS: &str = "hpvcd-worker";

thread_local! {
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// The result of `work`; `None` where it panicked, without a printed message.
pub(super) fn contain<T>(work: impl FnOnce() -> T) -> Option<T> {
    static QUIETER_HOOK: Once = Once::new();
    QUIETER_HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let is_heic = thread::current().name().is_some_and(|name| name.starts_with(HEIC_THREADS));
            if !is_heic && !IS_CONTAINED.get() {
                usual(info);
            }
        }));
    });
    let was_contained = IS_CONTAINED.replace(true);
    // Unwind safe: decoders own their state, which is dropped with the panic.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    IS_CONTAINED.set(was_contained);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_gives_nothing_and_the_next_work_is_done() {
        assert_eq!(contain(|| if IS_CONTAINED.get() { panic!("a decoder stumbled") } else { 1 }), None);
        assert_eq!(contain(|| 2), Some(2));
        assert!(!IS_CONTAINED.get());
    }
}
