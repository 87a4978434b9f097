//! Test patterns.

use crate::calibration::SignalPath;
use crate::calibration::pattern::Pattern;
use crate::command::{Next, PatternCommand};

use super::super::calibrating::ShownPattern;
use super::super::screen::Screen;
use super::super::state::{MessageKind, Session};

impl Session {
    pub(super) fn apply_pattern(&mut self, command: &PatternCommand) {
        if self.tells_under_way() {
            return;
        }
        let path = self.calibrating.path;
        let pattern = match command {
            PatternCommand::Off => None,
            PatternCommand::Show(name) => match Pattern::parse(name) {
                Ok(pattern) => Some(pattern),
                Err(why) => return self.tell(MessageKind::Note, format!("{why}.")),
            },
            PatternCommand::Step(next) => {
                let pages = Pattern::PAGES;
                let at = self.shown_page().and_then(|shown| pages.iter().position(|page| *page == shown));
                let at = match (at, next) {
                    (None, _) => 0,
                    (Some(at), Next::Previous) => at + pages.len() - 1,
                    (Some(at), _) => at + 1,
                };
                pages.get(at % pages.len()).copied()
            }
            PatternCommand::Play => return self.play_pattern(path),
            PatternCommand::Faster => return self.step_pattern_rate(true),
            PatternCommand::Slower => return self.step_pattern_rate(false),
        };
        self.close_beside();
        if let Some(screen) = self.focused_screen_mut() {
            screen.pattern = pattern.map(|pattern| ShownPattern::of(pattern, path));
        }
    }

    /// What the window in focus shows, as it stands among those that are looked at one after the other: of what moves the first frame.
    fn shown_page(&self) -> Option<Pattern> {
        let shown = self.focused_screen()?.pattern.as_ref()?;
        let pattern = Pattern::parse(&shown.name).ok()?;
        Some(pattern.frames().first().map_or(pattern, |frame| frame.pattern))
    }

    /// Starts what moves in the window in focus, or stops it. Where nothing can, a pattern comes that does, at rest: nothing is to
    /// flicker that nobody has seen standing still.
    fn play_pattern(&mut self, path: SignalPath) {
        self.close_beside();
        let Some(screen) = self.focused_screen_mut() else { return };
        match screen.played_mut() {
            Some(played) => played.toggle(),
            None => screen.pattern = Some(ShownPattern::of(Pattern::Temporal { frame: 0 }, path)),
        }
    }

    fn step_pattern_rate(&mut self, is_faster: bool) {
        match self.focused_screen_mut().and_then(Screen::played_mut) {
            Some(played) => played.step_rate(is_faster),
            None => self
                .tell(MessageKind::Note, "This pattern stands still: `pattern play` shows one that moves."),
        }
    }
}
