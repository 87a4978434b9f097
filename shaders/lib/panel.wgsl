// A texel of a picture, of P-values or of colours, to the panel's levels. PS3.14 7.
//
// CPU twins: those of lib/display, lib/dither and lib/color, one of which it is.

#import lib/display
#import lib/dither
#import lib/color

// What the picture is of, and what it goes through. Constants of the pipeline: a branch costs a software rasteriser both
// its ways.
override is_color: bool = false;
// Whether gray stands between driving levels where it belongs there; then the table holds 256ths of them.
override is_dithered: bool = false;
override has_lattice: bool = false;
override has_palette: bool = false;

// Red, green and blue. `table` is of gray the monitor's, or a palette; of colours the lattice. No grayscale function is meant
// for colours.
fn panel_levels(table: texture_2d<u32>, texel: vec4<u32>, device_pixel: vec2<u32>) -> vec3<u32> {
    if has_lattice {
        return monitor_color(table, texel.rgb);
    }
    if is_color {
        return texel.rgb;
    }
    if has_palette {
        return palette_color(table, texel.r);
    }
    if is_dithered {
        return vec3<u32>(dithered_level(table, texel.r, device_pixel));
    }
    return vec3<u32>(driving_level(table, texel.r));
}

// The level that is white: of gray the table's, of colours that of 8 bits.
fn panel_white(highest: u32) -> f32 {
    return select(f32(highest), 255.0, has_lattice || is_color || has_palette);
}
