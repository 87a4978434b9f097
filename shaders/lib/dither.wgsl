// P-values between the driving levels of one monitor, by the place of the device pixel: no flicker, the mean is right.
//
// CPU twin: `src/grayscale/display.rs`, `DisplayTable::dithered_at`, which tells the rule.

#import lib/gray

// Bayer's matrix of 8 × 8: 2, 6, 10 … 254 in 256ths of a level.
fn dither_offset(device_pixel: vec2<u32>) -> u32 {
    let y = device_pixel.y;
    let z = device_pixel.x ^ y;
    let rank = ((z & 1u) << 5u) | ((y & 1u) << 4u) | ((z & 2u) << 2u) | ((y & 2u) << 1u) | ((z & 4u) >> 1u) | ((y & 4u) >> 2u);
    return 4u * rank + 2u;
}

// The table holds 256ths of driving levels.
fn dithered_level(table: texture_2d<u32>, p_value: u32, device_pixel: vec2<u32>) -> u32 {
    return (table_entry(table, p_value) + dither_offset(device_pixel)) >> 8u;
}
