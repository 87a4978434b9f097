//! Series, and which of them were measured.

use egui::{Label, RichText, Ui};

use crate::calibration::{SeriesKind, SignalPath};
use crate::command::{CalibrationCommand, Command};

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::theme::colors;
use super::{button, heading, notice};

pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let path = view.session.calibrating.path;
    heading(ui, &format!("Levels go {}", words::path(path)));
    notice(
        ui,
        match path {
            SignalPath::Around => {
                "To characterise: what the panel shows at each driving level. A table is made of it."
            }
            SignalPath::Through => "To verify: what reading is done with, table included.",
        },
    );
    if view.session.settings.calibration.is_automatic {
        notice(ui, words::READS_ITSELF);
    }
    ui.add_space(8.0);
    let bench = view.session.bench();
    for kind in SeriesKind::ALL {
        let (name, count) = words::series(kind);
        ui.horizontal(|ui| {
            button(ui, view, name, Command::Calibration(CalibrationCommand::Measure(kind)), commands);
            let kept = bench.and_then(|bench| bench.interrupted.as_ref());
            let kept = kept.filter(|series| series.kind() == kind && series.path() == path);
            let words = kept.map_or(count, |series| {
                let (read, count) = series.progress();
                format!("interrupted: {read} of {count} were read, and it goes on there")
            });
            let color = if kept.is_some() { colors.caution } else { colors.dim };
            ui.add(Label::new(RichText::new(words).color(color)).extend());
        });
    }
    ui.horizontal(|ui| {
        let test = Command::Calibration(CalibrationCommand::AmbientTest);
        button(ui, view, words::AMBIENT_TEST, test, commands);
        let done = bench.and_then(|bench| bench.ambient_test.as_ref());
        let (words, color) = done.map_or((words::AMBIENT_TEST_IS.to_owned(), colors.dim), |test| {
            (words::ambient_found(test), if test.passed() { colors.text } else { colors.caution })
        });
        ui.add(Label::new(RichText::new(words).color(color)).extend());
    });
    ui.add_space(12.0);
    if let Some(measured) = bench.and_then(|bench| bench.measured(path)) {
        let recorded = words::recorded(measured.unrecorded);
        let levels = measured.measurement.response.len();
        let fields = measured.measurement.fields.len();
        notice(
            ui,
            &format!("Measured {}: {levels} levels, {fields} uniform fields; {recorded}.", words::path(path)),
        );
    } else {
        notice(ui, words::NOTHING_MEASURED);
    }
}
