//! News from the world becomes state.

use std::path::PathBuf;

use crate::command::Reader;
use crate::dicom::FrameKey;
use crate::study::{Image, Library};
use crate::units::Phi;

use super::effect::Effect;
use super::event::Event;
use super::priors::study_of;
use super::setting::SettingLine;
use super::state::{Focus, Indexing, MessageKind, Session, SessionSettings};
use super::user::UserLine;
use super::viewport::{Source, Viewport};

impl Session {
    /// Takes news from the world. The library has taken it already.
    pub fn absorb(&mut self, event: &Event, library: &Library) -> Vec<Effect> {
        let focused = self.focus.screen;
        let mut effects = self.hear(event, library);
        effects.extend(self.follow_bench(focused));
        self.keep_curtains(library);
        // Time and pixels make no key images and no states, and come by the hundred.
        if !matches!(event, Event::TimePassed { .. } | Event::FrameRead { .. }) {
            self.list_key_images_again(library);
            self.scale_marks_again(library);
        }
        self.keep_to_key_images();
        self.note_seen(library);
        effects
    }

    fn hear(&mut self, event: &Event, library: &Library) -> Vec<Effect> {
        match event {
            Event::ScreenResized { .. }
            | Event::ScreenOnMonitor { .. }
            | Event::ScreenFocused { .. }
            | Event::ScreenClosed { .. }
            | Event::ScreensNeeded(_) => return self.take_screen_news(event, library),
            Event::TimePassed { now_ms } => {
                self.pass_time(*now_ms, library);
                return self.go_on_measuring(*now_ms);
            }
            Event::BenchKnown { monitor, news } => self.take_bench(monitor, news),
            Event::QualityKnown(trends, fault) => self.take_quality(trends, fault.as_deref()),
            Event::PatchShown { key, now_ms } => return self.note_patch(key, *now_ms),
            Event::LuminanceRead(read) => return self.take_luminance(read),
            Event::MeasuredRead { monitor, read } => self.take_measured_file(monitor, read),
            Event::Indexing(more) => self.indexing.files += *more,
            Event::Indexed { .. } => {
                self.key_images.take(library);
                self.choose_saved(library);
                let effects = self.hang_first(library);
                self.count_growing_volumes(library);
                return effects;
            }
            Event::IndexEnded { is_cut_short } => {
                self.indexing.is_cut_short |= is_cut_short;
                self.indexing.runs = self.indexing.runs.saturating_sub(1);
                if self.indexing.runs == 0 {
                    return self.end_indexing(library);
                }
            }
            Event::FrameRead { key, result } => {
                let stored = key.stored();
                if !self.marks.of(&stored).is_empty()
                    && let Some(image) = library.image(key)
                {
                    self.marks.measure_again(&stored, image, library);
                }
                if let Err(why) = result {
                    self.tell(MessageKind::Caution, format!("An image cannot be shown: {why}."));
                }
            }
            Event::DraftRead { study, draft } => match draft {
                Ok(Some(work)) => return self.take_draft(study, work.clone(), library),
                Ok(None) => {}
                Err(why) => self.tell(MessageKind::Caution, why.clone()),
            },
            Event::LeftOpen(left) => self.take_left_open(left),
            Event::StudiesClosed { closed, .. } => self.forget_studies(closed),
            Event::Exporting(counts) => self.exporting = *counts,
            Event::AboutTold(lines) => self.about.clone_from(lines),
            Event::BundleCollected(lines) => self.bundle = Some(lines.clone()),
            Event::MarkCounted(counted) => self.take_count(counted),
            Event::ValuesCounted(counted) => self.take_values(counted, library),
            // The library has them, or the audit trail.
            Event::ThumbnailRead { .. }
            | Event::CoverMade(_)
            | Event::ColorTransformMade(_)
            | Event::ObjectsSent { .. } => {}
            Event::FilesChosen(paths) => return self.index(paths.clone()),
            Event::Configured { settings, lines } => {
                self.configure(settings, lines);
                return self.hang_by_protocol(library);
            }
            Event::RecentRead(recent) => self.recent.clone_from(recent),
            Event::UsersFound { reader, users } => self.take_users(reader, users),
            Event::IndexBegun { study } => {
                self.indexing.runs += 1;
                self.indexing.has_archived = true;
                self.indexing.archived.extend(study.clone());
            }
            Event::StudiesFound { .. }
            | Event::FindEnded { .. }
            | Event::FiltersRead(_)
            | Event::DayBegan(_) => {
                self.take_study_news(event);
                let mut effects = self.go_on_scanning(library);
                effects.extend(self.take_prior_news(event, library));
                effects.extend(self.hang_by_protocol(library));
                return effects;
            }
            Event::PlacesKnown { .. } => return self.take_places(event, library),
            Event::Retrieving(_) => {
                self.take_archive_news(event);
                self.take_study_news(event);
                return self.hang_by_protocol(library);
            }
            Event::ArchiveReached { .. } => {
                self.take_archive_news(event);
                return self.take_prior_news(event, library);
            }
            Event::StudyChecked { .. } | Event::OutgoingChanged(_) => self.take_archive_news(event),
            Event::DraftNotWritten { .. }
            | Event::DraftsGoOn
            | Event::FileNotWritten { .. }
            | Event::JobFailed { .. }
            | Event::JobStuck { .. }
            | Event::JobGoesOn { .. }
            | Event::Woke { .. }
            | Event::ClockSet { .. } => return self.take_machine_news(event),
        }
        Vec::new()
    }

    fn take_places(&mut self, event: &Event, library: &Library) -> Vec<Effect> {
        self.take_archive_news(event);
        let mut effects = self.ask_for_priors(library);
        if self.studies.is_open {
            effects.extend(self.ask_for_studies());
        }
        effects
    }

    /// Asks for a look through files, and counts it until its end is told.
    pub(super) fn index(&mut self, paths: Vec<Phi<PathBuf>>) -> Vec<Effect> {
        self.studies.is_open = false;
        self.awaited = None;
        self.indexing.runs += 1;
        self.opening.extend(paths.iter().cloned());
        vec![Effect::Index(paths)]
    }

    fn configure(&mut self, settings: &SessionSettings, lines: &[SettingLine]) {
        // What the reader chose since stays, unless the setting itself was changed.
        if self.settings.detail != settings.detail {
            self.detail = settings.detail;
        }
        self.settings.clone_from(settings);
        lines.clone_into(&mut self.setting_lines);
    }

    fn take_users(&mut self, reader: &Reader, users: &[UserLine]) {
        self.reader.clone_from(reader);
        users.clone_into(&mut self.users);
    }

    /// All that was to be looked through was.
    fn end_indexing(&mut self, library: &Library) -> Vec<Effect> {
        let mut effects = self.hang_first(library);
        self.resume_layout(library);
        let outcome = std::mem::take(&mut self.indexing);
        self.end_waiting(&outcome.archived);
        self.tell_outcome(&outcome);
        let opened = std::mem::take(&mut self.opening);
        effects.extend(self.restore_waiting(library));
        if !opened.is_empty() {
            effects.push(Effect::NoteOpened(opened));
        }
        effects
    }

    /// What the reader must know of a look through files: what cannot be seen on the screen.
    fn tell_outcome(&mut self, outcome: &Indexing) {
        let count = |count: usize, what: &str| {
            if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
        };
        let Indexing { files, is_cut_short, has_hung, has_saved, has_archived, .. } = *outcome;
        if files.no_images > 0 {
            let objects = count(files.no_images, "object");
            self.tell(
                MessageKind::Note,
                format!("{objects} without an image, such as reports; the messages list them."),
            );
        }
        if files.images > 0 && !has_hung && !has_archived {
            let images = count(files.images, "image");
            self.tell(MessageKind::Note, format!("{images} read; the next study or series shows them."));
        }
        if files.failed > 0 {
            let failed = count(files.failed, "file");
            self.tell(MessageKind::Caution, format!("{failed} could not be read; the messages say why."));
        }
        if files.registrations > 0 && files.images == 0 {
            let registrations = count(files.registrations, "spatial registration");
            let what = "places the images of one frame of reference among those of another";
            self.tell(
                MessageKind::Note,
                format!("{registrations} read, and no image: such an object {what}."),
            );
        }
        if is_cut_short {
            let text = if files.read < files.known {
                format!("Cancelled: {} of {} were read.", files.read, count(files.known, "file"))
            } else {
                format!("Cancelled: {} were read; there may be more.", count(files.read, "file"))
            };
            self.tell(MessageKind::Caution, text);
        } else if files.images == 0 && files.registrations == 0 && !has_saved && !has_archived {
            self.tell(MessageKind::Caution, "No DICOM image was found there.");
        }
    }

    /// Hangs what has come as long as nothing hangs: the newest study by the protocol that fits; without protocols its first series on
    /// the left, and its prior, if there is one, on the right. What is for processing waits until nothing better can come: rule P-21.
    pub(super) fn hang_first(&mut self, library: &Library) -> Vec<Effect> {
        self.hang_newest(library);
        let mut effects = self.find_priors(library);
        effects.extend(self.hang_by_protocol(library));
        if self.hung.as_ref().is_none_or(|hung| hung.winner().is_none()) {
            self.hang_late_prior(library);
        }
        effects
    }

    fn hang_newest(&mut self, library: &Library) {
        let is_all_here = self.indexing.runs == 0;
        let opened = self
            .awaited
            .as_ref()
            .and_then(|uid| library.studies().iter().find(|study| study.attributes.uid == *uid));
        if let Some(opened) = opened
            && let Some(source) = first_source(opened, is_all_here)
        {
            self.hang_opened(source);
        }
        // What comes before the study that was opened does not hang in its place.
        if self.awaited.is_some() {
            return;
        }
        let Some(screen) = self.screens.first_mut() else { return };
        let is_untouched = |viewport: &Viewport| viewport.source.is_none();
        let newest = library.studies().iter().find_map(|study| first_source(study, is_all_here));
        if let (true, Some(newest), Some(first)) =
            (screen.viewports.iter().all(is_untouched), newest, screen.viewports.first_mut())
        {
            let study = newest.display_set.study.clone();
            first.source = Some(newest);
            self.indexing.has_hung = true;
            self.begin_hanging(study);
        }
    }

    /// Hangs the study that the reader opened in place of all that hung, unless it is on screen already: then the focus goes there.
    /// The list of studies goes.
    fn hang_opened(&mut self, source: Source) {
        self.awaited = None;
        self.studies.is_open = false;
        let study = &source.display_set.study;
        let seen = self.screens.iter().enumerate().flat_map(|(screen, known)| {
            let visible = known.visible().filter(|(_, viewport)| viewport.shows_study(study));
            visible.map(move |(viewport, _)| Focus { screen, viewport })
        });
        if let Some(place) = seen.min_by_key(|place| *place != self.focus) {
            self.focus_screen(place.screen);
            self.focus = place;
            return;
        }
        self.clear_for(&source.display_set.study);
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.source = Some(source);
            self.indexing.has_hung = true;
        }
    }

    /// The prior of the study that hangs may come after it: it takes the second viewport, which a single one makes
    /// room for. One that came because it is a prior waits for the reader.
    fn hang_late_prior(&mut self, library: &Library) {
        let fresh = self.settings.fresh_viewport();
        let is_all_here = self.indexing.runs == 0;
        let Some(screen) = self.screens.first() else { return };
        let [first, rest @ ..] = screen.viewports.as_slice() else { return };
        let Some(current) = first.source.as_ref().filter(|_| rest.iter().all(|other| other.source.is_none()))
        else {
            return;
        };
        let Some((study, ..)) = library.find(&current.display_set) else { return };
        let is_read = self.priors.current.as_ref() == Some(&study.attributes.uid);
        let picked =
            self.priors.ranking.picked.iter().map(|picked| &picked.entry.study.uid).filter(|_| is_read);
        let mut here =
            picked.filter(|uid| !self.priors.is_fetched(uid)).filter_map(|uid| study_of(library, uid));
        let Some(prior) = here.find_map(|prior| first_source(prior, is_all_here)) else { return };
        let Some(screen) = self.screens.first_mut() else { return };
        screen.make_room();
        screen.viewports.resize(screen.viewports.len().max(2), fresh);
        if let Some(second) = screen.viewports.get_mut(1) {
            second.source = Some(prior);
            self.indexing.has_hung = true;
        }
    }

    /// The image that each viewport shows, in the order of screens and viewports: for [`Session::keep_images`].
    pub fn shown_images(&self, library: &Library) -> Vec<Option<FrameKey>> {
        let shown = |viewport: &Viewport| {
            let source = viewport.source.as_ref()?;
            let (_, _, set) = library.find(&source.display_set)?;
            set.images.get(source.index).map(Image::key)
        };
        self.screens.iter().flat_map(|screen| &screen.viewports).map(shown).collect()
    }

    /// After more files have come: every viewport keeps the image that it showed, wherever that stands now. A picture
    /// does not move unless the reader moves it.
    pub fn keep_images(&mut self, shown: Vec<Option<FrameKey>>, library: &Library) {
        let viewports = self.screens.iter_mut().flat_map(|screen| &mut screen.viewports);
        for (viewport, key) in viewports.zip(shown) {
            if let Some((display_set, index)) = key.and_then(|key| library.locate(&key)) {
                viewport.source = Some(Source { display_set, index });
            }
        }
    }
}

fn first_source(study: &crate::study::Study, is_all_here: bool) -> Option<Source> {
    let set = study.first_set().filter(|set| is_all_here || !set.is_for_processing())?;
    Some(Source { display_set: set.id.clone(), index: set.images.len() / 2 })
}
