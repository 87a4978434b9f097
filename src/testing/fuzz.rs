//! What the fuzzer calls, and what the tests replay: bytes of an enemy go in, and nothing but an error may come out.
//!
//! A target panics when a promise is broken; the fuzzer adds the sanity of memory and time.

use std::path::Path;

use crate::dicom::{Instance, Pixels, read_frame};

/// Frames that need more are not decoded: the fuzzer looks for faults, not for memory.
const FRAME_BYTES_MAX: u64 = 16 << 20;

/// One door to bytes from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The header of a file.
    Reader,
    /// The pixels of a file, its codestream taken from the input: [`Target::run`] tells the form.
    Pixels,
    /// A file called DICOMDIR.
    Dicomdir,
    /// A zip archive.
    Zip,
}

impl Target {
    /// Their names, in the order of [`Target::ALL`].
    pub const NAMES: [&'static str; 4] = ["reader", "pixels", "dicomdir", "zip"];

    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Pixels, Self::Dicomdir, Self::Zip];

    /// The target of this name.
    pub fn of(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        Self::ALL.get(place).copied()
    }

    /// Feeds one input.
    ///
    /// For `pixels` five bytes choose transfer syntax, photometric interpretation, bits, rows and columns; the rest is the
    /// value of Pixel Data, or one fragment of it.
    ///
    /// # Panics
    /// When a promise is broken.
    pub fn run(self, bytes: &[u8]) {
        match self {
            Self::Reader => with_file("file", bytes, |path| drop(Instance::read(path))),
            Self::Pixels => {
                if let Some(file) = pixels_file(bytes) {
                    with_file("file", &file, decode_all);
                }
            }
            Self::Dicomdir => with_file("DICOMDIR", bytes, index_file),
            Self::Zip => with_file("archive.zip", bytes, index_file),
        }
    }
}

/// Indexes a file as the program does, and decodes what was found.
fn index_file(path: &Path) {
    let library = crate::app::read_headers(&[path.to_path_buf()]);
    for image in library.display_sets().flat_map(|(_, _, set)| &set.images) {
        decode(&image.instance, image.frame);
    }
}

fn decode_all(path: &Path) {
    let Ok(instance) = Instance::read(path) else { return };
    for frame in [0, instance.image.frames_present - 1] {
        decode(&instance, frame);
    }
}

/// A frame that comes out is whole.
fn decode(instance: &Instance, frame: u32) {
    if instance.decoded_frame_bytes() > FRAME_BYTES_MAX {
        return;
    }
    let Ok(frame) = read_frame(instance, frame) else { return };
    assert_eq!((frame.rows, frame.columns), (instance.image.rows, instance.image.columns));
    assert_eq!(frame.pixels.count(), frame.rows as usize * frame.columns as usize);
    assert_eq!(matches!(frame.pixels, Pixels::Color(_)), instance.pixels.is_color());
}

/// Runs with the bytes in a file of this name, in a folder of its own.
fn with_file(name: &str, bytes: &[u8], run: impl FnOnce(&Path)) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let path = folder.path().join(name);
    if std::fs::write(&path, bytes).is_ok() {
        run(&path);
    }
}

/// Syntaxes that the first byte chooses from.
const SYNTAXES: [&str; 17] = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.55",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.203",
    "1.2.840.10008.1.2.8.1",
];

/// Photometric interpretations that the second byte chooses from, with their samples per pixel.
const FORMS: [(&str, u16); 6] = [
    ("MONOCHROME2", 1),
    ("MONOCHROME1", 1),
    ("RGB", 3),
    ("YBR_FULL", 3),
    ("YBR_FULL_422", 3),
    ("YBR_RCT", 3),
];

/// Bits Allocated and Bits Stored that the third byte chooses from.
const BITS: [(u16, u16); 6] = [(1, 1), (8, 8), (16, 12), (16, 16), (32, 32), (8, 5)];

/// A file around the input: explicit VR little endian whatever the syntax says, which the reader finds out.
fn pixels_file(bytes: &[u8]) -> Option<Vec<u8>> {
    let (&[syntax, form, bits, rows, columns], value) = bytes.split_first_chunk::<5>()?;
    let pick = |choice: u8, count: usize| usize::from(choice) % count;
    let syntax = *SYNTAXES.get(pick(syntax, SYNTAXES.len()))?;
    let (photometric, samples) = *FORMS.get(pick(form, FORMS.len()))?;
    // The highest bits choose sign and planes.
    let (allocated, stored) = *BITS.get(pick(bits & 0x3F, BITS.len()))?;
    let mut file = [&[0; 128], b"DICM".as_slice()].concat();
    let mut put = |group: u16, element: u16, vr: &str, value: &[u8]| {
        file.extend(group.to_le_bytes());
        file.extend(element.to_le_bytes());
        file.extend(vr.as_bytes());
        let length = value.len().next_multiple_of(2);
        file.extend(u16::try_from(length).unwrap_or_default().to_le_bytes());
        file.extend(value);
        file.extend((value.len() % 2 == 1).then_some(0));
    };
    put(0x0002, 0x0010, "UI", syntax.as_bytes());
    put(0x0008, 0x0018, "UI", b"1.2.3");
    put(0x0028, 0x0002, "US", &samples.to_le_bytes());
    put(0x0028, 0x0004, "CS", photometric.as_bytes());
    put(0x0028, 0x0006, "US", &u16::from(bits >> 7).to_le_bytes());
    put(0x0028, 0x0010, "US", &(u16::from(rows) + 1).to_le_bytes());
    put(0x0028, 0x0011, "US", &(u16::from(columns) + 1).to_le_bytes());
    put(0x0028, 0x0100, "US", &allocated.to_le_bytes());
    put(0x0028, 0x0101, "US", &stored.to_le_bytes());
    put(0x0028, 0x0102, "US", &(stored - 1).to_le_bytes());
    put(0x0028, 0x0103, "US", &u16::from(bits >> 6 & 1).to_le_bytes());
    let length = u32::try_from(value.len()).ok()?.to_le_bytes();
    file.extend([0xE0, 0x7F, 0x10, 0, b'O', b'W', 0, 0]);
    let is_native = pick(bytes.first().copied()?, SYNTAXES.len()) < 4;
    if is_native {
        file.extend(length);
        file.extend(value);
    } else {
        file.extend([0xFF; 4]);
        file.extend([0xFE, 0xFF, 0, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0, 0xE0]);
        file.extend(length);
        file.extend(value);
        file.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    }
    Some(file)
}
