// P-values and colours to the panel: no filter, no blending. PS3.14 7.

#import lib/fullscreen
#import lib/panel

// Declared once in Rust: `DisplayBlock` in `src/render/gpu/blocks.rs`.
struct DisplayBlock {
    left: i32,
    top: i32,
    highest: u32,
}

// Whether it lies over another, which is seen where its last value is not 255. A constant of the pipeline.
override has_gaps: bool = false;

@group(0) @binding(0) var<uniform> display: DisplayBlock;
@group(0) @binding(1) var picture: texture_2d<u32>;
// Of gray the monitor's table, or a palette; of colours the lattice.
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
    if has_gaps && texel.a != 255u {
        discard;
    }
    let levels = panel_levels(display_table, texel, vec2<u32>(at.xy));
    return vec4<f32>(vec3<f32>(levels) / panel_white(display.highest), 1.0);
}
