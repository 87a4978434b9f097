//! Disks that are full, and folders that cannot be written.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use hotlight::dicom::Source;
use hotlight::logging::{self, LogSettings};
use hotlight::session::Session;
use hotlight::store::{FilingOptions, Store, StoreOptions, Verified};
use hotlight::testing::Scripted;
use tempfile::TempDir;

use super::Home;
use crate::support::{phantom, stderr};

const ROOMY: StoreOptions = StoreOptions { quota_bytes: 1 << 30, free_bytes_min: 0 };

const MARK: &str = "scroll first; tool probe; pointer press left 350 222; pointer release";

fn has_told(session: &Session, words: &str) -> bool {
    session.messages.iter().any(|message| message.text.contains(words))
}

/// Files of the phantom's study, for the store.
fn objects() -> Vec<Source> {
    let files = std::fs::read_dir(phantom().join("current")).expect("a folder").flatten();
    files.map(|file| Source::file(&file.path())).collect()
}

fn file(store: &Store, sources: &[Source]) -> Result<usize, String> {
    let options = FilingOptions { from: None, now: std::time::SystemTime::now() };
    let mut filing = store.filing(options, drop).map_err(|error| error.to_string())?;
    for source in sources {
        filing.import(source).map_err(|error| error.to_string())?;
    }
    let tally = filing.finish();
    tally.why.map_or(Ok(tally.filed), |why| Err(why.to_string()))
}

/// Not a test by itself: the program that may write no byte into any file.
#[test]
fn child() {
    let (Some(folder), Some(study)) =
        (std::env::var_os("HOTLIGHT_NO_ROOM"), std::env::var_os("HOTLIGHT_NO_ROOM_STUDY"))
    else {
        return;
    };
    let (folder, study) = (Path::new(&folder), Path::new(&study));
    assert!(std::fs::write(folder.join("probe"), "a byte").is_err(), "there is room");
    let log = logging::init(&LogSettings {
        level: tracing::level_filters::LevelFilter::INFO,
        dir: Some(folder.join("logs")),
        keep_days: 1,
        hash_uids: false,
    });
    tracing::info!("a line that nobody will read");
    let mut scripted = Scripted::keeping(Some(folder.join("presentations")));
    scripted.run(&format!("open {}", study.display()));
    scripted.run(MARK);
    scripted.wait_until("it is told", |session| has_told(session, "cannot be kept as a draft"));
    let times = scripted.reading.session.messages.iter();
    assert_eq!(times.filter(|message| message.text.contains("as a draft")).count(), 1, "and told once");
    scripted.run("presentation save");
    scripted.wait_until("saving is refused", |session| has_told(session, "Not saved: "));
    let mark = scripted.focused().expect("a viewport").overlay.marks.len();
    assert_eq!(mark, 1, "reading goes on");
    let sources: Vec<Source> = std::fs::read_dir(study)
        .expect("a folder")
        .flatten()
        .map(|file| Source::file(&file.path()))
        .collect();
    let filed = Store::open(&folder.join("store"), ROOMY)
        .map_err(|error| error.to_string())
        .and_then(|store| file(&store, &sources));
    let why = filed.expect_err("there is no room");
    assert!(why.contains("the store's"), "{why}");
    drop(log);
}

#[test]
fn without_room_reading_goes_on_and_says_what_is_not_kept() {
    let folder = TempDir::new().expect("a folder");
    let mut sources = objects();
    let last = sources.split_off(sources.len() - 1);
    {
        let store = Store::open(&folder.path().join("store"), ROOMY).expect("a store");
        assert_eq!(file(&store, &sources), Ok(sources.len()));
    }
    // Files may not grow: as on a full disk, each write fails. The signal that comes with it is not waited for.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "survive::disk::child", "--nocapture"])
        .env("HOTLIGHT_NO_ROOM", folder.path())
        .env("HOTLIGHT_NO_ROOM_STUDY", phantom().join("current"))
        .output()
        .expect("it runs");
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && words.contains("1 passed"), "{words}{}", stderr(&output));
    // With room again all of it is whole, and what was refused comes.
    let store = Store::open(&folder.path().join("store"), ROOMY).expect("it opens");
    assert_eq!(store.verify(), Ok(Verified { objects: sources.len(), ..Verified::default() }));
    assert_eq!(file(&store, &last), Ok(1));
}

#[test]
fn what_could_not_be_written_is_written_when_it_can_be() {
    let folder = TempDir::new().expect("a folder");
    let kept = folder.path().join("kept");
    std::fs::write(&kept, "in the way").expect("written");
    let mut scripted = Scripted::keeping(Some(kept.clone()));
    scripted.run(&format!("open {}", phantom().join("current").display()));
    scripted.run(MARK);
    scripted.wait_until("it is told", |session| has_told(session, "cannot be kept as a draft"));
    std::fs::remove_file(&kept).expect("removed");
    scripted.wait_until("it is written", |session| has_told(session, "kept as a draft again"));
    let drafts = std::fs::read_dir(&kept).expect("a folder").flatten();
    let drafts = drafts.filter(|entry| entry.file_name().to_string_lossy().ends_with(".draft.toml"));
    assert_eq!(drafts.count(), 1);
}

#[test]
fn a_profile_that_cannot_be_written_is_told_and_reading_goes_on() {
    let check = |home: &Home| {
        let mark = "wait settled\ntool probe\npointer press left 350 222\npointer release\nwait settled";
        let state = home.state_after(mark, &[&super::study()]);
        assert!(state.contains("Thestatefoldercannotbeused:"), "{state}");
        assert!(state.contains("shape:Probe("), "{state}");
    };
    let home = Home::new();
    // Nobody can make a folder in a file.
    std::fs::write(home.path("state"), "").expect("written");
    check(&home);
    let home = Home::new();
    let state = home.path("state");
    std::fs::create_dir(&state).expect("a folder");
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o555)).expect("its own");
    if std::fs::write(state.join("probe"), "").is_ok() {
        eprintln!("not run: a folder that cannot be written; whoever runs this may write everywhere");
        return;
    }
    check(&home);
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o755)).expect("its own");
}
