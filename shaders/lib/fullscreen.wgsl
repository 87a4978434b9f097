// One triangle that covers the viewport: corners (-1,-1), (3,-1), (-1,3).

fn fullscreen_corner(vertex: u32) -> vec4<f32> {
    let x = f32(vertex & 1u) * 4.0 - 1.0;
    let y = f32(vertex >> 1u) * 4.0 - 1.0;
    return vec4<f32>(x, y, 0.0, 1.0);
}
