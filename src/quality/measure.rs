//! One metric of regions, whichever it is.

use crate::units::MmPerPixel;

use super::disc::disc_mtf;
use super::edge::edge_mtf;
use super::error::QualityError;
use super::grid::{Grid, Region};
use super::metric::Metric;
use super::mtf::Mtf;
use super::nps::{NoisePower, SQUARES_MAX, noise_power, squares};
use super::piu::piu;
use super::report::{Curve, NamedValue};
use super::statistics::{contrasts, snr, uniformity};

/// Side of the squares of a noise power spectrum where nobody says, if the region has room for it.
const SIDE: u32 = 64;

/// What is to be measured.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What is counted.
    pub metric: Metric,
    /// Where, and the values there.
    pub regions: &'a [(Region, Grid)],
    /// The background of a contrast.
    pub background: Option<&'a Grid>,
    /// The size of a pixel, where it is known.
    pub mm: Option<MmPerPixel>,
    /// Side of the squares of a noise power spectrum, pixels.
    pub side: Option<u32>,
    /// The unit of the values; empty where they have none.
    pub unit: &'a str,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The numbers, each finite.
    pub values: Vec<NamedValue>,
    /// The curve of a spectrum or a transfer.
    pub curve: Option<Curve>,
    /// Side of the squares that were used, pixels.
    pub side: Option<u32>,
}

/// Measures, or says why not.
pub fn measure(asked: &Asked<'_>) -> Result<Found, QualityError> {
    let Asked { metric, regions, background, .. } = *asked;
    if regions.is_empty() {
        return Err(QualityError::Regions { metric, wanted: "a region at least" });
    }
    if background.is_some() != (metric == Metric::Cnr) {
        let wanted = if metric == Metric::Cnr { "a background" } else { "no background" };
        return Err(QualityError::Regions { metric, wanted });
    }
    if asked.side.is_some() && metric != Metric::Nps {
        return Err(QualityError::Regions { metric, wanted: "no squares: these are of nps" });
    }
    let grids: Vec<&Grid> = regions.iter().map(|(_, grid)| grid).collect();
    let found = match metric {
        Metric::Snr => of_snr(&grids, asked.unit)?,
        Metric::Cnr => of_cnr(&grids, background, asked.unit)?,
        Metric::Uniformity => of_uniformity(&grids, asked.unit)?,
        Metric::Piu => of_piu(&grids, spacing(asked)?, asked.unit)?,
        Metric::Nps => of_nps(&grids, spacing(asked)?, asked.side, asked.unit)?,
        Metric::Mtf => {
            let (degrees, mtf) = edge_mtf(&one_place(metric, regions)?, spacing(asked)?)?;
            of_mtf(value("angle", degrees, "°"), mtf, asked.unit)
        }
        Metric::MtfDisc => {
            let (radius_mm, mtf) = disc_mtf(&one_place(metric, regions)?, spacing(asked)?)?;
            of_mtf(value("radius", radius_mm, "mm"), mtf, asked.unit)
        }
    };
    let points = found.curve.iter().flat_map(|curve| &curve.points).map(|point| point.value);
    let is_told = found.values.iter().map(|value| value.value).chain(points).all(f64::is_finite);
    if is_told { Ok(found) } else { Err(QualityError::NoNumber) }
}

/// Millimetres that can be counted in.
fn spacing(asked: &Asked<'_>) -> Result<MmPerPixel, QualityError> {
    let is_length = |mm: f64| (1e-6..1e6).contains(&mm);
    let mm = asked.mm.filter(|mm| is_length(mm.row) && is_length(mm.column));
    mm.ok_or(QualityError::NoSpacing { metric: asked.metric })
}

/// The mean of one region over the images that it was asked of.
fn one_place(metric: Metric, regions: &[(Region, Grid)]) -> Result<Grid, QualityError> {
    let refused = QualityError::Regions { metric, wanted: "one region, of one image or of several" };
    let mut rects = regions.iter().map(|(region, _)| region.rect);
    let first = rects.next();
    if rects.any(|rect| Some(rect) != first) {
        return Err(refused);
    }
    let grids: Vec<&Grid> = regions.iter().map(|(_, grid)| grid).collect();
    Grid::mean_of(&grids).ok_or(refused)
}

fn of_snr(grids: &[&Grid], unit: &str) -> Result<Found, QualityError> {
    let mut values = Vec::new();
    for (at, grid) in (1_u32..).zip(grids) {
        let found = snr(grid)?;
        values.push(value(format!("mean {at}"), found.of.mean, unit));
        values.push(value(format!("noise {at}"), found.of.deviation, unit));
        values.push(value(format!("snr {at}"), found.ratio, ""));
    }
    Ok(numbers(values))
}

fn of_cnr(grids: &[&Grid], background: Option<&Grid>, unit: &str) -> Result<Found, QualityError> {
    let wanted = QualityError::Regions { metric: Metric::Cnr, wanted: "a background" };
    let (behind, found) = contrasts(grids, background.ok_or(wanted)?)?;
    let mut values =
        vec![value("background", behind.mean, unit), value("background noise", behind.deviation, unit)];
    for (at, contrast) in (1_u32..).zip(found) {
        values.push(value(format!("mean {at}"), contrast.mean, unit));
        values.push(value(format!("contrast {at}"), contrast.difference, unit));
        values.push(value(format!("cnr {at}"), contrast.ratio, ""));
    }
    Ok(numbers(values))
}

fn of_uniformity(grids: &[&Grid], unit: &str) -> Result<Found, QualityError> {
    let [centre, edge @ ..] = grids else { return Err(five_regions()) };
    if edge.len() != 4 {
        return Err(five_regions());
    }
    let found = uniformity(centre, edge)?;
    let mut values =
        vec![value("centre", found.centre.mean, unit), value("noise", found.centre.deviation, unit)];
    for (at, difference) in (1_u32..).zip(found.differences) {
        values.push(value(format!("difference {at}"), difference, unit));
    }
    values.push(value("uniformity", found.largest, unit));
    Ok(numbers(values))
}

const fn five_regions() -> QualityError {
    let wanted = "five regions: the centre of the phantom, then four places at its edge";
    QualityError::Regions { metric: Metric::Uniformity, wanted }
}

fn of_piu(grids: &[&Grid], mm: MmPerPixel, unit: &str) -> Result<Found, QualityError> {
    let [region] = grids else {
        let wanted = "one region: the square about the phantom, less its rim";
        return Err(QualityError::Regions { metric: Metric::Piu, wanted });
    };
    let found = piu(region, mm)?;
    Ok(numbers(vec![
        value("highest", found.highest, unit),
        value("lowest", found.lowest, unit),
        value("piu", found.percent, "%"),
    ]))
}

fn of_nps(grids: &[&Grid], mm: MmPerPixel, side: Option<u32>, unit: &str) -> Result<Found, QualityError> {
    let smallest = grids.iter().map(|grid| grid.columns().min(grid.rows())).min().unwrap_or_default();
    let side = side.unwrap_or_else(|| SIDE.min(smallest));
    let mut all = Vec::new();
    for grid in grids {
        all.extend(squares(grid, side)?);
        // These are refused; there is no need to cut out more of them.
        if all.len() as u64 > SQUARES_MAX {
            break;
        }
    }
    let NoisePower { squares, integral, variance, radial, peak_per_mm, mean_per_mm, .. } =
        noise_power(&all, mm)?;
    let squared = if unit.is_empty() { String::new() } else { format!("{unit}²") };
    let power = if unit.is_empty() { "mm²".to_owned() } else { format!("{unit}²·mm²") };
    let values = vec![
        value("squares", f64::from(squares), ""),
        value("noise", variance.sqrt(), unit),
        value("variance", variance, &squared),
        value("integral", integral, &squared),
        value("peak frequency", peak_per_mm, "mm⁻¹"),
        value("mean frequency", mean_per_mm, "mm⁻¹"),
    ];
    Ok(Found { curve: Some(Curve { unit: power, points: radial }), side: Some(side), ..numbers(values) })
}

fn of_mtf(edge: NamedValue, mtf: Mtf, unit: &str) -> Found {
    let mut values = vec![
        edge,
        value("contrast", mtf.contrast.abs(), unit),
        value("noise", mtf.noise, unit),
        value("nyquist", mtf.nyquist_per_mm, "lp/mm"),
    ];
    for (name, found) in [("mtf50", mtf.half_per_mm), ("mtf10", mtf.tenth_per_mm)] {
        values.extend(found.map(|per_mm| value(name, per_mm, "lp/mm")));
    }
    Found { curve: Some(Curve { unit: String::new(), points: mtf.curve }), ..numbers(values) }
}

fn numbers(values: Vec<NamedValue>) -> Found {
    Found { values, curve: None, side: None }
}

fn value(name: impl Into<String>, value: f64, unit: &str) -> NamedValue {
    NamedValue { name: name.into(), value, unit: unit.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::grid::Rect;
    use super::super::testing::{Noise, grid};
    use super::*;

    const MM: MmPerPixel = MmPerPixel { row: 0.5, column: 0.5 };

    fn placed(grid: &Grid, image: u32) -> (Region, Grid) {
        let rect = Rect { x: 0, y: 0, width: grid.columns(), height: grid.rows() };
        (Region { rect, image }, grid.clone())
    }

    fn asked(metric: Metric, regions: &[(Region, Grid)]) -> Asked<'_> {
        Asked { metric, regions, background: None, mm: Some(MM), side: None, unit: "HU" }
    }

    fn names(found: &Found) -> Vec<String> {
        found.values.iter().map(|value| format!("{} [{}]", value.name, value.unit)).collect()
    }

    #[test]
    fn every_number_has_its_name_and_unit() {
        let noise = Noise(4).grid(64, 64, 10.0);
        let above = grid(64, 64, |x, y| 100.0 + f64::from((x + y) % 2));
        let regions = [placed(&above, 1)];
        let found = measure(&asked(Metric::Snr, &regions)).expect("numbers");
        assert_eq!(names(&found), ["mean 1 [HU]", "noise 1 [HU]", "snr 1 []"]);
        let found =
            measure(&Asked { background: Some(&noise), ..asked(Metric::Cnr, &regions) }).expect("numbers");
        let expected =
            ["background [HU]", "background noise [HU]", "mean 1 [HU]", "contrast 1 [HU]", "cnr 1 []"];
        assert_eq!(names(&found), expected);
        let five = [1, 2, 3, 4, 5].map(|image| placed(&above, image));
        let found = measure(&asked(Metric::Uniformity, &five)).expect("numbers");
        assert_eq!(found.values.len(), 7);
        let regions = [placed(&noise, 1), placed(&noise, 2)];
        let found = measure(&Asked { side: Some(32), ..asked(Metric::Nps, &regions) }).expect("numbers");
        assert_eq!(found.side, Some(32));
        assert_eq!(found.curve.as_ref().map(|curve| curve.unit.as_str()), Some("HU²·mm²"));
        assert!(names(&found).contains(&"variance [HU²]".to_owned()), "{:?}", names(&found));
        let squares = found.values.first().map(|value| value.value);
        assert_eq!(squares, Some(18.0), "nine squares of each of two images");
        let bare = measure(&Asked { unit: "", ..asked(Metric::Nps, &regions) }).expect("numbers");
        assert_eq!((bare.side, bare.curve.map(|curve| curve.unit)), (Some(64), Some("mm²".to_owned())));
    }

    /// Of several images the edge is that of their mean, in which the noise is less.
    #[test]
    fn an_edge_is_measured_in_the_mean_of_its_images() {
        let images = [1, 2, 3, 4].map(|image| {
            let noise = Noise(u64::from(image)).grid(48, 48, 30.0);
            let edge =
                grid(48, 48, |x, y| 1000.0 * f64::from(u8::from(f64::from(x) > 22.3 + 0.07 * f64::from(y))));
            let values = edge.values().iter().zip(noise.values()).map(|(a, b)| a + b).collect();
            placed(&Grid::new(48, 48, values).expect("a grid"), image)
        });
        let noise = |images: &[(Region, Grid)]| {
            let found = measure(&asked(Metric::Mtf, images)).expect("numbers");
            found.values.iter().find(|value| value.name == "noise").map(|value| value.value)
        };
        let (one, four) = (noise(&images[..1]).expect("one"), noise(&images).expect("four"));
        assert!((one / 30.0 - 1.0).abs() < 0.15 && (four / 15.0 - 1.0).abs() < 0.15, "{one} {four}");
    }

    #[test]
    fn other_regions_than_a_metric_takes_are_refused() {
        let even = grid(64, 64, |x, y| 100.0 + f64::from((x + y) % 2));
        let [one, mut other] = [1, 2].map(|image| placed(&even, image));
        other.0.rect.x = 7;
        let two = [one.clone(), other];
        for metric in [Metric::Uniformity, Metric::Piu, Metric::Mtf, Metric::MtfDisc, Metric::Cnr] {
            let error = measure(&asked(metric, &two)).expect_err("refused");
            assert!(matches!(error, QualityError::Regions { .. }), "{metric}: {error}");
        }
        for metric in Metric::ALL {
            let nothing = measure(&asked(metric, &[]));
            assert!(matches!(nothing, Err(QualityError::Regions { .. })), "{metric}");
        }
        let one = [one];
        let with_background = Asked { background: Some(&even), ..asked(Metric::Snr, &one) };
        assert!(matches!(measure(&with_background), Err(QualityError::Regions { .. })));
        let with_side = Asked { side: Some(32), ..asked(Metric::Snr, &one) };
        assert!(matches!(measure(&with_side), Err(QualityError::Regions { .. })));
        for mm in [None, Some(MmPerPixel { row: 0.0, column: f64::NAN })] {
            for metric in [Metric::Piu, Metric::Nps, Metric::Mtf, Metric::MtfDisc] {
                let error = measure(&Asked { mm, ..asked(metric, &one) }).expect_err("refused");
                assert_eq!(error, QualityError::NoSpacing { metric });
            }
        }
    }

    /// Values of every size, noise, steps and even patches.
    fn hostile() -> impl Strategy<Value = Grid> {
        let value = prop_oneof![
            Just(0.0),
            Just(-1e60),
            Just(1e60),
            Just(1e-300),
            Just(f64::MIN_POSITIVE),
            -1000.0..1000.0_f64
        ];
        let pixels = (1..70_u32, 1..70_u32, prop::collection::vec(value, 1..12), 1..400_usize);
        pixels.prop_map(|(columns, rows, values, run)| {
            let count = (columns * rows) as usize;
            let values =
                values.into_iter().flat_map(|value| std::iter::repeat_n(value, run)).collect::<Vec<_>>();
            let values = values.into_iter().cycle().take(count).collect();
            Grid::new(columns, rows, values).expect("a grid")
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Whatever is in an image: finite numbers, or a reason.
        #[test]
        fn whatever_is_measured_is_a_number_or_a_reason(
            grid in hostile(), row in 1e-7..1e7_f64, column in 1e-7..1e7_f64, count in 1..6_usize
        ) {
            let regions = vec![placed(&grid, 1); count];
            for metric in Metric::ALL {
                let background = (metric == Metric::Cnr).then_some(&grid);
                let mm = Some(MmPerPixel { row, column });
                match measure(&Asked { background, mm, ..asked(metric, &regions) }) {
                    Ok(found) => {
                        prop_assert!(found.values.iter().all(|value| value.value.is_finite()));
                        prop_assert!(!found.values.is_empty());
                    }
                    Err(error) => prop_assert!(!error.to_string().is_empty()),
                }
            }
        }
    }
}
