//! The monitors: which are here, what `displays.toml` says of each, and whether the files that it names can be used.

use crate::app::{read_display_system, read_profile};
use crate::config::{Displays, Gsdf, MonitorSettings};
use crate::display::{IdBasis, Monitor, Monitors, MonitorsError};
use crate::units::CdPerM2;

use super::finding::{Check, Finding};

const CHECK: Check = Check::Displays;

pub(super) fn look(displays: &Displays) -> Vec<Finding> {
    judged(&Monitors::default().look(), displays)
}

/// What is wrong with the files that are named for a monitor, a sentence without its end each.
pub fn file_faults(settings: &MonitorSettings) -> Vec<String> {
    let table = match &settings.gsdf {
        Gsdf::Viewer { luminance, ambient_cd_m2 } => {
            read_display_system(luminance, CdPerM2(*ambient_cd_m2), settings.bits).err()
        }
        Gsdf::None | Gsdf::Panel | Gsdf::System => None,
    };
    let profile = settings.profile.as_deref().and_then(|path| read_profile(path).err());
    table.into_iter().chain(profile).collect()
}

fn judged(found: &Result<Vec<Monitor>, MonitorsError>, displays: &Displays) -> Vec<Finding> {
    let here = match found {
        Ok(here) => here,
        Err(error) => {
            let remedy = "See to the monitors and their calibration with the system's own means";
            // What is not known to be elsewhere may be here.
            let faulty = displays.iter().filter_map(|(id, settings)| faulty(id, settings));
            return std::iter::once(Finding::warn(CHECK, error.to_string(), remedy)).chain(faulty).collect();
        }
    };
    if here.is_empty() {
        let said = displays.iter().count();
        return vec![Finding::ok(CHECK, format!("no monitor is attached; displays.toml knows {said}"))];
    }
    let is_here = |id: &str| here.iter().any(|monitor| monitor.id.as_str() == id);
    let gone = displays.iter().filter(|(id, _)| !is_here(id)).map(|(id, settings)| {
        let what =
            format!("{id}: {}:{} speaks of it, and it is not attached", settings.origin, settings.line);
        Finding::warn(CHECK, what, "Attach the monitor, or take its section out")
    });
    here.iter().map(|monitor| calibration(monitor, displays.get(monitor.id.as_str()))).chain(gone).collect()
}

/// What is wrong with the files of a monitor, if anything is.
fn faulty(named: &str, settings: &MonitorSettings) -> Option<Finding> {
    let faults = file_faults(settings);
    let what = format!("{named}: {}", faults.join("; "));
    let remedy = "Mend the file, or name another one in displays.toml";
    (!faults.is_empty()).then(|| Finding::fail(CHECK, what, remedy))
}

/// Whether the gray of a monitor follows the GSDF. PS3.14.
fn calibration(monitor: &Monitor, settings: Option<&MonitorSettings>) -> Finding {
    let named = format!("{} ({})", monitor.id, monitor.name());
    let calibrate = "Calibrate the monitor, and say in displays.toml who applies the GSDF (docs/settings.md)";
    let Some(settings) = settings else {
        let what = format!("{named}: displays.toml says nothing of it: it is not calibrated");
        return Finding::warn(CHECK, what, calibrate);
    };
    if let Some(faulty) = faulty(&named, settings) {
        return faulty;
    }
    let who = match settings.gsdf {
        Gsdf::None => {
            return Finding::warn(CHECK, format!("{named}: nobody applies the GSDF to it"), calibrate);
        }
        Gsdf::Panel => "the panel",
        Gsdf::System => "the system",
        Gsdf::Viewer { .. } => "Hotlight",
    };
    let measured = settings.measured.as_ref().map_or_else(String::new, |date| format!(", measured {date}"));
    let what = format!("{named}: {who} applies the GSDF to it{measured}");
    if monitor.id.basis == IdBasis::Serial {
        Finding::ok(CHECK, what)
    } else {
        let what = format!("{what}; it is known by {} alone", monitor.id.basis.words());
        Finding::warn(CHECK, what, "Leave it on its connector: another one there is taken for it")
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Sources};
    use crate::display::EdidError;

    use super::super::finding::State;
    use super::*;

    /// What a reader's `displays.toml` says.
    fn displays(text: &str) -> (tempfile::TempDir, Displays) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("displays.toml"), text).expect("written");
        let sources = Sources { site_dir: Some(folder.path().to_path_buf()), ..Sources::default() };
        let displays = Config::load(&sources).expect("no fault").displays;
        (folder, displays)
    }

    /// A monitor that is known by its connector: `DP-1-1920x1080`.
    fn monitor() -> Monitor {
        Monitor::new("DP-1".to_owned(), Err(EdidError::Absent), (1920, 1080), None, true)
    }

    #[track_caller]
    fn check(text: &str, state: State, words: &str) {
        let (_folder, displays) = displays(text);
        let found = judged(&Ok(vec![monitor()]), &displays);
        assert!(found[0].state == state && found[0].what.contains(words), "{found:?}");
    }

    #[test]
    fn a_monitor_is_judged_by_who_applies_the_gsdf_and_by_its_files() {
        let said = |text: &str| format!("[DP-1-1920x1080]\n{text}");
        check("", State::Warn, "says nothing of it");
        check(&said("gsdf = \"none\"\n"), State::Warn, "nobody applies the GSDF");
        check(
            &said("gsdf = \"panel\"\n"),
            State::Warn,
            "the panel applies the GSDF to it; it is known by connector and size",
        );
        let absent = "gsdf = \"viewer\"\nluminance = \"none.csv\"\nambient = 0.2\n";
        check(&said(absent), State::Fail, "none.csv");
        check(&said("gsdf = \"panel\"\nprofile = \"none.icc\"\n"), State::Fail, "none.icc");
    }

    #[test]
    fn a_monitor_that_is_known_by_its_number_and_calibrated_is_well() {
        let (_folder, displays) = displays("[DP-1-1920x1080]\ngsdf = \"system\"\nmeasured = 2026-11-01\n");
        let mut known = monitor();
        known.id.basis = IdBasis::Serial;
        let found = judged(&Ok(vec![known]), &displays);
        assert_eq!(found[0].state, State::Ok, "{found:?}");
        assert!(found[0].what.ends_with("the system applies the GSDF to it, measured 20261101"), "{found:?}");
    }

    #[test]
    fn monitors_that_are_not_here_are_told_unless_none_is() {
        let (_folder, displays) = displays("[a]\ngsdf = \"panel\"\n");
        let found = judged(&Ok(vec![monitor()]), &displays);
        let [_, gone] = found.as_slice() else { panic!("{found:?}") };
        assert!(gone.state == State::Warn && gone.what.contains("not attached"), "{gone:?}");
        let none = judged(&Ok(Vec::new()), &displays);
        assert_eq!((none.len(), none[0].state), (1, State::Ok), "{none:?}");
        let unknown = judged(&Err(MonitorsError::NotAsked), &displays);
        assert_eq!((unknown.len(), unknown[0].state), (1, State::Warn), "{unknown:?}");
        let (_folder, displays) = self::displays("[a]\ngsdf = \"panel\"\nprofile = \"none.icc\"\n");
        let unknown = judged(&Err(MonitorsError::NotAsked), &displays);
        let [_, faulty] = unknown.as_slice() else { panic!("{unknown:?}") };
        assert!(faulty.state == State::Fail && faulty.what.contains("none.icc"), "{faulty:?}");
    }
}
