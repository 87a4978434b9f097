//! `lib/voxel.wgsl` against `Volume::sample`, over positions in and around a small volume.

use std::sync::Arc;

use hotlight::dicom::{Frame, Padding, Pixels};
use hotlight::geometry::{Map, Point, Sampling, Vector};
use hotlight::grayscale::ModalityLut;
use hotlight::volume::{Found, Layer, Slice, Volume};

use super::compute::{SIDE, compute_with, plane_words};
use super::harness::gpu;
use super::mutants::received_planes;

/// A voxel from -2 to 16 along each axis, and a share of the way to the next in 1024ths: none lies on a border.
const PLACE: &str = "
fn place_of(word: u32) -> Place {
    let voxel = vec3<i32>(vec3<u32>(word, word >> 4u, word >> 8u) % 16u * 5u / 4u) - 2;
    let mixed = vec3<u32>(word * 40503u, word * 30011u + 77u, word * 51787u + 5u) >> vec3<u32>(3u);
    return Place(voxel, vec3<f32>(mixed % 511u * 2u + 1u) / 1024.0);
}
";

/// The same in double precision.
fn position_of(word: u32) -> [f64; 3] {
    let voxel = [word, word >> 4, word >> 8].map(|bits| f64::from(bits % 16 * 5 / 4) - 2.0);
    let mixed = [
        word.wrapping_mul(40_503),
        word.wrapping_mul(30_011) + 77,
        word.wrapping_mul(51_787).wrapping_add(5),
    ];
    let share = mixed.map(|bits| f64::from((bits >> 3) % 511 * 2 + 1) / 1024.0);
    std::array::from_fn(|axis| voxel[axis] + share[axis])
}

fn volume(padding: Option<Padding>, received: &[u16], is_signed: bool) -> Volume {
    let slice = |plane: u32| {
        let pixels = Pixels::Words { is_signed, words: plane_words(plane) };
        let frame = Arc::new(Frame { rows: SIDE, columns: SIDE, pixels, cover: None });
        let is_received = received.get(plane as usize).is_some_and(|flag| *flag != 0);
        is_received.then_some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding }))
    };
    let axes = Map::from_axes(
        Vector::new(1.0, 0.0, 0.0),
        Vector::new(0.0, 1.0, 0.0),
        Vector::new(0.0, 0.0, 1.0),
        Point::new(0.0, 0.0, 0.0),
    );
    Volume::new((SIDE, SIDE), (0..SIDE).map(slice).collect(), axes).expect("a volume")
}

/// Shares of 1024ths are exact in single precision: what is left is the rounding of ten sums of words, and of a cubic's 64.
#[test]
fn what_lies_between_voxels_is_what_the_reference_finds() {
    let Some(gpu) = gpu("voxels") else { return };
    let padding = Some(Padding { low: 9000.0, high: 19_000.0 });
    for (sampling, code, ulps) in
        [(Sampling::Nearest, 0.0, 0.0), (Sampling::Linear, 1.0, 10.0), (Sampling::Cubic, 2.0, 200.0)]
    {
        for (padding, has_missing, is_signed) in [
            (None, false, false),
            (None, false, true),
            (padding, false, false),
            (None, true, true),
            (padding, true, false),
        ] {
            let received = if has_missing { received_planes() } else { vec![1; 65_536] };
            let text = format!(
                "#import lib/voxel\n{PLACE}\nfn twin(word: u32) -> u32 {{\n\
                 let grid = Grid(vec3<i32>(16), vec2<f32>(9000.0, 19000.0), vec4<i32>(0));\n\
                 let found = found_at(voxels, table, place_of(word), grid);\n\
                 return select(0x7fc00000u + found.what, bitcast<u32>(found.value), found.what == FOUND_VALUE);\n}}\n"
            );
            let flag = |is: bool| f64::from(u8::from(is));
            let constants = [
                ("sampling", code),
                ("has_holes", flag(padding.is_some())),
                ("has_missing", flag(has_missing)),
                ("texel_encoding", flag(is_signed)),
            ];
            let results = compute_with(gpu, &text, [0.0; 4], &received, &constants);
            let volume = volume(padding, &received, is_signed);
            let name = format!("{sampling:?} {padding:?} {has_missing} {is_signed}");
            let mut values = 0;
            for (word, bits) in (0..).zip(results) {
                let [x, y, z] = position_of(word);
                let code = |what: u32| 0x7fc0_0000 + what;
                match volume.sample(Point::new(x, y, z), sampling) {
                    Found::Outside => assert_eq!(bits, code(0), "{name}: {word}"),
                    Found::Hole => assert_eq!(bits, code(1), "{name}: {word}"),
                    Found::Missing => assert_eq!(bits, code(2), "{name}: {word}"),
                    Found::Value(value) => {
                        values += 1;
                        let apart = (f64::from(f32::from_bits(bits)) - value).abs();
                        assert!(
                            apart <= ulps / 256.0,
                            "{name}: {word} is {} and not {value}",
                            f32::from_bits(bits)
                        );
                    }
                }
            }
            assert!(values > 20_000, "{name}: only {values}");
        }
    }
}

/// Positions told as a voxel, leading digits and what they lack are found to 2⁻²², where one number would keep 2⁻¹³.
#[test]
fn a_position_far_from_the_first_voxel_keeps_its_share() {
    let Some(gpu) = gpu("voxels") else { return };
    let text = "#import lib/voxel\nfn twin(word: u32) -> u32 {\n\
                let coarse = f32(word) * 0.0107421875;\n\
                let fine = 0.28125 + f32(word) * 0.0000031;\n\
                let place = place_at(vec3<i32>(700), vec3<f32>(coarse), vec3<f32>(fine));\n\
                return (u32(place.voxel.x) << 21u) | u32(place.t.x * 2097152.0);\n}\n";
    let results = compute_with(gpu, text, [0.0; 4], &[], &[]);
    for (word, bits) in (0_u32..).zip(results) {
        let steps = f64::from(word);
        let exact = 700.28125 + steps * 0.010_742_187_5 + steps * f64::from(0.000_003_1_f32);
        let found = f64::from(bits >> 21) + f64::from(bits & 0x1f_ffff) / 2_097_152.0;
        assert!((found - exact).abs() < 1.0 / 1_048_576.0, "{word}: {found} and not {exact}");
    }
}
