//! What the reader typed, kept under a name.

use crate::units::Phi;

use super::order::Order;

/// A filter with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    /// The name, which the reader chose.
    pub name: Phi<String>,
    /// What is typed. It may name a patient.
    pub text: Phi<String>,
    /// The order.
    pub order: Order,
}

impl SavedFilter {
    /// The most filters.
    pub const COUNT_MAX: usize = 20;

    /// The most letters of a name.
    pub const NAME_MAX: usize = 24;

    /// The most letters of what is typed.
    pub const TEXT_MAX: usize = 200;

    /// Those of a reader who has saved none.
    pub fn shipped() -> Vec<Self> {
        let shipped = [
            ("today", "date:today"),
            ("last 7 days", "date:week"),
            ("CT", "mod:ct"),
            ("MR", "mod:mr"),
            ("here", "is:here"),
        ];
        let filter = |(name, text): (&str, &str)| Self {
            name: Phi::new(name.to_owned()),
            text: Phi::new(text.to_owned()),
            order: Order::default(),
        };
        shipped.map(filter).to_vec()
    }
}
