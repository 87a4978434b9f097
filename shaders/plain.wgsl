// One colour over a rectangle: behind rows and panels. A software rasteriser takes a texture's detour for each pixel that
// the interface's own shader fills; this one takes none.

#import lib/fullscreen

// Constants of the pipeline, as the panel takes them: 0 to 1.
override red: f32 = 0.0;
override green: f32 = 0.0;
override blue: f32 = 0.0;

@vertex
fn cover(@builtin(vertex_index) vertex: u32) -> @builtin(position) vec4<f32> {
    return fullscreen_corner(vertex);
}

@fragment
fn plain() -> @location(0) vec4<f32> {
    return vec4<f32>(red, green, blue, 1.0);
}
