//! `plan(session, library, screen) -> FramePlan`: pure. What is computed here is stored nowhere.

use crate::command::Interpolation;
use crate::geometry::{Image as ImageSpace, Map, Point, View as ViewSpace, orientation_letters};
use crate::grayscale::GrayTransform;
use crate::session::{DeviceRect, Look, Screen, Session, Source, View, Viewport, cells};
use crate::study::{DisplaySet, FrameState, Image, Library, Series, Study};
use crate::units::Phi;

use super::frame::{Badge, FramePlan, Labels, Letters, Picture, Sampling, SlicePass, Tone, ViewportPlan};

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
    let pass = slice_pass(image, &viewport.view, &viewport.look, (rect.width, rect.height));
    let picture = match (library.frame(&image.key()), pass) {
        (Some(FrameState::Failed(why)), _) => Picture::Failed(why.clone()),
        (Some(FrameState::Ready(_)), Some(pass)) => Picture::Slice(pass),
        (Some(FrameState::Ready(_)), None) => Picture::Empty,
        (None, _) => Picture::Loading,
    };
    let shown = Shown { library, study, series, set, image, source };
    let labels = shown.labels(viewport, &picture);
    (picture, labels)
}

/// The pass that draws an image into so many device pixels; `None` when there is no area or no window.
pub fn slice_pass(image: &Image, view: &View, look: &Look, view_size: (u32, u32)) -> Option<SlicePass> {
    let header = &image.instance.image;
    let image_from_view = image_from_view(view, header, view_size)?;
    let (window, _) = look.voi.resolve(image)?;
    let image_polarity = image.polarity();
    let polarity = if look.is_inverted { image_polarity.inverted() } else { image_polarity };
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
        gray: GrayTransform { rescale: image.rescale(), window, polarity, range: image.stored_range() },
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
            badges: self.badges(picture),
        }
    }

    fn identity(&self) -> Vec<Phi<String>> {
        // Of the image itself: a study may hold a stranger's.
        let patient = &self.image.instance.patient;
        let name = patient.name.reveal().trim();
        let name = if name.is_empty() { "no name" } else { name };
        let age = age_words(&patient.age);
        let parts = [patient.id.reveal().as_str(), &patient.sex, &age];
        let rest: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        [name.to_owned(), rest.join(" · ")]
            .into_iter()
            .filter(|line| !line.is_empty())
            .map(Phi::new)
            .collect()
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
        let thickness =
            self.image.instance.image.thickness_mm.map_or_else(String::new, |mm| format!("{mm:.1} mm"));
        let acquisition = [number, thickness].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        [attributes.description.clone(), acquisition.join(" · ")]
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
        if let Some((window, name)) = viewport.look.voi.resolve(self.image) {
            let unit = self.image.unit();
            state.push(join_words(&[
                &format!("W {} L {}", short(window.width()), short(window.center())),
                unit,
                &name.to_lowercase(),
            ]));
        }
        if viewport.look.is_inverted {
            state.push("inverted".to_owned());
        }
        if let Picture::Slice(pass) = picture {
            let percent = 100.0 / pass.image_from_view.x_axis().xyz.x;
            state.push(format!("zoom {percent:.0} %"));
        }
        lines.push(state.join(" · "));
        lines
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

    fn badges(&self, picture: &Picture) -> Vec<Badge> {
        let badge = |tone, text: &str| Badge { tone, text: text.to_owned() };
        let mut badges = Vec::new();
        match picture {
            Picture::Loading => badges.push(badge(Tone::Quiet, "loading")),
            Picture::Slice(SlicePass { sampling: Sampling::Linear | Sampling::Cubic, .. }) => {
                badges.push(badge(Tone::Quiet, "interpolated"));
            }
            _ => {}
        }
        badges.extend(self.set.findings.iter().map(|finding| {
            let tone = if finding.is_caution() { Tone::Caution } else { Tone::Quiet };
            Badge { tone, text: finding.to_string() }
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
fn date_words(date: &str) -> String {
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    match (is_date, date.get(..4), date.get(4..6), date.get(6..)) {
        (true, Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
    }
}

/// A number without a useless `.0`.
fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
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
}
