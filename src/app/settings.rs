//! The settings while the program runs: read again on request and when a file was changed, applied at once. A fault keeps
//! what was before.

use crate::calibration::Schedules;
use crate::command::Reader;
use crate::config::{self, Config, ConfigError, Displays, Entry, Settings, Sources, Stamp, ValueOrigin};
use crate::hanging::Captured;
use crate::keymap::Keymap;
use crate::session::{Event, MessageKind, UserLine};

use super::beside::Beside;
use super::presets::Imported;
use super::reading::Reading;
use super::session_settings::{session_settings, setting_line};

/// The most faults that are told one by one.
pub(super) const FAULTS_TOLD_MAX: usize = 5;

/// The settings that apply, and where they come from.
pub struct LiveSettings {
    sources: Sources,
    config: Config,
    /// How the files were when they were read last, with a fault or without.
    stamp: Stamp,
    /// Presets that are being imported; or why none are, in a sentence.
    pub(super) importing: Beside<Result<Imported, String>>,
}

impl LiveSettings {
    /// Those that were read at the start.
    pub fn new(sources: Sources, config: Config) -> Self {
        let stamp = sources.stamp();
        Self { sources, config, stamp, importing: Beside::new() }
    }

    /// The reader's own folder of settings, if the system names one.
    pub(super) fn user_dir(&self) -> Option<std::path::PathBuf> {
        self.sources.user_dir()
    }

    /// Who reads.
    pub(super) const fn reader(&self) -> &Reader {
        &self.sources.reader
    }

    /// The users of this station.
    pub(super) fn users(&self) -> Vec<UserLine> {
        let users = self.sources.users().into_iter();
        users.map(|user| UserLine { reader: user.reader, own: user.own.join(", ") }).collect()
    }

    /// Says that nothing is known of the one who reads but the name.
    pub(super) fn unknown_user(&self) -> Option<String> {
        self.sources.unknown_user()
    }

    /// The settings of another reader; none, and the faults as messages, where these have any.
    pub(super) fn of(&self, reader: &Reader, reading: &mut Reading) -> Option<Self> {
        let sources = Sources { reader: reader.clone(), ..self.sources.clone() };
        match Config::load(&sources) {
            Ok(mut config) => {
                // The site's files are the same.
                config.protocols.keep(&self.config.protocols);
                Some(Self::new(sources, config))
            }
            Err(faults) => {
                tell(&faults, reading);
                None
            }
        }
    }

    /// Where they come from.
    pub(super) const fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What applies.
    pub const fn settings(&self) -> &Settings {
        &self.config.settings
    }

    /// What is said of the monitors.
    pub const fn displays(&self) -> &Displays {
        &self.config.displays
    }

    /// Which checks of monitors are due how often.
    pub(super) const fn schedules(&self) -> &Schedules {
        &self.config.schedules
    }

    /// The folder of the records of monitors, if the system names one.
    pub(super) fn records_folder(&self) -> Option<std::path::PathBuf> {
        config::records_folder(&self.config.settings)
    }

    /// A file says something else of a monitor now: applies it.
    pub(super) fn take_saved(&mut self, path: &std::path::Path, reading: &mut Reading) {
        self.load(reading);
        if self.sources.config_dir.as_deref() == path.parent() {
            let text = format!(
                "{} says so now, which is yours alone: others go by the site's file.",
                path.display()
            );
            reading.session.tell(MessageKind::Note, text);
        }
    }

    /// The keys that apply.
    pub const fn keymap(&self) -> &Keymap {
        &self.config.keymap
    }

    /// Gives what applies to the session.
    pub(super) fn apply(&self, reading: &mut Reading) {
        let presets = reading.session.settings.presets.clone();
        let settings = Box::new(session_settings(&self.config, presets));
        let lines = self.config.entries().iter().map(setting_line).collect();
        reading.event(&Event::Configured { settings, lines });
        for told in self.config.protocols.faults.iter().take(FAULTS_TOLD_MAX) {
            let text = format!("{told}. What the file said before still applies, if it did.");
            reading.session.tell(MessageKind::Caution, text);
        }
        for told in self.config.left_out.iter().take(FAULTS_TOLD_MAX) {
            reading.session.tell(MessageKind::Caution, format!("{told}. The file is left out."));
        }
        for told in self.config.policy.overruled.iter().take(FAULTS_TOLD_MAX) {
            reading.session.tell(MessageKind::Caution, format!("{told}. What yours says does not apply."));
        }
    }

    /// Reads everything again; faults become messages, and what was before stays.
    pub(super) fn reload(&mut self, reading: &mut Reading) {
        if self.load(reading) {
            reading.session.tell(MessageKind::Note, "Settings, keys and corner texts were read again.");
        }
    }

    pub(super) fn load(&mut self, reading: &mut Reading) -> bool {
        self.stamp = self.sources.stamp();
        match Config::load(&self.sources) {
            Ok(mut config) => {
                config.protocols.keep(&self.config.protocols);
                self.config = config;
                self.apply(reading);
                true
            }
            Err(faults) => {
                tell(&faults, reading);
                false
            }
        }
    }

    /// The same, if a file has changed since it was read last.
    pub(super) fn reload_if_changed(&mut self, reading: &mut Reading) {
        if self.sources.stamp() != self.stamp {
            self.reload(reading);
        }
    }

    /// Writes a setting to the reader's own file and applies it.
    pub(super) fn save(&mut self, key: &str, value: &str, reading: &mut Reading) {
        if let Err(faults) = config::save(&self.sources, key, value) {
            return tell(&faults, reading);
        }
        self.load(reading);
        let decided = |entry: &&Entry| entry.key == key && entry.origin == ValueOrigin::CommandLine;
        if let Some(entry) = self.config.entries().iter().find(decided) {
            let applies = entry.value.bare();
            let text = format!("The command line decides {key}: {applies} applies until the next start.");
            reading.session.tell(MessageKind::Note, text);
        }
    }
}

impl LiveSettings {
    /// Whether the site has locked a folder of the reader's own; then that is told.
    pub(super) fn is_refused(&self, folder: &str, reading: &mut Reading) -> bool {
        let refusal = self.config.policy.refusal(folder).map(ConfigError::Refused);
        let is_refused = refusal.is_some();
        if let Some(refusal) = refusal {
            tell(&[refusal], reading);
        }
        is_refused
    }

    /// Writes a hanging protocol to the reader's own folder, applies it, and says what it does and what it cannot say.
    pub(super) fn save_protocol(&mut self, captured: &Captured, reading: &mut Reading) {
        if self.is_refused(config::PROTOCOLS_FOLDER, reading) {
            return;
        }
        let folder = self.sources.user_dir().map(|folder| folder.join(config::PROTOCOLS_FOLDER));
        let Some(folder) = folder else { return tell(&[ConfigError::NoFolder], reading) };
        match config::save_new(&folder, &captured.id, &captured.text) {
            Ok(path) => {
                self.load(reading);
                for notice in &captured.notices {
                    reading
                        .session
                        .tell(MessageKind::Note, format!("The protocol cannot say all: {notice}."));
                }
                let over = match captured.overrides.as_slice() {
                    [] => String::new(),
                    others => format!(" It is taken before {}.", others.join(", before ")),
                };
                let text =
                    format!("Saved as {}: it hangs studies like this one from now on.{over}", path.display());
                reading.session.tell(MessageKind::Note, text);
            }
            Err(fault) => reading.session.tell(MessageKind::Caution, format!("Not saved: {fault}.")),
        }
        reading.note_change();
    }
}

/// Tells the reader what is wrong, the first last so that it is the newest.
pub(super) fn tell(faults: &[ConfigError], reading: &mut Reading) {
    let rest = faults.len().saturating_sub(FAULTS_TOLD_MAX);
    let mut told = |text: String| reading.session.tell(MessageKind::Caution, text);
    if rest > 0 {
        told(format!("The settings have {rest} more faults: `hotlight config check` names them all."));
    }
    for fault in faults.iter().take(FAULTS_TOLD_MAX).rev() {
        told(format!("{fault}. What applied before still does."));
    }
    reading.note_change();
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use crossbeam_channel::{Sender, bounded};

    use crate::command::{Detail, Interpolation};
    use crate::session::SessionSettings;
    use crate::volume::Transfers;

    use super::super::{Clock, ReadingOptions, Trace, Zone};
    use super::*;

    /// The program with nothing loaded.
    pub(in super::super) fn reading() -> Reading {
        let session = SessionSettings { frame_budget_bytes: 64 << 20, ..SessionSettings::default() };
        let options = ReadingOptions {
            session,
            decode_threads: 1,
            kept: None,
            drafts: None,
            archives: None,
            zone: Zone::UTC,
        };
        let trace = Trace::new(Clock::start(), None).expect("a trace to nowhere");
        Reading::start(options, trace).expect("threads")
    }

    /// Waits until the files that are kept for the reader are written, and takes the news of them.
    pub(in super::super) fn written(reading: &mut Reading) {
        assert!(reading.services().wait_for_files(Duration::from_mins(2)), "a file is never written");
        reading.tick();
    }

    /// Has the disk hang for these files until the other end is gone.
    pub(in super::super) fn hold(reading: &Reading) -> Sender<()> {
        let (gate, closed) = bounded::<()>(0);
        reading.services().write_file(Path::new("held"), move |_| {
            assert!(closed.recv().is_err(), "nothing is sent");
            Ok(())
        });
        gate
    }

    /// A reader's folder, the settings from it, and a program that they are for.
    pub(in super::super) struct Desk {
        pub(in super::super) folder: tempfile::TempDir,
        pub(in super::super) live: LiveSettings,
        pub(in super::super) reading: Reading,
    }

    impl Desk {
        pub(in super::super) fn with(text: &str, arguments: &[&str]) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            write(folder.path(), "config.toml", text);
            let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
            let config_dir = Some(folder.path().to_path_buf());
            let sources = Sources { config_dir, arguments, ..Sources::default() };
            let config = Config::load(&sources).expect("no fault");
            let live = LiveSettings::new(sources, config);
            let mut reading = reading();
            live.apply(&mut reading);
            Self { folder, live, reading }
        }

        pub(in super::super) fn write(&self, name: &str, text: &str) {
            write(self.folder.path(), name, text);
        }

        pub(in super::super) fn reload(&mut self) {
            self.live.reload(&mut self.reading);
        }

        pub(in super::super) fn messages(&self) -> Vec<String> {
            let folder = format!("{}/", self.folder.path().display()).replace('\\', "/");
            let text =
                |message: &crate::session::Message| message.text.replace('\\', "/").replace(&folder, "");
            self.reading.session.messages.iter().map(text).collect()
        }
    }

    fn write(folder: &Path, name: &str, text: &str) {
        fs::write(folder.join(name), text).expect("written");
    }

    #[test]
    fn another_reader_has_settings_keys_and_protocols_of_their_own_and_writes_there() {
        let mut desk = Desk::with("[viewer]\ndim = 0.5\n", &[]);
        let ann: Reader = "ann".parse().expect("a name");
        fs::create_dir_all(desk.folder.path().join("users/ann")).expect("a folder");
        desk.write("keymap.toml", "[macros]\nmine = [\"invert\"]\n");
        desk.write("users/ann/keymap.toml", "[macros]\nanns = [\"link all\"]\n");
        desk.reload();
        let macros = |desk: &Desk| desk.reading.session.settings.macros.keys().cloned().collect::<Vec<_>>();
        assert_eq!(macros(&desk), ["mine"]);
        desk.live = desk.live.of(&ann, &mut desk.reading).expect("no fault");
        desk.live.apply(&mut desk.reading);
        assert_eq!(macros(&desk), ["anns"]);
        assert!(desk.live.settings().viewer.dim > 0.9, "not the account's");
        desk.live.save("viewer.dim", "0.7", &mut desk.reading);
        let text = |name: &str| fs::read_to_string(desk.folder.path().join(name)).expect("a file");
        assert_eq!(text("config.toml"), "[viewer]\ndim = 0.5\n");
        assert_eq!(text("users/ann/config.toml"), "[viewer]\ndim = 0.7\n");
        let users: Vec<String> =
            desk.live.users().into_iter().map(|user| format!("{}: {}", user.reader, user.own)).collect();
        assert_eq!(users, ["account: settings, keys", "ann: settings, keys"]);
    }

    #[test]
    fn a_reader_whose_settings_have_a_fault_does_not_come() {
        let mut desk = Desk::with("", &[]);
        fs::create_dir_all(desk.folder.path().join("users/ann")).expect("a folder");
        desk.write("users/ann/config.toml", "[viewer]\ndimm = 1\n");
        let ann: Reader = "ann".parse().expect("a name");
        assert!(desk.live.of(&ann, &mut desk.reading).is_none());
        let told = desk.messages();
        assert!(
            told[0].starts_with("users/ann/config.toml:2:1: there is no setting 'viewer.dimm'"),
            "{told:?}"
        );
        assert_eq!(desk.live.reader(), &Reader::account());
    }

    #[test]
    fn a_hanging_protocol_is_read_again_and_with_a_fault_stays_as_it_was() {
        const MINE: &str = "schema = 1\nname = \"NAME\"\n[sets.a]\n[[stages]]\nname = \"one\"\n\
                            screens.main.grid = [\"A\"]\nviews.A.set = \"a\"\n";
        let mut desk = Desk::with("", &[]);
        fs::create_dir(desk.folder.path().join("hanging-protocols")).expect("a folder");
        let name = |desk: &Desk| {
            let protocols = &desk.reading.session.settings.protocols;
            protocols.get("mine").map(|mine| mine.name.clone())
        };
        assert_eq!(name(&desk), None);
        desk.write("hanging-protocols/mine.toml", &MINE.replace("NAME", "first"));
        desk.live.reload_if_changed(&mut desk.reading);
        assert_eq!(name(&desk).as_deref(), Some("first"));
        desk.write(
            "hanging-protocols/mine.toml",
            &MINE.replace("NAME", "second").replace("[sets.a]", "[sets.ab]"),
        );
        desk.live.reload_if_changed(&mut desk.reading);
        assert_eq!(name(&desk).as_deref(), Some("first"), "as it was before");
        let told = "hanging-protocols/mine.toml:7:15: there is no set 'a'. What the file said before still \
                    applies, if it did.";
        assert!(desk.messages().iter().any(|text| text == told), "{:?}", desk.messages());
        desk.write("hanging-protocols/mine.toml", &MINE.replace("NAME", "the third"));
        desk.live.reload_if_changed(&mut desk.reading);
        assert_eq!(name(&desk).as_deref(), Some("the third"));
    }

    #[test]
    fn what_is_read_again_applies_at_once() {
        let mut desk = Desk::with("", &[]);
        desk.write(
            "config.toml",
            "[viewer]\ninterpolation = \"cubic\"\nlayout = \"2x3\"\ndetail = \"short\"\nwheel_images = 3\n\
             [display]\npixel_mm = 0.25\n",
        );
        desk.write("keymap.toml", "[viewport]\nF12 = \"invert\"\n");
        fs::create_dir(desk.folder.path().join("corner-text")).expect("a folder");
        desk.write("corner-text/CT.toml", "[full]\ntop_left = [\"ours\"]\n");
        let texts = desk.reading.session.settings.corner_texts.clone();
        let revision = desk.reading.revision;
        desk.reload();
        let session = &desk.reading.session;
        assert_eq!(desk.messages(), ["Settings, keys and corner texts were read again."]);
        assert_eq!(session.settings.interpolation, Interpolation::Cubic);
        assert_eq!(session.settings.grid.count(), 6);
        assert_eq!(session.detail, Detail::Short);
        assert_eq!(session.settings.pixel_mm, Some(0.25));
        assert_ne!(session.settings.corner_texts, texts);
        assert_eq!(desk.live.settings().viewer.wheel_images, 3);
        assert!(desk.live.keymap().bindings().iter().any(|binding| binding.origin.kind() == "user"));
        assert!(desk.reading.revision > revision, "windows are drawn again");
    }

    #[test]
    fn macros_apply_when_they_are_read_again_and_one_with_a_fault_changes_nothing() {
        let mut desk = Desk::with("", &[]);
        desk.write("keymap.toml", "[macros]\nmine = [\"invert\", \"link all\"]\n");
        desk.reload();
        let count = |desk: &Desk| desk.reading.session.settings.macros.get("mine").map(Vec::len);
        assert_eq!(count(&desk), Some(2));
        desk.write("keymap.toml", "[macros]\nmine = [\"invrt\"]\n");
        desk.reload();
        let told = desk.messages();
        assert!(
            told.last().is_some_and(|told| told.starts_with("keymap.toml:2:9: 'mine': there is no")),
            "{told:?}"
        );
        assert_eq!(count(&desk), Some(2));
    }

    #[test]
    fn a_fault_keeps_what_was_before_and_is_told() {
        let mut desk = Desk::with("[viewer]\ndim = 0.5\n", &[]);
        desk.write("config.toml", "[viewer]\ndimm = 0.4\n");
        desk.reload();
        assert!((desk.live.settings().viewer.dim - 0.5).abs() < f32::EPSILON);
        let told = "config.toml:2:1: there is no setting 'viewer.dimm' (did you mean 'viewer.dim'?). What applied before \
                    still does.";
        assert_eq!(desk.messages(), [told]);
        desk.write("config.toml", "[viewer]\ndim = 0.4\n");
        desk.reload();
        assert!((desk.live.settings().viewer.dim - 0.4).abs() < f32::EPSILON);
    }

    #[test]
    fn of_many_faults_the_first_are_told_and_the_rest_counted() {
        let mut desk = Desk::with("", &[]);
        let lines = (0..9).map(|number| format!("unknown{number} = 1\n")).collect::<Vec<_>>().concat();
        desk.write("config.toml", &format!("[viewer]\n{lines}"));
        desk.reload();
        let messages = desk.messages();
        assert_eq!(messages.len(), FAULTS_TOLD_MAX + 1);
        assert!(messages.last().is_some_and(|last| last.starts_with("config.toml:2:1: ")), "{messages:?}");
        assert!(messages.first().is_some_and(|first| first.contains(" 4 more faults")), "{messages:?}");
    }

    #[test]
    fn a_setting_is_written_and_applies() {
        let mut desk = Desk::with("# Mine.\n[viewer]\ndim = 0.5 # evenings\n", &[]);
        desk.live.save("viewer.dim", "0.6", &mut desk.reading);
        let text = fs::read_to_string(desk.folder.path().join("config.toml")).expect("the file");
        assert_eq!(text, "# Mine.\n[viewer]\ndim = 0.6 # evenings\n");
        let lines = &desk.reading.session.setting_lines;
        let dim = lines.iter().find(|line| line.key == "viewer.dim").expect("a line");
        assert_eq!((dim.value.as_str(), dim.origin), ("0.6", "user"));
        assert_eq!((dim.previous.as_deref(), dim.next.as_deref()), (Some("0.55"), Some("0.65")));
        assert_eq!(desk.messages(), Vec::<String>::new());
        desk.live.save("viewer.dim", "9", &mut desk.reading);
        let told = "'viewer.dim' is 9; expected a number from 0.3 to 1.0. What applied before still does.";
        assert_eq!(desk.messages(), [told]);
    }

    #[test]
    fn what_the_command_line_decides_stays_and_is_told() {
        let mut desk = Desk::with("", &["viewer.dim=0.9"]);
        let line = |desk: &Desk| {
            let lines = &desk.reading.session.setting_lines;
            lines.iter().find(|line| line.key == "viewer.dim").cloned().expect("a line")
        };
        assert!(line(&desk).is_decided && line(&desk).next.is_none() && line(&desk).previous.is_none());
        desk.live.save("viewer.dim", "0.6", &mut desk.reading);
        assert_eq!(line(&desk).value, "0.9");
        assert_eq!(
            desk.messages(),
            ["The command line decides viewer.dim: 0.9 applies until the next start."]
        );
    }

    #[test]
    fn what_the_site_has_locked_is_shown_as_such_and_is_not_changed_here() {
        let mut desk = Desk::with("[viewer]\ndim = 0.5\n", &[]);
        let site = desk.folder.path().join("site");
        fs::create_dir(&site).expect("a folder");
        let locked = "locked = [\"viewer.dim\", \"presets/volume\"]\n[viewer]\ndim = 0.8\n";
        write(&site, "config.toml", locked);
        desk.live.sources.site_dir = Some(site);
        desk.reload();
        let told = "config.toml:2:1: 'viewer.dim' is locked by the site (site/config.toml:1:11). What yours says does not apply.";
        assert!(desk.messages().iter().any(|text| text == told), "{:?}", desk.messages());
        let lines = &desk.reading.session.setting_lines;
        let dim = lines.iter().find(|line| line.key == "viewer.dim").expect("a line");
        assert_eq!((dim.value.as_str(), dim.origin, dim.is_locked), ("0.8", "site", true));
        assert!(dim.next.is_none() && dim.previous.is_none());
        let told = |desk: &Desk| desk.messages().last().cloned().unwrap_or_default();
        desk.live.save("viewer.dim", "0.6", &mut desk.reading);
        let refused =
            "'viewer.dim' is locked by the site (site/config.toml:1:11). What applied before still does.";
        assert_eq!(told(&desk), refused);
        let bone = Transfers::default().named("bone").expect("bone").file();
        desk.live.save_preset("mine", &bone, &mut desk.reading);
        assert!(told(&desk).starts_with("'presets/volume' is locked by the site"), "{}", told(&desk));
        assert!(!desk.folder.path().join(Transfers::FOLDER).exists());
        let text = fs::read_to_string(desk.folder.path().join("config.toml")).expect("the file");
        assert_eq!(text, "[viewer]\ndim = 0.5\n");
    }

    #[test]
    fn files_are_read_again_only_when_they_changed() {
        let mut desk = Desk::with("", &[]);
        let revision = desk.reading.revision;
        desk.live.reload_if_changed(&mut desk.reading);
        assert_eq!(desk.reading.revision, revision, "nothing changed");
        desk.write("config.toml", "[viewer]\ndim = 0.5\n");
        desk.live.reload_if_changed(&mut desk.reading);
        assert!((desk.live.settings().viewer.dim - 0.5).abs() < f32::EPSILON);
        // A fault is told once, not at every focus.
        desk.write("config.toml", "[viewer]\ndim = 5\n");
        desk.live.reload_if_changed(&mut desk.reading);
        desk.live.reload_if_changed(&mut desk.reading);
        assert_eq!(desk.messages().len(), 2, "{:?}", desk.messages());
    }

    #[test]
    fn what_the_reader_chose_stays_unless_its_setting_was_changed() {
        let mut desk = Desk::with("", &[]);
        desk.reading.session.detail = Detail::Identity;
        desk.write("config.toml", "[viewer]\ndim = 0.5\n");
        desk.reload();
        assert_eq!(desk.reading.session.detail, Detail::Identity);
        desk.write("config.toml", "[viewer]\ndetail = \"short\"\n");
        desk.reload();
        assert_eq!(desk.reading.session.detail, Detail::Short);
    }
}
