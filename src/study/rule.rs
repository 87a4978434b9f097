//! The rules by which a series is split, from `assets/series/splitting.toml`, and the attributes that they name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::geometry::plane_name;

use super::model::Image;

/// The rules in their order. A test proves that the file can be read.
pub(super) static RULES: LazyLock<Vec<SplitRule>> =
    LazyLock::new(|| parse(include_str!("../../assets/series/splitting.toml")).unwrap_or_default());

fn parse(text: &str) -> Result<Vec<SplitRule>, toml::de::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        rule: Vec<SplitRule>,
    }
    Ok(toml::from_str::<File>(text)?.rule)
}

/// A rule by which the images of a series are split into display sets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitRule {
    pub(super) by: By,
    pub(super) when: When,
    #[serde(default)]
    tolerance: f64,
    label: String,
    pub(super) finding: Option<SplitFinding>,
}

/// What the reader is told of a split.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitFinding {
    pub(super) name: String,
    pub(super) badge: String,
    #[serde(default)]
    pub(super) is_caution: bool,
}

/// When a rule is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum When {
    Always,
    PositionsRepeat,
    StackRepeats,
}

/// An attribute that tells images apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum By {
    Patient,
    Object,
    Placement,
    FrameOfReference,
    Orientation,
    Size,
    Spacing,
    PixelForm,
    ImageType,
    Stack,
    Segment,
    BValue,
    Gradient,
    EchoTime,
    EchoNumber,
    InversionTime,
    TemporalPosition,
    CardiacPhase,
    TriggerTime,
    Kvp,
    Kernel,
    AcquisitionNumber,
    AcquisitionTime,
    ContentTime,
}

/// What an image has for an attribute.
enum Value<'a> {
    Absent,
    Number(f64),
    Vector([f64; 6]),
    Text(Cow<'a, str>),
}

impl<'a> Value<'a> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of the acquisition are small")]
    fn integer(value: Option<i64>) -> Self {
        Self::number(value.map(|value| value as f64))
    }

    fn number(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Absent, Self::Number)
    }

    fn vector(values: impl IntoIterator<Item = f64>) -> Self {
        let mut vector = [0.0; 6];
        for (place, value) in vector.iter_mut().zip(values) {
            *place = value;
        }
        Self::Vector(vector)
    }

    fn text(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.into()))
    }
}

impl By {
    fn value(self, image: &Image) -> Value<'_> {
        let (instance, frame) = (&image.instance, image.attributes());
        let (header, pixels, acquisition) = (&instance.image, &instance.pixels, &frame.acquisition);
        match self {
            Self::Patient => {
                let patient = &instance.patient;
                Value::Text(format!("{}\\{}", patient.id.reveal(), patient.name.reveal()).into())
            }
            Self::Object => Value::text((header.frames > 1).then(|| instance.uid.as_str())),
            Self::Placement => Value::text(image.plane.map(|_| "placed")),
            Self::FrameOfReference => {
                Value::text(header.frame_of_reference.as_ref().map(crate::dicom::FrameOfReferenceUid::as_str))
            }
            Self::Orientation => image.plane.map_or(Value::Absent, |plane| {
                let (row, column) = (plane.row_direction.xyz, plane.column_direction.xyz);
                Value::vector(row.to_array().into_iter().chain(column.to_array()))
            }),
            Self::Size => Value::vector([header.rows.into(), header.columns.into()]),
            Self::Spacing => frame.spacing.map_or(Value::Absent, |mm| Value::vector([mm.row, mm.column])),
            Self::PixelForm => {
                let form = [u16::from(pixels.is_color()), u16::from(pixels.is_float), pixels.bits_allocated];
                Value::vector(form.map(f64::from))
            }
            Self::ImageType => Value::Text(frame.image_type.join("\\").into()),
            Self::Stack => Value::text(acquisition.stack.as_deref()),
            Self::Segment => Value::integer(acquisition.segment),
            Self::BValue => Value::number(acquisition.b_value),
            Self::Gradient => acquisition.gradient.map_or(Value::Absent, Value::vector),
            Self::EchoTime => Value::number(acquisition.echo_time_ms),
            Self::EchoNumber => Value::integer(acquisition.echo_number),
            Self::InversionTime => Value::number(acquisition.inversion_time_ms),
            Self::TemporalPosition => Value::integer(acquisition.temporal_position),
            Self::CardiacPhase => Value::number(acquisition.cardiac_phase_percent),
            Self::TriggerTime => Value::number(acquisition.trigger_time_ms),
            Self::Kvp => Value::number(acquisition.kvp),
            Self::Kernel => Value::text(acquisition.kernel.as_deref()),
            Self::AcquisitionNumber => Value::integer(acquisition.number),
            Self::AcquisitionTime => Value::text(acquisition.time.as_deref()),
            Self::ContentTime => Value::text(acquisition.content_time.as_deref()),
        }
    }

    /// The value in a reader's words; `None` where it has none.
    fn words(self, image: &Image) -> Option<String> {
        let header = &image.instance.image;
        match self {
            Self::Placement => Some(if image.plane.is_some() { "" } else { "no position" }.to_owned()),
            Self::Orientation => Some(plane_name(image.plane?.normal()).to_owned()),
            Self::Size => Some(format!("{} × {}", header.columns, header.rows)),
            Self::Spacing => image.attributes().spacing.map(|mm| {
                let (row, column) = (short(mm.row), short(mm.column));
                if row == column { row } else { format!("{column} × {row}") }
            }),
            Self::PixelForm if image.instance.pixels.is_color() => Some("colour".to_owned()),
            Self::PixelForm => Some(format!("gray, {} bits", image.instance.pixels.bits_allocated)),
            Self::Object => header.number.map(|number| number.to_string()),
            Self::Stack | Self::Kernel => match self.value(image) {
                Value::Text(text) => Some(text.into_owned()),
                _ => None,
            },
            _ => match self.value(image) {
                Value::Number(value) => Some(short(value)),
                _ => None,
            },
        }
    }
}

/// A number with at most three decimals, as few as it has.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl SplitRule {
    /// The part of each image, counted from 0: by value where it is a number, else as the images come. `None` when there
    /// would be more than `most` parts.
    pub(super) fn parts(&self, images: &[Image], most: usize) -> Option<Vec<usize>> {
        let mut numbers = Vec::new();
        let mut vectors: Vec<([f64; 6], usize)> = Vec::new();
        let mut texts: HashMap<Cow<'_, str>, usize> = HashMap::new();
        let mut absent = None;
        let mut count = 0;
        let mut parts = Vec::with_capacity(images.len());
        for (at, image) in images.iter().enumerate() {
            let mut next = || {
                count += 1;
                count - 1
            };
            let part = match self.by.value(image) {
                Value::Absent => *absent.get_or_insert_with(next),
                Value::Text(text) => *texts.entry(text).or_insert_with(next),
                Value::Vector(vector) => {
                    let is_same = |other: &[f64; 6]| {
                        other.iter().zip(vector).all(|(a, b)| (a - b).abs() <= self.tolerance)
                    };
                    // The latest first: neighbours tend to be alike.
                    if let Some((_, part)) = vectors.iter().rev().find(|(other, _)| is_same(other)) {
                        *part
                    } else {
                        let part = next();
                        vectors.push((vector, part));
                        part
                    }
                }
                Value::Number(value) => {
                    numbers.push((value, at));
                    0
                }
            };
            parts.push(part);
            if count > most {
                return None;
            }
        }
        if numbers.is_empty() {
            return Some(parts);
        }
        // Numbers come first, in their order; images without one last.
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut start = f64::NEG_INFINITY;
        let mut number_parts = 0;
        for (value, at) in numbers {
            if value - start > self.tolerance {
                start = value;
                number_parts += 1;
            }
            if let Some(part) = parts.get_mut(at) {
                *part = number_parts;
            }
        }
        // Counted from 1 so far, so that 0 marks the absent.
        for part in &mut parts {
            *part = part.checked_sub(1).unwrap_or(number_parts);
        }
        (number_parts + count <= most).then_some(parts)
    }

    /// What each part is called, given an image of each.
    pub(super) fn labels(&self, parts: &[&Image]) -> Vec<String> {
        let words: Vec<Option<String>> = match self.by {
            By::ImageType => distinct_types(parts),
            by => parts.iter().map(|image| by.words(image)).collect(),
        };
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut labels = Vec::with_capacity(parts.len());
        for (text, number) in words.iter().zip(1..) {
            labels.push(match text.as_deref() {
                Some("") => String::new(),
                Some(text) => {
                    let times = seen.entry(text).or_insert(0);
                    *times += 1;
                    // Two parts of one name are told apart by their number.
                    let text = if *times == 1 { text.to_owned() } else { format!("{text} ({times})") };
                    self.label.replace("{}", &text)
                }
                None => self.label.replace("{}", &usize::to_string(&number)),
            });
        }
        labels
    }
}

/// The values of each image type that not all of them have.
fn distinct_types(parts: &[&Image]) -> Vec<Option<String>> {
    let mut types = parts.iter().map(|image| image.attributes().image_type.as_slice());
    let mut common = types.next().unwrap_or_default().to_vec();
    for other in types {
        common.retain(|value| other.contains(value));
    }
    let own = |image: &&Image| {
        let values = image.attributes().image_type.iter().filter(|value| !common.contains(value));
        Some(values.map(String::as_str).collect::<Vec<_>>().join(" "))
    };
    parts.iter().map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_can_be_read_and_an_unknown_key_is_an_error() {
        let text = include_str!("../../assets/series/splitting.toml");
        assert!(parse(text).expect("the rules").len() > 20);
        let unknown = |from: &str, to: &str| {
            let error = parse(&text.replacen(from, to, 1)).expect_err("an unknown key");
            assert!(error.to_string().contains("unknown"), "{error}");
        };
        unknown("tolerance = ", "tolerence = ");
        unknown("is_caution = true", "is_bad = true");
        unknown("by = \"kvp\"", "by = \"voltage\"");
        unknown("when = \"always\"", "when = \"never\"");
    }
}
