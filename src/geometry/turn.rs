//! How a picture is turned: one of the eight ways in which a rectangle lies on its own axes. PS3.3 C.10.6.

/// Quarter turns clockwise, then perhaps mirrored left for right, from the image to the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Turn {
    quarters: u8,
    is_flipped: bool,
}

impl Turn {
    /// So many quarter turns clockwise; then mirrored left for right, if asked for.
    pub const fn new(quarters: u8, is_flipped: bool) -> Self {
        Self { quarters: quarters % 4, is_flipped }
    }

    /// Quarter turns clockwise before the flip, 0 to 3.
    pub const fn quarters(self) -> u8 {
        self.quarters
    }

    /// Whether it is mirrored left for right after the turn.
    pub const fn is_flipped(self) -> bool {
        self.is_flipped
    }

    /// This one, and then another of what is seen.
    #[must_use]
    pub const fn then(self, other: Self) -> Self {
        let turned = self.rotated(other.quarters);
        if other.is_flipped { turned.flipped_horizontally() } else { turned }
    }

    /// What takes it back: after both a picture lies as before.
    #[must_use]
    pub const fn inverse(self) -> Self {
        // One that mirrors takes itself back.
        if self.is_flipped { self } else { Self::new(4 - self.quarters, false) }
    }

    /// What is seen, turned by so many quarters clockwise.
    #[must_use]
    pub const fn rotated(self, quarters: u8) -> Self {
        // Before the flip it is the other way round.
        let before = if self.is_flipped { 4 - quarters % 4 } else { quarters % 4 };
        Self::new(self.quarters + before, self.is_flipped)
    }

    /// What is seen, mirrored left for right.
    #[must_use]
    pub const fn flipped_horizontally(self) -> Self {
        Self::new(self.quarters, !self.is_flipped)
    }

    /// What is seen, mirrored top for bottom.
    #[must_use]
    pub const fn flipped_vertically(self) -> Self {
        self.flipped_horizontally().rotated(2)
    }

    /// Whether rows of the image stand upright on the screen.
    pub const fn swaps_sides(self) -> bool {
        self.quarters % 2 == 1
    }

    /// Where on the screen, right and down, a step along a row of the image leads, and one along a column.
    pub const fn axes(self) -> ([f64; 2], [f64; 2]) {
        let (row, column) = match self.quarters {
            0 => ([1.0, 0.0], [0.0, 1.0]),
            1 => ([0.0, 1.0], [-1.0, 0.0]),
            2 => ([-1.0, 0.0], [0.0, -1.0]),
            _ => ([0.0, -1.0], [1.0, 0.0]),
        };
        let [row_right, row_down] = row;
        let [column_right, column_down] = column;
        if self.is_flipped { ([-row_right, row_down], [-column_right, column_down]) } else { (row, column) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: [f64; 2] = [1.0, 0.0];
    const LEFT: [f64; 2] = [-1.0, 0.0];
    const DOWN: [f64; 2] = [0.0, 1.0];
    const UP: [f64; 2] = [0.0, -1.0];

    fn bits(turn: Turn) -> [[f64; 2]; 2] {
        let (row, column) = turn.axes();
        // -0 is 0.
        [row, column].map(|axis| axis.map(|part| part + 0.0))
    }

    #[test]
    fn turns_and_flips_are_of_what_is_seen() {
        let upright = Turn::default();
        assert_eq!(bits(upright), [RIGHT, DOWN]);
        assert_eq!(bits(upright.rotated(1)), [DOWN, LEFT]);
        assert_eq!(bits(upright.flipped_horizontally()), [LEFT, DOWN]);
        assert_eq!(bits(upright.flipped_vertically()), [RIGHT, UP]);
        // A mirrored picture turns clockwise too: what lay to the right goes down.
        assert_eq!(bits(upright.flipped_horizontally().rotated(1)), [UP, LEFT]);
        assert_eq!(bits(upright.rotated(1).flipped_horizontally()), [DOWN, RIGHT]);
    }

    #[test]
    fn whatever_is_done_again_comes_back() {
        let all = (0..4).flat_map(|quarters| [false, true].map(|flipped| Turn::new(quarters, flipped)));
        for turn in all {
            assert_eq!(turn.rotated(1).rotated(3), turn);
            assert_eq!(turn.rotated(1).rotated(1), turn.rotated(2));
            assert_eq!(turn.flipped_horizontally().flipped_horizontally(), turn);
            assert_eq!(turn.flipped_vertically().flipped_vertically(), turn);
            assert_eq!(turn.flipped_horizontally().flipped_vertically(), turn.rotated(2));
            assert_eq!(turn.then(Turn::new(1, true)), turn.rotated(1).flipped_horizontally());
            assert_eq!(Turn::default().then(turn), turn);
            assert_eq!(turn.then(turn.inverse()), Turn::default());
            assert_eq!(turn.inverse().then(turn), Turn::default());
        }
    }
}
