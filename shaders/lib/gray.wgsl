// From the VOI's output, or in one step from the stored word, to the P-value. PS3.4 N.2, PS3.3 C.11.6.1.2.
//
// CPU twin: `src/grayscale/pipeline.rs`, `GrayTable::at` and, in single precision, `GrayTransform::present_f32`.

// The entry of a table of 65,536 laid out as 256 rows of 256.
fn table_entry(table: texture_2d<u32>, index: u32) -> u32 {
    return textureLoad(table, vec2<u32>(index & 255u, index >> 8u), 0).r;
}

// Fractions are cut, not rounded.
fn present(share: f32, is_inverse: u32) -> u32 {
    let clamped = clamp(share, 0.0, 1.0);
    return u32(select(clamped, 1.0 - clamped, is_inverse != 0u) * 65535.0);
}
