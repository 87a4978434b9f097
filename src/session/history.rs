//! What the reader changed, to be taken back: marks, and how images are shown.

use crate::annotation::Scale;
use crate::command::{
    ClipCommand, Command, CurveCommand, FusionCommand, PointerCommand, SectionCommand, SlabCommand,
    ToolCommand, TransferCommand, ViewCommand, ZoomCommand,
};
use crate::dicom::{FrameKey, StudyUid};
use crate::geometry::{Patient, Vector};
use crate::study::Library;

use super::curve::{Along, DrawnPath};
use super::fused::Fused;
use super::marks::{Mark, MarkPlace};
use super::motion::ShownOfVolumes;
use super::presented::Presented;
use super::reformat::Reformat;
use super::rendering::{Rendering, Turntable};
use super::state::Session;
use super::viewport::{Look, Source, View, Viewport};

/// The most changes that are kept.
const CHANGES_MAX: usize = 200;

/// Changes that can be taken back, and those that were.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    undo: Vec<Change>,
    redo: Vec<Change>,
    /// What the last change was part of: more of the same makes one change.
    run: Option<Run>,
}

/// What there was before.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// All marks of an image or of a volume.
    Marks { place: MarkPlace, marks: Vec<Mark> },
    /// The reader's own scale of an image.
    Scale { key: FrameKey, scale: Option<Scale> },
    /// The path through the patient.
    Path(Option<Box<DrawnPath>>),
    /// How viewports showed display sets: the one in focus, and those whose sections were turned from it.
    Shown(Vec<Shown>),
}

/// How a viewport shows a display set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    /// [`Screen::id`](super::Screen::id).
    pub(super) screen: u32,
    pub(super) viewport: usize,
    pub(super) source: Option<Source>,
    pub(super) reformat: Option<Reformat>,
    pub(super) rendering: Option<Rendering>,
    pub(super) along: Option<Along>,
    pub(super) view: View,
    pub(super) look: Look,
    pub(super) fused: Option<Fused>,
    pub(super) presented: Presented,
}

impl Shown {
    fn of((screen, viewport): (u32, usize), shown: &Viewport) -> Self {
        Self {
            screen,
            viewport,
            source: shown.source.clone(),
            reformat: shown.reformat,
            rendering: shown.rendering.clone(),
            along: shown.along().cloned(),
            view: shown.view,
            look: shown.look.clone(),
            fused: shown.fused.clone(),
            presented: shown.presented.clone(),
        }
    }
}

/// Changes that are one for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// One drag.
    Drag,
    /// Notches of the wheel, or a key again and again.
    Zoom,
    Pan,
    Turn,
    Slab,
    Face,
    Point,
    Blend,
}

impl Run {
    fn of(command: &Command, is_dragging: bool) -> Option<Self> {
        match command {
            Command::Tool(ToolCommand::Pointer(PointerCommand::ZoomAt { .. }))
            | Command::View(ViewCommand::Zoom(ZoomCommand::By(_))) => Some(Self::Zoom),
            Command::View(ViewCommand::Pan { .. }) => Some(Self::Pan),
            Command::Section(SectionCommand::Turn(..) | SectionCommand::Curve(CurveCommand::Turn(_))) => {
                Some(Self::Turn)
            }
            Command::Section(SectionCommand::Slab(SlabCommand::By(_))) => Some(Self::Slab),
            Command::Clip(ClipCommand::Face { .. }) => Some(Self::Face),
            Command::Transfer(TransferCommand::Point { .. } | TransferCommand::Color { .. }) => {
                Some(Self::Point)
            }
            Command::Fusion(FusionCommand::Blend(_)) => Some(Self::Blend),
            Command::Tool(ToolCommand::Pointer(PointerCommand::Move { .. })) if is_dragging => {
                Some(Self::Drag)
            }
            _ => None,
        }
    }

    /// Whether the command leaves a run as it is.
    const fn is_neutral(command: &Command) -> bool {
        matches!(
            command,
            Command::Tool(ToolCommand::Pointer(PointerCommand::Hover { .. } | PointerCommand::Leave))
        )
    }
}

/// What is right and what is down in a section.
const fn orientation(reformat: &Reformat) -> (Vector<Patient>, Vector<Patient>) {
    (reformat.section.right(), reformat.section.down())
}

impl History {
    /// Takes note of a change: what was before.
    pub(super) fn note(&mut self, before: Change) {
        self.redo.clear();
        self.push(before);
        self.run = None;
    }

    /// What comes is a change of its own.
    pub(super) fn end_run(&mut self) {
        self.run = None;
    }

    /// Forgets changes to studies.
    pub(super) fn forget(&mut self, closed: &[StudyUid]) {
        let is_of = |source: &Source| closed.contains(&source.display_set.study);
        let stays = |change: &Change| match change {
            Change::Marks { place: MarkPlace::Image(key) | MarkPlace::Volume(key), .. }
            | Change::Scale { key, .. } => !closed.contains(&key.study),
            Change::Shown(shown) => !shown.iter().any(|shown| shown.source.as_ref().is_some_and(is_of)),
            Change::Path(path) => path.as_ref().is_none_or(|path| !closed.contains(&path.display_set.study)),
        };
        self.undo.retain(stays);
        self.redo.retain(stays);
    }

    fn push(&mut self, before: Change) {
        self.undo.push(before);
        let surplus = self.undo.len().saturating_sub(CHANGES_MAX);
        self.undo.drain(..surplus);
    }
}

impl Session {
    /// How the focused viewport shows what it shows.
    pub(super) fn shown_now(&self) -> Option<Shown> {
        let place = (self.focused_screen()?.id, self.focus.viewport);
        Some(Shown::of(place, self.focused_viewport()?))
    }

    /// How viewports besides the one in focus showed sections that were turned since `before`.
    fn turned_elsewhere(&self, before: &ShownOfVolumes) -> Vec<Shown> {
        let focused = (self.focus.screen, self.focus.viewport);
        let is_turned = |a: &Reformat, b: &Reformat| orientation(a) != orientation(b);
        let turned = before.iter().filter_map(|(place, (reformat, _, _, view))| {
            let screen = self.screens.get(place.0)?;
            let viewport = screen.viewports.get(place.1)?;
            let (now, reformat) = (viewport.reformat?, (*reformat)?);
            (*place != focused && is_turned(&now, &reformat)).then(|| Shown {
                reformat: Some(reformat),
                view: *view,
                ..Shown::of((screen.id, place.1), viewport)
            })
        });
        turned.collect()
    }

    /// After a command: whether the focused viewport shows the same display set otherwise than before, or turned the sections
    /// of others.
    pub(super) fn note_shown(
        &mut self,
        before: Option<&Shown>,
        of_volumes: &ShownOfVolumes,
        command: &Command,
    ) {
        if Run::is_neutral(command) {
            return;
        }
        let run = Run::of(command, self.gesture.is_some());
        let goes_on = run.is_some() && run == self.history.run;
        let (Some(before), Some(now)) = (before, self.shown_now()) else { return };
        let is_same_place = (before.screen, before.viewport) == (now.screen, now.viewport);
        let set = |shown: &Shown| shown.source.as_ref().map(|source| source.display_set.clone());
        let is_same_set = set(before).is_some() && set(before) == set(&now);
        // Where a section is, as which image is shown, is no change of how.
        let section = |shown: &Shown| {
            let reformat = shown.reformat?;
            let along = shown.along.as_ref().map(|along| along.mode);
            Some((orientation(&reformat), reformat.slab_mm, reformat.projection, along))
        };
        // Nor is from where a volume is looked at, and whether it turns.
        let rendering = |shown: &Shown| {
            shown.rendering.as_ref().map(|it| (it.look.clone(), it.light, it.cut_away.clone()))
        };
        let how = |shown: &Shown| {
            let fused = shown.fused.clone();
            (section(shown), rendering(shown), shown.view, shown.look.clone(), fused, shown.presented.clone())
        };
        // Another arrangement of viewports turns nothing.
        let is_arranged = matches!(command, Command::Layout(_));
        let turned = if is_arranged { Vec::new() } else { self.turned_elsewhere(of_volumes) };
        let differs = how(before) != how(&now) || !turned.is_empty();
        if is_same_place && is_same_set && differs && !goes_on {
            self.history.note(Change::Shown(std::iter::once(before.clone()).chain(turned).collect()));
        }
        if differs || !matches!(run, Some(Run::Drag)) {
            self.history.run = run;
        }
    }

    /// Takes the last change back, or does it again; what was changed, if there was something.
    pub(super) fn step_back(&mut self, is_redo: bool, library: &Library) -> Option<&Change> {
        let history = &mut self.history;
        history.run = None;
        let from = if is_redo { &mut history.redo } else { &mut history.undo };
        let change = from.pop()?;
        let Some(opposite) = self.restore(change, library) else { return self.step_back(is_redo, library) };
        if is_redo {
            self.history.push(opposite);
            self.history.undo.last()
        } else {
            self.history.redo.push(opposite);
            self.history.redo.last()
        }
    }

    /// Puts back what was; gives what is, or `None` when its place is gone.
    fn restore(&mut self, change: Change, library: &Library) -> Option<Change> {
        match change {
            Change::Marks { place, marks } => {
                let marks = self.marks.replace(&place, marks);
                // The scale may be another since.
                if let MarkPlace::Image(key) = &place
                    && let Some(image) = library.image(key)
                {
                    self.marks.measure_again(key, image, library);
                }
                self.selected = None;
                Some(Change::Marks { place, marks })
            }
            Change::Scale { key, scale } => {
                let scale = self.marks.calibrate(&key, scale);
                if let Some(image) = library.image(&key) {
                    self.marks.measure_again(&key, image, library);
                }
                Some(Change::Scale { key, scale })
            }
            Change::Path(before) => {
                let now = std::mem::replace(&mut self.path, before.map(|path| *path));
                Some(Change::Path(now.map(Box::new)))
            }
            Change::Shown(before) => {
                let now: Vec<Shown> =
                    before.into_iter().filter_map(|before| self.restore_shown(before)).collect();
                (!now.is_empty()).then_some(Change::Shown(now))
            }
        }
    }

    fn restore_shown(&mut self, before: Shown) -> Option<Shown> {
        let screen = self.screens.iter_mut().find(|screen| screen.id == before.screen)?;
        let viewport = screen.viewports.get_mut(before.viewport)?;
        let set = |source: &Option<Source>| source.as_ref().map(|source| source.display_set.clone());
        if set(&viewport.source) != set(&before.source) {
            return None;
        }
        let now = Shown::of((before.screen, before.viewport), viewport);
        // It stays where it is now.
        let center = viewport.reformat.map(|now| now.section.center());
        viewport.reformat = before.reformat.map(|before| Reformat {
            section: before.section.through(center.unwrap_or(before.section.center())),
            ..before
        });
        let camera = viewport.rendering.as_ref().map(|now| now.camera);
        viewport.rendering = before.rendering.map(|before| Rendering {
            camera: camera.unwrap_or(before.camera),
            turntable: Turntable::default(),
            ..before
        });
        viewport.along = before.along;
        (viewport.view, viewport.look) = (before.view, before.look);
        (viewport.fused, viewport.presented) = (before.fused, before.presented);
        Some(now)
    }
}
