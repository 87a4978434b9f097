//! Archives that run while a test does, and what is compared.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hotlight::dicom::{Source, Stored, Tag, tag_of};
use hotlight::net::dimse::{self, Folder, Retrieved, ScpOptions, Status, StorageScp};
use hotlight::net::serve::{ServeOptions, Server};
use hotlight::net::{AeTitle, Deadlines, Known, NetError, Peer, Query, Tls};
use hotlight::phantom::Phantom;
use tempfile::TempDir;

pub(super) use crate::support::free_port;

/// What an archive is called here.
pub(super) const ARCHIVE: &str = "ARCHIVE";
/// What we are called.
pub(super) const US: &str = "HOTLIGHT";

pub(super) fn title(text: &str) -> AeTitle {
    text.parse().expect("a title")
}

/// Long enough for a busy machine. Where a peer says nothing on purpose, the test has shorter ones.
pub(super) const DEADLINES: Deadlines = Deadlines {
    connect: Duration::from_secs(30),
    silence: Duration::from_secs(30),
    answer: Duration::from_mins(1),
};

pub(super) fn peer(port: u16) -> Peer {
    Peer { deadlines: DEADLINES, ..Peer::new("127.0.0.1", port, title(ARCHIVE), title(US)) }
}

/// Runs an exchange to its end.
pub(super) fn wait<T>(exchange: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(exchange)
}

/// A program that ends with the test.
pub(super) struct Running(pub(super) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _has_ended = self.0.kill();
        let _is_reaped = self.0.wait();
    }
}

/// dcmtk's archive over a folder of its own; it sends to us at `store_port`.
pub(super) struct Dcmqrscp {
    pub(super) port: u16,
    pub(super) store_port: u16,
    _folder: TempDir,
    _running: Running,
}

impl Dcmqrscp {
    pub(super) fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (port, store_port) = (free_port(), free_port());
        let database = folder.path().join("database");
        std::fs::create_dir(&database).expect("a folder");
        let config = folder.path().join("dcmqrscp.cfg");
        let text = format!(
            "NetworkTCPPort = {port}\nMaxPDUSize = 131072\nMaxAssociations = 16\n\
             HostTable BEGIN\nus = ({US}, 127.0.0.1, {store_port})\nHostTable END\n\
             VendorTable BEGIN\nVendorTable END\n\
             AETable BEGIN\n{ARCHIVE} {} RW (500, 1024mb) ANY\nAETable END\n",
            database.display()
        );
        std::fs::write(&config, text).expect("written");
        let child = Command::new("dcmqrscp")
            .arg("-c")
            .arg(&config)
            .env("TCP_NODELAY", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("dcmqrscp runs");
        let running = Running(child);
        until_answered(&peer(port));
        Self { port, store_port, _folder: folder, _running: running }
    }
}

/// Waits until something is so.
#[track_caller]
pub(super) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(2);
    while !is_so() {
        assert!(Instant::now() < end, "it was not so: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until an archive answers.
pub(super) fn until_answered(peer: &Peer) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while let Err(error) = wait(dimse::echo(peer)) {
        assert!(Instant::now() < deadline, "the archive does not answer: {error}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Orthanc over a folder of its own; it sends to us at `store_port`.
pub(super) struct Orthanc {
    pub(super) port: u16,
    pub(super) store_port: u16,
    _folder: TempDir,
    _running: Running,
}

impl Orthanc {
    pub(super) fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (port, store_port) = (free_port(), free_port());
        let database = folder.path().join("database");
        let config = folder.path().join("orthanc.json");
        let text = serde_json::json!({
            "StorageDirectory": database, "IndexDirectory": database, "Plugins": [], "HttpServerEnabled": false,
            "DicomAet": ARCHIVE, "DicomPort": port, "DicomAlwaysAllowFind": true, "DicomAlwaysAllowGet": true,
            "DicomAlwaysAllowMove": true, "DicomModalities": { "us": [US, "127.0.0.1", store_port] },
        });
        std::fs::write(&config, text.to_string()).expect("written");
        // Debian keeps it where ordinary users do not look.
        let program = ["Orthanc", "/usr/sbin/Orthanc"].into_iter().find_map(|program| {
            let mut command = Command::new(program);
            command.arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
        });
        let running = Running(program.expect("Orthanc runs: packaging/linux/prerequisites.sh test"));
        until_answered(&peer(port));
        Self { port, store_port, _folder: folder, _running: running }
    }
}

/// dcmtk's worklist over a folder, in which the entries of each archive lie in a folder called as it is.
pub(super) struct Wlmscpfs {
    pub(super) port: u16,
    _running: Running,
}

impl Wlmscpfs {
    pub(super) fn start(folder: &Path) -> Self {
        let port = free_port();
        let child = Command::new("wlmscpfs")
            .args(["-csk", "-dfr", "-dfp"])
            .arg(folder)
            .arg(port.to_string())
            .env("TCP_NODELAY", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("wlmscpfs runs");
        let running = Running(child);
        until_answered(&peer(port));
        Self { port, _running: running }
    }
}

/// Our own archive, on a thread of its own until the test program ends.
pub(super) fn serve(folder: &Path, known: Vec<Known>) -> u16 {
    serve_by(options(folder, known))
}

/// How it serves.
pub(super) fn options(folder: &Path, known: Vec<Known>) -> ServeOptions {
    ServeOptions {
        folder: folder.to_owned(),
        worklist: None,
        address: (Ipv4Addr::LOCALHOST.into(), 0),
        title: title(ARCHIVE),
        known,
        takes_all: false,
        discards: false,
        object_bytes_max: 1 << 30,
        deadlines: DEADLINES,
        tls: None,
        user: None,
    }
}

/// Our own archive, however it serves.
pub(super) fn serve_by(options: ServeOptions) -> u16 {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        wait(async {
            let (server, _) = Server::listen(options).await.expect("it listens");
            send.send(server.address().expect("an address").port()).expect("somebody waits");
            server.run().await
        })
    });
    receive.recv().expect("it listens")
}

/// Somebody at this machine, who listens there for what is moved.
pub(super) fn known(name: &str, port: Option<u16>) -> Known {
    Known { title: title(name), host: "127.0.0.1".to_owned(), port }
}

/// A study of a few small images; its UID.
pub(super) fn study(folder: &Path) -> String {
    let phantom = Phantom::chest_ct().small().with_slices(6);
    phantom.write_into(folder).expect("written");
    phantom.study_uid().as_str().to_owned()
}

/// A study of several series of six images each; its UID.
pub(super) fn series(folder: &Path, count: u8) -> String {
    let phantom = Phantom::chest_ct().small().with_slices(6);
    let original = TempDir::new().expect("a folder");
    phantom.write_into(original.path()).expect("written");
    let uid = phantom.series_uid().as_str().to_owned();
    for path in files(original.path()) {
        let instance = Stored::open(&Source::file(&path)).expect("an object").instance;
        let bytes = std::fs::read(&path).expect("readable");
        for number in 0..count {
            let mut bytes = bytes.clone();
            for uid in [&uid, &instance] {
                renumber(&mut bytes, uid.as_bytes(), number);
            }
            std::fs::write(folder.join(format!("{instance}-{number}.dcm")), bytes).expect("written");
        }
    }
    phantom.study_uid().as_str().to_owned()
}

/// Adds a number to the last digit of a UID, wherever it stands.
fn renumber(bytes: &mut [u8], uid: &[u8], number: u8) {
    let last = uid.len() - 1;
    let mut at = 0;
    while let Some(next) =
        bytes.get(at..).and_then(|rest| rest.windows(uid.len()).position(|part| part == uid))
    {
        at += next + uid.len();
        bytes[at - 1] = b'0' + (uid[last] - b'0' + number) % 10;
    }
}

/// An attribute by its keyword.
pub(super) fn tag(keyword: &str) -> Tag {
    tag_of(keyword).expect("an attribute")
}

/// Every file below a folder, to be sent.
pub(super) fn sources(folder: &Path) -> Vec<Source> {
    files(folder).iter().map(|path| Source::file(path)).collect()
}

/// Sends every file below a folder; gives the answer to each.
pub(super) fn answers(peer: &Peer, folder: &Path) -> Vec<Result<Status, NetError>> {
    let sources = sources(folder);
    let mut answers = Vec::new();
    wait(dimse::send(peer, &sources, |sent| answers.push(sent.outcome))).expect("sent");
    assert_eq!(answers.len(), sources.len());
    answers
}

/// The same where all are taken.
pub(super) fn send_all(peer: &Peer, folder: &Path) {
    let answers = answers(peer, folder);
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(Status::is_done)), "{answers:?}");
}

/// Fetches and moves the study of six images that was sent from a folder: what comes back is what went, byte for byte.
pub(super) fn check_comes_back(peer: &Peer, store_port: u16, study: &str, folder: &Path) {
    let (sent, query) = (data_sets(folder), Query::of(study, None, None));
    for (name, is_move) in [("got", false), ("moved", true)] {
        let there = TempDir::new().expect("a temporary folder");
        let mut keep = Folder::new(there.path()).expect("a folder");
        let retrieved = if is_move {
            wait(move_here(peer, store_port, &query, keep))
        } else {
            wait(dimse::get(peer, &query, &mut keep))
        };
        let retrieved = retrieved.expect(name);
        assert!(retrieved.is_whole(), "{name}: {retrieved:?}");
        assert_eq!((retrieved.received, retrieved.expected), (6, Some(6)), "{name}");
        assert!(data_sets(there.path()) == sent, "{name}: other data sets");
    }
}

/// C-MOVE to us, at a port that the archive knows.
pub(super) async fn move_here(
    peer: &Peer,
    store_port: u16,
    query: &Query,
    keep: Folder,
) -> Result<Retrieved, NetError> {
    move_by(peer, store_port, query, keep, None).await
}

/// The same, where objects must arrive by TLS.
pub(super) async fn move_by(
    peer: &Peer,
    store_port: u16,
    query: &Query,
    keep: Folder,
    tls: Option<Tls>,
) -> Result<Retrieved, NetError> {
    let options = ScpOptions {
        title: title(US),
        address: (Ipv4Addr::LOCALHOST.into(), store_port),
        senders: vec![known(ARCHIVE, None)],
        tls,
        deadlines: DEADLINES,
    };
    let scp = StorageScp::listen(options).await?;
    dimse::move_to(&scp, US, peer, query, keep).await
}

/// Every file below a folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() { found.extend(files(&entry)) } else { found.push(entry) }
    }
    found
}

/// The bytes of every data set below a folder, by SOP Instance UID, and its transfer syntax. Every file must be an object; whether it
/// is whole is seen where it is compared.
pub(super) fn data_sets(folder: &Path) -> BTreeMap<String, (String, Vec<u8>)> {
    let read = |path: PathBuf| {
        let mut stored =
            Stored::open(&Source::file(&path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut stored.data_set, &mut bytes).expect("readable");
        (stored.instance, (stored.transfer_syntax, bytes))
    };
    // What is still written is nowhere yet.
    let is_filed = |path: &PathBuf| !path.file_name().expect("a name").to_string_lossy().starts_with(".tmp");
    files(folder).into_iter().filter(is_filed).map(read).collect()
}
