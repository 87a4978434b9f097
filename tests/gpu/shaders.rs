//! Every shader composes and validates, and its uniform blocks lie as Rust declares them. Needs no adapter.

use std::collections::BTreeSet;
use std::path::Path;

use hotlight::render::gpu::shader::{ALL, resolve};
use hotlight::render::gpu::{
    CoverBlock, CurvedBlock, CutsBlock, DisplayBlock, LayerBlock, PaneBlock, ReformatBlock, RenderingBlock,
    SlabBlock, SliceBlock, WalkBlock,
};
use naga::valid::{Capabilities, ValidationFlags, Validator};

fn parse(name: &str) -> naga::Module {
    let text = resolve(name).expect("known");
    naga::front::wgsl::parse_str(&text)
        .unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&text)))
}

#[test]
fn every_file_is_embedded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    let files: BTreeSet<String> = [root.clone(), root.join("lib")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "wgsl"))
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below").with_extension("");
            name.to_str().expect("plain").replace('\\', "/")
        })
        .collect();
    let embedded: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, embedded);
}

#[test]
fn every_file_validates() {
    for (name, _) in ALL {
        // No capability beyond what every card has.
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
        let outcome = validator.validate(&parse(name));
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

#[test]
fn libraries_have_no_entry_points_and_the_readme_names_all_others() {
    let readme = include_str!("../../shaders/README.md");
    for (name, _) in ALL {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}.wgsl` |")));
        let row = row.unwrap_or_else(|| panic!("no row for {name}"));
        let entries = parse(name).entry_points;
        assert_eq!(entries.is_empty(), name.starts_with("lib/"), "{name}");
        for entry in entries {
            assert!(row.contains(&format!("`{}`", entry.name)), "{name}: {}", entry.name);
        }
    }
}

/// Members, offsets and size of a uniform block of a shader, or of a part of one.
fn check(name: &str, block: &str, members: &[(&str, usize)], size: usize) {
    let module = parse(name);
    let mut kinds = module.types.iter().map(|(_, kind)| kind);
    let kind = kinds.find(|kind| kind.name.as_deref() == Some(block));
    let kind = kind.unwrap_or_else(|| panic!("{name}: no {block}"));
    let naga::TypeInner::Struct { members: found, span } = &kind.inner else { panic!("{name}") };
    let found: Vec<(&str, usize)> =
        found.iter().map(|it| (it.name.as_deref().unwrap_or(""), it.offset as usize)).collect();
    assert_eq!(found, members, "{name}");
    assert_eq!(*span as usize, size, "{name}");
}

#[test]
fn uniform_blocks_lie_as_rust_declares_them() {
    check("slice", "SliceBlock", SliceBlock::MEMBERS, size_of::<SliceBlock>());
    check("cover", "CoverBlock", CoverBlock::MEMBERS, size_of::<CoverBlock>());
    check("display", "DisplayBlock", DisplayBlock::MEMBERS, size_of::<DisplayBlock>());
    check("layer", "LayerBlock", LayerBlock::MEMBERS, size_of::<LayerBlock>());
    check("pane", "PaneBlock", PaneBlock::MEMBERS, size_of::<PaneBlock>());
    check("pane", "DisplayBlock", DisplayBlock::MEMBERS, size_of::<DisplayBlock>());
    check("reformat", "ReformatBlock", ReformatBlock::MEMBERS, size_of::<ReformatBlock>());
    check("curved", "CurvedBlock", CurvedBlock::MEMBERS, size_of::<CurvedBlock>());
    check("rendering", "RenderingBlock", RenderingBlock::MEMBERS, size_of::<RenderingBlock>());
    check("lib/walk", "WalkBlock", WalkBlock::MEMBERS, size_of::<WalkBlock>());
    check("lib/slab", "SlabBlock", SlabBlock::MEMBERS, size_of::<SlabBlock>());
    check("lib/cut", "CutsBlock", CutsBlock::MEMBERS, size_of::<CutsBlock>());
}
