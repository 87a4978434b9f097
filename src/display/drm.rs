//! Monitors as the Linux kernel knows them: `/sys/class/drm/card0-DP-1/edid`. It tells no places on a desktop.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::edid::{Edid, EdidError};
use super::monitor::Monitor;

/// Connectors that are looked at; a machine has a few.
const CONNECTORS_MAX: usize = 64;

/// The most bytes that are read of one file: the base block of an EDID, a list of modes.
const FILE_MAX: u64 = 4096;

/// The monitors that are plugged in, by the names of their connectors. `root` is `/sys/class/drm`; where there is no such
/// folder there are none.
pub(super) fn monitors(root: &Path) -> Vec<Monitor> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths.iter().filter_map(|folder| monitor(folder)).take(CONNECTORS_MAX).collect()
}

fn monitor(folder: &Path) -> Option<Monitor> {
    let (card, connector) = folder.file_name()?.to_str()?.split_once('-')?;
    if !card.starts_with("card") || read(&folder.join("status"))?.trim_ascii() != b"connected" {
        return None;
    }
    let edid = read(&folder.join("edid")).unwrap_or_default();
    let modes = read(&folder.join("modes")).unwrap_or_default();
    let edid = Edid::parse(&edid);
    Some(Monitor::new(connector.to_owned(), edid, size(&modes).unwrap_or_default(), None, false))
}

/// At most as many bytes as matter.
fn read(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Columns and rows of the first mode, which is the preferred one: `2560x1440`; an interlaced one ends in `i`.
fn size(modes: &[u8]) -> Option<(u32, u32)> {
    let first = std::str::from_utf8(modes.split(|byte| *byte == b'\n').next()?).ok()?;
    let (width, height) = first.trim_end_matches('i').split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// The EDID of the monitor on a connector, if it is one of a panel with so many pixels: names of connectors come from
/// somebody else here, and another monitor's identity would bring its calibration.
pub(super) fn edid_on(known: &[Monitor], connector: &str, size: (u32, u32)) -> Result<Edid, EdidError> {
    let fits = |monitor: &&Monitor| {
        monitor.connector == connector && Monitor { size, ..(*monitor).clone() }.is_native() == Some(true)
    };
    let mut fitting = known.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(monitor), None) => monitor.edid.clone(),
        // Two cards have a connector of that name.
        _ => Err(EdidError::Absent),
    }
}

#[cfg(test)]
mod tests {
    use super::super::edid::tests::{COLOR, GRAY, bytes};
    use super::*;

    /// A folder as the kernel shows it: connector, status, EDID, modes.
    fn folder(connectors: &[(&str, &str, &[u8], &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, status, edid, modes) in connectors {
            let connector = folder.path().join(name);
            std::fs::create_dir(&connector).expect("a folder");
            for (file, content) in
                [("status", status.as_bytes()), ("edid", edid), ("modes", modes.as_bytes())]
            {
                std::fs::write(connector.join(file), content).expect("written");
            }
        }
        std::fs::create_dir(folder.path().join("renderD128")).expect("a folder");
        std::fs::create_dir(folder.path().join("card0")).expect("a folder");
        std::fs::write(folder.path().join("version"), "drm 1.1.0").expect("written");
        folder
    }

    #[test]
    fn what_is_plugged_in_is_found_with_its_edid() {
        let folder = folder(&[
            ("card1-DP-2", "connected\n", &bytes(COLOR), "3840x2160\n1920x1080\n"),
            ("card1-HDMI-A-1", "disconnected\n", &[], ""),
            ("card0-DP-1", "connected\n", &bytes(GRAY), "2048x2560\n"),
            ("card0-VGA-1", "connected\n", &[], "1920x1080i\n"),
            ("card0-DVI-D-1", "unknown\n", &[], ""),
        ]);
        let found: Vec<(String, String, (u32, u32))> = monitors(folder.path())
            .into_iter()
            .map(|monitor| (monitor.connector.clone(), monitor.id.to_string(), monitor.size))
            .collect();
        let expected = [
            ("DP-1", "ZZM-0x1234-00204321", (2048, 2560)),
            ("VGA-1", "VGA-1-1920x1080", (1920, 1080)),
            ("DP-2", "ZZM-0xC008-123456789", (3840, 2160)),
        ];
        assert_eq!(found, expected.map(|(connector, id, size)| (connector.to_owned(), id.to_owned(), size)));
    }

    #[test]
    fn without_the_folder_there_are_none_and_junk_is_no_fault() {
        assert_eq!(monitors(Path::new("/sys/class/drm/no such folder")), []);
        let folder = folder(&[("card0-DP-1", "connected", &[0xFF; 5000], "x\u{fffd}")]);
        let found = monitors(folder.path());
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].edid, found[0].size), (&Err(EdidError::NoHeader), (0, 0)));
    }

    #[test]
    fn an_edid_is_lent_only_to_the_same_connector_with_the_same_pixels() {
        let folder = folder(&[
            ("card0-DP-1", "connected\n", &bytes(COLOR), "3840x2160\n"),
            ("card0-DP-2", "connected\n", &bytes(COLOR), "3840x2160\n"),
            ("card1-DP-2", "connected\n", &bytes(COLOR), "3840x2160\n"),
        ]);
        let known = monitors(folder.path());
        let on = |connector, size| edid_on(&known, connector, size).map(|edid| edid.product);
        assert_eq!(on("DP-1", (3840, 2160)), Ok(0xC008));
        assert_eq!(on("DP-1", (2160, 3840)), Ok(0xC008), "turned");
        assert_eq!(on("DP-1", (1920, 1080)), Err(EdidError::Absent));
        assert_eq!(on("DP-0", (3840, 2160)), Err(EdidError::Absent));
        assert_eq!(on("DP-2", (3840, 2160)), Err(EdidError::Absent), "two of that name");
    }
}
