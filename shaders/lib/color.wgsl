// Colours on the monitor: an image's through the lattice of two profiles, gray through a palette. PS3.4 N.2.2, PS3.3 C.7.9.
//
// CPU twins: `src/color/transform.rs`, `ColorTransform::at`, and `src/color/palette.rs`, `ColorPalette::at`. The profiles are
// applied there, in double precision: the card interpolates integers.

const LATTICE_NODES: u32 = 52u;
// The way from one node to the next.
const LATTICE_STEP: u32 = 256u;
// Rows of nodes; below them lies the row with the position of each level.
const LATTICE_ROWS: u32 = 138u;
// A level of 8 bits in the 16 bits of a node.
const LATTICE_LEVEL: u32 = 257u;

// Beyond the last node, where the weight is 0, the last.
fn lattice_node(lattice: texture_2d<u32>, node: vec3<u32>) -> vec3<u32> {
    let at = min(node, vec3<u32>(LATTICE_NODES - 1u));
    let index = (at.r * LATTICE_NODES + at.g) * LATTICE_NODES + at.b;
    return textureLoad(lattice, vec2<u32>(index & 1023u, index >> 10u), 0).rgb;
}

fn lattice_position(lattice: texture_2d<u32>, level: u32) -> u32 {
    return textureLoad(lattice, vec2<u32>(level, LATTICE_ROWS), 0).r;
}

// Red, green and blue of 8 bits on the monitor.
fn monitor_color(lattice: texture_2d<u32>, color: vec3<u32>) -> vec3<u32> {
    let position = vec3<u32>(
        lattice_position(lattice, color.r),
        lattice_position(lattice, color.g),
        lattice_position(lattice, color.b),
    );
    let cell = position / LATTICE_STEP;
    let part = position % LATTICE_STEP;
    let most = max(part.r, max(part.g, part.b));
    let least = min(part.r, min(part.g, part.b));
    let middle = part.r + part.g + part.b - most - least;
    // The corners of the cell that the way to the colour passes, and how long it stays at each: a tetrahedron's weights.
    var sum = (LATTICE_STEP - most) * lattice_node(lattice, cell);
    sum += (most - middle) * lattice_node(lattice, cell + vec3<u32>(part >= vec3<u32>(most)));
    sum += (middle - least) * lattice_node(lattice, cell + vec3<u32>(part >= vec3<u32>(middle)));
    sum += least * lattice_node(lattice, cell + vec3<u32>(1u));
    let whole = LATTICE_STEP * LATTICE_LEVEL;
    return (sum + whole / 2u) / whole;
}

// The palette's colour of a P-value.
fn palette_color(palette: texture_2d<u32>, p_value: u32) -> vec3<u32> {
    return textureLoad(palette, vec2<u32>(p_value & 255u, p_value >> 8u), 0).rgb;
}
