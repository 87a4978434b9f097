//! WGSL equals Rust over the whole domain of 16-bit words.
//!
//! To the bit on a software adapter, which computes as the CPU does. Cards may divide with an error of 2.5 ulp (Vulkan,
//! "Precision and Operation of SPIR-V Instructions"), so there one P-value step is allowed.

use hotlight::dicom::Padding;
use hotlight::grayscale::{
    CharacteristicCurve, DisplaySystem, DisplayTable, GrayTable, Polarity, Rescale, SplitReal, VoiFunction,
    Window,
};
use hotlight::render::gpu::Gpu;
use hotlight::units::{CdPerM2, Ddl, PValue};

use super::compute::{compute, compute_with};
use super::harness::{gpu, gray, window};

const RESCALES: [Rescale; 4] = [
    Rescale::IDENTITY,
    Rescale { slope: 1.0, intercept: -1024.0 },
    Rescale { slope: 0.0625, intercept: -3.7 },
    Rescale { slope: 2.3, intercept: -1000.5 },
];

/// Center and width: wide, usual, narrow, a threshold, and beyond all values.
const WINDOWS: [(f64, f64); 8] = [
    (2048.0, 4096.0),
    (32_767.5, 65_536.0),
    (40.0, 400.0),
    (-600.0, 1500.0),
    (0.5, 1.0),
    (100.0, 2.0),
    (127.3, 77.7),
    (1.0e6, 3.0),
];

fn stored(word: u16, is_signed: bool) -> f32 {
    if is_signed { f32::from(word.cast_signed()) } else { f32::from(word) }
}

#[expect(clippy::cast_possible_truncation, reason = "the card takes single precision")]
fn parameters(rescale: Rescale, window: Window) -> [f32; 4] {
    [rescale.slope as f32, rescale.intercept as f32, window.center() as f32, window.width() as f32]
}

/// The share by the shader for each word.
fn shares(gpu: &Gpu, rescale: Rescale, window: Window, is_signed: bool) -> Vec<f32> {
    let code = match window.function() {
        VoiFunction::Linear => 0.0,
        VoiFunction::LinearExact => 1.0,
        VoiFunction::Sigmoid => 2.0,
    };
    let body = "#import lib/modality\n#import lib/voi\n\
         fn twin(word: u32) -> u32 {\n\
         let stored = stored_value(vec2(word, 0u), vec2(0.0));\n\
         let x = modality_value(stored, parameters.x, parameters.y);\n\
         return bitcast<u32>(voi_share(x, parameters.z, parameters.w));\n}\n";
    let constants = [("voi_function", code), ("texel_encoding", f64::from(u8::from(is_signed)))];
    let bits = compute_with(gpu, body, parameters(rescale, window), &[], &constants);
    bits.into_iter().map(f32::from_bits).collect()
}

/// Largest distance of the shares in P-value steps, and the number of words whose shares are not the same bits.
fn distance(gpu: &Gpu, rescale: Rescale, window: Window, is_signed: bool) -> (f32, u32) {
    let found = shares(gpu, rescale, window, is_signed);
    let mut farthest = (0.0_f32, 0);
    for (word, share) in (0..=u16::MAX).zip(found) {
        let twin = window.apply_f32(rescale.to_modality_f32(stored(word, is_signed)));
        farthest.0 = farthest.0.max((share - twin).abs() * 65_535.0);
        farthest.1 += u32::from(share.to_bits() != twin.to_bits());
    }
    farthest
}

fn check(function: VoiFunction, is_equal: impl Fn(f32, u32) -> bool) {
    let Some(gpu) = gpu("twins") else { return };
    let (mut words, mut most) = (0, 0.0_f32);
    for rescale in RESCALES {
        for is_signed in [false, true] {
            for (center, width) in WINDOWS {
                let window = window(center, width, function);
                let (steps, differing) = distance(gpu, rescale, window, is_signed);
                (words, most) = (words + differing, most.max(steps));
            }
        }
    }
    assert!(is_equal(most, words), "{function:?}: {words} words differ, by up to {most} P-value steps");
}

fn is_exact(most: f32, words: u32) -> bool {
    let is_software = gpu("twins").is_none_or(|gpu| gpu.adapter.is_software);
    if is_software { words == 0 } else { most <= 1.0 }
}

#[test]
fn modality_and_linear_windows() {
    check(VoiFunction::Linear, is_exact);
}

#[test]
fn modality_and_linear_exact_windows() {
    check(VoiFunction::LinearExact, is_exact);
}

/// `exp` is the driver's own: Vulkan allows 3 + 2·|x| ulp of it. Measured on lavapipe: 0.008
/// steps.
#[test]
fn sigmoid_windows() {
    check(VoiFunction::Sigmoid, |most, _| most <= 0.5);
}

/// Two parts made of a word: the first of any size and sign, infinite and no number too; the second small.
#[test]
fn real_values_count_from_zero_and_what_is_none_is_told() {
    let Some(gpu) = gpu("twins") else { return };
    let zero = SplitReal::of(40.300_000_1);
    let parts = "vec2(word << 16u, bitcast<u32>(f32(word) * 1.0e-9))";
    let twin =
        |result: &str| format!("#import lib/modality\nfn twin(word: u32) -> u32 {{ return {result}; }}\n");
    let values = twin(&format!("bitcast<u32>(stored_value({parts}, vec2(parameters.x, parameters.y)))"));
    let real = [("texel_encoding", 2.0)];
    let values = compute_with(gpu, &values, [zero.high, zero.low, 0.0, 0.0], &[], &real);
    let are_numbers = twin(&format!("u32(is_number({parts}))"));
    let are_numbers = compute_with(gpu, &are_numbers, [0.0; 4], &[], &real);
    for (word, (bits, is_number)) in (0..=u16::MAX).zip(values.into_iter().zip(are_numbers)) {
        let split = SplitReal { high: f32::from_bits(u32::from(word) << 16), low: f32::from(word) * 1.0e-9 };
        assert_eq!(is_number == 1, split.high.is_finite(), "word {word}");
        if split.high.is_finite() {
            let (found, twin) = (f32::from_bits(bits), split.from_zero(zero));
            assert_eq!(found.to_bits(), twin.to_bits(), "word {word}: {found}, not {twin}");
        }
    }
}

/// Every word against padding of one value, a range, all values and none; real numbers that only their second part tells
/// apart.
#[test]
fn padding_is_told_by_its_stored_value() {
    let Some(gpu) = gpu("twins") else { return };
    let found = |stored: &str, code: f64, padding: Padding| {
        let [low, high] = [padding.low, padding.high].map(SplitReal::of);
        let body = format!(
            "#import lib/modality\n\
             fn twin(word: u32) -> u32 {{\n\
             let encoding = Encoding(vec2(0.0), 1.0, 0.0, parameters);\n\
             return u32(is_padding({stored}, encoding));\n}}\n",
        );
        let ends = [low.high, low.low, high.high, high.low];
        compute_with(gpu, &body, ends, &[], &[("texel_encoding", code)])
    };
    for is_signed in [false, true] {
        for (low, high) in
            [(0.0, 0.0), (-2000.0, -1990.0), (-32_768.0, 65_535.0), (7.0, 6.0), (65_535.0, 65_535.0)]
        {
            let padding = Padding { low, high };
            for (word, is_padding) in
                (0..=u16::MAX).zip(found("vec2(word, 0u)", f64::from(u8::from(is_signed)), padding))
            {
                let stored = f64::from(stored(word, is_signed));
                assert_eq!(is_padding == 1, padding.contains(stored), "{stored} in {padding:?}");
            }
        }
    }
    // 2³¹ and as many thousandths more: single precision has steps of 256 there.
    let real = "vec2(bitcast<u32>(2147483648.0), bitcast<u32>(f32(word) * 0.001))";
    let (low, high) = (2_147_483_648.0, 2_147_483_658.0);
    for (word, is_padding) in (0..=u16::MAX).zip(found(real, 2.0, Padding { low, high })) {
        let thousandths = f64::from(f32::from(word) * 0.001);
        assert_eq!(is_padding == 1, thousandths <= 10.0, "{word}");
    }
}

#[test]
fn cutting_to_p_values() {
    let Some(gpu) = gpu("twins") else { return };
    for is_inverse in [false, true] {
        let body = format!(
            "#import lib/gray\n\
             fn twin(word: u32) -> u32 {{ return present(f32(word) * parameters.x - 0.125, {}u); }}\n",
            u32::from(is_inverse),
        );
        let step = 1.25 / 65_535.0_f32;
        let found = compute(gpu, &body, [step, 0.0, 0.0, 0.0], &[]);
        for (word, p) in (0..=u16::MAX).zip(found) {
            let share = (f32::from(word) * step - 0.125).clamp(0.0, 1.0);
            let share = if is_inverse { 1.0 - share } else { share };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut")]
            let twin = (share * 65_535.0) as u32;
            let allowed = u32::from(!gpu.adapter.is_software);
            assert!(p.abs_diff(twin) <= allowed, "word {word} inverse {is_inverse}: {p}, not {twin}");
        }
    }
}

const LOOKUP: &str = "#import lib/display\n\
    fn twin(word: u32) -> u32 { return driving_level(table, word); }\n";

#[test]
fn gray_tables() {
    let Some(gpu) = gpu("twins") else { return };
    let linear = window(40.0, 400.0, VoiFunction::Linear);
    let sigmoid = window(20_000.0, 9000.0, VoiFunction::Sigmoid);
    let tables = [
        (gray(linear, Polarity::Identity), true),
        (gray(sigmoid, Polarity::Inverse), false),
        (gray(linear, Polarity::Inverse), false),
    ];
    for (transform, is_signed) in tables {
        let table = GrayTable::of(&transform, is_signed);
        let entries: Vec<u16> = table.entries().iter().map(|p| p.0).collect();
        let body = LOOKUP.replace("lib/display", "lib/gray").replace("driving_level", "table_entry");
        let found = compute(gpu, &body, [0.0; 4], &entries);
        for (word, p) in (0..=u16::MAX).zip(found) {
            assert_eq!(p, u32::from(table.at(word).0), "word {word} of {transform:?}");
        }
    }
}

#[test]
fn display_tables() {
    let Some(gpu) = gpu("twins") else { return };
    for table in [DisplayTable::identity(256), DisplayTable::identity(1024), calibrated()] {
        let found = compute(gpu, LOOKUP, [0.0; 4], table.entries());
        for (p, level) in (0..=u16::MAX).zip(found) {
            assert_eq!(level, u32::from(table.at(PValue(p)).0), "P-value {p} of {:?}", table.highest());
        }
    }
}

/// The table of a panel of 8 bits that rises by powers.
fn calibrated() -> DisplayTable {
    let luminance = |ddl: u16| CdPerM2(0.4 + 500.0 * (f64::from(ddl) / 255.0).powi(3));
    let curve = CharacteristicCurve::new((0..=255).map(|ddl| (Ddl(ddl), luminance(ddl)))).expect("a curve");
    DisplayTable::calibrated(&DisplaySystem::new(&curve, CdPerM2(0.2), 8).expect("a panel"))
}

#[test]
fn dithered_levels() {
    let Some(gpu) = gpu("twins") else { return };
    let body = "#import lib/dither\n\
                fn twin(word: u32) -> u32 {\n\
                return dithered_level(table, word, vec2<u32>(parameters.xy));\n}\n";
    let tables = [DisplayTable::identity(256), calibrated()];
    // All places of the pattern, and one far out.
    for (x, y) in (0..8_u16).flat_map(|y| (0..8).map(move |x| (x, y))).chain([(7_679, 4_318)]) {
        let table = &tables[usize::from((x + y) % 2)];
        let found = compute(gpu, body, [f32::from(x), f32::from(y), 0.0, 0.0], table.ideals());
        for (p, level) in (0..=u16::MAX).zip(found) {
            let twin = table.dithered_at(PValue(p), (x.into(), y.into()));
            assert_eq!(level, u32::from(twin.0), "P-value {p} at ({x}, {y})");
        }
    }
}
