// What is cut away of what lies along the rays of a picture: by planes, and along outlines.
//
// CPU twins: `src/volume/cut.rs`, `Cuts::keeps` and `ScissorCut::is_kept`.

// Declared once in Rust: `CutsBlock` in `src/render/gpu/cuts.rs`.
struct CutsBlock {
    // Of each plane, in steps: how far on its kept side the ray of `anchor` starts, and what a device pixel to the right, one
    // below, and a step add, which is 1, -1 or nothing.
    planes: array<vec4<f32>, 8>,
    // Of each outline the column of its mask that the ray of `anchor` starts in, and what a device pixel to the right, one
    // below, and a step add.
    across: array<vec4<f32>, 8>,
    // The row, likewise.
    down: array<vec4<f32>, 8>,
    // Columns and rows of its mask, the word its rows begin at, and whether what lies inside is kept.
    masks: array<vec4<i32>, 8>,
}

// In the same place of every pass that is cut.
@group(0) @binding(4) var<uniform> cuts: CutsBlock;
// Of outlines a bit a cell, the leftmost lowest, in words; those of one beside those of another.
@group(0) @binding(5) var masks: texture_2d<u32>;

// How many planes cut, and how many outlines. Constants of the pipeline, as what a texel stands for is.
override planes_cut: i32 = 0;
override outlines_cut: i32 = 0;

// As `ScissorCut::SIDE`.
const CELL_LAST: i32 = 1023;

// Of the steps from the first to behind the last those on the kept side of all planes.
fn steps_kept(pixels: vec2<f32>, inside: vec2<i32>) -> vec2<i32> {
    var first = f32(inside.x);
    var end = f32(inside.y);
    for (var index = 0; index < planes_cut; index++) {
        let plane = cuts.planes[index];
        let at = plane.x + pixels.x * plane.y + pixels.y * plane.z;
        first = max(first, select(first, ceil(-at), plane.w > 0.0));
        end = min(end, select(end, floor(at) + 1.0, plane.w < 0.0));
        end = select(end, 0.0, plane.w == 0.0 && at < 0.0);
    }
    return vec2<i32>(i32(first), i32(max(end, 0.0)));
}

// Whether no outline cuts a sample away.
fn is_kept(pixels: vec2<f32>, deep: f32) -> bool {
    let at = vec4<f32>(1.0, pixels, deep);
    var kept = true;
    for (var index = 0; index < outlines_cut; index++) {
        let cell = vec2<i32>(floor(vec2<f32>(dot(cuts.across[index], at), dot(cuts.down[index], at))));
        let mask = cuts.masks[index];
        let on_mask = clamp(cell, vec2<i32>(0), vec2<i32>(CELL_LAST));
        let word = textureLoad(masks, vec2<i32>(mask.z + on_mask.x / 32, on_mask.y), 0).r;
        let is_inside = all(on_mask == cell) && all(cell < mask.xy) && ((word >> u32(on_mask.x % 32)) & 1u) == 1u;
        kept = kept && is_inside == (mask.w != 0);
    }
    return kept;
}
