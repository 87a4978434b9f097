//! The handbook's page of settings, written from the schema.

use std::fmt::Write as _;

use super::displays::KEYS;
use super::key::Key;
use super::peers_keys::{ARCHIVE, RECEIVE, TLS};
use super::schema::{SECTIONS, SETTINGS, Setting};

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
    `presets/volume`, `hanging-protocols`. What a reader's file says all the same is told with its place and does not apply; `--set`\n\
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
           `/Library/Application Support/hotlight` (macOS); `HOTLIGHT_SITE_DIR` names another folder,\n\
        3. your own `config.toml` in `~/.config/hotlight` (Linux), `%APPDATA%\\hotlight` (Windows) or\n   \
           `~/Library/Application Support/hotlight` (macOS); `HOTLIGHT_CONFIG_DIR` names another folder,\n\
        4. the command line: `--set viewer.text_size=15`.\n\n\
        Keys are layered in the same way, from `keymap.toml` in the same folders, and the words on images, from the files in\n\
        `corner-text` (`docs/corner-text.md`). The same folders may hold\n\
        palettes for gray, `palettes/NAME.csv`: a line `RED,GREEN,BLUE` from 0 to 255 for each of 2 to 256 colours, that of black\n\
        first; lines that begin with `#` are left out. `window palette NAME` chooses one. Presets for\n\
        renderings of volumes are `presets/volume/NAME.toml`, in the form of those that Hotlight ships (`assets/presets/volume`);\n\
        `hotlight presets import FILE` makes them of 3D Slicer's. A preset with a fault is told and left out.\n\n\
        `hotlight config show` prints what applies and where each value comes from;\n\
        `hotlight config check` names the files and every fault in them, with line and column; `--site-dir` and `--user-dir` check\n\
        folders that are to be rolled out. A setting that does not exist\n\
        is refused, never ignored.\n"
        .to_owned();
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
        | setting | default | allowed | what it does |\n| --- | --- | --- | --- |\n",
    );
    for Key { name, default, allowed, help, .. } in KEYS {
        let _infallible = writeln!(page, "| `{name}` | {default} | {allowed} | {help} |");
    }
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
