//! Which images of a display set have their pixels in memory, asked in so few places that it costs nothing in a frame.

use crate::dicom::FrameKey;
use crate::study::{DisplaySet, Image, Library};

/// Whether the pixels that `key` names are here, or known to be unreadable, of at most `places` images that are evenly spread.
pub(super) fn spread(
    library: &Library,
    set: &DisplaySet,
    key: impl Fn(&Image) -> FrameKey,
    places: usize,
) -> Vec<bool> {
    let images = set.images.len();
    let places = places.clamp(1, images.max(1));
    let of_place = |place: usize| set.images.get(place * images / places);
    let is_here = |place| of_place(place).is_some_and(|image| library.frame(&key(image)).is_some());
    (0..places).map(is_here).collect()
}
