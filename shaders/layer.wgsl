// A picture and a second volume over it, to the panel. PS3.4 N.2.4.
//
// CPU twin: `src/render/fused.rs`, `LayerPass::over`.

#import lib/fullscreen
#import lib/panel

// Declared once in Rust: `LayerBlock` in `src/render/gpu/blocks.rs`.
struct LayerBlock {
    left: i32,
    top: i32,
    highest: u32,
    is_floor_clear: u32,
    opacity: f32,
}

@group(0) @binding(0) var<uniform> block: LayerBlock;
@group(0) @binding(1) var picture: texture_2d<u32>;
// P-values, and what of the volume there is: LAYER_….
@group(0) @binding(2) var layer: texture_2d<u32>;
// The monitor's colour of each of its P-values.
@group(0) @binding(3) var palette: texture_2d<u32>;
// What the picture goes through.
@group(1) @binding(0) var display_table: texture_2d<u32>;

// As in shaders/reformat.wgsl.
const LAYER_SEEN: u32 = 1u;
const LAYER_FLOOR: u32 = 2u;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

@fragment
fn layered_level(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let pixel = vec2<i32>(at.xy) - vec2<i32>(block.left, block.top);
    let size = vec2<i32>(textureDimensions(picture));
    if any(pixel < vec2<i32>(0)) || any(pixel >= size) {
        return vec4<f32>(0.0, 0.0, 0.0, 1.0);
    }
    let levels = panel_levels(display_table, textureLoad(picture, pixel, 0), vec2<u32>(at.xy));
    let below = vec3<f32>(levels);
    let white = panel_white(block.highest);
    let over = textureLoad(layer, pixel, 0);
    let above = vec3<f32>(palette_color(palette, over.r));
    let mixed = block.opacity * above + (1.0 - block.opacity) * (below * 255.0 / white);
    let is_seen = over.g == LAYER_SEEN || (over.g == LAYER_FLOOR && block.is_floor_clear == 0u);
    return vec4<f32>(select(below / white, floor(mixed + 0.5) / 255.0, is_seen), 1.0);
}
