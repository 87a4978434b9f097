//! Elements that have been walked over, and what the parser makes of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dicom_encoding::text::SpecificCharacterSet;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::error::ReadError;
use super::walk::Encoding;

/// Elements as they stand in the file, one after the other.
#[derive(Debug, Default)]
pub(super) struct Elements {
    pub(super) bytes: Vec<u8>,
    /// Where each ends.
    pub(super) ends: Vec<usize>,
}

impl Elements {
    /// Parses them. One that the parser refuses is left out: what needs it will miss it.
    ///
    /// Texts come as ISO 8859-1, byte for byte: the parser knows neither several character sets nor their escapes.
    pub(super) fn parse(&self, encoding: Encoding) -> InMemDicomObject {
        if let Ok(object) = parse(&self.bytes, encoding) {
            return object;
        }
        let mut object = InMemDicomObject::new_empty();
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        for (start, end) in starts.zip(self.ends.iter().copied()) {
            let Some(bytes) = self.bytes.get(start..end) else { continue };
            match parse(bytes, encoding) {
                Ok(one) => object.extend(one),
                Err(error) => tracing::debug!(%error, "an element is left out"),
            }
        }
        object
    }
}

fn parse(bytes: &[u8], encoding: Encoding) -> Result<InMemDicomObject, ReadError> {
    let syntax = TransferSyntaxRegistry.get(encoding.transfer_syntax()).ok_or(ReadError::NotDicom)?;
    // The parser may stop with a panic on what nobody has thought of.
    let read = || InMemDicomObject::read_dataset_with_ts_cs(bytes, syntax, SpecificCharacterSet::ISO_IR_100);
    let parsed = catch_unwind(AssertUnwindSafe(read))
        .map_err(|_panic| ReadError::Damaged { why: "its parser stopped".to_owned() })?;
    parsed.map_err(|error| damaged(&error))
}

/// The error of a data set that the parser refuses: what it was at, and what stopped it.
fn damaged(error: &(dyn std::error::Error + 'static)) -> ReadError {
    let at = error.to_string();
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let cause = cause.to_string();
    ReadError::Damaged { why: if at == cause { at } else { format!("{at} ({cause})") } }
}

#[cfg(test)]
mod tests {
    use dicom_core::{Tag, VR};
    use dicom_dictionary_std::tags;

    use super::*;

    /// One element that the parser cannot take does not cost the others.
    #[test]
    fn a_damaged_element_is_left_out_alone() {
        let modality = b"\x08\0\x60\0CS\x02\0CT";
        // A sequence that holds something else than items.
        let damaged = b"\x08\0\x10\x11SQ\0\0\x08\0\0\0\x08\0\x60\0CS\0\0";
        let object_of = |parts: &[&[u8]]| {
            let mut elements = Elements::default();
            for part in parts {
                elements.bytes.extend_from_slice(part);
                elements.ends.push(elements.bytes.len());
            }
            assert!(parse(&elements.bytes, Encoding::EXPLICIT).is_err(), "the parser refuses it");
            elements.parse(Encoding::EXPLICIT)
        };
        let object = object_of(&[modality, damaged, b"\x08\0\x70\0LO\x02\0AB"]);
        let found: Vec<(Tag, VR)> =
            object.iter().map(|element| (element.header().tag, element.vr())).collect();
        assert_eq!(found, [(tags::MODALITY, VR::CS), (tags::MANUFACTURER, VR::LO)]);
    }
}
