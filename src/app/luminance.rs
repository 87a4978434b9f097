//! Measured luminances of a panel, read from a file.

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
    let mut text = String::new();
    let file = File::open(path).map_err(|why| in_file(&why))?;
    file.take(LUMINANCE_BYTES_MAX + 1).read_to_string(&mut text).map_err(|why| in_file(&why))?;
    if text.len() as u64 > LUMINANCE_BYTES_MAX {
        return Err(in_file(&format!("is larger than {LUMINANCE_BYTES_MAX} bytes")));
    }
    let curve = CharacteristicCurve::parse(&text).map_err(|fault| format!("{}:{fault}", path.display()))?;
    DisplaySystem::new(&curve, ambient, bits).map_err(|why| in_file(&why))
}
