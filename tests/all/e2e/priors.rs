//! The prior of the study that is read hangs beside it by keys, and goes by the same.

use serde_json::Value;

use super::archive::{Archive, open_first};
use super::desktop::Desktop;
use super::picture_of;
use crate::support::phantom;

#[test]
fn the_prior_hangs_beside_by_two_keys_and_follows() {
    let desktop = Desktop::start();
    let running = desktop.run(&[&phantom().display().to_string()]);
    running.wait_for(|event| event["event"] == "first-image");
    running.wait_for(|event| event["event"] == "series-complete" && event["viewport"] == 0);
    running.focus_window();
    for key in ["d", "1", "Home"] {
        running.key(key);
    }
    picture_of(&running, "scroll first");
    for key in ["g", "p"] {
        running.key(key);
    }
    let (event, _) = picture_of(&running, "prior toggle");
    assert_eq!(event["source"], "key");
    running.wait_for(|frame| {
        frame["event"] == "frame"
            && frame["viewport"] == 1
            && frame["frame"].as_u64() >= event["frame"].as_u64()
    });
    running.key("Down");
    let (_, frames) = picture_of(&running, "scroll +1");
    let moved: Vec<_> = frames.iter().map(|frame| (&frame["viewport"], &frame["image"])).collect();
    assert!(moved.contains(&(&0.into(), &2.into())), "{moved:?}");
    running.key("g");
    running.key("p");
    running.wait_for_times(2, |event| event["event"] == "command" && event["name"] == "prior toggle");
    running.key("Up");
    let (_, frames) = picture_of(&running, "scroll -1");
    let shown: Vec<_> = frames.iter().map(|frame| &frame["viewport"]).collect();
    assert_eq!(shown, [&0], "the prior is gone");
    running.end();
}

#[test]
fn a_study_of_an_archive_is_opened_from_the_list_and_its_prior_hung_beside_it_by_keys() {
    let archive = Archive::start(phantom());
    let peers = archive.peers();
    let desktop = Desktop::start();
    let running = desktop.run_with(&[("peers.toml", &peers)], &["--set", "studies.days=0"]);
    running.wait_for(|event| event["event"] == "window-shown");
    running.focus_window();
    // Where nothing is opened and there is an archive, the list is.
    running.wait_for(|event| event["name"] == "studies");
    open_first(&running);
    // The prior comes behind the study that is read, and then by two keys.
    let is_whole = |event: &Value, images: usize| {
        event["event"] == "retrieve" && event["outcome"] == "whole" && event["expected"] == images
    };
    running.wait_for(|event| is_whole(event, 9));
    running.wait_for(|event| is_whole(event, 5));
    assert!(!running.has(|frame| frame["event"] == "frame" && frame["viewport"] == 1), "nobody asked for it");
    running.key("g");
    running.key("p");
    running.wait_for(|event| event["event"] == "prefetch-hit");
    running.wait_for(|frame| frame["event"] == "frame" && frame["viewport"] == 1);
    running.end();
}
