//! The page of the handbook lists the patterns that there are.

use std::fmt::Write;

use hotlight::calibration::pattern::Pattern;

use crate::support::assert_shown;

#[test]
fn the_handbook_lists_every_pattern() {
    let mut table = "| name | what for | after |\n| --- | --- | --- |\n".to_owned();
    for entry in Pattern::list() {
        writeln!(table, "| `{}` | {} | {} |", entry.name, entry.help, entry.source).expect("memory");
    }
    assert_shown("docs/test-patterns.md", "patterns", &table);
}
