//! Writes to a stream on a thread of its own, so that no caller waits for the stream's reader or
//! fails with it.

use std::io::{self, ErrorKind, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The most bytes that wait for the stream. What is written beyond them is lost.
const MAX_WAITING_BYTES: usize = 1024 * 1024;

/// The pause before the next attempt on a non-blocking stream that is full.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// A writer that always succeeds at once. One call of `write` is one whole line or several: lines
/// that the stream does not take are lost and counted. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct BackgroundWriter(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<u8>,
    /// Whether the thread is writing bytes that it has taken out of `waiting`.
    is_writing: bool,
    /// Lines that were lost since the last successful write.
    lost: u64,
}

impl BackgroundWriter {
    /// Starts the thread, which lives as long as the program. When the stream takes bytes again,
    /// `report_lost` is called with the number of lines that were lost.
    ///
    /// # Errors
    /// The operating system starts no thread.
    pub fn start(stream: impl Write + Send + 'static, report_lost: fn(u64)) -> io::Result<Self> {
        let writer = Self::default();
        let shared = writer.0.clone();
        let run = move || shared.write_for_ever(stream, report_lost);
        thread::Builder::new().name("output".to_owned()).spawn(run)?;
        Ok(writer)
    }

    /// Waits until everything is written, but at most this long.
    pub fn flush_within(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        let mut queue = self.0.queue();
        while queue.is_writing || !queue.waiting.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.0.changed.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Write for BackgroundWriter {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let mut queue = self.0.queue();
        if queue.waiting.len() + lines.len() > MAX_WAITING_BYTES {
            queue.lost += count_lines(lines);
        } else {
            queue.waiting.extend_from_slice(lines);
            self.0.changed.notify_all();
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_for_ever(&self, mut stream: impl Write, report_lost: fn(u64)) {
        loop {
            let lines = self.next();
            let outcome = write_all(&mut stream, &lines);
            let mut queue = self.queue();
            if outcome.is_err() {
                queue.lost += count_lines(&lines);
            }
            let lost = if outcome.is_ok() { mem::take(&mut queue.lost) } else { 0 };
            drop(queue);
            if lost > 0 {
                report_lost(lost);
            }
        }
    }

    /// Takes the bytes that wait, as soon as there are any.
    fn next(&self) -> Vec<u8> {
        let mut queue = self.queue();
        queue.is_writing = false;
        self.changed.notify_all();
        while queue.waiting.is_empty() {
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.is_writing = true;
        mem::take(&mut queue.waiting)
    }
}

/// Like `Write::write_all`, but waits where a non-blocking stream is full. Another process that
/// shares the stream may have made it so.
fn write_all(stream: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(RETRY_PAUSE),
            Err(error) => return Err(error),
        }
    }
    stream.flush()
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    const LINE: &[u8] = &[b'x'; 1023];

    /// A stream whose every write waits until the test receives it.
    struct Pipe(SyncSender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(|_| ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn pipe() -> (Pipe, Receiver<Vec<u8>>) {
        let (sender, receiver) = sync_channel(0);
        (Pipe(sender), receiver)
    }

    #[test]
    fn a_reader_that_does_not_read_delays_no_writer_and_learns_how_many_lines_are_lost() {
        static LOST: AtomicU64 = AtomicU64::new(0);
        let (pipe, reader) = pipe();
        let report = |lost| {
            LOST.fetch_add(lost, Ordering::SeqCst);
        };
        let mut writer = BackgroundWriter::start(pipe, report).unwrap();
        let line = [LINE, b"\n"].concat();
        let total = 3 * MAX_WAITING_BYTES / line.len();
        for _ in 0..total {
            writer.write_all(&line).unwrap();
        }
        writer.flush_within(Duration::from_millis(1));
        let mut read = 0;
        while read + LOST.load(Ordering::SeqCst) < total as u64 {
            read += count_lines(&reader.recv_timeout(Duration::from_secs(1)).unwrap_or_default());
        }
        assert!(read >= (MAX_WAITING_BYTES / line.len()) as u64, "{read} of {total}");
    }

    #[test]
    fn a_stream_that_fails_fails_no_writer() {
        let (pipe, reader) = pipe();
        drop(reader);
        let mut writer = BackgroundWriter::start(pipe, |_| ()).unwrap();
        for _ in 0..10 {
            writer.write_all(b"a line\n").unwrap();
            writer.flush_within(Duration::from_mins(1));
        }
        assert_eq!(writer.0.queue().lost, 10);
    }

    #[test]
    fn flushing_waits_until_everything_is_written() {
        let (pipe, reader) = pipe();
        let mut writer = BackgroundWriter::start(pipe, |_| ()).unwrap();
        writer.write_all(b"the last line\n").unwrap();
        let reading = thread::spawn(move || reader.recv().unwrap());
        writer.flush_within(Duration::from_mins(1));
        assert_eq!(reading.join().unwrap(), b"the last line\n");
    }
}
