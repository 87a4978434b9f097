//! Monitors on a real server: what they say of themselves, and windows that move between them.

use std::process::Command;

use dicom_dictionary_std::tags;
use hotlight::dicom::Writer;
use serde_json::Value;
use x11rb::connection::Connection;
use x11rb::protocol::randr::{ConnectionExt as _, MonitorInfo};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, PropMode};
use x11rb::rust_connection::RustConnection;

use super::desktop::{Desktop, Shot};
use super::picture_of;
use crate::support::{data, hotlight, phantom, program, stderr};

/// A server whose screen is two monitors side by side, `left` and `right`; the left one has an output, and so may have an EDID.
pub(super) struct Pair {
    connection: RustConnection,
    root: u32,
    output: u32,
    /// Of each.
    width: u16,
}

impl Pair {
    pub(super) fn on(desktop: &Desktop) -> Self {
        let (connection, screen) = x11rb::connect(Some(desktop.name())).expect("the server");
        let root = &connection.setup().roots[screen];
        let (root, width) = (root.root, root.width_in_pixels / 2);
        let resources = connection.randr_get_screen_resources_current(root).expect("asked").reply();
        let output = resources.expect("an answer").outputs[0];
        let pair = Self { connection, root, output, width };
        pair.monitor("left", 0, vec![output]);
        pair.plug_right_in();
        pair
    }

    pub(super) fn plug_right_in(&self) {
        self.monitor("right", i16::try_from(self.width).expect("small"), Vec::new());
    }

    pub(super) fn unplug_right(&self) {
        let name = self.atom("right");
        self.connection.randr_delete_monitor(self.root, name).expect("asked").check().expect("a monitor");
    }

    fn atom(&self, name: &str) -> u32 {
        let asked = self.connection.intern_atom(false, name.as_bytes()).expect("asked");
        asked.reply().expect("an answer").atom
    }

    fn monitor(&self, name: &str, x: i16, outputs: Vec<u32>) {
        let info = MonitorInfo {
            name: self.atom(name),
            primary: false,
            automatic: false,
            x,
            y: 0,
            width: self.width,
            height: 1080,
            width_in_millimeters: 0,
            height_in_millimeters: 0,
            outputs,
        };
        self.connection.randr_set_monitor(self.root, info).expect("asked").check().expect("a monitor");
    }

    fn plug_in(&self, name: &str) {
        let written = std::fs::read_to_string(data().join("edid").join(name)).expect(name);
        let lines = written.lines().map(|line| line.split('#').next().unwrap_or_default());
        let words = lines.flat_map(str::split_whitespace);
        let bytes: Vec<u8> = words.map(|word| u8::from_str_radix(word, 16).expect("a byte")).collect();
        let (edid, kind) = (self.atom("EDID"), AtomEnum::INTEGER.into());
        let count = u32::try_from(bytes.len()).expect("128");
        let changed = self.connection.randr_change_output_property(
            self.output,
            edid,
            kind,
            8,
            PropMode::REPLACE,
            count,
            &bytes,
        );
        changed.expect("asked").check().expect("an EDID");
    }
}

#[test]
fn the_monitors_of_a_server_are_listed_with_what_they_say_of_themselves() {
    let desktop = Desktop::start();
    let pair = Pair::on(&desktop);
    pair.plug_in("gray-5mp.hex");
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let output = Command::new(program())
        .args(["display", "monitors", "--json"])
        .env("DISPLAY", desktop.name())
        .env("HOTLIGHT_CONFIG_DIR", folder.path())
        .env("HOTLIGHT_SITE_DIR", folder.path())
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let [left, right] = list.as_array().expect("a list").as_slice() else { panic!("{list}") };
    let expected = serde_json::json!({
        "id": "ZZM-0x1234-00204321", "known_by": "serial number", "is_here": true, "connector": "left",
        "name": "ZZM GRAY 5MP", "serial": "00204321", "made": "week 12 of 2025", "size": [960, 1080],
        "corner": [0, 0], "is_primary": false, "native": [2048, 2560], "size_mm": [337, 422], "pixel_mm": null,
        "bits": 10, "no_edid": null, "gsdf": "none", "said_in": null,
    });
    assert_eq!(left, &expected);
    assert_eq!(
        (&right["id"], &right["corner"]),
        (&Value::from("right-960x1080"), &serde_json::json!([960, 0]))
    );
    assert_eq!(right["no_edid"], "the monitor gives no EDID");
}

#[test]
fn a_window_follows_its_monitor_and_what_is_said_of_it() {
    let desktop = Desktop::start();
    let pair = Pair::on(&desktop);
    pair.plug_in("gray-5mp.hex");
    let running = desktop.run(&[&phantom().join("current").display().to_string()]);
    let wait = |monitor: &str, gsdf: &str| {
        running.wait_for(|event| {
            event["event"] == "screen-on-monitor" && event["monitor"] == monitor && event["gsdf"] == gsdf
        })
    };
    wait("ZZM-0x1234-00204321", "none");
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    // Said while the program runs, and read at a key.
    let config = running.folder().join("config");
    std::fs::create_dir_all(&config).expect("a folder");
    std::fs::write(config.join("displays.toml"), "[ZZM-0x1234-00204321]\ngsdf = \"panel\"\n")
        .expect("written");
    running.key("F5");
    wait("ZZM-0x1234-00204321", "panel");
    let window = running.windows().first().expect("a window").clone();
    running.hands(&format!("windowmove {window} 900 0"));
    wait("right-960x1080", "none");
    // Another monitor is plugged in under a window that stays where it is.
    running.hands(&format!("windowmove {window} 0 0"));
    pair.plug_in("color-8mp.hex");
    wait("ZZM-0xC008-123456789", "none");
    running.end();
}

/// A ramp of all driving levels, on the frame that the server shows: unchanged where somebody else applies the GSDF, else
/// through the table that the command line makes.
#[test]
fn a_ramp_arrives_unchanged_or_as_the_table_of_its_monitor_says() {
    let desktop = Desktop::start();
    let folder = tempfile::TempDir::new().expect("a folder");
    let ramp: Vec<u16> = (0..64).flat_map(|_| 0..=255).collect();
    let image = Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::PATIENT_NAME, "ZZCANARY^RAMP")
        .text(tags::MODALITY, "OT")
        .gray_16(64, 256, false)
        .decimals(tags::WINDOW_CENTER, &[128.0])
        .decimals(tags::WINDOW_WIDTH, &[256.0])
        .words(tags::PIXEL_DATA, &ramp);
    image.write_to(&folder.path().join("ramp")).expect("a file");
    let study = folder.path().display().to_string();
    let running = desktop.run(&[&study]);
    running.wait_for(|event| event["event"] == "first-image");
    running.focus_window();
    let config = running.folder().join("config");
    std::fs::create_dir_all(&config).expect("a folder");
    let rows =
        (0..=255_u16).map(|ddl| format!("{ddl},{}\n", 0.4 + 350.0 * (f64::from(ddl) / 255.0).powf(2.2)));
    std::fs::write(config.join("panel.csv"), format!("ddl,luminance\n{}", rows.collect::<String>()))
        .expect("a file");
    let said = "[screen-1920x1080]\ngsdf = \"viewer\"\nluminance = \"panel.csv\"\nambient = 0.3\n";
    std::fs::write(config.join("displays.toml"), said).expect("written");
    running.key("F5");
    running.wait_for(|event| event["event"] == "screen-on-monitor" && event["gsdf"] == "viewer");
    running.key("equal");
    picture_of(&running, "zoom 1:1");
    let levels = |arguments: &[&str]| {
        let out = running.folder().join("levels.png").display().to_string();
        let image = ["render", &study, "--out", &out, "--values", "ddl"];
        let output = hotlight(&[&image[..], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        let file = std::fs::File::open(&out).expect("the picture");
        let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut bytes).expect("pixels");
        bytes
    };
    let file = config.join("panel.csv").display().to_string();
    let calibrated = levels(&["--luminance", &file, "--ambient", "0.3", "--bits", "8"]);
    let even: Vec<u8> = (0..64).flat_map(|_| 0..=255).collect();
    assert_ne!(calibrated, even);
    let found = |shot: &Shot| (shot.find(256, 64, &calibrated), shot.find(256, 64, &even));
    running.see("the ramp by its table", |shot| found(shot) == (1, 0));
    // Nobody applies it any more: the table of before is gone.
    std::fs::write(config.join("displays.toml"), "[screen-1920x1080]\ngsdf = \"panel\"\n").expect("written");
    running.key("F5");
    running.wait_for(|event| event["event"] == "screen-on-monitor" && event["gsdf"] == "panel");
    running.see("the ramp unchanged", |shot| found(shot) == (0, 1));
    running.end();
}
