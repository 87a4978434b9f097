//! What the reader must know of what is shown of a volume.

use crate::geometry::plane_name;
use crate::session::{Reformat, Rendering, RenderingLook, VolumeView};
use crate::volume::{Projection, Volume};

use super::curved_labels;
use super::frame::{Badge, Tone};
use super::labels::{Shown, badge, short_mm};

const REFORMAT_WHY: &str = "A section of the volume that the images of the series make: what it shows is computed from them. The \
                            images themselves are shown as acquired by a command.";
const VOLUME_LOADING_WHY: &str =
    "The images of the volume are being read; what is not here yet is striped, and left out of slabs.";
const RENDERING_WHY: &str = "The volume under light: a preset says which values are seen, how clear they are and in which colour. \
                             What it leaves out may be there all the same, and nothing is measured on it.";
const CUT_WHY: &str = "Parts of the volume are cut away and not shown: by a box, a plane or along outlines.";
const OUTSIDE_WHY: &str =
    "The point that the sections go through lies beside this volume: there is nothing to show.";
pub(super) const MISSING_WHY: &str = "Images of these positions were not received or cannot be read: they are striped, and left out of slabs. \
                           Nothing is interpolated into them.";

impl Shown<'_> {
    /// Which part of the volume is shown, how, and what is missing of it.
    pub(super) fn volume_badges(&self, view: VolumeView<'_>, volume: &Volume) -> Vec<Badge> {
        match view {
            VolumeView::Section(reformat) => self.section_badges(&reformat, volume),
            VolumeView::Rendering(rendering) => self.rendering_badges(rendering, volume),
        }
    }

    /// Which plane of the volume is shown, how thick it is, and what is missing of it.
    fn section_badges(&self, reformat: &Reformat, volume: &Volume) -> Vec<Badge> {
        let mut badges = vec![match &self.applied.curved {
            None => {
                let name = plane_name(reformat.section.normal());
                badge(Tone::Quiet, &format!("{name} reformat"), REFORMAT_WHY)
            }
            Some(curved) => curved_labels::badge(curved),
        }];
        if reformat.slab_mm > 0.0 {
            let text = format!("{} {} mm", reformat.projection.title(), short_mm(reformat.slab_mm));
            badges.push(badge(Tone::Caution, &text, slab_why(reformat.projection)));
        }
        if self.applied.sheet.is_some() && !reformat.travel(volume).is_inside() && reformat.slab_mm <= 0.0 {
            badges.push(badge(Tone::Caution, "outside the volume", OUTSIDE_WHY));
        }
        badges.extend(self.missing_badge(volume));
        badges
    }

    /// What is seen of the whole of the volume, and what is missing of it.
    fn rendering_badges(&self, rendering: &Rendering, volume: &Volume) -> Vec<Badge> {
        let (text, why) = match &rendering.look {
            RenderingLook::Maximum => ("MIP of the whole volume".to_owned(), slab_why(Projection::Maximum)),
            RenderingLook::Light(transfer) => (format!("{} rendering", transfer.title), RENDERING_WHY),
        };
        let missing = self.missing_badge(volume);
        let cut = rendering.cut_away.words();
        let cut = cut.map(|cut| badge(Tone::Caution, &format!("cut: {cut}"), CUT_WHY));
        std::iter::once(badge(Tone::Caution, &text, why)).chain(cut).chain(missing).collect()
    }

    /// What of a volume is not here.
    fn missing_badge(&self, volume: &Volume) -> Option<Badge> {
        let missing = volume.slices().iter().filter(|slice| slice.is_none()).count();
        if missing == 0 {
            return None;
        }
        let images = &self.set.images;
        let read = images.iter().filter(|image| self.library.frame(&image.key()).is_some()).count();
        Some(if read < images.len() {
            let text = format!("loading {read} of {}", images.len());
            badge(Tone::Caution, &text, VOLUME_LOADING_WHY)
        } else {
            let text = format!("{missing} of {} positions missing", volume.slices().len());
            badge(Tone::Caution, &text, MISSING_WHY)
        })
    }
}

/// What a slab shows of the values through it.
const fn slab_why(projection: Projection) -> &'static str {
    match projection {
        Projection::Maximum => {
            "Of all values through the slab the largest is shown: what is darker is hidden behind it."
        }
        Projection::Minimum => {
            "Of all values through the slab the smallest is shown: what is lighter is hidden behind it."
        }
        Projection::Mean => {
            "The mean of the values through the slab is shown: small structures are fainter than in a thin section."
        }
    }
}
