//! Gray on its way to the panel: a ramp through the table of each screen, dithered too.

use std::sync::Arc;

use hotlight::dicom::Frame;
use hotlight::grayscale::{
    CharacteristicCurve, DisplaySystem, DisplayTable, GrayTransform, ModalityLut, Polarity, VoiFunction,
};
use hotlight::render::gpu::{Engine, GpuError, Slot};
use hotlight::render::{PixelTransform, SlicePass, cpu};
use hotlight::units::{CdPerM2, Ddl, PValue};

use super::harness::{frame, gpu, noise, one_to_one, soft_tissue, window};
use super::surface::{SURFACE, painted_by, whole_surface};

/// A panel of gamma 2.2 from 0.6 to `most` cd/m², with 0.5 cd/m² of ambient light.
pub(crate) fn panel(most: f64, bits: u8) -> DisplaySystem {
    let highest = u16::MAX >> (16 - bits);
    let share = |ddl: u16| f64::from(ddl) / f64::from(highest);
    let luminance = |ddl| CdPerM2(0.6 + (most - 0.6) * share(ddl).powf(2.2));
    let curve = CharacteristicCurve::new((0..=highest).map(|ddl| (Ddl(ddl), luminance(ddl))));
    DisplaySystem::new(&curve.expect("a curve"), CdPerM2(0.5), bits).expect("a panel")
}

/// Words 0 to 255 in four rows, through the window that leaves 8 bits as they are (rule P-8).
fn ramp() -> (Arc<Frame>, SlicePass) {
    let frame = frame(64, 4, false, |column, row| u16::try_from(row * 64 + column).expect("8 bits"));
    let window = window(128.0, 256.0, VoiFunction::Linear);
    let gray = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
    let pass = one_to_one(&frame, PixelTransform::Gray(gray));
    let p_values = cpu::p_values(&pass, &frame).values;
    assert!((0..=255).zip(&p_values).all(|(word, p)| *p == PValue(word * 257)), "P-values keep all of it");
    (frame, pass)
}

/// The gray that stands on a surface of 64 × 48 after the slot was painted at (0, `top`): one number a pixel.
fn painted(engine: &Engine, slot: Slot, top: u8, is_dithered: bool) -> Vec<u16> {
    let gpu = gpu("displays").expect("asked before");
    let (was_there, pixels) = painted_by(gpu, wgpu::TextureFormat::Bgra8Unorm, |render_pass| {
        render_pass.set_viewport(0.0, f32::from(top), 64.0, 4.0, 0.0, 1.0);
        engine.paint(slot, (0, top.into()), whole_surface(), is_dithered, render_pass)
    });
    assert!(was_there);
    let (width, top) = (SURFACE.0 as usize, usize::from(top));
    let picture = &pixels.as_chunks::<4>().0[top * width..(top + 4) * width];
    assert!(picture.iter().all(|[red, green, blue, alpha]| red == green && green == blue && *alpha == 255));
    picture.iter().map(|[red, ..]| u16::from(*red)).collect()
}

#[test]
fn a_ramp_arrives_unchanged_or_as_the_table_of_its_screen_says() {
    let Some(gpu) = gpu("displays") else { return };
    let mut engine = Engine::new(gpu, wgpu::TextureFormat::Bgra8Unorm, 1 << 20).expect("an engine");
    let (frame, pass) = ramp();
    // On screen 0 stands a viewport, on screen 5 a viewport and a thumbnail.
    let slots = [(0, 1), (5, 1), (5, 1 << 20)].map(|(screen, viewport)| Slot { screen, viewport });
    for slot in slots {
        engine.prepare(slot, &pass, &frame).expect("drawn");
    }
    let unchanged: Vec<u16> = (0..=255).collect();
    for slot in slots {
        assert_eq!(painted(&engine, slot, 3, false), unchanged, "no screen has a table yet");
    }
    for most in [350.2, 1000.0] {
        let system = panel(most, 8);
        engine.set_display(5, &DisplayTable::calibrated(&system)).expect("a table");
        let levels: Vec<u16> = system.steps(256).map(|step| step.ddl.0).collect();
        assert_ne!(levels, unchanged);
        assert_eq!(painted(&engine, slots[0], 3, false), unchanged, "another monitor");
        assert_eq!(painted(&engine, slots[1], 3, false), levels, "{most} cd/m²");
        assert_eq!(painted(&engine, slots[2], 3, false), levels, "a thumbnail");
    }
    engine.forget_screen(5);
    engine.prepare(slots[1], &pass, &frame).expect("drawn again");
    assert_eq!(painted(&engine, slots[1], 3, false), unchanged, "the table is gone");
}

/// The place on the surface decides, not that in the picture; the same each time.
#[test]
fn a_dithered_ramp_arrives_as_its_twin_says_wherever_it_stands() {
    let Some(gpu) = gpu("displays") else { return };
    let mut engine = Engine::new(gpu, wgpu::TextureFormat::Bgra8Unorm, 1 << 20).expect("an engine");
    let table = DisplayTable::calibrated(&panel(350.2, 8));
    engine.set_display(5, &table).expect("a table");
    let (frame, pass) = ramp();
    let slot = Slot { screen: 5, viewport: 1 };
    engine.prepare(slot, &pass, &frame).expect("drawn");
    for top in [0, 1, 6, 13] {
        let twin = |index: u16| {
            let place = (u32::from(index % 64), u32::from(top) + u32::from(index / 64));
            table.dithered_at(PValue(index * 257), place).0
        };
        let expected: Vec<u16> = (0..=255).map(twin).collect();
        for _ in 0..2 {
            assert_eq!(painted(&engine, slot, top, true), expected, "at {top}");
        }
        assert_ne!(painted(&engine, slot, top, false), expected, "not what it is undithered");
    }
}

/// More than 256 grays survive on 8 bits: each P-value of a flat picture has its own mean.
#[test]
fn flat_pictures_of_neighbouring_p_values_differ_when_they_are_dithered() {
    let Some(gpu) = gpu("displays") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let whole = window(32_768.0, 65_536.0, VoiFunction::Linear);
    let gray = GrayTransform::new(ModalityLut::IDENTITY, whole, Polarity::Identity);
    let mut sums = |is_dithered| {
        let grays = (0..32_u16).map(|step| {
            let flat = frame(8, 8, false, |_, _| 30_000 + step * 16);
            let pass = one_to_one(&flat, PixelTransform::Gray(gray.clone()));
            let levels = engine.driving_levels(0, is_dithered, &pass, &flat).expect("levels").values;
            levels.iter().map(|[red, ..]| u32::from(*red)).sum::<u32>()
        });
        let mut sums: Vec<u32> = grays.collect();
        assert!(sums.is_sorted());
        sums.dedup();
        sums.len()
    };
    assert_eq!((sums(false), sums(true)), (3, 32));
}

#[test]
fn a_table_that_does_not_fit_is_refused_and_there_are_no_more_than_screens() {
    let Some(gpu) = gpu("displays") else { return };
    let mut engine = Engine::headless(gpu).expect("an engine");
    let error = engine.set_display(1, &DisplayTable::calibrated(&panel(350.2, 10))).expect_err("10 bits");
    assert_eq!(error.to_string(), "a display table of 1024 driving levels does not fit a surface of 256");
    let table = DisplayTable::identity(2);
    for screen in 0..64 {
        engine.set_display(screen, &table).expect("a table");
    }
    assert_eq!(engine.set_display(64, &table), Err(GpuError::Screens { most: 64 }));
    engine.set_display(63, &table).expect("another table for a screen that has one");
    engine.forget_screen(0);
    engine.set_display(64, &table).expect("room again");
    // Whose table was refused shows gray all the same.
    let gray = noise(16, 16, true);
    let levels = engine.driving_levels(65, false, &one_to_one(&gray, soft_tissue()), &gray).expect("levels");
    assert!(levels.values.iter().any(|[red, ..]| !matches!(red, 0 | 255)));
}
