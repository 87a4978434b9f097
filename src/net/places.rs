//! How many associations a peer has with us at a time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::NetError;

/// The associations that a peer allows at a time. Clones share them: whatever is asked of one peer waits for the same places.
#[derive(Debug, Clone)]
pub struct Places {
    semaphore: Arc<Semaphore>,
    max: usize,
}

impl Places {
    /// So many at a time, one at least.
    pub fn new(max: usize) -> Self {
        let max = max.max(1);
        Self { semaphore: Arc::new(Semaphore::new(max)), max }
    }

    /// How many there may be.
    pub const fn max(&self) -> usize {
        self.max
    }

    /// How many are free now.
    pub(super) fn free(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// Waits for one; it is free again when it is dropped.
    pub(super) async fn take(&self) -> Result<OwnedSemaphorePermit, NetError> {
        let place = Arc::clone(&self.semaphore).acquire_owned().await;
        // It is never closed.
        place.map_err(|closed| NetError::Lost { why: closed.to_string() })
    }
}

/// Archives allow a few; many allow no more.
impl Default for Places {
    fn default() -> Self {
        Self::new(3)
    }
}

/// What is configured, not what is in use.
impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        self.max == other.max
    }
}

impl Eq for Places {}
