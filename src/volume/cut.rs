//! What is cut away from a volume before it is rendered or projected: by planes, by a box of them, and along outlines that were drawn on
//! a rendering.

use std::sync::Arc;

use super::body::Volume;
use crate::geometry::{Map, Patient, Point, Section, Vector, View, Voxel};

/// What is cut away, bounded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cuts {
    planes: Vec<ClipPlane>,
    scissors: Vec<Arc<ScissorCut>>,
}

/// Half a space is kept: the side that `normal` points to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipPlane {
    /// A point of the plane.
    pub point: Point<Voxel>,
    /// Towards what is kept.
    pub normal: Vector<Voxel>,
}

/// A box along the axes of the patient: what lies in it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipBox {
    /// The corner to the right, in front and at the feet.
    pub low: Point<Patient>,
    /// The corner to the left, behind and at the head.
    pub high: Point<Patient>,
}

/// A cut along the direction of view, through an outline that was drawn on a rendering.
///
/// The outline is kept as a mask of at most [`ScissorCut::SIDE`]² cells: its edge lies within [`ScissorCut::edge_mm`] of where it was
/// drawn, on the card and here alike.
#[derive(Debug, Clone, PartialEq)]
pub struct ScissorCut {
    /// To the cells of the mask; the third axis is the direction of view.
    cell_from_patient: Map<View, Patient>,
    size: (u32, u32),
    /// A bit a cell, the leftmost lowest; [`ScissorCut::ROW_WORDS`] words a row.
    bits: Vec<u32>,
    keeps_inside: bool,
    cell_mm: f64,
}

/// Its numbers are finite.
impl Eq for ScissorCut {}

/// Why something is not cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CutFault {
    /// As many planes cut as may.
    #[error("{} planes cut at most, and a box takes six of them", Cuts::PLANES_MAX)]
    Planes,
    /// As many outlines cut as may.
    #[error("{} outlines cut at most", Cuts::SCISSORS_MAX)]
    Scissors,
    /// An outline with too few points, or too many, or on one line.
    #[error("an outline that cuts has 3 to {} points and surrounds something", ScissorCut::POINTS_MAX)]
    Outline,
    /// A plane without a direction.
    #[error("a plane that cuts has a direction")]
    Direction,
    /// A box with nothing in it.
    #[error("a box that cuts has its lower end before its upper one along each axis")]
    Box,
}

impl Cuts {
    /// The most planes that cut.
    pub const PLANES_MAX: usize = 8;
    /// The most outlines that cut.
    pub const SCISSORS_MAX: usize = 8;

    /// Adds planes, if there is room for all of them.
    pub fn add_planes(&mut self, planes: &[ClipPlane]) -> Result<(), CutFault> {
        if self.planes.len() + planes.len() > Self::PLANES_MAX {
            return Err(CutFault::Planes);
        }
        self.planes.extend(planes);
        Ok(())
    }

    /// Adds a cut along an outline.
    pub fn add_scissor(&mut self, cut: Arc<ScissorCut>) -> Result<(), CutFault> {
        if self.scissors.len() >= Self::SCISSORS_MAX {
            return Err(CutFault::Scissors);
        }
        self.scissors.push(cut);
        Ok(())
    }

    /// Takes the last cut along an outline back; whether there was one.
    pub fn remove_scissor(&mut self) -> bool {
        self.scissors.pop().is_some()
    }

    /// The planes.
    pub fn planes(&self) -> &[ClipPlane] {
        &self.planes
    }

    /// The cuts along outlines, the latest last.
    pub fn scissors(&self) -> &[Arc<ScissorCut>] {
        &self.scissors
    }

    /// Whether nothing is cut away.
    pub fn is_empty(&self) -> bool {
        self.planes.is_empty() && self.scissors.is_empty()
    }

    /// Whether neither a plane nor an outline cuts a position of a volume away.
    ///
    /// GPU twin: `shaders/lib/cut.wgsl`.
    pub fn keeps(&self, volume: &Volume, at: Point<Voxel>) -> bool {
        self.planes.iter().all(|plane| (at - plane.point).dot(plane.normal) >= 0.0)
            && (self.scissors.is_empty() || self.is_kept(*volume.patient_from_voxel() * at))
    }

    /// The same of a volume's body on another grid: planes are told by voxels.
    #[must_use]
    pub fn on(&self, volume: &Volume, grid: &Volume) -> Self {
        let grid_from_voxel = *grid.voxel_from_patient() * *volume.patient_from_voxel();
        let voxel_from_grid = *volume.voxel_from_patient() * *grid.patient_from_voxel();
        let axes = [voxel_from_grid.x_axis(), voxel_from_grid.y_axis(), voxel_from_grid.z_axis()];
        let on_grid = |plane: &ClipPlane| {
            let [x, y, z] = axes.map(|axis| axis.dot(plane.normal));
            ClipPlane { point: grid_from_voxel * plane.point, normal: Vector::new(x, y, z) }
        };
        Self { planes: self.planes.iter().map(on_grid).collect(), scissors: self.scissors.clone() }
    }

    /// Whether no outline cuts a point away.
    pub fn is_kept(&self, at: Point<Patient>) -> bool {
        self.scissors.iter().all(|cut| cut.is_kept(at))
    }
}

impl ClipPlane {
    /// Through a point of the patient; what `normal` points to is kept.
    pub fn new(volume: &Volume, point: Point<Patient>, normal: Vector<Patient>) -> Result<Self, CutFault> {
        let normal = normal.normalized().ok_or(CutFault::Direction)?;
        // A plane's normal goes by the transpose of the map that points go by.
        let map = volume.patient_from_voxel();
        let [x, y, z] = [map.x_axis(), map.y_axis(), map.z_axis()].map(|axis| axis.dot(normal));
        Ok(Self { point: *volume.voxel_from_patient() * point, normal: Vector::new(x, y, z) })
    }
}

impl ClipBox {
    /// Between two corners.
    pub fn new(low: Point<Patient>, high: Point<Patient>) -> Result<Self, CutFault> {
        if low.xyz.cmplt(high.xyz).all() { Ok(Self { low, high }) } else { Err(CutFault::Box) }
    }

    /// Around all voxels of a volume.
    pub fn around(volume: &Volume) -> Self {
        let corners = volume.corners();
        let low = corners.iter().fold(corners[0].xyz, |low, corner| low.min(corner.xyz));
        let high = corners.iter().fold(corners[0].xyz, |high, corner| high.max(corner.xyz));
        Self { low: Point::from_xyz(low), high: Point::from_xyz(high) }
    }

    /// Its faces.
    pub fn planes(&self, volume: &Volume) -> Result<[ClipPlane; 6], CutFault> {
        let [x, y, z] = [Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, 0.0, 1.0)];
        let low = |axis| ClipPlane::new(volume, self.low, axis);
        let high = |axis: Vector<Patient>| ClipPlane::new(volume, self.high, axis * -1.0);
        Ok([low(x)?, high(x)?, low(y)?, high(y)?, low(z)?, high(z)?])
    }
}

impl ScissorCut {
    /// The most points of an outline.
    pub const POINTS_MAX: usize = 256;
    /// The most cells a side.
    pub const SIDE: u32 = 1024;
    /// Words of a row of cells.
    pub const ROW_WORDS: usize = (Self::SIDE / 32) as usize;
    /// Outlines that are smaller in a direction surround nothing, mm.
    const SIZE_MIN_MM: f64 = 1e-3;

    /// Of an outline in millimetres to the right and down of a section's middle, seen along its normal. Where it crosses itself,
    /// what lies inside is told by the even-odd rule. Inside or outside is kept.
    pub fn new(section: &Section, outline_mm: &[[f64; 2]], keeps_inside: bool) -> Result<Self, CutFault> {
        let is_finite = outline_mm.as_flattened().iter().all(|mm| mm.is_finite());
        if !(3..=Self::POINTS_MAX).contains(&outline_mm.len()) || !is_finite {
            return Err(CutFault::Outline);
        }
        let ends = |axis: usize| {
            let along = outline_mm.iter().map(|point| point[axis]);
            along.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mm| (low.min(mm), high.max(mm)))
        };
        let ((left, right), (top, bottom)) = (ends(0), ends(1));
        let (width, height) = (right - left, bottom - top);
        if width.min(height) < Self::SIZE_MIN_MM {
            return Err(CutFault::Outline);
        }
        let cell_mm = width.max(height) / f64::from(Self::SIDE);
        let cells = |mm: f64| (mm / cell_mm).ceil().clamp(1.0, f64::from(Self::SIDE));
        let (columns, rows) = (cells(width), cells(height));
        let middle = section.center()
            + section.right() * f64::midpoint(left, right)
            + section.down() * f64::midpoint(top, bottom);
        let map = section.through(middle).patient_from_view(cell_mm, (columns, rows));
        let cell_from_patient = map.inverse().ok_or(CutFault::Outline)?;
        let cell = |&[x, y]: &[f64; 2]| {
            let at = |mm: f64, middle: f64, count: f64| (mm - middle) / cell_mm + count / 2.0;
            [at(x, f64::midpoint(left, right), columns), at(y, f64::midpoint(top, bottom), rows)]
        };
        let outline: Vec<[f64; 2]> = outline_mm.iter().map(cell).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1024")]
        let size = (columns as u32, rows as u32);
        Ok(Self { cell_from_patient, size, bits: fill(&outline, size), keeps_inside, cell_mm })
    }

    /// Whether a point is kept: by the cell that it lies in.
    pub fn is_kept(&self, at: Point<Patient>) -> bool {
        let [x, y] = (self.cell_from_patient * at).xyz.truncate().to_array();
        self.is_inside(x.floor(), y.floor()) == self.keeps_inside
    }

    fn is_inside(&self, column: f64, row: f64) -> bool {
        let (columns, rows) = self.size;
        if !(0.0..f64::from(columns)).contains(&column) || !(0.0..f64::from(rows)).contains(&row) {
            return false;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cell of the mask")]
        let (column, row) = (column as usize, row as usize);
        let word = self.bits.get(row * Self::ROW_WORDS + column / 32).copied().unwrap_or(0);
        word >> (column % 32) & 1 == 1
    }

    /// From the patient to cells of the mask.
    pub const fn cell_from_patient(&self) -> &Map<View, Patient> {
        &self.cell_from_patient
    }

    /// Columns and rows of cells.
    pub const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// A bit a cell that lies inside, the leftmost lowest; [`ScissorCut::ROW_WORDS`] words a row.
    pub fn bits(&self) -> &[u32] {
        &self.bits
    }

    /// Whether what lies inside is kept.
    pub const fn keeps_inside(&self) -> bool {
        self.keeps_inside
    }

    /// How far from the outline as it was drawn the edge may lie, mm: half the diagonal of a cell.
    pub fn edge_mm(&self) -> f64 {
        self.cell_mm * std::f64::consts::FRAC_1_SQRT_2
    }
}

/// The bits of all cells whose middles lie inside an outline, row by row between its crossings.
fn fill(outline: &[[f64; 2]], (columns, rows): (u32, u32)) -> Vec<u32> {
    let mut bits = vec![0_u32; rows as usize * ScissorCut::ROW_WORDS];
    let mut crossings = Vec::with_capacity(outline.len());
    for (row, words) in (0_u32..).zip(bits.chunks_mut(ScissorCut::ROW_WORDS)) {
        let y = f64::from(row) + 0.5;
        crossings.clear();
        for (&[from_x, from_y], &[to_x, to_y]) in outline.iter().zip(outline.iter().cycle().skip(1)) {
            if (from_y <= y) != (to_y <= y) {
                crossings.push(from_x + (y - from_y) / (to_y - from_y) * (to_x - from_x));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.as_chunks().0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to the columns"
            )]
            let [first, end] = pair.map(|x: f64| (x - 0.5).ceil().clamp(0.0, f64::from(columns)) as usize);
            for column in first..end {
                if let Some(word) = words.get_mut(column / 32) {
                    *word |= 1 << (column % 32);
                }
            }
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::super::body::tests::block;
    use super::*;
    use crate::geometry::CardinalPlane;
    use proptest::prelude::*;

    const MIDDLE: Point<Patient> = Point::new(3.0, -7.0, 11.0);

    fn front() -> Section {
        Section::cardinal(CardinalPlane::Coronal, MIDDLE).turned(Vector::new(0.3, 0.5, 0.8), 33.0)
    }

    /// The rule by itself: how often a line to the right crosses the outline.
    fn is_inside(outline: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
        let edges = outline.iter().zip(outline.iter().cycle().skip(1));
        let crosses = |(a, b): &(&[f64; 2], &[f64; 2])| {
            (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
        };
        edges.filter(crosses).count() % 2 == 1
    }

    #[test]
    fn another_grid_is_cut_in_the_same_places() {
        let volume = block(7, 2.5);
        let grid = volume.coarse(3).expect("a grid");
        let plane = ClipPlane::new(&volume, volume.middle(), Vector::new(0.3, -0.2, 0.9)).expect("a plane");
        let mut cuts = Cuts::default();
        cuts.add_planes(&[plane]).expect("room");
        let on_grid = cuts.on(&volume, &grid);
        let mut kept = 0;
        for place in 0..125_u32 {
            let [x, y, z] = [place % 5, place / 5 % 5, place / 25].map(f64::from);
            let at = volume.middle() + Vector::new(x - 1.9, y - 2.2, 1.7 * z - 3.1);
            let is_kept =
                |volume: &Volume, cuts: &Cuts| cuts.keeps(volume, *volume.voxel_from_patient() * at);
            assert_eq!(is_kept(&volume, &cuts), is_kept(&grid, &on_grid), "{at:?}");
            kept += u32::from(is_kept(&volume, &cuts));
        }
        assert!((20..105).contains(&kept), "{kept}");
    }

    proptest! {
        #[test]
        fn what_is_kept_lies_inside_or_as_near_the_edge_as_is_said(
            outline in prop::collection::vec([-40.0..40.0_f64, -30.0..30.0_f64], 3..12),
            points in prop::collection::vec([-50.0..50.0_f64, -40.0..40.0_f64, -99.0..99.0_f64], 200),
            keeps_inside: bool,
        ) {
            let section = front();
            let Ok(cut) = ScissorCut::new(&section, &outline, keeps_inside) else { return Ok(()) };
            for [right, down, deep] in points {
                let at = MIDDLE + section.right() * right + section.down() * down + section.normal() * deep;
                // Nearer to the outline than is said, either may be.
                let edges = outline.iter().zip(outline.iter().cycle().skip(1));
                let away = edges.map(|(a, b)| distance([right, down], *a, *b)).fold(f64::INFINITY, f64::min);
                if away > cut.edge_mm() * 1.001 {
                    prop_assert_eq!(cut.is_kept(at), is_inside(&outline, [right, down]) == keeps_inside);
                }
            }
        }
    }

    fn distance([x, y]: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
        let (p, a, b) = (glam::DVec2::new(x, y), glam::DVec2::from(a), glam::DVec2::from(b));
        let along = b - a;
        let share =
            if along.length_squared() > 0.0 { (p - a).dot(along) / along.length_squared() } else { 0.0 };
        (p - a - along * share.clamp(0.0, 1.0)).length()
    }

    #[test]
    fn a_large_outline_has_cells_of_a_known_size() {
        let outline = [[-200.0, -100.0], [200.0, -100.0], [200.0, 100.0], [-200.0, 100.0]];
        let cut = ScissorCut::new(&front(), &outline, true).expect("a cut");
        assert_eq!(cut.size(), (1024, 512));
        assert!((cut.edge_mm() - 0.2762).abs() < 1e-4, "{}", cut.edge_mm());
        assert_eq!(cut.bits().iter().map(|word| word.count_ones()).sum::<u32>(), 1024 * 512);
    }

    #[test]
    fn what_surrounds_nothing_is_refused() {
        let of = |outline: &[[f64; 2]]| ScissorCut::new(&front(), outline, true).err();
        assert_eq!(of(&[[0.0, 0.0], [1.0, 1.0]]), Some(CutFault::Outline));
        assert_eq!(of(&[[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), Some(CutFault::Outline));
        assert_eq!(of(&[[0.0, 0.0], [1.0, 0.0], [2.0, f64::NAN]]), Some(CutFault::Outline));
        assert_eq!(of(&[[0.0, 0.0], [0.0, 1.0], [0.0, 2.0]]), Some(CutFault::Outline));
        let round = |points: u32| {
            let turns = (0..points).map(|point| f64::from(point) / f64::from(points) * std::f64::consts::TAU);
            turns.map(|turn| [libm::cos(turn), libm::sin(turn)]).collect::<Vec<_>>()
        };
        assert_eq!((of(&round(256)), of(&round(257))), (None, Some(CutFault::Outline)));
        assert_eq!(of(&[[0.0, 0.0], [1.0, 0.0], [0.5, 1.0]]), None);
    }

    #[test]
    fn a_box_has_an_inside_and_a_plane_a_direction() {
        let low = Point::new(1.0, 2.0, 3.0);
        for high in [[1.0, 4.0, 5.0], [4.0, 2.0, 5.0], [4.0, 5.0, 3.0]] {
            assert_eq!(
                ClipBox::new(low, Point::from_xyz(high.into())).err(),
                Some(CutFault::Box),
                "{high:?}"
            );
        }
        let nowhere = ClipPlane::new(&block(5, 2.0), low, Vector::new(0.0, 0.0, 0.0));
        assert_eq!(nowhere.err(), Some(CutFault::Direction));
    }

    #[test]
    fn more_than_there_is_room_for_is_refused_in_words() {
        let volume = block(5, 2.0);
        let faces = ClipBox::around(&volume).planes(&volume).expect("a box");
        let mut cuts = Cuts::default();
        assert_eq!(cuts.add_planes(&faces), Ok(()));
        let fault = cuts.add_planes(&faces[..3]).expect_err("no room");
        assert_eq!(fault.to_string(), "8 planes cut at most, and a box takes six of them");
        assert_eq!((cuts.add_planes(&faces[..2]), cuts.planes().len()), (Ok(()), 8));
        let outline = [[0.0, 0.0], [1.0, 0.0], [0.5, 1.0]];
        let cut = Arc::new(ScissorCut::new(&front(), &outline, true).expect("a cut"));
        for _ in 0..8 {
            assert_eq!(cuts.add_scissor(Arc::clone(&cut)), Ok(()));
        }
        assert_eq!(
            cuts.add_scissor(cut).map_err(|fault| fault.to_string()),
            Err("8 outlines cut at most".to_owned())
        );
        assert!(cuts.remove_scissor());
        assert_eq!(cuts.scissors().len(), 7);
    }
}
