//! The graphics card.

use crate::render::gpu::{Gpu, GpuError};

use super::finding::{Check, Finding};

const CHECK: Check = Check::Graphics;

pub(super) fn look() -> Finding {
    match Gpu::headless() {
        Ok(gpu) => {
            let (side, layers) = gpu.largest();
            let what = format!(
                "{}: images up to {side} pixels a side, volumes up to {layers} planes in one piece",
                gpu.adapter
            );
            if gpu.adapter.is_software {
                let remedy = "Install the driver of the graphics card: the processor draws in its place, which is slow";
                Finding::warn(CHECK, what, remedy)
            } else {
                Finding::ok(CHECK, what)
            }
        }
        Err(error) => {
            let remedy = if error == GpuError::NoAdapter {
                "Install a driver: no image is shown without one"
            } else {
                "Update the driver of the graphics card, or use another card: no image is shown without one"
            };
            Finding::fail(CHECK, error.to_string(), remedy)
        }
    }
}
