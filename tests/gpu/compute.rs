//! Runs one WGSL function for each of the 65,536 words, over a table and a small volume.

use hotlight::render::gpu::{Gpu, shader};
use wgpu::BufferUsages as Usages;
use wgpu::util::DeviceExt;

use super::harness::scatter;

const WORDS: u32 = 1 << 16;

pub(crate) const ENTRY: &str = "
@group(0) @binding(0) var<storage, read_write> results: array<u32>;
@group(0) @binding(1) var<uniform> parameters: vec4<f32>;
@group(0) @binding(2) var table: texture_2d<u32>;
@group(0) @binding(3) var voxels: texture_2d_array<u32>;

@compute @workgroup_size(64)
fn all_words(@builtin(global_invocation_id) id: vec3<u32>) {
    let unused = u32(parameters.x) * textureLoad(table, vec2(0u), 0).r * textureLoad(voxels, vec2(0u), 0u, 0).r;
    results[id.x] = twin(id.x) + 0u * unused;
}
";

/// `twin(word)` of the text for every word, with the four parameters and the table (or none) in reach.
pub(crate) fn compute(gpu: &Gpu, text: &str, parameters: [f32; 4], table: &[u16]) -> Vec<u32> {
    compute_with(gpu, text, parameters, table, &[])
}

/// The same with constants of the pipeline.
pub(crate) fn compute_with(
    gpu: &Gpu,
    text: &str,
    parameters: [f32; 4],
    table: &[u16],
    constants: &[(&str, f64)],
) -> Vec<u32> {
    let source = shader::resolve_text(&format!("{text}{ENTRY}")).expect("imports that are there");
    run(gpu, &source, parameters, table, constants)
}

/// The same of a whole source.
pub(crate) fn run(
    gpu: &Gpu,
    source: &str,
    parameters: [f32; 4],
    table: &[u16],
    constants: &[(&str, f64)],
) -> Vec<u32> {
    let (device, queue) = (&gpu.device, &gpu.queue);
    let has_cuts = source.contains("var<uniform> cuts");
    // What a source does not read is in no layout, and a changed one may read less.
    let read = if has_cuts { "u32(cuts.masks[7].w) * textureLoad(masks, vec2(0u), 0).r + " } else { "" };
    let source = source.replace("let unused = ", &format!("let unused = {read}"));
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("twin"),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some("twin"),
        layout: None,
        module: &module,
        entry_point: Some("all_words"),
        compilation_options: wgpu::PipelineCompilationOptions {
            constants,
            ..wgpu::PipelineCompilationOptions::default()
        },
        cache: None,
    });
    let buffer = |size: u64, usage| {
        device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
    };
    let bytes = u64::from(WORDS) * 4;
    let results = buffer(bytes, Usages::STORAGE | Usages::COPY_SRC);
    let readable = buffer(bytes, Usages::COPY_DST | Usages::MAP_READ);
    let parameters = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: None,
        contents: bytemuck::cast_slice(&parameters),
        usage: Usages::UNIFORM,
    });
    let table = table_texture(gpu, table);
    let voxels = voxel_texture(gpu);
    // `lib/cut` brings what it reads itself.
    let cuts = has_cuts.then(|| (cuts_block(device), mask_texture(gpu)));
    let mut entries = vec![
        wgpu::BindGroupEntry { binding: 0, resource: results.as_entire_binding() },
        wgpu::BindGroupEntry { binding: 1, resource: parameters.as_entire_binding() },
        wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::TextureView(&table) },
        wgpu::BindGroupEntry { binding: 3, resource: wgpu::BindingResource::TextureView(&voxels) },
    ];
    if let Some((block, masks)) = &cuts {
        entries.extend([
            wgpu::BindGroupEntry { binding: 4, resource: block.as_entire_binding() },
            wgpu::BindGroupEntry { binding: 5, resource: wgpu::BindingResource::TextureView(masks) },
        ]);
    }
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &entries,
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(WORDS / 64, 1, 1);
    }
    encoder.copy_buffer_to_buffer(&results, 0, &readable, 0, bytes);
    queue.submit([encoder.finish()]);
    let (answer, mapped) = crossbeam_channel::bounded(1);
    readable.map_async(wgpu::MapMode::Read, .., move |result| answer.send(result).expect("awaited"));
    Gpu::wait(device).expect("an answer");
    // Another test's wait may make the call-back.
    mapped.recv().expect("an answer").expect("mapped");
    let view = readable.get_mapped_range(..).expect("mapped");
    let words: &[u32] = bytemuck::cast_slice(&view);
    words.to_vec()
}

/// Voxels along each side of the volume.
pub(crate) const SIDE: u32 = 16;

/// The words of one plane of the volume, row by row: neighbours unlike each other.
pub(crate) fn plane_words(plane: u32) -> Vec<u16> {
    (0..SIDE * SIDE).map(|index| scatter(index, plane + 1)).collect()
}

fn voxel_texture(gpu: &Gpu) -> wgpu::TextureView {
    let words: Vec<u16> = (0..SIDE).flat_map(plane_words).collect();
    let texture = gpu.device.create_texture_with_data(
        &gpu.queue,
        &wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: SIDE, height: SIDE, depth_or_array_layers: SIDE },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R16Uint,
            usage: wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        },
        wgpu::util::TextureDataOrder::LayerMajor,
        bytemuck::cast_slice(&words),
    );
    texture.create_view(&wgpu::TextureViewDescriptor {
        dimension: Some(wgpu::TextureViewDimension::D2Array),
        ..wgpu::TextureViewDescriptor::default()
    })
}

/// Three planes and two outlines, and of each one more that does not count, as `CutsBlock` lies.
fn cuts_block(device: &wgpu::Device) -> wgpu::Buffer {
    // A changed source may ask for a longer block than it is.
    let mut words = [0_u32; 256];
    let planes = [-4.5_f32, 0.25, -0.5, 1.0, 30.0, -0.5, 1.25, -1.0, 6.0, 0.5, -0.75, 0.0, -5.0];
    let across = [20.25_f32, 1.0, -0.5, 0.25, 40.75, -0.5, 2.0, 0.75];
    let down = [30.25_f32, 0.5, 1.25, -0.75, 9.75, 1.5, 0.25, 0.5];
    for (first, values) in [(0, &planes[..]), (32, &across[..]), (64, &down[..])] {
        for (word, value) in words[first..].iter_mut().zip(values) {
            *word = value.to_bits();
        }
    }
    words[96..108].copy_from_slice(&[40, 70, 0, 1, 90, 33, 32, 0, 0, 0, 0, 1]);
    device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: None,
        contents: bytemuck::cast_slice(&words),
        usage: Usages::UNIFORM,
    })
}

/// Two masks of noise beside one another.
fn mask_texture(gpu: &Gpu) -> wgpu::TextureView {
    let places = (0..1024).flat_map(|row| (0..64).map(move |column| (column, row)));
    let word = |(column, row)| u32::from(scatter(column, row)) << 16 | u32::from(scatter(row, column + 1));
    let words: Vec<u32> = places.map(word).collect();
    let texture = gpu.device.create_texture_with_data(
        &gpu.queue,
        &wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: 64, height: 1024, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R32Uint,
            usage: wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        },
        wgpu::util::TextureDataOrder::LayerMajor,
        bytemuck::cast_slice(&words),
    );
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}

/// A table as the engine lays it out, of numbers or of 1,024 colours a row; one texel when there is none.
fn table_texture(gpu: &Gpu, entries: &[u16]) -> wgpu::TextureView {
    let (width, height, format) = match entries.len() {
        0 => (1, 1, wgpu::TextureFormat::R16Uint),
        65_536 => (256, 256, wgpu::TextureFormat::R16Uint),
        _ => (1024, 256, wgpu::TextureFormat::Rgba16Uint),
    };
    let entries: &[u16] = if entries.is_empty() { &[0] } else { entries };
    let texture = gpu.device.create_texture_with_data(
        &gpu.queue,
        &wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        },
        wgpu::util::TextureDataOrder::LayerMajor,
        bytemuck::cast_slice(entries),
    );
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}
