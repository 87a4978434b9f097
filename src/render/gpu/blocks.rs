//! Uniform blocks: declared once here, in the order and with the names of the WGSL; a test compares both.

use crate::grayscale::{Polarity, VoiFunction};

use super::super::frame::{Sampling, SlicePass};

macro_rules! block {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $member:ident: $kind:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
        #[repr(C)]
        pub struct $name {
            $($(#[$about])* pub(super) $member: $kind,)+
        }

        impl $name {
            /// Name and offset of each member.
            pub const MEMBERS: &[(&str, usize)] =
                &[$((stringify!($member), std::mem::offset_of!($name, $member))),+];
        }
    };
}

block! {
    /// What `shaders/slice.wgsl` is told.
    SliceBlock {
        /// Step in the image from one device pixel to the next on the right.
        x_axis: [f32; 2],
        /// Step in the image from one device pixel to the next below.
        y_axis: [f32; 2],
        /// Image position of the viewport's outer corner.
        origin: [f32; 2],
        /// Rescale Slope.
        slope: f32,
        /// Rescale Intercept.
        intercept: f32,
        /// Window Center.
        center: f32,
        /// Window Width.
        width: f32,
        /// VOI LUT Function.
        voi_function: u32,
        /// Whether low values are light.
        is_inverse: u32,
        /// How values between pixels are found.
        sampling: u32,
        /// Whether a word is a two's complement number.
        is_signed: u32,
    }
}

block! {
    /// What `shaders/display.wgsl` is told.
    DisplayBlock {
        /// Left edge of the viewport on its surface.
        left: u32,
        /// Top edge of the viewport on its surface.
        top: u32,
        /// The driving level that is the panel's white.
        highest: u32,
    }
}

impl SliceBlock {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is what the card computes in")]
    pub(super) fn of(pass: &SlicePass, is_signed: bool) -> Self {
        let (map, gray) = (&pass.image_from_view, &pass.gray);
        let pair = |xyz: glam::DVec3| [xyz.x as f32, xyz.y as f32];
        Self {
            x_axis: pair(map.x_axis().xyz),
            y_axis: pair(map.y_axis().xyz),
            origin: pair(map.origin().xyz),
            slope: gray.rescale.slope as f32,
            intercept: gray.rescale.intercept as f32,
            center: gray.window.center() as f32,
            width: gray.window.width() as f32,
            voi_function: voi_code(gray.window.function()),
            is_inverse: u32::from(gray.polarity == Polarity::Inverse),
            sampling: sampling_code(pass.sampling),
            is_signed: u32::from(is_signed),
        }
    }
}

/// `VOI_…` in `shaders/lib/voi.wgsl`.
const fn voi_code(function: VoiFunction) -> u32 {
    match function {
        VoiFunction::Linear => 0,
        VoiFunction::LinearExact => 1,
        VoiFunction::Sigmoid => 2,
    }
}

/// `SAMPLING_…` in `shaders/lib/sample.wgsl`.
const fn sampling_code(sampling: Sampling) -> u32 {
    match sampling {
        Sampling::Nearest => 0,
        Sampling::Linear => 1,
        Sampling::Cubic => 2,
    }
}
