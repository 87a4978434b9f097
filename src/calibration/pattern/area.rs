//! Rectangles of pixels.

/// Pixels from `left` and `top` on, up to `right` and `bottom` and without them. It may reach over the edges of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) right: i64,
    pub(super) bottom: i64,
}

impl Area {
    /// By its upper left corner and its size.
    pub(super) const fn sized(left: i64, top: i64, width: i64, height: i64) -> Self {
        Self { left, top, right: left + width, bottom: top + height }
    }

    /// Between two columns and two rows, in whatever order.
    pub(super) fn between([x0, x1]: [i64; 2], [y0, y1]: [i64; 2]) -> Self {
        Self { left: x0.min(x1), top: y0.min(y1), right: x0.max(x1), bottom: y0.max(y1) }
    }

    pub(super) const fn width(self) -> i64 {
        self.right - self.left
    }

    pub(super) const fn height(self) -> i64 {
        self.bottom - self.top
    }

    /// What both have.
    pub(super) fn within(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// With each edge so far inwards; outwards where that is negative.
    pub(super) const fn inset(self, by: i64) -> Self {
        Self { left: self.left + by, top: self.top + by, right: self.right - by, bottom: self.bottom - by }
    }

    /// Its left and its right half.
    pub(super) const fn beside(self) -> [Self; 2] {
        let middle = (self.left + self.right).div_euclid(2);
        [Self { right: middle, ..self }, Self { left: middle, ..self }]
    }

    /// Its upper and its lower half.
    pub(super) const fn stacked(self) -> [Self; 2] {
        let middle = (self.top + self.bottom).div_euclid(2);
        [Self { bottom: middle, ..self }, Self { top: middle, ..self }]
    }
}
