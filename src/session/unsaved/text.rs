//! Unsaved work as text, and back: TOML, every number to the last bit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::UnsavedWork;
use super::path::PathLine;
use super::view_line::ViewLine;
use crate::annotation::{Basis, Scale, Shape};
use crate::dicom::{FrameKey, InstanceUid, SeriesUid, StudyUid};
use crate::geometry::{Image, Patient, Point, Section, Vector};
use crate::presentation::KeyTitle;
use crate::session::apply::MARKS_MAX;
use crate::session::reformat::Reformat;
use crate::units::MmPerPixel;
use crate::volume::Projection;

/// The version of the form that is written.
const VERSION: u32 = 3;

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
pub(super) type ImageName = (String, String, u32);

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
    section_mark: Vec<SectionMarkLine>,
    #[serde(default)]
    scale: Vec<ScaleLine>,
    #[serde(default)]
    key_image: Vec<KeyImageLine>,
    #[serde(default)]
    view: Vec<ViewLine>,
    #[serde(default)]
    path: Option<PathLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkLine {
    image: ImageName,
    kind: String,
    points: Vec<[f64; 2]>,
}

/// A mark on a section: its points are millimetres right and down of the centre.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionMarkLine {
    /// One of the volume's.
    image: ImageName,
    kind: String,
    points: Vec<[f64; 2]>,
    /// In the patient, mm.
    center: [f64; 3],
    right: [f64; 3],
    down: [f64; 3],
    slab_mm: f64,
    projection: String,
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
        let section_marks = self.section_marks.iter().flat_map(|(key, marks)| {
            marks.iter().map(|(shape, reformat)| SectionMarkLine::of(key, shape, reformat))
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
            section_mark: section_marks.collect(),
            scale: self.scales.iter().filter_map(scale).collect(),
            key_image: self.key_images.iter().flatten().map(key_image).collect(),
            view: self.looks.iter().map(ViewLine::of).collect(),
            path: self.path.as_ref().map(PathLine::of),
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
        let mut section_marks: BTreeMap<FrameKey, Vec<(Shape, Reformat)>> = BTreeMap::new();
        for line in file.section_mark {
            let mark = (shape_of(&line.kind, &line.points)?, line.section()?);
            let of_volume = section_marks.entry(key(line.image)).or_default();
            if of_volume.len() == MARKS_MAX {
                return Err(DraftError::Value("number of marks"));
            }
            of_volume.push(mark);
        }
        let mut scales = BTreeMap::new();
        for ScaleLine { image, row_mm, column_mm } in file.scale {
            scales.insert(key(image), scale_of(row_mm, column_mm)?);
        }
        let title =
            |line: KeyImageLine| (key(line.image), KeyTitle { code: line.code, meaning: line.meaning });
        let key_images = file.key_image.into_iter().map(title).collect();
        let looks = file.view.into_iter().map(|line| line.look(study)).collect::<Result<_, _>>()?;
        Ok(Self {
            marks,
            section_marks,
            scales,
            key_images: file.has_key_images.then_some(key_images),
            looks,
            path: file.path.map(|line| line.path(study)).transpose()?,
        })
    }
}

pub(super) fn name_of(key: &FrameKey) -> ImageName {
    (key.series.as_str().to_owned(), key.instance.as_str().to_owned(), key.frame)
}

pub(super) fn key_of(study: &StudyUid, (series, instance, frame): ImageName) -> FrameKey {
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

pub(super) fn is_near(position: f64) -> bool {
    position.abs() <= POSITION_MAX
}

/// A plane in the patient; `None` where it is none, or lies too far away.
pub(super) fn section_of(center: [f64; 3], right: [f64; 3], down: [f64; 3]) -> Option<Section> {
    let vector = |axis: [f64; 3]| Vector::<Patient>::from_xyz(axis.into());
    let section = Section::exactly(Point::from_xyz(center.into()), vector(right), vector(down));
    section.filter(|_| center.iter().all(|position| is_near(*position)))
}

fn scale_of(row: f64, column: f64) -> Result<Scale, DraftError> {
    let is_length = |mm: f64| mm.is_finite() && mm > 0.0;
    if !is_length(row) || !is_length(column) {
        return Err(DraftError::Value("calibration"));
    }
    let mm_per_pixel = Some(MmPerPixel { row, column });
    Ok(Scale { mm_per_pixel, basis: Basis::Reader, aspect: row / column })
}

impl SectionMarkLine {
    fn of(image: &FrameKey, shape: &Shape, reformat: &Reformat) -> Self {
        let section = &reformat.section;
        Self {
            image: name_of(image),
            kind: shape.name().to_owned(),
            points: points_of(shape),
            center: section.center().xyz.to_array(),
            right: section.right().xyz.to_array(),
            down: section.down().xyz.to_array(),
            slab_mm: reformat.slab_mm,
            projection: reformat.projection.name().to_owned(),
        }
    }

    /// The section that it was drawn on.
    fn section(&self) -> Result<Reformat, DraftError> {
        let section = section_of(self.center, self.right, self.down);
        let projection = Projection::ALL.into_iter().find(|of| of.name() == self.projection);
        Ok(Reformat {
            section: section.ok_or(DraftError::Value("section of a mark"))?,
            slab_mm: Some(self.slab_mm)
                .filter(|mm| (0.0..=Reformat::SLAB_MM_MAX).contains(mm))
                .ok_or(DraftError::Value("slab of a mark"))?,
            projection: projection.ok_or(DraftError::Value("projection of a mark"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::super::{UnsavedFused, UnsavedLook, UnsavedPath};
    use super::*;
    use crate::command::{Filter, Interpolation};
    use crate::geometry::Turn;
    use crate::grayscale::{VoiFunction, Window};
    use crate::session::presented::{Presented, StateChoice, StateParts};
    use crate::session::viewport::{Hidden, Justify, Look, View, VoiChoice, Zoom};
    use crate::units::Opacity;

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

    /// Sections with all their bits.
    fn any_section() -> impl Strategy<Value = Reformat> {
        let three = || prop::array::uniform3(-1.0..1.0);
        (three(), three(), three(), 0..3_usize, 0.0..Reformat::SLAB_MM_MAX).prop_filter_map(
            "directions that span no plane",
            |(center, [a, b, c], [d, e, f], projection, slab_mm)| {
                let center = Point::from_xyz(glam::DVec3::from(center) * 900.0);
                let section = Section::new(center, Vector::new(a, b, c), Vector::new(d, e, f))?;
                Some(Reformat { section, slab_mm, projection: Projection::ALL[projection] })
            },
        )
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
        let zoom = prop_oneof![
            Just(Zoom::Fit),
            Just(Zoom::Stored),
            (1e-3..1e3).prop_map(Zoom::DevicePixels),
            (1.0..1e4, 1.0..1e4).prop_map(|(columns, rows)| Zoom::FitTo { columns, rows }),
        ];
        let palette = proptest::option::of("[a-z-]{1,9}");
        let flags = any::<[bool; 8]>();
        let fused = (any_key(), any_voi(), 0.0..=1.0);
        (any_key(), any_voi(), zoom, any_point(), choice, palette, 0..8_u8, flags, fused).prop_map(
            |(image, voi, zoom, at, choice, palette, number, flags, (mut fused_image, fused_voi, share))| {
                if number == 7 {
                    fused_image.study = StudyUid::new("2.25.9");
                }
                let [is_inverted, shows_padding, planes, shutter, gray, geometry, graphics, is_flipped] =
                    flags;
                let turn = Turn::new(number, is_flipped);
                UnsavedLook {
                    image,
                    view: View {
                        zoom,
                        center_offset: Vector::flat(at.xyz.x, at.xyz.y),
                        turn,
                        justify: [Justify::Center, Justify::Left, Justify::Right][usize::from(number % 3)],
                    },
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
                    fused: (number > 2).then(|| UnsavedFused {
                        series: (number > 4).then(|| (fused_image, fused_voi, "hot-iron".to_owned())),
                        is_shown: graphics,
                        opacity: Opacity::new(share).expect("a share"),
                    }),
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
            btree_map(any_key(), vec((any_shape(), any_section()), 1..4), 0..4),
            btree_map(any_key(), scale, 0..4),
            proptest::option::of(btree_map(any_key(), title, 0..4)),
            vec(any_look(), 0..4),
            proptest::option::of(any_path()),
        )
            .prop_map(|(marks, section_marks, scales, key_images, looks, path)| UnsavedWork {
                marks,
                section_marks,
                scales,
                key_images,
                looks,
                path,
            })
    }

    fn any_path() -> impl Strategy<Value = UnsavedPath> {
        let points = vec(prop::array::uniform3(-900.0..900.0), 1..5);
        (any_key(), any_section(), points, 0.001..9.0).prop_map(|(image, on, points, step_mm)| UnsavedPath {
            image,
            plane: on.section,
            points: points.into_iter().map(|point| Point::from_xyz(point.into())).collect(),
            step_mm,
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
                prop_assert!(read.section_marks.len() <= work.section_marks.len() + 1);
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
        let on_section = |right: &str, slab: &str, projection: &str| {
            format!(
                "{head}[[section_mark]]\nimage = [\"2.25.2\", \"2.25.3\", 0]\nkind = \"probe\"\npoints = [[1.0, 2.0]]\n\
                 center = [0.0, 0.0, 5.0]\nright = {right}\ndown = [0.0, 1.0, 0.0]\nslab_mm = {slab}\n\
                 projection = \"{projection}\"\n"
            )
        };
        let good = on_section("[1.0, 0.0, 0.0]", "5.0", "mip");
        assert!(UnsavedWork::from_text(&good, &study()).is_ok_and(|work| work.section_marks.len() == 1));
        let path = |right: &str, points: &str, step: &str| {
            format!(
                "{head}[path]\nimage = [\"2.25.2\", \"2.25.3\", 0]\ncenter = [0.0, 0.0, 5.0]\nright = {right}\n\
                 down = [0.0, 1.0, 0.0]\npoints = {points}\nstep_mm = {step}\n"
            )
        };
        let (right, point) = ("[1.0, 0.0, 0.0]", "[[1.0, 2.0, 3.0]]");
        let read = UnsavedWork::from_text(&path(right, point, "0.7"), &study());
        assert!(read.is_ok_and(|work| work.path.is_some_and(|path| path.points.len() == 1)));
        for (text, why) in [
            (path("[0.9, 0.0, 0.0]", point, "0.7"), "its plane of a path cannot be"),
            (path(right, "[]", "0.7"), "its points of a path cannot be"),
            (
                path(right, &format!("[{}]", "[0.0, 0.0, 0.0],".repeat(257)), "0.7"),
                "its points of a path cannot be",
            ),
            (path(right, "[[1.0, nan, 0.0]]", "0.7"), "its points of a path cannot be"),
            (path(right, point, "0.0"), "its distance along a path cannot be"),
            (path(right, point, "nan"), "its distance along a path cannot be"),
            (on_section("[0.9, 0.0, 0.0]", "5.0", "mip"), "its section of a mark cannot be"),
            (on_section("[0.6, 0.8, 0.0]", "5.0", "mip"), "its section of a mark cannot be"),
            (good.replace("5.0]", "inf]"), "its section of a mark cannot be"),
            (on_section("[1.0, 0.0, 0.0]", "501.0", "mip"), "its slab of a mark cannot be"),
            (on_section("[1.0, 0.0, 0.0]", "nan", "mip"), "its slab of a mark cannot be"),
            (on_section("[1.0, 0.0, 0.0]", "5.0", "best"), "its projection of a mark cannot be"),
            (String::new(), "it is not as Hotlight wrote it"),
            ("\u{0}".to_owned(), "it is not as Hotlight wrote it"),
            ("version = 4\nsomething = 1".to_owned(), "a later version of Hotlight wrote it"),
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
