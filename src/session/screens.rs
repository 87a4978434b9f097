//! Our windows: opened and closed by the reader, by the desktop, or because monitors have roles; and which of them each screen of a
//! protocol hangs in.

use crate::hanging::HungStage;
use crate::study::Library;

use super::effect::Effect;
use super::event::Event;
use super::monitor::ScreenMonitor;
use super::screen::Screen;
use super::state::{Focus, Session};

impl Session {
    /// Takes news of windows. As long as the reader has not touched what hangs, it goes to the windows that there are now.
    pub(super) fn take_screen_news(&mut self, event: &Event, library: &Library) -> Vec<Effect> {
        match event {
            Event::ScreenResized { screen, surface } => {
                if let Some(screen) = self.screens.iter_mut().find(|known| known.id == *screen) {
                    screen.surface = *surface;
                }
            }
            Event::ScreenOnMonitor { screen, monitor } => {
                self.note_use(monitor);
                let mut effects = self.stand_on(*screen, monitor, library);
                effects.extend(self.look_what_is_due(monitor));
                if self.calibrating.is_open {
                    effects.extend(self.ask_for_bench());
                }
                return effects;
            }
            Event::ScreenFocused { screen } => {
                let place = self.screens.iter().position(|known| known.id == *screen);
                if let Some(place) = place.filter(|place| *place != self.focus.screen) {
                    self.focus_screen(place);
                }
            }
            Event::ScreenClosed { screen } => {
                self.close_screen(*screen);
                return self.hang_by_protocol(library);
            }
            Event::ScreensNeeded(count) => {
                for _ in 0..*count {
                    self.add_screen(Screen::new(self.screens_opened, &self.settings));
                }
                return self.hang_by_protocol(library);
            }
            _ => {}
        }
        Vec::new()
    }

    /// A window is on another monitor, or something else is said of it. What hangs goes by the role of each.
    fn stand_on(
        &mut self,
        id: u32,
        monitor: &Result<ScreenMonitor, String>,
        library: &Library,
    ) -> Vec<Effect> {
        let Some(screen) = self.screens.iter_mut().find(|known| known.id == id) else { return Vec::new() };
        let before = screen.role().map(str::to_owned);
        screen.stand_on(monitor);
        if screen.role() == before.as_deref() {
            return Vec::new();
        }
        self.hang_by_protocol(library)
    }

    /// The window of each screen of a stage: one on the monitor of that role, else one of those that are left, in their order.
    pub(super) fn windows_for(&self, stage: &HungStage) -> Vec<Option<usize>> {
        let role = |window: usize| self.screens.get(window).and_then(Screen::role);
        let mut left: Vec<usize> = (0..self.screens.len()).collect();
        let mut of_role = Vec::new();
        for screen in &stage.screens {
            let place = left.iter().position(|window| role(*window) == Some(screen.role.as_str()));
            of_role.push(place.map(|place| left.remove(place)));
        }
        let mut left = left.into_iter();
        of_role.into_iter().map(|window| window.or_else(|| left.next())).collect()
    }

    pub(super) fn open_screen(&mut self) {
        let mut screen = Screen::new(self.screens_opened, &self.settings);
        if let (Some(viewport), Some(focused)) = (screen.viewports.first_mut(), self.focused_viewport()) {
            viewport.source.clone_from(&focused.source);
        }
        self.add_screen(screen);
        self.focus_screen(self.screens.len() - 1);
    }

    fn add_screen(&mut self, screen: Screen) {
        self.screens_opened += 1;
        self.screens.push(screen);
    }

    /// The first window stays: closing it ends the program, which is the edge's to notice.
    pub(super) fn close_screen(&mut self, id: u32) {
        let place = self.screens.iter().position(|screen| screen.id == id);
        let Some(place) = place.filter(|place| *place > 0) else { return };
        let focused = self.focused_screen().map(|screen| screen.id);
        self.screens.remove(place);
        if let Some(hung) = &mut self.hung {
            hung.note_closed(place);
        }
        if let Some(still_there) = self.screens.iter().position(|screen| Some(screen.id) == focused) {
            self.focus.screen = still_there;
        } else {
            let viewport = self.screens.first().map_or(0, |screen| screen.last_focused);
            self.focus = Focus { screen: 0, viewport };
            self.end_gesture();
        }
        // It is told by a place among the windows.
        self.pointer = None;
    }

    /// Goes to a window, to the viewport that had the focus there last.
    pub(super) fn focus_screen(&mut self, screen: usize) {
        let left = self.focus;
        if let Some(screen) = self.screens.get_mut(left.screen) {
            screen.last_focused = left.viewport;
        }
        let viewport = self.screens.get(screen).map_or(0, |screen| screen.last_focused);
        self.focus = Focus { screen, viewport };
        self.end_gesture();
    }
}
