//! A whole reading from the keyboard, on a real desktop: every key becomes its command, and no hand touches the mouse.

use super::desktop::Desktop;
use super::picture_of;
use crate::support::phantom;

#[test]
fn a_study_is_read_without_a_mouse() {
    let desktop = Desktop::start();
    let running = desktop.run(&[&phantom().display().to_string()]);
    running.wait_for(|event| event["event"] == "first-image");
    running.wait_for(|event| event["event"] == "series-complete" && event["viewport"] == 0);
    running.focus_window();
    // xdotool's names of the keys, and what they say to the program.
    for (keys, commands) in [
        (&["d", "4"][..], &["layout 2x2"][..]),
        (&["ctrl+3", "Right"], &["viewport 3", "series next"]),
        (&["n", "4"], &["tiles 2x2"]),
        (&["ctrl+1", "u"], &["viewport 1", "full"]),
        (&["j", "3", "Return"], &["panel jump", "accept", "scroll to 3"]),
        (&["2", "r", "shift+f", "i"], &["window slot 2", "rotate right", "flip vertical", "invert"]),
        (&["shift+s", "equal", "minus"], &["filter smooth", "zoom 1:1", "zoom fit"]),
        (&["l", "shift+Right", "Return"], &["tool length", "pointer step 1 0", "pointer click"]),
        (&["ctrl+shift+Right", "Return"], &["pointer step 10 0"]),
        (&["ctrl+z", "ctrl+shift+z", "Delete"], &["undo", "redo", "mark delete"]),
        (&["u", "y", "Next"], &["link all", "scroll +10"]),
        (&["o", "F11", "F11"], &["overlay text next", "chrome"]),
        (&["shift+F10", "Escape", "ctrl+comma", "Escape"], &["panel menu", "panel settings", "cancel"]),
    ] {
        for key in keys {
            running.key(key);
        }
        for command in commands {
            let trace = running.wait_for(|event| event["event"] == "command" && event["name"] == *command);
            let event = trace.iter().rfind(|event| event["name"] == *command).expect("the command");
            let source = event["source"].as_str().expect("a source");
            assert!(["key", "palette"].contains(&source), "{command} came from {source}");
        }
    }
    running.key("Home");
    let (_, frames) = picture_of(&running, "scroll first");
    assert_eq!(frames[0]["image"], 1);
    running.end();
}
