// What lies over the pixels of an image, onto its picture, by the pixel under the device pixel's centre. PS3.4 N.2,
// PS3.3 C.7.6.11, C.7.6.19, C.9.2.
//
// CPU twins: `src/render/cpu/mod.rs`, `cover_at` and `tints`. What a cell is drawn as is decided there, by `CoverPass::over`.

#import lib/fullscreen

// Declared once in Rust: `CoverBlock` in `src/render/gpu/blocks.rs`.
struct CoverBlock {
    x_axis: vec2<f32>,
    y_axis: vec2<f32>,
    origin: vec2<f32>,
    size: vec2<f32>,
    values: array<vec4<u32>, 64>,
}

@group(0) @binding(0) var<uniform> block: CoverBlock;
@group(0) @binding(1) var cells: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

// The texel of the pixel under a device pixel; nothing outside the image.
fn texel_under(device_pixel: vec2<f32>) -> vec4<u32> {
    let position = device_pixel.x * block.x_axis + device_pixel.y * block.y_axis + block.origin;
    if !(all(position >= vec2<f32>(0.0)) && all(position < block.size)) {
        return vec4<u32>(0u);
    }
    return textureLoad(cells, vec2<i32>(position), 0);
}

// Overlay planes and the display shutter: onto P-values, or onto the colours that lie over a picture.
@fragment
fn laid_over(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let value = block.values[texel_under(at.xy).r & 63u];
    if value.a == 0u {
        discard;
    }
    return value;
}

// The colours of a supplemental palette, for a picture of their own over the gray one. PS3.3 C.7.6.19.
@fragment
fn tinted(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let tint = texel_under(at.xy);
    if tint.a == 0u {
        discard;
    }
    return tint;
}
