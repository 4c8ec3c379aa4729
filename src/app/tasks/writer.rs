//! Writes small files in order on a thread of its own, and finishes before the program ends.

use std::{io, path::PathBuf, sync::Arc, thread};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::{
    imaging::PageImage,
    storage::{KeptPage, Recovery, write_atomically},
};

const QUEUE_LEN: usize = 64;

/// A file to be replaced or removed.
pub(crate) struct WriteTask {
    pub(crate) path: PathBuf,
    pub(crate) content: Content,
}

/// The content of a file.
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Corrections(Recovery),
    /// Long ink takes a while to be packed.
    Page(KeptPage),
    /// Encoded on the writer's thread, as it takes long.
    Png(Arc<PageImage>),
    /// Removes the file.
    Nothing,
}

/// The queue of files to write. Dropping it waits until all are written.
pub(crate) struct Writer {
    tasks: Option<Sender<WriteTask>>,
    failures: Receiver<String>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start() -> io::Result<Self> {
        let (tasks, queue) = bounded::<WriteTask>(QUEUE_LEN);
        let (tell, failures) = bounded(QUEUE_LEN);
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || {
            for task in queue {
                if let Err(error) = carry_out(&task) {
                    // Ignored: a full queue already holds 64 failures for the user.
                    tell.try_send(format!("{} could not be written: {error}", task.path.display())).ok();
                }
            }
        })?;
        Ok(Self { tasks: Some(tasks), failures, thread: Some(thread) })
    }

    /// Queues a file; `false` where the queue is full, so that the caller tries again later. Never blocks.
    pub(crate) fn write(&self, task: WriteTask) -> bool {
        self.tasks.as_ref().is_some_and(|tasks| tasks.try_send(task).is_ok())
    }

    /// The failures since the last call.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.failures.try_iter().collect()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.tasks.take());
        if let Some(thread) = self.thread.take() {
            // Ignored: a panic of the thread has been logged, and the window is closed.
            thread.join().ok();
        }
    }
}

fn carry_out(task: &WriteTask) -> io::Result<()> {
    match &task.content {
        Content::Bytes(bytes) => write_atomically(&task.path, bytes),
        Content::Corrections(recovery) => write_atomically(&task.path, &recovery.to_json()?),
        Content::Page(page) => write_atomically(&task.path, &page.to_json()?),
        Content::Png(image) => write_atomically(&task.path, &png(image)?),
        Content::Nothing => match std::fs::remove_file(&task.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}

fn png(image: &PageImage) -> io::Result<Vec<u8>> {
    let mut bytes = io::Cursor::new(Vec::new());
    image.pixels.write_to(&mut bytes, image::ImageFormat::Png).map_err(io::Error::other)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_in_order_and_before_the_writer_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let writer = Writer::start().unwrap();
        for text in ["one", "two", "three"] {
            assert!(writer.write(WriteTask { path: path.clone(), content: Content::Bytes(text.into()) }));
        }
        drop(writer);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three");
    }
}
