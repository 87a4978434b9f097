//! Sections of the standard, one a file: its worked examples first, then programs and arithmetic that are not ours.

mod gsdf;
