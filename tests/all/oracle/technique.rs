//! How images were made, against pydicom (`tests/oracle/technique/make.py`).

use hotlight::dicom::{Instance, TechniqueItem};

use super::expected;
use crate::support::data;

#[test]
fn images_say_of_their_making_what_pydicom_reads() {
    let expected = expected("technique/expected.json");
    let known = expected["known"].as_str().expect("the items that the oracle knows");
    let known: Vec<TechniqueItem> = known
        .split(' ')
        .map(|name| *TechniqueItem::ALL.iter().find(|item| item.name() == name).expect(name))
        .collect();
    let mut said = 0;
    for case in expected["cases"].as_array().expect("cases") {
        let file = case["file"].as_str().expect("a file");
        let instance = Instance::read(&data().join(file)).expect(file);
        for &item in &known {
            let found = instance.technique(0, item);
            assert_eq!(found.as_deref(), case["items"][item.name()].as_str(), "{file}: {}", item.name());
            said += usize::from(found.is_some());
        }
    }
    assert!(said > 100, "{said}");
}
