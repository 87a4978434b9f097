//! What holds for every command, in any order.

use std::sync::Arc;

use hotlight::command::{
    CineCommand, Command, CrosshairCommand, CurtainCommand, Grid, Interpolation, LayoutCommand, Next,
    PointerButton, PointerCommand, PriorCommand, ScreenCommand, ScrollTarget, SectionCommand, Side,
    SlabCommand, StudyCommand, Switch, Tilt, ToolCommand, ToolName, ViewCommand, VolumeCommand,
    WindowCommand, ZoomCommand,
};
use hotlight::geometry::{Anatomical, CardinalPlane, Point};
use hotlight::hanging::{Protocols, shipped};
use hotlight::render::{Picture, plan};
use hotlight::session::is_same_space;
use hotlight::testing::Scripted;
use hotlight::volume::Projection;
use proptest::prelude::*;

use crate::support::phantom;

fn any_next() -> impl Strategy<Value = Next> {
    prop_oneof![Just(Next::Next), Just(Next::Previous), (1..6_usize).prop_map(Next::Number)]
}

fn any_point() -> impl Strategy<Value = Point<hotlight::geometry::View>> {
    (-2000.0..4000.0, -2000.0..4000.0).prop_map(|(x, y)| Point::flat(x, y))
}

fn any_command() -> impl Strategy<Value = Command> {
    let view = prop_oneof![
        any::<i32>().prop_map(|steps| ViewCommand::Scroll(ScrollTarget::By(steps))),
        Just(ViewCommand::Scroll(ScrollTarget::First)),
        Just(ViewCommand::Scroll(ScrollTarget::Last)),
        (1..usize::MAX).prop_map(|number| ViewCommand::Scroll(ScrollTarget::To(number))),
        Just(ViewCommand::Zoom(ZoomCommand::Fit)),
        Just(ViewCommand::Zoom(ZoomCommand::OneToOne)),
        (1e-6..1e6).prop_map(|factor| ViewCommand::Zoom(ZoomCommand::By(factor))),
        (-1e6..1e6, -1e6..1e6).prop_map(|(right, down)| ViewCommand::Pan { right, down }),
        Just(ViewCommand::Reset),
        proptest::sample::select(&Interpolation::ALL[..]).prop_map(ViewCommand::Interpolation),
    ]
    .prop_map(Command::View);
    let window = prop_oneof![
        "[a-z]{1,8}".prop_map(WindowCommand::Preset),
        (1..20_usize).prop_map(WindowCommand::Slot),
        (1..9_usize).prop_map(WindowCommand::Own),
        (-1e5..1e5, 1.0..1e5).prop_map(|(center, width)| WindowCommand::Set { center, width }),
        Just(WindowCommand::Invert),
    ]
    .prop_map(Command::Window);
    let layout = prop_oneof![
        (1..=2_usize, 1..=2_usize).prop_map(|(rows, columns)| LayoutCommand::Grid(
            Grid::new(rows, columns).expect("within the limits")
        )),
        Just(LayoutCommand::Mpr),
        any_next().prop_map(LayoutCommand::Focus),
        Just(LayoutCommand::Swap),
        proptest::sample::select(&Side::ALL[..]).prop_map(LayoutCommand::Toward),
        Just(LayoutCommand::Screen(ScreenCommand::Open)),
        Just(LayoutCommand::Screen(ScreenCommand::Close)),
        any_next().prop_map(|next| LayoutCommand::Screen(ScreenCommand::Focus(next))),
    ]
    .prop_map(Command::Layout);
    let buttons = [PointerButton::Left, PointerButton::Middle, PointerButton::Right];
    let tool = prop_oneof![
        proptest::sample::select(&ToolName::ALL[..]).prop_map(ToolCommand::Choose),
        (proptest::sample::select(buttons.to_vec()), any_point())
            .prop_map(|(button, at)| ToolCommand::Pointer(PointerCommand::Press { button, at })),
        (any_point(), any::<bool>())
            .prop_map(|(at, is_fine)| ToolCommand::Pointer(PointerCommand::Move { at, is_fine })),
        Just(ToolCommand::Pointer(PointerCommand::Release)),
        (0.01..100.0, any_point())
            .prop_map(|(factor, at)| ToolCommand::Pointer(PointerCommand::ZoomAt { factor, at })),
    ]
    .prop_map(Command::Tool);
    let study = prop_oneof![
        any_next().prop_map(StudyCommand::Series),
        any_next().prop_map(StudyCommand::Study),
        any_next().prop_map(StudyCommand::StudyAnyway),
        (1..6_usize).prop_map(StudyCommand::Hang),
        (1..6_usize).prop_map(StudyCommand::HangAnyway),
    ]
    .prop_map(Command::Study);
    let tilts = prop_oneof![Just(Tilt::Left), Just(Tilt::Right), Just(Tilt::Up), Just(Tilt::Down)];
    let section = prop_oneof![
        3 => proptest::sample::select(&CardinalPlane::ALL[..]).prop_map(SectionCommand::Plane),
        1 => Just(SectionCommand::Acquired),
        2 => (tilts, -720.0..720.0).prop_map(|(tilt, degrees)| SectionCommand::Turn(tilt, degrees)),
        1 => any::<i32>().prop_map(|steps| SectionCommand::Slab(SlabCommand::By(steps))),
        1 => (1e-9..1e9).prop_map(|mm| SectionCommand::Slab(SlabCommand::To(mm))),
        1 => Just(SectionCommand::Slab(SlabCommand::Off)),
        1 => proptest::sample::select(&Projection::ALL[..]).prop_map(SectionCommand::Projection),
        1 => (-500.0..500.0, -500.0..500.0, -500.0..500.0).prop_map(|(x, y, z)| {
            SectionCommand::Crosshair(CrosshairCommand::At(Point::new(x, y, z)))
        }),
        1 => (-50.0..50.0, -50.0..50.0)
            .prop_map(|(right, down)| SectionCommand::Crosshair(CrosshairCommand::By { right, down })),
        1 => (-720.0..720.0).prop_map(|degrees| SectionCommand::Crosshair(CrosshairCommand::Turn(degrees))),
        1 => any_next().prop_map(SectionCommand::Phase),
    ]
    .prop_map(Command::Section);
    let presets = ["bone", "cta", "lung", "mr-angio", "skin"];
    let volume = prop_oneof![
        2 => proptest::sample::select(presets.to_vec()).prop_map(|name| VolumeCommand::Preset(name.to_owned())),
        1 => Just(VolumeCommand::Maximum),
        1 => Just(VolumeCommand::Off),
        1 => (-720.0..720.0, -720.0..720.0)
            .prop_map(|(azimuth, elevation)| VolumeCommand::Turn { azimuth, elevation }),
        1 => proptest::sample::select(&Anatomical::ALL[..]).prop_map(VolumeCommand::View),
        1 => proptest::sample::select(&Switch::ALL[..]).prop_map(VolumeCommand::Turntable),
        1 => (-720.0..720.0, -720.0..720.0)
            .prop_map(|(right, above)| VolumeCommand::Light { right, above }),
        1 => (-1e300..1e300).prop_map(VolumeCommand::Shift),
    ]
    .prop_map(Command::Volume);
    let prior = prop_oneof![
        1 => Just(PriorCommand::Toggle),
        2 => Just(PriorCommand::Blink),
        2 => Just(PriorCommand::Curtain(CurtainCommand::Toggle)),
        1 => Just(PriorCommand::Curtain(CurtainCommand::Left)),
        1 => Just(PriorCommand::Curtain(CurtainCommand::Right)),
        1 => CurtainCommand::EDGE.prop_map(|edge| PriorCommand::Curtain(CurtainCommand::To(edge))),
        1 => any_next().prop_map(PriorCommand::Show),
    ]
    .prop_map(Command::Prior);
    let cine = proptest::sample::select(&CineCommand::ALL[..]).prop_map(Command::Cine);
    let app = any_of_program();
    prop_oneof![4 => view, 2 => window, 2 => layout, 3 => tool, 3 => section, 3 => volume, 1 => study, 1 => prior, 1 => cine, 1 => app]
}

/// Panels, and the stages of a protocol.
fn any_of_program() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just("panel palette"),
        Just("panel keys"),
        Just("panel messages"),
        Just("panel series"),
        Just("panel badges"),
        Just("accept"),
        Just("strip"),
        Just("type lung"),
        Just("choose +3"),
        Just("choose -1"),
        Just("cancel"),
        Just("stage next"),
        Just("stage previous"),
        Just("protocol again"),
        Just("panel hanging"),
        Just("panel unseen"),
        Just("panel resume"),
        Just("panel about"),
        Just("viewport swap"),
    ]
    .prop_map(|text| Command::parse(text).expect(text))
}

/// What must hold whatever the reader did.
fn check_invariants(scripted: &Scripted) {
    let session = &scripted.reading.session;
    let library = &scripted.reading.library;
    let screen = session.screens.get(session.focus.screen).expect("the focused window is there");
    assert!(session.focus.viewport < screen.division.count(), "the focused viewport is visible");
    for (index, screen) in session.screens.iter().enumerate() {
        assert!(screen.viewports.len() >= screen.division.count());
        if let Some(curtain) = &screen.curtain {
            let seen: Vec<_> = screen.visible().filter_map(|(_, shown)| shown.source.as_ref()).collect();
            let [one, other] = seen.as_slice() else { panic!("two in one place: {curtain:?}") };
            assert_ne!(one.display_set.study, other.display_set.study, "of two studies");
            let is_here = session.focus.screen == index;
            assert!(!is_here || curtain.other_of(session.focus.viewport).is_some(), "the focus is seen");
        }
        for viewport in &screen.viewports {
            if let Some(source) = &viewport.source {
                let (_, _, set) = library.find(&source.display_set).expect("what hangs is loaded");
                assert!(source.index < set.images.len(), "an image of the stack is shown");
            }
            let offset = viewport.view.center_offset.xyz;
            assert!(offset.is_finite(), "{offset}");
            assert!(viewport.reformat.is_none() || viewport.rendering.is_none(), "one of the two");
            if let Some(camera) = viewport.rendering.as_ref().map(|rendering| rendering.camera) {
                assert!((0.0..=360.0).contains(&camera.azimuth_degrees), "{camera:?}");
                assert!((-90.0..=90.0).contains(&camera.elevation_degrees), "{camera:?}");
            }
            let Some((reformat, source)) = viewport.reformat.zip(viewport.source.as_ref()) else { continue };
            let section = reformat.section;
            assert!((section.right().length() - 1.0).abs() < 1e-9, "{section:?}");
            assert!((section.down().length() - 1.0).abs() < 1e-9, "{section:?}");
            assert!(section.right().dot(section.down()).abs() < 1e-9, "{section:?}");
            assert!((0.0..=500.0).contains(&reformat.slab_mm), "{reformat:?}");
            let (.., set) = library.find(&source.display_set).expect("what hangs is loaded");
            let shared = session.shared_point.as_ref().filter(|shared| {
                library.find(&shared.display_set).is_some_and(|(.., other)| is_same_space(other, set))
            });
            if let Some(shared) = shared {
                let away = (shared.at - section.center()).dot(section.normal());
                assert!(away.abs() < 1e-6, "the crosshair is on all sections: {away}");
            }
        }
        for viewport in plan(session, library, index).viewports {
            if let Picture::Slice(pass) = viewport.picture {
                let step = pass.image_from_view.x_axis().xyz.x;
                assert!(step.is_finite() && step > 0.0, "{step}");
                assert!(pass.gray().is_some_and(|gray| gray.window.width() >= 1.0));
            } else if let Picture::Reformat(pass) = viewport.picture {
                let mm = pass.mm_per_pixel();
                assert!(mm.is_finite() && mm > 0.0, "{mm}");
                assert!(viewport.overlay.graphics.is_empty());
                let handles = viewport.overlay.marks.iter().flat_map(|mark| &mark.handles);
                assert!(handles.clone().all(|handle| handle.xyz.is_finite()));
                assert!(viewport.labels.number.is_some_and(|(number, count)| (1..=count).contains(&number)));
            } else if let Picture::Rendering(pass) = viewport.picture {
                let mm = pass.mm_per_pixel();
                assert!(mm.is_finite() && mm > 0.0, "{mm}");
                assert!(pass.transfer.low < pass.transfer.high, "a range");
                assert!(viewport.overlay.marks.is_empty() && viewport.overlay.crosshair.is_none());
                assert!(viewport.labels.number.is_some_and(|(number, count)| (1..=count).contains(&number)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// The text form is the command, both ways. Typed text and paths are left out of it on purpose.
    #[test]
    fn every_command_survives_its_text_form(command in any_command()) {
        let text = command.to_string();
        if !text.contains("⟨phi⟩") {
            prop_assert_eq!(Command::parse(&text), Ok(command), "{}", text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_commands_breaks_the_session(
        commands in proptest::collection::vec(any_command(), 1..120),
        by_protocol: bool,
    ) {
        let mut scripted = Scripted::empty();
        if by_protocol {
            let (protocols, _) = Protocols::read(&shipped());
            scripted.reading.session.settings.protocols = Arc::new(protocols);
        }
        scripted.run(&format!("open {}", phantom().display()));
        for (command, step) in commands.iter().zip(0_u32..) {
            scripted.reading.command(command, hotlight::app::CommandSource::Script);
            scripted.reading.event(&hotlight::session::Event::TimePassed { now_ms: f64::from(step) * 70.0 });
            check_invariants(&scripted);
        }
    }
}
