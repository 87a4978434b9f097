//! Protected health information: readable by code that asks, invisible to logs.

use std::fmt;

/// A value that identifies a patient.
///
/// There is no `Display`, and `Debug` prints a mark, so that no log line, trace or panic message can hold it by accident.
/// [`Phi::reveal`] is the one way in; where it may be called is listed in `tests/tidy/canary.rs`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Wraps a value that identifies a patient.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for showing it to the reader or writing it where patient data belong.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("⟨phi⟩")
    }
}

#[cfg(test)]
mod tests {
    use super::Phi;

    #[test]
    fn debug_prints_a_mark_and_not_the_patient() {
        let name = Phi::new("ZZCANARY^PHI".to_owned());
        assert_eq!(format!("{name:?} {:?}", Some(&name)), "⟨phi⟩ Some(⟨phi⟩)");
        assert_eq!(name.reveal(), "ZZCANARY^PHI");
    }
}
