//! `plan(session, library, screen) -> FramePlan`: pure. What is computed here is stored nowhere.

use std::sync::Arc;

use crate::color::{ColorPalette, ColorTransform, Ink, ProfileId};
use crate::command::{Interpolation, ToolName};
use crate::dicom::{Frame, Pixels};
use crate::geometry::{Image as ImageSpace, Map, Point, Sampling, Section, Slice, View as ViewSpace, shine};
use crate::grayscale::{Curve, GrayTransform};
use crate::session::{
    Applied, CurvedSheet, Layer, Look, Place, PointerAt, Reformat, RenderingLook, Screen, Session, Surface,
    View, Viewport, VolumeView, is_one_to_one,
};
use crate::study::{FrameState, Image, Library};
use crate::volume::Volume;

use super::curtain::curtain;
use super::curved::CurvedPass;
use super::frame::{
    CoverPass, FramePlan, Labels, Over, Overlay, Picture, PixelTransform, SlicePass, ViewportPlan,
};
use super::fused::LayerPass;
use super::labels::Shown;
use super::layer::layer_pass;
use super::reformat::ReformatPass;
use super::rendering::RenderingPass;
use super::{graphic_memo, lens, overlay, pattern};

/// What one window shows. A screen that is not there has no viewports.
pub fn plan(session: &Session, library: &Library, screen: usize) -> FramePlan {
    graphic_memo::forget_gone();
    let Some(shown) = session.screens.get(screen) else {
        let surface = Surface { width: 0, height: 0, scale: 1.0 };
        return FramePlan {
            surface,
            viewports: Vec::new(),
            curtain: None,
            is_dithered: false,
            pattern: None,
            readout: None,
        };
    };
    if let Some(plan) = pattern::plan(shown, library) {
        return plan;
    }
    let window = Window { session, library, screen, shown };
    let viewports = shown.places().into_iter().filter_map(|place| window.viewport(place)).collect();
    FramePlan {
        surface: shown.surface,
        viewports,
        curtain: curtain(session, library, shown),
        is_dithered: shown.is_dithered,
        pattern: None,
        readout: overlay::readout(session, library, screen),
    }
}

/// One window, to be planned.
struct Window<'a> {
    session: &'a Session,
    library: &'a Library,
    screen: usize,
    shown: &'a Screen,
}

/// What virtual images of a volume have in common.
struct OfVolume {
    sheet_from_view: Map<ImageSpace, ViewSpace>,
    transform: GrayTransform,
    palette: Option<Arc<ColorPalette>>,
    monitor: Option<Arc<ColorTransform>>,
}

impl Window<'_> {
    fn viewport(&self, place: Place) -> Option<ViewportPlan> {
        let Place { viewport: index, tile, rect, clip } = place;
        let viewport = self.shown.viewports.get(index)?;
        let (session, library) = (self.session, self.library);
        let is_focused = session.focus.screen == self.screen && session.focus.viewport == index;
        let mut plan = ViewportPlan {
            index,
            tile,
            rect,
            clip,
            is_focused,
            picture: Picture::Empty,
            labels: Labels::default(),
            overlay: Overlay::default(),
            lens: None,
        };
        let Some(source) = &viewport.source else { return Some(plan) };
        let Some((study, series, set)) = library.find(&source.display_set) else { return Some(plan) };
        let Some(image) = viewport.tile_index(tile).and_then(|index| set.images.get(index)) else {
            plan.picture = Picture::Past;
            return Some(plan);
        };
        let applied = session.applied(viewport, image, library);
        let layer = session.layer(viewport, image, library);
        let drawn = layer.as_ref().and_then(|layer| layer.as_ref().ok());
        let drawn = drawn.filter(|layer| layer.awaits(library).is_none());
        let size = (rect.width, rect.height);
        let drawn = drawn.and_then(|layer| self.layer_of(layer, image, viewport, &applied, size));
        let of_volume = viewport.of_volume(library).filter(|_| applied.sheet_spacing().is_some());
        let is_moving = session.moves((self.screen, index));
        plan.picture = match (&of_volume, &applied.sheet, &applied.curved) {
            (Some((view, volume)), Some(sheet), _) => {
                let place = (view, volume, sheet);
                self.picture_of_volume(image, viewport, &applied, place, drawn, (size, is_moving))
            }
            (Some((VolumeView::Section(reformat), volume)), None, Some(curved)) => {
                self.curved_of(image, viewport, &applied, (reformat, volume, curved), size, is_moving)
            }
            _ => self.picture_of(image, viewport, &applied, drawn, size),
        };
        let (screen, is_dithered) = (self.screen, self.shown.is_dithered);
        let shown = Shown {
            session,
            library,
            screen,
            study,
            series,
            set,
            image,
            viewport: index,
            tile,
            is_dithered,
            applied: &applied,
            of_volume: of_volume.as_ref().map(|(view, volume)| (*view, &**volume)),
            layer: layer.as_ref(),
        };
        let room = (f64::from(rect.width), f64::from(rect.height));
        if let Some(image_from_view) = viewport.view.image_from_view(&applied.framing(image), room) {
            let at = overlay::At {
                session,
                library,
                set,
                image,
                image_from_view: &image_from_view,
                rect,
                scale: self.shown.surface.scale.into(),
                hidden_layers: &viewport.presented.hidden_layers,
                place: (self.screen, index),
                applied: &applied,
                is_rendering: viewport.rendering.is_some(),
                layer: layer.as_ref().and_then(|layer| layer.as_ref().ok()),
            };
            plan.overlay = at.overlay(is_focused);
        }
        plan.labels = shown.labels(viewport, &plan.picture, &plan.overlay);
        let is_here = |pointer: &PointerAt| {
            (pointer.screen, pointer.viewport, pointer.tile) == (self.screen, index, tile)
        };
        let pointer = session.pointer.filter(is_here);
        let is_magnifier = session.tool == ToolName::Magnifier;
        // The magnifier shows the place by itself.
        let caret = pointer.filter(|pointer| pointer.is_by_keys && !is_magnifier);
        plan.overlay.caret = caret.map(|pointer| pointer.at);
        if let Some(pointer) = pointer.filter(|_| is_magnifier) {
            let (scale, interpolation) = (self.shown.surface.scale, viewport.look.interpolation);
            plan.lens = lens::lens(&plan.picture, pointer.at, scale, interpolation);
        }
        Some(plan)
    }

    /// A section or a rendering of a volume in place of an image of it, which says what its gray means.
    fn picture_of_volume(
        &self,
        image: &Image,
        viewport: &Viewport,
        applied: &Applied<'_>,
        (view, volume, sheet): (&VolumeView<'_>, &Arc<Volume>, &Slice),
        layer: Option<LayerPass>,
        (size, is_moving): ((u32, u32), bool),
    ) -> Picture {
        let look = &viewport.look;
        if let VolumeView::Rendering(rendering) = view
            && let RenderingLook::Light(transfer) = &rendering.look
        {
            let pass = || {
                let room = (f64::from(size.0), f64::from(size.1));
                let sheet_from_view = Self::sheet_from_view(image, viewport, applied, volume, size)?;
                let patient_from_view = sheet.plane.patient_from_image() * sheet_from_view;
                let (right, down) = (patient_from_view.x_axis(), patient_from_view.y_axis());
                let middle = patient_from_view * Point::flat(room.0 / 2.0, room.1 / 2.0);
                let section = Section::new(middle, right, down)?;
                let cuts = rendering.cut_away.cuts(volume);
                let (volume, transfer) = (Arc::clone(volume), Arc::clone(transfer));
                let pass = RenderingPass::new(
                    volume,
                    &section,
                    right.length(),
                    size,
                    transfer,
                    shine(rendering.light),
                );
                Some(RenderingPass { is_moving, cuts, monitor: self.srgb_to_monitor(), ..pass })
            };
            return pass().map_or(Picture::Loading, |pass| Picture::Rendering(Box::new(pass)));
        }
        let pass = || {
            let OfVolume { sheet_from_view, transform, palette, monitor } =
                self.of_volume(image, viewport, applied, volume, size)?;
            let patient_from_view = sheet.plane.patient_from_image() * sheet_from_view;
            Some(ReformatPass {
                volume: Arc::clone(volume),
                view_size: size,
                voxel_from_view: *volume.voxel_from_patient() * patient_from_view,
                slab: view.slab(volume),
                cuts: view.cuts(volume),
                sampling: sampling_of(look.interpolation),
                is_moving,
                transform,
                palette,
                monitor,
                layer: layer.map(Box::new),
            })
        };
        pass().map_or(Picture::Loading, |pass| Picture::Reformat(Box::new(pass)))
    }

    /// The pass of what lies over a picture.
    fn layer_of(
        &self,
        layer: &Layer,
        image: &Image,
        viewport: &Viewport,
        applied: &Applied<'_>,
        (width, height): (u32, u32),
    ) -> Option<LayerPass> {
        let room = (f64::from(width), f64::from(height));
        let image_from_view = viewport.view.image_from_view(&applied.framing(image), room)?;
        let patient_from_view = applied.plane(image)?.patient_from_image() * image_from_view;
        let monitor = self.library.color_transform(layer.colors, self.session.monitor_profile(self.screen));
        let sampling = sampling_of(viewport.look.interpolation);
        Some(layer_pass(layer, patient_from_view, viewport.reformat.as_ref(), sampling, monitor))
    }

    /// The same along the path.
    fn curved_of(
        &self,
        image: &Image,
        viewport: &Viewport,
        applied: &Applied<'_>,
        (reformat, volume, curved): (&Reformat, &Arc<Volume>, &CurvedSheet),
        size: (u32, u32),
        is_moving: bool,
    ) -> Picture {
        let pass = || {
            let OfVolume { sheet_from_view, transform, palette, monitor } =
                self.of_volume(image, viewport, applied, volume, size)?;
            Some(CurvedPass {
                volume: Arc::clone(volume),
                curve: Arc::clone(&curved.along.curve),
                turn_degrees: curved.along.turn_degrees,
                view_size: size,
                unrolled_from_view: curved.unrolled_from_image() * sheet_from_view,
                slab: reformat.slab(volume),
                sampling: sampling_of(viewport.look.interpolation),
                is_moving,
                transform,
                palette,
                monitor,
            })
        };
        pass().map_or(Picture::Loading, |pass| Picture::Curved(Box::new(pass)))
    }

    /// `None` as long as nothing of the volume is here, or no window can be told.
    fn of_volume(
        &self,
        image: &Image,
        viewport: &Viewport,
        applied: &Applied<'_>,
        volume: &Volume,
        size: (u32, u32),
    ) -> Option<OfVolume> {
        let (library, look) = (self.library, &viewport.look);
        let frame = library.frame(&image.key()).and_then(FrameState::ready);
        let sheet_from_view = Self::sheet_from_view(image, viewport, applied, volume, size)?;
        let of_image = gray_transform(image, frame, look, applied)?;
        let palette = look.palette.clone();
        let monitor = palette.as_ref().and_then(|_| self.srgb_to_monitor());
        Some(OfVolume {
            sheet_from_view,
            transform: GrayTransform { modality: volume.rescale().into(), padding: None, ..of_image },
            palette,
            monitor,
        })
    }

    /// From the viewport to the virtual image; `None` as long as nothing of the volume is here.
    fn sheet_from_view(
        image: &Image,
        viewport: &Viewport,
        applied: &Applied<'_>,
        volume: &Volume,
        size: (u32, u32),
    ) -> Option<Map<ImageSpace, ViewSpace>> {
        let room = (f64::from(size.0), f64::from(size.1));
        let is_here = volume.slices().iter().any(Option::is_some);
        viewport.view.image_from_view(&applied.framing(image), room).filter(|_| is_here)
    }

    /// From sRGB to the colours of the window's monitor; `None` where they stay as they are.
    fn srgb_to_monitor(&self) -> Option<Arc<ColorTransform>> {
        let transform =
            self.library.color_transform(ProfileId::SRGB, self.session.monitor_profile(self.screen));
        transform.filter(|transform| !transform.is_identity()).cloned()
    }

    fn picture_of(
        &self,
        image: &Image,
        viewport: &Viewport,
        applied: &Applied<'_>,
        layer: Option<LayerPass>,
        size: (u32, u32),
    ) -> Picture {
        let over = |pass: SlicePass| match layer {
            Some(layer) => pass.under(layer),
            None => pass,
        };
        match self.library.frame(&applied.key(image)) {
            Some(FrameState::Failed(why)) => Picture::Failed(why.clone()),
            // Never first without its shutter.
            Some(FrameState::Ready(_)) if applied.awaits_cover() => Picture::Loading,
            Some(FrameState::Ready(frame)) => {
                slice_pass(image, frame, &viewport.view, &viewport.look, applied, size)
                    .map(|pass| on_monitor(over(pass), self.session, self.library, self.screen))
                    .map_or(Picture::Empty, |pass| Picture::Slice(Box::new(pass)))
            }
            None => Picture::Loading,
        }
    }
}

/// The pass with its colours turned into those of a window's monitor.
pub fn on_monitor(pass: SlicePass, session: &Session, library: &Library, screen: usize) -> SlicePass {
    let from_colors = |source| library.color_transform(source, session.monitor_profile(screen));
    let monitor = if pass.is_gray() { None } else { from_colors(pass.colors) };
    let monitor = monitor.filter(|transform| !transform.is_identity()).cloned();
    let cover = match from_colors(ProfileId::SRGB) {
        Some(transform) => pass.cover.map(|cover| cover.map_colors(|color| transform.at(color))),
        None => pass.cover,
    };
    SlicePass { cover, monitor, ..pass }
}

/// The pass that draws an image into so many device pixels, as if the monitor were of sRGB; `None` when there is no area or no window.
pub fn slice_pass(
    image: &Image,
    frame: &Frame,
    view: &View,
    look: &Look,
    applied: &Applied<'_>,
    view_size: (u32, u32),
) -> Option<SlicePass> {
    let header = &image.instance.image;
    let room = (f64::from(view_size.0), f64::from(view_size.1));
    let image_from_view = view.image_from_view(&applied.framing(image), room)?;
    let transform = match &frame.pixels {
        Pixels::Color(_) => PixelTransform::Color { is_inverted: look.is_inverted },
        Pixels::Words { .. } | Pixels::Reals(_) => {
            PixelTransform::Gray(gray_transform(image, Some(frame), look, applied)?)
        }
    };
    let is_gray = matches!(transform, PixelTransform::Gray(_));
    let palette = applied.palette(look, image).filter(|_| is_gray).cloned();
    // At one device pixel per image pixel nothing lies between pixels.
    let sampling =
        if is_one_to_one(&image_from_view) { Sampling::Nearest } else { sampling_of(look.interpolation) };
    Some(SlicePass {
        frame: applied.key(image),
        image_size: (header.columns, header.rows),
        view_size,
        image_from_view,
        filter: look.filter,
        sampling,
        cover: cover_of(image, frame, look, applied, is_gray && palette.is_none()),
        palette,
        colors: ProfileId::of(applied.profile(look, image)),
        transform,
        state_cells: applied.cover().and_then(|cover| cover.cells.clone()),
        monitor: None,
        layer: None,
    })
}

/// The grayscale chain of a gray image; `None` when there is no window.
pub fn gray_transform(
    image: &Image,
    frame: Option<&Frame>,
    look: &Look,
    applied: &Applied<'_>,
) -> Option<GrayTransform> {
    let (voi, _) = applied.voi(&look.voi, image, frame)?;
    let (polarity, table) = applied.presentation(image);
    Some(GrayTransform {
        modality: applied.shown_modality(image),
        window: voi.window,
        curve: Curve::of(&voi, table),
        polarity: if look.is_inverted { polarity.inverted() } else { polarity },
        padding: frame.filter(|_| !look.shows_padding).and_then(|frame| image.padding_of(frame)),
    })
}

/// What is drawn over a frame, of what lies over it, as the reader has it.
fn cover_of(
    image: &Image,
    frame: &Frame,
    look: &Look,
    applied: &Applied<'_>,
    is_over_gray: bool,
) -> Option<CoverPass> {
    let (planes, shutter) = if applied.graphics().is_some() {
        let cover = applied.cover()?;
        cover.cells.as_ref()?;
        (cover.planes.as_slice(), applied.has_shutter(image).then_some(cover.shutter))
    } else {
        frame.cover.as_ref()?;
        let planes: &[Ink] = if image.has_planes() { &[Ink::WHITE] } else { &[] };
        (planes, image.attributes().shutter.as_ref().map(|shutter| shutter.presentation))
    };
    let over = |ink: Ink| Over::of(ink, is_over_gray);
    let planes = if look.hidden.planes { Vec::new() } else { planes.iter().copied().map(over).collect() };
    let shutter = shutter.filter(|_| !look.hidden.shutter).map(over);
    (!planes.is_empty() || shutter.is_some()).then_some(CoverPass { planes, shutter })
}

/// How values are found by what the reader asks for.
pub const fn sampling_of(interpolation: Interpolation) -> Sampling {
    match interpolation {
        Interpolation::Nearest => Sampling::Nearest,
        Interpolation::Linear => Sampling::Linear,
        Interpolation::Cubic => Sampling::Cubic,
    }
}
