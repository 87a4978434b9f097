//! No build is cleared, and each says so: whatever is set, whatever is shown.

use std::sync::PoisonError;

use egui_kittest::kittest::Queryable;
use hotlight::config::Sources;
use hotlight::session::SettingLine;
use tempfile::TempDir;

use super::Window;

/// The most values of a setting that are tried in one direction: all words of every choice, and the steps of a number.
const VALUES_MAX: usize = 4;

impl Window {
    fn setting(&self, key: &str) -> SettingLine {
        let desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = &desk.reading.session.setting_lines;
        lines.iter().find(|line| line.key == key).expect(key).clone()
    }

    /// The notice is there, and inside the window.
    fn check_notice(&self, after: &str) {
        let window = self.harness.ctx.content_rect();
        let notices = self.harness.query_all_by_label("not for diagnosis");
        let places: Vec<egui::Rect> = notices.map(|notice| notice.rect()).collect();
        assert!(places.iter().any(|place| window.contains_rect(*place)), "{after}: {places:?} in {window:?}");
    }
}

#[test]
fn no_setting_takes_the_notice_away() {
    let folder = TempDir::new().expect("a folder");
    let mut window =
        Window::with(Sources { config_dir: Some(folder.path().to_path_buf()), ..Sources::default() });
    window.check_notice("the start");
    let keys: Vec<&str> = {
        let desk = window.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.reading.session.setting_lines.iter().map(|line| line.key).collect()
    };
    let mut tried = 0;
    for key in keys {
        let shipped = window.setting(key).value;
        let ways: [fn(SettingLine) -> Option<String>; 2] = [|line| line.next, |line| line.previous];
        for beside in ways {
            for _ in 0..VALUES_MAX {
                let Some(value) = beside(window.setting(key)) else { break };
                window.obey(&format!("set {key} {value}"));
                assert_eq!(window.setting(key).value, value, "{key}");
                window.check_notice(&format!("{key} = {value}"));
                tried += 1;
                if value == shipped {
                    break;
                }
            }
            if window.setting(key).value != shipped {
                window.obey(&format!("set {key} {shipped}"));
            }
        }
    }
    assert!(tried > 40, "{tried} values");
}

#[test]
fn the_notice_stays_whatever_is_shown() {
    let mut window = Window::open();
    for command in [
        "chrome",
        "chrome",
        "studies",
        "studies",
        "panel settings",
        "panel about",
        "overlay text identity",
        "layout 3x4",
    ] {
        window.obey(command);
        window.check_notice(command);
    }
    for size in [(320.0, 240.0), (640.0, 480.0)] {
        window.harness.set_size(size.into());
        window.settle();
        window.check_notice(&format!("{size:?}"));
    }
}
