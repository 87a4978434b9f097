// A picture at several times its width and height: what moves is drawn with fewer pixels.

#import lib/fullscreen

override times: i32 = 2;

@group(0) @binding(0) var picture: texture_2d<u32>;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

@fragment
fn enlarged(@builtin(position) at: vec4<f32>) -> @location(0) u32 {
    return textureLoad(picture, vec2<i32>(at.xy) / times, 0).r;
}

@fragment
fn enlarged_color(@builtin(position) at: vec4<f32>) -> @location(0) vec4<u32> {
    return textureLoad(picture, vec2<i32>(at.xy) / times, 0);
}
