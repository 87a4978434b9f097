//! The words of the physicist's mode.

use crate::calibration::{
    Act, AmbientTest, CalibrationStatus, Check, Limit, Patch, Quantity, SeriesKind, SignalPath, Verdict,
};
use crate::command::CalibrationTab;
use crate::session::{DueAsked, Played, RunningSeries, ScreenMonitor, Session, Unrecorded};

/// The title of the mode.
pub(super) const TITLE: &str = "Calibration";
pub(super) const DISPLAYS: &str = "Displays";
pub(super) const PATTERNS: &str = "Patterns";
pub(super) const BENCH: &str = "At the bench";
pub(super) const OPERATOR: &str = "Operator";
pub(super) const INSTRUMENT: &str = "Instrument";
pub(super) const AMBIENT: &str = "Ambient light";
pub(super) const PROFILE: &str = "Limits";
pub(super) const LEVELS_GO: &str = "Levels go";
pub(super) const NOT_SAID: &str = "not said";
pub(super) const NOT_MEASURED: &str = "not measured";
pub(super) const VERDICT: &str = "Verdict";
pub(super) const TO_DO: &str = "To do";
pub(super) const HISTORY: &str = "History";
pub(super) const NO_RECORDS: &str = "Nothing is recorded of this monitor yet.";
pub(super) const NO_TASKS: &str = "No tasks are laid down for the use of this monitor.";
pub(super) const CHAIN_WHOLE: &str = "The chain of records is whole.";
pub(super) const READING: &str = "Luminance, cd/m²";
pub(super) const READING_FIELD: &str = "Luminance as the photometer shows it";
pub(super) const RECORD: &str = "Record";
pub(super) const BUILD: &str = "Make a table";
pub(super) const ACTIVATE: &str = "Use this table";
pub(super) const REVERT: &str = "Go back to the table before";
pub(super) const CERTIFICATE: &str = "Certificate";
pub(super) const BACK: &str = "Back to the images";
pub(super) const ONE_BACK: &str = "One patch back";
pub(super) const STOP: &str = "Interrupt";
pub(super) const AMBIENT_TEST: &str = "Ambient test";
pub(super) const AMBIENT_TEST_IS: &str = "find bars that are hardly seen, in the light of this room";
pub(super) const AMBIENT_FIELD: &str = "Where bars are hidden";
pub(super) const NOT_SEEN: &str = "Not seen";
pub(super) const BREAK_OFF: &str = "Break off";
pub(super) const DUE_LATER: &str = "Later: ask at the next start";
pub(super) const START: &str = "Start";
pub(super) const PAUSE: &str = "Stop";
pub(super) const FASTER: &str = "Faster";
pub(super) const SLOWER: &str = "Slower";
pub(super) const FULL_PATTERN: &str = "Full-screen pattern";
pub(super) const CONTRAST: &str = "Contrast response against GSDF";
pub(super) const LUMINANCE: &str = "Luminance";
pub(super) const NO_MONITOR: &str = "It is not known on which monitor this window is.";
pub(super) const NOTHING_MEASURED: &str =
    "Nothing is measured yet. Measure 18 levels first; that takes a few minutes.";
pub(super) const NO_TABLE: &str = "No new table is made yet. Measure what the panel shows around any table, say what the room's light adds, \
                                   and make one.";
pub(super) const READS_ITSELF: &str = "The photometer is read by itself.";

/// What of a measurement is in the book.
pub(super) const fn recorded(unrecorded: Unrecorded) -> &'static str {
    match unrecorded {
        Unrecorded::Nothing => "recorded",
        Unrecorded::Light => "recorded with another light of the room: to be measured again",
        Unrecorded::Fields | Unrecorded::All => "not in the book of records yet",
    }
}

/// The name of a part of the mode.
pub(super) const fn tab(tab: CalibrationTab) -> &'static str {
    match tab {
        CalibrationTab::Measure => "Measure",
        CalibrationTab::Evaluate => "Evaluate",
        CalibrationTab::Calibrate => "Calibrate",
        CalibrationTab::Schedule => "Schedule",
        CalibrationTab::Records => "Records",
        CalibrationTab::Images => "Images",
    }
}

/// What a series measures, and how many readings that takes.
pub(super) fn series(kind: SeriesKind) -> (&'static str, String) {
    let name = match kind {
        SeriesKind::Response => "Contrast response, 18 levels",
        SeriesKind::Fine => "Contrast response, 52 levels",
        SeriesKind::Full => "Contrast response, all 256 levels",
        SeriesKind::Uniformity => "Uniformity, nine places of three fields",
    };
    (name, format!("{} patches", kind.patches().len()))
}

/// The way of levels to the panel.
pub(super) const fn path(path: SignalPath) -> &'static str {
    match path {
        SignalPath::Around => "around the table",
        SignalPath::Through => "through the table",
    }
}

/// What is to be measured, and where.
fn patch(patch: Patch) -> String {
    const PLACES: [&str; 9] = [
        "upper left",
        "upper middle",
        "upper right",
        "middle left",
        "centre",
        "middle right",
        "lower left",
        "lower middle",
        "lower right",
    ];
    let place = patch.place.and_then(|place| PLACES.get(usize::from(place)));
    place.map_or_else(
        || format!("level {} at the centre", patch.level),
        |place| format!("level {}, {place}", patch.level),
    )
}

/// Where a series stands.
pub(super) fn running(running: &RunningSeries, is_automatic: bool) -> String {
    let (read, count) = running.series.progress();
    let what = running.series.patch().map(patch).unwrap_or_default();
    let now = match (running.settles_s, running.is_reading, is_automatic) {
        (_, true, _) => "reading".to_owned(),
        (0, ..) if is_automatic => "reading".to_owned(),
        (0, ..) => "read it now".to_owned(),
        (left, ..) => format!("settles {left} s"),
    };
    format!("{} of {count} · {what} · {} · {now}", (read + 1).min(count), path(running.series.path()))
}

/// Where the ambient test stands, and what is to be done.
pub(super) fn seeking(test: &AmbientTest) -> String {
    let place = (test.sightings().len() + 1).min(AmbientTest::COUNT);
    format!(
        "{place} of {} · click the bars, or type their ninth of the window: 1 upper left, 3 upper right, 9 lower right",
        AmbientTest::COUNT
    )
}

/// What the bar at the start says: what is due, since when and where, and by which key a look is judged.
pub(super) fn due_asked(asked: &DueAsked<'_>, judged_by: Option<&str>) -> String {
    let DueAsked { monitor, line, more } = asked;
    let mark = if line.is_overdue { "⚠ " } else { "" };
    let judged = match (line.act, judged_by) {
        (Some(Act::VisualCheck | Act::ImageQuality), Some(key)) => {
            format!(". Look, then {key}: pass or fail")
        }
        _ => String::new(),
    };
    let others = match more {
        0 => String::new(),
        1 => "; 1 more is due".to_owned(),
        more => format!("; {more} more are due"),
    };
    format!("{mark}{} {}, on {}{others}{judged}", line.task, line.words, monitor.name)
}

/// What its first key does.
pub(super) const fn due_now(act: Option<Act>) -> &'static str {
    match act {
        Some(Act::VisualCheck | Act::ImageQuality) => "Look at it now",
        Some(Act::AmbientTest) => "Ambient test now",
        Some(Act::RoomLight) => "Show the schedule",
        None => "Measure it now",
    }
}

/// What came of the ambient test.
pub(super) fn ambient_found(test: &AmbientTest) -> String {
    let verdict = if test.passed() { "passed" } else { "not passed" };
    format!("{} of {} found: {verdict}", test.found(), AmbientTest::COUNT)
}

/// How a pattern moves, and whether it reaches what is asked of it.
pub(super) fn played(played: &Played) -> String {
    let counted = format!("{} shown, {} left out", played.shown, played.left_out);
    match (played.is_playing, played.reached) {
        (true, Some(reached)) => {
            format!("{} frames a second asked for · {reached:.1} reached · {counted}", played.rate)
        }
        (true, None) => format!("{} frames a second asked for · {counted}", played.rate),
        (false, _) if played.shown > 0 => format!("{} frames a second · at rest · {counted}", played.rate),
        (false, _) => format!("{} frames a second · at rest", played.rate),
    }
}

/// The reading before.
pub(super) fn last(running: &RunningSeries) -> Option<String> {
    let (patch, reading) = running.series.last()?;
    Some(format!("level {}: {} cd/m²", patch.level, figure(reading.luminance_cd_m2)))
}

/// A number with as many places as it deserves.
pub(super) fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// What was found of a quantity.
pub(super) fn found(check: &Check) -> String {
    let Some(value) = check.value else { return NOT_MEASURED.to_owned() };
    let unit = check.quantity.unit();
    let gap = if unit.is_empty() { "" } else { " " };
    format!("{}{gap}{unit}", figure(value))
}

/// What it may be.
pub(super) fn limit(limit: Option<&Limit>) -> String {
    let number = |value: f64| if value >= 1.0 { format!("{value}") } else { format!("{value:.3}") };
    match limit.map(|limit| (limit.min, limit.max)) {
        Some((Some(min), Some(max))) => format!("{}–{}", number(min), number(max)),
        Some((Some(min), None)) => format!("≥ {}", number(min)),
        Some((None, Some(max))) => format!("≤ {}", number(max)),
        _ => String::new(),
    }
}

/// Why a limit is what it is.
pub(super) fn limit_why(check: &Check) -> String {
    let Some(limit) = &check.limit else {
        return format!("{}: the profile has no limit.", check.quantity.name());
    };
    let confirmed = if limit.is_confirmed {
        ""
    } else {
        "\nNobody has compared this limit with that text yet: within it is indicative, and no pass."
    };
    format!("{}{confirmed}", limit.source)
}

/// The verdict in a sentence.
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass: everything measured is within confirmed limits.",
        Verdict::Indicative => "Indicative: within its limits, of which some are not confirmed.",
        Verdict::Fail => "Fail: a limit is exceeded.",
        Verdict::NotMeasured => "Nothing is measured.",
    }
}

/// Who looks, in the title.
pub(super) fn role(session: &Session) -> String {
    let settings = &session.settings.calibration;
    let role = if settings.is_physicist { "physicist" } else { "reader: measures, and changes nothing" };
    format!("{role} · limits: {} · photometer: {}", session.bench_profile(), settings.photometer)
}

/// Tasks that are due, in the title.
pub(super) fn tasks_due(count: usize) -> String {
    if count == 1 { "1 task due".to_owned() } else { format!("{count} tasks due") }
}

/// What the title says of a monitor beside who applies the GSDF, and why, and whether that is as it should be.
pub(super) fn of_monitor(owner: &str, monitor: Option<&ScreenMonitor>) -> (String, Option<(String, bool)>) {
    if let Some(remote) = monitor.and_then(|monitor| monitor.remote) {
        let why = format!(
            "The picture goes to another machine ({remote}): nothing is known of the display that is looked at."
        );
        return ("remote, display unknown".to_owned(), Some((why, false)));
    }
    let Some(status) = monitor.and_then(|monitor| monitor.status.as_ref()) else {
        return (owner.to_owned(), None);
    };
    let (short, is_calm) = match status {
        CalibrationStatus::Calibrated { .. } => ("calibrated", true),
        CalibrationStatus::DueSoon { .. } => ("check due soon", true),
        CalibrationStatus::Overdue { .. } => ("check overdue", false),
        CalibrationStatus::Expired { .. } => ("calibration expired", false),
        CalibrationStatus::Failed { .. } => ("check failed", false),
        CalibrationStatus::Changed { .. } => ("changed since calibration", false),
        CalibrationStatus::NotMeasured => ("not measured", false),
        CalibrationStatus::ReviewOnly => ("review only", false),
    };
    (format!("{owner} · {short}"), Some((format!("Its records: {}.", status.words()), is_calm)))
}

/// What a new table would give.
pub(super) fn built(kept: usize, left_percent: f64) -> String {
    format!(
        "{kept} of 256 grays stay apart; the largest deviation from the GSDF that 8 bits leave is {} %.",
        figure(left_percent)
    )
}

/// The quantities that the panel on the right lists, whatever was found.
pub(super) const QUANTITIES: [Quantity; 13] = Quantity::ALL;
