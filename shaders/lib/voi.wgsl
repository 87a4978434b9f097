// Values of interest: window center and width. PS3.3 C.11.2.1.2 and C.11.2.1.3.
//
// CPU twin: `src/grayscale/voi.rs`, `Window::apply_f32`. The codes of the functions are `voi_code` in
// `src/render/gpu/pipelines.rs`.

const VOI_LINEAR: u32 = 0u;
const VOI_LINEAR_EXACT: u32 = 1u;
const VOI_SIGMOID: u32 = 2u;

// The window's function. A constant of the pipeline, as what a texel stands for is.
override voi_function: u32 = VOI_LINEAR;

// Where in the output range the value falls: 0 is its lower end, 1 its upper end.
fn voi_share(x: f32, center: f32, width: f32) -> f32 {
    switch voi_function {
        case VOI_LINEAR: { return voi_linear(x, center, width); }
        case VOI_LINEAR_EXACT: { return voi_linear_exact(x, center, width); }
        default: { return voi_sigmoid(x, center, width); }
    }
}

// C.11.2.1.2.1
fn voi_linear(x: f32, center: f32, width: f32) -> f32 {
    let half = (width - 1.0) * 0.5;
    if x <= center - 0.5 - half {
        return 0.0;
    }
    if x > center - 0.5 + half {
        return 1.0;
    }
    return (x - (center - 0.5)) / (width - 1.0) + 0.5;
}

// C.11.2.1.3.2
fn voi_linear_exact(x: f32, center: f32, width: f32) -> f32 {
    let half = width * 0.5;
    if x <= center - half {
        return 0.0;
    }
    if x > center + half {
        return 1.0;
    }
    return (x - center) / width + 0.5;
}

// C.11.2.1.3.1. Cards promise nothing about infinities; at ±80 the curve has long reached its ends.
fn voi_sigmoid(x: f32, center: f32, width: f32) -> f32 {
    return 1.0 / (1.0 + exp(clamp(-4.0 * (x - center) / width, -80.0, 80.0)));
}
