//! A plot: a frame with two axes, and what lies in it. What lies beyond an axis is drawn at its end.

use std::iter;

use super::faces::{Ink, Style, Weight};
use super::sheet::{Align, Mark, Place, Sheet};

/// Points around the frame: left, above, right, below.
const INSETS: [f64; 4] = [34.0, 32.0, 10.0, 24.0];

const TITLE: Style = Style::new(Weight::Strong, 8.0, Ink::Black);
const SMALL: Style = Style::new(Weight::Regular, 6.5, Ink::Gray);

/// So many ticks at most.
const TICKS_MAX: usize = 12;

/// How numbers lie along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Linear,
    Log,
}

/// From a number to a larger one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    scale: Scale,
}

impl Axis {
    /// Equal distances for equal differences.
    pub(super) const fn linear(low: f64, high: f64) -> Self {
        Self { low, high, scale: Scale::Linear }
    }

    /// Equal distances for equal ratios, over whole decades around two numbers above 0.
    pub(super) fn decades(low: f64, high: f64) -> Self {
        let low = libm::exp10(libm::floor(libm::log10(low)));
        let high = libm::exp10(libm::ceil(libm::log10(high))).max(10.0 * low);
        Self { low, high, scale: Scale::Log }
    }

    /// From 0 for the lower end to 1.
    fn share(&self, value: f64) -> f64 {
        let along = |value: f64| match self.scale {
            Scale::Linear => value,
            Scale::Log => libm::log10(value.max(self.low)),
        };
        let (low, high) = (along(self.low), along(self.high));
        ((along(value) - low) / (high - low)).clamp(0.0, 1.0)
    }

    fn ticks(&self) -> Vec<f64> {
        let end = self.high + 1e-6 * (self.high - self.low);
        let ticks: Box<dyn Iterator<Item = f64>> = match self.scale {
            Scale::Log => Box::new(iter::successors(Some(self.low), |tick| Some(10.0 * tick))),
            Scale::Linear => {
                let rough = (self.high - self.low) / 6.0;
                let power = libm::exp10(libm::floor(libm::log10(rough)));
                let step =
                    [1.0, 2.0, 5.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough);
                let step = step.unwrap_or(10.0 * power);
                let first = libm::ceil(self.low / step) * step;
                Box::new(iter::successors(Some(first), move |tick| Some(tick + step)))
            }
        };
        ticks.take_while(|tick| *tick <= end).take(TICKS_MAX).collect()
    }
}

/// A tick's number without zeros that say nothing.
fn tick_text(tick: f64) -> String {
    let text = format!("{tick:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// How what lies in a plot is told from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Line,
    Dashes,
    Dot,
    Area,
}

/// A plot at its place.
pub(super) struct Plot {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    x: Axis,
    y: Axis,
}

impl Plot {
    /// In a box with room for words around the frame.
    pub(super) fn new([left, top]: [f64; 2], [width, height]: [f64; 2], x: Axis, y: Axis) -> Self {
        let [before, above, behind, below] = INSETS;
        let (width, height) = (width - before - behind, height - above - below);
        Self { left: left + before, top: top + above, width, height, x, y }
    }

    fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.left + self.width * self.x.share(x), self.top + self.height * (1.0 - self.y.share(y))]
    }

    /// Draws frame, axes and words; the legend tells signs.
    pub(super) fn draw_frame(
        &self,
        sheet: &mut Sheet,
        title: &str,
        below: &str,
        legend: &[(Sign, Ink, String)],
    ) {
        let Self { left, top, width, height, .. } = *self;
        let (right, bottom) = (left + width, top + height);
        let before = left - INSETS[0];
        let room = right - before;
        let line = |baseline, align| Place { left: before, baseline, room, align };
        sheet.write(line(top - 21.0, Align::Left), TITLE, title);
        for tick in self.y.ticks() {
            let [_, y] = self.place([self.x.low, tick]);
            sheet.line(vec![[left, y], [right, y]], 0.3, Ink::Hair);
            let place = Place { left: before, baseline: y + 2.3, room: INSETS[0] - 4.0, align: Align::Right };
            sheet.write(place, SMALL, &tick_text(tick));
        }
        for tick in self.x.ticks() {
            let [x, _] = self.place([tick, self.y.low]);
            sheet.line(vec![[x, bottom], [x, bottom + 2.5]], 0.4, Ink::Gray);
            let place = Place { left: x - 12.0, baseline: bottom + 10.0, room: 24.0, align: Align::Centre };
            sheet.write(place, SMALL, &tick_text(tick));
        }
        let frame = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
        sheet.line(frame.to_vec(), 0.5, Ink::Gray);
        sheet.write(line(bottom + 19.0, Align::Right), SMALL, below);
        self.draw_legend(sheet, legend);
    }

    fn draw_legend(&self, sheet: &mut Sheet, legend: &[(Sign, Ink, String)]) {
        let end = self.left + self.width;
        let (mut x, baseline) = (self.left, self.top - 7.0);
        for (sign, ink, words) in legend {
            let room = end - x - 15.0;
            if room <= 0.0 {
                break;
            }
            let middle = baseline - 2.3;
            let ends = vec![[x, middle], [x + 12.0, middle]];
            match sign {
                Sign::Line => sheet.line(ends, 1.0, *ink),
                Sign::Dashes => sheet.add(dashes(ends, *ink)),
                Sign::Dot => dot(sheet, [x + 6.0, middle], *ink),
                Sign::Area => sheet.fill([x, middle - 3.0], [12.0, 6.0], *ink),
            }
            let words = sheet.faces().elide(SMALL, words, room);
            sheet.write(Place { left: x + 15.0, baseline, room, align: Align::Left }, SMALL, &words);
            x += 27.0 + sheet.faces().width(SMALL, &words);
        }
    }

    /// Draws what lies in the frame: places as both axes count, in the order of the path.
    pub(super) fn draw(&self, sheet: &mut Sheet, sign: Sign, ink: Ink, values: &[[f64; 2]]) {
        let points: Vec<[f64; 2]> = values.iter().map(|value| self.place(*value)).collect();
        match sign {
            Sign::Line => sheet.line(points, 0.9, ink),
            Sign::Dashes => sheet.add(dashes(points, ink)),
            Sign::Dot => {
                for point in points {
                    dot(sheet, point, ink);
                }
            }
            Sign::Area => sheet.add(Mark::Area { points, ink }),
        }
    }
}

/// Says in the place of a plot why there is none.
pub(super) fn no_plot(sheet: &mut Sheet, [left, top]: [f64; 2], room: f64, title: &str, why: &str) {
    let place = |baseline| Place { left, baseline, room, align: Align::Left };
    sheet.write(place(top + INSETS[1] - 21.0), TITLE, title);
    sheet.write(place(top + INSETS[1] - 7.0), SMALL, why);
}

fn dashes(points: Vec<[f64; 2]>, ink: Ink) -> Mark {
    Mark::Line { points, width: 0.9, ink, is_dashed: true }
}

fn dot(sheet: &mut Sheet, [x, y]: [f64; 2], ink: Ink) {
    const HALF: f64 = 1.3;
    sheet.fill([x - HALF, y - HALF], [2.0 * HALF, 2.0 * HALF], ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: Axis) -> Vec<String> {
        axis.ticks().into_iter().map(tick_text).collect()
    }

    #[test]
    fn ticks_are_round_numbers_within_the_axis() {
        assert_eq!(texts(Axis::linear(0.0, 255.0)), ["0", "50", "100", "150", "200", "250"]);
        assert_eq!(texts(Axis::linear(0.0, 0.032)), ["0", "0.01", "0.02", "0.03"]);
        assert_eq!(texts(Axis::decades(0.35, 412.0)), ["0.1", "1", "10", "100", "1000"]);
        assert_eq!(texts(Axis::decades(1.0, 1.0)), ["1", "10"]);
        assert_eq!(texts(Axis::decades(2e-3, 5e4)).len(), 9);
    }

    #[test]
    fn a_value_lies_where_its_axis_says_and_none_beyond_it() {
        let linear = Axis::linear(0.0, 200.0);
        let log = Axis::decades(0.2, 300.0);
        for (axis, value, expected) in [
            (linear, 50.0, 0.25),
            (linear, 300.0, 1.0),
            (linear, -1.0, 0.0),
            (log, 0.1, 0.0),
            (log, 10.0, 0.5),
            (log, 0.0, 0.0),
            (log, 1e9, 1.0),
        ] {
            assert!((axis.share(value) - expected).abs() < 1e-9, "{axis:?} {value}");
        }
    }
}
