//! Session scripts, oracles, command line, interface, end to end.
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "the program is timed from outside")]
#![expect(clippy::print_stderr, reason = "what was not run is said aloud")]
#![expect(clippy::cast_precision_loss, reason = "numbers in tests are small")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "expected values come as JSON numbers and are small"
)]

mod cli;
mod e2e;
mod fuzz;
mod net;
mod oracle;
mod packages;
mod session;
mod standard;
mod store;
mod support;
mod survive;
mod ui;
