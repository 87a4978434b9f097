//! Key images: marked, and gone through.

use crate::command::KeyImageCommand;
use crate::presentation::KeyTitle;
use crate::study::Library;

use super::super::effect::Effect;
use super::super::key_images::KeyImagesOnly;
use super::super::state::{MessageKind, Session};
use super::super::viewport::Source;

impl Session {
    pub(super) fn apply_key_image(&mut self, command: KeyImageCommand, library: &Library) -> Vec<Effect> {
        let Some((_, image)) = self.shown(library) else {
            self.tell(MessageKind::Note, "Nothing hangs in this viewport.");
            return Vec::new();
        };
        let key = image.key();
        let title = match command {
            KeyImageCommand::Next | KeyImageCommand::Previous => {
                self.go_to_key_image(command == KeyImageCommand::Next, library);
                return Vec::new();
            }
            KeyImageCommand::Only => {
                self.switch_key_images_only(library);
                return Vec::new();
            }
            KeyImageCommand::Toggle if self.key_images.title(&key).is_some() => None,
            KeyImageCommand::Mark | KeyImageCommand::Toggle => KeyTitle::offered(1),
            KeyImageCommand::Unmark => None,
            KeyImageCommand::Title(number) => {
                let title = KeyTitle::offered(number);
                if title.is_none() {
                    let text = format!("There are {} titles of key images.", KeyTitle::OFFERED.len());
                    self.tell(MessageKind::Note, text);
                    return Vec::new();
                }
                title
            }
        };
        if image.instance.has_stand_in_uid {
            self.tell(MessageKind::Note, "This image has no UID, by which it could be named as a key image.");
            return Vec::new();
        }
        if self.key_images.set(&key, title.clone()) == title {
            return Vec::new();
        }
        let text = title.map_or_else(
            || "No key image of yours any more.".to_owned(),
            |title| format!("Key image: {}.", title.meaning),
        );
        self.tell(MessageKind::Note, text);
        vec![Effect::SaveKeyImages(key.study)]
    }

    /// Goes through the key images of the series in focus alone, or through all its images again.
    fn switch_key_images_only(&mut self, library: &Library) {
        let Some((set, _)) = self.shown(library) else { return };
        let key_images = KeyImagesOnly::of(set, &self.key_images, library);
        let Some(viewport) = self.focused_viewport_mut() else { return };
        let was_on = viewport.only.take().is_some();
        if !was_on && key_images.is_none() {
            return self.tell(MessageKind::Note, "This series has no key image.");
        }
        viewport.only = key_images.filter(|_| !was_on);
        viewport.cine.stop();
    }

    /// Shows the next or the previous key image of the study, in the order of the strip.
    fn go_to_key_image(&mut self, is_next: bool, library: &Library) {
        let Some(shown) = self.focused_viewport().and_then(|viewport| viewport.source.clone()) else {
            return;
        };
        let sets =
            library.display_sets().filter(|(study, ..)| study.attributes.uid == shown.display_set.study);
        let mut places = Vec::new();
        let mut here = 0;
        for (.., set) in sets {
            for (index, image) in set.images.iter().enumerate() {
                if set.id == shown.display_set && index == shown.index {
                    // Between the key images before and behind, or on one.
                    here = places.len();
                }
                if !self.key_images.titles(image, library).is_empty() {
                    places.push((set, index));
                }
            }
        }
        let is_on_one =
            places.get(here).is_some_and(|(set, index)| set.id == shown.display_set && *index == shown.index);
        let count = places.len();
        let target = match (is_next, is_on_one) {
            _ if count == 0 => return self.tell(MessageKind::Note, "This study has no key image."),
            (true, true) => (here + 1) % count,
            (true, false) => here % count,
            (false, _) => (here + count - 1) % count,
        };
        let Some(&(set, index)) = places.get(target) else { return };
        if set.id != shown.display_set {
            self.show(set, library);
        }
        if !self.shows(&set.id) {
            return;
        }
        if let Some(viewport) = self.focused_viewport_mut() {
            viewport.source = Some(Source { display_set: set.id.clone(), index });
        }
    }
}
