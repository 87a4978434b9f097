//! What a reader does in `hotlight bench soak`, study by study, and the archive that drops connections.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::app::{self, Reading, Step, parse_script};
use crate::config::Retrieve;
use crate::dicom::StudyUid;
use crate::net::{AeTitle, AeTitleError, Peer};
use crate::phantom::Phantom;
use crate::session::{Effect, Event, RetrieveOrder, Urgency};
use crate::units::Phi;

use super::Failure;

const TITLE: &str = "ARCHIVE";
const US: &str = "HOTLIGHT";

/// Studies of the archive: more than may be open at a time.
const ARCHIVED: u64 = 48;

/// Of so many connections one is dropped, after so many bytes: within an object.
const DROPPED_OF: usize = 4;
const DROPPED_AFTER: u64 = 20_000;

/// Of so many folders one is damaged.
const DAMAGED_OF: usize = 4;

/// Folders of studies that stay on the disk: they are closed by then.
const FOLDERS_KEPT: usize = 4;

/// What a reader does to a study, in any order.
const ACTS: [&str; 22] = [
    "scroll +1",
    "scroll +3",
    "scroll first",
    "scroll last",
    "window preset lung",
    "window set 40 400",
    "window auto",
    "invert",
    "zoom by 1.5",
    "zoom fit",
    "rotate left",
    "flip horizontal",
    "layout 1x2",
    "layout 2x2",
    "layout 1x1",
    "tiles 2x2",
    "tiles 1x1",
    "plane coronal",
    "plane acquired",
    "cine toggle",
    "panel palette\ntype lung\ncancel",
    "undo",
];

/// What there was of a day.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) studies: usize,
    pub(super) from_archive: usize,
    pub(super) damaged: usize,
    pub(super) dropped: usize,
}

/// An archive of our own, a program by itself, and what stands before it.
pub(super) struct Archive {
    /// It ends with the day.
    _running: Running,
    /// Where it is reached.
    port: u16,
    studies: Vec<StudyUid>,
    dropped: Arc<AtomicUsize>,
    /// Connections that are passed on just now.
    open: Arc<AtomicUsize>,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _has_ended = self.0.kill();
        let _is_reaped = self.0.wait();
    }
}

impl Archive {
    /// Fills a folder with studies and serves it.
    pub(super) fn start(folder: &Path, seed: u64) -> Result<Self, Failure> {
        let mut studies = Vec::new();
        for number in 0..ARCHIVED {
            let study = phantom(seed, u64::MAX - number);
            study.write_into(&folder.join(number.to_string())).map_err(|error| failure(&error))?;
            studies.push(study.study_uid());
        }
        let mut child = Command::new(std::env::current_exe().map_err(|error| failure(&error))?)
            .arg("serve")
            .arg(folder)
            .args(["--port", "0", "--aet", TITLE, "--allow-any"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failure(&error))?;
        let told = child.stdout.take();
        let running = Running(child);
        let mut line = String::new();
        if let Some(told) = told {
            BufReader::new(told).read_line(&mut line).map_err(|error| failure(&error))?;
        }
        let port = line.trim().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let port = port.ok_or_else(|| Failure::new("hotlight serve does not say where it listens"))?;
        let (dropped, open) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let port =
            drop_some(port, Arc::clone(&dropped), Arc::clone(&open)).map_err(|error| failure(&error))?;
        Ok(Self { _running: running, port, studies, dropped, open })
    }

    /// It, as the viewer knows it.
    pub(super) fn peer(&self) -> Result<app::Archive, Failure> {
        let title = |text: &str| text.parse::<AeTitle>().map_err(|error: AeTitleError| failure(&error));
        Ok(app::Archive {
            name: TITLE.to_owned(),
            peer: Peer::new(&Ipv4Addr::LOCALHOST.to_string(), self.port, title(TITLE)?, title(US)?),
            query: true,
            retrieve: Some(Retrieve::Get),
            store: false,
        })
    }
}

/// Passes connections on, and drops one of some; gives the port.
fn drop_some(archive: u16, dropped: Arc<AtomicUsize>, open: Arc<AtomicUsize>) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let serve = move || {
        for (number, client) in listener.incoming().flatten().enumerate() {
            let is_dropped = number % DROPPED_OF == DROPPED_OF / 2;
            dropped.fetch_add(usize::from(is_dropped), Ordering::Relaxed);
            let most = if is_dropped { DROPPED_AFTER } else { u64::MAX };
            open.fetch_add(1, Ordering::Relaxed);
            let ended = Arc::clone(&open);
            let relay = move || {
                drop(relay(&client, archive, most));
                drop(client);
                ended.fetch_sub(1, Ordering::Relaxed);
            };
            if let Err(error) = std::thread::Builder::new().name("relay".to_owned()).spawn(relay) {
                tracing::warn!(%error, "a connection is dropped that was not to be");
            }
        }
    };
    // It ends with the program.
    drop(std::thread::Builder::new().name("relay-listen".to_owned()).spawn(serve)?);
    Ok(port)
}

/// Passes one connection on, as far as so many bytes from the archive.
fn relay(client: &TcpStream, archive: u16, most: u64) -> io::Result<()> {
    let archive = TcpStream::connect((Ipv4Addr::LOCALHOST, archive))?;
    let (mut from_client, mut to_archive) = (client.try_clone()?, archive.try_clone()?);
    let up = std::thread::Builder::new().name("relay-up".to_owned()).spawn(move || {
        drop(io::copy(&mut from_client, &mut to_archive));
        drop(to_archive.shutdown(Shutdown::Both));
    })?;
    let (mut from_archive, mut to_client) = ((&archive).take(most), client);
    drop(io::copy(&mut from_archive, &mut to_client));
    drop(client.shutdown(Shutdown::Both));
    drop(archive.shutdown(Shutdown::Both));
    drop(up.join());
    Ok(())
}

/// Somebody who reads study after study.
pub(super) struct Reader {
    folder: PathBuf,
    seed: u64,
    chance: Chance,
    archive: Archive,
    /// The folders that are still on the disk, the oldest first.
    folders: VecDeque<PathBuf>,
    counts: Counts,
}

impl Reader {
    pub(super) fn new(folder: &Path, seed: u64, archive: Archive) -> Self {
        let (folders, counts) = (VecDeque::new(), Counts::default());
        Self { folder: folder.to_path_buf(), seed, chance: Chance(seed), archive, folders, counts }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { dropped: self.archive.dropped.load(Ordering::Relaxed), ..self.counts }
    }

    /// Connections to the archive that are passed on just now.
    pub(super) fn connections(&self) -> u64 {
        self.archive.open.load(Ordering::Relaxed) as u64
    }

    /// Opens the next study; what is done with it.
    pub(super) fn open_next(&mut self, reading: &mut Reading) -> Result<Vec<Step>, Failure> {
        self.counts.studies += 1;
        let (mut script, is_closed) = if self.chance.one_in(3) {
            (self.open_archived(reading), self.chance.one_in(2))
        } else {
            (self.open_folder(reading)?, true)
        };
        for _ in 0..4 + self.chance.below(8) {
            script.push_str(self.chance.pick(&ACTS).copied().unwrap_or_default());
            script.push('\n');
        }
        if self.chance.one_in(2) {
            script.push_str(&self.measure());
        }
        if self.chance.one_in(8) {
            script.push_str("presentation save\nwait settled\n");
        }
        if is_closed {
            // What marks are left is a draft then.
            script.push_str("layout 1x1\nwait settled\nstudy close\n");
        }
        parse_script(&script).map_err(|error| failure(&error))
    }

    fn open_archived(&mut self, reading: &mut Reading) -> String {
        self.counts.from_archive += 1;
        let Some(study) = self.chance.pick(&self.archive.studies).cloned() else { return String::new() };
        let order =
            RetrieveOrder { study: study.clone(), archive: TITLE.to_owned(), urgency: Urgency::Foreground };
        let effects = reading.session.open_study(study, Effect::Retrieve(order));
        reading.dispatch(effects);
        "wait retrieve\nwait settled\n".to_owned()
    }

    /// A folder that nobody has opened before; some are damaged.
    fn open_folder(&mut self, reading: &mut Reading) -> Result<String, Failure> {
        let number = self.counts.studies;
        let folder = self.folder.join(number.to_string());
        let study = phantom(self.seed, number as u64);
        let written = study.write_into(&folder).map_err(|error| failure(&error))?;
        let folders = self.counts.studies - self.counts.from_archive;
        if folders % DAMAGED_OF == DAMAGED_OF / 2 {
            self.counts.damaged += 1;
            if let Some(path) = self.chance.pick(&written) {
                cut(path).map_err(|error| failure(&error))?;
            }
            std::fs::write(folder.join("broken"), "no image").map_err(|error| failure(&error))?;
        }
        reading.event(&Event::FilesChosen(vec![Phi::new(folder.clone())]));
        // Other studies are open; this one is to hang.
        reading.session.wait_for(study.study_uid());
        self.folders.push_back(folder);
        while self.folders.len() > FOLDERS_KEPT
            && let Some(oldest) = self.folders.pop_front()
        {
            std::fs::remove_dir_all(oldest).map_err(|error| failure(&error))?;
        }
        Ok("wait settled\n".to_owned())
    }

    /// A length somewhere on the image.
    fn measure(&mut self) -> String {
        let mut at = |from: u64| from + self.chance.below(120);
        let [left, top, right, bottom] = [at(260), at(160), at(420), at(320)];
        format!(
            "layout 1x1\ntiles 1x1\nplane acquired\ntool length\npointer press left {left} {top}\npointer move {right} {bottom}\n\
             pointer release\ntool scroll\n"
        )
    }
}

/// A small study that no other number has.
fn phantom(seed: u64, number: u64) -> Phantom {
    Phantom::chest_ct().small().with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number))
}

/// Half of a file.
fn cut(path: &Path) -> io::Result<()> {
    let file = std::fs::OpenOptions::new().write(true).open(path)?;
    let bytes = file.metadata()?.len();
    file.set_len(bytes / 2)
}

/// Numbers that look drawn at random, and are the same for the same seed: `SplitMix64`.
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = self.0;
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of so many, from 0.
    const fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    const fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let place = self.below((all.len() as u64).max(1));
        all.get(usize::try_from(place).unwrap_or_default())
    }
}

fn failure(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_day() {
        let day = |seed| {
            let mut chance = Chance(seed);
            (0..50).map(|_| chance.below(100)).collect::<Vec<u64>>()
        };
        assert_eq!(day(7), day(7));
        assert_ne!(day(7), day(8));
        let uids: std::collections::BTreeSet<_> = (0..40).map(|at| phantom(1, at).study_uid()).collect();
        assert_eq!(uids.len(), 40, "no study twice");
    }

    #[test]
    fn every_act_is_a_command() {
        for act in ACTS {
            assert!(parse_script(act).is_ok_and(|steps| !steps.is_empty()), "{act}");
        }
    }
}
