//! What is said of key images.

use crate::session::{Session, Viewport, rejections};
use crate::study::{Image, Library};

use super::frame::{Badge, Tone};
use super::labels::badge;

/// The titles stand behind it.
const KEY_IMAGE_WHY: &str = "Somebody marked this image as a key image:";
const REJECTED_WHY: &str = "Somebody withdrew this image. Find out why before you read it:";
const ONLY_WHY: &str = "Only the key images of this series are gone through, and its other images are left out. `key-image only` brings \
                        them back.";

/// Whether an image is a key image or withdrawn, and whether its viewport leaves others out.
pub(super) fn badges(session: &Session, library: &Library, viewport: &Viewport, image: &Image) -> Vec<Badge> {
    let mut badges = Vec::new();
    if viewport.only.is_some() {
        badges.push(badge(Tone::Caution, "key images only", ONLY_WHY));
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
