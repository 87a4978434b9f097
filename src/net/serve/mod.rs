//! A small archive over a folder, for demonstrations, tests and training: storage, query, retrieval and worklist.
//! PS3.4 B, C, K.
//!
//! It sends objects as they lie in their files, in no other transfer syntax. It listens on the loopback address unless told
//! otherwise, and takes callers by their titles.

mod callers;
mod holding;
mod matching;
mod sending;
mod worklist;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use self::callers::Caller;
use self::holding::{Holding, Object};
pub use self::matching::matches;
use super::dimse::serving::Association;
use super::{AeTitle, Deadlines, Known, NetError, Tls, User};
use crate::dicom::{ReadError, Source};

/// Callers at a time; further ones wait until one has gone.
const ASSOCIATIONS_MAX: usize = 16;

/// How the archive serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeOptions {
    /// The folder of its objects; what is stored comes here, too.
    pub folder: PathBuf,
    /// The folder of its worklist, a file of the end `.wl` an entry; none for no worklist.
    pub worklist: Option<PathBuf>,
    /// Where it listens; port 0 is any.
    pub address: (IpAddr, u16),
    /// What it is called.
    pub title: AeTitle,
    /// Who may call.
    pub known: Vec<Known>,
    /// Whether everybody may, known or not.
    pub takes_all: bool,
    /// Whether what is stored is forgotten.
    pub discards: bool,
    /// Longer objects are refused.
    pub object_bytes_max: u64,
    /// How long it waits for a caller.
    pub deadlines: Deadlines,
    /// How connections are secured, those to where objects are moved, too; none are in clear.
    pub tls: Option<Tls>,
    /// Who may call, beside what the machine is called.
    pub user: Option<User>,
}

/// An archive that listens.
pub struct Server {
    listener: TcpListener,
    archive: Arc<Archive>,
}

/// What its callers share.
struct Archive {
    options: ServeOptions,
    holding: RwLock<Holding>,
}

/// What was found in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Objects that are served.
    pub objects: usize,
    /// Files of DICOM that cannot be.
    pub left_out: usize,
    /// Why, of the first of them.
    pub why: Option<ReadError>,
}

impl Server {
    /// Reads the folder and listens.
    pub async fn listen(options: ServeOptions) -> Result<(Self, Inventory), NetError> {
        // Each caller reads its own: this is said at once.
        options.tls.as_ref().map(Tls::check_called).transpose()?;
        // A passcode in clear is refused before anybody calls.
        options.user.as_ref().map(|user| user.identity(options.tls.is_some())).transpose()?;
        let (holding, left_out, why) = Holding::read(&options.folder);
        let inventory = Inventory { objects: holding.count(), left_out, why };
        let listener = Association::listen(options.address).await?;
        let archive = Arc::new(Archive { options, holding: RwLock::new(holding) });
        Ok((Self { listener, archive }, inventory))
    }

    /// Where it listens.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// How files of its folder come to it while it serves.
    pub fn inlet(&self) -> Inlet {
        Inlet { archive: Arc::clone(&self.archive) }
    }

    /// Serves whoever calls, without an end.
    pub async fn run(self) -> NetError {
        let places = Arc::new(Semaphore::new(ASSOCIATIONS_MAX));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return NetError::Lost { why: "the archive has ended".to_owned() };
            };
            let (stream, caller) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "the archive cannot take a caller");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let archive = Arc::clone(&self.archive);
            let serve = move || {
                // Its place is free again when it has gone.
                let _place = place;
                if let Err(error) = serve_here(stream, caller.ip(), &archive) {
                    tracing::info!(%error, "a caller was left");
                }
            };
            // Each has a thread of its own: one waits for the disk without the others.
            if let Err(error) = std::thread::Builder::new().name("serve-caller".to_owned()).spawn(serve) {
                tracing::warn!(%error, "a caller cannot be served");
            }
        }
    }
}

/// Serves one caller to its end, on this thread.
fn serve_here(stream: TcpStream, address: IpAddr, archive: &Archive) -> Result<(), NetError> {
    let lost = |error: std::io::Error| NetError::Lost { why: error.to_string() };
    let stream = stream.into_std().map_err(lost)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(lost)?;
    runtime
        .block_on(async { Caller::serve(TcpStream::from_std(stream).map_err(lost)?, address, archive).await })
}

/// Gives files to an archive that serves.
#[derive(Clone)]
pub struct Inlet {
    archive: Arc<Archive>,
}

impl Inlet {
    /// Adds an object that lies in the archive's folder.
    pub fn add(&self, path: &Path) -> Result<(), ReadError> {
        self.archive.add(path)
    }
}

impl Archive {
    fn read<T>(&self, look: impl FnOnce(&Holding) -> T) -> T {
        look(&self.holding.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, path: &Path) -> Result<(), ReadError> {
        self.hold(Object::read(&Source::file(path))?)
    }

    fn hold(&self, object: Object) -> Result<(), ReadError> {
        let is_added = self.holding.write().unwrap_or_else(PoisonError::into_inner).add(object);
        if is_added {
            Ok(())
        } else {
            Err(ReadError::Damaged { why: "the archive holds no more".to_owned() })
        }
    }

    fn known(&self, title: &str) -> Option<&Known> {
        self.options.known.iter().find(|known| known.title.as_str() == title)
    }
}
