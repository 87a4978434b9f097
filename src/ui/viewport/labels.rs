//! Words on an image: identity, study, series, number, window, orientation. The identity is never left out on screen.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Ui, pos2, vec2};

use crate::command::Command;
use crate::render::{Labels, Letters, Picture, ViewportPlan};
use crate::session::DeviceRect;

use super::super::bidi::for_display;
use super::super::shell::ScreenView;
use super::super::theme::{Colors, regular, strong};
use super::super::{fonts, text, words};
use super::badges;

const FONT_SIZE: f32 = 12.5;
const LINE: f32 = 17.5;
/// From the viewport's edge to the words.
const MARGIN: (f32, f32) = (9.0, 7.0);
/// The same on the right, where the slider stands.
const MARGIN_RIGHT: f32 = 20.0;
/// Between words on the left and words on the right.
const GAP: f32 = 24.0;
/// A line that cannot have this width is left out.
const WIDTH_MIN: f32 = 80.0;
/// A viewport lower than this has only the identity.
const HEIGHT_MIN: f32 = 90.0;
/// A viewport lower than this has no study and series.
const HEIGHT_FULL: f32 = 200.0;

/// Lines from one corner.
#[derive(Default)]
struct Block {
    lines: Vec<(Arc<Galley>, Color32)>,
    /// So many lines have their room and are painted by another.
    elsewhere: usize,
}

impl Block {
    fn width(&self) -> f32 {
        self.lines.iter().map(|(line, _)| line.size().x).fold(0.0, f32::max)
    }

    fn height(&self) -> f32 {
        self.lines.iter().map(|(line, _)| line.size().y.max(LINE)).sum()
    }

    /// Paints the lines with their corner in that corner of `within`, those that lie on the image on a dark plate.
    fn paint(&self, painter: &Painter, within: Rect, corner: Align2, image: Rect, colors: &Colors) {
        let mut y =
            if corner.y() == egui::Align::Max { within.bottom() - self.height() } else { within.top() };
        for (place, (line, color)) in self.lines.iter().enumerate() {
            if place < self.elsewhere {
                y += line.size().y.max(LINE);
                continue;
            }
            let is_right = corner.x() == egui::Align::Max;
            let x = if is_right { within.right() - line.size().x } else { within.left() };
            let at = pos2(x, y);
            let behind = Rect::from_min_size(at, vec2(line.size().x, line.size().y.max(LINE)));
            if image.intersects(behind.expand(2.0)) {
                // On white bone a halo is not enough.
                painter.rect_filled(behind.expand2(vec2(3.0, 0.0)), 0.0, colors.plate);
            }
            painter.galley(at, Arc::clone(line), *color);
            y += line.size().y.max(LINE);
        }
    }
}

/// The identity of a viewport of several tiles, over them all: the name is whole however small they are.
pub(super) fn show_identity(ui: &Ui, viewport: Rect, plan: &ViewportPlan, colors: &Colors) {
    let painter = &ui.painter_at(viewport);
    let within = within(viewport);
    // Whatever lies below it.
    let behind = Rect::EVERYTHING;
    identity(painter, &plan.labels, within.width(), colors).paint(
        painter,
        within,
        Align2::LEFT_TOP,
        behind,
        colors,
    );
}

/// Within the margins.
fn within(rect: Rect) -> Rect {
    let (x, y) = MARGIN;
    Rect::from_min_max(rect.min + vec2(x, y), rect.max - vec2(MARGIN_RIGHT, y))
}

/// Shows the words of an image that is seen in `rect`, of a viewport that is seen in `viewport`; its picture stands in `picture`. Where
/// the viewport has several tiles, [`show_identity`] comes after them all.
pub(super) fn show(
    ui: &Ui,
    (rect, viewport, picture): (Rect, Rect, Rect),
    view: &ScreenView<'_>,
    plan: &ViewportPlan,
    colors: &Colors,
    commands: &mut Vec<Command>,
) {
    let painter = &ui.painter_at(rect);
    let labels = &plan.labels;
    let mut top_left = identity(painter, labels, within(viewport).width(), colors);
    top_left.elsewhere = if viewport == rect { 0 } else { top_left.lines.len() };
    let within = within(rect);
    let mut top_right = Block::default();
    if rect.height() >= HEIGHT_FULL {
        top_right = block(painter, &labels.top_right, within.width() - top_left.width() - GAP, colors);
        let series_width = if top_right.lines.is_empty() { 0.0 } else { top_right.width() + GAP };
        top_left.lines.extend(study(painter, labels, within.width() - series_width, colors));
    }
    let mut bottom_left = Block::default();
    let mut bottom_right = Block::default();
    let mut badges_height = 0.0;
    if rect.height() >= HEIGHT_MIN {
        bottom_left = block(painter, &labels.bottom_left, within.width(), colors);
        // Beside the state where there is room, else above it.
        let beside = within.width() - bottom_left.width() - GAP;
        let mut room = within;
        if beside >= 2.0 * WIDTH_MIN {
            room.min.x = within.right() - beside;
        } else {
            room.max.y -= bottom_left.height() + 4.0;
        }
        let height = badges::show(ui, room, view, plan, colors, commands);
        badges_height = if labels.badges.is_empty() { 0.0 } else { within.bottom() - room.bottom() + height };
        bottom_right = block(painter, &labels.bottom_right, beside, colors);
    }
    let image = image_in(picture, plan, ui.pixels_per_point());
    top_left.paint(painter, within, Align2::LEFT_TOP, image, colors);
    top_right.paint(painter, within, Align2::RIGHT_TOP, image, colors);
    bottom_left.paint(painter, within, Align2::LEFT_BOTTOM, image, colors);
    let above_badges = within.with_max_y(within.bottom() - badges_height);
    bottom_right.paint(painter, above_badges, Align2::RIGHT_BOTTOM, image, colors);
    let taken_above = clear_of(within, &top_left, &top_right);
    let taken_below = bottom_left.height().max(badges_height);
    if rect.height() >= HEIGHT_MIN {
        letters(painter, within, &labels.letters, taken_above, taken_below, colors);
    }
}

/// Where the image lies in its picture; nowhere while there is none.
fn image_in(rect: Rect, plan: &ViewportPlan, pixels_per_point: f32) -> Rect {
    let covered = match &plan.picture {
        Picture::Slice(pass) => pass.covered(),
        Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_) => return rect,
        _ => None,
    };
    let Some(DeviceRect { x, y, width, height }) = covered else { return Rect::NOTHING };
    #[expect(clippy::cast_precision_loss, reason = "pixels of a screen: far below 2²⁴")]
    let point = |x: u32, y: u32| vec2(x as f32, y as f32) / pixels_per_point;
    Rect::from_min_size(rect.min + point(x, y), point(width, height))
}

fn identity(painter: &Painter, labels: &Labels, width: f32, colors: &Colors) -> Block {
    let lines = labels.identity.iter().enumerate().map(|(place, line)| {
        let (font, color) =
            if place == 0 { (strong(FONT_SIZE), colors.name) } else { (regular(FONT_SIZE), colors.label) };
        // Wrapped, never cut: two patients may differ in the last letter.
        (text::wrapped(painter, &for_display(line.reveal()), font, color, width), color)
    });
    // Boxes in place of letters could be anybody.
    let missing = labels.identity.iter().find_map(|line| fonts::missing(painter.ctx(), line.reveal()));
    let missing = missing.map(|words| {
        (text::wrapped(painter, &words, regular(FONT_SIZE), colors.warning, width), colors.warning)
    });
    Block { lines: lines.chain(missing).collect(), elsewhere: 0 }
}

/// Lines below the identity, the first of them behind the mark of a prior.
fn study(painter: &Painter, labels: &Labels, width: f32, colors: &Colors) -> Vec<(Arc<Galley>, Color32)> {
    if width < WIDTH_MIN {
        return Vec::new();
    }
    let mut lines: Vec<&str> = labels.top_left.iter().map(String::as_str).collect();
    if labels.is_prior && lines.is_empty() {
        lines.push("");
    }
    let lines = lines.into_iter().enumerate().map(|(place, line)| {
        let mut job = egui::text::LayoutJob::default();
        let format = |color| egui::text::TextFormat::simple(regular(FONT_SIZE), color);
        if labels.is_prior && place == 0 {
            job.append(words::PRIOR, 0.0, format(colors.warning));
            job.append(" ", 0.0, format(colors.label));
        }
        job.append(&for_display(line), 0.0, format(colors.label));
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        (painter.layout_job(job), colors.label)
    });
    lines.collect()
}

/// Plain lines.
fn block(painter: &Painter, lines: &[String], width: f32, colors: &Colors) -> Block {
    let shown = if width < WIDTH_MIN { &[] } else { lines };
    let lines = shown.iter().map(|line| {
        (text::elided(painter, &for_display(line), regular(FONT_SIZE), colors.label, width), colors.label)
    });
    Block { lines: lines.collect(), elsewhere: 0 }
}

/// How far down the upper corners reach into the middle, where the upper letter stands.
fn clear_of(within: Rect, left: &Block, right: &Block) -> f32 {
    const LETTER_ROOM: f32 = 24.0;
    let middle = within.width() / 2.0;
    let reaches = |block: &Block| block.width() + LETTER_ROOM > middle;
    [left, right].into_iter().filter(|block| reaches(block)).map(Block::height).fold(0.0, f32::max)
}

fn letters(painter: &Painter, within: Rect, letters: &Letters, above: f32, below: f32, colors: &Colors) {
    let (middle, center) = (within.center(), within.center().x);
    let put = |letter: &str, at: Pos2, align: Align2| {
        if letter.is_empty() {
            return;
        }
        let galley = text::line(painter, letter, strong(14.0), colors.letter);
        let corner = align.anchor_size(at, galley.size()).min;
        text::on_plate(painter, corner, &galley, colors.letter, colors.plate);
    };
    put(&letters.top, pos2(center, within.top() + above), Align2::CENTER_TOP);
    put(&letters.bottom, pos2(center, within.bottom() - below), Align2::CENTER_BOTTOM);
    put(&letters.left, pos2(within.left(), middle.y), Align2::LEFT_CENTER);
    put(&letters.right, pos2(within.right(), middle.y), Align2::RIGHT_CENTER);
}
