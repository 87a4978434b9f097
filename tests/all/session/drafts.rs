//! What is not saved is kept as a draft, and is back when the study is opened again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hotlight::geometry::{Point, View};
use hotlight::render::Picture;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::support::phantom;

const MARKS: &str = "scroll first; \
     tool length; pointer press left 300 200; pointer move 330 220; pointer move 360 280; pointer release; \
     scroll +1; \
     tool ellipse; pointer press left 330 300; pointer move 350 310; pointer move 400 390; pointer release; \
     tool angle; pointer press left 200 200; pointer move 240 230; pointer release; pointer press left 260 190; \
     pointer release; tool probe; pointer press left 301 222; pointer release";

fn open(kept: &Path) -> Scripted {
    let mut scripted = Scripted::keeping(Some(kept.to_path_buf()));
    scripted.run(&format!("open {}", phantom().join("current").display()));
    scripted.run("viewport 1; layout 1x1");
    scripted
}

/// As a crash leaves it: nothing is told to end.
fn crash(scripted: Scripted) {
    std::mem::forget(scripted);
}

fn draft(kept: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(kept).into_iter().flatten().flatten().map(|file| file.path());
    files.into_iter().find(|file| file.to_string_lossy().ends_with(".draft.toml"))
}

/// Waits until the draft is as said.
fn wait(kept: &Path, is_so: impl Fn(Option<&str>) -> bool) {
    let end = Instant::now() + Duration::from_mins(2);
    loop {
        let text = draft(kept).and_then(|file| std::fs::read_to_string(file).ok());
        if is_so(text.as_deref()) {
            return;
        }
        assert!(Instant::now() < end, "{text:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn count(text: Option<&str>, line: &str) -> usize {
    text.map_or(0, |text| text.matches(line).count())
}

/// Where each mark lies, and its numbers.
type Marks = Vec<(Vec<Point<View>>, Vec<String>)>;

/// Those of the image in focus.
fn marks(scripted: &Scripted) -> Marks {
    let marks = scripted.focused().expect("a viewport").overlay.marks.into_iter();
    marks.map(|mark| (mark.handles, mark.words)).collect()
}

/// Those of the first and of the second image.
fn all_marks(scripted: &mut Scripted) -> [Marks; 2] {
    scripted.run("scroll first");
    let first = marks(scripted);
    scripted.run("scroll +1");
    [first, marks(scripted)]
}

fn told(scripted: &Scripted) -> Vec<String> {
    let messages = scripted.reading.session.messages.iter();
    messages.map(|message| message.text.clone()).filter(|text| !text.contains("object")).collect()
}

fn look(scripted: &Scripted) -> (String, [f64; 2]) {
    let viewport = scripted.focused().expect("a viewport");
    let Picture::Slice(pass) = viewport.picture else { panic!("{:?}", viewport.picture) };
    let gray = pass.gray().expect("gray");
    let corner = pass.image_from_view * Point::flat(0.0, 0.0);
    (format!("{:?} {:?}", gray.window, gray.polarity), [corner.xyz.x, corner.xyz.y])
}

#[test]
fn marks_survive_and_are_measured_as_before() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run(MARKS);
    let before = all_marks(&mut scripted);
    assert_eq!(before.each_ref().map(Vec::len), [1, 3]);
    wait(kept.path(), |text| count(text, "[[mark]]") == 4);
    crash(scripted);
    let mut again = open(kept.path());
    assert_eq!(told(&again), ["Unsaved work is back: 4 marks on 2 images. “drafts discard” gives it up."]);
    assert_eq!(all_marks(&mut again), before);
    // Kept: it is there the next time too, and once.
    drop(again);
    let mut third = open(kept.path());
    assert_eq!(all_marks(&mut third), before);
}

#[test]
fn what_came_back_is_given_up_by_one_command_and_comes_back_by_another() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run("drafts discard");
    assert_eq!(told(&scripted), ["No unsaved work has come back."]);
    scripted.run(&format!("{MARKS}; mark 1; mark delete; mark calibrate none"));
    let before = all_marks(&mut scripted);
    drop(scripted);
    // The end of a program waits for a slow disk no longer than a moment.
    wait(kept.path(), |text| count(text, "[[mark]]") == 3);
    let mut again = open(kept.path());
    // What is new stays.
    again.run("scroll to 2; tool probe; pointer press left 350 222; pointer release");
    again.run("drafts discard");
    assert_eq!(all_marks(&mut again).map(|marks| marks.len()), [0, 1]);
    wait(kept.path(), |text| count(text, "[[mark]]") == 1);
    again.run("drafts restore; drafts restore");
    let marks = all_marks(&mut again);
    assert_eq!((&marks[0], &marks[1][..2], marks[1].len()), (&before[0], &before[1][..], 3));
    assert_eq!(told(&again).last().map(String::as_str), Some("No unsaved work was given up."));
    wait(kept.path(), |text| count(text, "[[mark]]") == 4);
}

#[test]
fn saved_or_emptied_it_is_no_draft_any_more() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run(MARKS);
    wait(kept.path(), |text| count(text, "[[mark]]") == 4);
    scripted.run("mark clear; scroll first; mark clear");
    wait(kept.path(), |text| text.is_none());
    scripted.run("undo; undo");
    wait(kept.path(), |text| count(text, "[[mark]]") == 4);
    // The length of the first image lies in the state, and comes back as its graphic.
    scripted.run("presentation save");
    wait(kept.path(), |text| text.is_none());
    scripted.run("scroll first; tool probe; pointer press left 350 222; pointer release");
    wait(kept.path(), |text| count(text, "[[mark]]") == 1);
    crash(scripted);
    let mut again = open(kept.path());
    again.run("scroll first");
    assert_eq!(marks(&again).len(), 1, "and not the saved one once more");
}

#[test]
fn a_calibration_and_what_it_makes_of_numbers_survive() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run(MARKS);
    scripted.run("scroll first; mark 1; mark calibrate 50");
    let before = all_marks(&mut scripted);
    assert!(before[0][0].1[0].contains("50.0 mm"), "{before:?}");
    drop(scripted);
    wait(kept.path(), |text| count(text, "[[mark]]") == 4 && count(text, "[[scale]]") > 0);
    assert_eq!(all_marks(&mut open(kept.path())), before);
}

/// After a crash the reader goes on where it was; after the end of a reading windows begin anew.
#[test]
fn views_survive_a_crash_and_end_with_the_reading() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    let fresh = look(&scripted);
    scripted.run("window set 41.25 333.5; invert; zoom by 3; rotate left; scroll first");
    let before = look(&scripted);
    wait(kept.path(), |text| count(text, "[[view]]") == 1);
    crash(scripted);
    let mut again = open(kept.path());
    assert_eq!(told(&again), ["Unsaved work is back: 1 view. “drafts discard” gives it up."]);
    assert_eq!(look(&again), before);
    again.run("drafts discard");
    assert_eq!(look(&again), fresh);
    again.run("drafts restore");
    assert_eq!(look(&again), before);
    drop(again);
    wait(kept.path(), |text| text.is_none());
    assert_eq!(look(&open(kept.path())), fresh);
}

#[test]
fn key_images_that_could_not_be_saved_survive() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run("scroll first");
    // A file stands where their folder should be.
    let study = scripted.reading.library.studies()[0].attributes.uid.clone();
    scripted.run("tool probe; pointer press left 350 222; pointer release");
    wait(kept.path(), |text| count(text, "[[mark]]") == 1);
    let folder = draft(kept.path()).expect("a draft").to_string_lossy().replace(".draft.toml", "");
    std::fs::write(&folder, "in the way").expect("written");
    scripted.run("key-image title 4; mark clear");
    wait(kept.path(), |text| count(text, "For Teaching") == 1 && count(text, "[[mark]]") == 0);
    crash(scripted);
    std::fs::remove_file(&folder).expect("removed");
    let mut again = open(kept.path());
    again.run("scroll first");
    let titles: Vec<String> =
        again.reading.session.key_images.of_study(&study).map(|(_, title)| title.meaning.clone()).collect();
    assert_eq!(titles, ["For Teaching"]);
    // Now they are saved.
    wait(kept.path(), |text| text.is_none());
}

#[test]
fn a_draft_is_its_owners_alone_and_a_broken_one_is_set_aside_in_one_sentence() {
    let kept = TempDir::new().expect("a temporary folder");
    let mut scripted = open(kept.path());
    scripted.run(MARKS);
    drop(scripted);
    wait(kept.path(), |text| count(text, "[[mark]]") == 4);
    let file = draft(kept.path()).expect("a draft");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    let text = std::fs::read_to_string(&file).expect("text");
    assert!(!text.contains("ZZCANARY") && !file.to_string_lossy().contains("ZZCANARY"), "{text}");
    std::fs::write(&file, &text[..text.len() - 9]).expect("written");
    let mut again = open(kept.path());
    let aside = file.with_extension("broken");
    let name = aside.file_name().expect("a name").to_string_lossy().into_owned();
    let expected = format!(
        "A draft of unsaved work cannot be read: it is not as Hotlight wrote it. It is kept as {name}."
    );
    assert_eq!(told(&again), [expected]);
    assert_eq!(std::fs::read_to_string(&aside).expect("text").len(), text.len() - 9);
    // And drafts go on.
    again.run("tool probe; pointer press left 350 222; pointer release");
    wait(kept.path(), |text| count(text, "[[mark]]") == 1);
}

#[test]
fn what_lies_over_and_the_path_survive() {
    let kept = TempDir::new().expect("a temporary folder");
    let files = super::fusion::folder(&["ct-", "pt-"]);
    let open = || {
        let mut scripted = Scripted::keeping(Some(kept.path().to_path_buf()));
        scripted.run(&format!("open {}", files.path().display()));
        scripted.run("viewport 1; layout 1x1");
        scripted
    };
    let shown = |scripted: &Scripted| {
        let session = &scripted.reading.session;
        let path = session.path.clone();
        let fused = session.focused_viewport().and_then(|viewport| viewport.fused.clone());
        (fused.map(|fused| (fused, plan_layer(scripted))), path)
    };
    let mut scripted = open();
    scripted.run("fusion on; fusion blend 70; fusion window set 300 700");
    scripted.run("curve start; curve add 1 2.5 3; curve add 4 5 20; curve add 9 9.5 30");
    let before = shown(&scripted);
    assert!(matches!(&before, (Some((_, Some(70))), Some(path)) if path.points.len() == 3), "{before:?}");
    wait(kept.path(), |text| count(text, "[path]") == 1 && count(text, "[view.fused]") == 1);
    crash(scripted);
    let mut again = open();
    assert_eq!(told(&again), ["Unsaved work is back: 1 view, a path. “drafts discard” gives it up."]);
    assert_eq!(shown(&again), before);
    again.run("drafts discard");
    assert_eq!(shown(&again), (None, None));
    wait(kept.path(), |text| text.is_none());
    again.run("drafts restore");
    assert_eq!(shown(&again), before);
    // A path that was drawn since comes back by `undo`.
    again.run("drafts discard; curve start; curve add 1 1 1; curve add 2 2 30; drafts restore");
    assert_eq!(shown(&again), before);
    again.run("undo");
    assert!(shown(&again).1.is_some_and(|path| path.points.len() == 2));
}

/// How much of the layer is drawn in the viewport in focus, in percent.
fn plan_layer(scripted: &Scripted) -> Option<u8> {
    match scripted.focused()?.picture {
        Picture::Slice(pass) => pass.layer.map(|layer| hotlight::session::percent(layer.opacity)),
        _ => None,
    }
}
