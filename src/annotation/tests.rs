//! Rules, one by one, and the words beside a mark.

use dicom_dictionary_std::{tags, uids};
use proptest::prelude::*;

use super::testing::{any_shape, calibrated, image, image_of};
use super::{
    Basis, Magnification, Measurement, Refusal, Sample, Scale, Shape, Values, contradicts, measure,
    measure_with, scale_by_state, scale_for,
};
use crate::dicom::{
    Calibration, CalibrationMethod, Frame, Pixels, Reals, RegionFormat, UltrasoundRegion, Writer,
};
use crate::geometry::{Image, Point};
use crate::study;
use crate::units::MmPerPixel;

const HALF: MmPerPixel = MmPerPixel { row: 0.5, column: 0.25 };

fn spaced(writer: Writer) -> Writer {
    writer.decimals(tags::PIXEL_SPACING, &[0.5, 0.25])
}

fn plain(writer: Writer) -> Writer {
    writer
}

fn placed(writer: Writer) -> Writer {
    spaced(writer)
        .decimals(tags::IMAGE_POSITION_PATIENT, &[0.0, 0.0, 0.0])
        .decimals(tags::IMAGE_ORIENTATION_PATIENT, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
}

fn scale(image: &study::Image) -> (Option<MmPerPixel>, Basis) {
    let scale = scale_for(image, &[Point::flat(0.0, 0.0), Point::flat(3.0, 4.0)]).expect("a scale");
    (scale.mm_per_pixel, scale.basis)
}

/// The scale of a radiograph that states this besides, with Pixel Spacing or without.
fn radiograph(has_spacing: bool, calibration: &Calibration) -> (Option<MmPerPixel>, Basis) {
    let image = image("DX", if has_spacing { spaced } else { plain });
    scale(&calibrated(image, calibration.clone()))
}

fn at_detector(spacing: MmPerPixel) -> Calibration {
    Calibration { imager_spacing: Some(spacing), ..Calibration::default() }
}

/// A line of 3 columns and 4 rows.
fn line() -> Shape {
    Shape::Length([Point::flat(0.0, 0.0), Point::flat(3.0, 4.0)])
}

fn points<const N: usize>(at: [[f64; 2]; N]) -> [Point<Image>; N] {
    at.map(|[x, y]| Point::flat(x, y))
}

fn words(measurement: &Measurement) -> Vec<&str> {
    measurement.lines.iter().map(String::as_str).collect()
}

#[test]
fn a_cross_section_has_the_millimetres_of_pixel_spacing_and_no_words() {
    for modality in ["CT", "MR", "PT"] {
        assert_eq!(scale(&image(modality, spaced)), (Some(HALF), Basis::Section), "{modality}");
    }
    // A place in the patient makes a section of what else is none.
    assert_eq!(scale(&image("NM", placed)), (Some(HALF), Basis::Section));
    assert_eq!(scale(&image("NM", spaced)), (Some(HALF), Basis::Unknown));
    // Reconstructions of projections, whatever modality made them.
    let tomosynthesis = image_of("1.2.840.10008.5.1.4.1.1.13.1.3", "MG", spaced);
    assert_eq!(scale(&tomosynthesis), (Some(HALF), Basis::Section));
    assert_eq!(words(&measure(&line(), &image("CT", spaced), None)), ["2.14 mm"]);
}

#[test]
fn a_scanogram_and_a_captured_screen_are_no_cross_sections() {
    let scanogram =
        image("CT", |writer| placed(writer).text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\LOCALIZER"));
    assert_eq!(scale(&scanogram), (Some(HALF), Basis::Unknown));
    // An MR localizer is a section.
    let localizer =
        image("MR", |writer| placed(writer).text(tags::IMAGE_TYPE, "ORIGINAL\\PRIMARY\\LOCALIZER"));
    assert_eq!(scale(&localizer), (Some(HALF), Basis::Section));
    let capture = image_of(uids::SECONDARY_CAPTURE_IMAGE_STORAGE, "CT", spaced);
    assert_eq!(scale(&capture), (Some(HALF), Basis::Unknown));
    let placed_capture = image_of(uids::SECONDARY_CAPTURE_IMAGE_STORAGE, "CT", placed);
    assert_eq!(scale(&placed_capture), (Some(HALF), Basis::Section));
    let radiograph = image("DX", placed);
    assert_eq!(scale(&radiograph), (Some(HALF), Basis::Unknown), "a place makes no section of a radiograph");
}

#[test]
fn rule_x_10_a_a_stated_method_is_told_with_its_description() {
    for (method, name) in
        [(CalibrationMethod::Geometry, "GEOMETRY"), (CalibrationMethod::Fiducial, "FIDUCIAL")]
    {
        let calibration = Calibration {
            method: Some(method),
            description: "ball of 25 mm".to_owned(),
            ..at_detector(MmPerPixel { row: 0.6, column: 0.3 })
        };
        let (mm, basis) = radiograph(true, &calibration);
        assert_eq!((mm, basis.to_string()), (Some(HALF), format!("corrected, {name}")));
        assert!(basis.meaning().contains("ball of 25 mm") && basis.meaning().contains(name));
    }
}

#[test]
fn rule_x_10_b_another_spacing_than_the_detectors_was_corrected_somehow() {
    let found = radiograph(true, &at_detector(MmPerPixel { row: 0.6, column: 0.3 }));
    assert_eq!(found, (Some(HALF), Basis::CorrectedSomehow));
    let scanned = Calibration {
        scanned_spacing: Some(MmPerPixel { row: 0.6, column: 0.25 }),
        ..Calibration::default()
    };
    assert_eq!(radiograph(true, &scanned), (Some(HALF), Basis::CorrectedSomehow), "one direction differs");
}

#[test]
fn rule_x_10_c_the_detectors_spacing_is_called_so() {
    assert_eq!(radiograph(true, &at_detector(HALF)), (Some(HALF), Basis::Detector));
    let rounded = MmPerPixel { row: 0.5001, column: 0.2501 };
    assert_eq!(radiograph(true, &at_detector(rounded)), (Some(rounded), Basis::Detector));
    let alone = MmPerPixel { row: 0.6, column: 0.3 };
    assert_eq!(radiograph(false, &at_detector(alone)), (Some(alone), Basis::Detector));
    let scanned = Calibration { scanned_spacing: Some(alone), ..Calibration::default() };
    assert_eq!(radiograph(false, &scanned), (Some(alone), Basis::ScannedFilm));
    let both = calibrated(image("DX", plain), at_detector(HALF));
    assert_eq!(words(&measure(&line(), &both, None)), ["2.14 mm at detector plane"]);
}

#[test]
fn rule_x_10_d_a_magnification_divides_the_detectors_spacing() {
    let shadow = MmPerPixel { row: 0.625, column: 0.3125 };
    let stated = Calibration { magnification: Some(1.25), ..at_detector(shadow) };
    let basis = Basis::Estimated(Magnification::Stated { factor: 1.25 });
    assert_eq!(radiograph(false, &stated), (Some(HALF), basis.clone()));
    assert_eq!(basis.to_string(), "est. ERMF");
    let distances = Calibration {
        source_to_detector_mm: Some(1250.0),
        source_to_patient_mm: Some(1000.0),
        ..at_detector(shadow)
    };
    let basis = Basis::Estimated(Magnification::Distances { factor: 1.25 });
    assert_eq!(radiograph(false, &distances), (Some(HALF), basis));
    // A shadow is not smaller than what casts it.
    let impossible = Calibration { magnification: Some(0.8), ..at_detector(shadow) };
    assert_eq!(radiograph(false, &impossible), (Some(shadow), Basis::Detector));
    let half = Calibration { source_to_detector_mm: Some(1250.0), ..at_detector(shadow) };
    assert_eq!(radiograph(false, &half), (Some(shadow), Basis::Detector), "one distance alone");
    let beam = Calibration { object_spacing: Some(HALF), ..stated };
    assert_eq!(radiograph(false, &beam), (Some(HALF), Basis::BeamCentre));
}

#[test]
fn rule_x_10_e_pixel_spacing_alone_is_of_unknown_calibration() {
    for modality in ["CR", "MG", "XA", "RF", "US", "OT"] {
        assert_eq!(scale(&image(modality, spaced)), (Some(HALF), Basis::Unknown), "{modality}");
    }
    let found = measure(&line(), &image("CR", spaced), None);
    assert_eq!(words(&found), ["2.14 mm calibration unknown"]);
}

#[test]
fn rule_x_10_f_without_any_spacing_there_are_no_millimetres() {
    for modality in ["CT", "MR", "DX", "US", "XC"] {
        let found = measure(&line(), &image(modality, plain), None);
        assert_eq!(found.values, Values::Length { mm: None, px: 5.0 }, "{modality}");
        assert_eq!((words(&found), &found.basis), (vec!["5.0 px"], &Some(Basis::Pixels)));
    }
    // What would be a magnification has nothing to divide.
    let magnified = Calibration { magnification: Some(1.25), ..Calibration::default() };
    assert_eq!(radiograph(false, &magnified), (None, Basis::Pixels));
}

#[test]
fn rule_x_10_g_a_known_length_calibrates_both_directions() {
    let known = points([[0.0, 0.0], [0.0, 10.0]]);
    let scale = Scale::calibrated(known, 50.0, 2.0).expect("a scale");
    assert_eq!(scale.mm_per_pixel, Some(MmPerPixel { row: 5.0, column: 2.5 }));
    let found = measure_with(&Shape::Length(known), Ok(scale), &image("CR", plain), None);
    assert_eq!(words(&found), ["50.0 mm user-calibrated"]);
    assert_eq!(Scale::calibrated(points([[1.0, 1.0]; 2]), 50.0, 1.0), None, "no line");
    assert_eq!(Scale::calibrated(known, 0.0, 1.0), None, "no length");
}

/// PS3.3 C.10.4: an image without any size has that of its presentation state; what it says by itself stays.
#[test]
fn a_presentation_state_gives_a_size_to_an_image_that_has_none() {
    let by_state = |image: &study::Image| {
        let scale = scale_by_state(image, &line().handles(), Some(HALF)).expect("a scale");
        (scale.mm_per_pixel, scale.basis)
    };
    let captured = image("OT", plain);
    assert_eq!(by_state(&captured), (Some(HALF), Basis::Presentation));
    let found = measure_with(&line(), scale_by_state(&captured, &[], Some(HALF)), &captured, None);
    assert_eq!(words(&found), ["2.14 mm presentation state"]);
    let without = scale_by_state(&captured, &[], None).expect("a scale");
    assert_eq!((without.mm_per_pixel, without.basis), (None, Basis::Pixels));
    assert!(!contradicts(&captured, HALF), "it says nothing");

    let own = MmPerPixel { row: 0.6, column: 0.3 };
    let detector = calibrated(image("DX", plain), at_detector(own));
    assert_eq!(by_state(&detector), (Some(own), Basis::Detector));
    assert!(contradicts(&detector, HALF));
    assert!(!contradicts(&detector, MmPerPixel { row: 0.6001, column: 0.3001 }), "the same, rounded");
    // Measured is the shadow over its magnification; the state repeats what the image says.
    let magnified = Calibration { magnification: Some(1.2), ..at_detector(own) };
    let magnified = calibrated(image("DX", plain), magnified);
    assert!(!contradicts(&magnified, own) && !contradicts(&magnified, HALF));
    assert!(contradicts(&magnified, MmPerPixel { row: 0.9, column: 0.45 }));
    let regions = Calibration { regions: vec![region(0, 0)], ..Calibration::default() };
    assert_eq!(by_state(&calibrated(image("US", plain), regions)).1, Basis::UltrasoundRegion);
}

/// A region of 100 × 100 pixels with pixels of 0.1 mm by 0.2 mm.
fn region(left: u32, top: u32) -> UltrasoundRegion {
    UltrasoundRegion {
        left,
        top,
        right: left + 99,
        bottom: top + 99,
        format: RegionFormat::TwoDimensional,
        is_high_priority: false,
        mm_per_pixel: Some(MmPerPixel { row: 0.2, column: 0.1 }),
    }
}

fn in_regions(regions: &[UltrasoundRegion], ends: [[f64; 2]; 2]) -> Result<MmPerPixel, Refusal> {
    let calibration = Calibration { regions: regions.to_vec(), ..Calibration::default() };
    let image = calibrated(image("US", spaced), calibration);
    scale_for(&image, &points(ends)).map(|scale| {
        assert_eq!(scale.basis, Basis::UltrasoundRegion);
        scale.mm_per_pixel.expect("millimetres")
    })
}

#[test]
fn rule_x_11_both_ends_lie_in_one_region_edges_included() {
    let mm = MmPerPixel { row: 0.2, column: 0.1 };
    let one = [region(10, 20)];
    assert_eq!(in_regions(&one, [[30.0, 40.0], [90.0, 100.0]]), Ok(mm));
    assert_eq!(in_regions(&one, [[10.0, 20.0], [110.0, 120.0]]), Ok(mm), "its outer corners");
    assert_eq!(in_regions(&one, [[9.9, 20.0], [110.0, 120.0]]), Err(Refusal::Outside));
    assert_eq!(in_regions(&one, [[10.0, 20.0], [110.0, 120.1]]), Err(Refusal::Outside));
}

#[test]
fn rule_x_11_a_line_across_two_regions_is_refused() {
    // Two pictures of equal scale beside each other.
    let twins = [region(0, 0), region(200, 0)];
    assert_eq!(in_regions(&twins, [[50.0, 50.0], [250.0, 50.0]]), Err(Refusal::Crossing));
    let image =
        calibrated(image("US", plain), Calibration { regions: twins.to_vec(), ..Calibration::default() });
    let across = points([[50.0, 50.0], [250.0, 60.0]]);
    let found = measure(&Shape::Length(across), &image, None);
    assert_eq!((words(&found), found.values), (vec!["crosses ultrasound regions"], Values::Nothing));
    assert_eq!((found.basis, found.refusal), (None, Some(Refusal::Crossing)));
    // A region keeps its pixel count; its area is not told in millimetres.
    let found = measure(&Shape::Rectangle(across), &image, None);
    assert_eq!(words(&found), ["area 0 px", "no pixel inside", "crosses ultrasound regions"]);
}

#[test]
fn rule_x_11_where_regions_overlap_priority_decides_then_size() {
    let (large, fine) = (
        UltrasoundRegion { right: 399, bottom: 399, ..region(0, 0) },
        MmPerPixel { row: 0.05, column: 0.05 },
    );
    let inset = UltrasoundRegion { mm_per_pixel: Some(fine), ..region(100, 100) };
    let inside = [[120.0, 120.0], [150.0, 150.0]];
    assert_eq!(in_regions(&[large, inset], inside), Ok(fine), "the smaller");
    let above = UltrasoundRegion { is_high_priority: true, ..large };
    assert_eq!(in_regions(&[inset, above], inside).map(|mm| mm.row), Ok(0.2), "that of high priority");
    // From the large one into the inset over it: the end in the inset has another scale.
    assert_eq!(in_regions(&[large, inset], [[50.0, 50.0], [150.0, 150.0]]), Err(Refusal::Crossing));
    // Flow over tissue has the scale of the tissue.
    let flow = UltrasoundRegion { is_high_priority: true, ..region(100, 100) };
    assert_eq!(in_regions(&[large, flow], [[50.0, 50.0], [150.0, 150.0]]).map(|mm| mm.row), Ok(0.2));
}

#[test]
fn rule_x_11_only_tissue_in_centimetres_has_distances() {
    let ends = [[30.0, 40.0], [90.0, 80.0]];
    for format in
        [RegionFormat::MMode, RegionFormat::Spectral, RegionFormat::Waveform, RegionFormat::Graphics]
    {
        let other = UltrasoundRegion { format, ..region(0, 0) };
        let refused = in_regions(&[other], ends).expect_err("a refusal");
        assert_eq!(refused, Refusal::NotTissue(format));
        assert!(refused.to_string().ends_with(format.name()), "{refused}");
    }
    let unmeasured = UltrasoundRegion { mm_per_pixel: None, ..region(0, 0) };
    assert_eq!(in_regions(&[unmeasured], ends), Err(Refusal::Uncalibrated), "though Pixel Spacing is stated");
}

#[test]
fn rule_x_12_angles_and_lengths_without_millimetres_count_the_aspect() {
    let image = image("US", |writer| writer.text(tags::PIXEL_ASPECT_RATIO, "2\\1"));
    let corner = Shape::Angle(points([[10.0, 0.0], [0.0, 0.0], [10.0, 5.0]]));
    let found = measure(&corner, &image, None);
    assert_eq!((words(&found), &found.basis), (vec!["45.0°"], &None));
    let down = Shape::Length(points([[0.0, 0.0], [0.0, 10.0]]));
    assert_eq!(words(&measure(&down, &image, None)), ["20.0 px"]);
}

#[test]
fn angles_go_from_0_to_180_degrees_and_are_those_in_the_patient() {
    let square = image("CT", |writer| writer.decimals(tags::PIXEL_SPACING, &[0.5, 0.5]));
    let flat = image("CT", spaced);
    let degrees = |image: &study::Image, a: [f64; 2], b: [f64; 2]| {
        let shape = Shape::Angle(points([a, [0.0, 0.0], b]));
        match measure(&shape, image, None).values {
            Values::Angle { degrees } => degrees,
            other => panic!("{other:?}"),
        }
    };
    for (b, expected) in [
        ([9.0, 0.0], 0.0),
        ([9.0, 9.0], 45.0),
        ([0.0, -9.0], 90.0),
        ([-9.0, 9.0], 135.0),
        ([-9.0, 0.0], 180.0),
    ] {
        let found = degrees(&square, [4.0, 0.0], b);
        assert!((found - expected).abs() < 1e-9, "{b:?}: {found}");
    }
    // Pixels twice as high as wide.
    assert!((degrees(&flat, [4.0, 0.0], [4.0, 2.0]) - 45.0).abs() < 1e-9);
    let armless = Shape::Angle(points([[1.0, 1.0], [1.0, 1.0], [5.0, 5.0]]));
    let found = measure(&armless, &square, None);
    assert_eq!((found.lines.len(), found.values), (0, Values::Nothing));
}

fn frame(pixels: Pixels) -> Frame {
    Frame { rows: 4, columns: 4, pixels, cover: None }
}

fn gray(values: [i16; 16]) -> Frame {
    let words = values.map(i16::cast_unsigned).to_vec();
    frame(Pixels::Words { is_signed: true, words })
}

fn hounsfield(writer: Writer) -> Writer {
    spaced(writer).decimals(tags::RESCALE_SLOPE, &[1.0]).decimals(tags::RESCALE_INTERCEPT, &[-1000.0])
}

fn whole() -> Shape {
    Shape::Rectangle(points([[0.0, 0.0], [4.0, 4.0]]))
}

#[test]
fn rule_x_13_a_region_tells_its_values_in_their_unit_and_its_area() {
    let pixels = gray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1016]);
    let found = measure(&whole(), &image("CT", hounsfield), Some(&pixels));
    assert_eq!(words(&found), ["mean -929.0 HU", "SD 244.0", "min -999 · max 16", "area 2.00 mm² (16 px)"]);
    let Values::Region(region) = found.values else { panic!("a region") };
    assert_eq!((region.area_mm2, region.area_px, region.pixels), (Some(2.0), 16.0, 16));
    let ellipse = Shape::Ellipse(points([[0.0, 0.0], [4.0, 4.0]]));
    let Values::Region(region) = measure(&ellipse, &image("CT", hounsfield), Some(&pixels)).values else {
        panic!("a region")
    };
    // π a b, with half axes of 0.5 mm and 1 mm.
    assert!(region.area_mm2.is_some_and(|mm2| (mm2 - std::f64::consts::FRAC_PI_2).abs() < 1e-12));
    assert_eq!(region.pixels, 12);
}

#[test]
fn a_region_without_pixels_says_so_and_one_whose_pixels_are_not_here_has_an_area() {
    let image = image("CT", hounsfield);
    let between = Shape::Rectangle(points([[0.6, 0.6], [1.4, 1.4]]));
    let found = measure(&between, &image, Some(&gray([0; 16])));
    assert_eq!(words(&found), ["area 0.08 mm² (0 px)", "no pixel inside"]);
    assert_eq!(words(&measure(&whole(), &image, None)), ["area 2.00 mm² (16 px)"]);
}

#[test]
fn monochrome1_changes_no_number() {
    let inverse =
        image("CT", |writer| hounsfield(writer).text(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME1"));
    let pixels = gray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    let (found, plain) = (
        measure(&whole(), &inverse, Some(&pixels)),
        measure(&whole(), &image("CT", hounsfield), Some(&pixels)),
    );
    assert_eq!(found, plain);
    let probe = Shape::Probe(Point::flat(3.5, 3.5));
    assert_eq!(words(&measure(&probe, &inverse, Some(&pixels))), ["-984 HU"]);
}

/// Where there is no value, there is no place to tell of.
#[test]
fn a_probe_tells_where_it_lies_in_the_patient() {
    let pixels = gray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    let image = image("CT", |writer| hounsfield(placed(writer)));
    let lines = |x: f64| measure(&Shape::Probe(Point::flat(x, 3.5)), &image, Some(&pixels)).lines;
    assert_eq!(lines(2.5), ["-985 HU", "x 0.5 y 1.5 z 0.0 mm"]);
    assert!(lines(9.0).is_empty());
}

#[test]
fn colour_has_an_area_and_no_statistics() {
    let colors = frame(Pixels::Color(vec![[12, 200, 3, 255]; 16]));
    let image = image("US", plain);
    assert_eq!(words(&measure(&whole(), &image, Some(&colors))), ["area 16 px"]);
    let found = measure(&Shape::Probe(Point::flat(0.0, 0.0)), &image, Some(&colors));
    assert_eq!(words(&found), ["R 12 G 200 B 3"]);
    assert_eq!(found.values, Values::Sample(Sample::Color([12, 200, 3])));
}

#[test]
fn pixels_that_are_no_numbers_are_left_out_and_told() {
    let mut values = vec![0.25; 16];
    values.splice(14.., [f64::NAN, f64::INFINITY]);
    let reals = frame(Pixels::Reals(Reals::new(values)));
    let image = image("MR", plain);
    assert_eq!(
        words(&measure(&whole(), &image, Some(&reals))),
        ["mean 0.2500", "SD 0.0000", "min 0.2500 · max 0.2500", "2 px left out: not numbers", "area 16 px"]
    );
    let at = |x: f64| measure(&Shape::Probe(Point::flat(x, 3.5)), &image, Some(&reals));
    assert_eq!(words(&at(2.5)), ["not a number"]);
    assert_eq!(words(&at(1.5)), ["0.2500"]);
}

/// Rule P-16. Padding 0 in the middle of anatomy is left out like any other: what it hides can be shown and probed.
#[test]
fn padding_is_left_out_and_told() {
    let padded = |writer| {
        hounsfield(writer).number(tags::PIXEL_PADDING_VALUE, 63_536).number(tags::PIXEL_REPRESENTATION, 1)
    };
    let image = image("CT", padded);
    let mut values = [1000; 16];
    values[..3].copy_from_slice(&[-2000, -2000, 1100]);
    let found = measure(&whole(), &image, Some(&gray(values)));
    assert_eq!(
        words(&found),
        ["mean 7.1 HU", "SD 25.8", "min 0 · max 100", "2 px left out: padding", "area 2.00 mm² (16 px)"]
    );
    let at = |x: f64| measure(&Shape::Probe(Point::flat(x, 0.5)), &image, Some(&gray(values)));
    assert_eq!(words(&at(0.5)), ["padding, -3000 HU"]);
    assert_eq!(at(0.5).values, Values::Sample(Sample::Padding(-3000.0)));
    assert_eq!(words(&at(2.5)), ["100 HU"]);
    let nothing = measure(&whole(), &image, Some(&gray([-2000; 16])));
    assert_eq!(words(&nothing), ["area 2.00 mm² (16 px)", "no value: all padding or not numbers"]);
}

fn real_world_map(label: &str, unit: [&str; 3], line: [f64; 2], ends: [u16; 2]) -> Writer {
    let [code, scheme, meaning] = unit;
    let unit = Writer::item()
        .text(tags::CODE_VALUE, code)
        .text(tags::CODING_SCHEME_DESIGNATOR, scheme)
        .text(tags::CODE_MEANING, meaning);
    Writer::item()
        .text(tags::LUT_LABEL, label)
        .sequence(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, [unit])
        .number(tags::REAL_WORLD_VALUE_FIRST_VALUE_MAPPED, ends[0])
        .number(tags::REAL_WORLD_VALUE_LAST_VALUE_MAPPED, ends[1])
        .doubles(tags::REAL_WORLD_VALUE_SLOPE, &line[..1])
        .doubles(tags::REAL_WORLD_VALUE_INTERCEPT, &line[1..])
}

/// Rule P-20: maps are of stored values, whatever the rescale says, and end where they end.
#[test]
fn real_world_values_stand_behind_the_modality_value() {
    let maps = [
        real_world_map("HU again", ["[hnsf'U]", "UCUM", "Hounsfield unit"], [1.0, -1000.0], [0, 4095]),
        real_world_map("ADC", ["um2/s", "UCUM", "square micrometres"], [0.5, 1.0], [0, 10]),
        real_world_map("", ["1", "UCUM", "no units"], [2.0, 0.0], [0, 4095]),
        real_world_map("third", ["1", "UCUM", "no units"], [3.0, 0.0], [0, 4095]),
    ];
    let image =
        image("CT", |writer| hounsfield(writer).sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, maps));
    let pixels = gray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    let at = |x: f64, y: f64| measure(&Shape::Probe(Point::flat(x, y)), &image, Some(&pixels));
    assert_eq!(words(&at(0.5, 0.5)), ["-999 HU", "ADC 1.500 um2/s", "2"]);
    assert_eq!(words(&at(3.5, 3.5)), ["-984 HU", "32"], "beyond the last value mapped");
    assert_eq!(
        words(&measure(&whole(), &image, Some(&pixels))),
        [
            "mean -991.5 HU",
            "SD 4.6",
            "min -999 · max -984",
            "ADC mean 3.750 · max 6.000 um2/s of 10 px",
            "mean 17.0 · max 32.0",
            "area 2.00 mm² (16 px)"
        ]
    );
}

/// Rule X-14, with the worked numbers: 5000 Bq/ml, 70 kg, an hour after 370 million becquerels of F-18 were given.
#[test]
fn uptake_stands_beside_activity_and_a_map_of_the_image_itself_comes_first() {
    let of_pet = |writer: Writer| {
        writer
            .text(tags::UNITS, "BQML")
            .decimals(tags::RESCALE_SLOPE, &[2.0])
            .decimals(tags::RESCALE_INTERCEPT, &[0.0])
    };
    let with_suv = |mut image: study::Image| {
        image.suv = Some(Ok(study::Suv { name: "SUVbw", factor: 2.763_366_817e-4 }));
        image
    };
    let probe = Shape::Probe(Point::flat(0.5, 0.5));
    let image_of_pet = with_suv(image("PT", of_pet));
    assert_eq!(
        words(&measure(&probe, &image_of_pet, Some(&gray([2500; 16])))),
        ["5000 Bq/ml", "SUVbw 1.382"]
    );
    let map = real_world_map("SUV", ["{SUVbw}g/ml", "UCUM", "uptake"], [0.001, 0.0], [0, 4095]);
    let mapped = |writer| of_pet(writer).sequence(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE, [map]);
    let image = with_suv(image("PT", mapped));
    assert_eq!(words(&measure(&probe, &image, Some(&gray([2500; 16])))), ["5000 Bq/ml", "SUVbw 2.500"]);
}

/// A pixel covers the positions from its number to the next one. PS3.3 C.10.5.
#[test]
fn a_probe_reads_the_pixel_that_it_lies_in_and_nothing_outside() {
    let mut values = [0; 16];
    values[6] = 129;
    let (image, pixels) = (image("CT", hounsfield), gray(values));
    let at = |x: f64, y: f64| measure(&Shape::Probe(Point::flat(x, y)), &image, Some(&pixels));
    assert_eq!(words(&at(2.0, 1.0)), ["-871 HU"]);
    assert_eq!(at(2.99, 1.99).values, Values::Sample(Sample::Value(-871.0)));
    assert_eq!(words(&at(3.0, 1.0)), ["-1000 HU"]);
    for (x, y) in [(-0.01, 1.0), (4.0, 1.0), (1.0, 4.0), (1.0, -0.01), (f64::NAN, 1.0)] {
        assert_eq!((at(x, y).lines.len(), at(x, y).values), (0, Values::Nothing), "{x} {y}");
    }
    let unread = measure(&Shape::Probe(Point::flat(1.0, 1.0)), &image, None);
    assert_eq!(unread.values, Values::Nothing);
}

fn reversed(shape: Shape) -> [Shape; 2] {
    match shape {
        Shape::Length([a, b]) => [Shape::Length([b, a]); 2],
        Shape::Angle([a, vertex, b]) => [Shape::Angle([b, vertex, a]); 2],
        Shape::Ellipse([a, b]) => {
            [Shape::Ellipse([b, a]), Shape::Ellipse(points([[a.xyz.x, b.xyz.y], [b.xyz.x, a.xyz.y]]))]
        }
        Shape::Rectangle([a, b]) => {
            [Shape::Rectangle([b, a]), Shape::Rectangle(points([[a.xyz.x, b.xyz.y], [b.xyz.x, a.xyz.y]]))]
        }
        Shape::Probe(at) => [Shape::Probe(at); 2],
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// From whichever end a mark was drawn, it measures the same.
    #[test]
    fn the_order_of_handles_changes_nothing(shape in any_shape()) {
        let image = image("CT", hounsfield);
        let pixels = Frame {
            rows: 60,
            columns: 80,
            pixels: Pixels::Words { is_signed: false, words: (0..4800).map(|at| at * 7 % 1000).collect() },
            cover: None,
        };
        let measured = measure(&shape, &image, Some(&pixels));
        for other in reversed(shape) {
            let found = measure(&other, &image, Some(&pixels));
            prop_assert_eq!(&found.lines, &measured.lines);
        }
    }
}
