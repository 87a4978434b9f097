//! Test patterns that move: which of their frames time asks for.
//!
//! As of images, the frame is a function of the time that has passed and never of the frames that were drawn: what does not come in
//! time is left out, counted and told, since that is what such a pattern is for.

use crate::calibration::pattern::Pattern;
use crate::study::Library;

use super::calibrating::{PatternOrder, ShownPattern};
use super::screen::Screen;
use super::state::Session;

/// Frames a second that can be asked for.
const RATES: [u32; 7] = [4, 8, 15, 25, 30, 50, 60];

/// The rate is measured anew so often, ms.
const MEASURED_OVER_MS: f64 = 1000.0;

/// How long it is waited for frames that are not drawn yet, ms.
const WAIT_MS: f64 = 20.0;

/// A pattern that moves, or could.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// Whether it is moving.
    pub is_playing: bool,
    /// Frames a second that are asked for.
    pub rate: u32,
    /// Frames a second that were shown lately; nothing before a second has passed.
    pub reached: Option<f64>,
    /// Frames that were shown since it was started last.
    pub shown: u64,
    /// Frames that time asked for since then, and that did not come in time.
    pub left_out: u64,
    /// The names of its frames.
    names: Vec<String>,
    /// The frame from which on time is counted, from 0.
    first: u64,
    /// The program's time from which on it is; none before all frames are drawn.
    since_ms: Option<f64>,
    /// How many frames after the first the one is that is shown.
    at: u64,
    /// The program's time at which the next one is due.
    next_ms: f64,
    measured: Measured,
}

/// What the rate is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Measured {
    since_ms: f64,
    shown: u64,
}

impl Played {
    /// Of a pattern, at rest on its own frame; none of one that stands still.
    pub(super) fn of(pattern: Pattern) -> Option<Self> {
        let frames = pattern.frames();
        let stated_ms = frames.first().map(|frame| frame.milliseconds)?;
        let first = frames.iter().position(|frame| frame.pattern == pattern).unwrap_or(0);
        let own = 1000 / u32::from(stated_ms.max(1));
        Some(Self {
            is_playing: false,
            rate: RATES.into_iter().find(|rate| *rate >= own).unwrap_or(own),
            reached: None,
            shown: 0,
            left_out: 0,
            names: frames.into_iter().map(|frame| frame.pattern.name()).collect(),
            first: u64::try_from(first).unwrap_or(0),
            since_ms: None,
            at: 0,
            next_ms: 0.0,
            measured: Measured::default(),
        })
    }

    /// Starts it from the frame that is shown, or stops it there; what was counted until then is still told.
    pub(super) fn toggle(&mut self) {
        self.is_playing = !self.is_playing;
        if self.is_playing {
            (self.shown, self.left_out) = (0, 0);
            self.begin_anew();
        }
    }

    /// The next rate up or down; the same at the end.
    pub(super) fn step_rate(&mut self, is_faster: bool) {
        let next = if is_faster {
            RATES.into_iter().find(|rate| *rate > self.rate)
        } else {
            RATES.into_iter().rev().find(|rate| *rate < self.rate)
        };
        self.rate = next.unwrap_or(self.rate);
        (self.shown, self.left_out) = (0, 0);
        self.begin_anew();
    }

    /// Time until it is told next is not its own: it goes on from the frame that is shown.
    pub(super) fn begin_anew(&mut self) {
        self.first += self.at;
        (self.at, self.since_ms, self.next_ms, self.reached) = (0, None, 0.0, None);
    }

    /// Lets time pass; gives the name of the frame to show where that is another one now.
    fn advance(&mut self, now_ms: f64, is_drawn: bool) -> Option<&str> {
        if !self.is_playing {
            return None;
        }
        if !is_drawn {
            // What the window does not have is not what the panel left out.
            if self.since_ms.is_some() {
                self.begin_anew();
            }
            self.next_ms = now_ms + WAIT_MS;
            return None;
        }
        let since_ms = *self.since_ms.get_or_insert_with(|| {
            self.measured = Measured { since_ms: now_ms, shown: 0 };
            now_ms
        });
        let frame_ms = 1000.0 / f64::from(self.rate);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; saturates"
        )]
        let target = ((now_ms - since_ms).max(0.0) / frame_ms) as u64;
        #[expect(clippy::cast_precision_loss, reason = "frames of some days are told apart")]
        let next_ms = since_ms + (target + 1) as f64 * frame_ms;
        self.next_ms = next_ms;
        let passed = target.saturating_sub(self.at);
        if passed > 0 {
            self.at = target;
            self.shown += 1;
            self.measured.shown += 1;
            self.left_out += passed - 1;
        }
        self.measure(now_ms);
        if passed == 0 {
            return None;
        }
        let place = (self.first + self.at) % u64::try_from(self.names.len()).unwrap_or(1).max(1);
        self.names.get(usize::try_from(place).unwrap_or(0)).map(String::as_str)
    }

    fn measure(&mut self, now_ms: f64) {
        let over_ms = now_ms - self.measured.since_ms;
        if over_ms < MEASURED_OVER_MS {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "frames of a second or so")]
        let shown = self.measured.shown as f64;
        self.reached = Some(shown * 1000.0 / over_ms);
        self.measured = Measured { since_ms: now_ms, shown: 0 };
    }

    /// When it is to be told the time next, in ms since the program began; none where it is at rest.
    fn due_ms(&self) -> Option<f64> {
        self.is_playing.then_some(self.next_ms)
    }
}

impl ShownPattern {
    /// The frames that it shows in turn beside the one on screen; none where it is at rest.
    fn others(&self) -> impl Iterator<Item = &String> {
        let played = self.played.iter().filter(|played| played.is_playing);
        played.flat_map(|played| &played.names).filter(|name| **name != self.name)
    }
}

impl Screen {
    /// The pattern that fills it, and those that will in turn.
    pub(super) fn pattern_orders(&self) -> Vec<PatternOrder> {
        let Some(order) = self.pattern_order() else { return Vec::new() };
        let size = order.size;
        let others = self.pattern.iter().flat_map(ShownPattern::others);
        std::iter::once(order).chain(others.map(|name| PatternOrder::new(name, size))).collect()
    }

    /// What it plays, or could.
    pub(super) fn played_mut(&mut self) -> Option<&mut Played> {
        self.pattern.as_mut()?.played.as_mut()
    }
}

impl Session {
    /// Lets time pass for patterns that move.
    pub(super) fn play_patterns(&mut self, now_ms: f64, library: &Library) {
        for screen in &mut self.screens {
            if screen.played_mut().is_none_or(|played| !played.is_playing) {
                continue;
            }
            let is_here = |order: &PatternOrder| library.frame(&order.key).is_some();
            let is_drawn = screen.pattern_orders().iter().all(is_here);
            let Some(ShownPattern { name, played: Some(played), .. }) = &mut screen.pattern else { continue };
            if let Some(next) = played.advance(now_ms, is_drawn) {
                next.clone_into(name);
            }
        }
    }

    /// The machine slept: nothing that plays is to catch up.
    pub(super) fn leave_out_gap_of_patterns(&mut self) {
        self.screens.iter_mut().filter_map(Screen::played_mut).for_each(Played::begin_anew);
    }

    /// When patterns that move are to be told the time, in ms since the program began.
    pub(super) fn patterns_due_ms(&self) -> impl Iterator<Item = f64> {
        let shown = self.screens.iter().filter_map(|screen| screen.pattern.as_ref());
        shown.filter_map(|shown| shown.played.as_ref()?.due_ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playing() -> Played {
        let mut played = Played::of(Pattern::Temporal { frame: 0 }).expect("it moves");
        played.toggle();
        played
    }

    /// The frame that is shown after some more time, if it is another one.
    fn at(played: &mut Played, now_ms: f64) -> Option<String> {
        played.advance(now_ms, true).map(str::to_owned)
    }

    #[test]
    fn the_frame_is_a_function_of_time_and_what_came_too_late_is_counted() {
        let mut played = playing();
        assert_eq!(played.rate, 8);
        assert_eq!([at(&mut played, 5000.0), at(&mut played, 5124.0)], [None, None]);
        assert_eq!(at(&mut played, 5125.0).as_deref(), Some("temporal-1"));
        assert_eq!(at(&mut played, 5510.0).as_deref(), Some("temporal-4"));
        assert_eq!((played.shown, played.left_out), (2, 2));
        assert_eq!(played.due_ms(), Some(5625.0));
        assert_eq!(at(&mut played, 6000.0).as_deref(), Some("temporal-0"), "all begins anew");
        assert_eq!((played.shown, played.left_out), (3, 5));
        let reached = played.reached.expect("a second has passed");
        assert!((reached - 3.0).abs() < 1e-9, "{reached}");
    }

    #[test]
    fn a_rate_that_is_kept_leaves_nothing_out() {
        let mut played = playing();
        while played.rate < 60 {
            played.step_rate(true);
        }
        at(&mut played, 1000.0);
        for frame in 1..=120 {
            at(&mut played, 1000.0 + f64::from(frame) * 1000.0 / 60.0 + 0.5);
        }
        assert_eq!(played.left_out, 0);
        assert!(played.reached.is_some_and(|reached| (reached - 60.0).abs() < 1.5), "{played:?}");
        played.step_rate(true);
        assert_eq!((played.rate, played.shown), (60, 0), "there is an end to it, and it is counted anew");
    }

    #[test]
    fn at_rest_it_asks_for_no_time_and_goes_on_where_it_is() {
        let mut played = playing();
        at(&mut played, 0.0);
        assert_eq!(at(&mut played, 260.0).as_deref(), Some("temporal-2"));
        played.toggle();
        assert_eq!((played.due_ms(), played.shown), (None, 1));
        assert_eq!(at(&mut played, 9000.0), None);
        played.toggle();
        assert_eq!((played.shown, played.left_out), (0, 0));
        assert_eq!(at(&mut played, 9000.0), None);
        assert_eq!(at(&mut played, 9125.0).as_deref(), Some("temporal-3"));
    }

    #[test]
    fn what_is_not_drawn_yet_is_waited_for_and_not_counted() {
        let mut played = playing();
        assert_eq!(played.advance(100.0, false), None);
        assert_eq!(played.due_ms(), Some(120.0));
        assert_eq!(at(&mut played, 4000.0), None);
        assert_eq!(at(&mut played, 4125.0).as_deref(), Some("temporal-1"));
        // The window has another size now.
        assert_eq!(played.advance(5000.0, false), None);
        assert_eq!(at(&mut played, 6000.0), None);
        assert_eq!(at(&mut played, 6125.0).as_deref(), Some("temporal-2"));
        assert_eq!(played.left_out, 0);
    }

    #[test]
    fn only_what_moves_is_played_and_from_its_own_frame() {
        assert_eq!(Played::of(Pattern::Smpte), None);
        let mut played = Played::of(Pattern::Temporal { frame: 6 }).expect("it moves");
        played.toggle();
        at(&mut played, 0.0);
        assert_eq!(at(&mut played, 125.0).as_deref(), Some("temporal-7"));
        assert_eq!(at(&mut played, 250.0).as_deref(), Some("temporal-0"));
    }
}
