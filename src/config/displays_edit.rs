//! One monitor changed in `displays.toml`: what is said of others stays, comments too.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use crate::handwritten::Origin;

use super::displays::{Displays, FILE, Gsdf, MonitorSettings};
use super::edit::{write, write_for_all};
use super::error::ConfigError;
use super::policy::Policy;
use super::sources::Sources;

/// Where files of measured luminances lie, beside `displays.toml`.
const FOLDER: &str = "displays";

/// Says something else of a monitor: in the file that says something of it now, else in the site's, for everybody; in the reader's
/// own where the site's cannot be written, unless the site has locked that: nobody would read it. `curve` is a file of measured luminances, its name and its text, that is put beside
/// it first, and that the monitor then goes by. Gives the file that was changed.
pub fn save_monitor(
    sources: &Sources,
    displays: &Displays,
    id: &str,
    settings: &MonitorSettings,
    curve: Option<(&str, &str)>,
) -> Result<PathBuf, String> {
    let locked = Policy::of(sources.site_dir.as_deref()).refusal(FILE);
    let said_by = displays.get(id).and_then(|said| said.origin.path()).and_then(Path::parent);
    let own = sources.config_dir.as_deref().filter(|_| locked.is_none());
    let usual = sources.site_dir.as_deref().into_iter().chain(own);
    let folders: Vec<&Path> = match said_by {
        // The reader's own file lies above the site's.
        Some(folder) if Some(folder) == own => vec![folder],
        _ => usual.collect(),
    };
    let mut outcome = Err(Fault::Other(ConfigError::NoFolder.to_string()));
    for folder in folders {
        let write = if Some(folder) == own { write } else { write_for_all };
        outcome = save_in(folder, write, id, settings, curve);
        if !matches!(outcome, Err(Fault::Unwritable(_))) {
            break;
        }
    }
    outcome.map_err(|fault| match (fault, locked) {
        (Fault::Unwritable(why), Some(locked)) => format!("{why}, and {locked}"),
        (Fault::Unwritable(why) | Fault::Other(why), _) => why,
    })
}

/// Why a file was not changed.
enum Fault {
    /// It cannot be written: perhaps another can.
    Unwritable(String),
    /// Anything else.
    Other(String),
}

fn save_in(
    folder: &Path,
    write: fn(&Path, &Path, &str) -> std::io::Result<()>,
    id: &str,
    settings: &MonitorSettings,
    curve: Option<(&str, &str)>,
) -> Result<PathBuf, Fault> {
    let path = folder.join(FILE);
    let unwritable = |path: &Path| {
        let path = path.to_path_buf();
        move |error| Fault::Unwritable(ConfigError::Unwritable { path, error }.to_string())
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Fault::Other(ConfigError::Unreadable { path, error }.to_string())),
    };
    let mut settings = settings.clone();
    if let Some((name, text)) = curve {
        let file = folder.join(FOLDER).join(name);
        write(&folder.join(FOLDER), &file, text).map_err(unwritable(&file))?;
        if let Gsdf::Viewer { luminance, .. } = &mut settings.gsdf {
            *luminance = file;
        }
    }
    let changed = changed(&text, folder, id, &settings)
        .map_err(|why| Fault::Other(format!("{}: {why}", path.display())))?;
    // Never a file that would not be read again.
    let origin = Origin::User(path.clone());
    Displays::default()
        .lay(&changed, &origin)
        .map_err(|faults| Fault::Other(faults.first().map(ToString::to_string).unwrap_or_default()))?;
    write(folder, &path, &changed).map_err(unwritable(&path))?;
    Ok(path)
}

/// What is said of a monitor, as a file that says nothing else.
pub fn monitor_toml(id: &str, settings: &MonitorSettings) -> String {
    changed("", Path::new(""), id, settings).unwrap_or_default()
}

/// The monitor that such a file speaks of; none where it is not one.
pub fn read_monitor_toml(text: &str, id: &str) -> Option<MonitorSettings> {
    let mut displays = Displays::default();
    displays.lay(text, &Origin::User(PathBuf::from(FILE))).ok()?;
    displays.get(id).cloned()
}

fn changed(text: &str, folder: &Path, id: &str, settings: &MonitorSettings) -> Result<String, String> {
    let mut document: DocumentMut =
        text.parse().map_err(|why: toml_edit::TomlError| why.message().to_owned())?;
    let item = document.entry(id).or_insert_with(|| Item::Table(Table::new()));
    let table = item.as_table_like_mut().ok_or_else(|| format!("'{id}' is no section"))?;
    let MonitorSettings { gsdf, bits, profile, dither, pixel_mm, measured, role, used_for, .. } = settings;
    let file = |path: &Path| {
        let beside = path.strip_prefix(folder).ok().filter(|_| !folder.as_os_str().is_empty());
        value(beside.unwrap_or(path).to_string_lossy().replace('\\', "/"))
    };
    let curve = match gsdf {
        Gsdf::Viewer { luminance, ambient_cd_m2 } => Some((file(luminance), value(*ambient_cd_m2))),
        _ => None,
    };
    let (luminance, ambient) = curve.unzip();
    let date = measured.as_deref().and_then(|day| {
        let part = |from, to| day.get(from..to);
        let date = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
        date.parse::<toml_edit::Datetime>().ok().map(value)
    });
    for (key, said) in [
        ("gsdf", Some(value(gsdf.owner().name()))),
        ("luminance", luminance),
        ("ambient", ambient),
        ("bits", Some(value(i64::from(*bits)))),
        ("profile", profile.as_deref().map(file)),
        ("dither", dither.then(|| value(true))),
        ("pixel_mm", pixel_mm.map(value)),
        ("measured", date),
        ("role", role.as_deref().map(value)),
        ("use", used_for.as_deref().map(value)),
    ] {
        match said {
            Some(said) => match table.get_mut(key) {
                // What stands around it stays.
                Some(Item::Value(old)) => {
                    let decor = old.decor().clone();
                    if let Item::Value(mut new) = said {
                        *new.decor_mut() = decor;
                        *old = new;
                    }
                }
                _ => drop(table.insert(key, said)),
            },
            None => drop(table.remove(key)),
        }
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(gsdf: Gsdf) -> MonitorSettings {
        MonitorSettings {
            gsdf,
            pixel_mm: Some(0.2),
            measured: Some("20261128".to_owned()),
            role: Some("left".to_owned()),
            used_for: Some("diagnostic".to_owned()),
            ..MonitorSettings::default()
        }
    }

    fn viewer() -> MonitorSettings {
        settings(Gsdf::Viewer { luminance: PathBuf::new(), ambient_cd_m2: 0.25 })
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).expect("a file").permissions()) & 0o777
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).expect("read")
    }

    #[test]
    fn a_monitor_that_goes_by_a_curve_names_the_file_beside_it_and_what_stood_there_stays() {
        let site = tempfile::tempdir().expect("a folder");
        let before = "# of the left room\n[OTHER]\ngsdf = \"panel\" # its own\n\n[EIZ-1]\ngsdf = \"panel\" # until autumn\nrole = \"main\"\n";
        fs::write(site.path().join(FILE), before).expect("written");
        let sources = Sources { site_dir: Some(site.path().to_path_buf()), ..Sources::default() };
        let curve = Some(("EIZ-1-a.csv", "ddl,luminance\n0,1\n255,400\n"));
        let path = save_monitor(&sources, &Displays::default(), "EIZ-1", &viewer(), curve).expect("saved");
        let text = read(&path);
        assert!(text.starts_with("# of the left room\n[OTHER]\ngsdf = \"panel\" # its own\n"), "{text}");
        assert!(text.contains("gsdf = \"viewer\" # until autumn\nrole = \"left\"\n"), "{text}");
        assert!(text.contains("luminance = \"displays/EIZ-1-a.csv\"\nambient = 0.25\n"), "{text}");
        let mut displays = Displays::default();
        displays.lay(&text, &Origin::Site(path)).expect("read again");
        let said = displays.get("EIZ-1").expect("said");
        let file = site.path().join("displays/EIZ-1-a.csv");
        assert_eq!(said.gsdf, Gsdf::Viewer { luminance: file.clone(), ambient_cd_m2: 0.25 });
        assert_eq!((said.measured.as_deref(), said.pixel_mm), (Some("20261128"), Some(0.2)));
        assert!(read(&file).ends_with("255,400\n"));
        #[cfg(unix)]
        assert_eq!(mode(&file), 0o644, "other accounts go by it, too");
        // Without a curve nothing of it is left.
        let text =
            read(&save_monitor(&sources, &displays, "EIZ-1", &settings(Gsdf::Panel), None).expect("saved"));
        assert!(
            !text.contains("luminance") && !text.contains("ambient") && text.contains("# until autumn"),
            "{text}"
        );
    }

    #[test]
    fn where_the_reader_says_something_of_it_that_is_what_changes() {
        let [site, user] = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
        let sources = Sources {
            site_dir: Some(site.path().to_path_buf()),
            config_dir: Some(user.path().to_path_buf()),
            ..Sources::default()
        };
        let save = |displays: &Displays| {
            save_monitor(&sources, displays, "A", &settings(Gsdf::System), None).expect("saved")
        };
        assert_eq!(save(&Displays::default()), site.path().join(FILE), "for everybody");
        let mut displays = Displays::default();
        displays.lay("[A]\ngsdf = \"panel\"\n", &Origin::User(user.path().join(FILE))).expect("read");
        assert_eq!(save(&displays), user.path().join(FILE), "it lies above the site's");
    }

    #[test]
    fn where_the_site_has_locked_the_file_nothing_is_written_that_nobody_would_read() {
        let [site, user] = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
        let sources = Sources {
            site_dir: Some(site.path().to_path_buf()),
            config_dir: Some(user.path().to_path_buf()),
            ..Sources::default()
        };
        // The site's folder takes no curves.
        fs::write(site.path().join(FOLDER), "a file, and no folder").expect("written");
        let save = || {
            let curve = Some(("A-a.csv", "ddl,luminance\n0,1\n255,400\n"));
            save_monitor(&sources, &Displays::default(), "A", &viewer(), curve)
        };
        fs::write(site.path().join("config.toml"), "locked = [\"displays.toml\"]\n").expect("written");
        let told = save().expect_err("it is locked");
        assert!(
            told.contains("cannot be written") && told.contains("'displays.toml' is locked by the site"),
            "{told}"
        );
        assert_eq!(fs::read_dir(user.path()).expect("the folder").count(), 0, "no curve, either");
        fs::write(site.path().join("config.toml"), "").expect("written");
        assert_eq!(save(), Ok(user.path().join(FILE)), "the reader's own, where it counts");
        #[cfg(unix)]
        assert_eq!(mode(&user.path().join(FILE)), 0o600, "and nobody else's");
    }

    #[test]
    fn what_is_said_of_a_monitor_is_read_as_it_was_written() {
        for gsdf in [Gsdf::None, Gsdf::Viewer { luminance: "/a/b c.csv".into(), ambient_cd_m2: 0.0 }] {
            let before = settings(gsdf);
            let after = read_monitor_toml(&monitor_toml("A \"B\"", &before), "A \"B\"").expect("read");
            assert_eq!(after, MonitorSettings { origin: after.origin.clone(), line: after.line, ..before });
        }
        assert_eq!(read_monitor_toml("A = 1", "A"), None);
    }

    #[test]
    fn a_file_that_is_damaged_is_not_touched() {
        let site = tempfile::tempdir().expect("a folder");
        let sources = Sources { site_dir: Some(site.path().to_path_buf()), ..Sources::default() };
        for text in ["[A\n", "A = 1\n", "[B]\ngsdf = \"pannel\"\n"] {
            fs::write(site.path().join(FILE), text).expect("written");
            save_monitor(&sources, &Displays::default(), "A", &settings(Gsdf::Panel), None).expect_err(text);
            assert_eq!(read(&site.path().join(FILE)), text);
        }
    }
}
