//! The edge between two pictures that stand in one place, and of which study each is.

use crate::dicom::{date_words, time_words};
use crate::session::{DeviceRect, Screen, Session, Surface};
use crate::study::{Library, Study};

/// The edge between two pictures that stand in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurtainPlan {
    /// Where both stand, in device pixels of the surface.
    pub rect: DeviceRect,
    /// From its left to the edge, in device pixels.
    pub edge: u32,
    /// The same in thousandths of the width, as the reader has it.
    pub thousandths: u16,
    /// What is seen left and right of the edge.
    pub sides: [CurtainSide; 2],
}

/// The picture on one side of the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurtainSide {
    /// The viewport's index in the screen.
    pub viewport: usize,
    /// When its study was: the date, and the time where both are of one day.
    pub when: String,
    /// Whether the study is older than another of this patient that is loaded.
    pub is_prior: bool,
}

/// The curtain of a window, if one is drawn there.
pub(super) fn curtain(session: &Session, library: &Library, shown: &Screen) -> Option<CurtainPlan> {
    let curtain = shown.curtain.as_ref()?;
    let Surface { width, height, .. } = shown.surface;
    let rect = DeviceRect { x: 0, y: 0, width, height };
    let (seen_left, _) = curtain.parts(rect);
    let (left, right) =
        (study_of(shown, curtain.viewports.0, library)?, study_of(shown, curtain.viewports.1, library)?);
    let is_one_day = left.attributes.date == right.attributes.date;
    let side = |viewport: usize, study: &Study| CurtainSide {
        viewport,
        when: when(study, is_one_day),
        is_prior: session.is_prior(study, library),
    };
    let sides = [side(curtain.viewports.0, left), side(curtain.viewports.1, right)];
    Some(CurtainPlan { rect, edge: seen_left.width, thousandths: curtain.edge, sides })
}

fn study_of<'a>(screen: &Screen, viewport: usize, library: &'a Library) -> Option<&'a Study> {
    let source = screen.viewports.get(viewport)?.source.as_ref()?;
    library.find(&source.display_set).map(|(study, ..)| study)
}

/// The day of a study, and its time where that has to tell two apart.
fn when(study: &Study, is_one_day: bool) -> String {
    let time = if is_one_day { time_words(&study.attributes.time) } else { String::new() };
    let words = [date_words(&study.attributes.date), time];
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|words| !words.is_empty()).collect();
    if words.is_empty() { "no date".to_owned() } else { words.join(" ") }
}
