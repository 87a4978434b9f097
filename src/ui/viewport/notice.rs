//! Words in the middle of a viewport that shows no image: what is so, why, and the next step.

use egui::{Align2, Color32, FontId, Painter, Rect, pos2, vec2};

use crate::command::{
    AppCommand, Command, Next, PanelName, ScrollTarget, SectionCommand, StudyCommand, ViewCommand,
};
use crate::render::gpu::{GpuError, Progress};
use crate::render::{Picture, ViewportPlan};

use super::super::icon::{self, Icon};
use super::super::keycap::{Line, Piece};
use super::super::shell::ScreenView;
use super::super::theme::{Colors, regular, strong};
use super::super::{archives, text, words};

/// The widest line, in points.
const WIDTH_MAX: f32 = 560.0;

/// One line.
enum Row {
    Title(String, bool),
    Text(String),
    Quiet(String),
    /// Keys with what they do.
    Keys(Vec<(String, &'static str)>),
}

/// Shows why there is no image, if there is none.
pub(super) fn show(
    painter: &Painter,
    rect: Rect,
    view: &ScreenView<'_>,
    plan: &ViewportPlan,
    failure: Option<&GpuError>,
    colors: &Colors,
) {
    let rows = match (&plan.picture, failure) {
        (Picture::Empty, _) => empty(view, plan),
        (Picture::Loading, _) => vec![Row::Quiet(words::loading(&plan.labels))],
        (Picture::Failed(why), _) => failed(view, plan, &why.to_string()),
        (
            Picture::Slice(_) | Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_),
            Some(why),
        ) => not_drawn(view, plan, &why.to_string()),
        (Picture::Past, _)
        | (Picture::Slice(_) | Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_), None) => {
            return;
        }
    };
    paint(painter, rect, &rows, colors);
}

/// Says below the letter of the upper edge, where no other words stand, what the picture of a volume lacks yet.
pub(super) fn progress(painter: &Painter, rect: Rect, progress: Progress, colors: &Colors) {
    let words = text::line(painter, &words::progress(progress), regular(12.5), colors.text);
    let plate =
        Align2::CENTER_TOP.anchor_size(rect.center_top() + vec2(0.0, 40.0), words.size() + vec2(12.0, 4.0));
    painter.rect_filled(plate, 0.0, colors.plate);
    painter.galley(Align2::CENTER_CENTER.align_size_within_rect(words.size(), plate).min, words, colors.text);
}

/// Of a volume, with what leads back to its images, which ask less of the card.
fn not_drawn(view: &ScreenView<'_>, plan: &ViewportPlan, why: &str) -> Vec<Row> {
    let mut rows = vec![
        Row::Title(words::NOT_DRAWN.to_owned(), true),
        Row::Text(words::sentence(why)),
        Row::Quiet(words::NOT_DRAWN_NEXT.to_owned()),
    ];
    let acquired = Command::Section(SectionCommand::Acquired);
    if let (false, Some(key)) = (matches!(plan.picture, Picture::Slice(_)), view.key(&acquired)) {
        rows.push(Row::Keys(vec![(key, words::SHOW_IMAGES)]));
    }
    rows
}

fn empty(view: &ScreenView<'_>, plan: &ViewportPlan) -> Vec<Row> {
    let panel = |name| Command::App(AppCommand::Panel(name));
    let keys = |offers: Vec<(Command, &'static str)>| {
        let with_key = |(command, words)| view.key(&command).map(|key| (key, words));
        Row::Keys(offers.into_iter().filter_map(with_key).collect())
    };
    let indexing = &view.session.indexing;
    if !view.library.studies().is_empty() {
        let kept = view.session.why_empty(view.screen, plan.index);
        let mut rows = vec![match kept {
            Some(why) => Row::Quiet(words::sentence(why)),
            None => Row::Quiet(words::NOTHING_HANGS.to_owned()),
        }];
        if plan.is_focused {
            rows.push(keys(vec![(Command::Study(StudyCommand::Series(Next::Next)), words::HANG_A_SERIES)]));
        }
        return rows;
    }
    if indexing.runs > 0 {
        return vec![
            Row::Title(words::LOOKING.to_owned(), false),
            Row::Quiet(match archives::of_focus(view) {
                Some(retrieval) => words::retrieval(retrieval),
                None => words::indexing(indexing.files),
            }),
        ];
    }
    // One invitation a window is enough.
    if plan.index > 0 {
        return vec![Row::Quiet(words::NOTHING_HANGS.to_owned())];
    }
    vec![
        Row::Title(words::DROP_HERE.to_owned(), false),
        keys(vec![
            (panel(PanelName::Open), words::TYPE_A_PATH),
            (Command::Study(StudyCommand::OpenDialog), words::CHOOSE_IN_DIALOG),
        ]),
        keys(vec![
            (panel(PanelName::Palette), words::HINT_EVERYTHING),
            (panel(PanelName::Keys), words::HINT_KEYS),
        ]),
    ]
}

fn failed(view: &ScreenView<'_>, plan: &ViewportPlan, why: &str) -> Vec<Row> {
    let mut rows = vec![Row::Title(words::CANNOT_SHOW.to_owned(), true), Row::Text(words::sentence(why))];
    if plan.labels.number.is_some_and(|(_, count)| count > 1) {
        rows.push(Row::Quiet(words::OTHERS_READABLE.to_owned()));
        let scroll = |by| Command::View(ViewCommand::Scroll(ScrollTarget::By(by)));
        let keys = [(-1, words::PREVIOUS_IMAGE), (1, words::NEXT_IMAGE)];
        let keys = keys.into_iter().filter_map(|(by, words)| Some((view.key(&scroll(by))?, words)));
        rows.push(Row::Keys(keys.collect()));
    }
    rows
}

fn paint(painter: &Painter, rect: Rect, rows: &[Row], colors: &Colors) {
    let width = (rect.width() - 60.0).clamp(0.0, WIDTH_MAX);
    let center = rect.center().x;
    // Laid out first, so that the whole stands in the middle.
    let laid_out: Vec<_> = rows.iter().map(|row| Painted::of(painter, row, width, colors)).collect();
    let height: f32 = laid_out.iter().map(Painted::height).sum();
    let mut y = rect.center().y - height / 2.0;
    for row in &laid_out {
        row.paint(painter, center, y, colors);
        y += row.height();
    }
}

/// A line, laid out.
enum Painted {
    Text { galley: std::sync::Arc<egui::Galley>, color: Color32, has_icon: bool },
    Keys(Vec<Line>),
}

impl Painted {
    fn of(painter: &Painter, row: &Row, width: f32, colors: &Colors) -> Self {
        let text = |words: &str, font: FontId, color, has_icon| Self::Text {
            galley: text::centered(painter, words, font, color, width),
            color,
            has_icon,
        };
        match row {
            Row::Title(words, true) => text(words, strong(15.0), colors.caution, true),
            Row::Title(words, false) => text(words, strong(15.0), colors.strong, false),
            Row::Text(words) => text(words, regular(13.0), colors.text, false),
            Row::Quiet(words) => text(words, regular(13.0), colors.dim, false),
            Row::Keys(keys) => Self::Keys(keys_in_lines(painter, keys, width, colors)),
        }
    }

    fn height(&self) -> f32 {
        match self {
            Self::Text { galley, .. } => galley.size().y + 10.0,
            Self::Keys(lines) => lines.iter().map(|line| line.size().y + 8.0).sum::<f32>() + 4.0,
        }
    }

    fn paint(&self, painter: &Painter, center: f32, y: f32, colors: &Colors) {
        match self {
            Self::Text { galley, color, has_icon } => {
                painter.galley(pos2(center, y), std::sync::Arc::clone(galley), *color);
                if *has_icon {
                    let left = center + galley.rect.left();
                    let corner = pos2(left - icon::SIDE - 8.0, y + galley.size().y / 2.0 - icon::SIDE / 2.0);
                    let square = Rect::from_min_size(corner, egui::Vec2::splat(icon::SIDE));
                    Icon::Caution.paint(painter, square, *color);
                }
            }
            Self::Keys(lines) => {
                let mut y = y + 4.0;
                for line in lines {
                    line.paint(painter, pos2(center, y), Align2::CENTER_TOP, colors);
                    y += line.size().y + 8.0;
                }
            }
        }
    }
}

/// All in one line, or one below the other where that is too wide.
fn keys_in_lines(
    painter: &Painter,
    keys: &[(String, &'static str)],
    width: f32,
    colors: &Colors,
) -> Vec<Line> {
    let pieces = |(key, words): &'_ (String, &'static str)| (key.clone(), *words);
    let owned: Vec<_> = keys.iter().map(pieces).collect();
    let line = |keys: &[(String, &'static str)]| {
        let mut parts = Vec::new();
        for (place, (key, words)) in keys.iter().enumerate() {
            if place > 0 {
                parts.push(Piece::Words("   ", colors.dim));
            }
            parts.extend([Piece::Key(key), Piece::Words(words, colors.dim)]);
        }
        Line::new(painter, &parts, &regular(13.0), colors)
    };
    let whole = line(&owned);
    if whole.size().x <= width || owned.len() < 2 {
        return vec![whole];
    }
    owned.iter().map(|key| line(std::slice::from_ref(key))).collect()
}
