//! The audit trail while the program runs: events are handed over without waiting, the thread `audit` writes them to the disk, and
//! `audit-send` sends them to the server, where there is one.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::audit::{
    Alert, AuditEvent, AuditNode, AuditSource, Delivery, DeliveryError, Happening, Trail, TrailError,
    TrailOptions, message,
};
use crate::command::Reader;
use crate::config::{AuditSettings, Settings, audit_folder};
use crate::net::{Backoff, Certificate, ServerAddress, SyslogServer, Tls};

use super::archives::ArchivesOptions;
use super::certified::station;
use super::clock::Clock;
use super::services::wait_for;

/// Events on their way to the thread.
const EVENTS_MAX: usize = 1024;

/// Messages that wait for a disk that takes none.
const WAITING_MAX: usize = 1024;

/// What the reader has not been told yet.
const NEWS_MAX: usize = 16;

const LOSING: &str = "The audit trail's disk takes nothing, and no more can wait: what is done now is not recorded. Tell whoever answers for this station.";

/// Until a disk that took nothing is tried again.
const DISK_PAUSE: Duration = Duration::from_secs(10);

/// The first and the longest wait before a server is called again that did not answer.
const CALL_PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_mins(5));

/// How often it is looked for messages of other programs that share the trail.
const LOOK_PAUSE: Duration = Duration::from_mins(1);

/// The longest that the end of the program waits for each thread. Under test what was written is looked at, on a busy machine.
const EXIT_PATIENCE: Duration = Duration::from_secs(if cfg!(feature = "testing") { 60 } else { 1 });

/// What the audit trail needs to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditorOptions {
    /// Where it lies.
    pub trail: TrailOptions,
    /// Where it is sent.
    pub server: Option<SyslogServer>,
    /// Who reports.
    pub source: AuditSource,
    /// The archives, by their names.
    pub archives: BTreeMap<String, AuditNode>,
}

impl AuditorOptions {
    /// As the settings of a reader say; none where they ask for no audit trail, or the system names no folder for it.
    pub fn of(settings: &Settings, reader: &Reader, archives: Option<&ArchivesOptions>) -> Option<Self> {
        let audit = &settings.audit;
        let folder = audit_folder(settings).filter(|_| audit.is_on())?;
        let known = archives.iter().flat_map(|archives| &archives.archives);
        let node = |archive: &super::Archive| AuditNode {
            name: archive.name.clone(),
            title: archive.peer.called.to_string(),
            host: archive.peer.host.clone(),
        };
        let mut titles: Vec<String> = known.clone().map(|archive| archive.peer.calling.to_string()).collect();
        titles.sort_unstable();
        titles.dedup();
        Some(Self {
            trail: trail_options(folder, audit),
            server: audit_server(audit),
            source: audit_source(reader, titles),
            archives: known.map(|archive| (archive.name.clone(), node(archive))).collect(),
        })
    }
}

/// How the settings have the trail of a folder kept.
pub fn trail_options(folder: PathBuf, audit: &AuditSettings) -> TrailOptions {
    TrailOptions { folder, bytes_max: u64::from(audit.keep_mib) << 20, keeps_sent: audit.file }
}

/// This program, the account that it runs in, and who reads.
pub fn audit_source(reader: &Reader, titles: Vec<String>) -> AuditSource {
    let names = ["USER", "LOGNAME", "USERNAME"];
    let account = names.into_iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    AuditSource {
        account: account.unwrap_or_default(),
        user: reader.name().map(str::to_owned),
        host: station(),
        process: std::process::id(),
        titles,
    }
}

/// A file or folder as a URI, from the root. RFC 8089 2, RFC 3986 2.
pub fn uri_of(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = path.to_string_lossy();
    // A drive of Windows has the root before it.
    let mut uri = if text.starts_with(['/', '\\']) { "file://" } else { "file:///" }.to_owned();
    for byte in text.bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b':' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a String does not fail.
            _ => {
                let _infallible = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// The server that the settings name; none where they name none.
pub fn audit_server(audit: &AuditSettings) -> Option<SyslogServer> {
    // The settings were checked when they were read: an empty one is none.
    let address: ServerAddress = audit.server.parse().ok()?;
    let file = |path: &String| (!path.is_empty()).then(|| PathBuf::from(path));
    let identity = file(&audit.certificate).zip(file(&audit.key));
    let tls = Tls {
        authorities: file(&audit.authorities).into_iter().collect(),
        identity: identity.map(|(chain, key)| Certificate { chain, key }),
        name: None,
    };
    Some(SyslogServer { address, tls })
}

/// The audit trail, seen from where the frames are drawn.
pub struct Auditor {
    running: Option<Running>,
    archives: BTreeMap<String, AuditNode>,
}

/// A way to the audit trail from another thread.
#[derive(Clone)]
pub(super) struct AuditHandle {
    events: Sender<AuditEvent>,
    /// Events that found no room.
    lost: Arc<AtomicU64>,
    news: Sender<String>,
}

impl AuditHandle {
    /// Records what happened just now; it never waits.
    pub(super) fn note(&self, what: Happening) {
        self.note_at(Clock::now(), what);
    }

    fn note_at(&self, at: SystemTime, what: Happening) {
        if self.events.try_send(AuditEvent { at, what }).is_err() {
            lose(&self.lost, &self.news);
        }
    }
}

/// Counts an event that found no room. The first is told: a disk that hangs says nothing, and the alert comes once it takes messages.
fn lose(lost: &AtomicU64, news: &Sender<String>) {
    if lost.fetch_add(1, Ordering::Relaxed) == 0 {
        tracing::error!("the audit trail takes nothing: events are lost until its disk does");
        // Whoever has so much to read already has been told.
        drop(news.try_send(LOSING.to_owned()));
    }
}

struct Running {
    handle: AuditHandle,
    news: Receiver<String>,
    /// The one that writes, then the one that sends.
    threads: Vec<JoinHandle<()>>,
}

impl Auditor {
    /// One that records nothing.
    pub const fn off() -> Self {
        Self { running: None, archives: BTreeMap::new() }
    }

    /// Begins to record.
    pub fn start(options: AuditorOptions) -> std::io::Result<Self> {
        let AuditorOptions { trail, server, source, archives } = options;
        let (events, to_record) = bounded(EVENTS_MAX);
        let (tell, news) = bounded(NEWS_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let mut threads = Vec::new();
        let mut wake = None;
        let sending = match server {
            None => None,
            Some(server) => {
                let (wakes, woken) = bounded(1);
                wake = Some(wakes);
                let (host, process) = (source.host.clone(), source.process);
                let delivery = Delivery { server, trail: trail.clone(), host, process };
                let source = source.clone();
                Some(spawn("audit-send", move || send(&delivery, &source, &woken))?)
            }
        };
        let recorder = Recorder {
            trail: Trail::new(trail),
            source,
            waiting: VecDeque::new(),
            lost: Arc::clone(&lost),
            news: tell.clone(),
            wake,
            is_failing: false,
        };
        threads.push(spawn("audit", move || recorder.run(&to_record))?);
        threads.extend(sending);
        let handle = AuditHandle { events, lost, news: tell };
        let auditor = Self { running: Some(Running { handle, news, threads }), archives };
        auditor.note(Happening::Started);
        Ok(auditor)
    }

    /// Whether anything is recorded.
    pub const fn is_on(&self) -> bool {
        self.running.is_some()
    }

    /// Records what happened just now; it never waits.
    pub fn note(&self, what: Happening) {
        self.note_at(Clock::now(), what);
    }

    /// The same of something that happened earlier.
    pub(super) fn note_at(&self, at: SystemTime, what: Happening) {
        if let Some(running) = &self.running {
            running.handle.note_at(at, what);
        }
    }

    /// A way to it from another thread; none where nothing is recorded.
    pub(super) fn handle(&self) -> Option<AuditHandle> {
        self.running.as_ref().map(|running| running.handle.clone())
    }

    /// Another user of the station reads from now on.
    pub fn switch_user(&self, before: &Reader, now: &Reader) {
        let user = |reader: &Reader| reader.name().map(str::to_owned);
        self.note(Happening::LoggedOut { user: user(before) });
        self.note(Happening::LoggedIn { user: user(now) });
    }

    /// An archive by its name, as far as it is known.
    pub(super) fn archive(&self, name: &str) -> AuditNode {
        let unknown = || AuditNode { name: name.to_owned(), title: String::new(), host: String::new() };
        self.archives.get(name).cloned().unwrap_or_else(unknown)
    }

    /// What the reader must know: a sentence each.
    pub(super) fn news(&self) -> Vec<String> {
        self.running.as_ref().map(|running| running.news.try_iter().collect()).unwrap_or_default()
    }
}

impl Drop for Auditor {
    fn drop(&mut self) {
        self.note(Happening::Ended);
        let Some(Running { handle, threads, .. }) = self.running.take() else { return };
        drop(handle);
        for thread in threads {
            // What is not sent is sent by the next program.
            wait_for([thread], || EXIT_PATIENCE);
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work)
}

/// The thread that writes.
struct Recorder {
    trail: Trail,
    source: AuditSource,
    /// Messages that the disk has not taken.
    waiting: VecDeque<String>,
    lost: Arc<AtomicU64>,
    news: Sender<String>,
    wake: Option<Sender<()>>,
    is_failing: bool,
}

impl Recorder {
    /// Until nobody can hand over an event any more.
    fn run(mut self, events: &Receiver<AuditEvent>) {
        loop {
            let event = if self.waiting.is_empty() {
                events.recv().map_err(|_gone| RecvTimeoutError::Disconnected)
            } else {
                events.recv_timeout(DISK_PAUSE)
            };
            let is_end = event == Err(RecvTimeoutError::Disconnected);
            if let Ok(event) = event {
                self.take(&event);
            }
            // What came together is written together: one wait for the disk.
            while self.waiting.len() < WAITING_MAX
                && let Ok(event) = events.try_recv()
            {
                self.take(&event);
            }
            self.write();
            if is_end {
                let lost = self.lost.load(Ordering::Relaxed) + self.waiting.len() as u64;
                if lost > 0 {
                    tracing::error!(lost, "audit messages are lost: the disk took none until the end");
                }
                return;
            }
        }
    }

    fn take(&mut self, event: &AuditEvent) {
        if let Happening::LoggedIn { user } = &event.what {
            self.source.user.clone_from(user);
        }
        self.push(event);
    }

    fn push(&mut self, event: &AuditEvent) {
        if self.waiting.len() >= WAITING_MAX {
            self.waiting.pop_front();
            lose(&self.lost, &self.news);
        }
        self.waiting.push_back(message(&self.source, event));
    }

    fn alert(&mut self, alert: Alert, why: &str) {
        let subject = uri_of(&self.trail.options().folder);
        let what = Happening::Alert { alert, why: why.to_owned(), subject };
        self.push(&AuditEvent { at: Clock::now(), what });
    }

    /// Writes what waits, as far as the disk takes it.
    fn write(&mut self) {
        let mut is_new = false;
        while let Some(text) = self.waiting.front() {
            let appended = match self.trail.append(Clock::now(), text) {
                Ok(appended) => appended,
                Err(error @ TrailError::TooLong(_)) => {
                    tracing::error!(%error, "an event is not recorded");
                    self.waiting.pop_front();
                    self.lost.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                Err(error) => return self.fail(&error),
            };
            self.waiting.pop_front();
            is_new = true;
            if std::mem::take(&mut self.is_failing) {
                self.tell("The audit trail is written again.".to_owned());
            }
            if appended.was_cut {
                self.alert(
                    Alert::TrailChanged,
                    "What stood before is not whole: the program or the power went while it was written, or it was changed.",
                );
            }
            let lost = self.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                let why = format!("{lost} events found no room and are not recorded.");
                self.tell(format!("The audit trail: {why}"));
                self.alert(Alert::RecordingStopped, &why);
            }
            // Where nothing is sent, the oldest goes as the settings say.
            if appended.lost > 0 && self.wake.is_some() {
                let why = format!("{} messages went to make room, and no server had them.", appended.lost);
                self.alert(Alert::RecordingStopped, &why);
            }
        }
        if !is_new {
            return;
        }
        if let Err(error) = self.trail.sync() {
            return self.fail(&error);
        }
        if let Some(wake) = &self.wake {
            // One that waits already is enough.
            wake.try_send(()).unwrap_or_default();
        }
    }

    fn fail(&mut self, error: &TrailError) {
        if !std::mem::replace(&mut self.is_failing, true) {
            tracing::warn!(%error, "the audit trail cannot be written");
            self.tell(format!(
                "The audit trail cannot be written: {error}. Tell whoever answers for this station."
            ));
        }
    }

    fn tell(&self, text: String) {
        // Whoever has so much to read already has been told.
        drop(self.news.try_send(text));
    }
}

/// The thread that sends, until nobody wakes it any more.
fn send(delivery: &Delivery, source: &AuditSource, woken: &Receiver<()>) {
    let seed = RandomState::new().hash_one(std::process::id());
    let mut backoff = Backoff::new(CALL_PAUSES.0, CALL_PAUSES.1, seed);
    let clock = Clock::start();
    let (mut is_silent, mut is_alerted) = (false, false);
    loop {
        let pause = match delivery.deliver() {
            Ok(delivered) => {
                if delivered.missing > 0 {
                    let why = format!(
                        "{} messages are not there, or not as they were written, and are not sent.",
                        delivered.missing
                    );
                    alert_of(delivery, source, Alert::TrailChanged, &why, uri_of(&delivery.trail.folder));
                }
                if std::mem::take(&mut is_silent) {
                    tracing::info!("the audit server answers again");
                }
                backoff.reset();
                LOOK_PAUSE
            }
            Err(error) => {
                if !std::mem::replace(&mut is_silent, true) {
                    tracing::warn!(%error, "audit messages wait");
                }
                if let DeliveryError::Server { why, is_certificate: true } = &error
                    && !std::mem::replace(&mut is_alerted, true)
                {
                    // The server is not whom it should be.
                    let ServerAddress { host, port } = &delivery.server.address;
                    let subject = format!("syslog-tls://{host}:{port}");
                    alert_of(delivery, source, Alert::NodeAuthentication, why, subject);
                }
                backoff.wait()
            }
        };
        let due = clock.elapsed() + pause;
        loop {
            match woken.recv_timeout(due.saturating_sub(clock.elapsed())) {
                // A server that does not answer is not called more often because there is more to say.
                Ok(()) if is_silent => {}
                Ok(()) | Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    if !is_silent && let Err(error) = delivery.deliver() {
                        tracing::warn!(%error, "audit messages wait for the next program");
                    }
                    return;
                }
            }
        }
    }
}

/// What goes wrong on the way is recorded, too.
fn alert_of(delivery: &Delivery, source: &AuditSource, alert: Alert, why: &str, subject: String) {
    let what = Happening::Alert { alert, why: why.to_owned(), subject };
    let text = message(source, &AuditEvent { at: Clock::now(), what });
    if let Err(error) = Trail::new(delivery.trail.clone()).append(Clock::now(), &text) {
        tracing::warn!(%error, "an alert is not recorded");
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::{Summary, each_link, verify};

    use super::*;

    fn options(folder: &Path) -> AuditorOptions {
        AuditorOptions {
            trail: TrailOptions { folder: folder.to_owned(), bytes_max: 8 << 20, keeps_sent: true },
            server: None,
            source: audit_source(&Reader::account(), Vec::new()),
            archives: BTreeMap::new(),
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_place_is_told_from_the_root_and_with_the_letters_of_a_uri() {
        assert_eq!(uri_of(Path::new("/a b/ü#1.png")), "file:///a%20b/%C3%BC%231.png");
        let beside = uri_of(Path::new("view.png"));
        assert!(beside.starts_with("file:///") && beside.ends_with("/view.png"), "{beside}");
    }

    /// What each message of a trail is about; of one that cannot be read yet, nothing.
    fn events(folder: &Path) -> Vec<String> {
        let mut events = Vec::new();
        let read = each_link(folder, |link| {
            let Summary { event, who, .. } = Summary::of(&link.message).expect("a summary");
            let user = who.split_once(" (").map_or("", |(_, user)| user.trim_end_matches(')'));
            events.push(format!("{event} {user}").trim_end().to_owned());
        });
        read.map(|()| events).unwrap_or_default()
    }

    /// Waits until something is so: the end of a program waits for a slow disk no longer than a moment.
    fn until(is_so: impl Fn() -> bool) {
        let clock = Clock::start();
        while !is_so() {
            assert!(clock.elapsed() < Duration::from_mins(2), "it is not written");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn the_program_and_its_users_are_recorded_from_start_to_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("audit");
        let auditor = Auditor::start(options(&place)).expect("threads");
        auditor.switch_user(&Reader::account(), &"ann".parse().expect("a name"));
        auditor.note(Happening::TrailRead { uri: uri_of(&place) });
        drop(auditor);
        until(|| verify(&place).is_ok_and(|verified| verified.last == Some(5)));
        let expected = [
            "Application Activity: Application Start",
            "User Authentication: Logout",
            "User Authentication: Login ann",
            "Audit Log Used ann",
            "Application Activity: Application Stop ann",
        ];
        assert_eq!(events(&place), expected);
        assert_eq!(verify(&place).expect("readable").faults, [""; 0]);
    }

    #[test]
    fn a_disk_that_takes_nothing_stops_nobody_and_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("audit");
        std::fs::write(&place, "").expect("a file in the way");
        let auditor = Auditor::start(options(&place)).expect("threads");
        let clock = Clock::start();
        let told = loop {
            let news = auditor.news();
            if !news.is_empty() {
                break news;
            }
            assert!(clock.elapsed() < Duration::from_mins(2), "nothing is told");
            std::thread::sleep(Duration::from_millis(1));
        };
        assert!(
            told[0].starts_with("The audit trail cannot be written: ") && told[0].contains("audit"),
            "{told:?}"
        );
        for _ in 0..EVENTS_MAX * 3 {
            auditor.note(Happening::TrailRead { uri: String::new() });
        }
        let told = auditor.news();
        assert!(told.len() == 1 && told[0].contains("is not recorded"), "{told:?}");
        // It is there again: what waited is written, and what was lost is counted.
        std::fs::remove_file(&place).expect("removed");
        drop(auditor);
        let is_stop = |event: &String| event == "Security Alert: Audit Recording Stopped";
        until(|| events(&place).iter().any(is_stop));
        let events = events(&place);
        assert!(events.len() > 2, "{events:?}");
        assert_eq!(verify(&place).expect("readable").faults, [""; 0]);
    }

    #[test]
    fn what_the_settings_say_is_what_is_kept_and_sent() {
        let mut settings = Settings::default();
        let ann: Reader = "ann".parse().expect("a name");
        assert_eq!(AuditorOptions::of(&settings, &ann, None), None, "nothing unless it is asked for");
        settings.audit.folder = "/a/trail".to_owned();
        settings.audit.server = "audit.example".to_owned();
        settings.audit.authorities = "/a/ca.pem".to_owned();
        settings.audit.certificate = "/a/own.pem".to_owned();
        let of = |settings: &Settings| AuditorOptions::of(settings, &ann, None).expect("it is on");
        let sent = of(&settings);
        assert_eq!((sent.trail.keeps_sent, sent.trail.bytes_max), (false, 256 << 20));
        assert_eq!(sent.trail.folder, Path::new("/a/trail"));
        let server = sent.server.expect("a server");
        assert_eq!((server.address.host.as_str(), server.address.port), ("audit.example", 6514));
        assert_eq!(server.tls.authorities, [PathBuf::from("/a/ca.pem")]);
        assert_eq!(server.tls.identity, None, "a certificate without its key is none");
        settings.audit.key = "/a/own.key".to_owned();
        settings.audit.file = true;
        let both = of(&settings);
        assert!(both.trail.keeps_sent && both.server.expect("a server").tls.identity.is_some());
        assert!(!both.source.host.is_empty());
        assert_eq!(both.source.user.as_deref(), Some("ann"));
    }
}
