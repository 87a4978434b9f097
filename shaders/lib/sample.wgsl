// Values between pixels, by hand: no card filters integers, and those that filter do it with 8-bit weights.
//
// CPU twin: `src/render/cpu/mod.rs`, `sample` and `taps`. The codes are `sampling_code` in
// `src/render/gpu/pipelines.rs`.

#import lib/filter

const SAMPLING_NEAREST: u32 = 0u;
const SAMPLING_LINEAR: u32 = 1u;
const SAMPLING_CUBIC: u32 = 2u;

// A constant of the pipeline, as the filter is.
override sampling: u32 = SAMPLING_NEAREST;

// Positions count from the outer corner of the first pixel. PS3.3 C.10.5.
fn is_inside(frame: texture_2d<u32>, position: vec2<f32>) -> bool {
    return all(position >= vec2<f32>(0.0)) && all(position < vec2<f32>(textureDimensions(frame)));
}

// The texel of the pixel that holds the position, which lies inside.
fn texel_at(frame: texture_2d<u32>, position: vec2<f32>) -> vec4<u32> {
    return textureLoad(frame, vec2<i32>(position), 0);
}

// Weights of the pixels -1, 0, 1 and 2 around a position `t` of the way from the centre of 0 to that of 1.
fn tap_weights(t: f32) -> vec4<f32> {
    if sampling == SAMPLING_LINEAR {
        return vec4<f32>(0.0, 1.0 - t, t, 0.0);
    }
    let t2 = t * t;
    let t3 = t2 * t;
    return 0.5 * vec4<f32>(
        -t3 + 2.0 * t2 - t,
        3.0 * t3 - 5.0 * t2 + 2.0,
        -3.0 * t3 + 4.0 * t2 + t,
        t3 - t2,
    );
}

// The values at a position inside. Beyond the outermost centres, and towards holes, the pixel under the position is
// continued: no hole grows, and none lends a value.
fn sample_at(frame: texture_2d<u32>, position: vec2<f32>, encoding: Encoding) -> Sample {
    var own = Sample(vec3<f32>(0.0), true);
    if sampling == SAMPLING_NEAREST || has_holes {
        own = pixel_value(frame, vec2<i32>(position), encoding);
    }
    if sampling == SAMPLING_NEAREST {
        return own;
    }
    let last = vec2<i32>(textureDimensions(frame)) - 1;
    let corner = floor(position - 0.5);
    let t = position - 0.5 - corner;
    let across = tap_weights(t.x);
    let down = tap_weights(t.y);
    let reach = select(vec2<i32>(-1, 2), vec2<i32>(0, 1), sampling == SAMPLING_LINEAR);
    var sum = vec3<f32>(0.0);
    for (var dy = reach.x; dy <= reach.y; dy++) {
        for (var dx = reach.x; dx <= reach.y; dx++) {
            let pixel = clamp(vec2<i32>(corner) + vec2<i32>(dx, dy), vec2<i32>(0), last);
            let one = pixel_value(frame, pixel, encoding);
            let values = select(own.values, one.values, one.is_number);
            sum += across[dx + 1] * down[dy + 1] * values;
        }
    }
    return Sample(sum, own.is_number);
}
