//! What is cut away of the rendering in focus.

use std::sync::Arc;

use crate::command::ClipCommand;
use crate::geometry::{Anatomical, Point, Vector, View as ViewSpace};
use crate::study::{DisplaySet, Library};
use crate::volume::{ClipBox, CutFault, Cuts, ScissorCut, Volume};

use super::super::cut_away::{BoxHandle, CutAway, HANDLE_REACH, Outline, box_handles};
use super::super::rendering::VolumeView;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_clip(&mut self, command: &ClipCommand, library: &Library) {
        let Some((set, volume)) = self.volume_that_is_cut(library) else { return };
        let middle = || volume.middle();
        let point = self.point_in(set, library).unwrap_or_else(middle);
        let Some(rendering) = self.focused_viewport_mut().and_then(|viewport| viewport.rendering.as_mut())
        else {
            return;
        };
        let section = rendering.section(&volume);
        let CutAway { clip_box, plane, scissors } = &mut rendering.cut_away;
        match command {
            ClipCommand::Box(switch) => {
                let is_on = switch.applied_to(clip_box.is_some());
                *clip_box = is_on.then(|| clip_box.unwrap_or_else(|| ClipBox::around(&volume)));
            }
            ClipCommand::BoxReset => *clip_box = Some(ClipBox::around(&volume)),
            ClipCommand::Face { side, by_mm } => rendering.cut_away.move_face(*side, *by_mm, &volume),
            ClipCommand::Plane(switch) => {
                *plane = switch.applied_to(plane.is_some()).then(|| (point, section.normal()));
            }
            ClipCommand::Cut { keeps_inside, outline_mm } => {
                let cut = match ScissorCut::new(&section, outline_mm, *keeps_inside) {
                    Ok(_) if scissors.len() >= Cuts::SCISSORS_MAX => Err(CutFault::Scissors),
                    made => made,
                };
                match cut {
                    Ok(cut) => scissors.push(Arc::new(cut)),
                    Err(fault) => self.tell(MessageKind::Note, format!("Nothing is cut: {fault}.")),
                }
            }
            ClipCommand::CutBack => {
                if scissors.pop().is_none() {
                    self.tell(MessageKind::Note, "Nothing is cut along an outline.");
                }
            }
            ClipCommand::CutReset => scissors.clear(),
        }
    }

    /// The volume of the rendering in focus; without one the reader is told why nothing is cut.
    fn volume_that_is_cut<'a>(&mut self, library: &'a Library) -> Option<(&'a DisplaySet, Arc<Volume>)> {
        let of_volume = self.focused_viewport().and_then(|viewport| viewport.of_volume(library));
        let Some((VolumeView::Rendering(_), volume)) = of_volume else {
            self.tell_no_rendering();
            return None;
        };
        let (set, _) = self.shown(library)?;
        Some((set, volume))
    }

    /// The handles of the box that cuts the rendering in focus.
    fn handles_of_box(&self, library: &Library) -> Option<Vec<BoxHandle>> {
        let (VolumeView::Rendering(rendering), volume) = self.focused_viewport()?.of_volume(library)? else {
            return None;
        };
        let clip_box = rendering.cut_away.clip_box.as_ref()?;
        let plane = rendering.sheet(&volume).plane;
        let patient_from_view = plane.patient_from_image() * self.image_from_pointed_view(library)?;
        Some(box_handles(clip_box, &patient_from_view.inverse()?))
    }

    /// The face of the box whose handle lies under the pointer.
    pub(super) fn face_at(&self, at: Point<ViewSpace>, library: &Library) -> Option<Anatomical> {
        let reach = HANDLE_REACH * self.scale_of_hand();
        let away = |handle: &BoxHandle| (at - handle.at).length();
        let handles = self.handles_of_box(library)?;
        let nearest = handles.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        (away(nearest) <= reach).then_some(nearest.side)
    }

    /// The face of the box goes with the hand.
    pub(super) fn drag_face(&mut self, side: Anatomical, by: Vector<ViewSpace>, library: &Library) {
        let handles = self.handles_of_box(library).unwrap_or_default();
        if let Some(BoxHandle { per_mm, .. }) = handles.iter().find(|handle| handle.side == side) {
            let by_mm = by.dot(*per_mm) / per_mm.dot(*per_mm);
            self.apply_clip(&ClipCommand::Face { side, by_mm }, library);
        }
    }

    /// The scissors touch the picture: an outline begins, or goes on from point to point.
    pub(super) fn press_scissors(&mut self, at: Point<ViewSpace>, library: &Library) {
        let place = (self.focus.screen, self.focus.viewport);
        let scale = self.scale_of_hand();
        match self.outline.take().filter(|outline| outline.place == place) {
            Some(outline) if outline.is_closed_by(at, scale) => self.cut_along(&outline, library),
            Some(mut outline) => {
                outline.draw_to(at, scale);
                self.outline = Some(outline);
            }
            None => {
                if self.volume_that_is_cut(library).is_some() {
                    self.outline = Some(Outline { place, points: vec![at], keeps_inside: false });
                }
            }
        }
    }

    /// The outline goes with the hand.
    pub(super) fn drag_scissors(&mut self, at: Point<ViewSpace>, keeps_inside: bool) {
        let scale = self.scale_of_hand();
        if let Some(outline) = &mut self.outline {
            outline.keeps_inside = keeps_inside;
            outline.draw_to(at, scale);
        }
    }

    /// An outline that was drawn in one go is closed where the hand lets go; with Shift what lies inside is kept.
    pub(super) fn release_scissors(&mut self, has_moved: bool, library: &Library) {
        if has_moved && let Some(outline) = self.outline.take() {
            self.cut_along(&outline, library);
        }
    }

    fn cut_along(&mut self, outline: &Outline, library: &Library) {
        if let Some(outline_mm) = self.outline_mm(outline, library) {
            let keeps_inside = outline.keeps_inside;
            self.apply_clip(&ClipCommand::Cut { keeps_inside, outline_mm }, library);
        }
    }

    /// From the picture to millimetres to the right and down of the volume's middle.
    fn outline_mm(&self, outline: &Outline, library: &Library) -> Option<Vec<[f64; 2]>> {
        let (VolumeView::Rendering(rendering), volume) = self.focused_viewport()?.of_volume(library)? else {
            return None;
        };
        let map = self.image_from_pointed_view(library)?;
        let section = rendering.section(&volume);
        let plane = rendering.sheet(&volume).plane;
        let to_mm = |at: &Point<ViewSpace>| {
            let away = plane.patient_from_image() * (map * *at) - section.center();
            [away.dot(section.right()), away.dot(section.down())]
        };
        Some(outline.points.iter().map(to_mm).collect())
    }

    fn scale_of_hand(&self) -> f64 {
        self.focused_screen().map_or(1.0, |screen| f64::from(screen.surface.scale).max(0.1))
    }
}
