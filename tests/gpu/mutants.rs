//! Proof of the proof: shader libraries, and the passes of images, with one token changed, each of which must be found out.
//!
//! `twins` and its neighbours hold the card to the reference over all inputs. Here the files are changed token by token, and
//! run on such inputs: a change that alters no result would be one that those tests cannot see.

use hotlight::render::gpu::{Gpu, shader};
use naga::valid::{Capabilities, ValidationFlags, Validator};

use super::compute::{ENTRY, plane_words, run};
use super::equivalent::EQUIVALENT;
use super::harness::{gpu, noise, scatter, words_of};

/// A function of a word that calls what a file offers, over inputs that reach all of it.
struct Probe {
    file: &'static str,
    body: String,
    parameters: [f32; 4],
    table: Vec<u16>,
    constants: Vec<(&'static str, f64)>,
}

impl Probe {
    /// The source, of what the file imports and of its own text, changed or not.
    fn source(&self, [imports, own]: [&str; 2]) -> String {
        let text = format!("{imports}\n{own}\nfn twin(word: u32) -> u32 {{\n{}\n}}\n{ENTRY}", self.body);
        shader::resolve_text(&text).expect("imports that are there")
    }

    fn results(&self, gpu: &Gpu, source: &str) -> Vec<u32> {
        run(gpu, source, self.parameters, &self.table, &self.constants)
    }
}

fn probe(file: &'static str, body: &str, parameters: [f32; 4]) -> Probe {
    Probe { file, body: body.to_owned(), parameters, table: Vec::new(), constants: Vec::new() }
}

/// What a file imports, and its own text. That of a pass becomes functions: its entry points can be called, what is discarded has a
/// value, its block is set by who calls, and each of its textures is the table.
fn parts(file: &str) -> [String; 2] {
    let (_, text) = shader::ALL.iter().find(|(name, _)| *name == file).expect("a file");
    let end = text.rfind("#import ").map_or(0, |import| import + text[import..].find('\n').expect("a line"));
    let (imports, own) = text.split_at(end);
    if file.starts_with("lib/") {
        return [imports, own].map(str::to_owned);
    }
    let is_texture = |line: &str| line.starts_with("@group(") && !line.contains("var<uniform>");
    let lines = own.lines().filter(|line| !is_texture(line) && !["@fragment", "@vertex"].contains(line));
    let replaced = [
        ("@group(0) @binding(0) var<uniform>", "var<private>"),
        ("@builtin(position) ", ""),
        ("@builtin(vertex_index) ", ""),
        ("-> @location(0) ", "-> "),
        ("discard;", "return vec4(7);"),
        ("gray_table", "table"),
        ("display_table", "table"),
        ("picture", "table"),
        ("frame", "table"),
        ("cells", "table"),
        ("received", "table"),
        ("textureLoad(bricks, ", "loaded_range("),
        ("textureLoad(transfer, ", "loaded_entry("),
        ("textureLoad(before, ", "loaded_before("),
    ];
    let own = lines.collect::<Vec<_>>().join("\n") + "\n";
    [imports.to_owned(), replaced.into_iter().fold(own, |own, (from, to)| own.replace(from, to))]
}

/// Ascending, then scattered: neighbours differ, and no two words have the same place in it.
fn table() -> Vec<u16> {
    words_of(&noise(256, 256, false)).to_vec()
}

fn probes() -> Vec<Probe> {
    let mut probes = Vec::new();
    // Functions by their codes, as the engine sends them: a threshold, a usual and a wide window.
    for code in [0.0, 1.0, 2.0] {
        for (center, width) in [(0.5, 1.0), (40.0, 400.0), (3000.0, 50_000.0)] {
            let x = "f32(word) * 0.25 - 1000.0";
            let body = format!("return bitcast<u32>(voi_share({x}, parameters.z, parameters.w));");
            let constants = vec![("voi_function", code)];
            probes.push(Probe { constants, ..probe("lib/voi", &body, [0.0, 0.0, center, width]) });
        }
    }
    for inverse in ["0u", "1u"] {
        let share = "f32(word) * parameters.x - 0.125";
        let step = [1.25 / 65_535.0, 0.0, 0.0, 0.0];
        probes.push(probe("lib/gray", &format!("return present({share}, {inverse});"), step));
        for last in ["0.0", "299.0", "65535.0"] {
            let body = format!("return present_curve(table, {last}, {share}, {inverse});");
            probes.push(Probe { table: table(), ..probe("lib/gray", &body, step) });
        }
    }
    probes.push(Probe { table: table(), ..probe("lib/gray", "return table_entry(table, word);", [0.0; 4]) });
    // Words, real numbers in two parts, colours; what is no number; padding that only its second part tells.
    let real = "vec2(word << 16u, bitcast<u32>(f32(word) * 1.0e-9))";
    for code in [0.0, 1.0, 2.0, 3.0] {
        let texels = ("texel_encoding", code);
        for texel in ["vec2(word, 0u)", real] {
            let body = format!("return bitcast<u32>(stored_value({texel}, parameters.xy));");
            let constants = vec![texels];
            probes.push(Probe { constants, ..probe("lib/modality", &body, [40.25, 0.125, 0.0, 0.0]) });
            let body = format!("return u32(is_number({texel}));");
            probes.push(Probe { constants: vec![texels], ..probe("lib/modality", &body, [0.0; 4]) });
            let sample = "let encoding = Encoding(parameters.xy, 3.0, -7.0, vec4(5.0, 1.0e-6, 100.0, 3.0e-6));\n\
                          let sample = in_units(stored_sample(vec4(TEXEL, word >> 8u, 255u), encoding), encoding);\n\
                          let sum = sample.values.x + 3.0 * sample.values.y + 5.0 * sample.values.z;\n\
                          return bitcast<u32>(sum) ^ u32(sample.is_number);";
            let sample = sample.replace("TEXEL", texel);
            for has_holes in [0.0, 1.0] {
                let constants = vec![texels, ("has_holes", has_holes)];
                probes.push(Probe { constants, ..probe("lib/modality", &sample, [0.0, 0.25, 0.0, 0.0]) });
            }
        }
    }
    let pairs = "return u32(is_up_to(vec2(f32(word >> 8u), f32(word & 255u)), vec2(100.0, 100.0)));";
    probes.push(probe("lib/modality", pairs, [0.0; 4]));
    // A picture of noise with holes in it, filtered, and looked at between its pixels and over its edges.
    let encoding = "let encoding = Encoding(vec2(0.0), 1.0, 0.0, vec4(100.0, 0.0, 9000.0, 0.0));";
    let result = "return bitcast<u32>(select(-1.5, sample.values.x, sample.is_number));";
    let pixel = "let pixel = vec2(i32(word & 255u), i32(word >> 8u));";
    for filtering in [0.0, 1.0, 2.0] {
        let body =
            format!("{encoding}\n{pixel}\nlet sample = pixel_value(table, pixel, encoding);\n{result}");
        for has_holes in [0.0, 1.0] {
            let constants = vec![("filtering", filtering), ("has_holes", has_holes)];
            probes.push(Probe { table: table(), constants, ..probe("lib/filter", &body, [0.0; 4]) });
        }
    }
    let at = "let position = vec2(f32(word & 255u), f32(word >> 8u)) * 1.002 + vec2(0.1, 0.07);";
    for sampling in [0.0, 1.0, 2.0] {
        let body = format!("{encoding}\n{at}\nlet sample = sample_at(table, position, encoding);\n{result}");
        for has_holes in [0.0, 1.0] {
            let constants = vec![("sampling", sampling), ("has_holes", has_holes)];
            probes.push(Probe { table: table(), constants, ..probe("lib/sample", &body, [0.0; 4]) });
        }
    }
    let around = "let position = vec2(f32(word & 255u), f32(word >> 8u)) * 2.0 - 8.0;";
    let body = format!("{around}\nreturn u32(is_inside(table, position));");
    probes.push(Probe { table: table(), ..probe("lib/sample", &body, [0.0; 4]) });
    let inside = "let position = vec2(f32(word & 255u), f32(word >> 8u)) + vec2(0.75);";
    let body = format!("{inside}\nreturn texel_at(table, position).r;");
    probes.push(Probe { table: table(), ..probe("lib/sample", &body, [0.0; 4]) });
    voxel_probes(&mut probes);
    line_probes(&mut probes);
    color_probes(&mut probes);
    pass_probes(&mut probes);
    rendering_probes(&mut probes);
    probes.push(Probe {
        table: table(),
        ..probe("lib/display", "return driving_level(table, word);", [0.0; 4])
    });
    let pixel = "vec2(word & 15u, word >> 12u)";
    probes.push(probe("lib/dither", &format!("return dither_offset({pixel});"), [0.0; 4]));
    let body = format!("return dithered_level(table, word, {pixel});");
    probes.push(Probe { table: table(), ..probe("lib/dither", &body, [0.0; 4]) });
    probes
}

/// Positions in and around a small volume, between its voxels, with and without gaps.
fn voxel_probes(probes: &mut Vec<Probe>) {
    let place = "let place = place_at(vec3<i32>(-2, 1, -1), vec3<f32>(f32(word & 15u) * 1.25, f32(word >> 4u & 15u), f32(word >> 8u & 15u) * 1.25),\n\
                 vec3<f32>(f32(word * 40503u >> 3u & 511u) / 256.0, f32(word * 30011u >> 5u & 511u) / 512.0, f32(word >> 9u) / 128.0));";
    // From a word that is there to another.
    let mut words = plane_words(5);
    words.sort_unstable();
    let (low, high) = (words[60], words[120]);
    let grid = format!(
        "let grid = Grid(vec3<i32>(16, ROWS, 16), vec2<f32>({low}.0, {high}.0), vec4<i32>(4, 11, 3, 0));"
    );
    let found = "let found = found_at(voxels, table, place, grid);\n\
                 return bitcast<u32>(select(f32(found.what) * 1.0e9, found.value, found.what == FOUND_VALUE)) ^ found.what;";
    // Sampling, holes, planes that are lacking, encoding, pairs; a volume of 8 rows lies in tiles.
    for (sampling, has_holes, has_missing, texel_encoding, has_pairs) in [
        (1.0, 0.0, 0.0, 0.0, 0.0),
        (1.0, 1.0, 0.0, 0.0, 0.0),
        (1.0, 0.0, 1.0, 1.0, 0.0),
        (1.0, 1.0, 1.0, 2.0, 0.0),
        (1.0, 0.0, 0.0, 0.0, 1.0),
        (0.0, 0.0, 0.0, 1.0, 0.0),
        (0.0, 1.0, 1.0, 0.0, 0.0),
        (2.0, 1.0, 1.0, 0.0, 0.0),
    ] {
        let rows = if has_missing == 0.0 { 16.0 } else { 8.0 };
        let constants = vec![
            ("sampling", sampling),
            ("has_holes", has_holes),
            ("has_missing", has_missing),
            ("has_tiles", has_missing),
            ("tile_columns", 5.0),
            ("tile_rows", 4.0),
            ("layers", 16.0),
            ("tiles_beside", 3.0),
            ("texel_encoding", texel_encoding),
            ("has_pairs", has_pairs),
        ];
        let body = format!("{place}\n{}\n{found}", grid.replace("ROWS", &format!("{rows:.0}")));
        let table = received_planes();
        probes.push(Probe { table, constants, ..probe("lib/voxel", &body, [0.0; 4]) });
    }
    // A sheaf of planes, of which the texture has all but the first three.
    for has_missing in [0.0, 1.0] {
        let constants = vec![("sampling", 1.0), ("is_part", 1.0), ("has_missing", has_missing)];
        let of_part = "if !is_of_part(place.voxel.z, grid) {\nreturn 7u;\n}";
        let body = format!("{place}\n{}\n{of_part}\n{found}", grid.replace("ROWS", "16"));
        let table = received_planes();
        probes.push(Probe { table, constants, ..probe("lib/voxel", &body, [0.0; 4]) });
    }
    // Planes behind the first row of their table.
    let body = "return table_of_planes(table, word);";
    probes.push(Probe { table: table(), ..probe("lib/voxel", body, [0.0; 4]) });
}

/// Lines through a volume: where their samples lie, which of them are in it or in a brick, what is cut away of them, and what a slab
/// shows of them.
fn line_probes(probes: &mut Vec<Probe>) {
    let walk = "let walk = WalkBlock(vec4(0.25, -0.5, 0.75, 0.0), vec4(0.001, 0.002, -0.003, 0.0), vec4(-0.125, 0.375, 0.5, 0.0),\n\
                vec4(0.004, -0.001, 0.002, 0.0), vec4(0.5, 0.25, -1.75, 0.0), vec4(-0.002, 0.003, 0.001, 0.0), vec4(7, -11, 13, 0),\n\
                vec4(0.25, 0.5, 0.125, 0.0), vec4(0), vec4(0), vec2(0), vec2(0.0));\n\
                let line = line_of(walk, vec2(f32(word & 127u) - 60.0, f32(word >> 7u & 127u) - 50.0));\n\
                let place = place_on(line, i32(word >> 13u));\n\
                let at = vec3<f32>(place.voxel) + place.t + start_of(line) * 2.0 + advance_of(line) * 5.0;\n\
                return bitcast<u32>(dot(at, vec3(1.0, 3.0, 7.0)));";
    let inside = "let start = vec3(f32(word & 63u) - 24.0, f32(word >> 6u & 31u) * 1.5 - 16.5, f32(word >> 11u) - 20.5);\n\
                  var ways = array(vec3(1.0, -0.5, 0.25), vec3(-0.125, 1.0, 0.75), vec3(0.0, 0.0009, -2.0),\n\
                  vec3(0.5, -0.001, 0.0009), vec3(0.0, -0.0009, 0.0));\n\
                  let inside = steps_inside(start, ways[word % 5u], Grid(vec3(16, 9, 12), vec2(0.0), vec4(3, 8, 0, 0)), 90);\n\
                  return u32(inside.x) << 16u | u32(inside.y);";
    let brick = "let voxel = vec3(i32(word & 31u) - 3, i32(word >> 5u & 31u) - 5, i32(word >> 10u & 31u) - 7);\n\
                 let brick = brick_of(voxel, vec3(17, 16, 9));\n\
                 let position = vec3<f32>(voxel) + vec3(0.25, 0.5, 0.0625) + f32(word % 17u) / 64.0;\n\
                 var ways = array(vec3(0.25, -0.5, 0.125), vec3(-0.0625, 0.25, -0.5), vec3(0.0, 0.0, 0.000009),\n\
                 vec3(0.0000078125, 0.0, 0.0), vec3(0.0, 0.000007, 0.0));\n\
                 return u32(steps_in_brick(brick, position, ways[word % 5u]) * 4096 + brick.x + brick.y * 16 + brick.z * 256);";
    probes.extend([walk, inside, brick].map(|body| probe("lib/walk", body, [0.0; 4])));
    let there = "let brick = vec3(i32(word & 15u), i32(word >> 4u & 15u), i32(word >> 8u & 15u));\n\
                 let there = brick_there(brick, Grid(vec3(0), vec2(0.0), vec4(0, 0, 24, 0)));\n\
                 return u32(there.x + 32 * there.y + 1024 * (there.z + 8));";
    probes.push(probe("lib/walk", there, [0.0; 4]));
    for body in [inside, there] {
        probes.push(Probe { constants: vec![("is_part", 1.0)], ..probe("lib/walk", body, [0.0; 4]) });
    }
    let cut = "let pixels = vec2(f32(word & 63u) - 31.0, f32(word >> 6u & 31u) - 14.0);\n\
               let range = steps_kept(pixels, vec2(3, 50));\n\
               let kept = is_kept(pixels, f32(word >> 11u));\n\
               return u32(range.x) | u32(range.y) << 8u | u32(kept) << 16u;";
    for constants in [vec![], vec![("planes_cut", 3.0)], vec![("planes_cut", 3.0), ("outlines_cut", 2.0)]] {
        probes.push(Probe { constants, ..probe("lib/cut", cut, [0.0; 4]) });
    }
    // Sums of so few digits lose nothing.
    let shown = "let slab = SlabBlock(0.5, -100.0, 40.0, 900.0, word >> 15u, 3, 255.0, 0u);\n\
                 var shown = NOTHING_SHOWN;\n\
                 let steps = word >> 13u;\n\
                 for (var step = 0u; step < steps; step++) {\n\
                     let bits = ((word * 40503u) ^ (step * 30011u)) >> 5u;\n\
                     shown = shown_with(shown, Found(bits & 3u, f32(bits >> 2u & 1023u) * 1.0009765625));\n\
                     shown = shown_from(bits_of_shown(shown));\n\
                 }\n\
                 let found = found_of(shown);\n\
                 let pixel = vec2(i32(word & 15u), i32(word >> 4u & 15u));\n";
    for projection in [1.0, 2.0, 3.0] {
        for end in [
            "return bits_of(found, slab) ^ (found.what << 9u);",
            "return p_value_of(found, pixel, slab);",
            "return p_value_on(table, found, pixel, slab);",
        ] {
            let constants = vec![("projection", projection), ("voi_function", projection - 1.0)];
            let body = format!("{shown}{end}");
            probes.push(Probe { table: table(), constants, ..probe("lib/slab", &body, [0.0; 4]) });
        }
    }
}

/// Four numbers a texel, none beyond the last node of a lattice.
fn lattice() -> Vec<u16> {
    let texels = (0..1 << 20).map(|index: u32| scatter(index & 1023, index >> 10) % 13_312);
    texels.collect()
}

/// Colours of the monitor, and which of its tables a picture goes through.
fn color_probes(probes: &mut Vec<Probe>) {
    let lattice_color = "let color = monitor_color(table, vec3(word & 255u, word >> 8u, (word * 7u >> 5u) & 255u));\n\
                         return color.r | color.g << 8u | color.b << 16u;";
    let palette =
        "let color = palette_color(table, word);\nreturn color.r ^ (color.g << 9u) ^ (color.b << 17u);";
    probes.extend(
        [lattice_color, palette].map(|body| Probe { table: lattice(), ..probe("lib/color", body, [0.0; 4]) }),
    );
    let panel = "let levels = panel_levels(table, vec4(word, word >> 3u, 5u, 0u), vec2(word & 7u, word >> 13u));\n\
                 return bitcast<u32>(f32(levels.r + levels.g * 7u + levels.b * 31u) + panel_white(word & 1023u));";
    for constant in ["is_color", "is_dithered", "has_lattice", "has_palette"] {
        let constants = vec![(constant, 1.0)];
        probes.push(Probe { table: lattice(), constants, ..probe("lib/panel", panel, [0.0; 4]) });
    }
    probes.push(Probe { table: table(), ..probe("lib/panel", panel, [0.0; 4]) });
}

/// The passes of images, called as functions over a picture that is turned a little and ends within.
fn pass_probes(probes: &mut Vec<Probe>) {
    let at = "let at = vec4(f32(word & 255u) + 0.5, f32(word >> 8u) + 0.5, 0.0, 1.0);\n";
    let slice = "slice = SliceBlock(vec2(1.125, 0.0625), vec2(-0.09375, 1.0625), vec2(-9.0, 3.0), vec2(100.0, 0.0),\n\
                 vec4(100.0, 0.0, 9000.0, 0.0), 0.5, -100.0, 16000.0, 20000.0, word >> 15u, 255.0, vec2<u32>(0u));\n";
    let color = "let color = color(at);\nreturn color.r | color.g << 8u | color.b << 16u | color.a << 24u;";
    for (encoding, table, end) in [
        (0.0, table(), "return p_value_by_table(at);"),
        (1.0, table(), "return p_value_by_formula(at);"),
        (1.0, table(), "return p_value_by_curve(at);"),
        (0.0, table(), "return modality_bits(at);"),
        (3.0, lattice(), color),
        (3.0, table(), color),
    ] {
        let body = format!("{at}{slice}{end}");
        let constants = vec![
            ("sampling", 1.0),
            ("has_holes", f64::from(u8::from(encoding < 3.0))),
            ("texel_encoding", encoding),
        ];
        probes.push(Probe { table, constants, ..probe("slice", &body, [0.0; 4]) });
    }
    let cover = "block = CoverBlock(vec2(1.0, 0.0625), vec2(-0.125, 1.0), vec2(-9.4375, 3.0), vec2(100.0, 90.0), block.values);\n\
                 for (var cell = 0u; cell < 64u; cell++) {\n\
                     block.values[cell] = vec4(cell * 977u, cell, 3u, cell % 3u);\n\
                 }\n";
    for (table, end) in [
        (table(), "let value = laid_over(at);\nreturn value.r ^ (value.g << 8u) ^ (value.a << 20u);"),
        (
            lattice(),
            "let value = tinted(at);\nreturn value.r ^ (value.g << 5u) ^ (value.b << 9u) ^ (value.a << 20u);",
        ),
    ] {
        probes.push(Probe { table, ..probe("cover", &format!("{at}{cover}{end}"), [0.0; 4]) });
    }
    let display = "display = DisplayBlock(9, -13, 1023u);\n\
                   let level = panel_level(at);\n\
                   return bitcast<u32>(dot(level, vec4(1.0, 3.0, 5.0, 7.0)));";
    for (is_color, has_gaps) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)] {
        let constants = vec![("is_color", is_color), ("has_gaps", has_gaps)];
        let body = format!("{at}{display}");
        probes.push(Probe { table: with_gaps(), constants, ..probe("display", &body, [0.0; 4]) });
    }
}

/// Rays through the noise and out again. Of eight bricks one says that it holds only what is clear, one that it holds
/// nothing, one a single value, one what is clear but for its least. Of the values the lowest are seen, some above are clear, and the
/// highest soon end a ray.
const RENDERING: &str = "return ray(word);\n}\n\
    fn loaded_range(brick: vec3<i32>, level: i32) -> vec4<f32> {\n\
        var ranges = array(vec2(0.0, 65535.0), vec2(9000.0, 20000.0), vec2(3000.0, 20000.0), vec2(1.0, 0.0),\n\
            vec2(40000.0, 40000.0), vec2(0.0, 65535.0), vec2(20000.0, 65535.0), vec2(0.0, 65535.0));\n\
        return vec4(ranges[brick.x + 2 * brick.y + 4 * brick.z], 0.0, 0.0) * select(1.0, -1.0, level != 0);\n\
    }\n\
    fn loaded_entry(at: vec2<i32>, level: i32) -> vec4<f32> {\n\
        let entry = f32(at.x);\n\
        let lowest = select(0.0, 1.0, at.x == 0);\n\
        let look = vec4(entry / 15.0, 0.5, 1.0 - entry / 15.0, max(entry - 6.0, 0.0) * 0.0625 + lowest * 0.03125);\n\
        let counts = vec4(max(entry - 7.0, 0.0) + 1.0 - lowest, max(entry - 6.0, 0.0) + 1.0, 0.0, 0.0);\n\
        return select(select(vec4(9.0, 0.0, 0.0, 0.0), counts, at.y == 1), look, at.y == 0) * select(1.0, 0.5, level != 0);\n\
    }\n\
    fn loaded_before(at: vec2<i32>, level: i32) -> vec4<u32> {\n\
        let share = select(f32(at.x & 7) / 8.0, 0.9995, at.y == 30);\n\
        return bitcast<vec4<u32>>(vec4(0.25, 0.125, 0.0625, 1.0) * share * select(1.0, 0.5, level != 0));\n\
    }\n\
    fn ray(word: u32) -> u32 {\n\
        if word >= 4096u {\n\
            return 0u;\n\
        }\n\
        let deep = select(vec4(0.125, 0.125, 0.5, 0.0), vec4(0.0, 0.0, 1.25, 0.0), parameters.z > 0.0);\n\
        let walk = WalkBlock(vec4(0.25, -0.0625, 0.03125, 0.0), vec4(0.001, 0.0, 0.0, 0.0), vec4(0.0, 0.25, -0.0625, 0.0),\n\
            vec4(0.0, 0.001, 0.0, 0.0), deep, vec4(0.0, 0.0, 0.001, 0.0), select(vec4(-2, -1, -4, 0), vec4(-2, 6, 2, 0), parameters.z > 1.0),\n\
            vec4(0.25, 0.5, 0.125, 0.0), vec4(16, 16, 16, 0), vec4(3, 12, 0, 0), vec2(3, 5), vec2(5000.0, 9000.0));\n\
        block = RenderingBlock(walk, vec4(0.75, 0.125, 0.0, 0.0) * parameters.y, vec4(0.0, 0.875, -0.125, 0.0) * parameters.y,\n\
            vec4(0.125, 0.0, 0.625, 0.0) * parameters.y, vec4(0.6, 0.0, 0.8, 0.0), vec4(0.0, 0.6, 0.8, 0.0),\n\
            vec4(0.5, 0.625, 0.5, 8.0), 0.75, 100.0, 15.0 / 65435.0, 15.0);\n\
        let pixel = vec2(i32(word & 63u), i32(word >> 6u));\n";

fn rendering_probes(probes: &mut Vec<Probe>) {
    let seen = "return bitcast<u32>(dot(seen_from(pixel), vec4(1.0, 3.0, 5.0, 7.0)));";
    let drawn = "let color = color(vec4(vec2<f32>(pixel) + 0.5, 0.0, 1.0));\n\
                 return color.r | color.g << 8u | color.b << 16u | color.a << 24u;";
    let carried = "let seen = carried(vec4(vec2<f32>(pixel) + 0.5, 0.0, 1.0));\n\
                   return bitcast<u32>(dot(bitcast<vec4<f32>>(seen), vec4(1.0, 3.0, 5.0, 7.0)));";
    let part = || vec![("is_part", 1.0)];
    let cut = vec![("planes_cut", 3.0), ("outlines_cut", 2.0)];
    let lacking = vec![("has_holes", 1.0), ("has_missing", 1.0)];
    // Of steep values and of such as hardly rise; rays across, along one axis, and along it from within.
    for (end, rise, way, more) in [
        (seen, 1.0, 0.0, vec![]),
        (seen, 1.0e-10, 0.0, vec![]),
        (seen, 1.0, 1.0, vec![]),
        (seen, 1.0, 2.0, vec![("planes_cut", 3.0)]),
        (seen, 1.0, 0.0, cut),
        (seen, 1.0, 0.0, lacking),
        (drawn, 1.0, 0.0, vec![]),
        (drawn, 1.0, 0.0, part()),
        (carried, 1.0, 0.0, part()),
        (carried, 1.0, 2.0, part()),
    ] {
        let constants = [vec![("sampling", 1.0)], more].concat();
        let body = format!("{RENDERING}{end}");
        let parameters = [0.0, rise, way, 0.0];
        probes.push(Probe { table: received_planes(), constants, ..probe("rendering", &body, parameters) });
    }
}

/// Colours of which every other one has a gap's last value.
fn with_gaps() -> Vec<u16> {
    let part = |(index, value): (usize, u16)| if index % 8 == 3 { 255 } else { value };
    lattice().into_iter().enumerate().map(part).collect()
}

/// All but two.
pub(crate) fn received_planes() -> Vec<u16> {
    (0..=u16::MAX).map(|plane| u16::from(![5, 11].contains(&plane))).collect()
}

/// Tokens and what is put in their place.
const SWAPS: [(&str, &str); 19] = [
    (" + ", " - "),
    (" - ", " + "),
    (" * ", " / "),
    (" / ", " * "),
    (" < ", " <= "),
    (" <= ", " < "),
    (" > ", " >= "),
    (" >= ", " > "),
    (" == ", " != "),
    (" != ", " == "),
    (" && ", " || "),
    (" || ", " && "),
    (" & ", " | "),
    (" << ", " >> "),
    (" >> ", " << "),
    ("min(", "max("),
    ("floor(", "ceil("),
    ("-t", "t"),
    ("!is_padding", "is_padding"),
];

/// Every line of code with one token changed: the place of the line in the text, the line, and what it becomes.
fn mutants(text: &str) -> Vec<(usize, String, String)> {
    let mut mutants = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // What is bound where is no code, and the bindings are made for the text as it is.
        let code = if line.starts_with("@group(") { "" } else { line.split("//").next().unwrap_or_default() };
        let mut put = |from: usize, length: usize, by: &str| {
            let changed = format!("{}{by}{}", &line[..from], &line[from + length..]);
            mutants.push((at, line.to_owned(), changed));
        };
        for (token, other) in SWAPS {
            code.match_indices(token).for_each(|(from, _)| put(from, token.len(), other));
        }
        for (from, length) in literals(code) {
            let literal = &code[from..from + length];
            let digits = literal.trim_end_matches('u');
            let other = match digits.strip_prefix("0x") {
                Some(hex) => format!("0x{:x}u", u32::from_str_radix(hex, 16).expect("hexadecimal") >> 1),
                None if digits.contains('.') => {
                    format!("{:?}", digits.parse::<f64>().expect("a number") + 1.0)
                }
                None => {
                    format!("{}{}", digits.parse::<u32>().expect("a number") + 1, &literal[digits.len()..])
                }
            };
            put(from, length, &other);
        }
        at += line.len();
    }
    mutants
}

/// Where numbers stand, and how long they are.
fn literals(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(from) = code[rest..].find(|c: char| c.is_ascii_digit()).map(|from| rest + from) {
        let length = code[from..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
            .unwrap_or(code.len() - from);
        let is_name = code[..from].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '<');
        let is_power = code[..from].ends_with("e-") || code[from..from + length].ends_with('e');
        if !is_name && !is_power {
            found.push((from, length));
        }
        rest = from + length;
    }
    found
}

fn is_valid(source: &str) -> bool {
    naga::front::wgsl::parse_str(source).is_ok_and(|module| {
        Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module).is_ok()
    })
}

#[test]
fn one_token_changed_in_a_shader_is_found_out() {
    let Some(gpu) = gpu("mutants") else { return };
    let probes = probes();
    let (mut made, mut survivors) = (0, Vec::new());
    for file in [
        "lib/voi",
        "lib/gray",
        "lib/modality",
        "lib/filter",
        "lib/sample",
        "lib/voxel",
        "lib/walk",
        "lib/cut",
        "lib/slab",
        "lib/display",
        "lib/dither",
        "lib/color",
        "lib/panel",
        "slice",
        "cover",
        "display",
        "rendering",
    ] {
        // A ray that never ends ends on a software rasteriser alone.
        if file == "rendering" && !gpu.adapter.is_software {
            continue;
        }
        let [imports, own] = parts(file);
        let probes: Vec<_> = probes.iter().filter(|probe| probe.file == file).collect();
        let expected: Vec<_> =
            probes.iter().map(|probe| probe.results(gpu, &probe.source([&imports, &own]))).collect();
        for (at, line, changed) in mutants(&own) {
            made += 1;
            let changed_own = format!("{}{changed}{}", &own[..at], &own[at + line.len()..]);
            let is_found_out = probes.iter().zip(&expected).any(|(probe, expected)| {
                let mutant = probe.source([&imports, &changed_own]);
                // What does not compile is found out.
                !is_valid(&mutant) || probe.results(gpu, &mutant) != *expected
            });
            let is_known = EQUIVALENT.contains(&changed.trim());
            if is_found_out == is_known {
                survivors.push(format!("{file}: {} -> {}", line.trim(), changed.trim()));
            }
        }
    }
    assert!(made > 100, "only {made} changes");
    assert!(survivors.is_empty(), "{} of {made} changes:\n{}", survivors.len(), survivors.join("\n"));
}
