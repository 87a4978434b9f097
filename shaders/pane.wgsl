// A picture that is seen through, over what lies below: graphics that were drawn once. The interface's own shader takes every
// detour that a texture may need for each pixel, which costs a software rasteriser ten times as much.

#import lib/fullscreen
#import lib/panel

// Declared once in Rust: `PaneBlock` in `src/render/gpu/pane.rs`.
struct PaneBlock {
    left: i32,
    top: i32,
}

// As in shaders/display.wgsl, with what it reads.
struct DisplayBlock {
    left: i32,
    top: i32,
    highest: u32,
}

@group(0) @binding(0) var<uniform> block: PaneBlock;
@group(0) @binding(1) var pane: texture_2d<f32>;
@group(1) @binding(0) var<uniform> display: DisplayBlock;
@group(1) @binding(1) var picture: texture_2d<u32>;
@group(2) @binding(0) var display_table: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

fn pane_color(at: vec4<f32>) -> vec4<f32> {
    return textureLoad(pane, vec2<i32>(at.xy) - vec2<i32>(block.left, block.top), 0);
}

// Blended with whatever is there.
@fragment
fn seen_through(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    return pane_color(at);
}

// The picture of shaders/display.wgsl and the pane in one, each pixel written once: to blend, a software rasteriser reads and converts
// what it has just written. Drawn only where both lie.
@fragment
fn picture_below(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let texel = textureLoad(picture, vec2<i32>(at.xy) - vec2<i32>(display.left, display.top), 0);
    let levels = panel_levels(display_table, texel, vec2<u32>(at.xy));
    let below = vec3<f32>(levels) / panel_white(display.highest);
    let over = pane_color(at);
    return vec4<f32>(over.rgb + (1.0 - over.a) * below, 1.0);
}
