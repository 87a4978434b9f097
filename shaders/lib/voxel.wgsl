// What lies at a position of a volume: integer loads, and weights in single precision.
//
// CPU twin: `src/volume/sample.rs`, which tells the rules. A real number is one word here, its float's bits.

#import lib/sample

const FOUND_OUTSIDE: u32 = 0u;
const FOUND_HOLE: u32 = 1u;
const FOUND_MISSING: u32 = 2u;
const FOUND_VALUE: u32 = 3u;

// Whether there may be planes that were not received. Constants of the pipeline, as the sampling is.
override has_missing: bool = false;
// Whether voxels lie in tiles of so many columns and rows, as a texture has too few sides or layers for them; how many layers there
// are, and how many tiles beside one another in each.
override has_tiles: bool = false;
override tile_columns: i32 = 1;
override tile_rows: i32 = 1;
override layers: i32 = 1;
override tiles_beside: i32 = 1;
// Whether the picture is drawn in parts, of a sheaf of planes each: `src/render/gpu/parts.rs`.
override is_part: bool = false;
// Whether a texel holds the next voxel of its row too: half as many loads, which a software rasteriser counts.
override has_pairs: bool = false;

struct Grid {
    // Columns, rows, planes.
    size: vec3<i32>,
    // The smallest and the largest stored value that is padding.
    padding: vec2<f32>,
    // Of its planes the first that samples are taken from, and the one after the last; the first one that is there.
    part: vec4<i32>,
}

// A position: a voxel, and the share of the way from it to the next along each axis.
struct Place {
    voxel: vec3<i32>,
    t: vec3<f32>,
}

struct Found {
    // FOUND_…
    what: u32,
    value: f32,
}

// A voxel and the next along its row.
struct Pair {
    values: vec2<f32>,
    are_numbers: vec2<bool>,
}

// The position so many voxels from another. `coarse` has so few digits that its sums and products are exact; `fine` is what
// it lacks, and small: no share is lost, however far from the first voxel.
fn place_at(base: vec3<i32>, coarse: vec3<f32>, fine: vec3<f32>) -> Place {
    let whole = floor(coarse);
    let rest = coarse - whole + fine;
    let carry = floor(rest);
    return Place(base + vec3<i32>(whole + carry), rest - carry);
}

// Which of the planes that are there it is.
fn plane_there(plane: i32, grid: Grid) -> i32 {
    if !is_part {
        return plane;
    }
    return plane - grid.part.z;
}

// Whether a sample that lies between a plane and the next is taken from what is there.
fn is_of_part(plane: i32, grid: Grid) -> bool {
    return !is_part || (plane >= grid.part.x && plane < grid.part.y);
}

// CPU twin: `src/render/gpu/tiles.rs`.
fn texel_of(voxel: vec3<i32>, grid: Grid) -> vec3<i32> {
    let plane = plane_there(voxel.z, grid);
    if !has_tiles {
        return vec3<i32>(voxel.xy, plane);
    }
    let size = vec2<i32>(tile_columns, tile_rows);
    let of_plane = (grid.size.xy + size - 1) / size;
    let tile = voxel.xy / size;
    let index = (plane * of_plane.y + tile.y) * of_plane.x + tile.x;
    let place = index / layers;
    return vec3<i32>(voxel.xy % size + vec2<i32>(place % tiles_beside, place / tiles_beside) * size, index % layers);
}

fn is_tissue(texel: u32, value: f32, grid: Grid) -> bool {
    if !has_holes {
        return true;
    }
    let is_padding = value >= grid.padding.x && value <= grid.padding.y;
    return is_number(vec2<u32>(texel, 0u)) && !is_padding;
}

fn value_of(texel: u32) -> f32 {
    if texel_encoding == ENCODING_REAL {
        return bitcast<f32>(texel);
    }
    return stored_value(vec2<u32>(texel, 0u), vec2<f32>(0.0));
}

fn pair_at(voxels: texture_2d_array<u32>, voxel: vec3<i32>, grid: Grid) -> Pair {
    let at = texel_of(voxel, grid);
    var texels = textureLoad(voxels, at.xy, at.z, 0).rg;
    if !has_pairs {
        let next = texel_of(vec3<i32>(min(voxel.x + 1, grid.size.x - 1), voxel.yz), grid);
        texels.y = textureLoad(voxels, next.xy, next.z, 0).r;
    }
    let values = vec2<f32>(value_of(texels.x), value_of(texels.y));
    return Pair(values, vec2<bool>(is_tissue(texels.x, values.x, grid), is_tissue(texels.y, values.y, grid)));
}

// A plane of the volume, by a table of 256 a row.
fn is_received(received: texture_2d<u32>, plane: i32, grid: Grid) -> bool {
    return !has_missing || table_of_planes(received, u32(plane_there(plane, grid))) != 0u;
}

fn table_of_planes(received: texture_2d<u32>, plane: u32) -> u32 {
    return textureLoad(received, vec2<u32>(plane & 255u, plane >> 8u), 0).r;
}

// The values of a pair, or that of the voxel under the position where they have none to lend.
fn lent(voxels: texture_2d_array<u32>, received: texture_2d<u32>, voxel: vec3<i32>, grid: Grid, own: f32) -> vec2<f32> {
    let pair = pair_at(voxels, voxel, grid);
    return select(vec2<f32>(own), pair.values, pair.are_numbers & vec2<bool>(is_received(received, voxel.z, grid)));
}

// Never outside of what is lent: a brick that holds nothing larger can then be left out.
fn linear_at(voxels: texture_2d_array<u32>, received: texture_2d<u32>, place: Place, grid: Grid, own: f32) -> f32 {
    let last = grid.size - 1;
    let low = clamp(place.voxel, vec3<i32>(0), last);
    let high = clamp(place.voxel + 1, vec3<i32>(0), last);
    let a = lent(voxels, received, low, grid, own);
    let b = lent(voxels, received, vec3<i32>(low.x, high.y, low.z), grid, own);
    let c = lent(voxels, received, vec3<i32>(low.x, low.y, high.z), grid, own);
    let d = lent(voxels, received, vec3<i32>(low.x, high.yz), grid, own);
    let near = vec4<f32>(a.x, b.x, c.x, d.x);
    let far = vec4<f32>(a.y, b.y, c.y, d.y);
    // Before the first voxel of a row, its pair is not around the position.
    let along_x = near + select(place.t.x, 0.0, place.voxel.x < 0) * (far - near);
    let along_y = along_x.xz + place.t.y * (along_x.yw - along_x.xz);
    let value = along_y.x + place.t.z * (along_y.y - along_y.x);
    let least = min(near, far);
    let most = max(near, far);
    return clamp(value, min(min(least.x, least.y), min(least.z, least.w)), max(max(most.x, most.y), max(most.z, most.w)));
}

fn cubic_at(voxels: texture_2d_array<u32>, received: texture_2d<u32>, place: Place, grid: Grid, own: f32) -> f32 {
    let last = grid.size - 1;
    let across = tap_weights(place.t.x);
    let down = tap_weights(place.t.y);
    let deep = tap_weights(place.t.z);
    var sum = 0.0;
    for (var z = 0; z < 4; z++) {
        for (var y = 0; y < 4; y++) {
            for (var x = 0; x < 4; x++) {
                let voxel = clamp(place.voxel + vec3<i32>(x, y, z) - 1, vec3<i32>(0), last);
                sum += across[x] * down[y] * deep[z] * lent(voxels, received, voxel, grid, own).x;
            }
        }
    }
    return sum;
}

// What lies at a position. Beyond the outermost centres, towards holes and towards planes that were not received, the voxel
// under the position is continued.
fn found_at(voxels: texture_2d_array<u32>, received: texture_2d<u32>, place: Place, grid: Grid) -> Found {
    let under = place.voxel + vec3<i32>(place.t >= vec3<f32>(0.5));
    let inside = clamp(under, vec3<i32>(0), grid.size - 1);
    var own = Pair(vec2<f32>(0.0), vec2<bool>(true));
    if sampling == SAMPLING_NEAREST || has_holes || has_missing {
        own = pair_at(voxels, inside, grid);
    }
    var found = Found(select(FOUND_HOLE, FOUND_VALUE, own.are_numbers.x), own.values.x);
    if sampling == SAMPLING_LINEAR {
        found.value = linear_at(voxels, received, place, grid, own.values.x);
    }
    if sampling == SAMPLING_CUBIC {
        found.value = cubic_at(voxels, received, place, grid, own.values.x);
    }
    found.what = select(FOUND_MISSING, found.what, is_received(received, inside.z, grid));
    found.what = select(FOUND_OUTSIDE, found.what, all(under == inside));
    return found;
}
