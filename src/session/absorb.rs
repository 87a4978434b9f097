//! News from the world becomes state.

use std::path::PathBuf;

use crate::command::Grid;
use crate::dicom::FrameKey;
use crate::study::{Image, Library};
use crate::units::Phi;

use super::effect::Effect;
use super::event::Event;
use super::screen::Screen;
use super::state::{Focus, Indexing, MessageKind, Session};
use super::viewport::{Source, Viewport};

impl Session {
    /// Takes news from the world. The library has taken it already.
    pub fn absorb(&mut self, event: &Event, library: &Library) -> Vec<Effect> {
        match event {
            Event::ScreenResized { screen, surface } => {
                if let Some(screen) = self.screens.iter_mut().find(|known| known.id == *screen) {
                    screen.surface = *surface;
                }
            }
            Event::ScreenOnMonitor { screen, monitor } => {
                if let Some(screen) = self.screens.iter_mut().find(|known| known.id == *screen) {
                    let is_dithered = monitor.as_ref().is_ok_and(|monitor| monitor.is_dithered);
                    // What the reader chose stays, unless what is said of it was changed.
                    if screen.monitor.as_ref().is_ok_and(|monitor| monitor.is_dithered) != is_dithered {
                        screen.is_dithered = is_dithered;
                    }
                    screen.monitor.clone_from(monitor);
                }
            }
            Event::ScreenFocused { screen } => {
                let place = self.screens.iter().position(|known| known.id == *screen);
                if let Some(place) = place.filter(|place| *place != self.focus.screen) {
                    self.focus_screen(place);
                }
            }
            Event::ScreenClosed { screen } => self.close_screen(*screen),
            Event::TimePassed { now_ms } => self.pass_time(*now_ms, library),
            Event::Indexing(more) => self.indexing.files += *more,
            Event::Indexed { .. } => {
                self.key_images.take(library);
                self.choose_saved(library);
                self.hang_first(library);
                self.note_seen();
            }
            Event::IndexEnded { is_cut_short } => {
                self.indexing.is_cut_short |= is_cut_short;
                self.indexing.runs = self.indexing.runs.saturating_sub(1);
                if self.indexing.runs == 0 {
                    self.hang_first(library);
                    self.note_seen();
                    let outcome = std::mem::take(&mut self.indexing);
                    self.tell_outcome(outcome);
                    let opened = std::mem::take(&mut self.opening);
                    let mut effects = self.restore_waiting(library);
                    if !opened.is_empty() {
                        effects.push(Effect::NoteOpened(opened));
                    }
                    return effects;
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
            Event::DraftNotWritten { why } => {
                let text = format!("What is not saved cannot be kept as a draft: {why}.");
                self.tell(MessageKind::Caution, text);
            }
            // The library has them.
            Event::ThumbnailRead { .. } | Event::CoverMade(_) | Event::ColorTransformMade(_) => {}
            Event::FilesChosen(paths) => return self.index(paths.clone()),
            Event::Configured { settings, lines } => {
                // What the reader chose since stays, unless the setting itself was changed.
                if self.settings.detail != settings.detail {
                    self.detail = settings.detail;
                }
                self.settings.clone_from(settings);
                self.setting_lines.clone_from(lines);
            }
            Event::RecentRead(recent) => self.recent.clone_from(recent),
            Event::JobFailed { job } => {
                self.tell(MessageKind::Caution, format!("A background job failed ({job}). Reading goes on."));
            }
        }
        Vec::new()
    }

    /// Asks for a look through files, and counts it until its end is told.
    pub(super) fn index(&mut self, paths: Vec<Phi<PathBuf>>) -> Vec<Effect> {
        self.indexing.runs += 1;
        self.opening.extend(paths.iter().cloned());
        vec![Effect::Index(paths)]
    }

    /// What the reader must know of a look through files: what cannot be seen on the screen.
    fn tell_outcome(&mut self, outcome: Indexing) {
        let count = |count: usize, what: &str| {
            if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
        };
        let Indexing { files, is_cut_short, has_hung, has_saved, .. } = outcome;
        if files.no_images > 0 {
            let objects = count(files.no_images, "object");
            self.tell(
                MessageKind::Note,
                format!("{objects} without an image, such as reports; the messages list them."),
            );
        }
        if files.images > 0 && !has_hung {
            let images = count(files.images, "image");
            self.tell(MessageKind::Note, format!("{images} read; the next study or series shows them."));
        }
        if files.failed > 0 {
            let failed = count(files.failed, "file");
            self.tell(MessageKind::Caution, format!("{failed} could not be read; the messages say why."));
        }
        if is_cut_short {
            let text = if files.read < files.known {
                format!("Cancelled: {} of {} were read.", files.read, count(files.known, "file"))
            } else {
                format!("Cancelled: {} were read; there may be more.", count(files.read, "file"))
            };
            self.tell(MessageKind::Caution, text);
        } else if files.images == 0 && !has_saved {
            self.tell(MessageKind::Caution, "No DICOM image was found there.");
        }
    }

    /// Hangs what has come as long as nothing hangs: the newest study on the left, and its prior, if there is one, on
    /// the right. Hanging protocols take this over. What is for processing waits until nothing better can come: rule P-21.
    fn hang_first(&mut self, library: &Library) {
        let is_all_here = self.indexing.runs == 0;
        let Some(screen) = self.screens.first_mut() else { return };
        let is_untouched = |viewport: &Viewport| viewport.source.is_none();
        if !screen.viewports.iter().all(is_untouched) {
            return self.hang_late_prior(library);
        }
        let Some(newest) = library.studies().iter().find_map(|study| first_source(study, is_all_here)) else {
            return;
        };
        if let Some(viewport) = screen.viewports.first_mut() {
            viewport.source = Some(newest);
            self.indexing.has_hung = true;
        }
        self.hang_late_prior(library);
    }

    /// The prior of the study that hangs may come after it: it takes the second viewport, which a single one makes
    /// room for.
    fn hang_late_prior(&mut self, library: &Library) {
        let fresh = self.settings.fresh_viewport();
        let is_all_here = self.indexing.runs == 0;
        let Some(screen) = self.screens.first_mut() else { return };
        let [first, rest @ ..] = screen.viewports.as_slice() else { return };
        let Some(current) = first.source.as_ref().filter(|_| rest.iter().all(|other| other.source.is_none()))
        else {
            return;
        };
        let Some((study, ..)) = library.find(&current.display_set) else { return };
        let prior = library.studies().iter().find(|other| other.is_prior_of(study));
        let Some(prior) = prior.and_then(|prior| first_source(prior, is_all_here)) else { return };
        if let (Grid::ONE, Some(side_by_side)) = (screen.grid, Grid::new(1, 2)) {
            screen.grid = side_by_side;
        }
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

    pub(super) fn open_screen(&mut self) {
        let mut screen = Screen::new(self.screens_opened, &self.settings);
        if let (Some(viewport), Some(focused)) = (screen.viewports.first_mut(), self.focused_viewport()) {
            viewport.source.clone_from(&focused.source);
        }
        self.screens_opened += 1;
        self.screens.push(screen);
        self.focus_screen(self.screens.len() - 1);
    }

    /// The first window stays: closing it ends the program, which is the edge's to notice.
    pub(super) fn close_screen(&mut self, id: u32) {
        let place = self.screens.iter().position(|screen| screen.id == id);
        let Some(place) = place.filter(|place| *place > 0) else { return };
        let focused = self.focused_screen().map(|screen| screen.id);
        self.screens.remove(place);
        if let Some(still_there) = self.screens.iter().position(|screen| Some(screen.id) == focused) {
            self.focus.screen = still_there;
        } else {
            let viewport = self.screens.first().map_or(0, |screen| screen.last_focused);
            self.focus = Focus { screen: 0, viewport };
            self.end_gesture();
        }
        // It is told by a place among the windows.
        self.pointer = None;
    }

    /// Goes to a window, to the viewport that had the focus there last.
    pub(super) fn focus_screen(&mut self, screen: usize) {
        let left = self.focus;
        if let Some(screen) = self.screens.get_mut(left.screen) {
            screen.last_focused = left.viewport;
        }
        let viewport = self.screens.get(screen).map_or(0, |screen| screen.last_focused);
        self.focus = Focus { screen, viewport };
        self.end_gesture();
    }
}

fn first_source(study: &crate::study::Study, is_all_here: bool) -> Option<Source> {
    let set = study.first_set().filter(|set| is_all_here || !set.is_for_processing())?;
    Some(Source { display_set: set.id.clone(), index: set.images.len() / 2 })
}
