//! Which images a presentation state touches: those that it names, and none else, whatever it says wrongly. Rules S-1, S-10, S-13.
//!
//! Each seed makes two studies of several series, single frames and multi-frame objects, and one state that may name absent
//! images, frames that are not there, a series or a study that is not the image's, the same image twice, and nothing at all.
//! Every frame is then shown.

#![expect(clippy::cast_possible_wrap, reason = "sides and counts are small")]

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::Writer;
use hotlight::geometry::{Point, View};
use hotlight::presentation::PresentationState;
use hotlight::render::{GraphicPlan, Picture};
use hotlight::session::Source;
use hotlight::study::DisplaySetId;
use hotlight::testing::Scripted;
use tempfile::TempDir;

use crate::standard::{Object, Random, state};

const SIDE: u16 = 8;
const SEEDS: u64 = 400;

/// An object of a study and a series, by number.
struct Held {
    study: usize,
    series: usize,
    uid: String,
    frames: i64,
}

impl Held {
    fn series_uid(&self) -> String {
        format!("2.25.2{}{}", self.study, self.series)
    }

    fn write_into(&self, folder: &Path) {
        let words = vec![700; usize::from(SIDE * SIDE) * self.frames as usize];
        Object::gray(SIDE, SIDE, 12, &words)
            .text(tags::SOP_INSTANCE_UID, "UI", &self.uid)
            .text(tags::STUDY_INSTANCE_UID, "UI", &study_uid(self.study))
            .text(tags::SERIES_INSTANCE_UID, "UI", &self.series_uid())
            .text(tags::NUMBER_OF_FRAMES, "IS", &self.frames.to_string())
            .text(tags::WINDOW_CENTER, "DS", "10")
            .text(tags::WINDOW_WIDTH, "DS", "20")
            .write_to(&folder.join(&self.uid));
    }
}

fn study_uid(study: usize) -> String {
    format!("2.25.1{study}")
}

/// A reference to an image.
#[derive(Debug)]
struct Named {
    /// Nothing: a reference that lacks its UID.
    uid: Option<String>,
    frames: Frames,
}

#[derive(Debug)]
enum Frames {
    All,
    Of(Vec<i64>),
    Unreadable,
}

impl Named {
    fn random(dice: &mut Random, held: &[Held]) -> Self {
        let uid = match dice.of(0..=11) {
            0 => None,
            1 => Some("2.25.999".to_owned()),
            _ => Some(held[dice.of(0..=held.len() as i64 - 1) as usize].uid.clone()),
        };
        let frames = match dice.of(0..=5) {
            0 => Frames::Unreadable,
            1 | 2 => Frames::Of((0..dice.of(1..=2)).map(|_| dice.of(-1..=5)).collect()),
            _ => Frames::All,
        };
        Self { uid, frames }
    }

    /// Whether it means a frame, counted from 1.
    fn means(&self, uid: &str, frame: i64) -> bool {
        let is_frame = match &self.frames {
            Frames::All => true,
            Frames::Of(frames) => frames.contains(&frame),
            Frames::Unreadable => false,
        };
        is_frame && self.uid.as_deref() == Some(uid)
    }

    fn item(&self) -> Writer {
        let item = Writer::item().text(tags::REFERENCED_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.7");
        let item = match &self.uid {
            Some(uid) => item.text(tags::REFERENCED_SOP_INSTANCE_UID, uid),
            None => item,
        };
        match &self.frames {
            Frames::All => item,
            Frames::Of(frames) => {
                let frames: Vec<String> = frames.iter().map(i64::to_string).collect();
                item.text(tags::REFERENCED_FRAME_NUMBER, &frames.join("\\"))
            }
            Frames::Unreadable => item.text(tags::REFERENCED_FRAME_NUMBER, "1\\?"),
        }
    }
}

/// Some images of a state; without any, all of them.
fn subset(dice: &mut Random, held: &[Held]) -> Vec<Named> {
    (0..dice.of(0..=3)).map(|_| Named::random(dice, held)).collect()
}

fn is_in(subset: &[Named], uid: &str, frame: i64) -> bool {
    subset.is_empty() || subset.iter().any(|named| named.means(uid, frame))
}

fn for_images(subset: &[Named]) -> Writer {
    let items = subset.iter().map(Named::item).collect();
    Writer::item().sequence_unless_empty(tags::REFERENCED_IMAGE_SEQUENCE, items)
}

/// How a frame looks: the middle of its window, the columns of the marks on it, and of the middle of what is shown.
#[derive(Debug, PartialEq)]
struct Shown {
    window: f64,
    marks: Vec<f64>,
    middle: f64,
}

/// A state: where it says it belongs, and what it has for which images.
struct Truth {
    study: usize,
    /// By Series Instance UID.
    references: Vec<(String, Vec<Named>)>,
    windows: Vec<Vec<Named>>,
    marks: Vec<Vec<Named>>,
    areas: Vec<Vec<Named>>,
}

impl Truth {
    fn random(dice: &mut Random, held: &[Held]) -> Self {
        // Of study 2 nothing is here.
        let study = [0, 0, 0, 0, 1, 1, 2][dice.of(0..=6) as usize];
        let references = (0..dice.of(1..=3)).map(|_| {
            let of = &held[dice.of(0..=held.len() as i64 - 1) as usize];
            let images = (0..dice.of(1..=4)).map(|_| {
                let named = Named::random(dice, held);
                if dice.coin() { Named { uid: Some(of.uid.clone()), ..named } } else { named }
            });
            (of.series_uid(), images.collect())
        });
        let references = references.collect();
        let some = |dice: &mut Random| (0..dice.of(0..=3)).map(|_| subset(dice, held)).collect();
        Self { study, references, windows: some(dice), marks: some(dice), areas: some(dice) }
    }

    fn is_for(&self, held: &Held, frame: i64) -> bool {
        let names = |(series, images): &(String, Vec<Named>)| {
            *series == held.series_uid() && images.iter().any(|named| named.means(&held.uid, frame))
        };
        self.study == held.study && self.references.iter().any(names)
    }

    /// How a frame looks.
    fn shown(&self, held: &Held, frame: i64) -> Shown {
        if !self.is_for(held, frame) {
            return Shown { window: 10.0, marks: Vec::new(), middle: 4.0 };
        }
        let is_its = |subset: &Vec<Named>| is_in(subset, &held.uid, frame);
        let first = |subsets: &[Vec<Named>]| subsets.iter().position(is_its).map(|index| index as f64);
        let marks = self.marks.iter().enumerate().filter(|(_, subset)| is_its(subset));
        Shown {
            // Without a VOI everything that 12 bits can hold.
            window: first(&self.windows).map_or(2048.0, |index| 1000.0 + index),
            marks: marks.map(|(index, _)| 1.5 + index as f64).collect(),
            middle: first(&self.areas).map_or(4.0, |index| 1.0 + index),
        }
    }

    /// Whether it contradicts itself: an image without its UID, or that it does not refer to, frames that are none, two windows for one frame.
    fn is_wrong(&self) -> bool {
        let of_series = self.references.iter().map(|(_, images)| images);
        let named = of_series.chain(&self.windows).chain(&self.marks).chain(&self.areas).flatten();
        let is_wrong = |named: &Named| match &named.frames {
            _ if named.uid.is_none() => true,
            Frames::All => false,
            Frames::Of(frames) => frames.iter().any(|frame| *frame < 1),
            Frames::Unreadable => true,
        };
        let frames = || (1..=5).flat_map(|frame| (0..=9).map(move |uid| (format!("2.25.7{uid}"), frame)));
        let frames = || frames().chain((1..=5).map(|frame| ("2.25.999".to_owned(), frame)));
        let referred: Vec<_> = self.references.iter().flat_map(|(_, images)| images).collect();
        let is_stray = |named: &Named| referred.iter().all(|other| other.uid != named.uid);
        let mut said = self.windows.iter().chain(&self.marks).chain(&self.areas).flatten();
        if said.any(is_stray) {
            return true;
        }
        let is_twice = |subsets: &[Vec<Named>]| {
            let of = |(uid, frame): (String, i64)| {
                subsets.iter().filter(|subset| is_in(subset, &uid, frame)).count() > 1
            };
            (subsets.len() > 1 && subsets.iter().any(Vec::is_empty)) || frames().any(of)
        };
        named.into_iter().any(is_wrong) || is_twice(&self.windows) || is_twice(&self.areas)
    }

    fn object(&self) -> Writer {
        let areas = self.areas.iter().enumerate().map(|(index, subset)| {
            for_images(subset)
                .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &[1, 1])
                .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &[2 + 2 * index as i32, 8])
                .text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT")
                .text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, "1\\1")
        });
        let series = self
            .references
            .iter()
            .map(|(uid, images)| for_images(images).text(tags::SERIES_INSTANCE_UID, uid));
        let windows = self.windows.iter().enumerate().map(|(index, subset)| {
            for_images(subset)
                .decimals(tags::WINDOW_CENTER, &[1000.0 + index as f64])
                .decimals(tags::WINDOW_WIDTH, &[200.0])
        });
        let marks = self.marks.iter().enumerate().map(|(index, subset)| {
            let point = Writer::item()
                .text(tags::GRAPHIC_ANNOTATION_UNITS, "PIXEL")
                .number(tags::GRAPHIC_DIMENSIONS, 2)
                .number(tags::NUMBER_OF_GRAPHIC_POINTS, 1)
                .floats(tags::GRAPHIC_DATA, &[1.5 + index as f64, 4.0])
                .text(tags::GRAPHIC_TYPE, "POINT");
            for_images(subset)
                .text(tags::GRAPHIC_LAYER, "MARKS")
                .sequence(tags::GRAPHIC_OBJECT_SEQUENCE, [point])
        });
        state()
            .text(tags::STUDY_INSTANCE_UID, &study_uid(self.study))
            .text(tags::PRESENTATION_LUT_SHAPE, "IDENTITY")
            .sequence(tags::GRAPHIC_LAYER_SEQUENCE, [Writer::item().text(tags::GRAPHIC_LAYER, "MARKS")])
            .sequence(tags::REFERENCED_SERIES_SEQUENCE, series)
            .sequence_unless_empty(tags::SOFTCOPY_VOILUT_SEQUENCE, windows.collect())
            .sequence_unless_empty(tags::GRAPHIC_ANNOTATION_SEQUENCE, marks.collect())
            .sequence_unless_empty(tags::DISPLAYED_AREA_SELECTION_SEQUENCE, areas.collect())
    }
}

#[test]
fn a_state_touches_the_frames_that_it_names_and_none_else() {
    let (mut touched, mut untouched, mut absent, mut wrong) = (0, 0, 0, 0);
    for seed in 0..SEEDS {
        let dice = &mut Random::seeded(seed);
        let folder = TempDir::new().expect("a temporary folder");
        let mut held: Vec<Held> = Vec::new();
        for (study, series) in [(0, 0), (0, 1), (1, 0)] {
            for _ in 0..dice.of(1..=3) {
                let (uid, frames) = (format!("2.25.7{}", held.len()), dice.of(-3..=3).max(1));
                held.push(Held { study, series, uid, frames });
            }
        }
        for object in &held {
            object.write_into(folder.path());
        }
        let truth = Truth::random(dice, &held);
        truth.object().write_to(&folder.path().join("state")).expect("a state");
        let mut scripted = Scripted::open(folder.path());
        let mut is_any = false;
        let read = PresentationState::read(&hotlight::dicom::Source::file(&folder.path().join("state")));
        let read = read.expect("it is whole").expect("a state");
        for (set, index, uid, frame, is_of) in places(&scripted, &read) {
            let object = held.iter().find(|object| object.uid == uid).expect("an object");
            let words = format!("seed {seed}, {uid}, frame {frame}");
            assert_eq!(shown(&mut scripted, set, index), truth.shown(object, frame), "{words}");
            assert_eq!(is_of, truth.is_for(object, frame), "{words}: to render --presentation");
            let badges = scripted.focused().expect("a viewport").labels.badges;
            let is_for = truth.is_for(object, frame);
            assert_eq!(badges.iter().any(|badge| badge.text.starts_with("PS")), is_for, "{words}");
            touched += usize::from(is_for);
            untouched += usize::from(!is_for);
            is_any |= is_for;
        }
        let mut states = scripted.reading.library.studies().iter().flat_map(|study| &study.states);
        if let Some(state) = states.next() {
            assert_eq!(
                !state.not_applied.is_empty(),
                truth.is_wrong(),
                "seed {seed}: {:?}",
                state.not_applied
            );
            wrong += usize::from(truth.is_wrong());
        }
        let unreadable = scripted.reading.library.unreadable();
        assert_eq!(unreadable.is_empty(), is_any, "seed {seed}: {unreadable:?}");
        absent += usize::from(!is_any);
    }
    eprintln!(
        "{SEEDS} states: {touched} frames touched, {untouched} left alone; {absent} of no image here, {wrong} contradict \
         themselves"
    );
    assert!(touched > 300 && untouched > 1000 && absent > 100 && wrong > 100);
}

/// Every frame: where it hangs, of which object it is, which of its frames, from 1, and whether a state is for it.
fn places(scripted: &Scripted, state: &PresentationState) -> Vec<(DisplaySetId, usize, String, i64, bool)> {
    let sets = scripted.reading.library.display_sets().map(|(.., set)| set);
    let places = sets.flat_map(|set| {
        let images = set.images.iter().enumerate();
        images.map(|(index, image)| {
            (
                set.id.clone(),
                index,
                image.instance.uid.as_str().to_owned(),
                i64::from(image.frame) + 1,
                image.is_of(state),
            )
        })
    });
    places.collect()
}

fn shown(scripted: &mut Scripted, display_set: DisplaySetId, index: usize) -> Shown {
    scripted.reading.session.screens[0].viewports[0].source = Some(Source { display_set, index });
    scripted.run("zoom fit");
    let plan = scripted.focused().expect("a viewport");
    let Picture::Slice(pass) = plan.picture else { panic!("{:?}", plan.picture) };
    let column = |at: Point<View>| ((pass.image_from_view * at).xyz.x * 1e6).round() / 1e6;
    let marks = plan.overlay.graphics.iter().map(|graphic| match graphic {
        GraphicPlan::Shape(shape) => column(shape.lines[0][0]),
        GraphicPlan::Text(text) => panic!("{text:?}"),
    });
    let middle = Point::flat(f64::from(plan.rect.width) / 2.0, f64::from(plan.rect.height) / 2.0);
    Shown {
        window: pass.gray().expect("gray").window.center(),
        marks: marks.collect(),
        middle: column(middle),
    }
}
