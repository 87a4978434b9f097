//! The menu of the image in focus: what makes sense for it, in groups.

use std::sync::Arc;

use crate::color::ColorPalette;
use crate::command::{
    AppCommand, Command, EditCommand, Export, ExportTarget, Filter, Flip, FusionCommand, Grid, LayerChoice,
    LayoutCommand, LinkCommand, MaskCommand, Next, OverlayCommand, PaddingView, PanelName,
    PresentationCommand, ProtocolCommand, Rotation, SectionCommand, StudyCommand, Switch, ToolCommand,
    ToolName, ViewCommand, VolumeCommand, WindowCommand, ZoomCommand, catalogue,
};
use crate::geometry::{Anatomical, Camera, CardinalPlane, Section};
use crate::grayscale::Window;
use crate::presentation::PresentationState;
use crate::study::{DisplaySet, Image, Library};
use crate::volume::Transfer;

use super::fused::{self, partners};
use super::hung::Hung;
use super::link::Links;
use super::marks::Mark;
use super::presented::{Applied, state_words};
use super::rendering::RenderingLook;
use super::screen::Division;
use super::state::{PointerAt, Session};
use super::viewport::{Viewport, VoiChoice, Zoom};

/// A line of the menu.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuLine {
    /// The reader's words.
    pub title: String,
    /// The window that it gives, if it gives one.
    pub window: Option<Window>,
    /// What it does.
    pub command: Command,
    /// Whether it is so already.
    pub is_current: bool,
    /// Whether something else is spoken of from here on.
    pub begins_group: bool,
}

/// Layouts and tiles that the menu offers; the palette has them all.
const LAYOUTS: [(usize, usize); 3] = [(1, 1), (1, 2), (2, 2)];
const TILES: [(usize, usize); 3] = [(1, 1), (2, 2), (3, 3)];

/// Layers of a presentation state that the menu offers; others are switched by their numbers.
const LAYERS_MAX: usize = 8;

/// Series to lie over others that the menu offers; others come by the next.
const PARTNERS_MAX: usize = 6;

impl Session {
    /// What the menu offers for the focused viewport.
    pub fn menu_lines(&self, library: &Library) -> Vec<MenuLine> {
        let Some(viewport) = self.focused_viewport() else { return Vec::new() };
        let applied = |image| self.applied(viewport, image, library);
        let groups = match self.menu_image(library) {
            None => vec![empty(), self.ways_on(library), self.layouts()],
            Some(image) if viewport.rendering.is_some() => vec![
                self.windows_of_rendering(viewport, image, &applied(image)),
                volumes(viewport, image),
                sides(viewport),
                planes(viewport, image),
                self.ways_on(library),
                views(viewport),
                self.tools(),
                self.layouts(),
                self.rest(),
            ],
            Some(image) if viewport.reformat.is_some() => vec![
                self.windows(viewport, image, &applied(image)),
                self.palettes(viewport, image),
                planes(viewport, image),
                self.ways_on(library),
                volumes(viewport, image),
                self.fusions(viewport, image, library),
                views(viewport),
                turns(),
                self.tools(),
                self.layouts(),
                self.mark_lines(self.seen_marks(library).iter().map(|seen| seen.mark)),
                self.rest(),
            ],
            Some(image) => vec![
                self.windows(viewport, image, &applied(image)),
                self.palettes(viewport, image),
                planes(viewport, image),
                self.ways_on(library),
                volumes(viewport, image),
                self.fusions(viewport, image, library),
                views(viewport),
                turns(),
                filters(viewport),
                cover_lines(viewport, image, &applied(image)),
                state_lines(viewport, image, library),
                self.tools(),
                [self.layouts(), tiles(viewport)].concat(),
                self.mark_lines(self.marks.of(&image.key()).iter()),
                self.rest(),
            ],
        };
        let groups = groups.into_iter().filter(|group| !group.is_empty()).enumerate();
        groups
            .flat_map(|(number, group)| {
                group
                    .into_iter()
                    .enumerate()
                    .map(move |(place, line)| MenuLine { begins_group: number > 0 && place == 0, ..line })
            })
            .collect()
    }

    /// The image that the menu was opened on.
    fn menu_image<'a>(&self, library: &'a Library) -> Option<&'a Image> {
        let (set, first) = self.shown(library)?;
        let at = self.panel.as_ref().and_then(|panel| panel.at);
        let viewport = self.focused_viewport()?;
        Some(at.and_then(|at| set.images.get(viewport.tile_index(at.tile)?)).unwrap_or(first))
    }

    /// Where the pointer is, if it is in the focused viewport.
    pub(super) fn pointer_for_menu(&self) -> Option<PointerAt> {
        let is_here = |at: &PointerAt| (at.screen, at.viewport) == (self.focus.screen, self.focus.viewport);
        self.pointer.filter(is_here)
    }

    fn windows(&self, viewport: &Viewport, image: &Image, applied: &Applied<'_>) -> Vec<MenuLine> {
        let voi = &viewport.look.voi;
        let mut lines = Vec::new();
        if !image.instance.pixels.is_color() {
            for (place, (own, name)) in image.own_voi().enumerate() {
                let kind = if own.table.is_some() { "Own table" } else { "Own window" };
                let title = match name {
                    "" => format!("{kind} {}", place + 1),
                    name => format!("{kind} {}, {}", place + 1, name.to_lowercase()),
                };
                let command = WindowCommand::Own(place + 1);
                let choice = VoiChoice::Own(place);
                // What it is on a picture of the kind that is shown.
                let window = applied.voi(&choice, image, None).map_or(own.window, |(voi, _)| voi.window);
                lines.push(window_line(title, Some(window), command, *voi == choice));
            }
            if lines.is_empty() {
                let is_current = *voi == VoiChoice::Own(0);
                let window = image.full_range_window();
                lines.push(window_line("Full range".to_owned(), window, WindowCommand::Own(1), is_current));
            }
            let is_chosen = |wanted: &str| matches!(voi, VoiChoice::Preset { name, .. } if name == wanted);
            for preset in self.settings.presets.of(&image.instance.series.modality) {
                let command = WindowCommand::Preset(preset.name.clone());
                let title = format!("Window {}", preset.name);
                lines.push(window_line(title, Some(preset.window), command, is_chosen(&preset.name)));
            }
            lines.push(line(Command::Window(WindowCommand::Auto), is_chosen("auto")));
        }
        lines.push(line(Command::Window(WindowCommand::Invert), viewport.look.is_inverted));
        if image.attributes().gray.padding.is_some() {
            let command = WindowCommand::Padding(PaddingView::Toggle);
            lines.push(line(Command::Window(command), viewport.look.shows_padding));
        }
        lines
    }

    /// Of the largest values; colours have none.
    fn windows_of_rendering(&self, shown: &Viewport, image: &Image, applied: &Applied<'_>) -> Vec<MenuLine> {
        let is_gray =
            shown.rendering.as_ref().is_some_and(|rendering| rendering.look == RenderingLook::Maximum);
        if is_gray { self.windows(shown, image, applied) } else { Vec::new() }
    }

    /// Where gray is shown in colours as a matter of course.
    fn palettes(&self, viewport: &Viewport, image: &Image) -> Vec<MenuLine> {
        let is_usual = matches!(image.instance.series.modality.as_str(), "NM" | "PT");
        if !is_usual || image.instance.pixels.is_color() {
            return Vec::new();
        }
        let chosen = viewport.look.palette.as_ref();
        let of = |palette: Option<&Arc<ColorPalette>>| {
            let command = WindowCommand::Palette(palette.map(|palette| palette.name().to_owned()));
            line(Command::Window(command), chosen == palette)
        };
        std::iter::once(None).chain(self.settings.palettes.all().iter().map(Some)).map(of).collect()
    }

    /// What can lie over it, and whether anything does.
    fn fusions(&self, viewport: &Viewport, image: &Image, library: &Library) -> Vec<MenuLine> {
        let Some((base, _)) = self.shown(library).filter(|_| !image.instance.pixels.is_color()) else {
            return Vec::new();
        };
        let layer = self.layer(viewport, image, library);
        let above = layer.as_ref().and_then(|layer| layer.as_ref().ok()).map(|layer| layer.set.id.clone());
        let toggle = Command::Fusion(FusionCommand::Switch(Switch::Toggle));
        let has_fused = viewport.fused.is_some() || layer.is_some();
        let toggle = has_fused.then(|| line(toggle, layer.is_some()));
        let with = |(place, set): (usize, &Arc<DisplaySet>)| MenuLine {
            title: format!("Fuse with {}", fused::name(set)),
            ..line(Command::Fusion(FusionCommand::With(place + 1)), above.as_ref() == Some(&set.id))
        };
        let partners = partners(base, library).into_iter().take(PARTNERS_MAX).enumerate();
        toggle.into_iter().chain(partners.map(with)).collect()
    }

    /// Where the reading goes on: to other stages of the protocol and to other studies, where there are any.
    fn ways_on(&self, library: &Library) -> Vec<MenuLine> {
        let both = [Next::Next, Next::Previous];
        let stages = self.hung.as_ref().and_then(Hung::winner).map_or(0, |winner| winner.stages.len());
        let stages = both.map(|next| (Command::Protocol(ProtocolCommand::Stage(next)), stages > 1));
        let is_listed = self.place_in_list(library).is_some();
        let leads = |next| {
            if is_listed { self.next_listed(next, library).is_some() } else { library.studies().len() > 1 }
        };
        let studies = both.map(|next| (Command::Study(StudyCommand::Study(next)), leads(next)));
        let ways = stages.into_iter().chain(studies).filter(|(_, leads)| *leads);
        ways.map(|(command, _)| line(command, false)).collect()
    }

    fn tools(&self) -> Vec<MenuLine> {
        // The other buttons of the mouse and the wheel do what the rest of them do.
        let has_place = |tool: &ToolName| {
            let is_rendering = self.focused_viewport().is_some_and(|shown| shown.rendering.is_some());
            tool.measures()
                || matches!(tool, ToolName::Scroll | ToolName::Magnifier | ToolName::Point)
                || (is_rendering && *tool == ToolName::Scissors)
        };
        let tools = ToolName::ALL.into_iter().filter(has_place);
        tools.map(|tool| line(Command::Tool(ToolCommand::Choose(tool)), self.tool == tool)).collect()
    }

    fn layouts(&self) -> Vec<MenuLine> {
        let screen = self.focused_screen();
        let is_current = |grid| {
            screen.is_some_and(|screen| {
                let is_whole = screen.full.is_none() && screen.curtain.is_none();
                screen.division == Division::Grid(grid) && is_whole
            })
        };
        let grids = LAYOUTS.into_iter().filter_map(|(rows, columns)| Grid::new(rows, columns));
        let is_full = screen.is_some_and(|screen| screen.full.is_some() && screen.curtain.is_none());
        let full = line(Command::Layout(LayoutCommand::Full), is_full);
        let layouts = grids.map(|grid| line(Command::Layout(LayoutCommand::Grid(grid)), is_current(grid)));
        layouts.chain([full]).collect()
    }

    /// Only what there is to remove.
    fn mark_lines<'a>(&self, marks: impl Iterator<Item = &'a Mark>) -> Vec<MenuLine> {
        let ids: Vec<u32> = marks.map(|mark| mark.id).collect();
        let is_selected = self.selected.is_some_and(|id| ids.contains(&id));
        let delete = is_selected.then_some(EditCommand::Delete);
        let clear = (!ids.is_empty()).then_some(EditCommand::Clear);
        [delete, clear].into_iter().flatten().map(|command| line(Command::Edit(command), false)).collect()
    }

    fn rest(&self) -> Vec<MenuLine> {
        let copy = Export { target: ExportTarget::Clipboard, has_identity: false, frames: None };
        vec![
            line(Command::App(AppCommand::Export(copy)), false),
            line(Command::Link(LinkCommand::All), self.links == Links::ALL),
            line(Command::View(ViewCommand::Reset), false),
        ]
    }
}

/// Where nothing hangs.
fn empty() -> Vec<MenuLine> {
    let panels = [PanelName::Series, PanelName::Open, PanelName::Recent];
    panels.map(|name| line(Command::App(AppCommand::Panel(name)), false)).to_vec()
}

/// Sections of the volume, where images have a place in one.
fn planes(viewport: &Viewport, image: &Image) -> Vec<MenuLine> {
    if image.plane.is_none() || image.instance.pixels.is_color() {
        return Vec::new();
    }
    let shown = viewport.reformat.map(|reformat| reformat.section);
    let is_shown = |plane| shown.is_some_and(|section| section == Section::cardinal(plane, section.center()));
    let of = |plane| line(Command::Section(SectionCommand::Plane(plane)), is_shown(plane));
    let acquired = line(Command::Section(SectionCommand::Acquired), !viewport.is_of_volume());
    CardinalPlane::ALL.into_iter().map(of).chain([acquired]).collect()
}

/// Renderings of the volume that are made for the image's modality, and its largest values.
fn volumes(viewport: &Viewport, image: &Image) -> Vec<MenuLine> {
    if image.plane.is_none() || image.instance.pixels.is_color() {
        return Vec::new();
    }
    let look = viewport.rendering.as_ref().map(|rendering| &rendering.look);
    let modality = &image.instance.series.modality;
    let is_made_for =
        |transfer: &&Arc<Transfer>| transfer.modality.is_empty() || transfer.modality == *modality;
    let presets = Transfer::shipped().iter().filter(is_made_for).map(|transfer| {
        let is_shown = matches!(look, Some(RenderingLook::Light(shown)) if shown.name == transfer.name);
        line(Command::Volume(VolumeCommand::Preset(transfer.name.clone())), is_shown)
    });
    let maximum = line(Command::Volume(VolumeCommand::Maximum), look == Some(&RenderingLook::Maximum));
    presets.chain([maximum]).collect()
}

/// From where a rendering is looked at, and the turntable.
fn sides(viewport: &Viewport) -> Vec<MenuLine> {
    let Some(rendering) = &viewport.rendering else { return Vec::new() };
    let of = |side| line(Command::Volume(VolumeCommand::View(side)), rendering.camera == Camera::at(side));
    let table = Command::Volume(VolumeCommand::Turntable(Switch::Toggle));
    let table = line(table, rendering.turntable.is_turning);
    Anatomical::ALL.into_iter().map(of).chain([table]).collect()
}

fn views(viewport: &Viewport) -> Vec<MenuLine> {
    let zoom = viewport.view.zoom;
    let is_one_to_one = matches!(zoom, Zoom::DevicePixels(scale) if (scale - 1.0).abs() < f64::EPSILON);
    let zooms = [
        (ZoomCommand::Fit, zoom == Zoom::Fit),
        (ZoomCommand::OneToOne, is_one_to_one),
        (ZoomCommand::TrueSize, false),
    ];
    zooms.map(|(zoom, is_current)| line(Command::View(ViewCommand::Zoom(zoom)), is_current)).to_vec()
}

fn turns() -> Vec<MenuLine> {
    let turns = [Rotation::Right, Rotation::Left].map(ViewCommand::Rotate).into_iter();
    let turns = turns.chain(Flip::ALL.map(ViewCommand::Flip));
    turns.map(|command| line(Command::View(command), false)).collect()
}

fn filters(viewport: &Viewport) -> Vec<MenuLine> {
    let filters = Filter::ALL.into_iter();
    let is_current = |filter| viewport.look.filter == filter;
    filters.map(|filter| line(Command::View(ViewCommand::Filter(filter)), is_current(filter))).collect()
}

fn has_mask(viewport: &Viewport, image: &Image, applied: &Applied<'_>) -> bool {
    applied.has_mask(image) || viewport.presented.masked.own.is_some()
}

/// Only what there is to hide, or to take away.
fn cover_lines(viewport: &Viewport, image: &Image, applied: &Applied<'_>) -> Vec<MenuLine> {
    let of = |command, is_shown| line(Command::Overlay(command), is_shown);
    let planes = OverlayCommand::Planes(Switch::Toggle);
    let shutter = OverlayCommand::Shutter(Switch::Toggle);
    let planes = applied.has_planes(image).then(|| of(planes, !viewport.look.hidden.planes));
    let shutter = applied.has_shutter(image).then(|| of(shutter, !viewport.look.hidden.shutter));
    let mask = Command::Mask(MaskCommand::Switch(Switch::Toggle));
    let mask = has_mask(viewport, image, applied).then(|| line(mask, applied.subtraction.is_some()));
    planes.into_iter().chain(shutter).chain(mask).collect()
}

/// The presentation states of the image, the newest first, and none of them.
fn state_lines(viewport: &Viewport, image: &Image, library: &Library) -> Vec<MenuLine> {
    let shown = viewport.state(image, library);
    let of_state = |(place, state): (usize, &Arc<PresentationState>)| {
        let command = Command::Presentation(PresentationCommand::Number(place + 1));
        let is_current = shown.is_some_and(|shown| Arc::ptr_eq(shown, state));
        MenuLine { title: format!("Presentation {}", state_words(state)), ..line(command, is_current) }
    };
    let mut lines: Vec<_> = library.states_of(image).enumerate().map(of_state).collect();
    if !lines.is_empty() {
        lines.push(line(Command::Presentation(PresentationCommand::AsAcquired), shown.is_none()));
    }
    let names = shown.filter(|_| viewport.presented.parts.graphics).map(|state| state.layer_names());
    lines.extend(names.into_iter().flatten().take(LAYERS_MAX).enumerate().map(|(place, name)| {
        let choice = LayerChoice::Number(place + 1);
        let command = Command::Presentation(PresentationCommand::Layer(choice, Switch::Toggle));
        let is_shown = !viewport.presented.hidden_layers.contains(name);
        MenuLine { title: format!("Layer {name}"), ..line(command, is_shown) }
    }));
    lines
}

fn tiles(viewport: &Viewport) -> Vec<MenuLine> {
    let grids = TILES.into_iter().filter_map(|(rows, columns)| Grid::new(rows, columns));
    grids.map(|grid| line(Command::Layout(LayoutCommand::Tiles(grid)), viewport.tiles == grid)).collect()
}

fn window_line(title: String, window: Option<Window>, command: WindowCommand, is_current: bool) -> MenuLine {
    MenuLine { title, window, ..line(Command::Window(command), is_current) }
}

/// Called as in the palette.
fn line(command: Command, is_current: bool) -> MenuLine {
    let text = command.to_string();
    let offered = catalogue().iter().flat_map(|entry| entry.offers).find(|offer| offer.text == text);
    let title = offered.map_or(text, |offer| offer.title.to_owned());
    MenuLine { title, window: None, command, is_current, begins_group: false }
}
