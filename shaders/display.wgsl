// P-values and colours to the panel: no filter, no blending. PS3.14 7.

#import lib/fullscreen
#import lib/display
#import lib/dither
#import lib/color

// Declared once in Rust: `DisplayBlock` in `src/render/gpu/blocks.rs`.
struct DisplayBlock {
    left: i32,
    top: i32,
    highest: u32,
}

// What the picture is of, and what it goes through. Constants of the pipeline: a branch costs a software rasteriser both
// its ways.
override is_color: bool = false;
// Whether gray stands between driving levels where it belongs there; then the table holds 256ths of them.
override is_dithered: bool = false;
override has_lattice: bool = false;
override has_palette: bool = false;
// Whether it lies over another, which is seen where its last value is not 255.
override has_gaps: bool = false;

@group(0) @binding(0) var<uniform> display: DisplayBlock;
@group(0) @binding(1) var picture: texture_2d<u32>;
// Of gray the monitor's table, or a palette; of colours the lattice.
@group(1) @binding(0) var display_table: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

// No grayscale function is meant for colours.
fn panel_color(levels: vec3<u32>) -> vec4<f32> {
    return vec4<f32>(vec3<f32>(levels) / 255.0, 1.0);
}

@fragment
fn panel_level(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let pixel = vec2<i32>(at.xy) - vec2<i32>(display.left, display.top);
    let size = vec2<i32>(textureDimensions(picture));
    if any(pixel < vec2<i32>(0)) || any(pixel >= size) {
        return vec4<f32>(0.0, 0.0, 0.0, 1.0);
    }
    let texel = textureLoad(picture, pixel, 0);
    if has_gaps && texel.a != 255u {
        discard;
    }
    if has_lattice {
        return panel_color(monitor_color(display_table, texel.rgb));
    }
    if is_color {
        return panel_color(texel.rgb);
    }
    if has_palette {
        return panel_color(palette_color(display_table, texel.r));
    }
    var level: u32;
    if is_dithered {
        level = dithered_level(display_table, texel.r, vec2<u32>(at.xy));
    } else {
        level = driving_level(display_table, texel.r);
    }
    let share = f32(level) / f32(display.highest);
    return vec4<f32>(share, share, share, 1.0);
}
