// A curve through a volume made straight: voxels to P-values.
//
// CPU twins: `src/render/cpu/curved.rs`, `src/volume/project.rs`; `src/render/curved.rs`, `CurvedPass::line`.

#import lib/fullscreen
#import lib/slab
#import lib/walk

// Declared once in Rust: `CurvedBlock` in `src/render/gpu/blocks.rs`.
struct CurvedBlock {
    size: vec4<i32>,
    // As in WalkBlock.
    part: vec4<i32>,
    slab: SlabBlock,
    padding: vec2<f32>,
    anchor: i32,
    is_upright: u32,
}

@group(0) @binding(0) var<uniform> block: CurvedBlock;
@group(0) @binding(1) var voxels: texture_2d_array<u32>;
@group(0) @binding(2) var received: texture_2d<u32>;
// A row for each row of the picture, or column: where its device pixel `anchor` meets the first plane as a voxel, and whether the
// curve is there; the rest; a step to the next device pixel, and one to the next plane, each as the sum of two.
@group(0) @binding(3) var lines: texture_2d<f32>;
// In parts before.
@group(0) @binding(4) var before: texture_2d<u32>;
// The curve behind the window.
@group(1) @binding(0) var curve: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

fn of_line(number: i32, part: i32) -> vec4<f32> {
    return textureLoad(lines, vec2<i32>(part, number), 0);
}

// What is shown under a device pixel, by the rules of `shaders/reformat.wgsl`.
fn shown_at(pixel: vec2<i32>) -> Found {
    if is_part {
        return found_of(shown_from(textureLoad(before, pixel, 0)));
    }
    return found_of(shown_after(NOTHING_SHOWN, pixel));
}

fn shown_after(already: Shown, pixel: vec2<i32>) -> Shown {
    let grid = Grid(block.size.xyz, block.padding, block.part);
    var shown = already;
    let is_upright = block.is_upright != 0u;
    let number = select(pixel.x, pixel.y, is_upright);
    let steps = f32(select(pixel.y, pixel.x, is_upright) - block.anchor);
    let start = of_line(number, 0);
    let coarse = steps * of_line(number, 2).xyz;
    let fine = of_line(number, 1).xyz + steps * of_line(number, 3).xyz;
    let line = Line(vec3<i32>(start.xyz), coarse, fine, of_line(number, 4).xyz, of_line(number, 5).xyz);
    if projection == PROJECTION_PLANE {
        let place = place_at(line.base, coarse, fine);
        if is_of_part(place.voxel.z, grid) {
            shown.found = found_at(voxels, received, place, grid);
            shown.found.what = select(FOUND_OUTSIDE, shown.found.what, start.w > 0.0);
        }
        return shown;
    }
    let inside = steps_inside(start_of(line), advance_of(line), grid, block.slab.planes);
    let end = select(0, inside.y, start.w > 0.0);
    for (var plane = inside.x; plane < end; plane++) {
        let place = place_on(line, plane);
        if is_of_part(place.voxel.z, grid) {
            shown = shown_with(shown, found_at(voxels, received, place, grid));
        }
    }
    return shown;
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
