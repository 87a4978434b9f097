//! Viewports and windows.

use crate::command::{Grid, LayoutCommand, ScreenCommand};

use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_layout(&mut self, command: LayoutCommand) {
        self.gesture = None;
        match command {
            LayoutCommand::Grid(grid) => self.set_grid(grid),
            LayoutCommand::Focus(next) => {
                let count = self.focused_screen().map_or(0, |screen| screen.grid.count());
                match next.index_from(self.focus.viewport, count) {
                    Some(index) => self.focus.viewport = index,
                    None => self.tell(MessageKind::Note, format!("This window has {count} viewports.")),
                }
            }
            LayoutCommand::Strip => {
                if let Some(screen) = self.focused_screen_mut() {
                    screen.has_strip = !screen.has_strip;
                }
            }
            LayoutCommand::Screen(ScreenCommand::Open) => self.open_screen(),
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

    fn set_grid(&mut self, grid: Grid) {
        let fresh = self.settings.fresh_viewport();
        let Some(screen) = self.focused_screen_mut() else { return };
        screen.grid = grid;
        while screen.viewports.len() < grid.count() {
            screen.viewports.push(fresh.clone());
        }
        // What cannot be seen does not move.
        screen.viewports.iter_mut().skip(grid.count()).for_each(|hidden| hidden.cine.stop());
        self.focus.viewport = self.focus.viewport.min(grid.count() - 1);
    }
}
