//! How a viewport shows images, as lines of a draft.

use serde::{Deserialize, Serialize};

use super::text::{DraftError, ImageName, is_near, key_of, name_of};
use super::{UnsavedFused, UnsavedLook};
use crate::command::{Filter, Interpolation};
use crate::dicom::{InstanceUid, StudyUid};
use crate::geometry::{Turn, Vector};
use crate::grayscale::{VoiFunction, Window};
use crate::session::presented::{Presented, StateChoice, StateParts};
use crate::session::viewport::{Hidden, Justify, Look, View, VoiChoice, Zoom};
use crate::units::Opacity;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewLine {
    image: ImageName,
    zoom: ZoomLine,
    center_offset: [f64; 2],
    #[serde(default)]
    justify: JustifyLine,
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
    #[serde(default)]
    fused: Option<FusedLine>,
}

/// What lies over it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FusedLine {
    opacity: f64,
    is_shown: bool,
    /// None of what a presentation state superimposes.
    series: Option<FusedSeriesLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FusedSeriesLine {
    /// It may be another.
    study: String,
    image: ImageName,
    voi: VoiLine,
    palette: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum ZoomLine {
    Fit,
    FitTo(f64, f64),
    DevicePixels(f64),
    Stored,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
enum JustifyLine {
    #[default]
    Center,
    Left,
    Right,
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

fn line_of(window: &Window) -> WindowLine {
    (window.center(), window.width(), window.function().name().to_owned())
}

fn window_of((center, width, function): &WindowLine) -> Result<Window, DraftError> {
    let function: Result<VoiFunction, _> = function.parse();
    let window = function.and_then(|function| Window::with_function(*center, *width, function));
    window.map_err(|_quoting| DraftError::Value("window"))
}

impl ViewLine {
    pub(super) fn of(of: &UnsavedLook) -> Self {
        let UnsavedLook { image, view, look, palette, presented, fused } = of;
        Self {
            image: name_of(image),
            zoom: match view.zoom {
                Zoom::Fit => ZoomLine::Fit,
                Zoom::FitTo { columns, rows } => ZoomLine::FitTo(columns, rows),
                Zoom::DevicePixels(scale) => ZoomLine::DevicePixels(scale),
                Zoom::Stored => ZoomLine::Stored,
            },
            center_offset: [view.center_offset.xyz.x, view.center_offset.xyz.y],
            justify: match view.justify {
                Justify::Center => JustifyLine::Center,
                Justify::Left => JustifyLine::Left,
                Justify::Right => JustifyLine::Right,
            },
            turn: (view.turn.quarters(), view.turn.is_flipped()),
            voi: VoiLine::of(&look.voi),
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
            fused: fused.as_ref().map(FusedLine::of),
        }
    }

    pub(super) fn look(self, study: &StudyUid) -> Result<UnsavedLook, DraftError> {
        let is_length = |length: f64| length.is_finite() && length > 0.0;
        let zoom = match self.zoom {
            ZoomLine::Fit => Zoom::Fit,
            ZoomLine::FitTo(columns, rows) if is_length(columns) && is_length(rows) => {
                Zoom::FitTo { columns, rows }
            }
            ZoomLine::DevicePixels(scale) if is_length(scale) => Zoom::DevicePixels(scale),
            ZoomLine::FitTo(..) | ZoomLine::DevicePixels(_) => return Err(DraftError::Value("zoom")),
            ZoomLine::Stored => Zoom::Stored,
        };
        let [right, down] = self.center_offset;
        if !is_near(right) || !is_near(down) {
            return Err(DraftError::Value("view"));
        }
        let turn = Turn::new(self.turn.0, self.turn.1);
        let justify = match self.justify {
            JustifyLine::Center => Justify::Center,
            JustifyLine::Left => Justify::Left,
            JustifyLine::Right => Justify::Right,
        };
        let ([planes, shutter], [gray, geometry, graphics]) = (self.hides, self.parts);
        let voi = self.voi.choice()?;
        let interpolation = Interpolation::named(&self.interpolation);
        let filter = Filter::ALL.into_iter().find(|filter| filter.name() == self.filter);
        Ok(UnsavedLook {
            image: key_of(study, self.image),
            view: View { zoom, center_offset: Vector::flat(right, down), turn, justify },
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
            fused: self.fused.map(FusedLine::fused).transpose()?,
        })
    }
}

impl VoiLine {
    fn of(choice: &VoiChoice) -> Self {
        match choice {
            VoiChoice::Own(place) => VoiLine::Own(*place),
            VoiChoice::Preset { name, window } => {
                VoiLine::Preset { name: name.clone(), window: line_of(window) }
            }
            VoiChoice::Hand(window) => VoiLine::Hand(line_of(window)),
            VoiChoice::HandOverTable { place, window } => {
                VoiLine::HandOverTable { place: *place, window: line_of(window) }
            }
        }
    }

    fn choice(&self) -> Result<VoiChoice, DraftError> {
        Ok(match self {
            VoiLine::Own(place) => VoiChoice::Own(*place),
            VoiLine::Preset { name, window } => {
                VoiChoice::Preset { name: name.clone(), window: window_of(window)? }
            }
            VoiLine::Hand(window) => VoiChoice::Hand(window_of(window)?),
            VoiLine::HandOverTable { place, window } => {
                VoiChoice::HandOverTable { place: *place, window: window_of(window)? }
            }
        })
    }
}

impl FusedLine {
    fn of(fused: &UnsavedFused) -> Self {
        let series = fused.series.as_ref().map(|(image, voi, palette)| FusedSeriesLine {
            study: image.study.as_str().to_owned(),
            image: name_of(image),
            voi: VoiLine::of(voi),
            palette: palette.clone(),
        });
        Self { opacity: fused.opacity.share(), is_shown: fused.is_shown, series }
    }

    fn fused(self) -> Result<UnsavedFused, DraftError> {
        let series = self.series.map(|FusedSeriesLine { study, image, voi, palette }| {
            Ok((key_of(&StudyUid::new(&study), image), voi.choice()?, palette))
        });
        let opacity = Opacity::new(self.opacity).ok_or(DraftError::Value("opacity"))?;
        Ok(UnsavedFused { series: series.transpose()?, is_shown: self.is_shown, opacity })
    }
}
