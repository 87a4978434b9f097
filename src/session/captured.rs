//! What is on screen as a hanging protocol of the reader's.

use crate::command::{Grid, Link};
use crate::geometry::CardinalPlane;
use crate::grayscale::Window;
use crate::hanging::{
    Across, Captured, CapturedScreen, CapturedTile, Cells, Justify as HungJustify, Mode, Plane,
    Projection as SlabProjection, Start, StatePolicy, StudyFacts, Sync, SyncOn, View, ViewWindow,
    Zoom as HungZoom, capture, captured_letter,
};
use crate::study::{DisplaySet, Library};
use crate::volume::Projection;

use super::fused::FusedWith;
use super::presented::StateChoice;
use super::rendering::RenderingLook;
use super::screen::{Division, Screen};
use super::state::Session;
use super::viewport::{Justify, Viewport, VoiChoice, Zoom};

/// Directions that enclose less than 5° are the same: the cosine.
const SAME_COSINE: f64 = 0.996;

impl Session {
    /// Makes a protocol of what is on screen; a sentence on why it cannot be one.
    pub(super) fn captured(&self, name: &str, library: &Library) -> Result<Captured, String> {
        let current = self.read_study(library).map(StudyFacts::of).ok_or("nothing is on screen")?;
        let priors = self.prior_facts(&current, library);
        let mut notices = Vec::new();
        let mut places = Vec::new();
        let mut screens = Vec::new();
        for (index, screen) in self.screens.iter().enumerate() {
            let (columns, rows, cells) = divided(screen);
            let mut tiles = Vec::new();
            for ((viewport, shown), cells) in screen.viewports.iter().enumerate().zip(cells) {
                if let Some(tile) = tile(shown, cells, library, &mut notices) {
                    tiles.push(tile);
                    places.push((index, viewport));
                }
            }
            screens.push(CapturedScreen { role: self.captured_role(index), rows, columns, tiles });
        }
        let sync = self.captured_sync(&places);
        let mut captured = capture(name, &current, &priors, &screens, &sync, &self.settings.protocols)
            .map_err(|why| why.to_string())?;
        captured.notices.splice(0..0, notices);
        Ok(captured)
    }

    /// What a window's screen is called: as the role of its monitor, unless a window before has it.
    fn captured_role(&self, window: usize) -> String {
        let role = |window: usize| self.screens.get(window).and_then(Screen::role);
        let own = role(window).filter(|own| (0..window).all(|before| role(before) != Some(*own)));
        match own {
            Some(own) => own.to_owned(),
            None if window == 0 && (1..self.screens.len()).all(|after| role(after) != Some("main")) => {
                "main".to_owned()
            }
            None => format!("screen{}", window + 1),
        }
    }

    /// What goes along: what the reader has linked, and what the stage on screen says.
    fn captured_sync(&self, places: &[(usize, usize)]) -> Vec<Sync> {
        let letter =
            |place: &(usize, usize)| places.iter().position(|known| known == place).and_then(captured_letter);
        let on = |has: &dyn Fn(Link) -> bool| {
            let all = [
                (Link::Scroll, SyncOn::Scroll),
                (Link::Zoom, SyncOn::Zoom),
                (Link::Pan, SyncOn::Pan),
                (Link::Window, SyncOn::Window),
            ];
            all.into_iter().filter(|(link, _)| has(*link)).map(|(_, on)| on).collect::<Vec<_>>()
        };
        let mut sync: Vec<Sync> = Vec::new();
        if self.links.any() && places.len() > 1 {
            let views = places.iter().filter_map(letter).collect();
            let across = if self.priors.beside.is_some() { Across::Offset } else { Across::Frame };
            sync.push(Sync { views, on: on(&|link| self.links.has(link)), across });
        }
        let mut captured = Vec::new();
        for place in places {
            for group in self.sync_groups(*place) {
                if captured.contains(&group.of) {
                    continue;
                }
                captured.push(group.of);
                let views = group.places.iter().filter_map(letter).collect();
                let across = if group.by_offset { Across::Offset } else { Across::Frame };
                sync.push(Sync { views, on: on(&|link| group.on.has(link)), across });
            }
        }
        sync.retain(|sync| sync.views.len() > 1);
        sync
    }
}

fn tile(
    viewport: &Viewport,
    cells: Cells,
    library: &Library,
    notices: &mut Vec<String>,
) -> Option<CapturedTile> {
    let source = viewport.source.as_ref()?;
    let (.., set) = library.find(&source.display_set)?;
    let fused = viewport.fused.as_ref().filter(|fused| fused.is_shown).and_then(|fused| match &fused.with {
        FusedWith::Series(series) => Some(series.display_set.clone()),
        FusedWith::State => None,
    });
    let mode = mode(viewport, notices);
    let last = set.images.len().saturating_sub(mode.images());
    let view = View {
        set: String::new(),
        mode,
        window: window(&viewport.look.voi),
        is_inverted: viewport.look.is_inverted,
        palette: viewport.look.palette.as_ref().map(|palette| palette.name().to_owned()),
        zoom: match viewport.view.zoom {
            Zoom::FitTo { .. } => HungZoom::SameSize,
            Zoom::DevicePixels(scale) if (scale - 1.0).abs() < f64::EPSILON => HungZoom::Pixels,
            Zoom::Fit => HungZoom::Fit,
            Zoom::DevicePixels(_) | Zoom::Stored => {
                notices.push(
                    "a size of the reader's own is not kept: it hangs as large as the room allows".to_owned(),
                );
                HungZoom::Fit
            }
        },
        justify: match viewport.view.justify {
            Justify::Center => HungJustify::Center,
            _ if is_breast(set) => HungJustify::ChestWall,
            Justify::Left => HungJustify::Left,
            Justify::Right => HungJustify::Right,
        },
        // Where the reader has scrolled to is of this study alone.
        start: match source.index {
            0 => Start::First,
            index if index == last => Start::Last,
            _ => Start::Middle,
        },
        state: match viewport.presented.choice {
            StateChoice::AsAcquired => StatePolicy::AsAcquired,
            StateChoice::Newest | StateChoice::One(_) => StatePolicy::Newest,
        },
    };
    Some(CapturedTile { cells, set: set.id.clone(), view, fused })
}

/// Columns, rows, and the cells of each viewport.
fn divided(screen: &Screen) -> (usize, usize, Vec<Cells>) {
    match &screen.division {
        Division::Areas(areas) => (areas.columns, areas.rows, areas.cells.clone()),
        Division::Grid(grid) => {
            let cell =
                |at: usize| Cells { column: at % grid.columns, row: at / grid.columns, columns: 1, rows: 1 };
            (grid.columns, grid.rows, (0..grid.count()).map(cell).collect())
        }
    }
}

fn is_breast(set: &DisplaySet) -> bool {
    set.images.first().is_some_and(|image| image.instance.series.modality == "MG")
}

fn window(voi: &VoiChoice) -> Option<ViewWindow> {
    let values = |window: &Window| ViewWindow::Values(window.center(), window.width());
    match voi {
        VoiChoice::Own(_) => None,
        // What fits one image is none of another's.
        VoiChoice::Preset { name, .. } if name == "auto" => None,
        VoiChoice::Preset { name, .. } => Some(ViewWindow::Preset(name.clone())),
        VoiChoice::Hand(window) | VoiChoice::HandOverTable { window, .. } => Some(values(window)),
    }
}

fn mode(viewport: &Viewport, notices: &mut Vec<String>) -> Mode {
    if let Some(rendering) = &viewport.rendering {
        return match &rendering.look {
            RenderingLook::Light(transfer) => Mode::Volume(transfer.name.clone()),
            RenderingLook::Maximum => Mode::Volume("mip".to_owned()),
        };
    }
    let Some(reformat) = viewport.reformat else {
        return match viewport.tiles {
            _ if viewport.cine.is_playing => Mode::Cine,
            Grid::ONE => Mode::Stack,
            Grid { rows, columns } => Mode::Tile { rows, columns },
        };
    };
    let planes = [
        (CardinalPlane::Axial, Plane::Axial),
        (CardinalPlane::Coronal, Plane::Coronal),
        (CardinalPlane::Sagittal, Plane::Sagittal),
    ];
    let section = reformat.section;
    let along = |plane: CardinalPlane| {
        let cardinal = crate::geometry::Section::cardinal(plane, section.center());
        section.normal().dot(cardinal.normal()).abs()
    };
    let nearest = planes.into_iter().max_by(|(a, _), (b, _)| along(*a).total_cmp(&along(*b)));
    let Some((nearest, plane)) = nearest else { return Mode::Stack };
    if along(nearest) < SAME_COSINE {
        notices.push(format!("a section that is turned hangs as a plain {} one", plane.name()));
    }
    let projection = match reformat.projection {
        Projection::Maximum => SlabProjection::Mip,
        Projection::Minimum => SlabProjection::MinIp,
        Projection::Mean => SlabProjection::Mean,
    };
    Mode::Mpr { plane, slab: (reformat.slab_mm > 0.0).then_some((reformat.slab_mm, projection)) }
}
