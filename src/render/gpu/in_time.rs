//! Pictures of volumes in the time of a frame: at once where there is enough of it, else coarsely first and then exactly, part by
//! part.
//!
//! How long a picture took is told by the card when it is done. What moves is drawn as finely as [`Pace::MOST_MS`] allow, and no
//! part of what rests takes longer; until all parts are there, the coarse picture is seen.
//!
//! A volume that lies over a picture makes a picture of its own. The two share one time and one coarseness, and in each frame both
//! are of the place that was asked for; the lower one becomes exact first.

use std::sync::{Arc, OnceLock};

use crate::session::DeviceRect;

use super::super::pace::{Coarseness, Pace};
use super::device::{Gpu, GpuError};
use super::engine::{Branch, Content, Drawn, Engine, Slot};
use super::in_parts::Sheaves;
use super::layer::Laid;
use super::of_volume::{Seen, VolumePass, VolumePicture, whole};
use super::target::Target;

/// What became of a picture of a volume that was to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prepared {
    /// Whether it was drawn, and not there already.
    pub is_drawn: bool,
    /// Whether all that was received of its volume is in it, as finely as it is to be; if not, it is to be asked for again in the
    /// next frame.
    pub is_complete: bool,
}

impl Prepared {
    /// With what became of another part of the picture.
    #[must_use]
    pub(super) const fn and(self, is_drawn: bool, is_complete: bool) -> Self {
        Self { is_drawn: self.is_drawn || is_drawn, is_complete: self.is_complete && is_complete }
    }
}

/// What a picture of a volume lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Its volume goes to the card: so many of a hundred planes that were received are there.
    Loading(u32),
    /// It is drawn more finely, and seen when all of it is: so many of a hundred rows are drawn.
    Drawing(u32),
    /// It moves, and is coarse.
    Moving,
}

/// Tells the time, ms from whenever.
#[derive(Clone)]
pub struct Timer(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Timer {
    /// By a clock.
    pub fn new(now_ms: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now_ms))
    }
}

impl std::fmt::Debug for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Timer")
    }
}

/// What a viewport's pictures of volumes need from frame to frame.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) pace: Pace,
    asked: Option<Asked>,
    /// Samples that were drawn at once in this frame, and when the first ones were begun.
    at_once: Option<(f64, f64)>,
    /// Of the picture itself; what lies over it has its own.
    pub(super) begun: Begun,
}

/// What the card was asked for last.
#[derive(Debug)]
struct Asked {
    samples: f64,
    since_ms: f64,
    /// When it was done.
    done_ms: Arc<OnceLock<f64>>,
}

/// As much as there is of a picture that is not seen yet, and what the one that is seen lacks.
#[derive(Debug, Default)]
pub(super) struct Begun {
    part: Option<Part>,
    /// Of a divided volume; those of the picture that is seen too, for other windows.
    pub(super) sheaves: Option<Sheaves>,
    pub(super) progress: Option<Progress>,
}

/// The upper rows of a picture.
#[derive(Debug)]
struct Part {
    picture: VolumePicture,
    target: Option<Target>,
    rows: u32,
}

/// A picture that is there.
pub(super) type Face = (Target, VolumePicture);

/// A picture that a viewport is to have, and the one that it has.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) pass: VolumePass<'a>,
    pub(super) seen: Seen,
    /// How it is to be at rest.
    pub(super) exact: VolumePicture,
    /// What is seen.
    pub(super) face: Option<Face>,
    pub(super) begun: Begun,
    /// What became of it in this frame.
    pub(super) prepared: Prepared,
}

impl Work {
    pub(super) fn new(is_software: bool) -> Self {
        Self { pace: Pace::new(is_software), asked: None, at_once: None, begun: Begun::default() }
    }

    /// Notes how long what was asked for took, once it is done.
    pub(super) fn take_time(&mut self, gpu: &Gpu) {
        // The card tells only whoever asks.
        gpu.device.poll(wgpu::PollType::Poll).ok();
        if let Some(Asked { samples, since_ms, done_ms }) = &self.asked
            && let Some(done_ms) = done_ms.get()
        {
            self.pace.note(*samples, done_ms - since_ms);
            self.asked = None;
        }
    }

    /// Has the card tell when it is done with what was drawn at once in this frame.
    fn ask(&mut self, gpu: &Gpu, timer: Option<&Timer>) {
        let Some((samples, since_ms)) = self.at_once.take() else { return };
        let Some(timer) = timer.cloned() else { return };
        let done_ms = Arc::new(OnceLock::new());
        self.asked = Some(Asked { samples, since_ms, done_ms: Arc::clone(&done_ms) });
        gpu.queue.on_submitted_work_done(move || {
            done_ms.set((timer.0)()).ok();
        });
    }
}

impl Begun {
    /// Whether rows of a picture are drawn.
    fn has_part_of(&self, picture: &VolumePicture) -> bool {
        self.part.as_ref().is_some_and(|part| part.picture == *picture)
    }
}

impl Turn<'_> {
    fn shows(&self, picture: &VolumePicture) -> bool {
        self.face.as_ref().is_some_and(|(_, of)| of == picture)
    }

    /// What becomes of it: as fine as it is to be, or not.
    fn outcome(&self, is_drawn: bool, is_fine: bool) -> Prepared {
        Prepared { is_drawn, is_complete: is_fine && self.seen.is_complete() }
    }

    /// Shows the exact picture, all of which is there.
    pub(super) fn finish(&mut self, target: Target) -> Prepared {
        self.face = Some((target, self.exact.clone()));
        self.begun.progress = self.seen.progress();
        self.outcome(true, true)
    }

    /// Leaves for the next frame what has no time in this one: so many of a hundred rows are drawn.
    pub(super) fn pause(&mut self, percent: u32) -> Prepared {
        self.begun.progress = self.seen.progress().or(Some(Progress::Drawing(percent)));
        Prepared { is_drawn: false, is_complete: false }
    }
}

impl Engine {
    /// Gives pictures of volumes a clock to go by: no part of them takes much longer than a few frames then. Without one each is
    /// drawn at once, and what moves with a quarter of the pixels and half of the planes or samples.
    pub fn set_timer(&mut self, timer: Option<Timer>) {
        self.timer = timer;
    }

    /// Says whether the reader is doing something, so that the next frame is waited for: then it draws one band of what rests.
    pub const fn set_hurried(&mut self, is_hurried: bool) {
        self.is_hurried = is_hurried;
    }

    /// What the viewport's picture lacks yet, of a volume or of one that lies over it.
    pub fn progress(&self, slot: Slot) -> Option<Progress> {
        let below = self.works.get(&slot).and_then(|work| work.begun.progress);
        let layer = self.slots.get(&slot).and_then(|drawn| drawn.layer.as_ref()?.begun.progress);
        match below {
            // What goes on by itself is told first.
            None | Some(Progress::Moving) => layer.or(below),
            Some(Progress::Loading(_) | Progress::Drawing(_)) => below,
        }
    }

    /// How coarsely the viewport's picture of a volume was drawn that moved last.
    pub fn coarseness(&self, slot: Slot) -> Option<Coarseness> {
        self.works.get(&slot).map(|work| work.pace.coarseness())
    }

    /// Draws into the viewport's own target, and what lies over it, unless just that is there.
    pub(super) fn prepare_of_volume(
        &mut self,
        slot: Slot,
        pass: VolumePass<'_>,
    ) -> Result<Prepared, GpuError> {
        self.prepare_with(slot, pass.view_size(), |engine| {
            let mut work = engine.take_work(slot);
            let (face, branch, laid) = engine.take_volume(slot);
            let begun = std::mem::take(&mut work.begun);
            let layer = pass.layer();
            let section = layer.map(|layer| layer.section(pass.view_size(), pass.is_moving()));
            // Of both before anything is drawn: sheaves of one take no room from the other.
            let mut below = engine.turn(slot, pass, face, begun)?;
            let was_laid = laid.is_some();
            let mut above = match &section {
                Some(section) => Some(engine.turn_of_layer(slot, section, laid)?),
                None => None,
            };
            let turns = [Some(&mut below), above.as_mut().map(|(turn, _)| turn)];
            engine.draw_in_time(slot, turns, &mut work)?;
            let Turn { face, begun, prepared, .. } = below;
            work.begun = begun;
            engine.works.insert(slot, work);
            let Some(face) = face else { return Ok(prepared) };
            engine.show(slot, face, branch.filter(|_| !prepared.is_drawn));
            match layer.zip(above) {
                Some((layer, above)) => Ok(engine.lay(slot, layer, above, prepared)),
                None => Ok(prepared.and(was_laid, true)),
            }
        })
    }

    /// Takes from the viewport its picture of a volume, what that goes through on its way to the panel, and what lies over it.
    fn take_volume(&mut self, slot: Slot) -> (Option<Face>, Option<Branch>, Option<Laid>) {
        match self.slots.remove(&slot) {
            Some(Drawn { target, branch, layer, content: Content::Volume(picture), .. }) => {
                (Some((target, *picture)), Some(branch), layer)
            }
            drawn => (None, None, drawn.and_then(|drawn| drawn.layer)),
        }
    }

    /// Gives the viewport a picture of a volume; `branch` where that is the one of before.
    fn show(&mut self, slot: Slot, (target, picture): Face, branch: Option<Branch>) {
        let branch = branch.unwrap_or_else(|| self.branch_of_volume(&picture));
        let covered = whole(picture.view_size);
        self.put(slot, (target, branch, None), Content::Volume(Box::new(picture)), Some(covered));
    }

    /// What the viewport's pictures of volumes needed in the frames before.
    pub(super) fn take_work(&mut self, slot: Slot) -> Work {
        let is_software = self.gpu.adapter.is_software;
        self.works.remove(&slot).unwrap_or_else(|| Work::new(is_software))
    }

    /// A picture that is to be drawn, in place of one that is seen.
    pub(super) fn turn<'a>(
        &mut self,
        slot: Slot,
        pass: VolumePass<'a>,
        face: Option<Face>,
        begun: Begun,
    ) -> Result<Turn<'a>, GpuError> {
        let seen = self.volume_in(slot, &pass.volume())?;
        let exact = pass.picture(&seen.at_rest(), Coarseness::EXACT);
        // What is seen until a picture is whole goes with it.
        let begun = if face.is_some() { begun } else { Begun::default() };
        let prepared = Prepared { is_drawn: false, is_complete: false };
        Ok(Turn { pass, seen, exact, face, begun, prepared })
    }

    /// Draws as much of a viewport's pictures as a frame has time for, the lower one first.
    pub(super) fn draw_in_time(
        &mut self,
        slot: Slot,
        turns: [Option<&mut Turn<'_>>; 2],
        work: &mut Work,
    ) -> Result<(), GpuError> {
        work.take_time(&self.gpu);
        let turns: Vec<_> = turns.into_iter().flatten().collect();
        let lacking = turns.iter().filter(|turn| !turn.shows(&turn.exact));
        let lacking: Vec<VolumePass<'_>> = lacking.map(|turn| turn.pass).collect();
        let samples = |coarseness| lacking.iter().map(|pass| pass.samples(coarseness)).sum::<f64>();
        let mut is_next = true;
        for turn in turns {
            let was_exact = turn.shows(&turn.exact);
            turn.prepared = self.draw_turn(slot, turn, &samples, is_next, work)?;
            is_next &= was_exact;
        }
        work.ask(&self.gpu, self.timer.as_ref());
        Ok(())
    }

    /// Draws one of the pictures of a frame, which has so many samples in all; its parts where it is the next to become exact.
    fn draw_turn(
        &mut self,
        slot: Slot,
        turn: &mut Turn<'_>,
        samples: &dyn Fn(Coarseness) -> f64,
        is_next: bool,
        work: &mut Work,
    ) -> Result<Prepared, GpuError> {
        let sheaves = turn.begun.sheaves.take();
        turn.begun.sheaves = sheaves.filter(|sheaves| sheaves.are_of(&turn.exact));
        if turn.shows(&turn.exact) {
            turn.begun.part = None;
            turn.begun.progress = turn.seen.progress();
            return Ok(turn.outcome(false, true));
        }
        if let Some(sheaves) = turn.begun.sheaves.take_if(|sheaves| sheaves.are_found()) {
            return self.show_found(turn, sheaves);
        }
        let is_moving = turn.pass.is_moving();
        let is_divided = turn.seen.grid.is_some();
        if is_moving || !turn.begun.has_part_of(&turn.exact) {
            turn.begun.part = None;
            let has_time = self.timer.is_none() || work.pace.fits(samples(Coarseness::EXACT));
            if !is_moving && !is_divided && has_time {
                let exact = turn.exact.clone();
                let target = self.draw_at_once(turn, &exact, Coarseness::EXACT, work)?;
                return Ok(turn.finish(target));
            }
            let is_coarse = turn.shows(&turn.pass.picture(&turn.seen, work.pace.coarseness()));
            if is_moving || !is_coarse {
                let coarseness = match self.timer {
                    Some(_) => work.pace.moving(samples),
                    None => Coarseness::FIRST,
                };
                let picture = turn.pass.picture(&turn.seen, coarseness);
                let at_rest = if is_moving { Progress::Moving } else { Progress::Drawing(0) };
                let is_exact = picture == turn.exact;
                let is_drawn = !turn.shows(&picture);
                if is_drawn {
                    let target = self.draw_at_once(turn, &picture, coarseness, work)?;
                    turn.face = Some((target, picture));
                }
                turn.begun.progress = turn.seen.progress().or_else(|| (!is_exact).then_some(at_rest));
                return Ok(turn.outcome(is_drawn, is_moving || is_exact));
            }
        }
        if !is_next {
            return Ok(turn.pause(0));
        }
        if is_divided { self.draw_sheaves(slot, turn, work) } else { self.draw_part(turn, work) }
    }

    /// Draws the next rows, band after band, each of which is waited for, as long as a frame has time for them; shows the picture
    /// when they are the last.
    fn draw_part(&mut self, turn: &mut Turn<'_>, work: &mut Work) -> Result<Prepared, GpuError> {
        let part = turn.begun.part.take();
        let mut part = part.unwrap_or_else(|| Part { picture: turn.exact.clone(), target: None, rows: 0 });
        let (width, height) = part.picture.view_size;
        let of_row = turn.pass.samples(Coarseness::EXACT) / f64::from(height);
        // Planes that were just sent, and what else the card has to do, say nothing of how fast rows are.
        self.gpu.queue.submit([]);
        Gpu::wait(&self.gpu.device)?;
        work.take_time(&self.gpu);
        let most_ms = if self.is_hurried { Pace::MOST_MS } else { Pace::REST_MS };
        let begun_ms = self.now_ms();
        let mut since_ms = begun_ms;
        while since_ms - begun_ms < most_ms {
            let rows = work.pace.rows(of_row).min(height - part.rows);
            let band = DeviceRect { x: 0, y: part.rows, width, height: rows };
            let target = self.draw_rows(part.target.take(), &part.picture, (&turn.seen.views, None), band)?;
            Gpu::wait(&self.gpu.device)?;
            let now_ms = self.now_ms();
            work.pace.note(of_row * f64::from(rows), now_ms - since_ms);
            since_ms = now_ms;
            part.rows += rows;
            if part.rows == height {
                return Ok(turn.finish(target));
            }
            part.target = Some(target);
        }
        let percent = part.rows * 100 / height;
        turn.begun.part = Some(part);
        Ok(turn.pause(percent))
    }

    /// Draws all of a picture, in place of the one that is seen.
    fn draw_at_once(
        &mut self,
        turn: &mut Turn<'_>,
        picture: &VolumePicture,
        coarseness: Coarseness,
        work: &mut Work,
    ) -> Result<Target, GpuError> {
        let old = turn.face.take().map(|(target, _)| target);
        let (before, since_ms) = work.at_once.unwrap_or_else(|| (0.0, self.now_ms()));
        let target = self.draw_rows(old, picture, (&turn.seen.views, None), whole(picture.view_size))?;
        work.at_once = Some((before + turn.pass.samples(coarseness), since_ms));
        Ok(target)
    }

    pub(super) fn now_ms(&self) -> f64 {
        self.timer.as_ref().map_or(0.0, |timer| (timer.0)())
    }
}
