//! Mammograms of the phantom, as the program reads them.

use hotlight::app::read_headers;
use hotlight::hanging::SetFacts;
use hotlight::phantom::BreastPhantom;
use hotlight::study::DisplaySetKind;
use tempfile::TempDir;

#[test]
fn each_view_of_a_mammogram_is_a_display_set_of_its_own() {
    let folder = TempDir::new().expect("a folder");
    let current = BreastPhantom::screening().small();
    current.write_into(folder.path()).expect("a study");
    let library = read_headers(&[folder.path().to_path_buf()]);
    let sets: Vec<_> = library.display_sets().map(|(_, series, set)| SetFacts::of(series, set)).collect();
    let mut said: Vec<_> =
        sets.iter().map(|set| (set.number, set.laterality.as_str(), set.view.as_str())).collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [(Some(1), "R", "CC"), (Some(2), "L", "CC"), (Some(3), "R", "MLO"), (Some(4), "L", "MLO")]
    );
    let is_whole = |set: &SetFacts| {
        (set.modality.as_str(), set.body_part.as_str(), set.kind, set.images)
            == ("MG", "BREAST", DisplaySetKind::Single, 1)
    };
    assert!(sets.iter().all(is_whole), "{sets:?}");
    assert_eq!(library.display_sets().flat_map(|(.., set)| set.problems()).next(), None);
}
