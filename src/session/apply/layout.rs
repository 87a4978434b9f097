//! Viewports and windows.

use crate::command::{Grid, LayoutCommand, ScreenCommand};
use crate::study::Library;

use super::super::screen::Division;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_layout(&mut self, command: LayoutCommand, library: &Library) {
        self.end_gesture();
        match command {
            LayoutCommand::Grid(grid) => self.set_grid(grid),
            LayoutCommand::Mpr => self.show_mpr(library),
            LayoutCommand::Focus(next) => {
                let count = self.focused_screen().map_or(0, |screen| screen.division.count());
                match next.index_from(self.focus.viewport, count) {
                    Some(index) => self.focus_viewport(index),
                    None => self.tell(MessageKind::Note, format!("This window has {count} viewports.")),
                }
            }
            LayoutCommand::Toward(side) => {
                let beside = self.focused_screen().and_then(|it| it.beside(self.focus.viewport, side));
                match beside {
                    Some(index) => self.focus_viewport(index),
                    None => self.tell(MessageKind::Note, "No viewport lies on that side."),
                }
            }
            LayoutCommand::Swap => {
                self.swap_viewports(library);
                self.rest_hidden();
            }
            LayoutCommand::Tiles(tiles) => {
                let images = self.shown(library).map_or(0, |(set, _)| set.images.len());
                if let Some(viewport) = self.focused_viewport_mut() {
                    viewport.tiles = tiles;
                    // As many of them as can be are filled.
                    let last = viewport.count_of(images).saturating_sub(tiles.count());
                    let first = viewport.place().and_then(|place| viewport.index_at(place.min(last)));
                    if let (Some(index), Some(source)) = (first, &mut viewport.source) {
                        source.index = index;
                    }
                }
            }
            LayoutCommand::Full => {
                let viewport = self.focus.viewport;
                if let Some(screen) = self.focused_screen_mut() {
                    // Of the two of a curtain the one in focus stays.
                    let fills = screen.curtain.take().is_some() || screen.full.is_none();
                    screen.full = fills.then_some(viewport);
                }
                self.rest_hidden();
            }
            LayoutCommand::Chrome => {
                if let Some(screen) = self.focused_screen_mut() {
                    screen.has_chrome = !screen.has_chrome;
                }
            }
            LayoutCommand::Strip => {
                if let Some(screen) = self.focused_screen_mut() {
                    screen.has_strip = !screen.has_strip;
                }
            }
            LayoutCommand::Screen(ScreenCommand::Open) => self.open_screen(),
            // The edge opens these.
            LayoutCommand::Screen(ScreenCommand::Roles) => {}
            LayoutCommand::Screen(ScreenCommand::Close) => {
                match self.focused_screen().map(|screen| screen.id) {
                    Some(id) if self.focus.screen > 0 => self.close_screen(id),
                    _ => self.tell(MessageKind::Note, "The first window stays open; quit ends the program."),
                }
            }
            LayoutCommand::Screen(ScreenCommand::Focus(next)) => {
                if let Some(index) = next.index_from(self.focus.screen, self.screens.len()) {
                    self.focus_screen(index);
                }
            }
        }
    }

    pub(super) fn set_grid(&mut self, grid: Grid) {
        let fresh = self.settings.fresh_viewport();
        let Some(screen) = self.focused_screen_mut() else { return };
        screen.division = Division::Grid(grid);
        screen.show_all();
        while screen.viewports.len() < grid.count() {
            screen.viewports.push(fresh.clone());
        }
        self.focus.viewport = self.focus.viewport.min(grid.count() - 1);
        self.rest_hidden();
    }

    /// Moves the focus to a viewport of the focused window; where one fills the window, it is that one then.
    fn focus_viewport(&mut self, index: usize) {
        self.focus.viewport = index;
        if let Some(full) = self.focused_screen_mut().and_then(|screen| screen.full.as_mut()) {
            *full = index;
            self.rest_hidden();
        }
    }

    /// What cannot be seen does not move.
    pub(in super::super) fn rest_hidden(&mut self) {
        let Some(screen) = self.focused_screen_mut() else { return };
        let visible: Vec<usize> = screen.visible().map(|(index, _)| index).collect();
        let viewports = screen.viewports.iter_mut().enumerate();
        for (_, hidden) in viewports.filter(|(index, _)| !visible.contains(index)) {
            hidden.cine.stop();
            hidden.rendering.iter_mut().for_each(|rendering| rendering.turntable.switch(false));
        }
    }
}
