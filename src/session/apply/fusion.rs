//! A second series over what the focused viewport shows.

use std::sync::Arc;

use crate::command::{BlendCommand, FusionCommand, LayerWindow};
use crate::study::{DisplaySet, FrameState, Library};
use crate::units::Opacity;

use super::super::fused::{
    self, Fused, FusedSeries, FusedWith, partners, percent, suv_window, why_no_partner,
};
use super::super::layer::{Layer, middle_image};
use super::super::state::{MessageKind, Session};
use super::super::viewport::{Viewport, VoiChoice, fitting_window};
use super::window::set_window;

impl Session {
    pub(super) fn apply_fusion(&mut self, command: &FusionCommand, library: &Library) {
        let Some((base, image)) = self.shown(library) else {
            return self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
        };
        let layer = self.focused_viewport().and_then(|viewport| self.layer(viewport, image, library));
        let is_seen = layer.is_some();
        let is_off = matches!(command, FusionCommand::Switch(switch) if !switch.applied_to(is_seen));
        let refused = self.focused_viewport().and_then(Viewport::no_layer);
        if let Some(why) = refused.filter(|_| !is_off) {
            return self.tell(MessageKind::Note, format!("No series is fused here: {why}."));
        }
        let before = self.focused_viewport().and_then(|viewport| viewport.fused.clone());
        // The reader goes on from what a presentation state blends.
        let of_state =
            |layer: Layer| Fused { with: FusedWith::State, is_shown: true, opacity: layer.opacity };
        let before = before.or_else(|| layer?.ok().map(of_state));
        match command {
            FusionCommand::Switch(switch) => {
                let is_on = switch.applied_to(is_seen);
                match before {
                    Some(fused) => self.put_fused(Fused { is_shown: is_on, ..fused }),
                    None if is_on => self.fuse_with(0, library),
                    None => {}
                }
            }
            FusionCommand::Next => {
                let partners = partners(base, library);
                let shown = before.and_then(|fused| match fused.with {
                    FusedWith::Series(series) => Some(series.display_set),
                    FusedWith::State => None,
                });
                let place = partners.iter().position(|set| shown.as_ref() == Some(&set.id));
                self.fuse_with(place.map_or(0, |place| (place + 1) % partners.len()), library);
            }
            FusionCommand::With(number) => self.fuse_with(number - 1, library),
            FusionCommand::Blend(blend) => {
                let Some(fused) = self.fused_or_first(before, library) else { return };
                let share = match blend {
                    BlendCommand::To(percent) => i32::from(*percent),
                    BlendCommand::By(steps) => i32::from(percent(fused.opacity)) + i32::from(*steps),
                };
                let opacity = Opacity::new(f64::from(share.clamp(0, 100)) / 100.0);
                self.put_fused(Fused { opacity: opacity.unwrap_or(fused.opacity), is_shown: true, ..fused });
            }
            FusionCommand::Window(window) => {
                let Some((fused, series)) = self.series_above(before, library) else { return };
                let Some((.., set)) = library.find(&series.display_set) else {
                    return self.tell(MessageKind::Note, "The fused series is not here any more.");
                };
                match chosen_window(*window, set, library) {
                    Ok(voi) => self.put_series(fused.opacity, FusedSeries { voi, ..series }),
                    Err(why) => self.tell(MessageKind::Note, why),
                }
            }
            FusionCommand::Palette(name) => {
                let Some((fused, series)) = self.series_above(before, library) else { return };
                match self.settings.palettes.named(name).cloned() {
                    Some(palette) => self.put_series(fused.opacity, FusedSeries { palette, ..series }),
                    None => self.tell_of_palettes(name),
                }
            }
        }
    }

    fn put_fused(&mut self, fused: Fused) {
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.fused = Some(fused);
        }
    }

    fn put_series(&mut self, opacity: Opacity, series: FusedSeries) {
        self.put_fused(Fused { with: FusedWith::Series(series), is_shown: true, opacity });
    }

    /// What lies over the focused viewport, or else the likeliest; the reader is told why there is none.
    fn fused_or_first(&mut self, before: Option<Fused>, library: &Library) -> Option<Fused> {
        if before.is_some() {
            return before;
        }
        self.fuse_with(0, library);
        self.focused_viewport()?.fused.clone()
    }

    /// The same as a series of the reader's own: what a presentation state superimposes becomes one.
    fn series_above(&mut self, before: Option<Fused>, library: &Library) -> Option<(Fused, FusedSeries)> {
        let fused = self.fused_or_first(before, library)?;
        if let FusedWith::Series(series) = &fused.with {
            let series = series.clone();
            return Some((fused, series));
        }
        let (_, image) = self.shown(library)?;
        let layer = self.layer(self.focused_viewport()?, image, library)?.ok()?;
        let series = FusedSeries::new(&layer.set, layer.palette);
        Some((fused, series))
    }

    /// Lays one of those that can lie there over the focused viewport, counted from 0.
    fn fuse_with(&mut self, place: usize, library: &Library) {
        let Some((base, image)) = self.shown(library) else { return };
        if image.instance.pixels.is_color() {
            return self.tell(MessageKind::Note, "Nothing is laid over an image in colour.");
        }
        let partners = partners(base, library);
        if partners.is_empty() {
            return self.tell(MessageKind::Note, why_no_partner(base, library));
        }
        let Some(set) = partners.get(place) else {
            let text = format!("{} series can be laid over this one.", partners.len());
            return self.tell(MessageKind::Note, text);
        };
        if !self.lay_over(base, set, library) {
            return;
        }
        let count = partners.len();
        let number = if count > 1 { format!(", series {} of {count}", place + 1) } else { String::new() };
        self.tell(MessageKind::Note, format!("Fused with {}{number}.", fused::name(set)));
    }

    /// Lays a series over what the focused viewport shows; whether it can. The reader is told why it cannot.
    pub(in super::super) fn lay_over(
        &mut self,
        base: &DisplaySet,
        set: &Arc<DisplaySet>,
        library: &Library,
    ) -> bool {
        let why = match (library.alignment(base, set, &[]), self.sectionable(set, library)) {
            (Err(why), _) => Some(why.to_string()),
            (_, Err(why)) => Some(why.to_string()),
            _ => None,
        };
        if let Some(why) = why {
            let text = format!("{} cannot be laid over this series: {why}.", fused::name(set));
            self.tell(MessageKind::Note, text);
            return false;
        }
        let Some(palette) = self.settings.palettes.named(fused::PALETTE).cloned() else {
            return false;
        };
        let before = self.focused_viewport().and_then(|viewport| viewport.fused.as_ref());
        // How much the reader wants to see stays as the series goes.
        let opacity = before.map_or(Opacity::HALF, |before| before.opacity);
        let with = FusedWith::Series(FusedSeries::new(set, palette));
        self.put_fused(Fused { with, is_shown: true, opacity });
        true
    }
}

fn chosen_window(window: LayerWindow, set: &DisplaySet, library: &Library) -> Result<VoiChoice, String> {
    let image = middle_image(set).ok_or("The fused series has no images.")?;
    match window {
        LayerWindow::Own(number) if number > 1 && number > image.own_voi().count() => {
            Err("The fused series has no such window of its own.".to_owned())
        }
        LayerWindow::Own(number) => Ok(VoiChoice::Own(number - 1)),
        LayerWindow::Auto => {
            let frame = library.frame(&image.key()).and_then(FrameState::ready);
            let window = frame.and_then(|frame| fitting_window(image, frame));
            let window = window.ok_or("The pixels of the fused series are not here yet.")?;
            Ok(VoiChoice::Preset { name: "auto".to_owned(), window })
        }
        LayerWindow::Set { center, width } => {
            set_window(center, width, image).map(VoiChoice::Hand).map_err(|why| why.to_string())
        }
        LayerWindow::Suv(upper) => suv_window(set, upper)
            .ok_or_else(|| "The fused series does not say what its values are as uptake.".to_owned()),
    }
}
