// A picture that is seen through, over what lies below: graphics that were drawn once. The interface's own shader takes every
// detour that a texture may need for each pixel, which costs a software rasteriser ten times as much.

#import lib/fullscreen

// Declared once in Rust: `PaneBlock` in `src/render/gpu/pane.rs`.
struct PaneBlock {
    middle: vec2<f32>,
    reach: vec2<f32>,
}

@group(0) @binding(0) var<uniform> block: PaneBlock;
@group(0) @binding(1) var pane: texture_2d<f32>;
@group(0) @binding(2) var nearest: sampler;

struct Corner {
    @builtin(position) at: vec4<f32>,
    // Among the texels, 0 to 1: from a pixel's middle to a texel's.
    @location(0) texel: vec2<f32>,
}

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> Corner {
    let at = fullscreen_corner(vertex);
    return Corner(at, block.middle + at.xy * block.reach);
}

@fragment
fn seen_through(corner: Corner) -> @location(0) vec4<f32> {
    return textureSample(pane, nearest, corner.texel);
}
