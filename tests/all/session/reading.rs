//! Scrolling, windowing, zooming, layouts, series and studies.

use std::sync::Arc;

use hotlight::command::Command;
use hotlight::render::Picture;
use hotlight::testing::Scripted;

use super::check;
use crate::support::phantom;

#[test]
fn the_newest_study_hangs_left_and_its_prior_right() {
    let scripted = Scripted::open(phantom());
    let plan = scripted.plan();
    let priors: Vec<bool> = plan.viewports.iter().map(|viewport| viewport.labels.is_prior).collect();
    assert_eq!(priors, [false, true]);
    assert!(plan.viewports.iter().all(|viewport| matches!(viewport.picture, Picture::Slice(_))));
}

#[test]
fn scrolling_stops_at_the_ends() {
    let count = Scripted::open(phantom()).plan().viewports[0].labels.number.expect("images").1;
    check("scroll first; scroll +1", &format!("viewport 1: 2/{count}"));
    check("scroll first; scroll -1", &format!("viewport 1: 1/{count}"));
    check("scroll last; scroll +10", &format!("viewport 1: {count}/{count}"));
    check("scroll to 3", &format!("viewport 1: 3/{count}"));
}

#[test]
fn windows_come_from_the_image_presets_digits_and_numbers() {
    check("reset", "W 400 L 40 HU soft");
    check("window own 2", "W 1500 L -600 HU lung");
    check("window preset bone", "W 1800 L 400 HU bone");
    check("window slot 2", "W 1500 L -600 HU lung");
    check("window set 100.5 10", "W 10 L 100.5 HU");
    check("window preset nonsense", "W 400 L 40 HU soft");
    check("window own 7", "W 400 L 40 HU soft");
    check("invert", "inverted");
    check("invert; invert", "W 400 L 40 HU soft · zoom");
}

#[test]
fn zoom_fits_magnifies_and_resets() {
    // A 64×64 image in a cell of 399×600.
    check("zoom fit", "zoom 623 %");
    check("zoom 1:1", "zoom 100 %");
    check("zoom 1:1; zoom by 2.5", "zoom 250 %");
    check("zoom 1:1; pan 10 10; reset", "zoom 623 %");
}

#[test]
fn one_to_one_needs_no_interpolation_and_says_so() {
    let mut scripted = Scripted::open(phantom());
    let badges = |scripted: &Scripted| {
        let viewport = scripted.focused().expect("a viewport");
        viewport.labels.badges.into_iter().map(|badge| badge.text).collect::<Vec<_>>()
    };
    assert!(badges(&scripted).contains(&"interpolated".to_owned()));
    scripted.run("zoom 1:1");
    assert!(!badges(&scripted).contains(&"interpolated".to_owned()));
}

#[test]
fn layouts_keep_what_hangs_and_focus_walks_in_a_circle() {
    check("layout 2x2; viewport 4", "viewport 4: empty");
    check("layout 2x2; viewport previous", "viewport 4: empty");
    check("layout 2x2; viewport right; viewport down", "viewport 4: empty");
    check("layout 2x2; viewport 4; viewport left; viewport up; viewport up", "viewport 1: ");
    check("layout 2x2; full; viewport down", "viewport 3: empty");
    check("layout 2x2; viewport 4; viewport next", "viewport 1: ");
    check("viewport 2; scroll first; layout 1x1; layout 1x2; viewport 2", "viewport 2: 1/");
    check("viewport 2; layout 1x1", "viewport 1: ");
    check("viewport 3", "viewport 1: ");
}

/// Files arrive in batches; those that come later may lie before the image on screen.
#[test]
fn a_picture_does_not_move_when_more_images_arrive() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let files = hotlight::phantom::Phantom::chest_ct().small().write_into(folder.path()).expect("a study");
    let (early, late) = (folder.path().join("early"), folder.path().join("late"));
    for (index, file) in files.iter().enumerate() {
        let part = if index >= files.len() / 2 { &early } else { &late };
        std::fs::create_dir_all(part).expect("a folder");
        std::fs::rename(file, part.join(file.file_name().expect("a name"))).expect("a move");
    }
    let mut scripted = Scripted::open(&early);
    scripted.run("scroll first");
    let Picture::Slice(before) = scripted.focused().expect("a viewport").picture else { panic!("an image") };
    scripted.run(&format!("open {}", late.display()));
    let viewport = scripted.focused().expect("a viewport");
    let Picture::Slice(after) = viewport.picture else { panic!("an image") };
    assert_eq!(before.frame, after.frame);
    assert_eq!(viewport.labels.number, Some((files.len() / 2 + 1, files.len())));
}

#[test]
fn an_empty_viewport_takes_a_series_by_command() {
    check("layout 2x2; viewport 3; series next", "viewport 3: ");
    let mut scripted = Scripted::open(phantom());
    scripted.run("layout 2x2; viewport 3; series next");
    let viewport = scripted.focused().expect("a viewport");
    assert!(matches!(viewport.picture, Picture::Slice(_)), "{:?}", viewport.picture);
}

#[test]
fn another_study_takes_the_place_of_the_one_shown() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("study next");
    assert!(scripted.focused().expect("a viewport").labels.is_prior);
    scripted.run("study next");
    assert!(!scripted.focused().expect("a viewport").labels.is_prior);
}

#[test]
fn letters_say_how_the_patient_lies() {
    let letters = Scripted::open(phantom()).plan().viewports[0].labels.letters.clone();
    let four = [letters.left, letters.right, letters.top, letters.bottom];
    assert_eq!(four, ["R", "L", "A", "P"]);
}

#[test]
fn the_palette_finds_by_words_and_takes_the_choice() {
    check("panel palette; type lung preset; accept", "W 1500 L -600 HU lung");
    check("panel palette; type invert; accept", "inverted");
    check("panel palette; type scroll to 2; accept", "viewport 1: 2/");
    // A whole command is meant as typed, though the list offers `zoom by 1.25` for it.
    check("zoom 1:1; panel palette; type zoom by 2; accept", "zoom 200 %");
    let mut scripted = Scripted::open(phantom());
    scripted.run("panel palette; type no such thing; accept");
    assert!(scripted.reading.session.panel.is_some(), "a palette with nothing to take stays open");
    scripted.run("cancel");
    assert!(scripted.reading.session.panel.is_none());
}

#[test]
fn what_the_palette_carries_out_is_in_the_journal() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("panel palette; type invert; accept");
    let journal = scripted.reading.journal();
    let journal = journal.lock().expect("a journal");
    assert_eq!(journal.lines().last(), Some("invert"));
}

#[test]
fn a_macro_carries_out_its_commands_and_each_is_in_the_journal() {
    let mut scripted = Scripted::open(phantom());
    let commands = ["window set 10 20", "invert"].map(|text| Command::parse(text).expect(text)).to_vec();
    scripted.reading.session.settings.macros = Arc::new([("mine".to_owned(), commands)].into());
    scripted.run("macro mine");
    assert!(scripted.words().contains("W 20 L 10 HU · inverted"), "{}", scripted.words());
    {
        let journal = scripted.reading.journal();
        let journal = journal.lock().expect("a journal");
        let lines: Vec<&str> = journal.lines().collect();
        assert!(lines.ends_with(&["macro mine", "window set 10 20", "invert"]), "{lines:?}");
    }
    // Each is taken back by itself.
    scripted.run("undo; panel palette; type macro mi");
    let choices = scripted.reading.session.palette_choices();
    assert_eq!(choices.last().map(|choice| choice.title.as_str()), Some("Macro mine"));
    scripted.run("choose +1; accept");
    assert!(scripted.words().contains("W 20 L 10 HU · inverted"), "{}", scripted.words());
    scripted.run("macro nobodys");
    let told = &scripted.reading.session.messages.last().expect("a message").text;
    assert_eq!(told, "There is no macro 'nobodys': keymap.toml has them in [macros].");
}

#[test]
fn the_path_field_opens_what_was_typed() {
    let mut scripted = Scripted::empty();
    scripted.run(&format!("panel open; type {}; accept", phantom().display()));
    assert!(scripted.words().starts_with("viewport 1: 5/9"), "{}", scripted.words());
    scripted.run("panel open; accept");
    assert!(scripted.reading.session.panel.is_none(), "an empty field closes and opens nothing");
}

#[test]
fn news_is_told_until_the_reader_goes_on() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("window preset nonsense");
    assert!(scripted.reading.session.has_news);
    scripted.run("scroll +1");
    assert!(!scripted.reading.session.has_news);
}

#[test]
fn another_series_where_there_is_none_changes_nothing_and_says_so() {
    check("scroll first; window set 10 20; invert; series next", "/9 · W 20 L 10 HU · inverted");
    let mut scripted = Scripted::open(phantom());
    scripted.run("series next");
    let message = scripted.reading.session.messages.last().expect("a message");
    assert_eq!(message.text, "There is no other one to show.");
}

#[test]
fn the_journal_holds_every_command_and_no_path() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("scroll +1; panel open; type ZZCANARY^DIR; cancel");
    let journal = scripted.reading.journal();
    let journal = journal.lock().expect("a journal");
    let lines: Vec<&str> = journal.lines().collect();
    assert_eq!(lines, ["open ⟨phi⟩", "scroll +1", "panel open", "type ⟨phi⟩", "cancel"]);
}

#[test]
fn the_plan_as_text_holds_no_patient() {
    let text = format!("{:#?}", Scripted::open(phantom()).plan());
    assert!(text.contains("⟨phi⟩"), "the identity is in the plan");
    assert!(!text.contains("ZZ"), "{text}");
}
