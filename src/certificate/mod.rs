//! The certificate of a monitor, on paper and as JSON: what was measured, what was found, and who says what is enough.
//!
//! [`CertificateForm`] is what a file of one is, by the end of its name. The JSON holds all, and [`read_certificate`] reads it
//! back. The PDF is typeset of the certificate alone, with no clock and no chance: equal certificates make equal bytes. Its
//! pages are lists of marks first (`sheet`), so that they can be counted and what stands where can be tested; `draw` makes a
//! PDF of them.

mod draw;
mod error;
mod faces;
mod form;
mod levels;
mod plot;
mod plots;
mod report;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod uniformity;
mod words;

pub use error::CertificateError;
pub use form::{CertificateForm, pdf, read_certificate};
