// One image into a viewport: stored values to P-values, colours to colours. PS3.4 N.2.

#import lib/fullscreen
#import lib/sample
#import lib/voi
#import lib/gray

// Declared once in Rust: `SliceBlock` in `src/render/gpu/blocks.rs`.
struct SliceBlock {
    x_axis: vec2<f32>,
    y_axis: vec2<f32>,
    origin: vec2<f32>,
    zero: vec2<f32>,
    padding: vec4<f32>,
    slope: f32,
    intercept: f32,
    center: f32,
    width: f32,
    is_inverse: u32,
    curve_last: f32,
    unused: vec2<u32>,
}

@group(0) @binding(0) var<uniform> slice: SliceBlock;
@group(0) @binding(1) var frame: texture_2d<u32>;
// The whole chain for each word, or the curve behind the window.
@group(1) @binding(0) var gray_table: texture_2d<u32>;

// Quiet not-a-number, as bits: no card need keep one in its float arithmetic.
const NOT_A_NUMBER: u32 = 0x7fc00000u;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

// Where in the image the centre of a device pixel looks. At 1:1 with a whole origin this is exact.
fn image_from_view(device_pixel: vec2<f32>) -> vec2<f32> {
    return device_pixel.x * slice.x_axis + device_pixel.y * slice.y_axis + slice.origin;
}

fn sample_under(position: vec2<f32>) -> Sample {
    let encoding = Encoding(slice.zero, slice.slope, slice.intercept, slice.padding);
    return sample_at(frame, position, encoding);
}

// Nearest of words: integers only, from word to P-value through the one table.
@fragment
fn p_value_by_table(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let position = image_from_view(at.xy);
    if !is_inside(frame, position) {
        return 0u;
    }
    return table_entry(gray_table, texel_at(frame, position).r);
}

// Between pixels, of real values and where a filter is on: modality values first, then the window. Where there is no value
// it is black.
@fragment
fn p_value_by_formula(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let position = image_from_view(at.xy);
    if !is_inside(frame, position) {
        return 0u;
    }
    let sample = sample_under(position);
    let share = voi_share(sample.values.x, slice.center, slice.width);
    return select(0u, present(share, slice.is_inverse), sample.is_number);
}

// The same, and what tables make of the window's share.
@fragment
fn p_value_by_curve(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let position = image_from_view(at.xy);
    if !is_inside(frame, position) {
        return 0u;
    }
    let sample = sample_under(position);
    let share = voi_share(sample.values.x, slice.center, slice.width);
    let p_value = present_curve(gray_table, slice.curve_last, share, slice.is_inverse);
    return select(0u, p_value, sample.is_number);
}

// Red, green and blue; rounded where they lie between pixels.
@fragment
fn color(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let position = image_from_view(at.xy);
    if !is_inside(frame, position) {
        return vec4<u32>(0u);
    }
    let levels = vec3<u32>(clamp(sample_under(position).values, vec3<f32>(0.0), vec3<f32>(255.0)) + 0.5);
    return vec4<u32>(select(levels, 255u - levels, slice.is_inverse != 0u), 255u);
}

// Modality values, as the bits of the float.
@fragment
fn modality_bits(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let position = image_from_view(at.xy);
    if !is_inside(frame, position) {
        return NOT_A_NUMBER;
    }
    let sample = sample_under(position);
    return select(NOT_A_NUMBER, bitcast<u32>(sample.values.x), sample.is_number);
}
