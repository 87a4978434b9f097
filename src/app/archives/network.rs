//! The thread `network`: orders come in, units of work are started where an archive has room, and what they bring is told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::app::clock::Clock;
use crate::app::services::Answers;
use crate::app::watch::{Seat, Watched};
use crate::dicom::{SeriesUid, StudyUid};
use crate::net::{NetError, dimse};
use crate::session::{Event, Outgoing, Retrieval, RetrievalState, RetrieveOrder};
use crate::store::Lease;
use crate::study_list::{Entry, Place};

use super::fetching::{Brought, Receiver, work};
use super::job::{Job, Unit};
use super::outbox::Delivered;
use super::{Archive, ArchivesOptions, Arrivals, MakeOrders, Order, Shelf, finding, outbox};

/// Questions under way.
const QUESTIONS_MAX: usize = 64;

/// Between two tellings of how much has come.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// How often an archive that does not answer is asked for a sign of life.
const ECHO_PAUSE: Duration = Duration::from_secs(15);

/// How often it is looked for what may be sent again.
const SEND_PAUSE: Duration = Duration::from_secs(15);

/// What the threads do, in words.
const TALKING: &str = "talking to archives";

/// How often the threads show that they go on.
const BEAT_PAUSE: Duration = Duration::from_secs(1);

/// The longest that the end waits for what is under way.
const EXIT_PATIENCE: Duration = Duration::from_millis(300);

/// What the thread knows.
pub(super) struct Network {
    pub(super) archives: Vec<Known>,
    pub(super) shelf: Option<Shelf>,
    scp: Arc<Receiver>,
    pub(super) answers: Answers,
    pub(super) arrivals: Arc<Arrivals>,
    pub(super) clock: Clock,
    pub(super) jobs: Vec<Job>,
    questions: BTreeMap<u32, watch::Sender<bool>>,
    /// The tasks that ask them, and whom.
    asking: Vec<(tokio::task::Id, u32, Place)>,
    /// Studies that were opened, the latest last: they do not go from the store while the program runs.
    pub(super) open: Vec<(StudyUid, Option<Lease>)>,
    looked_at: Vec<(StudyUid, SeriesUid)>,
    pub(super) tasks: JoinSet<Done>,
}

/// An archive, and whether it answers.
pub(super) struct Known {
    pub(super) archive: Arc<Archive>,
    /// Whether it answered last; none before it was asked.
    is_reached: Option<bool>,
    /// When it is asked for a sign of life, since the thread began; never while it answers.
    echo_due: Option<Duration>,
    /// When it is looked what waits for it; never while it is sent, or when nothing waits.
    send_due: Option<Duration>,
}

/// A task has ended.
pub(super) enum Done {
    Unit(StudyUid, Unit, Result<Brought, NetError>),
    Question { question: u32, archive: Option<String>, outcome: Result<(), NetError> },
    Checked { study: StudyUid, archive: String, outcome: Box<Result<Option<Entry>, NetError>> },
    Sent { archive: String, delivered: Delivered },
    Echo(String, Result<(), NetError>),
    Made(Vec<RetrieveOrder>),
}

impl Network {
    /// Serves orders until nobody can give one. This thread is watched, and those that work for it.
    pub(super) fn run(
        options: ArchivesOptions,
        shelf: Option<Shelf>,
        answers: Answers,
        arrivals: Arc<Arrivals>,
        (orders, watched): (mpsc::Receiver<Order>, Arc<Watched>),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("network-worker")
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::warn!(%error, "archives cannot be talked to");
                answers.send(Event::JobFailed { job: "network" });
                return;
            }
        };
        let (own, workers) = (watched.seat(TALKING), watched.seat(TALKING));
        // Where a disk holds all workers up, this does not go on either.
        runtime.spawn(async move {
            loop {
                workers.beat();
                sleep(BEAT_PAUSE).await;
            }
        });
        runtime.block_on(Self::new(options, shelf, answers, arrivals).serve(orders, &own));
        runtime.shutdown_timeout(EXIT_PATIENCE);
    }

    /// Nothing was asked yet.
    pub(super) fn new(
        options: ArchivesOptions,
        shelf: Option<Shelf>,
        answers: Answers,
        arrivals: Arc<Arrivals>,
    ) -> Self {
        let known = |archive| Known {
            archive: Arc::new(archive),
            is_reached: None,
            echo_due: Some(Duration::ZERO),
            send_due: Some(Duration::ZERO),
        };
        Self {
            archives: options.archives.into_iter().map(known).collect(),
            shelf,
            scp: Arc::new(Receiver::new(options.receive)),
            answers,
            arrivals,
            clock: Clock::start(),
            jobs: Vec::new(),
            questions: BTreeMap::new(),
            asking: Vec::new(),
            open: Vec::new(),
            looked_at: Vec::new(),
            tasks: JoinSet::new(),
        }
    }

    async fn serve(mut self, mut orders: mpsc::Receiver<Order>, seat: &Seat) {
        let (places, no_store) = self.places();
        self.answers.send(Event::PlacesKnown { places, no_store });
        self.tell_outgoing();
        loop {
            seat.beat();
            self.start_units();
            self.start_echoes();
            self.start_sending();
            let has_arrivals = self.arrivals.ask();
            let wake = self.next_wake(has_arrivals).map(|due| due.saturating_sub(self.clock.elapsed()));
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.take(order),
                    None => return,
                },
                Some(done) = self.tasks.join_next_with_id() => match done {
                    Ok((task, done)) => {
                        self.asking.retain(|(asking, ..)| *asking != task);
                        self.take_done(done);
                    }
                    Err(error) if error.is_panic() => self.take_panic(error.id()),
                    // It was stopped, and its end is known.
                    Err(_stopped) => {}
                },
                () = sleep(wake.unwrap_or_default()), if wake.is_some() => {}
                () = sleep(BEAT_PAUSE) => {}
            }
            self.tell_progress();
        }
    }

    /// When there is something to do without news, since the thread began.
    fn next_wake(&self, has_arrivals: bool) -> Option<Duration> {
        let now = self.clock.elapsed();
        let running = self.jobs.iter().any(|job| !job.running.is_empty());
        let pause = (has_arrivals || running).then_some(now + PROGRESS_PAUSE / 2);
        let tries = self.jobs.iter().filter(|job| job.running.is_empty() && job.not_before > now);
        let due = self.archives.iter().flat_map(|known| [known.echo_due, known.send_due]).flatten();
        tries.map(|job| job.not_before).chain(due).chain(pause).min()
    }

    /// Where studies are found, and why not in the store.
    fn places(&self) -> (Vec<Place>, Option<String>) {
        let store = self.shelf.as_ref().map(|shelf| shelf.store().map(|_open| Place::Store));
        let (store, no_store) = match store {
            Some(Ok(place)) => (Some(place), None),
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        let archives = self.archives.iter().filter(|known| known.archive.query);
        let archives = archives.map(|known| Place::Archive(known.archive.name.clone()));
        (store.into_iter().chain(archives).collect(), no_store)
    }

    fn tell_outgoing(&self) {
        let Some(Ok(waiting)) = self.shelf.as_ref().map(Shelf::waiting) else { return };
        let is_known = |peer: &&String| self.archives.iter().any(|known| known.archive.name == **peer);
        let forgotten = waiting.peers.iter().find(|peer| !is_known(peer));
        let why = forgotten.map(|peer| format!("peers.toml does not name the archive '{peer}' any more"));
        self.answers
            .send(Event::OutgoingChanged(Outgoing { waiting: waiting.count, why: why.or(waiting.why) }));
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Find(question, asked) => {
                if self.questions.len() >= QUESTIONS_MAX {
                    return self.refuse_question(question, "too many questions are under way");
                }
                let (cancel, cancelled) = watch::channel(false);
                for known in self.archives.iter().filter(|known| known.archive.query) {
                    let (archive, asked, answers) =
                        (Arc::clone(&known.archive), asked.clone(), self.answers.clone());
                    let cancelled = cancelled.clone();
                    let task = self.tasks.spawn(async move {
                        let outcome = finding::ask(&archive, question, &asked, &answers, cancelled).await;
                        Done::Question { question, archive: Some(archive.name.clone()), outcome }
                    });
                    let place = Place::Archive(known.archive.name.clone());
                    self.asking.push((task.id(), question, place));
                }
                if let Some(shelf) = self.shelf.clone() {
                    let answers = self.answers.clone();
                    let task = self.tasks.spawn(async move {
                        // Until it has ended, the question is not over.
                        let _cancelled = cancelled;
                        tokio::task::block_in_place(|| finding::look(&shelf, question, &asked, &answers));
                        Done::Question { question, archive: None, outcome: Ok(()) }
                    });
                    self.asking.push((task.id(), question, Place::Store));
                }
                self.questions.insert(question, cancel);
            }
            Order::CancelFind(question) => {
                if let Some(cancel) = self.questions.get(&question) {
                    cancel.send_replace(true);
                }
            }
            Order::Retrieve(order) => self.retrieve_asked(order),
            Order::RetrieveMade(make) => self.make(make),
            Order::CancelRetrieve(study) => self.cancel(&study),
            Order::OpenStored(study) => self.open_stored(&study),
            Order::LetGo(studies) => self.open.retain(|(open, _)| !studies.contains(open)),
            Order::Send => {
                let now = self.clock.elapsed();
                for known in self.archives.iter_mut().filter(|known| known.archive.store) {
                    known.send_due = Some(now);
                }
                self.tell_outgoing();
            }
            Order::LookAt(series) => self.looked_at = series,
            Order::Awake => self.begin_again(),
        }
    }

    /// Nobody knows which connections are alive after a sleep: what is under way begins again with what is missing, and what
    /// waits for a time is due.
    fn begin_again(&mut self) {
        let now = self.clock.elapsed();
        for job in &mut self.jobs {
            stop(job);
            let held = self.shelf.as_ref().map(|shelf| shelf.held(job.study())).unwrap_or_default();
            job.look_again(&held);
            job.not_before = now;
            job.retrieval.state = if job.has_ended() { job.outcome() } else { RetrievalState::Waiting };
        }
        for known in &mut self.archives {
            known.echo_due = Some(now);
            known.send_due = known.send_due.map(|_later| now);
        }
        self.drop_ended();
    }

    fn refuse_question(&self, question: u32, why: &str) {
        for place in self.places().0 {
            self.answers.send(Event::FindEnded { question, place, outcome: Err(why.to_owned()) });
        }
    }

    fn make(&mut self, make: MakeOrders) {
        self.tasks
            .spawn(async move { Done::Made(tokio::task::spawn_blocking(make).await.unwrap_or_default()) });
    }

    /// Sends what waits and is due.
    fn start_sending(&mut self) {
        let now = self.clock.elapsed();
        let Some(studies) = &self.shelf else { return };
        for known in self.archives.iter_mut().filter(|known| known.send_due.is_some_and(|due| due <= now)) {
            known.send_due = None;
            let items = outbox::due(studies, &known.archive.name).unwrap_or_default();
            if items.is_empty() {
                // What failed waits until it is due.
                let waits =
                    studies.waiting().is_ok_and(|waiting| waiting.peers.contains(&known.archive.name));
                known.send_due = waits.then_some(now + SEND_PAUSE);
                continue;
            }
            let (studies, archive) = (studies.clone(), Arc::clone(&known.archive));
            self.tasks.spawn(async move {
                let delivered = outbox::deliver(&studies, &archive, items).await;
                Done::Sent { archive: archive.name.clone(), delivered }
            });
        }
    }

    fn take_sent(&mut self, archive: &str, Delivered { next, outcome, studies }: Delivered) {
        for (study, outcome) in studies {
            self.answers.send(Event::ObjectsSent { archive: archive.to_owned(), study, outcome });
        }
        // Where all went well, more may have come meanwhile.
        let now = self.clock.elapsed();
        let due = next.map_or(if outcome.is_ok() { now } else { now + SEND_PAUSE }, |next| now + next);
        if let Some(known) = self.archives.iter_mut().find(|known| known.archive.name == archive) {
            known.send_due = Some(due);
        }
        self.note_reached(archive, outcome.err());
        self.tell_outgoing();
    }

    fn cancel(&mut self, study: &StudyUid) {
        if let Some(job) = self.jobs.iter_mut().find(|job| job.study() == study) {
            stop(job);
            job.retrieval.received = job.here();
            job.retrieval.state = RetrievalState::Cancelled;
        }
        self.drop_ended();
    }

    /// Starts what archives have room for: the reader waits for nothing that is in the background.
    fn start_units(&mut self) {
        let now = self.clock.elapsed();
        for known in &self.archives {
            let archive = &known.archive;
            let is_here = |job: &Job| job.archive.name == archive.name;
            let is_waited_for = self.jobs.iter().any(|job| {
                is_here(job)
                    && job.is_foreground()
                    && job.not_before <= now
                    && (!job.running.is_empty() || job.next(&self.looked_at).is_some())
            });
            if is_waited_for {
                for job in self.jobs.iter_mut().filter(|job| is_here(job) && !job.is_foreground()) {
                    stop(job);
                    job.retrieval.state = RetrievalState::Waiting;
                }
            }
            // One is left for questions.
            let mut free = archive.peer.places.max().saturating_sub(1).max(1);
            free = free.saturating_sub(
                self.jobs.iter().filter(|job| is_here(job)).map(|job| job.running.len()).sum(),
            );
            for job in self.jobs.iter_mut().filter(|job| is_here(job) && job.is_foreground() == is_waited_for)
            {
                while free > 0
                    && job.not_before <= now
                    && let Some(unit) = job.next(&self.looked_at)
                {
                    free -= 1;
                    let Some(work) = work(job, &unit, self.shelf.as_ref(), &self.arrivals, &self.scp) else {
                        break;
                    };
                    let (study, name) = (job.study().clone(), unit.clone());
                    let handle = self.tasks.spawn(async move { Done::Unit(study, name, work.await) });
                    job.running.push((unit, handle));
                    job.retrieval.state = RetrievalState::Running;
                }
            }
        }
    }

    fn start_echoes(&mut self) {
        let now = self.clock.elapsed();
        for known in &mut self.archives {
            if known.echo_due.is_some_and(|due| due <= now) {
                known.echo_due = None;
                let archive = Arc::clone(&known.archive);
                self.tasks.spawn(async move {
                    let outcome = dimse::echo(&archive.peer).await.map(drop);
                    Done::Echo(archive.name.clone(), outcome)
                });
            }
        }
    }

    fn take_done(&mut self, done: Done) {
        match done {
            Done::Echo(archive, outcome) => self.note_reached(&archive, outcome.err()),
            Done::Question { question, archive, outcome } => {
                self.drop_answered(question);
                if let Some(archive) = archive {
                    self.note_reached(&archive, outcome.err());
                }
            }
            Done::Checked { study, archive, outcome } => self.take_check(study, archive, *outcome),
            Done::Sent { archive, delivered } => self.take_sent(&archive, delivered),
            Done::Made(orders) => {
                for order in orders {
                    self.retrieve(order);
                }
                // What was to be made was counted as a run from the beginning.
                self.arrivals.end();
            }
            Done::Unit(study, unit, outcome) => self.unit_ended(&study, &unit, outcome),
        }
    }

    /// The sender is let go of when no place answers it any more.
    fn drop_answered(&mut self, question: u32) {
        if self.questions.get(&question).is_some_and(|cancel| cancel.receiver_count() == 0) {
            self.questions.remove(&question);
        }
    }

    /// A job that panics once would do it again. A question ends, and archives are asked and sent to later.
    fn take_panic(&mut self, task: tokio::task::Id) {
        self.answers.send(Event::JobFailed { job: "network" });
        for (_, question, place) in
            self.asking.extract_if(.., |(asking, ..)| *asking == task).collect::<Vec<_>>()
        {
            let outcome = Err("the program could not go on with it".to_owned());
            self.answers.send(Event::FindEnded { question, place, outcome });
            self.drop_answered(question);
        }
        let now = self.clock.elapsed();
        for known in &mut self.archives {
            known.echo_due =
                known.echo_due.or_else(|| (known.is_reached != Some(true)).then_some(now + ECHO_PAUSE));
            known.send_due.get_or_insert(now + SEND_PAUSE);
        }
        let is_its = |job: &&mut Job| job.running.iter().any(|(_, handle)| handle.id() == task);
        if let Some(job) = self.jobs.iter_mut().find(is_its) {
            stop(job);
            job.retrieval.state =
                RetrievalState::Incomplete("the program could not go on with it".to_owned());
        }
        self.drop_ended();
    }

    fn unit_ended(&mut self, study: &StudyUid, unit: &Unit, outcome: Result<Brought, NetError>) {
        let now = self.clock.elapsed();
        let Some(place) = self.jobs.iter().position(|job| job.study() == study) else { return };
        let held = self.shelf.as_ref().map(|shelf| shelf.held(study)).unwrap_or_default();
        let Some(job) = self.jobs.get_mut(place) else { return };
        job.running.retain(|(running, _)| running != unit);
        let name = job.archive.name.clone();
        let error = match outcome {
            Ok(Brought::Inventory(inventory)) => {
                job.take_inventory(inventory, &held);
                if job.is_open() {
                    self.arrivals.declare(job.declared());
                }
                None
            }
            Ok(Brought::Objects(retrieved)) => {
                if let Unit::Series(uid) = unit {
                    job.take_series(uid, &retrieved, &held);
                }
                None
            }
            Err(error) => {
                let goes_on = job.fail(unit, &error, now);
                job.look_again(&held);
                if !goes_on {
                    stop(job);
                    job.retrieval.state = job.outcome();
                }
                Some(error)
            }
        };
        let is_over = matches!(job.retrieval.state, RetrievalState::Incomplete(_));
        if !is_over && job.has_ended() {
            job.retrieval.state = job.outcome();
        }
        let retrieval = job.retrieval.clone();
        if let Some(shelf) = self.shelf.as_ref().filter(|_| retrieval.expected.is_some()) {
            shelf.note_archive(study, &name, retrieval.expected);
        }
        if self.open.iter().any(|(open, _)| open == study) {
            self.hold(study);
        }
        self.note_reached(&name, error);
        if matches!(retrieval.state, RetrievalState::TriedAgain(_)) {
            self.tell(&retrieval);
        }
        self.drop_ended();
    }

    /// Tells the end of what has ended, and forgets it.
    fn drop_ended(&mut self) {
        let has_ended = |job: &mut Job| {
            let state = &job.retrieval.state;
            matches!(state, RetrievalState::Whole | RetrievalState::Incomplete(_) | RetrievalState::Cancelled)
        };
        for job in self.jobs.extract_if(.., has_ended).collect::<Vec<_>>() {
            self.tell(&job.retrieval);
            if job.is_open() {
                self.arrivals.end();
            }
        }
    }

    fn tell_progress(&mut self) {
        let now = self.clock.elapsed();
        let mut news = Vec::new();
        for job in &mut self.jobs {
            let here = job.here();
            let is_due = job.told.is_none_or(|(told, count)| now >= told + PROGRESS_PAUSE && count != here);
            if !job.running.is_empty() && is_due {
                job.told = Some((now, here));
                news.push(Retrieval { received: here, ..job.retrieval.clone() });
            }
        }
        for retrieval in &news {
            self.tell(retrieval);
        }
    }

    pub(super) fn tell(&self, retrieval: &Retrieval) {
        self.answers.send(Event::Retrieving(Box::new(retrieval.clone())));
    }

    /// Takes note of whether an archive answered.
    pub(super) fn note_reached(&mut self, name: &str, error: Option<NetError>) {
        let now = self.clock.elapsed();
        let Some(known) = self.archives.iter_mut().find(|known| known.archive.name == name) else { return };
        // Who refuses has answered.
        let silence = error.filter(NetError::is_unreachable);
        let is_reached = silence.is_none();
        let is_news = !is_reached || known.is_reached != Some(true);
        known.is_reached = Some(is_reached);
        known.echo_due = (!is_reached).then_some(now + ECHO_PAUSE);
        if is_news {
            let outcome = silence.map_or(Ok(()), |error| Err(error.to_string()));
            let now_ms = self.clock.elapsed_ms();
            self.answers.send(Event::ArchiveReached { archive: name.to_owned(), now_ms, outcome });
        }
    }
}

/// Stops what is being done for a study; what came whole stays.
fn stop(job: &mut Job) {
    for (_, handle) in job.running.drain(..) {
        handle.abort();
    }
}
