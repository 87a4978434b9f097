//! What is on the card: frames and volumes within one budget of bytes, gray tables within a count. The longest unused goes
//! first.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::color::{ColorPalette, ColorTransform};
use crate::dicom::{Cover, Frame, FrameKey, LookupTable, Padding};
use crate::grayscale::{Curve, GrayTable, GrayTransform};
use crate::units::PValue;
use crate::volume::{ScissorCut, Transfer, Volume};

use super::super::frame::SlicePass;
use super::cuts::mask_words;
use super::device::{Gpu, GpuError};
use super::kept::Kept;
use super::of_volume::Seen;
use super::parts::{Held, Sheaf};
use super::planes::Planes;
use super::upload::{TABLE_SIDE, transfer_texels, upload, upload_applied, upload_frame, upload_table};
use super::volumes::{BYTES_A_PICTURE, OnCard, Room};

/// Small frames cost more than their bytes, so their number is bounded too.
const FRAMES_MAX: usize = 4096;
/// Volumes of whatever size.
const VOLUMES_MAX: usize = 64;
/// However little memory the card has: some large images.
const BUDGET_LEAST: u64 = 128 << 20;
/// A table takes 128 KiB; dragging a window makes one a step.
const TABLES_MAX: usize = 32;
/// Palettes of 256 KiB, transfer functions of 128 KiB, masks of up to 1 MiB, and lattices of 1.1 MiB.
const COLOR_TABLES_MAX: usize = 16;
/// Texels of a transfer function.
#[expect(clippy::cast_possible_truncation, reason = "4096")]
const TRANSFER_WIDTH: u32 = Transfer::LENGTH as u32;

/// What is on the card now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Frames, and what lies over them.
    pub frames: usize,
    /// Their bytes.
    pub frame_bytes: u64,
    /// Volumes, or as much of them as is there.
    pub volumes: usize,
    /// Their bytes.
    pub volume_bytes: u64,
    /// Planes of volumes sent to the card since the start.
    pub plane_uploads: u64,
    /// Bytes of these planes.
    pub plane_bytes: u64,
    /// Bytes of planes in main memory that are made ready to be sent.
    pub staging_bytes: u64,
    /// Gray tables.
    pub tables: usize,
    /// Frames sent to the card since the start.
    pub uploads: u64,
    /// Viewports with a picture.
    pub pictures: usize,
}

/// A modality table that is applied before pixels go to the card, and what is left out of it.
type Applied = Option<(Arc<LookupTable>, Option<Padding>)>;

/// What a part of a frame was made with, beside the frame.
#[derive(Debug, PartialEq)]
enum Made {
    AsIs,
    Table(Arc<LookupTable>, Option<Padding>),
    /// The cells that a presentation state gives it.
    Cells(Arc<Cover>),
}

/// Which frame, columns and rows: a reduced copy of a frame, as in a thumbnail, has its name and another size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    frame: FrameKey,
    size: (u32, u32),
    part: Part,
}

/// What of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Pixels,
    /// What a modality table makes of them.
    Applied,
    /// What lies over them.
    Cover,
    /// What lies over them by a presentation state.
    StateCover,
    /// The colours that some of them have.
    Tints,
}

impl Part {
    const ALL: [Self; 5] = [Self::Pixels, Self::Applied, Self::Cover, Self::StateCover, Self::Tints];
}

#[derive(Debug)]
pub(super) struct Residency {
    budget: u64,
    frames: HashMap<Key, Resident>,
    frame_bytes: u64,
    uploads: u64,
    volumes: Vec<OnCard>,
    planes: Planes,
    plane_uploads: u64,
    plane_bytes: u64,
    /// Volumes so far.
    volume_count: u64,
    /// Uses so far: the age of what is on the card.
    clock: u64,
    tables: Kept<Table, wgpu::TextureView>,
    color_tables: Kept<ColorTable, wgpu::TextureView>,
}

/// What a table holds.
#[derive(Debug, PartialEq)]
enum Table {
    /// The whole chain, for words with a sign or without.
    Chain(GrayTransform, bool),
    /// What follows the window.
    Curve(Curve),
}

/// What a table of colours, or masks, were made of.
#[derive(Debug, Clone, PartialEq)]
enum ColorTable {
    Lattice(Arc<ColorTransform>),
    Palette(Arc<ColorPalette>, Option<Arc<ColorTransform>>),
    Transfer(Arc<Transfer>),
    Masks(Vec<Arc<ScissorCut>>),
}

#[derive(Debug)]
struct Resident {
    view: wgpu::TextureView,
    /// Which pixels: the same key with other pixels, as when a file was read again, is sent again.
    source: Weak<Frame>,
    made: Made,
    bytes: u64,
    used: u64,
}

impl Residency {
    pub(super) fn new(budget: u64) -> Self {
        Self {
            budget,
            frames: HashMap::new(),
            frame_bytes: 0,
            uploads: 0,
            volumes: Vec::new(),
            planes: Planes::new(),
            plane_uploads: 0,
            plane_bytes: 0,
            volume_count: 0,
            clock: 0,
            tables: Kept::new(TABLES_MAX),
            color_tables: Kept::new(COLOR_TABLES_MAX),
        }
    }

    /// The pixels of a frame, sent to the card if they are not there.
    pub(super) fn frame(
        &mut self,
        gpu: &Gpu,
        key: &FrameKey,
        frame: &Arc<Frame>,
        applied: Applied,
    ) -> Result<wgpu::TextureView, GpuError> {
        // Of a table's outputs as of other real numbers, two words a pixel.
        let (part, bytes) = match &applied {
            Some(_) => (Part::Applied, frame.pixels.count() as u64 * 8),
            None => (Part::Pixels, frame.pixels.bytes()),
        };
        let made = applied.map_or(Made::AsIs, |(table, padding)| Made::Table(table, padding));
        let upload = |made: &Made| match made {
            Made::Table(table, padding) => upload_applied(gpu, frame, table, *padding),
            Made::AsIs | Made::Cells(_) => upload_frame(gpu, frame),
        };
        self.part(gpu, (key, part), frame, made, bytes, upload)
    }

    /// What lies over a frame, a byte a pixel, sent to the card if it is not there; `None` where nothing does.
    pub(super) fn cover(
        &mut self,
        gpu: &Gpu,
        pass: &SlicePass,
        frame: &Arc<Frame>,
    ) -> Result<Option<wgpu::TextureView>, GpuError> {
        let size = (frame.columns, frame.rows);
        let Some(cells) = pass.cells(frame).map(Cover::cells).filter(|cells| is_whole(frame, cells)) else {
            return Ok(None);
        };
        let (part, made) = match &pass.state_cells {
            Some(cells) => (Part::StateCover, Made::Cells(Arc::clone(cells))),
            None => (Part::Cover, Made::AsIs),
        };
        let upload = |_: &Made| upload(gpu, "cover", size, wgpu::TextureFormat::R8Uint, cells);
        self.part(gpu, (&pass.frame, part), frame, made, cells.len() as u64, upload).map(Some)
    }

    /// The colours that some pixels of a gray frame have, in the same way.
    pub(super) fn tints(
        &mut self,
        gpu: &Gpu,
        key: &FrameKey,
        frame: &Arc<Frame>,
    ) -> Result<Option<wgpu::TextureView>, GpuError> {
        let size = (frame.columns, frame.rows);
        let tints = frame.cover.as_ref().and_then(Cover::tints).filter(|tints| is_whole(frame, tints));
        let Some(tints) = tints else { return Ok(None) };
        let bytes: &[u8] = bytemuck::cast_slice(tints);
        let upload = |_: &Made| upload(gpu, "tints", size, wgpu::TextureFormat::Rgba8Uint, bytes);
        self.part(gpu, (key, Part::Tints), frame, Made::AsIs, bytes.len() as u64, upload).map(Some)
    }

    /// Counts what is there of a frame as used; says whether its pixels are.
    pub(super) fn touch(&mut self, frame: &FrameKey, size: (u32, u32), of: &Weak<Frame>) -> bool {
        self.clock += 1;
        let mut key = Key { frame: frame.clone(), size, part: Part::Pixels };
        let mut are_there = false;
        for part in Part::ALL {
            key.part = part;
            if let Some(resident) = self.frames.get_mut(&key) {
                resident.used = self.clock;
                are_there |= matches!(part, Part::Pixels | Part::Applied) && resident.source.ptr_eq(of);
            }
        }
        are_there
    }

    fn part(
        &mut self,
        gpu: &Gpu,
        (key, part): (&FrameKey, Part),
        frame: &Arc<Frame>,
        made: Made,
        bytes: u64,
        upload: impl FnOnce(&Made) -> wgpu::TextureView,
    ) -> Result<wgpu::TextureView, GpuError> {
        self.clock += 1;
        let (width, height) = (frame.columns, frame.rows);
        let key = Key { frame: key.clone(), size: (width, height), part };
        let resident = self.frames.get_mut(&key);
        if let Some(resident) = resident.filter(|there| is_same(&there.source, frame) && there.made == made) {
            resident.used = self.clock;
            return Ok(resident.view.clone());
        }
        self.drop_frame(&key);
        let too_large = |limit| GpuError::TooLarge { what: "frame", width, height, limit };
        if width.max(height) > gpu.side_max() {
            return Err(too_large(format!("{} pixels a side", gpu.side_max())));
        }
        if bytes > self.budget {
            return Err(too_large(format!("{} bytes for all frames", self.budget)));
        }
        self.make_room(bytes, false);
        let view = upload(&made);
        let source = Arc::downgrade(frame);
        let resident = Resident { view: view.clone(), source, made, bytes, used: self.clock };
        self.frames.insert(key, resident);
        self.frame_bytes += bytes;
        self.uploads += 1;
        Ok(view)
    }

    /// A volume, with as much of it sent to the card as one picture may send; those beside it stay there. Where there is no room for
    /// all of it, a coarse copy.
    pub(super) fn volume(&mut self, gpu: &Gpu, volume: &Volume, beside: &[u64]) -> Result<Seen, GpuError> {
        self.clock += 1;
        let find = |volumes: &[OnCard], is_it: &dyn Fn(&OnCard) -> bool| volumes.iter().position(is_it);
        let whole = find(&self.volumes, &|there| there.holds(Held::Whole, volume));
        if let Some(index) = whole {
            let on_card = self.volumes.remove(index);
            return self.sent_of(gpu, volume, on_card);
        }
        // What is here of the volume itself makes room for it.
        let of_others = |there: &OnCard| beside.contains(&there.id) && !there.is_of(volume);
        let beside_bytes = self.keep(of_others);
        let room = match OnCard::room(gpu, volume, self.budget, beside_bytes) {
            Ok(room) => room,
            Err(refusal) => {
                let left = self.budget.saturating_sub(beside_bytes);
                let is_copy = |there: &OnCard| there.is_coarse() && there.is_of(volume);
                let has_room = |there: &OnCard| is_copy(there) && there.bytes + there.reserve <= left;
                if let Some(index) = find(&self.volumes, &has_room) {
                    let on_card = self.volumes.remove(index);
                    return self.sent_of(gpu, volume, on_card);
                }
                let room = OnCard::coarse_room(gpu, volume, left).ok_or(refusal)?;
                // One that was made when there was more room.
                self.volumes.retain(|there| !is_copy(there));
                room
            }
        };
        // With the room that sheaves need: one that comes later sends nothing away that is shown.
        self.make_room(room.bytes + room.reserve, true);
        let on_card = self.added(gpu, volume, room);
        self.sent_of(gpu, volume, on_card)
    }

    /// A sheaf of a volume's planes, the same way. `None` where sheaves that others are drawn from take the room: sent to and fro, none
    /// of them would ever be whole.
    pub(super) fn sheaf(
        &mut self,
        gpu: &Gpu,
        volume: &Volume,
        sheaf: Sheaf,
        (beside, of_others): (&[u64], &[u64]),
    ) -> Result<Option<Seen>, GpuError> {
        self.clock += 1;
        let held = Held::Sheaf(sheaf);
        let is_of_others = |there: &OnCard| of_others.contains(&there.id);
        self.keep(|there| {
            beside.contains(&there.id) || is_of_others(there) || (there.is_coarse() && there.is_of(volume))
        });
        let there = self.volumes.iter().position(|there| there.holds(held, volume));
        let on_card = if let Some(index) = there {
            self.volumes.remove(index)
        } else {
            // It had room when the volume was divided.
            let room = OnCard::part_room(gpu, volume, held).ok_or(GpuError::Lost)?;
            let kept = self.volumes.iter().filter(|there| there.used == self.clock);
            let kept_bytes: u64 = kept.map(|there| there.bytes).sum();
            if kept_bytes + room.bytes > self.budget && self.volumes.iter().any(is_of_others) {
                return Ok(None);
            }
            self.make_room(room.bytes, false);
            self.added(gpu, volume, room)
        };
        self.sent_of(gpu, volume, on_card).map(Some)
    }

    /// Counts volumes as used; what they take, and need beside it.
    fn keep(&mut self, is_kept: impl Fn(&OnCard) -> bool) -> u64 {
        let kept = self.volumes.iter_mut().filter(|there| is_kept(there));
        kept.map(|there| {
            there.used = self.clock;
            there.bytes + there.reserve
        })
        .sum()
    }

    fn added(&mut self, gpu: &Gpu, volume: &Volume, room: Room) -> OnCard {
        self.volume_count += 1;
        OnCard::new(gpu, volume, self.volume_count, room)
    }

    /// What is there of a volume once more was sent.
    fn sent_of(&mut self, gpu: &Gpu, volume: &Volume, mut on_card: OnCard) -> Result<Seen, GpuError> {
        on_card.used = self.clock;
        on_card.see_more();
        self.planes.begin();
        on_card.want(gpu, volume, &mut self.planes);
        self.volumes.push(on_card);
        self.send_planes(gpu);
        let Some(on_card) = self.volumes.last_mut() else { return Err(GpuError::Lost) };
        on_card.want(gpu, volume, &mut self.planes);
        Ok(on_card.seen(volume))
    }

    /// Sends planes that are ready, as much as one picture may, to whichever volume they are of; those of none are let go.
    fn send_planes(&mut self, gpu: &Gpu) {
        let mut left = BYTES_A_PICTURE;
        while left > 0
            && let Some(ready) = self.planes.take()
        {
            if let Some(on_card) = self.volumes.iter_mut().find(|on_card| on_card.id == ready.volume) {
                on_card.put(gpu, &ready);
                self.plane_uploads += 1;
                self.plane_bytes += ready.texels.len() as u64;
                left = left.saturating_sub(ready.texels.len() as u64);
            }
        }
    }

    /// Waits until a plane that is to be sent is ready, no longer than so; says whether one is, or none is to be.
    pub(super) fn wait_for_planes(&mut self, patience: Duration) -> bool {
        self.planes.wait(patience)
    }

    /// The table of a gray transform, computed and sent to the card if it is not there.
    pub(super) fn table(&mut self, gpu: &Gpu, gray: &GrayTransform, is_signed: bool) -> wgpu::TextureView {
        let entries = || GrayTable::of(gray, is_signed).entries().iter().map(|&PValue(p)| p).collect();
        self.table_of(gpu, Table::Chain(gray.clone(), is_signed), entries)
    }

    /// The entries of a curve, sent to the card if they are not there.
    pub(super) fn curve(&mut self, gpu: &Gpu, curve: &Curve) -> wgpu::TextureView {
        let entries = || {
            let mut entries: Vec<u16> = curve.entries().into_iter().map(|PValue(p)| p).collect();
            entries.resize(GrayTable::LENGTH, 0);
            entries
        };
        self.table_of(gpu, Table::Curve(curve.clone()), entries)
    }

    fn table_of(&mut self, gpu: &Gpu, key: Table, entries: impl FnOnce() -> Vec<u16>) -> wgpu::TextureView {
        self.tables.of(key, || upload_table(gpu, "gray table", &entries()))
    }

    /// A transform of colours, sent to the card if it is not there.
    pub(super) fn lattice(&mut self, gpu: &Gpu, transform: &Arc<ColorTransform>) -> wgpu::TextureView {
        self.color_tables.of(ColorTable::Lattice(Arc::clone(transform)), || {
            let size = (ColorTransform::WIDTH, ColorTransform::HEIGHT);
            let texels = transform.texels();
            upload(gpu, "lattice", size, wgpu::TextureFormat::Rgba16Uint, bytemuck::cast_slice(&texels))
        })
    }

    /// The colour on the monitor of each P-value by a palette, the same way.
    pub(super) fn palette(
        &mut self,
        gpu: &Gpu,
        palette: &Arc<ColorPalette>,
        monitor: Option<&Arc<ColorTransform>>,
    ) -> wgpu::TextureView {
        self.color_tables.of(ColorTable::Palette(Arc::clone(palette), monitor.cloned()), || {
            let on_monitor = |&color: &[u8; 3]| monitor.map_or(color, |transform| transform.at(color));
            let opaque = |[red, green, blue]: [u8; 3]| [red, green, blue, u8::MAX];
            let colors: Vec<[u8; 4]> = palette.colors().iter().map(on_monitor).map(opaque).collect();
            let of = |p: u16| colors.get(palette.place(PValue(p))).copied().unwrap_or_default();
            let texels: Vec<[u8; 4]> = (0..=u16::MAX).map(of).collect();
            let format = wgpu::TextureFormat::Rgba8Uint;
            upload(gpu, "palette", (TABLE_SIDE, TABLE_SIDE), format, bytemuck::cast_slice(&texels))
        })
    }

    /// The entries of a transfer function, the same way: red, green, blue and opacity, and below them how many before each are
    /// not clear, and how many up to it.
    pub(super) fn transfer(&mut self, gpu: &Gpu, transfer: &Arc<Transfer>) -> wgpu::TextureView {
        self.color_tables.of(ColorTable::Transfer(Arc::clone(transfer)), || {
            let texels = transfer_texels(&transfer.entries);
            let format = wgpu::TextureFormat::Rgba32Float;
            upload(gpu, "transfer", (TRANSFER_WIDTH, 2), format, bytemuck::cast_slice(&texels))
        })
    }

    /// What outlines cut away, the same way.
    pub(super) fn masks(&mut self, gpu: &Gpu, cuts: &[Arc<ScissorCut>]) -> wgpu::TextureView {
        self.color_tables.of(ColorTable::Masks(cuts.to_vec()), || {
            let (size, words) = mask_words(cuts);
            upload(gpu, "masks", size, wgpu::TextureFormat::R32Uint, bytemuck::cast_slice(&words))
        })
    }

    /// The card has less memory than was believed: from here on half of what is on it, so that images still come one by one,
    /// volumes in parts, and what is too large for that is refused in words.
    pub(super) fn shrink(&mut self) {
        self.budget = (self.budget.min(self.frame_bytes + self.volume_bytes()) / 2).max(BUDGET_LEAST);
    }

    /// Gives everything back: after a failure nothing is trusted.
    pub(super) fn clear(&mut self) {
        self.frames.clear();
        self.frame_bytes = 0;
        self.volumes.clear();
        self.tables.clear();
        self.color_tables.clear();
    }

    pub(super) fn usage(&self, pictures: usize) -> Usage {
        Usage {
            frames: self.frames.len(),
            frame_bytes: self.frame_bytes,
            volumes: self.volumes.len(),
            volume_bytes: self.volume_bytes(),
            plane_uploads: self.plane_uploads,
            plane_bytes: self.plane_bytes,
            staging_bytes: self.planes.bytes(),
            tables: self.tables.count(),
            uploads: self.uploads,
            pictures,
        }
    }

    /// Gives back what was longest unused until there is room for so many bytes, and for one more; beside what sheaves of the volumes
    /// that stay will need, or not.
    fn make_room(&mut self, bytes: u64, is_beside_reserves: bool) {
        loop {
            let reserves = self.volumes.iter().filter(|_| is_beside_reserves).map(|volume| volume.reserve);
            let needed = bytes + reserves.sum::<u64>();
            let is_over = self.frame_bytes + self.volume_bytes() + needed > self.budget;
            let oldest = self.frames.iter().min_by_key(|(_, resident)| resident.used);
            let frame = oldest.map(|(key, resident)| (resident.used, key.clone()));
            let volume = self.volumes.iter().map(|volume| volume.used).min();
            let (has_frame_for_one, has_volume_for_one) =
                (self.frames.len() < FRAMES_MAX, self.volumes.len() < VOLUMES_MAX);
            match (frame, volume) {
                (Some((used, key)), volume)
                    if !has_frame_for_one || (is_over && volume.is_none_or(|volume| used < volume)) =>
                {
                    self.drop_frame(&key);
                }
                (_, Some(used)) if is_over || !has_volume_for_one => {
                    self.volumes.retain(|volume| volume.used != used);
                }
                _ => break,
            }
        }
    }

    /// Gives back frames that were not used since then, until there is room for so many bytes more; volumes stay. Gives back nothing where
    /// that would not do, and says so.
    pub(super) fn make_room_beside(&mut self, since: u64, bytes: u64) -> bool {
        let kept = || self.frames.values().filter(move |resident| resident.used >= since);
        let kept_bytes = self.volume_bytes() + kept().map(|resident| resident.bytes).sum::<u64>();
        if kept_bytes + bytes > self.budget || kept().count() + Part::ALL.len() > FRAMES_MAX {
            return false;
        }
        while self.frame_bytes + self.volume_bytes() + bytes > self.budget
            || self.frames.len() + Part::ALL.len() > FRAMES_MAX
        {
            let oldest = self.frames.iter().min_by_key(|(_, resident)| resident.used);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else { break };
            self.drop_frame(&key);
        }
        true
    }

    /// What was sent since the start, in frames and planes.
    pub(super) const fn sent(&self) -> u64 {
        self.uploads + self.plane_uploads
    }

    /// From when on something is used that is used next.
    pub(super) const fn next_use(&self) -> u64 {
        self.clock + 1
    }

    fn volume_bytes(&self) -> u64 {
        self.volumes.iter().map(|volume| volume.bytes).sum()
    }

    fn drop_frame(&mut self, key: &Key) {
        if let Some(gone) = self.frames.remove(key) {
            self.frame_bytes -= gone.bytes;
        }
    }
}

/// Whether there is one for each pixel.
fn is_whole<T>(frame: &Frame, cells: &[T]) -> bool {
    cells.len() as u64 == u64::from(frame.columns) * u64::from(frame.rows)
}

/// Whether the pixels are those from which something was made.
pub(super) fn is_same(made_from: &Weak<Frame>, frame: &Arc<Frame>) -> bool {
    std::ptr::eq(made_from.as_ptr(), Arc::as_ptr(frame))
}
