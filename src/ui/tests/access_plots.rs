//! The plots of the physicist's mode in the tree for assistive technology: what each shows is said in words.

use egui::{Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::calibration::{PanelShape, SimulatedPanel};
use crate::session::{
    BenchNews, BookLines, Event as News, QualityDay, QualityNumber, QualityTrend, ScreenMonitor,
};
use crate::units::Ddl;

use super::desk::{Desk, open};

/// What is said of pictures.
fn said(harness: &Harness<'_, Desk>) -> Vec<String> {
    let nodes = harness.root().children_recursive();
    let pictures = nodes.filter(|node| node.accesskit_node().role() == Role::Image);
    pictures.map(|node| node.accesskit_node().label().unwrap_or_default()).collect()
}

/// A panel of gamma 2.2 from 1 to 350 cd/m² in the dark, of which something is in the book.
fn measured() -> Desk {
    let mut desk = Desk::new();
    let monitor = || "ZZM-1".to_owned();
    desk.session.screens[0].monitor = Ok(ScreenMonitor { id: monitor(), ..ScreenMonitor::default() });
    let history = [("26-10-01", 12.5, true), ("26-11-24", 5.25, false)];
    let history = history.map(|(day, percent, fails)| (day.to_owned(), percent, fails)).to_vec();
    let book = BookLines { history, ..BookLines::default() };
    let news = Box::new(BenchNews { book, ..BenchNews::default() });
    desk.hear(&News::BenchKnown { monitor: monitor(), news });
    let mut desk = desk.run("calibration; calibration ambient 0; calibration measure response");
    let panel = SimulatedPanel::new(PanelShape::Gamma, [1.0, 350.0], 8);
    for level in (0..=255).step_by(15) {
        desk.obey(&format!("calibration reading {}", panel.luminance(Ddl(level))));
    }
    desk
}

#[test]
fn every_plot_of_the_mode_says_what_it_is_its_axes_its_worst_point_and_the_verdict() {
    let mut harness = open(measured());
    harness.set_size(vec2(1600.0, 1400.0));
    harness.run();
    let said = said(&harness);
    let of = |begin: &str| {
        let found: Vec<&String> = said.iter().filter(|words| words.starts_with(begin)).collect();
        assert_eq!(found.len(), 1, "{begin}: {said:?}");
        found[0].clone()
    };
    // Rule G-17 says by how much such a panel is off.
    assert_eq!(
        of("Contrast response"),
        "Contrast response against GSDF. Across: 18 levels from 0 to 255. Up: deviation of contrast, from -43.1 % to +50.9 %; \
         allowed is ±10 %. Worst: +50.9 %, from level 15 to 30. Verdict: fail."
    );
    let luminance = of("Luminance");
    for words in [
        "18 levels from 0 to 255",
        "from 1.00 to 350 cd/m²",
        "Farthest from it: level ",
        "Verdict on its ends",
    ] {
        assert!(luminance.contains(words), "'{words}' is not in {luminance}");
    }
    assert!(of("History").contains("Worst: 12.5 % on 26-10-01. Last: 5.2 %, no limit exceeded."));
}

#[test]
fn the_course_of_image_quality_is_said_drawn_and_listed() {
    let number = |name: &str, unit: &str, change, per_year| QualityNumber {
        name: name.to_owned(),
        unit: unit.to_owned(),
        change,
        per_year,
        per_year_error: None,
    };
    let day = |date: &str, values: [f64; 2]| QualityDay {
        date: date.to_owned(),
        operator: "A. Physicist".to_owned(),
        values: values.to_vec(),
    };
    let trend = QualityTrend {
        title: "snr of water 1".to_owned(),
        source: "CT, Nil CT1".to_owned(),
        main: 1,
        numbers: vec![number("mean 1", "HU", 10.0, Some(20.0)), number("snr 1", "", -2.5, Some(-5.0))],
        days: vec![day("2026-01-01", [400.0, 52.5]), day("2026-07-02", [410.0, 50.0])],
        notes: Vec::new(),
    };
    let other = QualityTrend { title: "mtf of edge 1".to_owned(), ..QualityTrend::default() };
    let mut desk = Desk::new();
    desk.hear(&News::QualityKnown(vec![trend, other], None));
    // No monitor need be known for it.
    let mut harness = open(desk.run("calibration; calibration tab images"));
    harness.set_size(vec2(1600.0, 1400.0));
    harness.run();
    assert_eq!(
        said(&harness),
        [
            "snr of water 1, CT, Nil CT1. Across: 2 days from 2026-01-01 to 2026-07-02. Up: snr 1, from 50.0 on 2026-07-02 to 52.5 on \
          2026-01-01. Last: 50.0. A year: -5.00. No limit is laid down."
        ]
    );
    for words in ["mean 1, HU", "410", "2026-07-02", "A. Physicist", "+10.0", "-2.50", "-5.00"] {
        let is_it = |node: &egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value()).is_some_and(|label| label == words)
        };
        assert!(harness.root().children_recursive().any(|node| is_it(&node)), "{words}");
    }
    harness.get_by_role_and_label(Role::ListBoxOption, "mtf of edge 1 · 0 days").click_accesskit();
    harness.run();
    assert_eq!(harness.state().session.calibrating.chosen, 1);
}

#[test]
fn without_a_measurement_no_picture_is_spoken_of() {
    let mut desk = Desk::new();
    desk.session.screens[0].monitor =
        Ok(ScreenMonitor { id: "ZZM-1".to_owned(), ..ScreenMonitor::default() });
    let mut harness = open(desk.run("calibration; calibration tab evaluate"));
    harness.set_size(vec2(1600.0, 1400.0));
    harness.run();
    assert_eq!(said(&harness), [""; 0]);
}
