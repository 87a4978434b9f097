//! What a line can say.

use crate::dicom::TechniqueItem;
use crate::study::Image;

/// Something that a line can say; a file writes it as `{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Modality and Study Description as one.
    Study,
    /// Study Description.
    StudyDescription,
    /// Study Date.
    StudyDate,
    /// Study Time.
    StudyTime,
    /// Modality.
    Modality,
    /// Series Description.
    SeriesDescription,
    /// Series Number.
    SeriesNumber,
    /// What tells the display set from others of its series.
    SetLabel,
    /// The image's place in the display set.
    ImageNumber,
    /// The same with the number of images.
    ImageOf,
    /// Instance Number.
    InstanceNumber,
    /// Where the plane lies along the stack.
    Position,
    /// Slice Thickness.
    SliceThickness,
    /// The window.
    Window,
    /// The series that lies over the image, and its window.
    Fused,
    /// That gray is inverted.
    Inverted,
    /// How large image pixels are.
    Zoom,
    /// How the image is turned or mirrored.
    Rotation,
    /// The rate of a movie that plays.
    Cine,
    /// How the image was made.
    Technique(TechniqueItem),
}

impl Field {
    /// Those that the viewer says, of the study and of how it is shown.
    pub(super) const OF_THE_VIEWER: [Self; 19] = [
        Self::Study,
        Self::StudyDescription,
        Self::StudyDate,
        Self::StudyTime,
        Self::Modality,
        Self::SeriesDescription,
        Self::SeriesNumber,
        Self::SetLabel,
        Self::ImageNumber,
        Self::ImageOf,
        Self::InstanceNumber,
        Self::Position,
        Self::SliceThickness,
        Self::Window,
        Self::Fused,
        Self::Inverted,
        Self::Zoom,
        Self::Rotation,
        Self::Cine,
    ];

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OF_THE_VIEWER.into_iter().chain(TechniqueItem::ALL.iter().copied().map(Self::Technique))
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::StudyDescription => "study_description",
            Self::StudyDate => "study_date",
            Self::StudyTime => "study_time",
            Self::Modality => "modality",
            Self::SeriesDescription => "series_description",
            Self::SeriesNumber => "series_number",
            Self::SetLabel => "set_label",
            Self::ImageNumber => "image_number",
            Self::ImageOf => "image_of",
            Self::InstanceNumber => "instance_number",
            Self::Position => "position",
            Self::SliceThickness => "slice_thickness",
            Self::Window => "window",
            Self::Fused => "fused",
            Self::Inverted => "inverted",
            Self::Zoom => "zoom",
            Self::Rotation => "rotation",
            Self::Cine => "cine",
            Self::Technique(item) => item.name(),
        }
    }

    /// What it is, in a sentence; with its unit where it is a bare number.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Study => "Modality and description of the study as one, without saying the modality twice.",
            Self::StudyDescription => "Description of the study.",
            Self::StudyDate => "Day of the study: 2026-11-20.",
            Self::StudyTime => "Time of the study: 14:03:22.",
            Self::Modality => "Modality of the series.",
            Self::SeriesDescription => "Description of the series.",
            Self::SeriesNumber => "Number of the series.",
            Self::SetLabel => "What tells the display set from others of its series: TE 80 ms.",
            Self::ImageNumber => "Place of the image in its display set, from 1.",
            Self::ImageOf => "The same with the number of images: 31 / 60.",
            Self::InstanceNumber => "Number of the image as the device counts.",
            Self::Position => "Where the plane lies along the stack: position 41.2 mm.",
            Self::SliceThickness => "Thickness of the slice, mm.",
            Self::Window => "Window with unit and name: W 400 L 40 HU soft tissue.",
            Self::Fused => "Series that lies over the image in colours, with its window: PET WB · SUVbw 0–8.",
            Self::Inverted => "The word inverted, while gray is.",
            Self::Zoom => "Size of image pixels on the screen: zoom 100 %.",
            Self::Rotation => "How the image is turned or mirrored, while it is.",
            Self::Cine => "Rate of a movie, while it plays: cine 24 fps.",
            Self::Technique(item) => item.help(),
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::all().find(|field| field.name() == name)
    }
}

/// What the image says of a field of its technique; of any other field nothing.
pub fn technique_value(image: &Image, field: Field) -> Option<String> {
    match field {
        Field::Technique(item) => image.instance.technique(image.frame, item),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_and_says_what_it_is() {
        assert!(Field::all().count() > 60);
        for field in Field::all() {
            assert_eq!(Field::named(field.name()), Some(field), "{}", field.name());
            assert!(field.help().ends_with('.'), "{}", field.name());
        }
    }
}
