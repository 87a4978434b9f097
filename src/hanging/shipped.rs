//! The protocols that Hotlight brings along, each with its fixture: `hanging-protocols/`.

use super::protocol::Level;
use super::registry::ProtocolFile;

/// Names the files, which stand in the program.
macro_rules! files {
    ($($id:literal)*) => {
        const SHIPPED: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../../hanging-protocols/", $id, ".toml")))),*];
        const FIXTURES: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../../hanging-protocols/fixtures/", $id, ".toml")))),*];
    };
}

files! {
    "cr-bone" "cr-chest" "ct-abdomen-phases" "ct-chest" "ct-chest-compare" "ct-head" "ct-spine" "cta" "generic"
    "generic-prior" "mammo-screening" "mr-brain" "mr-knee" "mr-spine" "pet-ct" "us"
}

/// Hotlight's own protocols.
pub fn shipped() -> Vec<ProtocolFile> {
    files(SHIPPED)
}

/// The fixtures of Hotlight's own protocols, in the same order.
pub fn shipped_fixtures() -> Vec<ProtocolFile> {
    files(FIXTURES)
}

fn files(texts: &[(&str, &str)]) -> Vec<ProtocolFile> {
    let file = |&(id, text): &(&str, &str)| ProtocolFile {
        id: id.to_owned(),
        level: Level::Shipped,
        path: None,
        text: text.to_owned(),
    };
    texts.iter().map(file).collect()
}
