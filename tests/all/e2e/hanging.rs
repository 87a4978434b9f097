//! A whole reading by keys: a chest with its prior, from the list to the next study.

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::Writer;
use hotlight::phantom::{BreastPhantom, Phantom};
use serde_json::Value;
use tempfile::TempDir;

use super::archive::{Archive, open_first};
use super::desktop::{Desktop, Running};
use super::picture_of;

/// What a reader may need besides scrolling; every key of a sequence counts.
const INPUTS_MAX: usize = 14;

/// Presses keys one after the other, and counts them.
struct Hand<'a> {
    running: &'a Running,
    inputs: usize,
}

impl Hand<'_> {
    fn press(&mut self, keys: &[&str]) {
        for key in keys {
            self.running.key(key);
            self.inputs += 1;
        }
    }

    /// Scrolling is not counted.
    fn scroll(&self, notches: usize) {
        for _ in 0..notches {
            self.running.key("Down");
        }
    }

    /// Waits for a stage of a protocol.
    fn see_stage(&self, protocol: &str, stage: usize) {
        self.running.wait_for(|event| is_stage(event, protocol, stage));
    }
}

pub(super) fn is_stage(event: &Value, protocol: &str, stage: usize) -> bool {
    event["event"] == "hung" && event["protocol"] == protocol && event["stage"] == stage
}

/// A chest, `current`, and that of two years before, `prior`; and what is read after them.
pub(super) fn studies() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let current = Phantom::chest_ct().small();
    for (phantom, name) in [(current.prior(), "prior"), (current, "current")] {
        phantom.write_into(&folder.path().join(name)).expect("files");
    }
    // What is read after it: another patient's.
    Writer::new(uids::CT_IMAGE_STORAGE, "2.25.77.1")
        .text(tags::STUDY_INSTANCE_UID, "2.25.77")
        .text(tags::SERIES_INSTANCE_UID, "2.25.77.2")
        .text(tags::PATIENT_NAME, "ZZCANARY^OTHER")
        .text(tags::PATIENT_ID, "4712")
        .text(tags::STUDY_DATE, "20261101")
        .text(tags::STUDY_TIME, "120000")
        .text(tags::STUDY_DESCRIPTION, "CT foot")
        .text(tags::MODALITY, "CT")
        .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 0.0])
        .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
        .gray_16(4, 4, false)
        .pixels(&[7; 16])
        .write_to(&folder.path().join("next.dcm"))
        .expect("a file");
    folder
}

#[test]
fn a_chest_with_its_prior_is_read_by_few_keys() {
    let folder = studies();
    let archive = Archive::start(folder.path());
    let desktop = Desktop::start();
    let files =
        [("peers.toml", archive.peers()), ("config.toml", "[viewer]\nhang = \"protocols\"\n".to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let running = desktop.run_with(&files, &["--set", "studies.days=0"]);
    running.wait_for(|event| event["event"] == "window-shown");
    running.focus_window();
    running.wait_for(|event| event["name"] == "studies");
    open_first(&running);
    let mut hand = Hand { running: &running, inputs: 0 };
    // Opening it from the list took one key; the others of the helper above only waited for the archive.
    hand.inputs += 1;
    // The place of the prior was kept, and filled when it came: nobody asked for it.
    hand.see_stage("ct-chest-compare", 1);
    running.wait_for(|frame| frame["event"] == "frame" && frame["viewport"] == 1);
    // Soft tissue first; then the window for lungs, and back.
    hand.scroll(2);
    picture_of(&running, "scroll +1");
    hand.press(&["space"]);
    hand.see_stage("ct-chest-compare", 2);
    hand.scroll(2);
    // Coronal sections of both.
    hand.press(&["space"]);
    hand.see_stage("ct-chest-compare", 3);
    // Back to compare at a finding, both going along.
    hand.press(&["shift+space"]);
    running.wait_for_times(2, |event| is_stage(event, "ct-chest-compare", 2));
    hand.scroll(3);
    // Three windows.
    hand.press(&["3", "1", "2"]);
    // Where all three come within one picture, the last makes it.
    running.wait_for(|event| event["event"] == "command" && event["name"] == "window slot 2");
    // And the next study of the list: the same key once more, since not all images were seen.
    hand.press(&["ctrl+Page_Down"]);
    running.wait_for_times(1, |event| event["event"] == "command" && event["name"] == "study next");
    hand.press(&["ctrl+Page_Down"]);
    hand.see_stage("generic", 1);
    assert!(hand.inputs <= INPUTS_MAX, "{}", hand.inputs);
    let by_mouse = running.has(|event| event["event"] == "command" && event["source"] == "mouse");
    assert!(!by_mouse);
    running.end();
}

#[test]
fn four_views_of_the_breasts_hang_with_their_chest_walls_facing() {
    let folder = TempDir::new().expect("a folder");
    BreastPhantom::screening().small().write_into(folder.path()).expect("files");
    let desktop = Desktop::start();
    let protocols = [("config.toml", "[viewer]\nhang = \"protocols\"\n")];
    let running = desktop.run_with(&protocols, &[&folder.path().display().to_string()]);
    running.wait_for(|event| is_stage(event, "mammo-screening", 1));
    running.wait_for(|event| event["event"] == "window-shown");
    running.fill_the_screen();
    // Only the images: no strip and no tools.
    running.key("F11");
    running.wait_for(|event| event["event"] == "command" && event["name"] == "chrome");
    for viewport in 0..4 {
        running.wait_for(|frame| frame["event"] == "frame" && frame["viewport"] == viewport);
    }
    // Across each row of views: dark air at both edges of the screen, and tissue on both sides of the middle, without a gap.
    for row in [300, 780] {
        running.see(&format!("row {row}"), |shot| {
            let mean = |from: usize, to: usize| shot.mean(row, from..to);
            let (left, middle, right) = (mean(10, 60), [mean(930, 958), mean(962, 990)], mean(1860, 1910));
            left < 20.0 && right < 20.0 && middle.iter().all(|side| *side > 40.0)
        });
    }
    running.end();
}
