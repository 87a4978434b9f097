// Steps along a line through a volume: where they lead, which of them may lie in it, and how many stay in a brick.
//
// CPU twin: none that is equal. Steps that do not count may be taken, and fewer left out than could be: see `tests/gpu/volumes.rs`.

#import lib/voxel

// Declared once in Rust: `WalkBlock` in `src/render/gpu/walk.rs`.
struct WalkBlock {
    // Steps between voxels: one device pixel to the right, one below, one sample of its line. Each is the sum of two.
    right_coarse: vec4<f32>,
    right_fine: vec4<f32>,
    down_coarse: vec4<f32>,
    down_fine: vec4<f32>,
    deep_coarse: vec4<f32>,
    deep_fine: vec4<f32>,
    // Where the line of the device pixel `anchor` starts: a voxel, and the rest.
    base: vec4<i32>,
    rest: vec4<f32>,
    // Columns, rows and planes of the volume.
    size: vec4<i32>,
    // As in Grid.
    part: vec4<i32>,
    anchor: vec2<i32>,
    padding: vec2<f32>,
}

// The samples behind a device pixel: a voxel that they count from, the way to the first, and the step to the next, each the sum of
// two.
struct Line {
    base: vec3<i32>,
    coarse: vec3<f32>,
    fine: vec3<f32>,
    deep_coarse: vec3<f32>,
    deep_fine: vec3<f32>,
}

// `SIDE` in `src/render/gpu/bricks.rs`.
const BRICK_SIDE: i32 = 8;
// Further than single precision moves a position that is told as one number.
const EDGE: f32 = 0.015625;
// Along an axis with smaller steps, all of some thousand stay within 8 voxels.
const STEP_LEAST: f32 = 0.001;
// No more steps are left out at once; along an axis with smaller ones than this, so many stay within half of EDGE.
const STEPS_MOST: f32 = 1000.0;
const DRIFT_LEAST: f32 = 0.0000078125;

fn grid_of(walk: WalkBlock) -> Grid {
    return Grid(walk.size.xyz, walk.padding, walk.part);
}

// Of a device pixel, so many from `anchor`.
fn line_of(walk: WalkBlock, pixels: vec2<f32>) -> Line {
    let coarse = pixels.x * walk.right_coarse.xyz + pixels.y * walk.down_coarse.xyz;
    let fine = walk.rest.xyz + pixels.x * walk.right_fine.xyz + pixels.y * walk.down_fine.xyz;
    return Line(walk.base.xyz, coarse, fine, walk.deep_coarse.xyz, walk.deep_fine.xyz);
}

fn place_on(line: Line, step: i32) -> Place {
    let deep = f32(step);
    return place_at(line.base, line.coarse + deep * line.deep_coarse, line.fine + deep * line.deep_fine);
}

// About where it starts, and what a step adds, as one number each.
fn start_of(line: Line) -> vec3<f32> {
    return vec3<f32>(line.base) + line.coarse + line.fine;
}

fn advance_of(line: Line) -> vec3<f32> {
    return line.deep_coarse + line.deep_fine;
}

// Of so many steps those that may lie in the volume, or the part of it that is there, from the first to behind the last: never
// fewer than do.
fn steps_inside(start: vec3<f32>, advance: vec3<f32>, grid: Grid, count: i32) -> vec2<i32> {
    let steps = f32(count);
    var low = -0.5 - start;
    var high = vec3<f32>(grid.size) - 0.5 - start;
    if is_part {
        low.z = max(low.z, f32(grid.part.x) - start.z);
        high.z = min(high.z, f32(grid.part.y) - start.z);
    }
    let is_crossed = abs(advance) >= vec3<f32>(STEP_LEAST);
    let divisor = select(vec3<f32>(1.0), advance, is_crossed);
    // Of an axis that is hardly moved along, all steps or none.
    let none = select(vec3<f32>(0.0), vec3<f32>(steps), (low > vec3<f32>(8.0)) | (high < vec3<f32>(-8.0)));
    let near = select(none, min(low / divisor, high / divisor), is_crossed);
    let far = select(vec3<f32>(steps), max(low / divisor, high / divisor), is_crossed);
    let first = clamp(floor(max(near.x, max(near.y, near.z))), 0.0, steps);
    let end = clamp(floor(min(far.x, min(far.y, far.z))) + 2.0, 0.0, steps);
    return vec2<i32>(i32(first), i32(end));
}

// The brick of a position, or the outermost.
fn brick_of(voxel: vec3<i32>, size: vec3<i32>) -> vec3<i32> {
    return clamp(voxel, vec3<i32>(0), size - 1) / BRICK_SIDE;
}

// Which of the bricks that are there it is. Of one that is not, nothing is taken, whatever is found of it.
fn brick_there(brick: vec3<i32>, grid: Grid) -> vec3<i32> {
    return brick - select(vec3<i32>(0), vec3<i32>(0, 0, grid.part.z / BRICK_SIDE), is_part);
}

// How many further steps from a position surely stay in its brick: to the face where the line leaves it, and no further.
fn steps_in_brick(brick: vec3<i32>, position: vec3<f32>, advance: vec3<f32>) -> i32 {
    let low = vec3<f32>(brick * BRICK_SIDE) + EDGE;
    let high = low + f32(BRICK_SIDE) - 2.0 * EDGE;
    let is_crossed = abs(advance) >= vec3<f32>(DRIFT_LEAST);
    let divisor = select(vec3<f32>(1.0), advance, is_crossed);
    let way = (select(low, high, advance > vec3<f32>(0.0)) - position) / divisor;
    let ways = select(vec3<f32>(STEPS_MOST), way, is_crossed);
    return i32(clamp(floor(min(ways.x, min(ways.y, ways.z))), 0.0, STEPS_MOST));
}
