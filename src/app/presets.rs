//! The reader's own presets for renderings: saved, taken away, and made of those of 3D Slicer.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::config::{self, ConfigError};
use crate::private::read_text;
use crate::session::MessageKind;
use crate::units::Phi;
use crate::volume::{SLICER_BYTES_MAX, TransferFile, Transfers, read_slicer};

use super::beside::Stopped;
use super::reading::Reading;
use super::settings::{FAULTS_TOLD_MAX, LiveSettings, tell};

impl LiveSettings {
    /// The reader's own folder of presets; nothing where there is none or the site has locked it, which is told.
    fn preset_folder(&self, reading: &mut Reading) -> Option<PathBuf> {
        if self.is_refused(Transfers::FOLDER, reading) {
            return None;
        }
        let folder = self.user_dir().map(|folder| folder.join(Transfers::FOLDER));
        if folder.is_none() {
            tell(&[ConfigError::NoFolder], reading);
        }
        folder
    }

    /// Writes a preset to the reader's own folder and applies it.
    pub(super) fn save_preset(&mut self, name: &str, file: &TransferFile, reading: &mut Reading) {
        let Some(folder) = self.preset_folder(reading) else { return };
        match config::save_new(&folder, name, &file.to_toml()) {
            Ok(_) if self.load(reading) => {
                reading.session.take_saved_preset(name);
                let text = format!("Saved: `volume {name}` shows renderings so from now on.");
                reading.session.tell(MessageKind::Note, text);
            }
            Ok(_) => {}
            Err(fault) => reading.session.tell(MessageKind::Caution, format!("Not saved: {fault}.")),
        }
        reading.note_change();
    }

    /// Takes a preset of the reader's own away. What is shown by it stays as it is.
    pub(super) fn delete_preset(&mut self, name: &str, reading: &mut Reading) {
        let Some(folder) = self.preset_folder(reading) else { return };
        let path = folder.join(format!("{name}.toml"));
        match fs::remove_file(&path) {
            Ok(()) if self.load(reading) => {
                let text =
                    format!("Deleted: '{name}'. Where it is shown, `transfer save {name}` keeps it again.");
                reading.session.tell(MessageKind::Note, text);
            }
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = format!("Not deleted: '{name}' is a preset of the site, and not one of your own.");
                reading.session.tell(MessageKind::Note, text);
            }
            Err(error) => {
                let text = format!("Not deleted: {}: {error}.", path.display());
                reading.session.tell(MessageKind::Caution, text);
            }
        }
        reading.note_change();
    }

    /// Makes presets of a file of 3D Slicer in the reader's own folder, beside the frames: each is waited for until the disk has it.
    pub(super) fn import_presets(&mut self, path: &Phi<PathBuf>, reading: &mut Reading, ctx: &egui::Context) {
        let Some(folder) = self.preset_folder(reading) else { return };
        if self.importing.is_busy() {
            let text = "Not imported: another file is being imported; ask again when it is done.";
            reading.session.tell(MessageKind::Caution, text);
            return reading.note_change();
        }
        let room = Transfers::MAX.saturating_sub(reading.session.settings.transfers.all().len());
        let path = path.clone();
        self.importing.start("presets", ctx, move || import(path.reveal(), &folder, room));
    }

    /// Whether presets are being imported.
    pub(super) const fn is_importing(&self) -> bool {
        self.importing.is_busy()
    }

    /// Applies what has been imported, and says what came of it. To be called every frame.
    pub(super) fn take_imported(&mut self, reading: &mut Reading) {
        let Some(done) = self.importing.take() else { return };
        match done.unwrap_or_else(|Stopped| Err("Not imported: the job failed.".to_owned())) {
            Ok(imported) => {
                self.load(reading);
                imported.tell(reading);
            }
            Err(why) => reading.session.tell(MessageKind::Caution, why),
        }
        reading.note_change();
    }
}

/// What came of a file of presets.
pub(super) struct Imported {
    file: String,
    made: Vec<String>,
    /// What is wrong or left out, sentences without their ends.
    told: Vec<String>,
}

/// Makes presets of a file in a folder, as many as there is room for. None is written over.
fn import(path: &Path, folder: &Path, room: usize) -> Result<Imported, String> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text =
        read_text(path, SLICER_BYTES_MAX).map_err(|error| format!("Not imported: {file}: {error}."))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let (presets, faults) = read_slicer(&stem, &text);
    let mut told: Vec<String> = faults.iter().map(|fault| format!("{file}:{fault}")).collect();
    let mut made = Vec::new();
    if presets.len() > room {
        told.push(format!("{file}: of {} presets there is room for {room}", presets.len()));
    }
    for preset in presets.into_iter().take(room) {
        match config::save_new(folder, &preset.name, &preset.file.to_toml()) {
            Ok(_) => {
                told.extend(preset.left_out.iter().map(|left_out| format!("{}: {left_out}", preset.name)));
                made.push(preset.name);
            }
            Err(fault) => told.push(fault.to_string()),
        }
    }
    Ok(Imported { file, made, told })
}

impl Imported {
    fn tell(&self, reading: &mut Reading) {
        let Self { file, made, told } = self;
        let rest = told.len().saturating_sub(FAULTS_TOLD_MAX);
        if rest > 0 {
            let text =
                format!("There is more to say of {rest} presets: `hotlight presets import` says all of it.");
            reading.session.tell(MessageKind::Caution, text);
        }
        for text in told.iter().take(FAULTS_TOLD_MAX).rev() {
            reading.session.tell(MessageKind::Caution, format!("{text}."));
        }
        let text = match made.as_slice() {
            [] => format!("No preset was imported from {file}."),
            made => format!("Imported: {}.", made.join(", ")),
        };
        reading.session.tell(MessageKind::Note, text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::Desk;
    use super::*;

    fn is_there(desk: &Desk, name: &str) -> bool {
        desk.reading.session.settings.transfers.named(name).is_some()
    }

    fn bone() -> TransferFile {
        Transfers::default().named("bone").expect("bone").file()
    }

    #[test]
    fn a_preset_that_is_saved_is_there_at_once_and_never_over_another() {
        let mut desk = Desk::with("", &[]);
        let save = |desk: &mut Desk| desk.live.save_preset("mine", &bone(), &mut desk.reading);
        save(&mut desk);
        assert!(is_there(&desk, "mine"));
        save(&mut desk);
        let told = desk.messages();
        assert_eq!(told[0], "Saved: `volume mine` shows renderings so from now on.");
        assert_eq!(
            told[1],
            "Not saved: presets/volume/mine.toml: is there already, and is not written over."
        );
        desk.write("presets/volume/torn.toml", "title = ");
        desk.reload();
        assert!(desk.messages().iter().any(|text| text.starts_with("presets/volume/torn.toml: line 1: ")));
        assert!(is_there(&desk, "mine"), "the others stay");
    }

    #[test]
    fn a_preset_of_the_readers_own_goes_and_one_of_the_sites_stays() {
        let mut desk = Desk::with("", &[]);
        desk.live.save_preset("mine", &bone(), &mut desk.reading);
        desk.live.delete_preset("mine", &mut desk.reading);
        assert!(!is_there(&desk, "mine"));
        assert!(!desk.folder.path().join(Transfers::FOLDER).join("mine.toml").exists());
        desk.live.delete_preset("theirs", &mut desk.reading);
        let told = desk.messages();
        assert_eq!(
            told[1..],
            [
                "Deleted: 'mine'. Where it is shown, `transfer save mine` keeps it again.",
                "Not deleted: 'theirs' is a preset of the site, and not one of your own.",
            ]
        );
    }

    /// Imports a file, until it is done.
    fn import(desk: &mut Desk, path: &Phi<PathBuf>) {
        desk.live.import_presets(path, &mut desk.reading, &egui::Context::default());
        assert!(desk.live.is_importing());
        let is_done = (0..4000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(5));
            desk.live.take_imported(&mut desk.reading);
            !desk.live.is_importing()
        });
        assert!(is_done, "it never ends");
    }

    #[test]
    fn presets_of_slicer_become_the_readers_own_and_what_is_wrong_is_told() {
        let mut desk = Desk::with("", &[]);
        let preset = |name: &str, opacity: &str| {
            let curves = format!("scalarOpacity=\"{opacity}\" colorTransfer=\"8 0 0 0 0 900 1 0.5 0.25\"");
            format!("<VolumeProperty name=\"{name}\" shade=\"1\" {curves}/>")
        };
        let text = format!("<MRML>{}{}</MRML>", preset("CT Ours", "4 0 0 900 0.5"), preset("Bad", "4 0 0"));
        desk.write("two presets.xml", &text);
        let path = Phi::new(desk.folder.path().join("two presets.xml"));
        import(&mut desk, &path);
        assert!(is_there(&desk, "ct-ours"));
        let told = desk.messages();
        assert_eq!(told.last().map(String::as_str), Some("Imported: ct-ours."));
        assert!(
            told.iter().any(|text| text.starts_with("two presets.xml:1: Bad: scalarOpacity")),
            "{told:?}"
        );
        import(&mut desk, &path);
        let told = desk.messages();
        assert!(told.iter().any(|text| text.contains("ct-ours.toml: is there already")), "{told:?}");
        assert_eq!(told.last().map(String::as_str), Some("No preset was imported from two presets.xml."));
        let gone = Phi::new(desk.folder.path().join("gone.xml"));
        import(&mut desk, &gone);
        assert!(desk.messages().last().is_some_and(|text| text.starts_with("Not imported: gone.xml: ")));
    }
}
