//! `plan(session, library, screen) -> FramePlan`: pure. What is computed here is stored nowhere.

use crate::command::Interpolation;
use crate::dicom::{Frame, PersonName, Pixels};
use crate::geometry::{Image as ImageSpace, Map, Point, View as ViewSpace, orientation_letters};
use crate::grayscale::{GrayTransform, Window};
use crate::session::{
    Cine, DeviceRect, Look, Screen, Session, Source, View, Viewport, cells, own_rate, states_timing,
};
use crate::study::{DisplaySet, FrameState, Image, Library, Series, Study};
use crate::units::Phi;

use super::frame::{
    Badge, FramePlan, Labels, Letters, Picture, PixelTransform, Sampling, SlicePass, Tone, ViewportPlan,
};

const LOADING_WHY: &str = "The pixels of this image are being read.";
const INTERPOLATED_WHY: &str = "Image pixels are shown larger or smaller than they are, and what stands between them is \
                                computed. At 1:1 each screen pixel is one image pixel.";
const CINE_SHORT_WHY: &str = "The images are shown in time, but not all of them: some were not decoded or drawn when \
                              their time came, and were left out.";

/// What one window shows. A screen that is not there has no viewports.
pub fn plan(session: &Session, library: &Library, screen: usize) -> FramePlan {
    let Some(shown) = session.screens.get(screen) else {
        let surface = crate::session::Surface { width: 0, height: 0, scale: 1.0 };
        return FramePlan { surface, viewports: Vec::new() };
    };
    let focused = (session.focus.screen == screen).then_some(session.focus.viewport);
    FramePlan { surface: shown.surface, viewports: viewports(shown, library, focused) }
}

fn viewports(screen: &Screen, library: &Library, focused: Option<usize>) -> Vec<ViewportPlan> {
    let rects = cells(screen.grid, screen.surface.width, screen.surface.height);
    let visible = screen.visible().iter().zip(rects).enumerate();
    visible
        .map(|(index, (viewport, rect))| {
            let (picture, labels) = picture_of(viewport, rect, library);
            ViewportPlan { index, rect, is_focused: focused == Some(index), picture, labels }
        })
        .collect()
}

fn picture_of(viewport: &Viewport, rect: DeviceRect, library: &Library) -> (Picture, Labels) {
    let empty = (Picture::Empty, Labels::default());
    let Some(source) = &viewport.source else { return empty };
    let Some((study, series, set)) = library.find(&source.display_set) else { return empty };
    let Some(image) = set.images.get(source.index) else { return empty };
    let picture = match library.frame(&image.key()) {
        Some(FrameState::Failed(why)) => Picture::Failed(why.clone()),
        Some(FrameState::Ready(frame)) => {
            slice_pass(image, frame, &viewport.view, &viewport.look, (rect.width, rect.height))
                .map_or(Picture::Empty, Picture::Slice)
        }
        None => Picture::Loading,
    };
    let shown = Shown { library, study, series, set, image, source };
    let labels = shown.labels(viewport, &picture);
    (picture, labels)
}

/// The pass that draws an image into so many device pixels; `None` when there is no area or no window.
pub fn slice_pass(
    image: &Image,
    frame: &Frame,
    view: &View,
    look: &Look,
    view_size: (u32, u32),
) -> Option<SlicePass> {
    let header = &image.instance.image;
    let image_from_view = image_from_view(view, header, view_size)?;
    let transform = match &frame.pixels {
        Pixels::Color(_) => PixelTransform::Color { is_inverted: look.is_inverted },
        Pixels::Words { .. } | Pixels::Reals(_) => {
            let (window, _) = look.voi.resolve(image, Some(frame))?;
            let polarity = image.polarity();
            let polarity = if look.is_inverted { polarity.inverted() } else { polarity };
            PixelTransform::Gray(GrayTransform { rescale: image.rescale(), window, polarity })
        }
    };
    let step = (image_from_view.x_axis().xyz.x, image_from_view.y_axis().xyz.y);
    let sampling = match look.interpolation {
        // At one device pixel per image pixel nothing lies between pixels.
        _ if step == (1.0, 1.0) => Sampling::Nearest,
        Interpolation::Nearest => Sampling::Nearest,
        Interpolation::Linear => Sampling::Linear,
        Interpolation::Cubic => Sampling::Cubic,
    };
    Some(SlicePass {
        frame: image.key(),
        image_size: (header.columns, header.rows),
        view_size,
        image_from_view,
        sampling,
        transform,
    })
}

/// Where each device pixel looks in the image.
fn image_from_view(
    view: &View,
    header: &crate::dicom::ImageAttributes,
    (width, height): (u32, u32),
) -> Option<Map<ImageSpace, ViewSpace>> {
    let (width, height) = (f64::from(width), f64::from(height));
    let (across, down) = view.zoom.scale(header, width, height)?;
    let (step_x, step_y) = (1.0 / across, 1.0 / down);
    let offset = view.center_offset.xyz;
    let mut x = f64::from(header.columns) / 2.0 + offset.x - width / 2.0 * step_x;
    let mut y = f64::from(header.rows) / 2.0 + offset.y - height / 2.0 * step_y;
    if (step_x, step_y) == (1.0, 1.0) {
        // Pixel centres fall on pixel centres: the picture stands up to half a pixel beside the middle instead of blurred.
        (x, y) = (x.round(), y.round());
    }
    Some(Map::scale_then_move(step_x, step_y, Point::flat(x, y)))
}

/// What a viewport shows, with its surroundings.
struct Shown<'a> {
    library: &'a Library,
    study: &'a Study,
    series: &'a Series,
    set: &'a DisplaySet,
    image: &'a Image,
    source: &'a Source,
}

impl Shown<'_> {
    fn labels(&self, viewport: &Viewport, picture: &Picture) -> Labels {
        Labels {
            identity: self.identity(),
            study: self.study_line(),
            is_prior: self.is_prior(),
            series: self.series_lines(),
            number: Some((self.source.index + 1, self.set.images.len())),
            state: self.state_lines(viewport, picture),
            letters: self.letters(),
            badges: self.badges(viewport, picture),
        }
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

    fn study_line(&self) -> String {
        let study = &self.study.attributes;
        // Many descriptions begin with the modality.
        let modality = self.series.attributes.modality.as_str();
        let says_modality = study.description.split_whitespace().any(|word| word == modality);
        let modality = if says_modality { "" } else { modality };
        join_words(&[modality, &study.description, &date_words(&study.date)])
    }

    fn is_prior(&self) -> bool {
        self.library.studies().iter().any(|other| self.study.is_prior_of(other))
    }

    fn series_lines(&self) -> Vec<String> {
        let attributes = &self.series.attributes;
        let number = attributes.number.map_or_else(String::new, |number| format!("series {number}"));
        let thickness = self
            .image
            .attributes()
            .thickness_mm
            .map_or_else(String::new, |mm| format!("{} mm", short_mm(mm)));
        let acquisition = [number, thickness].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        [attributes.description.clone(), self.set.label.clone(), acquisition.join(" · ")]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect()
    }

    fn state_lines(&self, viewport: &Viewport, picture: &Picture) -> Vec<String> {
        let mut lines = Vec::new();
        if let (Some(plane), Some(axis)) = (&self.image.plane, &self.set.axis) {
            let along = plane.distance_along(axis.normal);
            lines.push(format!("position {along:.1} mm"));
        }
        let mut state = Vec::new();
        let frame = self.library.frame(&self.image.key()).and_then(FrameState::ready);
        if let Some((window, name)) = viewport.look.voi.resolve(self.image, frame) {
            let unit = self.image.unit();
            state.push(join_words(&[&window_words(window), unit, &name.to_lowercase()]));
        }
        if viewport.look.is_inverted {
            state.push("inverted".to_owned());
        }
        if let Picture::Slice(pass) = picture {
            let percent = 100.0 / pass.image_from_view.x_axis().xyz.x;
            state.push(format!("zoom {percent:.0} %"));
        }
        if viewport.cine.is_playing {
            state.push(self.cine_words(&viewport.cine));
        }
        lines.push(state.join(" · "));
        lines
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

    fn letters(&self) -> Letters {
        let Some(plane) = &self.image.plane else { return Letters::default() };
        let of = |direction| orientation_letters(direction);
        Letters {
            left: of(plane.row_direction * -1.0),
            right: of(plane.row_direction),
            top: of(plane.column_direction * -1.0),
            bottom: of(plane.column_direction),
        }
    }

    fn badges(&self, viewport: &Viewport, picture: &Picture) -> Vec<Badge> {
        let badge = |tone, text: &str, why: &str| Badge { tone, text: text.to_owned(), why: why.to_owned() };
        let mut badges = Vec::new();
        match picture {
            Picture::Loading => badges.push(badge(Tone::Quiet, "loading", LOADING_WHY)),
            Picture::Slice(SlicePass { sampling: Sampling::Linear | Sampling::Cubic, .. }) => {
                badges.push(badge(Tone::Quiet, "interpolated", INTERPOLATED_WHY));
            }
            _ => {}
        }
        if let Some(rate) = viewport.cine.rate.filter(|rate| rate.is_short()) {
            let text = format!("cine {:.0} of {:.0} fps", rate.shown, rate.due);
            badges.push(badge(Tone::Caution, &text, CINE_SHORT_WHY));
        }
        let completeness = self.set.completeness;
        if completeness.is_partial() {
            badges.push(badge(Tone::Caution, &completeness.to_string(), &completeness.meaning()));
        }
        badges.extend(self.set.findings.iter().map(|finding| {
            let tone = if finding.is_caution() { Tone::Caution } else { Tone::Quiet };
            badge(tone, &finding.to_string(), &finding.meaning(self.set))
        }));
        badges
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

/// `20261120` as `2026-11-20`; anything else as it stands.
pub fn date_words(date: &str) -> String {
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    match (is_date, date.get(..4), date.get(4..6), date.get(6..)) {
        (true, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
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
fn window_words(window: Window) -> String {
    let decimals = (1..=6_u8).find(|decimals| window.width() * 10_f64.powi(i32::from(*decimals)) >= 100.0);
    let number = |value: f64| match decimals {
        Some(_) if value.fract() == 0.0 && value.abs() < 1.0e7 => format!("{value:.0}"),
        Some(decimals) if value.abs() < 1.0e7 => format!("{value:.0$}", usize::from(decimals)),
        _ => format!("{value:.2e}"),
    };
    format!("W {} L {}", number(window.width()), number(window.center()))
}

fn join_words(words: &[&str]) -> String {
    let words: Vec<&str> = words.iter().copied().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_dates_are_words_and_nonsense_stays_out() {
        let ages = ["062Y", "003M", "000Y", "", "Y"].map(age_words);
        assert_eq!(ages, ["62 y", "3 m", "", "", ""]);
        let dates = ["20261120", "2026", ""].map(date_words);
        assert_eq!(dates, ["2026-11-20", "2026", ""]);
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
