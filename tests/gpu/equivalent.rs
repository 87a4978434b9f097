//! Lines of shaders that a changed token leaves as good as they were: what `mutants` must not find out.

/// What a line may become without altering a result.
pub(super) const EQUIVALENT: [&str; 52] = [
    // At its ends a window's formula is exact: 0 and 1.
    "if x >= center - 0.5 + half {",
    "if x < center - half {",
    "if x >= center + half {",
    // 1 + e⁻⁸⁰ is 1 already.
    "return 1.0 / (1.0 + exp(clamp(-4.0 * (x - center) / width, -81.0, 80.0)));",
    // Codes that are the default.
    "const VOI_SIGMOID: u32 = 3u;",
    "const FILTER_SMOOTH: u32 = 2u;",
    "const SAMPLING_CUBIC: u32 = 3u;",
    // The zero counts for real numbers alone, and these are taken whole.
    "var stored = vec2<f32>(stored_value(texel, vec2<f32>(1.0)), 0.0);",
    // Further neighbours have no weight, and those on both sides the same.
    "for (var dy = -2; dy <= 1; dy++) {",
    "for (var dy = -1; dy <= 2; dy++) {",
    "for (var dx = -2; dx <= 1; dx++) {",
    "for (var dx = -1; dx <= 2; dx++) {",
    "let neighbour = clamp(pixel - vec2<i32>(dx, dy), vec2<i32>(0), last);",
    "let reach = select(vec2<i32>(-1, 2), vec2<i32>(0, 2), sampling == SAMPLING_LINEAR);",
    // The reach ends before these.
    "return vec4<f32>(1.0, 1.0 - t, t, 0.0);",
    "return vec4<f32>(0.0, 1.0 - t, t, 1.0);",
    // Without holes nothing is continued.
    "var own = Sample(vec3<f32>(1.0), true);",
    // Pipelines that need these give them.
    "override tile_columns: i32 = 2;",
    "override tile_rows: i32 = 2;",
    "override layers: i32 = 2;",
    "override tiles_beside: i32 = 2;",
    // What is too much is taken away with the rest.
    "let whole = ceil(coarse);",
    // Words and single numbers have no second part, and no zero.
    "return is_number(vec2<u32>(texel, 1u)) && !is_padding;",
    "return stored_value(vec2<u32>(texel, 1u), vec2<f32>(0.0));",
    "return stored_value(vec2<u32>(texel, 0u), vec2<f32>(1.0));",
    // Of what is not crossed nothing is asked.
    "let divisor = select(vec3<f32>(2.0), advance, is_crossed);",
    "let way = (select(low, high, advance >= vec3<f32>(0.0)) - position) / divisor;",
    // The first brick has more voxels than one.
    "return clamp(voxel, vec3<i32>(1), size - 1) / BRICK_SIDE;",
    // Masks end before it.
    "const CELL_LAST: i32 = 1024;",
    // Blocks are held to their declaration elsewhere.
    "values: array<vec4<u32>, 65>,",
    "masks: array<vec4<i32>, 9>,",
    // Codes that the passes ask for.
    "const PROJECTION_PLANE: u32 = 1u;",
    "const PROJECTION_MINIMUM: u32 = 3u;",
    // Nothing is lost that could be given back the wrong way.
    "let value = select(0.0, found.value, is_value) + shown.lost;",
    // Without gaps nothing is lent.
    "var own = Pair(vec2<f32>(1.0), vec2<bool>(true));",
    // The ways of a ray that is longer than any, of a value at which nothing is seen, of one that is met exactly, and of what is set
    // before it is read.
    "const RAY_STEPS: i32 = 65537;",
    "return select(0.0, opacity, opacity_per_mm >= 0.0);",
    "let is_surface = steepness > GRADIENT_LEAST;",
    "let normal = gradient / select(2.0, steepness, is_surface);",
    "var place = Place(vec3<i32>(1), vec3<f32>(0.0));",
    "var place = Place(vec3<i32>(0), vec3<f32>(1.0));",
    "var look = vec4<f32>(1.0);",
    "var value = 1.0;",
    "if step >= inside.y || 1.0 - seen.a <= CLEARNESS_LEAST {",
    "if is_part && 1.0 - seen.a <= CLEARNESS_LEAST {",
    // Once more round where nothing is met changes nothing.
    "if skipped == 0 || step > inside.y {",
    "if look.a >= 0.0 || step >= inside.y {",
    "if look.a > 0.0 || step > inside.y {",
    "if step > inside.y || 1.0 - seen.a < CLEARNESS_LEAST {",
    // No light is more than white.
    "return vec4<u32>(vec3<u32>(clamp(seen.rgb, vec3<f32>(0.0), vec3<f32>(2.0)) * 255.0 + 0.5), 255u);",
    // A bit that is shifted out.
    "let rank = ((z & 1u) << 5u) | ((y & 1u) << 4u) | ((z & 2u) << 2u) | ((y & 2u) << 1u) | ((z & 5u) >> 1u) | ((y & 4u) >> 2u);",
    "let rank = ((z & 1u) << 5u) | ((y & 1u) << 4u) | ((z & 2u) << 2u) | ((y & 2u) << 1u) | ((z & 4u) >> 1u) | ((y & 5u) >> 2u);",
];
