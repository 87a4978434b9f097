//! A prior beside the study that is read: which of its series, at which image, and how the two go along.

use std::sync::Arc;

use crate::dicom::{StudyUid, date_words, folded};
use crate::geometry::{Patient, Vector, plane_name};
use crate::study::{DisplaySet, Library, Study};

use super::hung::{GroupOf, SyncGroup};
use super::link::{Links, Together, nearest_image};
use super::presented::Applied;
use super::priors::study_of;
use super::screen::{Division, Screen};
use super::state::{MessageKind, Session};
use super::viewport::{Source, Viewport};

/// A prior that hangs beside the study that is read, and what was there before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beside {
    /// The prior.
    pub(super) study: StudyUid,
    /// [`Screen::id`](super::Screen::id).
    pub(super) screen: u32,
    /// The viewports of the study that is read and of the prior.
    pub(super) viewports: (usize, usize),
    together: Together,
    before: Before,
}

#[derive(Debug, Clone, PartialEq)]
struct Before {
    division: Division,
    full: Option<usize>,
    links: Links,
    viewport: Option<Viewport>,
}

impl Beside {
    /// The viewport beside one of the two.
    pub(super) fn other_of(&self, viewport: usize) -> Option<usize> {
        match self.viewports {
            (left, right) if left == viewport => Some(right),
            (left, right) if right == viewport => Some(left),
            _ => None,
        }
    }

    /// The images that were seen together last: that of one of the two viewports, and that of the other.
    pub(super) fn seen_from(&self, viewport: usize) -> Option<(usize, usize)> {
        let &[left, right] = self.together.seen() else { return None };
        Some(if viewport == self.viewports.0 { (left, right) } else { (right, left) })
    }
}

impl Session {
    /// Hangs a prior that is here to the right of the study that is read; a single viewport makes room for it. What was in that
    /// viewport comes back when the prior is taken away.
    pub(super) fn hang_beside(&mut self, prior: &StudyUid, library: &Library) {
        self.end_blink(library);
        let Some(left) = self.place_of_read() else { return };
        let shown = self.focused_screen().and_then(|screen| screen.viewports.get(left)?.source.clone());
        let Some((source, (_, _, set))) =
            shown.and_then(|source| library.find(&source.display_set).map(|found| (source, found)))
        else {
            return;
        };
        let Some(study) = study_of(library, prior) else { return };
        let Some((best, why)) = alike(set, study) else {
            return self.tell(MessageKind::Note, "This prior has no images that hang.");
        };
        let index = same_place(set, source.index, best, library);
        self.end_gesture();
        let fresh = self.settings.fresh_viewport();
        let links = self.links;
        let hung = self.priors.beside.take();
        let Some(screen) = self.focused_screen_mut() else { return };
        let kept = hung.filter(|hung| hung.screen == screen.id && hung.viewports.0 == left);
        let before = kept.as_ref().map_or_else(
            || Before { division: screen.division.clone(), full: screen.full, links, viewport: None },
            |kept| kept.before.clone(),
        );
        screen.full = None;
        screen.make_room();
        let count = screen.division.count();
        screen.viewports.resize(screen.viewports.len().max(count), fresh.clone());
        let right = if left + 1 < count { left + 1 } else { left.saturating_sub(1) };
        let Some(viewport) = screen.viewports.get_mut(right) else { return };
        let replaced = std::mem::replace(viewport, fresh);
        viewport.source = Some(Source { display_set: best.id.clone(), index });
        // A curtain goes on to this prior.
        if let Some(curtain) = &mut screen.curtain {
            curtain.viewports = (left, right);
        }
        let before = Before { viewport: before.viewport.or(Some(replaced)), ..before };
        let (screen, study_uid) = (screen.id, prior.clone());
        self.priors.beside = Some(Beside {
            study: study_uid,
            screen,
            viewports: (left, right),
            together: Together::of(vec![source.index, index]),
            before,
        });
        if !self.links.any() {
            self.links = Links::ALL;
        }
        let date = date_words(&study.attributes.date);
        let text = format!("Prior {date} hangs beside, linked: {why}. The same key takes it away.");
        self.tell(MessageKind::Note, text);
    }

    /// Takes the prior away that hangs beside; whether one did.
    pub(super) fn take_prior_away(&mut self) -> bool {
        let Some(Beside { screen: id, viewports: (left, right), study, before, .. }) =
            self.priors.beside.take()
        else {
            return false;
        };
        let Some(screen) = self.screens.iter_mut().find(|known| known.id == id) else { return false };
        // The reader has hung something else there since.
        if !screen.viewports.get(right).is_some_and(|viewport| viewport.shows_study(&study)) {
            return false;
        }
        (screen.division, screen.full, screen.curtain) = (before.division, before.full, None);
        if let (Some(viewport), Some(was)) = (screen.viewports.get_mut(right), before.viewport) {
            *viewport = was;
        }
        // The two may have been exchanged since: what stays has a place all the same.
        let count = screen.division.count();
        if (count..screen.viewports.len()).contains(&left) {
            screen.viewports.swap(0, left);
        }
        let left = if left < count { left } else { 0 };
        screen.last_focused = screen.last_focused.min(count.saturating_sub(1));
        self.links = before.links;
        self.priors.note_fetched(study);
        let has_focus = self.focused_screen().is_some_and(|screen| screen.id == id);
        if has_focus && (self.focus.viewport == right || self.focus.viewport >= count) {
            self.focus.viewport = left;
        }
        self.end_gesture();
        true
    }

    /// The viewport of the focused window that shows the study that is read: that in focus before all others.
    fn place_of_read(&self) -> Option<usize> {
        let current = self.priors.current.as_ref()?;
        let screen = self.focused_screen()?;
        if self.focused_viewport().is_some_and(|viewport| viewport.shows_study(current)) {
            return Some(self.focus.viewport);
        }
        screen.visible().find(|(_, viewport)| viewport.shows_study(current)).map(|(index, _)| index)
    }

    /// The viewports that go along with the one in focus though their spaces differ: groups of the stage, and the prior that hangs
    /// beside the study that is read.
    pub(super) fn companions(&self, groups: Vec<SyncGroup>) -> Vec<SyncGroup> {
        let focus = (self.focus.screen, self.focus.viewport);
        let beside = self.priors.beside.as_ref().and_then(|beside| self.group_of(beside));
        let beside = beside.filter(|group| group.places.contains(&focus));
        groups.into_iter().filter(|group| group.by_offset).chain(beside).collect()
    }

    /// Whether a viewport is of a prior that hangs beside the study that is read, or of that study there, and both go along.
    pub(super) fn is_linked_prior(&self, place: (usize, usize)) -> bool {
        let beside = self.priors.beside.as_ref().filter(|_| self.links.any());
        beside.and_then(|beside| self.group_of(beside)).is_some_and(|group| group.places.contains(&place))
    }

    /// A prior and what it hangs beside, where both are in the window that has the focus.
    fn group_of(&self, beside: &Beside) -> Option<SyncGroup> {
        // Under a curtain the two go along by that.
        let is_its = |screen: &&Screen| screen.id == beside.screen && screen.curtain.is_none();
        let screen = self.focused_screen().filter(is_its)?;
        let (left, right) = beside.viewports;
        let shows = |viewport: usize, study: &StudyUid| {
            screen.viewports.get(viewport).is_some_and(|viewport| viewport.shows_study(study))
        };
        // The reader may have hung something else in one of them since.
        if !shows(left, self.priors.current.as_ref()?) || !shows(right, &beside.study) {
            return None;
        }
        let is_visible = |viewport: usize| screen.visible().any(|(index, _)| index == viewport);
        (is_visible(left) && is_visible(right)).then(|| SyncGroup {
            of: GroupOf::Beside,
            places: [left, right].map(|viewport| (self.focus.screen, viewport)).to_vec(),
            on: self.links,
            by_offset: true,
        })
    }

    /// Goes as far in the other stacks of a group as in that in focus, which showed the image `before`: millimetres along the stack,
    /// from the images that were seen together when the reader last moved one of them alone.
    pub(super) fn scroll_companions(&mut self, group: &SyncGroup, before: usize, library: &Library) {
        let focus = (self.focus.screen, self.focus.viewport);
        let found = group.places.iter().map(|place| {
            let source = self.screens.get(place.0)?.viewports.get(place.1)?.source.as_ref()?;
            let (.., set) = library.find(&source.display_set)?;
            Some((Arc::clone(set), source.index))
        });
        let Some(stacks) = found.collect::<Option<Vec<_>>>() else { return };
        let Some(leader) = group.places.iter().position(|place| *place == focus) else { return };
        let now: Vec<usize> = stacks.iter().map(|(_, index)| *index).collect();
        let mut seen = now.clone();
        if let Some(index) = seen.get_mut(leader) {
            *index = before;
        }
        let Some(together) = self.together_mut(group.of) else { return };
        let anchor = together.anchor(&seen);
        let (Some((led, at)), Some(from)) = (stacks.get(leader), anchor.get(leader)) else { return };
        let mut moved = now;
        for ((follower, (set, _)), to) in stacks.iter().enumerate().zip(&anchor) {
            if follower != leader
                && library.between(led, set).is_none()
                && let Some(index) = moved_along(led, *from, *at, set, *to)
                && let Some(moved) = moved.get_mut(follower)
            {
                let viewport = group.places.get(follower).and_then(|place| self.viewport(*place));
                *moved = viewport.map_or(index, |viewport| viewport.index_near(index));
            }
        }
        let places = group.places.iter().zip(&moved).enumerate();
        for (_, ((screen, viewport), index)) in places.filter(|(follower, _)| *follower != leader) {
            let viewport =
                self.screens.get_mut(*screen).and_then(|screen| screen.viewports.get_mut(*viewport));
            let Some(Viewport { source: Some(source), cine, reformat: None, rendering: None, .. }) = viewport
            else {
                continue;
            };
            if source.index != *index {
                cine.stop();
                source.index = *index;
            }
        }
        if let Some(together) = self.together_mut(group.of) {
            together.note(moved);
        }
    }

    /// What a group remembers.
    fn together_mut(&mut self, of: GroupOf) -> Option<&mut Together> {
        let number = match of {
            GroupOf::Stage(number) => number,
            GroupOf::Beside => return Some(&mut self.priors.beside.as_mut()?.together),
            GroupOf::Curtain => return Some(&mut self.focused_screen_mut()?.curtain.as_mut()?.together),
        };
        let groups = &mut self.hung.as_mut()?.together;
        if groups.len() <= number {
            groups.resize(number + 1, Together::default());
        }
        groups.get_mut(number)
    }
}

/// The display set of a prior to hang beside another, and why: its modality, plane, description and kind are compared in this
/// order. Localizers and what is for processing come last.
fn alike<'a>(set: &DisplaySet, prior: &'a Study) -> Option<(&'a Arc<DisplaySet>, String)> {
    let facts = Facts::of(set);
    let sets = prior.series.iter().flat_map(|series| &series.display_sets);
    sets.map(|other| {
        let its = Facts::of(other);
        let words = facts.words.iter().filter(|word| its.words.contains(word)).count();
        let plane = facts.plane == its.plane;
        let modality = facts.modality == its.modality;
        let rank = (
            other.is_for_processing(),
            its.is_localizer && !facts.is_localizer,
            !modality,
            !plane,
            std::cmp::Reverse(words),
            set.kind != other.kind,
            std::cmp::Reverse(other.images.len()),
        );
        let said = [
            (modality, format!("the same modality, {}", its.modality)),
            (plane && its.plane.is_some(), format!("the same plane, {}", its.plane.unwrap_or_default())),
            (words > 0, "a like description".to_owned()),
        ];
        let why: Vec<String> = said.into_iter().filter_map(|(is_so, why)| is_so.then_some(why)).collect();
        let why = if why.is_empty() { "the first of its series".to_owned() } else { why.join(", ") };
        (rank, other, why)
    })
    .min_by(|(a, ..), (b, ..)| a.cmp(b))
    .map(|(_, other, why)| (other, why))
}

/// What display sets are compared by.
struct Facts {
    modality: String,
    plane: Option<&'static str>,
    words: Vec<String>,
    is_localizer: bool,
}

impl Facts {
    fn of(set: &DisplaySet) -> Self {
        let first = set.images.first();
        let series = first.map(|image| &image.instance.series);
        let description = series.map_or("", |series| series.description.as_str());
        let words = description.split(|letter: char| !letter.is_alphanumeric()).map(folded);
        Self {
            modality: series.map(|series| series.modality.clone()).unwrap_or_default(),
            plane: first.and_then(|image| image.plane).map(|plane| plane_name(plane.normal())),
            words: words.filter(|word| !word.is_empty()).collect(),
            is_localizer: set.is_localizer(),
        }
    }
}

/// The image of another set at the place of one of `set`: the same in the patient where it is known how the two lie, else as far
/// along the stack.
fn same_place(set: &DisplaySet, index: usize, other: &DisplaySet, library: &Library) -> usize {
    // As scrolling takes it along: a corner lies elsewhere where the two are turned against each other.
    let slice = set.images.get(index).and_then(|image| Applied::NONE.slice(image));
    let at = slice.zip(library.between(set, other)).map(|(slice, to_other)| to_other * slice.middle());
    if let Some((index, _)) = at.and_then(|at| nearest_image(other, at)) {
        return index;
    }
    let (last, of_other) = (set.images.len().saturating_sub(1).max(1), other.images.len().saturating_sub(1));
    let along = (index * of_other + last / 2) / last;
    match axes(set, other) {
        Some((a, b)) if a.dot(b) < 0.0 => of_other.saturating_sub(along),
        _ => along.min(of_other),
    }
}

/// Whereto two stacks advance.
fn axes(set: &DisplaySet, other: &DisplaySet) -> Option<(Vector<Patient>, Vector<Patient>)> {
    let axis = |set: &DisplaySet| {
        let (first, last) = (set.images.first()?.plane?, set.images.last()?.plane?);
        (last.origin - first.origin).normalized()
    };
    Some((axis(set)?, axis(other)?))
}

/// The image of `other`, as far from its image `to` as a set's image `now` is from its image `from`. Millimetres along the stack
/// where both say them, else images.
pub(super) fn moved_along(
    set: &DisplaySet,
    from: usize,
    now: usize,
    other: &DisplaySet,
    to: usize,
) -> Option<usize> {
    let origin = |set: &DisplaySet, index: usize| set.images.get(index)?.plane.map(|plane| plane.origin);
    let ends = origin(set, from).zip(origin(set, now)).zip(origin(other, to));
    if let (Some(((start, end), at)), Some((axis, of_other))) = (ends, axes(set, other)) {
        let mm = (end - start).dot(axis) * if axis.dot(of_other) < 0.0 { -1.0 } else { 1.0 };
        return nearest_image(other, at + of_other * mm).map(|(index, _)| index);
    }
    let steps = isize::try_from(now).ok()? - isize::try_from(from).ok()?;
    Some(to.saturating_add_signed(steps).min(other.images.len().saturating_sub(1)))
}
