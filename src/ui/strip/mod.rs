//! The strip of studies and series: what there is, what hangs, what is not whole.

mod card;
mod carry;
mod heading;
mod prior;
mod thumbnail;

use egui::{Id, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};

use crate::session::{PriorLine, PriorState};
use crate::study::{DisplaySet, DisplaySetId, Series, Study};

use super::shell::ScreenView;
use super::theme::colors;
use super::viewport::fill;
use super::words;
use crate::command::Command;

/// Between cards, and between them and the edge, in points.
const GAP: f32 = 6.0;

/// Beside the cards, for the scroll bar: always, lest cards change their width when there are more of them.
const BAR: f32 = 8.0;

/// What stands in the strip, from top to bottom.
enum Row<'a> {
    Study { study: &'a Study, has_name: bool, why: Option<String> },
    Set(Entry<'a>),
    Prior(PriorLine<'a>),
}

/// A display set and where it comes from.
#[derive(Clone, Copy)]
struct Entry<'a> {
    /// The place among all, from 0: what `hang` counts.
    place: usize,
    series: &'a Series,
    set: &'a DisplaySet,
}

impl Row<'_> {
    fn height(&self) -> f32 {
        match self {
            Self::Study { study, has_name, why } => heading::height(study, *has_name, why.is_some()),
            Self::Set(_) => card::HEIGHT + GAP,
            Self::Prior(_) => prior::HEIGHT,
        }
    }
}

/// Shows the strip.
pub(super) fn show(ui: &mut Ui, strip: Rect, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    fill(ui.painter(), strip, colors.ground);
    let hairline = 1.0 / ui.pixels_per_point();
    let line = Rect::from_min_max(pos2(strip.right() - hairline, strip.top()), strip.max);
    ui.painter().rect_filled(line, 0.0, colors.line);
    let inner = strip.with_min_x(strip.left() + GAP).with_max_x(strip.right() - 2.0 * hairline);
    ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| {
        ui.set_clip_rect(strip.intersect(ui.clip_rect()));
        if view.library.studies().is_empty() {
            ui.add_space(GAP);
            ui.label(RichText::new(words::STRIP_EMPTY).color(colors.dim));
            return;
        }
        ui.spacing_mut().scroll.floating_allocated_width = 0.0;
        let area = ScrollArea::vertical().id_salt("strip").auto_shrink([false, false]);
        area.show(ui, |ui| list(ui, view, commands));
        carry::show(ui.ctx(), view, commands);
    });
}

/// The rows, of which only those in sight are laid out: there may be thousands.
fn list(ui: &mut Ui, view: &ScreenView<'_>, commands: &mut Vec<Command>) {
    let rows = rows(view);
    let height: f32 = rows.iter().map(Row::height).sum();
    let (all, _) = ui.allocate_exact_size(vec2(ui.available_width(), height + GAP), Sense::hover());
    let seen = ui.clip_rect().y_range();
    let shown = view.shown().and_then(|viewport| viewport.source.as_ref()).map(|source| &source.display_set);
    let chosen = view.session.panel.as_ref().filter(|_| view.is_focused() && view.session.is_in_strip());
    let chosen = chosen.map(|panel| panel.chosen);
    let is_new = is_news(ui, shown);
    let mut top = all.top();
    let mut in_sight = 0..0;
    for row in rows {
        let rect = Rect::from_min_size(pos2(all.left(), top), vec2(all.width() - BAR, row.height()));
        top = rect.bottom();
        let is_in_sight = rect.bottom() > seen.min && rect.top() < seen.max;
        match row {
            Row::Study { study, has_name, why } if is_in_sight => {
                heading::show(ui, rect, view, study, has_name, why.as_deref());
            }
            Row::Prior(line) if is_in_sight => prior::show(ui, rect, view, &line, commands),
            Row::Study { .. } | Row::Prior(_) => {}
            Row::Set(entry) => {
                let is_chosen = chosen == Some(entry.place);
                let is_called = is_chosen || (is_new && shown == Some(&entry.set.id));
                if is_called && (rect.top() < seen.min - 0.5 || rect.bottom() > seen.max + 0.5) {
                    ui.scroll_to_rect(rect, None);
                }
                let rect = rect.with_max_y(rect.bottom() - GAP);
                if is_in_sight {
                    let first = if in_sight.is_empty() { entry.place } else { in_sight.start };
                    in_sight = first..entry.place + 1;
                    card::show(ui, rect, view, entry, is_chosen, commands);
                }
            }
        }
    }
    thumbnail::keep_failures(ui, view, &in_sight);
}

fn rows<'a>(view: &ScreenView<'a>) -> Vec<Row<'a>> {
    let studies = view.library.studies();
    let is_of = |study: &Study, other: Option<&Study>| {
        other.is_some_and(|other| other.patient.is_same_person(&study.patient))
    };
    let has_several = !studies.iter().all(|study| is_of(study, studies.first()));
    let mut places = 0..;
    let mut rows = Vec::new();
    let mut before = None;
    for study in studies {
        let why = view.session.priors.picked(&study.attributes.uid).map(words::prior_why);
        rows.push(Row::Study { study, has_name: has_several && !is_of(study, before), why });
        before = Some(study);
        let sets =
            study.series.iter().flat_map(|series| series.display_sets.iter().map(move |set| (series, set)));
        let entries = sets.zip(&mut places).map(|((series, set), place)| Entry { place, series, set });
        rows.extend(entries.map(Row::Set));
    }
    // Below what is open: what could be.
    let ranking = &view.session.priors.ranking;
    let lines = view.session.prior_lines(view.library);
    let lines = lines.take(ranking.picked.len() + ranking.conflicting.len());
    let is_offered = |line: &PriorLine<'_>| line.picked.is_some() && line.state != PriorState::Here;
    rows.extend(lines.filter(|line| line.is_conflicting() || is_offered(line)).map(Row::Prior));
    rows
}

/// Whether the focused viewport shows another set than when this was asked last: then its card comes into sight.
fn is_news(ui: &Ui, shown: Option<&DisplaySetId>) -> bool {
    let id = Id::unique(("the strip's set", ui.ctx().viewport_id()));
    let before: Option<Option<DisplaySetId>> = ui.data_mut(|data| data.get_temp(id));
    let is_news = before.is_none_or(|before| before.as_ref() != shown);
    if is_news {
        ui.data_mut(|data| data.insert_temp(id, shown.cloned()));
    }
    is_news
}
