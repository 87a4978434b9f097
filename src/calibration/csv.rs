//! A file of measured luminances, as photometers and their programs write it. Rule G-33.
//!
//! ```text
//! # meter: Konica Minolta CS-200
//! # serial: 1234
//! # calibrated until: 2027-03-01
//! # date: 2026-11-24
//! # operator: B. Physicist
//! # ambient: 0.25
//! # unit: cd/m2
//! ddl,luminance,u,v,position
//! 0,0.61,0.1990,0.4650,
//! 15,0.98,0.1988,0.4661,
//! ```
//!
//! Columns are `ddl,luminance`, then `x,y` or `u,v` where colours were measured, then `position`: a row with one is a place
//! of a uniform field, 1 to 5 (centre, then the corners row by row) or 1 to 9 (row by row). Rows of one level behind each
//! other are readings of which the mean counts. What begins with `#` and has none of these names is passed over. A file that
//! says more than `ddl,luminance` says its unit, too.

use std::collections::BTreeMap;

use super::certificate::Instrument;
use super::evaluation_error::EvaluationError;
use super::measurement::{FieldReading, LevelReading, Measurement, PointReading, SignalPath};
use super::response::check;
use crate::grayscale::{CurveError, gsdf};
use crate::units::Chromaticity;

/// What a file of measured luminances says.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredFile {
    /// What was measured: 18 levels at least, or the 11 of SMPTE.
    pub measurement: Measurement,
    /// Whether the file says the way of its levels to the panel; else that is around the table.
    pub is_path_said: bool,
    /// With what; none where the file does not say.
    pub instrument: Option<Instrument>,
    /// When, as written: `YYYY-MM-DD`, with or without a time behind it.
    pub measured: Option<String>,
    /// By whom.
    pub operator: Option<String>,
}

/// What is wrong with a file of measured luminances: `LINE: WHAT`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{line}: {why}")]
pub struct CsvFault {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: CsvError,
}

/// What is wrong with a file of measured luminances.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CsvError {
    /// The columns are not named, or otherwise.
    #[error(
        "the header is '{found}': it is ddl,luminance, then x,y or u,v where colours were measured, then position where \
         places were"
    )]
    Header {
        /// The line found.
        found: String,
    },
    /// Another country's way.
    #[error("semicolons stand here: values have commas between them, and decimals a point")]
    Semicolon,
    /// Too many, or too few.
    #[error(
        "{found} values stand where the header names {expected}: values have commas between them, decimals a point"
    )]
    Count {
        /// How many there are.
        found: usize,
        /// How many columns there are.
        expected: usize,
    },
    /// Not what the column or name says.
    #[error("'{found}' is not {expected}")]
    Value {
        /// What stands there.
        found: String,
        /// What is expected.
        expected: &'static str,
    },
    /// Said before.
    #[error("'{name}' is said twice")]
    Twice {
        /// What is said.
        name: &'static str,
    },
    /// Not in cd/m².
    #[error("the unit is '{unit}': luminances are in cd/m², of which a foot-lambert has 3.426")]
    Unit {
        /// The unit.
        unit: String,
    },
    /// Nobody knows in what.
    #[error("the unit is not said: write a line '# unit: cd/m2', if it is that")]
    NoUnit,
    /// Its luminances could be wrong.
    #[error("the photometer measured on {measured}, and its own calibration ended on {until}")]
    Expired {
        /// The day of the measurement.
        measured: String,
        /// The day.
        until: String,
    },
    /// A field with other places.
    #[error("the places of the field of level {level} are not 1 to 5 or 1 to 9, each once")]
    Places {
        /// The level of the field.
        level: u16,
    },
    /// No measurement that could be judged.
    #[error(transparent)]
    Measurement(#[from] EvaluationError),
}

impl MeasuredFile {
    /// Reads the text of a file. The first fault is told.
    pub fn parse(text: &str) -> Result<Self, CsvFault> {
        let mut reader = Reader { last: 1, ..Reader::default() };
        for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines().map(str::trim)) {
            if !text.is_empty() {
                reader.last = line;
                reader.line(text).map_err(|why| CsvFault { line, why })?;
            }
        }
        reader.finish()
    }
}

#[derive(Debug, Default)]
struct Reader {
    said: Said,
    columns: Option<Columns>,
    levels: Vec<Level>,
    /// By level.
    fields: BTreeMap<u16, Places>,
    /// The line that is read.
    last: usize,
}

/// What stands in lines that begin with `#`.
#[derive(Debug, Default)]
struct Said {
    meter: Option<String>,
    serial: Option<String>,
    /// With its line.
    until: Option<(usize, String)>,
    measured: Option<String>,
    operator: Option<String>,
    ambient: Option<f64>,
    unit: Option<String>,
    path: Option<SignalPath>,
}

#[derive(Debug, Clone, Copy)]
struct Columns {
    line: usize,
    color: Option<Color>,
    has_places: bool,
}

#[derive(Debug, Clone, Copy)]
enum Color {
    Xy,
    Uv,
}

/// The rows of a level behind each other.
#[derive(Debug)]
struct Level {
    line: usize,
    ddl: u16,
    luminances: Vec<f64>,
    colors: Vec<Chromaticity>,
}

/// The rows of a uniform field.
#[derive(Debug)]
struct Places {
    line: usize,
    points: Vec<(u8, PointReading)>,
}

const DATE: &str = "a date, as in 2026-11-24";

impl Reader {
    fn line(&mut self, text: &str) -> Result<(), CsvError> {
        if let Some(comment) = text.strip_prefix('#') {
            return self.comment(comment);
        }
        if text.contains(';') {
            return Err(CsvError::Semicolon);
        }
        match self.columns {
            None => {
                self.columns = Some(columns(self.last, text)?);
                Ok(())
            }
            Some(columns) => self.row(columns, text),
        }
    }

    fn comment(&mut self, text: &str) -> Result<(), CsvError> {
        let Some((name, value)) = text.split_once(':') else { return Ok(()) };
        let (value, said) = (value.trim(), &mut self.said);
        let own = || value.to_owned();
        match name.trim().to_ascii_lowercase().as_str() {
            "meter" => set("meter", &mut said.meter, own()),
            "serial" => set("serial", &mut said.serial, own()),
            "operator" => set("operator", &mut said.operator, own()),
            "calibrated until" => {
                let until = day(value).filter(|day| day.len() == value.len());
                let until = until.ok_or_else(|| wrong(value, DATE))?.to_owned();
                set("calibrated until", &mut said.until, (self.last, until))
            }
            "date" => {
                day(value).ok_or_else(|| wrong(value, DATE))?;
                set("date", &mut said.measured, own())
            }
            "ambient" => set("ambient", &mut said.ambient, luminance(value)?),
            "unit" => {
                let unit = value.to_lowercase().replace(' ', "");
                if !["cd/m2", "cd/m²", "cd/m^2", "nit", "nits"].contains(&unit.as_str()) {
                    return Err(CsvError::Unit { unit: own() });
                }
                set("unit", &mut said.unit, own())
            }
            "path" => {
                let path = match value {
                    "around" => SignalPath::Around,
                    "through" => SignalPath::Through,
                    _ => return Err(wrong(value, "around or through")),
                };
                set("path", &mut said.path, path)
            }
            _ => Ok(()),
        }
    }

    fn row(&mut self, columns: Columns, text: &str) -> Result<(), CsvError> {
        let values: Vec<&str> = text.split(',').map(str::trim).collect();
        let expected = 2 + 2 * usize::from(columns.color.is_some()) + usize::from(columns.has_places);
        let [level, shown, rest @ ..] = values.as_slice() else {
            return Err(CsvError::Count { found: values.len(), expected });
        };
        if values.len() != expected {
            return Err(CsvError::Count { found: values.len(), expected });
        }
        let level: u16 = level.parse().map_err(|_no_number| wrong(level, "a level from 0 to 65535"))?;
        let luminance_cd_m2: f64 =
            shown.parse().map_err(|_no_number| wrong(shown, "a luminance in cd/m² with a decimal point"))?;
        if !(0.0..=*gsdf::LUMINANCE_RANGE.end()).contains(&luminance_cd_m2) {
            let why = CurveError::Luminance { ddl: level, luminance: luminance_cd_m2 };
            return Err(EvaluationError::Curve(why).into());
        }
        let chromaticity = match (columns.color, rest) {
            (Some(color), [one, other, ..]) => color.read(one, other)?,
            _ => None,
        };
        let place = if columns.has_places { rest.last().copied().unwrap_or_default() } else { "" };
        if place.is_empty() {
            self.reading(level, luminance_cd_m2, chromaticity);
            return Ok(());
        }
        let number = place.parse::<u8>().ok().filter(|place| (1..=9).contains(place));
        let number = number.ok_or_else(|| wrong(place, "a place from 1 to 9"))?;
        let line = self.last;
        let field = self.fields.entry(level).or_insert_with(|| Places { line, points: Vec::new() });
        field.points.push((number, PointReading { luminance_cd_m2, chromaticity }));
        Ok(())
    }

    fn reading(&mut self, level: u16, luminance: f64, color: Option<Chromaticity>) {
        match self.levels.last_mut() {
            Some(last) if last.ddl == level => {
                last.luminances.push(luminance);
                last.colors.extend(color);
            }
            _ => {
                let colors = color.into_iter().collect();
                self.levels.push(Level { line: self.last, ddl: level, luminances: vec![luminance], colors });
            }
        }
    }

    fn finish(self) -> Result<MeasuredFile, CsvFault> {
        let Some(columns) = self.columns else {
            return Err(CsvFault { line: self.last, why: CsvError::Header { found: String::new() } });
        };
        if self.said.unit.is_none() && (columns.says_more() || self.said.says_more()) {
            return Err(CsvFault { line: columns.line, why: CsvError::NoUnit });
        }
        self.said.check_expiry()?;
        let response: Vec<LevelReading> = self.levels.iter().map(Level::mean).collect();
        let mut fields = Vec::new();
        for (level, Places { line, points }) in self.fields {
            fields.push(field(level, points).map_err(|why| CsvFault { line, why })?);
        }
        let Said { meter, serial, until, measured, operator, ambient, path, .. } = self.said;
        let measurement = Measurement {
            path: path.unwrap_or(SignalPath::Around),
            highest: response.last().map_or(0, |white| white.level),
            response,
            ambient_cd_m2: ambient,
            fields,
        };
        check(&measurement).map_err(|why| {
            // Of a level that comes once more it is the later line.
            let level = self.levels.iter().rev().find(|level| Some(level.ddl) == why.level());
            CsvFault { line: level.map_or(self.last, |level| level.line), why: why.into() }
        })?;
        let is_known = meter.is_some() || serial.is_some() || until.is_some();
        let instrument = is_known.then(|| Instrument {
            name: meter.unwrap_or_default(),
            serial: serial.unwrap_or_default(),
            calibrated_until: until.map(|(_, until)| until),
        });
        Ok(MeasuredFile { measurement, is_path_said: path.is_some(), instrument, measured, operator })
    }
}

impl Said {
    /// Whether somebody has taken the pains to say how it was measured.
    const fn says_more(&self) -> bool {
        self.meter.is_some()
            || self.serial.is_some()
            || self.until.is_some()
            || self.measured.is_some()
            || self.operator.is_some()
            || self.ambient.is_some()
    }

    fn check_expiry(&self) -> Result<(), CsvFault> {
        let (Some((line, until)), Some(measured)) = (&self.until, self.measured.as_deref().and_then(day))
        else {
            return Ok(());
        };
        if measured <= until.as_str() {
            return Ok(());
        }
        let why = CsvError::Expired { measured: measured.to_owned(), until: until.clone() };
        Err(CsvFault { line: *line, why })
    }
}

impl Columns {
    const fn says_more(self) -> bool {
        self.color.is_some() || self.has_places
    }
}

impl Color {
    /// Two shares; none where both are left empty.
    fn read(self, one: &str, other: &str) -> Result<Option<Chromaticity>, CsvError> {
        if one.is_empty() && other.is_empty() {
            return Ok(None);
        }
        let share = |text: &str| text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
        let color = share(one).zip(share(other)).and_then(|(one, other)| match self {
            Self::Xy => Chromaticity::from_xy(one, other),
            Self::Uv => Some(Chromaticity { u: one, v: other }),
        });
        let color = color.filter(|color| [color.u, color.v].iter().all(|share| (0.0..=1.0).contains(share)));
        let expected = match self {
            Self::Xy => "a colour as x and y, shares from 0 to 1",
            Self::Uv => "a colour as u′ and v′, shares from 0 to 1",
        };
        color.map(Some).ok_or_else(|| wrong(&format!("{one},{other}"), expected))
    }
}

impl Level {
    fn mean(&self) -> LevelReading {
        LevelReading::mean_of(self.ddl, &self.luminances, mean_color(&self.colors))
    }
}

/// Without a colour there is none.
fn mean_color(colors: &[Chromaticity]) -> Option<Chromaticity> {
    let count = f64::from(u32::try_from(colors.len()).ok().filter(|count| *count > 0)?);
    let mean = |part: fn(&Chromaticity) -> f64| colors.iter().map(part).sum::<f64>() / count;
    Some(Chromaticity { u: mean(|color| color.u), v: mean(|color| color.v) })
}

fn columns(line: usize, text: &str) -> Result<Columns, CsvError> {
    let names: Vec<String> = text
        .split(',')
        .map(|name| name.trim().to_lowercase().trim_end_matches(['\'', '′']).to_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (color, has_places) = match names.as_slice() {
        ["ddl" | "level", "luminance"] => (None, false),
        ["ddl" | "level", "luminance", "position"] => (None, true),
        ["ddl" | "level", "luminance", "x", "y"] => (Some(Color::Xy), false),
        ["ddl" | "level", "luminance", "x", "y", "position"] => (Some(Color::Xy), true),
        ["ddl" | "level", "luminance", "u", "v"] => (Some(Color::Uv), false),
        ["ddl" | "level", "luminance", "u", "v", "position"] => (Some(Color::Uv), true),
        _ => return Err(CsvError::Header { found: shortened(text) }),
    };
    Ok(Columns { line, color, has_places })
}

/// The places of a field in their order.
fn field(level: u16, mut points: Vec<(u8, PointReading)>) -> Result<FieldReading, CsvError> {
    points.sort_by_key(|(place, _)| *place);
    let is_whole = matches!(points.len(), 5 | 9) && (1..).zip(&points).all(|(at, (place, _))| at == *place);
    if !is_whole {
        return Err(CsvError::Places { level });
    }
    Ok(FieldReading { level, points: points.into_iter().map(|(_, point)| point).collect() })
}

fn set<T>(name: &'static str, slot: &mut Option<T>, value: T) -> Result<(), CsvError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(CsvError::Twice { name }),
    }
}

/// The luminance of ambient light, cd/m².
fn luminance(text: &str) -> Result<f64, CsvError> {
    let luminance = text.parse().ok().filter(|found| (0.0..=*gsdf::LUMINANCE_RANGE.end()).contains(found));
    luminance.ok_or_else(|| wrong(text, "a luminance in cd/m² from 0 to 4000 with a decimal point"))
}

/// The `YYYY-MM-DD` that a text begins with, alone or with a time behind it.
fn day(text: &str) -> Option<&str> {
    let (day, rest) = text.split_at_checked(10)?;
    let part = |range: std::ops::Range<usize>| day.get(range)?.parse::<u8>().ok();
    let is_number = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let is_day = day.bytes().enumerate().all(is_number)
        && part(5..7).is_some_and(|month| (1..=12).contains(&month))
        && part(8..10).is_some_and(|day| (1..=31).contains(&day));
    (is_day && (rest.is_empty() || rest.starts_with(['T', ' ']))).then_some(day)
}

fn wrong(found: &str, expected: &'static str) -> CsvError {
    CsvError::Value { found: shortened(found), expected }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// Rows of 18 levels, each made by its level.
    fn rows(row: impl Fn(u16) -> String) -> String {
        (0..=255).step_by(15).map(row).map(|row| row + "\n").collect()
    }

    fn plain() -> String {
        rows(|level| format!("{level},{}", 1 + level))
    }

    #[test]
    fn the_plain_form_is_read_as_tables_are_made_from_it() {
        let text = format!("\u{feff}# from a program\r\nDDL, Luminance\r\n\r\n{}", plain());
        let file = MeasuredFile::parse(&text).expect("a measurement");
        assert_eq!((file.measurement.highest, file.measurement.response.len()), (255, 18));
        assert_eq!(file.measurement.response[1], LevelReading::mean_of(15, &[16.0], None));
        assert_eq!((file.instrument, file.measured, file.operator), (None, None, None));
        assert_eq!(file.measurement.ambient_cd_m2, None, "nobody measured it");
    }

    #[test]
    fn a_file_says_with_what_by_whom_and_when_it_was_measured_and_in_which_colours_and_places() {
        let mut text = "# Meter: CS-200\n# serial: 12:34\n# calibrated until: 2027-03-01\n# date: 2026-11-24T09:20:00+01:00\n\
                        # operator: B. Physicist\n# ambient: 0.25\n# unit: cd/m²\n# path: through\n# notes: none\n\
                        ddl,luminance,u',v',position\n"
            .to_owned();
        // Each level twice, the second time without a colour.
        text += &rows(|level| format!("{level},{},0.2,0.47,\n{level},{},,,", 1 + level, 2 + level));
        for (level, count) in [(204, 5), (26, 9)] {
            for place in (1..=count).rev() {
                writeln!(text, "{level},{},0.1978,0.4683,{place}", 100 + place).expect("memory");
            }
        }
        let file = MeasuredFile::parse(&text).expect("a measurement");
        let instrument = Instrument {
            name: "CS-200".to_owned(),
            serial: "12:34".to_owned(),
            calibrated_until: Some("2027-03-01".to_owned()),
        };
        assert_eq!(file.instrument, Some(instrument));
        assert_eq!(file.measured.as_deref(), Some("2026-11-24T09:20:00+01:00"));
        assert_eq!(file.operator.as_deref(), Some("B. Physicist"));
        let Measurement { path, response, ambient_cd_m2, fields, .. } = file.measurement;
        assert!(file.is_path_said);
        assert_eq!((path, ambient_cd_m2), (SignalPath::Through, Some(0.25)));
        let expected = LevelReading::mean_of(15, &[16.0, 17.0], Some(Chromaticity { u: 0.2, v: 0.47 }));
        assert_eq!((response.len(), response[1]), (18, expected));
        let [few, many] = fields.as_slice() else { panic!("{fields:?}") };
        assert_eq!((few.level, few.points.len(), many.level, many.points.len()), (26, 9, 204, 5));
        let luminances: Vec<f64> = many.points.iter().map(|point| point.luminance_cd_m2).collect();
        assert_eq!(luminances, [101.0, 102.0, 103.0, 104.0, 105.0]);
        let xy = rows(|level| format!("{level},{},0.3127,0.3290", 1 + level));
        let file =
            MeasuredFile::parse(&format!("# unit: nit\nddl,luminance,x,y\n{xy}")).expect("a measurement");
        let color = file.measurement.response[0].chromaticity.expect("a colour");
        assert!(color.distance(Chromaticity::D65) < 1e-4, "{color:?}");
    }

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let fault = MeasuredFile::parse(text).expect_err(text).to_string();
        assert!(fault.starts_with(words), "{text:?}: {fault}");
    }

    #[test]
    fn what_is_no_header_and_no_row_is_refused_with_its_line() {
        refused("", "1: the header is ''");
        refused("# only\n# words\n", "2: the header is ''");
        refused("0,1\n255,2\n", "1: the header is '0,1'");
        refused("ddl,luminance,x\n", "1: the header is 'ddl,luminance,x'");
        refused("ddl,luminance,u,y\n", "1: the header is");
        refused("ddl;luminance\n0;1,5\n", "1: semicolons stand here");
        refused("ddl,luminance\n0;1,5\n", "2: semicolons stand here");
        refused("ddl,luminance\n0,0,55\n", "2: 3 values stand where the header names 2");
        refused("ddl,luminance\n0\n", "2: 1 values stand where");
        refused("# unit: nit\nddl,luminance,u,v\n0,1\n", "3: 2 values stand where the header names 4");
        refused("ddl,luminance\n-1,1\n", "2: '-1' is not a level");
        refused("ddl,luminance\n65536,1\n", "2: '65536' is not a level");
        refused("ddl,luminance\n0,1.5 cd\n", "2: '1.5 cd' is not a luminance");
        refused("ddl,luminance\n0,-0.1\n", "2: level 0 has luminance -0.1");
        refused("ddl,luminance\n0,nan\n", "2: level 0 has luminance NaN");
        refused("ddl,luminance\n0,4001\n", "2: level 0 has luminance 4001");
        refused("ddl,luminance,u,v\n0,1,0.2,\n", "2: '0.2,' is not a colour as u′");
        refused("ddl,luminance,x,y\n0,1,0.3,0\n", "2: '0.3,0' is not a colour as x");
        refused("ddl,luminance,position\n0,1,10\n", "2: '10' is not a place");
    }

    #[test]
    fn what_is_said_of_the_measurement_is_checked() {
        let with = |lines: &str| format!("{lines}ddl,luminance\n{}", plain());
        refused(&with("# unit: fL\n"), "1: the unit is 'fL'");
        refused(&with("#\n# unit: lux\n"), "2: the unit is 'lux'");
        refused(&with("# meter: CS-200\n"), "2: the unit is not said");
        refused("ddl,luminance,position\n0,1,\n", "1: the unit is not said");
        refused(&with("# ambient: 0,25\n"), "1: '0,25' is not a luminance");
        refused(&with("# ambient: -1\n"), "1: '-1' is not a luminance");
        refused(&with("# date: 24.11.2026\n"), "1: '24.11.2026' is not a date");
        refused(&with("# date: 2026-13-24\n"), "1: '2026-13-24' is not a date");
        refused(&with("# calibrated until: 2026-11\n"), "1: '2026-11' is not a date");
        refused(&with("# meter: a\n# meter: b\n"), "2: 'meter' is said twice");
        refused(&with("# path: beside\n"), "1: 'beside' is not around or through");
        let dated = "# unit: nits\n# calibrated until: 2026-11-23\n# date: 2026-11-24T08:00:00Z\n";
        refused(
            &with(dated),
            "2: the photometer measured on 2026-11-24, and its own calibration ended on 2026-11-23",
        );
        assert!(MeasuredFile::parse(&with(&dated.replace("11-23", "11-24"))).is_ok(), "its last day");
    }

    #[test]
    fn what_cannot_be_judged_is_refused_with_its_line() {
        let with = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines: Vec<String> = plain().lines().map(str::to_owned).collect();
            change(&mut lines);
            format!("ddl,luminance\n{}\n", lines.join("\n"))
        };
        refused(&with(&|lines| lines.swap(2, 3)), "5: level 30 stands behind level 45");
        refused(&with(&|lines| lines.push("0,1".to_owned())), "20: level 0 stands behind level 255");
        refused(
            &with(&|lines| lines[5] = "75,50".to_owned()),
            "7: level 75 has 50 cd/m², more than 1 % less",
        );
        refused(&with(&|lines| lines.truncate(17)), "18: the last level is 240: it must be the highest");
        refused(&with(&|lines| drop(lines.remove(0))), "2: the first level is 15");
        refused(&with(&|lines| drop(lines.remove(4))), "18: there are 17 levels: an evaluation needs 18");
        refused("ddl,luminance\n", "1: there are 0 levels");
        let places =
            |rows: &str| format!("# unit: nit\nddl,luminance,position\n{}{rows}", rows_without_places());
        refused(&places("26,1,1\n26,1,2\n"), "21: the places of the field of level 26 are not 1 to 5");
        refused(&places("26,1,1\n26,1,1\n26,1,3\n26,1,4\n26,1,5\n"), "21: the places of the field");
        refused(&places("26,-1,1\n"), "21: level 26 has luminance -1");
    }

    fn rows_without_places() -> String {
        rows(|level| format!("{level},{},", 1 + level))
    }
}
