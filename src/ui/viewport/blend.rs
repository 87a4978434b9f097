//! The slider at the left edge of a viewport: how much is seen of the series that lies over it.

use egui::{Align2, Pos2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::render::{FusedLabel, ViewportPlan};

use super::super::theme::Colors;
use super::super::words;
use super::gesture::{self, Grip};
use super::slider::plate;

/// The width of the rail, in points: the words begin right of it.
const RAIL: f32 = 5.0;
/// From the viewport's edge to the rail.
const MARGIN: f32 = 2.0;
/// The hand may miss the rail by so much.
const REACH: f32 = 6.0;
/// The thumb is so high.
const THUMB: f32 = 3.0;
/// The rail's share of the viewport's height.
const HEIGHT_SHARE: f32 = 0.4;
/// A viewport lower than this has no slider.
const HEIGHT_MIN: f32 = 140.0;

/// The slider of a viewport over which another series lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct BlendSlider<'a> {
    rail: Rect,
    label: &'a FusedLabel,
}

impl<'a> BlendSlider<'a> {
    /// The slider of a viewport that stands in `cell`; none where nothing lies over it.
    pub(super) fn of(plan: &'a ViewportPlan, cell: Rect) -> Option<Self> {
        let label = plan.labels.fused.as_ref().filter(|_| cell.height() >= HEIGHT_MIN)?;
        let middle = pos2(cell.left() + MARGIN + RAIL / 2.0, cell.center().y);
        let rail = Rect::from_center_size(middle, vec2(RAIL, cell.height() * HEIGHT_SHARE));
        Some(Self { rail, label })
    }

    /// Whether the hand at a place takes hold of it.
    pub(super) fn is_at(self, at: Pos2) -> bool {
        self.reach().contains(at)
    }

    /// How much is seen where the hand is at a height, percent: all of it at the top.
    pub(super) fn percent_at(self, y: f32) -> u8 {
        let share = ((self.rail.bottom() - y) / self.rail.height()).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
        let percent = (share * 100.0).round() as u8;
        percent
    }

    fn reach(self) -> Rect {
        self.rail.expand2(vec2(REACH, THUMB))
    }

    fn y_of(self, percent: u8) -> f32 {
        self.rail.bottom() - f32::from(percent) / 100.0 * self.rail.height()
    }
}

/// Shows the slider of a viewport that stands in `cell`.
pub(super) fn show(ui: &Ui, cell: Rect, plan: &ViewportPlan, colors: &Colors) {
    let Some(slider) = BlendSlider::of(plan, cell) else { return };
    let FusedLabel { name, percent } = slider.label;
    let id = ui.scope_id().with(("blend", plan.index));
    let response = ui.interact(slider.reach(), id, Sense::hover());
    let value = f64::from(*percent);
    let label = words::blend_slider(plan.index + 1);
    response.widget_info(|| WidgetInfo::slider(true, value, &label));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Slider);
        node.set_description(words::blend(name, *percent));
    });
    let is_held = gesture::holds(ui.ctx(), plan.index, Grip::Blend);
    let is_in_hand = is_held || response.hovered();
    let painter = ui.painter_at(cell);
    let y = slider.y_of(*percent);
    painter.rect_filled(slider.rail, RAIL / 2.0, colors.track);
    painter.rect_filled(slider.rail.with_min_y(y), RAIL / 2.0, colors.thumb);
    let wider = if is_in_hand { 2.0 } else { 1.0 };
    let thumb = Rect::from_center_size(pos2(slider.rail.center().x, y), vec2(RAIL + 2.0 * wider, THUMB));
    painter.rect_filled(thumb, 1.0, colors.focus);
    let under = ui.ctx().pointer_latest_pos().filter(|_| response.hovered() && !is_held);
    let (y, shown) = under.map_or((y, *percent), |at| (at.y, slider.percent_at(at.y)));
    if is_in_hand {
        let at = pos2(slider.rail.right() + REACH + 4.0, y);
        plate(&painter, Align2::LEFT_CENTER, at, &words::blend(name, shown), colors);
    }
}
