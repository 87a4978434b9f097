// Modality LUT: texel to the image's own units. PS3.3 C.11.1.1.2.
//
// CPU twin: `src/grayscale/modality.rs`, `Rescale::to_modality_f32` and, for real values, `SplitReal::from_zero`. The
// codes are `Texels` in `src/render/gpu/blocks.rs`.

const ENCODING_UNSIGNED: u32 = 0u;
const ENCODING_SIGNED: u32 = 1u;
const ENCODING_REAL: u32 = 2u;
const ENCODING_COLOR: u32 = 3u;

// What a texel stands for. A constant of the pipeline: of a branch by a uniform block alone, a software rasteriser makes a
// shader anew for each picture.
override texel_encoding: u32 = ENCODING_UNSIGNED;

// How a texel becomes a value.
struct Encoding {
    zero: vec2<f32>,
    slope: f32,
    intercept: f32,
    // The smallest and the largest stored value that is padding, in two parts each.
    padding: vec4<f32>,
}

// Whether pixels may hold no value: not a number, or padding. A constant of the pipeline.
override has_holes: bool = false;

struct Sample {
    // Red, green and blue, or the gray value first.
    values: vec3<f32>,
    // Whether there is a value: a number, and no padding.
    is_number: bool,
}

// Whether a texel holds a number. Asked of its bits: no card need keep infinities in its float arithmetic.
fn is_number(texel: vec2<u32>) -> bool {
    return texel_encoding != ENCODING_REAL || (texel.x & 0x7f800000u) != 0x7f800000u;
}

// The number that a texel stands for: a 16-bit word, which is a two's complement where signed (PS3.5 8.1.1), or a real
// number in two parts, which counts from `zero`.
fn stored_value(texel: vec2<u32>, zero: vec2<f32>) -> f32 {
    switch texel_encoding {
        case ENCODING_UNSIGNED: { return f32(texel.x); }
        case ENCODING_SIGNED: { return f32(bitcast<i32>(texel.x << 16u) >> 16u); }
        default: {
            let from_zero = bitcast<vec2<f32>>(texel) - zero;
            return from_zero.x + from_zero.y;
        }
    }
}

// Whether a real number in two parts is no more than another. Parts that belong together are ordered by the first.
fn is_up_to(a: vec2<f32>, b: vec2<f32>) -> bool {
    return a.x < b.x || (a.x == b.x && a.y <= b.y);
}

// Whether a stored value stands for no tissue. PS3.3 C.7.5.1.1.2.
fn is_padding(texel: vec2<u32>, encoding: Encoding) -> bool {
    var stored = vec2<f32>(stored_value(texel, vec2<f32>(0.0)), 0.0);
    if texel_encoding == ENCODING_REAL {
        stored = bitcast<vec2<f32>>(texel);
    }
    return is_up_to(encoding.padding.xy, stored) && is_up_to(stored, encoding.padding.zw);
}

// Never rounded: slopes below 1 would lose gray.
fn modality_value(stored: f32, slope: f32, intercept: f32) -> f32 {
    return slope * stored + intercept;
}

// The stored value, or red, green and blue.
fn stored_sample(texel: vec4<u32>, encoding: Encoding) -> Sample {
    if texel_encoding == ENCODING_COLOR {
        return Sample(vec3<f32>(texel.rgb), true);
    }
    let stored = stored_value(texel.rg, encoding.zero);
    var counts = true;
    if has_holes {
        counts = is_number(texel.rg) && !is_padding(texel.rg, encoding);
    }
    // Times a weight of 0, what is no number would still be none.
    return Sample(vec3<f32>(select(0.0, stored, counts)), counts);
}

// Stored values in the image's own units; colours are left as they are.
fn in_units(stored: Sample, encoding: Encoding) -> Sample {
    if texel_encoding == ENCODING_COLOR {
        return stored;
    }
    let value = modality_value(stored.values.x, encoding.slope, encoding.intercept);
    return Sample(vec3<f32>(value), stored.is_number);
}
