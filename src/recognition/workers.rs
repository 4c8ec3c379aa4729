//! Work on several threads, each with its own tool; results come back in the order of completion.

use std::{
    ops::ControlFlow,
    panic,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use crossbeam_channel::bounded;

use crate::jobs::{Panicked, contain};

/// Runs `work` for every index below `n_items` on at most `n_threads` threads, and calls `on_result` on the calling
/// thread in the order of completion. Each thread makes its own tool first. After a `Break` no further item begins.
///
/// # Panics
///
/// Where `make_tool` or `work` panicked, after the other threads' work; that panic is not printed.
pub fn in_parallel<Tool, Output: Send>(
    n_threads: usize,
    n_items: usize,
    make_tool: impl Fn() -> Tool + Sync,
    work: impl Fn(&mut Tool, usize) -> Output + Sync,
    on_result: &mut dyn FnMut(usize, Output) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let n_threads = n_threads.clamp(1, n_items.max(1));
    let (next, stopped, has_panicked) = (AtomicUsize::new(0), AtomicBool::new(false), AtomicBool::new(false));
    let take_next = || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        (index < n_items && !stopped.load(Ordering::Relaxed)).then_some(index)
    };
    thread::scope(|scope| {
        let (sender, results) = bounded(n_threads);
        let mut n_started = 0;
        for number in 0..n_threads {
            let (sender, take_next, make_tool, work) = (sender.clone(), &take_next, &make_tool, &work);
            let do_items = move || {
                let mut tool = make_tool();
                while let Some(index) = take_next() {
                    if sender.send((index, work(&mut tool, index))).is_err() {
                        break;
                    }
                }
            };
            let has_panicked = &has_panicked;
            let worker = move || {
                if contain(do_items).is_err() {
                    has_panicked.store(true, Ordering::Relaxed);
                }
            };
            let builder = thread::Builder::new().name(format!("worker {number}"));
            n_started += usize::from(builder.spawn_scoped(scope, worker).is_ok());
        }
        drop(sender);
        if n_started == 0 {
            // Without any thread, the calling thread does the work.
            let mut tool = make_tool();
            while let Some(index) = take_next() {
                on_result(index, work(&mut tool, index))?;
            }
        }
        let flow = results.iter().try_for_each(|(index, output)| on_result(index, output));
        stopped.store(true, Ordering::Relaxed);
        if has_panicked.load(Ordering::Relaxed) {
            // All workers have ended, as their senders are gone.
            panic::resume_unwind(Box::new(Panicked));
        }
        flow
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once_whatever_the_number_of_threads() {
        for n_threads in [0, 1, 3, 50] {
            let mut done = vec![0; 20];
            let flow = in_parallel(n_threads, done.len(), || (), |(), index| index * index, &mut |index, square| {
                assert_eq!(square, index * index);
                done[index] += 1;
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
            assert_eq!(done, vec![1; 20]);
        }
    }

    #[test]
    fn a_panic_of_one_worker_arrives_at_the_caller() {
        let outcome = contain(|| {
            in_parallel(2, 20, || (), |(), index| assert_ne!(index, 7), &mut |_, ()| ControlFlow::Continue(()))
        });
        assert_eq!(outcome, Err(Panicked));
    }

    #[test]
    fn a_break_stops_soon() {
        let mut n_results = 0;
        let worked = AtomicUsize::new(0);
        let flow = in_parallel(2, 1000, || (), |(), _| worked.fetch_add(1, Ordering::Relaxed), &mut |_, _| {
            n_results += 1;
            ControlFlow::Break(())
        });
        assert!(flow.is_break());
        assert_eq!(n_results, 1);
        assert!(worked.load(Ordering::Relaxed) < 1000);
    }
}
