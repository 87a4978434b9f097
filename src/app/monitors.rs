//! Which monitor each window is on, and what that means for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use eframe::egui_wgpu::RenderState;

use crate::calibration::{CalibrationStatus, Schedule, Schedules};
use crate::color::IccProfile;
use crate::config::{Displays, Gsdf, MonitorSettings};
use crate::display::{DesktopRect, IdBasis, Monitor, Monitors, MonitorsError, remote_session, under};
use crate::grayscale::{DisplayTable, GsdfOwner};
use crate::records::Book;
use crate::session::{Event, ScreenMonitor};
use crate::ui;
use crate::units::{CdPerM2, Mm};

use super::booked::monitor_status;
use super::luminance::{read_bounded, read_display_system};
use super::reading::Reading;
use super::services::Answers;
use super::trace::TraceEvent;

/// Answers that wait for a frame; a window asks once for each monitor that it comes to.
const READ_MAX: usize = 64;

/// How often the system is asked for its monitors: as long a monitor that was just plugged in is taken for the one before.
const MONITORS_EVERY: Duration = Duration::from_secs(1);

/// The monitors of this machine, or why they are not known.
pub type FoundMonitors = Arc<Result<Vec<Monitor>, MonitorsError>>;

/// What each window was last told of its monitor.
pub(super) struct ScreenMonitors {
    /// What was read beside the frames, and where it arrives.
    read: (Sender<Read>, Receiver<Read>),
    found: Option<FoundMonitors>,
    /// What draws the windows, and applies the tables of their monitors.
    card: Option<RenderState>,
    /// By the window's id.
    told: BTreeMap<u32, Told>,
    /// The windows whose files are to be read again.
    again: BTreeSet<u32>,
}

/// What the files say that are named for the monitor of a window.
struct Read {
    screen: u32,
    told: Told,
    files: Files,
}

/// What is said of monitors, and where it is recorded what was found of them.
#[derive(Clone, Copy)]
pub(super) struct SaidOf<'a> {
    pub(super) displays: &'a Displays,
    pub(super) schedules: &'a Schedules,
    /// The folder of the book of records.
    pub(super) records: Option<&'a Path>,
}

/// What the files of a monitor say, or why they say nothing.
struct Files {
    /// The table, where the GSDF is ours.
    table: Result<Option<DisplayTable>, String>,
    profile: Result<Option<Arc<IccProfile>>, String>,
    /// What records say of its calibration; none where nobody says what it is used for and nothing is recorded.
    status: Option<Result<CalibrationStatus, String>>,
}

/// What a window was told last.
#[derive(Clone, PartialEq)]
struct Told {
    monitor: Result<Monitor, String>,
    settings: Option<MonitorSettings>,
    /// By what its checks are due.
    schedule: Option<Schedule>,
    /// The folder of the book of records, where there is a book.
    records: Option<PathBuf>,
    /// Whether the desktop tells where on the monitor the window is, and so in whose pixels it counts.
    is_placed: bool,
}

impl Default for ScreenMonitors {
    fn default() -> Self {
        Self {
            read: bounded(READ_MAX),
            found: None,
            card: None,
            told: BTreeMap::new(),
            again: BTreeSet::new(),
        }
    }
}

impl ScreenMonitors {
    /// Takes what was found since; every window is then drawn again, and asks where it stands. Whether the monitors are others now.
    pub(super) fn take_news(&mut self, reading: &mut Reading) -> bool {
        let found = reading.services().monitors();
        let is_news = found.as_ref().map(Arc::as_ptr) != self.found.as_ref().map(Arc::as_ptr);
        if is_news {
            self.found = found;
            reading.note_change();
        }
        while let Ok(read) = self.read.1.try_recv() {
            self.take(read, reading);
        }
        let is_open = |id: &u32| reading.session.screens.iter().any(|screen| screen.id == *id);
        for (closed, _) in self.told.extract_if(.., |screen, _| !is_open(screen)) {
            // It had room on the card, which another window may need.
            let _no_card = self.card.as_ref().map(|card| ui::set_display(card, closed, None));
        }
        is_news
    }

    /// The monitors that are here, as far as they are known.
    pub(super) fn here(&self) -> Option<&[Monitor]> {
        self.found.as_deref()?.as_ref().ok().map(Vec::as_slice)
    }

    /// Windows are drawn by this card from now on.
    pub(super) fn set_card(&mut self, card: RenderState) {
        self.card = Some(card);
    }

    /// Reads again what is said of each monitor, measurements too.
    pub(super) fn tell_again(&mut self) {
        self.again = self.told.keys().copied().collect();
    }

    /// Tells a window of its monitor, if it is another than before or something else is said of it now. To be called in
    /// every frame: where nothing has changed it costs a few comparisons.
    pub(super) fn place(
        &mut self,
        ctx: &egui::Context,
        screen: u32,
        said: SaidOf<'_>,
        reading: &mut Reading,
    ) {
        let Some(found) = self.found.as_deref() else { return };
        let (is_minimized, window) = ctx.input(|input| {
            let viewport = input.viewport();
            (viewport.minimized == Some(true), viewport.inner_rect.or(viewport.outer_rect))
        });
        // It will come back where it was.
        if is_minimized {
            return;
        }
        let window = window.map(|rect| desktop_rect(rect * ctx.pixels_per_point()));
        let monitor = match found {
            Ok(monitors) => under(monitors, window).ok_or_else(|| nowhere(monitors, window)),
            Err(why) => Err(sentence(&why.to_string())),
        };
        let settings = monitor.as_ref().ok().and_then(|monitor| said.displays.get(monitor.id.as_str()));
        let schedule = settings.and_then(|settings| said.schedules.get(settings.used_for.as_deref()?));
        let records = said.records.filter(|_| monitor.is_ok());
        let is_placed = window.is_some() && monitor.as_ref().is_ok_and(|monitor| monitor.corner.is_some());
        let known = self.told.get(&screen);
        let is_where_it_was =
            known.is_some_and(|told| told.monitor.as_ref() == monitor.as_ref().map(|monitor| *monitor));
        let is_told = known.is_some_and(|told| {
            is_where_it_was
                && told.is_placed == is_placed
                && told.settings.as_ref() == settings
                && told.schedule.as_ref() == schedule
        });
        if is_told && !self.again.contains(&screen) {
            return;
        }
        self.again.remove(&screen);
        let records = records.filter(|folder| Book::is_in(folder)).map(Path::to_path_buf);
        let (monitor, settings, schedule) = (monitor.cloned(), settings.cloned(), schedule.cloned());
        let told = Told { monitor, settings, schedule, records, is_placed };
        self.told.insert(screen, told.clone());
        match Files::before(&told) {
            Ok(files) => self.tell(screen, &told, files, reading),
            Err(why) => {
                self.read_files(screen, told.clone(), ctx.clone());
                // A table is not taken away while it is read again: no image is to flash, no patch to go around it.
                if !is_where_it_was {
                    let files = Files { table: Err(why.clone()), profile: Err(why), status: None };
                    self.tell(screen, &told, files, reading);
                }
            }
        }
    }

    /// Reads the files beside the frames, and asks for one then.
    fn read_files(&self, screen: u32, told: Told, ctx: egui::Context) {
        let sender = self.read.0.clone();
        let read = move || {
            let files = Files::read(&told);
            // Where nobody takes it, the program ends, or the window was told of many others since.
            if sender.try_send(Read { screen, told, files }).is_ok() {
                ctx.request_repaint();
            }
        };
        if let Err(error) = std::thread::Builder::new().name("monitor".to_owned()).spawn(read) {
            tracing::warn!(%error, "the files of a monitor are not read");
        }
    }

    /// Tells a window what the files say, unless it is on another monitor by now.
    fn take(&self, Read { screen, told, files }: Read, reading: &mut Reading) {
        if self.told.get(&screen) == Some(&told) {
            self.tell(screen, &told, files, reading);
        }
    }

    fn tell(&self, screen: u32, told: &Told, files: Files, reading: &mut Reading) {
        let monitor = told.monitor.clone().map(|monitor| {
            let drive = |table: &DisplayTable| self.drive(screen, Some(table));
            screen_monitor(&monitor, told.settings.as_ref(), told.is_placed, files, drive)
        });
        if monitor.as_ref().map_or(GsdfOwner::Nobody, |monitor| monitor.gsdf) != GsdfOwner::Viewer
            && let Err(why) = self.drive(screen, None)
        {
            tracing::debug!(screen, why, "no table to take away");
        }
        note(screen, &monitor, reading);
        reading.event(&Event::ScreenOnMonitor { screen, monitor });
    }
}

impl ScreenMonitors {
    /// Puts a table between a window's P-values and its driving levels, or takes it away.
    fn drive(&self, screen: u32, table: Option<&DisplayTable>) -> Result<(), String> {
        let card = self.card.as_ref().ok_or("there is no graphics card")?;
        ui::set_display(card, screen, table).map_err(|error| error.to_string())
    }
}

impl Files {
    /// What is known before any file is read: nothing is lacking where none is named; else what to say until then.
    fn before(told: &Told) -> Result<Self, String> {
        let settings = told.settings.as_ref();
        let names_one =
            |said: &MonitorSettings| said.gsdf.owner() == GsdfOwner::Viewer || said.profile.is_some();
        if settings.is_some_and(names_one) || told.records.is_some() {
            return Err("its files are being read".to_owned());
        }
        Ok(Self { table: Ok(None), profile: Ok(None), status: told.status() })
    }

    fn read(told: &Told) -> Self {
        let settings = told.settings.as_ref();
        let profile = settings.and_then(|said| said.profile.as_deref()).map(read_profile);
        Self { table: settings.map_or(Ok(None), table), profile: profile.transpose(), status: told.status() }
    }
}

impl Told {
    /// What records say of the calibration.
    fn status(&self) -> Option<Result<CalibrationStatus, String>> {
        let id = self.monitor.as_ref().ok()?.id.as_str();
        let found =
            monitor_status(self.records.as_deref(), id, self.settings.as_ref(), self.schedule.as_ref());
        let is_untold = self.schedule.is_none() && found == Ok(CalibrationStatus::ReviewOnly);
        (!is_untold).then_some(found)
    }
}

/// Makes the table of a monitor whose GSDF is ours. PS3.14 7.
fn table(settings: &MonitorSettings) -> Result<Option<DisplayTable>, String> {
    let Gsdf::Viewer { luminance, ambient_cd_m2 } = &settings.gsdf else { return Ok(None) };
    let system = read_display_system(luminance, CdPerM2(*ambient_cd_m2), settings.bits)?;
    Ok(Some(DisplayTable::calibrated(&system)))
}

/// The ICC profile of a monitor; the error names the file.
pub fn read_profile(path: &Path) -> Result<Arc<IccProfile>, String> {
    let bytes = read_bounded(path, IccProfile::BYTES_MAX as u64)?;
    IccProfile::of_monitor(&bytes).map_err(|why| format!("{}: {why}", path.display()))
}

/// For whoever asks later on which monitor something was read.
fn note(screen: u32, monitor: &Result<ScreenMonitor, String>, reading: &mut Reading) {
    let place = reading.session.screens.iter().position(|known| known.id == screen);
    let known = monitor.as_ref().ok();
    let gsdf = known.map(|monitor| monitor.gsdf).unwrap_or_default().name();
    let id = known.map(|monitor| monitor.id.clone());
    tracing::info!(screen, monitor = id.as_deref().unwrap_or("unknown"), gsdf, "a window's monitor");
    reading.trace.note(&TraceEvent::ScreenOnMonitor { screen: place.unwrap_or(0), monitor: id, gsdf });
}

/// What a window is told of the monitor that it is on. The GSDF is only called ours once the card has the table.
fn screen_monitor(
    monitor: &Monitor,
    settings: Option<&MonitorSettings>,
    is_placed: bool,
    files: Files,
    drive: impl FnOnce(&DisplayTable) -> Result<(), String>,
) -> ScreenMonitor {
    let mut cautions = Vec::new();
    let mut gsdf = settings.map(|settings| settings.gsdf.owner()).unwrap_or_default();
    if settings.is_none() {
        cautions.push("displays.toml says nothing of it.".to_owned());
    }
    let is_ours = gsdf == GsdfOwner::Viewer;
    let digest = files.table.as_ref().ok().and_then(Option::as_ref).map(DisplayTable::digest);
    let outcome = files.table.and_then(|table| table.as_ref().map_or(Ok(()), drive));
    if let Err(why) = outcome.or_else(|why| if is_ours { Err(why) } else { Ok(()) }) {
        cautions.push(format!("displays.toml leaves the GSDF to Hotlight, which cannot apply it: {why}."));
        gsdf = GsdfOwner::Nobody;
    }
    match monitor.id.basis {
        IdBasis::Serial => {}
        IdBasis::Model => cautions.push(
            "It gives no serial number of its own: another of its kind on the same connector is taken for it.".to_owned(),
        ),
        IdBasis::Connector => {
            let why = monitor.edid.as_ref().err().map(ToString::to_string).unwrap_or_default();
            cautions.push(format!("Unidentified monitor: {why}. Any other on the same connector is taken for it."));
        }
    }
    // On a desktop that tells no places, its pixels need not be those of a window: they may be scaled.
    if is_placed && monitor.is_native() == Some(false) {
        let (columns, rows) = monitor.size;
        cautions.push(format!(
            "It shows {columns} × {rows} pixels, which are not its own: what it shows is scaled."
        ));
    }
    let profile = files.profile.unwrap_or_else(|why| {
        if settings.is_some_and(|settings| settings.profile.is_some()) {
            cautions.push(format!("Colours are shown as if it were of sRGB: {why}."));
        }
        None
    });
    let stated = settings.and_then(|settings| settings.pixel_mm).map(Mm);
    ScreenMonitor {
        name: monitor.name(),
        id: monitor.id.to_string(),
        device: monitor.device(),
        pixel_mm: stated.or_else(|| monitor.pixel_mm().filter(|_| is_placed)),
        gsdf,
        table: digest.filter(|_| gsdf == GsdfOwner::Viewer),
        measured: settings.and_then(|settings| settings.measured.clone()),
        is_dithered: settings.is_some_and(|settings| settings.dither),
        role: settings.and_then(|settings| settings.role.clone()),
        used_for: settings.and_then(|settings| settings.used_for.clone()),
        profile,
        status: files.status.and_then(|status| match status {
            Ok(status) => Some(status),
            Err(why) => {
                cautions.push(format!("Its records cannot be read: {why}."));
                None
            }
        }),
        remote: remote_session(|name| std::env::var(name).ok()),
        cautions,
    }
}

/// Why a window is on none of the monitors.
fn nowhere(monitors: &[Monitor], window: Option<DesktopRect>) -> String {
    let why = match window {
        _ if monitors.is_empty() => "The system has no monitor.",
        Some(_) => "The window is on none of the monitors.",
        None => "The desktop does not tell which of the monitors the window is on.",
    };
    why.to_owned()
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// On whole device pixels.
pub(super) fn desktop_rect(pixels: egui::Rect) -> DesktopRect {
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a desktop; `as` keeps to its limits")]
    let place = |edge: f32| edge.round() as i32;
    let (x, y) = (place(pixels.left()), place(pixels.top()));
    let side = |end: f32, start: i32| u32::try_from(i64::from(place(end)) - i64::from(start)).unwrap_or(0);
    DesktopRect { x, y, width: side(pixels.right(), x), height: side(pixels.bottom(), y) }
}

/// Looks until the other end is gone; wakes the screen only when something has changed.
pub(super) fn look_for_monitors(found: &Mutex<Option<FoundMonitors>>, end: &Receiver<()>, answers: &Answers) {
    let mut monitors = Monitors::default();
    loop {
        let now = monitors.look();
        let is_news = {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            let is_news = found.as_deref() != Some(&now);
            if is_news {
                *found = Some(Arc::new(now));
            }
            is_news
        };
        if is_news {
            answers.wake();
        }
        if end.recv_timeout(MONITORS_EVERY) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::{Config, Sources};
    use crate::display::{Edid, EdidError};

    use super::super::settings::tests::reading;
    use super::*;

    const GRAY: &str = include_str!("../../tests/data/edid/gray-5mp.hex");
    const OFFICE: &str = include_str!("../../tests/data/edid/office.hex");

    fn monitor(connector: &str, written: &str, size: (u32, u32), x: i32) -> Monitor {
        let lines = written.lines().map(|line| line.split('#').next().unwrap_or_default());
        let words = lines.flat_map(str::split_whitespace);
        let bytes: Vec<u8> = words.map(|word| u8::from_str_radix(word, 16).expect("a byte")).collect();
        Monitor::new(connector.to_owned(), Edid::parse(&bytes), size, Some((x, 0)), false)
    }

    /// A gray monitor, and an office monitor at its right.
    fn pair() -> Vec<Monitor> {
        vec![monitor("DP-1", GRAY, (2048, 2560), 0), monitor("HDMI-1", OFFICE, (1920, 1080), 2048)]
    }

    fn displays(text: &str) -> Displays {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("displays.toml"), text).expect("written");
        let config_dir = Some(folder.path().to_path_buf());
        let sources = Sources { config_dir, ..Sources::default() };
        Config::load(&sources).expect("no fault").displays
    }

    const PANEL: &str = "[ZZM-0x1234-00204321]\ngsdf = \"panel\"\n";

    /// The program with a window somewhere on the desktop.
    struct Placed {
        monitors: ScreenMonitors,
        reading: Reading,
        displays: Displays,
    }

    impl Placed {
        fn on(found: Vec<Monitor>, text: &str) -> Self {
            let monitors = ScreenMonitors { found: Some(Arc::new(Ok(found))), ..ScreenMonitors::default() };
            Self { monitors, reading: reading(), displays: displays(text) }
        }

        /// A frame of the first window, which is 1000 device pixels wide and high and begins here, if that is told.
        fn frame(&mut self, left: Option<f32>, is_minimized: bool) -> Result<ScreenMonitor, String> {
            const SCALE: f32 = 2.0;
            let rect = left.map(|left| {
                egui::Rect::from_min_size(egui::pos2(left, 0.0), egui::Vec2::splat(1000.0)) / SCALE
            });
            let mut input = egui::RawInput::default();
            let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
            viewport.native_pixels_per_point = Some(SCALE);
            viewport.inner_rect = rect;
            viewport.minimized = Some(is_minimized);
            let ctx = egui::Context::default();
            let mut output = ctx.run_ui(input, |ui| {
                let said =
                    SaidOf { displays: &self.displays, schedules: &Schedules::default(), records: None };
                self.monitors.place(ui.ctx(), 0, said, &mut self.reading);
            });
            let names_files = self.monitors.told.get(&0).is_some_and(|told| Files::before(told).is_err());
            if names_files {
                let read = self.monitors.read.1.recv_timeout(Duration::from_mins(2)).expect("read");
                self.monitors.take(read, &mut self.reading);
            }
            // Nothing draws them.
            output.textures_delta.clear();
            self.reading.session.screens[0].monitor.clone()
        }
    }

    #[test]
    fn a_window_is_told_of_another_monitor_once() {
        let mut placed = Placed::on(pair(), PANEL);
        let gray = placed.frame(Some(100.0), false).expect("a monitor");
        assert_eq!((gray.name.as_str(), gray.id.as_str()), ("ZZM GRAY 5MP", "ZZM-0x1234-00204321"));
        assert_eq!((gray.gsdf, gray.cautions.as_slice()), (GsdfOwner::Panel, &[][..]));
        assert_eq!(gray.pixel_mm.map(|side| (side.0 * 1e4).round()), Some(1647.0));
        let revision = placed.reading.revision;
        placed.frame(Some(900.0), false).expect("the same");
        assert_eq!(placed.reading.revision, revision, "nothing changed");
        let office = placed.frame(Some(1600.0), false).expect("a monitor");
        assert_eq!((office.id.as_str(), office.gsdf), ("ABC-0x0001@HDMI-1", GsdfOwner::Nobody));
        assert_eq!(placed.reading.trace.count("screen-on-monitor"), 2);
    }

    #[test]
    fn what_is_said_of_its_monitor_applies_at_once() {
        let mut placed = Placed::on(pair(), PANEL);
        placed.frame(Some(0.0), false).expect("a monitor");
        placed.displays = displays("[ZZM-0x1234-00204321]\ngsdf = \"system\"\npixel_mm = 0.2\n");
        let gray = placed.frame(Some(0.0), false).expect("a monitor");
        assert_eq!((gray.gsdf, gray.pixel_mm), (GsdfOwner::System, Some(Mm(0.2))));
    }

    #[test]
    fn what_is_read_again_takes_nothing_away_until_it_is_read() {
        let text = "[ZZM-0x1234-00204321]\ngsdf = \"viewer\"\nluminance = \"a.csv\"\nambient = 0.1\n";
        let mut placed = Placed::on(pair(), text);
        placed.frame(Some(0.0), false).expect("a monitor");
        assert_eq!(
            placed.reading.trace.count("screen-on-monitor"),
            2,
            "before its files were read, and then"
        );
        placed.monitors.tell_again();
        placed.frame(Some(0.0), false).expect("a monitor");
        assert_eq!(placed.reading.trace.count("screen-on-monitor"), 3);
    }

    #[test]
    fn a_window_whose_monitor_is_not_known_says_why() {
        let mut placed = Placed::on(pair(), PANEL);
        placed.frame(Some(0.0), false).expect("a monitor");
        placed.frame(None, true).expect("minimized, it is on none, and comes back");
        let untold = placed.frame(None, false).expect_err("which of two");
        assert_eq!(untold, "The desktop does not tell which of the monitors the window is on.");
        let away = placed.frame(Some(9000.0), false).expect_err("nowhere");
        assert_eq!(away, "The window is on none of the monitors.");
        placed.monitors.found = Some(Arc::new(Ok(Vec::new())));
        assert_eq!(placed.frame(Some(0.0), false).expect_err("none"), "The system has no monitor.");
        placed.monitors.found = Some(Arc::new(Err(crate::display::MonitorsError::NotAsked)));
        let not_asked = placed.frame(Some(0.0), false).expect_err("not asked");
        assert_eq!(not_asked, "This system is not asked for its monitors yet.");
    }

    #[test]
    fn where_no_places_are_told_the_size_of_a_pixel_is_only_what_is_said_of_it() {
        let mut alone = vec![monitor("DP-1", GRAY, (2048, 2560), 0)];
        alone[0].corner = None;
        let gray = Placed::on(alone.clone(), PANEL).frame(None, false).expect("the only one");
        assert_eq!((gray.gsdf, gray.pixel_mm), (GsdfOwner::Panel, None));
        let said = "[ZZM-0x1234-00204321]\npixel_mm = 0.165\n";
        let gray = Placed::on(alone, said).frame(None, false).expect("the only one");
        assert_eq!(gray.pixel_mm, Some(Mm(0.165)));
    }

    #[test]
    fn a_table_of_ours_that_is_not_there_is_no_calibration() {
        let text = "[ZZM-0x1234-00204321]\ngsdf = \"viewer\"\nluminance = \"a.csv\"\nambient = 0.1\n";
        let gray = Placed::on(pair(), text).frame(Some(0.0), false).expect("a monitor");
        assert_eq!(gray.gsdf, GsdfOwner::Nobody);
        let [caution] = gray.cautions.as_slice() else { panic!("{:?}", gray.cautions) };
        assert!(caution.contains("cannot apply it: ") && caution.contains("a.csv: "), "{caution}");
    }

    #[test]
    fn the_reader_is_told_what_the_identity_of_a_monitor_rests_on_and_whether_it_scales() {
        let cautions = |monitor: &Monitor| {
            screen_monitor(
                monitor,
                None,
                true,
                Files { table: Ok(None), profile: Ok(None), status: None },
                |_| Ok(()),
            )
            .cautions
            .join("\n")
        };
        let office = monitor("HDMI-1", OFFICE, (1280, 720), 0);
        let told = cautions(&office);
        assert!(told.contains("no serial number") && told.contains("1280 × 720"), "{told}");
        let unknown = Monitor::new("screen".to_owned(), Err(EdidError::Absent), (1920, 1080), None, false);
        let told = cautions(&unknown);
        assert!(told.contains("Unidentified monitor: the monitor gives no EDID."), "{told}");
        let (name, pixel_mm) = (
            unknown.name(),
            screen_monitor(
                &unknown,
                None,
                true,
                Files { table: Ok(None), profile: Ok(None), status: None },
                |_| Ok(()),
            )
            .pixel_mm,
        );
        assert_eq!((name.as_str(), pixel_mm), ("screen", None));
    }
}
