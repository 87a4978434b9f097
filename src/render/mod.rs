//! From session to pixels: [`plan`] is pure and gives a [`FramePlan`], plain data; two engines execute it.
//!
//! [`cpu`] is exact and slow, the reference. [`gpu`] draws the screen. Passes end in P-values, or in the colours of the
//! image; only the display pass turns them into driving levels.

mod canvas;
mod compound;
pub mod cpu;
mod dash;
mod frame;
pub mod gpu;
mod graphic_plan;
mod graphics;
mod labels;
mod lens;
mod named;
mod outline;
mod overlay;
mod paint;
mod plan;
mod reformat;
mod rendering;
mod saved;
mod thumbnail;

pub use crate::geometry::Sampling;
pub use frame::{
    Badge, CoverPass, CrosshairPlan, FramePlan, Labels, Lens, Letters, MarkPlan, MarkTone, Over, Overlay,
    Picture, PixelTransform, Raster, Ruler, SharedPointPlan, SlicePass, Tone, ViewportPlan,
};
pub use graphic_plan::{GraphicPlan, ShadowPlan, ShapePlan, Span, TextPlan};
pub use labels::{short_mm, window_words};
pub use named::by_series;
pub use paint::Paint;
pub use plan::{gray_transform, on_monitor, plan, sampling_of, slice_pass};
pub use reformat::{ReformatPass, hatching};
pub use rendering::{Camera, RenderingPass};
pub use saved::{Identity, NotSaved, SavedState, state_of_focus};
pub use thumbnail::{reduced, thumbnail_pass};
