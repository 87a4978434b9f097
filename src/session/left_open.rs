//! What an earlier run of the program left open when it ended without being asked to, and how it comes back.
//!
//! It comes back only when the reader says so. Studies are read again; windows are divided as they were; each viewport shows the
//! image that it showed, once that has come. Marks, windows and zoom come by drafts, sections and renderings where the hanging
//! protocol asks for them.

use std::path::PathBuf;

use crate::command::{DraftsCommand, Grid, PanelName};
use crate::dicom::{FrameKey, StudyUid};
use crate::study::{Image, Library};
use crate::units::Phi;

use super::effect::Effect;
use super::hung::Hung;
use super::panel::Panel;
use super::screen::{Division, Screen};
use super::state::{Focus, MessageKind, Session};
use super::unsaved::counted;
use super::viewport::{Source, Viewport};

/// The most windows that come back.
const SCREENS_MAX: usize = 16;

/// What was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOpen {
    /// Whether that run ended while it brought back what one before it had left.
    pub was_resuming: bool,
    /// Files and folders that the reader had opened. They may name the patient.
    pub paths: Vec<Phi<PathBuf>>,
    /// Studies from the store, where they are still or again.
    pub stored: Vec<StudyUid>,
    /// How it was shown.
    pub layout: OpenLayout,
}

/// How windows and viewports stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLayout {
    /// The windows.
    pub screens: Vec<OpenScreen>,
    /// Where keys go.
    pub focus: Focus,
    /// By which protocol the study hangs that is read.
    pub stage: Option<OpenStage>,
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenScreen {
    /// How it is divided.
    pub division: Division,
    /// The viewport that fills it, if one does.
    pub full: Option<usize>,
    /// Whether it has the strip of series.
    pub has_strip: bool,
    /// Whether it has title, strip, tools and status.
    pub has_chrome: bool,
    /// What its monitor is known by, where that is known.
    pub monitor: Option<String>,
    /// Its viewports.
    pub viewports: Vec<OpenViewport>,
}

/// A viewport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenViewport {
    /// The image that it shows, or the one that its section or rendering began from.
    pub image: Option<FrameKey>,
    /// Rows and columns of successive images.
    pub tiles: Grid,
}

/// A stage of a hanging protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStage {
    /// The study that hangs by it.
    pub study: StudyUid,
    /// The name of the protocol's file.
    pub protocol: String,
    /// The name of the stage.
    pub stage: String,
}

/// A line of the panel that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeLine {
    /// What is done.
    pub title: &'static str,
    /// What comes of it.
    pub why: String,
    /// What Enter does.
    pub command: DraftsCommand,
}

/// What is on its way back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resuming {
    layout: OpenLayout,
    /// Images that have not come yet, and where they stood: the indices of window and viewport.
    images: Vec<((usize, usize), FrameKey)>,
    /// Whether windows are divided as they were.
    has_begun: bool,
}

impl OpenLayout {
    /// Whether no viewport shows anything.
    pub fn is_empty(&self) -> bool {
        self.screens.iter().flat_map(|screen| &screen.viewports).all(|viewport| viewport.image.is_none())
    }
}

impl LeftOpen {
    /// Whether there is nothing to be opened.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.stored.is_empty()
    }

    /// `2 files or folders, 1 study of the store, 3 viewports in 2 windows`
    fn words(&self) -> String {
        let screens = &self.layout.screens;
        let shown = screens.iter().flat_map(|screen| &screen.viewports).filter(|it| it.image.is_some());
        let windows = counted(screens.len(), "window", "windows").unwrap_or_default();
        let parts = [
            counted(self.paths.len(), "file or folder", "files or folders"),
            counted(self.stored.len(), "study of the store", "studies of the store"),
            counted(shown.count(), "viewport", "viewports").map(|shown| format!("{shown} in {windows}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Resuming {
    fn of(layout: OpenLayout) -> Self {
        let of_screen = |(screen, open): (usize, &OpenScreen)| {
            let images = open.viewports.iter().enumerate();
            let images = images.filter_map(move |(at, open)| Some(((screen, at), open.image.clone()?)));
            images.collect::<Vec<_>>()
        };
        let images = layout.screens.iter().enumerate().flat_map(of_screen).collect();
        Self { layout, images, has_begun: false }
    }
}

impl Session {
    /// How windows and viewports stand now.
    pub fn open_layout(&self, library: &Library) -> OpenLayout {
        let viewport = |viewport: &Viewport| {
            let shown = |source: &Source| {
                let (.., set) = library.find(&source.display_set)?;
                set.images.get(source.index).map(Image::key)
            };
            OpenViewport { image: viewport.source.as_ref().and_then(shown), tiles: viewport.tiles }
        };
        let screen = |screen: &Screen| OpenScreen {
            division: screen.division.clone(),
            full: screen.full,
            has_strip: screen.has_strip,
            has_chrome: screen.has_chrome,
            monitor: screen.monitor.as_ref().ok().map(|monitor| monitor.id.clone()),
            viewports: screen.viewports.iter().take(screen.division.count()).map(viewport).collect(),
        };
        let stage = self.hung.as_ref().and_then(|hung| {
            let (winner, stage) = (hung.winner()?, hung.shown()?);
            Some(OpenStage {
                study: hung.study.clone(),
                protocol: winner.id.clone(),
                stage: stage.name.clone(),
            })
        });
        OpenLayout {
            screens: self.screens.iter().take(SCREENS_MAX).map(screen).collect(),
            focus: self.focus,
            stage,
        }
    }

    /// What an earlier run left open is known: the reader is asked.
    pub(super) fn take_left_open(&mut self, left: &LeftOpen) {
        self.left_open = Some(Box::new(left.clone()));
        self.open_panel(Panel { name: PanelName::Resume, text: Phi::default(), chosen: 0, at: None });
    }

    /// Whether the run that left something open ended while it brought back what one before it had left.
    pub fn ended_restoring(&self) -> bool {
        self.left_open.as_ref().is_some_and(|left| left.was_resuming)
    }

    /// What the reader can say to what was left open: coming back first, unless that has failed before.
    pub fn resume_lines(&self) -> Vec<ResumeLine> {
        let Some(left) = &self.left_open else { return Vec::new() };
        let back = ResumeLine { title: "Open it again", why: left.words(), command: DraftsCommand::Resume };
        let anew = ResumeLine {
            title: "Begin anew",
            why: "What was not saved comes back when its study is opened.".to_owned(),
            command: DraftsCommand::ResumeNot,
        };
        if left.was_resuming { vec![anew, back] } else { vec![back, anew] }
    }

    /// Brings back what was left open.
    pub(super) fn resume(&mut self, library: &Library) -> Vec<Effect> {
        let Some(left) = self.left_open.take() else { return self.tell_nothing_left() };
        self.close_question();
        let LeftOpen { paths, stored, layout, .. } = *left;
        let fresh = self.settings.fresh_viewport();
        while self.screens.len() < layout.screens.len().min(SCREENS_MAX) {
            self.open_screen();
            if let Some(screen) = self.screens.last_mut() {
                screen.viewports.fill(fresh.clone());
            }
        }
        self.focus_screen(0);
        let monitors = layout.screens.iter().filter_map(|screen| screen.monitor.clone()).collect();
        let mut effects = vec![Effect::LeftDecided(Some(monitors))];
        let read = layout.stage.as_ref().map(|stage| stage.study.clone());
        self.resuming = Some(Resuming::of(layout));
        if !paths.is_empty() {
            effects.extend(self.index(paths));
        }
        if let Some(study) = read.filter(|study| stored.contains(study)) {
            self.wait_for(study);
        }
        effects.extend(stored.into_iter().map(Effect::OpenStored));
        if effects.len() == 1 {
            self.resume_layout(library);
        }
        effects
    }

    /// Gives up what was left open.
    pub(super) fn resume_not(&mut self) -> Vec<Effect> {
        if self.left_open.take().is_none() {
            return self.tell_nothing_left();
        }
        self.close_question();
        vec![Effect::LeftDecided(None)]
    }

    /// Another reader comes: what was left open is not theirs, and what is on its way back stays away.
    pub(super) fn forget_left_open(&mut self) {
        (self.left_open, self.resuming) = (None, None);
        self.close_question();
    }

    fn tell_nothing_left(&mut self) -> Vec<Effect> {
        self.tell(MessageKind::Note, "Nothing was left open.");
        Vec::new()
    }

    fn close_question(&mut self) {
        self.close_panel_named(PanelName::Resume);
    }

    /// Whether something is on its way back.
    pub fn is_resuming(&self) -> bool {
        self.resuming.is_some()
    }

    /// Whether windows are still to be divided as they were: drafts wait for that.
    pub(super) fn is_yet_to_resume(&self) -> bool {
        self.resuming.as_ref().is_some_and(|resuming| !resuming.has_begun)
    }

    /// The reader has gone on: what has not come back stays away.
    pub(super) fn resume_no_more(&mut self) {
        self.resuming = self.resuming.take().filter(|resuming| !resuming.has_begun);
    }

    /// Puts back what has come of what was left open; to be called when all files were looked through.
    pub(super) fn resume_layout(&mut self, library: &Library) {
        let Some(mut resuming) = self.resuming.take() else { return };
        if !std::mem::replace(&mut resuming.has_begun, true) {
            self.divide_as(&resuming.layout, library);
        }
        let all = std::mem::take(&mut resuming.images);
        resuming.images = all.into_iter().filter(|(at, image)| !self.put_back(*at, image, library)).collect();
        let Focus { screen, viewport } = resuming.layout.focus;
        if self.screens.get(screen).is_some_and(|screen| viewport < screen.division.count()) {
            self.focus = resuming.layout.focus;
        }
        if let Some(hung) = &mut self.hung {
            // It stays as the reader had it.
            hung.is_touched = true;
        }
        self.resuming = Some(resuming).filter(|resuming| !resuming.images.is_empty());
    }

    fn divide_as(&mut self, layout: &OpenLayout, library: &Library) {
        if let Some(open) = &layout.stage {
            self.hang_again(open, library);
        }
        let fresh = self.settings.fresh_viewport();
        for (screen, open) in self.screens.iter_mut().zip(&layout.screens) {
            let count = open.division.count();
            if screen.division != open.division {
                screen.division = open.division.clone();
                screen.viewports.resize(screen.viewports.len().max(count), fresh.clone());
            }
            screen.show_all();
            screen.full = open.full.filter(|full| *full < count);
            (screen.has_strip, screen.has_chrome) = (open.has_strip, open.has_chrome);
            for (viewport, open) in screen.viewports.iter_mut().zip(&open.viewports) {
                if open.image.is_none() {
                    *viewport = fresh.clone();
                }
                viewport.tiles = open.tiles;
            }
        }
    }

    /// The study that was read hangs by its protocol, where that is still there.
    fn hang_again(&mut self, open: &OpenStage, library: &Library) {
        let hung = Hung::new(open.study.clone(), Some(open.protocol.clone()));
        let Some(hanging) = self.hanging_now(&hung, library) else { return };
        let Some(winner) = hanging.winner.as_ref().filter(|winner| winner.id == open.protocol) else {
            return;
        };
        let stage = winner.stages.iter().position(|stage| stage.name == open.stage).unwrap_or(0);
        let mut hung = hung.with(hanging);
        hung.stage = stage;
        self.hung = Some(hung);
        self.show_stage(None, library);
    }

    /// Shows an image where it stood; `false` while it is not here.
    fn put_back(&mut self, place: (usize, usize), image: &FrameKey, library: &Library) -> bool {
        let Some((display_set, index)) = library.locate(image) else { return false };
        let fresh = self.settings.fresh_viewport();
        let Some(viewport) = self.viewport_mut(place) else { return true };
        let is_there = viewport.source.as_ref().is_some_and(|source| source.display_set == display_set);
        if !is_there {
            let source = Some(Source { display_set: display_set.clone(), index });
            *viewport = Viewport { source, tiles: viewport.tiles, ..fresh };
        }
        // What the protocol shows of it, such as a section, stays.
        if let Some(source) = &mut viewport.source {
            source.index = index;
        }
        if !is_there {
            self.hang_restored(&display_set, library);
        }
        self.studies.is_open = false;
        true
    }
}
