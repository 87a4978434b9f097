// Modality LUT: stored word to the image's own units. PS3.3 C.11.1.1.2.
//
// CPU twin: `src/grayscale/modality.rs`, `Rescale::to_modality_f32`.

// The number that a 16-bit word stands for; a signed one is a two's complement. PS3.5 8.1.1.
fn stored_value(word: u32, is_signed: u32) -> f32 {
    let extended = bitcast<i32>(word << 16u) >> 16u;
    return f32(select(bitcast<i32>(word), extended, is_signed != 0u));
}

// Never rounded: slopes below 1 would lose gray.
fn modality_value(stored: f32, slope: f32, intercept: f32) -> f32 {
    return slope * stored + intercept;
}
