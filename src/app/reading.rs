//! Session, library and the services behind them: the program without a window.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::command::Command;
use crate::dicom::FrameKey;
use crate::session::{Effect, Event, Journal, MessageKind, Screen, Session, SessionSettings, wanted_frames};
use crate::study::{FrameState, Library};

use super::services::{MakePaths, Services, ThreadError};
use super::trace::{CommandSource, Trace, TraceEvent};

/// News taken in one frame; the rest waits for the next, so that no frame is late.
const NEWS_A_FRAME_MAX: usize = 64;

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
    services: Services,
    frame_budget_bytes: u64,
    is_quitting: bool,
    is_stale: bool,
    complete: HashSet<crate::study::DisplaySetId>,
}

/// What the program needs to start.
pub struct ReadingOptions {
    /// For the session.
    pub session: SessionSettings,
    /// Memory for decoded frames, bytes.
    pub frame_budget_bytes: u64,
    /// Threads that decode; 0 means one per core.
    pub decode_threads: usize,
}

impl Reading {
    /// Starts the services with nothing loaded.
    pub fn start(options: ReadingOptions, trace: Trace) -> Result<Self, ThreadError> {
        Ok(Self {
            session: Session::new(options.session),
            library: Library::default(),
            trace,
            frame: 0,
            revision: 0,
            journal: Arc::default(),
            services: Services::start(options.decode_threads)?,
            frame_budget_bytes: options.frame_budget_bytes,
            is_quitting: false,
            is_stale: false,
            complete: HashSet::new(),
        })
    }

    /// The threads and channels.
    pub const fn services(&self) -> &Services {
        &self.services
    }

    /// The commands so far, shared with the crash report.
    pub fn journal(&self) -> Arc<Mutex<Journal>> {
        Arc::clone(&self.journal)
    }

    /// Looks through files that are made first, while the window opens.
    pub fn open_made(&mut self, make: MakePaths) {
        self.session.indexing.runs += 1;
        if !self.services.index_made(make) {
            self.event(&Event::IndexEnded);
        }
    }

    /// Whether the reader asked to end.
    pub const fn is_quitting(&self) -> bool {
        self.is_quitting
    }

    /// Carries out a reader's command.
    pub fn command(&mut self, command: &Command, source: CommandSource) {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).note(command);
        tracing::debug!(%command, ?source, "command");
        let name = command.to_string();
        self.trace.note(&TraceEvent::Command { name, source, frame: self.frame });
        let effects = self.session.apply(command, &self.library);
        self.dispatch(effects);
        self.note_change();
    }

    /// Takes the news that has come, and asks for what is needed next. To be called once a frame, before it is planned.
    pub fn tick(&mut self) {
        for event in merged(self.services.news(NEWS_A_FRAME_MAX)) {
            self.event(&event);
        }
        if std::mem::take(&mut self.is_stale) {
            self.want();
        }
    }

    /// Takes news from the world.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Indexed { instances, unreadable } => {
                let shown = self.session.shown_images(&self.library);
                self.library.add(instances.iter().cloned(), unreadable.iter().cloned());
                self.session.keep_images(shown, &self.library);
            }
            Event::FrameRead { key, result } => {
                let state = match result {
                    Ok(frame) => FrameState::Ready(Arc::clone(frame)),
                    Err(why) => FrameState::Failed(why.clone()),
                };
                self.library.put_frame(key.clone(), state);
            }
            Event::IndexEnded => {
                let images = self.library.display_sets().map(|(_, _, set)| set.images.len()).sum();
                let unreadable = self.library.unreadable().len();
                self.trace.note(&TraceEvent::IndexComplete { images, unreadable });
            }
            _ => {}
        }
        let effects = self.session.absorb(event, &self.library);
        self.dispatch(effects);
        self.note_change();
    }

    fn note_change(&mut self) {
        self.revision += 1;
        self.is_stale = true;
    }

    /// Whether every visible viewport with a source has its pixels and no file is being looked through.
    pub fn is_settled(&self) -> bool {
        let shown = self.session.screens.iter().flat_map(Screen::visible);
        let mut sources = shown.filter_map(|viewport| viewport.source.as_ref());
        self.session.indexing.runs == 0
            && sources.all(|source| {
                let image = self.library.find(&source.display_set);
                let image = image.and_then(|(_, _, set)| set.images.get(source.index));
                image.is_some_and(|image| self.library.frame(&image.key()).is_some())
            })
    }

    fn dispatch(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Index(paths) => {
                    if !self.services.index(&paths) {
                        self.tell("Too many folders are waiting to be read; open this one again later.");
                        self.event(&Event::IndexEnded);
                    }
                }
                Effect::Run(command) => self.command(&command, CommandSource::Palette),
                Effect::PickFiles => {
                    if let Err(error) = self.services.pick_files() {
                        self.tell(&format!("The system's dialog cannot be shown: {error}."));
                    }
                }
                Effect::Quit => self.is_quitting = true,
            }
        }
    }

    fn tell(&mut self, text: &str) {
        self.session.tell(MessageKind::Caution, text);
    }

    /// Asks for the pixels that are missing, and forgets those that are far from everything shown when memory is short.
    fn want(&mut self) {
        let wanted = wanted_frames(&self.session, &self.library, self.frame_budget_bytes);
        if self.library.frame_bytes() > self.frame_budget_bytes {
            let keep: HashSet<&FrameKey> = wanted.iter().map(|(key, _)| key).collect();
            let surplus: Vec<FrameKey> =
                self.library.loaded_frames_unsorted().filter(|key| !keep.contains(key)).cloned().collect();
            for key in &surplus {
                self.library.drop_frame(key);
            }
        }
        let missing: Vec<_> =
            wanted.into_iter().filter(|(key, _)| self.library.frame(key).is_none()).collect();
        self.services.want(missing);
        self.note_complete_series();
    }

    fn note_complete_series(&mut self) {
        let windows = self.session.screens.iter().enumerate();
        let shown = windows
            .flat_map(|(screen, shown)| shown.visible().iter().enumerate().map(move |place| (screen, place)));
        let mut events = Vec::new();
        for (screen, (viewport, shown)) in shown {
            let Some(source) = &shown.source else { continue };
            let Some((_, _, set)) = self.library.find(&source.display_set) else { continue };
            let is_new = !self.complete.contains(&set.id) && self.session.indexing.runs == 0;
            if is_new && set.images.iter().all(|image| self.library.frame(&image.key()).is_some()) {
                self.complete.insert(set.id.clone());
                events.push(TraceEvent::SeriesComplete { screen, viewport, images: set.images.len() });
            }
        }
        for event in &events {
            self.trace.note(event);
        }
    }
}

/// Makes one of several batches of found files: each costs a new assembly of all that is loaded.
fn merged(news: Vec<Event>) -> Vec<Event> {
    let mut merged: Vec<Event> = Vec::with_capacity(news.len());
    for event in news {
        match (merged.last_mut(), event) {
            (
                Some(Event::Indexed { instances, unreadable }),
                Event::Indexed { instances: more, unreadable: more_unreadable },
            ) => {
                instances.extend(more);
                unreadable.extend(more_unreadable);
            }
            (_, event) => merged.push(event),
        }
    }
    merged
}
