//! What values look like in a rendering: opacity and colour by value, and how light falls on it.
//!
//! Files of it are TOML: `assets/presets/volume/*.toml`. GPU twin of the look-up: `shaders/rendering.wgsl`.

use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

/// How a volume is rendered, ready to be looked up.
#[derive(Clone, PartialEq)]
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
    /// The curve of opacity that the entries were made from: as in [`TransferFile`].
    pub opacity: Vec<[f64; 2]>,
    /// The curve of colours that they were made from.
    pub color: Vec<[f64; 4]>,
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

/// A transfer function as its file states it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferFile {
    /// Its name for a reader.
    pub title: String,
    /// The modality that it is made for; empty for any.
    #[serde(default)]
    pub modality: String,
    /// Value and opacity of a millimetre, 2 to [`TransferFile::POINTS_MAX`] points.
    pub opacity: Vec<[f64; 2]>,
    /// Value, red, green, blue, as many points.
    pub color: Vec<[f64; 4]>,
    /// How light falls on it.
    pub shading: Shading,
}

/// Why a file is no transfer function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferFault {
    /// It is no TOML, or says something that is not known.
    #[error("line {line}: {why}")]
    Toml {
        /// Line, from 1.
        line: usize,
        /// What the parser says.
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

/// Without its entries: thousands of them.
impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, low, high, .. } = self;
        let mut shown = f.debug_struct("Transfer");
        shown.field("name", name).field("low", low).field("high", high).finish_non_exhaustive()
    }
}

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
        let file = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let why = error.message().lines().collect::<Vec<_>>().join(", ");
            TransferFault::Toml { line: 1 + before.matches('\n').count(), why }
        })?;
        Self::new(name, file)
    }

    /// Makes the entries of what a file states.
    pub fn new(name: &str, file: TransferFile) -> Result<Self, TransferFault> {
        let opacity: Vec<(f64, [f64; 1])> =
            file.opacity.iter().map(|&[value, opacity]| (value, [opacity])).collect();
        let color: Vec<(f64, [f64; 3])> =
            file.color.iter().map(|&[value, red, green, blue]| (value, [red, green, blue])).collect();
        check("opacity", &opacity)?;
        check("color", &color)?;
        let Shading { ambient, diffuse, specular, shininess } = file.shading;
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
            low: ends.0,
            high: ends.1,
            entries: (0..Self::LENGTH).map(entry).collect(),
            title: file.title,
            modality: file.modality,
            shading: file.shading,
            opacity: file.opacity,
            color: file.color,
        })
    }

    /// What its file states.
    pub fn file(&self) -> TransferFile {
        TransferFile {
            title: self.title.clone(),
            modality: self.modality.clone(),
            opacity: self.opacity.clone(),
            color: self.color.clone(),
            shading: self.shading,
        }
    }

    /// The same looks for values that are `by` higher, over `stretch` times as wide a range about its middle; as it is where that
    /// would be no range of numbers.
    #[must_use]
    pub fn moved(&self, by: f64, stretch: f64) -> Self {
        /// A narrower range is none for the card, as a share of its middle.
        const NARROWEST: f64 = 1e-5;
        let middle = f64::midpoint(self.low, self.high) + by;
        let half = ((self.high - self.low) / 2.0 * stretch).max(middle.abs().max(1.0) * NARROWEST);
        let (low, high) = (middle - half, middle + half);
        if low.abs() >= f64::from(f32::MAX) || high.abs() >= f64::from(f32::MAX) {
            return self.clone();
        }
        let at = |value: f64| low + (value - self.low) / (self.high - self.low) * (high - low);
        Self {
            low,
            high,
            opacity: self.opacity.iter().map(|&[value, opacity]| [at(value), opacity]).collect(),
            color: self.color.iter().map(|&[value, r, g, b]| [at(value), r, g, b]).collect(),
            ..self.clone()
        }
    }

    /// Whether it is made of the same curves under the same light, whatever it is called.
    pub fn looks_like(&self, other: &Self) -> bool {
        (&self.opacity, &self.color, self.shading) == (&other.opacity, &other.color, other.shading)
    }

    /// The one that every installation has by a name.
    pub fn named(name: &str) -> Option<&'static Arc<Self>> {
        Self::shipped().iter().find(|transfer| transfer.name == name)
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

impl TransferFile {
    /// The most points of a curve.
    pub const POINTS_MAX: usize = 256;

    /// The text of the file: reading it gives the same.
    pub fn to_toml(&self) -> String {
        let Shading { ambient, diffuse, specular, shininess } = self.shading;
        let text = |text: &str| toml::Value::String(text.to_owned());
        format!(
            "title = {}\nmodality = {}\n# value, opacity of a millimetre\nopacity = {:?}\n# value, red, green, blue\ncolor = {:?}\n\
             shading = {{ ambient = {ambient:?}, diffuse = {diffuse:?}, specular = {specular:?}, shininess = {shininess:?} }}\n",
            text(&self.title),
            text(&self.modality),
            self.opacity,
            self.color,
        )
    }
}

/// A colour in sRGB of 8 bits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares are clamped to 8 bits")]
pub fn levels(color: [f64; 3]) -> [u8; 3] {
    color.map(|share| (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
}

fn check<const N: usize>(key: &'static str, points: &[(f64, [f64; N])]) -> Result<(), TransferFault> {
    let fault = |why| Err(TransferFault::Points { key, why });
    if points.len() < 2 {
        return fault("it needs two points at least");
    }
    if points.len() > TransferFile::POINTS_MAX {
        return fault("it has more than 256 points");
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
    fn what_is_written_is_read_again() {
        for transfer in Transfer::shipped() {
            let mut file = transfer.file();
            file.title = "\"quoted\" \\ and\nmore".to_owned();
            file.opacity.iter_mut().for_each(|[value, _]| *value = value.next_up());
            let again = Transfer::parse(&transfer.name, &file.to_toml()).expect("a transfer function");
            assert_eq!(again.file(), file);
            assert_eq!(Transfer::new(&transfer.name, file), Ok(again));
        }
    }

    #[test]
    fn what_is_moved_looks_the_same_at_other_values() {
        let bone = Transfer::named("bone").expect("bone");
        let moved = bone.moved(100.0, 1.0);
        for value in [200.0, 380.0, 900.0] {
            let (a, b) = (bone.at(value), moved.at(value + 100.0));
            assert!((a.opacity_per_mm - b.opacity_per_mm).abs() < 1e-9, "{a:?} {b:?}");
        }
        let wide = bone.moved(0.0, 2.0);
        assert!((wide.high - wide.low - 2.0 * (bone.high - bone.low)).abs() < 1e-9);
        assert!((wide.high + wide.low - bone.high - bone.low).abs() < 1e-9, "about its middle");
        let again = Transfer::new("bone", wide.file()).expect("a transfer function");
        for value in [wide.low + 10.0, wide.high - 200.0] {
            let (a, b) = (wide.at(value), again.at(value));
            assert!(a.color.iter().zip(b.color).all(|(a, b)| (a - b).abs() < 2e-3), "{a:?} {b:?}");
        }
        let narrow = bone.moved(0.0, 0.0);
        assert!(narrow.high > narrow.low, "never nothing");
        assert_eq!(bone.moved(f64::MAX, 1.0), **bone, "no number of the card");
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
        let unknown = refuse("# mine\ntitel = 'x'");
        assert!(unknown.starts_with("line 2: unknown field `titel`"), "{unknown}");
        let mut many: Vec<[u32; 2]> = (0..257).map(|value| [value, 0]).collect();
        assert_eq!(of(&format!("{many:?}"), color), "`opacity`: it has more than 256 points");
        many.truncate(256);
        let most = format!("title = 'x'\nopacity = {many:?}\ncolor = {color}\n{shading}");
        assert_eq!(Transfer::parse("x", &most).map(|most| most.high), Ok(255.0));
        assert!(of("[[0, 0], [0, 1]]", color).contains("must rise"), "and not stay");
        let dark = shading.replace("0.9", "9");
        assert!(
            refuse(&format!("title='x'\nopacity=[[0,0],[1,1]]\ncolor={color}\n{dark}")).contains("`shading`")
        );
    }
}
