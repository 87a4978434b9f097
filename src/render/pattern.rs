//! A test pattern, drawn by what draws images: a pixel of it is a pixel of the monitor.

use crate::calibration::SignalPath;
use crate::color::ProfileId;
use crate::command::Filter;
use crate::dicom::Pixels;
use crate::geometry::{Map, Point, Sampling};
use crate::grayscale::{GrayTransform, ModalityLut, Polarity, Window};
use crate::session::{DeviceRect, PatternOrder, Screen};
use crate::study::{FrameState, Library};

use super::frame::{FramePlan, Labels, Overlay, Picture, PixelTransform, SlicePass, ViewportPlan};

/// What a window shows that a test pattern fills; none where none does.
pub(super) fn plan(screen: &Screen, library: &Library) -> Option<FramePlan> {
    let shown = screen.pattern.as_ref()?;
    let order = screen.pattern_order()?;
    let size = order.size;
    let picture = match library.frame(&order.key) {
        None => Picture::Loading,
        Some(FrameState::Failed(why)) => Picture::Failed(why.clone()),
        Some(FrameState::Ready(frame)) => {
            let is_color = matches!(frame.pixels, Pixels::Color(_));
            Picture::Slice(Box::new(pass(order, is_color)?))
        }
    };
    let whole = DeviceRect { x: 0, y: 0, width: size.0, height: size.1 };
    let viewport = ViewportPlan {
        index: 0,
        tile: 0,
        rect: whole,
        clip: whole,
        is_focused: false,
        picture,
        labels: Labels::default(),
        overlay: Overlay::default(),
        lens: None,
    };
    Some(FramePlan {
        surface: screen.surface,
        viewports: vec![viewport],
        curtain: None,
        // Around the table levels are as they are.
        is_dithered: screen.is_dithered && shown.path == SignalPath::Through,
        pattern: Some(shown.path),
        readout: None,
    })
}

/// Stored values of 16 bits are P-values.
fn pass(order: PatternOrder, is_color: bool) -> Option<SlicePass> {
    let window = Window::new(32768.0, 65536.0).ok()?;
    let gray = GrayTransform::new(ModalityLut::IDENTITY, window, Polarity::Identity);
    Some(SlicePass {
        frame: order.key,
        image_size: order.size,
        view_size: order.size,
        image_from_view: Map::scale_then_move(1.0, 1.0, Point::flat(0.0, 0.0)),
        filter: Filter::None,
        sampling: Sampling::Nearest,
        transform: if is_color {
            PixelTransform::Color { is_inverted: false }
        } else {
            PixelTransform::Gray(gray)
        },
        cover: None,
        state_cells: None,
        palette: None,
        colors: ProfileId::SRGB,
        monitor: None,
        layer: None,
    })
}
