//! What a finding means for reading, in sentences.

use super::completeness::{Completeness, Gap};
use super::finding::Finding;
use super::model::DisplaySet;

/// Gaps that are told one by one.
const GAPS_MAX: usize = 8;

impl Finding {
    /// What it means for the reader of a display set.
    pub fn meaning(&self, set: &DisplaySet) -> String {
        match self {
            Self::MissingSlices { .. } => format!(
                "The spacing leaves room for images that are not here{}. What lies there cannot be seen.",
                gaps_in_words(&set.gaps)
            ),
            Self::UnevenSpacing { least_mm, most_mm } => format!(
                "Neighbouring images lie between {least_mm:.2} and {most_mm:.2} mm apart. Each image is right by itself, \
                 but together they make no volume."
            ),
            Self::DuplicatePositions { count } => format!(
                "{count} of the images lie where another one lies: phases, echoes or copies. Scrolling stays in one place \
                 for several images."
            ),
            Self::ConflictingDuplicates { .. } => {
                "Different images carry the same identity (SOP Instance UID). One of \
                                                   them is shown, the others are left out."
                    .to_owned()
            }
            Self::LateralShift { most_mm } => format!(
                "Images stand up to {most_mm:.1} mm beside the line of the others, as if the patient or the table had moved \
                 sideways."
            ),
            Self::GantryTilt { degrees } => format!(
                "The gantry was tilted by {degrees:.1}°: each image is shifted against the one before, so that the stack is \
                 sheared. Every image is right by itself."
            ),
            Self::Split { .. } if self.is_caution() => {
                format!(
                    "The series holds {self}. Each has a set of its own in the strip: look whose image is shown."
                )
            }
            Self::Split { .. } => format!(
                "The series holds images that cannot be scrolled as one: {self}. Its parts stand one below the other in \
                 the strip."
            ),
            Self::ForProcessing => {
                "The detector's raw image, from which a picture to read is yet to be made: contrast and sharpness are not \
                 what they should be. Read the images FOR PRESENTATION."
                    .to_owned()
            }
            Self::Truncated { present, stated } => format!(
                "A file ends before its last frame: {present} of {stated} frames can be shown. What the others hold is not \
                 known."
            ),
            Self::ReadingCancelled => {
                "The reading of files was cancelled while images of this series were coming. There \
                                       may be more of them."
                    .to_owned()
            }
            Self::Lossy { ratio } => {
                let ratio = ratio.map_or_else(String::new, |ratio| format!(", {ratio:.0} to 1"));
                format!("The images were compressed with loss{ratio}: fine detail may be gone for good.")
            }
            Self::BadGeometry { .. } => {
                "These images state a position or a direction that cannot be used. Their order and \
                                         their distances cannot be relied on."
                    .to_owned()
            }
            Self::NoUid => {
                "The image does not say which study, series or object it is. It may belong to others that stand beside it."
                    .to_owned()
            }
            Self::UnreadableText { why } => {
                format!("Some letters of names or descriptions cannot be read: {why}. Compare the patient by other marks.")
            }
            Self::NoSuv { why } => {
                format!("No standardized uptake value can be given: {why}. Values are told in the unit of the image.")
            }
            Self::BadRealWorldMap { why } => {
                format!("The images map their values to another quantity in a way that cannot be applied: {why}.")
            }
            Self::ProfileNotApplied { why } => {
                format!("Colours are shown as if they were sRGB, since {why}. They may look different elsewhere.")
            }
            Self::GrayNotApplied { what } => format!(
                "The images ask for {}, which Hotlight does not apply yet: their gray may look different elsewhere.",
                what.join(" and ")
            ),
        }
    }
}

impl Completeness {
    /// What it means for the reader that images are missing.
    pub fn meaning(&self) -> String {
        let Self { present, expected, basis } = self;
        let expected = expected.unwrap_or(*present);
        format!("{present} of {expected} images are here: {}. The rest is not shown.", basis.reason())
    }
}

/// `: 2 after image 14, 1 after image 30`.
fn gaps_in_words(gaps: &[Gap]) -> String {
    let told = gaps.iter().take(GAPS_MAX).map(|gap| format!("{} after image {}", gap.missing, gap.after + 1));
    let rest = gaps.len().saturating_sub(GAPS_MAX);
    let rest = (rest > 0).then(|| format!("and {rest} more gaps"));
    let told = told.chain(rest).collect::<Vec<_>>().join(", ");
    if told.is_empty() { told } else { format!(": {told}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_told_by_the_number_of_the_image_before_them() {
        let gap = |after, missing| Gap { after, missing };
        assert_eq!(gaps_in_words(&[gap(13, 2), gap(29, 1)]), ": 2 after image 14, 1 after image 30");
        assert_eq!(gaps_in_words(&[]), "");
        let many: Vec<Gap> = (0..10).map(|at| gap(at, 1)).collect();
        assert!(gaps_in_words(&many).ends_with("1 after image 8, and 2 more gaps"));
    }
}
