// A plane or a slab through a volume: voxels to P-values. PS3.4 N.2, PS3.3 C.7.6.2.
//
// CPU twins: `src/render/cpu/reformat.rs`, `src/volume/project.rs`; `src/render/reformat.rs`, `hatching`.

#import lib/fullscreen
#import lib/cut
#import lib/slab
#import lib/walk
#import lib/voi
#import lib/gray

// Declared once in Rust: `ReformatBlock` in `src/render/gpu/blocks.rs`.
struct ReformatBlock {
    // Steps between voxels: one device pixel to the right, one below, one plane of the slab. Each is the sum of two.
    right_coarse: vec4<f32>,
    right_fine: vec4<f32>,
    down_coarse: vec4<f32>,
    down_fine: vec4<f32>,
    deep_coarse: vec4<f32>,
    deep_fine: vec4<f32>,
    // Where the device pixel `anchor` meets the first plane: a voxel, and the rest.
    base: vec4<i32>,
    rest: vec4<f32>,
    size: vec4<i32>,
    anchor: vec2<i32>,
    padding: vec2<f32>,
    slope: f32,
    intercept: f32,
    center: f32,
    width: f32,
    voi_function: u32,
    is_inverse: u32,
    planes: i32,
    curve_last: f32,
}

@group(0) @binding(0) var<uniform> block: ReformatBlock;
@group(0) @binding(1) var voxels: texture_2d_array<u32>;
// The smallest and the largest value of 8 × 8 × 8 voxels and of those after them.
@group(0) @binding(2) var bricks: texture_3d<f32>;
@group(0) @binding(3) var received: texture_2d<u32>;
// The curve behind the window.
@group(1) @binding(0) var curve: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

// How many planes from this one on cannot change what was found so far: none where its brick could. What is cut away of a brick
// makes it no more than it is.
fn planes_to_skip(place: Place, position: vec3<f32>, advance: vec3<f32>, shown: f32) -> i32 {
    let brick = brick_of(place.voxel, block.size.xyz);
    let range = textureLoad(bricks, brick, 0).rg;
    let can_change = select(shown > range.r, shown < range.g, projection == PROJECTION_MAXIMUM);
    return select(1 + steps_in_brick(brick, position, advance), 0, can_change);
}

// What the slab shows under a device pixel. Holes, planes that were not received and what is cut away are left out; where nothing
// else is, the first thing met says why. A single plane is never cut: what is, is a projection of however few.
fn shown_at(pixel: vec2<i32>) -> Found {
    let grid = Grid(block.size.xyz, block.padding);
    let steps = vec2<f32>(pixel - block.anchor);
    let coarse = steps.x * block.right_coarse.xyz + steps.y * block.down_coarse.xyz;
    let fine = block.rest.xyz + steps.x * block.right_fine.xyz + steps.y * block.down_fine.xyz;
    if projection == PROJECTION_PLANE {
        return found_at(voxels, received, place_at(block.base.xyz, coarse, fine), grid);
    }
    let start = vec3<f32>(block.base.xyz) + coarse + fine;
    let advance = block.deep_coarse.xyz + block.deep_fine.xyz;
    let inside = steps_kept(steps, steps_inside(start, advance, block.size.xyz, block.planes));
    var shown = Found(FOUND_OUTSIDE, 0.0);
    var count = 0.0;
    // What the sum has lost to rounding.
    var lost = 0.0;
    var plane = inside.x;
    var end = inside.y;
    loop {
        if can_skip() {
            loop {
                if plane >= inside.y {
                    break;
                }
                let deep = f32(plane);
                let place = place_at(block.base.xyz, coarse + deep * block.deep_coarse.xyz, fine + deep * block.deep_fine.xyz);
                let skipped = planes_to_skip(place, start + deep * advance, advance, shown.value);
                if skipped == 0 || shown.what != FOUND_VALUE {
                    break;
                }
                plane += skipped;
            }
            // More than may be needed, never fewer: all lanes do the same.
            end = min(plane + BRICK_SIDE, inside.y);
        }
        if plane >= inside.y {
            break;
        }
        // Left at its end: a software rasteriser would go through it once more to leave it at its start.
        loop {
            let deep = f32(plane);
            let place = place_at(block.base.xyz, coarse + deep * block.deep_coarse.xyz, fine + deep * block.deep_fine.xyz);
            var found = found_at(voxels, received, place, grid);
            found.what = select(FOUND_OUTSIDE, found.what, is_kept(steps, deep));
            let is_value = found.what == FOUND_VALUE;
            let is_first = is_value && shown.what != FOUND_VALUE;
            if projection == PROJECTION_MEAN {
                let next = select(0.0, found.value, is_value) - lost;
                let sum = shown.value + next;
                lost = sum - shown.value - next;
                shown.value = sum;
                count += select(0.0, 1.0, is_value);
            } else {
                let kept = select(min(shown.value, found.value), max(shown.value, found.value), projection == PROJECTION_MAXIMUM);
                shown.value = select(shown.value, select(kept, found.value, is_first), is_value);
            }
            shown.what = select(shown.what, found.what, is_value || shown.what == FOUND_OUTSIDE);
            plane += 1;
            if plane >= end {
                break;
            }
        }
    }
    if projection == PROJECTION_MEAN {
        shown.value /= max(count, 1.0);
    }
    return shown;
}

// Whether bricks say what cannot be larger or smaller: between the voxels a cubic goes beyond them.
fn can_skip() -> bool {
    return (projection == PROJECTION_MAXIMUM || projection == PROJECTION_MINIMUM) && sampling != SAMPLING_CUBIC;
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

// Of a volume over another picture, read in shaders/layer.wgsl: whether it is seen, or lies at the window's lower end or beneath.
const LAYER_SEEN: u32 = 1u;
const LAYER_FLOOR: u32 = 2u;

fn layer_of(found: Found, p_value: u32, pixel: vec2<i32>, share: f32) -> vec2<u32> {
    let of_value = select(LAYER_SEEN, LAYER_FLOOR, share <= 0.0);
    let of_nothing = select(0u, LAYER_SEEN, found.what == FOUND_MISSING);
    return vec2<u32>(p_value_of(found, p_value, pixel), select(of_nothing, of_value, found.what == FOUND_VALUE));
}

@fragment
fn layer_by_formula(@builtin(position) at: vec4<f32>) -> @location(0) vec2<u32> {
    let pixel = vec2<i32>(at.xy);
    let found = shown_at(pixel);
    let share = share_of(found);
    return layer_of(found, present(share, block.is_inverse), pixel, share);
}

@fragment
fn layer_by_curve(@builtin(position) at: vec4<f32>) -> @location(0) vec2<u32> {
    let pixel = vec2<i32>(at.xy);
    let found = shown_at(pixel);
    let share = share_of(found);
    return layer_of(found, present_curve(curve, block.curve_last, share, block.is_inverse), pixel, share);
}
