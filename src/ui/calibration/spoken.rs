//! What the plots show, in words: for who does not see them.

use egui::{Response, Role, WidgetInfo};

use crate::calibration::{Evaluation, Quantity, Verdict};
use crate::session::{QualityDay, QualityNumber, QualityTrend};

use super::super::calibration_words as words;
use super::evaluate::limit;

/// Says what a plot shows: what it is of, its axes and their range, where it is worst, and what follows.
pub(super) fn speak(plot: &Response, words: impl Fn() -> String) {
    plot.widget_info(|| WidgetInfo::labeled(Role::Image, true, words()));
}

/// Of the deviations of contrast.
pub(super) fn contrast(evaluation: &Evaluation) -> String {
    let steps = evaluation.levels.get(1..).unwrap_or_default();
    let ends = ends(steps.iter().map(|step| step.deviation_percent));
    let (Some((least, most)), Some(across)) = (ends, across(evaluation)) else {
        return nothing(words::CONTRAST);
    };
    let pairs = evaluation.levels.iter().zip(steps);
    let worst = pairs
        .max_by(|(_, one), (_, other)| one.deviation_percent.abs().total_cmp(&other.deviation_percent.abs()));
    let worst = worst.map_or_else(String::new, |(below, here)| {
        format!("Worst: {:+.1} %, from level {} to {}.", here.deviation_percent, below.ddl, here.ddl)
    });
    format!(
        "{}. Across: {across}. Up: deviation of contrast, from {least:+.1} % to {most:+.1} %; allowed is ±{} %. {worst} \
         Verdict: {}.",
        words::CONTRAST,
        limit(evaluation),
        verdict(evaluation, &[Quantity::GsdfDeviation])
    )
}

/// Of luminances beside those that the GSDF asks for.
pub(super) fn luminance(evaluation: &Evaluation) -> String {
    let Some(across) = across(evaluation) else { return nothing(words::LUMINANCE) };
    let last = evaluation.levels.last().map_or(0, |step| step.ddl);
    let targets = evaluation.target(last.saturating_add(1));
    let asked = |level: u16| {
        let off = |at: &f64| (at - f64::from(level)).abs();
        targets.iter().min_by(|(one, _), (other, _)| off(one).total_cmp(&off(other))).map(|(_, asked)| *asked)
    };
    let steps = evaluation.levels.iter().filter_map(|step| Some((step, asked(step.ddl)?)));
    let off = |luminance: f64, asked: f64| (luminance.max(1e-3) / asked.max(1e-3)).ln().abs();
    let farthest = steps.max_by(|(one, asked_one), (other, asked_other)| {
        off(one.luminance, *asked_one).total_cmp(&off(other.luminance, *asked_other))
    });
    let farthest = farthest.map_or_else(String::new, |(step, asked)| {
        let (here, asked) = (words::figure(step.luminance), words::figure(asked));
        format!("Farthest from it: level {}, {here} where it asks for {asked} cd/m².", step.ddl)
    });
    format!(
        "{}. Across: {across}. Up, logarithmic: luminance with ambient light, from {} to {} cd/m², and what the GSDF asks for. \
         {farthest} Verdict on its ends and their ratio: {}.",
        words::LUMINANCE,
        words::figure(evaluation.l_min),
        words::figure(evaluation.l_max),
        verdict(evaluation, &[Quantity::LMin, Quantity::LMax, Quantity::Ratio])
    )
}

/// Of the deviations that were recorded: day, percent, and whether that was beyond the limit; the oldest first.
pub(super) fn history(history: &[(String, f64, bool)], limit: f64) -> String {
    let (Some((first, ..)), Some((last, latest, is_beyond)), Some((low, high))) =
        (history.first(), history.last(), ends(history.iter().map(|(_, percent, _)| *percent)))
    else {
        return nothing(words::HISTORY);
    };
    let worst = history.iter().max_by(|(_, one, _), (_, other, _)| one.total_cmp(other));
    let worst = worst.map_or("", |(day, ..)| day.as_str());
    let verdict = if *is_beyond { Verdict::Fail.name() } else { "no limit exceeded" };
    format!(
        "{}. Across: {} evaluations from {first} to {last}. Up: largest deviation from the GSDF, from {low:.1} % to {high:.1} %; \
         allowed is {limit} %. Worst: {high:.1} % on {worst}. Last: {latest:.1} %, {verdict}.",
        words::HISTORY,
        history.len()
    )
}

/// Of the number that stands for a measurement of a phantom, day by day.
pub(super) fn quality(trend: &QualityTrend, number: &QualityNumber) -> String {
    let QualityTrend { title, source, .. } = trend;
    let count = trend.main_values().count();
    let mut days = trend.main_values();
    let Some((first, value)) = days.next() else { return nothing(title) };
    let (last, latest) = days.last().unwrap_or((first, value));
    let by_value = |(_, one): &(&QualityDay, f64), (_, other): &(&QualityDay, f64)| one.total_cmp(other);
    let low = trend.main_values().min_by(by_value).unwrap_or((first, value));
    let high = trend.main_values().max_by(by_value).unwrap_or((first, value));
    format!(
        "{title}, {source}. Across: {count} days from {} to {}. Up: {}, from {} on {} to {} on {}. Last: {}. A year: {}. No limit is \
         laid down.",
        first.date,
        last.date,
        named(number),
        words::figure(low.1),
        low.0.date,
        words::figure(high.1),
        high.0.date,
        words::figure(latest),
        a_year(number)
    )
}

/// A number with its unit: `mean 1, HU`.
pub(super) fn named(number: &QualityNumber) -> String {
    let QualityNumber { name, unit, .. } = number;
    if unit.is_empty() { name.clone() } else { format!("{name}, {unit}") }
}

/// What became of a number in a year, with the standard error of that where there is one.
pub(super) fn a_year(number: &QualityNumber) -> String {
    let Some(slope) = number.per_year else { return "–".to_owned() };
    let error = number.per_year_error.map(|error| format!(" ± {}", words::figure(error)));
    format!("{}{}", signed(slope), error.unwrap_or_default())
}

/// A change, with its sign.
pub(super) fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", words::figure(value)) } else { words::figure(value) }
}

fn nothing(what: &str) -> String {
    format!("{what}. Nothing is drawn.")
}

/// The least and the largest of numbers; none where there are none.
pub(super) fn ends(mut numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let first = numbers.next()?;
    Some(numbers.fold((first, first), |(least, most), number| (least.min(number), most.max(number))))
}

fn across(evaluation: &Evaluation) -> Option<String> {
    let (first, last) = (evaluation.levels.first()?, evaluation.levels.last()?);
    Some(format!("{} levels from {} to {}", evaluation.levels.len(), first.ddl, last.ddl))
}

/// The worst verdict on some quantities.
fn verdict(evaluation: &Evaluation, quantities: &[Quantity]) -> &'static str {
    let checks = evaluation.checks.iter().filter(|check| quantities.contains(&check.quantity));
    checks.map(|check| check.verdict).max().unwrap_or(Verdict::NotMeasured).name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_tells_its_days_its_worst_and_its_last() {
        let days = [("26-09-01", 4.0, false), ("26-10-01", 12.5, true), ("26-11-24", 5.25, false)];
        let days = days.map(|(day, percent, fails)| (day.to_owned(), percent, fails));
        assert_eq!(
            history(&days, 10.0),
            "History. Across: 3 evaluations from 26-09-01 to 26-11-24. Up: largest deviation from the GSDF, from 4.0 % to 12.5 %; \
             allowed is 10 %. Worst: 12.5 % on 26-10-01. Last: 5.2 %, no limit exceeded."
        );
        assert!(history(&days[..2], 10.0).ends_with("Last: 12.5 %, fail."));
        assert_eq!(history(&[], 10.0), "History. Nothing is drawn.");
    }
}
