//! The whole of a volume seen from outside, in place of images and sections.
//!
//! A rendering is a virtual image, as a section is: a sheet through the middle of the volume, across the view. So zoom, pan,
//! ruler, letters and point are those of any image. It is scrolled through its views around the patient, a turn of them.

use std::sync::Arc;

use crate::geometry::{Camera, Patient, Point, Sampling, Section, Slice};
use crate::study::Library;
use crate::units::{MmPerPixel, ModalityValue, StoredValue};
use crate::volume::{Cuts, Found, Projection, Ray, Slab, Transfer, Volume};

use super::cut_away::CutAway;
use super::reformat::Reformat;
use super::state::Session;
use super::viewport::Viewport;

/// Degrees from one view to the next.
const DEGREES_PER_VIEW: f64 = 5.0;

/// Degrees a second that the turntable goes.
const SPEEDS: [f64; 6] = [6.0, 12.0, 24.0, 36.0, 60.0, 90.0];

/// The turntable goes on so often, ms.
const STEP_MS: f64 = 33.0;

/// Time that the turntable makes up for at most, ms: where pictures take longer it turns slower.
const LATE_MS_MAX: f64 = 250.0;

/// The whole of a volume seen from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendering {
    /// What is seen of it.
    pub look: RenderingLook,
    /// From where.
    pub camera: Camera,
    /// Where light comes from: degrees to the right of the viewer, and above.
    pub light: [f64; 2],
    /// What is cut away of it.
    pub cut_away: CutAway,
    /// Whether the viewer goes around it.
    pub turntable: Turntable,
}

/// What is seen of a volume from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum RenderingLook {
    /// The largest value along each ray, windowed as an image.
    Maximum,
    /// Light on what values look like.
    Light(Arc<Transfer>),
}

/// The viewer goes around the patient in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turntable {
    /// Whether it goes.
    pub is_turning: bool,
    /// How fast.
    pub degrees_per_second: f64,
    /// To the patient's right from the front.
    pub is_reversed: bool,
    /// The program's time at which it went on last; nothing before time is told.
    now_ms: Option<f64>,
}

impl Default for Turntable {
    fn default() -> Self {
        Self { is_turning: false, degrees_per_second: 36.0, is_reversed: false, now_ms: None }
    }
}

impl Turntable {
    /// Lets it go, or stops it; speed and direction stay.
    pub(super) const fn switch(&mut self, is_turning: bool) {
        self.is_turning = is_turning;
        self.now_ms = None;
    }

    /// The next speed up or down; the same at the end.
    pub(super) fn step_speed(&mut self, is_faster: bool) {
        let now = self.degrees_per_second;
        let next = if is_faster {
            SPEEDS.into_iter().find(|speed| *speed > now)
        } else {
            SPEEDS.into_iter().rev().find(|speed| *speed < now)
        };
        self.degrees_per_second = next.unwrap_or(now);
    }

    /// Lets time pass; how many degrees it went. Nothing before the next step is due.
    pub(super) fn advance(&mut self, now_ms: f64) -> Option<f64> {
        if !self.is_turning || self.due_ms().is_some_and(|due_ms| now_ms < due_ms) {
            return None;
        }
        let passed_ms = (now_ms - self.now_ms.unwrap_or(now_ms)).clamp(0.0, LATE_MS_MAX);
        self.now_ms = Some(now_ms);
        let degrees = self.degrees_per_second * passed_ms / 1000.0;
        Some(if self.is_reversed { -degrees } else { degrees })
    }

    /// When it goes on, ms since the program began; `None` while it rests.
    pub(super) fn due_ms(&self) -> Option<f64> {
        self.is_turning.then(|| self.now_ms.map_or(0.0, |now_ms| now_ms + STEP_MS))
    }
}

impl Rendering {
    /// Views around the patient.
    pub const VIEWS: usize = 72;

    /// From the front, under the viewer's own light.
    pub fn new(look: RenderingLook) -> Self {
        Self {
            look,
            camera: Camera::default(),
            light: [0.0; 2],
            cut_away: CutAway::default(),
            turntable: Turntable::default(),
        }
    }

    /// The plane through the middle of the volume, across the view.
    pub fn section(&self, volume: &Volume) -> Section {
        self.camera.section(volume.middle())
    }

    /// The virtual image: a square as large as the longest side of the volume, from wherever it is looked at, so that nothing
    /// changes its size while it turns.
    pub fn sheet(&self, volume: &Volume) -> Slice {
        let section = self.section(volume);
        let map = volume.patient_from_voxel();
        let axes = [map.x_axis(), map.y_axis(), map.z_axis()].into_iter().zip(volume.size());
        let longest = axes.map(|(axis, count)| axis.length() * f64::from(count)).fold(0.0, f64::max);
        let mm = volume.finest_mm().max(longest / Reformat::SHEET_SIDE_MAX);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited above")]
        let side = (longest / mm - 1e-6).ceil().max(1.0) as u32;
        let half = (f64::from(side) - 1.0) * mm / 2.0;
        let plane = crate::geometry::ImagePlane {
            origin: section.center() + section.right() * -half + section.down() * -half,
            row_direction: section.right(),
            column_direction: section.down(),
            spacing: MmPerPixel { row: mm, column: mm },
        };
        Slice { plane, columns: side, rows: side }
    }

    /// All of the volume as one slab, in planes no further apart than its finest voxels.
    pub fn slab(volume: &Volume) -> Slab {
        Slab::new(2.0 * volume.reach_mm(volume.middle()), Projection::Maximum, volume.finest_mm())
    }

    /// Which of the views around the patient is nearest, from 1.
    pub fn view_number(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 360")]
        let view = (self.camera.azimuth_degrees.rem_euclid(360.0) / DEGREES_PER_VIEW).round() as usize;
        view % Self::VIEWS + 1
    }

    /// The camera of a view by its number, from 1, at the same height.
    pub(super) fn view_at(&self, number: usize) -> Camera {
        #[expect(clippy::cast_precision_loss, reason = "72 views")]
        let views = (number.clamp(1, Self::VIEWS) - 1) as f64;
        Camera { azimuth_degrees: views * DEGREES_PER_VIEW, ..self.camera }
    }

    /// So many views on.
    pub(super) fn view_by(&self, views: i32) -> Camera {
        self.camera.turned(f64::from(views) * DEGREES_PER_VIEW, 0.0)
    }

    /// Where the eye meets the volume before or behind a point of the sheet's plane, and the value there: what stops half of the
    /// light, or the largest. `None` where nothing does.
    pub fn met(&self, volume: &Volume, at: Point<Patient>) -> Option<(Point<Patient>, ModalityValue)> {
        let to_voxel = volume.voxel_from_patient();
        let normal = self.section(volume).normal();
        match &self.look {
            RenderingLook::Light(transfer) => {
                let step_mm = volume.finest_mm();
                let start = at + normal * -volume.reach_mm(at);
                let ray = Ray { start: *to_voxel * start, step: *to_voxel * normal * step_mm, step_mm };
                let (voxel, value) = volume.first_met(&ray, &self.cut_away.cuts(volume), transfer)?;
                Some((*volume.patient_from_voxel() * voxel, value))
            }
            RenderingLook::Maximum => {
                let cuts = self.cut_away.cuts(volume);
                let values = Self::slab(volume).offsets_mm().filter_map(|offset_mm| {
                    let place = at + normal * offset_mm;
                    match volume.sample(*to_voxel * place, Sampling::Linear) {
                        Found::Value(value) if cuts.keeps(volume, *to_voxel * place) => Some((place, value)),
                        _ => None,
                    }
                });
                let (place, value) = values.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
                Some((place, volume.rescale().to_modality(StoredValue(value))))
            }
        }
    }
}

/// What a viewport shows of a volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VolumeView<'a> {
    /// A section of it.
    Section(Reformat),
    /// The whole of it.
    Rendering(&'a Rendering),
}

impl VolumeView<'_> {
    /// The virtual image that it is.
    pub fn sheet(&self, volume: &Volume) -> Slice {
        match self {
            Self::Section(reformat) => reformat.sheet(volume),
            Self::Rendering(rendering) => rendering.sheet(volume),
        }
    }

    /// How much around the sheet is seen, of what is seen as gray.
    pub fn slab(&self, volume: &Volume) -> Slab {
        match self {
            Self::Section(reformat) => reformat.slab(volume),
            Self::Rendering(_) => Rendering::slab(volume),
        }
    }

    /// What is cut away of it.
    pub fn cuts(&self, volume: &Volume) -> Cuts {
        match self {
            Self::Section(_) => Cuts::default(),
            Self::Rendering(rendering) => rendering.cut_away.cuts(volume),
        }
    }

    /// The number of the plane or the view, from 1, and how many there are to scroll through.
    pub fn place(&self, volume: &Volume) -> (usize, usize) {
        match self {
            Self::Section(reformat) => {
                let travel = reformat.travel(volume);
                (travel.number(), travel.count)
            }
            Self::Rendering(rendering) => (rendering.view_number(), Rendering::VIEWS),
        }
    }
}

impl Viewport {
    /// Whether it shows something of a volume, and not images.
    pub const fn is_of_volume(&self) -> bool {
        self.reformat.is_some() || self.rendering.is_some()
    }

    /// What it shows of a volume, and the volume; `None` where it shows images, or where there is no volume any more.
    pub fn of_volume(&self, library: &Library) -> Option<(VolumeView<'_>, Arc<Volume>)> {
        let view = match (&self.rendering, self.reformat) {
            (Some(rendering), _) => VolumeView::Rendering(rendering),
            (None, Some(reformat)) => VolumeView::Section(reformat),
            (None, None) => return None,
        };
        let (.., set) = library.find(&self.source.as_ref()?.display_set)?;
        Some((view, library.volume(set).ok()?))
    }
}

impl Session {
    /// Goes a share of the way around the rendering in focus, from 0 to 1, where there is one.
    pub fn go_around_by(&mut self, share: f64) {
        let viewport = self.focused_viewport_mut();
        if let Some(rendering) = viewport.and_then(|viewport| viewport.rendering.as_mut()) {
            rendering.camera = rendering.camera.turned(share * 360.0, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_go_around_and_are_counted_from_the_front() {
        let mut rendering = Rendering::new(RenderingLook::Maximum);
        assert_eq!(rendering.view_number(), 1);
        rendering.camera = rendering.view_by(-1);
        assert_eq!(rendering.view_number(), Rendering::VIEWS);
        rendering.camera = rendering.view_at(19);
        assert_eq!((rendering.camera.azimuth_degrees, rendering.view_number()), (90.0, 19));
        rendering.camera.azimuth_degrees = 359.0;
        assert_eq!(rendering.view_number(), 1, "the nearest");
    }

    #[test]
    fn the_turntable_goes_by_time_and_never_faster_than_it_says() {
        let mut table = Turntable::default();
        assert_eq!(table.advance(0.0), None, "it rests");
        table.switch(true);
        assert_eq!(table.advance(1000.0), Some(0.0), "time begins");
        assert_eq!(table.advance(1010.0), None, "not yet");
        let near = |degrees: Option<f64>, truth: f64| degrees.is_some_and(|it| (it - truth).abs() < 1e-9);
        assert!(near(table.advance(1100.0), 3.6));
        assert!(near(table.advance(9000.0), 36.0 * LATE_MS_MAX / 1000.0), "a late picture does not leap");
        table.is_reversed = true;
        (0..9).for_each(|_| table.step_speed(true));
        assert!(near(table.advance(9100.0), -9.0), "the fastest, backwards");
    }
}
