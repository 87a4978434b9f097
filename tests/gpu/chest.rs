//! The chest of the phantom under light, as it looked when somebody last looked at it.

use std::path::Path;
use std::sync::Arc;

use hotlight::dicom::{Frame, Pixels};
use hotlight::geometry::Point;
use hotlight::grayscale::ModalityLut;
use hotlight::phantom::Phantom;
use hotlight::render::{Raster, RenderingPass};
use hotlight::units::MmPerPixel;
use hotlight::volume::{Layer, Slice, Volume};
use rayon::prelude::*;

use super::rendering::{Apart, camera, engine, shipped, stack};

/// The chest, seven millimetres a voxel.
fn chest() -> Arc<Volume> {
    const SIZE: [u16; 3] = [54, 40, 46];
    const VOXEL_MM: f64 = 7.0;
    // Edges are ramps as wide as a voxel.
    let phantom =
        Phantom::chest_ct().with_matrix(SIZE[1], SIZE[0], MmPerPixel { row: VOXEL_MM, column: VOXEL_MM });
    let at = |index: u16, count: u16| (f64::from(index) - f64::from(count - 1) / 2.0) * VOXEL_MM;
    let slice = |plane: u16| {
        let words = (0..SIZE[1]).flat_map(|row| (0..SIZE[0]).map(move |column| (column, row))).map(
            |(column, row)| {
                let point = Point::new(at(column, SIZE[0]), at(row, SIZE[1]), at(plane, SIZE[2]));
                #[expect(clippy::cast_possible_truncation, reason = "some thousand units at most")]
                let word = phantom.hu_at(point).round() as i16;
                word.cast_unsigned()
            },
        );
        let pixels = Pixels::Words { is_signed: true, words: words.collect() };
        let frame = Arc::new(Frame { rows: SIZE[1].into(), columns: SIZE[0].into(), pixels, cover: None });
        Some(Slice::Acquired(Layer { frame, modality: ModalityLut::IDENTITY, padding: None }))
    };
    stack((SIZE[0].into(), SIZE[1].into()), (0..SIZE[2]).into_par_iter().map(slice).collect(), VOXEL_MM)
}

/// The chest of the phantom, pixel by pixel. `UPDATE=1 cargo test` writes the pictures anew; look at them then.
#[test]
fn a_chest_looks_as_it_did() {
    let Some(mut engine) = engine() else { return };
    let volume = chest();
    for (name, azimuth, elevation) in [("bone", 25.0, 15.0), ("skin", -40.0, 10.0)] {
        let section = camera(azimuth, elevation).section(volume.middle());
        let shine = [0.3, 0.4, 0.85];
        let pass = RenderingPass::new(Arc::clone(&volume), &section, 2.6, (160, 144), shipped(name), shine);
        let drawn = engine.rendering_colors(&pass).expect("a picture");
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/frames/rendering-{name}.png"));
        if std::env::var_os("UPDATE").is_some() {
            write(&path, &drawn);
        }
        let apart = Apart::between(&drawn, &read(&path));
        // As the reference: two levels, on few values.
        assert!(apart.most <= 2 && apart.share <= 0.02, "{name}: {apart:?}");
    }
}

fn read(path: &Path) -> Raster<[u8; 3]> {
    let file = std::fs::File::open(path).expect("the picture is there");
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    Raster { width: info.width, height: info.height, values: bytes.as_chunks().0.to_vec() }
}

fn write(path: &Path, picture: &Raster<[u8; 3]>) {
    let file = std::fs::File::create(path).expect("the tree is writable");
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let bytes = picture.values.as_flattened();
    encoder.write_header().and_then(|mut writer| writer.write_image_data(bytes)).expect("written");
}
