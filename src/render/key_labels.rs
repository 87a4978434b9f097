//! What is said of key images.

use crate::session::{Session, Viewport, left_out_beside, rejections};
use crate::study::{Image, Library};

use super::frame::{Badge, Tone};
use super::labels::badge;

/// The titles stand behind it.
const KEY_IMAGE_WHY: &str = "Somebody marked this image as a key image:";
const REJECTED_WHY: &str = "Somebody withdrew this image. Find out why before you read it:";
const ONLY_WHY: &str = "Only the key images of this series are gone through, and its other images are left out. `key-image only` brings \
                        them back.";
const LEFT_OUT_WHY: &str = "Key images of this study that cannot be shown:";

/// Whether an image is a key image or withdrawn, and whether its viewport leaves others out.
pub(super) fn badges(session: &Session, library: &Library, viewport: &Viewport, image: &Image) -> Vec<Badge> {
    let mut badges = Vec::new();
    if viewport.only.is_some() {
        let left_out = left_out_beside(image, library);
        let why = if left_out.is_empty() {
            ONLY_WHY.to_owned()
        } else {
            format!("{ONLY_WHY} {LEFT_OUT_WHY} {}.", left_out.join("; "))
        };
        badges.push(badge(Tone::Caution, "key images only", &why));
    }
    let titles = session.key_images.titles(image, library);
    if !titles.is_empty() {
        badges.push(badge(Tone::Quiet, "key image", &format!("{KEY_IMAGE_WHY} {}.", titles.join(", "))));
    }
    let rejections = rejections(image, library);
    if !rejections.is_empty() {
        badges.push(badge(Tone::Caution, "rejected", &format!("{REJECTED_WHY} {}.", rejections.join(", "))));
    }
    badges
}
