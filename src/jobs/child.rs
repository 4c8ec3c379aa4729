//! Work in a process of its own: JSON lines in, "stop" out. No child outlives the handle.

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

/// Events that may wait; a child that is further ahead waits in its pipe.
const EVENT_QUEUE_LEN: usize = 256;
/// Between two looks whether a child that closed its output has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// Lines of complaints that are kept; the last ones tell why it ended.
const MAX_COMPLAINTS: usize = 20;

/// What a child process reports.
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
    /// Whether it says that all went well.
    pub is_success: bool,
    /// The last of what it complained about on standard error, line by line.
    pub complaints: String,
}

/// A child process that tells what it does in JSON, one object a line. Dropping the handle kills it.
///
/// Should this program be killed itself, the child's standard input ends, which children take for "stop".
pub struct ChildJob<E> {
    events: Receiver<ChildEvent<E>>,
    child: Arc<Mutex<Child>>,
    input: Option<ChildStdin>,
    has_ended: bool,
}

impl<E: DeserializeOwned + Send + 'static> ChildJob<E> {
    /// Starts `command`, whose standard streams are taken. Lines of its output that are no `E` are passed over.
    pub fn spawn(mut command: Command, wake: Wake) -> std::io::Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let child = Arc::new(Mutex::new(child));
        let (sender, events) = bounded(EVENT_QUEUE_LEN);
        // From here on the handle's end is the child's, also if a thread cannot be started.
        let job = Self { events, child: Arc::clone(&child), input, has_ended: false };
        let complaints =
            thread::Builder::new().name("child complaints".to_owned()).spawn(move || last_lines(errors))?;
        thread::Builder::new().name("child events".to_owned()).spawn(move || {
            tell_lines(output, &sender, &wake);
            let is_success = wait_for(&child);
            let complaints = complaints.join().unwrap_or_default();
            // A handle that is gone wants no end.
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
    /// Asks the child to stop when it can, with everything in a safe place.
    pub fn ask_to_stop(&mut self) {
        if let Some(mut input) = self.input.take() {
            // A child that does not listen any more has ended; and the end of its input, which follows, means the same.
            input.write_all(b"stop\n").ok();
        }
    }
}

impl<E> Drop for ChildJob<E> {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // Fails where the child has ended already. Waiting ends its entry in the table of processes.
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
