//! A child process that reports JSON lines and stops on "stop". No child outlives its handle.

use std::{
    io::{BufRead as _, BufReader, Read, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};
use serde::de::DeserializeOwned;

use super::handle::Wake;

/// Events in the queue; a child that is further ahead blocks on its pipe.
const EVENT_QUEUE_LEN: usize = 256;
/// Interval between checks whether a child that closed its output has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Number of lines kept of the error output; the last ones hold the reason of its end.
const MAX_COMPLAINTS: usize = 20;

/// An event of a child process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChildEvent<E> {
    /// A line of its output.
    Told(E),
    /// It is over; nothing follows.
    Ended(ChildEnd),
}

/// How a child process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildEnd {
    /// Whether its exit status is success.
    pub is_success: bool,
    /// The last lines of its standard error.
    pub complaints: String,
}

/// A child process that reports its progress in JSON, one object per line. Dropping the handle kills it.
///
/// If this program is killed, the child's standard input ends, which children treat as "stop".
pub struct ChildJob<E> {
    events: Receiver<ChildEvent<E>>,
    child: Arc<Mutex<Child>>,
    input: Option<ChildStdin>,
    has_ended: bool,
}

impl<E: DeserializeOwned + Send + 'static> ChildJob<E> {
    /// Starts `command` with its standard streams piped. Output lines that do not parse as `E` are skipped.
    pub fn spawn(mut command: Command, wake: Wake) -> std::io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let child = Arc::new(Mutex::new(child));
        let (sender, events) = bounded(EVENT_QUEUE_LEN);
        // From here on dropping the handle kills the child, also if a thread cannot be started.
        let job = Self { events, child: Arc::clone(&child), input, has_ended: false };
        let complaints =
            thread::Builder::new().name("child complaints".to_owned()).spawn(move || last_lines(errors))?;
        thread::Builder::new().name("child events".to_owned()).spawn(move || {
            tell_lines(output, &sender, &wake);
            let is_success = wait_for(&child);
            let complaints = complaints.join().unwrap_or_default();
            // Ignored: the handle may have been dropped.
            sender.send(ChildEvent::Ended(ChildEnd { is_success, complaints })).ok();
            wake();
        })?;
        Ok(job)
    }

    /// The events since the last call. Never blocks.
    pub fn poll(&mut self) -> Vec<ChildEvent<E>> {
        let mut events = Vec::new();
        loop {
            match self.events.try_recv() {
                Ok(event) => {
                    self.has_ended |= matches!(event, ChildEvent::Ended(_));
                    events.push(event);
                }
                Err(TryRecvError::Empty) => return events,
                Err(TryRecvError::Disconnected) => {
                    if !self.has_ended {
                        self.has_ended = true;
                        let complaints = "it cannot be heard any more".to_owned();
                        events.push(ChildEvent::Ended(ChildEnd { is_success: false, complaints }));
                    }
                    return events;
                }
            }
        }
    }

    /// Whether more events may follow.
    pub fn is_running(&self) -> bool {
        !self.has_ended
    }
}

impl<E> ChildJob<E> {
    /// Asks the child to stop after its next checkpoint.
    pub fn ask_to_stop(&mut self) {
        if let Some(mut input) = self.input.take() {
            // Ignored: a child with a closed pipe has ended, and dropping `input` means "stop" as well.
            input.write_all(b"stop\n").ok();
        }
    }
}

impl<E> Drop for ChildJob<E> {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // `kill` fails if the child has ended already. `wait` frees its entry in the process table.
        child.kill().ok();
        child.wait().ok();
    }
}

fn tell_lines<E: DeserializeOwned>(output: Option<impl Read>, sender: &Sender<ChildEvent<E>>, wake: &Wake) {
    let Some(output) = output else { return };
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let Ok(event) = serde_json::from_str(&line) else { continue };
        if sender.send(ChildEvent::Told(event)).is_err() {
            return;
        }
        wake();
    }
}

fn last_lines(errors: Option<impl Read>) -> String {
    let Some(errors) = errors else { return String::new() };
    let mut lines: Vec<String> = Vec::new();
    for line in BufReader::new(errors).lines().map_while(Result::ok) {
        lines.push(line);
        if lines.len() > MAX_COMPLAINTS {
            lines.remove(0);
        }
    }
    lines.join("\n")
}

/// Waits without holding the lock, so that the child can be killed meanwhile.
fn wait_for(child: &Mutex<Child>) -> bool {
    loop {
        let ended = child.lock().unwrap_or_else(PoisonError::into_inner).try_wait();
        match ended {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(LOOK_AGAIN),
            Err(_) => return false,
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        path::Path,
        time::{Duration, Instant},
    };

    const DEADLINE: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> ChildJob<serde_json::Value> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        ChildJob::spawn(command, Arc::new(|| {})).unwrap()
    }

    fn to_end(job: &mut ChildJob<serde_json::Value>) -> Vec<ChildEvent<serde_json::Value>> {
        let start = Instant::now();
        let mut all = Vec::new();
        while job.is_running() {
            all.extend(job.poll());
            assert!(start.elapsed() < DEADLINE, "the child did not end: {all:?}");
            thread::sleep(Duration::from_millis(2));
        }
        all
    }

    #[test]
    fn its_lines_come_in_order_and_its_end_last() {
        let mut job = shell("echo '{\"n\":1}'; echo no json; echo '{\"n\":2}'; echo bad luck >&2; exit 3");
        let end = ChildEnd { is_success: false, complaints: "bad luck".to_owned() };
        assert_eq!(
            to_end(&mut job),
            [
                ChildEvent::Told(serde_json::json!({ "n": 1 })),
                ChildEvent::Told(serde_json::json!({ "n": 2 })),
                ChildEvent::Ended(end)
            ]
        );
    }

    #[test]
    fn it_hears_that_it_should_stop() {
        let mut job = shell("read line; echo \"{\\\"heard\\\":\\\"$line\\\"}\"");
        assert_eq!(job.poll(), []);
        job.ask_to_stop();
        job.ask_to_stop();
        let events = to_end(&mut job);
        assert_eq!(events[0], ChildEvent::Told(serde_json::json!({ "heard": "stop" })));
        assert!(matches!(&events[1], ChildEvent::Ended(end) if end.is_success));
    }

    #[test]
    fn it_does_not_outlive_its_handle() {
        let mut job = shell("echo $$; while true; do echo '{}'; done");
        let start = Instant::now();
        let pid = loop {
            let told = job.poll().into_iter().find_map(|event| match event {
                ChildEvent::Told(value) => value.as_u64(),
                ChildEvent::Ended(_) => None,
            });
            if let Some(pid) = told {
                break pid;
            }
            assert!(start.elapsed() < DEADLINE);
        };
        drop(job);
        assert!(!Path::new(&format!("/proc/{pid}")).exists() || cfg!(not(target_os = "linux")));
    }

    #[test]
    fn what_cannot_be_started_is_told() {
        assert!(ChildJob::<serde_json::Value>::spawn(Command::new("/no/such/program"), Arc::new(|| {})).is_err());
    }
}
