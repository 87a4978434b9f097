//! How the study that is read hangs: by which hanging protocol, and which of its stages is on screen.
//!
//! A study hangs as soon as its first images are here, and again as more of it and its priors come, as long as the reader has not
//! touched it. After that only places that were kept free are filled: a picture does not move unless the reader moves it.

use std::sync::Arc;

use crate::command::Grid;
use crate::dicom::{Hints, StudyUid};
use crate::geometry::CardinalPlane;
use crate::grayscale::Window;
use crate::hanging::{
    Across, Coming, Hanging, HungScreen, HungStage, Mode, Plane, Projection as SlabProjection, Situation,
    Start, StatePolicy, StudyFacts, SyncOn, Tile, View, ViewWindow, Winner, Zoom as HungZoom, hang,
};
use crate::study::{DisplaySet, Library};
use crate::volume::Projection;

use super::cine::durations_ms;
use super::effect::Effect;
use super::justified::{Sheet, justified, same_size};
use super::link::{Links, Together};
use super::presented::StateChoice;
use super::priors::{PriorState, study_of};
use super::screen::{Division, Screen};
use super::state::{Focus, MessageKind, Session};
use super::viewport::{Source, Viewport, VoiChoice, Zoom};

/// So many priors can be hung by.
const PRIORS_MAX: usize = 16;

/// A study as it hangs.
#[derive(Debug, Clone, PartialEq)]
pub struct Hung {
    /// The study.
    pub study: StudyUid,
    /// By which protocol, and why by no other one.
    pub hanging: Hanging,
    /// The stage on screen, from 0.
    pub stage: usize,
    /// The protocol that the reader chose; none where the best one is taken.
    chosen: Option<String>,
    /// Whether the reader has changed what is on screen since.
    pub(super) is_touched: bool,
    /// Whether the reader knows that it would hang in another way now.
    is_told: bool,
    /// Priors that were asked for.
    asked: Vec<StudyUid>,
    /// The window of each screen of the stage, by its index; none of one whose window was closed.
    windows: Vec<Option<usize>>,
    /// How many windows there were when the stage came on screen.
    screens: usize,
    /// Of each group of the stage that goes along.
    pub(super) together: Vec<Together>,
}

impl Hung {
    pub(super) fn new(study: StudyUid, chosen: Option<String>) -> Self {
        Self {
            study,
            hanging: Hanging { winner: None, losers: Vec::new() },
            stage: 0,
            chosen,
            is_touched: false,
            is_told: false,
            asked: Vec::new(),
            windows: Vec::new(),
            screens: 0,
            together: Vec::new(),
        }
    }

    /// The same that hangs so.
    pub(super) fn with(self, hanging: Hanging) -> Self {
        Self { hanging, ..self }
    }

    /// The protocol, if one fits.
    pub const fn winner(&self) -> Option<&Winner> {
        self.hanging.winner.as_ref()
    }

    /// What is on screen, unless the reader has changed it.
    pub fn shown(&self) -> Option<&HungStage> {
        self.winner()?.stages.get(self.stage)
    }

    /// What is to be in a window, by its index.
    fn screen(&self, window: usize) -> Option<&HungScreen> {
        let place = self.windows.iter().position(|known| *known == Some(window))?;
        self.shown()?.screens.get(place)
    }

    /// The tile of a viewport, by the indices of window and viewport.
    fn tile(&self, (window, viewport): (usize, usize)) -> Option<&Tile> {
        self.screen(window)?.tiles.get(viewport)
    }

    /// A window was closed; those after it have another index now.
    pub(super) fn note_closed(&mut self, closed: usize) {
        for window in &mut self.windows {
            let left = window.filter(|window| *window != closed);
            *window = left.map(|window| window - usize::from(window > closed));
        }
    }

    /// The indices of window and viewport that stand under a letter.
    fn place_of(&self, letter: char) -> Option<(usize, usize)> {
        places(self).find(|place| self.tile(*place).is_some_and(|tile| tile.letter == letter))
    }
}

/// What lets viewports go along with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GroupOf {
    /// The stage: its place among its groups.
    Stage(usize),
    /// A prior that the reader hung beside.
    Beside,
    /// The curtain of the focused window.
    Curtain,
}

/// Viewports that go along with each other.
pub(super) struct SyncGroup {
    /// Why.
    pub(super) of: GroupOf,
    /// By the indices of window and viewport.
    pub(super) places: Vec<(usize, usize)>,
    /// In what.
    pub(super) on: Links,
    /// Whether they go along though their spaces differ.
    pub(super) by_offset: bool,
}

impl Session {
    /// A study is to hang in place of all that hung, by the protocol that fits best: what was there goes.
    pub(super) fn clear_for(&mut self, study: &StudyUid) {
        self.take_prior_away();
        self.clear_screens();
        self.hung = Some(Hung::new(study.clone(), None));
    }

    fn clear_screens(&mut self) {
        let fresh = self.settings.fresh_viewport();
        self.priors.blinked = None;
        for screen in &mut self.screens {
            screen.show_all();
            screen.viewports.fill(fresh.clone());
        }
        self.focus = Focus { screen: 0, viewport: 0 };
        self.end_gesture();
    }

    /// Takes note that a study hangs now as far as it is here.
    pub(super) fn begin_hanging(&mut self, study: StudyUid) {
        self.hung = Some(Hung::new(study, None));
    }

    /// The reader has changed what is on screen.
    pub(super) fn note_touched(&mut self) {
        self.resume_no_more();
        if let Some(hung) = &mut self.hung {
            hung.is_touched = true;
        }
    }

    /// Hangs by protocol what has come of the study that is read and of its priors; asks for priors that a protocol waits for.
    pub(super) fn hang_by_protocol(&mut self, library: &Library) -> Vec<Effect> {
        let Some(before) = self.hung.clone() else { return Vec::new() };
        // What the reader has touched does not make room for windows that came later.
        let screens = if before.is_touched { before.screens } else { self.screens.len() };
        let Some(hanging) = self.hanging_on(screens, &before, library) else { return Vec::new() };
        let effects = self.ask_for_awaited(&hanging, library);
        if hanging == before.hanging && self.shows_stage(library) {
            return effects;
        }
        let same = |a: &Winner, b: &Winner| a.id == b.id;
        let stays = before.winner().zip(hanging.winner.as_ref()).is_some_and(|(was, now)| same(was, now));
        let name = before.shown().map(|stage| stage.name.clone()).filter(|_| stays);
        let found = hanging
            .winner
            .as_ref()
            .and_then(|winner| winner.stages.iter().position(|stage| Some(&stage.name) == name.as_ref()));
        if !before.is_touched {
            if let Some(hung) = &mut self.hung {
                // What is first may have come only now.
                (hung.hanging, hung.stage) = (hanging, 0);
            }
            self.show_stage(Some(&before), library);
        } else if let Some(stage) = found {
            if let Some(hung) = &mut self.hung {
                (hung.hanging, hung.stage) = (hanging, stage);
            }
            self.fill_kept(&before, library);
        } else if let Some(winner) = hanging.winner.filter(|_| !before.is_told && self.indexing.runs == 0) {
            let text = format!("{} fits better now: `protocol again` hangs the study by it.", winner.name);
            self.tell(MessageKind::Note, text);
            if let Some(hung) = &mut self.hung {
                hung.is_told = true;
            }
        }
        effects
    }

    /// How the study hangs by what is here and coming; `None` without protocols.
    pub(super) fn hanging_now(&self, hung: &Hung, library: &Library) -> Option<Hanging> {
        self.hanging_on(self.screens.len(), hung, library)
    }

    /// The same on so many windows.
    fn hanging_on(&self, screens: usize, hung: &Hung, library: &Library) -> Option<Hanging> {
        let protocols = Arc::clone(&self.settings.protocols);
        if protocols.is_empty() {
            return None;
        }
        let current = StudyFacts::of(study_of(library, &hung.study)?);
        let priors = self.prior_facts(&current, library);
        let situation =
            Situation { current: &current, priors: &priors, screens, chosen: hung.chosen.as_deref() };
        Some(hang(&protocols, situation))
    }

    /// The priors of a study as protocols see them, the most relevant first.
    pub(super) fn prior_facts(&self, current: &StudyFacts, library: &Library) -> Vec<StudyFacts> {
        let is_read = self.priors.current.as_ref() == Some(&current.uid);
        let picked = self.priors.ranking.picked.iter().filter(|_| is_read);
        let facts = picked.filter_map(|picked| {
            let (entry, uid) = (&picked.entry, &picked.entry.study.uid);
            let mut facts = match (study_of(library, uid), self.prior_state(entry, library)) {
                (Some(study), _) => StudyFacts::of(study),
                (None, PriorState::Failed(_) | PriorState::Here) => return None,
                (None, _) => StudyFacts {
                    uid: uid.clone(),
                    patient: entry.patient.clone(),
                    date: entry.study.date.clone(),
                    description: entry.study.description.clone(),
                    procedures: entry.study.procedures.clone(),
                    hints: Hints::default(),
                    sets: Vec::new(),
                    coming: Some(Coming {
                        why: "the prior is being fetched".to_owned(),
                        modalities: entry.modalities.clone(),
                        body_parts: entry.body_parts.clone(),
                        laterality: entry.laterality.clone(),
                    }),
                },
            };
            // The reader has said so, or the ranking has found so.
            facts.patient.clone_from(&current.patient);
            Some(facts)
        });
        facts.take(PRIORS_MAX).collect()
    }

    /// Has priors read from the store that a protocol waits for, once.
    pub(super) fn ask_for_awaited(&mut self, hanging: &Hanging, library: &Library) -> Vec<Effect> {
        let awaited = hanging.winner.as_ref().map(|winner| winner.awaited.clone()).unwrap_or_default();
        let is_stored = |uid: &StudyUid| {
            let picked = self.priors.picked(uid);
            picked.is_some_and(|it| matches!(self.prior_state(&it.entry, library), PriorState::Stored))
        };
        let asked = self.hung.as_ref().map(|hung| hung.asked.clone()).unwrap_or_default();
        let due: Vec<StudyUid> =
            awaited.into_iter().filter(|uid| !asked.contains(uid) && is_stored(uid)).collect();
        if let Some(hung) = &mut self.hung {
            hung.asked.extend(due.iter().cloned());
        }
        for uid in &due {
            self.priors.note_fetched(uid.clone());
        }
        due.into_iter().map(Effect::OpenStored).collect()
    }

    /// Whether every viewport of the stage shows its tile as it asks, in the window that its screen belongs to: a section may have had
    /// no volume before, a monitor no role.
    fn shows_stage(&self, library: &Library) -> bool {
        let Some(hung) = &self.hung else { return true };
        hung.is_touched
            || (hung.shown().is_none_or(|stage| hung.windows == self.windows_for(stage))
                && places(hung).all(|place| self.shows_tile(hung, place, library)))
    }

    fn shows_tile(&self, hung: &Hung, place: (usize, usize), library: &Library) -> bool {
        let (Some(tile), Some(viewport)) = (hung.tile(place), self.viewport(place)) else { return true };
        let shown = viewport.source.as_ref().map(|source| &source.display_set);
        let is_shown = shown == tile.shown.as_ref().ok().filter(|id| library.find(id).is_some());
        is_shown
            && match &tile.view.mode {
                Mode::Stack | Mode::Tile { .. } | Mode::Cine => true,
                Mode::Mpr { .. } => viewport.reformat.is_some() || shown.is_none(),
                Mode::Volume(_) => viewport.rendering.is_some() || shown.is_none(),
                Mode::Fusion(_) => viewport.fused.is_some() || tile.over.is_none(),
            }
    }

    /// A viewport, by the indices of window and viewport.
    pub(super) fn viewport(&self, (screen, viewport): (usize, usize)) -> Option<&Viewport> {
        self.screens.get(screen)?.viewports.get(viewport)
    }

    /// The same, to be changed.
    pub(super) fn viewport_mut(&mut self, (screen, viewport): (usize, usize)) -> Option<&mut Viewport> {
        self.screens.get_mut(screen)?.viewports.get_mut(viewport)
    }

    /// Puts the stage on screen. What hangs as `before` already stays as it is.
    pub(super) fn show_stage(&mut self, before: Option<&Hung>, library: &Library) {
        let Some(mut hung) = self.hung.clone() else { return };
        let Some(stage) = hung.shown() else { return };
        hung.windows = self.windows_for(stage);
        hung.screens = self.screens.len();
        self.hung = Some(hung.clone());
        let focus = self.focus;
        self.priors.blinked = None;
        self.end_gesture();
        let fresh = self.settings.fresh_viewport();
        let mut kept = Vec::new();
        for (index, screen) in self.screens.iter_mut().enumerate() {
            let Some(shown) = hung.screen(index) else {
                clear(screen, &fresh);
                continue;
            };
            let division = Division::from(&shown.grid);
            if (&screen.division, screen.full) == (&division, None) {
                kept.push(index);
            }
            screen.division = division;
            screen.show_all();
            screen.viewports.truncate(shown.tiles.len());
            screen.viewports.resize(shown.tiles.len(), fresh.clone());
        }
        let stays = |place: (usize, usize)| {
            let was = before.filter(|_| kept.contains(&place.0)).and_then(|before| before.tile(place));
            was.is_some() && was == hung.tile(place) && self.shows_tile(&hung, place, library)
        };
        let new: Vec<(usize, usize)> = places(&hung).filter(|place| !stays(*place)).collect();
        self.put_tiles(&hung, &new, library);
        let count = self.screens.get(focus.screen).map_or(0, |screen| screen.viewports.len());
        self.focus = if focus.viewport < count { focus } else { Focus { screen: 0, viewport: 0 } };
        // Keys go to something that hangs.
        if self.focused_viewport().is_none_or(|viewport| viewport.source.is_none())
            && let Some((screen, viewport)) =
                places(&hung).find(|place| self.viewport(*place).is_some_and(|shown| shown.source.is_some()))
        {
            self.focus = Focus { screen, viewport };
        }
        if let Some(hung) = &mut self.hung {
            hung.together.clear();
        }
    }

    /// Fills places that were kept for what has come now; all else stays as the reader has it.
    fn fill_kept(&mut self, before: &Hung, library: &Library) {
        let Some(hung) = self.hung.clone() else { return };
        let was_kept = |place: (usize, usize)| {
            let was = before.tile(place).zip(hung.tile(place));
            let is_kept = was.is_some_and(|(was, now)| was.letter == now.letter && was.shown.is_err());
            is_kept && self.viewport(place).is_some_and(|viewport| viewport.source.is_none())
        };
        let new: Vec<(usize, usize)> = places(&hung).filter(|place| was_kept(*place)).collect();
        let focus = self.focus;
        self.put_tiles(&hung, &new, library);
        self.focus = focus;
    }

    /// Shows tiles in their viewports. The focus is anywhere then.
    fn put_tiles(&mut self, hung: &Hung, new: &[(usize, usize)], library: &Library) {
        let (messages, has_news) = (self.messages.len(), self.has_news);
        for place in new {
            if let Some(tile) = hung.tile(*place) {
                self.put_tile(*place, tile, library);
            }
        }
        if places(hung).any(|place| hung.tile(place).is_some_and(|it| it.view.zoom == HungZoom::SameSize)) {
            self.put_same_size(hung, library);
        }
        // What is not whole yet cannot be shown in every way; all of it is said again when it is.
        if self.indexing.runs > 0 {
            self.messages.truncate(messages);
            self.has_news = has_news;
        }
    }

    fn put_tile(&mut self, place: (usize, usize), tile: &Tile, library: &Library) {
        self.focus = Focus { screen: place.0, viewport: place.1 };
        let mut viewport = self.settings.fresh_viewport();
        let set = tile.shown.as_ref().ok().and_then(|id| library.find(id)).map(|(.., set)| set);
        if let Some(set) = set {
            self.dress(&mut viewport, tile, set);
        }
        if let Some(place) = self.viewport_mut(place) {
            *place = viewport;
        }
        let Some(set) = set else { return };
        self.indexing.has_hung = true;
        match &tile.view.mode {
            Mode::Stack | Mode::Tile { .. } | Mode::Cine => {}
            Mode::Mpr { plane, slab } => {
                self.show_plane(cardinal(*plane), library);
                if let (Some((mm, projection)), Some(reformat)) =
                    (*slab, self.focused_viewport_mut().and_then(|viewport| viewport.reformat.as_mut()))
                {
                    (reformat.slab_mm, reformat.projection) = (mm, projected(projection));
                }
            }
            Mode::Volume(preset) => self.show_preset(preset, library),
            Mode::Fusion(_) => {
                if let Some((.., over)) = tile.over.as_ref().and_then(|id| library.find(id)) {
                    self.lay_over(set, over, library);
                }
            }
        }
        match tile.view.zoom {
            HungZoom::Fit | HungZoom::SameSize => {}
            HungZoom::Pixels => {
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.view.zoom = Zoom::DevicePixels(1.0);
                }
            }
            HungZoom::TrueSize => self.zoom_to_true_size(library),
        }
    }

    /// What of a tile is the viewport's own.
    pub(super) fn dress(&self, viewport: &mut Viewport, tile: &Tile, set: &DisplaySet) {
        let view = &tile.view;
        let index = first_image(view, set);
        viewport.source = Some(Source { display_set: set.id.clone(), index });
        if let Mode::Tile { rows, columns } = view.mode {
            viewport.tiles = Grid::new(rows, columns).unwrap_or(Grid::ONE);
        }
        if view.state == StatePolicy::AsAcquired {
            viewport.presented.choice = StateChoice::AsAcquired;
        }
        if view.mode == Mode::Cine && set.images.len() > 1 {
            let durations_ms = durations_ms(viewport, set);
            viewport.cine.play(index, &durations_ms);
        }
        let Some(image) = set.images.get(index) else { return };
        (viewport.view.justify, viewport.view.turn) = justified(view.justify, image);
        viewport.look.palette =
            view.palette.as_deref().and_then(|name| self.settings.palettes.named(name).cloned());
        viewport.look.is_inverted = view.is_inverted;
        if image.instance.pixels.is_color() {
            return;
        }
        match &view.window {
            None => {}
            // A preset of another modality is none of this one's.
            Some(ViewWindow::Preset(name)) => {
                let preset = self.settings.presets.named(&image.instance.series.modality, name);
                if let Some(preset) = preset {
                    viewport.look.voi = preset.into();
                }
            }
            Some(ViewWindow::Values(center, width)) => {
                if let Ok(window) = Window::new(*center, *width) {
                    viewport.look.voi = VoiChoice::Hand(window);
                }
            }
        }
    }

    /// All views of the stage that are to be of one size are.
    fn put_same_size(&mut self, hung: &Hung, library: &Library) {
        let of_kind = |place: &(usize, usize)| {
            hung.tile(*place).is_some_and(|tile| tile.view.zoom == HungZoom::SameSize && tile.shown.is_ok())
        };
        let places: Vec<(usize, usize)> = places(hung).filter(of_kind).collect();
        let sheets = places.iter().map(|place| {
            let viewport = self.viewport(*place)?;
            let source = viewport.source.as_ref()?;
            let (.., set) = library.find(&source.display_set)?;
            let image = set.images.get(source.index)?;
            let stated = self.applied(viewport, image, library).spacing(image);
            let mm = self.marks.scale(image, &[], stated).ok()?.mm_per_pixel?;
            let [.., width, height] = hung.tile(*place)?.rectangle;
            let size = (f64::from(image.instance.image.columns), f64::from(image.instance.image.rows));
            let is_upright = self.viewport(*place)?.view.turn.swaps_sides();
            Some(Sheet { size, mm, is_upright, room: (width, height) })
        });
        let Some(sheets) = sheets.collect::<Option<Vec<_>>>() else {
            let text = "Not all images say how large their pixels are: they are shown as large as the room allows, and not at one size.";
            return self.tell(MessageKind::Caution, text);
        };
        for (place, zoom) in places.iter().zip(same_size(&sheets)) {
            if let Some(viewport) = self.viewport_mut(*place) {
                viewport.view.zoom = zoom;
            }
        }
    }

    /// Why nothing hangs in a viewport that a protocol keeps for something, by the indices of window and viewport.
    pub fn why_empty(&self, screen: usize, viewport: usize) -> Option<&str> {
        let place = (screen, viewport);
        let hung =
            self.hung.as_ref().filter(|_| self.viewport(place).is_some_and(|it| it.source.is_none()))?;
        let is_divided = hung.screen(screen).is_some_and(|shown| {
            self.screens.get(screen).is_some_and(|screen| screen.division == Division::from(&shown.grid))
        });
        hung.tile(place).filter(|_| is_divided)?.shown.as_ref().err().map(String::as_str)
    }

    /// The groups of the stage that a viewport goes along with, by the indices of window and viewport.
    pub(super) fn sync_groups(&self, place: (usize, usize)) -> Vec<SyncGroup> {
        let Some((hung, stage)) = self.hung.as_ref().and_then(|hung| Some((hung, hung.shown()?))) else {
            return Vec::new();
        };
        let groups = stage.sync.iter().enumerate().map(|(number, sync)| {
            let placed = sync.views.iter().filter_map(|letter| hung.place_of(*letter));
            let tiles = placed.clone().filter_map(|place| hung.tile(place)?.shown.as_ref().ok());
            let studies: Vec<&StudyUid> = tiles.map(|set| &set.study).collect();
            // The reader may have exchanged them, or hung something else in one of them since, even another patient's.
            let is_its = |place: &(usize, usize)| {
                let shown = self.viewport(*place).and_then(|viewport| viewport.source.as_ref());
                shown.is_some_and(|shown| studies.contains(&&shown.display_set.study))
            };
            let has = |on: SyncOn| sync.on.contains(&on);
            SyncGroup {
                of: GroupOf::Stage(number),
                places: placed.filter(is_its).collect(),
                on: Links {
                    scroll: has(SyncOn::Scroll),
                    zoom: has(SyncOn::Zoom),
                    pan: has(SyncOn::Pan),
                    window: has(SyncOn::Window),
                },
                by_offset: sync.across == Across::Offset,
            }
        });
        groups.filter(|group| group.places.contains(&place)).collect()
    }

    /// The groups that a viewport goes along with now: the other one under a curtain alone, else those of the stage.
    pub(super) fn groups_now(&self, place: (usize, usize)) -> Vec<SyncGroup> {
        self.curtain_group(place).map_or_else(|| self.sync_groups(place), |group| vec![group])
    }

    /// Whether a viewport goes along with another one under a curtain, by the stage, or as a prior that hangs beside, by the indices of
    /// window and viewport.
    pub fn goes_along(&self, place: (usize, usize)) -> bool {
        self.groups_now(place).iter().any(|group| group.places.len() > 1) || self.is_linked_prior(place)
    }
}

/// Which image of a set a view begins with: with tiles, so that as many of them as can be are filled.
fn first_image(view: &View, set: &DisplaySet) -> usize {
    let last = set.images.len().saturating_sub(view.mode.images());
    match view.start {
        Start::First => 0,
        Start::Middle => (set.images.len() / 2).min(last),
        Start::Last => last,
    }
}

/// All places of the stage, by the indices of window and viewport.
fn places(hung: &Hung) -> impl Iterator<Item = (usize, usize)> + use<'_> {
    let screens = hung.shown().into_iter().flat_map(|stage| &stage.screens).zip(&hung.windows);
    let placed = screens.filter_map(|(shown, window)| Some((shown, (*window)?)));
    placed.flat_map(|(shown, window)| (0..shown.tiles.len()).map(move |viewport| (window, viewport)))
}

/// Nothing hangs in a window.
fn clear(screen: &mut Screen, fresh: &Viewport) {
    screen.show_all();
    screen.viewports.fill(fresh.clone());
}

const fn cardinal(plane: Plane) -> CardinalPlane {
    match plane {
        Plane::Axial => CardinalPlane::Axial,
        Plane::Coronal => CardinalPlane::Coronal,
        Plane::Sagittal => CardinalPlane::Sagittal,
    }
}

const fn projected(projection: SlabProjection) -> Projection {
    match projection {
        SlabProjection::Mip => Projection::Maximum,
        SlabProjection::MinIp => Projection::Minimum,
        SlabProjection::Mean => Projection::Mean,
    }
}
