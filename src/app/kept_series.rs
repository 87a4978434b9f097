//! Series of the physicist's mode that were interrupted: a file a monitor, which goes when the series is finished.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::calibration::Series;

use super::own_file;

/// A series that was interrupted, as the file keeps it.
#[derive(Serialize, Deserialize)]
struct KeptSeries {
    series: Series,
}

/// Keeps a series that is not finished, or forgets it.
pub(super) fn keep_series(
    state_dir: Option<&Path>,
    monitor: &str,
    series: Option<&Series>,
) -> Result<(), Error> {
    let Some(path) = series_file(state_dir, monitor) else { return Ok(()) };
    match series {
        Some(series) => own_file::write(&path, &KeptSeries { series: series.clone() }),
        None => match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}

/// A series of a monitor that was interrupted; what cannot be read is set aside.
pub(super) fn kept_series(state_dir: Option<&Path>, monitor: &str) -> Option<Series> {
    let path = series_file(state_dir, monitor)?;
    let kept = own_file::read::<KeptSeries>(&path, "The series that was interrupted").ok().flatten()?;
    Some(kept.series)
}

/// A monitor's identity as a part of a file's name.
pub(super) fn file_name(monitor: &str) -> String {
    let safe = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    monitor.chars().map(safe).collect()
}

fn series_file(state_dir: Option<&Path>, monitor: &str) -> Option<PathBuf> {
    Some(state_dir?.join("displays").join(format!("series-{}.toml", file_name(monitor))))
}

#[cfg(test)]
mod tests {
    use crate::calibration::{Reading, SeriesKind, SeriesRules, SignalPath};

    use super::*;

    #[test]
    fn a_series_that_was_interrupted_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let state_dir = Some(folder.path());
        let rules = SeriesRules { readings: 2, settle_ms: 3000 };
        let mut series =
            Series::new(SeriesKind::Response, SignalPath::Through, rules).under(Some("a".to_owned()));
        for _ in 0..3 {
            series.take(Reading { luminance_cd_m2: 1.5, chromaticity: None }).expect("taken");
        }
        keep_series(state_dir, "ZZM 1", Some(&series)).expect("kept");
        assert_eq!(kept_series(state_dir, "ZZM 1"), Some(series));
        for _ in 0..2 {
            keep_series(state_dir, "ZZM 1", None).expect("forgotten, also when it is gone");
        }
        assert_eq!(kept_series(state_dir, "ZZM 1"), None);
    }
}
