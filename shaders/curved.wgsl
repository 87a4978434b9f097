// A curve through a volume made straight: voxels to P-values.
//
// CPU twins: `src/render/cpu/curved.rs`, `src/volume/project.rs`; `src/render/curved.rs`, `CurvedPass::line`.

#import lib/fullscreen
#import lib/slab
#import lib/walk
#import lib/voi
#import lib/gray

// Declared once in Rust: `CurvedBlock` in `src/render/gpu/blocks.rs`.
struct CurvedBlock {
    size: vec4<i32>,
    padding: vec2<f32>,
    slope: f32,
    intercept: f32,
    center: f32,
    width: f32,
    voi_function: u32,
    is_inverse: u32,
    planes: i32,
    curve_last: f32,
    anchor: i32,
    is_upright: u32,
}

@group(0) @binding(0) var<uniform> block: CurvedBlock;
@group(0) @binding(1) var voxels: texture_2d_array<u32>;
@group(0) @binding(2) var received: texture_2d<u32>;
// A row for each row of the picture, or column: where its device pixel `anchor` meets the first plane as a voxel, and whether the
// curve is there; the rest; a step to the next device pixel, and one to the next plane, each as the sum of two.
@group(0) @binding(3) var lines: texture_2d<f32>;
// The curve behind the window.
@group(1) @binding(0) var curve: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

fn of_line(line: i32, part: i32) -> vec4<f32> {
    return textureLoad(lines, vec2<i32>(part, line), 0);
}

// What is shown under a device pixel, by the rules of `shaders/reformat.wgsl`.
fn shown_at(pixel: vec2<i32>) -> Found {
    let grid = Grid(block.size.xyz, block.padding);
    let is_upright = block.is_upright != 0u;
    let line = select(pixel.x, pixel.y, is_upright);
    let steps = f32(select(pixel.y, pixel.x, is_upright) - block.anchor);
    let start = of_line(line, 0);
    let base = vec3<i32>(start.xyz);
    let coarse = steps * of_line(line, 2).xyz;
    let fine = of_line(line, 1).xyz + steps * of_line(line, 3).xyz;
    var shown = Found(FOUND_OUTSIDE, 0.0);
    if projection == PROJECTION_PLANE {
        shown = found_at(voxels, received, place_at(base, coarse, fine), grid);
        shown.what = select(FOUND_OUTSIDE, shown.what, start.w > 0.0);
        return shown;
    }
    let deep_coarse = of_line(line, 4).xyz;
    let deep_fine = of_line(line, 5).xyz;
    let inside = steps_inside(start.xyz + coarse + fine, deep_coarse + deep_fine, block.size.xyz, block.planes);
    let end = select(0, inside.y, start.w > 0.0);
    var count = 0.0;
    // What the sum has lost to rounding.
    var lost = 0.0;
    for (var plane = inside.x; plane < end; plane++) {
        let deep = f32(plane);
        let found = found_at(voxels, received, place_at(base, coarse + deep * deep_coarse, fine + deep * deep_fine), grid);
        let is_value = found.what == FOUND_VALUE;
        if projection == PROJECTION_MEAN {
            let next = select(0.0, found.value, is_value) - lost;
            let sum = shown.value + next;
            lost = sum - shown.value - next;
            shown.value = sum;
            count += select(0.0, 1.0, is_value);
        } else {
            let kept = select(min(shown.value, found.value), max(shown.value, found.value), projection == PROJECTION_MAXIMUM);
            shown.value = select(shown.value, select(found.value, kept, shown.what == FOUND_VALUE), is_value);
        }
        shown.what = select(shown.what, found.what, is_value || shown.what == FOUND_OUTSIDE);
    }
    if projection == PROJECTION_MEAN {
        shown.value /= max(count, 1.0);
    }
    return shown;
}

fn share_of(found: Found) -> f32 {
    let value = modality_value(found.value, block.slope, block.intercept);
    return voi_share(value, block.center, block.width, block.voi_function);
}

@fragment
fn p_value_by_formula(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let pixel = vec2<i32>(at.xy);
    let found = shown_at(pixel);
    return p_value_of(found, present(share_of(found), block.is_inverse), pixel);
}

// The same, and what tables make of the window's share.
@fragment
fn p_value_by_curve(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let pixel = vec2<i32>(at.xy);
    let found = shown_at(pixel);
    return p_value_of(found, present_curve(curve, block.curve_last, share_of(found), block.is_inverse), pixel);
}

// Modality values, as the bits of the float.
@fragment
fn modality_bits(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let found = shown_at(vec2<i32>(at.xy));
    let value = modality_value(found.value, block.slope, block.intercept);
    return select(NOT_A_NUMBER, bitcast<u32>(value), found.what == FOUND_VALUE);
}
