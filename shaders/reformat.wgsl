// A plane or a slab through a volume: voxels to P-values. PS3.4 N.2, PS3.3 C.7.6.2.
//
// CPU twins: `src/render/cpu/reformat.rs`, `src/volume/project.rs`; `src/render/reformat.rs`, `hatching`.

#import lib/fullscreen
#import lib/cut
#import lib/slab
#import lib/walk

// Declared once in Rust: `ReformatBlock` in `src/render/gpu/blocks.rs`.
struct ReformatBlock {
    walk: WalkBlock,
    slab: SlabBlock,
}

@group(0) @binding(0) var<uniform> block: ReformatBlock;
@group(0) @binding(1) var voxels: texture_2d_array<u32>;
// The smallest and the largest value of 8 × 8 × 8 voxels and of those after them.
@group(0) @binding(2) var bricks: texture_3d<f32>;
@group(0) @binding(3) var received: texture_2d<u32>;
// In parts before.
@group(0) @binding(6) var before: texture_2d<u32>;
// The curve behind the window.
@group(1) @binding(0) var curve: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

// How many planes from this one on cannot change what was found so far: none where its brick could. What is cut away of a brick
// makes it no more than it is.
fn planes_to_skip(place: Place, position: vec3<f32>, advance: vec3<f32>, shown: f32) -> i32 {
    let brick = brick_of(place.voxel, block.walk.size.xyz);
    let range = textureLoad(bricks, brick_there(brick, grid_of(block.walk)), 0).rg;
    let can_change = select(shown > range.r, shown < range.g, projection == PROJECTION_MAXIMUM);
    return select(1 + steps_in_brick(brick, position, advance), 0, can_change);
}

// What the slab shows under a device pixel. Holes, planes that were not received and what is cut away are left out. A single plane
// is never cut: what is, is a projection of however few.
fn shown_at(pixel: vec2<i32>) -> Found {
    if is_part {
        return found_of(shown_from(textureLoad(before, pixel, 0)));
    }
    return found_of(shown_after(NOTHING_SHOWN, pixel));
}

// What it shows with what lies in the volume, or in the part of it that is there.
fn shown_after(already: Shown, pixel: vec2<i32>) -> Shown {
    let grid = grid_of(block.walk);
    let pixels = vec2<f32>(pixel - block.walk.anchor);
    let line = line_of(block.walk, pixels);
    var shown = already;
    if projection == PROJECTION_PLANE {
        let place = place_at(line.base, line.coarse, line.fine);
        if is_of_part(place.voxel.z, grid) {
            shown.found = found_at(voxels, received, place, grid);
        }
        return shown;
    }
    let start = start_of(line);
    let advance = advance_of(line);
    let inside = steps_kept(pixels, steps_inside(start, advance, grid, block.slab.planes));
    var plane = inside.x;
    var end = inside.y;
    loop {
        if can_skip() {
            loop {
                if plane >= inside.y {
                    break;
                }
                let skipped = planes_to_skip(place_on(line, plane), start + f32(plane) * advance, advance, shown.found.value);
                if skipped == 0 || shown.found.what != FOUND_VALUE {
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
            let place = place_on(line, plane);
            var found = found_at(voxels, received, place, grid);
            found.what = select(FOUND_OUTSIDE, found.what, is_kept(pixels, f32(plane)));
            if is_of_part(place.voxel.z, grid) {
                shown = shown_with(shown, found);
            }
            plane += 1;
            if plane >= end {
                break;
            }
        }
    }
    return shown;
}

// Whether bricks say what cannot be larger or smaller: between the voxels a cubic goes beyond them.
fn can_skip() -> bool {
    return (projection == PROJECTION_MAXIMUM || projection == PROJECTION_MINIMUM) && sampling != SAMPLING_CUBIC;
}

@fragment
fn p_value_by_formula(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let pixel = vec2<i32>(at.xy);
    return p_value_of(shown_at(pixel), pixel, block.slab);
}

@fragment
fn p_value_by_curve(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    let pixel = vec2<i32>(at.xy);
    return p_value_on(curve, shown_at(pixel), pixel, block.slab);
}

@fragment
fn carried(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let pixel = vec2<i32>(at.xy);
    return bits_of_shown(shown_after(shown_from(textureLoad(before, pixel, 0)), pixel));
}

@fragment
fn modality_bits(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    return bits_of(shown_at(vec2<i32>(at.xy)), block.slab);
}

// Of a volume over another picture, read in shaders/layer.wgsl: whether it is seen, or lies at the window's lower end or beneath.
const LAYER_SEEN: u32 = 1u;
const LAYER_FLOOR: u32 = 2u;

fn layer_of(found: Found, p_value: u32) -> vec2<u32> {
    let of_value = select(LAYER_SEEN, LAYER_FLOOR, share_of(found, block.slab) <= 0.0);
    let of_nothing = select(0u, LAYER_SEEN, found.what == FOUND_MISSING);
    return vec2<u32>(p_value, select(of_nothing, of_value, found.what == FOUND_VALUE));
}

@fragment
fn layer_by_formula(@builtin(position) at: vec4<f32>) -> @location(0) vec2<u32> {
    let pixel = vec2<i32>(at.xy);
    let found = shown_at(pixel);
    return layer_of(found, p_value_of(found, pixel, block.slab));
}

@fragment
fn layer_by_curve(@builtin(position) at: vec4<f32>) -> @location(0) vec2<u32> {
    let pixel = vec2<i32>(at.xy);
    let found = shown_at(pixel);
    return layer_of(found, p_value_on(curve, found, pixel, block.slab));
}
