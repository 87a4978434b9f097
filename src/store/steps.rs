//! The steps of writing, each with a name: a test ends the program at every one of them.

/// A step that has just been taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A folder for what arrives was made.
    Begun,
    /// The file of an object was made.
    Made,
    /// A piece of it was written.
    Written,
    /// It was checked.
    Checked,
    /// The disk has it.
    Synced,
    /// It was put where it stays.
    Placed,
    /// It stands in the index, in a change that is not committed.
    Indexed,
    /// The disk has its name where it stays.
    NameSynced,
    /// The change is committed.
    Committed,
    /// A study that goes was taken off the index, in a change that is not committed.
    TakenOff,
    /// Its folder was put aside.
    PutAside,
    /// That it goes is committed.
    Gone,
}

impl Step {
    /// Every step, in their order.
    pub const ALL: [Self; 12] = [
        Self::Begun,
        Self::Made,
        Self::Written,
        Self::Checked,
        Self::Synced,
        Self::Placed,
        Self::Indexed,
        Self::NameSynced,
        Self::Committed,
        Self::TakenOff,
        Self::PutAside,
        Self::Gone,
    ];

    /// What was done.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Begun => "a folder for what arrives was made",
            Self::Made => "an object's file was made",
            Self::Written => "a piece of it was written",
            Self::Checked => "it was read and checked",
            Self::Synced => "the disk had it",
            Self::Placed => "it was put where it stays",
            Self::Indexed => "the index had it, not committed",
            Self::NameSynced => "the disk had its name there",
            Self::Committed => "the index was committed",
            Self::TakenOff => "a study that goes was off the index, not committed",
            Self::PutAside => "its folder was put aside",
            Self::Gone => "that it goes was committed",
        }
    }
}

/// Says that a step was taken. With the feature `testing`, `HOTLIGHT_STORE_ABORT=N` ends the process at the `N`th, and the file
/// named behind a colon is told which it was.
#[cfg(feature = "testing")]
pub(super) use testing::taken;

#[cfg(not(feature = "testing"))]
pub(super) const fn taken(_step: Step) {}

#[cfg(feature = "testing")]
mod testing {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Step;

    static ABORT: LazyLock<Option<(u32, String)>> = LazyLock::new(|| {
        let said = std::env::var("HOTLIGHT_STORE_ABORT").ok()?;
        let (count, file) = said.split_once(':')?;
        Some((count.parse().ok()?, file.to_owned()))
    });
    static TAKEN: AtomicU32 = AtomicU32::new(0);

    pub(in crate::store) fn taken(step: Step) {
        let Some((count, file)) = ABORT.as_ref() else { return };
        if TAKEN.fetch_add(1, Ordering::SeqCst) + 1 == *count {
            let _told = std::fs::write(file, step.words());
            std::process::abort();
        }
    }
}
