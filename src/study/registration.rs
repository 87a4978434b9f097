//! Spatial registrations: where the points of one frame of reference lie in another. PS3.3 A.39, C.20.2, C.20.3.

use std::collections::BTreeSet;

use dicom_dictionary_std::{tags, uids};

use crate::dicom::{
    Attributes, Creation, DataSet, FrameOfReferenceUid, InstanceUid, PatientAttributes, ReadError, Source,
};
use crate::geometry::{Map, Patient, Point, SAME_POSITION_MM, Vector};

/// Directions of a rigid matrix may be so far from unit length and from right angles.
const DIRECTION_TOLERANCE: f64 = 1e-3;

/// A matrix that shrinks a volume to less than this share of it flattens the patient.
const VOLUME_SHARE_MIN: f64 = 1e-6;

/// The last row of a matrix may be so far from 0 0 0 1.
const LAST_ROW_TOLERANCE: f64 = 1e-6;

/// A Spatial Registration: frames of reference, and where each lies in the one that the object registers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// Where it came from.
    pub source: Source,
    /// SOP Instance UID.
    pub uid: InstanceUid,
    /// Whom it is about.
    pub patient: PatientAttributes,
    /// Content Label, or empty.
    pub label: String,
    /// Content Date and Time.
    pub created: Creation,
    /// Registered RCS: the frame of reference that the others are registered to.
    pub frame: FrameOfReferenceUid,
    /// The others, each once.
    pub frames: Vec<RegisteredFrame>,
    /// What of it relates no frames of reference, in words.
    pub not_applied: Vec<String>,
}

/// A frame of reference in a registration.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisteredFrame {
    /// Which.
    pub frame: FrameOfReferenceUid,
    /// From its points to those of the registered frame, or why that is not known, in words.
    pub registered_from_source: Result<Map<Patient, Patient>, String>,
}

impl Registration {
    /// Reads the registration in a file; nothing where the object is none. One that deforms is read too: no matrix says where
    /// its frames lie.
    pub fn read(source: &Source) -> Result<Option<Self>, ReadError> {
        let data_set = DataSet::read(source)?;
        let (sequence, deforms) = match data_set.sop_class.as_str() {
            uids::SPATIAL_REGISTRATION_STORAGE => (tags::REGISTRATION_SEQUENCE, false),
            uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE => (tags::DEFORMABLE_REGISTRATION_SEQUENCE, true),
            _ => return Ok(None),
        };
        let at = &data_set.attributes();
        let frame = frame_of_reference(at)
            .ok_or(ReadError::Missing { name: "Frame of Reference UID (0020,0052)" })?;
        let mut registration = Self {
            source: source.clone(),
            uid: InstanceUid::new(&data_set.instance),
            patient: PatientAttributes::read(at),
            label: at.text(tags::CONTENT_LABEL).unwrap_or_default(),
            created: Creation::read(at, tags::CONTENT_DATE, tags::CONTENT_TIME),
            frame,
            frames: Vec::new(),
            not_applied: Vec::new(),
        };
        for (number, item) in (1..).zip(at.items(sequence)) {
            let named = frame_of_reference(&item).or_else(|| {
                item.text(tags::SOURCE_FRAME_OF_REFERENCE_UID).map(|uid| FrameOfReferenceUid::new(&uid))
            });
            let map =
                if deforms { Err("it deforms, which is not applied".to_owned()) } else { matrix(&item) };
            registration.take(number, named, map);
        }
        if registration.frames.is_empty() {
            registration.not_applied.push("it names no frame of reference".to_owned());
        }
        Ok(Some(registration))
    }

    /// Takes an item, counted from 1.
    fn take(
        &mut self,
        number: usize,
        named: Option<FrameOfReferenceUid>,
        map: Result<Map<Patient, Patient>, String>,
    ) {
        let Some(frame) = named else {
            let text = format!("item {number}: images by their names, without a Frame of Reference UID");
            return self.not_applied.push(text);
        };
        let map = map.and_then(|map| {
            if frame == self.frame && !is_identity(&map) {
                return Err("the registered frame of reference is moved against itself".to_owned());
            }
            Ok(map)
        });
        if let Err(why) = &map {
            self.not_applied.push(format!("item {number}: {why}"));
        }
        match self.frames.iter_mut().find(|known| known.frame == frame) {
            Some(known) if known.registered_from_source == map => {}
            Some(known) => {
                let why = "a frame of reference is registered twice, in two ways";
                self.not_applied.push(format!("item {number}: {why}"));
                known.registered_from_source = Err(why.to_owned());
            }
            None => self.frames.push(RegisteredFrame { frame, registered_from_source: map }),
        }
    }

    /// The frames of reference that it registers to its own.
    fn others(&self) -> impl Iterator<Item = &FrameOfReferenceUid> {
        self.frames.iter().map(|known| &known.frame).filter(|frame| **frame != self.frame)
    }

    /// What it relates, in words: `relates frame of reference 2.25.2 to 2.25.1`.
    pub fn words(&self) -> String {
        let others: Vec<&str> = self.others().map(FrameOfReferenceUid::as_str).collect();
        match others.as_slice() {
            [] => format!("relates no frame of reference to {}", self.frame),
            [one] => format!("relates frame of reference {one} to {}", self.frame),
            several => format!("relates frames of reference {} to {}", several.join(" and "), self.frame),
        }
    }

    /// That it relates nothing of what is here, in words: images of two of its frames of reference are needed.
    pub(super) fn why_idle(&self, here: &BTreeSet<&FrameOfReferenceUid>) -> Option<String> {
        let named = self.others().chain([&self.frame]);
        let here: Vec<&FrameOfReferenceUid> = named.filter(|frame| here.contains(frame)).collect();
        match here.as_slice() {
            [] => Some("no images of them are here".to_owned()),
            [one] => Some(format!("only images of {one} are here")),
            _ => None,
        }
    }

    /// From the points of one frame of reference to those of another; nothing where it does not speak of both, and why not where
    /// it does and cannot tell.
    pub fn map(
        &self,
        from: &FrameOfReferenceUid,
        to: &FrameOfReferenceUid,
    ) -> Option<Result<Map<Patient, Patient>, String>> {
        let registered = |frame: &FrameOfReferenceUid| {
            let found = self.frames.iter().find(|known| known.frame == *frame);
            let own = || (*frame == self.frame).then_some(Ok(Map::IDENTITY));
            found.map(|known| known.registered_from_source.clone()).or_else(own)
        };
        let (from, to) = (registered(from)?, registered(to)?);
        let between = || {
            let back = to?.inverse().ok_or("its matrix flattens the patient")?;
            Ok(back * from?)
        };
        Some(between())
    }
}

fn frame_of_reference(at: &Attributes<'_>) -> Option<FrameOfReferenceUid> {
    let uid = at.text(tags::FRAME_OF_REFERENCE_UID).filter(|uid| !uid.is_empty())?;
    Some(FrameOfReferenceUid::new(&uid))
}

/// Whether no point goes further than where two planes are at one position, within half a metre of the origin.
fn is_identity(map: &Map<Patient, Patient>) -> bool {
    const REACH_MM: f64 = 500.0;
    let corners = [-REACH_MM, REACH_MM].map(|x| [[x, -REACH_MM], [x, REACH_MM]]).into_iter().flatten();
    let corners = corners.flat_map(|[x, y]| [Point::new(x, y, -REACH_MM), Point::new(x, y, REACH_MM)]);
    corners.map(|corner| (*map * corner - corner).length()).fold(0.0, f64::max) <= SAME_POSITION_MM
}

/// From the source's points to the registered ones: the product of all matrices in their order. PS3.3 C.20.2.1.1.
fn matrix(item: &Attributes<'_>) -> Result<Map<Patient, Patient>, String> {
    let Some(registration) = item.item(tags::MATRIX_REGISTRATION_SEQUENCE) else {
        return Err("Matrix Registration Sequence (0070,0309) is missing".to_owned());
    };
    let matrices = registration.items(tags::MATRIX_SEQUENCE).map(|item| one_matrix(&item));
    let product = matrices.reduce(|before, next| Ok(before? * next?));
    product.unwrap_or_else(|| Err("Matrix Sequence (0070,030A) is missing".to_owned()))
}

/// Sixteen numbers, row by row, which are for column vectors.
fn one_matrix(item: &Attributes<'_>) -> Result<Map<Patient, Patient>, String> {
    const NAME: &str = "Frame of Reference Transformation Matrix (3006,00C6)";
    let numbers = item.decimals(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX).unwrap_or_default();
    let [a, b, c, x, d, e, f, y, g, h, i, z, last @ ..] = numbers.as_slice() else {
        return Err(format!("{NAME} is missing, or is not 16 numbers"));
    };
    if last.len() != 4 || numbers.iter().any(|number| !number.is_finite()) {
        return Err(format!("{NAME} is not 16 finite numbers"));
    }
    if last.iter().zip([0.0, 0.0, 0.0, 1.0]).any(|(found, due)| (found - due).abs() > LAST_ROW_TOLERANCE) {
        return Err(format!("the last row of {NAME} is not 0 0 0 1"));
    }
    let axes: [Vector<Patient>; 3] =
        [Vector::new(*a, *d, *g), Vector::new(*b, *e, *h), Vector::new(*c, *f, *i)];
    let [right, back, up] = axes;
    let volume = right.cross(back).dot(up);
    if volume.abs() < VOLUME_SHARE_MIN {
        return Err(format!("{NAME} flattens the patient"));
    }
    let is_right = |a: Vector<Patient>, b: Vector<Patient>| {
        a.dot(b).abs() <= DIRECTION_TOLERANCE * a.length() * b.length()
    };
    let is_orthogonal = is_right(right, back) && is_right(back, up) && is_right(up, right);
    let is_unit = axes.iter().all(|axis| (axis.length() - 1.0).abs() <= DIRECTION_TOLERANCE);
    let kind = item.text(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE).unwrap_or_default();
    let is_as_it_says = match kind.as_str() {
        "RIGID" => is_orthogonal && is_unit && volume > 0.0,
        "RIGID_SCALE" => is_orthogonal,
        "AFFINE" => true,
        _ => {
            let name = "Frame of Reference Transformation Matrix Type (0070,030C)";
            return Err(format!("{name} is {kind:?}"));
        }
    };
    if !is_as_it_says {
        return Err(format!("{NAME} is not {kind}, as it says"));
    }
    Ok(Map::from_axes(right, back, up, Point::new(*x, *y, *z)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dicom::Writer;

    const SHIFT: [f64; 16] =
        [1.0, 0.0, 0.0, 10.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    /// A quarter turn: x becomes y.
    const TURN: [f64; 16] = [0.0, -1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];

    fn matrix_item(numbers: &[f64], kind: &str) -> Writer {
        Writer::item()
            .decimals(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX, numbers)
            .text(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, kind)
    }

    fn item(frame: &str, matrices: Vec<Writer>) -> Writer {
        let registration = Writer::item().sequence(tags::MATRIX_SEQUENCE, matrices);
        Writer::item()
            .text(tags::FRAME_OF_REFERENCE_UID, frame)
            .sequence(tags::MATRIX_REGISTRATION_SEQUENCE, [registration])
    }

    fn object(class: &str) -> Writer {
        Writer::new(class, "2.25.5")
            .text(tags::PATIENT_NAME, "ZZCANARY^REGISTERED")
            .text(tags::FRAME_OF_REFERENCE_UID, "2.25.1")
    }

    fn read(object: Writer) -> Registration {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("registration.dcm");
        object.write_to(&path).expect("written");
        Registration::read(&Source::file(&path)).expect("whole").expect("a registration")
    }

    fn of_items(items: Vec<Writer>) -> Registration {
        read(object(uids::SPATIAL_REGISTRATION_STORAGE).sequence(tags::REGISTRATION_SEQUENCE, items))
    }

    /// Where the origin's neighbour (1, 2, 3) of one frame lies in another.
    fn mapped(registration: &Registration, from: &str, to: &str) -> Option<Result<[f64; 3], String>> {
        let uid = FrameOfReferenceUid::new;
        let map = registration.map(&uid(from), &uid(to))?;
        Some(map.map(|map| (map * Point::new(1.0, 2.0, 3.0)).xyz.to_array()))
    }

    #[test]
    fn a_matrix_leads_to_the_registered_frame_and_its_inverse_back() {
        let registration = of_items(vec![item("2.25.2", vec![matrix_item(&SHIFT, "RIGID")])]);
        assert_eq!(mapped(&registration, "2.25.2", "2.25.1"), Some(Ok([11.0, 2.0, 3.0])));
        assert_eq!(mapped(&registration, "2.25.1", "2.25.2"), Some(Ok([-9.0, 2.0, 3.0])));
        assert_eq!(mapped(&registration, "2.25.1", "2.25.3"), None);
        assert_eq!(registration.not_applied, Vec::<String>::new());
    }

    #[test]
    fn several_matrices_are_multiplied_in_their_order() {
        let matrices = vec![matrix_item(&SHIFT, "RIGID"), matrix_item(&TURN, "RIGID")];
        let registration = of_items(vec![item("2.25.2", matrices)]);
        // Turned first, then shifted.
        assert_eq!(mapped(&registration, "2.25.2", "2.25.1"), Some(Ok([8.0, 1.0, 3.0])));
    }

    #[test]
    fn two_frames_are_related_by_the_one_that_both_are_registered_to() {
        let items = vec![
            item("2.25.2", vec![matrix_item(&SHIFT, "RIGID")]),
            item("2.25.3", vec![matrix_item(&TURN, "AFFINE")]),
        ];
        let registration = of_items(items);
        assert_eq!(mapped(&registration, "2.25.2", "2.25.3"), Some(Ok([2.0, -11.0, 3.0])));
    }

    /// Nothing is placed by what cannot be right, and why is told.
    #[test]
    fn nonsense_is_named_and_relates_nothing() {
        let with = |place: usize, value: f64| {
            let mut numbers = SHIFT;
            if let Some(number) = numbers.get_mut(place) {
                *number = value;
            }
            numbers
        };
        let check = |numbers: &[f64], kind: &str, words: &str| {
            let registration = of_items(vec![item("2.25.2", vec![matrix_item(numbers, kind)])]);
            assert!(registration.not_applied.iter().any(|why| why.contains(words)), "{registration:?}");
            assert!(matches!(mapped(&registration, "2.25.2", "2.25.1"), Some(Err(_))), "{words}");
        };
        // For row vectors: the shift stands in the last row.
        check(&with(12, 10.0), "RIGID", "last row");
        check(&with(0, 0.0), "AFFINE", "flattens");
        check(&with(0, 1.2), "RIGID", "not RIGID");
        check(&with(0, -1.0), "RIGID", "not RIGID");
        check(&with(1, 0.5), "RIGID_SCALE", "not RIGID_SCALE");
        check(&SHIFT, "", "Matrix Type");
        check(&SHIFT[..15], "RIGID", "16");
        check(&[], "RIGID", "16");
        let scaled = of_items(vec![item("2.25.2", vec![matrix_item(&with(0, 1.2), "RIGID_SCALE")])]);
        assert_eq!(scaled.not_applied, Vec::<String>::new());
    }

    #[test]
    fn contradictions_are_named() {
        let moved = of_items(vec![item("2.25.1", vec![matrix_item(&SHIFT, "RIGID")])]);
        assert!(moved.not_applied.iter().any(|why| why.contains("against itself")), "{moved:?}");
        let items = vec![
            item("2.25.2", vec![matrix_item(&SHIFT, "RIGID")]),
            item("2.25.2", vec![matrix_item(&TURN, "RIGID")]),
        ];
        let twice = of_items(items);
        assert!(matches!(mapped(&twice, "2.25.2", "2.25.1"), Some(Err(_))), "{twice:?}");
        let images = of_items(vec![Writer::item()]);
        assert!(images.not_applied.iter().any(|why| why.contains("without a Frame of Reference")));
    }

    #[test]
    fn it_says_what_it_relates_and_that_images_are_absent() {
        let registration =
            of_items(vec![item("2.25.2", vec![matrix_item(&SHIFT, "RIGID")]), item("2.25.1", Vec::new())]);
        assert_eq!(registration.words(), "relates frame of reference 2.25.2 to 2.25.1");
        let idle = |here: &[&str]| {
            let here: Vec<_> = here.iter().map(|uid| FrameOfReferenceUid::new(uid)).collect();
            registration.why_idle(&here.iter().collect())
        };
        assert_eq!(idle(&["2.25.3"]).as_deref(), Some("no images of them are here"));
        assert_eq!(idle(&["2.25.3", "2.25.1"]).as_deref(), Some("only images of 2.25.1 are here"));
        assert_eq!(idle(&["2.25.2", "2.25.1"]), None);
    }

    #[test]
    fn one_that_deforms_is_named_and_not_applied() {
        let item = Writer::item().text(tags::SOURCE_FRAME_OF_REFERENCE_UID, "2.25.2");
        let object = object(uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE);
        let registration = read(object.sequence(tags::DEFORMABLE_REGISTRATION_SEQUENCE, [item]));
        let found = mapped(&registration, "2.25.2", "2.25.1").expect("both are named");
        assert!(found.expect_err("not applied").contains("deforms"));
    }
}
