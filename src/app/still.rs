//! One image with the words of the screen, for commands without a window: drawn as the view in focus is exported.

use std::sync::Arc;

use crate::color::ColorTransform;
use crate::dicom::Frame;
use crate::keymap::Keymap;
use crate::presentation::PresentationState;
use crate::render::Raster;
use crate::session::{
    Applied, Look, Masked, Presented, Session, SessionSettings, Source, StateChoice, Surface, View, Viewport,
};
use crate::study::{FrameState, Image, Library, MadeCover};

use super::clock::Clock;
use super::export::{ExportError, Next, View as Exported};

/// An image as one viewport of an unknown monitor would show it, with all that lies over it: planes, shutter, graphics, texts and
/// the viewport's own words, as they are shipped.
pub struct Still<'a> {
    /// Where the image is found, and its state with it.
    pub library: &'a Library,
    /// The image.
    pub image: &'a Image,
    /// Its pixels: less its mask where that is subtracted.
    pub frame: Arc<Frame>,
    /// The state that it is shown by; `None` as acquired. One of the same UID in the library is taken.
    pub state: Option<&'a PresentationState>,
    /// What is said of masks.
    pub masked: Masked,
    /// Where we look.
    pub view: View,
    /// How it looks.
    pub look: Look,
    /// Width and height of the picture in pixels.
    pub size: (u32, u32),
}

/// Why an image was not drawn with its words.
#[derive(Debug, thiserror::Error)]
pub enum StillError {
    /// Its state is not among what was read.
    #[error("the presentation state is not among the images' own")]
    NoState,
    /// Its colours cannot be told.
    #[error("{0}")]
    Colors(String),
    /// The card did not draw it.
    #[error("{0}")]
    NotDrawn(String),
}

impl From<ExportError> for StillError {
    fn from(why: ExportError) -> Self {
        Self::NotDrawn(why.to_string())
    }
}

impl Still<'_> {
    /// Draws it, red, green and blue of sRGB. On a graphics card alone, which has the letters.
    pub fn draw(self, clock: Clock) -> Result<Raster<[u8; 3]>, StillError> {
        let (session, library) = self.shown()?;
        let view = Exported::of(&session, &library, true, 1).ok_or(ExportError::NoPicture)?;
        let mut drawn = None;
        view.draw(&Keymap::default(), clock, |picture| {
            drawn = Some(picture);
            Ok(Next::Stop)
        })?;
        let picture = drawn.ok_or(ExportError::NoPicture)?;
        let (pixels, _) = picture.bytes.as_chunks::<3>();
        Ok(Raster { width: picture.width, height: picture.height, values: pixels.to_vec() })
    }

    /// A session with the image in its one viewport, and a library with its pixels.
    fn shown(self) -> Result<(Session, Library), StillError> {
        let Self { library: read, image, frame, state, masked, view, look, size } = self;
        let mut library = read.clone();
        let state = match state {
            None => None,
            Some(state) => {
                let known = read.states_of(image).find(|known| known.uid == state.uid);
                Some(known.ok_or(StillError::NoState)?)
            }
        };
        let applied = Applied::of_state(state).subtracting(image, &masked);
        library.put_frame(applied.key(image), FrameState::Ready(Arc::clone(&frame)));
        if let Some(state) = state {
            let cover = Arc::new(state.cover(&image.instance, image.frame, &frame));
            library.put_cover(MadeCover { state: Arc::clone(state), key: image.key(), frame, cover });
        }
        if let Some(profile) = applied.profile(&look, image) {
            let transform = ColorTransform::between(Some(profile), None);
            let transform = transform.map_err(|why| StillError::Colors(why.to_string()))?;
            library.put_color_transform(Arc::new(transform));
        }
        let (display_set, index) = library.locate(&image.key()).ok_or(ExportError::NoPicture)?;
        let choice = state.map_or(StateChoice::AsAcquired, |state| StateChoice::One(state.uid.clone()));
        let viewport = Viewport {
            source: Some(Source { display_set, index }),
            view,
            look,
            presented: Presented { choice, masked, ..Presented::default() },
            ..Viewport::default()
        };
        let mut session = Session::new(SessionSettings::default());
        if let Some(screen) = session.screens.first_mut() {
            let (width, height) = size;
            screen.surface = Surface { width, height, scale: 1.0 };
            screen.viewports = vec![viewport];
        }
        Ok((session, library))
    }
}
