//! What is subtracted from an image: by the image, by its presentation state, and by the reader. PS3.3 C.7.6.10, C.11.13,
//! PS3.4 N.2.1.2; rule S-12.

use std::sync::Arc;

use crate::dicom::{
    Exact, FrameMask, InstanceUid, Mask, MaskItem, MaskOperation, MaskScale, MaskShift, Subtraction,
};
use crate::grayscale::{ModalityLut, VoiFunction, Window};
use crate::study::Image;

use super::presented::Applied;
use super::viewport::VoiChoice;

/// What the reader says of masks. Without a word the image or its state rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Masked {
    /// Whether they are subtracted.
    pub is_on: Option<bool>,
    /// The reader's own mask: an object, and the frame of it that is subtracted from all of its frames.
    pub own: Option<(InstanceUid, u32)>,
    /// How far masks are moved, beyond what is stated.
    pub moved: MaskShift,
    /// The window of the other kind of picture: each has its own.
    pub(super) other_voi: VoiChoice,
    /// What was asked for before, and is shown until the pixels of what is asked for now are here.
    pub(super) before: Option<Box<Self>>,
}

impl Masked {
    /// Masks on or off, whatever is recommended.
    pub fn switched(is_on: bool) -> Self {
        Self { is_on: Some(is_on), ..Self::default() }
    }

    /// The reader's own mask for an image.
    fn own_of(&self, image: &Image) -> Option<u32> {
        self.own.as_ref().filter(|(uid, _)| *uid == image.instance.uid).map(|(_, frame)| *frame)
    }
}

impl Applied<'_> {
    /// The mask of an image: of its state, none where that has none, else its own.
    fn mask<'b>(&'b self, image: &'b Image) -> Option<&'b Mask> {
        self.gray_of(image).map_or(&image.instance.mask, |state| &state.mask).as_deref()
    }

    /// Whether something is stated to be subtracted from an image.
    pub fn has_mask(&self, image: &Image) -> bool {
        self.mask(image).is_some()
    }

    /// Whether images are meant to be seen subtracted.
    pub fn is_mask_recommended(&self, image: &Image) -> bool {
        self.mask(image).is_some_and(|mask| mask.is_recommended)
    }

    /// What is stated to be subtracted from an image, or why that cannot be.
    pub(super) fn stated_mask(&self, image: &Image) -> Result<Option<FrameMask>, String> {
        let Some(mask) = self.mask(image) else { return Ok(None) };
        mask.of_frame(image.frame, image.instance.image.frames_present)
    }

    /// What is subtracted from an image as the reader has it.
    pub(super) fn subtracted(&self, image: &Image, masked: &Masked) -> Option<Arc<Subtraction>> {
        if !image.instance.is_plain_gray() {
            return None;
        }
        let own = masked.own_of(image);
        let recommended = || own.is_some() || self.is_mask_recommended(image);
        if !masked.is_on.unwrap_or_else(recommended) {
            return None;
        }
        let of = match own {
            Some(frame) => FrameMask { mask: vec![frame], averaged: 1, shift: MaskShift::NONE },
            None => self.stated_mask(image).ok()??,
        };
        let of = FrameMask { shift: of.shift.further(masked.moved), ..of };
        let scale = self.mask_scale(image, &of)?;
        Some(Arc::new(Subtraction { of, scale }))
    }

    /// What stored values become first; `None` where the frames are not of one scale.
    fn mask_scale(&self, image: &Image, of: &FrameMask) -> Option<MaskScale> {
        match self.modality(image) {
            ModalityLut::Table(table) => Some(MaskScale::Table(table)),
            ModalityLut::Rescale(rescale) => {
                let contrast = image.frame..image.frame.saturating_add(of.averaged);
                let scale_of = |frame: u32| image.instance.frame(frame).gray.rescale;
                let mut frames = contrast.chain(of.mask.iter().copied());
                let is_one = frames.all(|frame| scale_of(frame) == scale_of(image.frame));
                is_one.then(|| MaskScale::Slope(Exact::of(rescale.slope)))
            }
        }
    }

    /// What is subtracted from an image, as a presentation state of this and the images like it would say.
    pub fn mask_item(&self, image: &Image, masked: &Masked) -> Option<MaskItem> {
        let FrameMask { mask, averaged, shift } = self.subtraction.as_ref()?.of.clone();
        let stated = self.mask(image).filter(|_| masked.own_of(image).is_none());
        let operation = stated.and_then(|mask| mask.item_for(image.frame)).map(|item| &item.operation);
        let operation = match operation {
            Some(MaskOperation::Interval(by)) => MaskOperation::Interval(*by),
            _ => MaskOperation::Average(mask),
        };
        Some(MaskItem { operation, ranges: Vec::new(), averaged, shift })
    }
}

/// The part of a window for values that differences take: contrast medium changes no more of a picture's range.
const DIFFERENCES_SHARE: f64 = 0.25;

/// A window for differences in place of one for values, no difference being its middle gray.
pub(super) fn window_of_differences(window: Window) -> Option<Window> {
    Window::with_function(0.0, window.width() * DIFFERENCES_SHARE, VoiFunction::LinearExact).ok()
}
