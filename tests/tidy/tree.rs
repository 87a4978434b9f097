//! The files of the repository: what git tracks, or would track if it were asked now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// Files longer than this are not read: none that a person writes comes near.
const READ_BYTES_MAX: u64 = 1024 * 1024;

/// A file's size and, where it is text, its text.
pub(crate) struct File {
    pub(crate) bytes: u64,
    pub(crate) text: Option<String>,
}

/// Files by their path from the root, with `/` between folders.
pub(crate) struct Tree {
    files: BTreeMap<String, File>,
}

/// This repository, read once.
pub(crate) fn here() -> &'static Tree {
    static HERE: LazyLock<Tree> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        Tree::read(root, tracked(root).unwrap_or_else(|| walked(root)))
    });
    &HERE
}

/// Fails with every complaint, one a line.
#[track_caller]
pub(crate) fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} to mend:\n{}", complaints.len(), complaints.join("\n"));
}

/// Fails unless there is exactly one complaint, and it contains `part`.
#[track_caller]
pub(crate) fn assert_one(complaints: &[String], part: &str) {
    assert!(
        matches!(complaints, [one] if one.contains(part)),
        "expected one with “{part}”, got {complaints:#?}"
    );
}

impl Tree {
    /// A tree for showing that a check fires.
    pub(crate) fn made_up(files: &[(&str, &str)]) -> Self {
        let file = |text: &str| File { bytes: text.len() as u64, text: Some(text.to_owned()) };
        Self { files: files.iter().map(|&(path, text)| (path.to_owned(), file(text))).collect() }
    }

    /// Adds a file that is not text.
    pub(crate) fn with_bytes(mut self, path: &str, bytes: u64) -> Self {
        self.files.insert(path.to_owned(), File { bytes, text: None });
        self
    }

    fn read(root: &Path, paths: Vec<String>) -> Self {
        let mut files = BTreeMap::new();
        for path in paths {
            let full = root.join(&path);
            // A file deleted but not yet from the index, or a link: nothing to read.
            let Ok(metadata) = full.symlink_metadata() else { continue };
            if metadata.is_file() {
                let bytes = metadata.len();
                let content = if bytes <= READ_BYTES_MAX { std::fs::read(&full).ok() } else { None };
                let text = content
                    .filter(|bytes| !bytes.contains(&0))
                    .and_then(|bytes| String::from_utf8(bytes).ok());
                files.insert(path, File { bytes, text });
            }
        }
        Self { files }
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Every text file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter_map(|(path, file)| Some((path, file.text.as_deref()?)))
    }

    /// The text files below `folder` (`""` for all) whose name ends in `.` and `extension`.
    pub(crate) fn sources(&self, folder: &str, extension: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| is_under(path, folder) && has_extension(path, extension))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.text.as_deref()
    }

    /// Whether there is such a file, or a folder with files in it.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        path.is_empty() || self.files.keys().any(|file| is_under(file, path))
    }

    /// The top-level modules of the library: the folders and files directly in `src/`, in alphabetical order.
    pub(crate) fn modules(&self) -> BTreeSet<&str> {
        let below = self.sources("src", "rs").filter_map(|(path, _)| path.strip_prefix("src/"));
        let names =
            below.map(|path| path.split_once('/').map_or(path.trim_end_matches(".rs"), |(folder, _)| folder));
        names.filter(|name| !matches!(*name, "lib" | "main")).collect()
    }
}

/// Whether `path` is `folder` or lies below it.
pub(crate) fn is_under(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|own| own == extension)
}

/// Asks git for what is tracked, and for what is new and not ignored. `None` when git cannot say.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let paths: Vec<String> =
        String::from_utf8(output.stdout).ok()?.split_terminator('\0').map(str::to_owned).collect();
    // In an unpacked archive inside somebody else's repository, git answers with nothing of ours.
    paths.iter().any(|path| path == "Cargo.toml").then_some(paths)
}

/// Without git: every file but what is built.
fn walked(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if matches!(path.as_str(), ".git" | "target" | "out") {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    found
}

#[test]
fn without_git_the_folders_are_walked_and_what_is_built_is_left_out() {
    let paths = walked(Path::new(env!("CARGO_MANIFEST_DIR")));
    for path in ["Cargo.toml", "src/lib.rs", "tests/tidy/tree.rs"] {
        assert!(paths.iter().any(|found| found == path), "{path} is missing");
    }
    assert!(!paths.iter().any(|path| is_under(path, "target") || is_under(path, ".git")));
}

#[test]
fn where_git_knows_nothing_of_us_it_is_not_believed() {
    assert_eq!(tracked(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")), None);
    assert_eq!(tracked(Path::new("there-is-no-such-folder")), None);
}

#[test]
fn the_modules_are_what_lies_directly_in_src() {
    let files = [
        ("src/lib.rs", ""),
        ("src/main.rs", ""),
        ("src/units/mod.rs", ""),
        ("src/units/phi.rs", ""),
        ("src/flat.rs", ""),
    ];
    assert_eq!(Tree::made_up(&files).modules(), BTreeSet::from(["flat", "units"]));
}
