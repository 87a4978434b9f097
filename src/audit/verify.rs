//! Whether a trail is as it was written.

use std::io;
use std::path::Path;

use super::chain::{Link, Tip};
use super::places;
use super::schema::check;
use super::tail::each_line;

/// So many faults are told.
const FAULTS_MAX: usize = 1000;

/// What was found in a trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// How many files it has.
    pub files: usize,
    /// How many links.
    pub links: u64,
    /// The number of the first.
    pub first: Option<u64>,
    /// The number of the last.
    pub last: Option<u64>,
    /// The number of the last that a server has; none where nothing was ever sent.
    pub sent: Option<u64>,
    /// What is not as it was written, by file and line: the first thousand.
    pub faults: Vec<String>,
    /// What is as it may be, and must be known.
    pub notes: Vec<String>,
}

impl Verified {
    fn fault(&mut self, at: &str, what: &str) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(format!("{at}: {what}"));
        }
    }

    fn note(&mut self, at: &str, what: &str) {
        if self.notes.len() < FAULTS_MAX {
            self.notes.push(format!("{at}: {what}"));
        }
    }

    /// Takes a link; gives what the next one must hang on.
    fn take(&mut self, at: &str, link: &Link, before: Option<&Tip>, sent: Option<&Tip>) {
        self.links += 1;
        self.first.get_or_insert(link.number);
        self.last = Some(link.number);
        if !link.is_sound() {
            self.fault(at, "it was changed: it does not hold what its hash says");
        }
        match before {
            Some(tip) if tip.hash != link.previous || tip.number + 1 != link.number => {
                let what = format!(
                    "message {} does not follow message {}: something between them was taken away, put in or changed",
                    link.number, tip.number
                );
                self.fault(at, &what);
            }
            None if link.number == 1 && link.previous != Tip::BEGINNING => {
                self.fault(at, "it is the first message, and hangs on another");
            }
            None if link.number > 1 => self.take_beginning(at, link, sent),
            _ => {}
        }
        if sent.is_some_and(|sent| sent.number == link.number && sent.hash != link.hash) {
            self.fault(at, "it is not what the server was sent");
        }
        for fault in check(&link.message).err().unwrap_or_default() {
            self.fault(at, &fault);
        }
    }

    /// A trail that does not begin with its first message.
    fn take_beginning(&mut self, at: &str, link: &Link, sent: Option<&Tip>) {
        let number = link.number;
        let begins = format!("the trail begins with message {number}");
        match sent {
            Some(sent) if sent.number.saturating_add(1) == number && sent.hash != link.previous => {
                self.fault(at, &format!("{begins}, which does not follow what the server was sent"));
            }
            Some(sent) if sent.number >= number - 1 => {
                self.note(at, &format!("{begins}: the server was sent those before it"));
            }
            _ => {
                let what = format!(
                    "{begins}: no server had all of those before it; they went to make room, or were taken away"
                );
                self.note(at, &what);
            }
        }
    }
}

/// Reads all of a trail.
pub fn verify(folder: &Path) -> io::Result<Verified> {
    let mut verified = Verified::default();
    let mut before: Option<Tip> = None;
    let sent = places::sent(folder);
    verified.sent = sent.as_ref().map(|tip| tip.number);
    let files = places::files(folder)?;
    verified.files = files.len();
    for (_, path) in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut row = 0_usize;
        each_line(path, |line, is_ended| {
            row += 1;
            let at = format!("{name}:{row}");
            match Link::read(line) {
                Some(link) if is_ended => {
                    verified.take(&at, &link, before.as_ref(), sent.as_ref());
                    before = Some(link.tip());
                }
                _ if is_ended => verified.fault(&at, "it is no line of a trail"),
                _ => verified.note(&at, "it was cut while it was written: the program or the power went"),
            }
            true
        })?;
    }
    match (verified.last, verified.sent) {
        (Some(last), Some(sent)) if last < sent => {
            let what = format!(
                "it ends with message {last}, and the server was sent messages up to {sent}: its end was taken away"
            );
            verified.fault("the trail", &what);
        }
        (None, Some(sent)) => {
            verified
                .note("the trail", &format!("nothing is here; the server was sent messages up to {sent}"));
        }
        _ => {}
    }
    Ok(verified)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::SystemTime;

    use super::super::{AuditEvent, AuditSource, Happening, Trail, TrailOptions, message};
    use super::*;

    /// A trail of five messages, and its file.
    fn trail(folder: &Path) -> (Trail, std::path::PathBuf) {
        let source = AuditSource {
            account: "reader".to_owned(),
            user: None,
            host: "station".to_owned(),
            process: 1,
            titles: Vec::new(),
        };
        let folder = folder.join("audit");
        let mut trail =
            Trail::new(TrailOptions { folder: folder.clone(), bytes_max: 8 << 20, keeps_sent: true });
        let event = AuditEvent { at: SystemTime::UNIX_EPOCH, what: Happening::Started };
        for _ in 0..5 {
            trail.append(SystemTime::UNIX_EPOCH, &message(&source, &event)).expect("added");
        }
        let path = places::files(&folder).expect("files").remove(0).1;
        (trail, path)
    }

    /// What is found after the lines of the trail were changed.
    fn found(change: impl FnOnce(&mut Vec<String>)) -> Verified {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, path) = trail(folder.path());
        let text = fs::read_to_string(&path).expect("the trail");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        fs::write(&path, lines.join("\n") + "\n").expect("written");
        verify(&folder.path().join("audit")).expect("readable")
    }

    #[test]
    fn every_change_is_found_where_it_was_made() {
        let whole = found(|_| {});
        assert_eq!((whole.files, whole.links, whole.first, whole.last), (1, 5, Some(1), Some(5)));
        assert_eq!((whole.faults, whole.notes, whole.sent), (Vec::new(), Vec::new(), None));
        let one = |change: fn(&mut Vec<String>), expected: &str| {
            let faults = found(change).faults;
            assert!(faults.len() == 1 && faults[0].contains(expected), "{expected}: {faults:?}");
        };
        let name = "trail-000000000001.jsonl";
        one(|lines| lines[2] = lines[2].replace("reader@", "nobody@"), &format!("{name}:3: it was changed"));
        one(|lines| drop(lines.remove(2)), "message 4 does not follow message 2");
        one(|lines| lines.insert(1, "words".to_owned()), &format!("{name}:2: it is no line of a trail"));
        one(|lines| lines.insert(1, lines[0].clone()), "message 1 does not follow message 1");
        assert_eq!(found(|lines| lines.swap(3, 4)).faults.len(), 2, "neither follows what stands before it");
        let beginning = found(|lines| drop(lines.drain(..2)));
        assert_eq!(beginning.faults, [""; 0]);
        let note = &beginning.notes[0];
        assert!(
            note.contains("the trail begins with message 3: no server had all of those before it"),
            "{note}"
        );
    }

    #[test]
    fn a_beginning_is_held_against_what_the_server_was_sent() {
        let folder = tempfile::tempdir().expect("a folder");
        let (trail, path) = trail(folder.path());
        let place = &trail.options().folder;
        let text = fs::read_to_string(&path).expect("the trail");
        let short: String = text.split_inclusive('\n').skip(2).collect();
        fs::write(&path, short).expect("written");
        let second = Link::read(text.lines().nth(1).expect("a line")).expect("a link").tip();
        let with = |number, hash: &str| {
            places::note_sent(place, &Tip { number, hash: hash.to_owned() }).expect("noted");
            let Verified { faults, notes, .. } = verify(place).expect("readable");
            (faults.join(" "), notes.join(" "))
        };
        let (faults, notes) = with(2, &second.hash);
        assert!(
            faults.is_empty() && notes.contains("the server was sent those before it"),
            "{faults}{notes}"
        );
        let (faults, _) = with(2, "another");
        assert!(faults.contains("which does not follow what the server was sent"), "{faults}");
        let (faults, notes) = with(1, "any");
        assert!(
            faults.is_empty() && notes.contains("no server had all of those before it"),
            "{faults}{notes}"
        );
    }

    #[test]
    fn a_message_that_is_made_anew_with_a_hash_of_its_own_does_not_fit() {
        let faults = found(|lines| {
            let link = Link::read(&lines[2]).expect("a link");
            let other = link.message.replace("reader@", "nobody@");
            let forged = Link::after(&Tip { number: 2, hash: link.previous }, SystemTime::UNIX_EPOCH, &other);
            assert!(forged.is_sound() && forged.hash != link.hash);
            lines[2] = serde_json::to_string(&forged).expect("JSON");
        })
        .faults;
        assert!(faults.len() == 1 && faults[0].contains("message 4 does not follow message 3"), "{faults:?}");
    }

    /// Only whoever has what was sent can tell.
    #[test]
    fn an_end_that_was_taken_away_is_found_where_a_server_had_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (trail, path) = trail(folder.path());
        let place = &trail.options().folder;
        let text = fs::read_to_string(&path).expect("the trail");
        let last = Link::read(text.lines().last().expect("a line")).expect("a link");
        places::note_sent(place, &last.tip()).expect("noted");
        assert_eq!(verify(place).expect("readable").faults, [""; 0]);
        let short: String = text.split_inclusive('\n').take(3).collect();
        fs::write(&path, short).expect("written");
        let verified = verify(place).expect("readable");
        assert_eq!(verified.sent, Some(5));
        assert!(
            verified.faults[0].contains("ends with message 3") && verified.faults[0].contains("up to 5"),
            "{:?}",
            verified.faults
        );
        fs::write(&path, text.replace("\"reader@", "\"nobody@")).expect("written");
        places::note_sent(place, &Tip { number: 5, hash: "another".to_owned() }).expect("noted");
        let faults = verify(place).expect("readable").faults;
        assert!(faults.iter().any(|fault| fault.contains("not what the server was sent")), "{faults:?}");
    }

    #[test]
    fn what_was_cut_by_a_crash_is_noted_and_is_no_fault() {
        let folder = tempfile::tempdir().expect("a folder");
        let (trail, path) = trail(folder.path());
        let mut text = fs::read_to_string(&path).expect("the trail");
        text.push_str("{\"number\":6,");
        fs::write(&path, text).expect("written");
        let verified = verify(&trail.options().folder).expect("readable");
        assert_eq!((verified.faults.len(), verified.notes.len(), verified.last), (0, 1, Some(5)));
        assert_eq!(verify(&folder.path().join("none")).expect("no trail"), Verified::default());
    }
}
