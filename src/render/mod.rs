//! From session to pixels: [`plan`] is pure and gives a [`FramePlan`], plain data; two engines execute it.
//!
//! [`cpu`] is exact and slow, the reference. [`gpu`] draws the screen. Passes end in P-values, or in the colours of the
//! image; only the display pass turns them into driving levels.

mod ahead;
mod canvas;
mod compound;
pub mod cpu;
mod cube;
mod curtain;
mod curved;
mod curved_labels;
mod dash;
mod frame;
mod fused;
mod fused_labels;
pub mod gpu;
mod graphic_memo;
mod graphic_plan;
mod graphics;
mod key_labels;
mod labels;
mod layer;
mod lens;
mod named;
mod outline;
mod overlay;
mod pace;
mod paint;
mod pattern;
mod plan;
mod reformat;
mod rendering;
mod saved;
mod thumbnail;
mod volume_badges;

pub use crate::geometry::Sampling;
pub use ahead::ahead;
pub use cube::CubeFace;
pub use curtain::{CurtainPlan, CurtainSide};
pub use curved::CurvedPass;
pub use frame::{
    Badge, CoverPass, CrosshairPlan, CutPlan, FramePlan, FusedLabel, Labels, Lens, Letters, MarkPlan,
    MarkTone, Over, Overlay, PathPlan, Picture, PixelTransform, Raster, Ruler, SharedPointPlan, SlicePass,
    Tone, ViewportPlan,
};
pub use fused::LayerPass;
pub use graphic_plan::{GraphicPlan, ShadowPlan, ShapePlan, Span, TextPlan};
pub use labels::{short_mm, window_words};
pub use layer::layer_pass;
pub use named::by_series;
pub use pace::{Coarseness, Pace};
pub use paint::Paint;
pub use plan::{gray_transform, on_monitor, plan, sampling_of, slice_pass};
pub use reformat::{ReformatPass, hatching};
pub use rendering::RenderingPass;
pub use saved::{Identity, NotSaved, SavedState, state_of_focus};
pub use thumbnail::{reduced, thumbnail_pass};
