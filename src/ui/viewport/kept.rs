//! Graphics of a presentation state, kept as a picture for as long as nothing of them changes: hundreds of lines, each a
//! light one on a dark one, are too many triangles to be drawn anew for each image that the reader scrolls through.
//!
//! The picture is made of the triangles that would be drawn without it, and looks the same. Where a card draws, a thread makes
//! it, and until it is there the triangles are drawn; where the processor plays the card, making it is quicker than that.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use egui::epaint::{ClippedShape, Primitive, TessellationOptions, Tessellator};
use egui::{
    Color32, ColorImage, Context, Id, LayerId, Mesh, Order, Painter, Rect, Shape, TextureHandle, TextureId,
    TextureOptions, pos2, vec2,
};

use crate::geometry::{Point, View};
use crate::render::GraphicPlan;

use super::super::fonts;
use super::super::theme::Colors;
use super::graphics;
use super::overlay::Place;
use super::raster::{Raster, Texels};

/// Graphics of fewer points, letters and rows are drawn anew each time.
const POINTS_FEW: usize = 512;

/// Pictures take so much memory at most, but for the one that was drawn last.
const KEPT_BYTES_MAX: usize = 128 << 20;

/// Squares of so many device pixels, of which those that hold nothing are not drawn.
const TILE: usize = 32;

/// Shows graphics in their order.
pub(super) fn show(painter: &Painter, place: Place, graphics: &[GraphicPlan], colors: &Colors) {
    let ctx = painter.ctx();
    if !is_worth_keeping(ctx, place, graphics) {
        return graphics::show(painter, place, graphics, colors);
    }
    let shown = Shown { place, colors, fonts: fonts::generation(ctx), graphics };
    let shared = Shared::of(ctx);
    let mut kept = shared.lock();
    if let Some(picture) = kept.find(&shown) {
        painter.add(picture);
        return;
    }
    if let Some(maker) = kept.maker.take_if(|maker| maker.is_finished()) {
        kept.has_failed |= maker.join().is_err();
    }
    let is_idle = kept.maker.is_none() && !kept.has_failed;
    match is_idle.then(|| Job::new(ctx, &shown)).flatten() {
        Some(job) if kept.is_made_at_once => {
            let picture = job.done(ctx);
            painter.add(picture.shape());
            kept.keep(picture);
        }
        job => {
            graphics::show(painter, place, graphics, colors);
            let Some(job) = job else { return };
            let (ctx, shared) = (ctx.clone(), shared.clone());
            let make = move || {
                let picture = job.done(&ctx);
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

/// Whether there is much to draw, and a texture has room for it.
fn is_worth_keeping(ctx: &Context, place: Place, graphics: &[GraphicPlan]) -> bool {
    let side = ctx.input(|input| input.max_texture_side) / TILE;
    let [width, height] = place.pixels();
    points(graphics) >= POINTS_FEW && width.div_ceil(TILE) * height.div_ceil(TILE) <= side * side
}

/// Points of lines, rows of what is filled, and letters.
fn points(graphics: &[GraphicPlan]) -> usize {
    let points = |graphic: &GraphicPlan| match graphic {
        GraphicPlan::Shape(shape) => shape.lines.iter().map(Vec::len).sum::<usize>() + shape.fill.len(),
        GraphicPlan::Text(text) => text.lines.iter().map(|line| line.reveal().len()).sum(),
    };
    graphics.iter().map(points).sum()
}

/// All that a picture depends on.
struct Shown<'a> {
    place: Place,
    colors: &'a Colors,
    /// Fonts that come later may have letters that were boxes.
    fonts: usize,
    graphics: &'a [GraphicPlan],
}

/// The pictures of a context, the one that was drawn last at the end.
#[derive(Default)]
struct Kept {
    pictures: Vec<Picture>,
    /// Makes one at a time.
    maker: Option<JoinHandle<()>>,
    /// A thread has failed: what made it fail would do so in each frame.
    has_failed: bool,
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
    fn find(&mut self, shown: &Shown<'_>) -> Option<Shape> {
        let at = self.pictures.iter().rposition(|picture| picture.is_of(shown))?;
        let picture = self.pictures.remove(at);
        let shape = picture.shape();
        self.pictures.push(picture);
        Some(shape)
    }

    fn keep(&mut self, picture: Picture) {
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
    graphics: Vec<GraphicPlan>,
    /// Its squares, beside each other.
    _texture: TextureHandle,
    mesh: Arc<Mesh>,
    bytes: usize,
}

impl Picture {
    fn is_of(&self, shown: &Shown<'_>) -> bool {
        self.place == shown.place
            && self.fonts == shown.fonts
            && self.colors == *shown.colors
            && self.graphics == shown.graphics
    }

    fn shape(&self) -> Shape {
        Shape::Mesh(Arc::clone(&self.mesh))
    }
}

/// All that a thread needs to make a picture.
struct Job {
    place: Place,
    colors: Colors,
    fonts: usize,
    graphics: Vec<GraphicPlan>,
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
            graphics: graphics.to_vec(),
            shapes: drawn.all_entries().cloned().collect(),
            options: ctx.tessellation_options(|options| *options),
            texels,
        })
    }

    fn done(self, ctx: &Context) -> Picture {
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
        let (image, mut mesh) = packed(&raster, &tiles(&raster, [width, height]), place);
        let of_points = points(&graphics) * size_of::<Point<View>>();
        let bytes = of_points + size_of_val(image.pixels.as_slice()) + size_of_val(mesh.vertices.as_slice());
        let texture = ctx.load_texture("graphics", image, TextureOptions::NEAREST);
        mesh.texture_id = texture.id();
        Picture { place, colors, fonts, graphics, _texture: texture, mesh: Arc::new(mesh), bytes }
    }
}

/// Columns and rows of a square that hold something.
struct Tile {
    columns: Range<usize>,
    rows: Range<usize>,
}

fn tiles(raster: &Raster, [width, height]: [usize; 2]) -> Vec<Tile> {
    let corners =
        (0..height).step_by(TILE).flat_map(|top| (0..width).step_by(TILE).map(move |left| (left, top)));
    let tile = |(left, top): (usize, usize)| {
        let (right, bottom) = ((left + TILE).min(width), (top + TILE).min(height));
        let is_seen = |pixel: &[u8; 4]| *pixel != [0; 4];
        let mut tile = Tile { columns: right..left, rows: bottom..top };
        for row in top..bottom {
            let pixels = raster.row(row, left..right);
            let Some(first) = pixels.iter().position(is_seen) else { continue };
            let end = pixels.iter().rposition(is_seen).map_or(0, |last| last + 1);
            let Tile { columns, rows } = &mut tile;
            *columns = columns.start.min(left + first)..columns.end.max(left + end);
            *rows = rows.start.min(row)..row + 1;
        }
        (!tile.rows.is_empty()).then_some(tile)
    };
    corners.filter_map(tile).collect()
}

/// A square texture of tiles, and where they stand in the window.
#[expect(clippy::cast_precision_loss, reason = "pixels of a screen")]
fn packed(raster: &Raster, tiles: &[Tile], place: Place) -> (ColorImage, Mesh) {
    let across = tiles.len().max(1).isqrt().max(1);
    let across = if across * across < tiles.len() { across + 1 } else { across };
    let size = [across * TILE, tiles.len().max(1).div_ceil(across) * TILE];
    let [width, height] = size.map(|side| side as f32);
    let mut pixels = vec![[0; 4]; size[0] * size[1]];
    let mut mesh = Mesh::default();
    for (number, Tile { columns, rows }) in tiles.iter().enumerate() {
        let (left, top) = (number % across * TILE, number / across * TILE);
        for row in rows.clone() {
            let start = (top + row - rows.start) * size[0] + left;
            if let Some(room) = pixels.get_mut(start..start + columns.len()) {
                room.copy_from_slice(raster.row(row, columns.clone()));
            }
        }
        let extent = vec2(columns.len() as f32, rows.len() as f32);
        let corner = place.rect.min + vec2(columns.start as f32, rows.start as f32) / place.pixels_per_point;
        let texel = pos2(left as f32 / width, top as f32 / height);
        mesh.add_rect_with_uv(
            Rect::from_min_size(corner, extent / place.pixels_per_point),
            Rect::from_min_size(texel, extent / vec2(width, height)),
            Color32::WHITE,
        );
    }
    (ColorImage::from_rgba_premultiplied(size, pixels.as_flattened()), mesh)
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;

    use crate::color::Ink;
    use crate::geometry::Vector;
    use crate::presentation::{Face, Justification, VerticalAlignment};
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
            let show: fn(&Painter, Place, &[GraphicPlan], &Colors) =
                if self.is_kept { show } else { graphics::show };
            show(&painter.with_clip_rect(rect), place, &self.graphics, &self.colors);
        }
    }

    /// Two windows, one of which keeps its pictures.
    struct Windows([Harness<'static, Scene>; 2]);

    impl Windows {
        fn open(scale: f32) -> Self {
            Self([true, false].map(|is_kept| {
                let setup = |ctx: &Context| {
                    theme::install(ctx, theme::TEXT_SIZE, 1.0);
                    make_at_once(ctx);
                };
                let scene = Scene { graphics: graphics(1), colors: colors(), corner: CORNER, is_kept };
                let builder = Harness::builder().with_size(vec2(640.0, 480.0) / scale);
                let builder = builder.with_pixels_per_point(scale).with_context_setup(setup).wgpu();
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
            show(ui.painter(), place, graphics, &colors());
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
            let seed = |picture: &Picture| (1..10).find(|seed| picture.graphics == graphics(*seed));
            kept.pictures.iter().filter_map(seed).collect()
        };
        assert_eq!(seeds(), [4, 5]);
        run(&ctx, &graphics(4));
        run(&ctx, &graphics(6));
        // What was seen last is kept.
        assert_eq!(seeds(), [4, 6]);
    }
}
