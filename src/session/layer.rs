//! What lies over the images or the section of a viewport in colours: a second display set, by the reader or by a blending state.
//! PS3.3 C.11.14, PS3.4 N.2.4; rule S-11.

use std::sync::Arc;

use crate::color::{ColorPalette, ProfileId};
use crate::dicom::{FrameKey, InstanceUid};
use crate::grayscale::{Curve, GrayTransform, Voi};
use crate::presentation::{Blending, PresentationState, ReferencedImage};
use crate::study::{Alignment, DisplaySet, FrameState, Image, Library, NoVolume, NotAligned};
use crate::units::Opacity;
use crate::volume::Volume;

use super::fused::{Fused, FusedSeries, FusedWith};
use super::presented::{Applied, stated_voi};
use super::screen::Screen;
use super::state::Session;
use super::viewport::Viewport;

const MIB: u64 = 1 << 20;

/// A display set over what is shown.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The display set.
    pub set: Arc<DisplaySet>,
    /// Its pixels, of which some may not be here yet.
    pub volume: Arc<Volume>,
    /// Where it lies.
    pub alignment: Alignment,
    /// From the volume's values to P-values.
    pub transform: GrayTransform,
    /// What names its window, or empty.
    pub window_name: String,
    /// The colours of its P-values.
    pub palette: Arc<ColorPalette>,
    /// What these colours are of.
    pub colors: ProfileId,
    /// How much of it is seen.
    pub opacity: Opacity,
    /// Whether what lies at the window's lower end or beneath is clear.
    pub is_floor_clear: bool,
    /// The blending that asks for it; none where the reader does.
    pub blending: Option<Arc<Blending>>,
}

/// Why nothing lies over what is shown, though it is asked for.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoLayer {
    /// The display set is not loaded.
    #[error("its images are not here")]
    NotHere,
    /// The whole of a volume below.
    #[error("nothing is laid over a rendering")]
    OverRendering,
    /// A picture along the path below.
    #[error("nothing is laid over a picture along the path")]
    OverCurve,
    /// Colours below.
    #[error("the image below is in colour")]
    OverColor,
    /// An image below without a place.
    #[error("the image below does not say where it lies in the patient")]
    NoPlace,
    /// Two spaces.
    #[error(transparent)]
    NotAligned(#[from] NotAligned),
    /// No voxels.
    #[error(transparent)]
    NoVolume(#[from] NoVolume),
    /// All of its images are needed at once.
    #[error(
        "{needed_mib} MiB of its images would have to be in memory at once, and memory.frames_mib is {allowed_mib}"
    )]
    TooLarge {
        /// What it needs.
        needed_mib: u64,
        /// What there is.
        allowed_mib: u64,
    },
    /// Its values lead to no gray.
    #[error("it has no window")]
    NoWindow,
}

/// What asks for a layer.
enum Asked<'a> {
    Reader(&'a FusedSeries),
    State(&'a PresentationState, &'a Arc<Blending>),
}

impl Viewport {
    /// Why nothing can lie over what is shown, whatever it is of: a layer is drawn over images and flat sections.
    pub(super) fn no_layer(&self) -> Option<NoLayer> {
        if self.rendering.is_some() {
            return Some(NoLayer::OverRendering);
        }
        self.along().map(|_| NoLayer::OverCurve)
    }

    /// What asks for a layer over an image, and how much of it is to be seen where the reader says so.
    fn asked_layer<'a>(
        &'a self,
        image: &Image,
        library: &'a Library,
    ) -> Option<(Asked<'a>, Option<Opacity>)> {
        let fused = self.fused.as_ref();
        if fused.is_some_and(|fused| !fused.is_shown) {
            return None;
        }
        let opacity = fused.map(|fused| fused.opacity);
        if let Some(Fused { with: FusedWith::Series(series), .. }) = fused {
            return Some((Asked::Reader(series), opacity));
        }
        let state = self.state(image, library).filter(|_| self.presented.parts.gray)?;
        Some((Asked::State(state, state.blending.as_ref()?), opacity))
    }
}

impl Session {
    /// What lies over an image that a viewport shows, or over the section in its place; nothing where nothing is asked for, and
    /// why it cannot be drawn where something is.
    pub fn layer(
        &self,
        viewport: &Viewport,
        image: &Image,
        library: &Library,
    ) -> Option<Result<Layer, NoLayer>> {
        let (asked, opacity) = viewport.asked_layer(image, library)?;
        if let Some(why) = viewport.no_layer() {
            return Some(Err(why));
        }
        let (.., base) = library.find(&viewport.source.as_ref()?.display_set)?;
        let layer = match asked {
            Asked::Reader(series) => series.layer(base, image, library),
            Asked::State(state, blending) => Layer::of_blending(state, blending, base, image, library),
        };
        let seen = |layer: Layer| {
            self.fits_memory(&layer.set)?;
            Ok(Layer { opacity: opacity.unwrap_or(layer.opacity), ..layer })
        };
        Some(layer.and_then(seen))
    }

    /// Whether anything that is to lie over a visible viewport is still being read.
    pub fn awaits_layers(&self, library: &Library) -> bool {
        let awaits = |viewport: &Viewport| {
            let source = viewport.source.as_ref()?;
            let (.., set) = library.find(&source.display_set)?;
            self.layer(viewport, set.images.get(source.index)?, library)?.ok()?.awaits(library)
        };
        self.screens.iter().flat_map(Screen::visible).any(|(_, viewport)| awaits(viewport).is_some())
    }

    /// The display set of which all pixels are needed as it lies over what a viewport shows.
    pub(super) fn layer_set<'a>(
        &self,
        viewport: &Viewport,
        library: &'a Library,
    ) -> Option<&'a Arc<DisplaySet>> {
        let source = viewport.source.as_ref().filter(|_| viewport.no_layer().is_none())?;
        let (.., base) = library.find(&source.display_set)?;
        let (asked, _) = viewport.asked_layer(base.images.get(source.index)?, library)?;
        let set = match asked {
            Asked::Reader(series) => library.find(&series.display_set).map(|(.., set)| set),
            Asked::State(_, blending) => superimposed(blending, library),
        };
        set.filter(|set| self.fits_memory(set).is_ok())
    }

    fn fits_memory(&self, set: &DisplaySet) -> Result<(), NoLayer> {
        let (needed, allowed) = (bytes_of(set), self.settings.frame_budget_bytes);
        if needed > allowed {
            return Err(NoLayer::TooLarge { needed_mib: needed.div_ceil(MIB), allowed_mib: allowed / MIB });
        }
        Ok(())
    }
}

impl FusedSeries {
    fn layer(&self, base: &DisplaySet, below: &Image, library: &Library) -> Result<Layer, NoLayer> {
        let (.., set) = library.find(&self.display_set).ok_or(NoLayer::NotHere)?;
        let volume = library.layer_volume(set)?;
        let alignment = aligned(base, below, set, &[], library)?;
        let image = middle_image(set).ok_or(NoLayer::NotHere)?;
        let frame = library.frame(&image.key()).and_then(FrameState::ready);
        let (voi, name) = Applied::NONE.voi(&self.voi, image, frame).ok_or(NoLayer::NoWindow)?;
        let (polarity, table) = Applied::NONE.presentation(image);
        let curve = Curve::of(&voi, table);
        let modality = volume.rescale().into();
        Ok(Layer {
            set: Arc::clone(set),
            volume,
            alignment,
            transform: GrayTransform { modality, window: voi.window, curve, polarity, padding: None },
            window_name: name.to_owned(),
            palette: Arc::clone(&self.palette),
            colors: ProfileId::SRGB,
            opacity: Opacity::HALF,
            is_floor_clear: true,
            blending: None,
        })
    }
}

impl Layer {
    /// What a blending state lays over an image of a display set; nothing where it blends nothing.
    pub fn of_state(
        state: &PresentationState,
        base: &DisplaySet,
        below: &Image,
        library: &Library,
    ) -> Option<Result<Self, NoLayer>> {
        let blending = state.blending.as_ref()?;
        Some(Self::of_blending(state, blending, base, below, library))
    }

    /// The display set that a state superimposes, if any of its images are here.
    pub fn superimposed<'a>(state: &PresentationState, library: &'a Library) -> Option<&'a Arc<DisplaySet>> {
        superimposed(state.blending.as_ref()?, library)
    }

    fn of_blending(
        state: &PresentationState,
        blending: &Arc<Blending>,
        base: &DisplaySet,
        below: &Image,
        library: &Library,
    ) -> Result<Self, NoLayer> {
        let set = superimposed(blending, library).ok_or(NoLayer::NotHere)?;
        let volume = library.layer_volume_by(set, &blending.modality)?;
        let alignment = aligned(base, below, set, &blending.registrations, library)?;
        let is_named = |image: &&Image| named(blending, image).is_some();
        let image = middle_image(set).filter(is_named).or_else(|| set.images.iter().find(is_named));
        let image = image.ok_or(NoLayer::NotHere)?;
        let modality = blending.modality.of(image.instance.pixels.is_signed);
        let (voi, name) = stated_voi(&blending.voi, &modality, image).ok_or(NoLayer::NoWindow)?;
        Ok(Self {
            set: Arc::clone(set),
            alignment,
            transform: gray(&volume, &voi),
            volume,
            window_name: name.to_owned(),
            palette: Arc::clone(&blending.palette),
            colors: ProfileId::of(state.colors.profile.as_ref()),
            opacity: blending.opacity,
            is_floor_clear: false,
            blending: Some(Arc::clone(blending)),
        })
    }

    /// The image in the middle of its display set, which stands for all of them in words.
    pub fn image(&self) -> Option<&Image> {
        middle_image(&self.set)
    }

    /// How many of its images were read, and how many there are, as long as not all were: until then it is not drawn.
    pub fn awaits(&self, library: &Library) -> Option<(usize, usize)> {
        if self.volume.slices().iter().all(Option::is_some) {
            return None;
        }
        let images = &self.set.images;
        let read = images.iter().filter(|image| library.frame(&image.key()).is_some()).count();
        (read < images.len()).then_some((read, images.len()))
    }

    /// What the blending state asks for and is not done, in words.
    pub fn not_applied(&self, library: &Library) -> Vec<String> {
        let Some(blending) = &self.blending else { return Vec::new() };
        let (mut absent, mut beside) = (0, 0);
        for key in keys(blending) {
            match library.locate(&key) {
                Some((set, _)) if set == self.set.id => {}
                Some(_) => beside += 1,
                None => absent += 1,
            }
        }
        let unnamed = self.set.images.iter().filter(|image| named(blending, image).is_none()).count();
        let first = blending.voi.first().map(|item| &item.voi);
        let is_one_voi = blending.voi.iter().all(|item| Some(&item.voi) == first);
        let words = [
            (absent > 0, format!("{absent} superimposed images are not here")),
            (beside > 0, format!("{beside} superimposed images of another stack are not shown")),
            (unnamed > 0, format!("{unnamed} images that it does not name are superimposed, too")),
            (
                !is_one_voi,
                "superimposed images have several windows: the first of them is applied".to_owned(),
            ),
        ];
        words.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect()
    }
}

/// From the values of a volume to P-values, as a state says: in colours there is no Presentation LUT.
fn gray(volume: &Volume, voi: &Voi) -> GrayTransform {
    let (curve, polarity) = (Curve::of(voi, None), crate::grayscale::Polarity::Identity);
    GrayTransform { modality: volume.rescale().into(), window: voi.window, curve, polarity, padding: None }
}

/// Memory that all pixels of a display set take.
pub(super) fn bytes_of(set: &DisplaySet) -> u64 {
    set.images.iter().map(|image| image.instance.decoded_frame_bytes()).sum()
}

pub(super) fn middle_image(set: &DisplaySet) -> Option<&Image> {
    set.images.get(set.images.len() / 2)
}

fn aligned(
    base: &DisplaySet,
    below: &Image,
    set: &DisplaySet,
    registrations: &[InstanceUid],
    library: &Library,
) -> Result<Alignment, NoLayer> {
    if below.instance.pixels.is_color() {
        return Err(NoLayer::OverColor);
    }
    if below.plane.is_none() {
        return Err(NoLayer::NoPlace);
    }
    Ok(library.alignment(base, set, registrations)?)
}

/// The display set of the first superimposed image that is here.
fn superimposed<'a>(blending: &Blending, library: &'a Library) -> Option<&'a Arc<DisplaySet>> {
    let (set, _) = keys(blending).find_map(|key| library.locate(&key))?;
    library.find(&set).map(|(.., set)| set)
}

/// Of each superimposed image the first frame that is meant.
fn keys(blending: &Blending) -> impl Iterator<Item = FrameKey> + '_ {
    blending.images.iter().flat_map(|series| {
        series.images.iter().map(|(uid, image)| FrameKey {
            study: blending.study.clone(),
            series: series.series.clone(),
            instance: uid.clone(),
            frame: image.frames.as_ref().and_then(|frames| frames.first()).copied().unwrap_or(0),
            subtraction: None,
        })
    })
}

/// How a superimposed image is named; nothing where it is not.
fn named<'a>(blending: &'a Blending, image: &Image) -> Option<&'a ReferencedImage> {
    let header = &image.instance;
    let of_series = blending.images.iter().filter(|series| series.series == header.series.uid);
    let mut found = of_series.filter_map(|series| series.images.get(&header.uid));
    found.find(|known| known.has(image.frame) && header.study.uid == blending.study)
}
