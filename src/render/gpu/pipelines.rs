//! Pipelines and the layouts of what they read: one entry point of `shaders/` each.

use std::num::NonZeroU64;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::command::Filter;
use crate::geometry::Sampling;
use crate::grayscale::{GrayTransform, VoiFunction};
use crate::volume::Projection;

use super::blocks::{
    CoverBlock, CurvedBlock, DisplayBlock, ReformatBlock, RenderingBlock, SliceBlock, Texels,
};
use super::cuts::{CutCounts, CutsBlock};
use super::device::Gpu;
use super::kept::Kept;
use super::shader::{self, ShaderError};
use super::tiles::Tiles;

/// P-values: integers, so nothing on the way can filter, blend or convert them.
pub(super) const P_VALUES: wgpu::TextureFormat = wgpu::TextureFormat::R16Uint;
/// Red, green and blue, integers too.
pub(super) const COLORS: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Uint;
/// P-values of a layer, and where it is seen.
pub(super) const LAYER: wgpu::TextureFormat = wgpu::TextureFormat::Rg16Uint;
/// The bits of modality values.
pub(super) const BITS: wgpu::TextureFormat = wgpu::TextureFormat::R32Uint;
/// The bits of what was found so far behind a pixel of a picture that is drawn in parts.
const CARRIED: wgpu::TextureFormat = wgpu::TextureFormat::Rgba32Uint;

/// Pipelines of one kind: there is another for each number of planes and outlines that cut, each way in which voxels lie in their
/// texture, each function of the window. Nobody has so many on screen.
const PIPELINES_MAX: usize = 64;

/// Each is made when it is first asked for.
type Made<Key> = Mutex<Kept<Key, wgpu::RenderPipeline>>;

#[derive(Debug)]
pub(super) struct Pipelines {
    /// A uniform block and a texture: group 0 of slice, cover and display.
    pub(super) slice_layout: wgpu::BindGroupLayout,
    pub(super) cover_layout: wgpu::BindGroupLayout,
    pub(super) display_layout: wgpu::BindGroupLayout,
    /// A uniform block, voxels, bricks, the table of planes, and what cuts: a uniform block and masks of outlines; and what was found
    /// before.
    pub(super) reformat_layout: wgpu::BindGroupLayout,
    /// A uniform block, voxels, the table of planes, the table of lines, and what was found before.
    pub(super) curved_layout: wgpu::BindGroupLayout,
    /// As a reformat, and a transfer function.
    pub(super) rendering_layout: wgpu::BindGroupLayout,
    /// A table of 65,536 entries: group 1.
    pub(super) table_layout: wgpu::BindGroupLayout,
    pub(super) by_table: wgpu::RenderPipeline,
    pub(super) cover: wgpu::RenderPipeline,
    pub(super) cover_color: wgpu::RenderPipeline,
    pub(super) tint: wgpu::RenderPipeline,
    pub(super) display: wgpu::RenderPipeline,
    pub(super) display_dithered: wgpu::RenderPipeline,
    pub(super) display_color: wgpu::RenderPipeline,
    display_lattice: OnceLock<wgpu::RenderPipeline>,
    display_palette: OnceLock<wgpu::RenderPipeline>,
    display_module: wgpu::ShaderModule,
    target: wgpu::TextureFormat,
    pub(super) display_tint: wgpu::RenderPipeline,
    slice_module: wgpu::ShaderModule,
    slices: Made<SliceKind>,
    enlarge_module: wgpu::ShaderModule,
    /// By what they draw and how many times as wide and high.
    enlarges: Made<(wgpu::TextureFormat, u32)>,
    reformat_module: wgpu::ShaderModule,
    reformats: Made<ReformatKind>,
    curved_module: wgpu::ShaderModule,
    curved: Made<ReformatKind>,
    rendering_module: wgpu::ShaderModule,
    /// By what voxels are, how much cuts, and what is drawn.
    renderings: Made<(VoxelKind, CutCounts, SliceEntry)>,
}

/// What a slice is drawn by, other than the one table: an entry point of `shaders/slice.wgsl` and its constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SliceKind {
    pub(super) entry: SliceEntry,
    pub(super) filter: Filter,
    pub(super) sampling: Sampling,
    pub(super) voi: VoiFunction,
    pub(super) texels: Texels,
    /// Whether pixels may hold no value.
    pub(super) has_holes: bool,
}

/// What a plane or a slab is drawn by, flat or along a curve: an entry point of `shaders/reformat.wgsl` or `shaders/curved.wgsl`,
/// and its constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ReformatKind {
    pub(super) entry: SliceEntry,
    pub(super) voi: VoiFunction,
    pub(super) sampling: Sampling,
    /// What of several planes is shown; none of a single one.
    pub(super) projection: Option<Projection>,
    pub(super) voxels: VoxelKind,
    pub(super) cuts: CutCounts,
}

impl ReformatKind {
    /// What is found by it, whatever is made of that.
    pub(super) fn of_found(self) -> Self {
        Self { entry: SliceEntry::Carried, voi: VoiFunction::default(), ..self }
    }
}

/// What the voxels of a volume on the card are: constants of `shaders/lib/voxel.wgsl`.
#[expect(clippy::struct_excessive_bools, reason = "each is a constant of a pipeline")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct VoxelKind {
    pub(super) texels: Texels,
    /// Whether voxels may hold no value.
    pub(super) has_holes: bool,
    /// Whether planes are lacking.
    pub(super) has_missing: bool,
    /// Whether texels hold the next voxel too.
    pub(super) has_pairs: bool,
    /// Whether the picture is drawn in parts.
    pub(super) is_part: bool,
    /// Where voxels lie, if not where they do in the volume.
    pub(super) tiles: Option<Tiles>,
}

impl VoxelKind {
    fn constants(self, sampling: Sampling) -> Vec<(&'static str, f64)> {
        let flag = |is_set: bool| f64::from(u8::from(is_set));
        let mut constants = vec![
            ("sampling", sampling_code(sampling)),
            ("texel_encoding", f64::from(self.texels as u32)),
            ("has_holes", flag(self.has_holes)),
            ("has_missing", flag(self.has_missing)),
            ("has_pairs", flag(self.has_pairs)),
            ("is_part", flag(self.is_part)),
        ];
        if let Some(Tiles { tile, layers, of_layer, .. }) = self.tiles {
            constants.extend([
                ("has_tiles", 1.0),
                ("tile_columns", f64::from(tile[0])),
                ("tile_rows", f64::from(tile[1])),
                ("layers", f64::from(layers)),
                ("tiles_beside", f64::from(of_layer[0])),
            ]);
        }
        constants
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SliceEntry {
    Formula,
    Curve,
    Color,
    Modality,
    /// What lies over another picture.
    LayerFormula,
    LayerCurve,
    /// What was found so far, of a picture that is drawn in parts.
    Carried,
}

impl SliceEntry {
    const fn name(self) -> &'static str {
        match self {
            Self::Formula => "p_value_by_formula",
            Self::Curve => "p_value_by_curve",
            Self::Color => "color",
            Self::Modality => "modality_bits",
            Self::LayerFormula => "layer_by_formula",
            Self::LayerCurve => "layer_by_curve",
            Self::Carried => "carried",
        }
    }

    pub(super) const fn format(self) -> wgpu::TextureFormat {
        match self {
            Self::Formula | Self::Curve => P_VALUES,
            Self::Color => COLORS,
            Self::Modality => BITS,
            Self::LayerFormula | Self::LayerCurve => LAYER,
            Self::Carried => CARRIED,
        }
    }

    /// The function of the window that it goes through.
    pub(super) fn voi(self, transform: &GrayTransform) -> VoiFunction {
        if self == Self::Carried { VoiFunction::default() } else { transform.window.function() }
    }

    /// Whether it goes through a curve behind the window.
    pub(super) const fn has_curve(self) -> bool {
        matches!(self, Self::Curve | Self::LayerCurve)
    }
}

impl Pipelines {
    pub(super) fn new(gpu: &Gpu, target: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        let slice_layout = group_layout(gpu, &[block::<SliceBlock>(0), texture(1)]);
        let words = wgpu::TextureSampleType::Uint;
        let reals = wgpu::TextureSampleType::Float { filterable: false };
        let volume = texture_of(1, words, wgpu::TextureViewDimension::D2Array);
        let ranges = texture_of(2, reals, wgpu::TextureViewDimension::D3);
        let (cuts, masks) = (block::<CutsBlock>(4), texture(5));
        let reformat_layout = group_layout(
            gpu,
            &[block::<ReformatBlock>(0), volume, ranges, texture(3), cuts, masks, texture(6)],
        );
        let lines = texture_of(3, reals, wgpu::TextureViewDimension::D2);
        let curved_layout =
            group_layout(gpu, &[block::<CurvedBlock>(0), volume, texture(2), lines, texture(4)]);
        let transfer = texture_of(6, reals, wgpu::TextureViewDimension::D2);
        let rendering_layout = group_layout(
            gpu,
            &[block::<RenderingBlock>(0), volume, ranges, texture(3), cuts, masks, transfer, texture(7)],
        );
        let cover_layout = group_layout(gpu, &[block::<CoverBlock>(0), texture(1)]);
        let display_layout = group_layout(gpu, &[block::<DisplayBlock>(0), texture(1)]);
        let table_layout = group_layout(gpu, &[texture(0)]);
        let slice_module = module(gpu, "slice")?;
        let cover_module = module(gpu, "cover")?;
        let display_module = module(gpu, "display")?;
        let pipeline =
            |module, entry, layouts: &[_], format| pipeline(gpu, module, entry, layouts, format, &[]);
        let display = |constants: &[(&str, f64)]| {
            let layouts = [Some(&display_layout), Some(&table_layout)];
            self::pipeline(gpu, &display_module, "panel_level", &layouts, target, constants)
        };
        let cover = |entry, format| pipeline(&cover_module, entry, &[Some(&cover_layout)], format);
        let pipelines = Self {
            enlarge_module: module(gpu, "enlarge")?,
            enlarges: none(),
            by_table: pipeline(
                &slice_module,
                "p_value_by_table",
                &[Some(&slice_layout), Some(&table_layout)],
                P_VALUES,
            ),
            cover: cover("laid_over", P_VALUES),
            cover_color: cover("laid_over", COLORS),
            tint: cover("tinted", COLORS),
            display: display(&[]),
            display_dithered: display(&[("is_dithered", 1.0)]),
            display_color: display(&[("is_color", 1.0)]),
            display_tint: display(&[("is_color", 1.0), ("has_gaps", 1.0)]),
            display_lattice: OnceLock::new(),
            display_palette: OnceLock::new(),
            display_module,
            target,
            reformat_module: module(gpu, "reformat")?,
            reformats: none(),
            curved_module: module(gpu, "curved")?,
            curved: none(),
            rendering_module: module(gpu, "rendering")?,
            renderings: none(),
            slice_layout,
            reformat_layout,
            curved_layout,
            rendering_layout,
            cover_layout,
            display_layout,
            table_layout,
            slice_module,
            slices: none(),
        };
        // Usual pictures do not wait for theirs.
        for (entry, texels, has_holes) in [
            (SliceEntry::Formula, Texels::Unsigned, false),
            (SliceEntry::Formula, Texels::Unsigned, true),
            (SliceEntry::Formula, Texels::Signed, false),
            (SliceEntry::Formula, Texels::Signed, true),
            (SliceEntry::Color, Texels::Color, false),
        ] {
            let (filter, sampling, voi) = (Filter::None, Sampling::Linear, VoiFunction::Linear);
            pipelines.slice(gpu, SliceKind { entry, filter, sampling, voi, texels, has_holes });
        }
        Ok(pipelines)
    }

    /// A table, as pipelines read it.
    pub(super) fn table_group(&self, gpu: &Gpu, table: &wgpu::TextureView) -> wgpu::BindGroup {
        group(gpu, &self.table_layout, &[wgpu::BindingResource::TextureView(table)])
    }

    /// Colours through the lattice of two profiles.
    pub(super) fn display_lattice(&self, gpu: &Gpu) -> &wgpu::RenderPipeline {
        self.display_lattice.get_or_init(|| self.display_with(gpu, "has_lattice"))
    }

    /// Gray through a palette.
    pub(super) fn display_palette(&self, gpu: &Gpu) -> &wgpu::RenderPipeline {
        self.display_palette.get_or_init(|| self.display_with(gpu, "has_palette"))
    }

    fn display_with(&self, gpu: &Gpu, constant: &str) -> wgpu::RenderPipeline {
        let layouts = [Some(&self.display_layout), Some(&self.table_layout)];
        pipeline(gpu, &self.display_module, "panel_level", &layouts, self.target, &[(constant, 1.0)])
    }

    pub(super) fn slice(&self, gpu: &Gpu, kind: SliceKind) -> wgpu::RenderPipeline {
        let make = || {
            let constants = [
                ("filtering", filter_code(kind.filter)),
                ("sampling", sampling_code(kind.sampling)),
                ("voi_function", voi_code(kind.voi)),
                ("texel_encoding", f64::from(kind.texels as u32)),
                ("has_holes", f64::from(u8::from(kind.has_holes))),
            ];
            let curve = (kind.entry == SliceEntry::Curve).then_some(&self.table_layout);
            let layouts = [Some(&self.slice_layout), curve];
            let layouts = if curve.is_some() { &layouts[..] } else { &layouts[..1] };
            pipeline(gpu, &self.slice_module, kind.entry.name(), layouts, kind.entry.format(), &constants)
        };
        made(&self.slices, kind, make)
    }

    /// A picture so many times as wide and high.
    pub(super) fn enlarge(&self, gpu: &Gpu, format: wgpu::TextureFormat, times: u32) -> wgpu::RenderPipeline {
        let make = || {
            let entry = if format == P_VALUES { "enlarged" } else { "enlarged_color" };
            let constants = [("times", f64::from(times))];
            pipeline(gpu, &self.enlarge_module, entry, &[Some(&self.table_layout)], format, &constants)
        };
        made(&self.enlarges, (format, times), make)
    }

    pub(super) fn reformat(&self, gpu: &Gpu, kind: ReformatKind) -> wgpu::RenderPipeline {
        made(&self.reformats, kind, || self.of_kind(gpu, kind, &self.reformat_module, &self.reformat_layout))
    }

    /// Along a curve.
    pub(super) fn curved(&self, gpu: &Gpu, kind: ReformatKind) -> wgpu::RenderPipeline {
        made(&self.curved, kind, || self.of_kind(gpu, kind, &self.curved_module, &self.curved_layout))
    }

    fn of_kind(
        &self,
        gpu: &Gpu,
        kind: ReformatKind,
        module: &wgpu::ShaderModule,
        layout: &wgpu::BindGroupLayout,
    ) -> wgpu::RenderPipeline {
        let mut constants = kind.voxels.constants(kind.sampling);
        constants.push(("projection", projection_code(kind.projection)));
        constants.push(("voi_function", voi_code(kind.voi)));
        constants.extend(kind.cuts.constants());
        let layouts = [Some(layout), Some(&self.table_layout)];
        let layouts = if kind.entry.has_curve() { &layouts[..] } else { &layouts[..1] };
        pipeline(gpu, module, kind.entry.name(), layouts, kind.entry.format(), &constants)
    }

    /// Of a volume under light, of which so much is cut away.
    pub(super) fn rendering(
        &self,
        gpu: &Gpu,
        voxels: VoxelKind,
        cuts: CutCounts,
        entry: SliceEntry,
    ) -> wgpu::RenderPipeline {
        let make = || {
            let mut constants = voxels.constants(Sampling::Linear);
            constants.extend(cuts.constants());
            let layouts = [Some(&self.rendering_layout)];
            pipeline(gpu, &self.rendering_module, entry.name(), &layouts, entry.format(), &constants)
        };
        made(&self.renderings, (voxels, cuts, entry), make)
    }
}

const fn none<Key: PartialEq>() -> Made<Key> {
    Mutex::new(Kept::new(PIPELINES_MAX))
}

fn made<Key: PartialEq>(
    all: &Made<Key>,
    key: Key,
    make: impl FnOnce() -> wgpu::RenderPipeline,
) -> wgpu::RenderPipeline {
    all.lock().unwrap_or_else(PoisonError::into_inner).of(key, make)
}

/// `VOI_…` in `shaders/lib/voi.wgsl`, as pipelines take their constants.
const fn voi_code(function: VoiFunction) -> f64 {
    match function {
        VoiFunction::Linear => 0.0,
        VoiFunction::LinearExact => 1.0,
        VoiFunction::Sigmoid => 2.0,
    }
}

/// `FILTER_…` in `shaders/lib/filter.wgsl`.
const fn filter_code(filter: Filter) -> f64 {
    match filter {
        Filter::None => 0.0,
        Filter::Smooth => 1.0,
        Filter::Sharpen => 2.0,
    }
}

/// `SAMPLING_…` in `shaders/lib/sample.wgsl`.
const fn sampling_code(sampling: Sampling) -> f64 {
    match sampling {
        Sampling::Nearest => 0.0,
        Sampling::Linear => 1.0,
        Sampling::Cubic => 2.0,
    }
}

/// `PROJECTION_…` in `shaders/lib/slab.wgsl`.
const fn projection_code(projection: Option<Projection>) -> f64 {
    match projection {
        None => 0.0,
        Some(Projection::Maximum) => 1.0,
        Some(Projection::Minimum) => 2.0,
        Some(Projection::Mean) => 3.0,
    }
}

/// What a pipeline reads, in the order of the bindings from 0.
pub(super) fn group(
    gpu: &Gpu,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource<'_>],
) -> wgpu::BindGroup {
    let entries: Vec<_> = (0..)
        .zip(resources)
        .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource: resource.clone() })
        .collect();
    gpu.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout, entries: &entries })
}

/// Room for a uniform block.
pub(super) fn block_buffer<Block>(gpu: &Gpu, label: &str) -> wgpu::Buffer {
    gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: size_of::<Block>() as u64,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

pub(super) fn group_layout(gpu: &Gpu, entries: &[wgpu::BindGroupLayoutEntry]) -> wgpu::BindGroupLayout {
    gpu.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries })
}

pub(super) fn block<Block>(binding: u32) -> wgpu::BindGroupLayoutEntry {
    entry(
        binding,
        wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: false,
            min_binding_size: NonZeroU64::new(size_of::<Block>() as u64),
        },
    )
}

pub(super) const fn texture(binding: u32) -> wgpu::BindGroupLayoutEntry {
    texture_of(binding, wgpu::TextureSampleType::Uint, wgpu::TextureViewDimension::D2)
}

pub(super) const fn texture_of(
    binding: u32,
    sample_type: wgpu::TextureSampleType,
    view_dimension: wgpu::TextureViewDimension,
) -> wgpu::BindGroupLayoutEntry {
    entry(binding, wgpu::BindingType::Texture { sample_type, view_dimension, multisampled: false })
}

pub(super) const fn entry(binding: u32, ty: wgpu::BindingType) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::FRAGMENT, ty, count: None }
}

pub(super) fn module(gpu: &Gpu, name: &str) -> Result<wgpu::ShaderModule, ShaderError> {
    let source = wgpu::ShaderSource::Wgsl(shader::resolve(name)?.into());
    Ok(gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(name), source }))
}

pub(super) fn pipeline(
    gpu: &Gpu,
    module: &wgpu::ShaderModule,
    entry: &str,
    layouts: &[Option<&wgpu::BindGroupLayout>],
    format: wgpu::TextureFormat,
    constants: &[(&str, f64)],
) -> wgpu::RenderPipeline {
    let target = wgpu::ColorTargetState { format, blend: None, write_mask: wgpu::ColorWrites::ALL };
    pipeline_onto(gpu, module, entry, layouts, target, constants)
}

/// The same, blended with what is there or not.
pub(super) fn pipeline_onto(
    gpu: &Gpu,
    module: &wgpu::ShaderModule,
    entry: &str,
    layouts: &[Option<&wgpu::BindGroupLayout>],
    target: wgpu::ColorTargetState,
    constants: &[(&str, f64)],
) -> wgpu::RenderPipeline {
    let layout = gpu.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(entry),
        bind_group_layouts: layouts,
        immediate_size: 0,
    });
    let compilation_options =
        wgpu::PipelineCompilationOptions { constants, ..wgpu::PipelineCompilationOptions::default() };
    gpu.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(entry),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some("cover"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(entry),
            compilation_options,
            targets: &[Some(target)],
        }),
        multiview_mask: None,
        cache: None,
    })
}
