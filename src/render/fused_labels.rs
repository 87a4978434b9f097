//! The words of what lies over a picture.

use crate::session::{Fused, FusedWith, Layer, Viewport, modality_words, percent, series_words};
use crate::study::Image;

use super::frame::{Badge, FusedLabel, Overlay, Tone};
use super::labels::{Shown, badge, join_words, window_words};
use super::volume_badges::MISSING_WHY;

const FUSED_WHY: &str = "Another series lies over the picture in colours, which mix with its gray: neither can be read by itself \
                         where both are seen. A command takes it off. Over it:";
const FUSED_LOADING_WHY: &str = "The images of the series that is to lie over the picture are being read; until all of them are here it \
                                 is not drawn.";
const NOT_FUSED_WHY: &str = "Another series was to lie over the picture, and does not:";
const REGISTERED_WHY: &str = "The two series lie in different frames of reference, and how well they match is for the reader to judge.";
const LINK_REGISTERED_WHY: &str = "The crosshair, a line, or what this goes along with comes from a series of another frame of reference, \
                                   and how well the two match is for the reader to judge.";

/// Whether the reader chose what lies over a viewport, and not the presentation state.
pub(super) fn is_fused_by_reader(viewport: &Viewport) -> bool {
    matches!(viewport.fused, Some(Fused { with: FusedWith::Series(_), .. }))
}

impl Shown<'_> {
    fn fused_layer(&self) -> Option<&Layer> {
        self.layer?.as_ref().ok()
    }

    pub(super) fn fused_label(&self) -> Option<FusedLabel> {
        let layer = self.fused_layer()?;
        let modality = &layer.image()?.instance.series.modality;
        let (name, percent) = (modality_words(modality).to_owned(), percent(layer.opacity));
        Some(FusedLabel { name, percent })
    }

    /// The series that lies over the image, and its window.
    pub(super) fn fused_line(&self) -> Option<String> {
        let layer = self.fused_layer()?;
        let image = layer.image()?;
        Some(format!("{} · {}", series_words(image), window_of(layer, image)))
    }

    /// What lies over the image and how much of it is seen; or that it is not, and why.
    pub(super) fn fused_badges(&self, viewport: &Viewport) -> Vec<Badge> {
        let layer = match self.layer {
            None => return Vec::new(),
            // What a state asks for and is not there, its own badge tells.
            Some(Err(_)) if !is_fused_by_reader(viewport) => return Vec::new(),
            Some(Err(why)) => {
                let why = format!("{NOT_FUSED_WHY} {why}.");
                return vec![badge(Tone::Caution, "not fused", &why)];
            }
            Some(Ok(layer)) => layer,
        };
        let Some(FusedLabel { name, percent }) = self.fused_label() else { return Vec::new() };
        if let Some((read, images)) = layer.awaits(self.library) {
            let text = format!("fused {name} loading {read} of {images}");
            return vec![badge(Tone::Caution, &text, FUSED_LOADING_WHY)];
        }
        let placed = layer.alignment.words();
        let placed = placed.unwrap_or_else(|| "Both lie in one frame of reference.".to_owned());
        let line = self.fused_line().unwrap_or_default();
        let why = format!("{FUSED_WHY} {line}, palette {}. {placed}", layer.palette.title());
        let mut badges = vec![badge(Tone::Caution, &format!("fused {name} {percent} %"), &why)];
        let missing = layer.volume.slices().iter().filter(|slice| slice.is_none()).count();
        if missing > 0 {
            let text = format!("{missing} of {} {name} positions missing", layer.volume.slices().len());
            badges.push(badge(Tone::Caution, &text, MISSING_WHY));
        }
        badges
    }

    /// That a registration says where something lies: the series over the picture, what links views, or what goes along.
    pub(super) fn registered_badge(&self, overlay: &Overlay) -> Option<Badge> {
        let drawn = self.fused_layer().filter(|layer| layer.awaits(self.library).is_none());
        let of_link = || {
            let on_screen = || self.alignments_on_screen().find_map(|alignment| alignment.words());
            overlay.registered_by.clone().or_else(|| self.is_linked().then(on_screen).flatten())
        };
        let (why, placed) = match drawn.and_then(|layer| layer.alignment.words()) {
            Some(placed) => (REGISTERED_WHY, placed),
            None => (LINK_REGISTERED_WHY, of_link()?),
        };
        Some(badge(Tone::Caution, "registered", &format!("{why} {placed}")))
    }

    /// What the blending of the presentation state asks for and is not done, in words.
    pub(super) fn blending_not_applied(&self) -> Vec<String> {
        match self.layer {
            Some(Ok(layer)) => layer.not_applied(self.library),
            Some(Err(why)) => vec![format!("blending: {why}")],
            None => Vec::new(),
        }
    }
}

/// The window of a layer in words; `image` is one of its own.
fn window_of(layer: &Layer, image: &Image) -> String {
    // An uptake says by itself what it is of.
    if layer.window_name.starts_with("SUV") {
        return layer.window_name.clone();
    }
    let lut = layer.blending.as_ref().map(|of| of.modality.of(image.instance.pixels.is_signed));
    let is_own_unit = lut.unwrap_or_else(|| image.shown_lut()) == image.modality_lut();
    let unit = if is_own_unit { image.unit() } else { "" };
    join_words(&[&window_words(layer.transform.window), unit, &layer.window_name.to_lowercase()])
}
