//! One job at a time that no frame waits for, on a thread of its own; what came of it is taken in a later frame.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use egui::ViewportId;

/// A job that is under way, if one is.
pub(super) struct Beside<T> {
    outcome: Option<Receiver<T>>,
}

/// A job ended with a panic, or the system refused it a thread: nothing came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped;

impl<T: Send + 'static> Beside<T> {
    pub(super) const fn new() -> Self {
        Self { outcome: None }
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.outcome.is_some()
    }

    /// What comes of the job that is under way is not wanted any more.
    pub(super) fn forget(&mut self) {
        self.outcome = None;
    }

    /// Begins a job; what comes of another that is under way is forgotten.
    pub(super) fn start(
        &mut self,
        name: &str,
        ctx: &egui::Context,
        job: impl FnOnce() -> T + Send + 'static,
    ) {
        let (sender, outcome) = bounded(1);
        self.outcome = Some(outcome);
        let ctx = ctx.clone();
        let job = move || {
            if let Ok(done) = catch_unwind(AssertUnwindSafe(job)) {
                // Where nobody wants it any more, nobody listens.
                drop(sender.send(done));
            }
            // Before the window looks: that nothing comes is news, too.
            drop(sender);
            ctx.request_repaint_of(ViewportId::ROOT);
        };
        // Not joined at exit: a dialog belongs to the desktop and may outlive us.
        if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(job) {
            tracing::warn!(%error, name, "the system refuses a thread");
        }
    }

    /// What came of the job, once.
    pub(super) fn take(&mut self) -> Option<Result<T, Stopped>> {
        let done = match self.outcome.as_ref()?.try_recv() {
            Ok(done) => Ok(done),
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err(Stopped),
        };
        self.outcome = None;
        Some(done)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What came of a job.
    fn done(beside: &mut Beside<u8>, job: impl FnOnce() -> u8 + Send + 'static) -> Result<u8, Stopped> {
        beside.start("job", &egui::Context::default(), job);
        assert!(beside.is_busy());
        for _ in 0..4000 {
            if let Some(done) = beside.take() {
                assert!(!beside.is_busy() && beside.take().is_none(), "once");
                return done;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the job never ends");
    }

    #[test]
    fn what_comes_of_a_job_is_taken_once_and_a_panic_is_told() {
        let mut beside = Beside::new();
        assert!(!beside.is_busy() && beside.take().is_none());
        assert_eq!(done(&mut beside, || 7), Ok(7));
        let fails = std::hint::black_box(true);
        let stopped = done(&mut beside, move || {
            assert!(!fails, "this one fails");
            0
        });
        assert_eq!(stopped, Err(Stopped));
        beside.start("job", &egui::Context::default(), || 1);
        beside.forget();
        assert!(!beside.is_busy() && beside.take().is_none());
    }
}
