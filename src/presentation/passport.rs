//! On which monitor a reader saw what a presentation state says: an item of Contributing Equipment Sequence. PS3.3 C.12.1;
//! PS3.16 CID 7005, to which it adds a code of its own.

use dicom_dictionary_std::tags;

use crate::dicom::{Attributes, Writer, date_words};

/// Code Value and Coding Scheme Designator of Purpose of Reference: the equipment that showed the picture.
const PURPOSE: (&str, &str) = ("DISPLAY", "99HOTLIGHT");

/// Manufacturer is Type 1; where a monitor does not tell it, this stands there.
const UNKNOWN: &str = "UNKNOWN";

/// The most characters of a long string. PS3.5 6.2, LO.
const LONG_STRING_MAX: usize = 64;

/// A monitor as a picture was seen on it; what is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayPassport {
    /// Manufacturer: `EIZ`.
    pub manufacturer: String,
    /// Manufacturer's Model Name.
    pub model: String,
    /// Device Serial Number.
    pub serial: String,
    /// Contribution Description: who applied the GSDF, and by which table; or *uncalibrated*.
    pub calibration: String,
    /// Date of Last Calibration, `YYYYMMDD`: when its luminance was measured.
    pub measured: String,
    /// Software Versions: the program that showed it.
    pub software: String,
}

impl DisplayPassport {
    /// The one in an object, if it has one.
    pub(super) fn read(at: &Attributes<'_>) -> Option<Self> {
        let is_display = |item: &Attributes<'_>| {
            item.items(tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE).any(|code| {
                let of = |tag| code.text(tag).unwrap_or_default();
                (of(tags::CODE_VALUE).as_str(), of(tags::CODING_SCHEME_DESIGNATOR).as_str()) == PURPOSE
            })
        };
        let item = at.items(tags::CONTRIBUTING_EQUIPMENT_SEQUENCE).find(is_display)?;
        let text = |tag| item.text(tag).unwrap_or_default();
        Some(Self {
            manufacturer: Some(text(tags::MANUFACTURER)).filter(|name| name != UNKNOWN).unwrap_or_default(),
            model: text(tags::MANUFACTURER_MODEL_NAME),
            serial: text(tags::DEVICE_SERIAL_NUMBER),
            calibration: text(tags::CONTRIBUTION_DESCRIPTION),
            measured: text(tags::DATE_OF_LAST_CALIBRATION),
            software: text(tags::SOFTWARE_VERSIONS),
        })
    }

    /// The item.
    pub(super) fn to_item(&self) -> Writer {
        let (value, scheme) = PURPOSE;
        let purpose = Writer::item()
            .text(tags::CODE_VALUE, value)
            .text(tags::CODING_SCHEME_DESIGNATOR, scheme)
            .text(tags::CODE_MEANING, "Display Equipment");
        let manufacturer = if self.manufacturer.is_empty() { UNKNOWN } else { &self.manufacturer };
        let item = Writer::item()
            .sequence(tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, [purpose])
            .text(tags::MANUFACTURER, manufacturer)
            .text(tags::SOFTWARE_VERSIONS, &self.software)
            .text(tags::CONTRIBUTION_DESCRIPTION, &self.calibration);
        let known = [
            (tags::MANUFACTURER_MODEL_NAME, &self.model),
            (tags::DEVICE_SERIAL_NUMBER, &self.serial),
            (tags::DATE_OF_LAST_CALIBRATION, &self.measured),
        ];
        let known = known.into_iter().filter(|(_, text)| !text.is_empty());
        known.fold(item, |item, (tag, text)| item.text(tag, text))
    }

    /// For programs that show Content Description alone: `Shown on EIZ RX560 12345, uncalibrated`; cut to what it may hold.
    pub fn line(&self) -> String {
        let table = self.calibration.split(',').next().unwrap_or_default();
        format!("Shown on {}, {table}", self.device()).chars().take(LONG_STRING_MAX).collect()
    }

    /// What the state's creator saw it on, and what is otherwise on the monitor of now.
    pub fn words(&self, now: &Self) -> String {
        let measured = |passport: &Self| match date_words(&passport.measured) {
            date if date.is_empty() => "luminance not measured".to_owned(),
            date => format!("luminance measured {date}"),
        };
        let (device, calibration, software) = (self.device(), &self.calibration, &self.software);
        let saved = format!("It was saved by {software} on {device}: {calibration}, {}.", measured(self));
        let mut other = Vec::new();
        if (&self.manufacturer, &self.model, &self.serial) != (&now.manufacturer, &now.model, &now.serial) {
            other.push(now.device());
        }
        if self.calibration != now.calibration {
            other.push(now.calibration.clone());
        }
        if self.measured != now.measured {
            other.push(measured(now));
        }
        if other.is_empty() {
            return saved;
        }
        format!("{saved} This monitor is another or set up otherwise: {}.", other.join(", "))
    }

    /// `EIZ RX560 12345`.
    fn device(&self) -> String {
        let parts = [self.manufacturer.as_str(), &self.model, &self.serial];
        let known: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if known.is_empty() { "an unknown monitor".to_owned() } else { known.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passport() -> DisplayPassport {
        DisplayPassport {
            manufacturer: "ZZM".to_owned(),
            model: "GRAY 5MP".to_owned(),
            serial: "00204321".to_owned(),
            calibration: "GSDF by Hotlight, table 12ab".to_owned(),
            measured: "20261101".to_owned(),
            software: "Hotlight 1.2.3".to_owned(),
        }
    }

    #[test]
    fn words_tell_what_is_otherwise_now() {
        let saved = passport();
        let told = "It was saved by Hotlight 1.2.3 on ZZM GRAY 5MP 00204321: GSDF by Hotlight, table 12ab, luminance \
                    measured 2026-11-01.";
        // Another program on the same monitor shows the same.
        assert_eq!(
            saved.words(&DisplayPassport { software: "Hotlight 2".to_owned(), ..saved.clone() }),
            told
        );
        let nothing = String::new;
        let now = DisplayPassport {
            manufacturer: nothing(),
            model: nothing(),
            serial: nothing(),
            calibration: "uncalibrated".to_owned(),
            measured: nothing(),
            ..saved.clone()
        };
        let otherwise = "This monitor is another or set up otherwise: an unknown monitor, uncalibrated, luminance not measured.";
        assert_eq!(saved.words(&now), format!("{told} {otherwise}"));
        assert_eq!(
            now.words(&now),
            "It was saved by Hotlight 1.2.3 on an unknown monitor: uncalibrated, luminance not measured."
        );
    }

    #[test]
    fn the_line_for_others_fits_a_long_string() {
        assert_eq!(passport().line(), "Shown on ZZM GRAY 5MP 00204321, GSDF by Hotlight");
        let long = DisplayPassport { model: "M\u{fc}".repeat(40), ..passport() };
        assert_eq!(long.line().chars().count(), 64);
    }
}
