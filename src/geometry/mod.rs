//! Where things are: spaces, maps between them, image planes, orientation letters. PS3.3 C.7.6.2.

mod camera;
mod curve;
mod localizer;
mod map;
mod orientation;
mod plane;
mod sampling;
mod section;
mod space;
mod turn;

pub use camera::{Camera, shine};
pub use curve::{Curve, CurveError, CurveFrame, CurveMode};
pub use localizer::{Slice, reference_line};
pub use map::Map;
pub use orientation::{Anatomical, opposite_letters, orientation_letters, plane_name};
pub use plane::{ImagePlane, PlaneError, SAME_POSITION_MM, SPACING_TOLERANCE_SHARE, StackAxis, gaps_along};
pub use sampling::Sampling;
pub use section::{CardinalPlane, Section};
pub use space::{Image, Patient, Point, Space, Unrolled, Vector, View, Voxel};
pub use turn::Turn;
