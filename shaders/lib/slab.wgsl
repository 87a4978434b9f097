// What is shown of the values along a line, and of a place that has none.
//
// CPU twins: `src/volume/project.rs`; `src/render/reformat.rs`, `hatching`.

#import lib/voxel

// What of the values along a line is shown. A constant of the pipeline.
override projection: u32 = PROJECTION_PLANE;

const PROJECTION_PLANE: u32 = 0u;
const PROJECTION_MAXIMUM: u32 = 1u;
const PROJECTION_MINIMUM: u32 = 2u;
const PROJECTION_MEAN: u32 = 3u;

// Quiet not-a-number, as bits: no card need keep one in its float arithmetic.
const NOT_A_NUMBER: u32 = 0x7fc00000u;

// Stripes where a plane was not received, black where there is no tissue.
fn p_value_of(found: Found, p_value: u32, pixel: vec2<i32>) -> u32 {
    let stripe = select(0x1000u, 0x5000u, (pixel.x + pixel.y) % 8 < 2);
    return select(select(0u, stripe, found.what == FOUND_MISSING), p_value, found.what == FOUND_VALUE);
}
