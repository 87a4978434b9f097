// What is shown of the values along a line, its gray, and that of a place that has none.
//
// CPU twins: `src/volume/project.rs`; `src/render/reformat.rs`, `hatching`.

#import lib/voxel
#import lib/voi
#import lib/gray

// Declared once in Rust: `SlabBlock` in `src/render/gpu/blocks.rs`.
struct SlabBlock {
    slope: f32,
    intercept: f32,
    center: f32,
    width: f32,
    is_inverse: u32,
    planes: i32,
    curve_last: f32,
    unused: u32,
}

// What of the values along a line is shown. A constant of the pipeline.
override projection: u32 = PROJECTION_PLANE;

const PROJECTION_PLANE: u32 = 0u;
const PROJECTION_MAXIMUM: u32 = 1u;
const PROJECTION_MINIMUM: u32 = 2u;
const PROJECTION_MEAN: u32 = 3u;

// Quiet not-a-number, as bits: no card need keep one in its float arithmetic.
const NOT_A_NUMBER: u32 = 0x7fc00000u;

// What the samples so far make: of a mean their sum, how many they are, and what the sum has lost to rounding.
struct Shown {
    found: Found,
    count: f32,
    lost: f32,
}

const NOTHING_SHOWN: Shown = Shown(Found(FOUND_OUTSIDE, 0.0), 0.0, 0.0);

// With one more sample. What has no value is left out; where nothing else is, the first thing met says why.
fn shown_with(shown: Shown, found: Found) -> Shown {
    var next = shown;
    let is_value = found.what == FOUND_VALUE;
    if projection == PROJECTION_MEAN {
        let value = select(0.0, found.value, is_value) - shown.lost;
        next.found.value = shown.found.value + value;
        next.lost = next.found.value - shown.found.value - value;
        next.count += select(0.0, 1.0, is_value);
    } else {
        let before = shown.found.value;
        let kept = select(min(before, found.value), max(before, found.value), projection == PROJECTION_MAXIMUM);
        next.found.value = select(before, select(found.value, kept, shown.found.what == FOUND_VALUE), is_value);
    }
    next.found.what = select(shown.found.what, found.what, is_value || shown.found.what == FOUND_OUTSIDE);
    return next;
}

// What was found in parts before, and how it is kept for the next.
fn shown_from(bits: vec4<u32>) -> Shown {
    return Shown(Found(bits.w, bitcast<f32>(bits.x)), bitcast<f32>(bits.y), bitcast<f32>(bits.z));
}

fn bits_of_shown(shown: Shown) -> vec4<u32> {
    return vec4<u32>(bitcast<vec3<u32>>(vec3<f32>(shown.found.value, shown.count, shown.lost)), shown.found.what);
}

// What all samples make.
fn found_of(shown: Shown) -> Found {
    var found = shown.found;
    if projection == PROJECTION_MEAN {
        found.value /= max(shown.count, 1.0);
    }
    return found;
}

fn share_of(found: Found, slab: SlabBlock) -> f32 {
    let value = modality_value(found.value, slab.slope, slab.intercept);
    return voi_share(value, slab.center, slab.width);
}

// Stripes where a plane was not received, black where there is no tissue.
fn hatched(found: Found, p_value: u32, pixel: vec2<i32>) -> u32 {
    let stripe = select(0x1000u, 0x5000u, (pixel.x + pixel.y) % 8 < 2);
    return select(select(0u, stripe, found.what == FOUND_MISSING), p_value, found.what == FOUND_VALUE);
}

fn p_value_of(found: Found, pixel: vec2<i32>, slab: SlabBlock) -> u32 {
    return hatched(found, present(share_of(found, slab), slab.is_inverse), pixel);
}

// The same, and what tables make of the window's share.
fn p_value_on(curve: texture_2d<u32>, found: Found, pixel: vec2<i32>, slab: SlabBlock) -> u32 {
    let p_value = present_curve(curve, slab.curve_last, share_of(found, slab), slab.is_inverse);
    return hatched(found, p_value, pixel);
}

// Modality values, as the bits of the float.
fn bits_of(found: Found, slab: SlabBlock) -> u32 {
    let value = modality_value(found.value, slab.slope, slab.intercept);
    return select(NOT_A_NUMBER, bitcast<u32>(value), found.what == FOUND_VALUE);
}
