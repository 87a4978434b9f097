//! Where objects arrive that archives send on C-MOVEs: a storage SCP. PS3.4 B.2.2.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dicom_dictionary_std::uids;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::association::{Association, Incoming, Reception};
use super::command::{Command, Field};
use super::status::Status;
use super::storage::{Arrival, Keep, Retrieved, store_here, taken};
use super::store::is_storage;
use crate::net::{AeTitle, Deadlines, Known, NetError, Tls};

/// Callers at a time; further ones wait until one has gone.
const CALLERS_MAX: usize = 16;

/// Whom a storage SCP takes objects of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScpOptions {
    /// What it is called.
    pub title: AeTitle,
    /// The address and port that it listens on; port 0 is any.
    pub address: (IpAddr, u16),
    /// Who may send; empty for everybody that can reach it.
    pub senders: Vec<Known>,
    /// How connections are secured; none are in clear.
    pub tls: Option<Tls>,
    /// How long it waits.
    pub deadlines: Deadlines,
}

/// A storage SCP that listens, until it is dropped. Any number of C-MOVEs share it; what none of them asked for is refused.
pub struct StorageScp {
    shared: Arc<Shared>,
    port: u16,
    serving: JoinHandle<()>,
}

/// What its callers share.
struct Shared {
    options: ScpOptions,
    moves: Mutex<Moves>,
}

/// The C-MOVEs that run, by their Message IDs, which are those of no other.
#[derive(Default)]
struct Moves {
    last: u16,
    running: BTreeMap<u16, Arc<Arriving>>,
}

/// Where the objects of one C-MOVE go.
struct Arriving {
    /// Whoever sends an object has it until that is kept or dropped.
    keep: tokio::sync::Mutex<Box<dyn Keep>>,
    so_far: Mutex<Retrieved>,
    count: AtomicUsize,
}

/// A C-MOVE that runs as long as this lives.
pub(super) struct Asked<'a> {
    shared: &'a Shared,
    arriving: Arc<Arriving>,
    /// Its Message ID.
    pub(super) message: u16,
}

impl StorageScp {
    /// Listens, on the runtime that this is called on.
    pub async fn listen(options: ScpOptions) -> Result<Self, NetError> {
        // Each caller reads its own: this is said at once.
        options.tls.as_ref().map(Tls::check_called).transpose()?;
        let listener = Association::listen(options.address).await?;
        let port = listener.local_addr().map_or(options.address.1, |address| address.port());
        let shared = Arc::new(Shared { options, moves: Mutex::default() });
        let serving = tokio::spawn(serve(Arc::clone(&shared), listener));
        Ok(Self { shared, port, serving })
    }

    /// The port that it listens on.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Awaits what a C-MOVE will bring.
    pub(super) fn await_objects(&self, keep: Box<dyn Keep>) -> Asked<'_> {
        let arriving = Arc::new(Arriving {
            keep: tokio::sync::Mutex::new(keep),
            so_far: Mutex::default(),
            count: AtomicUsize::new(0),
        });
        let mut moves = self.shared.moves();
        loop {
            moves.last = moves.last.checked_add(1).unwrap_or(1);
            if !moves.running.contains_key(&moves.last) {
                break;
            }
        }
        let message = moves.last;
        moves.running.insert(message, Arc::clone(&arriving));
        Asked { shared: &self.shared, arriving, message }
    }
}

impl Drop for StorageScp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Asked<'_> {
    /// What has come, once it is as much as was sent, or some time has passed.
    pub(super) async fn arrived(&self, sent: usize, patience: Duration) -> Retrieved {
        let deadline = Instant::now() + patience;
        while self.arriving.count.load(Ordering::Acquire) < sent && Instant::now() < deadline {
            sleep(Duration::from_millis(5)).await;
        }
        self.arriving.so_far.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.shared.moves().running.remove(&self.message);
    }
}

/// Takes callers without an end. One that fails is left: what it had sent whole is kept.
async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    let mut callers = JoinSet::new();
    loop {
        while callers.len() >= CALLERS_MAX || callers.try_join_next().is_some() {
            if callers.len() >= CALLERS_MAX {
                callers.join_next().await;
            }
        }
        match listener.accept().await {
            Ok((stream, caller)) => {
                let shared = Arc::clone(&shared);
                callers.spawn(async move {
                    if let Err(error) = shared.take(stream, caller.ip()).await {
                        tracing::info!(%error, "a caller of the storage SCP was left");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the storage SCP cannot take a caller");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

impl Shared {
    fn moves(&self) -> std::sync::MutexGuard<'_, Moves> {
        self.moves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn take(&self, stream: TcpStream, caller: IpAddr) -> Result<(), NetError> {
        let ScpOptions { title, senders, deadlines, tls, .. } = &self.options;
        let here = Known::titles_at(senders, caller).await;
        let knows = |caller: &str| senders.is_empty() || here.iter().any(|title| title.as_str() == caller);
        let reception = Reception { called: title, deadlines: *deadlines, tls: tls.as_ref(), user: None };
        let mut association = Association::accept(stream, &reception, knows, takes).await?;
        match self.take_all(&mut association).await {
            Ok(()) => association.released().await,
            Err(error) => {
                association.abort().await;
                Err(error)
            }
        }
    }

    async fn take_all(&self, association: &mut Association) -> Result<(), NetError> {
        loop {
            let Incoming::Message(context, command) = association.receive("next object").await? else {
                return Ok(());
            };
            match command.field {
                Field::StoreRequest => self.store(association, context, &command).await?,
                Field::EchoRequest => {
                    let answer =
                        Command::response(Field::EchoResponse, &command, Status::of(Status::SUCCESS));
                    association.send(context, &answer, None).await?;
                }
                other => return Err(NetError::protocol(format!("{other:?} has no place at a storage SCP"))),
            }
        }
    }

    async fn store(
        &self,
        association: &mut Association,
        context: u8,
        command: &Command,
    ) -> Result<(), NetError> {
        let mut one = Retrieved::default();
        let Some(arriving) = self.whose(command) else {
            return store_here(association, context, command, &mut Unasked, &mut one).await;
        };
        let outcome = {
            let mut keep = arriving.keep.lock().await;
            store_here(association, context, command, keep.as_mut(), &mut one).await
        };
        let mut so_far = arriving.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        so_far.add(one);
        arriving.count.store(so_far.received + so_far.refused, Ordering::Release);
        outcome
    }

    /// The C-MOVE that an object comes of: as it says, or the only one that runs.
    fn whose(&self, command: &Command) -> Option<Arc<Arriving>> {
        let moves = self.moves();
        match &command.origin {
            // Another's, or one that was given up, is none of those that run.
            Some((_, message)) => moves.running.get(message),
            None => moves.running.values().next().filter(|_| moves.running.len() == 1),
        }
        .cloned()
    }
}

/// Keeps nothing.
struct Unasked;

impl Keep for Unasked {
    fn begin(&mut self, _arrival: &Arrival) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "no retrieval here asked for it"))
    }

    fn take(&mut self, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn keep(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn drop_it(&mut self) {}
}

/// In which of the transfer syntaxes offered a service is provided here.
fn takes(sop_class: &str, offered: &[String]) -> Option<String> {
    taken(offered).filter(|_| sop_class == uids::VERIFICATION || is_storage(sop_class))
}
