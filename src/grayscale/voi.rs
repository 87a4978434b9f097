//! Values of interest: window center and width. PS3.3 C.11.2.1.2 and C.11.2.1.3.
//!
//! GPU twin: `shaders/lib/voi.wgsl`. The standard's worked examples are the first tests.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::dicom::LookupTable;
use crate::units::ModalityValue;

/// How a window maps values. PS3.3 C.11.2.1.2, C.11.2.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VoiFunction {
    /// The default, with its half steps: C.11.2.1.2.1.
    #[default]
    Linear,
    /// Without half steps: C.11.2.1.3.2.
    LinearExact,
    /// S-shaped and never clipped: C.11.2.1.3.1.
    Sigmoid,
}

impl VoiFunction {
    /// The name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::LinearExact => "linear_exact",
            Self::Sigmoid => "sigmoid",
        }
    }
}

impl FromStr for VoiFunction {
    type Err = WindowError;

    /// VOI LUT Function (0028,1056), in either case; empty is LINEAR.
    fn from_str(text: &str) -> Result<Self, WindowError> {
        [Self::Linear, Self::LinearExact, Self::Sigmoid]
            .into_iter()
            .find(|function| function.name().eq_ignore_ascii_case(text))
            .or_else(|| text.is_empty().then_some(Self::Linear))
            .ok_or_else(|| WindowError::Function { name: text.to_owned() })
    }
}

/// A window that can be applied: center and width are finite, and the width is at least 1 (LINEAR) or above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    center: f64,
    width: f64,
    function: VoiFunction,
}

/// Why a window cannot be applied.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WindowError {
    /// The width is too small for the function, or not a number.
    #[error("a {function} window cannot have width {width}")]
    Width {
        /// The function.
        function: &'static str,
        /// The width found.
        width: f64,
    },
    /// The center is not a number.
    #[error("a window cannot have center {center}")]
    Center {
        /// The center found.
        center: f64,
    },
    /// Not one of the three functions.
    #[error("there is no VOI function '{name}' (linear, linear_exact or sigmoid)")]
    Function {
        /// The name found.
        name: String,
    },
}

impl Window {
    /// A LINEAR window. PS3.3 C.11.2.1.2.1.
    pub fn new(center: f64, width: f64) -> Result<Self, WindowError> {
        Self::with_function(center, width, VoiFunction::Linear)
    }

    /// A window of the given function.
    pub fn with_function(center: f64, width: f64, function: VoiFunction) -> Result<Self, WindowError> {
        if !center.is_finite() {
            return Err(WindowError::Center { center });
        }
        let is_wide_enough = match function {
            VoiFunction::Linear => width >= 1.0,
            VoiFunction::LinearExact | VoiFunction::Sigmoid => width > 0.0,
        };
        if !width.is_finite() || !is_wide_enough {
            return Err(WindowError::Width { function: function.name(), width });
        }
        Ok(Self { center, width, function })
    }

    /// The window that shows `low` as black and `high` as white. Rule P-8.
    pub fn spanning(low: f64, high: f64) -> Result<Self, WindowError> {
        Self::new(f64::midpoint(low, high) + 0.5, (high - low + 1.0).max(1.0))
    }

    /// The same for values that are not whole: `LINEAR_EXACT`, without half steps. Rule P-8.
    pub fn spanning_exactly(low: f64, high: f64) -> Result<Self, WindowError> {
        // The largest numbers lie further apart than any number says.
        let width = (high - low).min(f64::MAX);
        Self::with_function(f64::midpoint(low, high), width, VoiFunction::LinearExact)
    }

    /// Window Center.
    pub const fn center(&self) -> f64 {
        self.center
    }

    /// Window Width.
    pub const fn width(&self) -> f64 {
        self.width
    }

    /// VOI LUT Function.
    pub const fn function(&self) -> VoiFunction {
        self.function
    }

    /// The output for a value, between `y_min` and `y_max` as the standard names them. For an inverse output they change
    /// places.
    ///
    /// The linear functions are evaluated as offset and gradient: the order of operations in which dcmtk computes, so
    /// that results cut to integers agree bit for bit, where the printed form would differ by one in some hundred values.
    pub fn apply(&self, value: ModalityValue, y_min: f64, y_max: f64) -> f64 {
        let (x, c, w) = (value.0, self.center, self.width);
        let range = y_max - y_min;
        match self.function {
            VoiFunction::Linear => {
                if x <= c - 0.5 - (w - 1.0) / 2.0 {
                    y_min
                } else if x > c - 0.5 + (w - 1.0) / 2.0 {
                    y_max
                } else {
                    let offset = y_max - ((c - 0.5) / (w - 1.0) + 0.5) * range;
                    offset + x * (range / (w - 1.0))
                }
            }
            VoiFunction::LinearExact => {
                if x <= c - w / 2.0 {
                    y_min
                } else if x > c + w / 2.0 {
                    y_max
                } else {
                    let offset = y_max - (c / w + 0.5) * range;
                    offset + x * (range / w)
                }
            }
            VoiFunction::Sigmoid => y_min + range / (1.0 + libm::exp(-4.0 * (x - c) / w)),
        }
    }

    /// The share of the output range in the card's arithmetic: what `shaders/lib/voi.wgsl` computes, bit for bit for the
    /// two linear functions.
    #[expect(clippy::cast_possible_truncation, reason = "single precision is the point")]
    pub fn apply_f32(&self, x: f32) -> f32 {
        let (c, w) = (self.center as f32, self.width as f32);
        match self.function {
            VoiFunction::Linear => {
                let half = (w - 1.0) * 0.5;
                if x <= c - 0.5 - half {
                    0.0
                } else if x > c - 0.5 + half {
                    1.0
                } else {
                    (x - (c - 0.5)) / (w - 1.0) + 0.5
                }
            }
            VoiFunction::LinearExact => {
                let half = w * 0.5;
                if x <= c - half {
                    0.0
                } else if x > c + half {
                    1.0
                } else {
                    (x - c) / w + 0.5
                }
            }
            VoiFunction::Sigmoid => 1.0 / (1.0 + libm::expf(-4.0 * (x - c) / w)),
        }
    }
}

/// What makes of modality values a share of the output: a window, or a table over the values that a window spans.
///
/// A table is windowed by hand like anything else, and keeps its shape: its inputs are spread over the window. Rule P-13.
#[derive(Debug, Clone, PartialEq)]
pub struct Voi {
    /// The window.
    pub window: Window,
    /// The table's outputs, its first input at the lower end of the window and its last at the upper.
    pub table: Option<Arc<LookupTable>>,
}

impl Voi {
    /// A window alone.
    pub const fn of_window(window: Window) -> Self {
        Self { window, table: None }
    }

    /// A table as it stands in the image: each input has its own output. PS3.3 C.11.2.1.1.
    pub fn of_table(table: Arc<LookupTable>) -> Self {
        let (first, last) = (f64::from(table.first()), f64::from(table.last()));
        // One entry is the output of every input.
        let (center, width) = (f64::midpoint(first, last), (last - first).max(1.0));
        let window = Window { center, width, function: VoiFunction::LinearExact };
        Self { window, table: Some(table) }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.center, self.width)?;
        match self.function {
            VoiFunction::Linear => Ok(()),
            other => write!(f, " {}", other.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(center: f64, width: f64, x: f64, y: f64) {
        let window = Window::new(center, width).expect("a window of the standard");
        assert!((window.apply(ModalityValue(x), 0.0, 1.0) - y).abs() < 1e-12, "c {center} w {width} x {x}");
    }

    /// The notes of PS3.3 C.11.2.1.2.1.
    #[test]
    fn worked_examples() {
        // Width 4096, center 2048: 0 and 4095 are the ends.
        check(2048.0, 4096.0, 0.0, 0.0);
        check(2048.0, 4096.0, 4095.0, 1.0);
        // Width 1, center 0: a threshold.
        check(0.0, 1.0, -0.5, 0.0);
        check(0.0, 1.0, 0.0, 1.0);
        // Width 100, center 0: −50 and below black, 49 and above white.
        check(0.0, 100.0, -50.0, 0.0);
        check(0.0, 100.0, 49.0, 1.0);
    }

    #[test]
    fn a_window_that_spans_two_values_shows_them_black_and_white() {
        for (low, high) in [(0.001, 0.002), (-3.5, 7.25), (f64::MIN, f64::MAX), (2.0e9, 2.0e9 + 1.0)] {
            let window = Window::spanning_exactly(low, high).expect("two values");
            let shown = |value| window.apply(ModalityValue(value), 0.0, 1.0);
            assert!(
                shown(low) < 1e-9 && shown(high) > 1.0 - 1e-9,
                "{window}: {} {}",
                shown(low),
                shown(high)
            );
        }
        assert!(Window::spanning_exactly(1.0, 1.0).is_err());
    }

    #[test]
    fn windows_that_cannot_be_applied_cannot_be_made() {
        assert!(Window::new(0.0, 0.5).is_err());
        assert!(Window::new(f64::NAN, 10.0).is_err());
        assert!(Window::new(0.0, f64::INFINITY).is_err());
        assert!(Window::with_function(0.0, 0.5, VoiFunction::LinearExact).is_ok());
        assert!(Window::with_function(0.0, 0.0, VoiFunction::Sigmoid).is_err());
    }

    #[test]
    fn functions_are_named_as_in_the_standard() {
        assert_eq!("LINEAR_EXACT".parse(), Ok(VoiFunction::LinearExact));
        assert_eq!("".parse(), Ok(VoiFunction::Linear));
        assert!("CUBIC".parse::<VoiFunction>().is_err());
    }
}
