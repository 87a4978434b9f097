// Modality LUT: texel to the image's own units. PS3.3 C.11.1.1.2.
//
// CPU twin: `src/grayscale/modality.rs`, `Rescale::to_modality_f32` and, for real values, `SplitReal::from_zero`. The
// codes are `encoding_code` in `src/render/gpu/blocks.rs`.

const ENCODING_UNSIGNED: u32 = 0u;
const ENCODING_SIGNED: u32 = 1u;
const ENCODING_REAL: u32 = 2u;
const ENCODING_COLOR: u32 = 3u;

// Whether a texel holds a number. Asked of its bits: no card need keep infinities in its float arithmetic.
fn is_number(texel: vec2<u32>, encoding: u32) -> bool {
    return encoding != ENCODING_REAL || (texel.x & 0x7f800000u) != 0x7f800000u;
}

// The number that a texel stands for: a 16-bit word, which is a two's complement where signed (PS3.5 8.1.1), or a real
// number in two parts, which counts from `zero`.
fn stored_value(texel: vec2<u32>, encoding: u32, zero: vec2<f32>) -> f32 {
    switch encoding {
        case ENCODING_UNSIGNED: { return f32(texel.x); }
        case ENCODING_SIGNED: { return f32(bitcast<i32>(texel.x << 16u) >> 16u); }
        default: {
            let from_zero = bitcast<vec2<f32>>(texel) - zero;
            return from_zero.x + from_zero.y;
        }
    }
}

// Never rounded: slopes below 1 would lose gray.
fn modality_value(stored: f32, slope: f32, intercept: f32) -> f32 {
    return slope * stored + intercept;
}
