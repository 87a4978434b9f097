//! The whole interface by its accessible names: operated by keyboard and mouse as a reader would, on real files.

mod about;
mod notice;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hotlight::app::{Appearance, CommandSource, Desk, LiveSettings, Viewer, WindowPlaces};
use hotlight::command::Command;
use hotlight::config::{Config, Sources};
use hotlight::testing::Scripted;

use crate::support::phantom;

/// The program in a picture of 1280×800, with what it shows.
struct Window {
    harness: Harness<'static, Viewer>,
    desk: Arc<Mutex<Desk>>,
}

impl Window {
    fn open() -> Self {
        Self::with(Sources { arguments: vec!["viewer.hang=series".to_owned()], ..Sources::default() })
    }

    /// With settings from there.
    fn with(sources: Sources) -> Self {
        let reading = Scripted::open(phantom()).reading;
        let config = Config::load(&sources).expect("the shipped configuration");
        let settings = LiveSettings::new(sources, config);
        let desk = Desk::new(reading, settings, None, WindowPlaces::default(), None);
        let desk = Arc::new(Mutex::new(desk));
        let shared = Arc::clone(&desk);
        let appearance = Appearance { text_size: 13.0, dim: 1.0, texture_budget_bytes: 64 << 20 };
        let harness = Harness::builder().with_size([1280.0, 800.0]).with_max_steps(50).wgpu().build_eframe(
            move |creation: &mut eframe::CreationContext<'_>| {
                let state = creation.wgpu_render_state.as_ref().expect("a card, at least a software one");
                Viewer::new(shared, &creation.egui_ctx, state, appearance).expect("the engine")
            },
        );
        let mut window = Self { harness, desk };
        window.settle();
        window
    }

    /// Draws until every visible image is there, and once more.
    fn settle(&mut self) {
        let end = Instant::now() + Duration::from_mins(1);
        while Instant::now() < end {
            self.harness.step();
            let is_settled = self.desk.lock().unwrap_or_else(PoisonError::into_inner).reading.is_settled();
            if is_settled {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.harness.run_steps(3);
    }

    fn command(&mut self, text: &str) {
        let command = Command::parse(text).expect(text);
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.reading.command(&command, CommandSource::Script);
    }

    fn obey(&mut self, text: &str) {
        self.command(text);
        self.settle();
    }

    fn press(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    fn key(&mut self, key: egui::Key) {
        self.press(egui::Modifiers::NONE, key);
    }

    /// The accessible names that contain the words.
    fn names(&self, words: &str) -> Vec<String> {
        let nodes =
            self.harness.query_all_by(move |node| node.label().is_some_and(|label| label.contains(words)));
        nodes.filter_map(|node| node.accesskit_node().label()).collect()
    }

    fn text(&self) -> String {
        self.desk
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .reading
            .session
            .panel
            .as_ref()
            .map_or_else(String::new, |panel| panel.text.reveal().clone())
    }
}

#[test]
fn keys_alone_scroll_focus_and_lay_out() {
    let mut window = Window::open();
    window.key(egui::Key::Home);
    assert!(window.names("Viewport 1, image 1 of").len() == 1, "{:?}", window.names("Viewport"));
    window.key(egui::Key::ArrowDown);
    assert!(window.names("Viewport 1, image 2 of").len() == 1, "{:?}", window.names("Viewport"));
    window.key(egui::Key::Tab);
    window.key(egui::Key::End);
    let names = window.names("Viewport 2, image");
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let (number, count) = name.rsplit_once(" of ").expect("n of N");
    assert!(number.ends_with(&format!(" {count}")), "{name}: the last image");
    window.key(egui::Key::D);
    window.key(egui::Key::Num1);
    assert!(window.names("Viewport 2").is_empty(), "one viewport is left");
}

#[test]
fn a_click_moves_the_focus_and_the_wheel_scrolls_where_the_pointer_is() {
    let mut window = Window::open();
    window.key(egui::Key::Home);
    let right = egui::pos2(1000.0, 400.0);
    window.harness.hover_at(right);
    window.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, -1.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    });
    window.settle();
    let focus = window.desk.lock().unwrap_or_else(PoisonError::into_inner).reading.session.focus;
    assert_eq!(focus.viewport, 1, "the wheel works where the pointer is");
    assert!(window.names("Viewport 1, image 1 of").len() == 1, "{:?}", window.names("Viewport"));
}

#[test]
fn the_palette_takes_typed_words_and_enter() {
    let mut window = Window::open();
    window.press(egui::Modifiers::COMMAND, egui::Key::K);
    window.harness.get_by_label("Find a command");
    window.harness.event(egui::Event::Text("preset bone".to_owned()));
    window.settle();
    assert_eq!(window.text(), "preset bone");
    assert_eq!(window.names("Window preset bone").len(), 1);
    window.key(egui::Key::Enter);
    assert!(window.names("Find a command").is_empty(), "the palette is closed");
    let words = Scripted { reading: take_words(&window) };
    assert!(words.words().contains("W 1800 L 400"), "{}", words.words());
}

/// A reading with the window's session and library, to ask for words.
fn take_words(window: &Window) -> hotlight::app::Reading {
    let desk = window.desk.lock().unwrap_or_else(PoisonError::into_inner);
    let mut reading = Scripted::empty().reading;
    reading.session = desk.reading.session.clone();
    reading.library = desk.reading.library.clone();
    reading
}

#[test]
fn tools_are_buttons_with_names() {
    let mut window = Window::open();
    for name in ["Scroll tool", "Window tool", "Zoom tool", "Pan tool"] {
        assert!(!window.names(name).is_empty(), "{name}");
    }
    let buttons = window.harness.query_all_by(|node| {
        node.role() == egui::accesskit::Role::Button
            && node.label().is_some_and(|label| label.starts_with("Zoom tool"))
    });
    let button = buttons.into_iter().next().expect("a button");
    button.click();
    window.settle();
    let tool = window.desk.lock().unwrap_or_else(PoisonError::into_inner).reading.session.tool;
    assert_eq!(tool, hotlight::command::ToolName::Zoom);
}

#[test]
fn a_card_of_the_strip_hangs_its_series_and_the_slider_goes_through_it() {
    let mut window = Window::open();
    let cards = window.harness.query_all_by_role(egui::accesskit::Role::ListBoxOption);
    let prior = cards.into_iter().nth(1).expect("the card of the prior");
    prior.click();
    window.settle();
    assert!(window.names("shown in viewport 1 and viewport 2").len() == 1, "{:?}", window.names("shown in"));
    let slider = window.harness.get_by_label("Position in viewport 1").rect();
    window.harness.drag_at(slider.center_bottom() - egui::vec2(0.0, 1.0));
    window.settle();
    assert!(window.names("Viewport 1, image 5 of 5").len() == 1, "{:?}", window.names("Viewport"));
    let top = slider.center_top() + egui::vec2(0.0, 1.0);
    window.harness.hover_at(top);
    window.harness.drop_at(top);
    window.settle();
    assert!(window.names("Viewport 1, image 1 of").len() == 1, "{:?}", window.names("Viewport"));
}

#[test]
fn no_accessible_name_of_a_viewport_names_the_patient() {
    let window = Window::open();
    for name in window.names("Viewport") {
        assert!(!name.contains("ZZ"), "{name}");
    }
}

/// A folder as the desktop drops it.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("a folder".to_owned())
    }
}

#[test]
fn a_folder_dropped_on_the_window_is_opened() {
    let mut window = Window::open();
    let images = |window: &Window| {
        let desk = window.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.reading.library.display_sets().map(|(_, _, set)| set.images.len()).sum::<usize>()
    };
    let before = images(&window);
    let folder = crate::support::data().join("mr-oblique");
    window.harness.input_mut().dropped_files.push(Arc::new(Dropped(folder)));
    window.settle();
    assert_eq!(images(&window), before + 5);
}
