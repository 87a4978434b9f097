//! What Hotlight is, what draws it and where its files lie, for the panel about it. The machine is asked at the start, once.

use std::path::{Path, PathBuf};

use eframe::egui_wgpu::RenderState;

use crate::config::{reader_folder, store_folder};
use crate::render::gpu::AdapterWords;
use crate::session::{AboutLine, Event, MessageKind};

use super::desk::Desk;
use super::settings::LiveSettings;

/// The features of a build; those of a release are none.
const FEATURES: [(&str, bool); 2] =
    [("testing", cfg!(feature = "testing")), ("fuzzing", cfg!(feature = "fuzzing"))];

/// What stays as it is while the program runs.
pub(super) struct About {
    card: Option<Card>,
    /// The licences of what the program is made of, if a package brought them.
    licences: Option<PathBuf>,
    /// Whether there is a clipboard.
    has_desktop: bool,
}

/// What draws the windows.
struct Card {
    words: AdapterWords,
    /// The largest width or height of a texture, pixels, and its most layers.
    largest: (u32, u32),
}

impl About {
    pub(super) fn new() -> Self {
        let program = std::env::current_exe().ok();
        let licences = program.as_deref().and_then(licences_beside);
        Self { card: None, licences, has_desktop: true }
    }

    pub(super) fn set_card(&mut self, card: &RenderState) {
        let limits = card.device.limits();
        let largest = (limits.max_texture_dimension_2d, limits.max_texture_array_layers);
        self.card = Some(Card { words: AdapterWords::of(&card.adapter.get_info()), largest });
    }

    pub(super) const fn has_no_desktop(&mut self) {
        self.has_desktop = false;
    }

    fn lines(&self, settings: &LiveSettings, state: Option<&Path>) -> Vec<AboutLine> {
        let sources = settings.sources();
        let own_state = state.map(|state| reader_folder(state, settings.reader()));
        let licences = self.licences.as_ref().map_or_else(
            || "not beside this program; every package brings THIRD-PARTY-LICENCES".to_owned(),
            |path| path.display().to_string(),
        );
        let line = |what, value| AboutLine { what, value };
        vec![
            line("Version", format!("hotlight {}", env!("CARGO_PKG_VERSION"))),
            line("Build", build()),
            line("Graphics", self.card.as_ref().map_or_else(|| "no card draws here".to_owned(), Card::words)),
            line("User", settings.reader().title()),
            line("Settings of the site", folder(sources.site_dir.clone())),
            line("Settings of the user", folder(sources.user_dir())),
            line("State", folder(own_state)),
            line("Store", folder(store_folder(settings.settings()))),
            line("Logs", folder(state.map(|state| state.join("logs")))),
            line("Licence", env!("CARGO_PKG_LICENSE").to_owned()),
            line("Licences of what it is made of", licences),
        ]
    }
}

impl Card {
    fn words(&self) -> String {
        let (side, layers) = self.largest;
        let played = if self.words.is_software { ", the processor in place of a card" } else { "" };
        format!(
            "{}{played}: images up to {side} pixels a side, volumes up to {layers} planes in one piece",
            self.words
        )
    }
}

impl Desk {
    /// Tells the session what is so now.
    pub(super) fn tell_about(&mut self) {
        let lines = self.about.lines(&self.settings, self.state_dir.as_deref());
        self.reading.event(&Event::AboutTold(lines));
    }

    /// Gives it to the clipboard.
    pub(super) fn copy_about(&mut self, ctx: &egui::Context) {
        self.tell_about();
        let (kind, told) = if self.about.has_desktop {
            ctx.copy_text(self.reading.session.about_text());
            (MessageKind::Note, "What About Hotlight says is copied as text.")
        } else {
            (MessageKind::Caution, "What About Hotlight says is not copied: there is no clipboard here.")
        };
        self.reading.session.tell(kind, told);
        self.reading.note_change();
    }
}

/// For which system it was built, and how.
fn build() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let features: Vec<&str> =
        FEATURES.iter().filter(|(_, is_on)| *is_on).map(|(feature, _)| *feature).collect();
    let features =
        if features.is_empty() { String::new() } else { format!(", with {}", features.join(" and ")) };
    format!("{} {}, {profile}{features}", std::env::consts::OS, std::env::consts::ARCH)
}

fn folder(folder: Option<PathBuf>) -> String {
    folder.map_or_else(|| "none".to_owned(), |folder| folder.display().to_string())
}

/// Where the packages for Linux, Windows and macOS put the licences of what a program is made of.
fn licences_beside(program: &Path) -> Option<PathBuf> {
    let beside = program.parent()?;
    let above = beside.parent().unwrap_or(beside);
    let places = [
        above.join("share/doc/hotlight/THIRD-PARTY-LICENCES.txt.gz"),
        beside.join("THIRD-PARTY-LICENCES.txt"),
        above.join("Resources/THIRD-PARTY-LICENCES.txt"),
    ];
    places.into_iter().find(|place| place.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::config::{Config, Sources};

    use super::*;

    fn value<'a>(lines: &'a [AboutLine], what: &str) -> &'a str {
        &lines.iter().find(|line| line.what == what).expect(what).value
    }

    #[test]
    fn folders_are_those_of_the_one_who_reads_and_logs_those_of_the_station() {
        let folder = tempfile::tempdir().expect("a folder");
        let [site, own, state, store] =
            ["site", "own", "state", "store"].map(|name| folder.path().join(name));
        let sources = Sources {
            site_dir: Some(site.clone()),
            config_dir: Some(own.clone()),
            reader: "ann".parse().expect("a name"),
            arguments: vec![format!("store.folder={}", store.display())],
        };
        let config = Config::load(&sources).expect("no fault");
        let about = About { card: None, licences: None, has_desktop: true };
        let live = LiveSettings::new(sources, config);
        let lines = about.lines(&live, Some(&state));
        for (what, expected) in [
            ("Settings of the site", site),
            ("Settings of the user", own.join("users").join("ann")),
            ("State", state.join("users").join("ann")),
            ("Store", store),
            ("Logs", state.join("logs")),
        ] {
            assert_eq!(Path::new(value(&lines, what)), expected, "{what}");
        }
        assert_eq!(value(&lines, "User"), "User ann");
        assert_eq!(value(&lines, "Graphics"), "no card draws here");
        assert!(value(&lines, "Build").contains(std::env::consts::ARCH));
        let nowhere = about.lines(&live, None);
        assert_eq!(value(&nowhere, "Logs"), "none");
    }

    #[test]
    fn a_card_is_told_with_its_driver_and_limits_and_the_processor_in_its_place_as_such() {
        let words = AdapterWords {
            name: "Card".to_owned(),
            backend: "vulkan".to_owned(),
            driver: "driver 1".to_owned(),
            is_software: true,
        };
        let card = Card { words, largest: (16_384, 2_048) };
        assert_eq!(
            card.words(),
            "Card (vulkan, driver 1), the processor in place of a card: images up to 16384 pixels a side, volumes up to 2048 \
             planes in one piece"
        );
    }

    #[test]
    fn licences_are_found_where_each_package_puts_them() {
        for (program, licences) in [
            ("usr/bin/hotlight", "usr/share/doc/hotlight/THIRD-PARTY-LICENCES.txt.gz"),
            ("Hotlight/hotlight.exe", "Hotlight/THIRD-PARTY-LICENCES.txt"),
            (
                "Hotlight.app/Contents/MacOS/hotlight",
                "Hotlight.app/Contents/Resources/THIRD-PARTY-LICENCES.txt",
            ),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let [program, licences] = [program, licences].map(|name| folder.path().join(name));
            assert_eq!(licences_beside(&program), None);
            fs::create_dir_all(licences.parent().expect("a folder")).expect("a folder");
            fs::write(&licences, "MIT").expect("written");
            assert_eq!(licences_beside(&program), Some(licences));
        }
    }
}
