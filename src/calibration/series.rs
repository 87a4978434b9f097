//! A guided series: which patch is shown, how long it settles, how often it is read, and what counts as an odd reading.
//!
//! Pure: whoever shows patches says when one was shown, whoever reads them hands in what was read.

use serde::{Deserialize, Serialize};

use super::measurement::{FieldReading, LevelReading, Measurement, PointReading, SignalPath};
use crate::units::Chromaticity;

/// What is measured in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesKind {
    /// 18 levels. TG18-LN8, rule G-14.
    Response,
    /// 52 levels.
    Fine,
    /// Every level of 8 bits.
    Full,
    /// Nine places of three uniform fields. TG270, rule G-19.
    Uniformity,
}

impl SeriesKind {
    /// All, the shortest of each sort first.
    pub const ALL: [Self; 4] = [Self::Response, Self::Fine, Self::Full, Self::Uniformity];

    /// The word of commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Fine => "fine",
            Self::Full => "full",
            Self::Uniformity => "uniformity",
        }
    }

    /// The patches in the order in which they are read, in levels of 8 bits.
    pub fn patches(self) -> Vec<Patch> {
        let centre = |level| Patch { level, place: None };
        match self {
            Self::Response => (0..=255).step_by(15).map(centre).collect(),
            Self::Fine => (0..=255).step_by(5).map(centre).collect(),
            Self::Full => (0..=255).map(centre).collect(),
            Self::Uniformity => {
                let places = |level| (0..9).map(move |place| Patch { level, place: Some(place) });
                [30, 120, 210].into_iter().flat_map(places).collect()
            }
        }
    }
}

/// What is shown for one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Its level, of 8 bits.
    pub level: u16,
    /// Where of nine places of a uniform field it is read, row by row; none for the centre of a patch on its surround.
    pub place: Option<u8>,
}

/// What a photometer told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Luminance, cd/m², from 0 to 4000.
    pub luminance_cd_m2: f64,
    /// Colour, where the instrument tells it.
    #[serde(default)]
    pub chromaticity: Option<Chromaticity>,
}

/// How a series is read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesRules {
    /// Readings of a patch, at least 1.
    pub readings: u16,
    /// How long a patch is shown before it is read, ms. Rule G-33.
    pub settle_ms: u32,
}

/// What a reading led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The same patch is to be read again.
    More,
    /// The readings of this patch do not agree, and it is to be read again.
    Odd,
    /// The next patch is to be shown.
    Next,
    /// That was the last.
    Done,
}

/// Why a reading is none.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ReadingError {
    /// Not a luminance.
    #[error("{luminance} is no luminance: it is a number of cd/m² from 0 to 4000")]
    Luminance {
        /// What was read.
        luminance: f64,
    },
    /// Nothing is to be read.
    #[error("the series is finished")]
    Finished,
}

/// A series under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    kind: SeriesKind,
    path: SignalPath,
    /// The digest of the table that the monitor went by; none where there is none of ours.
    #[serde(default)]
    table: Option<String>,
    rules: SeriesRules,
    /// Of each patch that was finished, and of the one that is read.
    readings: Vec<Vec<Reading>>,
    /// When the patch was shown, ms since the program began.
    #[serde(skip)]
    shown_ms: Option<f64>,
}

/// Two readings of one patch agree within this share of the larger, or within [`AGREE_CD_M2`].
const AGREE: f64 = 0.01;

/// See [`AGREE`]: what photometers do not tell apart in the dark.
const AGREE_CD_M2: f64 = 0.02;

/// So many more readings than asked for may be taken of a patch whose readings do not agree.
const MORE_MAX: usize = 3;

impl Series {
    /// A series of which nothing is read yet.
    pub const fn new(kind: SeriesKind, path: SignalPath, rules: SeriesRules) -> Self {
        Self { kind, path, table: None, rules, readings: Vec::new(), shown_ms: None }
    }

    /// The same on a monitor that goes by the table of this digest.
    #[must_use]
    pub fn under(self, table: Option<String>) -> Self {
        Self { table, ..self }
    }

    /// What is measured.
    pub const fn kind(&self) -> SeriesKind {
        self.kind
    }

    /// The way of its levels to the panel.
    pub const fn path(&self) -> SignalPath {
        self.path
    }

    /// The digest of the table that the monitor went by.
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// Whether nothing was read yet.
    pub const fn is_unread(&self) -> bool {
        self.readings.is_empty()
    }

    /// How it is read.
    pub const fn rules(&self) -> SeriesRules {
        self.rules
    }

    /// The place of the patch to be read, from 0, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let count = self.kind.patches().len();
        let finished = self.readings.iter().filter(|of_patch| self.is_finished(of_patch)).count();
        (finished.min(count), count)
    }

    /// What is to be shown and read now; none when all is read.
    pub fn patch(&self) -> Option<Patch> {
        self.kind.patches().get(self.progress().0).copied()
    }

    /// What was read of the patch before: for the operator's eye.
    pub fn last(&self) -> Option<(Patch, Reading)> {
        let at = self.readings.len().checked_sub(1)?;
        Some((self.kind.patches().get(at).copied()?, *self.readings.get(at)?.last()?))
    }

    /// The patch is on the screen since then, ms since the program began. Only the first time counts. Gives when it will have
    /// settled.
    pub fn note_shown(&mut self, now_ms: f64) -> f64 {
        *self.shown_ms.get_or_insert(now_ms) + f64::from(self.rules.settle_ms)
    }

    /// The patch is not on the screen any more: it settles anew when it is again.
    pub const fn note_hidden(&mut self) {
        self.shown_ms = None;
    }

    /// When the patch has settled, likewise; none as long as it is not on the screen.
    pub fn settled_ms(&self) -> Option<f64> {
        Some(self.shown_ms? + f64::from(self.rules.settle_ms))
    }

    /// Takes a reading of the patch.
    pub fn take(&mut self, reading: Reading) -> Result<Taken, ReadingError> {
        let luminance = reading.luminance_cd_m2;
        if !(0.0..=4000.0).contains(&luminance) {
            return Err(ReadingError::Luminance { luminance });
        }
        let (at, count) = self.progress();
        if at == count {
            return Err(ReadingError::Finished);
        }
        if self.readings.len() <= at {
            self.readings.push(Vec::new());
        }
        let is_finished = self.readings.get_mut(at).is_some_and(|of_patch| {
            of_patch.push(reading);
            is_finished(self.rules, of_patch)
        });
        Ok(if !is_finished {
            let asked = usize::from(self.rules.readings);
            if self.readings.get(at).is_some_and(|of_patch| of_patch.len() >= asked) {
                Taken::Odd
            } else {
                Taken::More
            }
        } else if at + 1 == count {
            Taken::Done
        } else {
            self.shown_ms = None;
            Taken::Next
        })
    }

    /// Forgets what was read of the patch, or of the one before where nothing was read yet.
    pub fn back(&mut self) {
        self.readings.pop();
        self.shown_ms = None;
    }

    fn is_finished(&self, of_patch: &[Reading]) -> bool {
        is_finished(self.rules, of_patch)
    }

    /// Puts what was read into a measurement, in place of what was measured so before.
    pub fn put_into(&self, measurement: &mut Measurement) {
        let patches = self.kind.patches();
        let read = patches.iter().zip(&self.readings).filter(|(_, of_patch)| self.is_finished(of_patch));
        if self.kind == SeriesKind::Uniformity {
            let mut fields: Vec<FieldReading> = Vec::new();
            for (patch, of_patch) in read {
                let mean = Mean::of(of_patch);
                let point = PointReading { luminance_cd_m2: mean.luminance, chromaticity: mean.chromaticity };
                match fields.last_mut().filter(|field| field.level == patch.level) {
                    Some(field) => field.points.push(point),
                    None => fields.push(FieldReading { level: patch.level, points: vec![point] }),
                }
            }
            fields.retain(|field| field.points.len() == 9);
            measurement.fields = fields;
        } else {
            let level = |(patch, of_patch): (&Patch, &Vec<Reading>)| {
                let mean = Mean::of(of_patch);
                LevelReading {
                    level: patch.level,
                    luminance_cd_m2: mean.luminance,
                    spread_cd_m2: mean.spread,
                    readings: mean.count,
                    chromaticity: mean.chromaticity,
                }
            };
            measurement.path = self.path;
            measurement.highest = 255;
            measurement.response = read.map(level).collect();
        }
    }
}

/// Whether a patch needs no more readings: those that agree are as many as were asked for, or it was tried often enough.
fn is_finished(rules: SeriesRules, of_patch: &[Reading]) -> bool {
    let asked = usize::from(rules.readings.max(1));
    agreeing(of_patch).len() >= asked || of_patch.len() >= asked + MORE_MAX
}

/// The readings that agree with the one in the middle.
fn agreeing(of_patch: &[Reading]) -> Vec<Reading> {
    let mut sorted: Vec<f64> = of_patch.iter().map(|reading| reading.luminance_cd_m2).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(&middle) = sorted.get(sorted.len() / 2) else { return Vec::new() };
    let agrees = |reading: &&Reading| {
        let (here, there) = (reading.luminance_cd_m2, middle);
        (here - there).abs() <= f64::max(AGREE * here.max(there), AGREE_CD_M2)
    };
    of_patch.iter().filter(agrees).copied().collect()
}

/// What stands for the readings of a patch.
struct Mean {
    luminance: f64,
    spread: f64,
    count: u16,
    chromaticity: Option<Chromaticity>,
}

impl Mean {
    /// Of those that agree.
    fn of(of_patch: &[Reading]) -> Self {
        let agreeing = agreeing(of_patch);
        let count = u16::try_from(agreeing.len()).unwrap_or(u16::MAX);
        let share = 1.0 / f64::from(count.max(1));
        let luminance = agreeing.iter().map(|reading| reading.luminance_cd_m2).sum::<f64>() * share;
        let squares: f64 = agreeing.iter().map(|reading| (reading.luminance_cd_m2 - luminance).powi(2)).sum();
        let spread = if count > 1 { (squares / f64::from(count - 1)).sqrt() } else { 0.0 };
        let colors: Vec<Chromaticity> = agreeing.iter().filter_map(|reading| reading.chromaticity).collect();
        let chromaticity = u16::try_from(colors.len()).ok().filter(|colors| *colors > 0).map(|of| {
            let sum = colors.iter().fold((0.0, 0.0), |sum, color| (sum.0 + color.u, sum.1 + color.v));
            Chromaticity { u: sum.0 / f64::from(of), v: sum.1 / f64::from(of) }
        });
        Self { luminance, spread, count, chromaticity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(luminance_cd_m2: f64) -> Reading {
        Reading { luminance_cd_m2, chromaticity: None }
    }

    fn series(kind: SeriesKind, readings: u16) -> Series {
        Series::new(kind, SignalPath::Around, SeriesRules { readings, settle_ms: 3000 })
    }

    fn nothing() -> Measurement {
        Measurement {
            path: SignalPath::Through,
            highest: 255,
            response: Vec::new(),
            ambient_cd_m2: Some(0.25),
            fields: Vec::new(),
        }
    }

    #[test]
    fn every_series_has_the_levels_of_its_rule() {
        let counts = SeriesKind::ALL.map(|kind| kind.patches().len());
        assert_eq!(counts, [18, 52, 256, 27]);
        let levels: Vec<u16> = SeriesKind::Response.patches().iter().map(|patch| patch.level).collect();
        assert_eq!((levels.first(), levels.get(1), levels.last()), (Some(&0), Some(&15), Some(&255)));
    }

    #[test]
    fn each_patch_is_read_as_often_as_asked_and_the_mean_counts() {
        let mut series = series(SeriesKind::Response, 2);
        for (at, patch) in SeriesKind::Response.patches().iter().enumerate() {
            assert_eq!((series.patch(), series.progress()), (Some(*patch), (at, 18)));
            let luminance = f64::from(patch.level) + 1.0;
            assert_eq!(series.take(reading(luminance)), Ok(Taken::More));
            let last = if at == 17 { Taken::Done } else { Taken::Next };
            assert_eq!(series.take(reading(luminance * 1.004)), Ok(last));
        }
        assert_eq!((series.patch(), series.take(reading(1.0))), (None, Err(ReadingError::Finished)));
        let mut measurement = nothing();
        series.put_into(&mut measurement);
        assert_eq!((measurement.path, measurement.response.len()), (SignalPath::Around, 18));
        let white = measurement.response[17];
        assert!((white.luminance_cd_m2 - 256.512).abs() < 1e-9 && (white.spread_cd_m2 - 0.724).abs() < 0.001);
        assert_eq!((white.readings, measurement.ambient_cd_m2), (2, Some(0.25)));
    }

    #[test]
    fn an_odd_reading_is_read_again_and_does_not_count() {
        let mut series = series(SeriesKind::Response, 2);
        assert_eq!(series.take(reading(100.0)), Ok(Taken::More));
        assert_eq!(series.take(reading(120.0)), Ok(Taken::Odd), "a hand before the sensor");
        assert_eq!(series.take(reading(100.4)), Ok(Taken::Next));
        let mut measurement = nothing();
        series.put_into(&mut measurement);
        assert!((measurement.response[0].luminance_cd_m2 - 100.2).abs() < 1e-9);
        // A patch that never agrees does not hold the series up.
        for luminance in [1.0, 2.0, 4.0, 8.0] {
            assert_ne!(series.take(reading(luminance)), Ok(Taken::Next));
        }
        assert_eq!(series.take(reading(16.0)), Ok(Taken::Next));
    }

    #[test]
    fn what_is_no_luminance_is_refused() {
        for luminance in [-0.1, f64::NAN, f64::INFINITY, 4001.0] {
            let refused = series(SeriesKind::Response, 1).take(reading(luminance));
            assert!(matches!(refused, Err(ReadingError::Luminance { .. })), "{luminance}");
        }
    }

    #[test]
    fn one_goes_back_patch_by_patch_and_a_patch_settles_anew() {
        let mut series = series(SeriesKind::Response, 1);
        let settled = [1000.0, 9000.0].map(|now_ms| series.note_shown(now_ms));
        assert_eq!((settled, series.settled_ms()), ([4000.0, 4000.0], Some(4000.0)));
        series.take(reading(1.0)).expect("taken");
        assert_eq!((series.progress().0, series.settled_ms()), (1, None));
        series.back();
        assert_eq!((series.progress().0, series.last()), (0, None));
    }

    #[test]
    fn a_series_goes_on_where_it_was_interrupted() {
        let mut series = series(SeriesKind::Uniformity, 1);
        for _ in 0..13 {
            series.take(reading(5.0)).expect("taken");
        }
        let kept = serde_json::to_string(&series).expect("JSON");
        let mut again: Series = serde_json::from_str(&kept).expect("a series");
        assert_eq!((again.patch(), again.progress()), (Some(Patch { level: 120, place: Some(4) }), (13, 27)));
        let mut measurement = nothing();
        again.put_into(&mut measurement);
        assert_eq!(measurement.fields.len(), 1, "a field with all nine places");
        while again.patch().is_some() {
            again.take(reading(5.0)).expect("taken");
        }
        again.put_into(&mut measurement);
        let places: Vec<usize> = measurement.fields.iter().map(|field| field.points.len()).collect();
        assert_eq!(places, [9, 9, 9]);
    }
}
