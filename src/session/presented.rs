//! What a presentation state makes of an image: which state, which parts of it, and the gray and the framing that follow.
//! PS3.3 A.33; rules P-22, S-2 to S-4, S-13.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::annotation::contradicts;
use crate::color::{ColorPalette, IccProfile};
use crate::dicom::{Frame, FrameKey, ImageAttributes, InstanceUid, LookupTable, PersonName, Subtraction};
use crate::geometry::{Image as ImageSpace, ImagePlane, Patient, Point, Slice, Turn};
use crate::grayscale::{ModalityLut, Polarity, Voi, Window};
use crate::presentation::{
    AreaSize, DisplayedArea, PresentationLut, PresentationState, SoftcopyVoi, StateCover, StateKind,
    StateShutter, StateVoi,
};
use crate::study::{DisplaySetId, FrameState, Image, Library};
use crate::units::MmPerPixel;

use super::curve::CurvedSheet;
use super::masked::{Masked, window_of_differences};
use super::state::Session;
use super::viewport::{Look, Viewport, VoiChoice};

/// An area of so many times the sides of its image is no part of it.
const AREA_SIDES_MAX: f64 = 16.0;

/// Which presentation state a viewport's images are shown by, and what of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Presented {
    /// Which.
    pub choice: StateChoice,
    /// Which parts of it.
    pub parts: StateParts,
    /// Layers of its graphics that are not shown, by their names. Rule S-9.
    pub hidden_layers: BTreeSet<String>,
    /// What the reader says of masks.
    pub masked: Masked,
}

/// Which presentation state is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StateChoice {
    /// The newest that is for the image. Rule S-13.
    #[default]
    Newest,
    /// This one, on the images that it is for.
    One(InstanceUid),
    /// None: as acquired.
    AsAcquired,
}

/// Which parts of a state apply; what does not is as acquired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateParts {
    /// Modality LUT, mask, VOI LUT, presentation LUT.
    pub gray: bool,
    /// Rotation, flip, displayed area.
    pub geometry: bool,
    /// What lies over the image: shutter, overlay planes, graphics, texts.
    pub graphics: bool,
}

impl StateParts {
    /// All.
    pub const ALL: Self = Self { gray: true, geometry: true, graphics: true };
}

impl Default for Presented {
    fn default() -> Self {
        Self {
            choice: StateChoice::default(),
            parts: StateParts::ALL,
            hidden_layers: BTreeSet::new(),
            masked: Masked::default(),
        }
    }
}

impl Presented {
    /// The presentation state that an image is shown by.
    fn state<'a>(&self, image: &Image, library: &'a Library) -> Option<&'a Arc<PresentationState>> {
        let mut states = library.states_of(image);
        match &self.choice {
            StateChoice::Newest => states.next(),
            StateChoice::One(uid) => states.find(|state| state.uid == *uid),
            StateChoice::AsAcquired => None,
        }
    }

    /// Whether the pixels of an image are here, or never will be, and what lies over them too.
    pub(super) fn is_ready(&self, image: &Image, library: &Library) -> bool {
        match library.frame(&self.key(image, library)) {
            Some(FrameState::Ready(_)) => {
                !self.bare(image, library, None).covered(image, library).awaits_cover()
            }
            Some(FrameState::Failed(_)) => true,
            None => false,
        }
    }

    /// The frame that is to be shown of an image: less its mask where that is subtracted.
    pub fn key(&self, image: &Image, library: &Library) -> FrameKey {
        // Asked of many images in every frame of the screen, and most have nothing to do with masks.
        if image.instance.mask.is_none() && self.masked.own.is_none() && !library.has_masks_of_states(image) {
            return image.key();
        }
        self.bare(image, library, None).subtracting(image, &self.masked).key(image)
    }

    /// The state and its parts, nothing subtracted and nothing laid over.
    fn bare<'a>(&self, image: &Image, library: &'a Library, pixel_mm: Option<f64>) -> Applied<'a> {
        let state = self.state(image, library);
        let parts = if state.is_some() { self.parts } else { StateParts::ALL };
        let is_hidden = |name: &str| self.hidden_layers.contains(name);
        let are_planes_hidden = state
            .is_some_and(|state| state.activations.iter().all(|activation| is_hidden(&activation.layer)));
        Applied { state, parts, pixel_mm, are_planes_hidden, ..Applied::NONE }
    }
}

impl Viewport {
    /// The presentation state that an image of it is shown by.
    pub fn state<'a>(&self, image: &Image, library: &'a Library) -> Option<&'a Arc<PresentationState>> {
        // A state is for images.
        if self.is_of_volume() {
            return None;
        }
        self.presented.state(image, library)
    }

    /// That state and its parts, and the mask; or the sheet of what is shown of a volume, or along the path, in place of the image. `pixel_mm` is the side of a pixel of the monitor, where it is known.
    pub fn applied<'a>(&self, image: &Image, library: &'a Library, pixel_mm: Option<f64>) -> Applied<'a> {
        if let Some(along) = self.along() {
            let curved = self.section(library).map(|(_, volume)| CurvedSheet::new(along.clone(), &volume));
            return Applied { curved, ..Applied::NONE };
        }
        if self.is_of_volume() {
            let sheet = self.of_volume(library).map(|(view, volume)| view.sheet(&volume));
            return Applied { sheet, ..Applied::NONE };
        }
        let Presented { masked, .. } = &self.presented;
        let bare = self.presented.bare(image, library, pixel_mm);
        let mut applied = bare.clone().subtracting(image, masked);
        // What was asked for before stays until what is asked for now is here: a mask that is moved does not flicker.
        let is_here = |applied: &Applied<'_>| library.frame(&applied.key(image)).is_some();
        if let Some(before) = masked.before.as_ref().filter(|_| !is_here(&applied)) {
            applied = Some(bare.subtracting(image, before)).filter(is_here).unwrap_or(applied);
        }
        applied.covered(image, library)
    }
}

impl Session {
    /// Every viewport goes on to show the images of a display set by the state that it shows them by now, whatever newer one
    /// comes: a picture does not change unless the reader changes it.
    pub fn keep_states(&mut self, set: &DisplaySetId, library: &Library) {
        for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
            let Some(source) = viewport.source.as_ref().filter(|source| source.display_set == *set) else {
                continue;
            };
            let Some((.., set)) = library.find(&source.display_set) else { continue };
            let Some(image) = set.images.get(source.index) else { continue };
            if viewport.presented.choice == StateChoice::Newest {
                let state = viewport.state(image, library);
                let state = state.map(|state| StateChoice::One(state.uid.clone()));
                viewport.presented.choice = state.unwrap_or(StateChoice::AsAcquired);
            }
        }
    }
}

/// What stands between an image and the viewport: a presentation state that is for it, what is shown of a volume in
/// its place, or neither.
#[derive(Debug, Clone)]
pub struct Applied<'a> {
    /// The state.
    pub state: Option<&'a Arc<PresentationState>>,
    /// Which parts of it.
    pub parts: StateParts,
    /// The side of a pixel of the monitor, where it is known.
    pub pixel_mm: Option<f64>,
    /// What is subtracted from the image.
    pub subtraction: Option<Arc<Subtraction>>,
    /// What it lays over the pixels of the image, where that was made.
    cover: Option<Arc<StateCover>>,
    /// Whether all of its overlay planes lie in layers that are not shown.
    are_planes_hidden: bool,
    /// The virtual image that a section or a rendering is.
    pub sheet: Option<Slice>,
    /// The one that a picture along the path is.
    pub curved: Option<CurvedSheet>,
}

impl<'a> Applied<'a> {
    /// No state: as acquired.
    pub const NONE: Self = Self {
        state: None,
        parts: StateParts::ALL,
        pixel_mm: None,
        subtraction: None,
        cover: None,
        are_planes_hidden: false,
        sheet: None,
        curved: None,
    };

    /// A whole state, or none.
    pub fn of_state(state: Option<&'a Arc<PresentationState>>) -> Self {
        Self { state, ..Self::NONE }
    }

    /// A whole state on an image, whose pixels are these, without its mask.
    pub fn whole(state: &'a Arc<PresentationState>, image: &Image, frame: &Frame) -> Self {
        Self::of_state(Some(state)).covering(image, frame)
    }

    /// With what is subtracted from an image, as the reader has it.
    #[must_use]
    pub fn subtracting(self, image: &Image, masked: &Masked) -> Self {
        Self { subtraction: self.subtracted(image, masked), ..self }
    }

    /// With what the state lays over an image, whose pixels are these: it is made here and now.
    #[must_use]
    pub fn covering(self, image: &Image, frame: &Frame) -> Self {
        let cover = self.state.map(|state| Arc::new(state.cover(&image.instance, image.frame, frame)));
        Self { cover, ..self }
    }

    /// With what the state lays over an image, where that was made: the same over all that is subtracted from.
    fn covered(self, image: &Image, library: &Library) -> Self {
        let cover = self.state.and_then(|state| library.cover(state, &image.key())).map(Arc::clone);
        Self { cover, ..self }
    }

    /// The frame that is shown of an image.
    pub fn key(&self, image: &Image) -> FrameKey {
        FrameKey { subtraction: self.subtraction.clone(), ..image.key() }
    }

    /// Another state on the same monitor, whole.
    #[must_use]
    pub fn of(&self, state: &'a Arc<PresentationState>, image: &Image, library: &Library) -> Self {
        let cover = library.cover(state, &image.key()).map(Arc::clone);
        Self { cover, pixel_mm: self.pixel_mm, ..Self::of_state(Some(state)) }
    }

    /// The state, where its gray rules an image. Colours have no gray.
    pub(super) fn gray_of(&self, image: &Image) -> Option<&'a PresentationState> {
        let state = self.state.filter(|_| self.parts.gray && !image.instance.pixels.is_color())?;
        (state.kind != StateKind::Color).then_some(state)
    }

    /// The palette that an image's gray is shown in: the reader's, else the state's.
    pub fn palette<'b>(&self, look: &'b Look, image: &Image) -> Option<&'b Arc<ColorPalette>>
    where
        'a: 'b,
    {
        look.palette.as_ref().or_else(|| self.gray_of(image)?.colors.palette.as_ref())
    }

    /// The profile that tells what colours an image is shown in; `None` for sRGB. A palette of the reader's is of sRGB, and a
    /// state's profile takes the place of the image's.
    pub fn profile<'b>(&self, look: &Look, image: &'b Image) -> Option<&'b Arc<IccProfile>>
    where
        'a: 'b,
    {
        let state = self.state.filter(|_| self.parts.gray);
        if image.instance.pixels.is_color() {
            let of_state = state.filter(|state| state.kind == StateKind::Color);
            return of_state
                .and_then(|state| state.colors.profile.as_ref())
                .or_else(|| image.instance.usable_profile());
        }
        let is_state = look.palette.is_none();
        self.gray_of(image).filter(|_| is_state)?.colors.profile.as_ref()
    }

    /// The state, where what lies over the image is its.
    pub fn graphics(&self) -> Option<&'a Arc<PresentationState>> {
        self.state.filter(|_| self.parts.graphics)
    }

    /// Whether the image must not be shown yet: what the state lays over it is not made.
    pub fn awaits_cover(&self) -> bool {
        self.cover.is_none() && self.graphics().is_some_and(|state| state.has_cover())
    }

    /// What the state lays over the pixels; nothing where the image itself rules.
    pub fn cover(&self) -> Option<&StateCover> {
        self.cover.as_deref().filter(|_| self.parts.graphics)
    }

    /// Whether there is a shutter to switch: the state's, or the image's own.
    pub fn has_shutter(&self, image: &Image) -> bool {
        self.graphics().map_or_else(|| image.has_shutter(), |state| state.shutter != StateShutter::None)
    }

    /// Whether there are overlay planes to switch.
    pub fn has_planes(&self, image: &Image) -> bool {
        self.graphics().map_or_else(
            || image.has_planes(),
            |state| !state.activations.is_empty() && !self.are_planes_hidden,
        )
    }

    /// Modality LUT: the state's, identity where it has none; else the image's. Rule P-22.
    pub fn modality(&self, image: &Image) -> ModalityLut {
        let state = self.gray_of(image);
        state.map_or_else(|| image.shown_lut(), |state| state.modality.of(image.instance.pixels.is_signed))
    }

    /// From the values of the frame that is shown to what the VOI takes: differences are that already.
    pub fn shown_modality(&self, image: &Image) -> ModalityLut {
        if self.subtraction.is_some() { ModalityLut::IDENTITY } else { self.modality(image) }
    }

    /// Presentation LUT, before the reader's own inversion: a polarity, and a table.
    pub fn presentation(&self, image: &'a Image) -> (Polarity, Option<&'a Arc<LookupTable>>) {
        match self.gray_of(image).map(|state| &state.presentation) {
            None => (image.polarity(), image.attributes().gray.presentation_lut.as_ref()),
            Some(PresentationLut::Shape(polarity)) => (*polarity, None),
            Some(PresentationLut::Table(table)) => (Polarity::Identity, Some(table)),
        }
    }

    /// The window or table for an image and the words that name it. The first of the image's own is the state's.
    pub fn voi<'b>(
        &self,
        choice: &'b VoiChoice,
        image: &'b Image,
        frame: Option<&Frame>,
    ) -> Option<(Voi, &'b str)>
    where
        'a: 'b,
    {
        let (voi, name) = self.voi_of_values(choice, image, frame)?;
        let VoiChoice::Own(place) = choice else { return Some((voi, name)) };
        let is_stated = self.states_voi(*place, image);
        // A window that is stated is for the pictures that are recommended.
        match (self.subtraction.is_some(), is_stated && self.is_mask_recommended(image)) {
            (true, false) => Some((Voi::of_window(window_of_differences(voi.window)?), "around 0")),
            (false, true) => full_range(&self.modality(image), image)
                .or_else(|| VoiChoice::Own(usize::MAX).resolve(image, frame)),
            _ => Some((voi, name)),
        }
    }

    /// Whether the state, or the image, states a window or a table for an image.
    fn states_voi(&self, place: usize, image: &Image) -> bool {
        match self.gray_of(image).filter(|_| place == 0) {
            Some(state) => state.voi.iter().any(|item| item.images.has(&image.instance.uid, image.frame)),
            None => image.own_voi().nth(place).is_some(),
        }
    }

    /// What is stated, whether for values or for differences.
    fn voi_of_values<'b>(
        &self,
        choice: &'b VoiChoice,
        image: &'b Image,
        frame: Option<&Frame>,
    ) -> Option<(Voi, &'b str)>
    where
        'a: 'b,
    {
        let Some(state) = self.gray_of(image) else { return choice.resolve(image, frame) };
        match choice {
            VoiChoice::Own(0) => self.state_voi(state, image).or_else(|| choice.resolve(image, frame)),
            VoiChoice::HandOverTable { place: 0, window } => {
                let (own, name) = self.state_voi(state, image)?;
                Some((Voi { window: *window, table: own.table }, name))
            }
            _ => choice.resolve(image, frame),
        }
    }

    fn state_voi(&self, state: &'a PresentationState, image: &Image) -> Option<(Voi, &'a str)> {
        stated_voi(&state.voi, &self.modality(image), image)
    }

    /// Where what is shown lies in the patient.
    pub fn plane(&self, image: &Image) -> Option<ImagePlane> {
        if self.curved.is_some() {
            return None;
        }
        self.sheet.map_or(image.plane, |sheet| Some(sheet.plane))
    }

    /// The same with its size.
    pub fn slice(&self, image: &Image) -> Option<Slice> {
        let header = &image.instance.image;
        let of_image = || Some(Slice { plane: image.plane?, columns: header.columns, rows: header.rows });
        self.sheet.or_else(of_image).filter(|_| self.curved.is_none())
    }

    /// Where in the patient a position of what is shown lies.
    pub fn patient_at(&self, image: &Image, at: Point<ImageSpace>) -> Option<Point<Patient>> {
        match &self.curved {
            Some(curved) => Some(curved.frame(at)?.at),
            None => Some(self.plane(image)?.patient_from_image() * at),
        }
    }

    /// The pixels of a virtual image.
    pub fn sheet_spacing(&self) -> Option<MmPerPixel> {
        let of_curved = |curved: &CurvedSheet| MmPerPixel { row: curved.pixel_mm, column: curved.pixel_mm };
        self.sheet.map(|sheet| sheet.plane.spacing).or_else(|| self.curved.as_ref().map(of_curved))
    }

    /// Presentation Pixel Spacing, which counts where an image says nothing of the size of its pixels. PS3.3 C.10.4.
    pub fn spacing(&self, image: &Image) -> Option<MmPerPixel> {
        area_of(self.state.filter(|_| self.parts.geometry)?, image).ok()??.spacing
    }

    /// Presentation Pixel Spacing, where the state shows an image in its true size.
    pub fn true_size(&self, image: &Image) -> Option<MmPerPixel> {
        let state = self.state.filter(|_| self.parts.geometry)?;
        let area = area_of(state, image).ok()??;
        area.spacing.filter(|_| area.size == AreaSize::TrueSize)
    }

    /// The part of an image that is framed, and how it lies.
    pub fn framing(&self, image: &Image) -> Framing {
        if let Some(curved) = &self.curved {
            let (columns, rows) = curved.size();
            return Framing::of_size(columns, rows, 1.0);
        }
        if let Some(sheet) = &self.sheet {
            return Framing::of_size(f64::from(sheet.columns), f64::from(sheet.rows), 1.0);
        }
        let whole = Framing::whole(&image.instance.image);
        let Some(state) = self.state.filter(|_| self.parts.geometry) else { return whole };
        let turned = Framing { turn: state.turn, ..whole };
        let Ok(Some(area)) = area_of(state, image) else { return turned };
        let magnification = match (area.size, area.spacing, self.pixel_mm) {
            (AreaSize::Magnify(ratio), ..) => Some(ratio),
            (AreaSize::TrueSize, Some(mm), Some(pixel_mm)) => Some(mm.column / pixel_mm),
            _ => None,
        };
        let (middle, size) = rectangle(area);
        let pixel_aspect = area.pixel_aspect.unwrap_or(whole.pixel_aspect);
        Framing { middle, size, pixel_aspect, turn: state.turn, magnification }
    }

    /// What the state asks for on an image and is not done, in words.
    pub fn not_applied(&self, image: &Image) -> Vec<String> {
        let Some(state) = self.state else { return Vec::new() };
        let mut words = state.not_applied.clone();
        words.extend(self.cover().into_iter().flat_map(|cover| cover.refused.iter().cloned()));
        match area_of(state, image) {
            _ if !self.parts.geometry => {}
            Err(why) => words.push(format!("displayed area: {why}")),
            Ok(Some(area)) if area.size == AreaSize::TrueSize && self.pixel_mm.is_none() => {
                words.push("true size: the size of the monitor's pixels is not known".to_owned());
            }
            Ok(_) => {}
        }
        if self.spacing(image).is_some_and(|stated| contradicts(image, stated)) {
            let name = "Presentation Pixel Spacing (0070,0101)";
            words.push(format!("measurements: {name} is another than the image's own, which counts"));
        }
        if self.parts.gray
            && let Err(why) = self.stated_mask(image)
        {
            words.push(format!("mask subtraction: {why}"));
        }
        let is_color = image.instance.pixels.is_color();
        if is_color != (state.kind == StateKind::Color) {
            words.push(if is_color { "gray of a colour image" } else { "colour of a gray image" }.to_owned());
        }
        words
    }
}

/// By the first item that names the image; without one everything that the image could hold.
pub(super) fn stated_voi<'a>(
    items: &'a [SoftcopyVoi],
    modality: &ModalityLut,
    image: &Image,
) -> Option<(Voi, &'a str)> {
    let header = &image.instance;
    let is_its = |item: &&SoftcopyVoi| item.images.has(&header.uid, image.frame);
    match items.iter().find(is_its).map(|item| &item.voi) {
        Some(StateVoi::Window(window)) => Some((Voi::of_window(*window), "")),
        Some(StateVoi::Table(table)) => {
            let name = if table.explanation.is_empty() { "VOI LUT" } else { &table.explanation };
            // The table whose first input has the sign of modality values. PS3.3 C.11.2.1.1.
            let (low, high) = header.pixels.stored_range().unwrap_or((-1.0, 1.0));
            Some((Voi::of_table(Arc::clone(table.of(modality.range(low, high).0 < 0.0))), name))
        }
        None => full_range(modality, image),
    }
}

/// Everything that the image could hold.
fn full_range(modality: &ModalityLut, image: &Image) -> Option<(Voi, &'static str)> {
    let (low, high) = image.instance.pixels.stored_range()?;
    let (low, high) = modality.range(low, high);
    Some((Voi::of_window(Window::spanning(low, high).ok()?), "full range"))
}

/// The displayed area of an image, which has to be a part of it; nothing where the state has none.
fn area_of<'a>(
    state: &'a PresentationState,
    image: &Image,
) -> Result<Option<&'a DisplayedArea>, &'static str> {
    let is_its = |area: &&DisplayedArea| area.images.has(&image.instance.uid, image.frame);
    let Some(area) = state.areas.iter().find(is_its) else { return Ok(None) };
    let (middle, size) = rectangle(area);
    let header = &image.instance.image;
    let sides =
        [(middle.xyz.x, size.0, f64::from(header.columns)), (middle.xyz.y, size.1, f64::from(header.rows))];
    if sides
        .iter()
        .any(|&(middle, length, room)| middle + length / 2.0 <= 0.0 || middle - length / 2.0 >= room)
    {
        return Err("it lies outside the image");
    }
    if sides.iter().any(|&(_, length, room)| length > room.max(1024.0) * AREA_SIDES_MAX) {
        return Err("it is many times as large as the image");
    }
    Ok(Some(area))
}

/// Middle, columns and rows of an area, whichever corners name it: pixels of both belong to it.
fn rectangle(area: &DisplayedArea) -> (Point<ImageSpace>, (f64, f64)) {
    let ([left, top], [right, bottom]) = (area.top_left, area.bottom_right);
    let side = |a: i32, b: i32| {
        let (low, high) = (f64::from(a.min(b)) - 1.0, f64::from(a.max(b)));
        (f64::midpoint(low, high), high - low)
    };
    let ((x, columns), (y, rows)) = (side(left, right), side(top, bottom));
    (Point::flat(x, y), (columns, rows))
}

/// What of an image fills a viewport, before the reader looks elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Framing {
    /// Its middle.
    pub middle: Point<ImageSpace>,
    /// Its columns and rows.
    pub size: (f64, f64),
    /// Height of a pixel over its width.
    pub pixel_aspect: f64,
    /// How it lies.
    pub turn: Turn,
    /// Device pixels per image pixel across; without it as many as fit.
    pub magnification: Option<f64>,
}

impl Framing {
    /// The whole image, upright.
    pub fn whole(image: &ImageAttributes) -> Self {
        Self::of_size(f64::from(image.columns), f64::from(image.rows), image.pixel_aspect)
    }

    fn of_size(columns: f64, rows: f64, pixel_aspect: f64) -> Self {
        Self {
            middle: Point::flat(columns / 2.0, rows / 2.0),
            size: (columns, rows),
            pixel_aspect,
            turn: Turn::default(),
            magnification: None,
        }
    }
}

/// Who made a state.
pub(super) fn creator_words(state: &PresentationState) -> String {
    PersonName::parse(state.creator.reveal()).lines().join(" ")
}

/// A state in a list: its label, who made it, and when.
pub(super) fn state_words(state: &PresentationState) -> String {
    let [date, time] = state.created.words();
    let parts = [state.label.clone(), creator_words(state), date, time];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
