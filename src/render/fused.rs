//! A second volume laid over a picture in colours, as plain data. PS3.4 N.2.4, PS3.3 C.11.14.

use std::sync::Arc;

use crate::color::{ColorPalette, ColorTransform};
use crate::geometry::{Map, Sampling, View, Voxel};
use crate::grayscale::GrayTransform;
use crate::units::{Opacity, PValue, StoredValue};
use crate::volume::{Cuts, Found, Slab, Volume};

use super::reformat::{ReformatPass, hatching};

/// A plane or a slab through a second volume, drawn over a picture: the superimposed image of a blending, over an underlying one.
///
/// Each level that is seen is `opacity` of the palette's colour and the rest of the picture below, both as the monitor shows
/// them. Where the volume is not, has no tissue or is left clear, the picture below is as it is without a layer. Planes of it
/// that were not received are hatched like those of any other volume.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerPass {
    /// Its voxels; of a single image, a volume of one plane that is as thick as its slice.
    pub volume: Arc<Volume>,
    /// From device pixels of the picture below to its voxels, a registration between them included; the third axis is a
    /// millimetre along the normal of the plane.
    pub voxel_from_view: Map<Voxel, View>,
    /// How much around the plane is seen of it.
    pub slab: Slab,
    /// How values between its voxels are found.
    pub sampling: Sampling,
    /// From its values to P-values: `modality` is [`Volume::rescale`].
    pub transform: GrayTransform,
    /// The colours of its P-values.
    pub palette: Arc<ColorPalette>,
    /// From the palette's colours to the monitor's; none where they stay as they are.
    pub monitor: Option<Arc<ColorTransform>>,
    /// How much of it is seen.
    pub opacity: Opacity,
    /// Whether the picture below is seen as it is where values lie at the window's lower end or beneath: no uptake, no dose.
    /// Never so by a stored blending.
    pub is_floor_clear: bool,
}

impl LayerPass {
    /// Whether anything of it is seen.
    pub fn is_seen(&self) -> bool {
        self.opacity > Opacity::CLEAR
    }

    /// Its plane or slab alone, in so many device pixels.
    pub(super) fn section(&self, view_size: (u32, u32), is_moving: bool) -> ReformatPass {
        ReformatPass {
            volume: Arc::clone(&self.volume),
            view_size,
            voxel_from_view: self.voxel_from_view,
            slab: self.slab,
            cuts: Cuts::default(),
            sampling: self.sampling,
            is_moving,
            transform: self.transform.clone(),
            palette: Some(Arc::clone(&self.palette)),
            monitor: self.monitor.clone(),
            layer: None,
        }
    }

    /// The P-value of what was found under a device pixel; `None` where the picture below is seen as it is.
    ///
    /// GPU twin: `shaders/reformat.wgsl`.
    pub(super) fn p_value(&self, found: Found, (column, row): (u32, u32)) -> Option<PValue> {
        let value = match found {
            Found::Value(value) => self.transform.modality.to_modality(StoredValue(value)),
            Found::Missing => return Some(hatching(column, row)),
            Found::Hole | Found::Outside => return None,
        };
        let is_clear = self.is_floor_clear && self.transform.window.apply(value, 0.0, 1.0) <= 0.0;
        (!is_clear).then(|| self.transform.present(value))
    }

    /// What is seen of one of its P-values over a colour of the monitor, in levels of 8 bits.
    ///
    /// GPU twin: `shaders/layer.wgsl`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between two levels of 8 bits"
    )]
    pub fn over(&self, p: PValue, below: [f64; 3]) -> [u8; 3] {
        let color = self.palette.at(p);
        let color = self.monitor.as_ref().map_or(color, |monitor| monitor.at(color));
        let mut mixed = [0; 3];
        for ((mixed, above), below) in mixed.iter_mut().zip(color).zip(below) {
            *mixed = (self.opacity.mix(above.into(), below) + 0.5) as u8;
        }
        mixed
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::dicom::{Frame, Pixels};
    use crate::geometry::{Point, Vector};
    use crate::grayscale::{ModalityLut, Polarity, Window};
    use crate::volume::{Layer, Slice};

    /// Values 10 to 20 over all of the palette of ten colours.
    pub(in super::super) fn layer(opacity: f64, is_floor_clear: bool) -> LayerPass {
        let pixels = Pixels::Words { is_signed: false, words: vec![15; 4] };
        let frame = Arc::new(Frame { rows: 2, columns: 2, pixels, cover: None });
        let slice = Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None });
        let (x, y, z) = (Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, 0.0, 1.0));
        let map = Map::from_axes(x, y, z, Point::new(0.0, 0.0, 0.0));
        let volume = Volume::new((2, 2), vec![Some(slice)], map).expect("a volume");
        let window = Window::spanning_exactly(10.0, 20.0).expect("a window");
        let colors = (0..10).map(|entry| [entry, 100 + entry, 200]).collect();
        LayerPass {
            voxel_from_view: Map::scale_then_move(1.0, 1.0, Point::flat(-0.5, -0.5)),
            volume: Arc::new(volume),
            slab: Slab::PLANE,
            sampling: Sampling::Linear,
            transform: GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity),
            palette: Arc::new(ColorPalette::new("ten", "Ten", colors)),
            monitor: None,
            opacity: Opacity::new(opacity).expect("a share"),
            is_floor_clear,
        }
    }

    #[test]
    fn each_level_is_a_share_of_the_colour_and_the_rest_of_the_picture_below() {
        let layer = layer(0.25, false);
        let p = layer.p_value(Found::Value(15.5), (0, 0)).expect("a value");
        assert_eq!(layer.palette.at(p), [5, 105, 200]);
        assert_eq!(layer.over(p, [100.0, 102.0, 1.0]), [76, 103, 51], "rounded");
        assert_eq!(LayerPass { opacity: Opacity::FULL, ..layer }.over(p, [9.0; 3]), [5, 105, 200]);
    }

    #[test]
    fn where_there_is_nothing_of_it_the_picture_below_is_seen() {
        let (seen, clear) = (layer(0.5, false), layer(0.5, true));
        for nothing in [Found::Hole, Found::Outside] {
            assert_eq!(seen.p_value(nothing, (0, 0)), None);
        }
        assert_eq!(
            clear.p_value(Found::Missing, (1, 0)),
            Some(hatching(1, 0)),
            "not received is not nothing"
        );
        for (value, is_seen) in [(9.0, false), (10.0, false), (10.001, true), (25.0, true)] {
            assert!(seen.p_value(Found::Value(value), (0, 0)).is_some(), "{value}");
            assert_eq!(clear.p_value(Found::Value(value), (0, 0)).is_some(), is_seen, "{value}");
        }
    }
}
