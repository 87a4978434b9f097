//! One viewport: picture, words, border, and its name for assistive technology.

use egui::{Align2, Painter, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::calibration::SignalPath;
use crate::command::{Command, Grid};
use crate::render::gpu::{Progress, Slot};
use crate::render::{Picture, ViewportPlan, ahead};
use crate::session::DeviceRect;

use super::super::shell::ScreenView;
use super::super::theme::{Colors, colors, strong};
use super::super::{patients, text, words};
use super::paint::Drawn;
use super::{blend, curtain, labels, notice, overlay, paint, slider};

/// The frame around another patient than the one in focus, in points.
const OTHER_PATIENT: f32 = 3.0;

/// Shows all viewports of the window, whose room for them is `room`.
pub(in super::super) fn show_all(
    ui: &mut Ui,
    view: &ScreenView<'_>,
    room: Rect,
    commands: &mut Vec<Command>,
) {
    for plan in &view.plan.viewports {
        show(ui, view, plan, room, commands);
    }
    let colors = colors(ui.ctx());
    let painter = ui.painter_at(room);
    for plan in view.plan.viewports.iter().filter(|plan| plan.tile == 0) {
        let whole = whole(view, plan, room, ui.pixels_per_point());
        if whole != place(plan.clip, room, ui.pixels_per_point()) {
            labels::show_identity(ui, whole, plan, &colors);
        }
        let is_other_patient = patients::is_other(view, plan.index);
        border(&painter, whole, plan.is_focused, is_other_patient, &colors);
        if is_other_patient {
            other_patient(&painter, whole, &colors);
        }
    }
    if let Some(plan) = &view.plan.curtain {
        curtain::show(ui, plan, room, &colors);
    }
    // All windows have one card, and the first is drawn with every change.
    if view.screen == 0 {
        paint::ahead(&painter, room, ahead(view.session, view.library));
    }
    paint::keep_failures(ui.ctx(), screen_id(view), |viewport| {
        let mut plans = view.plan.viewports.iter();
        let is_shown = plans.any(|plan| {
            let own = slot(view, plan).viewport;
            pictures(own, &plan.picture, plan.lens.is_some()).any(|shown| shown == viewport)
        });
        // The strip itself keeps those in sight.
        is_shown || (viewport >= THUMBNAILS && view.session.shows_strip(view.screen))
    });
}

/// The viewports of slots that a plan draws pictures in, with its own and with that of the magnifier. What went wrong in any other is
/// forgotten; what is forgotten in each frame is news in each, and is drawn again for ever.
fn pictures(own: u32, picture: &Picture, has_lens: bool) -> impl Iterator<Item = u32> {
    let has_picture = matches!(
        picture,
        Picture::Slice(_) | Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_)
    );
    let lens = has_lens.then_some(LENS);
    has_picture.then_some(own).into_iter().chain(lens)
}

/// Shows the test pattern that fills a window, and nothing over it.
pub(in super::super) fn show_pattern(ui: &Ui, view: &ScreenView<'_>, room: Rect) {
    let colors = colors(ui.ctx());
    for plan in &view.plan.viewports {
        image(ui, room, view, plan, &colors);
        let failure = paint::failure_of(ui.ctx(), slot(view, plan));
        notice::show(&ui.painter_at(room), room, view, plan, failure.as_ref(), &colors);
    }
}

/// Where the viewport of a tile is seen, in points.
fn whole(view: &ScreenView<'_>, plan: &ViewportPlan, room: Rect, pixels_per_point: f32) -> Rect {
    let tiles = view.plan.viewports.iter().filter(|tile| tile.index == plan.index);
    tiles.map(|tile| place(tile.clip, room, pixels_per_point)).reduce(Rect::union).unwrap_or(Rect::NOTHING)
}

/// Shows a viewport of the window, whose room for viewports is `room`.
fn show(ui: &mut Ui, view: &ScreenView<'_>, plan: &ViewportPlan, room: Rect, commands: &mut Vec<Command>) {
    let colors = colors(ui.ctx());
    let rect = place(plan.clip, room, ui.pixels_per_point());
    let painter = ui.painter_at(rect.intersect(room));
    let slot = slot(view, plan);
    image(ui, room, view, plan, &colors);
    notice::show(&painter, rect, view, plan, paint::failure_of(ui.ctx(), slot).as_ref(), &colors);
    if let Some(progress) = paint::progress_of(ui.ctx(), slot).filter(|it| is_to_be_told(*it, &plan.picture))
    {
        notice::progress(&painter, rect, progress, &colors);
    }
    name(ui, rect, view, plan);
    let whole = whole(view, plan, room, ui.pixels_per_point());
    let picture = place(plan.rect, room, ui.pixels_per_point());
    labels::show(ui, (rect, whole, picture), view, plan, &colors, commands);
    if plan.tile == 0 {
        slider::show(ui, rect, view, plan, &colors);
        blend::show(ui, rect, plan, &colors);
    }
    // Between tiles a hairline; around them all goes the border of their viewport.
    border(&painter, rect, false, false, &colors);
}

/// The picture with what lies over it.
fn image(ui: &Ui, room: Rect, view: &ScreenView<'_>, plan: &ViewportPlan, colors: &Colors) {
    let Some(drawn) = drawn(view, &plan.picture) else { return };
    let [rect, clip] = [plan.rect, plan.clip].map(|rect| place(rect, room, ui.pixels_per_point()));
    let painter = ui.painter_at(clip.intersect(room));
    let slot = slot(view, plan);
    let is_dithered = view.plan.is_dithered;
    paint::picture(&painter, rect, slot, drawn, is_dithered);
    overlay::show(ui, (rect, clip), slot, plan, colors);
    if let Some(lens) = &plan.lens
        && let Some(magnified) = self::drawn(view, &lens.picture)
    {
        let place = place(overlay::lens_rect(plan.rect, lens), room, ui.pixels_per_point());
        let slot = Slot { viewport: LENS, ..slot };
        painter.rect_filled(place, 0.0, colors.black);
        paint::picture(&painter, place, slot, magnified, is_dithered);
        overlay::lens_rim(&painter, place, lens, colors);
    }
}

/// What the engine is to draw of a picture.
fn drawn(view: &ScreenView<'_>, picture: &Picture) -> Option<Drawn> {
    match picture {
        Picture::Slice(pass) => {
            let frame = view.library.frame(&pass.frame)?.clone();
            Some(Drawn::Slice((**pass).clone(), frame))
        }
        Picture::Reformat(pass) => Some(Drawn::Reformat((**pass).clone())),
        Picture::Rendering(pass) => Some(Drawn::Rendering((**pass).clone())),
        Picture::Curved(pass) => Some(Drawn::Curved((**pass).clone())),
        Picture::Empty | Picture::Past | Picture::Loading | Picture::Failed(_) => None,
    }
}

/// Shows the viewports of a plan with the words on them and nothing around them: for a picture that leaves the program.
pub fn show_alone(ui: &mut Ui, view: &ScreenView<'_>) {
    let room = ui.ctx().content_rect();
    let colors = colors(ui.ctx());
    ui.scope_builder(UiBuilder::new().max_rect(room), |ui| {
        ui.set_clip_rect(room);
        for plan in &view.plan.viewports {
            image(ui, room, view, plan, &colors);
            let [rect, clip] = [plan.rect, plan.clip].map(|rect| place(rect, room, ui.pixels_per_point()));
            // Nobody clicks here.
            let whole = whole(view, plan, room, ui.pixels_per_point());
            labels::show(ui, (clip, whole, rect), view, plan, &colors, &mut Vec::new());
        }
        for plan in view.plan.viewports.iter().filter(|plan| plan.tile == 0) {
            let whole = whole(view, plan, room, ui.pixels_per_point());
            if whole != place(plan.clip, room, ui.pixels_per_point()) {
                labels::show_identity(ui, whole, plan, &colors);
            }
        }
    });
}

/// Where a rectangle of the plan stands in the window, in points.
pub(in super::super) fn place(rect: DeviceRect, room: Rect, pixels_per_point: f32) -> Rect {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a screen: far below 2²⁴")]
    let point = |x: u32, y: u32| vec2(x as f32, y as f32) / pixels_per_point;
    Rect::from_min_size(room.min + point(rect.x, rect.y), point(rect.width, rect.height))
}

pub(in super::super) fn screen_id(view: &ScreenView<'_>) -> u32 {
    view.session.screens.get(view.screen).map_or(0, |screen| screen.id)
}

/// Viewports and their tiles come first, then the magnifier, of which there is one, then the strip's thumbnails.
const TILES_MAX: usize = Grid::SIDE_MAX * Grid::SIDE_MAX;
const LENS: u32 = 999;
/// The slot of the first thumbnail.
pub(in super::super) const THUMBNAILS: u32 = 1000;

fn slot(view: &ScreenView<'_>, plan: &ViewportPlan) -> Slot {
    let place = plan.index * TILES_MAX + plan.tile;
    let goes_around = view.plan.pattern == Some(SignalPath::Around);
    let screen = if goes_around { Slot::AROUND_TABLES } else { screen_id(view) };
    Slot { screen, viewport: u32::try_from(place).unwrap_or(u32::MAX) }
}

/// One device pixel inside the edge; wider and amber around another patient than the one in focus.
fn border(painter: &Painter, rect: Rect, is_focused: bool, is_other_patient: bool, colors: &Colors) {
    let pixel = 1.0 / painter.pixels_per_point();
    let (width, color) = match (is_other_patient, is_focused) {
        (true, _) => ((OTHER_PATIENT / pixel).round().max(1.0) * pixel, colors.warning),
        (false, true) => (pixel, colors.focus),
        (false, false) => (pixel, colors.cell),
    };
    for edge in [
        Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + width)),
        Rect::from_min_max(pos2(rect.left(), rect.bottom() - width), rect.max),
        Rect::from_min_max(rect.min, pos2(rect.left() + width, rect.bottom())),
        Rect::from_min_max(pos2(rect.right() - width, rect.top()), rect.max),
    ] {
        painter.rect_filled(edge, 0.0, color);
    }
}

/// In words too, in the middle of the lower edge of the frame.
fn other_patient(painter: &Painter, rect: Rect, colors: &Colors) {
    let words = text::line(painter, words::OTHER_PATIENT, strong(12.0), colors.warning);
    let size = words.size() + vec2(16.0, 4.0);
    let plate = Align2::CENTER_BOTTOM.anchor_size(rect.center_bottom(), size);
    let stroke = Stroke::new(OTHER_PATIENT, colors.warning);
    painter.rect(plate, 0.0, colors.black, stroke, StrokeKind::Inside);
    let corner = Align2::CENTER_CENTER.align_size_within_rect(words.size(), plate).min;
    painter.galley(corner, words, colors.warning);
}

/// Whether what a picture lacked in the last frame is said over it: not where a badge says it, and not that it moved when it rests.
fn is_to_be_told(progress: Progress, picture: &Picture) -> bool {
    let is_moving = match picture {
        Picture::Reformat(pass) => pass.is_moving,
        Picture::Curved(pass) => pass.is_moving,
        _ => false,
    };
    progress != Progress::Moving || is_moving && !picture.may_be_coarse()
}

/// A node without the patient's name: `Viewport 1, image 31 of 60`.
fn name(ui: &Ui, rect: Rect, view: &ScreenView<'_>, plan: &ViewportPlan) {
    let id = ui.scope_id().with(("viewport", plan.index, plan.tile));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, words::viewport(plan)));
    // Not below, where the context is locked.
    let progress = paint::progress_of(ui.ctx(), slot(view, plan));
    let progress = progress.filter(|it| is_to_be_told(*it, &plan.picture)).map(words::progress);
    ui.ctx().accesskit_node_builder(id, |node| {
        let badges = plan.labels.badges.iter().map(|badge| badge.text.as_str());
        let state = plan.labels.bottom_left.iter().map(String::as_str);
        let other = patients::is_other(view, plan.index).then_some(words::OTHER_PATIENT);
        node.set_description(
            other
                .into_iter()
                .chain(state)
                .chain(badges)
                .chain(progress.as_deref())
                .collect::<Vec<_>>()
                .join(", "),
        );
        node.set_selected(plan.is_focused);
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::geometry::{CardinalPlane, Map, Point, Section, Vector};
    use crate::grayscale::{GrayTransform, ModalityLut, Polarity, Window};
    use crate::render::ReformatPass;
    use crate::volume::{Projection, Slab, Volume};

    /// What is coarse is never without a word: a slab that moves has its badge, a thin plane none.
    #[test]
    fn a_thin_plane_that_is_coarse_while_it_moves_says_so() {
        let (x, y, z) = (Vector::new(1.0, 0.0, 0.0), Vector::new(0.0, 1.0, 0.0), Vector::new(0.0, 0.0, 1.0));
        let map = Map::from_axes(x, y, z, Point::new(0.0, 0.0, 0.0));
        let volume = Arc::new(Volume::new((2, 2), vec![None], map).expect("a volume"));
        let section = Section::cardinal(CardinalPlane::Axial, volume.middle());
        let window = Window::spanning_exactly(0.0, 1.0).expect("a window");
        let plane = |slab, is_moving| {
            let transform = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
            let pass = ReformatPass::new(Arc::clone(&volume), &section, 1.0, (8, 8), slab, transform);
            Picture::Reformat(Box::new(ReformatPass { is_moving, ..pass }))
        };
        let slab = Slab::new(5.0, Projection::Mean, 1.0);
        assert!(is_to_be_told(Progress::Moving, &plane(Slab::PLANE, true)));
        assert!(!is_to_be_told(Progress::Moving, &plane(slab, true)), "a badge does");
        assert!(!is_to_be_told(Progress::Moving, &plane(Slab::PLANE, false)), "it rests");
        assert!(is_to_be_told(Progress::Drawing(3), &plane(slab, false)));
    }

    #[test]
    fn what_is_wrong_in_the_magnifier_is_told_once() {
        let of = |picture: &Picture, has_lens| pictures(4, picture, has_lens).collect::<Vec<u32>>();
        assert!(of(&Picture::Loading, false).is_empty());
        assert_eq!(of(&Picture::Loading, true), [LENS]);
    }

    #[test]
    fn a_cell_stands_on_the_device_pixels_of_its_plan() {
        for scale in [1.0, 1.25, 1.5, 2.0] {
            let room = Rect::from_min_max(pos2(40.0, 34.0), pos2(800.0, 600.0));
            let rect = place(DeviceRect { x: 501, y: 3, width: 99, height: 1001 }, room, scale);
            assert!(((rect.left() - room.left()) * scale - 501.0).abs() < 1e-3);
            assert!((rect.height() * scale - 1001.0).abs() < 1e-3);
        }
    }
}
