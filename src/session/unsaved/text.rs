//! Unsaved work as text, and back: TOML, every number to the last bit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{UnsavedLook, UnsavedWork};
use crate::annotation::{Basis, Scale, Shape};
use crate::command::{Filter, Interpolation};
use crate::dicom::{FrameKey, InstanceUid, SeriesUid, StudyUid};
use crate::geometry::{Image, Point, Turn, Vector};
use crate::grayscale::{VoiFunction, Window};
use crate::presentation::KeyTitle;
use crate::session::apply::MARKS_MAX;
use crate::session::presented::{Presented, StateChoice, StateParts};
use crate::session::viewport::{Hidden, Look, View, VoiChoice, Zoom};
use crate::units::MmPerPixel;

/// The version of the form that is written.
const VERSION: u32 = 1;

/// No position of a mark or view is so far from the image, in pixels.
const POSITION_MAX: f64 = 1e6;

/// Why a text is no draft of unsaved work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Not TOML, or not of this form. The parser's words would quote the text.
    #[error("it is not as Hotlight wrote it")]
    Form,
    /// Of a later version of the program.
    #[error("a later version of Hotlight wrote it")]
    Version,
    /// It was put in the place of another.
    #[error("it is of another study")]
    Study,
    /// A value that no reader could have made.
    #[error("its {0} cannot be")]
    Value(&'static str),
}

/// The series, the object, and the frame in it, from 0.
type ImageName = (String, String, u32);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    study: String,
    /// Whether `key_image` lists all of the reader's key images.
    has_key_images: bool,
    #[serde(default)]
    mark: Vec<MarkLine>,
    #[serde(default)]
    scale: Vec<ScaleLine>,
    #[serde(default)]
    key_image: Vec<KeyImageLine>,
    #[serde(default)]
    view: Vec<ViewLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkLine {
    image: ImageName,
    kind: String,
    points: Vec<[f64; 2]>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleLine {
    image: ImageName,
    row_mm: f64,
    column_mm: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyImageLine {
    image: ImageName,
    code: String,
    meaning: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewLine {
    image: ImageName,
    zoom: ZoomLine,
    center_offset: [f64; 2],
    /// Quarter turns clockwise, then whether it is mirrored.
    turn: (u8, bool),
    voi: VoiLine,
    is_inverted: bool,
    palette: Option<String>,
    interpolation: String,
    filter: String,
    shows_padding: bool,
    /// Overlay planes, shutter.
    hides: [bool; 2],
    state: StateLine,
    /// Gray, geometry, graphics.
    parts: [bool; 3],
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum ZoomLine {
    Fit,
    DevicePixels(f64),
    Stored,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum VoiLine {
    Own(usize),
    Preset { name: String, window: WindowLine },
    Hand(WindowLine),
    HandOverTable { place: usize, window: WindowLine },
}

/// Center, width and function.
type WindowLine = (f64, f64, String);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum StateLine {
    Newest,
    One(String),
    AsAcquired,
}

impl UnsavedWork {
    /// The text of a draft of a study; `None` where a number cannot be written.
    pub fn to_text(&self, study: &StudyUid) -> Option<String> {
        let marks = self.marks.iter().flat_map(|(key, shapes)| {
            shapes.iter().map(|shape| MarkLine {
                image: name_of(key),
                kind: shape.name().to_owned(),
                points: points_of(shape),
            })
        });
        let scale = |(key, scale): (&FrameKey, &Scale)| {
            let mm = scale.mm_per_pixel?;
            Some(ScaleLine { image: name_of(key), row_mm: mm.row, column_mm: mm.column })
        };
        let key_image = |(key, title): (&FrameKey, &KeyTitle)| KeyImageLine {
            image: name_of(key),
            code: title.code.clone(),
            meaning: title.meaning.clone(),
        };
        let file = File {
            version: VERSION,
            study: study.as_str().to_owned(),
            has_key_images: self.key_images.is_some(),
            mark: marks.collect(),
            scale: self.scales.iter().filter_map(scale).collect(),
            key_image: self.key_images.iter().flatten().map(key_image).collect(),
            view: self.looks.iter().map(ViewLine::of).collect(),
        };
        toml::to_string(&file).ok()
    }

    /// From the text of a draft of a study.
    pub fn from_text(text: &str, study: &StudyUid) -> Result<Self, DraftError> {
        let version = toml::from_str::<toml::Table>(text).map_err(|_quoting| DraftError::Form)?;
        if version.get("version").and_then(toml::Value::as_integer) > Some(i64::from(VERSION)) {
            return Err(DraftError::Version);
        }
        let file: File = toml::from_str(text).map_err(|_quoting| DraftError::Form)?;
        if file.study != study.as_str() {
            return Err(DraftError::Study);
        }
        let key = |image| key_of(study, image);
        let mut marks: BTreeMap<FrameKey, Vec<Shape>> = BTreeMap::new();
        for MarkLine { image, kind, points } in file.mark {
            let of_image = marks.entry(key(image)).or_default();
            if of_image.len() == MARKS_MAX {
                return Err(DraftError::Value("number of marks"));
            }
            of_image.push(shape_of(&kind, &points)?);
        }
        let mut scales = BTreeMap::new();
        for ScaleLine { image, row_mm, column_mm } in file.scale {
            scales.insert(key(image), scale_of(row_mm, column_mm)?);
        }
        let title =
            |line: KeyImageLine| (key(line.image), KeyTitle { code: line.code, meaning: line.meaning });
        let key_images = file.key_image.into_iter().map(title).collect();
        let looks = file.view.into_iter().map(|line| line.look(study)).collect::<Result<_, _>>()?;
        Ok(Self { marks, scales, key_images: file.has_key_images.then_some(key_images), looks })
    }
}

fn name_of(key: &FrameKey) -> ImageName {
    (key.series.as_str().to_owned(), key.instance.as_str().to_owned(), key.frame)
}

fn key_of(study: &StudyUid, (series, instance, frame): ImageName) -> FrameKey {
    let (series, instance) = (SeriesUid::new(&series), InstanceUid::new(&instance));
    FrameKey { study: study.clone(), series, instance, frame, subtraction: None }
}

/// The points that make the shape.
fn points_of(shape: &Shape) -> Vec<[f64; 2]> {
    let made_of = match shape {
        Shape::Probe(_) => 1,
        Shape::Angle(_) => 3,
        Shape::Length(_) | Shape::Ellipse(_) | Shape::Rectangle(_) => 2,
    };
    shape.handles().iter().take(made_of).map(|point| [point.xyz.x, point.xyz.y]).collect()
}

fn shape_of(kind: &str, points: &[[f64; 2]]) -> Result<Shape, DraftError> {
    let point = |at: [f64; 2]| -> Point<Image> { Point::flat(at[0], at[1]) };
    if points.as_flattened().iter().any(|position| !is_near(*position)) {
        return Err(DraftError::Value("position of a mark"));
    }
    match (kind, points) {
        ("length", &[a, b]) => Ok(Shape::Length([a, b].map(point))),
        ("angle", &[a, b, c]) => Ok(Shape::Angle([a, b, c].map(point))),
        ("ellipse", &[a, b]) => Ok(Shape::Ellipse([a, b].map(point))),
        ("rectangle", &[a, b]) => Ok(Shape::Rectangle([a, b].map(point))),
        ("probe", &[at]) => Ok(Shape::Probe(point(at))),
        _ => Err(DraftError::Value("kind of a mark")),
    }
}

fn is_near(position: f64) -> bool {
    position.abs() <= POSITION_MAX
}

fn scale_of(row: f64, column: f64) -> Result<Scale, DraftError> {
    let is_length = |mm: f64| mm.is_finite() && mm > 0.0;
    if !is_length(row) || !is_length(column) {
        return Err(DraftError::Value("calibration"));
    }
    let mm_per_pixel = Some(MmPerPixel { row, column });
    Ok(Scale { mm_per_pixel, basis: Basis::Reader, aspect: row / column })
}

fn line_of(window: &Window) -> WindowLine {
    (window.center(), window.width(), window.function().name().to_owned())
}

fn window_of((center, width, function): &WindowLine) -> Result<Window, DraftError> {
    let function: Result<VoiFunction, _> = function.parse();
    let window = function.and_then(|function| Window::with_function(*center, *width, function));
    window.map_err(|_quoting| DraftError::Value("window"))
}

impl ViewLine {
    fn of(of: &UnsavedLook) -> Self {
        let UnsavedLook { image, view, look, palette, presented } = of;
        Self {
            image: name_of(image),
            zoom: match view.zoom {
                Zoom::Fit => ZoomLine::Fit,
                Zoom::DevicePixels(scale) => ZoomLine::DevicePixels(scale),
                Zoom::Stored => ZoomLine::Stored,
            },
            center_offset: [view.center_offset.xyz.x, view.center_offset.xyz.y],
            turn: (view.turn.quarters(), view.turn.is_flipped()),
            voi: match &look.voi {
                VoiChoice::Own(place) => VoiLine::Own(*place),
                VoiChoice::Preset { name, window } => {
                    VoiLine::Preset { name: name.clone(), window: line_of(window) }
                }
                VoiChoice::Hand(window) => VoiLine::Hand(line_of(window)),
                VoiChoice::HandOverTable { place, window } => {
                    VoiLine::HandOverTable { place: *place, window: line_of(window) }
                }
            },
            is_inverted: look.is_inverted,
            palette: palette.clone(),
            interpolation: look.interpolation.name().to_owned(),
            filter: look.filter.name().to_owned(),
            shows_padding: look.shows_padding,
            hides: [look.hidden.planes, look.hidden.shutter],
            state: match &presented.choice {
                StateChoice::Newest => StateLine::Newest,
                StateChoice::One(uid) => StateLine::One(uid.as_str().to_owned()),
                StateChoice::AsAcquired => StateLine::AsAcquired,
            },
            parts: [presented.parts.gray, presented.parts.geometry, presented.parts.graphics],
        }
    }

    fn look(self, study: &StudyUid) -> Result<UnsavedLook, DraftError> {
        let zoom = match self.zoom {
            ZoomLine::Fit => Zoom::Fit,
            ZoomLine::DevicePixels(scale) if scale.is_finite() && scale > 0.0 => Zoom::DevicePixels(scale),
            ZoomLine::DevicePixels(_) => return Err(DraftError::Value("zoom")),
            ZoomLine::Stored => Zoom::Stored,
        };
        let [right, down] = self.center_offset;
        if !is_near(right) || !is_near(down) {
            return Err(DraftError::Value("view"));
        }
        let turn = Turn::new(self.turn.0, self.turn.1);
        let ([planes, shutter], [gray, geometry, graphics]) = (self.hides, self.parts);
        let voi = match &self.voi {
            VoiLine::Own(place) => VoiChoice::Own(*place),
            VoiLine::Preset { name, window } => {
                VoiChoice::Preset { name: name.clone(), window: window_of(window)? }
            }
            VoiLine::Hand(window) => VoiChoice::Hand(window_of(window)?),
            VoiLine::HandOverTable { place, window } => {
                VoiChoice::HandOverTable { place: *place, window: window_of(window)? }
            }
        };
        let interpolation = Interpolation::named(&self.interpolation);
        let filter = Filter::ALL.into_iter().find(|filter| filter.name() == self.filter);
        Ok(UnsavedLook {
            image: key_of(study, self.image),
            view: View { zoom, center_offset: Vector::flat(right, down), turn },
            look: Look {
                voi,
                is_inverted: self.is_inverted,
                palette: None,
                interpolation: interpolation.ok_or(DraftError::Value("interpolation"))?,
                filter: filter.ok_or(DraftError::Value("filter"))?,
                shows_padding: self.shows_padding,
                hidden: Hidden { planes, shutter },
            },
            palette: self.palette,
            presented: Presented {
                choice: match self.state {
                    StateLine::Newest => StateChoice::Newest,
                    StateLine::One(uid) => StateChoice::One(InstanceUid::new(&uid)),
                    StateLine::AsAcquired => StateChoice::AsAcquired,
                },
                parts: StateParts { gray, geometry, graphics },
                // A mask moved by hand and layers switched off are not part of a draft.
                ..Presented::default()
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;

    fn study() -> StudyUid {
        StudyUid::new("2.25.1")
    }

    fn any_key() -> impl Strategy<Value = FrameKey> {
        (1..5_u32, 1..9_u32, 0..4_u32).prop_map(|(series, instance, frame)| {
            key_of(&study(), (format!("2.25.2{series}"), format!("2.25.3{instance}"), frame))
        })
    }

    /// Positions with all their bits.
    fn any_point() -> impl Strategy<Value = Point<Image>> {
        (-POSITION_MAX..POSITION_MAX, prop_oneof![-1e-9..1e-9, 0.0..4096.0, Just(-0.0)])
            .prop_map(|(x, y)| Point::flat(x, y))
    }

    fn any_shape() -> impl Strategy<Value = Shape> {
        (0..5, [any_point(), any_point(), any_point()]).prop_map(|(kind, [a, b, c])| match kind {
            0 => Shape::Length([a, b]),
            1 => Shape::Angle([a, b, c]),
            2 => Shape::Ellipse([a, b]),
            3 => Shape::Rectangle([a, b]),
            _ => Shape::Probe(a),
        })
    }

    fn any_window() -> impl Strategy<Value = Window> {
        (-1e5..1e5, 1.0..1e5, 0..3).prop_map(|(center, width, function)| {
            let functions = [VoiFunction::Linear, VoiFunction::LinearExact, VoiFunction::Sigmoid];
            Window::with_function(center, width, functions[usize::try_from(function).expect("small")])
                .expect("a window")
        })
    }

    fn any_voi() -> impl Strategy<Value = VoiChoice> {
        (0..4, 0..9_usize, any_window(), "[a-z \"\\\\=\n]{0,9}").prop_map(|(kind, place, window, name)| {
            match kind {
                0 => VoiChoice::Own(place),
                1 => VoiChoice::Preset { name, window },
                2 => VoiChoice::Hand(window),
                _ => VoiChoice::HandOverTable { place, window },
            }
        })
    }

    fn any_look() -> impl Strategy<Value = UnsavedLook> {
        let choice = prop_oneof![
            Just(StateChoice::Newest),
            Just(StateChoice::AsAcquired),
            Just(StateChoice::One(InstanceUid::new("2.25.77"))),
        ];
        let zoom =
            prop_oneof![Just(Zoom::Fit), Just(Zoom::Stored), (1e-3..1e3).prop_map(Zoom::DevicePixels),];
        let palette = proptest::option::of("[a-z-]{1,9}");
        let flags = any::<[bool; 8]>();
        (any_key(), any_voi(), zoom, any_point(), choice, palette, 0..8_u8, flags).prop_map(
            |(image, voi, zoom, at, choice, palette, number, flags)| {
                let [is_inverted, shows_padding, planes, shutter, gray, geometry, graphics, is_flipped] =
                    flags;
                let turn = Turn::new(number, is_flipped);
                UnsavedLook {
                    image,
                    view: View { zoom, center_offset: Vector::flat(at.xyz.x, at.xyz.y), turn },
                    look: Look {
                        voi,
                        is_inverted,
                        palette: None,
                        interpolation: Interpolation::ALL[usize::from(number % 3)],
                        filter: Filter::ALL[usize::from(number % 2)],
                        shows_padding,
                        hidden: Hidden { planes, shutter },
                    },
                    palette,
                    presented: Presented {
                        choice,
                        parts: StateParts { gray, geometry, graphics },
                        ..Presented::default()
                    },
                }
            },
        )
    }

    fn any_work() -> impl Strategy<Value = UnsavedWork> {
        let title = (1..13_usize).prop_map(|number| KeyTitle::offered(number).expect("a title"));
        let scale = (1e-3..1e3, 1e-3..1e3).prop_map(|(row, column)| scale_of(row, column).expect("a scale"));
        (
            btree_map(any_key(), vec(any_shape(), 1..6), 0..6),
            btree_map(any_key(), scale, 0..4),
            proptest::option::of(btree_map(any_key(), title, 0..4)),
            vec(any_look(), 0..4),
        )
            .prop_map(|(marks, scales, key_images, looks)| UnsavedWork {
                marks,
                scales,
                key_images,
                looks,
            })
    }

    proptest! {
        #[test]
        fn a_draft_gives_back_what_was_made(work in any_work()) {
            let text = work.to_text(&study()).expect("a text");
            prop_assert_eq!(UnsavedWork::from_text(&text, &study()), Ok(work), "{}", text);
        }

        /// Whatever becomes of a draft, it is read or refused.
        #[test]
        fn a_damaged_draft_is_refused_or_read(work in any_work(), at in any::<prop::sample::Index>(), byte in 32..127_u8) {
            let mut bytes = work.to_text(&study()).expect("a text").into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Ok(read) = UnsavedWork::from_text(&String::from_utf8_lossy(&bytes), &study()) {
                prop_assert!(read.marks.len() <= work.marks.len() + 1);
            }
        }
    }

    #[test]
    fn what_no_reader_could_have_made_is_refused_with_its_reason() {
        let head = "version = 1\nstudy = \"2.25.1\"\nhas_key_images = false\n";
        let mark = |kind: &str, points: &str| {
            format!(
                "{head}[[mark]]\nimage = [\"2.25.2\", \"2.25.3\", 0]\nkind = \"{kind}\"\npoints = {points}\n"
            )
        };
        for (text, why) in [
            (String::new(), "it is not as Hotlight wrote it"),
            ("\u{0}".to_owned(), "it is not as Hotlight wrote it"),
            ("version = 2\nsomething = 1".to_owned(), "a later version of Hotlight wrote it"),
            (head.replace("25.1", "25.9"), "it is of another study"),
            (mark("length", "[[1.0, 2.0]]"), "its kind of a mark cannot be"),
            (mark("circle", "[[1.0, 2.0], [1.0, 2.0]]"), "its kind of a mark cannot be"),
            (mark("probe", "[[nan, 2.0]]"), "its position of a mark cannot be"),
            (mark("probe", "[[1.0, inf]]"), "its position of a mark cannot be"),
            (mark("probe", "[[1.0, 1e30]]"), "its position of a mark cannot be"),
        ] {
            let refused = UnsavedWork::from_text(&text, &study()).expect_err(&text);
            assert_eq!(refused.to_string(), why, "{text}");
        }
        let many = mark("probe", "[[1.0, 2.0]]").replace(head, "").repeat(MARKS_MAX + 1);
        let refused = UnsavedWork::from_text(&format!("{head}{many}"), &study());
        assert_eq!(refused, Err(DraftError::Value("number of marks")));
        assert_eq!(UnsavedWork::from_text(head, &study()), Ok(UnsavedWork::default()));
    }
}
