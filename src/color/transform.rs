//! From the colours of an image to those of a monitor, as one lattice of integers. PS3.4 N.2.2; rule G-34.
//!
//! The profiles are applied in double precision at the nodes of the lattice; between them both engines interpolate the
//! same integers, so that they agree to the bit. The nodes lie closer together in the dark, where the curves of monitors
//! are steep.
//!
//! GPU twin: `shaders/lib/color.wgsl`.

use std::sync::Arc;

use moxcms::{
    BarycentricWeightScale, ColorProfile, InterpolationMethod, Layout, RenderingIntent, TransformF64Executor,
    TransformOptions,
};

use super::profile::{IccProfile, ProfileError, ProfileId, guarded};

/// Nodes along each of red, green and blue.
const NODES: u8 = 52;
/// Node `n` of `m` stands for the level of white times (n / m) to this power.
const SPREAD: f64 = 1.5;
/// The way from one node to the next.
const STEP: u16 = 256;
/// A level of 8 bits in the 16 bits of a node.
const LEVEL: u32 = 257;

/// From the colours of one profile to those of another.
#[derive(Debug, Clone)]
pub struct ColorTransform {
    source: ProfileId,
    display: ProfileId,
    /// Red, green and blue of 16 bits at each node, blue counting fastest; none where nothing changes.
    nodes: Vec<[u16; 4]>,
}

/// The same profiles make the same transform.
impl PartialEq for ColorTransform {
    fn eq(&self, other: &Self) -> bool {
        self.profiles() == other.profiles()
    }
}

impl ColorTransform {
    /// Texels of a row of [`ColorTransform::texels`].
    pub const WIDTH: u32 = 1024;
    /// Rows of nodes in [`ColorTransform::texels`].
    const NODE_ROWS: u32 = (NODES as u32).pow(3).div_ceil(Self::WIDTH);
    /// Rows of [`ColorTransform::texels`].
    pub const HEIGHT: u32 = Self::NODE_ROWS + 1;

    /// Applies the profiles at every node: some 10 ms, more in a debug build; never to be waited for by a frame of the screen. Where
    /// there is no profile, sRGB is assumed.
    ///
    /// The intent is perceptual; of a profile that has only a colorimetric table, that one is taken.
    pub fn between(
        source: Option<&Arc<IccProfile>>,
        display: Option<&Arc<IccProfile>>,
    ) -> Result<Self, ProfileError> {
        let ids = (ProfileId::of(source), ProfileId::of(display));
        let nodes = if ids.0 == ids.1 { Vec::new() } else { nodes_between(source, display)? };
        Ok(Self { source: ids.0, display: ids.1, nodes })
    }

    /// Its profiles: the image's, the monitor's.
    pub const fn profiles(&self) -> (ProfileId, ProfileId) {
        (self.source, self.display)
    }

    /// Whether every colour stays as it is.
    pub const fn is_identity(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The colour on the monitor.
    #[expect(clippy::cast_possible_truncation, reason = "a mean of 16-bit values in steps of a level")]
    pub fn at(&self, color: [u8; 3]) -> [u8; 3] {
        if self.is_identity() {
            return color;
        }
        let positions = color.map(position);
        let parts = positions.map(|position| u32::from(position % STEP));
        let [red, green, blue] = parts;
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let middle = red + green + blue - most - least;
        // The corners of the cell that the way to the colour passes, and how long it stays at each: a tetrahedron's weights.
        let corner = |from: u32| {
            let node = |(position, part): (u16, u32)| position / STEP + u16::from(part >= from);
            let [red, green, blue] = [0, 1, 2].map(|at: usize| node((positions[at], parts[at])));
            self.node(red, green, blue)
        };
        let whole = u32::from(STEP);
        let passed = [
            (whole - most, corner(whole)),
            (most - middle, corner(most)),
            (middle - least, corner(middle)),
            (least, corner(least)),
        ];
        let of = |channel: usize| {
            let sum: u32 = passed.iter().map(|(weight, node)| weight * u32::from(node[channel])).sum();
            ((sum + whole * LEVEL / 2) / (whole * LEVEL)) as u8
        };
        [of(0), of(1), of(2)]
    }

    /// What the card looks up: the nodes in rows, and in the last row the position of each level.
    pub fn texels(&self) -> Vec<[u16; 4]> {
        let mut texels = self.nodes.clone();
        texels.resize((Self::WIDTH * Self::NODE_ROWS) as usize, [0; 4]);
        texels.extend((0..=u8::MAX).map(|level| [position(level), 0, 0, 0]));
        texels.resize((Self::WIDTH * Self::HEIGHT) as usize, [0; 4]);
        texels
    }

    /// Beyond the last node, where the weight is 0, the last.
    fn node(&self, red: u16, green: u16, blue: u16) -> [u16; 4] {
        let [red, green, blue] = [red, green, blue].map(|node| usize::from(node.min(u16::from(NODES) - 1)));
        let nodes = usize::from(NODES);
        self.nodes.get((red * nodes + green) * nodes + blue).copied().unwrap_or_default()
    }
}

/// Where a level lies on the lattice, in [`STEP`]s of a node.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 51 times 256")]
fn position(level: u8) -> u16 {
    let share = libm::pow(f64::from(level) / 255.0, 1.0 / SPREAD);
    (share * f64::from(NODES - 1) * f64::from(STEP)).round() as u16
}

fn nodes_between(
    source: Option<&Arc<IccProfile>>,
    display: Option<&Arc<IccProfile>>,
) -> Result<Vec<[u16; 4]>, ProfileError> {
    let parsed = |profile: Option<&Arc<IccProfile>>| {
        profile.map_or_else(|| Ok(ColorProfile::new_srgb()), |profile| profile.parsed())
    };
    let executor = executor(&parsed(source)?, &parsed(display)?)?;
    let shares: Vec<f64> =
        (0..NODES).map(|node| libm::pow(f64::from(node) / f64::from(NODES - 1), SPREAD)).collect();
    let colors = shares.iter().flat_map(|&red| {
        let shares = &shares;
        shares.iter().flat_map(move |&green| shares.iter().map(move |&blue| [red, green, blue]))
    });
    let colors: Vec<f64> = colors.flatten().collect();
    let mut mapped = vec![0.0; colors.len()];
    guarded(|| executor.transform(&colors, &mut mapped))?;
    let is_same = colors.iter().zip(&mapped).all(|(before, after)| (before - after).abs() < SAME);
    if is_same {
        return Ok(Vec::new());
    }
    let (mapped, _) = mapped.as_chunks::<3>();
    Ok(mapped.iter().map(|&[red, green, blue]| [word(red), word(green), word(blue), 0]).collect())
}

/// Colours that differ by less than half a level of 8 bits are the same.
const SAME: f64 = 0.5 / 255.0;

/// A share of white in 16 bits. What lies outside of the monitor's colours, or is no number, is cut.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 16 bits")]
fn word(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * f64::from(u16::MAX)).round() as u16
}

/// Foreign arithmetic from one profile to another, in double precision.
pub(super) fn executor(
    source: &ColorProfile,
    display: &ColorProfile,
) -> Result<Arc<TransformF64Executor>, ProfileError> {
    let of = |rendering_intent| {
        let options = TransformOptions {
            rendering_intent,
            // What the profile's own curves say.
            allow_use_cicp_transfer: false,
            prefer_fixed_point: false,
            // As other programs read the tables of a profile, and with all the precision there is.
            interpolation_method: InterpolationMethod::Tetrahedral,
            barycentric_weight_scale: BarycentricWeightScale::High,
        };
        guarded(|| source.create_transform_f64(Layout::Rgb, display, Layout::Rgb, options))
    };
    of(RenderingIntent::Perceptual).or_else(|_no_such_table| of(RenderingIntent::RelativeColorimetric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(profile: &ColorProfile) -> Arc<IccProfile> {
        IccProfile::of_image(&profile.encode().expect("a profile")).expect("usable")
    }

    #[test]
    fn without_profiles_and_with_the_same_nothing_changes() {
        let adobe = profile(&ColorProfile::new_adobe_rgb());
        for same in [None, Some(&adobe)] {
            let transform = ColorTransform::between(same, same).expect("a transform");
            assert!(transform.is_identity());
            assert_eq!(transform.at([1, 130, 254]), [1, 130, 254]);
        }
        let srgb = profile(&ColorProfile::new_srgb());
        let stated = ColorTransform::between(Some(&srgb), None).expect("a transform");
        assert!(stated.is_identity(), "sRGB that is stated is sRGB that is assumed");
    }

    #[test]
    fn black_stays_black_white_stays_white_and_gray_stays_gray() {
        let adobe = profile(&ColorProfile::new_adobe_rgb());
        let transform = ColorTransform::between(Some(&adobe), None).expect("a transform");
        assert!(!transform.is_identity());
        assert_eq!(transform.at([0; 3]), [0; 3]);
        assert_eq!(transform.at([255; 3]), [255; 3]);
        for level in 0..=255 {
            let [red, green, blue] = transform.at([level; 3]);
            assert!(red.abs_diff(green) <= 1 && green.abs_diff(blue) <= 1, "{level}: {red} {green} {blue}");
        }
    }

    /// Every level lies between two nodes, in order, and the last on the last.
    #[test]
    fn positions_climb_from_the_first_node_to_the_last() {
        assert_eq!((position(0), position(255)), (0, 51 * STEP));
        for level in 0..255 {
            assert!(position(level) < position(level + 1), "{level}");
        }
    }

    /// A colour at a node is the node's, whatever lies around.
    #[test]
    fn between_nodes_colours_are_means_of_the_corners_around() {
        let ramp = |node: u16| node * (u16::MAX / 51);
        let nodes = (0..52).flat_map(|red| {
            (0..52).flat_map(move |green| (0..52).map(move |blue| [ramp(red), ramp(green), ramp(blue), 0]))
        });
        let transform =
            ColorTransform { source: ProfileId::SRGB, display: ProfileId::SRGB, nodes: nodes.collect() };
        for color in [[0, 0, 0], [255, 255, 255], [10, 200, 30], [255, 0, 128], [3, 3, 2]] {
            let expected = color.map(|level: u8| {
                let share = f64::from(position(level)) / (51.0 * 256.0);
                share * 255.0
            });
            for (found, expected) in transform.at(color).into_iter().zip(expected) {
                assert!((f64::from(found) - expected).abs() <= 0.5, "{color:?}: {found} {expected}");
            }
        }
    }
}
