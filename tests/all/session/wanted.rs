//! Which frames are asked for, in which order, and which are let go: with ten thousand as with ten.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::tags;
use hotlight::app::read_headers;
use hotlight::dicom::{Frame, FrameKey, Pixels, ReadError, Writer};
use hotlight::session::{Division, Session, SessionSettings, Source, Wanted};
use hotlight::study::{FrameState, Library};
use tempfile::TempDir;

/// Bytes of a frame of one pixel.
const FRAME: u64 = 2;

/// An object of so many frames of one pixel.
fn write_movie(folder: &Path, series: &str, frames: usize) {
    Writer::new("1.2.840.10008.5.1.4.1.1.6.1", &format!("{series}.1"))
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, series)
        .text(tags::PATIENT_ID, "ZZCANARY")
        .text(tags::MODALITY, "US")
        .gray_16(1, 1, false)
        .text(tags::NUMBER_OF_FRAMES, &frames.to_string())
        .pixels(&vec![0; frames])
        .write_to(&folder.join(series))
        .expect("a movie");
}

/// A reading of movies, one a viewport, with the workers played by the test.
struct Workers {
    session: Session,
    library: Library,
    wanted: Wanted,
}

impl Workers {
    /// Movies of so many frames, each shown at its image in `shown`.
    fn new(movies: &[usize], shown: &[usize]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for (at, frames) in movies.iter().enumerate() {
            write_movie(folder.path(), &format!("2.25.{at}"), *frames);
        }
        let library = read_headers(&[folder.path().to_path_buf()]);
        let mut session = Session::new(SessionSettings::default());
        let grid = hotlight::command::Grid::new(1, movies.len()).expect("a grid");
        let screen = session.screens.first_mut().expect("a window");
        screen.division = Division::Grid(grid);
        screen.viewports.resize(movies.len(), screen.viewports[0].clone());
        for ((_, _, set), (viewport, index)) in
            library.display_sets().zip(screen.viewports.iter_mut().zip(shown))
        {
            viewport.source = Some(Source { display_set: set.id.clone(), index: *index });
        }
        Self { session, library, wanted: Wanted::default() }
    }

    fn show(&mut self, index: usize) {
        let source = self.session.screens[0].viewports[0].source.as_mut().expect("an image");
        source.index = index;
    }

    /// Which frames of which movies are asked for.
    fn next(&mut self, budget_bytes: u64) -> Vec<FrameKey> {
        self.session.settings.frame_budget_bytes = budget_bytes;
        let wanted = self.wanted.next(&self.session, &mut self.library);
        wanted.into_iter().map(|(key, _)| key).collect()
    }

    fn read(&mut self, key: FrameKey) {
        let pixels = Pixels::Words { is_signed: false, words: vec![0] };
        let frame = Arc::new(Frame { rows: 1, columns: 1, pixels, cover: None });
        self.wanted.note_loaded(key.clone());
        self.library.put_frame(key, FrameState::Ready(frame));
    }

    /// Reads all that is asked for, until nothing is; gives how often it was asked.
    fn read_all(&mut self, budget_bytes: u64) -> usize {
        for count in 0.. {
            let wanted = self.next(budget_bytes);
            if wanted.is_empty() && !self.wanted.is_unfinished() {
                return count;
            }
            for key in wanted {
                self.read(key);
            }
        }
        unreachable!("it ends or it does not")
    }

    fn is_here(&self, at: usize) -> bool {
        let (_, _, set) = self.library.display_sets().next().expect("a movie");
        self.library.frame(&set.images[at].key()).is_some()
    }
}

fn numbers(keys: &[FrameKey]) -> Vec<u32> {
    keys.iter().map(|key| key.frame).collect()
}

#[test]
fn the_nearest_frames_come_first() {
    let mut workers = Workers::new(&[10_000], &[5_000]);
    let wanted = workers.next(u64::MAX);
    assert_eq!(numbers(&wanted)[..5], [5_000, 5_001, 4_999, 5_002, 4_998]);
    assert!(wanted.len() < 1_000, "a part is enough for now: {}", wanted.len());
    workers.show(2);
    assert_eq!(numbers(&workers.next(u64::MAX))[..7], [2, 3, 1, 4, 0, 5, 6]);
}

#[test]
fn viewports_are_served_alike() {
    let mut workers = Workers::new(&[50, 50], &[10, 20]);
    assert_eq!(numbers(&workers.next(u64::MAX))[..6], [10, 20, 11, 9, 21, 19]);
}

/// Each time a bounded number of images is looked at, whatever is loaded already, and still all of them come.
#[test]
fn ten_thousand_frames_come_one_part_after_the_other() {
    let mut workers = Workers::new(&[10_000], &[5_000]);
    assert_eq!(workers.wanted.complete().count(), 0);
    let asked = workers.read_all(u64::MAX);
    assert!(asked <= 10_000 / 256 + 1, "{asked}");
    let complete: Vec<_> = workers.wanted.complete().map(|(_, _, set)| set.images.len()).collect();
    assert_eq!(complete, [10_000]);
    workers.show(9_999);
    assert_eq!(workers.next(u64::MAX), []);
    assert!(!workers.wanted.is_unfinished());
    // Files have come: all is looked at anew, and not all at once.
    workers.wanted.note_changed();
    assert_eq!(workers.next(u64::MAX), []);
    assert!(workers.wanted.is_unfinished());
    workers.read_all(u64::MAX);
    assert_eq!(workers.wanted.complete().count(), 1);
}

#[test]
fn memory_holds_what_is_near_and_lets_go_of_what_is_far() {
    let mut workers = Workers::new(&[10_000], &[1_000]);
    let budget = 100 * FRAME;
    workers.read_all(budget);
    assert_eq!(workers.library.frame_bytes(), budget);
    for step in 1..=80 {
        workers.show(1_000 + step * 10);
        workers.read_all(budget);
        assert!(workers.library.frame_bytes() <= budget, "step {step}");
    }
    let here: Vec<usize> = (0..10_000).filter(|at| workers.is_here(*at)).collect();
    assert_eq!(here, (1_750..1_850).collect::<Vec<_>>());
    workers.show(9_000);
    assert_eq!(numbers(&workers.next(budget))[0], 9_000);
}

#[test]
fn little_is_asked_for_while_memory_is_full() {
    let mut workers = Workers::new(&[10_000], &[1_000]);
    workers.read_all(600 * FRAME);
    workers.show(1_300);
    let asked = workers.next(600 * FRAME);
    assert!(asked.len() > 100, "what is far has to go in its turn");
    for key in asked {
        workers.read(key);
    }
    workers.show(900);
    assert_eq!(numbers(&workers.next(600 * FRAME)), [699]);
    assert!(workers.library.frame_bytes() > 600 * FRAME, "the oldest are near; others go the next time");
    workers.read_all(600 * FRAME);
    assert_eq!(workers.library.frame_bytes(), 600 * FRAME);
}

#[test]
fn what_a_small_movie_does_not_need_is_left_to_the_large_one() {
    let mut workers = Workers::new(&[10, 10_000], &[5, 5_000]);
    workers.read_all(1_010 * FRAME);
    assert_eq!(workers.library.frame_bytes(), 1_010 * FRAME);
    let complete: Vec<_> = workers.wanted.complete().map(|(_, _, set)| set.images.len()).collect();
    assert_eq!(complete, [10]);
}

#[test]
fn what_is_on_screen_is_wanted_whatever_it_takes() {
    let mut workers = Workers::new(&[50], &[7]);
    assert_eq!(numbers(&workers.next(0)), [7]);
    workers.read_all(0);
    assert!(workers.is_here(7));
    workers.show(8);
    assert_eq!(numbers(&workers.next(0)), [8]);
    assert!(!workers.is_here(7), "and nothing else is kept");
}

#[test]
fn a_frame_that_cannot_be_read_is_not_asked_for_again() {
    let mut workers = Workers::new(&[3], &[1]);
    let mut wanted = workers.next(u64::MAX);
    let failed = wanted.remove(0);
    workers.library.put_frame(failed, FrameState::Failed(ReadError::Empty));
    assert_eq!(numbers(&workers.next(u64::MAX)), [2, 0]);
    for key in wanted {
        workers.read(key);
    }
    assert_eq!(workers.next(u64::MAX), []);
}

/// A new look at the files may put other images where those that were read stood.
#[test]
fn after_files_have_come_all_is_looked_at_again() {
    let mut workers = Workers::new(&[10], &[5]);
    workers.read_all(u64::MAX);
    let (_, _, set) = workers.library.display_sets().next().expect("a movie");
    let key = set.images[2].key();
    workers.library.drop_frame(&key);
    assert_eq!(workers.next(u64::MAX), [], "nobody drops a frame that is near, so nobody looks");
    workers.wanted.note_changed();
    assert_eq!(numbers(&workers.next(u64::MAX)), [2]);
}
