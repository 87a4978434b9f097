//! Images and states by seed, and the files that say so.

use std::path::Path;

use dicom_dictionary_std::tags;
use hotlight::dicom::Writer;

use super::super::made::{Random, entries, lut};
use super::reference::{
    Area, ImageTruth, Modality, Plane, Presentation, Shutter, Size, StateTruth, Table, Voi,
};
use super::{state, with_plane};

const FUNCTIONS: [&str; 3] = ["LINEAR", "LINEAR_EXACT", "SIGMOID"];

/// An image and a state for it.
pub(crate) struct Case {
    pub(crate) image: ImageTruth,
    pub(crate) state: StateTruth,
    /// Whether dcmp2pgm makes the same gray of it: it knows LINEAR windows alone, takes a presentation LUT only at its entries,
    /// cuts modality values to whole ones, and wants a VOI and a displayed area.
    pub(crate) is_for_dcmp2pgm: bool,
    /// Whether dcmp2pgm takes grays of 16 bits by 1 / 256.
    pub(crate) has_tables: bool,
}

impl Case {
    pub(crate) fn random(seed: u64) -> Self {
        let dice = &mut Random::seeded(seed);
        let image = image(dice);
        let (modality, range, is_whole) = modality(dice, &image);
        let (voi, count) = voi(dice, range, is_whole);
        let presentation = presentation(dice, count);
        let (is_window, is_linear) = match &voi {
            Voi::Window { function, .. } => (true, *function == "LINEAR"),
            Voi::Table(_) => (false, true),
            Voi::None => (false, false),
        };
        let is_by_entries = match &presentation {
            Presentation::Shape { .. } => true,
            Presentation::Table(table) => is_window && count == Some(table.entries.len()),
        };
        let has_tables = matches!(voi, Voi::Table(_)) || matches!(presentation, Presentation::Table(_));
        let plane = (dice.of(0..=3) == 0).then(|| plane(dice, &image));
        let (shutter, activated) = (shutter(dice, &image), dice.coin().then(|| dice.word()));
        let (quarters, is_flipped) = (dice.of(0..=3), dice.coin());
        let area = (dice.of(0..=7) > 0).then(|| area(dice, &image));
        let (high, wide) = area.as_ref().and_then(|area| area.aspect).unwrap_or(image.aspect);
        let zoom = dice.of(1..=2);
        let scale = (wide * zoom, high * zoom);
        let is_fit = area.as_ref().is_none_or(|area| area.size == Size::Fit);
        let margin = match (is_fit, dice.of(0..=2)) {
            // What is wider than high on either side would be seen larger.
            (true, 0) => (dice.of(0..=5), 0),
            (true, 1) => (0, dice.of(0..=5)),
            (true, _) => (0, 0),
            (false, _) => (dice.of(-2..=5), dice.of(-2..=5)),
        };
        let mut state = StateTruth {
            modality,
            voi,
            presentation,
            shutter,
            plane,
            activated,
            quarters,
            is_flipped,
            area,
            scale,
            margin,
        };
        // There has to be a plane to be drawn, and something to be seen.
        if state.plane.is_none() && image.plane.is_none() {
            state.activated = None;
        }
        let (width, height) = state.room(&image);
        if width < 1 || height < 1 {
            state.margin = (0, 0);
        }
        let is_for_dcmp2pgm = is_linear && is_whole && is_by_entries && state.area.is_some();
        Self { image, state, is_for_dcmp2pgm, has_tables }
    }

    pub(crate) fn write_to(&self, image_path: &Path, state_path: &Path) {
        self.image.object().write_to(image_path).expect("an image");
        self.state_object().write_to(state_path).expect("a state");
    }

    /// The state as an object.
    pub(crate) fn state_object(&self) -> Writer {
        self.state.object(&self.image)
    }
}

fn image(dice: &mut Random) -> ImageTruth {
    let (rows, columns) = (dice.of(6..=18), dice.of(6..=26));
    let aspects = [(1, 1), (1, 1), (2, 1), (1, 2), (3, 2)];
    let mut image = ImageTruth {
        rows,
        columns,
        bits: dice.of(8..=16) as u16,
        is_signed: dice.coin(),
        stored: Vec::new(),
        is_monochrome1: dice.coin(),
        aspect: aspects[dice.of(0..=4) as usize],
        plane: None,
    };
    let (low, high) = image.range();
    image.stored = (0..rows * columns).map(|_| dice.of(low..=high)).collect();
    image.plane = (dice.of(0..=3) == 0).then(|| plane(dice, &image));
    image
}

/// A plane of a size of its own, partly beside the image.
fn plane(dice: &mut Random, image: &ImageTruth) -> Plane {
    let (rows, columns) = (dice.of(1..=image.rows + 3), dice.of(1..=image.columns + 3));
    let origin = (dice.of(-2..=image.rows), dice.of(-2..=image.columns));
    let bits = (0..rows * columns).map(|_| dice.of(0..=3) == 0).collect();
    Plane { rows, columns, origin, bits }
}

fn table(dice: &mut Random, first: i64, count: i64) -> Table {
    let bits = dice.of(8..=16) as u16;
    Table { first, entries: entries(dice, count as usize, bits), bits }
}

/// Modality LUT, the range of what it gives, and whether that is whole.
fn modality(dice: &mut Random, image: &ImageTruth) -> (Modality, (f64, f64), bool) {
    let (low, high) = image.range();
    let line = |slope: f64, intercept: f64| {
        let [a, b] = [low, high].map(|end| slope * end as f64 + intercept);
        (
            Modality::Line { slope, intercept },
            (a.min(b), a.max(b)),
            slope.fract() == 0.0 && intercept.fract() == 0.0,
        )
    };
    match dice.of(0..=3) {
        0 => line(1.0, 0.0),
        1 => line(dice.of(1..=4) as f64, dice.of(-2000..=2000) as f64),
        2 => line([0.25, 0.5, 1.5, -1.0][dice.of(0..=3) as usize], dice.of(-2000..=2000) as f64 / 4.0),
        _ => {
            let (count, first) = (dice.of(2..=1024), dice.of(low..=high));
            let table = table(dice, first, count);
            let highest = f64::from(u16::MAX >> (16 - table.bits));
            (Modality::Table(table), (0.0, highest), true)
        }
    }
}

/// VOI LUT; where each value has an input of its own in a table behind it, so many entries.
fn voi(dice: &mut Random, (low, high): (f64, f64), is_whole: bool) -> (Voi, Option<usize>) {
    let (low, high) = (low as i64, high as i64);
    match dice.of(0..=5) {
        0 => (Voi::None, None),
        1..=3 => {
            let function = FUNCTIONS[dice.of(0..=4).min(2) as usize];
            let center = dice.of(2 * low..=2 * high) as f64 / 2.0;
            let width = dice.of(2..=2 * (high - low).max(2)) as f64 / 2.0;
            (Voi::Window { center, width, function }, None)
        }
        4 if is_whole => {
            let count = dice.of(2..=1024);
            let first = dice.of(low.max(-32_768)..=high.min(32_767));
            (Voi::Table(table(dice, first, count)), None)
        }
        _ => {
            let count = if high - low < 2048 { high - low + 1 } else { 256 };
            let center = low as f64 + count as f64 / 2.0;
            (Voi::Window { center, width: count as f64, function: "LINEAR" }, Some(count as usize))
        }
    }
}

fn presentation(dice: &mut Random, count: Option<usize>) -> Presentation {
    if dice.of(0..=2) > 0 && count.is_none() {
        return Presentation::Shape { is_inverse: dice.coin() };
    }
    let any = dice.of(2..=512);
    Presentation::Table(table(dice, 0, count.map_or(any, |count| count as i64)))
}

/// None, a bitmap, or any of the three shapes together.
fn shutter(dice: &mut Random, image: &ImageTruth) -> Shutter {
    let mut shutter = Shutter { gray: dice.word(), ..Shutter::default() };
    let (rows, columns) = (image.rows, image.columns);
    match dice.of(0..=4) {
        0 => return shutter,
        1 => {
            shutter.bitmap = Some(plane(dice, image));
            return shutter;
        }
        _ => {}
    }
    let which = dice.of(1..=7);
    if which & 1 != 0 {
        let (upper, left) = (dice.of(-2..=rows), dice.of(-2..=columns));
        shutter.rectangle = Some([upper, left, dice.of(upper..=rows + 3), dice.of(left..=columns + 3)]);
    }
    if which & 2 != 0 {
        shutter.circle = Some([dice.of(-2..=rows + 3), dice.of(-2..=columns + 3), dice.of(1..=20)]);
    }
    if which & 4 != 0 {
        let vertices = 0..dice.of(3..=8);
        let vertices = vertices.map(|_| (dice.of(-3..=rows + 4), dice.of(-3..=columns + 4)));
        shutter.polygon = Some(vertices.collect());
    }
    shutter
}

/// The whole image, a part of it, or what reaches beyond it.
fn area(dice: &mut Random, image: &ImageTruth) -> Area {
    let (rows, columns) = (image.rows, image.columns);
    let sides = match dice.of(0..=3) {
        0 => [1, 1, columns, rows],
        1 => {
            let (left, top) = (dice.of(1..=columns), dice.of(1..=rows));
            [left, top, dice.of(left..=columns), dice.of(top..=rows)]
        }
        _ => {
            let (left, top) = (dice.of(-9..=columns), dice.of(-9..=rows));
            [left, top, dice.of(left.max(1)..=columns + 9), dice.of(top.max(1)..=rows + 9)]
        }
    };
    let size = [Size::Fit, Size::True, Size::Magnify][dice.of(0..=2) as usize];
    let aspects = [(1, 1), (1, 1), (2, 1), (1, 2), (3, 2)];
    let aspect = Some(aspects[dice.of(0..=4) as usize]);
    // Of one pixel both corners are the same.
    let is_reversed = dice.of(0..=7) == 0 && sides[0] < sides[2] && sides[1] < sides[3];
    Area { sides, size, aspect, is_spacing: size == Size::True || dice.coin(), is_reversed }
}

impl ImageTruth {
    fn object(&self) -> Writer {
        let words: Vec<u16> = self.stored.iter().map(|stored| (stored & 0xFFFF) as u16).collect();
        let photometric = if self.is_monochrome1 { "MONOCHROME1" } else { "MONOCHROME2" };
        // What the image says of its gray is not the state's, and does not count.
        let image = Writer::new("1.2.840.10008.5.1.4.1.1.7", "2.25.7")
            .text(tags::STUDY_INSTANCE_UID, "2.25.1")
            .text(tags::SERIES_INSTANCE_UID, "2.25.2")
            .text(tags::PATIENT_NAME, "ZZCANARY^STATE")
            .text(tags::MODALITY, "OT")
            .gray_16(self.rows as u16, self.columns as u16, self.is_signed)
            .text(tags::PHOTOMETRIC_INTERPRETATION, photometric)
            .number(tags::BITS_STORED, self.bits)
            .number(tags::HIGH_BIT, self.bits - 1)
            .text(tags::PIXEL_ASPECT_RATIO, &ratio(self.aspect))
            .decimals(tags::RESCALE_SLOPE, &[3.0])
            .decimals(tags::RESCALE_INTERCEPT, &[-77.0])
            .decimals(tags::WINDOW_CENTER, &[10.0])
            .decimals(tags::WINDOW_WIDTH, &[20.0])
            .words(tags::PIXEL_DATA, &words);
        put_plane(image, 0x6000, self.plane.as_ref())
    }
}

impl StateTruth {
    fn object(&self, image: &ImageTruth) -> Writer {
        let state = state();
        let state = match &self.modality {
            Modality::Line { slope: 1.0, intercept: 0.0 } => state,
            Modality::Line { slope, intercept } => state
                .decimals(tags::RESCALE_SLOPE, &[*slope])
                .decimals(tags::RESCALE_INTERCEPT, &[*intercept])
                .text(tags::RESCALE_TYPE, "US"),
            Modality::Table(table) => {
                let item = table.item().text(tags::MODALITY_LUT_TYPE, "US");
                state.sequence(tags::MODALITY_LUT_SEQUENCE, [item])
            }
        };
        let voi = match &self.voi {
            Voi::None => None,
            Voi::Window { center, width, function } => {
                let item = Writer::item()
                    .decimals(tags::WINDOW_CENTER, &[*center])
                    .decimals(tags::WINDOW_WIDTH, &[*width]);
                let is_default = *function == "LINEAR";
                Some(if is_default { item } else { item.text(tags::VOILUT_FUNCTION, function) })
            }
            Voi::Table(table) => Some(Writer::item().sequence(tags::VOILUT_SEQUENCE, [table.item()])),
        };
        let state = state.sequence_unless_empty(tags::SOFTCOPY_VOILUT_SEQUENCE, voi.into_iter().collect());
        let state = match &self.presentation {
            Presentation::Shape { is_inverse } => {
                state.text(tags::PRESENTATION_LUT_SHAPE, if *is_inverse { "INVERSE" } else { "IDENTITY" })
            }
            Presentation::Table(table) => state.sequence(tags::PRESENTATION_LUT_SEQUENCE, [table.item()]),
        };
        let state = put_plane(self.shutter.put_into(state), 0x6000, self.plane.as_ref());
        let state = match self.activated {
            None => state,
            Some(gray) => {
                let layer = Writer::item()
                    .text(tags::GRAPHIC_LAYER, "PLANES")
                    .text(tags::GRAPHIC_LAYER_ORDER, "1")
                    .number(tags::GRAPHIC_LAYER_RECOMMENDED_DISPLAY_GRAYSCALE_VALUE, gray);
                state.overlay_activation(0x6000, "PLANES").sequence(tags::GRAPHIC_LAYER_SEQUENCE, [layer])
            }
        };
        state
            .number(tags::IMAGE_ROTATION, 90 * self.quarters as u16)
            .text(tags::IMAGE_HORIZONTAL_FLIP, if self.is_flipped { "Y" } else { "N" })
            .sequence_unless_empty(
                tags::DISPLAYED_AREA_SELECTION_SEQUENCE,
                self.area.iter().map(|area| self.area_item(area, image)).collect(),
            )
    }

    /// The corners are named as they are seen. Rule S-2.
    fn area_item(&self, area: &Area, image: &ImageTruth) -> Writer {
        let [left, top, right, bottom] = area.sides.map(|side| side as i32);
        // Clockwise from the first; a quarter turn brings the last to the top left, a flip the second.
        let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
        let turned = |corner: i64| corners[(corner - self.quarters).rem_euclid(4) as usize];
        let (mut first, mut last) =
            if self.is_flipped { (turned(1), turned(3)) } else { (turned(0), turned(2)) };
        if area.is_reversed {
            (first, last) = (last, first);
        }
        let item = Writer::item()
            .integers(tags::DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, &first)
            .integers(tags::DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, &last);
        let item = match area.size {
            Size::Fit => item.text(tags::PRESENTATION_SIZE_MODE, "SCALE TO FIT"),
            Size::True => item.text(tags::PRESENTATION_SIZE_MODE, "TRUE SIZE"),
            Size::Magnify => item
                .text(tags::PRESENTATION_SIZE_MODE, "MAGNIFY")
                .floats(tags::PRESENTATION_PIXEL_MAGNIFICATION_RATIO, &[self.scale.0 as f64]),
        };
        let aspect = area.aspect.unwrap_or(image.aspect);
        if area.is_spacing {
            let mm = [aspect.0, aspect.1].map(|part| part as f64 * 0.25);
            return item.decimals(tags::PRESENTATION_PIXEL_SPACING, &mm);
        }
        item.text(tags::PRESENTATION_PIXEL_ASPECT_RATIO, &ratio(aspect))
    }
}

impl Table {
    fn item(&self) -> Writer {
        lut(self.first, &self.entries, self.bits)
    }
}

impl Shutter {
    fn put_into(&self, state: Writer) -> Writer {
        let mut names = Vec::new();
        let mut state = put_plane(state, 0x6002, self.bitmap.as_ref());
        if self.bitmap.is_some() {
            names.push("BITMAP");
            state = state.number(tags::SHUTTER_OVERLAY_GROUP, 0x6002);
        }
        if let Some([upper, left, lower, right]) = self.rectangle {
            names.push("RECTANGULAR");
            state = state
                .text(tags::SHUTTER_UPPER_HORIZONTAL_EDGE, &upper.to_string())
                .text(tags::SHUTTER_LEFT_VERTICAL_EDGE, &left.to_string())
                .text(tags::SHUTTER_LOWER_HORIZONTAL_EDGE, &lower.to_string())
                .text(tags::SHUTTER_RIGHT_VERTICAL_EDGE, &right.to_string());
        }
        if let Some([row, column, radius]) = self.circle {
            names.push("CIRCULAR");
            state = state
                .text(tags::CENTER_OF_CIRCULAR_SHUTTER, &format!("{row}\\{column}"))
                .text(tags::RADIUS_OF_CIRCULAR_SHUTTER, &radius.to_string());
        }
        if let Some(vertices) = &self.polygon {
            names.push("POLYGONAL");
            let vertices: Vec<String> = vertices.iter().map(|(y, x)| format!("{y}\\{x}")).collect();
            state = state.text(tags::VERTICES_OF_THE_POLYGONAL_SHUTTER, &vertices.join("\\"));
        }
        if names.is_empty() {
            return state;
        }
        state.text(tags::SHUTTER_SHAPE, &names.join("\\")).number(tags::SHUTTER_PRESENTATION_VALUE, self.gray)
    }
}

fn put_plane(object: Writer, group: u16, plane: Option<&Plane>) -> Writer {
    let Some(plane) = plane else { return object };
    let mut words = vec![0_u16; plane.bits.len().div_ceil(16)];
    for (index, _) in plane.bits.iter().enumerate().filter(|(_, is_set)| **is_set) {
        words[index / 16] |= 1 << (index % 16);
    }
    let origin = [plane.origin.0, plane.origin.1].map(|place| (place & 0xFFFF) as u16);
    with_plane(object, group, [plane.rows as u16, plane.columns as u16], origin, &words)
}

fn ratio((high, wide): (i64, i64)) -> String {
    format!("{high}\\{wide}")
}
