//! The text of a protocol's file in a private block of its object, so that nothing is lost on the way through an archive.

use dicom_dictionary_std::uids;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::dicom::{Attributes, DataSet, Tag, Writer};

/// The group of the block.
const GROUP: u16 = 0x7777;

/// Who made it.
const CREATOR: &str = "HOTLIGHT";

/// The element that tells whether the object still says what it said when the block was made.
const SEAL: u8 = 0x01;

/// The element with the protocol's name.
const ID: u8 = 0x02;

/// The elements with the text, piece by piece.
const TEXT: std::ops::RangeInclusive<u8> = 0x10..=0xFF;

/// A piece of the text, bytes: longer private elements are not read.
const PIECE: usize = 4096;

/// The first element of the text, for messages.
pub(super) const TEXT_TAG: Tag = Tag(GROUP, 0x1010);

/// What a block says.
pub(super) struct Block {
    /// The protocol's name.
    pub(super) id: String,
    /// The text of its file.
    pub(super) text: String,
    /// Whether the object still says what it said when the block was made.
    pub(super) is_true: bool,
}

/// Puts a block; `twin` is the object once more. Nothing where the text is too long.
pub(super) fn put(object: Writer, twin: Writer, id: &str, text: &str) -> Option<Writer> {
    let bytes = twin.data_set(uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let twin = DataSet::parse(&bytes, uids::EXPLICIT_VR_LITTLE_ENDIAN).ok()?;
    let seal = seal(&twin);
    let mut elements: Vec<(u8, &[u8])> = vec![(SEAL, seal.as_slice()), (ID, id.as_bytes())];
    let pieces: Vec<&[u8]> = text.as_bytes().chunks(PIECE).collect();
    if pieces.len() > TEXT.len() || id.len() > PIECE {
        return None;
    }
    elements.extend(TEXT.zip(pieces));
    Some(object.private_block(GROUP, CREATOR, &elements))
}

/// The block of an object, if it has one that can be read.
pub(super) fn read(object: &DataSet) -> Option<Block> {
    let at = object.attributes();
    let text = |bytes: Vec<u8>| {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        String::from_utf8(bytes.get(..end)?.to_vec()).ok()
    };
    let is_true = element(at, SEAL)? == seal(object);
    let id = text(element(at, ID)?)?;
    let pieces: Vec<Vec<u8>> = TEXT.map_while(|piece| element(at, piece)).collect();
    Some(Block { id, text: text(pieces.concat())?, is_true })
}

fn element(at: Attributes<'_>, element: u8) -> Option<Vec<u8>> {
    at.private_bytes(GROUP, CREATOR, element).map(std::borrow::Cow::into_owned)
}

/// A digest of all that the object says of the protocol: its attributes of group 0072, whatever the syntax they are in.
fn seal(object: &DataSet) -> Vec<u8> {
    let said: Map<String, Value> = match object.json() {
        Value::Object(members) => members.into_iter().filter(|(tag, _)| tag.starts_with("0072")).collect(),
        _ => Map::new(),
    };
    Sha256::digest(Value::Object(said).to_string().as_bytes()).to_vec()
}
