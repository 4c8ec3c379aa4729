//! Keeps the panics of foreign decoders from reaching anybody: a damaged file is no reason to end or to print.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
    thread,
};

/// What the HEIC decoder calls its threads. It hands their panics to the thread that asked for the picture.
const HEIC_THREADS: &str = "hpvcd-worker";

thread_local! {
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives; `None` where it panicked. Nothing is printed then.
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
    // Decoders own their state, which goes with the panic.
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
