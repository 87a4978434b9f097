//! Session scripts, oracles, command line, interface, end to end.
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

mod cli;
mod e2e;
mod oracle;
mod session;
mod support;
mod ui;
