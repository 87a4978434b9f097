//! Studies hang by protocols: what stands where, what stays when more comes, and what goes along.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use hotlight::app::CommandSource;
use hotlight::command::Command;
use hotlight::dicom::{FrameKey, Writer};
use hotlight::hanging::{Level, ProtocolFile, Protocols, shipped};
use hotlight::render::Picture;
use hotlight::session::{Effect, Event, Justify, ScreenMonitor, Zoom};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use tempfile::TempDir;

/// A series of axial images, 5 mm apart: study, number, kernel.
fn series(folder: &Path, study: &str, date: &str, (number, kernel): (u16, &str), planes: u16) {
    for plane in 0..planes {
        let uid = format!("2.25.{study}.{number}.{plane}");
        Writer::new(uids::CT_IMAGE_STORAGE, &uid)
            .text(tags::STUDY_INSTANCE_UID, &format!("2.25.{study}"))
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.{study}.{number}"))
            .text(tags::FRAME_OF_REFERENCE_UID, &format!("2.25.{study}.8"))
            .text(tags::PATIENT_NAME, "ZZCANARY^JANE")
            .text(tags::PATIENT_ID, "4711")
            .text(tags::STUDY_DATE, date)
            .text(tags::STUDY_TIME, "120000")
            .text(tags::STUDY_DESCRIPTION, "CT chest")
            .text(tags::MODALITY, "CT")
            .text(tags::STATION_NAME, "ROOM ONE")
            .text(tags::PROTOCOL_NAME, &format!("Chest {kernel}"))
            .text(tags::CONVOLUTION_KERNEL, kernel)
            .text(tags::SERIES_DESCRIPTION, kernel)
            .number(tags::SERIES_NUMBER, number)
            .number(tags::INSTANCE_NUMBER, plane + 1)
            .decimals(tags::SLICE_THICKNESS, &[5.0])
            .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 5.0 * f64::from(plane)])
            .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
            .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
            .gray_16(4, 4, false)
            .pixels(&[7; 16])
            .write_to(&folder.join(format!("{study}-{number}-{plane}")))
            .expect("a file");
    }
}

/// A chest of two kernels.
fn chest(folder: &Path, study: &str, date: &str, planes: u16) {
    series(folder, study, date, (2, "B70f"), planes);
    series(folder, study, date, (3, "B30f"), planes);
}

/// The program with these protocols and nothing open.
fn with_protocols(files: &[ProtocolFile]) -> Scripted {
    let (protocols, errors) = Protocols::read(files);
    assert!(errors.is_empty(), "{errors:#?}");
    let mut scripted = Scripted::empty();
    scripted.reading.session.settings.protocols = Arc::new(protocols);
    scripted
}

fn open(scripted: &mut Scripted, folder: &Path) {
    scripted.run(&format!("open {}", folder.display()));
}

/// Of each viewport on screen: study and series number, the image from 1, and its window.
fn hung(scripted: &Scripted) -> Vec<String> {
    let plan = scripted.plan();
    let words = plan.viewports.iter().map(|viewport| {
        let shown = &scripted.reading.session.screens[0].viewports[viewport.index];
        let Some(source) = &shown.source else {
            let why = scripted.reading.session.why_empty(0, viewport.index);
            return why.unwrap_or("nothing").to_owned();
        };
        let kind = if shown.reformat.is_some() { "section" } else { "image" };
        let series = source.display_set.series.as_str().trim_start_matches("2.25.");
        let window = match &shown.look.voi {
            hotlight::session::VoiChoice::Preset { name, .. } => name.as_str(),
            _ => "own",
        };
        format!("{series} {kind} {} {window}", source.index + 1)
    });
    words.collect()
}

#[track_caller]
fn check(scripted: &mut Scripted, commands: &str, expected: &[&str]) {
    if !commands.is_empty() {
        scripted.run(commands);
    }
    assert_eq!(hung(scripted), expected, "{commands}: {:?}", scripted.reading.session.messages.last());
}

fn stage(scripted: &Scripted) -> String {
    let hung = scripted.reading.session.hung.as_ref().expect("a study hangs");
    let winner = hung.winner().expect("a protocol");
    format!("{} {}/{} {}", winner.id, hung.stage + 1, winner.stages.len(), winner.stages[hung.stage].name)
}

#[test]
fn a_chest_hangs_beside_its_prior_stage_by_stage() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 9);
    chest(folder.path(), "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    assert_eq!(stage(&scripted), "ct-chest-compare 1/4 Lung, beside the prior");
    check(&mut scripted, "", &["1.2 image 1 lung", "2.2 image 1 lung"]);
    // The stage says that both go along by what they are apart; nothing is linked beside.
    assert!(!scripted.reading.session.links.any());
    check(&mut scripted, "scroll +2", &["1.2 image 3 lung", "2.2 image 3 lung"]);
    check(&mut scripted, "window preset bone", &["1.2 image 3 bone", "2.2 image 3 lung"]);
    check(&mut scripted, "stage next", &["1.3 image 1 mediastinum", "2.3 image 1 mediastinum"]);
    check(&mut scripted, "stage 4", &["1.2 section 1 lung", "2.2 section 1 lung"]);
    assert_eq!(stage(&scripted), "ct-chest-compare 4/4 Coronal, beside the prior");
    check(&mut scripted, "stage next", &["1.2 image 1 lung", "2.2 image 1 lung"]);
    check(&mut scripted, "stage 9", &["1.2 image 1 lung", "2.2 image 1 lung"]);
    let told = scripted.reading.session.messages.last().expect("a message").text.clone();
    assert_eq!(told, "There are 4 stages.");
}

/// A hand on the mouse needs no key to go on.
#[test]
fn the_menu_leads_to_other_stages_and_other_studies() {
    fn ways(scripted: &Scripted) -> Vec<(usize, String)> {
        let lines = scripted.reading.session.menu_lines(&scripted.reading.library).into_iter().enumerate();
        let leads = |title: &str| title.ends_with(" stage") || title.ends_with(" study");
        lines.map(|(place, line)| (place, line.title)).filter(|(_, title)| leads(title)).collect()
    }
    let folder = TempDir::new().expect("a folder");
    let (current, prior) = (folder.path().join("a"), folder.path().join("b"));
    for folder in [&current, &prior] {
        std::fs::create_dir(folder).expect("a folder");
    }
    chest(&current, "1", "20261120", 5);
    let mut scripted = with_protocols(&[]);
    open(&mut scripted, &current);
    assert!(ways(&scripted).is_empty(), "nothing else is there: {:?}", ways(&scripted));
    chest(&prior, "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    let found = ways(&scripted);
    let titles: Vec<&str> = found.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!(titles, ["Next stage", "Previous stage", "Next study", "Previous study"]);
    let take = |place: usize| format!("panel menu; choose +{}; accept", found[place].0);
    check(&mut scripted, &take(0), &["1.3 image 1 mediastinum", "2.3 image 1 mediastinum"]);
    check(&mut scripted, &take(1), &["1.2 image 1 lung", "2.2 image 1 lung"]);
    // The prior by itself.
    check(&mut scripted, &take(2), &["2.2 image 1 lung", "2.3 image 1 mediastinum"]);
}

#[test]
fn successive_images_stand_side_by_side_and_fill_their_tiles() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 9);
    let text = "schema = 1\nname = \"Tiles\"\n[sets.a]\npick = { kernel = \"lung\" }\n[[stages]]\nname = \"one\"\n\
         screens.main.grid = [\"A\"]\nviews.A = { set = \"a\", mode = \"tile\", tiles = \"2x2\", start = \"last\" }\n";
    let (id, level, text) = ("tiles".to_owned(), Level::User, text.to_owned());
    let mut scripted = with_protocols(&[ProtocolFile { id, level, path: None, text }]);
    open(&mut scripted, folder.path());
    check(&mut scripted, "", &["1.2 image 6 own"; 4]);
}

#[test]
fn an_offset_that_the_reader_makes_is_kept() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 9);
    chest(folder.path(), "2", "20240211", 9);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    // Without the stage's own links the prior is moved alone.
    let hung = scripted.reading.session.hung.take();
    scripted.run("viewport 2; scroll +3; viewport 1");
    scripted.reading.session.hung = hung;
    check(&mut scripted, "scroll +2", &["1.2 image 3 lung", "2.2 image 6 lung"]);
    // What does not go further waits, and comes back to where it was.
    check(&mut scripted, "scroll last", &["1.2 image 9 lung", "2.2 image 9 lung"]);
    check(&mut scripted, "scroll to 2", &["1.2 image 2 lung", "2.2 image 5 lung"]);
    // Of another series of the same study as well.
    check(&mut scripted, "series next", &["1.3 image 5 own", "2.2 image 5 lung"]);
    check(&mut scripted, "scroll +1", &["1.3 image 6 own", "2.2 image 6 lung"]);
}

#[test]
fn what_the_reader_has_touched_stays_and_the_rest_is_told() {
    let folder = TempDir::new().expect("a folder");
    let (current, prior) = (folder.path().join("a"), folder.path().join("b"));
    for folder in [&current, &prior] {
        std::fs::create_dir(folder).expect("a folder");
    }
    chest(&current, "1", "20261120", 5);
    chest(&prior, "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, &current);
    assert_eq!(stage(&scripted), "ct-chest 1/3 Lung and soft tissue");
    let before = hung(&scripted);
    scripted.run("scroll +1");
    let touched = hung(&scripted);
    assert_ne!(before, touched);
    open(&mut scripted, &prior);
    assert_eq!(hung(&scripted), touched, "a picture does not move");
    let told: Vec<&str> =
        scripted.reading.session.messages.iter().map(|message| message.text.as_str()).collect();
    let hint = "CT chest, beside the prior fits better now: `protocol again` hangs the study by it.";
    assert_eq!(told.iter().filter(|text| **text == hint).count(), 1, "{told:?}");
    check(&mut scripted, "protocol again", &["1.2 image 1 lung", "2.2 image 1 lung"]);

    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, &current);
    open(&mut scripted, &prior);
    check(&mut scripted, "", &["1.2 image 1 lung", "2.2 image 1 lung"]);
}

#[test]
fn another_reader_s_protocols_hang_the_next_study_and_move_nothing_of_this_one() {
    const MINE: &str = "schema = 1\nname = \"Mine\"\n[sets.a]\n[[stages]]\nname = \"one\"\n\
         screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";
    let folder = TempDir::new().expect("a folder");
    let (current, prior) = (folder.path().join("a"), folder.path().join("b"));
    for folder in [&current, &prior] {
        std::fs::create_dir(folder).expect("a folder");
    }
    chest(&current, "1", "20261120", 5);
    chest(&prior, "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, &current);
    let before = hung(&scripted);
    let file = ProtocolFile { id: "mine".to_owned(), level: Level::User, path: None, text: MINE.to_owned() };
    scripted.reading.session.change_reader(&scripted.reading.library);
    scripted.reading.session.settings.protocols = Arc::new(Protocols::read(&[file]).0);
    open(&mut scripted, &prior);
    assert_eq!(hung(&scripted), before, "nobody but the reader moves it");
    scripted.run("protocol again");
    assert_eq!(stage(&scripted), "mine 1/1 one");
}

#[test]
fn a_place_that_is_kept_says_why_it_is_empty() {
    let text = "schema = 1\nname = \"Mine\"\n[sets.a]\nprefer = \"first\"\n[sets.b]\npick = { modality = \"MR\" }\n\
                [[stages]]\nname = \"both\"\nscreens.main.grid = [\"A B\", \"A C\"]\n\
                views.A.set = \"a\"\nviews.B.set = \"b\"\nviews.C = { set = \"a\", start = \"last\" }\n";
    let mine = ProtocolFile { id: "mine".to_owned(), level: Level::User, path: None, text: text.to_owned() };
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 3);
    let files: Vec<ProtocolFile> = shipped().into_iter().chain([mine]).collect();
    let mut scripted = with_protocols(&files);
    open(&mut scripted, folder.path());
    assert_eq!(stage(&scripted), "mine 1/1 both");
    let kept = "none of the 2 series of the study fits";
    check(&mut scripted, "", &["1.2 image 1 own", kept, "1.2 image 3 own"]);
    check(&mut scripted, "layout 1x2", &["1.2 image 1 own", "nothing"]);
    check(&mut scripted, "protocol ct-chest", &["1.2 image 1 lung", "1.3 image 1 mediastinum"]);
    scripted.run("protocol ct-chst");
    let told = scripted.reading.session.messages.last().expect("a message").text.clone();
    assert_eq!(told, "There is no hanging protocol 'ct-chst' (did you mean 'ct-chest'?).");
    scripted.run("protocol mr-knee");
    let told = scripted.reading.session.messages.last().expect("a message").text.clone();
    assert_eq!(told, "mr-knee shows nothing of this study: it has none of its series.");
    check(&mut scripted, "", &["1.2 image 1 lung", "1.3 image 1 mediastinum"]);
}

/// A view of a breast: side, view, what its rows and columns lead to, and the side of a pixel.
fn breast(folder: &Path, number: u16, (side, view): (&str, &str), letters: [&str; 2], mm: f64) {
    let view = breast_view(number, (side, view), letters, mm);
    view.write_to(&folder.join(format!("{number}"))).expect("a file");
}

/// The same, to be changed and written.
fn breast_view(number: u16, (side, view): (&str, &str), letters: [&str; 2], mm: f64) -> Writer {
    Writer::new(uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION, &format!("2.25.5.{number}.1"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.5")
        .text(tags::SERIES_INSTANCE_UID, &format!("2.25.5.{number}"))
        .text(tags::PATIENT_NAME, "ZZCANARY^JANE")
        .text(tags::PATIENT_ID, "4711")
        .text(tags::STUDY_DATE, "20261120")
        .text(tags::MODALITY, "MG")
        .text(tags::IMAGE_LATERALITY, side)
        .text(tags::VIEW_POSITION, view)
        .text(tags::PATIENT_ORIENTATION, &letters.join("\\"))
        .text(tags::PRESENTATION_INTENT_TYPE, "FOR PRESENTATION")
        .number(tags::SERIES_NUMBER, number)
        .decimals(tags::IMAGER_PIXEL_SPACING, &[mm, mm])
        .gray_16(20, 10, false)
        .pixels(&[7; 200])
}

#[test]
fn chest_walls_face_each_other_at_one_size() {
    let folder = TempDir::new().expect("a folder");
    breast(folder.path(), 1, ("R", "CC"), ["P", "L"], 0.1);
    // Stored the other way round.
    breast(folder.path(), 2, ("L", "CC"), ["P", "R"], 0.1);
    breast(folder.path(), 3, ("R", "MLO"), ["P", "FL"], 0.1);
    // Of a finer detector.
    breast(folder.path(), 4, ("L", "MLO"), ["A", "FR"], 0.05);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    assert_eq!(stage(&scripted), "mammo-screening 1/2 Four views");
    check(&mut scripted, "", &["5.1 image 1 own", "5.2 image 1 own", "5.3 image 1 own", "5.4 image 1 own"]);
    let viewports = &scripted.reading.session.screens[0].viewports;
    let justified: Vec<Justify> = viewports.iter().map(|shown| shown.view.justify).collect();
    assert_eq!(justified, [Justify::Right, Justify::Left, Justify::Right, Justify::Left]);
    let flipped: Vec<bool> = viewports.iter().map(|shown| shown.view.turn.is_flipped()).collect();
    assert_eq!(flipped, [false, true, false, false]);
    assert!(viewports.iter().all(|shown| matches!(shown.view.zoom, Zoom::FitTo { .. })));
    // On screen: the walls touch in the middle, and a millimetre is as long in all four.
    let plan = scripted.plan();
    let letters: Vec<(String, String)> = plan
        .viewports
        .iter()
        .map(|viewport| {
            let letters = &viewport.labels.letters;
            (letters.left.clone(), letters.right.clone())
        })
        .collect();
    let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
    assert_eq!(letters, [pair("A", "P"), pair("P", "A"), pair("A", "P"), pair("P", "A")]);
}

/// What a view is made with besides stands within the code of the view, in whichever version of SNOMED. Rules MG-4, MG-13.
#[test]
fn spot_views_do_not_hang_among_the_four_and_have_a_stage_of_their_own() {
    let folder = TempDir::new().expect("a folder");
    for (number, place, letters) in [
        (1, ("R", "CC"), ["P", "L"]),
        (2, ("L", "CC"), ["A", "R"]),
        (3, ("R", "MLO"), ["P", "FL"]),
        (4, ("L", "MLO"), ["A", "FR"]),
    ] {
        breast(folder.path(), number, place, letters, 0.1);
    }
    let coded = |scheme: &str, code: &str| {
        Writer::item().text(tags::CODE_VALUE, code).text(tags::CODING_SCHEME_DESIGNATOR, scheme)
    };
    for (number, modifiers) in
        [(5, vec![("SRT", "R-102D7"), ("SCT", "399163009")]), (6, vec![("SCT", "399055006")])]
    {
        let modifiers = modifiers.into_iter().map(|(scheme, code)| coded(scheme, code));
        let view = coded("SCT", "399162004").sequence(tags::VIEW_MODIFIER_CODE_SEQUENCE, modifiers);
        let spot = breast_view(number, ("R", "CC"), ["P", "L"], 0.05);
        let spot = spot.sequence(tags::VIEW_CODE_SEQUENCE, [view]);
        spot.write_to(&folder.path().join(format!("{number}"))).expect("a file");
    }
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    assert_eq!(stage(&scripted), "mammo-screening 1/3 Four views");
    check(&mut scripted, "", &["5.1 image 1 own", "5.2 image 1 own", "5.3 image 1 own", "5.4 image 1 own"]);
    check(&mut scripted, "stage next", &["5.5 image 1 own", "5.6 image 1 own"]);
    assert_eq!(stage(&scripted), "mammo-screening 2/3 Spot and magnification");
    let words = scripted.focused().expect("a viewport").labels.top_right.join("\n");
    assert!(words.contains("R CC · S/M"), "{words}");
}

/// The images that stages beside the one on screen begin with, once their pixels are here.
fn ahead(scripted: &mut Scripted) -> Vec<FrameKey> {
    let reading = &scripted.reading;
    let upcoming = reading.session.upcoming(&reading.library);
    let images = upcoming.iter().filter(|it| it.shows_images).flat_map(|it| it.images(&reading.library));
    let keys: Vec<FrameKey> = images.map(hotlight::study::Image::key).collect();
    let mut found = Vec::new();
    scripted.wait_for(&format!("all of {keys:?} have come"), |scripted| {
        let ahead = hotlight::render::ahead(&scripted.reading.session, &scripted.reading.library);
        found = ahead.into_iter().map(|(pass, _)| pass.frame).collect();
        found.len() == keys.len()
    });
    found
}

/// Forwards and backwards, round all stages: nothing is drawn that could not be on the card already.
#[test]
fn a_change_of_stage_plans_only_images_that_were_sent_ahead() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 9);
    chest(folder.path(), "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    let mut planned = 0;
    for command in
        ["stage next", "stage previous", "stage previous", "stage next", "stage next", "stage next"]
    {
        let ahead = ahead(&mut scripted);
        scripted.run(command);
        for viewport in scripted.plan().viewports {
            if let Picture::Slice(pass) = viewport.picture {
                assert!(ahead.contains(&pass.frame), "{command}: {:?} of {ahead:?}", pass.frame);
                planned += 1;
            }
        }
    }
    assert_eq!(planned, 10, "of six stages one is of sections");
}

#[test]
fn the_next_stage_is_here_before_it_is_asked_for() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 9);
    chest(folder.path(), "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    let next: Vec<FrameKey> = scripted
        .reading
        .library
        .display_sets()
        .filter(|(_, series, _)| series.attributes.number == Some(3))
        .map(|(.., set)| set.images[0].key())
        .collect();
    assert_eq!(next.len(), 2);
    scripted.wait_for("the next stage is here", |scripted| {
        let is_here = |key| scripted.reading.library.frame(key).and_then(FrameState::ready).is_some();
        next.iter().all(is_here)
    });
    // Planned in the same breath: one picture.
    let command = Command::parse("stage next").expect("a command");
    scripted.reading.command(&command, CommandSource::Script);
    let plan = scripted.plan();
    assert!(plan.viewports.iter().all(|viewport| matches!(viewport.picture, Picture::Slice(_))));
}

#[test]
fn what_is_on_screen_becomes_a_protocol_that_hangs_it_again() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 9);
    chest(folder.path(), "2", "20240211", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    scripted.run("viewport 2; hang 2; viewport 1; window preset bone; plane coronal; slab 10; projection mip; viewport 2; invert");
    let before = hung(&scripted);
    let command = Command::parse("protocol capture Mine, of today").expect("a command");
    let session = &mut scripted.reading.session;
    let effects = session.apply(&command, &scripted.reading.library);
    let [Effect::SaveProtocol(captured)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(captured.id, "mine-of-today");
    assert!(!captured.text.contains("ZZCANARY") && !captured.text.contains("4711"), "{}", captured.text);
    let named = captured.overrides.join("; ");
    assert!(named.contains("ct-chest-compare (shipped)"), "{named}");
    let mine =
        ProtocolFile { id: captured.id.clone(), level: Level::User, path: None, text: captured.text.clone() };
    let files: Vec<ProtocolFile> = shipped().into_iter().chain([mine]).collect();
    let mut again = with_protocols(&files);
    open(&mut again, folder.path());
    assert_eq!(stage(&again), "mine-of-today 1/1 Mine, of today");
    assert_eq!(hung(&again), before);
    let look = |scripted: &Scripted| {
        let viewports = &scripted.reading.session.screens[0].viewports;
        let slabs: Vec<_> = viewports.iter().map(|shown| shown.reformat.map(|it| it.slab_mm)).collect();
        let inverted: Vec<_> = viewports.iter().map(|shown| shown.look.is_inverted).collect();
        (slabs, inverted)
    };
    assert_eq!(look(&again), look(&scripted));
    assert_eq!(look(&again), (vec![Some(10.0), None], vec![false, true]));
}

/// A protocol of two screens on a chest of two series, each of which hangs on one.
fn on_two_screens(folder: &Path) -> Scripted {
    let text = "schema = 1\nname = \"Two\"\n[sets.a]\nprefer = \"first\"\n[sets.b]\nprefer = \"last\"\n\
                [[stages]]\nname = \"both\"\nscreens.main.grid = [\"A\"]\nscreens.second.grid = [\"B\"]\n\
                views.A.set = \"a\"\nviews.B.set = \"b\"\nsync = [{ views = [\"A\", \"B\"], on = [\"scroll\"] }]\n";
    let two = ProtocolFile { id: "two".to_owned(), level: Level::User, path: None, text: text.to_owned() };
    chest(folder, "1", "20261120", 3);
    let mut scripted = with_protocols(&[two]);
    open(&mut scripted, folder);
    scripted
}

/// The series that each window shows.
fn series_in(scripted: &Scripted) -> Vec<Vec<&str>> {
    let shown = scripted.reading.session.screens.iter().map(|screen| {
        let sources = screen.visible().filter_map(|(_, viewport)| viewport.source.as_ref());
        sources.map(|source| source.display_set.series.as_str()).collect()
    });
    shown.collect()
}

fn give_roles(scripted: &mut Scripted, roles: [(u32, &str); 2]) {
    for (screen, role) in roles {
        let monitor = ScreenMonitor { role: Some(role.to_owned()), ..ScreenMonitor::default() };
        scripted.reading.event(&Event::ScreenOnMonitor { screen, monitor: Ok(monitor) });
    }
}

const FIRST: &str = "2.25.1.2";
const LAST: &str = "2.25.1.3";

/// The role of a monitor decides, and where a monitor has none, the order of the windows.
#[test]
fn screens_of_a_protocol_hang_on_the_monitors_of_their_roles() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = on_two_screens(folder.path());
    // With one window both stand in it, and nothing is left out.
    assert_eq!(series_in(&scripted), [vec![FIRST, LAST]]);
    scripted.run("screen open; protocol again");
    assert_eq!(series_in(&scripted), [vec![FIRST], vec![LAST]]);
    give_roles(&mut scripted, [(0, "second"), (1, "main")]);
    assert_eq!(series_in(&scripted), [vec![LAST], vec![FIRST]]);
    let command = Command::parse("protocol capture Mine").expect("a command");
    let effects = scripted.reading.session.apply(&command, &scripted.reading.library);
    let [Effect::SaveProtocol(captured)] = effects.as_slice() else { panic!("{effects:?}") };
    for screen in ["screens.main.grid", "screens.second.grid"] {
        assert!(captured.text.contains(screen), "{}", captured.text);
    }
    // A window that goes takes nothing with it.
    scripted.run("screen 2; screen close; stage next");
    assert_eq!(series_in(&scripted), [vec![FIRST, LAST]]);
}

/// Windows that open by themselves or are closed by the desktop: three screens become two and two one, and back.
#[test]
fn what_hangs_goes_to_the_windows_that_there_are_until_it_is_touched() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = on_two_screens(folder.path());
    scripted.reading.event(&Event::ScreensNeeded(1));
    assert_eq!(series_in(&scripted), [vec![FIRST], vec![LAST]]);
    assert_eq!(scripted.reading.session.focus.screen, 0, "keys stay where they were");
    scripted.reading.event(&Event::ScreensNeeded(1));
    assert_eq!(series_in(&scripted), [vec![FIRST], vec![LAST], vec![]], "there is no third screen");
    give_roles(&mut scripted, [(2, "main"), (0, "second")]);
    assert_eq!(series_in(&scripted), [vec![LAST], vec![], vec![FIRST]]);
    scripted.reading.event(&Event::ScreenClosed { screen: 2 });
    assert_eq!(series_in(&scripted), [vec![LAST], vec![FIRST]]);
    scripted.reading.event(&Event::ScreenClosed { screen: 1 });
    assert_eq!(series_in(&scripted), [vec![FIRST, LAST]]);
    scripted.run("scroll +1");
    scripted.reading.event(&Event::ScreensNeeded(1));
    assert_eq!(series_in(&scripted), [vec![FIRST, LAST], vec![]], "the reader has touched it");
    scripted.run("protocol again");
    assert_eq!(series_in(&scripted), [vec![LAST], vec![FIRST]]);
}

/// A window before it was closed: what is known of the others goes by their new places.
#[test]
fn a_touched_stage_keeps_its_windows_when_one_of_them_is_closed() {
    let folder = TempDir::new().expect("a folder");
    let mut scripted = on_two_screens(folder.path());
    scripted.reading.event(&Event::ScreensNeeded(2));
    give_roles(&mut scripted, [(2, "second"), (0, "main")]);
    assert_eq!(series_in(&scripted), [vec![FIRST], vec![], vec![LAST]]);
    scripted.run("scroll +1");
    scripted.reading.event(&Event::ScreenClosed { screen: 1 });
    assert_eq!(series_in(&scripted), [vec![FIRST], vec![LAST]]);
    let goes_along = |window| scripted.reading.session.goes_along((window, 0));
    assert!(goes_along(0) && goes_along(1), "what went along still does");
}

/// Protocols as they are read again while the program runs.
fn configure(scripted: &mut Scripted, files: &[ProtocolFile]) {
    let (protocols, errors) = Protocols::read(files);
    assert!(errors.is_empty(), "{errors:#?}");
    let mut settings = scripted.reading.session.settings.clone();
    settings.protocols = Arc::new(protocols);
    scripted.reading.event(&Event::Configured { settings: Box::new(settings), lines: Vec::new() });
    scripted.settle();
}

fn mine(id: &str, name: &str, when: &str, pick: &str) -> ProtocolFile {
    let text = format!(
        "schema = 1\nname = \"{name}\"\n[when]\n{when}\n[sets.a]\npick = {{ {pick} }}\n[[stages]]\nname = \"one\"\n\
         screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n"
    );
    ProtocolFile { id: id.to_owned(), level: Level::User, path: None, text }
}

/// The attributes that images are read with are those that protocols asked for when the program began.
#[test]
fn an_attribute_that_a_protocol_asks_for_anew_is_read_of_studies_that_are_here() {
    let folder = TempDir::new().expect("a folder");
    chest(folder.path(), "1", "20261120", 5);
    let mut scripted = with_protocols(&shipped());
    open(&mut scripted, folder.path());
    assert_eq!(stage(&scripted), "ct-chest 1/3 Lung and soft tissue");
    let first =
        mine("first", "First", "tag = { ProtocolName = \"/^Chest/\" }", "tag = { ProtocolName = \"B30f\" }");
    configure(&mut scripted, &shipped().into_iter().chain([first.clone()]).collect::<Vec<_>>());
    let is_taken = |session: &hotlight::session::Session, id: &str| {
        session.hung.as_ref().is_some_and(|hung| hung.winner().is_some_and(|winner| winner.id == id))
    };
    scripted.wait_until("it hangs by what it says", |session| is_taken(session, "first"));
    scripted.settle();
    check(&mut scripted, "", &["1.3 image 1 own"]);
    // One that the reader has touched does not move; what it would hang by is told.
    scripted.run("scroll +1");
    let when = "modality = \"CT\"\ntag = { StationName = \"ROOM ONE\" }";
    let second = mine("second", "Second", when, "kernel = \"lung\"");
    configure(&mut scripted, &[first, second]);
    let told = "Second fits better now: `protocol again` hangs the study by it.";
    scripted.wait_until("it is told", |session| session.messages.iter().any(|message| message.text == told));
    check(&mut scripted, "", &["1.3 image 2 own"]);
    check(&mut scripted, "protocol again", &["1.2 image 1 own"]);
}
