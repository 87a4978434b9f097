//! The slider at the right edge of a viewport: where in the stack the image is, what is loaded, what is missing.

use egui::{Align2, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::render::ViewportPlan;
use crate::session::Viewport;
use crate::study::{DisplaySet, Gap, Image};

use super::super::shell::ScreenView;
use super::super::theme::{Colors, regular};
use super::super::{loaded, text, words};
use super::gesture::{self, Grip};

/// The width of the rail, in points.
const RAIL: f32 = 6.0;
/// From the viewport's edge to the rail.
const MARGIN: f32 = 5.0;
/// The same above and below: the corners are for words.
const INSET: f32 = 40.0;
/// The hand may miss the rail by so much.
const REACH: f32 = 7.0;
/// A mark and a gap are so high.
const MARK: f32 = 3.0;
/// A viewport lower than this has no slider.
const HEIGHT_MIN: f32 = 140.0;
/// So many images are asked whether they are loaded.
const LOADED_PLACES: usize = 200;

/// The slider of a viewport.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slider {
    rail: Rect,
    images: usize,
}

impl Slider {
    /// The slider of a viewport that stands in `cell`; none for a single image.
    pub(super) fn of(plan: &ViewportPlan, cell: Rect) -> Option<Self> {
        let (_, images) = plan.labels.number.filter(|(_, images)| *images > 1)?;
        let right = cell.right() - MARGIN;
        let rail =
            Rect::from_min_max(pos2(right - RAIL, cell.top() + INSET), pos2(right, cell.bottom() - INSET));
        (cell.height() >= HEIGHT_MIN).then_some(Self { rail, images })
    }

    /// Whether the hand at a place takes hold of it.
    pub(super) fn is_at(self, at: Pos2) -> bool {
        self.reach().contains(at)
    }

    /// The number of the image at a height, from 1.
    pub(super) fn number_at(self, y: f32) -> usize {
        let share = ((y - self.rail.top() - MARK / 2.0) / (self.rail.height() - MARK)).clamp(0.0, 1.0);
        #[expect(clippy::cast_precision_loss, reason = "counts of images: far below 2²⁴")]
        let steps = (share * (self.images - 1) as f32).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the images")]
        let index = steps as usize;
        index + 1
    }

    /// Where words about a height stand.
    fn beside(self, y: f32) -> Pos2 {
        pos2(self.rail.left() - REACH - 4.0, y)
    }

    fn reach(self) -> Rect {
        self.rail.expand2(vec2(REACH, 0.0))
    }

    /// The height of a place in the stack: 0 the first image, 1 the second.
    fn y_of(self, index: f32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "counts of images: far below 2²⁴")]
        let share = index / (self.images - 1) as f32;
        self.rail.top() + MARK / 2.0 + share * (self.rail.height() - MARK)
    }

    fn paint(self, painter: &Painter, number: usize, is_held: bool, colors: &Colors) {
        #[expect(clippy::cast_precision_loss, reason = "counts of images: far below 2²⁴")]
        let y = self.y_of(number.saturating_sub(1) as f32);
        let wide = if is_held { 3.0 } else { 2.0 };
        painter.rect_filled(self.band(y, y, wide), 1.0, colors.focus);
    }

    /// What is loaded, quietly.
    fn paint_loaded(self, painter: &Painter, places: &[bool], colors: &Colors) {
        painter.rect_filled(self.rail, RAIL / 2.0, colors.track);
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let height = self.rail.height() / places.len().max(1) as f32;
        let mut from = 0;
        for run in places.chunk_by(|a, b| a == b) {
            let to = from + run.len();
            if run.first() == Some(&true) {
                #[expect(clippy::cast_precision_loss, reason = "a small count")]
                let [top, bottom] = [from, to].map(|place| self.rail.top() + place as f32 * height);
                painter.rect_filled(self.rail.with_min_y(top).with_max_y(bottom), RAIL / 2.0, colors.thumb);
            }
            from = to;
        }
    }

    fn paint_gap(self, painter: &Painter, gap: Gap, colors: &Colors) {
        let y = self.y_of_gap(gap);
        painter.rect_filled(self.band(y, y, 0.0), 0.0, colors.warning);
    }

    fn y_of_gap(self, gap: Gap) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "counts of images: far below 2²⁴")]
        let after = gap.after as f32;
        self.y_of(after + 0.5)
    }

    /// A bar across the rail.
    fn band(self, top: f32, bottom: f32, wider: f32) -> Rect {
        Rect::from_min_max(
            pos2(self.rail.left() - wider, top - MARK / 2.0),
            pos2(self.rail.right() + wider, bottom + MARK / 2.0),
        )
    }
}

/// Shows the slider of a viewport that stands in `cell`.
pub(super) fn show(ui: &Ui, cell: Rect, view: &ScreenView<'_>, plan: &ViewportPlan, colors: &Colors) {
    let (Some(slider), Some((viewport, set))) = (Slider::of(plan, cell), shown_of(view, plan)) else {
        return;
    };
    let Some((number, images)) = plan.labels.number else { return };
    let id = ui.scope_id().with(("slider", plan.index));
    let response = ui.interact(slider.reach(), id, Sense::hover());
    #[expect(clippy::cast_precision_loss, reason = "counts of images: far below 2²⁴")]
    let value = number as f64;
    let name = words::slider(plan.index + 1);
    response.widget_info(|| WidgetInfo::slider(true, value, &name));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Slider);
        node.set_description(words::image_of(number, images));
    });
    let is_held = gesture::holds(ui.ctx(), plan.index, Grip::Slider);
    let painter = ui.painter_at(cell);
    let key = |image: &Image| viewport.presented.key(image, view.library);
    // Of key images alone nothing is told between them.
    let is_all = viewport.only.is_none();
    let places = if is_all { loaded::spread(view.library, set, key, LOADED_PLACES) } else { Vec::new() };
    slider.paint_loaded(&painter, &places, colors);
    // Views around a body have none.
    let gaps = if viewport.rendering.is_some() || !is_all { &[][..] } else { &set.gaps };
    for gap in gaps {
        slider.paint_gap(&painter, *gap, colors);
    }
    slider.paint(&painter, number, is_held || response.hovered(), colors);
    let under = ui.ctx().pointer_latest_pos().filter(|_| response.hovered() && !is_held);
    if let Some(at) = under {
        let number = slider.number_at(at.y);
        let gap = gaps.iter().find(|gap| (slider.y_of_gap(**gap) - at.y).abs() < 2.0 * MARK);
        let words = words::slider_place(number, images, gap);
        plate(&painter, Align2::RIGHT_CENTER, slider.beside(at.y), &words, colors);
    } else if is_held {
        #[expect(clippy::cast_precision_loss, reason = "counts of images: far below 2²⁴")]
        let y = slider.y_of(number.saturating_sub(1) as f32);
        plate(&painter, Align2::RIGHT_CENTER, slider.beside(y), &words::image_of(number, images), colors);
    }
}

/// Words beside a rail.
pub(super) fn plate(painter: &Painter, anchor: Align2, at: Pos2, what: &str, colors: &Colors) {
    let words = text::line(painter, what, regular(12.5), colors.text);
    let rect = anchor.anchor_size(at, words.size() + vec2(12.0, 6.0));
    painter.rect(rect, 3.0, colors.panel, Stroke::new(1.0, colors.line), StrokeKind::Inside);
    painter.galley(rect.min + vec2(6.0, 3.0), words, colors.text);
}

fn shown_of<'a>(view: &ScreenView<'a>, plan: &ViewportPlan) -> Option<(&'a Viewport, &'a DisplaySet)> {
    let viewport = view.session.screens.get(view.screen)?.viewports.get(plan.index)?;
    let source = viewport.source.as_ref()?;
    view.library.find(&source.display_set).map(|(.., set)| (viewport, &**set))
}
