//! An X server without a screen, the program on it, and hands: `Xvfb`, `xdotool`, `import`.

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program;

/// The longest that a test waits for the program.
const WAIT_MAX: Duration = Duration::from_mins(5);

/// A running X server.
pub(crate) struct Desktop {
    server: Child,
    display: String,
}

impl Desktop {
    /// Starts a server of 1920×1080 on a free display.
    pub(crate) fn start() -> Self {
        Self::of("1920x1080x24")
    }

    /// The same twice as wide, for two monitors side by side.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(crate) fn wide() -> Self {
        Self::of("3840x1080x24")
    }

    fn of(screen: &str) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts (make test installs it)");
        let mut number = String::new();
        BufReader::new(server.stdout.as_mut().expect("its output"))
            .read_line(&mut number)
            .expect("a display");
        Self { server, display: format!(":{}", number.trim()) }
    }

    /// Its name, for `DISPLAY`.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(crate) fn name(&self) -> &str {
        &self.display
    }

    /// Starts the program on it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Running {
        self.run_with(&[], arguments)
    }

    /// The same with files in the reader's folder of settings.
    pub(crate) fn run_with(&self, files: &[(&str, &str)], arguments: &[&str]) -> Running {
        let folder = TempDir::new().expect("a temporary folder");
        for name in ["config", "site"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        // What hangs by itself is not what most of these tests are about; the reader's own file says otherwise.
        std::fs::write(folder.path().join("site/config.toml"), "[viewer]\nhang = \"series\"\n")
            .expect("written");
        for (name, text) in files {
            let path = folder.path().join("config").join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("written");
        }
        self.run_in(Rc::new(folder), arguments)
    }

    /// Starts it anew with the settings and the state of a run that has ended.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(crate) fn run_again(&self, ended: &Running, arguments: &[&str]) -> Running {
        self.run_in(Rc::clone(&ended.folder), arguments)
    }

    fn run_in(&self, folder: Rc<TempDir>, arguments: &[&str]) -> Running {
        // That of a run before is not this one's.
        let _absent = std::fs::remove_file(folder.path().join("trace.jsonl"));
        let child = Command::new(program())
            .args(arguments)
            .arg("--trace")
            .arg(folder.path().join("trace.jsonl"))
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("HOTLIGHT_STATE_DIR", folder.path().join("state"))
            .env("HOTLIGHT_CONFIG_DIR", folder.path().join("config"))
            .env("HOTLIGHT_SITE_DIR", folder.path().join("site"))
            .stderr(std::fs::File::create(folder.path().join("stderr.txt")).expect("a file"))
            .spawn()
            .expect("the program starts");
        Running { child: RefCell::new(child), display: self.display.clone(), folder }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _gone = self.server.kill();
        let _gone = self.server.wait();
    }
}

/// The running program.
pub(crate) struct Running {
    child: RefCell<Child>,
    display: String,
    folder: Rc<TempDir>,
}

impl Running {
    /// Where its trace, state and standard error go.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The trace so far.
    fn trace(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder().join("trace.jsonl")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Waits until an event fits; gives the trace up to now.
    pub(crate) fn wait_for(&self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.wait_for_times(1, fits)
    }

    /// The same for so many events.
    pub(crate) fn wait_for_times(&self, times: usize, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let started = Instant::now();
        loop {
            // Asked first: what the program wrote before its end is in the trace that is read after.
            let status = self.child.borrow_mut().try_wait().expect("a status");
            let trace = self.trace();
            if trace.iter().filter(|event| fits(event)).count() >= times {
                return trace;
            }
            assert!(status.is_none(), "the program ended ({status:?}): {}", self.words());
            assert!(
                started.elapsed() < WAIT_MAX,
                "no such event in {:#?}\n{}",
                trace.iter().rev().take(20).collect::<Vec<_>>(),
                self.words()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether an event has come that fits.
    pub(crate) fn has(&self, fits: impl Fn(&Value) -> bool) -> bool {
        self.trace().iter().any(fits)
    }

    fn words(&self) -> String {
        std::fs::read_to_string(self.folder().join("stderr.txt")).unwrap_or_default()
    }

    fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.display)
            .output()
            .expect("xdotool runs (make test installs it)");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The program's windows on the desktop, as the server numbers them.
    pub(crate) fn windows(&self) -> Vec<String> {
        let mut found: Vec<String> = self
            .xdotool(&["search", "--onlyvisible", "--name", "^Hotlight$"])
            .lines()
            .map(str::to_owned)
            .collect();
        found.sort_by_key(|id| id.parse::<u64>().unwrap_or(0));
        found
    }

    /// Their titles.
    pub(crate) fn window_titles(&self) -> Vec<String> {
        self.windows().iter().map(|id| self.xdotool(&["getwindowname", id]).trim().to_owned()).collect()
    }

    /// Left, top, width and height of each on the desktop.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub(crate) fn window_places(&self) -> Vec<[i32; 4]> {
        let place = |id: &String| {
            let words = self.xdotool(&["getwindowgeometry", "--shell", id]);
            ["X=", "Y=", "WIDTH=", "HEIGHT="].map(|name| {
                let value = words.lines().find_map(|line| line.strip_prefix(name));
                value.and_then(|value| value.parse::<i32>().ok()).expect("a number")
            })
        };
        self.windows().iter().map(place).collect()
    }

    /// Waits until windows stand so, by left, top, width and height: the server hears of it a while after the program.
    #[cfg(all(unix, not(target_os = "macos")))]
    #[track_caller]
    pub(crate) fn see_places(&self, expected: &[[i32; 4]]) {
        let started = Instant::now();
        loop {
            let places = self.window_places();
            if places == expected {
                return;
            }
            assert!(started.elapsed() < WAIT_MAX, "{places:?}, and not {expected:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the program rests: for half a second none of its threads works, or would if the machine let it.
    pub(crate) fn rest(&self) {
        let started = Instant::now();
        let mut quiet = 0;
        while quiet < 25 && started.elapsed() < WAIT_MAX {
            quiet = if self.works() { 0 } else { quiet + 1 };
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn works(&self) -> bool {
        let mut threads =
            std::fs::read_dir(format!("/proc/{}/task", self.id())).into_iter().flatten().flatten();
        threads.any(|thread| {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            // What stands behind the name, which may hold anything: R can run, D waits for a disk.
            stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['R', 'D']))
        })
    }

    /// Gives the first window the keyboard; there is no window manager to do it.
    pub(crate) fn focus_window(&self) {
        let window = self.windows().first().expect("a window").clone();
        self.xdotool(&["windowfocus", "--sync", &window]);
    }

    /// Gives the newest window the keyboard.
    pub(crate) fn focus_last_window(&self) {
        let window = self.windows().last().expect("a window").clone();
        self.xdotool(&["windowfocus", "--sync", &window]);
    }

    /// Presses and releases a key, through the server.
    pub(crate) fn key(&self, key: &str) {
        self.xdotool(&["key", key]);
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.borrow().id()
    }

    /// Lets the first window fill the screen; there is no window manager to do it.
    pub(crate) fn fill_the_screen(&self) {
        let window = self.windows().first().expect("a window").clone();
        self.xdotool(&["windowmove", &window, "0", "0", "windowsize", "--sync", &window, "1920", "1080"]);
        self.focus_window();
    }

    /// Moves and clicks of the mouse, as xdotool writes them; `drag` stands for sixty small steps.
    pub(crate) fn hands(&self, chain: &str) {
        let step = "mousemove_relative -- 3 2 sleep 0.03 ";
        let chain = chain.replace("drag", step.repeat(60).trim());
        self.xdotool(&chain.split_whitespace().collect::<Vec<_>>());
    }

    /// Waits until the server shows what it should: a frame is drawn when the trace tells of it, and presented later.
    #[track_caller]
    pub(crate) fn see(&self, what: &str, is_shown: impl Fn(&Shot) -> bool) {
        let started = Instant::now();
        while !is_shown(&self.screenshot()) {
            assert!(started.elapsed() < WAIT_MAX, "it is not shown: {what}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// What the server shows.
    fn screenshot(&self) -> Shot {
        let file = self.folder().join("shot.png");
        let status = Command::new("import")
            .args(["-window", "root", "-depth", "8"])
            .arg(format!("png24:{}", file.display()))
            .env("DISPLAY", &self.display)
            .status()
            .expect("import runs (make test installs it)");
        assert!(status.success());
        Shot::read(&file)
    }

    /// Waits for the program's end; gives its exit code and what it said.
    pub(crate) fn exit(&self) -> (Option<i32>, String) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.borrow_mut().try_wait().expect("a status") {
                return (status.code(), self.words());
            }
            assert!(started.elapsed() < WAIT_MAX, "the program did not end: {}", self.words());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the program by its key and checks that it was well.
    pub(crate) fn end(&self) {
        self.key("ctrl+q");
        let (code, words) = self.exit();
        assert_eq!(code, Some(0), "{words}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A failed test leaves nothing running.
        let _gone = self.child.borrow_mut().kill();
        let _gone = self.child.borrow_mut().wait();
    }
}

/// A picture of the screen.
pub(crate) struct Shot {
    width: usize,
    rgb: Vec<u8>,
}

impl Shot {
    fn read(path: &Path) -> Self {
        let file = std::fs::File::open(path).expect("the screenshot");
        let mut reader = png::Decoder::new(BufReader::new(file)).read_info().expect("a PNG");
        let mut rgb = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut rgb).expect("pixels");
        assert_eq!(info.color_type, png::ColorType::Rgb);
        Self { width: info.width as usize, rgb }
    }

    /// The mean of red, green and blue of a part of a row.
    pub(crate) fn mean(&self, row: usize, columns: std::ops::Range<usize>) -> f64 {
        let from = (row * self.width + columns.start) * 3;
        let part = &self.rgb[from..from + columns.len() * 3];
        part.iter().map(|level| f64::from(*level)).sum::<f64>() / part.len() as f64
    }

    /// How often a gray picture stands on the screen, pixel for pixel.
    pub(crate) fn find(&self, width: usize, height: usize, gray: &[u8]) -> usize {
        let rows = self.rgb.len() / 3 / self.width;
        let is_gray = |at: usize, level: u8| self.rgb[at * 3..at * 3 + 3] == [level; 3];
        let stands_at = |x: usize, y: usize| {
            (0..height).all(|row| {
                (0..width)
                    .all(|column| is_gray((y + row) * self.width + x + column, gray[row * width + column]))
            })
        };
        let places = (0..=rows - height).flat_map(|y| (0..=self.width - width).map(move |x| (x, y)));
        places.filter(|&(x, y)| stands_at(x, y)).count()
    }
}
