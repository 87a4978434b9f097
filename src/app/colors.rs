//! Transforms from the colours of images and presentation states to those of monitors, made by the threads that read them,
//! before a frame needs them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::color::{ColorTransform, IccProfile, ProfileId};
use crate::study::Library;

/// Profiles of images and states that are remembered, for a monitor to come.
const SOURCES_MAX: usize = 16;

/// Which transforms are wanted, and which were made.
#[derive(Debug, Default)]
pub(super) struct Colors {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Beside sRGB, which pictures that leave the program are of.
    monitors: Vec<Arc<IccProfile>>,
    /// Beside sRGB; the oldest first.
    sources: VecDeque<Arc<IccProfile>>,
    /// The oldest first, as the library keeps them.
    made: VecDeque<(ProfileId, ProfileId)>,
}

impl Colors {
    /// Makes the transforms from the colours of an image or a state, unless they were made. Who comes second waits: the transform is
    /// sent before any pixels that need it.
    pub(super) fn make(
        &self,
        source: Option<&Arc<IccProfile>>,
        send: impl FnMut(Arc<ColorTransform>) -> bool,
    ) {
        let mut state = self.state();
        if let Some(source) = source.filter(|source| !state.sources.contains(source)) {
            state.sources.push_back(Arc::clone(source));
            let surplus = state.sources.len().saturating_sub(SOURCES_MAX);
            state.sources.drain(..surplus);
        }
        state.make(source, send);
    }

    /// Takes the profiles of all monitors, and makes the transforms to them of all images so far.
    ///
    /// Never to be called by a frame of the screen: who makes a transform may wait for room in the channel.
    pub(super) fn set_monitors(
        &self,
        monitors: Vec<Arc<IccProfile>>,
        mut send: impl FnMut(Arc<ColorTransform>) -> bool,
    ) {
        let mut state = self.state();
        state.monitors = monitors;
        let sources = state.sources.clone();
        for source in sources.iter().map(Some).chain([None]) {
            state.make(source, &mut send);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn make(&mut self, source: Option<&Arc<IccProfile>>, mut send: impl FnMut(Arc<ColorTransform>) -> bool) {
        let monitors = self.monitors.clone();
        for monitor in monitors.iter().map(Some).chain([None]) {
            let ids = (ProfileId::of(source), ProfileId::of(monitor));
            if ids.0 == ids.1 || self.made.contains(&ids) {
                continue;
            }
            match ColorTransform::between(source, monitor) {
                Ok(transform) => {
                    if !send(Arc::new(transform)) {
                        return;
                    }
                }
                // Both were applied when they were read; that they do not fit each other, a badge tells.
                Err(error) => tracing::warn!(%error, "colours are shown as if they were sRGB"),
            }
            self.made.push_back(ids);
            let surplus = self.made.len().saturating_sub(Library::COLOR_TRANSFORMS_MAX);
            self.made.drain(..surplus);
        }
    }
}

#[cfg(test)]
mod tests {
    use moxcms::ColorProfile;

    use super::*;

    fn profile(profile: &ColorProfile) -> Arc<IccProfile> {
        IccProfile::of_monitor(&profile.encode().expect("a profile")).expect("usable")
    }

    #[test]
    fn each_pair_of_profiles_is_made_once_and_a_new_monitor_for_all() {
        let colors = Colors::default();
        let (adobe, p3) = (profile(&ColorProfile::new_adobe_rgb()), profile(&ColorProfile::new_display_p3()));
        let made = |source: Option<&Arc<IccProfile>>| {
            let mut made = Vec::new();
            colors.make(source, |transform| {
                made.push(transform.profiles());
                true
            });
            made
        };
        assert_eq!(made(None), [], "sRGB on an unknown monitor stays as it is");
        assert_eq!(made(Some(&adobe)), [(adobe.id(), ProfileId::SRGB)]);
        assert_eq!(made(Some(&adobe)), []);
        let set = || {
            let mut made = Vec::new();
            colors.set_monitors(vec![Arc::clone(&p3)], |transform| {
                made.push(transform.profiles());
                true
            });
            made
        };
        assert_eq!(set(), [(adobe.id(), p3.id()), (ProfileId::SRGB, p3.id())]);
        assert_eq!(set(), [], "the same again");
        assert_eq!([made(None), made(Some(&adobe))], [[], []]);
        assert_eq!(made(Some(&p3)), [(p3.id(), ProfileId::SRGB)]);
    }
}
