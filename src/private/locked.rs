//! Locks that go with who holds them.

use std::fs::File;

/// A file that is locked, until this goes.
///
/// It unlocks, rather than leave that to the closing of the file: a program that this one is just starting has all our
/// files open too until it runs, and would hold the lock for so long.
#[derive(Debug)]
pub struct Locked(pub File);

impl Locked {
    /// `None` where somebody else holds a lock on it.
    pub fn try_of(file: File) -> Option<Self> {
        file.try_lock().is_ok().then(|| Self(file))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // Where it fails, closing does it.
        let _unlocked = self.0.unlock();
    }
}
