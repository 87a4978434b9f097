//! The archives that `hotlight bench archive` talks to, each a program of its own, and the clients that it times.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::app::Clock;
use crate::net::dimse;
use crate::net::{AeTitleError, Peer};

use super::Failure;
use super::bench::peak_bytes_of;
use super::bench_archive::{Measurement, Study, failure};

/// What every archive here is called, and the two that call it.
const ARCHIVE: &str = "ARCHIVE";
const US: &str = "HOTLIGHT";
const DCMTK: &str = "DCMTK";

/// A program that ends with the bench.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _has_ended = self.0.kill();
        let _is_reaped = self.0.wait();
    }
}

/// One of our own archives.
struct Own {
    name: &'static str,
    id: String,
    /// Its most memory before anything came.
    before: Option<u64>,
}

/// All archives that run, and what is measured with them.
pub(super) struct Servers {
    pub(super) measurements: Vec<Measurement>,
    pub(super) absent: Vec<&'static str>,
    running: Vec<Running>,
    own: Vec<Own>,
    clock: Clock,
    program: PathBuf,
    folder: PathBuf,
    /// Where we and dcmtk listen for what is moved.
    store_ports: [u16; 2],
}

/// dcmtk's clients.
const CLIENTS: [&str; 3] = ["storescu", "getscu", "movescu"];

impl Servers {
    /// Starts what there is, and fills those with the study that something is fetched from.
    pub(super) fn start(folder: &Path, study: &Study) -> Result<Self, Failure> {
        let mut servers = Self {
            measurements: Vec::new(),
            absent: Vec::new(),
            running: Vec::new(),
            own: Vec::new(),
            clock: Clock::start(),
            program: std::env::current_exe().map_err(|error| failure(&error))?,
            folder: folder.to_owned(),
            store_ports: [free_port()?, free_port()?],
        };
        let absent = [&CLIENTS[..], &["storescp", "dcmqrscp", "Orthanc"]].concat();
        servers.absent = absent.into_iter().filter(|name| find_program(name).is_none()).collect();
        if let Some(port) = servers.storescp()? {
            servers.send(port, study, "send_to_storescp", "storescu_to_storescp");
        }
        if let Some(port) = servers.dcmqrscp()? {
            servers.fill(port, study)?;
            servers.send(port, study, "send_to_dcmqrscp", "storescu_to_dcmqrscp");
            servers.get(port, study, "get_from_dcmqrscp", "getscu_from_dcmqrscp");
            servers.move_here(port, study, "move_from_dcmqrscp", "movescu_from_dcmqrscp");
        }
        if let Some(port) = servers.orthanc()? {
            servers.fill(port, study)?;
            servers.send(port, study, "send_to_orthanc", "storescu_to_orthanc");
            servers.get(port, study, "get_from_orthanc", "getscu_from_orthanc");
            servers.move_here(port, study, "move_from_orthanc", "movescu_from_orthanc");
        }
        let port = servers.own("serve_discarding", &["--discard"])?;
        servers.send(port, study, "send_to_serve_discarding", "storescu_to_serve_discarding");
        let port = servers.own("serve", &[])?;
        servers.fill(port, study)?;
        servers.send(port, study, "send_to_serve", "storescu_to_serve");
        servers.get(port, study, "get_from_serve", "getscu_from_serve");
        Ok(servers)
    }

    /// By how much the most memory of our archives has grown.
    pub(super) fn growth(&self) -> BTreeMap<&'static str, u64> {
        let grown = |own: &Own| Some((own.name, peak_bytes_of(&own.id)?.saturating_sub(own.before?)));
        self.own.iter().filter_map(grown).collect()
    }

    /// Both clients send the study to an archive.
    fn send(&mut self, port: u16, study: &Study, ours: &'static str, theirs: &'static str) {
        let mut client = self.ours("send", port);
        client.arg(&study.folder);
        self.measure(ours, client, None);
        if let Some(mut client) = Self::theirs("storescu") {
            client.args(["+sd", "+r", "127.0.0.1", &port.to_string()]).arg(&study.folder);
            self.measure(theirs, client, None);
        }
    }

    /// Puts the study where it is fetched from.
    fn fill(&self, port: u16, study: &Study) -> Result<(), Failure> {
        let sent = self.ours("send", port).arg(&study.folder).stdout(Stdio::null()).status();
        let is_sent = sent.map_err(|error| failure(&error))?.success();
        if is_sent { Ok(()) } else { Err(Failure::new("an archive cannot be filled")) }
    }

    /// Both fetch it by C-GET.
    fn get(&mut self, port: u16, study: &Study, ours: &'static str, theirs: &'static str) {
        let into = self.folder.join(ours);
        let mut client = self.ours("get", port);
        client.args(["--study", &study.uid, "--into"]).arg(&into);
        self.measure(ours, client, Some(into));
        if let Some(mut client) = Self::theirs("getscu") {
            let into = self.folder.join(theirs);
            client.arg("-od").arg(&into).args(named(study)).args(["127.0.0.1", &port.to_string()]);
            self.measure(theirs, client, Some(into));
        }
    }

    /// Both have it sent to them by C-MOVE.
    fn move_here(&mut self, port: u16, study: &Study, ours: &'static str, theirs: &'static str) {
        let [our_port, their_port] = self.store_ports.map(|port| port.to_string());
        let into = self.folder.join(ours);
        let mut client = self.ours("move", port);
        client.args(["--study", &study.uid, "--listen", "127.0.0.1", "--listen-port", &our_port, "--into"]);
        client.arg(&into);
        self.measure(ours, client, Some(into));
        if let Some(mut client) = Self::theirs("movescu") {
            let into = self.folder.join(theirs);
            client.args(["-aem", DCMTK, "--port", &their_port, "-od"]).arg(&into).args(named(study));
            client.args(["127.0.0.1", &port.to_string()]);
            self.measure(theirs, client, Some(into));
        }
    }

    fn measure(&mut self, name: &'static str, client: Command, fills: Option<PathBuf>) {
        self.measurements.push(Measurement { name, client, fills });
    }

    fn ours(&self, subcommand: &str, port: u16) -> Command {
        let mut command = Command::new(&self.program);
        command.args([subcommand, "--host", "127.0.0.1", "--port", &port.to_string()]);
        command.args(["--called", ARCHIVE, "--calling", US]);
        command
    }

    fn theirs(client: &str) -> Option<Command> {
        let mut command = Command::new(find_program(client)?);
        command.args(["-aet", DCMTK, "-aec", ARCHIVE]);
        Some(command)
    }

    /// Starts a server that is not ours, where it is on this machine, and waits until it answers.
    fn server(
        &mut self,
        name: &'static str,
        port: u16,
        arguments: impl FnOnce(&mut Command),
    ) -> Result<Option<u16>, Failure> {
        let Some(program) = find_program(name) else { return Ok(None) };
        let mut command = Command::new(program);
        command.env("TCP_NODELAY", "1").stdout(Stdio::null()).stderr(Stdio::null());
        arguments(&mut command);
        self.running.push(Running(command.spawn().map_err(|error| failure(&error))?));
        self.until_answered(name, port)?;
        Ok(Some(port))
    }

    fn storescp(&mut self) -> Result<Option<u16>, Failure> {
        let port = free_port()?;
        self.server("storescp", port, |command| {
            command.args(["--ignore", "-aet", ARCHIVE, &port.to_string()]);
        })
    }

    fn dcmqrscp(&mut self) -> Result<Option<u16>, Failure> {
        let port = free_port()?;
        let [our_port, their_port] = self.store_ports;
        let (database, config) = (self.folder.join("dcmqrscp"), self.folder.join("dcmqrscp.cfg"));
        std::fs::create_dir(&database).map_err(|error| failure(&error))?;
        let text = format!(
            "NetworkTCPPort = {port}\nMaxPDUSize = 131072\nMaxAssociations = 16\n\
             HostTable BEGIN\nus = ({US}, 127.0.0.1, {our_port})\ndcmtk = ({DCMTK}, 127.0.0.1, {their_port})\n\
             HostTable END\nVendorTable BEGIN\nVendorTable END\n\
             AETable BEGIN\n{ARCHIVE} {} RW (500, 8192mb) ANY\nAETable END\n",
            database.display()
        );
        std::fs::write(&config, text).map_err(|error| failure(&error))?;
        self.server("dcmqrscp", port, |command| {
            command.arg("-c").arg(&config);
        })
    }

    fn orthanc(&mut self) -> Result<Option<u16>, Failure> {
        let port = free_port()?;
        let modality = |title: &str, port: u16| serde_json::json!([title, "127.0.0.1", port]);
        let database = self.folder.join("orthanc");
        let config = serde_json::json!({
            "StorageDirectory": database, "IndexDirectory": database, "Plugins": [], "HttpServerEnabled": false,
            "DicomAet": ARCHIVE, "DicomPort": port, "DicomAlwaysAllowFind": true, "DicomAlwaysAllowGet": true,
            "DicomAlwaysAllowMove": true, "OverwriteInstances": true,
            "DicomModalities": { "us": modality(US, self.store_ports[0]), "dcmtk": modality(DCMTK, self.store_ports[1]) },
        });
        let path = self.folder.join("orthanc.json");
        std::fs::write(&path, config.to_string()).map_err(|error| failure(&error))?;
        self.server("Orthanc", port, |command| {
            command.arg(&path);
        })
    }

    /// Starts an archive of ours over a folder of its own.
    fn own(&mut self, name: &'static str, arguments: &[&str]) -> Result<u16, Failure> {
        let folder = self.folder.join(name);
        std::fs::create_dir(&folder).map_err(|error| failure(&error))?;
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .arg(folder)
            .args(["--port", "0", "--aet", ARCHIVE, "--allow-any"])
            .args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| failure(&error))?;
        let mut line = String::new();
        if let Some(told) = child.stdout.take() {
            BufReader::new(told).read_line(&mut line).map_err(|error| failure(&error))?;
        }
        let id = child.id().to_string();
        self.running.push(Running(child));
        let port = line.trim().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let port = port.ok_or_else(|| Failure::new("hotlight serve does not say where it listens"))?;
        self.until_answered(name, port)?;
        let before = peak_bytes_of(&id);
        self.own.push(Own { name, id, before });
        Ok(port)
    }

    fn until_answered(&self, name: &str, port: u16) -> Result<(), Failure> {
        const PATIENCE: Duration = Duration::from_secs(30);
        const PAUSE: Duration = Duration::from_millis(20);
        let title = |text: &str| text.parse().map_err(|error: AeTitleError| failure(&error));
        let peer = Peer::new("127.0.0.1", port, title(ARCHIVE)?, title(US)?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failure(&error))?;
        let begun = self.clock.elapsed();
        while let Err(error) = runtime.block_on(dimse::echo(&peer)) {
            if self.clock.elapsed() > begun + PATIENCE {
                return Err(Failure::new(format!("{name} does not answer: {error}")));
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }
}

/// How dcmtk's clients name a study.
fn named(study: &Study) -> [String; 5] {
    let uid = format!("StudyInstanceUID={}", study.uid);
    ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", &uid].map(str::to_owned)
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| failure(&error))?;
    Ok(listener.local_addr().map_err(|error| failure(&error))?.port())
}

/// A program by its name; servers lie where ordinary users do not look.
fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join(name)).find(|program| program.is_file())
}
