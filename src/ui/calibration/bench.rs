//! The displays, what is said at the bench, and the patterns.

use egui::{Align, Label, RichText, Role, Sense, Ui, WidgetInfo};

use crate::calibration::SignalPath;
use crate::calibration::pattern::Pattern;
use crate::command::{AppCommand, CalibrationCommand, Command};
use crate::session::{Screen, ScreenMonitor};

use super::super::calibration_words as words;
use super::super::shell::ScreenView;
use super::super::theme::{colors, strong};
use super::super::words as all_words;
use super::{heading, notice, pattern_command};

pub(super) fn show(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    heading(ui, words::DISPLAYS);
    let mut seen: Vec<&str> = Vec::new();
    for screen in &view.session.screens {
        match &screen.monitor {
            Ok(monitor) if !seen.contains(&monitor.id.as_str()) => {
                seen.push(&monitor.id);
                display(ui, view, screen, monitor);
            }
            _ => {}
        }
    }
    if seen.is_empty() {
        notice(ui, words::NO_MONITOR);
    }
    ui.add_space(10.0);
    heading(ui, words::BENCH);
    let calibrating = &view.session.calibrating;
    let ambient = view.session.bench().and_then(|bench| bench.ambient_cd_m2);
    let ambient = ambient.map(|ambient| format!("{} cd/m²", words::figure(ambient)));
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let instrument = calibrating.instrument.as_ref().map(|instrument| instrument.name.clone());
    line(ui, view, words::OPERATOR, said(&calibrating.operator), begin("calibration operator"), commands);
    line(ui, view, words::INSTRUMENT, instrument, begin("calibration instrument"), commands);
    line(ui, view, words::AMBIENT, ambient, begin("calibration ambient"), commands);
    line(
        ui,
        view,
        words::PROFILE,
        said(view.session.bench_profile()),
        begin("calibration profile"),
        commands,
    );
    let other = match calibrating.path {
        SignalPath::Around => SignalPath::Through,
        SignalPath::Through => SignalPath::Around,
    };
    let path = Some(words::path(calibrating.path).to_owned());
    let switch = Command::Calibration(CalibrationCommand::Path(other));
    line(ui, view, words::LEVELS_GO, path, switch, commands);
    ui.add_space(10.0);
    heading(ui, words::PATTERNS);
    let colors = colors(ui.ctx());
    for name in Pattern::PAGES.map(Pattern::name) {
        let label = Label::new(RichText::new(&name).color(colors.dim)).sense(Sense::click());
        let response = ui.add(label);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.clicked() {
            commands.push(pattern_command(&name));
        }
    }
}

fn begin(text: &str) -> Command {
    Command::App(AppCommand::Begin(text.to_owned()))
}

/// A monitor in its frame: that of this window stands out.
fn display(ui: &mut Ui, view: &ScreenView<'_>, screen: &Screen, monitor: &ScreenMonitor) {
    let colors = colors(ui.ctx());
    let is_here = view.session.bench_monitor().is_some_and(|here| here.id == monitor.id);
    let edge = if is_here { colors.focus } else { colors.line };
    let frame = egui::Frame::new().stroke(egui::Stroke::new(1.0, edge)).corner_radius(4.0).inner_margin(10.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(RichText::new(&monitor.name).font(strong(13.0)).color(colors.strong)).truncate());
        ui.add(Label::new(RichText::new(&monitor.id).color(colors.dim)).truncate());
        let badge = all_words::monitor(&screen.monitor);
        ui.add(Label::new(RichText::new(&badge.text).color(colors.text)).truncate())
            .on_hover_text(&badge.why);
        let bench = view.session.calibrating.benches.get(&monitor.id);
        if let Some(task) = bench.and_then(|bench| bench.book.due.first()) {
            let color = if task.is_due { colors.caution } else { colors.dim };
            let words = format!("{} {}", task.task, task.words);
            ui.add(Label::new(RichText::new(words).color(color)).wrap());
        }
    });
}

/// What is said, and a click says it otherwise.
fn line(
    ui: &mut Ui,
    view: &ScreenView<'_>,
    name: &str,
    said: Option<String>,
    command: Command,
    commands: &mut Vec<Command>,
) {
    let colors = colors(ui.ctx());
    let key = view.key(&command);
    let response = ui.horizontal(|ui| {
        super::column(ui, 100.0, Align::Min, RichText::new(name).color(colors.dim));
        let (words, color) =
            said.map_or((words::NOT_SAID.to_owned(), colors.caution), |said| (said, colors.text));
        let label = Label::new(RichText::new(&words).color(color)).truncate().sense(Sense::click());
        (ui.add(label), format!("{name}: {words}"))
    });
    let (response, said) = response.inner;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    let name = all_words::with_key(name, key.as_deref());
    if response.on_hover_text(&name).clicked() {
        commands.push(command);
    }
}
