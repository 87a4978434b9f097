//! Pictures of volumes that the card has no room for: drawn sheaf by sheaf, each of which goes on from what was found in those
//! before, as if all of the volume were there.
//!
//! What was found stays for as long as the same is looked at: through another window it is seen at once.

use std::time::Duration;

use crate::session::DeviceRect;

use super::super::pace::{Coarseness, Pace};
use super::device::{Gpu, GpuError};
use super::engine::{Engine, Slot};
use super::in_time::{Prepared, Turn, Work};
use super::of_volume::{Seen, VolumePass, VolumePicture, rows_at_once, whole};
use super::parts::{Held, Sheaf, depths, is_upwards};
use super::pipelines::SliceEntry;
use super::target::Target;

/// No frame waits longer for a plane.
const FRAME: Duration = Duration::from_millis(50);

/// What is found for a picture.
#[derive(Debug)]
pub(super) struct Sheaves {
    /// [`VolumePicture::of_found`].
    of: VolumePicture,
    /// Those that are not drawn yet, the next one last.
    left: Vec<Sheaf>,
    count: usize,
    /// The next one on the card.
    from: Option<u64>,
    /// Rows that are drawn of the next one.
    rows: u32,
    /// What was found in those that are drawn, and in the next one too in the rows that are.
    found: Target,
    next: Option<Target>,
}

/// How far a picture came.
enum Step {
    /// The next sheaf is not on the card yet.
    Lacking,
    /// There is no room for it before others are done with theirs.
    Crowded,
    Drawn,
    /// All that there is was found.
    Found,
}

impl Sheaves {
    /// Whether it is what a picture is made of.
    pub(super) fn are_of(&self, picture: &VolumePicture) -> bool {
        self.of == picture.of_found()
    }

    /// Whether all that there is was found.
    pub(super) const fn are_found(&self) -> bool {
        self.left.is_empty()
    }

    /// How much of a hundred is drawn.
    fn percent(&self) -> u32 {
        let (_, height) = self.of.view_size;
        let rows = |sheaves: usize| u64::try_from(sheaves).unwrap_or(u64::MAX).saturating_mul(height.into());
        let drawn = rows(self.count - self.left.len()) + u64::from(self.rows);
        u32::try_from(drawn * 100 / rows(self.count).max(1)).unwrap_or(100)
    }
}

impl VolumePass<'_> {
    /// The sheaves of a divided volume that samples of the picture are in, in the order in which a ray meets them.
    fn sheaves(self, held: Held) -> Vec<Sheaf> {
        let Held::Coarse(division) = held else { return Vec::new() };
        let [.., planes] = self.volume().size();
        let ends = |slab: crate::volume::Slab| {
            let mut offsets = slab.offsets_mm();
            let first = offsets.next().unwrap_or(0.0);
            [first, offsets.last().unwrap_or(first)]
        };
        match self {
            Self::Reformat(pass, _) => {
                let map = &pass.voxel_from_view;
                let mut sheaves = division.sheaves(depths(map, pass.view_size, ends(pass.slab)), planes);
                if is_upwards(map.z_axis()) {
                    sheaves.reverse();
                }
                sheaves
            }
            Self::Rendering(pass) => {
                let mut sheaves = division.sheaves([f64::NEG_INFINITY, f64::INFINITY], planes);
                if is_upwards(pass.voxel_from_view.z_axis()) {
                    sheaves.reverse();
                }
                sheaves
            }
            // Each line has an order of its own. Of a mean it decides what is lost to rounding, and where nothing was found, which
            // reason for it is shown.
            Self::Curved(pass, _) => {
                let (count, length) = pass.lines();
                let lines = (0..count).filter_map(|number| pass.line(number));
                let of_lines = lines.map(|line| depths(&line, (length, 1), ends(pass.slab)));
                let all = of_lines.reduce(|[low, high], [other, higher]| [low.min(other), high.max(higher)]);
                division.sheaves(all.unwrap_or([0.0, 0.0]), planes)
            }
        }
    }
}

impl Engine {
    /// Draws the next rows, as long as a frame has time for them; shows the picture when they are the last.
    pub(super) fn draw_sheaves(
        &mut self,
        slot: Slot,
        turn: &mut Turn<'_>,
        work: &mut Work,
    ) -> Result<Prepared, GpuError> {
        let pass = turn.pass;
        let mut sheaves = match turn.begun.sheaves.take() {
            Some(begun) => begun,
            None => self.sheaves(pass, &turn.seen, &turn.exact)?,
        };
        let (beside, of_others) = (self.shown.beside(slot), self.shown.sheaves_beside(slot));
        let (_, height) = pass.view_size();
        let of_row = pass.samples(Coarseness::EXACT) / f64::from(height);
        self.gpu.queue.submit([]);
        Gpu::wait(&self.gpu.device)?;
        work.take_time(&self.gpu);
        let most_ms = if self.is_hurried { Pace::MOST_MS } else { Pace::REST_MS };
        let begun_ms = self.now_ms();
        while self.now_ms() - begun_ms < most_ms {
            match self.draw_next(pass, &mut sheaves, (&beside, &of_others), work.pace.rows(of_row))? {
                Step::Found => return self.show_found(turn, sheaves),
                Step::Drawn => {}
                // A plane is made in some milliseconds.
                Step::Lacking if self.residency.wait_for_planes(FRAME) => {}
                Step::Lacking | Step::Crowded => break,
            }
        }
        self.shown.goes_on_from(slot, sheaves.from);
        let percent = sheaves.percent();
        turn.begun.sheaves = Some(sheaves);
        Ok(turn.pause(percent))
    }

    /// Shows what was found, and keeps it for another window.
    pub(super) fn show_found(&mut self, turn: &mut Turn<'_>, sheaves: Sheaves) -> Result<Prepared, GpuError> {
        let old = turn.face.take().map(|(target, _)| target);
        let target = self.finished(old, &turn.exact, &turn.seen, &sheaves)?;
        turn.begun.sheaves = Some(Sheaves { next: None, ..sheaves });
        Ok(turn.finish(target))
    }

    /// The same of a picture that no viewport has: all of it, however long it takes.
    pub(super) fn draw_whole_in_sheaves(
        &mut self,
        pass: VolumePass<'_>,
        seen: &Seen,
    ) -> Result<(Target, VolumePicture), GpuError> {
        let picture = pass.picture(&seen.at_rest(), Coarseness::EXACT);
        let mut sheaves = self.sheaves(pass, seen, &picture)?;
        let (_, height) = pass.view_size();
        let rows = rows_at_once(pass.samples(Coarseness::EXACT) / f64::from(height.max(1)));
        loop {
            match self.draw_next(pass, &mut sheaves, (&[], &[]), rows)? {
                Step::Found => return Ok((self.finished(None, &picture, seen, &sheaves)?, picture)),
                Step::Drawn => {}
                Step::Lacking | Step::Crowded => self.wait_for_planes()?,
            }
        }
    }

    /// Draws up to so many rows of the next sheaf, and waits for them.
    fn draw_next(
        &mut self,
        pass: VolumePass<'_>,
        sheaves: &mut Sheaves,
        beside: (&[u64], &[u64]),
        rows: u32,
    ) -> Result<Step, GpuError> {
        let Some(&sheaf) = sheaves.left.last() else { return Ok(Step::Found) };
        let seen = self.residency.sheaf(&self.gpu, &pass.volume(), sheaf, beside)?;
        sheaves.from = seen.as_ref().map(|seen| seen.volume.0);
        let Some(seen) = seen else { return Ok(Step::Crowded) };
        if !seen.is_complete() {
            // What was sent leaves main memory before more follows.
            self.gpu.queue.submit([]);
            Gpu::wait(&self.gpu.device)?;
            return Ok(Step::Lacking);
        }
        let picture = pass.picture(&seen, Coarseness::EXACT);
        let (width, height) = picture.view_size;
        let rows = rows.min(height - sheaves.rows);
        let band = DeviceRect { x: 0, y: sheaves.rows, width, height: rows };
        let mut next =
            self.draw_rows(sheaves.next.take(), &picture, (&seen.views, Some(&sheaves.found)), band)?;
        Gpu::wait(&self.gpu.device)?;
        sheaves.rows += rows;
        if sheaves.rows == height {
            std::mem::swap(&mut sheaves.found, &mut next);
            (sheaves.rows, sheaves.from) = (0, None);
            sheaves.left.pop();
        }
        sheaves.next = Some(next);
        Ok(Step::Drawn)
    }

    /// The picture of what was found.
    fn finished(
        &mut self,
        old: Option<Target>,
        picture: &VolumePicture,
        seen: &Seen,
        sheaves: &Sheaves,
    ) -> Result<Target, GpuError> {
        self.draw_rows(old, picture, (&seen.views, Some(&sheaves.found)), whole(picture.view_size))
    }

    /// Nothing yet, for a picture.
    fn sheaves(
        &self,
        pass: VolumePass<'_>,
        seen: &Seen,
        picture: &VolumePicture,
    ) -> Result<Sheaves, GpuError> {
        let mut left = pass.sheaves(seen.held);
        left.reverse();
        // A card clears what was not written: nothing was found.
        let found = Target::new(&self.gpu, &self.pipelines, picture.view_size, SliceEntry::Carried.format())?;
        let (of, count) = (picture.of_found(), left.len());
        Ok(Sheaves { of, left, count, from: None, rows: 0, found, next: None })
    }
}
