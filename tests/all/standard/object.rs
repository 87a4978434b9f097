//! Objects made element by element, and the picture pixel for pixel.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use hotlight::dicom::{Frame, Instance, read_frame};
use hotlight::geometry::Turn;
use hotlight::render::{Raster, SlicePass, cpu, slice_pass};
use hotlight::session::{Applied, Look, View, Zoom};
use hotlight::study::Image;
use hotlight::units::PValue;

/// A file in explicit VR little endian, by tag.
#[derive(Clone, Default)]
pub(crate) struct Object {
    elements: BTreeMap<Tag, (&'static str, Vec<u8>)>,
}

impl Object {
    /// A gray image of 16-bit words, those of all frames.
    pub(crate) fn gray(rows: u16, columns: u16, bits_stored: u16, words: &[u16]) -> Self {
        Self::default()
            .text(tags::SOP_CLASS_UID, "UI", "1.2.840.10008.5.1.4.1.1.7")
            .text(tags::SOP_INSTANCE_UID, "UI", "2.25.7")
            .text(tags::STUDY_INSTANCE_UID, "UI", "2.25.5")
            .text(tags::SERIES_INSTANCE_UID, "UI", "2.25.6")
            .text(tags::PATIENT_NAME, "PN", "ZZCANARY^COVER")
            .text(tags::MODALITY, "CS", "OT")
            .text(tags::PHOTOMETRIC_INTERPRETATION, "CS", "MONOCHROME2")
            .words(tags::SAMPLES_PER_PIXEL, "US", &[1])
            .words(tags::ROWS, "US", &[rows])
            .words(tags::COLUMNS, "US", &[columns])
            .words(tags::BITS_ALLOCATED, "US", &[16])
            .words(tags::BITS_STORED, "US", &[bits_stored])
            .words(tags::HIGH_BIT, "US", &[bits_stored - 1])
            .words(tags::PIXEL_REPRESENTATION, "US", &[0])
            .words(tags::PIXEL_DATA, "OW", words)
    }

    pub(crate) fn bytes(mut self, tag: Tag, vr: &'static str, value: &[u8]) -> Self {
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            value.push(if vr == "UI" || vr == "OB" { 0 } else { b' ' });
        }
        self.elements.insert(tag, (vr, value));
        self
    }

    pub(crate) fn text(self, tag: Tag, vr: &'static str, text: &str) -> Self {
        self.bytes(tag, vr, text.as_bytes())
    }

    pub(crate) fn words(self, tag: Tag, vr: &'static str, words: &[u16]) -> Self {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.bytes(tag, vr, &bytes)
    }

    pub(crate) fn write_to(&self, path: &Path) {
        let mut meta = Self::default()
            .bytes(Tag(2, 1), "OB", &[0, 1])
            .bytes(Tag(2, 2), "UI", &self.elements[&tags::SOP_CLASS_UID].1)
            .bytes(Tag(2, 3), "UI", &self.elements[&tags::SOP_INSTANCE_UID].1)
            .text(Tag(2, 0x10), "UI", "1.2.840.10008.1.2.1");
        let length = u32::try_from(meta.encoded().len()).expect("short");
        meta = meta.bytes(Tag(2, 0), "UL", &length.to_le_bytes());
        let file = [&[0; 128], b"DICM".as_slice(), &meta.encoded(), &self.encoded()].concat();
        std::fs::write(path, file).expect("a file");
    }

    fn encoded(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (tag, (vr, value)) in &self.elements {
            bytes.extend(tag.group().to_le_bytes());
            bytes.extend(tag.element().to_le_bytes());
            bytes.extend(vr.as_bytes());
            if ["OB", "OW"].contains(vr) {
                bytes.extend([0, 0]);
                bytes.extend(u32::try_from(value.len()).expect("short").to_le_bytes());
            } else {
                bytes.extend(u16::try_from(value.len()).expect("short").to_le_bytes());
            }
            bytes.extend(value);
        }
        bytes
    }
}

/// A frame pixel for pixel, by the reference.
pub(crate) fn shown(path: &Path, frame: u32, turn: Turn, look: &Look) -> Raster<PValue> {
    let (pass, pixels) = pass(path, frame, turn, look);
    cpu::p_values(&pass, &pixels)
}

/// What draws a frame pixel for pixel, and the frame.
pub(crate) fn pass(path: &Path, frame: u32, turn: Turn, look: &Look) -> (SlicePass, Frame) {
    let instance = Instance::read(path).expect("an image");
    let not_applied = &instance.frame(frame).gray.not_applied;
    assert!(not_applied.is_empty(), "{not_applied:?}");
    let pixels = read_frame(&instance, frame).expect("pixels");
    let image = Image { instance: instance.into(), frame, plane: None, suv: None };
    let view = View { zoom: Zoom::Stored, turn, ..View::default() };
    let header = &image.instance.image;
    let size = (header.columns, header.rows);
    let size = if turn.swaps_sides() { (size.1, size.0) } else { size };
    let pass = slice_pass(&image, &pixels, &view, look, &Applied::NONE, size).expect("a picture");
    (pass, pixels)
}
