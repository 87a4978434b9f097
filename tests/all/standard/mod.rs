//! The standard's own sections, one file each: worked examples, and agreement with programs that we did not write.

mod color;
