//! What a file says of a panel: its measured luminances.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::grayscale::{CharacteristicCurve, DisplaySystem};
use crate::units::CdPerM2;

/// A file of luminances is far smaller: 65,536 lines at most.
const LUMINANCE_BYTES_MAX: u64 = 4 << 20;

/// A panel that takes `bits`, by the file of its measured luminances and what ambient light adds to them. The error names
/// the file, and the line where one is wrong.
pub fn read_display_system(path: &Path, ambient: CdPerM2, bits: u8) -> Result<DisplaySystem, String> {
    let in_file = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let text = String::from_utf8(read_bounded(path, LUMINANCE_BYTES_MAX)?).map_err(|why| in_file(&why))?;
    let curve = CharacteristicCurve::parse(&text).map_err(|fault| format!("{}:{fault}", path.display()))?;
    DisplaySystem::new(&curve, ambient, bits).map_err(|why| in_file(&why))
}

/// A small file as a whole. The error names it.
pub(super) fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    let in_file = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| in_file(&why))?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|why| in_file(&why))?;
    if bytes.len() as u64 > bytes_max {
        return Err(in_file(&format!("is larger than {bytes_max} bytes")));
    }
    Ok(bytes)
}
