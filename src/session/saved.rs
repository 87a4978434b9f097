//! What the reader saved, once it is there: the state is chosen where it was made, and the picture stays as it is.

use crate::dicom::InstanceUid;
use crate::geometry::Point;
use crate::presentation::PresentationState;
use crate::study::{Image, Library};

use super::history::Shown;
use super::presented::{Presented, StateChoice};
use super::screen::Screen;
use super::state::Session;
use super::viewport::{View, Viewport, VoiChoice, Zoom};

/// States that are remembered; of an older one marks are drawn beside the graphics that it has of them.
const SAVED_MAX: usize = 64;

/// Maps are the same where the pictures are: device pixels stand this close together, in image pixels.
const SAME_PLACE: f64 = 1e-9;

/// A state that the reader saved since the program started.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SavedState {
    uid: InstanceUid,
    /// Behind so many annotations come the marks that are still there to be changed.
    annotations: usize,
    /// How the viewport showed it, as long as the state is not there yet.
    awaited: Option<Shown>,
}

impl Session {
    /// Takes note that what the focused viewport shows is being saved as this state, with the marks that lie on its images
    /// behind so many annotations.
    pub fn note_saving(&mut self, uid: &InstanceUid, annotations: usize) {
        let awaited = self.shown_now();
        self.saved.push(SavedState { uid: uid.clone(), annotations, awaited });
        let surplus = self.saved.len().saturating_sub(SAVED_MAX);
        self.saved.drain(..surplus);
    }

    /// The annotations of a state that are to be drawn: not those that stand for marks, which are drawn themselves.
    pub fn annotations_to_draw(&self, state: &PresentationState) -> usize {
        let saved = self.saved.iter().find(|saved| saved.uid == state.uid);
        saved.map_or(state.annotations.len(), |saved| saved.annotations)
    }

    /// Chooses what was saved and has come, each where it was made. One of which not all is applied is not chosen: the
    /// picture would be another.
    pub(super) fn choose_saved(&mut self, library: &Library) {
        let of_all = self.settings.pixel_mm;
        for saved in &mut self.saved {
            let Some(before) = &saved.awaited else { continue };
            let screen = self.screens.iter_mut().find(|screen| screen.id == before.screen);
            let Some((screen, image)) = screen.and_then(|screen| still_shown(screen, before, library)) else {
                saved.awaited = None;
                continue;
            };
            let mut states = library.states_of(image);
            let Some(state) = states.find(|state| state.uid == saved.uid) else { continue };
            if state.not_applied.is_empty() {
                let pixel_mm = screen.pixel_mm(of_all);
                choose(screen, before, state, (image, library), pixel_mm);
            }
            saved.awaited = None;
        }
    }
}

/// The image of the viewport, if that still shows what was saved.
fn still_shown<'a, 'b>(
    screen: &'a mut Screen,
    before: &Shown,
    library: &'b Library,
) -> Option<(&'a mut Screen, &'b Image)> {
    let source = screen.viewports.get(before.viewport)?.source.as_ref()?;
    if before.source.as_ref().map(|source| &source.display_set) != Some(&source.display_set) {
        return None;
    }
    let (.., set) = library.find(&source.display_set)?;
    let image = set.images.get(source.index)?;
    Some((screen, image))
}

/// What the state says now is no more for the viewport to say; what the reader did since lies on top.
fn choose(
    screen: &mut Screen,
    before: &Shown,
    state: &PresentationState,
    (image, library): (&Image, &Library),
    pixel_mm: Option<f64>,
) {
    let Some(rect) = screen.place(before.viewport, 0) else { return };
    let room = (f64::from(rect.width), f64::from(rect.height));
    let Some(viewport) = screen.viewports.get_mut(before.viewport) else { return };
    let framing = |viewport: &Viewport| viewport.applied(image, library, pixel_mm).framing(image);
    let was = framing(viewport);
    let view = viewport.view;
    let (Some((across, _)), Some(map)) = (view.scale(&was, room), view.image_from_view(&was, room)) else {
        return;
    };
    viewport.presented = Presented { choice: StateChoice::One(state.uid.clone()), ..Presented::default() };
    let now = framing(viewport);
    let fitting = View::default().image_from_view(&now, room);
    let is_same = fitting.is_some_and(|fitting| {
        let ends = [(0.0, 0.0), room].map(|(x, y)| Point::flat(x, y));
        ends.iter().all(|end| (fitting * *end - map * *end).length() < SAME_PLACE)
    });
    viewport.view = if is_same {
        View::default()
    } else {
        View {
            zoom: if view.zoom == Zoom::Fit { Zoom::DevicePixels(across) } else { view.zoom },
            center_offset: (was.middle - now.middle) + view.center_offset,
            turn: now.turn.inverse().then(was.turn.then(view.turn)),
            justify: view.justify,
        }
    };
    let (look, then) = (&mut viewport.look, &before.look);
    if look.voi == then.voi {
        look.voi = VoiChoice::default();
    }
    if look.palette == then.palette {
        look.palette = None;
    }
    look.is_inverted ^= then.is_inverted;
    look.hidden.planes &= !then.hidden.planes;
    look.hidden.shutter &= !then.hidden.shutter;
}
