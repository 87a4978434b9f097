// P-values to the panel: no filter, no blending, no dither. PS3.14 7.

#import lib/fullscreen
#import lib/display

// Declared once in Rust: `DisplayBlock` in `src/render/gpu/blocks.rs`.
struct DisplayBlock {
    left: u32,
    top: u32,
    highest: u32,
}

@group(0) @binding(0) var<uniform> display: DisplayBlock;
@group(0) @binding(1) var p_values: texture_2d<u32>;
@group(1) @binding(0) var display_table: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

@fragment
fn panel_level(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let pixel = vec2<i32>(at.xy) - vec2<i32>(i32(display.left), i32(display.top));
    let size = vec2<i32>(textureDimensions(p_values));
    if any(pixel < vec2<i32>(0)) || any(pixel >= size) {
        return vec4<f32>(0.0, 0.0, 0.0, 1.0);
    }
    let level = driving_level(display_table, textureLoad(p_values, pixel, 0).r);
    let share = f32(level) / f32(display.highest);
    return vec4<f32>(share, share, share, 1.0);
}
