//! How viewports show images, and what lies over these, as a draft keeps it.

use crate::color::Palettes;
use crate::dicom::FrameKey;
use crate::study::Library;
use crate::units::Opacity;

use super::super::fused::{self, Fused, FusedSeries, FusedWith};
use super::super::presented::Presented;
use super::super::viewport::{Look, View, Viewport, VoiChoice};

/// How a viewport shows images.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsavedLook {
    /// The first of the images.
    pub image: FrameKey,
    /// Where it looks.
    pub view: View,
    /// How it looks, but for the palette.
    pub look: Look,
    /// The palette's name.
    pub palette: Option<String>,
    /// By which presentation state.
    pub presented: Presented,
    /// What lies over it.
    pub fused: Option<UnsavedFused>,
}

/// What lies over what a viewport shows.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsavedFused {
    /// A series of the reader's choice, by its first image, with its window and the name of its palette; `None` for what the
    /// presentation state superimposes.
    pub series: Option<(FrameKey, VoiChoice, String)>,
    /// Whether it is seen.
    pub is_shown: bool,
    /// How much of it is seen.
    pub opacity: Opacity,
}

impl UnsavedLook {
    pub(super) fn of(viewport: &Viewport, library: &Library) -> Option<Self> {
        let (.., set) = library.find(&viewport.source.as_ref()?.display_set)?;
        let image = set.images.first()?.key();
        let mut look = viewport.look.clone();
        let palette = look.palette.take().map(|palette| palette.name().to_owned());
        let fused = viewport.fused.as_ref().and_then(|fused| UnsavedFused::of(fused, library));
        Some(Self { image, view: viewport.view, look, palette, presented: viewport.presented.clone(), fused })
    }

    /// Says whether all of it could be put there.
    pub(super) fn put_on(&self, viewport: &mut Viewport, palettes: &Palettes, library: &Library) -> bool {
        let palette = self.palette.as_ref().and_then(|name| palettes.named(name)).cloned();
        viewport.view = self.view;
        viewport.look = Look { palette, ..self.look.clone() };
        viewport.presented = self.presented.clone();
        viewport.fused = self.fused.as_ref().and_then(|fused| fused.shown(palettes, library));
        viewport.fused.is_some() == self.fused.is_some()
    }

    /// Whether both show the same images alike; which state is chosen does not count.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        let presented = other.presented.clone();
        Self { presented: Presented { parts: self.presented.parts, ..presented }, ..self.clone() } == *other
    }
}

impl UnsavedFused {
    fn of(fused: &Fused, library: &Library) -> Option<Self> {
        let series = match &fused.with {
            FusedWith::State => None,
            FusedWith::Series(series) => {
                let (.., set) = library.find(&series.display_set)?;
                Some((set.images.first()?.key(), series.voi.clone(), series.palette.name().to_owned()))
            }
        };
        Some(Self { series, is_shown: fused.is_shown, opacity: fused.opacity })
    }

    /// `None` where its series is not here.
    fn shown(&self, palettes: &Palettes, library: &Library) -> Option<Fused> {
        let with = match &self.series {
            None => FusedWith::State,
            Some((image, voi, palette)) => FusedWith::Series(FusedSeries {
                display_set: library.locate(image)?.0,
                voi: voi.clone(),
                palette: palettes.named(palette).or_else(|| palettes.named(fused::PALETTE))?.clone(),
            }),
        };
        Some(Fused { with, is_shown: self.is_shown, opacity: self.opacity })
    }
}
