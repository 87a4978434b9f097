//! Filters of the list of studies that the reader saved: `filters.toml` beside the reader's `config.toml`. They may name
//! patients, so that only the owner may read it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::session::{Event, MessageKind};
use crate::study_list::{Column, Order, SavedFilter};
use crate::units::Phi;

use super::own_file;
use super::reading::Reading;

/// The file of saved filters; none where the system names no folder for settings.
pub(super) struct Filters {
    file: Option<PathBuf>,
}

/// `filters.toml`, in the order of their keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    filter: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    text: String,
    column: String,
    is_descending: bool,
}

impl Filters {
    /// In the reader's folder of settings, if there is one.
    pub(super) fn new(user_dir: Option<PathBuf>) -> Self {
        Self { file: user_dir.map(|folder| folder.join("filters.toml")) }
    }

    /// Gives what is saved to the session, or the shipped ones.
    pub(super) fn apply(&self, reading: &mut Reading) {
        let read = self.file.as_ref().map(|path| own_file::read::<File>(path, "The file of saved filters"));
        let saved = match read {
            Some(Ok(Some(file))) => {
                file.filter.into_iter().take(SavedFilter::COUNT_MAX).map(Line::filter).collect()
            }
            Some(Err(why)) => {
                reading.session.tell(MessageKind::Caution, why);
                SavedFilter::shipped()
            }
            Some(Ok(None)) | None => SavedFilter::shipped(),
        };
        reading.event(&Event::FiltersRead(saved));
    }

    /// Writes them all, beside the frames.
    pub(super) fn save(&self, saved: &[SavedFilter], reading: &mut Reading) {
        let told = |why: &str| format!("Filters are saved to the end of the program only: {why}.");
        let Some(path) = &self.file else {
            let text = told("the system names no folder for settings");
            return reading.session.tell(MessageKind::Caution, text);
        };
        let file = File { filter: saved.iter().map(Line::of).collect() };
        reading.services().write_file(path, move |path| {
            own_file::write(path, &file).map_err(|error| told(&error.to_string()))
        });
    }
}

impl Line {
    fn of(filter: &SavedFilter) -> Self {
        Self {
            name: filter.name.reveal().clone(),
            text: filter.text.reveal().clone(),
            column: filter.order.column.name().to_owned(),
            is_descending: filter.order.is_descending,
        }
    }

    fn filter(self) -> SavedFilter {
        let cut = |text: String, most: usize| Phi::new(text.chars().take(most).collect());
        let order = Column::named(&self.column)
            .map(|column| Order { column, is_descending: self.is_descending })
            .unwrap_or_default();
        SavedFilter {
            name: cut(self.name, SavedFilter::NAME_MAX),
            text: cut(self.text, SavedFilter::TEXT_MAX),
            order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::{hold, reading, written};
    use super::*;

    #[test]
    fn what_is_saved_is_there_again_and_a_broken_file_is_set_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        let filters = Filters::new(Some(folder.path().join("settings")));
        let mut desk = reading();
        filters.apply(&mut desk);
        assert_eq!(desk.session.studies.saved, SavedFilter::shipped());
        let mine = SavedFilter {
            name: Phi::new("mine".to_owned()),
            text: Phi::new("name:zzcanary mod:ct".to_owned()),
            order: Order { column: Column::Accession, is_descending: true },
        };
        filters.save(std::slice::from_ref(&mine), &mut desk);
        written(&mut desk);
        filters.apply(&mut desk);
        assert_eq!(desk.session.studies.saved, [mine]);
        let path = folder.path().join("settings/filters.toml");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("the file").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{mode:o}");
        }
        std::fs::write(&path, "[[filter]]\nname = \"ZZCANARY\"\n").expect("written");
        filters.apply(&mut desk);
        assert_eq!(desk.session.studies.saved, SavedFilter::shipped());
        let told = "The file of saved filters cannot be read: it is not as Hotlight wrote it. It is kept as \
                    filters.toml.broken.";
        assert_eq!(desk.session.messages.last().map(|message| message.text.as_str()), Some(told));
    }

    #[test]
    fn no_frame_waits_for_the_disk_and_one_that_takes_nothing_is_told_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let filters = Filters::new(Some(folder.path().to_path_buf()));
        let path = folder.path().join("filters.toml");
        let mut desk = reading();
        let shipped = SavedFilter::shipped();
        let gate = hold(&desk);
        filters.save(&shipped, &mut desk);
        filters.save(&shipped[..1], &mut desk);
        assert!(!path.exists() && !desk.is_settled(), "the disk hangs");
        drop(gate);
        written(&mut desk);
        let text = std::fs::read_to_string(&path).expect("the file");
        assert_eq!(text.matches("[[filter]]").count(), 1, "what was saved last");
        assert!(desk.is_settled());
        // Something that no file can replace stands in its place.
        std::fs::remove_file(&path).expect("removed");
        std::fs::create_dir_all(path.join("in the way")).expect("a folder");
        for times in 1..=2 {
            filters.save(&shipped, &mut desk);
            written(&mut desk);
            let told = desk.session.messages.iter();
            let told = told.filter(|message| message.text.starts_with("Filters are saved to the end of"));
            assert_eq!(told.count(), times);
        }
    }
}
