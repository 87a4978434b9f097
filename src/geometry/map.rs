//! Affine maps between spaces, named `to_from`: `view_from_image * point_in_image` is a point in the view.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Mul;

use glam::{DAffine3, DVec3};

use super::space::{Point, Space, Vector};

/// An affine map from the space `From` to the space `To`.
pub struct Map<To, From> {
    affine: DAffine3,
    spaces: PhantomData<(To, From)>,
}

impl<To: Space, From: Space> Map<To, From> {
    /// The map that sends the axes of `From` to `x`, `y`, `z` and its origin to `origin`.
    pub const fn from_axes(x: Vector<To>, y: Vector<To>, z: Vector<To>, origin: Point<To>) -> Self {
        Self { affine: DAffine3::from_cols(x.xyz, y.xyz, z.xyz, origin.xyz), spaces: PhantomData }
    }

    /// Scales in the plane, then moves: `to = from · scale + origin`.
    pub const fn scale_then_move(scale_x: f64, scale_y: f64, origin: Point<To>) -> Self {
        Self::from_axes(
            Vector::new(scale_x, 0.0, 0.0),
            Vector::new(0.0, scale_y, 0.0),
            Vector::new(0.0, 0.0, 1.0),
            origin,
        )
    }

    /// The map back; `None` when the map flattens space.
    pub fn inverse(&self) -> Option<Map<From, To>> {
        let determinant = self.affine.matrix3.determinant();
        (determinant.is_finite() && determinant != 0.0)
            .then(|| Map { affine: self.affine.inverse(), spaces: PhantomData })
    }

    /// Where the x axis of `From` goes.
    pub fn x_axis(&self) -> Vector<To> {
        Vector::from_xyz(self.affine.matrix3.x_axis)
    }

    /// Where the y axis of `From` goes.
    pub fn y_axis(&self) -> Vector<To> {
        Vector::from_xyz(self.affine.matrix3.y_axis)
    }

    /// Where the z axis of `From` goes.
    pub fn z_axis(&self) -> Vector<To> {
        Vector::from_xyz(self.affine.matrix3.z_axis)
    }

    /// Where the origin of `From` goes.
    pub const fn origin(&self) -> Point<To> {
        Point::from_xyz(DVec3::new(
            self.affine.translation.x,
            self.affine.translation.y,
            self.affine.translation.z,
        ))
    }
}

impl<S: Space> Map<S, S> {
    /// Every point stays where it is.
    pub const IDENTITY: Self = Self { affine: DAffine3::IDENTITY, spaces: PhantomData };
}

impl<To, From> Clone for Map<To, From> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<To, From> Copy for Map<To, From> {}

impl<To, From> PartialEq for Map<To, From> {
    fn eq(&self, other: &Self) -> bool {
        self.affine == other.affine
    }
}

impl<To: Space, From: Space> fmt::Debug for Map<To, From> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}←{} x {} y {} z {} origin {}",
            To::NAME,
            From::NAME,
            self.affine.matrix3.x_axis,
            self.affine.matrix3.y_axis,
            self.affine.matrix3.z_axis,
            self.affine.translation
        )
    }
}

impl<To: Space, From: Space> Mul<Point<From>> for Map<To, From> {
    type Output = Point<To>;
    fn mul(self, point: Point<From>) -> Point<To> {
        Point::from_xyz(self.affine.transform_point3(point.xyz))
    }
}

impl<To: Space, From: Space> Mul<Vector<From>> for Map<To, From> {
    type Output = Vector<To>;
    fn mul(self, vector: Vector<From>) -> Vector<To> {
        Vector::from_xyz(self.affine.transform_vector3(vector.xyz))
    }
}

impl<To: Space, Via: Space, From: Space> Mul<Map<Via, From>> for Map<To, Via> {
    type Output = Map<To, From>;
    fn mul(self, inner: Map<Via, From>) -> Map<To, From> {
        Map { affine: self.affine * inner.affine, spaces: PhantomData }
    }
}
