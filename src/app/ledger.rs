//! The ledger of inputs: how many keys, clicks, notches of the wheel and millimetres of the pointer the reading of a study took, for
//! the reader alone.
//!
//! A line of JSON a study in `ledger.jsonl` in the state folder, where `viewer.ledger` says so. It names the day, the hanging protocol
//! and the modality: no study and no patient.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::dicom::StudyUid;
use crate::private::{append_to, make_folder};
use crate::session::Hung;
use crate::study::{Library, Study};
use crate::ui::Input;

use super::clock::today;
use super::reading::Reading;

/// A file of this size is put aside, and what was put aside before goes: some 20,000 studies are kept.
const FILE_BYTES_MAX: u64 = 2 << 20;

/// The most lines that wait for the disk; what comes beyond is not counted.
const UNWRITTEN_MAX: usize = 64;

/// Counts what readings take.
pub struct Ledger {
    /// None where the system names no folder for state: then nothing is counted.
    file: Option<PathBuf>,
    read: Option<Account>,
    /// Lines that are not in the file yet. None once it could not be written: then nothing is counted any more.
    unwritten: Arc<Mutex<Option<Vec<Line>>>>,
}

/// The study that is read, and what it took so far.
#[derive(Debug, Clone, PartialEq)]
struct Account {
    study: StudyUid,
    modality: String,
    protocol: Option<String>,
    since_ms: f64,
    keys: u32,
    clicks: u32,
    /// Notches.
    wheel: f64,
    travel_mm: f64,
    /// Where nobody says how large a pixel is.
    travel_px: f64,
}

/// What a reading took, as it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    /// `YYYYMMDD`
    day: String,
    protocol: Option<String>,
    modality: String,
    keys: u32,
    clicks: u32,
    wheel: f64,
    travel_mm: f64,
    travel_px: f64,
    seconds: f64,
}

/// Medians over the readings by one hanging protocol.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Medians {
    /// Its name; none of studies that hung by none.
    pub protocol: Option<String>,
    /// How many studies were read.
    pub studies: usize,
    /// Keys that went down.
    pub keys: f64,
    /// Buttons of the mouse that did.
    pub clicks: f64,
    /// Notches of the wheel, either way.
    pub wheel: f64,
    /// The way of the pointer, mm, on monitors whose pixels are known.
    pub travel_mm: f64,
    /// The same on others, device pixels.
    pub travel_px: f64,
    /// From hanging to the end.
    pub seconds: f64,
}

impl Ledger {
    /// In the state folder, if there is one.
    pub fn new(state_dir: Option<PathBuf>) -> Self {
        let file = state_dir.map(|folder| folder.join("ledger.jsonl"));
        Self { file, read: None, unwritten: Arc::new(Mutex::new(Some(Vec::new()))) }
    }

    /// Counts what hands did on a monitor whose pixels are so large, if anybody says it.
    pub(super) fn note(&mut self, inputs: &[Input], pixel_mm: Option<f64>) {
        if let Some(read) = &mut self.read {
            for input in inputs {
                read.note(*input, pixel_mm);
            }
        }
    }

    /// Follows which study hangs. Where it is another, what the one before took is written.
    pub(super) fn follow(&mut self, is_on: bool, reading: &Reading) {
        if !is_on || self.file.is_none() || lock(&self.unwritten).is_none() {
            self.read = None;
            return;
        }
        let hung = reading.session.hung.as_ref();
        if hung.map(|hung| &hung.study) != self.read.as_ref().map(|read| &read.study) {
            let now_ms = reading.trace.clock().elapsed_ms();
            let next = hung.map(|hung| {
                let study = hung.study.clone();
                Account::new(modality_of(&study, &reading.library), study, now_ms)
            });
            self.end(reading);
            self.read = next;
        }
        let winner = reading.session.hung.as_ref().and_then(Hung::winner);
        if let Some((read, winner)) = self.read.as_mut().zip(winner)
            && read.protocol.as_ref() != Some(&winner.id)
        {
            read.protocol = Some(winner.id.clone());
        }
    }

    /// The reading of a study ends: what it took is written, beside the frames.
    pub(super) fn end(&mut self, reading: &Reading) {
        let (Some(read), Some(path)) = (self.read.take(), &self.file) else { return };
        let line = read.line(today().text(), reading.trace.clock().elapsed_ms());
        if let Some(lines) = &mut *lock(&self.unwritten)
            && lines.len() < UNWRITTEN_MAX
        {
            lines.push(line);
        }
        let unwritten = Arc::clone(&self.unwritten);
        reading.services().write_file(path, move |path| add(path, &unwritten));
    }

    /// Medians of all that is written, by protocol.
    pub fn medians(&self) -> std::io::Result<Vec<Medians>> {
        let Some(path) = &self.file else { return Ok(Vec::new()) };
        let mut text = String::new();
        for path in [earlier(path), path.clone()] {
            match fs::read_to_string(path) {
                Ok(more) => text.extend([more.as_str(), "\n"]),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(medians_of(&text))
    }
}

impl Account {
    fn new(modality: String, study: StudyUid, since_ms: f64) -> Self {
        Self {
            study,
            modality,
            protocol: None,
            since_ms,
            keys: 0,
            clicks: 0,
            wheel: 0.0,
            travel_mm: 0.0,
            travel_px: 0.0,
        }
    }

    fn note(&mut self, input: Input, pixel_mm: Option<f64>) {
        match (input, pixel_mm) {
            (Input::Key, _) => self.keys = self.keys.saturating_add(1),
            (Input::Click, _) => self.clicks = self.clicks.saturating_add(1),
            (Input::Wheel(notches), _) => self.wheel += f64::from(notches),
            (Input::Travel(pixels), Some(mm)) => self.travel_mm += f64::from(pixels) * mm,
            (Input::Travel(pixels), None) => self.travel_px += f64::from(pixels),
        }
    }

    fn line(self, day: String, now_ms: f64) -> Line {
        Line {
            day,
            protocol: self.protocol,
            modality: self.modality,
            keys: self.keys,
            clicks: self.clicks,
            wheel: self.wheel.round(),
            travel_mm: self.travel_mm.round(),
            travel_px: self.travel_px.round(),
            seconds: ((now_ms - self.since_ms) / 1000.0).round().max(0.0),
        }
    }
}

impl Medians {
    fn of(protocol: Option<String>, lines: &[Line]) -> Self {
        let of = |value: fn(&Line) -> f64| median(lines.iter().map(value).collect());
        Self {
            protocol,
            studies: lines.len(),
            keys: of(|line| line.keys.into()),
            clicks: of(|line| line.clicks.into()),
            wheel: of(|line| line.wheel),
            travel_mm: of(|line| line.travel_mm),
            travel_px: of(|line| line.travel_px),
            seconds: of(|line| line.seconds),
        }
    }
}

/// The modality of what is shown first of a study.
fn modality_of(study: &StudyUid, library: &Library) -> String {
    let study = library.studies().iter().find(|known| known.attributes.uid == *study);
    let first = study.and_then(Study::first_set).and_then(|set| set.images.first());
    first.map(|image| image.instance.series.modality.clone()).unwrap_or_default()
}

/// The file that was put aside.
fn earlier(path: &Path) -> PathBuf {
    path.with_extension("old.jsonl")
}

/// Adds to a file the lines that are not in it yet.
fn add(path: &Path, unwritten: &Mutex<Option<Vec<Line>>>) -> Result<(), String> {
    let lines = lock(unwritten).as_mut().map(std::mem::take).unwrap_or_default();
    lines.iter().try_for_each(|line| append(path, line)).map_err(|error| {
        *lock(unwritten) = None;
        format!("What readings take is not counted any more: {error}.")
    })
}

fn lock(unwritten: &Mutex<Option<Vec<Line>>>) -> MutexGuard<'_, Option<Vec<Line>>> {
    unwritten.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a line to the file. On Unix it is its owner's alone.
fn append(path: &Path, line: &Line) -> std::io::Result<()> {
    make_folder(path.parent().unwrap_or(path))?;
    if fs::metadata(path).is_ok_and(|file| file.len() >= FILE_BYTES_MAX) {
        fs::rename(path, earlier(path))?;
    }
    let text = serde_json::to_string(line)?;
    append_to(path)?.write_all(format!("{text}\n").as_bytes())
}

fn medians_of(text: &str) -> Vec<Medians> {
    let mut protocols: BTreeMap<Option<String>, Vec<Line>> = BTreeMap::new();
    // What a full disk cut, or another Hotlight wrote, says nothing.
    for line in text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
        protocols.entry(line.protocol.clone()).or_default().push(line);
    }
    protocols.into_iter().map(|(protocol, lines)| Medians::of(protocol, &lines)).collect()
}

/// The value in the middle, or between the two there; 0 of none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |place: usize| values.get(place).copied().unwrap_or_default();
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        f64::midpoint(at(middle.saturating_sub(1)), at(middle))
    } else {
        at(middle)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use dicom_dictionary_std::{tags, uids};

    use crate::command::Command;
    use crate::dicom::Writer;
    use crate::hanging::{Protocols, shipped};
    use crate::session::Event;
    use crate::units::Phi;

    use super::super::settings::tests::{hold, reading, written};
    use super::super::trace::CommandSource;
    use super::*;

    fn line(protocol: &str, keys: u32, seconds: f64) -> Line {
        let mut account = Account::new("CT".to_owned(), StudyUid::new("2.25.1"), 1000.0);
        account.protocol = Some(protocol.to_owned()).filter(|name| !name.is_empty());
        account.keys = keys;
        account.clicks = keys + 10;
        account.wheel = f64::from(keys) * 2.0;
        account.travel_mm = f64::from(keys) * 4.0;
        account.travel_px = f64::from(keys) * 6.0;
        account.line("20261128".to_owned(), 1000.0 + seconds * 1000.0)
    }

    #[test]
    fn a_reading_is_what_hands_did_from_hanging_to_the_end() {
        let mut account = Account::new("CT".to_owned(), StudyUid::new("2.25.1"), 500.0);
        account.protocol = Some("ct-chest".to_owned());
        let inputs = [
            (Input::Key, Some(0.25)),
            (Input::Key, None),
            (Input::Click, Some(0.25)),
            (Input::Wheel(1.0), None),
            (Input::Wheel(0.5), None),
            (Input::Wheel(1.5), None),
            (Input::Travel(40.0), Some(0.25)),
            (Input::Travel(7.2), None),
        ];
        for (input, pixel_mm) in inputs {
            account.note(input, pixel_mm);
        }
        let text = serde_json::to_string(&account.line("20261128".to_owned(), 62_700.0)).expect("JSON");
        let expected = "{\"day\":\"20261128\",\"protocol\":\"ct-chest\",\"modality\":\"CT\",\"keys\":2,\"clicks\":1,\
                        \"wheel\":3.0,\"travel_mm\":10.0,\"travel_px\":7.0,\"seconds\":62.0}";
        assert_eq!(text, expected);
    }

    #[test]
    fn medians_are_those_of_each_protocol() {
        let lines = [
            line("ct-chest", 9, 60.0),
            line("", 4, 5.0),
            line("ct-chest", 1, 20.0),
            line("ct-chest", 3, 30.0),
            line("mr-knee", 2, 7.0),
            line("mr-knee", 5, 8.0),
        ];
        let mut text: Vec<String> =
            lines.iter().map(|line| serde_json::to_string(line).expect("JSON")).collect();
        text.push("{\"keys\":".to_owned());
        let found: Vec<String> = medians_of(&text.join("\n"))
            .into_iter()
            .map(|of| {
                let hands = [of.keys, of.clicks, of.wheel, of.travel_mm, of.travel_px];
                format!("{} {} {hands:?} {}", of.protocol.unwrap_or_default(), of.studies, of.seconds)
            })
            .collect();
        let expected = [
            " 1 [4.0, 14.0, 8.0, 16.0, 24.0] 5",
            "ct-chest 3 [3.0, 13.0, 6.0, 12.0, 18.0] 30",
            "mr-knee 2 [3.5, 13.5, 7.0, 14.0, 21.0] 7.5",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_full_file_is_put_aside_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::new(Some(folder.path().join("state")));
        let path = folder.path().join("state/ledger.jsonl");
        assert_eq!(ledger.medians().expect("nothing is there"), []);
        append(&path, &line("ct-chest", 1, 1.0)).expect("written");
        append(&path, &line("ct-chest", 3, 1.0)).expect("written");
        let studies = || ledger.medians().expect("the file").first().map(|of| of.studies);
        assert_eq!(studies(), Some(2));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        for _ in 0..2 {
            let file = fs::OpenOptions::new().write(true).open(&path).expect("the file");
            file.set_len(FILE_BYTES_MAX).expect("longer");
            append(&path, &line("ct-chest", 5, 1.0)).expect("written");
            assert!(fs::metadata(&path).expect("the file").len() < 1000);
        }
        // The first two went.
        assert_eq!(studies(), Some(2));
        assert_eq!(fs::read_dir(folder.path().join("state")).expect("the folder").count(), 2);
    }

    /// Writes an image of a patient's and a study's own.
    fn write(files: &Path, number: u16, modality: &str, date: &str) {
        Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.3.{number}"))
            .text(tags::STUDY_INSTANCE_UID, &format!("2.25.1.{number}"))
            .text(tags::SERIES_INSTANCE_UID, &format!("2.25.2.{number}"))
            .text(tags::STUDY_DATE, date)
            .text(tags::MODALITY, modality)
            .text(tags::PATIENT_NAME, "NOBODY^ONE")
            .text(tags::PATIENT_ID, &number.to_string())
            .gray_16(2, 2, true)
            .pixels(&[0; 4])
            .write_to(&files.join(number.to_string()))
            .expect("written");
    }

    fn open(reading: &mut Reading, files: PathBuf) {
        reading.event(&Event::FilesChosen(vec![Phi::new(files)]));
        while reading.session.indexing.runs > 0 {
            let event = reading.services().wait(Duration::from_mins(2)).expect("news");
            reading.event(&event);
        }
    }

    #[test]
    fn a_study_is_counted_while_it_hangs_and_nothing_where_nobody_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let (state, files) = (folder.path().join("state"), folder.path().join("files"));
        fs::create_dir(&files).expect("a folder");
        write(&files, 1, "CT", "20261120");
        let mut reading = reading();
        open(&mut reading, files);
        let mut ledger = Ledger::new(Some(state.clone()));
        for is_on in [false, true] {
            ledger.follow(is_on, &reading);
            ledger.note(&[Input::Key, Input::Click], None);
            ledger.follow(is_on, &reading);
            ledger.end(&reading);
            written(&mut reading);
            assert_eq!(state.join("ledger.jsonl").exists(), is_on);
        }
        let text = fs::read_to_string(state.join("ledger.jsonl")).expect("the file");
        assert!(text.contains("\"modality\":\"CT\",\"keys\":1,\"clicks\":1,"), "{text}");
        assert!(!text.contains("2.25.") && !text.contains("NOBODY"), "{text}");
    }

    #[test]
    fn what_a_study_took_is_written_when_another_hangs_in_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (state, files) = (folder.path().join("state"), folder.path().join("files"));
        fs::create_dir(&files).expect("a folder");
        write(&files, 1, "CT", "20261120");
        write(&files, 2, "MR", "20240211");
        let mut reading = reading();
        reading.session.settings.protocols = Arc::new(Protocols::read(&shipped()).0);
        open(&mut reading, files);
        let mut ledger = Ledger::new(Some(state.clone()));
        ledger.follow(true, &reading);
        ledger.note(&[Input::Key, Input::Key], None);
        ledger.follow(true, &reading);
        written(&mut reading);
        assert!(!state.join("ledger.jsonl").exists(), "it is still read");
        let gate = hold(&reading);
        let next = Command::parse("study next").expect("a command");
        reading.command(&next, CommandSource::Key);
        ledger.follow(true, &reading);
        ledger.note(&[Input::Click], None);
        ledger.end(&reading);
        assert!(!state.join("ledger.jsonl").exists(), "no frame waits for the disk");
        drop(gate);
        written(&mut reading);
        let text = fs::read_to_string(state.join("ledger.jsonl")).expect("the file");
        let lines: Vec<Line> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let took = |line: &Line| (line.modality.clone(), line.protocol.clone(), line.keys, line.clicks);
        let generic = || Some("generic".to_owned());
        let expected = [("CT".to_owned(), generic(), 2, 0), ("MR".to_owned(), generic(), 0, 1)];
        assert_eq!(lines.iter().map(took).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn where_the_file_cannot_be_written_that_is_told_once_and_nothing_is_counted_any_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let (state, files) = (folder.path().join("state"), folder.path().join("files"));
        fs::create_dir(&files).expect("a folder");
        // Nobody can make a folder in a file.
        fs::write(&state, "").expect("written");
        write(&files, 1, "CT", "20261120");
        let mut reading = reading();
        open(&mut reading, files);
        let mut ledger = Ledger::new(Some(state));
        for is_counted in [true, false] {
            ledger.follow(true, &reading);
            assert_eq!(ledger.read.is_some(), is_counted);
            ledger.end(&reading);
            written(&mut reading);
        }
        let told = reading.session.messages.iter();
        let told =
            told.filter(|message| message.text.starts_with("What readings take is not counted any more: "));
        assert_eq!(told.count(), 1);
    }
}
