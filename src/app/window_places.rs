//! Where our windows stand: those that open at the start, those that the reader asks for, and those whose monitor goes away.
//! `windows.toml` in the state folder remembers them by what their monitors are known by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::ViewportCommand;
use serde::{Deserialize, Serialize};

use crate::config::{Displays, WindowsAtStart};
use crate::display::{DesktopRect, Monitor, under};
use crate::session::{Event, MessageKind};

use super::arrangement::{Spot, Standing, WINDOWS_MAX, arrange, missing, refuge, sites};
use super::monitors::desktop_rect;
use super::own_file;
use super::reading::Reading;

/// Windows by their ids, and where they stand.
#[derive(Default)]
pub struct WindowPlaces {
    /// None where nothing is remembered.
    file: Option<PathBuf>,
    /// What the run before left.
    remembered: Vec<Standing>,
    /// Whether the windows of the start are open, or there are none to open.
    is_arranged: bool,
    /// Monitors that were here at some time.
    seen: BTreeSet<String>,
    /// Windows that are to go somewhere with their next frame.
    due: BTreeMap<u32, Due>,
    /// Where a window that opened by itself was born, in points: what is asked of the desktop must not change with every frame.
    births: BTreeMap<u32, egui::Rect>,
    /// Where each window was in its last frame.
    stood: BTreeMap<u32, Standing>,
    /// Where windows stood whose monitor is gone.
    away: BTreeMap<u32, Standing>,
    /// Whether windows have come, gone, or moved to another monitor since the file was written.
    is_news: bool,
    /// The file could not be written: nothing is remembered any more.
    has_failed: Arc<AtomicBool>,
}

/// Where a window is to go, and why.
struct Due {
    spot: Spot,
    cause: Cause,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// It belongs there from the start.
    Opens,
    /// Its monitor is gone, or another than it was: it goes there unless it is seen somewhere.
    Lost,
    /// Its monitor is here again: it goes there unless it is on it.
    Returns,
}

/// `windows.toml`, the first window first, and last what waits for its monitor.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    window: Vec<Standing>,
}

/// What the desktop tells of a window.
struct Shown {
    /// Its content.
    inner: DesktopRect,
    /// The upper left corner of its frame.
    corner: (i32, i32),
    /// Whether the desktop fills its monitor with it.
    fills: bool,
}

impl WindowPlaces {
    /// In the state folder, if there is one; with a single window at the start nothing is remembered.
    pub fn new(state_dir: Option<PathBuf>, at_start: WindowsAtStart) -> Self {
        let is_arranged = at_start == WindowsAtStart::One;
        let file = state_dir.filter(|_| !is_arranged).map(|folder| folder.join("windows.toml"));
        Self { file, is_arranged, ..Self::default() }
    }

    /// Where a window opens, in points of the desktop; none of one that the reader opened.
    pub(super) fn birth(&self, screen: u32) -> Option<egui::Rect> {
        self.births.get(&screen).copied()
    }

    /// Opens the windows of the start, once it is known where the first one stands and which monitors are here. To be called in each
    /// frame of the first window.
    pub(super) fn open_at_start(
        &mut self,
        ctx: &egui::Context,
        here: &[Monitor],
        displays: &Displays,
        reading: &mut Reading,
    ) {
        // A desktop that does not tell where windows are does not put them anywhere either.
        if self.is_arranged || shown(ctx).is_none() {
            return;
        }
        let sites = sites(here, displays);
        if sites.is_empty() {
            return;
        }
        self.is_arranged = true;
        self.remembered = self.read(reading);
        let is_here = |standing: &&Standing| sites.iter().any(|site| site.id == standing.monitor);
        for absent in self.remembered.iter().filter(|standing| !is_here(standing)) {
            let monitor = absent.monitor.as_str();
            tracing::info!(monitor, "a window is not opened: its monitor is not here");
        }
        let arrangement = arrange(&sites, &self.remembered);
        if let Some(spot) = arrangement.first {
            self.due.insert(0, Due { spot, cause: Cause::Opens });
        }
        self.open(arrangement.further, ctx.pixels_per_point(), reading);
    }

    /// Opens a window on each monitor that has a role and none, or says why not.
    pub(super) fn open_roles(
        &mut self,
        ctx: &egui::Context,
        here: Option<&[Monitor]>,
        displays: &Displays,
        reading: &mut Reading,
    ) {
        match self.lacking(here, displays) {
            Ok(spots) => self.open(spots, ctx.pixels_per_point(), reading),
            Err(why) => reading.session.tell(MessageKind::Note, why),
        }
    }

    fn lacking(&self, here: Option<&[Monitor]>, displays: &Displays) -> Result<Vec<Spot>, &'static str> {
        let here = here.ok_or("It is not known which monitors there are: no window is opened.")?;
        let sites = sites(here, displays);
        if sites.is_empty() || self.stood.is_empty() {
            return Err(
                "This desktop does not let windows be placed: open one by `screen open`, and move it.",
            );
        }
        if sites.iter().all(|site| site.role.is_none()) {
            return Err(
                "No monitor that is here has a role: displays.toml gives one, as in role = \"second\".",
            );
        }
        let going = self.due.values().map(|due| due.spot.monitor.as_str());
        let taken: Vec<&str> =
            self.stood.values().map(|standing| standing.monitor.as_str()).chain(going).collect();
        let spots = missing(&sites, &taken);
        if spots.is_empty() {
            return Err("Each monitor that has a role has its window.");
        }
        Ok(spots)
    }

    fn open(&mut self, spots: Vec<Spot>, pixels_per_point: f32, reading: &mut Reading) {
        if spots.is_empty() {
            return;
        }
        let before = reading.session.screens.len();
        reading.event(&Event::ScreensNeeded(spots.len()));
        for (screen, spot) in reading.session.screens.iter().skip(before).zip(spots) {
            tracing::info!(screen = screen.id, monitor = spot.monitor.as_str(), "a window opens");
            self.births.insert(screen.id, points(spot.rect, pixels_per_point));
            self.due.insert(screen.id, Due { spot, cause: Cause::Opens });
        }
    }

    /// Monitors came, went or moved: windows of those that went are to be seen elsewhere, with all that is in them, until their
    /// monitor is here again.
    pub(super) fn monitors_changed(&mut self, here: &[Monitor], displays: &Displays) {
        let sites = sites(here, displays);
        self.seen.extend(sites.iter().map(|site| site.id.to_owned()));
        let home = self.stood.get(&0).map(|standing| standing.monitor.clone());
        let refuge = refuge(&sites, home.as_deref());
        for (screen, now) in &self.stood {
            let (standing, cause) = match self.away.remove(screen) {
                Some(standing) => (standing, Cause::Returns),
                None => (now.clone(), Cause::Lost),
            };
            if let Some(site) = sites.iter().find(|site| site.id == standing.monitor) {
                self.due.insert(*screen, Due { spot: site.spot(&standing), cause });
                continue;
            }
            if let Some(site) = refuge {
                self.due.insert(*screen, Due { spot: site.spot_for_now(&standing), cause: Cause::Lost });
            }
            self.away.insert(*screen, standing);
        }
        // What has not come to its monitor yet does not go where none is.
        let is_gone = |due: &Due| sites.iter().all(|site| site.id != due.spot.monitor);
        for due in self.due.values_mut().filter(|due| is_gone(due)) {
            if let Some(site) = refuge {
                *due = Due { spot: site.corner(), cause: Cause::Lost };
            }
        }
        self.due.retain(|_, due| !is_gone(due));
    }

    /// Sends a window to where it is to go; whether it was sent. Then it is asked for its monitor in its next frame.
    pub(super) fn send(
        &mut self,
        ctx: &egui::Context,
        screen: u32,
        here: &[Monitor],
        reading: &mut Reading,
    ) -> bool {
        // One that is minimized goes there when it comes back.
        if ctx.input(|input| input.viewport().minimized == Some(true)) {
            return false;
        }
        let Some(Due { spot, cause }) = self.due.remove(&screen) else { return false };
        let on = shown(ctx).and_then(|shown| under(here, Some(shown.inner)));
        let is_well = match cause {
            Cause::Opens => false,
            Cause::Lost => on.is_some(),
            Cause::Returns => on.is_some_and(|monitor| monitor.id.as_str() == spot.monitor),
        };
        if is_well {
            return false;
        }
        if cause == Cause::Lost {
            let text = "The monitors have changed: this window was brought to where it is seen.";
            reading.session.tell(MessageKind::Note, text);
        }
        let rect = points(spot.rect, ctx.pixels_per_point());
        if ctx.input(|input| input.viewport().maximized == Some(true)) {
            ctx.send_viewport_cmd(ViewportCommand::Maximized(false));
        }
        ctx.send_viewport_cmd(ViewportCommand::OuterPosition(rect.min));
        ctx.send_viewport_cmd(ViewportCommand::InnerSize(rect.size()));
        if spot.fills {
            // Without a window manager nobody does this, and the size alone fills it.
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
        ctx.request_repaint();
        true
    }

    /// Takes note of where a window stands. To be called in each of its frames: it costs a few comparisons.
    pub(super) fn note(&mut self, ctx: &egui::Context, screen: u32, here: &[Monitor]) {
        let Some(shown) = shown(ctx) else { return };
        let on = under(here, Some(shown.inner));
        let Some((monitor, part)) = on.and_then(|monitor| Some((monitor, monitor.rect()?))) else { return };
        let standing = Standing {
            monitor: monitor.id.to_string(),
            is_first: screen == 0,
            fills: shown.fills || shown.inner == part,
            x: shown.corner.0.saturating_sub(part.x),
            y: shown.corner.1.saturating_sub(part.y),
            width: shown.inner.width,
            height: shown.inner.height,
        };
        self.is_news |= self.stood.get(&screen).is_none_or(|before| before.monitor != standing.monitor);
        self.stood.insert(screen, standing);
    }

    /// Remembers which windows are open on which monitors, where that has changed. To be called in each frame of the first window.
    pub(super) fn keep(&mut self, reading: &Reading) {
        let is_open = |id: &u32| reading.session.screens.iter().any(|screen| screen.id == *id);
        let before = self.stood.len();
        self.stood.retain(|id, _| is_open(id));
        self.is_news |= self.stood.len() != before;
        self.away.retain(|id, _| is_open(id));
        self.due.retain(|id, _| is_open(id));
        self.births.retain(|id, _| is_open(id));
        if self.is_news && self.knows_all(reading) {
            self.is_news = false;
            self.write(reading);
        }
    }

    /// The program ends: remembers where its windows were in their last frames.
    pub(super) fn end(&self, reading: &Reading) {
        if self.knows_all(reading) {
            self.write(reading);
        }
    }

    /// Whether it is known of each window where it stands; before, what is remembered stays.
    fn knows_all(&self, reading: &Reading) -> bool {
        self.is_arranged && reading.session.screens.iter().all(|screen| self.stood.contains_key(&screen.id))
    }

    fn read(&self, reading: &mut Reading) -> Vec<Standing> {
        let Some(path) = &self.file else { return Vec::new() };
        match own_file::read::<File>(path, "The list of windows") {
            Ok(file) => file.unwrap_or_default().window.into_iter().take(WINDOWS_MAX).collect(),
            Err(why) => {
                reading.session.tell(MessageKind::Caution, why);
                Vec::new()
            }
        }
    }

    /// Has the file written beside the frames.
    fn write(&self, reading: &Reading) {
        let Some(path) = self.file.as_ref().filter(|_| !self.has_failed.load(Ordering::Relaxed)) else {
            return;
        };
        let open = reading.session.screens.iter().filter_map(|screen| {
            // One that is elsewhere for now belongs to its own monitor.
            self.away.get(&screen.id).or_else(|| self.stood.get(&screen.id))
        });
        let waiting = self.remembered.iter().filter(|standing| !self.seen.contains(&standing.monitor));
        let file = File { window: open.chain(waiting).take(WINDOWS_MAX).cloned().collect() };
        let has_failed = Arc::clone(&self.has_failed);
        reading.services().write_file(path, move |path| {
            own_file::write(path, &file).map_err(|error| {
                has_failed.store(true, Ordering::Relaxed);
                format!("Where windows stand cannot be remembered: {error}.")
            })
        });
    }
}

/// What the desktop tells of the window that a frame is of; nothing while it is minimized.
fn shown(ctx: &egui::Context) -> Option<Shown> {
    let pixels_per_point = ctx.pixels_per_point();
    ctx.input(|input| {
        let viewport = input.viewport();
        if viewport.minimized == Some(true) {
            return None;
        }
        let inner = desktop_rect(viewport.inner_rect? * pixels_per_point);
        let frame = viewport.outer_rect.map_or(inner, |outer| desktop_rect(outer * pixels_per_point));
        let fills = viewport.maximized == Some(true) || viewport.fullscreen == Some(true);
        Some(Shown { inner, corner: (frame.x, frame.y), fills })
    })
}

/// In the unit of the desktop's commands.
fn points(rect: DesktopRect, pixels_per_point: f32) -> egui::Rect {
    let DesktopRect { x, y, width, height } = rect;
    #[expect(clippy::cast_precision_loss, reason = "pixels of a desktop")]
    let (corner, size) = (egui::pos2(x as f32, y as f32), egui::vec2(width as f32, height as f32));
    egui::Rect::from_min_size(corner, size) / pixels_per_point
}

#[cfg(test)]
mod tests {
    use crate::command::Command;
    use crate::config::{Config, Sources};
    use crate::display::EdidError;

    use super::super::settings::tests::{hold, reading, written};
    use super::super::trace::CommandSource;
    use super::*;

    const SCALE: f32 = 2.0;

    const ROLES: &str = "[left-1000x800]\nrole = \"second\"\n[right-1000x800]\nrole = \"main\"\n";

    fn monitor(connector: &str, x: i32) -> Monitor {
        let edid = Err(EdidError::Absent);
        Monitor::new(connector.to_owned(), edid, (1000, 800), Some((x, 0)), false)
    }

    /// The program on a desktop of monitors side by side.
    struct Desk {
        places: WindowPlaces,
        reading: Reading,
        here: Vec<Monitor>,
        displays: Displays,
    }

    impl Desk {
        /// On `left` and `right`, of which this is said, with this folder for state.
        fn on(text: &str, state: Option<PathBuf>) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::write(folder.path().join("displays.toml"), text).expect("written");
            let config_dir = Some(folder.path().to_path_buf());
            let displays =
                Config::load(&Sources { config_dir, ..Sources::default() }).expect("no fault").displays;
            let places = WindowPlaces::new(state, WindowsAtStart::Roles);
            let mut desk = Self { places, reading: reading(), here: Vec::new(), displays };
            desk.monitors(vec![monitor("left", 0), monitor("right", 1000)]);
            desk
        }

        fn monitors(&mut self, here: Vec<Monitor>) {
            self.here = here;
            self.places.monitors_changed(&self.here, &self.displays);
        }

        /// A frame of a window that stands here, in device pixels, if the desktop tells: what it asks of the desktop.
        fn frame(&mut self, screen: u32, at: Option<[f32; 4]>) -> Vec<ViewportCommand> {
            let rect = at.map(|[x, y, width, height]| {
                egui::Rect::from_min_size(egui::pos2(x, y), egui::vec2(width, height)) / SCALE
            });
            let mut input = egui::RawInput::default();
            let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
            viewport.native_pixels_per_point = Some(SCALE);
            (viewport.inner_rect, viewport.outer_rect) = (rect, rect);
            let ctx = egui::Context::default();
            let mut output = ctx.run_ui(input, |ui| {
                let Self { places, reading, here, displays } = &mut *self;
                if screen == 0 {
                    places.open_at_start(ui.ctx(), here, displays, reading);
                }
                if !places.send(ui.ctx(), screen, here, reading) {
                    places.note(ui.ctx(), screen, here);
                }
                places.keep(reading);
            });
            // Nothing draws them.
            output.textures_delta.clear();
            let window = output.viewport_output.remove(&egui::ViewportId::ROOT);
            let commands = window.map(|window| window.commands).unwrap_or_default();
            // egui's own, at its first frame.
            let is_ours = |command: &ViewportCommand| !matches!(command, ViewportCommand::SetTheme(_));
            commands.into_iter().filter(is_ours).collect()
        }

        /// The program ends.
        fn end(&mut self) {
            self.places.end(&self.reading);
            written(&mut self.reading);
        }

        /// The windows that are open.
        fn ids(&self) -> Vec<u32> {
            self.reading.session.screens.iter().map(|screen| screen.id).collect()
        }

        /// What `screen roles` says.
        fn roles(&mut self) -> Option<String> {
            let before = self.reading.session.messages.len();
            let ctx = egui::Context::default();
            self.places.open_roles(&ctx, Some(&self.here), &self.displays, &mut self.reading);
            self.reading.session.messages.get(before).map(|message| message.text.clone())
        }
    }

    /// In points, as the desktop is asked.
    fn to(x: f32, y: f32, width: f32, height: f32) -> Vec<ViewportCommand> {
        let size = egui::vec2(width, height);
        vec![ViewportCommand::OuterPosition(egui::pos2(x, y)), ViewportCommand::InnerSize(size)]
    }

    fn filling(x: f32) -> Vec<ViewportCommand> {
        let mut commands = to(x, 0.0, 500.0, 400.0);
        commands.push(ViewportCommand::Maximized(true));
        commands
    }

    #[test]
    fn at_the_start_each_role_has_a_window_that_fills_its_monitor() {
        let mut desk = Desk::on(ROLES, None);
        assert!(desk.frame(0, None).is_empty(), "it waits until the desktop tells where the window is");
        assert_eq!(desk.ids(), [0]);
        assert_eq!(desk.frame(0, Some([0.0, 0.0, 600.0, 500.0])), filling(500.0), "main is at the right");
        assert_eq!(desk.ids(), [0, 1]);
        assert_eq!(desk.reading.session.focus.screen, 0, "keys stay where they were");
        let birth = desk.places.birth(1).expect("it opens there");
        assert_eq!((birth.min, birth.size()), (egui::pos2(0.0, 0.0), egui::vec2(500.0, 400.0)));
        assert_eq!(desk.frame(1, Some([0.0, 0.0, 1000.0, 800.0])), filling(0.0));
        // Once: a window stays where the reader moves it.
        assert!(desk.frame(0, Some([1200.0, 0.0, 600.0, 500.0])).is_empty());
        assert!(desk.frame(1, Some([1300.0, 0.0, 600.0, 500.0])).is_empty());
        assert_eq!(desk.ids(), [0, 1]);
    }

    #[test]
    fn with_one_window_asked_for_none_opens_and_none_is_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk = Desk::on(ROLES, None);
        desk.places = WindowPlaces::new(Some(folder.path().to_path_buf()), WindowsAtStart::One);
        assert!(desk.frame(0, Some([0.0, 0.0, 600.0, 500.0])).is_empty());
        desk.end();
        assert_eq!(desk.ids(), [0]);
        assert!(!folder.path().join("windows.toml").exists());
    }

    #[test]
    fn windows_come_back_to_their_monitors_and_one_whose_monitor_is_not_here_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let start = |here: Vec<Monitor>| {
            let mut desk = Desk::on("", Some(folder.path().to_path_buf()));
            desk.places.seen.clear();
            desk.monitors(here);
            desk
        };
        let both = || vec![monitor("left", 0), monitor("right", 1000)];
        let (first, second) = ([10.0, 20.0, 500.0, 400.0], [1100.0, 50.0, 600.0, 500.0]);
        let mut desk = start(both());
        assert!(desk.frame(0, Some(first)).is_empty(), "nothing is remembered");
        desk.reading.command(&Command::parse("screen open").expect("a command"), CommandSource::Key);
        assert!(desk.frame(1, Some(second)).is_empty());
        desk.end();

        let somewhere = Some([0.0, 0.0, 1000.0, 800.0]);
        let mut desk = start(both());
        assert_eq!(desk.frame(0, somewhere), to(5.0, 10.0, 250.0, 200.0));
        assert_eq!(desk.ids(), [0, 1]);
        assert_eq!(desk.frame(1, somewhere), to(550.0, 25.0, 300.0, 250.0));

        let mut desk = start(vec![monitor("left", 0)]);
        desk.frame(0, somewhere);
        assert_eq!(desk.ids(), [0], "its monitor is not here");
        desk.frame(0, Some(first));
        desk.end();

        let mut desk = start(both());
        desk.frame(0, somewhere);
        assert_eq!(desk.ids(), [0, 1], "it has waited");
        // One that the reader closes does not come back.
        desk.frame(0, Some(first));
        desk.frame(1, Some(second));
        desk.reading.event(&Event::ScreenClosed { screen: 1 });
        desk.frame(0, Some(first));
        written(&mut desk.reading);
        let mut desk = start(both());
        desk.frame(0, somewhere);
        assert_eq!(desk.ids(), [0]);
    }

    #[test]
    fn a_file_that_was_damaged_is_set_aside_and_told() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("windows.toml"), "[[window]]\nmonitor = 7\n").expect("written");
        let mut desk = Desk::on("", Some(folder.path().to_path_buf()));
        desk.frame(0, Some([0.0, 0.0, 600.0, 500.0]));
        let told = desk.reading.session.messages.last().map(|message| message.text.clone());
        let expected = "The list of windows cannot be read: it is not as Hotlight wrote it. It is kept as \
                        windows.toml.broken.";
        assert_eq!(told.as_deref(), Some(expected));
    }

    #[test]
    fn no_frame_waits_until_it_is_remembered_and_where_it_cannot_be_that_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("windows.toml");
        let mut desk = Desk::on("", Some(folder.path().to_path_buf()));
        let gate = hold(&desk.reading);
        desk.frame(0, Some([0.0, 0.0, 600.0, 500.0]));
        assert!(!path.exists(), "the disk hangs");
        drop(gate);
        written(&mut desk.reading);
        std::fs::remove_file(&path).expect("it is written");
        // Something that no file can replace stands in its place.
        std::fs::create_dir_all(path.join("in the way")).expect("a folder");
        for x in [1000.0, 0.0, 1000.0] {
            desk.frame(0, Some([x, 0.0, 600.0, 500.0]));
            written(&mut desk.reading);
        }
        let told = desk.reading.session.messages.iter();
        let told =
            told.filter(|message| message.text.starts_with("Where windows stand cannot be remembered: "));
        assert_eq!(told.count(), 1);
    }

    #[test]
    fn a_window_whose_monitor_goes_is_seen_elsewhere_and_goes_back_with_it() {
        let mut desk = Desk::on(ROLES, None);
        let (left, right) = ([0.0, 0.0, 1000.0, 800.0], [1000.0, 0.0, 1000.0, 800.0]);
        desk.frame(0, Some(left));
        desk.frame(1, Some(left));
        desk.frame(0, Some(right));
        desk.frame(1, Some(left));
        desk.monitors(vec![monitor("left", 0)]);
        // It is on none now; the other one stays.
        assert_eq!(desk.frame(0, Some(right)), to(125.0, 100.0, 375.0, 300.0));
        assert!(desk.frame(1, Some(left)).is_empty());
        let told = desk.reading.session.messages.last().map(|message| message.text.clone());
        assert!(told.is_some_and(|text| text.starts_with("The monitors have changed")));
        assert!(desk.frame(0, Some([250.0, 200.0, 750.0, 600.0])).is_empty(), "once");
        desk.monitors(vec![monitor("left", 0), monitor("right", 1000)]);
        assert_eq!(desk.frame(0, Some([250.0, 200.0, 750.0, 600.0])), filling(500.0));
        assert!(desk.frame(1, Some(left)).is_empty());
        // What the desktop brings to another monitor by itself is not moved again.
        desk.frame(0, Some(right));
        desk.monitors(vec![monitor("left", 0)]);
        assert!(desk.frame(0, Some(left)).is_empty());
        assert_eq!(desk.ids(), [0, 1], "nothing was closed");
    }

    #[test]
    fn windows_of_roles_open_when_they_are_asked_for_or_it_is_said_why_not() {
        let mut desk = Desk::on(ROLES, None);
        let told = desk.roles().expect("words");
        assert!(told.starts_with("This desktop does not let windows be placed"), "{told}");
        let (left, right) = ([0.0, 0.0, 1000.0, 800.0], [1000.0, 0.0, 1000.0, 800.0]);
        desk.places.is_arranged = true;
        desk.frame(0, Some(right));
        assert_eq!(desk.roles(), None);
        assert_eq!((desk.ids(), desk.frame(1, Some(left))), (vec![0, 1], filling(0.0)));
        desk.frame(1, Some(left));
        assert_eq!(desk.roles().as_deref(), Some("Each monitor that has a role has its window."));
        let mut bare = Desk::on("", None);
        bare.frame(0, Some(left));
        assert!(bare.roles().is_some_and(|told| told.starts_with("No monitor that is here has a role")));
    }
}
