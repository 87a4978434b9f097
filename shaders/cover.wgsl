// What lies over the pixels of an image, onto its picture: overlay planes and the display shutter, the cell under the
// device pixel's centre. PS3.4 N.2, PS3.3 C.7.6.11, C.9.2.
//
// CPU twin: `src/render/cpu/mod.rs`, `cover_at`. What a cell is drawn as is decided there, by `CoverPass::gray`.

#import lib/fullscreen

// Declared once in Rust: `CoverBlock` in `src/render/gpu/blocks.rs`.
struct CoverBlock {
    x_axis: vec2<f32>,
    y_axis: vec2<f32>,
    origin: vec2<f32>,
    size: vec2<f32>,
    values: array<vec4<u32>, 4>,
}

@group(0) @binding(0) var<uniform> block: CoverBlock;
@group(0) @binding(1) var cells: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

@fragment
fn laid_over(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let position = at.x * block.x_axis + at.y * block.y_axis + block.origin;
    if !(all(position >= vec2<f32>(0.0)) && all(position < block.size)) {
        discard;
    }
    let value = block.values[textureLoad(cells, vec2<i32>(position), 0).r & 3u];
    if value.a == 0u {
        discard;
    }
    return value;
}
