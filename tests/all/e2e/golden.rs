//! The whole frame, pixel by pixel, at two scales. `UPDATE=1 cargo test` writes the pictures anew; look at them then.

use std::path::{Path, PathBuf};
use std::process::Command;

use hotlight::calibration::pattern::{Levels, Pattern, draw as draw_pattern};
use hotlight::phantom::Phantom;
use tempfile::TempDir;

use crate::support::{data, program};

/// Levels by which a card may differ from the one that drew the picture: letters and edges are filtered in hardware.
const LEVELS_MAX: u8 = 8;

/// The share of pixels that may differ by more, where a line falls between two of them.
const SHARE_MAX: f64 = 0.0005;

/// Current and prior, in tiles and alone; a mark with its numbers; links, lines and badges.
const SCRIPT: &str = "wait settled
layout 2x2
viewport 3
hang 1
tiles 2x2
scroll to 3
interpolation nearest
viewport 2
interpolation nearest
viewport 4
hang 2
rotate right
filter smooth
interpolation nearest
window slot 2
viewport 1
interpolation nearest
scroll to 5
window slot 1
tool ellipse
pointer press left 300 160
pointer move 420 260
pointer release
link all
wait settled
";

/// Three sections through one point and the images; one of them is an oblique slab.
const MPR: &str = "wait settled
layout mpr
crosshair at 60 10 -5
viewport 2
plane turn right 25
slab 20
projection mip
viewport 1
wait settled
";

/// Three sections and the volume from outside, in one layout.
const RENDERING: &str = "wait settled
layout mpr
viewport 4
volume bone
volume turn 30,20
wait settled
";

/// Draws the scene with no window; gives the picture's file.
fn draw(study: &Path, folder: &Path, size: &str, scale: &str, scene: &str) -> PathBuf {
    let picture = folder.join(format!("{scale}.png"));
    play(study, folder, size, scale, &format!("{scene}screenshot {}\nquit\n", picture.display()));
    picture
}

/// Runs a script with no window.
fn play(study: &Path, folder: &Path, size: &str, scale: &str, steps: &str) {
    let script = folder.join("script.txt");
    std::fs::write(&script, steps).expect("the script");
    let output = Command::new(program())
        .arg(study)
        .args(["--set", "viewer.hang=series", "--offscreen", size, "--offscreen-scale", scale, "--script"])
        .arg(&script)
        .env("HOTLIGHT_STATE_DIR", folder.join("state"))
        .env("HOTLIGHT_CONFIG_DIR", folder.join("config"))
        .env("HOTLIGHT_SITE_DIR", folder.join("site"))
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Width and the red, green and blue of a PNG.
fn read(path: &Path) -> (usize, Vec<u8>) {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    let rgb = match info.color_type {
        png::ColorType::Rgb => pixels,
        png::ColorType::Rgba => {
            pixels.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect()
        }
        other => panic!("{other:?}"),
    };
    (info.width as usize, rgb)
}

fn write(path: &Path, (width, rgb): &(usize, Vec<u8>)) {
    let file = std::fs::File::create(path).expect("the tree is writable");
    let (columns, rows) =
        (u32::try_from(*width).expect("small"), u32::try_from(rgb.len() / 3 / width).expect("small"));
    let mut encoder = png::Encoder::new(file, columns, rows);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(rgb)).expect("written");
}

/// A current study and its prior; without noise the pictures stay small.
fn write_studies(folder: &Path) {
    let current = Phantom::chest_ct().small().with_noise_hu(0.0);
    current.prior().write_into(&folder.join("prior")).expect("the prior");
    current.write_into(&folder.join("current")).expect("the study");
}

#[track_caller]
fn check(size: &str, scale: &str, name: &str, scene: &str) {
    let folder = TempDir::new().expect("a folder");
    let study = folder.path().join("study");
    write_studies(&study);
    let found = read(&draw(&study, folder.path(), size, scale, scene));
    let golden = data().join("frames").join(name);
    if std::env::var_os("UPDATE").is_some() {
        write(&golden, &found);
    }
    let expected = read(&golden);
    assert_eq!((found.0, found.1.len()), (expected.0, expected.1.len()), "{name}: another size");
    let pairs = || found.1.as_chunks::<3>().0.iter().zip(expected.1.as_chunks::<3>().0);
    let differs = |(a, b): &(&[u8; 3], &[u8; 3])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > LEVELS_MAX);
    let different = pairs().filter(differs).count();
    let first = pairs().position(|pair| differs(&pair)).map(|at| (at % found.0, at / found.0));
    #[expect(clippy::cast_precision_loss, reason = "counts of pixels")]
    let share = different as f64 / (found.1.len() / 3) as f64;
    assert!(
        share <= SHARE_MAX,
        "{name}: {different} pixels differ, the first at {first:?}. UPDATE=1 cargo test writes the picture anew"
    );
}

#[test]
fn the_frame_at_1920_by_1080() {
    check("1920x1080", "1", "frame-1x.png", SCRIPT);
}

#[test]
fn the_frame_at_3840_by_2160_at_scale_2() {
    check("3840x2160", "2", "frame-2x.png", SCRIPT);
}

#[test]
fn sections_through_one_point_at_1920_by_1080() {
    check("1920x1080", "1", "mpr-1x.png", MPR);
}

#[test]
fn a_rendering_beside_sections() {
    check("1000x700", "1", "rendering-1x.png", RENDERING);
}

/// Both under the curtain, and each alone: on its side of the edge each is what it is alone, but for the edge's own two columns, words,
/// ruler and slider.
#[test]
fn on_the_two_sides_of_the_curtain_stand_two_pictures_pixel_by_pixel() {
    let folder = TempDir::new().expect("a folder");
    let study = folder.path().join("study");
    write_studies(&study);
    let names = ["both", "current", "prior"].map(|name| folder.path().join(format!("{name}.png")));
    let [both, current, prior] = names.each_ref().map(|name| name.display());
    // The prior is the other way round, so that nothing of it could pass for the current study.
    let steps = format!(
        "wait settled\nchrome\nviewport 1\nprior toggle\nlink all\nviewport 2\ninvert\nviewport 1\nprior curtain\nprior curtain 60\nwait settled\n\
         screenshot {both}\nfull\nwait settled\nscreenshot {current}\nviewport 2\nwait settled\nscreenshot {prior}\nquit\n"
    );
    play(&study, folder.path(), "1000x700", "1", &steps);
    let [both, current, prior] = names.each_ref().map(|name| read(name));
    let edge = 600;
    let rows = 200..320;
    let differing = |alone: &(usize, Vec<u8>), columns: std::ops::Range<usize>| {
        let at = |picture: &(usize, Vec<u8>), x: usize, y: usize| {
            let start = (y * picture.0 + x) * 3;
            picture.1.get(start..start + 3).map(<[u8]>::to_vec).expect("in the picture")
        };
        let places = rows.clone().flat_map(|y| columns.clone().map(move |x| (x, y)));
        places.filter(|(x, y)| at(&both, *x, *y) != at(alone, *x, *y)).count()
    };
    let (left, right) = (30..edge - 90, edge + 1..900);
    for (side, columns) in [("left", left.clone()), ("beside the edge", edge - 4..edge - 1)] {
        assert_eq!(differing(&current, columns), 0, "{side}");
    }
    assert_eq!(differing(&prior, right.clone()), 0, "right");
    assert!(differing(&prior, left) > 1000 && differing(&current, right) > 1000, "they are two pictures");
}

/// A pixel of a test pattern is a pixel of the window, at both scales, whatever hangs beneath. Rule G-13.
#[test]
fn a_test_pattern_is_on_the_screen_as_it_is_drawn() {
    let folder = TempDir::new().expect("a folder");
    let study = folder.path().join("study");
    write_studies(&study);
    for (scale, size) in [("1", (1000, 700)), ("2", (1600, 1200))] {
        for name in ["TG18-OIQ", "TG270-sQC", "patch-45"] {
            let picture = folder.path().join(format!("{name}-{scale}.png"));
            let steps = format!(
                "wait settled\npattern {name}\nwait settled\nscreenshot {}\nquit\n",
                picture.display()
            );
            play(&study, folder.path(), &format!("{}x{}", size.0, size.1), scale, &steps);
            let (width, shown) = read(&picture);
            let pattern = Pattern::parse(name).expect("a pattern");
            let drawn = draw_pattern(&pattern, size.0, size.1, 8).expect("drawn");
            let Levels::Gray(levels) = drawn.levels else { panic!("gray") };
            assert_eq!((width, shown.len()), (size.0 as usize, levels.len() * 3), "{name} at {scale}");
            let (pixels, _) = shown.as_chunks::<3>();
            let is_other =
                |(pixel, level): &(&[u8; 3], &u16)| pixel.iter().any(|value| u16::from(*value) != **level);
            assert_eq!(pixels.iter().zip(&levels).filter(is_other).count(), 0, "{name} at {scale}");
        }
    }
}
