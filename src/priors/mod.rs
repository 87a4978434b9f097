//! Priors: which earlier studies of a patient are worth looking at beside the one that is read, and why. Pure: it asks nobody
//! and fetches nothing.
//!
//! [`rank`] compares by the [`PriorRules`] of `assets/priors/rules.toml`, one thing after the other and without weights; what it
//! picks and what it leaves out both say why.

mod facts;
mod file;
mod rank;
mod rules;

pub use file::{PriorRulesError, PriorRulesFault};
pub use rank::{Anatomy, Kinship, LeftOut, Picked, Ranking, Score, Side, rank};
pub use rules::{Phrase, PriorRules, Region, TimeWindow};
