//! The words of a viewport: identity, corners, orientation, badges.

use crate::color::ProfileId;
use crate::command::Filter;
use crate::corner_text::{Corner, Field, technique_value};
use crate::dicom::{FrameMask, PersonName, date_words, time_words};
use crate::geometry::{Camera, Sampling, Turn, opposite_letters, orientation_letters};
use crate::grayscale::Window;
use crate::session::{
    Along, Applied, Cine, Layer, NoLayer, Rendering, RenderingLook, Screen, Session, Viewport, VolumeView,
    own_rate, states_timing,
};
use crate::study::{Alignment, DisplaySet, Finding, FrameState, Image, Library, Series, Study};
use crate::units::Phi;
use crate::volume::Volume;

use super::curved_labels;
use super::frame::{Badge, Labels, Letters, Overlay, Picture, SlicePass, Tone};
use super::fused_labels::is_fused_by_reader;
use super::key_labels;

const LOADING_WHY: &str = "The pixels of this image are being read.";
const INTERPOLATED_WHY: &str = "Image pixels are shown larger or smaller than they are, and what stands between them is \
                                computed. At 1:1 each screen pixel is one image pixel.";
const MOVING_WHY: &str = "What moves is drawn less finely; it is exact again a moment after it rests.";
const SMOOTHED_WHY: &str = "The values of neighbouring pixels are mixed: less noise, and less detail than there is. The filter \
                            is switched off by a command.";
const SHARPENED_WHY: &str = "Differences between neighbouring pixels are drawn larger than they are: edges and noise stand \
                             out. The filter is switched off by a command.";
const DITHERED_WHY: &str = "Gray that lies between two driving levels of the panel is shown by a pattern of pixels of both. It \
                            is switched off by a command.";
const PADDING_WHY: &str = "Pixels that stand for no tissue are drawn as the values that they have, like tissue. Numbers leave \
                           them out all the same.";
const PALETTE_WHY: &str = "Gray values are shown in the colours of a palette: steps of colour are not steps of value, and the \
                           calibration of gray does not apply. A command takes it off.";
const LINKED_WHY: &str = "Viewports go along with the one in focus: those whose images lie in the same frame of reference or are registered to it, and those \
                          that the stage of the hanging protocol, or a prior beside, lets go by the same way.";
const SHUTTER_OFF_WHY: &str = "The image comes with a display shutter, which hides what is no part of the picture. It is \
                               switched off by a command.";
const PLANES_OFF_WHY: &str = "The image comes with overlay planes: graphics or regions drawn over it. They are switched off by a command.";
const STATE_WHY: &str = "The image is shown by a presentation state: in place of what the image says of its gray, its part and \
                         what lies over it. A command shows it as acquired.";
const SUBTRACTED_WHY: &str = "A mask is subtracted: gray says how much brighter or darker a pixel is than in the mask, and numbers \
                              are differences. A command shows the image as it is stored.";
const NOT_SUBTRACTED_WHY: &str = "A mask is stated for these images, and this one is shown without it. A command subtracts it where \
                                  it applies to the frame.";
const PARTLY_WHY: &str =
    "The presentation state asks for more than is done here: the picture is not all that its creator saw.";
const CINE_SHORT_WHY: &str = "The images are shown in time, but not all of them: some were not decoded or drawn when \
                              their time came, and were left out.";

/// What a tile shows, with its surroundings.
pub(super) struct Shown<'a> {
    pub(super) session: &'a Session,
    pub(super) library: &'a Library,
    /// Index of the window.
    pub(super) screen: usize,
    pub(super) study: &'a Study,
    pub(super) series: &'a Series,
    pub(super) set: &'a DisplaySet,
    pub(super) image: &'a Image,
    /// The index of its viewport.
    pub(super) viewport: usize,
    /// Which tile of its viewport, from 0.
    pub(super) tile: usize,
    /// Whether its window is dithered.
    pub(super) is_dithered: bool,
    /// Its presentation state, or the sheet of the section in its place.
    pub(super) applied: &'a Applied<'a>,
    /// What is shown of a volume in place of the image, and the volume.
    pub(super) of_volume: Option<(VolumeView<'a>, &'a Volume)>,
    /// What lies over it, or why nothing does that was asked for.
    pub(super) layer: Option<&'a Result<Layer, NoLayer>>,
}

impl Shown<'_> {
    /// The words of a picture with what lies over it.
    pub(super) fn labels(&self, viewport: &Viewport, picture: &Picture, overlay: &Overlay) -> Labels {
        let number = Some(self.place(viewport));
        let is_of_key_images = viewport.only.is_some();
        if self.tile > 0 {
            // One identity a viewport; what differs from image to image stands on each.
            let bottom_left = vec![self.image_of(viewport)];
            let badges = self.badges_of_picture(viewport, picture, overlay);
            return Labels {
                number,
                is_of_key_images,
                bottom_left,
                letters: self.letters(viewport),
                badges,
                ..Labels::default()
            };
        }
        let corner = |corner| {
            let value = |field| self.value(field, viewport, picture);
            let modality = &self.series.attributes.modality;
            self.session.settings.corner_texts.lines(modality, self.session.detail, corner, value)
        };
        Labels {
            identity: self.identity(),
            study: self.study_line(),
            is_prior: self.is_prior(),
            top_left: corner(Corner::TopLeft),
            top_right: corner(Corner::TopRight),
            number,
            is_of_key_images,
            bottom_left: corner(Corner::BottomLeft),
            bottom_right: corner(Corner::BottomRight),
            letters: self.letters(viewport),
            fused: self.fused_label(),
            badges: self.badges(viewport, picture, overlay),
        }
    }

    /// The number of the image, the section or the view, from 1, and how many there are.
    fn place(&self, viewport: &Viewport) -> (usize, usize) {
        if let Some(curved) = &self.applied.curved {
            return (curved.along.step_number(), Along::STEPS);
        }
        let first = viewport.place().unwrap_or_default();
        let of_image = (first + self.tile + 1, viewport.count_of(self.set.images.len()));
        self.of_volume.map_or(of_image, |(view, volume)| view.place(volume))
    }

    /// `31 / 60`; `key image 2 / 5`.
    fn image_of(&self, viewport: &Viewport) -> String {
        let (number, count) = self.place(viewport);
        let what = if viewport.only.is_some() { "key image " } else { "" };
        format!("{what}{number} / {count}")
    }

    fn rendering(&self) -> Option<&Rendering> {
        match self.of_volume {
            Some((VolumeView::Rendering(rendering), _)) => Some(rendering),
            _ => None,
        }
    }

    /// What a field of the corner text is worth.
    fn value(&self, field: Field, viewport: &Viewport, picture: &Picture) -> Option<String> {
        let study = &self.study.attributes;
        let series = &self.series.attributes;
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        match field {
            Field::Study => text(&self.study_name()),
            Field::StudyDescription => text(&study.description),
            Field::StudyDate => text(&date_words(&study.date)),
            Field::StudyTime => text(&time_words(&study.time)),
            Field::Modality => text(&series.modality),
            Field::SeriesDescription => text(&series.description),
            Field::SeriesNumber => series.number.map(|number| number.to_string()),
            Field::SetLabel => text(&self.set.label),
            Field::ImageNumber | Field::ImageOf if self.applied.curved.is_some() => {
                let curved = self.applied.curved.as_ref()?;
                Some(format!("{:.0}° about the path", curved.along.turn_degrees))
            }
            Field::ImageNumber => Some(self.place(viewport).0.to_string()),
            Field::ImageOf => Some(self.image_of(viewport)),
            // What is shown of a volume is none of the images, and as thick as its slab.
            Field::InstanceNumber | Field::SliceThickness if self.of_volume.is_some() => None,
            Field::InstanceNumber => self.image.instance.image.number.map(|number| number.to_string()),
            Field::Position => self.position(),
            Field::SliceThickness => self.image.attributes().thickness_mm.map(short_mm),
            Field::Window => self.window(viewport),
            Field::Fused => self.fused_line(),
            Field::Inverted => viewport.look.is_inverted.then(|| "inverted".to_owned()),
            Field::Zoom => zoom_words(picture),
            Field::Rotation => turn_words(self.turn(viewport)),
            Field::Cine if self.rendering().is_some() => self.turntable_words(),
            Field::Cine => viewport.cine.is_playing.then(|| self.cine_words(&viewport.cine)),
            // Of a volume, what its images have in common.
            Field::Technique(_) if self.of_volume.is_some() => {
                let value = |image: Option<&Image>| image.and_then(|image| technique_value(image, field));
                let ends = [self.set.images.first(), self.set.images.last()].map(value);
                value(Some(self.image)).filter(|value| ends.iter().all(|end| end.as_ref() == Some(value)))
            }
            Field::Technique(_) => technique_value(self.image, field),
        }
    }

    /// How the picture is turned, by the presentation state and by the reader.
    fn turn(&self, viewport: &Viewport) -> Turn {
        self.applied.framing(self.image).turn.then(viewport.view.turn)
    }

    fn identity(&self) -> Vec<Phi<String>> {
        // Of the image itself: a study may hold a stranger's.
        let patient = &self.image.instance.patient;
        let name = PersonName::parse(patient.name.reveal());
        let names = if name.is_empty() { vec!["no name".to_owned()] } else { name.lines() };
        let age = age_words(&patient.age);
        let parts = [patient.id.reveal().as_str(), &patient.sex, &age];
        let rest: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let lines = names.into_iter().chain([rest.join(" · ")]);
        lines.filter(|line| !line.is_empty()).map(Phi::new).collect()
    }

    /// Modality and description as one: many descriptions begin with the modality.
    fn study_name(&self) -> String {
        let description = &self.study.attributes.description;
        let modality = self.series.attributes.modality.as_str();
        let says_modality = description.split_whitespace().any(|word| word == modality);
        join_words(&[if says_modality { "" } else { modality }, description])
    }

    fn study_line(&self) -> String {
        join_words(&[&self.study_name(), &date_words(&self.study.attributes.date)])
    }

    fn is_prior(&self) -> bool {
        self.session.is_prior(self.study, self.library)
    }

    /// `turntable 36° a second`, while it goes.
    fn turntable_words(&self) -> Option<String> {
        let table = self.rendering()?.turntable;
        let backwards = if table.is_reversed { " backwards" } else { "" };
        let words = format!("turntable {}° a second{backwards}", table.degrees_per_second);
        table.is_turning.then_some(words)
    }

    fn position(&self) -> Option<String> {
        if let Some(Camera { azimuth_degrees, elevation_degrees }) =
            self.rendering().map(|rendering| rendering.camera)
        {
            return Some(format!("azimuth {azimuth_degrees:.0}° elevation {elevation_degrees:.0}°"));
        }
        let mm = match &self.applied.sheet {
            None if self.applied.curved.is_some() => return None,
            Some(sheet) => sheet.plane.distance_along(sheet.plane.normal()),
            None => self.image.plane?.distance_along(self.set.axis?.normal),
        };
        Some(format!("position {mm:.1} mm"))
    }

    fn window(&self, viewport: &Viewport) -> Option<String> {
        if let Some(RenderingLook::Light(transfer)) = self.rendering().map(|rendering| &rendering.look) {
            let (low, high) = (transfer.low, transfer.high);
            let words = format!("colours {low:.0} to {high:.0} {}", self.image.unit());
            return Some(words.trim_end().to_owned());
        }
        let key = self.applied.key(self.image);
        let frame = self.library.frame(&key).and_then(FrameState::ready);
        let (voi, name) = self.applied.voi(&viewport.look.voi, self.image, frame)?;
        let is_own_unit = self.applied.modality(self.image) == self.image.modality_lut();
        let unit = if is_own_unit { self.image.unit() } else { "" };
        Some(join_words(&[&window_words(voi.window), unit, &name.to_lowercase()]))
    }

    /// Whether another viewport on screen goes along with this one, or this one with another.
    pub(super) fn is_linked(&self) -> bool {
        if self.session.goes_along((self.screen, self.viewport)) {
            return true;
        }
        if !self.session.links.any() {
            return false;
        }
        self.alignments_on_screen().count() > 1
    }

    /// How what is shown lies among the points of all that is on screen, as far as that is known.
    pub(super) fn alignments_on_screen(&self) -> impl Iterator<Item = Alignment> {
        let sources = self.session.screens.iter().flat_map(Screen::visible);
        let sources = sources.filter_map(|(_, viewport)| viewport.source.as_ref());
        let sets = sources.filter_map(move |source| self.library.find(&source.display_set));
        sets.filter_map(move |(.., set)| self.library.alignment(set, self.set, &[]).ok())
    }

    /// `cine 24 fps`: what is shown, and before that is known, what is asked for.
    fn cine_words(&self, cine: &Cine) -> String {
        let a_second = cine.rate.map_or_else(|| own_rate(self.set) * cine.speed, |rate| rate.shown);
        let a_second = if a_second < 10.0 { short(a_second) } else { format!("{a_second:.0}") };
        let mut words = vec![format!("cine {a_second} fps")];
        if (cine.speed - 1.0).abs() > f64::EPSILON {
            words.push(format!("×{}", cine.speed));
        }
        if cine.is_reversed {
            words.push("backwards".to_owned());
        }
        if !states_timing(self.set) {
            words.push("(rate not stated)".to_owned());
        }
        words.join(" ")
    }

    /// Which way the patient lies as the image is turned on the screen.
    fn letters(&self, viewport: &Viewport) -> Letters {
        let ([row_right, row_down], [column_right, column_down]) = self.turn(viewport).axes();
        if let Some(curved) = &self.applied.curved {
            return curved_labels::letters(curved, [row_right, column_right], [row_down, column_down]);
        }
        let Some(plane) = self.applied.plane(self.image) else {
            return self
                .stated_letters([row_right, column_right], [row_down, column_down])
                .unwrap_or_default();
        };
        let right = plane.row_direction * row_right + plane.column_direction * column_right;
        let down = plane.row_direction * row_down + plane.column_direction * column_down;
        Letters {
            left: orientation_letters(right * -1.0),
            right: orientation_letters(right),
            top: orientation_letters(down * -1.0),
            bottom: orientation_letters(down),
        }
    }

    /// The same of an image without a place, such as a radiograph, by what it states: how far rows and columns lead to the
    /// right, and down. PS3.3 C.7.6.1.1.1.
    fn stated_letters(&self, right: [f64; 2], down: [f64; 2]) -> Option<Letters> {
        let [row, column] = self.image.instance.image.patient_orientation.as_ref()?;
        let (back, up) = (opposite_letters(row)?, opposite_letters(column)?);
        // A turned picture has one of the two on each axis, one way or the other.
        let toward = |[along_row, along_column]: [f64; 2]| {
            let letters = match (along_row > 0.5, along_row < -0.5, along_column > 0.5) {
                (true, ..) => row,
                (_, true, _) => &back,
                (.., true) => column,
                _ => &up,
            };
            letters.clone()
        };
        let away = |axis: [f64; 2]| toward(axis.map(|part| -part));
        Some(Letters { left: away(right), right: toward(right), top: away(down), bottom: toward(down) })
    }

    /// Why colours may look different on another monitor; `None` where both profiles are applied. Rule G-34.
    fn why_uncalibrated(&self, pass: &SlicePass) -> Option<String> {
        let (source, of) = (pass.colors, if pass.palette.is_some() { "palette" } else { "image" });
        let monitor = self.session.monitor_profile(self.screen);
        let is_made = source == monitor || self.library.color_transform(source, monitor).is_some();
        let what = match (source, monitor) {
            _ if !is_made => format!("The profiles of {of} and monitor are not applied now"),
            (ProfileId::SRGB, ProfileId::SRGB) => {
                format!("Neither {of} nor monitor has an ICC profile that can be applied")
            }
            (ProfileId::SRGB, _) => format!("The {of} has no ICC profile that can be applied"),
            (_, ProfileId::SRGB) => "The monitor has no ICC profile".to_owned(),
            _ => return None,
        };
        Some(format!("{what}: sRGB is assumed instead, and colours may look different elsewhere."))
    }

    fn badges(&self, viewport: &Viewport, picture: &Picture, overlay: &Overlay) -> Vec<Badge> {
        let mut badges = self.badges_of_picture(viewport, picture, overlay);
        if self.is_linked() {
            badges.push(badge(Tone::Quiet, "linked", LINKED_WHY));
        }
        if let Some(rate) = viewport.cine.rate.filter(|rate| rate.is_short()) {
            let text = format!("cine {:.0} of {:.0} fps", rate.shown, rate.due);
            badges.push(badge(Tone::Caution, &text, CINE_SHORT_WHY));
        }
        if self.of_volume.is_none() {
            badges.extend(key_labels::badges(self.session, self.library, viewport, self.image));
        }
        let completeness = self.set.completeness;
        if completeness.is_partial() {
            badges.push(badge(Tone::Caution, &completeness.to_string(), &completeness.meaning()));
        }
        // That is told of each image.
        let findings = self.set.findings.iter().filter(|finding| **finding != Finding::ForProcessing);
        badges.extend(findings.map(|finding| self.finding_badge(finding)));
        badges
    }

    fn finding_badge(&self, finding: &Finding) -> Badge {
        let tone = if finding.is_caution() { Tone::Caution } else { Tone::Quiet };
        badge(tone, &finding.to_string(), &finding.meaning(self.set))
    }

    /// The presentation state by its label and creator, which parts of it are off, and what of it is not done.
    fn state_badges(&self, viewport: &Viewport, left_out: usize) -> Vec<Badge> {
        let Some(state) = self.applied.state else { return Vec::new() };
        let parts = self.applied.parts;
        let is_blended = state.blending.is_some() && parts.gray;
        let off = [(parts.gray, "gray"), (parts.geometry, "geometry"), (parts.graphics, "graphics")];
        let off = off.into_iter().filter(|(is_on, _)| !is_on).map(|(_, name)| name.to_owned());
        let hidden = viewport.presented.hidden_layers.iter().filter(|_| parts.graphics);
        let is_unblended = is_blended && (self.layer.is_none() || is_fused_by_reader(viewport));
        let blending = is_unblended.then(|| "blending".to_owned());
        let off: Vec<String> =
            off.chain(blending).chain(hidden.map(|name| format!("layer {name}"))).collect();
        let name = PersonName::parse(state.creator.reveal()).lines().join(" ");
        let parts: Vec<&str> =
            [state.label.as_str(), &name].into_iter().filter(|part| !part.is_empty()).collect();
        let mut text = format!("PS {}", parts.join(" · "));
        if !off.is_empty() {
            text = format!("{text} without {}", off.join(" and "));
        }
        let now = self.session.screens.get(self.screen).map(Screen::passport);
        let passport = state.passport.as_ref().zip(now).map(|(saved, now)| saved.words(&now));
        let why = [Some(STATE_WHY.to_owned()), passport].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let mut badges = vec![badge(Tone::Quiet, text.trim_end(), &why)];
        let mut missing = self.applied.not_applied(self.image);
        if is_blended && !is_fused_by_reader(viewport) {
            missing.extend(self.blending_not_applied());
        }
        if left_out > 0 {
            missing.push(format!("{left_out} graphics, too many for one picture"));
        }
        if !missing.is_empty() {
            let why = format!("{PARTLY_WHY} Not applied: {}.", missing.join("; "));
            badges.push(badge(Tone::Caution, "PS partly applied", &why));
        }
        badges
    }

    /// What is subtracted; or that something is stated to be, and is not.
    fn mask_badge(&self, viewport: &Viewport) -> Option<Badge> {
        let Some(subtraction) = &self.applied.subtraction else {
            let is_meant = self.applied.has_mask(self.image) || viewport.presented.masked.own.is_some();
            return is_meant.then(|| badge(Tone::Quiet, "not subtracted", NOT_SUBTRACTED_WHY));
        };
        let FrameMask { mask, averaged, shift } = &subtraction.of;
        let side = |by: f64, [forth, back]: [&str; 2]| match by {
            by if by > 0.0 => format!(" {} px {forth}", short_mm(by)),
            by if by < 0.0 => format!(" {} px {back}", short_mm(-by)),
            _ => String::new(),
        };
        let moved = side(shift.right(), ["right", "left"]) + &side(shift.down(), ["down", "up"]);
        let frames: Vec<String> = mask.iter().map(|frame| (frame + 1).to_string()).collect();
        let frames = match frames.as_slice() {
            [frame] => format!("frame {frame}"),
            frames => format!("the mean of frames {}", frames.join(", ")),
        };
        let text =
            if moved.is_empty() { "subtracted".to_owned() } else { format!("subtracted, mask{moved}") };
        let mut why = format!("{SUBTRACTED_WHY} Subtracted: {frames}");
        if !moved.is_empty() {
            why = format!("{why}, moved{moved}");
        }
        if *averaged > 1 {
            why = format!("{why}, of the mean of {averaged} frames");
        }
        Some(badge(Tone::Caution, &text, &format!("{why}.")))
    }

    /// What the reader must know of how this image is drawn.
    fn badges_of_picture(&self, viewport: &Viewport, picture: &Picture, overlay: &Overlay) -> Vec<Badge> {
        let mut badges = Vec::new();
        if self.image.instance.is_for_processing {
            badges.push(self.finding_badge(&Finding::ForProcessing));
        }
        badges.extend(self.of_volume.into_iter().flat_map(|(view, volume)| self.volume_badges(view, volume)));
        match picture {
            Picture::Loading => badges.push(badge(Tone::Quiet, "loading", LOADING_WHY)),
            Picture::Slice(pass) if pass.sampling != Sampling::Nearest => {
                badges.push(badge(Tone::Quiet, "interpolated", INTERPOLATED_WHY));
            }
            _ => {}
        }
        if picture.may_be_coarse() {
            badges.push(badge(Tone::Caution, "moving", MOVING_WHY));
        }
        let is_gray = match picture {
            Picture::Slice(pass) => pass.gray().is_some(),
            Picture::Reformat(_) | Picture::Curved(_) => true,
            _ => false,
        };
        if self.is_dithered && is_gray {
            badges.push(badge(Tone::Quiet, "dithered", DITHERED_WHY));
        }
        let palette = match picture {
            Picture::Slice(pass) => pass.palette.as_ref(),
            Picture::Reformat(pass) => pass.palette.as_ref(),
            Picture::Curved(pass) => pass.palette.as_ref(),
            _ => None,
        };
        if let Some(palette) = palette {
            badges.push(badge(Tone::Caution, &format!("palette {}", palette.title()), PALETTE_WHY));
        }
        // A palette of the reader's tells of itself.
        let is_of_reader = palette.is_some() && viewport.look.palette.is_some();
        if let Picture::Slice(pass) = picture
            && !pass.is_gray()
            && !is_of_reader
            && let Some(why) = self.why_uncalibrated(pass)
        {
            badges.push(badge(Tone::Quiet, "colour uncalibrated", &why));
        }
        match viewport.look.filter {
            Filter::None => {}
            Filter::Smooth => badges.push(badge(Tone::Caution, "smoothed", SMOOTHED_WHY)),
            Filter::Sharpen => badges.push(badge(Tone::Caution, "sharpened", SHARPENED_WHY)),
        }
        badges.extend(self.fused_badges(viewport));
        badges.extend(self.registered_badge(overlay));
        badges.extend(self.state_badges(viewport, overlay.left_out));
        badges.extend(self.mask_badge(viewport));
        if viewport.look.hidden.shutter && self.applied.has_shutter(self.image) {
            badges.push(badge(Tone::Caution, "shutter off", SHUTTER_OFF_WHY));
        }
        if viewport.look.hidden.planes && self.applied.has_planes(self.image) {
            let names: Vec<String> = self.image.instance.overlay_names().collect();
            let why = if names.is_empty() {
                PLANES_OFF_WHY.to_owned()
            } else {
                format!("{PLANES_OFF_WHY} Not drawn: {}.", names.join(", "))
            };
            badges.push(badge(Tone::Caution, "overlay off", &why));
        }
        if viewport.look.shows_padding && self.image.attributes().gray.padding.is_some() {
            badges.push(badge(Tone::Caution, "padding shown", PADDING_WHY));
        }
        badges
    }
}

pub(super) fn badge(tone: Tone, text: &str, why: &str) -> Badge {
    Badge { tone, text: text.to_owned(), why: why.to_owned() }
}

fn zoom_words(picture: &Picture) -> Option<String> {
    let pixels = match picture {
        Picture::Slice(pass) => pass.image_from_view.x_axis().length(),
        Picture::Reformat(pass) => pass.mm_per_pixel() / pass.volume.finest_mm(),
        Picture::Rendering(pass) => pass.mm_per_pixel() / pass.volume.finest_mm(),
        Picture::Curved(pass) => pass.unrolled_from_view.x_axis().length() / pass.volume.finest_mm(),
        _ => return None,
    };
    Some(format!("zoom {:.0} %", 100.0 / pixels))
}

/// `turned 90°`, `flipped`; nothing for a picture as it was acquired.
fn turn_words(turn: Turn) -> Option<String> {
    let turned = format!("turned {}°", u32::from(turn.quarters()) * 90);
    match (turn.quarters(), turn.is_flipped()) {
        (0, false) => None,
        (0, true) => Some("flipped".to_owned()),
        (_, false) => Some(turned),
        (_, true) => Some(format!("{turned} and flipped")),
    }
}

/// `062Y` as `62 y`, `003M` as `3 m`; nothing for an age of nothing. PS3.5 6.2, AS.
fn age_words(age: &str) -> String {
    let digits = age.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = age.get(digits.len()..).unwrap_or_default().to_lowercase();
    match digits.parse::<u32>() {
        Ok(count) if count > 0 => format!("{count} {unit}"),
        _ => String::new(),
    }
}

/// Two digits behind the point at most: `1.25`, `5`.
pub fn short_mm(mm: f64) -> String {
    format!("{mm:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number without a useless `.0`.
fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// `W 400 L 40`: with as many decimals as give the width three digits.
pub fn window_words(window: Window) -> String {
    let decimals = (1..=6_u8).find(|decimals| window.width() * 10_f64.powi(i32::from(*decimals)) >= 100.0);
    let number = |value: f64| match decimals {
        Some(_) if value.fract() == 0.0 && value.abs() < 1.0e7 => format!("{value:.0}"),
        Some(decimals) if value.abs() < 1.0e7 => format!("{value:.0$}", usize::from(decimals)),
        _ => format!("{value:.2e}"),
    };
    format!("W {} L {}", number(window.width()), number(window.center()))
}

pub(super) fn join_words(words: &[&str]) -> String {
    let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_words_and_nonsense_stays_out() {
        let ages = ["062Y", "003M", "000Y", "", "Y"].map(age_words);
        assert_eq!(ages, ["62 y", "3 m", "", "", ""]);
    }

    #[test]
    fn windows_of_any_size_are_told_apart() {
        let of = |low, high| window_words(Window::spanning_exactly(low, high).expect("two values"));
        assert_eq!(of(-160.0, 240.0), "W 400 L 40");
        assert_eq!(of(0.797, 1.254), "W 0.457 L 1.026");
        assert_eq!(of(0.0, 350.5), "W 350.5 L 175.2");
        assert_eq!(of(0.0, 3.0e-9), "W 3.00e-9 L 1.50e-9");
        assert_eq!(of(-1.0e30, 1.0e30), "W 2.00e30 L 0");
    }
}
