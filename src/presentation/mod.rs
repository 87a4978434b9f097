//! Softcopy presentation states: how images are to be shown, as one reader saw them. PS3.3 A.33; rules S-1 to S-13.
//!
//! A state replaces what its images say of their presentation: a module that it lacks is the identity. Rule P-22.

mod cover;
mod document;
mod graphic;
mod key_objects;
mod passport;
mod read;
mod state;
mod style;
mod write;

pub use cover::StateCover;
pub use graphic::{
    Anchor, CompoundKind, CompoundObject, GraphicAnnotation, GraphicKind, GraphicLayer, GraphicObject,
    GraphicUnits, Justification, TextBox, TextObject, TickSide, Ticks,
};
pub use key_objects::{KeyObjects, KeyTitle};
pub use passport::DisplayPassport;
pub use state::{
    AreaSize, Blending, DisplayedArea, OverlayActivation, PresentationLut, PresentationState,
    ReferencedImage, ReferencedSeries, SoftcopyVoi, StateColors, StateKind, StateModality, StateShutter,
    StateTable, StateVoi, Subset,
};
pub use style::{Face, FillPattern, FillStyle, LineStyle, Shadow, TextStyle, Tint, VerticalAlignment};
