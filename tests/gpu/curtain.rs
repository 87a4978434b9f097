//! The curtain: left of its edge stand the pixels of one study's picture and right of it those of the other's, each as it is alone, by
//! the reference and on the card.

use std::path::Path;
use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use hotlight::dicom::{Frame, Writer};
use hotlight::grayscale::DisplayTable;
use hotlight::render::gpu::{Engine, Slot};
use hotlight::render::{FramePlan, Picture, SlicePass, ViewportPlan, cpu};
use hotlight::session::{DeviceRect, Event, Surface};
use hotlight::study::FrameState;
use hotlight::testing::Scripted;
use hotlight::units::{Ddl, PValue};
use tempfile::TempDir;

use super::harness::{gpu, scatter};
use super::surface::{SURFACE, painted_by};

/// An image larger than the window, neighbours unlike each other.
fn ct(folder: &Path, study: &str, date: &str, seed: u32) {
    let (columns, rows) = (80_u16, 60_u16);
    let places =
        (0..u32::from(rows)).flat_map(|row| (0..u32::from(columns)).map(move |column| (column, row)));
    let words: Vec<i16> =
        places.map(|(column, row)| scatter(column + seed, row + seed).cast_signed()).collect();
    Writer::new(uids::CT_IMAGE_STORAGE, &format!("2.25.{study}.1"))
        .text(tags::STUDY_INSTANCE_UID, &format!("2.25.{study}"))
        .text(tags::SERIES_INSTANCE_UID, &format!("2.25.{study}9"))
        .text(tags::PATIENT_NAME, "ZZCANARY^JANE")
        .text(tags::PATIENT_ID, "4711")
        .text(tags::STUDY_DATE, date)
        .text(tags::STUDY_DESCRIPTION, "CT chest")
        .text(tags::MODALITY, "CT")
        .number(tags::INSTANCE_NUMBER, 1)
        .decimals(tags::PIXEL_SPACING, &[1.0, 1.0])
        .gray_16(rows, columns, true)
        .pixels(&words)
        .write_to(&folder.join(study))
        .expect("a file");
}

/// A slice, its frame, where it stands and what is seen of it.
type Part = (SlicePass, Arc<Frame>, DeviceRect, DeviceRect);

fn parts(scripted: &Scripted, plan: &FramePlan) -> Vec<Part> {
    let of = |viewport: &ViewportPlan| {
        let Picture::Slice(pass) = &viewport.picture else { panic!("an image") };
        let Some(FrameState::Ready(frame)) = scripted.reading.library.frame(&pass.frame) else {
            panic!("pixels")
        };
        ((**pass).clone(), Arc::clone(frame), viewport.rect, viewport.clip)
    };
    plan.viewports.iter().map(of).collect()
}

fn places() -> impl Iterator<Item = (u32, u32)> {
    (0..SURFACE.1).flat_map(|row| (0..SURFACE.0).map(move |column| (column, row)))
}

/// What is seen of a window by the reference, pixel by pixel.
fn by_reference(parts: &[Part]) -> Vec<PValue> {
    let rasters: Vec<_> = parts.iter().map(|(pass, frame, ..)| cpu::p_values(pass, frame)).collect();
    let seen = |(column, row): (u32, u32)| {
        let is_in = |clip: &DeviceRect| {
            (clip.x..clip.x + clip.width).contains(&column) && (clip.y..clip.y + clip.height).contains(&row)
        };
        let mut found = parts.iter().zip(&rasters).filter(|((.., clip), _)| is_in(clip));
        let ((.., rect, _), raster) = found.next().expect("a picture everywhere");
        assert!(found.next().is_none(), "one picture at column {column}");
        let at = (row - rect.y) * raster.width + column - rect.x;
        *raster.values.get(at as usize).expect("within it")
    };
    places().map(seen).collect()
}

/// What an uncalibrated panel of 8 bits is sent.
fn levels(values: &[PValue]) -> Vec<u8> {
    let table = DisplayTable::identity(256);
    let level = |p: &PValue| {
        let Ddl(level) = table.at(*p);
        u8::try_from(level).expect("8 bits")
    };
    values.iter().flat_map(|p| [level(p), level(p), level(p), 255]).collect()
}

#[test]
fn on_each_side_of_the_edge_stand_the_pixels_of_one_picture_alone() {
    let folder = TempDir::new().expect("a folder");
    ct(folder.path(), "1", "20261120", 0);
    ct(folder.path(), "2", "20240211", 1000);
    let mut scripted = Scripted::open(folder.path());
    let surface = Surface { width: SURFACE.0, height: SURFACE.1, scale: 1.0 };
    scripted.reading.event(&Event::ScreenResized { screen: 0, surface });
    scripted.run("layout 1x1; prior toggle; zoom 1:1; pan 3 -2; prior curtain; prior curtain 37.5");
    let under = scripted.plan();
    let edge = under.curtain.as_ref().expect("an edge").edge;
    assert_eq!(edge, 24);
    let both = parts(&scripted, &under);
    scripted.run("full");
    let current = by_reference(&parts(&scripted, &scripted.plan()));
    scripted.run("viewport 2");
    let prior = by_reference(&parts(&scripted, &scripted.plan()));
    let expected: Vec<PValue> = places()
        .zip(current.iter().zip(&prior))
        .map(|((column, _), (current, prior))| if column < edge { *current } else { *prior })
        .collect();
    assert!(by_reference(&both) == expected, "by the reference");
    // Neither could pass for the other.
    let unlike = |column: u32| {
        let pairs = places().zip(current.iter().zip(&prior));
        pairs.filter(|((at, _), (current, prior))| *at == column && current != prior).count()
    };
    assert!(unlike(edge - 1) > 40 && unlike(edge) > 40, "{} {}", unlike(edge - 1), unlike(edge));

    let Some(gpu) = gpu("curtain") else { return };
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let mut engine = Engine::new(gpu, format, 1 << 20).expect("an engine");
    let slots = [1, 2].map(|viewport| Slot { screen: 1, viewport });
    for (slot, (pass, frame, ..)) in slots.iter().zip(&both) {
        engine.prepare(*slot, pass, frame).expect("drawn");
    }
    let (were_there, pixels) = painted_by(gpu, format, |render_pass| {
        let is_painted =
            |(slot, (.., clip)): (&Slot, &Part)| engine.paint(*slot, (0, 0), *clip, false, render_pass);
        // Both, whatever the first says.
        slots.iter().zip(&both).map(is_painted).filter(|is_there| *is_there).count() == slots.len()
    });
    assert!(were_there);
    assert!(pixels == levels(&expected), "on the card");
}
