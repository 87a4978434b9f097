// From the VOI's output, or in one step from the stored word, to the P-value. PS3.4 N.2, PS3.3 C.11.2.1.1, C.11.6.
//
// CPU twins: `src/grayscale/pipeline.rs`, `GrayTable::at` and, in single precision, `GrayTransform::present_f32`;
// `src/grayscale/curve.rs`, `curve_f32`.

// The entry of a table of 65,536 laid out as 256 rows of 256.
fn table_entry(table: texture_2d<u32>, index: u32) -> u32 {
    return textureLoad(table, vec2<u32>(index & 255u, index >> 8u), 0).r;
}

// Fractions are cut, not rounded.
fn present(share: f32, is_inverse: u32) -> u32 {
    let clamped = clamp(share, 0.0, 1.0);
    return u32(select(clamped, 1.0 - clamped, is_inverse != 0u) * 65535.0);
}

// Through a curve of P-values at evenly spaced shares, the last of them at 1.
fn present_curve(curve: texture_2d<u32>, last: f32, share: f32, is_inverse: u32) -> u32 {
    let position = clamp(share, 0.0, 1.0) * last;
    let low = floor(position);
    let index = u32(low);
    let below = f32(table_entry(curve, index));
    let above = f32(table_entry(curve, min(index + 1u, u32(last))));
    let p = below + (above - below) * (position - low);
    return u32(select(p, 65535.0 - p, is_inverse != 0u));
}
