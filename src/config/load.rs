//! Reading every layer of settings, keys, words, palettes, presets, monitors with limits and checks, hanging protocols and archives.

use std::sync::Arc;

use crate::calibration::{Profiles, Schedules};
use crate::color::Palettes;
use crate::corner_text::CornerTexts;
use crate::handwritten::Origin;
use crate::keymap::Keymap;
use crate::priors::PriorRules;
use crate::volume::Transfers;

use super::displays::{self, Displays};
use super::error::ConfigError;
use super::layer::{Entry, Layers};
use super::loader::Loader;
use super::peers::{self, Peers};
use super::policy::Policy;
use super::protocols::{LoadedProtocols, protocol_files, vocabulary};
use super::settings::Settings;
use super::sources::{LayerFile, Sources};

/// The shipped settings, written from the schema.
pub(super) const SHIPPED: &str = include_str!("../../assets/config/default.toml");

/// Settings, keys, corner texts, palettes, volume presets, monitors and archives as they apply.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The settings.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
    /// The words in the corners of viewports.
    pub corner_texts: CornerTexts,
    /// The palettes for gray.
    pub palettes: Palettes,
    /// What values of volumes may look like.
    pub transfers: Transfers,
    /// Files that were left out, each with its fault: all else applies.
    pub left_out: Vec<String>,
    /// What the site has locked.
    pub policy: Policy,
    /// The monitors.
    pub displays: Displays,
    /// What monitors are held against.
    pub display_profiles: Arc<Profiles>,
    /// Which checks of monitors are due how often.
    pub schedules: Schedules,
    /// By what priors are found.
    pub prior_rules: PriorRules,
    /// By what studies hang.
    pub protocols: LoadedProtocols,
    /// The archives.
    pub peers: Peers,
    entries: Vec<Entry>,
    files: Vec<LayerFile>,
}

impl Config {
    /// Reads every layer. All faults of all files are told, not only the first.
    pub fn load(sources: &Sources) -> Result<Self, Vec<ConfigError>> {
        let (mut loader, mut layers) = (Loader::default(), Layers::default());
        layers.file(SHIPPED, Origin::Shipped);
        for origin in sources.files("config.toml") {
            if let Some(text) = loader.read(&origin) {
                layers.file(&text, origin);
            }
        }
        for argument in &sources.arguments {
            layers.argument(argument);
        }
        let mut errors = std::mem::take(&mut layers.errors);
        let policy = layers.policy.clone().with_files_of(sources);
        let (settings, entries) = layers.finish();
        let keymap = loader.keymap(sources, settings.keys.profile);
        let corner_texts = loader.corner_texts(sources);
        let palettes = loader.palettes(sources);
        let transfers = loader.transfers(sources);
        let (mut displays, mut peers) = (Displays::default(), Peers::default());
        let (mut schedules, mut prior_rules) = (Schedules::default(), PriorRules::default());
        loader.lay(sources.station_files(displays::FILE), |text, origin| displays.lay(text, origin));
        loader.lay(sources.station_files(Schedules::FILE), |text, origin| schedules.lay(text, origin));
        loader.lay(sources.files(PriorRules::FILE), |text, origin| prior_rules.lay(text, origin));
        loader.lay(sources.station_files(peers::FILE), |text, origin| peers.lay(text, origin));
        let display_profiles = Arc::new(loader.display_profiles(sources));
        let Loader { errors: others, files, mut left_out } = loader;
        left_out.extend(sources.misplaced());
        errors.extend(others);
        match keymap {
            Some(keymap) if errors.is_empty() => {
                let (found, unreadable) = protocol_files(sources, &settings.viewer.group_names());
                let names = vocabulary(&palettes, &transfers);
                let protocols = LoadedProtocols::read(found, &unreadable, &names);
                Ok(Self {
                    settings,
                    keymap,
                    corner_texts,
                    palettes,
                    transfers,
                    left_out,
                    policy,
                    displays,
                    display_profiles,
                    schedules,
                    prior_rules,
                    protocols,
                    peers,
                    entries,
                    files,
                })
            }
            _ => Err(errors),
        }
    }

    /// Every setting with its value and origin, in the order of the handbook.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every file that was looked for, the later layers last; of corner texts, palettes, presets and limits of
    /// monitors only those that are there.
    pub fn files(&self) -> &[LayerFile] {
        &self.files
    }
}

#[cfg(test)]
mod tests {
    use crate::command::{Detail, Reader};
    use crate::corner_text::Corner;
    use crate::grayscale::GsdfOwner;

    use super::super::schema::SETTINGS;
    use super::*;

    /// Folders with the given files, and what loading them says: the faults, a line each.
    struct Layered {
        folder: tempfile::TempDir,
        sources: Sources,
    }

    impl Layered {
        fn new(files: &[(&str, &str)], arguments: &[&str]) -> Self {
            let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
            for (name, text) in files {
                let path = folder.path().join(name);
                let parent = path.parent().unwrap_or(folder.path());
                std::fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{error}"));
                std::fs::write(path, text).unwrap_or_else(|error| panic!("{error}"));
            }
            let sources = Sources {
                site_dir: Some(folder.path().join("site")),
                config_dir: Some(folder.path().join("user")),
                reader: Reader::account(),
                arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            };
            Self { folder, sources }
        }

        fn load(&self) -> Result<Config, Vec<String>> {
            let prefix = format!("{}/", self.folder.path().display()).replace('\\', "/");
            let words = |error: &ConfigError| error.to_string().replace('\\', "/").replace(&prefix, "");
            Config::load(&self.sources).map_err(|errors| errors.iter().map(words).collect())
        }
    }

    #[track_caller]
    fn faults(files: &[(&str, &str)], arguments: &[&str], expected: &[&str]) {
        let found = Layered::new(files, arguments).load().map(|config| config.settings);
        assert_eq!(found, Err(expected.iter().map(|&line| line.to_owned()).collect()));
    }

    #[test]
    fn with_no_files_everything_is_shipped_and_stands_in_a_line() {
        let config = Config::load(&Sources::default()).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(config.settings, Settings::default());
        assert_eq!(config.entries().len(), SETTINGS.len());
        for entry in config.entries() {
            assert_eq!(entry.origin.kind(), "shipped", "{}", entry.key);
            let line =
                SHIPPED.lines().nth(entry.line.unwrap_or_default().saturating_sub(1)).unwrap_or_default();
            let name = entry.key.rsplit('.').next().unwrap_or_default();
            assert_eq!(line, format!("{name} = {}", entry.value));
        }
        assert!(!config.keymap.bindings().is_empty());
    }

    #[test]
    fn palettes_of_site_and_user_join_those_of_the_standard() {
        let layered = Layered::new(
            &[
                ("site/palettes/ours.csv", "0,0,0\n1,1,1\n"),
                ("user/palettes/mine.csv", "0,0,0\n2,2,2\n"),
                ("user/palettes/ours.csv", "0,0,0\n3,3,3\n"),
                ("user/palettes/notes.txt", "no palette"),
            ],
            &[],
        );
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let last = |name: &str| config.palettes.named(name).and_then(|palette| palette.colors().last());
        assert_eq!([last("ours"), last("mine")], [Some(&[3; 3]), Some(&[2; 3])]);
        assert_eq!(config.palettes.all().len(), 10);
        assert_eq!(config.files().iter().filter(|file| file.is_there).count(), 3);
    }

    #[test]
    fn volume_presets_of_site_and_user_join_the_shipped_and_a_bad_one_is_left_out() {
        let [bone, skin] =
            ["bone", "skin"].map(|name| Transfers::default().named(name).expect(name).file().to_toml());
        let layered = Layered::new(
            &[
                ("site/presets/volume/ours.toml", &bone),
                ("user/presets/volume/ours.toml", &skin),
                ("user/presets/volume/bad.toml", "title = 'x'\nopacity = 3\n"),
                ("user/presets/volume/bone.toml", &skin),
                ("user/presets/volume/notes.txt", "no preset"),
            ],
            &[],
        );
        let config = layered.load().expect("no fault that stops");
        let title = |name: &str| config.transfers.named(name).map(|transfer| transfer.title.clone());
        assert_eq!((title("ours").as_deref(), title("bone").as_deref()), (Some("Skin"), Some("Bone")));
        let told: Vec<&str> =
            config.left_out.iter().filter_map(|told| told.split("presets/volume/").nth(1)).collect();
        let [bad, taken] = told.as_slice() else { panic!("{told:?}") };
        assert!(bad.starts_with("bad.toml: line 2: "), "{bad}");
        assert!(taken.starts_with("bone.toml: 'bone' is a volume preset of every installation"), "{taken}");
    }

    #[test]
    fn faults_of_palettes_name_the_file() {
        faults(
            &[
                ("site/palettes/pet.csv", "0,0,0\n1,1,1\n"),
                ("user/palettes/mine.csv", "# mine\n0,0,0\n1,1\n"),
            ],
            &[],
            &[
                "site/palettes/pet.csv:1: 'pet' is a palette of DICOM; give yours another name",
                "user/palettes/mine.csv:3: '1,1' is no colour; write RED,GREEN,BLUE from 0 to 255",
            ],
        );
    }

    #[test]
    fn each_layer_covers_the_one_below_setting_by_setting() {
        let layered = Layered::new(
            &[
                ("site/config.toml", "[viewer]\ndim = 0.5\nwheel_images = 2\ntext_size = 15\n"),
                ("user/config.toml", "viewer.wheel_images = 3\nviewer.layout = '1x2'\n"),
            ],
            &["viewer.layout=2x2", "logging.level = debug", "viewer.dim=0.9", "viewer.dim=0.8"],
        );
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let told = |key: &str| {
            let entry = config.entries().iter().find(|entry| entry.key == key);
            entry.map(|entry| format!("{} {} {:?}", entry.value, entry.origin.kind(), entry.line))
        };
        assert_eq!(told("viewer.text_size"), Some("15.0 site Some(4)".to_owned()));
        assert_eq!(told("viewer.wheel_images"), Some("3 user Some(1)".to_owned()));
        assert_eq!(told("viewer.layout"), Some("\"2x2\" command line None".to_owned()));
        assert_eq!(told("viewer.dim"), Some("0.8 command line None".to_owned()));
        assert_eq!(told("logging.level"), Some("\"debug\" command line None".to_owned()));
        assert_eq!(config.settings.viewer.wheel_images, 3);
        assert_eq!(config.settings.viewer.layout.count(), 4);
        let there: Vec<bool> = config.files().iter().map(|file| file.is_there).collect();
        assert_eq!((there.len(), there.iter().position(|is_there| !is_there)), (12, Some(2)));
    }

    #[test]
    fn what_is_called_nothing_is_refused_with_a_suggestion() {
        faults(
            &[(
                "user/config.toml",
                "level = 1\n[viewer]\n  dimm = 0.5\nframes_mib = 1\nxyzzy = 1\n[loging]\n",
            )],
            &["viewer.dims=0.5"],
            &[
                "user/config.toml:1:1: there is no setting 'level' (did you mean 'logging.level'?)",
                "user/config.toml:3:3: there is no setting 'viewer.dimm' (did you mean 'viewer.dim'?)",
                "user/config.toml:4:1: there is no setting 'viewer.frames_mib' (did you mean 'memory.frames_mib'?)",
                "user/config.toml:5:1: there is no setting 'viewer.xyzzy'",
                "user/config.toml:6:2: there is no section 'loging' (did you mean 'logging'?)",
                "command line: there is no setting 'viewer.dims' (did you mean 'viewer.dim'?)",
            ],
        );
    }

    #[test]
    fn a_wrong_value_says_what_was_found_and_what_is_expected() {
        faults(
            &[(
                "site/config.toml",
                "decode = 4\n[viewer]\ndim = 5.0\nwheel_images = \"2\"\ninterpolation = \"liner\"\n\
                 layout = [\n1]\n[viewer.text_size]\n",
            )],
            &["logging.hash_uids=yes", "viewer.text_size", "viewer.text_size="],
            &[
                "site/config.toml:1:1: 'decode' is not a section; expected [decode] with its settings below",
                "site/config.toml:3:7: 'viewer.dim' is 5.0; expected a number from 0.3 to 1.0",
                "site/config.toml:4:16: 'viewer.wheel_images' is \"2\"; expected a whole number from 1 to 10",
                "site/config.toml:5:17: 'viewer.interpolation' is \"liner\"; expected nearest, linear or cubic \
                 (did you mean 'linear'?)",
                "site/config.toml:6:10: 'viewer.layout' is a list; expected 1x1, 1x2, 2x1, 2x2, 2x3, 3x3 or 4x4",
                "site/config.toml:8:1: 'viewer.text_size' is a table; expected a number from 9.0 to 28.0",
                "command line: 'logging.hash_uids' is yes; expected true or false",
                "command line: 'viewer.text_size' has no value: write KEY=VALUE, such as viewer.text_size=15",
                "command line: 'viewer.text_size' is empty; expected a number from 9.0 to 28.0",
            ],
        );
    }

    #[test]
    fn faults_of_every_file_are_told_together() {
        faults(
            &[
                ("site/config.toml", "[viewer]\ndim = 0.5\ndim = 0.6\n"),
                ("user/config.toml", "[viewer]\ndim = 2\n"),
                ("user/keymap.toml", "[viewport]\nI = \"invrt\"\n"),
            ],
            &[],
            &[
                "site/config.toml:3:1: 'dim' is written twice",
                "user/config.toml:2:7: 'viewer.dim' is 2; expected a number from 0.3 to 1.0",
                "user/keymap.toml:2:5: 'I': there is no command 'invrt' (did you mean 'invert'?)",
            ],
        );
    }

    #[test]
    fn keys_are_layered_too_and_a_conflict_is_a_fault() {
        let layered = Layered::new(&[("user/keymap.toml", "[viewport]\nF9 = \"invert\"\n")], &[]);
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let own =
            config.keymap.bindings().into_iter().filter(|binding| binding.origin.kind() == "user").count();
        assert_eq!(own, 1);
        let conflict = Layered::new(&[("user/keymap.toml", "[viewport]\nF1 = \"invert\"\n")], &[]).load();
        let errors = conflict.map(drop).expect_err("F1 is bound everywhere");
        let [one] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(one.starts_with("user/keymap.toml:2:1: 'F1' is bound in [viewport] here and in"), "{one}");
    }

    #[test]
    fn the_keys_of_another_viewer_lie_between_the_shipped_and_the_readers() {
        let own = "[viewport]\nT = \"tool probe\"\n";
        let layered = Layered::new(&[("user/keymap.toml", own)], &["keys.profile=weasis"]);
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let of = |chord: &str| {
            let bindings = config.keymap.bindings();
            let found = bindings.iter().find(|binding| binding.chord.to_string() == chord);
            found.map(|binding| format!("{} {}", binding.command, binding.origin.kind()))
        };
        let of = |chord: &str| of(chord).unwrap_or_default();
        assert_eq!(
            [of("T"), of("H"), of("W")],
            ["tool probe user", "tool point profile", "tool window shipped"]
        );
        faults(
            &[("user/keymap.toml", "[viewport]\nF9 = \"study next\"\n")],
            &["keys.profile=weasi"],
            &[
                "command line: 'keys.profile' is weasi; expected hotlight, weasis, ohif or horos (did you mean 'weasis'?)",
                "user/keymap.toml:2:1: 'F9': no key alone brings another patient, as 'study next' may: hold Ctrl or Alt with it, or put a \
                 leader before it",
            ],
        );
    }

    #[test]
    fn a_file_that_is_there_and_cannot_be_read_is_a_fault() {
        let layered = Layered::new(&[("user/config.toml/inside", "")], &[]);
        let errors = layered.load().map(drop).expect_err("a folder is no file");
        let [one] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(one.starts_with("user/config.toml: the file cannot be read: "), "{one}");
    }

    #[test]
    fn corner_texts_are_layered_file_by_file_and_the_readers_comes_last() {
        let of = |name| format!("[full]\ntop_left = [\"{name}\"]\n");
        let layered = Layered::new(
            &[
                ("site/corner-text/CT.toml", &of("the site's")),
                ("site/corner-text/MR.toml", &of("the site's")),
                ("user/corner-text/CT.toml", &of("the reader's")),
                ("user/corner-text/CT.toml~", "an editor's copy"),
            ],
            &[],
        );
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let top_left = |texts: &CornerTexts, modality| {
            texts.lines(modality, Detail::Full, Corner::TopLeft, |_| Some("field".to_owned()))
        };
        assert_eq!(top_left(&config.corner_texts, "CT"), ["the reader's"]);
        assert_eq!(top_left(&config.corner_texts, "MR"), ["the site's"]);
        let shipped = CornerTexts::default();
        assert_eq!(top_left(&config.corner_texts, "US"), top_left(&shipped, "US"));
        let found = config.files().iter().filter(|file| file.is_there).count();
        assert_eq!((found, config.files().len()), (3, 15), "{:?}", config.files());
    }

    #[test]
    fn faults_of_corner_texts_are_told_with_the_others() {
        faults(
            &[
                ("site/corner-text/us.toml", ""),
                ("user/config.toml", "[viewer]\ndim = 2\n"),
                ("user/corner-text/CT.toml", "[full]\ntop_left = [\"{kvpp}\"]\n"),
                ("user/corner-text/MR.toml", "[full]\ntop_left = 3\n"),
            ],
            &[],
            &[
                "user/config.toml:2:7: 'viewer.dim' is 2; expected a number from 0.3 to 1.0",
                "site/corner-text/us.toml:1:1: no modality is called 'us': the file is named for one, or default.toml \
                 (did you mean 'US'?)",
                "user/corner-text/CT.toml:2:14: there is no field 'kvpp' (did you mean 'kvp'?)",
                "user/corner-text/MR.toml:2:12: 'top_left' is a number, where a list of lines is expected: [\"…\", \"…\"]",
            ],
        );
    }

    #[test]
    fn what_the_reader_says_of_a_monitor_replaces_what_the_site_says_and_faults_are_told_with_the_others() {
        let of = |gsdf| format!("[a]\ngsdf = \"{gsdf}\"\n");
        let layered =
            Layered::new(&[("site/displays.toml", &of("panel")), ("user/displays.toml", &of("system"))], &[]);
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let a = config.displays.get("a").map(|monitor| (monitor.gsdf.owner(), monitor.origin.kind()));
        assert_eq!(a, Some((GsdfOwner::System, "user")));
        faults(
            &[("site/displays.toml", &of("pannel")), ("user/config.toml", "[viewer]\ndim = 2\n")],
            &[],
            &[
                "user/config.toml:2:7: 'viewer.dim' is 2; expected a number from 0.3 to 1.0",
                "site/displays.toml:2:8: 'gsdf' is \"pannel\"; expected none, panel, system or viewer (did you mean 'panel'?)",
            ],
        );
    }

    #[test]
    fn schedules_of_checks_are_layered_use_by_use_and_faults_are_told_with_the_others() {
        let of = |title: &str| {
            format!(
                "[diagnostic]\ntitle = \"{title}\"\n[[diagnostic.task]]\nname = \"look\"\ntitle = \"Look\"\n\
                 done_by = [\"visual-check\"]\nevery_days = 7\nsource = \"ours\"\n"
            )
        };
        let files = [
            ("site/display-schedules.toml", of("The site's")),
            ("user/display-schedules.toml", of("The reader's")),
        ];
        let layered = Layered::new(&files.each_ref().map(|(name, text)| (*name, text.as_str())), &[]);
        let config = layered.load().unwrap_or_else(|errors| panic!("{errors:?}"));
        let title = |name| config.schedules.get(name).map(|schedule| schedule.title.as_str());
        assert_eq!(title("diagnostic"), Some("The reader's"));
        assert_eq!(title("mammography"), Some("First reading of mammograms"));
        faults(
            &[("site/display-schedules.toml", &of("A").replace("every_days", "every_day"))],
            &[],
            &[
                "site/display-schedules.toml:3:1: it needs 'every_days' too: after how many days it is due again",
                "site/display-schedules.toml:7:1: there is no key 'every_day' here (did you mean 'every_days'?)",
            ],
        );
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_read() {
        let layered = Layered::new(&[("user/config.toml", "\u{feff}[viewer]\r\ndim = 0.5\r\n")], &[]);
        assert_eq!(layered.load().map(|config| config.settings.viewer.dim), Ok(0.5));
    }
}
