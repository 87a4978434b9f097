//! What a file says of a panel: its measured luminances.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::calibration::MeasuredFile;
use crate::grayscale::{CharacteristicCurve, DisplaySystem};
use crate::units::CdPerM2;

/// A file of luminances is far smaller: 65,536 levels with places and colours.
const LUMINANCE_BYTES_MAX: u64 = 4 << 20;

/// A panel that takes `bits`, by the file of its measured luminances and what ambient light adds to them. The error names
/// the file, and the line where one is wrong.
pub fn read_display_system(path: &Path, ambient: CdPerM2, bits: u8) -> Result<DisplaySystem, String> {
    let in_file = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let curve = CharacteristicCurve::parse(&read_text(path)?)
        .map_err(|fault| format!("{}:{fault}", path.display()))?;
    DisplaySystem::new(&curve, ambient, bits).map_err(|why| in_file(&why))
}

/// What a file says that was measured on a monitor. The error names the file, and the line where one is wrong.
pub fn read_measured(path: &Path) -> Result<MeasuredFile, String> {
    MeasuredFile::parse(&read_text(path)?).map_err(|fault| format!("{}:{fault}", path.display()))
}

fn read_text(path: &Path) -> Result<String, String> {
    let bytes = read_bounded(path, LUMINANCE_BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|why| format!("{}: {why}", path.display()))
}

/// A small file as a whole. The error names it.
pub(super) fn read_bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, String> {
    let in_file = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| in_file(&why))?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|why| in_file(&why))?;
    if bytes.len() as u64 > bytes_max {
        return Err(in_file(&format!("is larger than {bytes_max} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::{Config, Sources};
    use crate::session::{Effect, ScreenMonitor};
    use crate::units::Phi;

    use super::super::bench::Bench;
    use super::super::settings::LiveSettings;
    use super::super::settings::tests::reading;

    #[test]
    fn a_file_that_was_measured_elsewhere_comes_to_the_bench_and_what_is_wrong_names_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let sources = Sources { site_dir: Some(folder.path().to_path_buf()), ..Sources::default() };
        let config = Config::load(&sources).expect("no fault");
        let mut settings = LiveSettings::new(sources, config);
        let (mut bench, mut reading, ctx) = (Bench::new(None), reading(), egui::Context::default());
        let monitor = ScreenMonitor { id: "ZZM-1".to_owned(), ..ScreenMonitor::default() };
        reading.session.screens[0].monitor = Ok(monitor);
        let path = folder.path().join("panel.csv");
        let mut told = |text: &str| {
            std::fs::write(&path, text).expect("written");
            let before = reading.session.messages.len();
            let effect = Effect::ReadMeasured { monitor: "ZZM-1".to_owned(), path: Phi::new(path.clone()) };
            assert_eq!(bench.carry_out(effect, &mut settings, &mut reading, &ctx), None);
            let is_told = (0..24_000).any(|_| {
                std::thread::sleep(Duration::from_millis(5));
                bench.take_news(&mut settings, &mut reading, &ctx);
                reading.session.messages.len() > before
            });
            assert!(is_told, "nothing comes of it");
            let levels = reading
                .session
                .bench()
                .and_then(|bench| Some(bench.around.as_ref()?.measurement.response.len()));
            (reading.session.messages.last().map(|message| message.text.clone()).unwrap_or_default(), levels)
        };
        let (words, levels) = told("ddl,luminance\n0,1\n255,350\n");
        assert!(words.contains("panel.csv:3: there are 2 levels") && levels.is_none(), "{words}");
        let rows = (0..=255_u16).step_by(15).map(|level| format!("{level},{}\n", 1 + level));
        let (words, levels) = told(&format!("# path: around\nddl,luminance\n{}", rows.collect::<String>()));
        assert_eq!(levels, Some(18), "{words}");
    }
}
