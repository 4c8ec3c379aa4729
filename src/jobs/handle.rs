//! A job on a thread of its own: the side that works and the side that polls.

use std::{
    any::Any,
    io,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
    thread,
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::cancel::{CancelToken, Cancelled};

/// Events in the queue; a job that is further ahead of the window waits.
const EVENT_QUEUE_LEN: usize = 64;

/// Requests one more frame of the user interface.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Whether a job may still report something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobState {
    /// More events may follow.
    Running,
    /// Ended by itself or cancelled.
    Finished,
    /// Ended by a panic, with its message.
    Panicked(String),
}

/// The job's side: reports events and checks for cancellation.
pub struct JobContext<E> {
    events: Sender<E>,
    cancel: CancelToken,
    wake: Wake,
}

impl<E> JobContext<E> {
    /// Reports `event`, and waits while the queue is full. `Err` if the job was cancelled or its handle dropped, as
    /// the window may have closed or shows something else: no failure, so a job ends by `?` or by its last `tell`.
    pub fn tell(&self, event: E) -> Result<(), Cancelled> {
        self.cancel.check()?;
        self.events.send(event).map_err(|_closed| Cancelled)?;
        (self.wake)();
        Ok(())
    }

    /// The same for callbacks that are asked whether to go on.
    pub fn tell_or_break(&self, event: E) -> ControlFlow<()> {
        if self.tell(event).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Says whether to stop; to be passed to callees.
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }
}

/// The user interface's side of a job. Dropping it cancels the job.
pub struct JobHandle<E> {
    events: Receiver<E>,
    cancel: CancelToken,
    panic: Arc<OnceLock<String>>,
}

impl<E: Send + 'static> JobHandle<E> {
    /// Starts `work` on a thread called `name`. A panic in it ends the job and is reported by [`JobHandle::poll`];
    /// [`Cancelled`] needs no report, as the handle's owner caused it.
    pub fn spawn(
        name: &str,
        wake: Wake,
        work: impl FnOnce(&JobContext<E>) -> Result<(), Cancelled> + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, events) = bounded(EVENT_QUEUE_LEN);
        let cancel = CancelToken::default();
        let panic = Arc::new(OnceLock::new());
        let context = JobContext { events: sender, cancel: cancel.clone(), wake: Arc::clone(&wake) };
        let reason = Arc::clone(&panic);
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| work(&context))) {
                // Set before the channel closes, so that the receiver sees the reason together with the end.
                reason.get_or_init(|| panic_message(payload.as_ref()));
            }
            drop(context);
            wake();
        })?;
        Ok(Self { events, cancel, panic })
    }

    /// The events since the last call, and whether more may follow. Never blocks.
    pub fn poll(&self) -> (Vec<E>, JobState) {
        let mut events = Vec::new();
        loop {
            match self.events.try_recv() {
                Ok(event) => events.push(event),
                Err(TryRecvError::Empty) => return (events, JobState::Running),
                Err(TryRecvError::Disconnected) => return (events, self.end()),
            }
        }
    }

    /// Asks the job to stop; events in the queue may still arrive.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    fn end(&self) -> JobState {
        self.panic.get().map_or(JobState::Finished, |message| JobState::Panicked(message.clone()))
    }
}

impl<E> Drop for JobHandle<E> {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no reason was given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::{Duration, Instant},
    };

    const DEADLINE: Duration = Duration::from_secs(10);

    fn no_wake() -> Wake {
        Arc::new(|| {})
    }

    fn poll_to_end<E: Send + 'static>(job: &JobHandle<E>) -> (Vec<E>, JobState) {
        let start = Instant::now();
        let mut all = Vec::new();
        loop {
            let (events, state) = job.poll();
            all.extend(events);
            if state != JobState::Running {
                return (all, state);
            }
            assert!(start.elapsed() < DEADLINE, "the job did not end");
            thread::yield_now();
        }
    }

    #[test]
    fn events_arrive_in_order_and_each_wakes() {
        let woken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&woken);
        let wake: Wake = Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let job = JobHandle::spawn("count", wake, |context| (0..200).try_for_each(|n| context.tell(n))).unwrap();
        let (events, state) = poll_to_end(&job);
        assert_eq!(events, (0..200).collect::<Vec<_>>());
        assert_eq!(state, JobState::Finished);
        assert!(woken.load(Ordering::Relaxed) >= 200);
    }

    #[test]
    fn dropping_the_handle_ends_a_job_that_waits_for_room() {
        let (ended, end) = bounded(1);
        let job = JobHandle::spawn("endless", no_wake(), move |context| {
            while context.tell(()).is_ok() {}
            ended.send(()).unwrap();
            Err(Cancelled)
        })
        .unwrap();
        drop(job);
        end.recv_timeout(DEADLINE).expect("the job ends once its handle is dropped");
    }

    #[test]
    fn a_cancelled_job_reports_nothing_more() {
        let (go, wait) = bounded::<()>(0);
        let job = JobHandle::spawn("patient", no_wake(), move |context| {
            wait.recv().unwrap();
            assert_eq!(context.tell(1), Err(Cancelled));
            Err(Cancelled)
        })
        .unwrap();
        job.cancel();
        go.send(()).unwrap();
        assert_eq!(poll_to_end(&job), (Vec::new(), JobState::Finished));
    }

    #[test]
    fn a_panic_ends_the_job_and_is_told_after_its_events() {
        let job = JobHandle::spawn("careless", no_wake(), |context| {
            context.tell(1)?;
            panic!("lost the thread on line {}", 7);
        })
        .unwrap();
        assert_eq!(poll_to_end(&job), (vec![1], JobState::Panicked("lost the thread on line 7".to_owned())));
    }
}
