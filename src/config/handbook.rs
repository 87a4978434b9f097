//! The handbook's page of settings, written from the schema.

use std::fmt::Write as _;

use super::displays::KEYS;
use super::key::Key;
use super::peers_keys::{ARCHIVE, RECEIVE, TLS};
use super::schema::{SECTIONS, SETTINGS, Setting};

/// What users who share a station have of their own.
const USERS: &str = "\
    \n\
    ## Users of a shared station\n\
    \n\
    Several readers may share a station and the account that it runs under. `hotlight --user NAME`, or `HOTLIGHT_USER`, reads as one\n\
    of them: in place of your own folder stands `users/NAME` in it, for settings, keys, words on images, palettes, presets, rules for\n\
    priors and hanging protocols. Your own files do not lie beneath; what is for every reader belongs in the site's folder. A name has\n\
    1 to 64 letters without accents, digits, `-`, `_` and `.`; `account` is the account's own user. The folder is made when something\n\
    is saved.\n\
    \n\
    `displays.toml` and `peers.toml` say what the station is: they are read in the site's and the account's folder whoever reads, and\n\
    told and left out in `users/NAME`. Settings that apply from the next start on stay as they were at the start.\n\
    \n\
    In the viewer `user NAME`, or the panel `user` opens, lets another one read; the title row names who it is. What hangs stays, and\n\
    moves only when the reader moves it; the next study hangs by the protocols of the one who reads now. Marks, calibrations and paths\n\
    that are not saved are kept as drafts of the one who made them, and come back when that one reads the study again. Where they\n\
    cannot be kept, or lists of that one wait for a disk that does not answer, nobody takes over, and the reason is told. What was seen counts anew.\n\
    \n\
    Drafts, recent studies, the note of what is open, saved filters and the ledger are each user's own, in `users/NAME` of the folder of settings or of state.\n\
    Presentation states and key images are the study's: whoever reads it sees them.\n\
    \n\
    Users keep things apart and not secret: who can use the account can read all of its files.\n\
";

/// What a site locks.
const LOCKS: &str = "\
    \n\
    ## What a site locks\n\
    \n\
    Above the first section of the site's `config.toml`, and nowhere else, `locked` names what no reader changes:\n\
    \n\
    ```toml\n\
    locked = [\"viewer.unseen\", \"store.*\", \"peers.toml\", \"hanging-protocols\"]\n\
    ```\n\
    \n\
    A setting, or all of a section, is then as the site says, or as Hotlight ships it where the site says nothing. A file or folder\n\
    of a reader's own is not even read: `keymap.toml`, `displays.toml`, `peers.toml`, `priors.toml`, `corner-text`, `palettes`,\n\
    `presets/volume`, `hanging-protocols`, `display-profiles`, `display-schedules.toml`. What a reader's file says all the same\n\
    is told with its place and does not apply; `--set`\n\
    of a locked setting is an error that names the site's file and line, and the panel of settings shows it as locked.\n\
    `hotlight config show` tells what is locked and where.\n\
";

/// `docs/settings.md`: every setting with its default and what is allowed.
pub fn settings_markdown() -> String {
    let mut page = "# Settings\n\n\
        Written by a test from the table in `src/config/schema.rs` (`UPDATE=1 cargo test` rewrites it).\n\n\
        Settings come in layers; a later one replaces an earlier one, setting by setting:\n\n\
        1. what Hotlight ships (`assets/config/default.toml`, which shows the form of the file),\n\
        2. the site's `config.toml` in `/etc/hotlight` (Linux), `%PROGRAMDATA%\\hotlight` (Windows) or\n   \
           `/Library/Application Support/hotlight` (macOS); `HOTLIGHT_SITE_DIR` names another folder, unless this one locks something,\n\
        3. your own `config.toml` in `~/.config/hotlight` (Linux), `%APPDATA%\\hotlight` (Windows) or\n   \
           `~/Library/Application Support/hotlight` (macOS); `HOTLIGHT_CONFIG_DIR` names another folder,\n\
        4. the command line: `--set viewer.text_size=15`.\n\n\
        Keys are layered in the same way, from `keymap.toml` in the same folders, and the words on images, from the files in\n\
        `corner-text` (`docs/corner-text.md`). The same folders may hold\n\
        palettes for gray, `palettes/NAME.csv`: a line `RED,GREEN,BLUE` from 0 to 255 for each of 2 to 256 colours, that of black\n\
        first; lines that begin with `#` are left out. `window palette NAME` chooses one. Presets for\n\
        renderings of volumes are `presets/volume/NAME.toml`, in the form of those that Hotlight ships (`assets/presets/volume`);\n\
        `hotlight presets import FILE` makes them of 3D Slicer's. A preset with a fault is told and left out.\n\
        Limits of monitors are `display-profiles/NAME.toml` (`docs/display-evaluation.md`).\n\n\
        `hotlight config show` prints what applies and where each value comes from;\n\
        `hotlight config check` names the files and every fault in them, with line and column; `--site-dir` and `--user-dir` check\n\
        folders that are to be rolled out. A setting that does not exist\n\
        is refused, never ignored.\n"
        .to_owned();
    page.push_str(USERS);
    page.push_str(LOCKS);
    for (section, help) in SECTIONS {
        // Writing to a String does not fail.
        let _infallible = write!(
            page,
            "\n## `[{section}]`\n\n{help}\n\n| setting | default | allowed | what it does |\n| --- | --- | --- | --- |\n"
        );
        for setting in of_section(section) {
            let Setting { key, default, help, .. } = setting;
            let _infallible = writeln!(page, "| `{key}` | `{default}` | {} | {help} |", setting.allowed());
        }
    }
    page.push_str(
        "\n## Monitors: `displays.toml`\n\n\
        What the people who care for the monitors say of each, in a file beside `config.toml` in the site's folder or your own.\n\
        A section is named for what a monitor is known by, which `hotlight display monitors` prints. What a later file says of\n\
        one replaces all that an earlier file says of it.\n\n\
        ```toml\n[\"EIZ-0x1234-56789\"]\ngsdf = \"panel\"\n```\n\n\
        Exactly one applies the GSDF to a monitor: measurements given beside `gsdf = \"panel\"` or `\"system\"` are refused.\n\n\
        Where two or more of the monitors that are here have a `role`, a window opens on each at the start and fills it; the first one\n\
        goes to `role = \"main\"`, or else to the leftmost. A screen of a hanging protocol hangs in the window on the monitor of its role;\n\
        with fewer windows than screens the last ones stand beside each other: three become two, and two one. `screen roles` opens\n\
        windows that are missing. Where windows stood is remembered by what each monitor is known by (`windows.toml` beside the logs):\n\
        they come back there, and that of a monitor that is not here waits for it. When a monitor goes while the program runs, its\n\
        window is brought to another one with all that it shows, and goes back once the monitor is here again. All this needs a\n\
        desktop that lets windows be placed, as X11 does; elsewhere `screen open` opens one, and a hand moves it.\n\n\
        | setting | default | allowed | what it does |\n| --- | --- | --- | --- |\n",
    );
    for Key { name, default, allowed, help, .. } in KEYS {
        let _infallible = writeln!(page, "| `{name}` | {default} | {allowed} | {help} |");
    }
    page.push_str(
        "\n## Checks of monitors: `display-schedules.toml`\n\n\
        Which checks of a monitor are due how often, by what it is used for: `use = \"diagnostic\"` in `displays.toml` names a\n\
        section. `assets/display-schedules.toml` is what Hotlight ships (diagnostic, mammography, clinical, secondary, din) and\n\
        shows the form of the file; yours lies beside `config.toml` in the site's folder or your own. What it says of a use\n\
        replaces all that was said of it. `hotlight display schedule` prints what is due ([docs/records.md](records.md)).\n\n\
        ```toml\n[diagnostic]\ntitle = \"First reading\"\n\n[[diagnostic.task]]\nname = \"response\"\ntitle = \"Luminance response\"\n\
        measures = [\"gsdf-deviation\", \"l-max\", \"l-min\"]\nlevels_min = 18\nevery_days = 91\ngrace_days = 30\nsoon_days = 14\n\
        source = \"our physicist, 2026\"\nis_confirmed = true\n```\n",
    );
    page.push_str(
        "\n## Archives: `peers.toml`\n\n\
        The archives by name, in a file beside `config.toml` in the site's folder or your own. What a later file says of\n\
        one replaces all that an earlier file says of it. `hotlight echo --peer pacs` tries one; `hotlight config check`\n\
        looks at the certificates, keys and secrets that are named, too.\n\n\
        ```toml\n[pacs]\nhost = \"pacs.example\"\ncalled = \"PACS\"\ntls = { ca = \"hospital-ca.pem\" }\nstore = true\n\
        is_default = true\n\n[receive]\ntitle = \"READER7\"\nport = 11112\n```\n\n\
        A passcode, token or key never stands in the file itself: the file says where it lies, in the keyring of the operating system\n\
        (`passcode = \"keyring:pacs\"`, put there by `hotlight secret set pacs`), or in a file that only its owner can read.\n",
    );
    let parts: [(&str, &[Key]); 3] =
        [("Of an archive", &ARCHIVE), ("Of `tls`", &TLS), ("Of `[receive]`", &RECEIVE)];
    for (title, keys) in parts {
        let _infallible = write!(
            page,
            "\n{title}:\n\n| setting | default | allowed | what it does |\n| --- | --- | --- | --- |\n"
        );
        for Key { name, default, allowed, help, .. } in keys {
            let _infallible = writeln!(page, "| `{name}` | {default} | {allowed} | {help} |");
        }
    }
    page
}

/// The settings of a section.
fn of_section(section: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.section_and_name().0 == section)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `assets/config/default.toml`: the defaults as a file, each with what is allowed.
    fn shipped_toml() -> String {
        let mut file = "\
            # What Hotlight ships; written by a test from the table in src/config/schema.rs, so change it there.\n\
            #\n\
            # To change a setting, write a config.toml of this form in your own folder, or in the site's for every reader of a\n\
            # machine (`hotlight config check` names both). It needs only the lines that differ.\n"
            .to_owned();
        for (section, help) in SECTIONS {
            let _infallible = write!(file, "\n# {help}\n[{section}]\n");
            for setting in of_section(section) {
                let (_, name) = setting.section_and_name();
                let Setting { help, default, .. } = setting;
                let allowed = setting.allowed();
                let _infallible = writeln!(file, "# {help} Allowed: {allowed}.\n{name} = {default}");
            }
        }
        file
    }

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, expected).expect("the tree is writable");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(committed, expected, "{} is stale: UPDATE=1 cargo test rewrites it", path.display());
    }

    /// Run with `UPDATE=1` to rewrite the page.
    #[test]
    fn the_page_of_settings_is_in_step_with_the_schema() {
        check("docs/settings.md", &settings_markdown());
    }

    /// Run with `UPDATE=1` to rewrite the file.
    #[test]
    fn the_shipped_file_is_in_step_with_the_schema() {
        check("assets/config/default.toml", &shipped_toml());
    }
}
