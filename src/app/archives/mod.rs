//! Archives and the store, seen from the program: one thread, `network`, that finds studies, fetches them, shows what has come
//! while the rest arrives, and tries again what failed.
//!
//! [`Network`](network::Network) takes one [`Order`] after the other and lets the runtime do the work; a `job` is a study that is
//! being fetched, and `fetching` does a unit of it: what there is, or one series. `opening` says what is fetched or shown next,
//! `finding` asks questions, `arrivals` gives what has come to the `index` thread, `checking` compares a stored study with its
//! archive, `outbox` sends what the reader saved, `shelf` is the store as threads share it.

mod arrivals;
mod checking;
mod fetching;
mod finding;
mod job;
mod network;
mod opening;
mod outbox;
mod shelf;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::config::{self, Peers, Retrieve};
use crate::dicom::{SeriesUid, StudyUid};
use crate::net::dimse::ScpOptions;
use crate::net::{Backoff, Peer};
use crate::session::RetrieveOrder;
use crate::study_list::StudyQuestion;

use super::services::Answers;
use super::watch::Watched;

pub(super) use arrivals::{Arrivals, Arrived};
pub(super) use finding::query as query_of;
pub(super) use shelf::Shelf;
pub use shelf::{StorePlace, store_options};

use self::network::Network;

/// Orders that wait their turn.
const ORDERS_MAX: usize = 256;

/// An archive that studies come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Its name in `peers.toml`.
    pub name: String,
    /// Whom to talk to.
    pub peer: Peer,
    /// Whether it is searched.
    pub query: bool,
    /// How objects come from it, if they do.
    pub retrieve: Option<Retrieve>,
    /// Whether what the reader saves is sent there.
    pub store: bool,
}

/// What archives there are, and where objects are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArchivesOptions {
    /// The archives; none for a program without a network.
    pub archives: Vec<Archive>,
    /// Where the store is; without it nothing can be fetched.
    pub store: Option<StorePlace>,
    /// How we listen for what is moved here; without it archives that move are of no use.
    pub receive: Option<ScpOptions>,
}

impl ArchivesOptions {
    /// As `peers.toml` says.
    pub fn of(peers: &Peers, store: Option<StorePlace>) -> Self {
        let archive = |(name, archive): (&str, &config::Archive)| Archive {
            name: name.to_owned(),
            peer: archive.peer.clone(),
            query: archive.query,
            retrieve: archive.retrieve,
            store: archive.store,
        };
        Self { archives: peers.iter().map(archive).collect(), store, receive: peers.receive() }
    }

    /// The store, and where what the reader saves goes from there.
    pub(super) fn shelf(&self) -> Option<Shelf> {
        let sends_to =
            self.archives.iter().filter(|archive| archive.store).map(|archive| archive.name.clone());
        Some(Shelf::new(self.store.clone()?, sends_to.collect()))
    }
}

/// The waits before an archive is tried again; other workstations wait otherwise.
fn backoff() -> Backoff {
    let seed = RandomState::new().hash_one(std::process::id());
    Backoff::new(Duration::from_millis(500), Duration::from_secs(30), seed)
}

/// Makes studies available, and says which of them to fetch then.
pub type MakeOrders = Box<dyn FnOnce() -> Vec<RetrieveOrder> + Send>;

/// What the thread is asked for.
pub(super) enum Order {
    /// Ask all places; answers carry the number.
    Find(u32, Box<StudyQuestion>),
    /// End a question.
    CancelFind(u32),
    /// Fetch a study.
    Retrieve(RetrieveOrder),
    /// Wait until this is done, on a thread of its own, then fetch.
    RetrieveMade(MakeOrders),
    /// Stop fetching a study.
    CancelRetrieve(StudyUid),
    /// Show what is here of a study, and look whether the archive still says the same.
    OpenStored(StudyUid),
    /// These are open no longer: the store may let them go.
    LetGo(Vec<StudyUid>),
    /// Something was put into the queue for archives.
    Send,
    /// What is looked at, the focus first: it is fetched first.
    LookAt(Vec<(StudyUid, SeriesUid)>),
    /// The machine has slept: connections are dead, and whoever waited has waited enough.
    Awake,
}

/// The thread, seen from where the frames are drawn.
pub(super) struct Archives {
    orders: mpsc::Sender<Order>,
}

impl Archives {
    /// Gives the handle, and what the thread is to run.
    pub(super) fn new(
        options: ArchivesOptions,
        shelf: Option<Shelf>,
        answers: Answers,
        arrivals: Arc<Arrivals>,
        watched: Arc<Watched>,
    ) -> (Self, impl FnOnce() + Send) {
        let (orders, receiver) = mpsc::channel(ORDERS_MAX);
        (Self { orders }, move || Network::run(options, shelf, answers, arrivals, (receiver, watched)))
    }

    /// Asks for something; `false` when too many orders wait already.
    pub(super) fn order(&self, order: Order) -> bool {
        self.orders.try_send(order).is_ok()
    }
}
