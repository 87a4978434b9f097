//! What values look like in a rendering: opacity and colour by value, and how light falls on it.
//!
//! Files of it are TOML: `assets/presets/volume/*.toml`. GPU twin of the look-up: `shaders/rendering.wgsl`.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

/// How a volume is rendered, ready to be looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// Its name in commands: `cta`.
    pub name: String,
    /// Its name for a reader: *CTA*.
    pub title: String,
    /// The modality that it is made for; empty for any.
    pub modality: String,
    /// The modality value of the first entry.
    pub low: f64,
    /// The modality value of the last entry.
    pub high: f64,
    /// [`Transfer::LENGTH`] entries at even distances from `low` to `high`.
    pub entries: Vec<Appearance>,
    /// How light falls on it.
    pub shading: Shading,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Appearance {
    /// The share of light that a millimetre takes away, 0 to 1.
    pub opacity_per_mm: f64,
    /// Red, green and blue of sRGB, 0 to 1.
    pub color: [f64; 3],
}

/// How light falls on surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shading {
    /// The share of the colour that is seen without light.
    pub ambient: f64,
    /// The share that a surface facing the light adds.
    pub diffuse: f64,
    /// The white of a highlight.
    pub specular: f64,
    /// How small a highlight is: the exponent.
    pub shininess: f64,
}

/// A transfer function in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    title: String,
    #[serde(default)]
    modality: String,
    /// Value and opacity of a millimetre.
    opacity: Vec<[f64; 2]>,
    /// Value, red, green, blue.
    color: Vec<[f64; 4]>,
    shading: Shading,
}

/// Why a file is no transfer function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferFault {
    /// It is no TOML, or says something that is not known.
    #[error("{why}")]
    Toml {
        /// What the parser says, with line and column.
        why: String,
    },
    /// Points of a curve.
    #[error("`{key}`: {why}")]
    Points {
        /// Which curve.
        key: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

macro_rules! shipped {
    ($($name:literal),+) => {
        &[$(($name, include_str!(concat!("../../assets/presets/volume/", $name, ".toml")))),+]
    };
}

static SHIPPED: &[(&str, &str)] = shipped!["bone", "cta", "lung", "mr-angio", "skin"];

impl Transfer {
    /// Entries of a transfer function.
    pub const LENGTH: usize = 4096;

    /// Those that every installation has, by name.
    pub fn shipped() -> &'static [Arc<Self>] {
        static ALL: LazyLock<Vec<Arc<Transfer>>> = LazyLock::new(|| {
            // A test reads all of them.
            SHIPPED.iter().filter_map(|(name, text)| Transfer::parse(name, text).ok().map(Arc::new)).collect()
        });
        &ALL
    }

    /// Reads a file's text.
    pub fn parse(name: &str, text: &str) -> Result<Self, TransferFault> {
        let stated: Stated =
            toml::from_str(text).map_err(|error| TransferFault::Toml { why: error.to_string() })?;
        let opacity: Vec<(f64, [f64; 1])> =
            stated.opacity.iter().map(|&[value, opacity]| (value, [opacity])).collect();
        let color: Vec<(f64, [f64; 3])> =
            stated.color.iter().map(|&[value, red, green, blue]| (value, [red, green, blue])).collect();
        check("opacity", &opacity)?;
        check("color", &color)?;
        let Shading { ambient, diffuse, specular, shininess } = stated.shading;
        let is_share = |share: &f64| (0.0..=1.0).contains(share);
        if ![ambient, diffuse, specular].iter().all(is_share) || !(1.0..=256.0).contains(&shininess) {
            let why = "ambient, diffuse and specular lie from 0 to 1, shininess from 1 to 256";
            return Err(TransferFault::Points { key: "shading", why });
        }
        // What is seen lies where the opacity changes: beyond its ends nothing does.
        let ends = opacity.first().zip(opacity.last()).map_or((0.0, 1.0), |(first, last)| (first.0, last.0));
        #[expect(clippy::cast_precision_loss, reason = "4096 places")]
        let at = |place: usize| ends.0 + (ends.1 - ends.0) * place as f64 / (Self::LENGTH - 1) as f64;
        let entry = |place| {
            let [opacity_per_mm] = between(&opacity, at(place));
            Appearance { opacity_per_mm, color: between(&color, at(place)) }
        };
        Ok(Self {
            name: name.to_owned(),
            title: stated.title,
            modality: stated.modality,
            low: ends.0,
            high: ends.1,
            entries: (0..Self::LENGTH).map(entry).collect(),
            shading: stated.shading,
        })
    }

    /// What a modality value looks like: between entries linearly, beyond the ends as at them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "clamped to the entries"
    )]
    pub fn at(&self, value: f64) -> Appearance {
        let last = self.entries.len().saturating_sub(1);
        let place = ((value - self.low) / (self.high - self.low) * last as f64).clamp(0.0, last as f64);
        let (below, share) = (place as usize, place.fract());
        let entry = |place: usize| self.entries.get(place.min(last)).copied().unwrap_or_default();
        let (a, b) = (entry(below), entry(below + 1));
        let mix = |a: f64, b: f64| a + (b - a) * share;
        let ([red, green, blue], [red_b, green_b, blue_b]) = (a.color, b.color);
        Appearance {
            opacity_per_mm: mix(a.opacity_per_mm, b.opacity_per_mm),
            color: [mix(red, red_b), mix(green, green_b), mix(blue, blue_b)],
        }
    }
}

fn check<const N: usize>(key: &'static str, points: &[(f64, [f64; N])]) -> Result<(), TransferFault> {
    let fault = |why| Err(TransferFault::Points { key, why });
    if points.len() < 2 {
        return fault("it needs two points at least");
    }
    if !points.is_sorted_by(|a, b| a.0 < b.0) {
        return fault("its values must rise from point to point");
    }
    let are_shares = |shares: &[f64; N]| shares.iter().all(|share| (0.0..=1.0).contains(share));
    if !points.iter().all(|(value, shares)| value.is_finite() && are_shares(shares)) {
        return fault("opacity and colours lie from 0 to 1, and values are numbers");
    }
    Ok(())
}

/// On the line from point to point, and beyond the ends as at them.
fn between<const N: usize>(points: &[(f64, [f64; N])], value: f64) -> [f64; N] {
    let after = points.partition_point(|(at, _)| *at <= value);
    match (after.checked_sub(1).and_then(|before| points.get(before)), points.get(after)) {
        (Some((low, a)), Some((high, b))) => {
            let share = (value - low) / (high - low);
            std::array::from_fn(|part| {
                let of = |shares: &[f64; N]| shares.get(part).copied().unwrap_or_default();
                of(a) + (of(b) - of(a)) * share
            })
        }
        (Some((_, only)), None) | (None, Some((_, only))) => *only,
        (None, None) => [0.0; N],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_one_can_be_read() {
        assert_eq!(Transfer::shipped().len(), SHIPPED.len());
        for (name, text) in SHIPPED {
            Transfer::parse(name, text).expect(name);
        }
    }

    #[test]
    fn values_between_points_lie_on_the_line_and_beyond_the_ends_stay() {
        let bone = Transfer::parse("bone", SHIPPED[0].1).expect("bone");
        let near = |a: f64, b: f64| assert!((a - b).abs() < 2e-3, "{a} for {b}");
        near(bone.at(-1000.0).opacity_per_mm, 0.0);
        near(bone.at(210.0).opacity_per_mm, 0.04);
        near(bone.at(380.0).opacity_per_mm, 0.215);
        near(bone.at(5000.0).opacity_per_mm, 0.8);
        let [red, green, blue] = bone.at(510.0).color;
        near(red, 0.895);
        near(green, 0.81);
        near(blue, 0.68);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let refuse = |text: &str| Transfer::parse("x", text).expect_err("a fault").to_string();
        let shading = "shading = { ambient = 0.1, diffuse = 0.9, specular = 0.2, shininess = 10 }\n";
        let of = |opacity: &str, color: &str| {
            refuse(&format!("title = 'x'\nopacity = {opacity}\ncolor = {color}\n{shading}"))
        };
        let color = "[[0, 0, 0, 0], [1, 1, 1, 1]]";
        assert_eq!(of("[[0, 0]]", color), "`opacity`: it needs two points at least");
        assert_eq!(of("[[1, 0], [0, 1]]", color), "`opacity`: its values must rise from point to point");
        assert!(
            of("[[0, 0], [1, 1.5]]", color).starts_with("`opacity`: opacity and colours lie from 0 to 1")
        );
        assert!(of("[[0, 0], [1, 1]]", "[[0, 0, 0, 0], [nan, 1, 1, 1]]").starts_with("`color`"));
        assert!(refuse("titel = 'x'").contains("titel"), "{}", refuse("titel = 'x'"));
        let dark = shading.replace("0.9", "9");
        assert!(
            refuse(&format!("title='x'\nopacity=[[0,0],[1,1]]\ncolor={color}\n{dark}")).contains("`shading`")
        );
    }
}
