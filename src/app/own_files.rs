//! The thread that writes what the program keeps for the reader in small files, so that no frame waits for a disk: one file after
//! the other, each as it is to be by then.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::session::Event;

use super::watch::Seat;

/// What its job is called.
pub(super) const KEEPING: &str = "keeping lists and places";

/// Brings a file up to date, or says in a sentence why it is not.
type Job = Box<dyn FnOnce(&Path) -> Result<(), String> + Send>;

/// What is to be written.
#[derive(Default)]
pub(super) struct OwnFiles {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Each file once, the one that was asked for first at the front.
    waiting: VecDeque<(PathBuf, Job)>,
    is_writing: bool,
    is_ending: bool,
}

impl Queue {
    fn is_busy(&self) -> bool {
        self.is_writing || !self.waiting.is_empty()
    }
}

impl OwnFiles {
    /// Has a file brought up to date. Another job of the same file that has not begun is forgotten: this one does what that one would have
    /// done, too.
    pub(super) fn put(&self, file: &Path, job: impl FnOnce(&Path) -> Result<(), String> + Send + 'static) {
        let job: Job = Box::new(job);
        let mut queue = self.lock();
        if let Some((_, waiting)) = queue.waiting.iter_mut().find(|(known, _)| known == file) {
            *waiting = job;
        } else {
            queue.waiting.push_back((file.to_path_buf(), job));
        }
        drop(queue);
        self.changed.notify_all();
    }

    /// Whether a file is being written, or waits for it.
    pub(super) fn is_busy(&self) -> bool {
        self.lock().is_busy()
    }

    /// Waits until all files are written and what went wrong is told; `false` where that takes longer than this.
    pub(super) fn wait(&self, limit: Duration) -> bool {
        let (queue, _) = self
            .changed
            .wait_timeout_while(self.lock(), limit, |queue| queue.is_busy())
            .unwrap_or_else(PoisonError::into_inner);
        !queue.is_busy()
    }

    /// The thread ends when all that waits is written.
    pub(super) fn end(&self) {
        self.lock().is_ending = true;
        self.changed.notify_all();
    }

    /// Writes until the end; gives to `tell` what could not be written.
    pub(super) fn serve(&self, seat: &Seat, tell: impl Fn(Event) -> bool) {
        while let Some((file, job)) = self.next_file() {
            seat.beat();
            let outcome = catch_unwind(AssertUnwindSafe(|| job(file.as_path())));
            // Whoever takes the news may take his time.
            seat.rest();
            match outcome {
                Ok(Ok(())) => {}
                Ok(Err(why)) => {
                    tell(Event::FileNotWritten { why });
                }
                Err(_panic) => {
                    tell(Event::JobFailed { job: KEEPING });
                }
            }
            self.lock().is_writing = false;
            self.changed.notify_all();
        }
    }

    /// The next file to write; none at the end.
    fn next_file(&self) -> Option<(PathBuf, Job)> {
        let is_idle = |queue: &mut Queue| queue.waiting.is_empty() && !queue.is_ending;
        let waited = self.changed.wait_while(self.lock(), is_idle);
        let mut queue = waited.unwrap_or_else(PoisonError::into_inner);
        let next = queue.waiting.pop_front();
        queue.is_writing = next.is_some();
        next
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crossbeam_channel::{Receiver, Sender, bounded};

    use super::super::services::spawn;
    use super::super::watch::Watched;
    use super::*;

    const LONG: Duration = Duration::from_mins(2);

    /// The thread, and what it tells.
    fn begin(files: &Arc<OwnFiles>) -> (std::thread::JoinHandle<()>, Receiver<Event>) {
        let (sender, news) = bounded(16);
        let files = Arc::clone(files);
        let serve = move || {
            files.serve(&Watched::new().seat(KEEPING), |event| sender.send(event).is_ok());
        };
        (spawn("own-files", serve).expect("a thread"), news)
    }

    /// Has the thread wait until the other end is gone: when this returns, it does.
    fn hold(files: &OwnFiles) -> Sender<()> {
        let (gate, closed) = bounded::<()>(0);
        let (begun, is_held) = bounded(1);
        files.put(Path::new("held"), move |_| {
            begun.send(()).expect("heard");
            assert!(closed.recv().is_err(), "nothing is sent");
            Ok(())
        });
        is_held.recv().expect("it waits");
        gate
    }

    #[test]
    fn of_each_file_what_was_asked_last_is_done_once_in_the_order_of_the_files_and_before_the_end() {
        let files = Arc::new(OwnFiles::default());
        let (thread, _news) = begin(&files);
        let gate = hold(&files);
        let (sender, done) = bounded(16);
        for (name, number) in [("a", 1), ("b", 1), ("a", 2), ("held", 2), ("a", 3)] {
            let sender = sender.clone();
            files.put(Path::new(name), move |path| {
                sender.send((path.to_path_buf(), number)).map_err(|error| error.to_string())
            });
        }
        assert!(!files.wait(Duration::ZERO) && files.is_busy(), "the disk hangs, and nobody waits for it");
        assert_eq!(files.lock().waiting.len(), 3, "a place a file");
        files.end();
        assert!(done.is_empty());
        drop(gate);
        thread.join().expect("no panic");
        let done: Vec<(PathBuf, i32)> = done.try_iter().collect();
        assert_eq!(
            done,
            [("a", 3), ("b", 1), ("held", 2)].map(|(name, number)| (PathBuf::from(name), number))
        );
        assert!(!files.is_busy());
    }

    #[test]
    fn what_cannot_be_written_is_told_before_it_counts_as_done_and_a_panic_ends_nothing() {
        let files = Arc::new(OwnFiles::default());
        let (thread, news) = begin(&files);
        files.put(Path::new("a"), |_| Err("The disk is full.".to_owned()));
        assert!(files.wait(LONG));
        let told = Event::FileNotWritten { why: "The disk is full.".to_owned() };
        assert_eq!(news.try_iter().collect::<Vec<_>>(), [told]);
        let fails = std::hint::black_box(true);
        files.put(Path::new("a"), move |_| {
            assert!(!fails, "this one fails");
            Ok(())
        });
        assert!(files.wait(LONG));
        assert_eq!(news.try_iter().collect::<Vec<_>>(), [Event::JobFailed { job: KEEPING }]);
        files.end();
        thread.join().expect("it goes on to the end");
    }
}
