//! `hotlight render --presentation` of a blending state: what it lays over the image. PS3.4 N.2.4.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::dicom::ReadError;
use crate::geometry::{Map, Patient, Sampling, View};
use crate::presentation::PresentationState;
use crate::render::{LayerPass, layer_pass};
use crate::session::Layer;
use crate::study::{DisplaySet, FrameState, Image, Library};

use super::Failure;
use super::reformat::read_frames;
use super::render::complain_partly;

/// What a blending state lays over an image.
pub(super) struct Blended {
    pub(super) layer: Layer,
    /// From the state's colours to sRGB.
    colors: Arc<ColorTransform>,
}

impl Blended {
    /// Reads the images that a state superimposes on an image of a display set; nothing where it superimposes none. What it asks
    /// for and is not done is told.
    pub(super) fn read(
        state: &PresentationState,
        set: &DisplaySet,
        image: &Image,
        library: &Library,
        complain_of: impl Fn(&Image, &ReadError),
    ) -> Result<Option<Self>, Failure> {
        let mut library = library.clone();
        let above = Layer::superimposed(state, &library).cloned();
        if let Some(above) = &above {
            let frames = read_frames(above, complain_of);
            for key in above.images.iter().map(Image::key) {
                if let Some(frame) = frames.get(&key).map(Arc::clone) {
                    library.put_frame(key, FrameState::Ready(frame));
                }
            }
        }
        let layer = match Layer::of_state(state, set, image, &library) {
            None => return Ok(None),
            Some(Err(why)) => {
                complain_partly(&format!("blending: {why}"));
                return Ok(None);
            }
            Some(Ok(layer)) => layer,
        };
        layer.not_applied(&library).iter().for_each(|why| complain_partly(why));
        let colors = ColorTransform::between(state.colors.profile.as_ref(), None);
        let colors = colors.map_err(|why| Failure::new(format!("the colours of the blending: {why}")))?;
        Ok(Some(Self { layer, colors: Arc::new(colors) }))
    }

    /// The layer over the image, by where its device pixels lie.
    pub(super) fn pass(&self, patient_from_view: Map<Patient, View>, sampling: Sampling) -> LayerPass {
        layer_pass(&self.layer, patient_from_view, None, sampling, Some(&self.colors))
    }
}
