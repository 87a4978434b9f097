//! About Hotlight on the whole program: what draws is named, and the clipboard gets all of it, and no patient.

use egui::OutputCommand;
use egui_kittest::kittest::Queryable;
use hotlight::session::NOTICE;

use super::Window;

impl Window {
    /// What the next frames give to the clipboard as text.
    fn copied(&mut self) -> Option<String> {
        (0..5).find_map(|_| {
            self.harness.step();
            let mut commands = self.harness.output().platform_output.commands.iter();
            commands.find_map(|command| match command {
                OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            })
        })
    }
}

#[test]
fn about_names_the_card_and_gives_all_of_it_to_the_clipboard_without_a_patient() {
    let mut window = Window::open();
    window.obey("panel about");
    window.harness.get_by_label(NOTICE);
    let [graphics]: [String; 1] = window.names("Graphics: ").try_into().expect("one line");
    assert!(["vulkan", "metal", "dx12"].iter().any(|backend| graphics.contains(backend)), "{graphics}");
    assert!(graphics.contains("pixels a side"), "{graphics}");
    window.command("support copy");
    let text = window.copied().expect("the clipboard has it");
    assert!(text.starts_with(NOTICE), "{text}");
    let version = concat!("Version: hotlight ", env!("CARGO_PKG_VERSION"));
    for line in [version, "Build: ", graphics.as_str(), "User: The user of this account", "Licence: MIT"] {
        assert!(text.contains(&format!("\n{line}")), "{line} is missing: {text}");
    }
    assert!(!text.contains("ZZCANARY"), "{text}");
}
