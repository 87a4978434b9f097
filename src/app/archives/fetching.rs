//! One unit of a study that is fetched: the archive is asked what there is, or sends a series, which goes into the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use crate::config::Retrieve;
use crate::dicom::StudyUid;
use crate::net::dimse::{self, Part, Retrieved, ScpOptions, StorageScp};
use crate::net::{NetError, Query};
use crate::store::{Filed, Filing};

use super::job::{Job, Progress, Unit, Wanted};
use super::{Archive, Arrivals, Shelf};

/// The longest that what has come may take to be on the disk, once all has come.
const FILING_PATIENCE: Duration = Duration::from_secs(5);

/// Where archives move objects to: it listens from the first time on that something is moved.
pub(super) struct Receiver {
    options: Option<ScpOptions>,
    listening: OnceCell<StorageScp>,
}

impl Receiver {
    pub(super) fn new(options: Option<ScpOptions>) -> Self {
        Self { options, listening: OnceCell::new() }
    }
}

/// What a unit has brought.
pub(super) enum Brought {
    /// What there is.
    Inventory(Vec<Part>),
    /// Objects of a series, which are in the store.
    Objects(Retrieved),
}

/// The work of a unit; none where there is nothing to do.
pub(super) fn work(
    job: &Job,
    unit: &Unit,
    shelf: Option<&Shelf>,
    arrivals: &Arc<Arrivals>,
    scp: &Arc<Receiver>,
) -> Option<impl Future<Output = Result<Brought, NetError>> + Send + 'static> {
    let (study, archive) = (job.study().clone(), Arc::clone(&job.archive));
    let wanted = match unit {
        Unit::Inventory => None,
        Unit::Series(uid) => Some(job.wanted(uid)?),
    };
    let (shelf, scp) = (shelf?.clone(), Arc::clone(scp));
    let (progress, arrivals) = (Arc::clone(&job.progress), Arc::clone(arrivals));
    Some(async move {
        let Some(wanted) = wanted else {
            let query = Query::of(study.as_str(), None, None);
            return dimse::inventory(&archive.peer, &query).await.map(Brought::Inventory);
        };
        let told = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&told);
        let tell = move |filed: Filed| {
            count.fetch_add(1, Ordering::AcqRel);
            note(&filed, &progress, &arrivals);
        };
        let filing = shelf.filing(&archive.name, tell)?;
        let fetched = fetch(&archive, &study, wanted, &scp, filing).await?;
        // What has come is safe before anybody looks what is missing.
        let deadline = Instant::now() + FILING_PATIENCE;
        while told.load(Ordering::Acquire) < fetched.received && Instant::now() < deadline {
            sleep(Duration::from_millis(5)).await;
        }
        Ok(Brought::Objects(fetched))
    })
}

/// An object is in the store.
fn note(filed: &Filed, progress: &Progress, arrivals: &Arrivals) {
    progress.came.fetch_add(usize::from(filed.is_new), Ordering::AcqRel);
    if progress.is_open.load(Ordering::Acquire) {
        arrivals.add([filed.source.path.reveal().to_path_buf()]);
    }
}

async fn fetch(
    archive: &Archive,
    study: &StudyUid,
    wanted: Wanted,
    scp: &Receiver,
    mut keep: Filing,
) -> Result<Retrieved, NetError> {
    let instances = (!wanted.instances.is_empty()).then(|| wanted.instances.join("\\"));
    let query = Query::of(study.as_str(), Some(&wanted.series), instances.as_deref());
    if archive.retrieve != Some(Retrieve::Move) {
        let fetched = dimse::get_classes(&archive.peer, &query, &wanted.sop_classes, &mut keep).await;
        let tally = tokio::task::block_in_place(|| keep.finish());
        let refusal = tally.why.map(|why| why.to_string());
        return fetched.map(|fetched| Retrieved { refusal: refusal.or(fetched.refusal), ..fetched });
    }
    let options = scp.options.clone();
    let options = options.ok_or_else(|| NetError::Keep {
        why: "peers.toml does not say under [receive] where objects are to be moved to".to_owned(),
    })?;
    let title = options.title.clone();
    let listening = scp.listening.get_or_try_init(|| StorageScp::listen(options)).await?;
    dimse::move_known(listening, title.as_str(), &archive.peer, &query, keep).await
}
