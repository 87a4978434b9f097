//! The packages: made of the program as released, installed, started and removed, by the scripts of `packaging/`.

use std::path::Path;
use std::process::Command;

use crate::support::program;

/// Runs a script of `packaging/`, which says what is wrong and exits with something else than 0.
#[track_caller]
fn check(script: &str, arguments: &[&Path]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(script);
    let output = Command::new(path).args(arguments).output().expect("the script runs");
    let (told, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}: {told}{problems}");
    for line in told.lines().filter(|line| line.contains("left out")) {
        eprintln!("{script}: {line}");
    }
}

#[test]
fn the_package_for_debian_is_the_same_each_time_reads_draws_starts_and_leaves_nothing() {
    check("linux/test-deb.sh", &[program().as_path()]);
}

#[test]
fn the_package_for_windows_has_the_tables_that_it_should() {
    check("windows/test-msi.py", &[]);
}

#[test]
fn the_bundle_for_macos_has_the_plist_and_the_layout_that_it_should() {
    check("macos/test-bundle.py", &[]);
}

#[test]
fn a_program_of_another_version_is_not_packed() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/linux/deb.sh");
    let output =
        Command::new(script).args([Path::new("/bin/echo"), folder.path()]).output().expect("the script runs");
    let problems = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{problems}");
    assert!(problems.contains("build it again"), "{problems}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
