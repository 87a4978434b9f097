//! Grayscale softcopy presentation states by the thousand: gray, four kinds of shutter, overlay planes, turns and displayed
//! areas in their three size modes at once, every pixel compared. PS3.3 A.33.1; rules P-14, P-15, P-22, S-2 to S-6.
//!
//! `reference` is the standard in formulas, and `dcmp2pgm` its judge: it applies modality LUT, VOI LUT, presentation LUT,
//! rotation and flip, in 8 bits. A window's share of 255 is cut as ours of 65,535 is, so that ours over 257 is theirs. A table's
//! output of n bits it takes by 256 / 2ⁿ, inverted 255 / 2ⁿ, and not by 255 / (2ⁿ − 1): two grays of 8 bits above at most, both
//! for a table of 8 bits. Shutters, overlays and displayed areas it does not draw.

#![expect(clippy::cast_possible_wrap, reason = "sides and counts are small")]

mod case;
mod reference;

use std::path::{Path, PathBuf};

use hotlight::session::Zoom;
use tempfile::TempDir;

use super::made::Compared;
use super::presentation_state::{dcmp2pgm, shown_by, state, with_plane};
pub(super) use case::Case;
use reference::Seen;

/// States of each run; `HOTLIGHT_STATES` asks for more.
const STATES: u64 = 3200;

/// Of one in so many dcmp2pgm is asked, too, if it can do what is asked for.
const ONE_OF: u64 = 2;

/// What was compared.
#[derive(Default)]
struct Sum {
    ours: Compared,
    covered: usize,
    beyond: usize,
    theirs: Compared,
}

#[test]
fn thousands_of_states_are_what_the_formulas_of_the_standard_and_dcmp2pgm_make_of_them() {
    let count = std::env::var("HOTLIGHT_STATES").ok().and_then(|count| count.parse().ok()).unwrap_or(STATES);
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let run = |first: u64| {
        let folder = TempDir::new().expect("a temporary folder");
        let mut sum = Sum::default();
        (first..count).step_by(threads as usize).for_each(|seed| check(seed, folder.path(), &mut sum));
        sum
    };
    let sums: Vec<Sum> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(move || run(first))).collect();
        running.into_iter().map(|thread| thread.join().expect("a thread that found no fault")).collect()
    });
    let mut all = Sum::default();
    for sum in sums {
        all.ours.join(&sum.ours);
        all.theirs.join(&sum.theirs);
        all.covered += sum.covered;
        all.beyond += sum.beyond;
    }
    all.ours.say("A.33.1, the formulas");
    all.theirs.say("A.33.1, of these dcmp2pgm's in 8 bits");
    eprintln!("A.33.1: {} pixels covered, {} beyond the image", all.covered, all.beyond);
    let pixels = all.ours.pixels;
    assert!(all.covered * 20 > pixels && all.beyond * 20 > pixels, "of {pixels}");
    assert!(all.theirs.cases as u64 * 16 > count, "{} with dcmp2pgm", all.theirs.cases);
}

fn check(seed: u64, folder: &Path, sum: &mut Sum) {
    let case = Case::random(seed);
    let paths = [folder.join("image.dcm"), folder.join("state.dcm")];
    let [image_path, state_path] = &paths;
    case.write_to(image_path, state_path);
    if seed.is_multiple_of(ONE_OF) && case.is_for_dcmp2pgm {
        check_formulas(seed, &case, folder, &paths, &mut sum.theirs);
    }
    let (width, height) = case.state.room(&case.image);
    let (size, pixel_mm) = ((width as u32, height as u32), case.state.pixel_mm(&case.image));
    let (ours, named) = shown_by(image_path, state_path, Zoom::Fit, Some(pixel_mm), size);
    assert_eq!(named, case.state.named(&case.image), "seed {seed}");
    let expected = case.state.picture(&case.image);
    assert_eq!(ours.len(), expected.len(), "seed {seed}");
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for (index, (p, expected)) in ours.into_iter().zip(expected).enumerate() {
        let (is_right, value) = match expected {
            Seen::Beyond => (p == 0, 0),
            Seen::Over(gray) => (p == gray, gray),
            // A share that falls on a step may be computed to lie on either side of it.
            Seen::Pixel(gray) => (p.abs_diff(gray) <= 1, gray),
        };
        assert!(is_right, "seed {seed}, pixel {index} of {size:?}: {p}, expected {expected:?}");
        here.push(p);
        there.push(value);
        sum.covered += usize::from(matches!(expected, Seen::Over(_)));
        sum.beyond += usize::from(expected == Seen::Beyond);
    }
    sum.ours.add(&here, &there);
}

/// The formulas' gray and turn are dcmp2pgm's, wherever nothing is drawn over the image.
fn check_formulas(seed: u64, case: &Case, folder: &Path, [image, state]: &[PathBuf; 2], sum: &mut Compared) {
    let theirs = dcmp2pgm(folder, image, state);
    let bare = case.state.bare(&case.image);
    assert_eq!(bare.len(), theirs.len(), "seed {seed}");
    let pixels = bare.into_iter().zip(theirs).enumerate();
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for (index, ((p, _), theirs)) in pixels.filter(|(_, ((_, is_bare), _))| *is_bare) {
        let is_right = if case.has_tables {
            (p / 257..=p / 257 + 2).contains(&theirs)
        } else {
            (p.saturating_sub(1) / 257..=p.saturating_add(1) / 257).contains(&theirs)
        };
        assert!(is_right, "seed {seed}, pixel {index}: {p} and dcmp2pgm's {theirs}");
        here.push(p / 257);
        there.push(theirs);
    }
    sum.add(&here, &there);
}
