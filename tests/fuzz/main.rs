//! libFuzzer over [`hotlight::testing::fuzz`]: `make fuzz TARGET=reader`. What it finds goes into `tests/fuzz/corpus`.

#![no_main]

use std::sync::LazyLock;

use hotlight::testing::fuzz::Target;
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("HOTLIGHT_FUZZ").unwrap_or_default();
    Target::of(&name).unwrap_or_else(|| panic!("HOTLIGHT_FUZZ names one of {:?}", Target::NAMES))
});

fuzz_target!(|bytes: &[u8]| TARGET.run(bytes));
