//! Test patterns as the frames that the engines draw.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::calibration::pattern::{Levels, Pattern, PatternError, draw};
use crate::dicom::{Frame, Pixels, ReadError};
use crate::session::PatternOrder;

/// Draws a test pattern, for the 8 bits of our surfaces, as P-values.
pub(super) fn pattern_frame(order: &PatternOrder) -> Result<Arc<Frame>, ReadError> {
    let (columns, rows) = order.size;
    let draw = || draw(&Pattern::parse(&order.name)?, columns, rows, 8);
    let drawn = catch_unwind(AssertUnwindSafe(draw));
    let picture = drawn.map_or_else(
        |_panic| Err("drawing it stopped".to_owned()),
        |drawn| drawn.map_err(|why: PatternError| why.to_string()),
    );
    let picture = picture.map_err(|why| ReadError::Damaged { why })?;
    let p_value = |level: u16| level.saturating_mul(257);
    let pixels = match picture.levels {
        Levels::Gray(levels) => {
            Pixels::Words { is_signed: false, words: levels.into_iter().map(p_value).collect() }
        }
        Levels::Color(levels) => {
            let byte = |level: u16| u8::try_from(level).unwrap_or(u8::MAX);
            let color = |[red, green, blue]: [u16; 3]| [byte(red), byte(green), byte(blue), 255];
            Pixels::Color(levels.into_iter().map(color).collect())
        }
    };
    Ok(Arc::new(Frame { rows, columns, pixels, cover: None }))
}
