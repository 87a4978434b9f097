//! What is loaded now: the studies, the frames whose pixels are here, small pictures, and what could not be read.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::color::{ColorTransform, ProfileId};
use crate::dicom::{Frame, FrameKey, ReadError, SeriesUid, Source, StudyUid};
use crate::presentation::{PresentationState, StateCover, StateModality};
use crate::volume::Volume;

use super::catalogue::Studies;
use super::model::{DisplaySet, DisplaySetId, Image, Series, Study};
use super::stacked::NoVolume;

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The file, or the member of an archive.
    pub source: Source,
    /// Why.
    pub why: ReadError,
}

/// How far the pixels of a frame have come.
#[derive(Debug, Clone, PartialEq)]
pub enum FrameState {
    /// Here.
    Ready(Arc<Frame>),
    /// They cannot be read.
    Failed(ReadError),
}

impl FrameState {
    /// The pixels, when they are here.
    pub fn ready(&self) -> Option<&Frame> {
        match self {
            Self::Ready(frame) => Some(frame),
            Self::Failed(_) => None,
        }
    }
}

/// A small picture of a display set.
#[derive(Debug, Clone, PartialEq)]
pub struct Thumbnail {
    /// The image that it was made of.
    pub key: FrameKey,
    /// Its pixels: fewer than the image has.
    pub state: FrameState,
}

/// Everything that is loaded. Cheap to clone: parts are shared.
#[derive(Debug, Clone, Default)]
pub struct Library {
    studies: Arc<Studies>,
    unreadable: Arc<Vec<Unreadable>>,
    frames: HashMap<FrameKey, FrameState>,
    frame_bytes: u64,
    thumbnails: HashMap<DisplaySetId, Thumbnail>,
    /// The display sets that have one, the oldest first.
    thumbnail_ages: VecDeque<DisplaySetId>,
    /// The oldest first.
    color_transforms: VecDeque<Arc<ColorTransform>>,
    covers: Vec<MadeCover>,
    volumes: Volumes,
}

/// Volumes of display sets with the pixels that are here, made when one is first asked for: the last used last.
#[derive(Debug, Default)]
struct Volumes(Mutex<Vec<MadeVolume>>);

/// Another library has other pixels.
impl Clone for Volumes {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Volumes {
    /// Forgets those that a frame may be part of.
    fn forget(&mut self, key: &FrameKey) {
        let made = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        made.retain(|made| made.series != key.series);
    }
}

#[derive(Debug)]
struct MadeVolume {
    series: SeriesUid,
    set: Weak<DisplaySet>,
    purpose: Purpose,
    volume: Result<Arc<Volume>, NoVolume>,
}

/// What a volume is for.
#[derive(Debug, Clone, PartialEq)]
enum Purpose {
    /// To be shown by itself.
    Section,
    /// To lie over another picture; of the values that a presentation state's Modality LUT gives, or the images' own.
    Layer(Option<StateModality>),
}

/// What a presentation state lays over a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeCover {
    /// The state.
    pub state: Arc<PresentationState>,
    /// The frame.
    pub key: FrameKey,
    /// Its pixels: for no others.
    pub frame: Arc<Frame>,
    /// What lies over them.
    pub cover: Arc<StateCover>,
}

impl Library {
    /// The most thumbnails that are kept.
    pub const THUMBNAILS_MAX: usize = 2_000;
    /// The most transforms of colours that are kept, of 1.1 MiB each.
    pub const COLOR_TRANSFORMS_MAX: usize = 32;

    /// The most display sets of which the volume is kept.
    pub const VOLUMES_MAX: usize = 16;

    /// Takes what a [`Catalogue`](super::Catalogue) holds now, instead of what it held before.
    pub fn take(&mut self, studies: Arc<Studies>, unreadable: Arc<Vec<Unreadable>>) {
        self.studies = studies;
        self.unreadable = unreadable;
    }

    /// Forgets what was read of studies that a [`Catalogue`](super::Catalogue) does not hold any more.
    pub fn forget(&mut self, closed: &[StudyUid]) {
        let gone: Vec<FrameKey> =
            self.frames.keys().filter(|key| closed.contains(&key.study)).cloned().collect();
        for key in &gone {
            self.drop_frame(key);
        }
        self.covers.retain(|made| !closed.contains(&made.key.study));
        self.thumbnails.retain(|set, _| !closed.contains(&set.study));
        self.thumbnail_ages.retain(|set| !closed.contains(&set.study));
    }

    /// Takes the outcome of reading one frame.
    pub fn put_frame(&mut self, key: FrameKey, state: FrameState) {
        let bytes = |state: &FrameState| match state {
            FrameState::Ready(frame) => frame.bytes(),
            FrameState::Failed(_) => 0,
        };
        self.volumes.forget(&key);
        self.frame_bytes += bytes(&state);
        let is_alike = |frame: &Frame| match &state {
            FrameState::Ready(now) => {
                (now.rows, now.columns, &now.cover) == (frame.rows, frame.columns, &frame.cover)
            }
            FrameState::Failed(_) => false,
        };
        // The same pixels, read once more, have the same over them: what is seen stays.
        self.covers.retain(|made| made.key != key || is_alike(&made.frame));
        if let Some(replaced) = self.frames.insert(key, state) {
            self.frame_bytes -= bytes(&replaced);
        }
    }

    /// Forgets the pixels of a frame; they can be read again.
    pub fn drop_frame(&mut self, key: &FrameKey) {
        if let Some(FrameState::Ready(frame)) = self.frames.remove(key) {
            self.volumes.forget(key);
            self.frame_bytes -= frame.bytes();
        }
        // What lies over an image lies over what is left of it by a mask, too.
        let is_same_image = |a: &FrameKey, b: &FrameKey| {
            (a.frame, &a.instance, &a.series, &a.study) == (b.frame, &b.instance, &b.series, &b.study)
        };
        let frames = &self.frames;
        self.covers.retain(|made| {
            !is_same_image(&made.key, key) || frames.keys().any(|left| is_same_image(left, &made.key))
        });
    }

    /// The pixels of a frame, if they were read.
    pub fn frame(&self, key: &FrameKey) -> Option<&FrameState> {
        self.frames.get(key)
    }

    /// The keys of all frames whose pixels are here, in no order.
    pub fn loaded_frames_unsorted(&self) -> impl Iterator<Item = &FrameKey> {
        self.frames.iter().filter(|(_, state)| matches!(state, FrameState::Ready(_))).map(|(key, _)| key)
    }

    /// Memory that loaded frames take, in bytes.
    pub const fn frame_bytes(&self) -> u64 {
        self.frame_bytes
    }

    /// Takes what a presentation state lays over a frame, unless that has other pixels by now.
    pub fn put_cover(&mut self, made: MadeCover) {
        let is_here =
            |state: &FrameState| matches!(state, FrameState::Ready(frame) if Arc::ptr_eq(frame, &made.frame));
        if self.frames.values().any(is_here) && self.cover(&made.state, &made.key).is_none() {
            self.covers.push(made);
        }
    }

    /// What a presentation state lays over a frame, if it was made.
    pub fn cover(&self, state: &Arc<PresentationState>, key: &FrameKey) -> Option<&Arc<StateCover>> {
        let is_it = |made: &&MadeCover| made.key == *key && Arc::ptr_eq(&made.state, state);
        self.covers.iter().find(is_it).map(|made| &made.cover)
    }

    /// Forgets what states lay over frames, but for these.
    pub fn keep_covers(&mut self, is_wanted: impl Fn(&MadeCover) -> bool) {
        self.covers.retain(is_wanted);
    }

    /// The volume of a display set with the pixels that are here, or why it makes none: made once, as long as no more pixels
    /// come.
    pub fn volume(&self, set: &Arc<DisplaySet>) -> Result<Arc<Volume>, NoVolume> {
        self.made_volume(set, Purpose::Section)
    }

    /// The same to be laid over another picture ([`DisplaySet::layer_volume`]).
    pub fn layer_volume(&self, set: &Arc<DisplaySet>) -> Result<Arc<Volume>, NoVolume> {
        match self.volume(set) {
            Err(NoVolume::OnePlane) => self.made_volume(set, Purpose::Layer(None)),
            volume => volume,
        }
    }

    /// The same of the values that a presentation state's Modality LUT gives, in place of the images'.
    pub fn layer_volume_by(
        &self,
        set: &Arc<DisplaySet>,
        modality: &StateModality,
    ) -> Result<Arc<Volume>, NoVolume> {
        self.made_volume(set, Purpose::Layer(Some(modality.clone())))
    }

    fn made_volume(&self, set: &Arc<DisplaySet>, purpose: Purpose) -> Result<Arc<Volume>, NoVolume> {
        let mut volumes = self.volumes.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it =
            |made: &MadeVolume| std::ptr::eq(made.set.as_ptr(), Arc::as_ptr(set)) && made.purpose == purpose;
        let frame_of = |key: &FrameKey| self.ready_frame(key).cloned();
        let made = match volumes.iter().position(is_it) {
            Some(place) => volumes.remove(place),
            None => MadeVolume {
                series: set.id.series.clone(),
                set: Arc::downgrade(set),
                volume: match &purpose {
                    Purpose::Section => set.volume(frame_of),
                    Purpose::Layer(None) => set.layer_volume(frame_of),
                    Purpose::Layer(Some(lut)) => {
                        set.layer_volume_by(frame_of, |image| lut.of(image.instance.pixels.is_signed))
                    }
                }
                .map(Arc::new),
                purpose,
            },
        };
        let volume = made.volume.clone();
        volumes.retain(|other| other.set.strong_count() > 0);
        volumes.push(made);
        let surplus = volumes.len().saturating_sub(Self::VOLUMES_MAX);
        volumes.drain(..surplus);
        volume
    }

    fn ready_frame(&self, key: &FrameKey) -> Option<&Arc<Frame>> {
        match self.frames.get(key)? {
            FrameState::Ready(frame) => Some(frame),
            FrameState::Failed(_) => None,
        }
    }

    /// Takes the thumbnail of a display set; the oldest go when there are too many.
    pub fn put_thumbnail(&mut self, set: DisplaySetId, thumbnail: Thumbnail) {
        if self.thumbnails.insert(set.clone(), thumbnail).is_none() {
            self.thumbnail_ages.push_back(set);
        }
        let surplus = self.thumbnail_ages.len().saturating_sub(Self::THUMBNAILS_MAX);
        for oldest in self.thumbnail_ages.drain(..surplus) {
            self.thumbnails.remove(&oldest);
        }
    }

    /// The thumbnail of a display set, if it was made.
    pub fn thumbnail(&self, set: &DisplaySetId) -> Option<&Thumbnail> {
        self.thumbnails.get(set)
    }

    /// Takes a transform of colours; the oldest go when there are too many.
    pub fn put_color_transform(&mut self, transform: Arc<ColorTransform>) {
        self.color_transforms.retain(|known| known.profiles() != transform.profiles());
        self.color_transforms.push_back(transform);
        let surplus = self.color_transforms.len().saturating_sub(Self::COLOR_TRANSFORMS_MAX);
        self.color_transforms.drain(..surplus);
    }

    /// The transform from an image's colours to a monitor's, if it was made.
    pub fn color_transform(&self, source: ProfileId, monitor: ProfileId) -> Option<&Arc<ColorTransform>> {
        self.color_transforms.iter().find(|transform| transform.profiles() == (source, monitor))
    }

    /// The studies, newest first.
    pub fn studies(&self) -> &[Study] {
        &self.studies
    }

    pub(super) fn all_studies(&self) -> &Studies {
        &self.studies
    }

    /// Files that could not be read.
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// Every display set with its series and study, in the order in which "next series" walks.
    pub fn display_sets(&self) -> impl Iterator<Item = (&Study, &Series, &Arc<DisplaySet>)> {
        let of_series = |study, series| move |set| (study, series, set);
        self.studies.iter().flat_map(move |study| {
            let of_study = study.series.iter().map(Arc::as_ref);
            of_study.flat_map(move |series: &Series| series.display_sets.iter().map(of_series(study, series)))
        })
    }

    /// The display set that holds a frame, and the frame's place in it.
    pub fn locate(&self, key: &FrameKey) -> Option<(DisplaySetId, usize)> {
        let (_, series) = self.studies.series(&key.study, &key.series)?;
        let (set, image) = series.locate(&key.instance, key.frame)?;
        Some((series.display_sets.get(set)?.id.clone(), image))
    }

    /// The image that a frame is.
    pub fn image(&self, key: &FrameKey) -> Option<&Image> {
        let (set, index) = self.locate(key)?;
        self.find(&set)?.2.images.get(index)
    }

    /// The presentation states that are for an image, the newest first.
    pub fn states_of(&self, image: &Image) -> impl Iterator<Item = &Arc<PresentationState>> {
        self.states_beside(image).iter().filter(|state| image.is_of(state))
    }

    /// Whether any state of an image's study has a mask.
    pub fn has_masks_of_states(&self, image: &Image) -> bool {
        self.states_beside(image).iter().any(|state| state.mask.is_some())
    }

    /// The presentation states of an image's study.
    fn states_beside(&self, image: &Image) -> &[Arc<PresentationState>] {
        let header = &image.instance;
        let study = self.studies.series(&header.study.uid, &header.series.uid).map(|(study, _)| study);
        study.map_or(&[], |study| study.states.as_slice())
    }

    /// A display set with its series and study.
    pub fn find(&self, id: &DisplaySetId) -> Option<(&Study, &Series, &Arc<DisplaySet>)> {
        let (study, series) = self.studies.series(&id.study, &id.series)?;
        let set = series.display_sets.iter().find(|set| set.id.index == id.index)?;
        Some((study, series, set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::IccProfile;
    use crate::dicom::InstanceUid;

    fn set(index: u32) -> DisplaySetId {
        DisplaySetId { study: StudyUid::new("2.25.1"), series: SeriesUid::new("2.25.2"), index }
    }

    #[test]
    fn of_too_many_transforms_of_colours_the_oldest_go() {
        let bytes = moxcms::ColorProfile::new_adobe_rgb().encode().expect("a profile");
        let mut library = Library::default();
        let mut put = |number: usize| {
            // What follows the profile makes it another one.
            let bytes = [bytes.clone(), number.to_le_bytes().to_vec()].concat();
            let source = IccProfile::of_image(&bytes).expect("usable");
            let transform = ColorTransform::between(Some(&source), None).expect("a transform");
            library.put_color_transform(Arc::new(transform));
            source.id()
        };
        let first = put(0);
        let rest: Vec<ProfileId> = (1..=Library::COLOR_TRANSFORMS_MAX).map(&mut put).collect();
        // Again, which takes no more room.
        put(1);
        let is_there = |source: &ProfileId| library.color_transform(*source, ProfileId::SRGB).is_some();
        assert!(!is_there(&first) && rest.iter().all(is_there));
    }

    #[test]
    fn of_too_many_thumbnails_the_oldest_go() {
        let key = FrameKey {
            study: StudyUid::new("2.25.1"),
            series: SeriesUid::new("2.25.2"),
            instance: InstanceUid::new("2.25.3"),
            frame: 0,
            subtraction: None,
        };
        let failed = ReadError::Damaged { why: String::new() };
        let thumbnail = Thumbnail { key, state: FrameState::Failed(failed) };
        let mut library = Library::default();
        let most = u32::try_from(Library::THUMBNAILS_MAX).expect("a small number");
        // One of them twice, which takes no more room.
        for index in (0..most).chain([1]) {
            library.put_thumbnail(set(index), thumbnail.clone());
        }
        assert!(library.thumbnail(&set(0)).is_some());
        library.put_thumbnail(set(most), thumbnail);
        assert!(library.thumbnail(&set(0)).is_none());
        assert!(library.thumbnail(&set(1)).is_some() && library.thumbnail(&set(most)).is_some());
    }
}
