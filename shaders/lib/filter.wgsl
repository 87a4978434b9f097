// 3 × 3 filters over the pixels, before any values are found between them and before the window.
//
// Smoothing takes the binomial mean: weights 1 2 1, 2 4 2, 1 2 1 in sixteenths. Sharpening changes a pixel by as much,
// the other way: an unsharp mask of amount 1. Both work on stored values, as a rescale is linear: sums of words are then
// exact, and what is flat stays as it is to the bit. The edge is continued. A neighbour that is no number changes nothing,
// and a pixel that is none stays so: no value is made up, and no hole grows.
//
// CPU twin: `src/render/cpu/filter.rs`. The codes are `filter_code` in `src/render/gpu/pipelines.rs`.

#import lib/modality

const FILTER_NONE: u32 = 0u;
const FILTER_SMOOTH: u32 = 1u;
const FILTER_SHARPEN: u32 = 2u;

// A constant of the pipeline: a branch that is only not taken makes unfiltered pictures slow on some cards.
override filtering: u32 = FILTER_NONE;

// The values of a pixel, filtered.
fn pixel_value(frame: texture_2d<u32>, pixel: vec2<i32>, encoding: Encoding) -> Sample {
    var stored = stored_sample(textureLoad(frame, pixel, 0), encoding);
    if filtering != FILTER_NONE && stored.is_number {
        let change = smoothing(frame, pixel, stored.values, encoding);
        stored.values += select(change, -change, filtering == FILTER_SHARPEN);
    }
    return in_units(stored, encoding);
}

// By how much smoothing changes the stored values of a pixel.
fn smoothing(frame: texture_2d<u32>, pixel: vec2<i32>, own: vec3<f32>, encoding: Encoding) -> vec3<f32> {
    let last = vec2<i32>(textureDimensions(frame)) - 1;
    var change = vec3<f32>(0.0);
    for (var dy = -1; dy <= 1; dy++) {
        for (var dx = -1; dx <= 1; dx++) {
            let neighbour = clamp(pixel + vec2<i32>(dx, dy), vec2<i32>(0), last);
            let stored = stored_sample(textureLoad(frame, neighbour, 0), encoding);
            let weight = f32((2 - abs(dx)) * (2 - abs(dy))) / 16.0;
            change += select(vec3<f32>(0.0), weight * stored.values - weight * own, stored.is_number);
        }
    }
    return change;
}
