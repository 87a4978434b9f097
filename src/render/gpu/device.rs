//! The card: which one, what is asked of it, and what may go wrong.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::shader::ShaderError;

/// The interfaces that are used: the first tier of wgpu's desktop support. OpenGL lacks what the passes need.
pub const BACKENDS: wgpu::Backends =
    wgpu::Backends::VULKAN.union(wgpu::Backends::METAL).union(wgpu::Backends::DX12);

/// How long a picture may take before the card counts as hung. Tests are drawn by a CPU that plays the card, and does much else.
pub(super) const PATIENCE: Duration = Duration::from_secs(if cfg!(feature = "testing") { 180 } else { 10 });

/// A card, opened.
#[derive(Debug, Clone)]
pub struct Gpu {
    /// Makes textures and pipelines.
    pub device: wgpu::Device,
    /// Takes commands.
    pub queue: wgpu::Queue,
    /// Which card it is, in words.
    pub adapter: AdapterWords,
    lost: Arc<AtomicBool>,
}

/// Which card it is, in words: for `info`, logs and bug reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdapterWords {
    /// The card's name.
    pub name: String,
    /// The interface it is driven by: `vulkan`, `metal`, `dx12`.
    pub backend: String,
    /// The driver and its version.
    pub driver: String,
    /// Whether the CPU plays the card.
    pub is_software: bool,
}

/// Why there is no picture from the card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    /// No card and no software one.
    #[error(
        "no graphics adapter was found: install a graphics driver; without a card, Debian's and Ubuntu's \
         mesa-vulkan-drivers is a software one"
    )]
    NoAdapter,
    /// The card does not give what is asked.
    #[error("the graphics adapter {name} cannot be used: {why}")]
    Device {
        /// The card.
        name: String,
        /// The driver's words.
        why: String,
    },
    /// The card is gone: unplugged, reset or its driver restarted.
    #[error("the graphics adapter was lost")]
    Lost,
    /// The card does not finish.
    #[error("the graphics adapter did not answer within {} s", PATIENCE.as_secs())]
    Timeout,
    /// The card's memory is full.
    #[error("the graphics adapter has no memory left for {what}")]
    OutOfMemory {
        /// What was to be drawn.
        what: &'static str,
    },
    /// A mistake of ours that the driver noticed.
    #[error("the graphics adapter refused {what}: {why}")]
    Refused {
        /// What was to be drawn.
        what: &'static str,
        /// Its words.
        why: String,
    },
    /// A picture or frame that no texture holds.
    #[error("a {what} of {width} × {height} is too large for the graphics adapter ({limit})")]
    TooLarge {
        /// A picture or a frame.
        what: &'static str,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The limit, with its unit.
        limit: String,
    },
    /// A volume that no texture holds.
    #[error(
        "a volume of {columns} × {rows} × {slices} voxels is too large for the graphics adapter ({limit})"
    )]
    VolumeTooLarge {
        /// Voxels along a row.
        columns: u32,
        /// Voxels down a column.
        rows: u32,
        /// Planes.
        slices: u32,
        /// The limit, with its unit.
        limit: String,
    },
    /// Not the frame of the pass, or one whose pixels do not fill it.
    #[error("the frame of {found} is not the one that was planned, of {planned}")]
    Frame {
        /// Columns × rows, pixels and their kind found.
        found: String,
        /// Columns × rows and kind that the pass expects.
        planned: String,
    },
    /// The surface would change what is written to it.
    #[error("a surface of format {format} does not take driving levels as they are")]
    Format {
        /// wgpu's name of it.
        format: String,
    },
    /// A table for another kind of surface.
    #[error("a display table of {levels} driving levels does not fit a surface of {most}")]
    Levels {
        /// Driving levels of the table.
        levels: u32,
        /// Driving levels of the surface.
        most: u32,
    },
    /// Too many windows with tables.
    #[error("no more than {most} windows can have a display table")]
    Screens {
        /// The most that can.
        most: usize,
    },
    /// A shader names what is not there.
    #[error(transparent)]
    Shader(#[from] ShaderError),
}

impl Gpu {
    /// Opens a card for pictures that no window shows. Cards come before their imitation on the CPU.
    pub fn headless() -> Result<Self, GpuError> {
        pollster::block_on(async {
            let descriptor = wgpu::InstanceDescriptor {
                backends: BACKENDS,
                ..wgpu::InstanceDescriptor::new_without_display_handle()
            };
            let options = wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                ..wgpu::RequestAdapterOptions::default()
            };
            let adapter = wgpu::Instance::new(descriptor).request_adapter(&options).await;
            let adapter = adapter.ok().ok_or(GpuError::NoAdapter)?;
            match adapter.request_device(&device_descriptor(&adapter)).await {
                Ok((device, queue)) => Ok(Self::of(&adapter, device, queue)),
                Err(e) => Err(GpuError::Device { name: adapter.get_info().name, why: e.to_string() }),
            }
        })
    }

    /// A card that someone else opened, as eframe does. Takes the device's one call-back for loss.
    pub fn of(adapter: &wgpu::Adapter, device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let lost = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&lost);
        device.set_device_lost_callback(move |_, _| flag.store(true, Ordering::Relaxed));
        Self { device, queue, adapter: AdapterWords::of(&adapter.get_info()), lost }
    }

    /// Whether the card is gone. It does not come back: open it again.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// What an image and a volume may measure: the largest width or height of a texture, and its most layers.
    pub fn largest(&self) -> (u32, u32) {
        (self.side_max(), self.device.limits().max_texture_array_layers)
    }

    /// The largest width or height of a texture.
    pub(super) fn side_max(&self) -> u32 {
        self.device.limits().max_texture_dimension_2d
    }

    /// Runs commands whose failure is a value, not a panic.
    pub(super) fn try_to<T>(
        &self,
        what: &'static str,
        run: impl FnOnce() -> Result<T, GpuError>,
    ) -> Result<T, GpuError> {
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let result = run();
        let memory = pollster::block_on(memory.pop());
        let validation = pollster::block_on(validation.pop());
        if self.is_lost() {
            return Err(GpuError::Lost);
        }
        match (memory, validation) {
            // Without memory, what follows is invalid too: the cause comes first.
            (Some(_), _) => Err(GpuError::OutOfMemory { what }),
            (None, Some(error)) => Err(GpuError::Refused { what, why: error.to_string() }),
            (None, None) => result,
        }
    }

    /// Waits until the card has done what was submitted, but not forever.
    pub fn wait(device: &wgpu::Device) -> Result<(), GpuError> {
        let wait = wgpu::PollType::Wait { submission_index: None, timeout: Some(PATIENCE) };
        match device.poll(wait) {
            Ok(_) => Ok(()),
            Err(wgpu::PollError::Timeout) => Err(GpuError::Timeout),
            Err(wgpu::PollError::WrongSubmissionIndex(..)) => Err(GpuError::Lost),
        }
    }
}

impl AdapterWords {
    /// Those of a card that is open.
    pub fn of(info: &wgpu::AdapterInfo) -> Self {
        Self {
            name: info.name.clone(),
            backend: info.backend.to_string(),
            driver: [info.driver.as_str(), &info.driver_info].join(" ").trim().to_owned(),
            is_software: info.device_type == wgpu::DeviceType::Cpu,
        }
    }
}

impl fmt::Display for AdapterWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.name, self.backend, self.driver)
    }
}

/// What is asked of a card, here and by eframe's own set-up.
///
/// Of the features only its clock, where it has one: the passes load integers and compute. Of the limits only the side of a texture matters, which bounds
/// the image and the viewport: as large as the card has it, and at least 8192, which a wide screen or a mammogram of
/// 16 bits takes. A card with less is refused when it is opened, not at the first large image. Volumes lie in as many
/// layers as the card has, and at least 256.
pub fn device_descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    let (base, most) = (wgpu::Limits::default(), adapter.limits());
    wgpu::DeviceDescriptor {
        label: Some("hotlight"),
        required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
        required_limits: wgpu::Limits {
            max_texture_dimension_2d: most.max_texture_dimension_2d.max(8192),
            max_texture_array_layers: most.max_texture_array_layers.max(base.max_texture_array_layers),
            ..base
        },
        ..wgpu::DeviceDescriptor::default()
    }
}
