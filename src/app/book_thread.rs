//! The thread that asks the book of records, so that no frame waits for a disk: one question after the other, in the order in which they
//! came.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

/// Questions that wait.
const JOBS_MAX: usize = 32;

/// How long the end of the program waits where the book is only asked.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The same where something is to be written: longer than the book waits for another station.
const WRITING_PATIENCE: Duration = Duration::from_secs(12);

type Job = Box<dyn FnOnce() + Send>;

/// The thread of the book; it begins with the first question.
#[derive(Default)]
pub(super) struct BookThread {
    running: Option<(Sender<Job>, JoinHandle<()>)>,
    /// Others have it too as long as something is to be written.
    writing: Arc<()>,
}

impl BookThread {
    /// Has something done after all that was asked before; `false` where too much waits, or there is no thread.
    #[must_use]
    pub(super) fn ask(&mut self, job: impl FnOnce() + Send + 'static) -> bool {
        if self.running.is_none() {
            let (sender, jobs) = bounded(JOBS_MAX);
            match std::thread::Builder::new().name("book".to_owned()).spawn(move || serve(&jobs)) {
                Ok(thread) => self.running = Some((sender, thread)),
                Err(error) => tracing::warn!(%error, "no thread for the book of records"),
            }
        }
        self.running.as_ref().is_some_and(|(jobs, _)| jobs.try_send(Box::new(job)).is_ok())
    }

    /// What a job holds until all that it writes is in the book.
    pub(super) fn writing(&self) -> Arc<()> {
        Arc::clone(&self.writing)
    }

    /// How long the end of the program waits now.
    pub(super) fn exit_patience(&self) -> Duration {
        if Arc::strong_count(&self.writing) > 1 { WRITING_PATIENCE } else { PATIENCE }
    }

    /// The thread, which ends when all that was asked is done; none where nothing was.
    pub(super) fn end(&mut self) -> Option<JoinHandle<()>> {
        self.running.take().map(|(_, thread)| thread)
    }
}

fn serve(jobs: &Receiver<Job>) {
    for job in jobs {
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::warn!("a question to the book of records ended with a panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_answered_in_order_also_behind_one_that_fails_and_before_the_end() {
        let mut book = BookThread::default();
        assert!(book.end().is_none());
        let (sender, answers) = bounded(8);
        for n in 0..4 {
            let sender = sender.clone();
            let is_asked = book.ask(move || {
                assert!(n != 1, "this one fails");
                sender.send(n).expect("heard");
            });
            assert!(is_asked);
        }
        book.end().expect("it runs").join().expect("no panic");
        assert_eq!(answers.try_iter().collect::<Vec<_>>(), [0, 2, 3]);
    }

    #[test]
    fn what_is_being_written_is_waited_for_longer_than_what_is_asked() {
        let mut book = BookThread::default();
        let (gate, closed) = bounded::<()>(0);
        let writing = book.writing();
        let is_asked = book.ask(move || {
            assert!(closed.recv().is_err(), "nothing is sent");
            drop(writing);
        });
        assert!(is_asked);
        assert_eq!(book.exit_patience(), WRITING_PATIENCE);
        drop(gate);
        book.end().expect("it runs").join().expect("no panic");
        assert_eq!(book.exit_patience(), PATIENCE);
    }

    #[test]
    fn a_book_that_does_not_answer_is_not_asked_without_end() {
        let mut book = BookThread::default();
        let (gate, closed) = bounded::<()>(0);
        let asked = (0..2 * JOBS_MAX).filter(|_| {
            let closed = closed.clone();
            book.ask(move || assert!(closed.recv().is_err(), "nothing is sent"))
        });
        assert!((JOBS_MAX..=JOBS_MAX + 1).contains(&asked.count()));
        drop(gate);
        book.end().expect("it runs").join().expect("no panic");
    }
}
