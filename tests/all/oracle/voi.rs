//! Window functions against exact rational arithmetic (`tests/oracle/voi/make.py`).

use hotlight::grayscale::{GrayTransform, ModalityLut, Polarity, VoiFunction, Window};
use hotlight::units::ModalityValue;

use super::expected;

#[test]
fn windows_equal_the_standards_formulas_cut_to_integers() {
    let expected = expected("voi/expected.json");
    let mut points_seen = 0;
    for case in expected["cases"].as_array().expect("cases") {
        let function: VoiFunction = case["function"].as_str().expect("a name").parse().expect("a function");
        let number = |key: &str| case[key].as_f64().expect(key);
        let window = Window::with_function(number("center"), number("width"), function).expect("a window");
        let gray = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
        for point in case["points"].as_array().expect("points") {
            let x = point[0].as_f64().expect("x");
            let y = point[1].as_f64().expect("y");
            let found = f64::from(gray.present(ModalityValue(x)).0);
            // LINEAR is bit-exact. In the other two a value that is an integer by the formula may come out one below.
            let tolerance = if function == VoiFunction::Linear { 0.0 } else { 1.0 };
            assert!((found - y).abs() <= tolerance, "{window} at {x}: {found}, expected {y}");
            points_seen += 1;
        }
    }
    assert_eq!(points_seen, expected["count"].as_u64().expect("a count"));
}
