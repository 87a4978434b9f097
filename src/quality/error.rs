//! Why an image gives no number: a sentence each, with what to do.

use super::grid::Rect;
use super::metric::Metric;

/// What makes a number impossible, or worth nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QualityError {
    /// A region is not all in the image.
    #[error("the region {region} lies outside the image, which has {columns} × {rows} pixels")]
    Outside {
        /// The region.
        region: Rect,
        /// Columns of the image.
        columns: u32,
        /// Rows of the image.
        rows: u32,
    },
    /// A region has no width or no height.
    #[error("the region {region} has no pixels: it needs a width and a height")]
    Empty {
        /// The region.
        region: Rect,
    },
    /// A region holds what is no value.
    #[error(
        "the region {region} has {count} pixels without a value that can be counted with, such as padding: choose one that has \
         none"
    )]
    Hole {
        /// The region.
        region: Rect,
        /// How many of its pixels.
        count: usize,
    },
    /// A region is too small.
    #[error("a region of {columns} × {rows} pixels is too small for {metric}: it takes {needs}")]
    TooSmall {
        /// For what.
        metric: Metric,
        /// Columns of the region.
        columns: u32,
        /// Rows of the region.
        rows: u32,
        /// What is needed.
        needs: &'static str,
    },
    /// Another number of regions is needed, or others.
    #[error("{metric} takes {wanted}")]
    Regions {
        /// For what.
        metric: Metric,
        /// What is needed.
        wanted: &'static str,
    },
    /// There are no millimetres.
    #[error("the image states no size of its pixels, and {metric} is counted in millimetres")]
    NoSpacing {
        /// What cannot be counted.
        metric: Metric,
    },
    /// There is nothing to divide by.
    #[error("there is no noise in it, and {metric} is a ratio to the noise or a spectrum of it")]
    NoNoise {
        /// What cannot be counted.
        metric: Metric,
    },
    /// A mean that is no signal.
    #[error(
        "the mean of a region is not above 0, and a ratio of it to the noise says nothing: take cnr, with a background"
    )]
    NoSignal,
    /// Values that are no magnitudes.
    #[error("piu is of magnitudes, and the region has values below 0, or nothing but 0")]
    NoMagnitudes,
    /// No edge, or not one alone.
    #[error("no straight edge goes through the region from one side to the other")]
    NoEdge,
    /// An edge that is not straight.
    #[error("the edge is not straight: its rows are {pixels:.1} pixels off a line, and 1 is allowed")]
    Crooked {
        /// Root mean square distance of the rows from the line.
        pixels: f64,
    },
    /// An edge along which no row sees another place between pixels than the one before.
    #[error(
        "the edge lies at {degrees:.1}° to the pixels, where rows see it at the same places between pixels: turn the phantom, \
         so that it lies at 2° to 10°"
    )]
    SamePlaces {
        /// Between the edge and the nearer axis of the pixels.
        degrees: f64,
    },
    /// The noise hides it.
    #[error(
        "the edge is a step of {contrast:.4} in a noise of {noise:.4}, and 5 times the noise are needed: take the same region of \
         several images"
    )]
    Faint {
        /// From one side to the other.
        contrast: f64,
        /// Standard deviation.
        noise: f64,
    },
    /// It is too near to an end of the region.
    #[error(
        "the region ends {pixels:.1} pixels from the edge, and 6 are needed on either side: take a larger one, or move it"
    )]
    Near {
        /// How much there is.
        pixels: f64,
    },
    /// It is blurred over more than the region shows.
    #[error(
        "the edge is as wide as the region: take one that goes on until the values on either side are even"
    )]
    Blurred,
    /// There is no disc.
    #[error("no disc is in the middle of the region, with its background all around")]
    NoDisc,
    /// A disc of too few pixels.
    #[error("the disc has a radius of {pixels:.1} pixels, and 10 are needed")]
    SmallDisc {
        /// Its radius.
        pixels: f64,
    },
    /// Numbers that cannot be told.
    #[error("the values are so large or so small that no number comes of them")]
    NoNumber,
}
