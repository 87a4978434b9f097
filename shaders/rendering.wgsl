// A volume under light: voxels to colours of sRGB, front to back, before black.
//
// CPU twins: `src/volume/composite.rs`, `src/volume/transfer.rs`; `src/render/rendering.rs`.

#import lib/fullscreen
#import lib/cut
#import lib/walk

// Declared once in Rust: `RenderingBlock` in `src/render/gpu/blocks.rs`.
struct RenderingBlock {
    walk: WalkBlock,
    // How modality values rise along x, y and z of the patient, by how stored values rise from voxel to voxel.
    rise_x: vec4<f32>,
    rise_y: vec4<f32>,
    rise_z: vec4<f32>,
    // Towards the light, and half the way from there to the viewer.
    light: vec4<f32>,
    half_way: vec4<f32>,
    // Ambient, diffuse, specular, shininess.
    shading: vec4<f32>,
    step_mm: f32,
    // The stored value of the first entry of the transfer function, entries a stored value, and the place of the last.
    first: f32,
    entries: f32,
    entry_last: f32,
}

@group(0) @binding(0) var<uniform> block: RenderingBlock;
@group(0) @binding(1) var voxels: texture_2d_array<u32>;
// The smallest and the largest value of 8 × 8 × 8 voxels and of those after them.
@group(0) @binding(2) var bricks: texture_3d<f32>;
@group(0) @binding(3) var received: texture_2d<u32>;
// Red, green, blue and opacity of a millimetre by entry; below them how many entries before it are not clear, and how many up
// to it.
@group(0) @binding(6) var transfer: texture_2d<f32>;
// In parts before, as bits.
@group(0) @binding(7) var before: texture_2d<u32>;

// As in the twin.
const CLEARNESS_LEAST: f32 = 0.0009765625;
const GRADIENT_LEAST: f32 = 0.000001;
// Samples of a ray, at most.
const RAY_STEPS: i32 = 65536;
// No logarithm is taken of less.
const SHARE_LEAST: f32 = 1.0e-30;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

// Where among the entries a stored value lies.
fn entry_at(value: f32) -> f32 {
    return clamp((value - block.first) * block.entries, 0.0, block.entry_last);
}

fn look_of(value: f32) -> vec4<f32> {
    let at = entry_at(value);
    let below = floor(at);
    let a = textureLoad(transfer, vec2<i32>(i32(below), 0), 0);
    let b = textureLoad(transfer, vec2<i32>(i32(min(below + 1.0, block.entry_last)), 0), 0);
    return a + (at - below) * (b - a);
}

// The share of light that a step takes away.
fn opacity_of(opacity_per_mm: f32) -> f32 {
    let opacity = 1.0 - pow(max(1.0 - opacity_per_mm, SHARE_LEAST), block.step_mm);
    return select(0.0, opacity, opacity_per_mm > 0.0);
}

// How many steps from this one on meet nothing that can be seen: none where something in their brick can.
fn steps_to_skip(voxel: vec3<i32>, position: vec3<f32>, advance: vec3<f32>) -> i32 {
    let brick = brick_of(voxel, block.walk.size.xyz);
    let range = textureLoad(bricks, brick_there(brick, grid_of(block.walk)), 0).rg;
    let low = i32(floor(entry_at(range.r)));
    let high = i32(ceil(entry_at(range.g)));
    let before = textureLoad(transfer, vec2<i32>(low, 1), 0).r;
    let up_to = textureLoad(transfer, vec2<i32>(high, 1), 0).g;
    return select(1 + steps_in_brick(brick, position, advance), 0, range.r <= range.g && before < up_to);
}

// How stored values rise along an axis of the voxels: by half of what lies between the places before and after.
fn rise_along(axis: vec3<i32>, place: Place, own: f32, grid: Grid) -> f32 {
    let after = found_at(voxels, received, Place(place.voxel + axis, place.t), grid);
    let before = found_at(voxels, received, Place(place.voxel - axis, place.t), grid);
    let far = select(own, after.value, after.what == FOUND_VALUE);
    return 0.5 * (far - select(own, before.value, before.what == FOUND_VALUE));
}

// A colour under light, which falls on the surface that values make where they rise, from both sides alike.
fn lit(color: vec3<f32>, place: Place, own: f32, grid: Grid) -> vec3<f32> {
    let rise = vec3<f32>(
        rise_along(vec3<i32>(1, 0, 0), place, own, grid),
        rise_along(vec3<i32>(0, 1, 0), place, own, grid),
        rise_along(vec3<i32>(0, 0, 1), place, own, grid),
    );
    let gradient = vec3<f32>(dot(rise, block.rise_x.xyz), dot(rise, block.rise_y.xyz), dot(rise, block.rise_z.xyz));
    let steepness = length(gradient);
    let is_surface = steepness >= GRADIENT_LEAST;
    let normal = gradient / select(1.0, steepness, is_surface);
    let ambient = block.shading.x;
    let diffuse = block.shading.y;
    let facing = select(1.0, abs(dot(normal, block.light.xyz)), is_surface);
    let glance = max(abs(dot(normal, block.half_way.xyz)), SHARE_LEAST);
    let highlight = select(0.0, block.shading.z * pow(glance, block.shading.w), is_surface);
    return min(color * (ambient + diffuse * facing) + highlight, vec3<f32>(1.0));
}

// What the ray of a device pixel meets: red, green, blue, and the share of light that is taken away.
fn seen_from(pixel: vec2<i32>) -> vec4<f32> {
    if is_part {
        return bitcast<vec4<f32>>(textureLoad(before, pixel, 0));
    }
    return seen_after(vec4<f32>(0.0), pixel);
}

// The same with what it meets in the volume, or in the part of it that is there.
fn seen_after(already: vec4<f32>, pixel: vec2<i32>) -> vec4<f32> {
    let grid = grid_of(block.walk);
    let pixels = vec2<f32>(pixel - block.walk.anchor);
    let line = line_of(block.walk, pixels);
    let start = start_of(line);
    let advance = advance_of(line);
    var inside = steps_kept(pixels, steps_inside(start, advance, grid, RAY_STEPS));
    var seen = already;
    if is_part && 1.0 - seen.a < CLEARNESS_LEAST {
        inside.y = inside.x;
    }
    var step = inside.x;
    var place = Place(vec3<i32>(0), vec3<f32>(0.0));
    // Loops are left at their end, and light is asked for in the outermost alone: a software rasteriser goes through all
    // that stands in a loop, for whichever lane.
    loop {
        var look = vec4<f32>(0.0);
        var value = 0.0;
        // To the next sample that is not clear.
        loop {
            loop {
                place = place_on(line, step);
                let skipped = steps_to_skip(place.voxel, start + f32(step) * advance, advance);
                step += skipped;
                if skipped == 0 || step >= inside.y {
                    break;
                }
            }
            let end = min(step + BRICK_SIDE, inside.y);
            loop {
                place = place_on(line, step);
                let found = found_at(voxels, received, place, grid);
                value = found.value;
                look = look_of(value);
                let is_met = found.what == FOUND_VALUE && step < inside.y && is_of_part(place.voxel.z, grid);
                look.a = select(0.0, opacity_of(look.a), is_met && is_kept(pixels, f32(step)));
                step += 1;
                if look.a > 0.0 || step >= end {
                    break;
                }
            }
            if look.a > 0.0 || step >= inside.y {
                break;
            }
        }
        let weight = (1.0 - seen.a) * look.a;
        seen += weight * vec4<f32>(lit(look.rgb, place, value, grid), 1.0);
        if step >= inside.y || 1.0 - seen.a < CLEARNESS_LEAST {
            break;
        }
    }
    return seen;
}

@fragment
fn color(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let seen = seen_from(vec2<i32>(at.xy));
    return vec4<u32>(vec3<u32>(clamp(seen.rgb, vec3<f32>(0.0), vec3<f32>(1.0)) * 255.0 + 0.5), 255u);
}

@fragment
fn carried(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    let pixel = vec2<i32>(at.xy);
    return bitcast<vec4<u32>>(seen_after(bitcast<vec4<f32>>(textureLoad(before, pixel, 0)), pixel));
}
