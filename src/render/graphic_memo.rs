//! What presentation states draw, remembered from picture to picture: to plan hundreds of graphics takes longer than all else, and
//! while the reader scrolls they stay where they are.
//!
//! Nothing is seen of it: what is remembered is given only where all that it was made of is the same.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use crate::geometry::{Image as ImageSpace, Map, View};
use crate::presentation::PresentationState;
use crate::study::Image;
use crate::units::MmPerPixel;

use super::canvas::Canvas;
use super::graphic_plan::GraphicPlan;
use super::graphics::graphics;

/// Of so many pictures at most, and of so many points, rows and letters together, but for the last one.
const KNOWN_MAX: usize = 64;
const POINTS_MAX: usize = 1 << 20;

thread_local! {
    static MEMO: RefCell<Memo> = const { RefCell::new(Memo { known: Vec::new() }) };
}

/// What of a state is drawn over which image.
pub(super) struct Shown<'a> {
    pub(super) state: &'a Arc<PresentationState>,
    /// By so many of its annotations, the first.
    pub(super) annotations: usize,
    pub(super) image: &'a Image,
    /// Layers that the reader has switched off.
    pub(super) hidden_layers: &'a BTreeSet<String>,
    /// What a pixel measures, where a ruler may say so.
    pub(super) mm: Option<MmPerPixel>,
}

impl Shown<'_> {
    /// What a state draws over an image that stands in so many device pixels, the lowest layer first, and how many graphics were
    /// left out because there are too many. What lies outside the picture is not there; `scale` is device pixels per point.
    pub(super) fn graphics(
        &self,
        view_from_image: &Map<View, ImageSpace>,
        size: (u32, u32),
        scale: f64,
    ) -> (Arc<[GraphicPlan]>, usize) {
        let Self { state, annotations, image, hidden_layers, mm } = *self;
        let (uid, frame) = (&image.instance.uid, image.frame);
        let chosen = state.annotations.iter().take(annotations).enumerate().filter(|(_, annotation)| {
            annotation.images.has(uid, frame) && !hidden_layers.contains(&annotation.layer)
        });
        let chosen = chosen.map(|(at, _)| at).collect();
        let area = state.areas.iter().find(|area| area.images.has(uid, frame));
        let canvas = Canvas::of(area, image, *view_from_image, size, scale);
        let made_of = MadeOf { state: Arc::downgrade(state), chosen, canvas, mm };
        if let Some(known) = MEMO.with_borrow_mut(|memo| memo.find(&made_of)) {
            return known;
        }
        let (plan, left_out) = graphics(state, &made_of.chosen, canvas, mm);
        let plan: Arc<[GraphicPlan]> = plan.into();
        let points = plan.iter().map(GraphicPlan::points).sum();
        let known = Known { made_of, plan: Arc::clone(&plan), left_out, points };
        MEMO.with_borrow_mut(|memo| memo.remember(known));
        (plan, left_out)
    }
}

/// Forgets what states drew that are gone, for each window that is planned: texts may name the patient, and go with their study
/// whatever is shown after it.
pub(super) fn forget_gone() {
    MEMO.with_borrow_mut(|memo| memo.known.retain(|known| known.made_of.state.strong_count() > 0));
}

/// All that a plan depends on.
struct MadeOf {
    state: Weak<PresentationState>,
    /// The numbers of its annotations.
    chosen: Vec<usize>,
    canvas: Canvas,
    mm: Option<MmPerPixel>,
}

impl PartialEq for MadeOf {
    fn eq(&self, other: &Self) -> bool {
        // While a weak one is there, no other state has the address.
        Weak::ptr_eq(&self.state, &other.state)
            && (self.canvas, self.mm) == (other.canvas, other.mm)
            && self.chosen == other.chosen
    }
}

struct Known {
    made_of: MadeOf,
    plan: Arc<[GraphicPlan]>,
    left_out: usize,
    points: usize,
}

/// The plan that was asked for last at the end.
struct Memo {
    known: Vec<Known>,
}

impl Memo {
    fn find(&mut self, made_of: &MadeOf) -> Option<(Arc<[GraphicPlan]>, usize)> {
        let at = self.known.iter().rposition(|known| known.made_of == *made_of)?;
        let known = self.known.remove(at);
        let found = (Arc::clone(&known.plan), known.left_out);
        self.known.push(known);
        Some(found)
    }

    fn remember(&mut self, known: Known) {
        self.known.push(known);
        let points: Vec<usize> = self.known.iter().map(|known| known.points).collect();
        self.known.drain(..superfluous(&points));
    }
}

/// How many of the oldest plans have to go, of plans with so many points.
fn superfluous(points: &[usize]) -> usize {
    let mut left: usize = points.iter().sum();
    let older = points.split_last().map(|(_last, older)| older).unwrap_or_default();
    let mut gone = 0;
    for oldest in older {
        if left <= POINTS_MAX && points.len() - gone <= KNOWN_MAX {
            break;
        }
        left -= oldest;
        gone += 1;
    }
    gone
}

#[cfg(test)]
mod tests {
    use crate::geometry::Turn;
    use crate::presentation::{GraphicKind, GraphicUnits};
    use crate::session::{Session, SessionSettings};
    use crate::study::Library;

    use super::super::graphics::tests::{SIZE, annotation, graphic, image, state, view};
    use super::*;

    #[test]
    fn a_plan_is_remembered_only_where_nothing_of_it_changes() {
        let line = |x| vec![graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &[[x, 1.0], [9.0, 8.0]])];
        let (a, b) = (annotation("A", line(1.0), vec![]), annotation("B", line(2.0), vec![]));
        let first = Arc::new(state(Vec::new(), vec![a.clone(), b.clone()]));
        let other = Arc::new(state(Vec::new(), vec![b, a]));
        let (image, none, without_a) = (image(), BTreeSet::new(), BTreeSet::from(["A".to_owned()]));
        let [near, far] = [4.0, 2.0].map(|zoom| view(Turn::default(), zoom, (0.0, 0.0)));
        let plan = |state, annotations, hidden_layers, view, size, scale| {
            let shown = Shown { state, annotations, image: &image, hidden_layers, mm: None };
            shown.graphics(view, size, scale).0
        };
        let all = || plan(&first, 2, &none, &near, SIZE, 1.0);
        let before = all();
        assert!(Arc::ptr_eq(&before, &all()), "it is there");
        let others = [
            plan(&other, 2, &none, &near, SIZE, 1.0),
            plan(&first, 1, &none, &near, SIZE, 1.0),
            plan(&first, 2, &without_a, &near, SIZE, 1.0),
            plan(&first, 2, &none, &far, SIZE, 1.0),
        ];
        for other in &others {
            assert_ne!(*other, before);
        }
        for (size, scale) in [((100, 160), 1.0), (SIZE, 2.0)] {
            assert!(!Arc::ptr_eq(&before, &plan(&first, 2, &none, &near, size, scale)));
        }
        assert!(Arc::ptr_eq(&before, &all()), "it is still there");
    }

    #[test]
    fn what_a_state_drew_goes_with_it() {
        let line = vec![graphic(GraphicKind::Polyline, GraphicUnits::Pixel, &[[1.0, 1.0], [9.0, 8.0]])];
        let state = Arc::new(state(Vec::new(), vec![annotation("A", line, vec![])]));
        let (image, none) = (image(), BTreeSet::new());
        let shown = Shown { state: &state, annotations: 1, image: &image, hidden_layers: &none, mm: None };
        let (plan, _) = shown.graphics(&view(Turn::default(), 4.0, (0.0, 0.0)), SIZE, 1.0);
        let left = Arc::downgrade(&plan);
        drop(plan);
        forget_gone();
        assert!(left.upgrade().is_some(), "the state is there");
        drop(state);
        crate::render::plan(&Session::new(SessionSettings::default()), &Library::default(), 0);
        assert!(left.upgrade().is_none(), "nothing of it is planned any more");
    }

    #[test]
    fn what_is_remembered_has_a_bound_and_the_last_is_always_there() {
        assert_eq!(superfluous(&[1; KNOWN_MAX]), 0);
        assert_eq!(superfluous(&[1; KNOWN_MAX + 6]), 6);
        assert_eq!(superfluous(&[2, POINTS_MAX - 2]), 0);
        assert_eq!(superfluous(&[1, 2, POINTS_MAX - 2]), 1);
        assert_eq!(superfluous(&[2, POINTS_MAX - 2, 3]), 2);
        assert_eq!(superfluous(&[5, POINTS_MAX + 1]), 1);
        assert_eq!(superfluous(&[POINTS_MAX + 1]), 0);
        assert_eq!(superfluous(&[]), 0);
    }
}
