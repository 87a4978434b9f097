//! Compressed pixel data: which fragments make up which frame. PS3.5 A.4.

use super::error::ReadError;
use super::source::Bytes;

/// Where one fragment lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) at: u64,
    pub(super) bytes: u64,
}

/// The fragments of each frame.
pub(super) type FrameFragments = Vec<Vec<Fragment>>;

const ITEM: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];
const SEQUENCE_END: [u8; 4] = [0xFE, 0xFF, 0xDD, 0xE0];

/// The attribute in messages.
pub(super) const PIXEL_DATA: &str = "Pixel Data (7FE0,0010)";

/// Finds the fragments from `at`, and sorts them to `frames` frames; fewer come back when the file ends early.
///
/// `extended` is the Extended Offset Table, in bytes from the first fragment.
pub(super) fn find(
    bytes: &mut Bytes,
    at: u64,
    frames: u32,
    extended: &[u64],
) -> Result<FrameFragments, ReadError> {
    let Items { table, fragments, is_cut, has_end, end: _ } = items(bytes, at)?;
    let frames = frames as usize;
    let Some(first) = fragments.first() else {
        return Err(ReadError::Truncated { expected: 1, found: 0 });
    };
    let start = first.at - ITEM_HEAD_BYTES;
    if frames == 1 {
        // Half a frame is no frame.
        return if is_cut { Err(cut()) } else { Ok(vec![fragments]) };
    }
    let mut found = [extended, &table]
        .into_iter()
        .filter(|offsets| offsets.len() == frames)
        .find_map(|offsets| by_offsets(&fragments, start, offsets));
    if found.is_none() && (fragments.len() == frames || !has_end && fragments.len() < frames) {
        found = Some(fragments.iter().map(|&fragment| vec![fragment]).collect());
    }
    let mut found = match found {
        Some(found) => found,
        None => by_codestreams(bytes, &fragments)?,
    };
    if is_cut {
        // Of the last frame something may be missing.
        found.truncate(found.len().min(frames.saturating_sub(1)));
    } else if found.len() != frames && (has_end || found.len() > frames) {
        let why = format!("{frames} frames stated, {} found in {} fragments", found.len(), fragments.len());
        return Err(ReadError::Wrong { name: "Number of Frames (0028,0008)", why });
    }
    if found.is_empty() { Err(cut()) } else { Ok(found) }
}

const ITEM_HEAD_BYTES: u64 = 8;

fn cut() -> ReadError {
    ReadError::Damaged { why: format!("the data end within {PIXEL_DATA}") }
}

struct Items {
    /// Basic Offset Table, in bytes from the first fragment.
    table: Vec<u64>,
    fragments: Vec<Fragment>,
    /// The file ends within a fragment.
    is_cut: bool,
    /// The delimiter is there. Some writers forget it.
    has_end: bool,
    /// Where they end.
    end: u64,
}

/// Where the fragments from `at` end; an error where the bytes end within one.
pub(super) fn end(bytes: &mut Bytes, at: u64) -> Result<u64, ReadError> {
    let items = items(bytes, at)?;
    if items.is_cut { Err(cut()) } else { Ok(items.end) }
}

fn items(bytes: &mut Bytes, mut at: u64) -> Result<Items, ReadError> {
    let mut items =
        Items { table: Vec::new(), fragments: Vec::new(), is_cut: false, has_end: false, end: at };
    let mut is_first = true;
    loop {
        let head = bytes.read_at(at, ITEM_HEAD_BYTES)?;
        let Some(&[t0, t1, t2, t3, l0, l1, l2, l3]) = head.first_chunk::<8>() else {
            items.is_cut = !head.is_empty();
            return Ok(items);
        };
        let length = u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
        at += ITEM_HEAD_BYTES;
        items.end = at;
        match [t0, t1, t2, t3] {
            SEQUENCE_END => {
                items.has_end = true;
                return Ok(items);
            }
            ITEM if at + length > bytes.length() => {
                items.is_cut = true;
                return Ok(items);
            }
            ITEM if is_first => {
                let table = bytes.read_at(at, length)?;
                items.table =
                    table.as_chunks::<4>().0.iter().map(|&entry| u32::from_le_bytes(entry).into()).collect();
            }
            ITEM => items.fragments.push(Fragment { at, bytes: length }),
            _ => {
                let why = format!("{PIXEL_DATA} holds something that is no fragment");
                return Err(ReadError::Damaged { why });
            }
        }
        is_first = false;
        at += length;
        items.end = at;
    }
}

/// Sorts fragments to the frames that begin at these offsets; `None` when one begins where no fragment does.
fn by_offsets(fragments: &[Fragment], start: u64, offsets: &[u64]) -> Option<FrameFragments> {
    let mut frames: FrameFragments = Vec::with_capacity(offsets.len());
    let mut next = offsets.iter().peekable();
    for &fragment in fragments {
        let offset = fragment.at - ITEM_HEAD_BYTES - start;
        if next.next_if(|begin| **begin == offset).is_some() {
            frames.push(Vec::new());
        }
        frames.last_mut()?.push(fragment);
    }
    next.peek().is_none().then_some(frames)
}

/// Sorts fragments to frames by how codestreams begin: JPEG and JPEG-LS with SOI, JPEG 2000 with SOC.
fn by_codestreams(bytes: &mut Bytes, fragments: &[Fragment]) -> Result<FrameFragments, ReadError> {
    let mut frames: FrameFragments = Vec::new();
    for &fragment in fragments {
        let start = bytes.read_at(fragment.at, 3)?;
        if matches!(start.as_slice(), [0xFF, 0xD8 | 0x4F, 0xFF]) {
            frames.push(Vec::new());
        }
        let Some(frame) = frames.last_mut() else {
            return Err(ReadError::Damaged { why: format!("{PIXEL_DATA} begins with no codestream") });
        };
        frame.push(fragment);
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).expect("a short value");
        [&ITEM[..], &length.to_le_bytes(), value].concat()
    }

    fn sizes(items: &[Vec<u8>], frames: u32, extended: &[u64]) -> Result<Vec<Vec<u64>>, ReadError> {
        let found = find(&mut Bytes::memory(items.concat()), 0, frames, extended)?;
        Ok(found.iter().map(|frame| frame.iter().map(|fragment| fragment.bytes).collect()).collect())
    }

    fn end() -> Vec<u8> {
        [SEQUENCE_END, [0; 4]].concat()
    }

    #[test]
    fn fragments_find_their_frames_with_and_without_tables() {
        let table: Vec<u8> = [0_u32, 22].iter().flat_map(|offset| offset.to_le_bytes()).collect();
        let (a, b, c) = (item(b"\xFF\xD8\xFFa12"), item(b"34"), item(b"\xFF\xD8\xFFb"));
        // No table: codestreams begin with SOI.
        let without = [item(b""), a.clone(), b.clone(), c.clone(), end()];
        assert_eq!(sizes(&without, 2, &[]), Ok(vec![vec![6, 2], vec![4]]));
        // A frame of several fragments, and one frame of all.
        assert_eq!(sizes(&without, 1, &[]), Ok(vec![vec![6, 2, 4]]));
        assert_eq!(sizes(&without, 3, &[]), Ok(vec![vec![6], vec![2], vec![4]]));
        let plain = [item(b"123456"), item(b"34"), item(b"5678")];
        let with = [item(&[0, 0, 0, 0, 24, 0, 0, 0]), plain.concat(), end()];
        assert_eq!(sizes(&with, 2, &[]), Ok(vec![vec![6, 2], vec![4]]));
        let with_extended = [item(b""), plain.concat(), end()];
        assert_eq!(sizes(&with_extended, 2, &[0, 14]), Ok(vec![vec![6], vec![2, 4]]));
        // A table that points beside the fragments is not believed.
        let lying = [item(&table), a, b, c, end()];
        assert_eq!(sizes(&lying, 2, &[]), Ok(vec![vec![6, 2], vec![4]]));
        assert!(matches!(sizes(&lying, 4, &[]), Err(ReadError::Wrong { .. })));
    }

    #[test]
    fn a_cut_file_gives_whole_frames_only() {
        let whole = [item(b""), item(b"1234"), item(b"5678"), item(b"90ab")].concat();
        for cut in 0..whole.len() {
            let part = vec![whole.get(..cut).expect("a prefix").to_vec()];
            match sizes(&part, 3, &[]) {
                Ok(frames) => assert!(frames.len() <= 2 && frames.iter().all(|f| f == &[4]), "{cut}"),
                Err(_) => assert!(cut < 20, "{cut}"),
            }
            let is_at_an_end = cut >= 20 && (cut - 8) % 12 == 0;
            assert_eq!(sizes(&part, 1, &[]).is_ok(), is_at_an_end, "half a frame is no frame: {cut}");
        }
    }
}
