//! A trail: files of links in a folder, to which several programs of one owner may add.
//!
//! A file is never written over. What a program that died has left half written stays, and a new file follows it; what a full disk has
//! taken half of is taken back by who wrote it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::private::{self, Locked};

use super::chain::{Link, Tip};
use super::places;
use super::tail::{LINE_BYTES_MAX, each_line, tail};

/// A file of this size is followed by another.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// So many files there are at least, whatever the bound.
const FILES_MIN: usize = 2;

/// Where a trail lies, and how much it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailOptions {
    /// Its folder, for its owner alone.
    pub folder: PathBuf,
    /// The most bytes; beyond, the oldest file goes.
    pub bytes_max: u64,
    /// Whether what was sent to a server stays here, too.
    pub keeps_sent: bool,
}

/// A trail could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The system says no.
    #[error("{}: {error}", .folder.display())]
    Disk {
        /// The folder.
        folder: PathBuf,
        /// As the system says it.
        error: io::Error,
    },
    /// The message is longer than any event makes it.
    #[error("a message of {0} bytes is too long for the trail")]
    TooLong(usize),
}

/// What came of adding a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Its number.
    pub number: u64,
    /// Whether what stood before it was not whole: a program, or the power, went while it was written, or somebody changed it.
    pub was_cut: bool,
    /// Messages that no server had and that went to make room.
    pub lost: u64,
}

/// A trail, to be added to.
#[derive(Debug)]
pub struct Trail {
    options: TrailOptions,
    /// The newest file, its length and where its chain ended, as this program left it.
    known: Option<(PathBuf, u64, Tip)>,
}

/// Where the next link goes.
struct End {
    /// The newest file, if it can go on, and its length.
    file: Option<(PathBuf, u64)>,
    /// What the next file may be named for at least: none is written over.
    name_min: u64,
    tip: Tip,
    was_cut: bool,
}

impl Trail {
    /// One in a folder; nothing is made before the first message.
    pub const fn new(options: TrailOptions) -> Self {
        Self { options, known: None }
    }

    /// How it is kept.
    pub const fn options(&self) -> &TrailOptions {
        &self.options
    }

    /// Adds a message: it outlives the program when this is done, and the power once [`Trail::sync`] is.
    pub fn append(&mut self, now: SystemTime, message: &str) -> Result<Appended, TrailError> {
        self.try_append(now, message)
            .map_err(|error| self.fault(error))?
            .ok_or(TrailError::TooLong(message.len()))
    }

    fn try_append(&mut self, now: SystemTime, message: &str) -> io::Result<Option<Appended>> {
        let folder = self.options.folder.clone();
        let turn = places::turn(&folder)?;
        let End { file, name_min, tip, was_cut } = self.end(&folder)?;
        let link = Link::after(&tip, now, message);
        let text = format!("{}\n", serde_json::to_string(&link)?);
        let bytes = text.len() as u64;
        if bytes > LINE_BYTES_MAX {
            return Ok(None);
        }
        let fits = file.filter(|(_, length)| length + bytes <= FILE_BYTES_MAX);
        let is_new = fits.is_none();
        if is_new {
            // Another file is not on the disk before the one that it follows: a power cut between the two would be a gap.
            self.try_sync()?;
        }
        let (path, length) = fits.unwrap_or_else(|| (places::file(&folder, link.number.max(name_min)), 0));
        let mut open = private::append_to(&path)?;
        if let Err(error) = open.write_all(text.as_bytes()) {
            // Half a line would be taken for somebody's change, and have a new file follow it. It is ours alone: we have the turn.
            let _taken_back_or_cut = open.set_len(length);
            return Err(error);
        }
        self.known = Some((path, length + bytes, link.tip()));
        // The message is there: whatever becomes of the room, it is not added again.
        let lost = if is_new { self.make_room(&folder, &turn) } else { Ok(0) };
        let lost = lost.unwrap_or_else(|error| {
            tracing::warn!(%error, "old files of the audit trail do not go");
            0
        });
        Ok(Some(Appended { number: link.number, was_cut, lost }))
    }

    /// Waits until the disk has what was added last.
    pub fn sync(&self) -> Result<(), TrailError> {
        self.try_sync().map_err(|error| self.fault(error))
    }

    fn try_sync(&self) -> io::Result<()> {
        let Some((path, ..)) = &self.known else { return Ok(()) };
        // Not made where it is none: whoever sends lets go of what the server has.
        match fs::OpenOptions::new().append(true).open(path) {
            Ok(file) => file.sync_data(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Where the chain ends now: another program may have added to it.
    fn end(&self, folder: &Path) -> io::Result<End> {
        let files = places::files(folder)?;
        let newest = files.last();
        let name_min = newest.map_or(0, |(first, _)| first + 1);
        if let (Some((path, length, tip)), Some((_, newest))) = (&self.known, newest)
            && newest == path
            && fs::metadata(path)?.len() == *length
        {
            let file = Some((path.clone(), *length));
            return Ok(End { file, name_min, tip: tip.clone(), was_cut: false });
        }
        let (mut was_cut, mut file) = (false, None);
        for (place, (_, path)) in files.iter().enumerate().rev() {
            let found = tail(path)?;
            was_cut |= !found.is_whole;
            // An empty one, too, goes on: a disk that takes nothing is asked again and again, and each time would leave another.
            if found.is_whole && place + 1 == files.len() {
                file = Some((path.clone(), fs::metadata(path)?.len()));
            }
            if let Some(tip) = found.tip {
                return Ok(End { file, name_min, tip: later(tip, places::sent(folder)), was_cut });
            }
        }
        let sent = places::sent(folder).unwrap_or_else(Tip::beginning);
        Ok(End { file, name_min, tip: sent, was_cut })
    }

    /// Lets the oldest files go beyond the bound; how many links of theirs no server had. Bytes count, not files: programs that died
    /// leave many that are all but empty.
    fn make_room(&self, folder: &Path, _turn: &Locked) -> io::Result<u64> {
        let files = places::files(folder)?;
        // The newest will have its full size.
        let mut bytes = FILE_BYTES_MAX;
        for (_, path) in files.iter().rev().skip(1) {
            bytes += fs::metadata(path)?.len();
        }
        let sent = places::sent(folder).map_or(0, |tip| tip.number);
        let mut lost = 0;
        for (place, (first, path)) in files.iter().enumerate().take(files.len().saturating_sub(FILES_MIN)) {
            if bytes <= self.options.bytes_max {
                break;
            }
            bytes = bytes.saturating_sub(fs::metadata(path)?.len());
            let next = files.get(place + 1).map_or(*first, |(next, _)| *next);
            lost += next.saturating_sub((sent + 1).max(*first));
            fs::remove_file(path)?;
        }
        Ok(lost)
    }

    fn fault(&self, error: io::Error) -> TrailError {
        TrailError::Disk { folder: self.options.folder.clone(), error }
    }
}

/// Where files were taken away, what the server has goes on.
fn later(tip: Tip, sent: Option<Tip>) -> Tip {
    sent.filter(|sent| sent.number > tip.number).unwrap_or(tip)
}

/// The links from a number on, at most so many, as far as they are sound.
pub(super) fn links_from(folder: &Path, number: u64, count: usize) -> io::Result<Vec<Link>> {
    let files = places::files(folder)?;
    let mut links = Vec::new();
    for (place, (_, path)) in files.iter().enumerate() {
        // All of it is before the number.
        if files.get(place + 1).is_some_and(|(next, _)| *next <= number) {
            continue;
        }
        each_line(path, |line, is_ended| {
            let link = Link::read(line).filter(|link| is_ended && link.is_sound() && link.number >= number);
            links.extend(link);
            links.len() < count
        })?;
        if links.len() >= count {
            break;
        }
    }
    Ok(links)
}

/// Reads all links of a folder's trail, in order, as far as they are lines of one: whether they are sound, [`verify`](super::verify)
/// says.
pub fn each_link(folder: &Path, mut take: impl FnMut(&Link)) -> io::Result<()> {
    for (_, path) in places::files(folder)? {
        each_line(&path, |line, _| {
            Link::read(line).iter().for_each(&mut take);
            true
        })?;
    }
    Ok(())
}

/// Takes away files whose every link the server has.
pub(super) fn forget_sent(folder: &Path) -> io::Result<()> {
    let _turn = places::turn(folder)?;
    let Some(sent) = places::sent(folder) else { return Ok(()) };
    for (_, path) in places::files(folder)? {
        let last = tail(&path)?.tip.map_or(0, |tip| tip.number);
        if last <= sent.number {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::super::verify;
    use super::*;

    fn trail(folder: &Path, mib: u64) -> Trail {
        Trail::new(TrailOptions { folder: folder.join("audit"), bytes_max: mib << 20, keeps_sent: true })
    }

    fn add(trail: &mut Trail, message: &str) -> Appended {
        trail.append(SystemTime::UNIX_EPOCH, message).expect("added")
    }

    fn numbers(trail: &Trail) -> Vec<u64> {
        let links = links_from(&trail.options.folder, 0, usize::MAX).expect("links");
        links.iter().map(|link| link.number).collect()
    }

    #[test]
    fn programs_add_to_one_chain_in_turn_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut a, mut b) = (trail(folder.path(), 8), trail(folder.path(), 8));
        for place in 1..=3 {
            assert_eq!(add(&mut a, "a"), Appended { number: 2 * place - 1, was_cut: false, lost: 0 });
            assert_eq!(add(&mut b, "b").number, 2 * place);
        }
        assert_eq!(numbers(&a), [1, 2, 3, 4, 5, 6]);
        assert_eq!(places::files(&a.options.folder).expect("files").len(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode(&a.options.folder), 0o700);
            for entry in fs::read_dir(&a.options.folder).expect("a folder") {
                assert_eq!(mode(&entry.expect("an entry").path()), 0o600);
            }
        }
    }

    #[test]
    fn threads_that_add_at_the_same_time_leave_one_chain() {
        let folder = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut trail = trail(folder.path(), 8);
                    for _ in 0..20 {
                        add(&mut trail, "m");
                    }
                });
            }
        });
        let trail = trail(folder.path(), 8);
        assert_eq!(numbers(&trail), (1..=80).collect::<Vec<_>>());
        let verified = verify(&trail.options.folder).expect("readable");
        let chained = verified.faults.iter().all(|fault| fault.contains("no XML"));
        assert!(chained, "{:?}", verified.faults);
    }

    #[test]
    fn what_a_program_that_died_left_half_written_stays_and_the_chain_goes_on_behind_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = trail(folder.path(), 8);
        add(&mut first, "one");
        let (_, path) = places::files(&first.options.folder).expect("files").remove(0);
        let mut half = OpenOptions::new().append(true).open(&path).expect("ours");
        std::io::Write::write_all(&mut half, b"{\"number\":2,\"wri").expect("written");
        let mut second = trail(folder.path(), 8);
        assert_eq!(add(&mut second, "two"), Appended { number: 2, was_cut: true, lost: 0 });
        assert_eq!(add(&mut second, "three"), Appended { number: 3, was_cut: false, lost: 0 });
        assert_eq!(numbers(&second), [1, 2, 3]);
        assert_eq!(places::files(&second.options.folder).expect("files").len(), 2);
    }

    #[test]
    fn beyond_its_bound_the_oldest_file_goes_and_what_no_server_had_is_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut trail = trail(folder.path(), 8);
        // Five to a file.
        let message = "m".repeat(800_000);
        let lost: Vec<u64> = (0..11).map(|_| add(&mut trail, &message).lost).collect();
        assert_eq!(lost.iter().sum::<u64>(), 5);
        assert_eq!(numbers(&trail), (6..=11).collect::<Vec<_>>());
        places::note_sent(&trail.options.folder, &Tip { number: 8, hash: String::new() }).expect("noted");
        let lost: Vec<u64> = (0..5).map(|_| add(&mut trail, &message).lost).collect();
        assert_eq!(lost.iter().sum::<u64>(), 2, "9 and 10");
        let long = trail.append(SystemTime::UNIX_EPOCH, &"m".repeat(2 << 20));
        assert!(matches!(long, Err(TrailError::TooLong(_))), "{long:?}");
    }

    /// Each of 70 leaves half a line, and a file of its own.
    #[test]
    fn programs_that_die_cost_no_file_of_those_before_them() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 1..=70 {
            let mut trail = trail(folder.path(), 8);
            assert_eq!(add(&mut trail, "m").number, number);
            let (_, path) = places::files(&trail.options.folder).expect("files").pop().expect("a file");
            let mut half = OpenOptions::new().append(true).open(path).expect("ours");
            io::Write::write_all(&mut half, b"{\"number\":").expect("written");
        }
        assert_eq!(numbers(&trail(folder.path(), 8)), (1..=70).collect::<Vec<_>>());
    }

    /// `/dev/full` takes nothing, as a full disk does.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_that_is_asked_again_and_again_costs_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = trail(folder.path(), 8);
        add(&mut first, "one");
        let place = first.options.folder.clone();
        let newest = places::file(&place, 2);
        std::os::unix::fs::symlink("/dev/full", &newest).expect("a link");
        for _ in 0..5 {
            first.append(SystemTime::UNIX_EPOCH, "two").expect_err("the disk is full");
            assert_eq!(places::files(&place).expect("files").len(), 2, "none is added");
        }
        fs::remove_file(&newest).expect("there is room again");
        assert_eq!(add(&mut first, "two"), Appended { number: 2, was_cut: false, lost: 0 });
        assert_eq!(numbers(&first), [1, 2]);
    }

    #[test]
    fn what_was_sent_and_is_not_kept_goes_and_numbers_go_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut trail = trail(folder.path(), 8);
        add(&mut trail, "one");
        let links = links_from(&trail.options.folder, 0, 10).expect("links");
        places::note_sent(&trail.options.folder, &links[0].tip()).expect("noted");
        forget_sent(&trail.options.folder).expect("forgotten");
        trail.sync().expect("nothing to wait for");
        assert!(
            places::files(&trail.options.folder).expect("files").is_empty(),
            "what went does not come back"
        );
        assert_eq!(numbers(&trail), [0; 0]);
        assert_eq!(add(&mut trail, "two").number, 2);
        forget_sent(&trail.options.folder).expect("nothing to forget");
        let links = links_from(&trail.options.folder, 0, 10).expect("links");
        assert_eq!(
            (links.len(), &links[0].previous),
            (1, &places::sent(&trail.options.folder).expect("a tip").hash)
        );
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_told_by_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("audit"), "").expect("a file in the way");
        let error = trail(folder.path(), 8).append(SystemTime::UNIX_EPOCH, "m").expect_err("no folder");
        assert!(error.to_string().contains("audit"), "{error}");
    }
}
