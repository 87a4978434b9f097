//! What the tests of this module share: marks at random, and images that say of their scale what a test wants.

use std::sync::Arc;

use dicom_dictionary_std::{tags, uids};
use proptest::prelude::*;
use tempfile::TempDir;

use super::shape::Shape;
use crate::dicom::{Calibration, Instance, Writer};
use crate::geometry::{Image, ImagePlane, Point};
use crate::study;

fn any_point() -> impl Strategy<Value = Point<Image>> {
    (-20.0..120.0, -20.0..120.0).prop_map(|(x, y)| Point::flat(x, y))
}

pub(super) fn any_shape() -> impl Strategy<Value = Shape> {
    let two = || [any_point(), any_point()];
    prop_oneof![
        two().prop_map(Shape::Length),
        [any_point(), any_point(), any_point()].prop_map(Shape::Angle),
        two().prop_map(Shape::Ellipse),
        two().prop_map(Shape::Rectangle),
        any_point().prop_map(Shape::Probe),
    ]
}

/// An image of 4 × 4 pixels as it is read from a file.
pub(super) fn image(modality: &str, change: impl FnOnce(Writer) -> Writer) -> study::Image {
    image_of(uids::CT_IMAGE_STORAGE, modality, change)
}

pub(super) fn image_of(
    sop_class: &str,
    modality: &str,
    change: impl FnOnce(Writer) -> Writer,
) -> study::Image {
    let writer = Writer::new(sop_class, "2.25.3")
        .text(tags::STUDY_INSTANCE_UID, "2.25.1")
        .text(tags::SERIES_INSTANCE_UID, "2.25.2")
        .text(tags::MODALITY, modality)
        .gray_16(4, 4, false)
        .pixels(&[0; 16]);
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("image");
    change(writer).write_to(&path).expect("a file");
    let instance = Instance::read(&path).expect("an image");
    let at = instance.frame(0);
    let plane = at.position.zip(at.orientation).zip(at.spacing);
    let plane =
        plane.and_then(|((position, orientation), mm)| ImagePlane::new(position, orientation, mm).ok());
    study::Image { instance: Arc::new(instance), frame: 0, plane, suv: None }
}

/// The same image with another calibration.
pub(super) fn calibrated(mut image: study::Image, calibration: Calibration) -> study::Image {
    Arc::make_mut(&mut image.instance).calibration = Some(Arc::new(calibration));
    image
}
