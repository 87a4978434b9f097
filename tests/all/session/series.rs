//! What is said of series that are not whole, or not what they seem.

use hotlight::app::read_headers;
use hotlight::phantom::Phantom;
use hotlight::render::Picture;
use hotlight::study::DisplaySetKind;
use hotlight::testing::Scripted;
use tempfile::TempDir;

/// A phantom of 9 slices has exactly these problems, and is so complete.
fn check(made: &Phantom, kind: DisplaySetKind, problems: &[&str], completeness: &str) {
    let folder = TempDir::new().expect("a folder");
    made.write_into(folder.path()).expect("a study");
    let library = read_headers(&[folder.path().to_path_buf()]);
    let sets: Vec<_> = library.display_sets().map(|(_, _, set)| set).collect();
    let [set] = sets.as_slice() else { panic!("{} sets", sets.len()) };
    assert_eq!((set.kind, set.problems().as_slice()), (kind, problems));
    assert_eq!((set.label.as_str(), set.completeness.to_string().as_str()), ("", completeness));
}

#[test]
fn every_phantom_has_exactly_the_problems_that_it_was_made_with() {
    let small = || Phantom::chest_ct().small();
    let (volume, stack) = (DisplaySetKind::Volume, DisplaySetKind::Stack);
    check(&small(), volume, &[], "9");
    check(&small().prior(), volume, &[], "5");
    check(&small().with_photometric_monochrome1().with_unsigned_12_bits(), volume, &[], "9");
    check(&small().with_oblique_degrees(10.0, -20.0, 30.0), volume, &[], "9");
    check(&small().with_tilt_degrees(-15.0), volume, &["gantry-tilt"], "9");
    check(&small().with_missing(&[3]), stack, &["missing-slices"], "partial 8 of 9");
    check(&small().with_missing(&[3, 4, 6]), stack, &["missing-slices"], "partial 6 of 9");
    let tilted = small().with_tilt_degrees(20.0).with_missing(&[5]);
    check(&tilted, stack, &["missing-slices", "gantry-tilt"], "partial 8 of 9");
    // That the ends are missing cannot be known.
    check(&small().with_missing(&[0, 8]), volume, &[], "7");
    check(&small().with_missing(&[1, 2, 3, 4, 5, 6, 7]), stack, &[], "2");
}

/// The part is called a part, and when the rest has come the picture stands where it stood.
#[test]
fn a_part_is_not_shown_as_the_whole_and_becomes_it_when_the_rest_comes() {
    let (early, late) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let files = Phantom::chest_ct().small().write_into(late.path()).expect("a study");
    for file in files.iter().filter(|file| !file.ends_with("IM00003.dcm")) {
        std::fs::rename(file, early.path().join(file.file_name().expect("a name"))).expect("moved");
    }
    let mut scripted = Scripted::open(early.path());
    let shown = |scripted: &Scripted| {
        let viewport = scripted.focused().expect("a viewport");
        let Picture::Slice(pass) = viewport.picture else { panic!("a picture") };
        let badges: Vec<String> = viewport.labels.badges.into_iter().map(|badge| badge.text).collect();
        (pass.frame, badges.join(", "), viewport.labels.number)
    };
    let (frame, badges, number) = shown(&scripted);
    assert!(badges.contains("partial 8 of 9") && badges.contains("1 slice missing"), "{badges}");
    assert_eq!(number, Some((5, 8)));
    scripted.run(&format!("open {}", late.path().display()));
    let (frame_now, badges, number) = shown(&scripted);
    assert_eq!(frame_now, frame);
    assert!(!badges.contains("partial") && !badges.contains("missing"), "{badges}");
    assert_eq!(number, Some((6, 9)));
}
