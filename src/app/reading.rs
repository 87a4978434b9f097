//! Session, library and the services behind them: the program without a window.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::command::{AppCommand, Command};
use crate::dicom::{Frame, ReadError, SeriesUid, StudyUid, Tag};
use crate::session::{
    Effect, Event, Journal, MessageKind, PatternOrder, Screen, Session, SessionSettings, Urgency, Viewport,
    Wanted,
};
use crate::study::{DisplaySetId, FrameState, Image, Library, Thumbnail};
use crate::study_list::{Day, StudyQuestion};

use super::archives::{ArchivesOptions, MakeOrders, Order};
use super::audited::Watched;
use super::auditor::Auditor;
use super::clock::Zone;
use super::drafts::Drafts;
use super::kept::Saved;
use super::services::{MakePaths, Services, ThreadError};
use super::trace::{CommandSource, Trace, TraceEvent};

/// News taken in one frame; the rest waits for the next, so that no frame is late.
const NEWS_A_FRAME_MAX: usize = 64;

/// Outcomes of saving that nobody has told yet.
const SAVES_MAX: usize = 64;

/// The program without a window.
pub struct Reading {
    /// What the reader sees.
    pub session: Session,
    /// What is loaded.
    pub library: Library,
    /// The trace.
    pub trace: Trace,
    /// Counts frames.
    pub frame: u64,
    /// Counts changes of session and library: a window that was drawn at this revision has nothing to draw.
    pub revision: u64,
    journal: Arc<Mutex<Journal>>,
    pub(super) services: Services,
    is_quitting: bool,
    pub(super) is_stale: bool,
    /// Display sets may be there whose thumbnails nobody asked for.
    has_new_sets: bool,
    pub(super) wanted: Wanted,
    pub(super) complete: HashSet<DisplaySetId>,
    requests: Vec<Effect>,
    pub(super) kept: Option<PathBuf>,
    pub(super) zone: Zone,
    pub(super) drafts: Drafts,
    /// What became of what was to be saved.
    pub(super) saved: (Sender<Saved>, Receiver<Saved>),
    /// Attributes that images are read with, beyond their modules.
    asked: Vec<Tag>,
    /// Those that protocols ask for since the settings were read again.
    unasked: Vec<Tag>,
    /// The series on screen, as archives were told last.
    looked_at: Vec<(StudyUid, SeriesUid)>,
    /// Studies from the store and archives, in the order in which they were opened.
    pub(super) opened: VecDeque<StudyUid>,
    /// Since when studies are fetched, ms.
    pub(super) fetching: HashMap<StudyUid, f64>,
    pub(super) auditor: Auditor,
    /// The studies on screen, as the audit trail has them.
    pub(super) watched: Watched,
    /// How the study that is read hung when the trace was told last: the protocol, the stage from 1, and how many there are.
    pub(super) hung: Option<(String, usize, usize)>,
}

/// What the program needs to start.
pub struct ReadingOptions {
    /// For the session.
    pub session: SessionSettings,
    /// Threads that decode; 0 means one per core.
    pub decode_threads: usize,
    /// The folder where the reader's own objects are kept, by study; without one nothing can be saved.
    pub kept: Option<PathBuf>,
    /// The folder of the reader's drafts; without one what is not saved ends with the program.
    pub drafts: Option<PathBuf>,
    /// Archives and the store; without them nothing is fetched.
    pub archives: Option<ArchivesOptions>,
    /// What the reader saves is dated by its clocks, and what others saved ordered.
    pub zone: Zone,
}

impl Reading {
    /// Starts the services with nothing loaded.
    pub fn start(options: ReadingOptions, trace: Trace) -> Result<Self, ThreadError> {
        let asked = options.session.protocols.tags();
        let ReadingOptions { session, decode_threads, kept, drafts, archives, zone } = options;
        let services = Services::start(decode_threads, kept.clone(), drafts, asked.clone(), archives, zone)?;
        Ok(Self {
            session: Session::new(session),
            library: Library::default(),
            trace,
            frame: 0,
            revision: 0,
            journal: Arc::default(),
            services,
            is_quitting: false,
            is_stale: false,
            has_new_sets: false,
            wanted: Wanted::default(),
            complete: HashSet::new(),
            requests: Vec::new(),
            kept,
            zone,
            drafts: Drafts::default(),
            saved: bounded(SAVES_MAX),
            asked,
            unasked: Vec::new(),
            looked_at: Vec::new(),
            opened: VecDeque::new(),
            fetching: HashMap::new(),
            auditor: Auditor::off(),
            watched: Watched::default(),
            hung: None,
        })
    }

    /// The threads and channels.
    pub const fn services(&self) -> &Services {
        &self.services
    }

    /// Looks for the monitors that windows stand on.
    pub fn look_for_monitors(&mut self) -> Result<(), ThreadError> {
        self.services.look_for_monitors()
    }

    /// The commands so far, shared with the crash report.
    pub fn journal(&self) -> Arc<Mutex<Journal>> {
        Arc::clone(&self.journal)
    }

    /// Looks through files that are made first, while the window opens.
    pub fn open_made(&mut self, make: MakePaths) {
        self.session.indexing.runs += 1;
        if !self.services.index_made(make) {
            self.event(&Event::IndexEnded { is_cut_short: false });
        }
    }

    /// Fetches studies that are made available first, while the window opens.
    pub fn retrieve_made(&mut self, opened: Option<StudyUid>, make: MakeOrders) {
        if let Some(study) = opened.clone() {
            self.session.wait_for(study);
        }
        self.event(&Event::IndexBegun { study: opened });
        if !self.services.order(Order::RetrieveMade(make)) {
            self.tell("Studies cannot be fetched now.");
            self.event(&Event::IndexEnded { is_cut_short: false });
        }
    }

    /// Another reader comes, whose drafts lie in a folder: what the one before has not saved is kept as that one's drafts. Whether there
    /// was something; or why that cannot be, and then all is as before.
    pub(super) fn hand_over(&mut self, drafts: Option<PathBuf>) -> Result<bool, String> {
        let had_work = self.drafts.hand_over(drafts, &self.session, &self.library, &self.services)?;
        self.session.change_reader(&self.library);
        self.has_new_sets = true;
        self.note_change();
        Ok(had_work)
    }

    /// Whether the reader asked to end.
    pub const fn is_quitting(&self) -> bool {
        self.is_quitting
    }

    /// Carries out a reader's command.
    pub fn command(&mut self, command: &Command, source: CommandSource) {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).note(command);
        if !command.is_fleeting() {
            tracing::debug!(%command, ?source, "command");
            self.drafts.note_change();
            let name = command.to_string();
            self.trace.note(&TraceEvent::Command { name, source, frame: self.frame });
        }
        let effects = self.session.apply(command, &self.library);
        self.dispatch(effects);
        if matches!(command, Command::Pattern(_) | Command::Calibration(_) | Command::App(AppCommand::Cancel))
        {
            self.drop_patterns();
        }
        self.note_change();
    }

    /// Takes the news that has come, and asks for what is needed next. To be called once a frame, before it is planned.
    pub fn tick(&mut self) {
        for Saved { told, work, study } in self.saved.1.try_iter() {
            self.auditor.note_saved(study.as_ref(), &self.session, &self.library);
            if let Some((kind, text)) = told {
                self.session.tell(kind, text);
            }
            if let Some(work) = work {
                self.session.note_saved(work);
            }
            self.revision += 1;
            self.drafts.note_change();
            if self.services.outbox().is_some() {
                // Where it finds no room, it is sent with the next one.
                let _is_sent = self.services.order(Order::Send);
            }
        }
        for text in self.auditor.news() {
            self.tell(&text);
            self.revision += 1;
        }
        for event in self.services.news(NEWS_A_FRAME_MAX) {
            self.event(&event);
        }
        if !self.unasked.is_empty() {
            self.ask_for_attributes();
        }
        if std::mem::take(&mut self.is_stale) {
            self.want();
            self.tell_looked_at();
        }
        if std::mem::take(&mut self.has_new_sets) {
            self.want_thumbnails();
            // What finds no room is asked for in the next frame.
            self.has_new_sets = !self.drafts.ask(&self.library, &self.services);
        }
        self.drafts.follow(&self.session, &self.library, &self.services);
        self.audit_shown();
    }

    /// Has images read with what protocols ask for now, those that are here too.
    fn ask_for_attributes(&mut self) {
        let is_new = self.unasked.iter().any(|tag| !self.asked.contains(tag));
        // What is not taken now is asked for again in the next frame.
        if !is_new || self.services.ask_for(self.unasked.clone()) {
            self.asked = std::mem::take(&mut self.unasked);
        }
    }

    /// Takes news from the world.
    pub fn event(&mut self, event: &Event) {
        if self.is_of_closed(event) {
            return;
        }
        self.audit_event(event);
        match event {
            Event::Indexed { studies, unreadable } => {
                let shown = self.session.shown_images(&self.library);
                let seen = self.session.seen_sets(&self.library);
                self.library.take(Arc::clone(studies), Arc::clone(unreadable));
                self.session.keep_images(shown, &self.library);
                self.session.keep_seen(&seen, &self.library);
                self.session.keep_sections(&self.library);
                self.wanted.note_changed();
                self.has_new_sets = true;
            }
            Event::FrameRead { key, result } => {
                if PatternOrder::is_pattern(key) {
                    self.drop_patterns();
                } else if result.is_ok() {
                    self.wanted.note_loaded(key.clone());
                }
                self.library.put_frame(key.clone(), state_of(result));
            }
            Event::DraftNotWritten { .. } => self.drafts.note_failing(true),
            Event::DraftsGoOn => self.drafts.note_failing(false),
            Event::StudiesClosed { closed, studies, unreadable } => {
                self.take_closed(closed, studies, unreadable);
            }
            Event::DraftRead { study, draft } => {
                self.drafts.note_read(study, draft.as_ref().ok().and_then(Option::as_ref));
            }
            Event::CoverMade(made) => self.library.put_cover(made.clone()),
            Event::ColorTransformMade(transform) => self.library.put_color_transform(Arc::clone(transform)),
            Event::ThumbnailRead { set, key, result } => {
                self.library
                    .put_thumbnail(set.clone(), Thumbnail { key: key.clone(), state: state_of(result) });
            }
            Event::Retrieving(retrieval) => self.trace_retrieval(retrieval),
            Event::Configured { settings, .. } => self.unasked = settings.protocols.tags(),
            Event::IndexEnded { .. } => {
                self.has_new_sets = true;
                let images = self.library.display_sets().map(|(_, _, set)| set.images.len()).sum();
                let unreadable = self.library.unreadable().len();
                self.trace.note(&TraceEvent::IndexComplete { images, unreadable });
            }
            _ => {}
        }
        let profiles =
            matches!(event, Event::ScreenOnMonitor { .. }).then(|| self.session.monitor_profiles());
        let effects = self.session.absorb(event, &self.library);
        if profiles.is_some_and(|before| before != self.session.monitor_profiles()) {
            self.services.set_monitor_profiles(self.session.monitor_profiles());
        }
        self.dispatch(effects);
        self.drafts.note_change();
        self.note_change();
    }

    pub(super) fn note_change(&mut self) {
        self.revision += 1;
        self.is_stale = true;
    }

    /// Tells which day it is, once a day.
    pub(super) fn tell_day(&mut self, today: Day) {
        if self.session.studies.list.today() != Some(today) {
            self.event(&Event::DayBegan(today));
        }
    }

    /// Whether every visible viewport with a source has its pixels and what lies over them and rests, every thumbnail is made, no file is
    /// being looked through, what became of what was to be saved is told, and what is kept for the reader is written.
    pub fn is_settled(&self) -> bool {
        let mut shown = self.session.screens.iter().flat_map(Screen::visible);
        // What is saved is told before the end of its run, but may be taken a frame later.
        self.session.indexing.runs == 0
            && self.saved.1.is_empty()
            && !self.has_new_sets
            && !self.drafts.is_waiting()
            && !self.services.makes_thumbnails()
            && !self.services.writes_files()
            && !self.session.is_moving()
            && self.session.wanted_patterns(&self.library).is_empty()
            && !self.session.awaits_covers(&self.library)
            && !self.session.awaits_layers(&self.library)
            && self.session.wanted_counts(&self.library).is_empty()
            && self.session.wanted_values(&self.library).is_none()
            && shown.all(|(_, viewport)| self.has_pixels(viewport))
    }

    /// Whether the images that a viewport shows were read, or all images of the volume that it shows something of.
    fn has_pixels(&self, viewport: &Viewport) -> bool {
        let Some(source) = &viewport.source else { return true };
        let Some((.., set)) = self.library.find(&source.display_set) else { return false };
        let is_read = |image: &Image| self.library.frame(&image.key()).is_some();
        if viewport.is_of_volume() {
            return set.images.iter().all(is_read);
        }
        let is_shown =
            |image: &Image| self.library.frame(&viewport.presented.key(image, &self.library)).is_some();
        let mut images = viewport.tile_indices(set.images.len());
        images.all(|index| set.images.get(index).is_some_and(is_shown))
    }

    /// Tells archives what is on screen, the focus first.
    fn tell_looked_at(&mut self) {
        if !self.services.has_archives() {
            return;
        }
        let visible = self.session.screens.iter().flat_map(Screen::visible).map(|(_, viewport)| viewport);
        let all = self.session.focused_viewport().into_iter().chain(visible);
        let mut looked_at: Vec<(StudyUid, SeriesUid)> = Vec::new();
        for source in all.filter_map(|viewport| viewport.source.as_ref()) {
            let series = (source.display_set.study.clone(), source.display_set.series.clone());
            if !looked_at.contains(&series) {
                looked_at.push(series);
            }
        }
        if looked_at != self.looked_at && self.services.order(Order::LookAt(looked_at.clone())) {
            self.looked_at = looked_at;
        }
    }

    /// Asks archives or the store, where there are any.
    fn order(&mut self, order: Order) -> bool {
        if !self.services.has_archives() {
            self.tell("There is no archive and no store: peers.toml names archives.");
            return false;
        }
        let is_taken = self.services.order(order);
        if !is_taken {
            self.tell("Archives have too much to do; ask again later.");
        }
        is_taken
    }

    /// Asks all places; a question that is not taken has ended everywhere.
    fn find(&mut self, question: u32, asked: Box<StudyQuestion>) {
        if self.order(Order::Find(question, asked)) {
            return;
        }
        for place in self.session.archives.places.clone() {
            let outcome = Err("there is too much to do; ask again later".to_owned());
            self.event(&Event::FindEnded { question, place, outcome });
        }
    }

    /// Has a study opened; of one that is not taken nothing comes.
    fn open(&mut self, study: StudyUid, order: Order) {
        self.trace_prefetch(&study);
        self.note_opened(&study);
        if !self.order(order) {
            self.event(&Event::IndexBegun { study: Some(study) });
            self.event(&Event::IndexEnded { is_cut_short: false });
        }
    }

    /// Does what the session asks of the world.
    pub fn dispatch(&mut self, effects: Vec<Effect>) {
        self.trace_hanging();
        let mut effects = effects.into_iter();
        while let Some(effect) = effects.next() {
            self.audit_effect(&effect);
            match effect {
                Effect::Index(paths) => {
                    if !self.services.index(&paths) {
                        self.tell("Too many folders are waiting to be read; open this one again later.");
                        self.event(&Event::IndexEnded { is_cut_short: false });
                    }
                }
                Effect::Run(command) => self.command(&command, CommandSource::Palette),
                Effect::CancelIndex => self.services.cancel_index(),
                Effect::PickFiles => {
                    if let Err(error) = self.services.pick_files() {
                        self.tell(&format!("The system's dialog cannot be shown: {error}."));
                    }
                }
                Effect::SaveSetting(..)
                | Effect::SavePreset(..)
                | Effect::DeletePreset(_)
                | Effect::ImportPresets(_)
                | Effect::SaveProtocol(_)
                | Effect::Reload
                | Effect::FindUsers
                | Effect::SwitchUser(_)
                | Effect::OpenRoles
                | Effect::NoteOpened(_)
                | Effect::SaveFilters(_)
                | Effect::Export(_)
                | Effect::OpenBench(_)
                | Effect::FindDue(_)
                | Effect::FindQuality
                | Effect::ReadLuminance
                | Effect::ReadMeasured { .. }
                | Effect::StopReading
                | Effect::KeepSeries { .. }
                | Effect::Record(_)
                | Effect::ActivateTable { .. }
                | Effect::RevertTable { .. }
                | Effect::SetGsdfOwner { .. }
                | Effect::WriteCertificate { .. }
                | Effect::CancelExport
                | Effect::TellAbout
                | Effect::CopyAbout
                | Effect::CollectBundle
                | Effect::SaveBundle(_) => {
                    self.requests.push(effect);
                }
                Effect::LeftDecided(_) => {
                    self.requests.push(effect);
                    // It is noted before anything is opened.
                    self.requests.extend(effects.by_ref());
                }
                Effect::AskAgain => {
                    if self.services.has_archives() {
                        // Where it finds no room, there is life enough.
                        let _is_sent = self.services.order(Order::Awake);
                    }
                    self.requests.push(effect);
                }
                Effect::Close(studies) => self.close(studies, true),
                Effect::SavePresentation(label) => {
                    if let Err(why) = self.save_presentation(label.reveal()) {
                        self.tell(&format!("Not saved: {why}."));
                    }
                }
                Effect::SaveKeyImages(study) => {
                    if let Err(why) = self.save_key_images(&study) {
                        self.tell(&format!("Key images are not saved: {why}."));
                    }
                }
                Effect::FindStudies(question, asked) => self.find(question, asked),
                Effect::CancelFind(question) => drop(self.order(Order::CancelFind(question))),
                Effect::Retrieve(order) if order.urgency == Urgency::Foreground => {
                    self.open(order.study.clone(), Order::Retrieve(order));
                }
                Effect::Retrieve(order) => drop(self.order(Order::Retrieve(order))),
                Effect::CancelRetrieve(study) => drop(self.order(Order::CancelRetrieve(study))),
                Effect::OpenStored(study) => self.open(study.clone(), Order::OpenStored(study)),
                Effect::Quit => self.is_quitting = true,
            }
        }
    }

    /// What only the windows can carry out: settings, what was opened, and pictures of the view.
    pub fn take_requests(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.requests)
    }

    fn tell(&mut self, text: &str) {
        self.session.tell(MessageKind::Caution, text);
    }
}

fn state_of(result: &Result<Arc<Frame>, ReadError>) -> FrameState {
    match result {
        Ok(frame) => FrameState::Ready(Arc::clone(frame)),
        Err(why) => FrameState::Failed(why.clone()),
    }
}

/// Not after a panic: what was lost then comes back.
impl Drop for Reading {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.drafts.follow(&self.session, &self.library, &self.services);
            self.drafts.end(&self.services);
            self.audit_end();
        }
    }
}
