//! Two windows on one session.

use hotlight::command::Command;
use hotlight::render::{Picture, plan};
use hotlight::session::{Effect, Event, Surface};
use hotlight::testing::Scripted;

use crate::support::phantom;

#[test]
fn a_second_window_shows_the_same_session() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("screen open");
    let id = scripted.reading.session.screens[1].id;
    let surface = Surface { width: 640, height: 480, scale: 2.0 };
    scripted.reading.event(&Event::ScreenResized { screen: id, surface });
    scripted.run("scroll first; invert");
    let of = |screen| plan(&scripted.reading.session, &scripted.reading.library, screen);
    assert_eq!(of(1).viewports[0].labels.number.map(|(number, _)| number), Some(1));
    assert_ne!(of(0).viewports[0].labels.number.map(|(number, _)| number), Some(1), "the first stays");
    assert!(matches!(of(1).viewports[0].picture, Picture::Slice(_)));
    assert!(of(1).viewports[0].is_focused && !of(0).viewports[0].is_focused);
}

#[test]
fn a_window_closes_by_command_or_by_the_desktop_but_the_first_stays() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("screen open; screen close; screen close");
    assert_eq!(scripted.reading.session.screens.len(), 1);
    scripted.run("screen open");
    let id = scripted.reading.session.screens[1].id;
    scripted.reading.event(&Event::ScreenClosed { screen: id });
    assert_eq!(scripted.reading.session.screens.len(), 1);
    assert_eq!(scripted.reading.session.focus.screen, 0);
}

#[test]
fn windows_on_monitors_with_a_role_are_opened_by_the_edge_and_are_empty() {
    let mut scripted = Scripted::open(phantom());
    let command = Command::parse("screen roles").expect("a command");
    let effects = scripted.reading.session.apply(&command, &scripted.reading.library);
    assert_eq!(effects, [Effect::OpenRoles]);
    scripted.reading.event(&Event::ScreensNeeded(2));
    let session = &scripted.reading.session;
    assert_eq!((session.screens.len(), session.focus.screen), (3, 0));
    assert!(session.screens[1..].iter().flat_map(|screen| &screen.viewports).all(|it| it.source.is_none()));
}

#[test]
fn each_window_remembers_its_viewport() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("viewport 2; screen open; screen previous");
    assert_eq!(scripted.reading.session.focus.viewport, 1);
}

#[test]
fn the_desktop_and_commands_move_the_focus() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("screen open; screen previous");
    assert_eq!(scripted.reading.session.focus.screen, 0);
    let id = scripted.reading.session.screens[1].id;
    scripted.reading.event(&Event::ScreenFocused { screen: id });
    assert_eq!(scripted.reading.session.focus.screen, 1);
}

/// The window after it took over the focus of the one that closed, in a viewport that it does not have.
#[test]
fn a_window_that_closes_leaves_the_focus_of_others_alone() {
    let mut scripted = Scripted::open(phantom());
    scripted.run("screen open; layout 1x1; screen open; layout 1x1; screen 2; layout 2x2; viewport 4");
    scripted.run("screen close; screen next");
    let session = &scripted.reading.session;
    assert_eq!((session.focus.screen, session.focus.viewport), (1, 0));
    assert!(session.focused_viewport().is_some());
}
