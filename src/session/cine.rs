//! Cine: which image of a display set time asks for.
//!
//! The image is a function of the time that has passed, never of the frames that were drawn: what does not come in time
//! is left out, and how much was left out is measured and told.

use std::ops::RangeInclusive;

use crate::study::{DisplaySet, Image, Library};

use super::state::Session;
use super::viewport::Viewport;

/// How long an image stands where its object does not say, ms.
const UNSTATED_MS: f64 = 100.0;

/// An object that states less or more, ms, states nothing.
const STATED_MS: RangeInclusive<f64> = 1.0..=60_000.0;

/// Times the set's own rate.
const SPEEDS: [f64; 9] = [0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];

/// The rate is measured anew so often, ms.
const MEASURED_OVER_MS: f64 = 1000.0;

/// A viewport's images in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Cine {
    /// Whether they are moving.
    pub is_playing: bool,
    /// Times the set's own rate.
    pub speed: f64,
    /// The last image first.
    pub is_reversed: bool,
    /// What was shown lately; nothing before a second has passed.
    pub rate: Option<Rate>,
    /// The image that time asks for, by its place, from 0, among those that the viewport goes through; the one shown is an earlier
    /// one while it is not decoded.
    pub target: usize,
    /// Where in the loop time stands, ms from its first image.
    phase_ms: f64,
    /// The program's time at which it stood there.
    now_ms: Option<f64>,
    /// The program's time at which the next image is due.
    next_ms: f64,
    /// The image that time asks for is not the one shown.
    is_behind: bool,
    count: Count,
}

/// Images a second, measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Shown.
    pub shown: f64,
    /// Asked for by time.
    pub due: f64,
}

impl Rate {
    /// Whether images were left out. One in twenty is not told: the monitor's own rate may not fit.
    pub fn is_short(self) -> bool {
        self.shown < self.due * 0.95
    }
}

/// What a rate is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Count {
    since_ms: f64,
    shown: usize,
    due: usize,
}

impl Default for Cine {
    fn default() -> Self {
        Self {
            is_playing: false,
            speed: 1.0,
            is_reversed: false,
            rate: None,
            target: 0,
            phase_ms: 0.0,
            now_ms: None,
            next_ms: 0.0,
            is_behind: false,
            count: Count::default(),
        }
    }
}

impl Cine {
    /// Plays images that stand so long, ms, from one of them on.
    pub(super) fn play(&mut self, from: usize, durations_ms: &[f64]) {
        let Self { speed, is_reversed, .. } = *self;
        let phase_ms = durations_ms.iter().take(from).sum();
        *self = Self { is_playing: true, speed, is_reversed, target: from, phase_ms, ..Self::default() };
    }

    /// Stops; speed and direction stay.
    pub(super) fn stop(&mut self) {
        *self = Self { speed: self.speed, is_reversed: self.is_reversed, ..Self::default() };
    }

    /// The time until it is told next is not its own, as the machine slept: it goes on from the image that is shown.
    pub(super) fn leave_out_gap(&mut self) {
        self.now_ms = None;
        self.turn_changed();
    }

    /// The next speed up or down; the same at the end.
    pub(super) fn step_speed(&mut self, is_faster: bool) {
        let next = if is_faster {
            SPEEDS.into_iter().find(|speed| *speed > self.speed)
        } else {
            SPEEDS.into_iter().rev().find(|speed| *speed < self.speed)
        };
        self.speed = next.unwrap_or(self.speed);
        self.turn_changed();
    }

    pub(super) fn reverse(&mut self) {
        self.is_reversed = !self.is_reversed;
        self.turn_changed();
    }

    /// When the next image is due, and the rate, are other than before.
    fn turn_changed(&mut self) {
        self.next_ms = 0.0;
        self.rate = None;
        self.count = Count { since_ms: self.now_ms.unwrap_or_default(), ..Count::default() };
    }

    /// Lets time pass for images that stand so long, ms; gives the image to show instead of `shown`: the latest that is ready and not
    /// after the one that time asks for.
    fn advance(
        &mut self,
        now_ms: f64,
        shown: usize,
        durations_ms: &[f64],
        is_ready: impl Fn(usize) -> bool,
    ) -> usize {
        let images = durations_ms.len();
        let loop_ms: f64 = durations_ms.iter().sum();
        if images == 0 {
            return shown;
        }
        if self.now_ms.is_none() {
            self.count.since_ms = now_ms;
        }
        let passed_ms = (now_ms - self.now_ms.unwrap_or(now_ms)).max(0.0) * self.speed;
        self.now_ms = Some(now_ms);
        let forward_ms = if self.is_reversed { -passed_ms } else { passed_ms };
        self.phase_ms = (self.phase_ms + forward_ms).rem_euclid(loop_ms);
        let before = self.target;
        let (target, left_ms) = self.turn(durations_ms);
        self.target = target;
        self.next_ms = now_ms + left_ms / self.speed;

        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; saturates"
        )]
        let laps = (passed_ms / loop_ms) as usize;
        self.count.due += laps.saturating_mul(images).saturating_add(self.steps(before, target, images));
        let steps = self.steps(shown, target, images);
        let back = (0..steps).find(|back| is_ready(self.back(target, *back, images)));
        let next = back.map_or(shown, |back| self.back(target, back, images));
        self.is_behind = next != target;
        self.count.shown += usize::from(next != shown);
        self.measure(now_ms);
        next
    }

    /// The image at the phase, from 0, and how long it still stands, in ms of the set's own time.
    fn turn(&self, durations_ms: &[f64]) -> (usize, f64) {
        let mut from_ms = 0.0;
        for (index, stands_ms) in durations_ms.iter().copied().enumerate() {
            let to_ms = from_ms + stands_ms;
            if self.phase_ms < to_ms {
                let left_ms = if self.is_reversed { self.phase_ms - from_ms } else { to_ms - self.phase_ms };
                return (index, left_ms);
            }
            from_ms = to_ms;
        }
        (durations_ms.len().saturating_sub(1), 0.0)
    }

    /// From one image to another in the direction of play.
    const fn steps(&self, from: usize, to: usize, images: usize) -> usize {
        if self.is_reversed { (from + images - to) % images } else { (to + images - from) % images }
    }

    /// So many images before another in the direction of play.
    const fn back(&self, from: usize, steps: usize, images: usize) -> usize {
        if self.is_reversed { (from + steps) % images } else { (from + images - steps) % images }
    }

    fn measure(&mut self, now_ms: f64) {
        let Count { since_ms, shown, due } = self.count;
        let over_ms = now_ms - since_ms;
        if over_ms < MEASURED_OVER_MS || due == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "images of a second or so")]
        let a_second = |count: usize| count as f64 * 1000.0 / over_ms;
        self.rate = Some(Rate { shown: a_second(shown), due: a_second(due) });
        self.count = Count { since_ms: now_ms, ..Count::default() };
    }
}

/// How long an image stands, if its object says so that it can be obeyed.
fn stated_ms(image: &Image) -> Option<f64> {
    let timing = image.instance.image.timing.as_ref()?;
    let stated = timing.duration_ms(usize::try_from(image.frame).unwrap_or(usize::MAX));
    STATED_MS.contains(&stated).then_some(stated)
}

fn duration_ms(image: &Image) -> f64 {
    stated_ms(image).unwrap_or(UNSTATED_MS)
}

/// How long the images stand that a viewport goes through, ms.
pub(super) fn durations_ms(viewport: &Viewport, set: &DisplaySet) -> Vec<f64> {
    viewport.images(set).map(duration_ms).collect()
}

/// Whether the images say how long they stand. PS3.3 C.7.6.5.
pub fn states_timing(set: &DisplaySet) -> bool {
    set.images.first().and_then(stated_ms).is_some()
}

/// Images a second that a set asks for by itself; 10 where it does not say.
pub fn own_rate(set: &DisplaySet) -> f64 {
    let loop_ms: f64 = set.images.iter().map(duration_ms).sum();
    #[expect(clippy::cast_precision_loss, reason = "a count of images")]
    let images = set.images.len() as f64;
    if loop_ms > 0.0 { images * 1000.0 / loop_ms } else { 0.0 }
}

impl Session {
    /// Lets time pass for everything that plays.
    pub(super) fn pass_time(&mut self, now_ms: f64, library: &Library) {
        self.rest_volumes(now_ms);
        self.go_around(now_ms, library);
        self.play_patterns(now_ms, library);
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            if !viewport.cine.is_playing {
                continue;
            }
            let (Some(source), Some(shown)) = (&viewport.source, viewport.place()) else { continue };
            let Some((_, _, set)) = library.find(&source.display_set) else { continue };
            let durations_ms = durations_ms(viewport, set);
            let mut cine = viewport.cine.clone();
            let is_ready = |place: usize| {
                let image = viewport.index_at(place).and_then(|index| set.images.get(index));
                image.is_some_and(|image| viewport.presented.is_ready(image, library))
            };
            let next = viewport.index_at(cine.advance(now_ms, shown, &durations_ms, is_ready));
            viewport.cine = cine;
            if let (Some(index), Some(source)) = (next, &mut viewport.source) {
                source.index = index;
            }
        }
    }

    /// Lets turntables go on.
    fn go_around(&mut self, now_ms: f64, library: &Library) {
        let mut turned = Vec::new();
        for (screen, shown) in self.screens.iter_mut().enumerate() {
            for (index, viewport) in shown.viewports.iter_mut().enumerate() {
                let Some(rendering) = &mut viewport.rendering else { continue };
                if let Some(degrees) = rendering.turntable.advance(now_ms) {
                    rendering.camera = rendering.camera.turned(degrees, 0.0);
                    turned.push((screen, index));
                }
            }
        }
        for place in turned {
            self.keep_moving(place, now_ms);
            if self.links.scroll {
                let before = self.volumes_now();
                self.share_camera(place, library);
                self.note_motion(&before);
            }
        }
    }

    fn turning(&self) -> impl Iterator<Item = f64> {
        let viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        viewports.filter_map(|viewport| viewport.rendering.as_ref()?.turntable.due_ms())
    }

    fn playing(&self) -> impl Iterator<Item = &Cine> {
        let viewports = self.screens.iter().flat_map(|screen| &screen.viewports);
        viewports.map(|viewport| &viewport.cine).filter(|cine| cine.is_playing)
    }

    /// Whether something that plays has something new to show at `now_ms`, in ms since the program began, or something that
    /// moved is to rest.
    pub fn is_time_due(&self, now_ms: f64) -> bool {
        self.playing().any(|cine| cine.is_behind || cine.next_ms <= now_ms)
            || self.rest_due_ms().into_iter().chain(self.turning()).any(|due_ms| due_ms <= now_ms)
            || self.patterns_due_ms().any(|due_ms| due_ms <= now_ms)
            || self.series_due_ms().is_some_and(|due_ms| due_ms <= now_ms)
    }

    /// When time is to be told next, in ms since the program began; `None` when nothing plays or moves.
    pub fn next_due_ms(&self) -> Option<f64> {
        let playing = self.playing().map(|cine| cine.next_ms);
        playing
            .chain(self.rest_due_ms())
            .chain(self.turning())
            .chain(self.patterns_due_ms())
            .chain(self.series_due_ms())
            .min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dicom_dictionary_std::{tags, uids};

    use crate::command::Command;
    use crate::dicom::{Frame, Instance, Pixels, Writer};
    use crate::session::{Event, SessionSettings};
    use crate::study::{Catalogue, FrameState};

    use super::*;

    /// A loop of five frames that stand as long as `timing` says, all of them decoded, and a session that shows the first.
    struct Room {
        session: Session,
        library: Library,
    }

    impl Room {
        fn open(timing: &[f64]) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("loop");
            let writer = Writer::new(uids::ULTRASOUND_MULTI_FRAME_IMAGE_STORAGE, "2.25.1")
                .text(tags::STUDY_INSTANCE_UID, "2.25.2")
                .text(tags::SERIES_INSTANCE_UID, "2.25.3")
                .text(tags::MODALITY, "US")
                .gray_16(1, 1, false)
                .text(tags::NUMBER_OF_FRAMES, "5")
                .pixels(&[0; 5]);
            let writer = match timing {
                [] => writer,
                [one] => writer.decimals(tags::FRAME_TIME, &[*one]),
                several => writer.decimals(tags::FRAME_TIME_VECTOR, several),
            };
            writer.write_to(&path).expect("written");
            let mut catalogue = Catalogue::default();
            catalogue.add(vec![Arc::new(Instance::read(&path).expect("read"))], Vec::new());
            let (studies, unreadable) = catalogue.contents();
            let mut library = Library::default();
            library.take(studies, unreadable);
            let mut room = Self { session: Session::new(SessionSettings::default()), library };
            (0..5).for_each(|index| room.decode(index));
            room.run("hang 1; scroll first");
            room
        }

        fn set(&self) -> Arc<DisplaySet> {
            let (.., set) = self.library.display_sets().next().expect("a set");
            Arc::clone(set)
        }

        fn decode(&mut self, index: usize) {
            let key = self.set().images.get(index).expect("an image").key();
            let pixels = Pixels::Words { is_signed: false, words: vec![0] };
            self.library.put_frame(
                key,
                FrameState::Ready(Arc::new(Frame { rows: 1, columns: 1, pixels, cover: None })),
            );
        }

        fn forget(&mut self, index: usize) {
            let key = self.set().images.get(index).expect("an image").key();
            self.library.drop_frame(&key);
        }

        fn run(&mut self, commands: &str) {
            for text in commands.split("; ") {
                self.session.apply(&Command::parse(text).expect(text), &self.library);
            }
        }

        /// The image shown once the program has run for so long, from 0.
        fn at(&mut self, now_ms: f64) -> usize {
            self.session.absorb(&Event::TimePassed { now_ms }, &self.library);
            let viewport = self.session.focused_viewport().expect("a viewport");
            viewport.source.as_ref().expect("a source").index
        }

        fn cine(&self) -> &Cine {
            &self.session.focused_viewport().expect("a viewport").cine
        }
    }

    /// Plays from the first image, 7 s after the start of the program, and compares the images of some times.
    fn check(timing: &[f64], commands: &str, shown: &[(f64, usize)]) {
        let mut room = Room::open(timing);
        room.run(commands);
        assert_eq!(room.at(7000.0), 0);
        for &(ms, index) in shown {
            assert_eq!(room.at(7000.0 + ms), index, "after {ms} ms of '{commands}' with {timing:?}");
        }
    }

    #[test]
    fn the_image_is_a_function_of_time() {
        check(&[20.0], "cine toggle", &[(19.0, 0), (20.0, 1), (39.0, 1), (61.0, 3), (99.0, 4), (100.0, 0)]);
        // One late frame shows what many early ones would have come to.
        check(&[20.0], "cine toggle", &[(61.0, 3)]);
        check(&[20.0], "cine toggle", &[(3_600_061.0, 3)]);
    }

    #[test]
    fn each_frame_stands_as_long_as_it_says() {
        // The first number is the time before the first frame.
        let vector = [0.0, 10.0, 50.0, 10.0, 20.0];
        check(&vector, "cine toggle", &[(9.0, 0), (10.0, 1), (59.0, 1), (60.0, 2), (70.0, 3), (90.0, 4)]);
    }

    #[test]
    fn what_says_nothing_of_its_rate_plays_ten_images_a_second_and_is_known_for_it() {
        check(&[], "cine toggle", &[(99.0, 0), (101.0, 1)]);
        check(&[1e-9], "cine toggle", &[(99.0, 0), (101.0, 1)]);
        assert!(!states_timing(&Room::open(&[]).set()));
        let stated = Room::open(&[40.0]).set();
        assert!(states_timing(&stated) && (own_rate(&stated) - 25.0).abs() < 1e-9);
    }

    #[test]
    fn speed_and_direction_change_while_it_plays() {
        check(&[20.0], "cine toggle; cine faster; cine faster", &[(19.0, 1), (21.0, 2)]);
        check(&[20.0], "cine slower; cine slower; cine toggle", &[(39.0, 0), (41.0, 1)]);
        check(&[20.0], "cine reverse; cine toggle", &[(1.0, 4), (21.0, 3), (81.0, 0)]);
        let mut room = Room::open(&[20.0]);
        room.run(&["cine faster"; 20].join("; "));
        assert!((room.cine().speed - 4.0).abs() < 1e-9, "there is an end to it");
    }

    #[test]
    fn of_key_images_alone_time_asks_for_these() {
        let mut room = Room::open(&[20.0]);
        room.run("scroll to 2; key-image mark; scroll to 5; key-image mark; key-image only; cine toggle");
        let shown = [0.0, 19.0, 21.0, 39.0, 41.0, 3_600_061.0].map(|ms| room.at(7000.0 + ms));
        assert_eq!(shown, [4, 4, 1, 1, 4, 1]);
        // Places are counted among other images now.
        room.run("key-image unmark");
        assert!(!room.cine().is_playing);
    }

    #[test]
    fn the_hand_of_the_reader_ends_it() {
        for command in ["cine toggle", "scroll +1", "scroll to 1"] {
            let mut room = Room::open(&[20.0]);
            room.run("cine toggle");
            room.at(0.0);
            assert_eq!(room.at(45.0), 2);
            room.run(command);
            assert!(!room.cine().is_playing, "{command}");
            assert_eq!(room.session.next_due_ms(), None);
            let shown = room.at(50.0);
            assert_eq!(room.at(1000.0), shown, "{command}");
        }
    }

    #[test]
    fn it_goes_on_from_the_image_that_is_shown() {
        let mut room = Room::open(&[20.0]);
        room.run("scroll to 4; cine toggle");
        assert_eq!([room.at(500.0), room.at(519.0), room.at(521.0)], [3, 3, 4]);
    }

    #[test]
    fn what_is_not_decoded_in_time_is_left_out_and_the_rate_tells() {
        let mut room = Room::open(&[20.0]);
        room.forget(1);
        room.forget(2);
        room.run("cine toggle");
        let shown: Vec<usize> = (0..=50).map(|step| room.at(f64::from(step) * 20.0)).collect();
        assert_eq!(shown.get(..6), Some(&[0, 0, 0, 3, 4, 0][..]), "the latest that is here holds");
        let rate = room.cine().rate.expect("a second has passed");
        assert!((rate.due - 50.0).abs() < 1e-9 && (rate.shown - 30.0).abs() < 1e-9, "{rate:?}");
        assert!(rate.is_short());
        // Decoded now: shown at once, not when the next one is due.
        assert_eq!(room.at(1022.0), 0);
        assert!(room.session.is_time_due(1023.0));
        room.decode(1);
        assert_eq!(room.at(1024.0), 1);
        assert!(!room.session.is_time_due(1025.0));
    }

    #[test]
    fn a_rate_that_is_kept_is_not_called_short() {
        let mut room = Room::open(&[20.0]);
        room.run("cine toggle");
        for step in 0..=60 {
            room.at(f64::from(step) * 17.0);
        }
        let rate = room.cine().rate.expect("a second has passed");
        assert!((rate.shown - 50.0).abs() < 1.0 && !rate.is_short(), "{rate:?}");
    }

    #[test]
    fn the_next_image_is_due_when_the_time_of_this_one_is_over() {
        let mut room = Room::open(&[20.0]);
        assert_eq!(room.session.next_due_ms(), None);
        room.run("cine toggle");
        assert!(room.session.is_time_due(0.0));
        room.at(300.0);
        assert_eq!(room.session.next_due_ms(), Some(320.0));
        assert!(!room.session.is_time_due(319.0) && room.session.is_time_due(320.0));
        room.at(305.0);
        room.run("cine faster; cine faster");
        room.at(305.0);
        assert_eq!(room.session.next_due_ms(), Some(312.5));
    }

    /// No burst of images, none that nobody could have seen, and no rate that was not kept.
    #[test]
    fn after_a_sleep_it_goes_on_from_the_image_that_is_shown() {
        let mut room = Room::open(&[20.0]);
        room.run("cine toggle");
        assert_eq!([room.at(0.0), room.at(25.0)], [0, 1]);
        room.session.absorb(&Event::Woke { slept_s: 3_600 }, &room.library);
        assert_eq!([room.at(3_600_033.0), room.at(3_600_053.0)], [1, 2]);
        assert_eq!(room.cine().rate, None);
    }

    #[test]
    fn what_is_out_of_sight_stands_still() {
        let mut room = Room::open(&[20.0]);
        room.run("layout 1x2; viewport 2; hang 1; cine toggle");
        room.at(0.0);
        room.run("layout 1x1");
        assert_eq!(room.session.next_due_ms(), None);
    }
}
