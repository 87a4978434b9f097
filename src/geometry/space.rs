//! Spaces as types: a point says where it lives, and mixing two spaces does not compile.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Mul, Sub};

use glam::DVec3;

/// A coordinate system.
pub trait Space: Copy {
    /// Its name in messages.
    const NAME: &'static str;
}

macro_rules! space {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub enum $name {}
        impl Space for $name {
            const NAME: &'static str = stringify!($name);
        }
    };
}

space! {
    /// The patient: millimetres, +x to the patient's left, +y posterior, +z to the head. PS3.3 C.7.6.2.1.1.
    Patient
}
space! {
    /// Indices of a pixel: column, row, slice; integers at the centres. PS3.3 C.7.6.2.1.1.
    Voxel
}
space! {
    /// Position in the image: 0.0\0.0 is the outer corner of the first pixel, so its centre is 0.5\0.5. PS3.3 C.10.5.
    Image
}
space! {
    /// Position in a viewport in device pixels: 0.0\0.0 is its outer top left corner.
    View
}

space! {
    /// Position in a picture along a curve: millimetres across the curve, and of its length.
    Unrolled
}

/// A position in the space `S`.
pub struct Point<S> {
    /// The coordinates.
    pub xyz: DVec3,
    space: PhantomData<S>,
}

/// A displacement in the space `S`.
pub struct Vector<S> {
    /// The components.
    pub xyz: DVec3,
    space: PhantomData<S>,
}

macro_rules! coordinates {
    ($name:ident) => {
        impl<S: Space> $name<S> {
            /// From three coordinates.
            pub const fn new(x: f64, y: f64, z: f64) -> Self {
                Self::from_xyz(DVec3::new(x, y, z))
            }

            /// From two coordinates in a plane; z is 0.
            pub const fn flat(x: f64, y: f64) -> Self {
                Self::new(x, y, 0.0)
            }

            /// From a vector whose space the caller vouches for.
            pub const fn from_xyz(xyz: DVec3) -> Self {
                Self { xyz, space: PhantomData }
            }
        }

        impl<S> Clone for $name<S> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<S> Copy for $name<S> {}

        impl<S> PartialEq for $name<S> {
            fn eq(&self, other: &Self) -> bool {
                self.xyz == other.xyz
            }
        }

        impl<S: Space> fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({}, {}, {})", S::NAME, self.xyz.x, self.xyz.y, self.xyz.z)
            }
        }
    };
}

coordinates!(Point);
coordinates!(Vector);

impl<S: Space> Vector<S> {
    /// The vector of length 1 in this direction; `None` for a vector too short to have one.
    pub fn normalized(self) -> Option<Self> {
        self.xyz.try_normalize().map(Self::from_xyz)
    }

    /// The scalar product.
    pub fn dot(self, other: Self) -> f64 {
        self.xyz.dot(other.xyz)
    }

    /// The vector product.
    #[must_use]
    pub fn cross(self, other: Self) -> Self {
        Self::from_xyz(self.xyz.cross(other.xyz))
    }

    /// The length, in the units of the space.
    pub fn length(self) -> f64 {
        self.xyz.length()
    }
}

impl<S: Space> Add<Vector<S>> for Point<S> {
    type Output = Self;
    fn add(self, step: Vector<S>) -> Self {
        Self::from_xyz(self.xyz + step.xyz)
    }
}

impl<S: Space> Sub for Point<S> {
    type Output = Vector<S>;
    fn sub(self, from: Self) -> Vector<S> {
        Vector::from_xyz(self.xyz - from.xyz)
    }
}

impl<S: Space> Add for Vector<S> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::from_xyz(self.xyz + other.xyz)
    }
}

impl<S: Space> Mul<f64> for Vector<S> {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::from_xyz(self.xyz * factor)
    }
}
