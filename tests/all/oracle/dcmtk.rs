//! Pictures against `dcm2pnm`, live. Its arithmetic is written down in `tests/oracle/dcmtk/README.md`; ours is equal bit
//! for bit, 16 bits deep, wherever rescale keeps integers (dcmtk cuts fractional modality values; we do not, rule P-3).

use std::path::Path;

use hotlight::dicom::{Instance, read_frame};
use hotlight::grayscale::Window;
use hotlight::render::{Raster, cpu, slice_pass};
use hotlight::session::{Applied, Look, View, VoiChoice, Zoom};
use hotlight::study::Image;
use hotlight::units::PValue;

use crate::support::{data, dcm2pnm, hotlight, more_data, stderr};

const WINDOWS: [(f64, f64); 9] = [
    (40.0, 400.0),
    (-600.0, 1500.0),
    (40.0, 81.0),
    (128.0, 256.0),
    (600.0, 1600.0),
    (2048.5, 4096.0),
    (40.3, 350.7),
    (32768.0, 65536.0),
    (600.25, 1.0),
];

fn ours(path: &Path, window: (f64, f64)) -> Raster<PValue> {
    let instance = Instance::read(path).expect("an image");
    let frame = read_frame(&instance, 0).expect("pixels");
    let image = Image { instance: instance.into(), frame: 0, plane: None, suv: None };
    let view = View { zoom: Zoom::Stored, ..View::default() };
    let window = Window::new(window.0, window.1).expect("a window");
    let look = Look { voi: VoiChoice::Hand(window), ..Look::default() };
    let header = &image.instance.image;
    let size = (header.columns, header.rows);
    let pass = slice_pass(&image, &frame, &view, &look, &Applied::NONE, size).expect("a picture");
    cpu::p_values(&pass, &frame)
}

fn check(path: &Path, windows: &[(f64, f64)]) {
    for &(center, width) in windows {
        let theirs = dcm2pnm(path, &["+Ww", &center.to_string(), &width.to_string()]);
        let ours: Vec<u16> = ours(path, (center, width)).values.iter().map(|value| value.0).collect();
        let differ = ours.iter().zip(&theirs).filter(|(a, b)| a != b).count();
        assert_eq!((differ, ours.len()), (0, theirs.len()), "{} at {center}/{width}", path.display());
    }
}

#[test]
fn committed_files_equal_dcm2pnm_to_the_bit() {
    for file in
        ["ct-gantry-tilt/I280", "mr-oblique/i257.MRDC.65", "highdicom/dx_image.dcm", "pydicom/MR_small.dcm"]
    {
        check(&data().join(file), &WINDOWS);
    }
}

#[test]
fn the_command_line_writes_what_dcm2pnm_writes() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = data().join("ct-gantry-tilt/I300");
    let theirs = dcm2pnm(&file, &["+Ww", "40", "80"]);
    for backend in ["cpu", "gpu"] {
        let out = folder.path().join(format!("{backend}.pgm"));
        let (file, out_text) = (file.display().to_string(), out.display().to_string());
        let output = hotlight(&["render", &file, "--out", &out_text, "--voi", "40,80", "--backend", backend]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let bytes = std::fs::read(&out).expect("the picture");
        let pixels = &bytes[bytes.len() - theirs.len() * 2..];
        let ours: Vec<u16> =
            pixels.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        assert!(ours == theirs, "{backend} differs from dcm2pnm");
    }
}

#[test]
fn whole_larger_series_equal_dcm2pnm_when_there_are_any() {
    let Some(folder) = more_data() else {
        return eprintln!(
            "HOTLIGHT_DATA names no folder of more data: the committed files alone were checked"
        );
    };
    for (series, window) in [("ct-gantry-tilt/p1", (40.0, 80.0)), ("mr-oblique/t1-130", (600.0, 1600.0))] {
        let entries = std::fs::read_dir(folder.join(series)).expect(series);
        for entry in entries {
            check(&entry.expect("a file").path(), &[window]);
        }
    }
}
