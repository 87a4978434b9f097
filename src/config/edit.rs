//! One setting changed in the reader's own file: every other byte of it stays, comments and line ends too.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::ops::Range;
use std::path::Path;

use toml_edit::{Document, Item, TableLike, Value as Written};

use crate::handwritten::Origin;
use crate::private::{make_folder, read_text};

use super::error::{ConfigError, SettingFault};
use super::layer::{Layers, read_words};
use super::loader::TEXT_BYTES_MAX;
use super::policy::Policy;
use super::sources::Sources;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Where something is to be written, and what.
type Splice = (Range<usize>, String);

/// The text of a settings file with one setting changed, or added to its section. The value is as on the command line:
/// words need no quotes. A text that is not TOML is a fault.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, SettingFault> {
    let (setting, value) = read_words(key, value)?;
    let (section, name) = setting.section_and_name();
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let document = Document::parse(body).map_err(|error| SettingFault::Syntax(error.message().to_owned()))?;
    let (at, written) = splice(body, document.get(section), section, name, &value.to_string());
    let start = text.len() - body.len();
    let (before, after) = (text.get(..start + at.start), text.get(start + at.end..));
    Ok([before.unwrap_or(text), &written, after.unwrap_or_default()].concat())
}

/// Changes one setting in the reader's own file, and makes the file when there is none. Where the site has locked it, or the file has
/// another fault, nothing is written, and that is told.
pub fn save(sources: &Sources, key: &str, value: &str) -> Result<(), Vec<ConfigError>> {
    if let Some(fault) = Policy::of(sources.site_dir.as_deref()).refusal(key) {
        return Err(vec![ConfigError::Refused(fault)]);
    }
    let Some(folder) = sources.user_dir() else { return Err(vec![ConfigError::NoFolder]) };
    let path = folder.join("config.toml");
    let unreadable = |error| vec![ConfigError::Unreadable { path: path.clone(), error }];
    let text = match read_text(&path, TEXT_BYTES_MAX) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unreadable(error)),
    };
    let faults = |text: &str| {
        let mut layers = Layers::default();
        layers.file(text, Origin::User(path.clone()));
        layers.errors
    };
    // A text that is not TOML is told with all its faults, as it would be when it is read.
    let (changed, faults_then) = match set(&text, key, value) {
        Ok(changed) => {
            let faults_then = faults(&changed);
            (changed, faults_then)
        }
        Err(fault) if !matches!(fault, SettingFault::Syntax(_)) => {
            return Err(vec![ConfigError::Refused(fault)]);
        }
        Err(fault) => (String::new(), vec![ConfigError::Refused(fault)]),
    };
    if !faults_then.is_empty() {
        // Where the reader can find them: in the text as it is.
        let faults_now = faults(&text);
        return Err(if faults_now.is_empty() { faults_then } else { faults_now });
    }
    write(&folder, &path, &changed)
        .map_err(|error| vec![ConfigError::Unwritable { path: path.clone(), error }])
}

/// Writes a file of the reader's own.
pub(super) fn write(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    make_folder(folder)?;
    replace(folder, path, text, |_| Ok(()))
}

/// Writes a file of the site, for every account to read.
pub(super) fn write_for_all(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    replace(folder, path, text, show_to_all)
}

/// Lets every account read a file.
pub(super) fn show_to_all(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    #[cfg(not(unix))]
    let _of_the_folder = file;
    Ok(())
}

/// Writes the whole file beside the old one, then puts it in its place, so that there is never half a file. What is new is the writer's
/// alone before `permit`; what was there keeps its rights.
fn replace(
    folder: &Path,
    path: &Path,
    text: &str,
    permit: fn(&File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_absent| path.to_path_buf());
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(folder))?;
    file.write_all(text.as_bytes())?;
    match fs::metadata(&path) {
        Ok(old) => file.as_file().set_permissions(old.permissions())?,
        Err(_absent) => permit(file.as_file())?,
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Where a setting stands or belongs, and what is to stand there.
fn splice(text: &str, section_item: Option<&Item>, section: &str, name: &str, value: &str) -> Splice {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(item) = section_item else { return new_section(text, section, name, value, line_end) };
    let Some(table) = item.as_table_like() else {
        // Not a section but a value: a fault that is told when the text is read again.
        return new_section(text, section, name, value, line_end);
    };
    if let Some(span) = table.get(name).and_then(Item::span) {
        return (span, value.to_owned());
    }
    let last = last_span(table);
    match (item, last) {
        (Item::Value(Written::InlineTable(inline)), Some(last)) if !inline.is_dotted() => {
            (last.end..last.end, format!(", {name} = {value}"))
        }
        (Item::Value(Written::InlineTable(inline)), None) => {
            let open = inline.span().map_or(0, |span| span.start + 1);
            (open..open, format!(" {name} = {value} "))
        }
        (Item::Table(table), None) => match table.span() {
            Some(header) => line_after(text, header.end, "", &format!("{name} = {value}"), line_end),
            None => new_section(text, section, name, value, line_end),
        },
        (_, Some(last)) => {
            let is_dotted = table.is_dotted();
            let key = if is_dotted { format!("{section}.{name}") } else { name.to_owned() };
            line_after(text, last.end, indent(text, last.start), &format!("{key} = {value}"), line_end)
        }
        (_, None) => new_section(text, section, name, value, line_end),
    }
}

/// Where the last value of a section stands in the text.
fn last_span(table: &dyn TableLike) -> Option<Range<usize>> {
    table
        .iter()
        .filter(|(_, item)| item.is_value())
        .filter_map(|(_, item)| item.span())
        .max_by_key(|span| span.end)
}

/// A line of its own after the one that `offset` is in.
fn line_after(text: &str, offset: usize, indent: &str, line: &str, line_end: &str) -> Splice {
    let rest = text.get(offset..).unwrap_or_default();
    match rest.find('\n') {
        Some(end) => {
            let at = offset + end + 1;
            (at..at, format!("{indent}{line}{line_end}"))
        }
        None => (text.len()..text.len(), format!("{line_end}{indent}{line}{line_end}")),
    }
}

/// The section at the end of the text.
fn new_section(text: &str, section: &str, name: &str, value: &str, line_end: &str) -> Splice {
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => line_end,
        _ => &line_end.repeat(2),
    };
    let written = format!("{gap}[{section}]{line_end}{name} = {value}{line_end}");
    (text.len()..text.len(), written)
}

/// The white space that the line of `offset` begins with.
fn indent(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::load::Config;
    use super::*;

    #[track_caller]
    fn check(before: &str, key: &str, value: &str, after: &str) {
        assert_eq!(set(before, key, value).as_deref(), Ok(after));
        // It means what it was meant to.
        let mut layers = Layers::default();
        layers.file(after, Origin::User("config.toml".into()));
        assert!(layers.errors.is_empty(), "{:?}", layers.errors);
        let (_, entries) = layers.finish();
        let found = entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.bare());
        assert_eq!(found.as_deref(), Some(value), "{after}");
    }

    #[test]
    fn a_value_is_changed_where_it_stands_and_nothing_else_is() {
        let before =
            "# Mine.\n\n[viewer]   # looks\n  dim   =   0.5   # evenings\n\twheel_images = 2\n\n# end";
        let after =
            "# Mine.\n\n[viewer]   # looks\n  dim   =   0.65   # evenings\n\twheel_images = 2\n\n# end";
        check(before, "viewer.dim", "0.65", after);
        check("viewer.dim=0.5", "viewer.dim", "0.65", "viewer.dim=0.65");
        check("viewer . dim = 0.5\n", "viewer.dim", "0.65", "viewer . dim = 0.65\n");
        check("[viewer]\n\"layout\" = '1x2'\n", "viewer.layout", "2x2", "[viewer]\n\"layout\" = \"2x2\"\n");
        check(
            "viewer = { dim = 0.5, layout = \"1x2\" } # all\n",
            "viewer.dim",
            "0.65",
            "viewer = { dim = 0.65, layout = \"1x2\" } # all\n",
        );
    }

    #[test]
    fn a_setting_is_added_after_the_last_of_its_section() {
        check(
            "[viewer]\n  dim = 0.5 # evenings\n\n# Logs.\n[logging]\nlevel = \"warn\"\n",
            "viewer.wheel_images",
            "3",
            "[viewer]\n  dim = 0.5 # evenings\n  wheel_images = 3\n\n# Logs.\n[logging]\nlevel = \"warn\"\n",
        );
        check("[viewer]\ndim = 0.5", "viewer.wheel_images", "3", "[viewer]\ndim = 0.5\nwheel_images = 3\n");
        check(
            "[viewer] # looks\n\n[logging]\n",
            "viewer.dim",
            "0.5",
            "[viewer] # looks\ndim = 0.5\n\n[logging]\n",
        );
        check("[viewer]", "viewer.dim", "0.5", "[viewer]\ndim = 0.5\n");
    }

    #[test]
    fn dotted_keys_and_inline_tables_stay_what_they_are() {
        check(
            "viewer.dim = 0.5\nlogging.level = \"warn\"\n",
            "viewer.wheel_images",
            "3",
            "viewer.dim = 0.5\nviewer.wheel_images = 3\nlogging.level = \"warn\"\n",
        );
        check(
            "viewer = { dim = 0.5 }\n",
            "viewer.wheel_images",
            "3",
            "viewer = { dim = 0.5, wheel_images = 3 }\n",
        );
        check("viewer = {}\n", "viewer.wheel_images", "3", "viewer = { wheel_images = 3 }\n");
    }

    #[test]
    fn a_section_that_is_missing_comes_at_the_end() {
        check("", "viewer.dim", "0.5", "[viewer]\ndim = 0.5\n");
        check("# Mine.", "viewer.dim", "0.5", "# Mine.\n\n[viewer]\ndim = 0.5\n");
        check(
            "[logging]\nlevel = \"warn\"\n",
            "viewer.dim",
            "0.5",
            "[logging]\nlevel = \"warn\"\n\n[viewer]\ndim = 0.5\n",
        );
    }

    #[test]
    fn line_ends_and_the_byte_order_mark_stay() {
        check(
            "\u{feff}# Mine.\r\n[viewer]\r\ndim = 0.5 # a\r\n",
            "viewer.dim",
            "0.6",
            "\u{feff}# Mine.\r\n[viewer]\r\ndim = 0.6 # a\r\n",
        );
        check(
            "\u{feff}[viewer]\r\ndim = 0.5 # a\r\n",
            "viewer.wheel_images",
            "3",
            "\u{feff}[viewer]\r\ndim = 0.5 # a\r\nwheel_images = 3\r\n",
        );
        check("# Mine.\r\n", "viewer.dim", "0.5", "# Mine.\r\n\r\n[viewer]\r\ndim = 0.5\r\n");
    }

    #[test]
    fn what_the_schema_refuses_is_refused_in_its_words() {
        let refused = |key, value| set("", key, value).map_err(|fault| fault.to_string());
        let fault = |text: &str| Err(text.to_owned());
        assert_eq!(refused("viewer.dim", "5"), fault("'viewer.dim' is 5; expected a number from 0.3 to 1.0"));
        let unknown = "there is no setting 'viewer.dimm' (did you mean 'viewer.dim'?)";
        assert_eq!(refused("viewer.dimm", "0.5"), fault(unknown));
        let word =
            "'viewer.interpolation' is liner; expected nearest, linear or cubic (did you mean 'linear'?)";
        assert_eq!(refused("viewer.interpolation", "liner"), fault(word));
    }

    /// A reader's folder, and what saving says there: the faults, a line each.
    struct Reader(tempfile::TempDir);

    impl Reader {
        fn with(text: Option<&str>) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            if let Some(text) = text {
                fs::create_dir(folder.path().join("user")).expect("a folder");
                fs::write(folder.path().join("user/config.toml"), text).expect("written");
            }
            Self(folder)
        }

        fn sources(&self) -> Sources {
            Sources { config_dir: Some(self.0.path().join("user")), ..Sources::default() }
        }

        fn save(&self, key: &str, value: &str) -> Result<(), Vec<String>> {
            let prefix = format!("{}/", self.0.path().display()).replace('\\', "/");
            let words = |error: &ConfigError| error.to_string().replace('\\', "/").replace(&prefix, "");
            save(&self.sources(), key, value).map_err(|errors| errors.iter().map(words).collect())
        }

        fn text(&self) -> String {
            fs::read_to_string(self.0.path().join("user/config.toml")).expect("the file")
        }
    }

    #[test]
    fn saving_makes_folder_and_file_and_leaves_nothing_beside_it() {
        let reader = Reader::with(None);
        assert_eq!(reader.save("viewer.dim", "0.5"), Ok(()));
        assert_eq!(reader.save("viewer.layout", "1x2"), Ok(()));
        assert_eq!(reader.text(), "[viewer]\ndim = 0.5\nlayout = \"1x2\"\n");
        assert_eq!(fs::read_dir(reader.0.path().join("user")).expect("the folder").count(), 1);
        let config = Config::load(&reader.sources()).expect("no fault");
        assert!((config.settings.viewer.dim - 0.5).abs() < f32::EPSILON);
    }

    #[test]
    fn a_file_with_another_fault_is_not_touched_and_the_fault_is_told_with_its_place() {
        let check = |text: &str, faults: &[&str]| {
            let reader = Reader::with(Some(text));
            let expected: Vec<String> = faults.iter().map(|&fault| fault.to_owned()).collect();
            assert_eq!(reader.save("viewer.dim", "0.5"), Err(expected));
            assert_eq!(reader.text(), text);
        };
        check(
            "[viewer]\n\nwheel_imagse = 2\n",
            &[
                "user/config.toml:3:1: there is no setting 'viewer.wheel_imagse' (did you mean 'viewer.wheel_images'?)",
            ],
        );
        check(
            "viewer = 3\n",
            &["user/config.toml:1:1: 'viewer' is not a section; expected [viewer] with its settings below"],
        );
        let reader = Reader::with(Some("[viewer\ndim = 0.4\n"));
        let told = reader.save("viewer.dim", "0.5").expect_err("not TOML");
        assert!(told.iter().all(|line| line.starts_with("user/config.toml:1:")), "{told:?}");
        assert_eq!(reader.text(), "[viewer\ndim = 0.4\n");
    }

    #[test]
    fn a_fault_in_the_setting_itself_is_mended() {
        let reader = Reader::with(Some("[viewer]\ndim = 5 # too bright\n"));
        assert_eq!(reader.save("viewer.dim", "0.5"), Ok(()));
        assert_eq!(reader.text(), "[viewer]\ndim = 0.5 # too bright\n");
        let refused = reader.save("viewer.dim", "5");
        assert_eq!(refused, Err(vec!["'viewer.dim' is 5; expected a number from 0.3 to 1.0".to_owned()]));
    }

    #[test]
    fn what_the_site_has_locked_is_not_written() {
        let reader = Reader::with(Some("[viewer]\n"));
        let site = reader.0.path().join("site");
        fs::create_dir(&site).expect("a folder");
        fs::write(site.join("config.toml"), "locked = [\"viewer.*\"]\n").expect("written");
        let sources = Sources { site_dir: Some(site.clone()), ..reader.sources() };
        let told = save(&sources, "viewer.dim", "0.5").expect_err("it is locked");
        let place = site.join("config.toml");
        let expected = format!("'viewer.dim' is locked by the site ({}:1:11)", place.display());
        assert_eq!(told.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
        assert_eq!(reader.text(), "[viewer]\n");
        save(&sources, "logging.level", "warn").expect("others are not");
    }

    #[test]
    fn without_a_folder_or_with_one_that_is_a_file_it_says_so() {
        let told = save(&Sources::default(), "viewer.dim", "0.5").expect_err("no folder");
        assert!(matches!(told.as_slice(), [ConfigError::NoFolder]), "{told:?}");
        let reader = Reader::with(None);
        fs::write(reader.0.path().join("user"), "").expect("written");
        let told = reader.save("viewer.dim", "0.5").expect_err("a file is no folder");
        assert!(
            told.iter().all(|line| line.starts_with("user/config.toml: the file cannot be ")),
            "{told:?}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let reader = Reader::with(Some(""));
        let (target, link) = (reader.0.path().join("mine.toml"), reader.0.path().join("user/config.toml"));
        fs::write(&target, "# Mine.\n").expect("written");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).expect("permissions");
        fs::remove_file(&link).expect("removed");
        symlink(&target, &link).expect("a link");
        assert_eq!(reader.save("viewer.dim", "0.5"), Ok(()));
        assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
        assert_eq!(fs::read_to_string(&target).expect("the file"), "# Mine.\n\n[viewer]\ndim = 0.5\n");
        assert_eq!(fs::metadata(&target).expect("the file").permissions().mode() & 0o777, 0o640);
    }
}
