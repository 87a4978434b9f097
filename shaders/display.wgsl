// P-values and colours to the panel: no filter, no blending. PS3.14 7.

#import lib/fullscreen
#import lib/display
#import lib/dither

// Declared once in Rust: `DisplayBlock` in `src/render/gpu/blocks.rs`.
struct DisplayBlock {
    left: i32,
    top: i32,
    highest: u32,
}

// Whether the picture is of colours. A constant of the pipeline: a branch costs a software rasteriser both its ways.
override is_color: bool = false;
// Whether gray stands between driving levels where it belongs there; then the table holds 256ths of them.
override is_dithered: bool = false;

@group(0) @binding(0) var<uniform> display: DisplayBlock;
@group(0) @binding(1) var picture: texture_2d<u32>;
@group(1) @binding(0) var display_table: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

@fragment
fn panel_level(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let pixel = vec2<i32>(at.xy) - vec2<i32>(display.left, display.top);
    let size = vec2<i32>(textureDimensions(picture));
    if any(pixel < vec2<i32>(0)) || any(pixel >= size) {
        return vec4<f32>(0.0, 0.0, 0.0, 1.0);
    }
    let texel = textureLoad(picture, pixel, 0);
    if is_color {
        // No grayscale function is meant for colours.
        return vec4<f32>(vec3<f32>(texel.rgb) / 255.0, 1.0);
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
