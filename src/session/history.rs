//! What the reader changed, to be taken back: marks, and how images are shown.

use crate::annotation::Scale;
use crate::command::{
    Command, PointerCommand, SectionCommand, SlabCommand, ToolCommand, ViewCommand, ZoomCommand,
};
use crate::dicom::FrameKey;
use crate::study::Library;

use super::marks::Mark;
use super::presented::Presented;
use super::reformat::Reformat;
use super::state::Session;
use super::viewport::{Look, Source, View};

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
    /// All marks of an image.
    Marks { key: FrameKey, marks: Vec<Mark> },
    /// The reader's own scale of an image.
    Scale { key: FrameKey, scale: Option<Scale> },
    /// How a viewport showed a display set.
    Shown(Box<Shown>),
}

impl Change {
    /// The image whose marks it changes.
    pub(super) const fn image(&self) -> Option<&FrameKey> {
        match self {
            Self::Marks { key, .. } | Self::Scale { key, .. } => Some(key),
            Self::Shown(_) => None,
        }
    }
}

/// How a viewport shows a display set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    /// [`Screen::id`](super::Screen::id).
    pub(super) screen: u32,
    pub(super) viewport: usize,
    pub(super) source: Option<Source>,
    pub(super) reformat: Option<Reformat>,
    pub(super) view: View,
    pub(super) look: Look,
    pub(super) presented: Presented,
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
}

impl Run {
    fn of(command: &Command, is_dragging: bool) -> Option<Self> {
        match command {
            Command::Tool(ToolCommand::Pointer(PointerCommand::ZoomAt { .. }))
            | Command::View(ViewCommand::Zoom(ZoomCommand::By(_))) => Some(Self::Zoom),
            Command::View(ViewCommand::Pan { .. }) => Some(Self::Pan),
            Command::Section(SectionCommand::Turn(..)) => Some(Self::Turn),
            Command::Section(SectionCommand::Slab(SlabCommand::By(_))) => Some(Self::Slab),
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

impl History {
    /// Takes note of a change: what was before.
    pub(super) fn note(&mut self, before: Change) {
        self.redo.clear();
        self.push(before);
        self.run = None;
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
        let screen = self.focused_screen()?;
        let viewport = self.focused_viewport()?;
        Some(Shown {
            screen: screen.id,
            viewport: self.focus.viewport,
            source: viewport.source.clone(),
            reformat: viewport.reformat,
            view: viewport.view,
            look: viewport.look.clone(),
            presented: viewport.presented.clone(),
        })
    }

    /// After a command: whether the focused viewport shows the same display set otherwise than before.
    pub(super) fn note_shown(&mut self, before: Option<&Shown>, command: &Command) {
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
            Some((reformat.section.right(), reformat.section.down(), reformat.slab_mm, reformat.projection))
        };
        let how = |shown: &Shown| (section(shown), shown.view, shown.look.clone(), shown.presented.clone());
        let differs = how(before) != how(&now);
        if is_same_place && is_same_set && differs && !goes_on {
            self.history.note(Change::Shown(Box::new(before.clone())));
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
            Change::Marks { key, marks } => {
                let marks = self.marks.replace(&key, marks);
                // The scale may be another since.
                if let Some(image) = library.image(&key) {
                    self.marks.measure_again(&key, image, library);
                }
                self.selected = None;
                Some(Change::Marks { key, marks })
            }
            Change::Scale { key, scale } => {
                let scale = self.marks.calibrate(&key, scale);
                if let Some(image) = library.image(&key) {
                    self.marks.measure_again(&key, image, library);
                }
                Some(Change::Scale { key, scale })
            }
            Change::Shown(before) => {
                let before = *before;
                let screen = self.screens.iter_mut().find(|screen| screen.id == before.screen)?;
                let viewport = screen.viewports.get_mut(before.viewport)?;
                let set = |source: &Option<Source>| source.as_ref().map(|source| source.display_set.clone());
                if set(&viewport.source) != set(&before.source) {
                    return None;
                }
                let now = Shown {
                    source: viewport.source.clone(),
                    reformat: viewport.reformat,
                    view: viewport.view,
                    look: viewport.look.clone(),
                    presented: viewport.presented.clone(),
                    ..before.clone()
                };
                // It stays where it is now.
                let center = viewport.reformat.map(|now| now.section.center());
                viewport.reformat = before.reformat.map(|before| Reformat {
                    section: before.section.through(center.unwrap_or(before.section.center())),
                    ..before
                });
                (viewport.view, viewport.look) = (before.view, before.look);
                viewport.presented = before.presented;
                Some(Change::Shown(Box::new(now)))
            }
        }
    }
}
