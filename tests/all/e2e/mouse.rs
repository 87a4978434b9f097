//! A whole reading by mouse alone: a chest with its prior, from the list to the next study.
//!
//! Where controls stand is asked of the same interface beside the program: a window of the same size without a card, on the same
//! files, that takes the same clicks. So nothing here names a place but those in the list and on the images.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Event, Modifiers, PointerButton, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hotlight::app::CommandSource;
use hotlight::command::{Command, UnseenGuard};
use hotlight::hanging::{Protocols, shipped};
use hotlight::keymap::Keymap;
use hotlight::render::{FramePlan, plan};
use hotlight::session::Event as News;
use hotlight::testing::Scripted;
use hotlight::ui::{ScreenView, pointer_commands, shell, show, theme};
use serde_json::Value;

use super::archive::Archive;
use super::desktop::{Desktop, Running};
use super::hanging::{is_stage, studies};

/// What a reader may need besides scrolling; the two of a double click count.
const CLICKS_MAX: usize = 24;

/// In the first row of the list of studies, and in the image on the left.
const FIRST_ROW: Pos2 = pos2(400.0, 123.0);
const IMAGE: Pos2 = pos2(600.0, 500.0);

/// After a key.
const DRAWN: Duration = Duration::from_millis(500);

/// The interface without a window.
struct Mirror {
    scripted: Scripted,
    keymap: Keymap,
    plan: Option<FramePlan>,
}

impl Mirror {
    fn open(folder: &Path) -> Harness<'static, Self> {
        let (protocols, errors) = Protocols::read(&shipped());
        assert!(errors.is_empty(), "{errors:#?}");
        let mut scripted = Scripted::empty();
        let settings = &mut scripted.reading.session.settings;
        (settings.protocols, settings.unseen) = (Arc::new(protocols), UnseenGuard::Ask);
        for study in ["current", "prior"] {
            scripted.run(&format!("open {}", folder.join(study).display()));
        }
        let keymap = Keymap::layer(Keymap::shipped().expect("the shipped map"), []).expect("no conflict");
        let setup = |ctx: &egui::Context| theme::install(ctx, theme::TEXT_SIZE, 1.0);
        let builder = Harness::builder().with_size(vec2(1920.0, 1080.0)).with_max_steps(20);
        let mut harness = builder
            .with_context_setup(setup)
            .build_ui_state(|ui, mirror: &mut Self| mirror.frame(ui), Self { scripted, keymap, plan: None });
        harness.run_steps(3);
        harness
    }

    fn frame(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        if let Some(plan) = self.plan.take() {
            let commands = pointer_commands(&ctx, &self.view(&plan), 1);
            self.obey(&commands);
        }
        let session = &self.scripted.reading.session;
        let surface = shell::surface(ctx.content_rect(), ctx.pixels_per_point(), session, 0);
        self.scripted.reading.event(&News::ScreenResized { screen: 0, surface });
        let plan = plan(&self.scripted.reading.session, &self.scripted.reading.library, 0);
        let commands = show(ui, &self.view(&plan));
        self.obey(&commands);
        self.plan = Some(plan);
    }

    fn view<'a>(&'a self, plan: &'a FramePlan) -> ScreenView<'a> {
        let reading = &self.scripted.reading;
        ScreenView {
            session: &reading.session,
            library: &reading.library,
            screen: 0,
            plan,
            keymap: &self.keymap,
        }
    }

    fn obey(&mut self, commands: &[Command]) {
        for command in commands {
            self.scripted.reading.command(command, CommandSource::Mouse);
        }
    }
}

/// A hand on the mouse of both.
struct Hand<'a> {
    running: &'a Running,
    mirror: Harness<'static, Mirror>,
}

impl Hand<'_> {
    fn click(&mut self, at: Pos2, button: PointerButton) {
        // What is drawn after the last one can be clicked then.
        self.running.rest();
        let number = if button == PointerButton::Secondary { 3 } else { 1 };
        let Pos2 { x, y } = at.round();
        self.running.hands(&format!("mousemove {x} {y} sleep 0.1 click {number}"));
        self.mirror.event(Event::PointerMoved(at));
        for pressed in [true, false] {
            let modifiers = Modifiers::NONE;
            self.mirror.event(Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        self.mirror.run_steps(4);
        self.mirror.state_mut().scripted.settle();
        self.mirror.run_steps(2);
    }

    /// Clicks the one control of a kind whose name has these words.
    fn take(&mut self, role: Role, words: &str) {
        let is_it = move |name: Option<String>| name.is_some_and(|name| name.contains(words));
        let found = self.mirror.query_all_by(move |node| node.role() == role && is_it(node.label()));
        let places: Vec<Pos2> = found.map(|node| node.rect().center()).collect();
        let [place] = places.as_slice() else { panic!("'{words}': {places:?}") };
        self.click(*place, PointerButton::Primary);
    }

    /// Takes a line of the menu of the image on the left, and waits for its command.
    fn choose(&mut self, title: &str, command: &str) {
        let before = count(self.running, |event| is_command(event, "panel menu"));
        self.click(IMAGE, PointerButton::Secondary);
        self.running.wait_for_times(before + 1, |event| is_command(event, "panel menu"));
        let before = count(self.running, |event| is_command(event, command));
        self.take(Role::MenuItem, title);
        self.running.wait_for_times(before + 1, |event| is_command(event, command));
    }

    /// Goes on by a click on the stage in the status row.
    fn next_stage(&mut self, from: usize, to: usize) {
        self.take(Role::Button, &format!("stage {from}/3"));
        self.see_stage(to, 1);
    }

    fn see_stage(&self, stage: usize, times: usize) {
        self.running.wait_for_times(times, |event| is_stage(event, "ct-chest-compare", stage));
    }

    /// Scrolling is not counted; both images go along.
    fn scroll(&self, notches: usize) {
        let since = self.running.wait_for(|_| true).last().and_then(|event| event["t_ms"].as_f64());
        let Pos2 { x, y } = IMAGE;
        self.running.hands(&format!("mousemove {x} {y} click --repeat {notches} --delay 80 5"));
        for viewport in [0, 1] {
            self.running.wait_for(|frame| {
                frame["event"] == "frame" && frame["viewport"] == viewport && frame["t_ms"].as_f64() > since
            });
        }
    }
}

fn is_command(event: &Value, name: &str) -> bool {
    event["event"] == "command" && event["name"] == name
}

fn is_input(event: &Value, kind: &str) -> bool {
    event["event"] == "input" && event["kind"] == kind
}

fn count(running: &Running, fits: impl Fn(&Value) -> bool) -> usize {
    running.wait_for(|_| true).iter().filter(|event| fits(event)).count()
}

/// Opens the first study of the list by a double click, as soon as the archive has told of it; how many clicks were in vain.
fn open_first(running: &Running) -> usize {
    let is_here = || running.has(|event| event["event"] == "first-image");
    let Pos2 { x, y } = FIRST_ROW;
    for _ in 0..20 {
        let in_vain = count(running, |event| is_input(event, "click"));
        running.hands(&format!("mousemove {x} {y} sleep 0.1 click --repeat 2 --delay 60 1"));
        for _ in 0..100 {
            if is_here() {
                return in_vain;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        // The archive is asked again. No reader would do that: it has only just begun.
        running.key("F5");
        std::thread::sleep(DRAWN);
    }
    panic!("no study was opened")
}

#[test]
fn a_chest_with_its_prior_is_read_by_mouse_alone() {
    let folder = studies();
    let archive = Archive::start(folder.path());
    let mirror = Mirror::open(folder.path());
    let desktop = Desktop::start();
    let config = "[viewer]\nhang = \"protocols\"\n";
    let files = [("peers.toml", archive.peers()), ("config.toml", config.to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let running = desktop.run_with(&files, &["--set", "studies.days=0"]);
    running.wait_for(|event| event["event"] == "window-shown");
    running.fill_the_screen();
    running.wait_for(|event| event["name"] == "studies");
    let in_vain = open_first(&running);
    let mut hand = Hand { running: &running, mirror };
    hand.see_stage(1, 1);
    running.wait_for(|frame| frame["event"] == "frame" && frame["viewport"] == 1);
    hand.scroll(4);
    // Three windows.
    for (title, preset) in [("Window lung", "lung"), ("Window bone", "bone"), ("Window soft", "soft")] {
        hand.choose(title, &format!("window preset {preset}"));
    }
    // The other window for both, coronal sections of both, and back to compare at a finding.
    hand.next_stage(1, 2);
    hand.scroll(3);
    hand.next_stage(2, 3);
    hand.choose("Previous stage", "stage previous");
    hand.see_stage(2, 2);
    hand.scroll(3);
    // The images of the study were not all seen: that is told once, and the reader goes on.
    hand.choose("Next study", "study next");
    hand.take(Role::ListBoxOption, "Go on");
    running.wait_for(|event| is_stage(event, "generic", 1));
    let trace = running.wait_for(|_| true);
    let clicks = trace.iter().filter(|event| is_input(event, "click")).count() - in_vain;
    assert!((2..=CLICKS_MAX).contains(&clicks), "{clicks}");
    let read = trace.iter().skip_while(|event| event["event"] != "first-image");
    let keys = read.filter(|event| is_input(event, "key") || event["source"] == "key").count();
    assert_eq!(keys, 0);
    running.end();
}
