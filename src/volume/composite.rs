//! What light along a ray through a volume looks like: the reference on the processor.
//!
//! GPU twin: `shaders/rendering.wgsl`.

use super::body::Volume;
use super::cut::{ClipPlane, Cuts};
use super::sample::Found;
use super::transfer::{Appearance, Transfer};
use crate::geometry::{Patient, Point, Sampling, Vector, Voxel};
use crate::units::{ModalityValue, StoredValue};

/// A ray in steps of equal length, from the viewer away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ray {
    /// Where it starts.
    pub start: Point<Voxel>,
    /// One step.
    pub step: Vector<Voxel>,
    /// The length of a step, mm.
    pub step_mm: f64,
}

/// Where light comes from and where the viewer is, as unit vectors away from the surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lighting {
    /// Towards the light.
    pub light: Vector<Patient>,
    /// Towards the viewer.
    pub viewer: Vector<Patient>,
}

/// What a ray meets at a step.
struct Sample {
    at: Point<Voxel>,
    stored: f64,
    /// Of the step.
    opacity: f64,
    color: [f64; 3],
}

/// Light that has passed less than this share is gone.
const CLEARNESS_MIN: f64 = 1.0 / 1024.0;

/// A gradient shorter than this, in modality units per mm, has no direction.
const GRADIENT_MIN: f64 = 1e-6;

/// Steps of a ray, at most.
const STEPS_MAX: f64 = 65_536.0;

impl Ray {
    /// A ray that comes no nearer to a plane by a step than this, in the lengths of voxels, runs along it.
    pub const STEP_MIN: f64 = 1e-12;

    /// The first and the last step that lie among a volume's voxels and on the kept side of all planes; `None` where none does.
    pub fn steps_inside(&self, volume: &Volume, clip: &[ClipPlane]) -> Option<(u32, u32)> {
        let (mut first, mut last) = (0.0_f64, STEPS_MAX);
        // Kept where at + step × t ≥ 0.
        let mut keep = |at: f64, step: f64| {
            if step.abs() < Self::STEP_MIN {
                if at < 0.0 {
                    last = -1.0;
                }
            } else if step > 0.0 {
                first = first.max(-at / step);
            } else {
                last = last.min(-at / step);
            }
        };
        let sides = volume.size().map(|count| f64::from(count) - 0.5);
        for ((at, step), side) in
            self.start.xyz.to_array().into_iter().zip(self.step.xyz.to_array()).zip(sides)
        {
            keep(at + 0.5, step);
            keep(side - at, -step);
        }
        for plane in clip {
            keep((self.start - plane.point).dot(plane.normal), self.step.dot(plane.normal));
        }
        let (first, last) = (first.ceil(), last.floor());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 65,536")]
        let steps = (first as u32, last as u32);
        (first <= last && last >= 0.0).then_some(steps)
    }
}

impl Volume {
    /// Red, green, blue and opacity, 0 to 1, of what a ray meets, front to back, before black. Colours carry their opacity.
    ///
    /// A step of `d` mm takes away 1 − (1 − opacity per mm)^d. Where values change, light falls on the surface that they
    /// make, from both sides alike. Holes, planes that were not received and what is cut away are clear.
    pub fn composite(&self, ray: &Ray, cuts: &Cuts, transfer: &Transfer, lighting: &Lighting) -> [f64; 4] {
        let mut seen = [0.0; 4];
        for sample in self.seen_along(ray, cuts, transfer) {
            let (share, highlight) = self.light_on(sample.at, sample.stored, transfer, lighting);
            let [red, green, blue, taken] = &mut seen;
            let weight = (1.0 - *taken) * sample.opacity;
            for (sum, color) in [red, green, blue].into_iter().zip(sample.color) {
                *sum += weight * (color * share + highlight).min(1.0);
            }
            *taken += weight;
            if 1.0 - *taken < CLEARNESS_MIN {
                break;
            }
        }
        seen
    }

    /// Where a ray has lost half of its light, and the value there; `None` where it never has.
    pub fn first_met(
        &self,
        ray: &Ray,
        cuts: &Cuts,
        transfer: &Transfer,
    ) -> Option<(Point<Voxel>, ModalityValue)> {
        let mut clearness = 1.0;
        let met = self.seen_along(ray, cuts, transfer).find(|sample| {
            clearness *= 1.0 - sample.opacity;
            clearness <= 0.5
        })?;
        Some((met.at, self.rescale().to_modality(StoredValue(met.stored))))
    }

    /// What a ray meets that is not clear, from the viewer away.
    fn seen_along<'a>(
        &'a self,
        ray: &'a Ray,
        cuts: &'a Cuts,
        transfer: &'a Transfer,
    ) -> impl Iterator<Item = Sample> + 'a {
        let steps = ray.steps_inside(self, cuts.planes()).map(|(first, last)| first..=last);
        steps.into_iter().flatten().filter_map(|step| {
            let at = ray.start + ray.step * f64::from(step);
            let Found::Value(stored) = self.sample(at, Sampling::Linear) else { return None };
            let Appearance { opacity_per_mm, color } =
                transfer.at(self.rescale().to_modality(StoredValue(stored)).0);
            let opacity = 1.0 - libm::pow(1.0 - opacity_per_mm, ray.step_mm);
            let is_seen = opacity > 0.0 && cuts.is_kept(*self.patient_from_voxel() * at);
            is_seen.then_some(Sample { at, stored, opacity, color })
        })
    }

    /// How much of its colour a place shows, and the white of its highlight.
    fn light_on(&self, at: Point<Voxel>, own: f64, transfer: &Transfer, lighting: &Lighting) -> (f64, f64) {
        let shading = transfer.shading;
        let Some(normal) = self.gradient(at, own).normalized() else {
            return (shading.ambient + shading.diffuse, 0.0);
        };
        let facing = normal.dot(lighting.light).abs();
        let half = (lighting.light + lighting.viewer).normalized();
        let glance = half.map_or(0.0, |half| normal.dot(half).abs());
        (shading.ambient + shading.diffuse * facing, shading.specular * libm::pow(glance, shading.shininess))
    }

    /// How modality values rise from a place, per mm: by central differences of a voxel along each axis; zero where they do
    /// not.
    fn gradient(&self, at: Point<Voxel>, own: f64) -> Vector<Patient> {
        let value = |step: Vector<Voxel>| match self.sample(at + step, Sampling::Linear) {
            Found::Value(value) => value,
            Found::Hole | Found::Missing | Found::Outside => own,
        };
        let rise = |axis: Vector<Voxel>| (value(axis) - value(axis * -1.0)) / 2.0;
        let [x, y, z] =
            [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|[x, y, z]| rise(Vector::new(x, y, z)));
        // A gradient goes by the transpose of the map that points go by.
        let map = self.voxel_from_patient();
        let along = |axis: Vector<Voxel>| axis.xyz.dot(glam::DVec3::new(x, y, z)) * self.rescale().slope;
        let gradient = Vector::new(along(map.x_axis()), along(map.y_axis()), along(map.z_axis()));
        if gradient.length() < GRADIENT_MIN { Vector::new(0.0, 0.0, 0.0) } else { gradient }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::body::tests::{block, ramp, uneven};
    use super::super::body::{Layer, Slice};
    use super::super::cut::ScissorCut;
    use super::*;
    use crate::dicom::{Frame, Pixels, Reals};
    use crate::geometry::{CardinalPlane, Section};
    use crate::grayscale::ModalityLut;

    const AHEAD: Lighting =
        Lighting { light: Vector::new(0.0, 0.0, -1.0), viewer: Vector::new(0.0, 0.0, -1.0) };

    fn glass(opacity_per_mm: f64) -> Transfer {
        let text = format!(
            "title = 'glass'\nopacity = [[0, {opacity_per_mm}], [9, {opacity_per_mm}]]\n\
             color = [[0, 1, 0.5, 0.25], [9, 1, 0.5, 0.25]]\n\
             shading = {{ ambient = 0.25, diffuse = 0.75, specular = 0.0, shininess = 1 }}"
        );
        Transfer::parse("glass", &text).expect("a transfer function")
    }

    fn ray(step_mm: f64, voxel_mm: f64) -> Ray {
        // Steps lie in the middle of their share of the block, whose near face is half a voxel before its first plane.
        let step = step_mm / voxel_mm;
        Ray { start: Point::new(1.5, 1.5, -0.5 + step / 2.0), step: Vector::new(0.0, 0.0, step), step_mm }
    }

    /// The scalar check: light through glass of known thickness is what the law of Beer and Lambert says, in whatever steps.
    #[test]
    fn a_slab_of_known_thickness_takes_away_what_it_must() {
        // Four planes, 2 mm apart: 8 mm.
        let volume = block(5, 2.0);
        for (opacity_per_mm, step_mm) in [(0.1, 1.0), (0.1, 0.25), (0.3, 2.0), (0.02, 0.5)] {
            let [red, green, blue, opacity] =
                volume.composite(&ray(step_mm, 2.0), &Cuts::default(), &glass(opacity_per_mm), &AHEAD);
            let truth = 1.0 - (1.0 - opacity_per_mm).powi(8);
            assert!((opacity - truth).abs() < 1e-9, "{opacity_per_mm} {step_mm}: {opacity} for {truth}");
            // No surface: all of the colour.
            assert!((red - truth).abs() < 1e-9 && (green - truth / 2.0).abs() < 1e-9, "{red} {green} {blue}");
        }
    }

    #[test]
    fn a_plane_cuts_away_what_lies_before_it() {
        let volume = block(5, 2.0);
        let half = ClipPlane { point: Point::new(0.0, 0.0, 1.5), normal: Vector::new(0.0, 0.0, 1.0) };
        let cuts = |plane| {
            let mut cuts = Cuts::default();
            cuts.add_planes(&[plane]).expect("room");
            cuts
        };
        let [.., opacity] = volume.composite(&ray(0.5, 2.0), &cuts(half), &glass(0.1), &AHEAD);
        assert!((opacity - (1.0 - 0.9_f64.powi(4))).abs() < 1e-9, "{opacity}");
        let all = ClipPlane { point: Point::new(0.0, 0.0, 9.0), ..half };
        let seen = volume.composite(&ray(0.5, 2.0), &cuts(all), &glass(0.1), &AHEAD);
        assert!(seen.iter().all(|part| *part <= 0.0), "{seen:?}");
    }

    /// An outline drawn from the side takes away half the thickness, whatever it keeps.
    #[test]
    fn an_outline_cuts_along_the_direction_that_it_was_drawn_in() {
        let volume = block(5, 2.0);
        // Planes lie at z = -1 to 7 mm; in the picture from the front the upper half is z above 3.
        let front = Section::cardinal(CardinalPlane::Coronal, Point::new(0.0, 0.0, 3.0));
        let upper = [[-50.0, 0.0], [50.0, 0.0], [50.0, -50.0], [-50.0, -50.0]];
        for keeps_inside in [true, false] {
            let mut cuts = Cuts::default();
            let cut = ScissorCut::new(&front, &upper, keeps_inside).expect("a cut");
            cuts.add_scissor(Arc::new(cut)).expect("room");
            let [.., opacity] = volume.composite(&ray(0.5, 2.0), &cuts, &glass(0.1), &AHEAD);
            assert!((opacity - (1.0 - 0.9_f64.powi(4))).abs() < 1e-9, "{keeps_inside}: {opacity}");
        }
    }

    #[test]
    fn a_ray_is_met_where_it_has_lost_half_of_its_light() {
        // Glass that takes a third of a millimetre's light: half is gone in the second.
        let met = block(5, 2.0).first_met(&ray(1.0, 2.0), &Cuts::default(), &glass(1.0 / 3.0));
        let (at, value) = met.expect("it is stopped");
        assert!((at.xyz.z - (-0.5 + 0.25 + 0.5)).abs() < 1e-9, "{at:?}");
        assert_eq!(value, ModalityValue(5.0));
        assert_eq!(
            block(5, 2.0).first_met(&ray(1.0, 2.0), &Cuts::default(), &glass(0.01)),
            None,
            "clear glass"
        );
    }

    #[test]
    fn surfaces_facing_the_light_are_bright_and_those_along_it_dark() {
        // Values rise along z by 1000 a plane, by 100 a row and by 10 a column.
        let towards = |light: Vector<Patient>| {
            let lighting = Lighting { light: light.normalized().expect("a direction"), ..AHEAD };
            // The first sample lies among the voxels, and takes all light.
            let inside = Ray { start: Point::new(1.5, 1.5, 1.25), ..ray(1.0, 2.0) };
            let [red, ..] = ramp().composite(&inside, &Cuts::default(), &glass(1.0), &lighting);
            red
        };
        let gradient = Vector::new(10.0, 100.0, 500.0);
        assert!((towards(gradient) - 1.0).abs() < 1e-9, "{}", towards(gradient));
        let across = Vector::new(100.0, -10.0, 0.0);
        assert!((towards(across) - 0.25).abs() < 1e-9, "{}", towards(across));
    }

    #[test]
    fn a_ray_beside_the_volume_meets_nothing() {
        let beside = Ray { start: Point::new(9.0, 1.0, -4.0), ..ray(1.0, 2.0) };
        assert_eq!(beside.steps_inside(&block(5, 2.0), &[]), None);
        let behind = Ray { start: Point::new(1.0, 1.0, 4.0), ..ray(1.0, 2.0) };
        assert_eq!(behind.steps_inside(&block(5, 2.0), &[]), None);
        let far = Ray { start: Point::new(1.0, 1.0, -10.5), ..ray(2.0, 2.0) };
        assert_eq!(far.steps_inside(&block(5, 2.0), &[]), Some((10, 14)));
    }

    /// By the definition: from the first to the last step whose place is a voxel's and on the kept side of the planes.
    #[test]
    fn the_steps_inside_are_those_that_lie_there() {
        let volume = uneven();
        let sides = volume.size().map(f64::from);
        let half = ClipPlane { point: Point::new(2.1, 1.4, 2.3), normal: Vector::new(0.3, -0.8, 0.5) };
        let mut met = 0;
        for number in 0..200_u32 {
            let share = |salt: u32| f64::from((number * 7919 + salt * 104_729) % 1009) / 1009.0;
            let [x, y, z] = [0, 1, 2].map(|axis| share(axis + 1) * sides[axis as usize] - 0.5);
            let step = Vector::new(share(4) - 0.5, share(5) - 0.5, share(6) - 0.5) * 0.6;
            let ray = Ray { start: Point::new(x, y, z) + step * -20.3, step, step_mm: 1.0 };
            // Along the ray: it keeps all or nothing.
            let beside = ClipPlane { point: half.point, normal: step.cross(Vector::new(1.0, 2.0, 3.0)) };
            let planes = [half, beside];
            for count in 0..=2 {
                let planes = &planes[..count];
                let is_inside = |step: &u32| {
                    let at = ray.start + ray.step * f64::from(*step);
                    let mut axes = at.xyz.to_array().into_iter().zip(sides);
                    axes.all(|(at, side)| (-0.5..=side - 0.5).contains(&at))
                        && planes.iter().all(|plane| (at - plane.point).dot(plane.normal) >= 0.0)
                };
                let mut inside = (0..3000).filter(is_inside);
                let first = inside.next();
                let truth = first.map(|first| (first, inside.next_back().unwrap_or(first)));
                assert_eq!(ray.steps_inside(&volume, planes), truth, "{number} {count}");
                met += i32::from(truth.is_some());
            }
        }
        assert!((250..500).contains(&met), "{met}");
        let slow = Ray { step: Vector::new(0.0, 0.0, 1e-6), ..ray(1.0, 2.0) };
        assert_eq!(slow.steps_inside(&block(5, 2.0), &[]), Some((0, 65_536)), "no more of them");
    }

    /// Where values rise evenly through the patient, whatever the axes of the voxels; light as the model says.
    #[test]
    fn surfaces_lie_in_the_patient() {
        let shape = uneven();
        let rise = Vector::<Patient>::new(3.0, -2.0, 1.5);
        let slice = |plane: u32| {
            let value = |index: u32| {
                let voxel = Point::new(f64::from(index % 5), f64::from(index / 5), f64::from(plane));
                (*shape.patient_from_voxel() * voxel).xyz.dot(rise.xyz)
            };
            let pixels = Pixels::Reals(Reals::new((0..20).map(value).collect()));
            let frame = Arc::new(Frame { rows: 4, columns: 5, pixels, cover: None });
            Some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None }))
        };
        let slices = (0..6).map(slice).collect();
        let volume = Volume::new((5, 4), slices, *shape.patient_from_voxel()).expect("a volume");
        let at = Point::new(2.2, 1.6, 2.9);
        assert!((volume.gradient(at, 0.0) + rise * -1.0).length() < 1e-9, "{:?}", volume.gradient(at, 0.0));
        let [light, viewer] = [Vector::new(0.6, 0.0, 0.8), Vector::new(0.0, -0.28, 0.96)];
        let mut transfer = glass(0.5);
        transfer.shading.specular = 0.375;
        transfer.shading.shininess = 3.0;
        let (lit, highlight) = volume.light_on(at, 0.0, &transfer, &Lighting { light, viewer });
        let normal = rise.xyz / rise.length();
        let half = (light.xyz + viewer.xyz) / (light.xyz + viewer.xyz).length();
        assert!((lit - (0.25 + 0.75 * normal.dot(light.xyz).abs())).abs() < 1e-12, "{lit}");
        assert!((highlight - 0.375 * normal.dot(half).abs().powi(3)).abs() < 1e-12, "{highlight}");
    }
}
