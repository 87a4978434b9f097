//! Numbers in arguments.

use crate::grayscale::{VoiFunction, Window};
use crate::units::Opacity;

pub(super) fn parse_voi(text: &str) -> Result<Window, String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (center, width, function) = match *parts.as_slice() {
        [center, width] => (center, width, VoiFunction::Linear),
        [center, width, name] => {
            (center, width, name.parse().map_err(|error: crate::grayscale::WindowError| error.to_string())?)
        }
        _ => return Err("a window is CENTER,WIDTH[,FUNCTION]".to_owned()),
    };
    let number =
        |text: &str| text.parse::<f64>().map_err(|_not_a_number| format!("'{text}' is not a number"));
    Window::with_function(number(center)?, number(width)?, function).map_err(|error| error.to_string())
}

pub(super) fn parse_zoom(text: &str) -> Result<f64, String> {
    let factor = text.parse::<f64>().ok().filter(|factor| factor.is_finite() && *factor > 0.0);
    factor.ok_or_else(|| "a zoom is a number above 0".to_owned())
}

pub(super) fn parse_pair(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    text.split_once(',')
        .and_then(|(right, down)| Some((number(right)?, number(down)?)))
        .ok_or_else(|| "two numbers are RIGHT,DOWN".to_owned())
}

/// Numbers with commas between them.
pub(super) fn parse_list(text: &str) -> Option<Vec<f64>> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    text.split(',').map(number).collect()
}

/// So many of them.
pub(super) fn parse_numbers<const N: usize>(text: &str) -> Result<[f64; N], String> {
    parse_list(text)
        .and_then(|numbers| <[f64; N]>::try_from(numbers).ok())
        .ok_or_else(|| format!("{N} numbers with commas between them are wanted"))
}

pub(super) fn parse_opacity(text: &str) -> Result<Opacity, String> {
    let opacity = text.parse().ok().and_then(Opacity::new);
    opacity.ok_or_else(|| "an opacity is a number from 0 to 1".to_owned())
}

/// Points of the patient.
#[derive(Debug, Clone)]
pub(super) struct Points(pub(super) Vec<[f64; 3]>);

pub(super) fn parse_points(text: &str) -> Result<Points, String> {
    text.split(';').map(parse_numbers).collect::<Result<_, _>>().map(Points)
}

pub(super) fn parse_mm(text: &str) -> Result<f64, String> {
    let mm = text.parse::<f64>().ok().filter(|mm| mm.is_finite() && *mm > 0.0);
    mm.ok_or_else(|| "a length is a number above 0".to_owned())
}

pub(super) fn parse_angles(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    text.split_once(',')
        .and_then(|(azimuth, elevation)| Some((number(azimuth)?, number(elevation)?)))
        .ok_or_else(|| "two angles are AZ,EL".to_owned())
}
