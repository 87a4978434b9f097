//! `export`: the view in focus as PNG, compared with the window's own picture.

use std::path::Path;

use crate::support::{hotlight, phantom, stderr};

/// Red, green and blue, row by row.
struct Picture {
    width: usize,
    height: usize,
    has_alpha: bool,
    bytes: Vec<u8>,
}

impl Picture {
    fn read(path: &Path) -> Self {
        let file = std::fs::File::open(path).expect("the picture");
        let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("its pixels");
        let has_alpha = info.color_type == png::ColorType::Rgba;
        if has_alpha {
            bytes = bytes.as_chunks::<4>().0.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
        }
        Self { width: info.width as usize, height: info.height as usize, has_alpha, bytes }
    }

    /// A piece of a row.
    fn row(&self, x: usize, y: usize, width: usize) -> &[u8] {
        let start = (y * self.width + x) * 3;
        &self.bytes[start..start + width * 3]
    }

    /// How often the middle half of another picture stands in this one, pixel for pixel.
    fn count_middle_of(&self, other: &Self) -> usize {
        let (width, height) = (other.width / 2, other.height / 2);
        let (left, top) = (other.width / 4, other.height / 4);
        let is_at = |x: usize, y: usize| {
            // The middle row first: few places have it.
            [height / 2]
                .into_iter()
                .chain(0..height)
                .all(|row| self.row(x, y + row, width) == other.row(left, top + row, width))
        };
        let places = |y| (0..=self.width - width).filter(|&x| is_at(x, y)).count();
        (0..=self.height - height).map(places).sum()
    }
}

fn run(folder: &Path, script: &str, size: &str, scale: &str) {
    let script_file = folder.join("script.txt").display().to_string();
    std::fs::write(&script_file, script).expect("the script");
    let study = phantom().display().to_string();
    let output =
        hotlight(&[&study, "--script", &script_file, "--offscreen", size, "--offscreen-scale", scale]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn an_exported_view_is_what_the_window_shows_and_names_nobody_where_that_is_asked() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    for (size, scale, line) in [("1000x700", "1", 28), ("2000x1400", "2", 56)] {
        let at = |name: &str| folder.path().join(name);
        let script = format!(
            "wait settled\nscreenshot {}\nexport {}\nwait settled\nexport --without-identity {}\nwait settled\nquit\n",
            at("window.png").display(),
            at("with.png").display(),
            at("without.png").display()
        );
        run(folder.path(), &script, size, scale);
        let [window, with, without] =
            ["window.png", "with.png", "without.png"].map(|name| Picture::read(&at(name)));
        assert!(!with.has_alpha && !without.has_alpha, "red, green and blue alone");
        assert_eq!((with.width, with.height), (without.width, without.height));
        for view in [&with, &without] {
            assert_eq!(window.count_middle_of(view), 1, "the middle stands in the window, at {scale}");
        }
        // Under the first line, which says that it is not for diagnosis, nothing is left of the words.
        let is_bright = |view: &Picture| {
            (line..3 * line).any(|y| view.row(0, y, view.width / 3).iter().any(|level| *level > 100))
        };
        assert!(is_bright(&with), "the words of the study");
        assert!(!is_bright(&without), "no word is left");
    }
}

/// The end of the program waits for a picture that was asked for.
#[test]
fn a_view_that_is_saved_just_before_the_end_is_saved() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let view = folder.path().join("view.png");
    run(folder.path(), &format!("wait settled\nexport {}\nquit\n", view.display()), "800x600", "1");
    assert!(Picture::read(&view).width > 0);
}

/// On the screen dither changes a gray by one level at most, and not at all in a file, which is no panel.
#[test]
fn dither_is_on_the_screen_and_not_in_what_is_exported() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    let path = |name: &str| at(name).display().to_string();
    let script = format!(
        "wait settled\nlayout 1x1\nwait settled\nscreenshot {}\nexport {}\nwait settled\ndisplay dither on\nscreenshot {}\nexport {}\n\
         wait settled\ndisplay dither off\nscreenshot {}\nquit\n",
        path("before.png"),
        path("view-before.png"),
        path("on.png"),
        path("view-on.png"),
        path("off.png"),
    );
    run(folder.path(), &script, "800x600", "1");
    let middle = |name: &str| -> Vec<u8> {
        let picture = Picture::read(&at(name));
        let (width, height) = (picture.width / 4, picture.height / 4);
        (height..3 * height).flat_map(|y| picture.row(width, y, 2 * width).to_vec()).collect()
    };
    let (before, on, off) = (middle("before.png"), middle("on.png"), middle("off.png"));
    assert!(before == off, "it is as it was before");
    assert!(before.iter().zip(&on).all(|(before, on)| before.abs_diff(*on) <= 1), "one level at most");
    // Air and bone lie beyond the window, on a level.
    let changed = before.iter().zip(&on).filter(|(before, on)| before != on).count();
    assert!(changed > before.len() / 20, "{changed} of {}", before.len());
    assert!(middle("view-before.png") == middle("view-on.png"), "a file holds P-values");
}

/// Frames go around the rendering, one file each, and an export does not write over an earlier one.
#[test]
fn views_around_a_rendering_are_files_of_a_folder() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let frames = folder.path().join("frames");
    std::fs::create_dir(&frames).expect("a folder");
    let state = folder.path().join("state.txt");
    let export = format!("export --without-identity --frames 3 {}\nwait settled\n", frames.display());
    let script = format!(
        "wait settled\nvolume bone\nwait settled\n{export}scroll +1\nwait settled\n{export}state {}\nquit\n",
        state.display()
    );
    run(folder.path(), &script, "420x320", "1");
    let mut names: Vec<_> = std::fs::read_dir(&frames)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    let told = std::fs::read_to_string(&state).expect("the state");
    assert!(told.contains("3 of 3 frames were saved") && told.contains("holds frames of an earlier export"));
    assert_eq!(names, ["hotlight-frame-001.png", "hotlight-frame-002.png", "hotlight-frame-003.png"]);
    let pictures: Vec<Picture> = names.iter().map(|name| Picture::read(&frames.join(name))).collect();
    assert!(pictures.iter().all(|picture| !picture.has_alpha && picture.width > 100));
    assert!(pictures[0].bytes != pictures[1].bytes && pictures[1].bytes != pictures[2].bytes);
    assert!(pictures.iter().all(|picture| picture.bytes.iter().any(|level| *level > 100)), "none is black");
}
