//! What the fuzzer found worth keeping is fed to its targets again. Inputs that broke something once are among it.

use std::path::Path;

use hotlight::testing::fuzz::Target;

#[test]
fn what_the_fuzzer_kept_does_no_harm() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, target) in Target::NAMES.into_iter().zip(Target::ALL) {
        let files = std::fs::read_dir(corpus.join(name)).expect("a corpus for each target");
        let mut count = 0;
        for file in files {
            let bytes = std::fs::read(file.expect("an entry").path()).expect("an input");
            target.run(&bytes);
            count += 1;
        }
        assert!(count > 20, "{name}: {count} inputs");
    }
}
