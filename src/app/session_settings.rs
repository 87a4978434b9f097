//! What of the configuration the session knows.

use std::sync::Arc;

use crate::calibration::SeriesRules;
use crate::config::{Calibration, Config, Entry, Settings, ValueOrigin};
use crate::display::Photometer;
use crate::grayscale::WindowPresets;
use crate::session::{CalibrationSettings, SessionSettings, SettingLine};

const MIB: u64 = 1 << 20;

/// A patch is never read sooner after it was drawn.
const SETTLE_MIN_MS: u32 = 200;

/// What the configuration decides for the session.
pub fn session_settings(config: &Config, presets: WindowPresets) -> SessionSettings {
    let Settings { viewer, display, studies, .. } = &config.settings;
    SessionSettings {
        presets,
        interpolation: viewer.interpolation,
        grid: viewer.layout,
        detail: viewer.detail,
        pixel_mm: (display.pixel_mm > 0.0).then_some(f64::from(display.pixel_mm)),
        corner_texts: config.corner_texts.clone(),
        palettes: config.palettes.clone(),
        transfers: config.transfers.clone(),
        prior_rules: config.prior_rules.clone(),
        macros: Arc::clone(config.keymap.macros()),
        protocols: if viewer.hangs_by_protocol {
            Arc::clone(&config.protocols.protocols)
        } else {
            Arc::default()
        },
        frame_budget_bytes: u64::from(config.settings.memory.frames_mib) * MIB,
        card_budget_bytes: u64::from(config.settings.memory.card_mib) * MIB,
        study_days: studies.days,
        unseen: viewer.unseen,
        calibration: calibration_settings(config),
    }
}

/// What the configuration decides for the physicist's mode.
fn calibration_settings(config: &Config) -> CalibrationSettings {
    let Calibration { is_physicist, photometer, readings, settle_s, asks_at_start } =
        &config.settings.calibration;
    let photometer = Photometer::new(photometer).ok();
    CalibrationSettings {
        profiles: Arc::clone(&config.display_profiles),
        is_automatic: photometer.is_some(),
        photometer: photometer.map_or_else(|| "typed in".to_owned(), |of| of.name().to_owned()),
        rules: SeriesRules {
            readings: u16::try_from(*readings).unwrap_or(1),
            // Desktops and panels are some frames behind.
            settle_ms: settle_s.saturating_mul(1000).max(SETTLE_MIN_MS),
        },
        is_physicist: *is_physicist,
        asks_at_start: *asks_at_start,
    }
}

/// A setting as its panel shows it.
pub(super) fn setting_line(entry: &Entry) -> SettingLine {
    let (is_decided, is_locked) = (entry.origin == ValueOrigin::CommandLine, entry.locked.is_some());
    let is_free = !is_decided && !is_locked;
    let beside = |is_next| entry.beside(is_next).filter(|_| is_free).map(|value| value.bare());
    SettingLine {
        key: entry.key,
        value: entry.value.bare(),
        previous: beside(false),
        next: beside(true),
        origin: entry.origin.kind(),
        allowed: entry.allowed(),
        help: entry.help(),
        is_decided,
        is_locked,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::Desk;

    #[test]
    fn what_is_exported_has_as_much_of_the_card_as_the_windows() {
        let desk = Desk::with("[memory]\ncard_mib = 4096\n", &[]);
        assert_eq!(desk.reading.session.settings.card_budget_bytes, 4 << 30);
    }
}
