//! Graphics of a presentation state, kept as a picture for as long as nothing of them changes: hundreds of lines, each a
//! light one on a dark one, are too many triangles to be drawn anew for each image that the reader scrolls through.
//!
//! The picture is made of the triangles that would be drawn without it, and looks the same. Where a card draws, a thread makes
//! it, and until it is there the triangles are drawn; where the processor plays the card, making it is quicker than that. Where it
//! cannot be shown the triangles are drawn as well.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use egui::epaint::{ClippedShape, Primitive, TessellationOptions, Tessellator};
use egui::{Context, Id, LayerId, Order, Painter, Shape, TextureId};

use crate::dicom::StudyUid;
use crate::geometry::{Point, View};
use crate::render::GraphicPlan;
use crate::render::gpu::{Pane, Slot};
use crate::session::DeviceRect;
use crate::study::Library;

use super::super::fonts;
use super::super::theme::Colors;
use super::graphics;
use super::overlay::Place;
use super::paint;
use super::raster::{Raster, Texels};

/// Graphics of fewer points, letters and rows are drawn anew each time.
const POINTS_FEW: usize = 512;

/// Pictures take so much memory at most, but for the one that was drawn last.
const KEPT_BYTES_MAX: usize = 256 << 20;

/// Shows graphics in their order, over the picture of a slot that stands in their place.
pub(super) fn show(painter: &Painter, at: (Place, Slot), graphics: &Arc<[GraphicPlan]>, colors: &Colors) {
    let ((place, slot), ctx) = (at, painter.ctx());
    if !is_worth_keeping(ctx, place, graphics) {
        return graphics::show(painter, place, graphics, colors);
    }
    let shown = Shown { place, colors, fonts: fonts::generation(ctx), graphics };
    let shared = Shared::of(ctx);
    let mut kept = shared.lock();
    if let Some(picture) = kept.find(&shown) {
        return picture.show(painter, slot);
    }
    if let Some(maker) = kept.maker.take_if(|maker| maker.is_finished()) {
        kept.has_failed |= maker.join().is_err();
    }
    let is_idle = kept.maker.is_none() && !kept.has_failed;
    match is_idle.then(|| Job::new(ctx, &shown)).flatten() {
        Some(job) if kept.is_made_at_once => {
            let picture = job.done();
            picture.show(painter, slot);
            kept.keep(picture);
        }
        job => {
            graphics::show(painter, place, graphics, colors);
            let Some(job) = job else { return };
            let shared = shared.clone();
            let make = move || {
                let picture = job.done();
                shared.lock().keep(picture);
            };
            // Without a thread the triangles are drawn on.
            kept.maker = std::thread::Builder::new().name("graphics".to_owned()).spawn(make).ok();
        }
    }
}

/// Has pictures made at once, in the frame that shows them: where the processor plays the card that is quicker than drawing.
pub(super) fn make_at_once(ctx: &Context) {
    Shared::of(ctx).lock().is_made_at_once = true;
}

/// Shows no more pictures, and has none made: one could not be shown.
pub(super) fn give_up(ctx: &Context) {
    let shared = Shared::of(ctx);
    let mut kept = shared.lock();
    (kept.has_failed, kept.has_missed) = (true, true);
    kept.pictures.clear();
}

/// Whether something was drawn without its graphics since this was asked last: drawn again it has them.
pub(super) fn take_missed(ctx: &Context) -> bool {
    std::mem::take(&mut Shared::of(ctx).lock().has_missed)
}

/// Whether there is much to draw, and a texture has room for it.
fn is_worth_keeping(ctx: &Context, place: Place, graphics: &[GraphicPlan]) -> bool {
    let side = ctx.input(|input| input.max_texture_side);
    points(graphics) >= POINTS_FEW && place.pixels().into_iter().all(|pixels| pixels <= side)
}

fn points(graphics: &[GraphicPlan]) -> usize {
    graphics.iter().map(GraphicPlan::points).sum()
}

/// Forgets all pictures where a study was closed: texts in them may name its patient. What is still shown is made again.
pub(in super::super) fn forget_closed(ctx: &Context, library: &Library) {
    let shared = Shared::of(ctx);
    let mut kept = shared.lock();
    let open = library.studies().iter().map(|study| &study.attributes.uid);
    // As in nearly every frame: to look for each among all takes longer the more there are.
    if kept.studies.iter().eq(open.clone()) {
        return;
    }
    if !kept.studies.iter().all(|study| open.clone().any(|uid| uid == study)) {
        kept.pictures.clear();
    }
    kept.studies = open.cloned().collect();
}

/// All that a picture depends on.
struct Shown<'a> {
    place: Place,
    colors: &'a Colors,
    /// Fonts that come later may have letters that were boxes.
    fonts: usize,
    graphics: &'a Arc<[GraphicPlan]>,
}

/// The pictures of a context, the one that was drawn last at the end.
#[derive(Default)]
struct Kept {
    /// The studies that were open when the window was drawn last.
    studies: Vec<StudyUid>,
    pictures: Vec<Picture>,
    /// Makes one at a time.
    maker: Option<JoinHandle<()>>,
    /// A thread or the card has failed: what made it fail would do so in each frame.
    has_failed: bool,
    /// What was drawn last may be without its graphics.
    has_missed: bool,
    is_made_at_once: bool,
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Kept>>);

impl Shared {
    fn of(ctx: &Context) -> Self {
        ctx.data_mut(|data| data.get_temp_mut_or_default::<Self>(Id::NULL).clone())
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, shown: &Shown<'_>) -> Option<&Picture> {
        let at = self.pictures.iter().rposition(|picture| picture.is_of(shown))?;
        let picture = self.pictures.remove(at);
        self.pictures.push(picture);
        self.pictures.last()
    }

    fn keep(&mut self, picture: Picture) {
        if self.has_failed {
            return;
        }
        self.pictures.push(picture);
        let mut bytes: usize = self.pictures.iter().map(|picture| picture.bytes).sum();
        let mut old = 0;
        while bytes > KEPT_BYTES_MAX && old + 1 < self.pictures.len() {
            bytes -= self.pictures.get(old).map_or(0, |picture| picture.bytes);
            old += 1;
        }
        self.pictures.drain(..old);
    }
}

/// Graphics that were drawn once.
struct Picture {
    place: Place,
    colors: Colors,
    fonts: usize,
    graphics: Arc<[GraphicPlan]>,
    /// What of them is seen; nothing where all of them are clear.
    pane: Option<Arc<Pane>>,
    bytes: usize,
}

impl Picture {
    fn is_of(&self, shown: &Shown<'_>) -> bool {
        self.place == shown.place
            && self.fonts == shown.fonts
            && self.colors == *shown.colors
            && (Arc::ptr_eq(&self.graphics, shown.graphics) || self.graphics == *shown.graphics)
    }

    fn show(&self, painter: &Painter, slot: Slot) {
        if let Some(pane) = &self.pane {
            paint::pane(painter, self.place.rect, slot, Arc::clone(pane));
        }
    }
}

/// All that a thread needs to make a picture.
struct Job {
    place: Place,
    colors: Colors,
    fonts: usize,
    graphics: Arc<[GraphicPlan]>,
    shapes: Vec<ClippedShape>,
    options: TessellationOptions,
    texels: Vec<Texels>,
}

impl Job {
    /// `None` where a fill pattern is not known any more: there are more of them than are remembered.
    fn new(ctx: &Context, shown: &Shown<'_>) -> Option<Self> {
        let Shown { place, colors, fonts, graphics } = *shown;
        // A layer that nothing else is drawn to, and that is empty again before the frame ends.
        let layer = LayerId::new(Order::Background, Id::unique("graphics to keep"));
        graphics::show(&Painter::new(ctx.clone(), layer, place.rect), place, graphics, colors);
        let drawn = ctx.graphics_mut(|layers| std::mem::take(layers.entry(layer)));
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method itself is not general enough"
        )]
        let image = ctx.fonts(|fonts| fonts.image());
        let letters = Texels { id: TextureId::default(), image, is_pattern: false };
        let mut texels = graphics::pattern_texels(ctx);
        texels.push(letters);
        let is_known = |drawn: &ClippedShape| match &drawn.shape {
            Shape::Mesh(mesh) => texels.iter().any(|texels| texels.id == mesh.texture_id),
            _ => true,
        };
        drawn.all_entries().all(is_known).then(|| Self {
            place,
            colors: *colors,
            fonts,
            graphics: Arc::clone(graphics),
            shapes: drawn.all_entries().cloned().collect(),
            options: ctx.tessellation_options(|options| *options),
            texels,
        })
    }

    fn done(self) -> Picture {
        let Self { place, colors, fonts, graphics, shapes, options, texels } = self;
        let [width, height] = place.pixels();
        let mut raster = Raster::new(width, height);
        let letters = texels.last().map_or([1, 1], |letters| letters.image.size);
        let mut tessellator = Tessellator::new(place.pixels_per_point, options, letters, Vec::new());
        for primitive in tessellator.tessellate_shapes(shapes) {
            if let Primitive::Mesh(mesh) = primitive.primitive {
                let texels = texels.iter().find(|texels| texels.id == mesh.texture_id);
                raster.mesh(&mesh, place.rect.min, place.pixels_per_point, texels);
            }
        }
        let pane = pane(&raster, [width, height]).map(Arc::new);
        let of_points = points(&graphics) * size_of::<Point<View>>();
        let bytes = of_points + pane.as_ref().map_or(0, |pane| pane.bytes());
        Picture { place, colors, fonts, graphics, pane, bytes }
    }
}

/// Columns and rows of a picture that hold something.
fn seen(raster: &Raster, [width, height]: [usize; 2]) -> Option<[Range<usize>; 2]> {
    let is_seen = |pixel: &[u8; 4]| *pixel != [0; 4];
    let (mut columns, mut rows) = (width..0, height..0);
    for row in 0..height {
        let pixels = raster.row(row, 0..width);
        let Some(first) = pixels.iter().position(is_seen) else { continue };
        let end = pixels.iter().rposition(is_seen).map_or(0, |last| last + 1);
        columns = columns.start.min(first)..columns.end.max(end);
        rows = rows.start.min(row)..row + 1;
    }
    (!rows.is_empty()).then_some([columns, rows])
}

/// What of a picture is seen, and where in it.
fn pane(raster: &Raster, size: [usize; 2]) -> Option<Pane> {
    let [columns, rows] = seen(raster, size)?;
    let span = |of: &Range<usize>| Some((u32::try_from(of.start).ok()?, u32::try_from(of.len()).ok()?));
    let ((x, width), (y, height)) = (span(&columns)?, span(&rows)?);
    let mut rgba = Vec::with_capacity(4 * columns.len() * rows.len());
    for row in rows {
        rgba.extend_from_slice(raster.row(row, columns.clone()).as_flattened());
    }
    Some(Pane::new(DeviceRect { x, y, width, height }, rgba))
}

#[cfg(test)]
mod tests {
    use eframe::egui_wgpu::{RendererOptions, WgpuSetup};
    use egui::{Color32, Mesh, Rect, pos2, vec2};
    use egui_kittest::Harness;
    use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};

    use crate::color::Ink;
    use crate::geometry::Vector;
    use crate::presentation::{Face, Justification, VerticalAlignment};
    use crate::render::gpu::{Timer, device_descriptor};
    use crate::render::{Paint, ShadowPlan, ShapePlan, Span, TextPlan};
    use crate::units::Phi;

    use super::super::super::theme;
    use super::*;

    /// By so much the picture may differ from the triangles, of 255: a processor that plays the card rounds colour, opacity and
    /// their product for each triangle over a pixel, half a level each. How many lie
    /// over a pixel has no bound, so that this limit was found by trying and not derived.
    const LEVELS_MAX: u8 = 4;

    /// Device pixels of the picture, and where it begins.
    const SIZE: [u16; 2] = [500, 360];
    const CORNER: [u16; 2] = [37, 23];
    /// Without a picture of the engine's.
    const SLOT: Slot = Slot { screen: 0, viewport: 0 };

    /// The colours without dimming.
    fn colors() -> Colors {
        theme::colors(&Context::default())
    }

    /// Numbers that are the same in each run, from 0 to 1.
    struct Dice(u64);

    impl Dice {
        fn throw(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from(u32::try_from(self.0 >> 40).expect("24 bits")) / f64::from(1 << 24)
        }

        /// Somewhere in the picture, or a little outside.
        fn point(&mut self) -> Point<View> {
            Point::flat(self.throw() * 560.0 - 30.0, self.throw() * 420.0 - 30.0)
        }

        fn line(&mut self, points: usize) -> Vec<Point<View>> {
            let mut at = self.point();
            let mut next = || {
                at = at + Vector::flat(self.throw() * 16.0 - 7.0, self.throw() * 16.0 - 7.0);
                at
            };
            (0..points).map(|_| next()).collect()
        }
    }

    /// Graphics of all kinds, on top of each other.
    fn graphics(seed: u64) -> Vec<GraphicPlan> {
        let mut dice = Dice(seed);
        let mut all = Vec::new();
        for number in 0..40_u32 {
            let is_thick = number % 4 == 1;
            let ink = (number % 3 == 0).then_some(Ink::WHITE);
            let paint = Paint { ink, opacity: if is_thick { 0.4 } else { 1.0 } };
            let at = dice.point();
            let row = |row: u32| Span { row: 3 * number + row, from: at.xyz.x, to: at.xyz.x + 40.0 };
            let is_filled = number % 5 == 2;
            all.push(GraphicPlan::Shape(ShapePlan {
                paint,
                thickness: is_thick.then_some(7.5),
                has_halo: !is_thick,
                lines: vec![dice.line(25), vec![dice.point()]],
                fill: if is_filled { (0..30).map(row).collect() } else { Vec::new() },
                pattern: (number % 10 == 2).then(|| Arc::new([0xF0A5_8001; 32])),
            }));
            let offset = Vector::flat(2.0, 3.0);
            let cast =
                ShadowPlan { paint: Paint { ink: None, opacity: 1.0 }, offset, is_outline: number % 2 == 0 };
            let in_box =
                ([at, at + Vector::flat(90.0, 60.0)], Justification::Right, VerticalAlignment::Center);
            all.push(GraphicPlan::Text(TextPlan {
                paint: Paint { ink, opacity: 1.0 },
                lines: vec![Phi::new(format!("{number} mm")), Phi::new("second line".to_owned())],
                in_box: (number % 2 == 0).then_some(in_box),
                anchor: Some((dice.point(), true)),
                face: Face { is_bold: is_thick, is_italic: number % 3 == 1, is_underlined: number % 7 == 0 },
                shadow: (number % 4 == 3).then_some(cast),
            }));
        }
        all
    }

    struct Scene {
        graphics: Vec<GraphicPlan>,
        colors: Colors,
        /// Where the picture begins, in device pixels.
        corner: [u16; 2],
        is_kept: bool,
    }

    impl Scene {
        fn show(&self, ui: &egui::Ui) {
            let painter = ui.ctx().layer_painter(LayerId::background());
            let pixels = |[x, y]: [u16; 2]| vec2(x.into(), y.into()) / ui.pixels_per_point();
            let rect = Rect::from_min_size(pixels(self.corner).to_pos2(), pixels(SIZE));
            // From black to white.
            let mut wedge = Mesh::default();
            let corners = [rect.left_top(), rect.left_bottom(), rect.right_top(), rect.right_bottom()];
            for (corner, color) in
                corners.into_iter().zip([Color32::BLACK, Color32::BLACK, Color32::WHITE, Color32::WHITE])
            {
                wedge.colored_vertex(corner, color);
            }
            wedge.add_triangle(0, 1, 2);
            wedge.add_triangle(1, 2, 3);
            painter.add(wedge);
            let place = Place { rect, pixels_per_point: ui.pixels_per_point() };
            let painter = painter.with_clip_rect(rect);
            if self.is_kept {
                show(&painter, (place, SLOT), &Arc::from(self.graphics.as_slice()), &self.colors);
            } else {
                graphics::show(&painter, place, &self.graphics, &self.colors);
            }
        }
    }

    /// Two windows, one of which keeps its pictures.
    struct Windows([Harness<'static, Scene>; 2]);

    impl Windows {
        fn open(scale: f32) -> Self {
            Self([true, false].map(|is_kept| {
                let mut setup = default_wgpu_setup();
                if let WgpuSetup::CreateNew(setup) = &mut setup {
                    setup.device_descriptor = Arc::new(device_descriptor);
                }
                let card = create_render_state(setup, RendererOptions::PREDICTABLE);
                let renderer = WgpuTestRenderer::from_render_state(card.clone());
                let setup = move |ctx: &Context| {
                    theme::install(ctx, theme::TEXT_SIZE, 1.0);
                    if is_kept {
                        paint::install_engine(ctx, &card, 1 << 20, Timer::new(|| 0.0)).expect("an engine");
                    }
                    make_at_once(ctx);
                };
                let scene = Scene { graphics: graphics(1), colors: colors(), corner: CORNER, is_kept };
                let builder = Harness::builder().with_size(vec2(640.0, 480.0) / scale);
                let builder =
                    builder.with_pixels_per_point(scale).with_context_setup(setup).renderer(renderer);
                builder.build_ui_state(|ui, scene: &mut Scene| scene.show(ui), scene)
            }))
        }

        /// Changes both and draws them; by how much they differ at most, and how many pictures are kept.
        fn after(&mut self, change: impl Fn(&mut Harness<'static, Scene>)) -> (u8, usize) {
            let [kept, drawn] = self.0.each_mut().map(|window| {
                change(window);
                window.step();
                window.render().expect("a picture").into_raw()
            });
            let levels = kept.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max();
            (levels.expect("pixels"), self.pictures())
        }

        fn pictures(&self) -> usize {
            Shared::of(&self.0[0].ctx).lock().pictures.len()
        }
    }

    fn has_no_gpu() -> bool {
        std::env::var_os("HOTLIGHT_NO_GPU").is_some_and(|value| value == "1")
    }

    #[test]
    fn a_kept_picture_looks_as_what_is_drawn() {
        for scale in [1.0, 1.25, 2.0] {
            if has_no_gpu() {
                return;
            }
            let mut windows = Windows::open(scale);
            for seed in 2..6 {
                let (levels, pictures) = windows.after(|window| window.state_mut().graphics = graphics(seed));
                // One was made when the window was opened.
                assert_eq!(pictures, usize::try_from(seed).expect("small"), "scale {scale}");
                assert!(levels <= LEVELS_MAX, "scale {scale}, seed {seed}: {levels} levels");
            }
        }
    }

    #[test]
    fn whatever_changes_is_seen_at_once_and_what_was_seen_is_kept() {
        if has_no_gpu() {
            return;
        }
        let mut windows = Windows::open(1.0);
        let mut check = |what: &str, new: usize, change: &dyn Fn(&mut Harness<'static, Scene>)| {
            let before = windows.pictures();
            let (levels, pictures) = windows.after(change);
            assert!(levels <= LEVELS_MAX, "{what}: {levels} levels");
            assert_eq!(pictures - before, new, "{what}");
        };
        check("nothing", 0, &|_| {});
        check("a line that moves", 1, &|window| {
            let Some(GraphicPlan::Shape(shape)) = window.state_mut().graphics.first_mut() else { panic!() };
            shape.lines[0][0] = Point::flat(250.0, 180.0);
        });
        check("another text", 1, &|window| {
            let Some(GraphicPlan::Text(text)) = window.state_mut().graphics.last_mut() else { panic!() };
            text.lines = vec![Phi::new("ZZCANARY".to_owned())];
        });
        check("a layer that is hidden", 1, &|window| window.state_mut().graphics.truncate(50));
        check("colours", 1, &|window| window.state_mut().colors.halo = Color32::TRANSPARENT);
        check("the place", 1, &|window| window.state_mut().corner = [61, 40]);
        check("scale", 1, &|window| {
            window.set_pixels_per_point(2.0);
        });
        check("graphics from before", 0, &|window| {
            let scene = window.state_mut();
            (scene.graphics, scene.colors, scene.corner) = (graphics(1), colors(), CORNER);
            window.set_pixels_per_point(1.0);
        });
        check("more fill patterns than are remembered", 0, &|window| {
            for (row, graphic) in (0..).zip(&mut window.state_mut().graphics) {
                let GraphicPlan::Shape(shape) = graphic else { continue };
                shape.fill = vec![Span { row, from: 10.0, to: 90.0 }];
                shape.pattern = Some(Arc::new([row.wrapping_mul(0x9E37_79B9); 32]));
            }
        });
        check("few graphics", 0, &|window| window.state_mut().graphics.truncate(2));
    }

    fn run(ctx: &Context, graphics: &[GraphicPlan]) {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(500.0, 360.0));
        let place = Place { rect, pixels_per_point: 1.0 };
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            show(ui.painter(), (place, SLOT), &Arc::from(graphics), &colors());
        });
        output.textures_delta.clear();
    }

    #[test]
    fn a_thread_makes_the_picture_while_triangles_are_drawn() {
        let ctx = Context::default();
        theme::install(&ctx, theme::TEXT_SIZE, 1.0);
        let graphics = graphics(1);
        run(&ctx, &graphics);
        let maker = Shared::of(&ctx).lock().maker.take().expect("a thread");
        maker.join().expect("it ends well");
        assert_eq!(Shared::of(&ctx).lock().pictures.len(), 1);
        run(&ctx, &graphics);
        assert!(Shared::of(&ctx).lock().maker.is_none(), "it is made once");
        forget_closed(&ctx, &Library::default());
        assert_eq!(Shared::of(&ctx).lock().pictures.len(), 1, "no study was closed");
        Shared::of(&ctx).lock().studies.push(StudyUid::new("2.25.1"));
        forget_closed(&ctx, &Library::default());
        assert_eq!(Shared::of(&ctx).lock().pictures.len(), 0);
        assert!(Shared::of(&ctx).lock().studies.is_empty());
    }

    #[test]
    fn kept_pictures_have_a_bound_and_the_last_ones_stay() {
        let ctx = Context::default();
        theme::install(&ctx, theme::TEXT_SIZE, 1.0);
        make_at_once(&ctx);
        run(&ctx, &graphics(1));
        let shared = Shared::of(&ctx);
        let bytes = shared.lock().pictures.first().expect("a picture").bytes;
        assert!(bytes > 100_000, "{bytes}");
        // There is room for the fourth and the fifth, but for no other beside them.
        for (seed, claimed) in [(2, 0), (3, 0), (4, KEPT_BYTES_MAX - 5 * bytes / 2), (5, KEPT_BYTES_MAX)] {
            run(&ctx, &graphics(seed));
            shared.lock().pictures.last_mut().expect("a picture").bytes += claimed;
        }
        let seeds = || -> Vec<u64> {
            let kept = shared.lock();
            let seed = |picture: &Picture| (1..10).find(|seed| *picture.graphics == *graphics(*seed));
            kept.pictures.iter().filter_map(seed).collect()
        };
        assert_eq!(seeds(), [4, 5]);
        run(&ctx, &graphics(4));
        run(&ctx, &graphics(6));
        // What was seen last is kept.
        assert_eq!(seeds(), [4, 6]);
    }

    #[test]
    fn triangles_are_drawn_where_pictures_cannot_be_shown() {
        let ctx = Context::default();
        theme::install(&ctx, theme::TEXT_SIZE, 1.0);
        make_at_once(&ctx);
        let graphics = graphics(1);
        let shapes = || {
            let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(500.0, 360.0));
            let place = Place { rect, pixels_per_point: 1.0 };
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                show(ui.painter(), (place, SLOT), &Arc::from(graphics.as_slice()), &colors());
            });
            output.textures_delta.clear();
            output.shapes.len()
        };
        let kept = shapes();
        assert!(!take_missed(&ctx));
        give_up(&ctx);
        assert!(take_missed(&ctx) && !take_missed(&ctx), "it is told once");
        let drawn = shapes();
        assert!(drawn > kept + 40, "{kept} with a picture, {drawn} without");
        assert_eq!(shapes(), drawn);
        assert_eq!(Shared::of(&ctx).lock().pictures.len(), 0);
    }
}
