//! Fonts of the system for letters that the interface's own font lacks, looked for when a text first needs them.
//!
//! No frame waits for a font, of which some have 20 MB: egui is told that there is none and paints boxes; a thread looks
//! for one at the end of the pass; once it is found, a frame is laid out anew. Letters that no font has are remembered,
//! so that the reader is told which script is missing.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::epaint::text::{Fonts, TextOptions};
use egui::{
    Context, FallbackRequest, FontData, FontDefinitions, FontFamily, FontId, FontInsert, FontProvider,
    Plugin, RawInput, Ui,
};
use fontdb::{Database, FaceInfo, Stretch, Style, Weight};

/// Lets texts of a context have the system's fonts.
pub(super) fn install(ctx: &Context) {
    install_from(ctx, || {
        let mut system = Database::new();
        system.load_system_fonts();
        system
    });
}

fn install_from(ctx: &Context, system: fn() -> Database) {
    ctx.add_plugin(SystemFonts { system, shared: Arc::default(), generation: 0 });
}

/// What to say beside a text of which some letters show as boxes, because no font of the system has them.
pub(super) fn missing(ctx: &Context, text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let script = ctx.with_plugin(|fonts: &mut SystemFonts| {
        let state = fonts.shared.lock();
        text.chars().find(|letter| state.missing.contains(letter)).map(script)
    });
    script?.map(no_font)
}

/// The same, once for each script: for a message. To be asked every frame.
pub fn font_news(ctx: &Context) -> Option<String> {
    ctx.with_plugin(|fonts: &mut SystemFonts| fonts.shared.lock().untold.pop())?.map(no_font)
}

/// Whether a font is being looked for: until it is found, letters may show as boxes.
pub fn is_looking_for_fonts(ctx: &Context) -> bool {
    ctx.with_plugin(|fonts: &mut SystemFonts| fonts.shared.lock().is_searching).unwrap_or_default()
}

/// How often fonts were added, as far as this frame's texts know.
pub(super) fn generation(ctx: &Context) -> usize {
    ctx.with_plugin(|fonts: &mut SystemFonts| fonts.generation).unwrap_or_default()
}

fn no_font(script: &str) -> String {
    format!("no font for {script} on this system: names show boxes")
}

/// Starts searches: egui's half.
struct SystemFonts {
    system: fn() -> Database,
    shared: Arc<Shared>,
    /// See [`generation`].
    generation: usize,
}

/// What the layout and the search tell each other.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    found: Vec<FontInsert>,
    /// Letters to look for.
    wanted: BTreeSet<char>,
    /// Letters that were looked for in vain.
    missing: BTreeSet<char>,
    /// Scripts of these letters that [`font_news`] has not told of.
    untold: Vec<&'static str>,
    is_searching: bool,
    /// How often egui was told to ask anew.
    additions: usize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what a search came to; whether there is a new font.
    fn learn(&self, found: Vec<FontInsert>, missing: BTreeSet<char>) -> bool {
        let mut state = self.lock();
        state.is_searching = false;
        let known: BTreeSet<&str> = state.missing.iter().map(|letter| script(*letter)).collect();
        let scripts: BTreeSet<&str> = missing.iter().map(|letter| script(*letter)).collect();
        state.untold.extend(scripts.difference(&known));
        state.missing.extend(missing);
        if found.is_empty() {
            return false;
        }
        state.found.extend(found);
        // The new font may have what was asked for meanwhile; what it has not is asked for again.
        state.wanted.clear();
        true
    }
}

impl FontProvider for Shared {
    fn fonts_for_family(&self, _family: &FontFamily) -> Vec<FontInsert> {
        self.lock().found.clone()
    }

    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let letter = request.cluster.chars().next()?;
        let mut state = self.lock();
        if !state.missing.contains(&letter) {
            state.wanted.insert(letter);
        }
        None
    }
}

impl Plugin for SystemFonts {
    fn debug_name(&self) -> &'static str {
        "system fonts"
    }

    fn setup(&mut self, ctx: &Context) {
        ctx.set_font_providers(vec![Arc::clone(&self.shared) as Arc<dyn FontProvider>]);
    }

    // Before egui takes new fonts: a frame that counts an addition has its letters.
    fn input_hook(&mut self, _ctx: &Context, _input: &mut RawInput) {
        self.generation = self.shared.lock().additions;
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let mut state = self.shared.lock();
        if state.is_searching || state.wanted.is_empty() {
            return;
        }
        let wanted = std::mem::take(&mut state.wanted);
        let (system, shared, ctx) = (self.system, Arc::clone(&self.shared), ui.ctx().clone());
        let search = move || {
            let (found, missing) = search(&system(), wanted);
            if shared.learn(found, missing) {
                // Makes egui ask anew.
                ctx.set_font_providers(vec![Arc::clone(&shared) as Arc<dyn FontProvider>]);
                shared.lock().additions += 1;
            }
            repaint_all(&ctx);
        };
        // Without a thread the boxes stay, and the next letter tries again.
        state.is_searching = std::thread::Builder::new().name("fonts".to_owned()).spawn(search).is_ok();
    }
}

fn repaint_all(ctx: &Context) {
    let windows: Vec<_> = ctx.input(|input| input.raw.viewports.keys().copied().collect());
    for window in windows {
        ctx.request_repaint_of(window);
    }
}

/// The fonts that have the letters, as few as may be, and the letters that none has.
fn search(system: &Database, mut wanted: BTreeSet<char>) -> (Vec<FontInsert>, BTreeSet<char>) {
    let mut faces: Vec<&FaceInfo> =
        system.faces().filter(|face| face.post_script_name != LAST_RESORT).collect();
    faces.sort_by_cached_key(|face| rank(face));
    let mut found = Vec::new();
    for face in faces {
        if wanted.is_empty() {
            break;
        }
        let font = system.with_face_data(face.id, |bytes, index| FontData {
            index,
            ..FontData::from_owned(bytes.to_vec())
        });
        let Some(font) = font else { continue };
        let left = without_letters_of(&font, &wanted);
        if left.len() < wanted.len() {
            found.push(FontInsert::new(&format!("system {}", face.post_script_name), font, Vec::new()));
            wanted = left;
        }
    }
    (found, wanted)
}

/// A font of macOS that has a picture of a box for every letter there is.
const LAST_RESORT: &str = "LastResort";

/// Plain upright fonts without serifs before others; the name makes the order the same on every run.
fn rank(face: &FaceInfo) -> impl Ord + use<> {
    let name = &face.post_script_name;
    let is_plain = !face.monospaced && !name.contains("Serif") && !name.contains("Mono");
    (
        !is_plain,
        face.style != Style::Normal,
        face.stretch != Stretch::Normal,
        face.weight.0.abs_diff(Weight::NORMAL.0),
        !name.contains("Sans"),
        name.clone(),
        face.index,
    )
}

/// The letters that a font lacks; all of them if it is damaged.
fn without_letters_of(font: &FontData, letters: &BTreeSet<char>) -> BTreeSet<char> {
    let lacks = || {
        let name = "candidate".to_owned();
        let mut definitions = FontDefinitions::empty();
        definitions.families.insert(FontFamily::Proportional, vec![name.clone()]);
        definitions.font_data.insert(name, Arc::new(font.clone()));
        let mut fonts = Fonts::new(TextOptions::default(), definitions);
        let size = FontId::proportional(super::theme::TEXT_SIZE);
        letters.iter().copied().filter(|letter| !fonts.has_glyph(&size, *letter)).collect()
    };
    catch_unwind(AssertUnwindSafe(lacks)).unwrap_or_else(|_damaged| letters.clone())
}

/// What a reader calls the script of a letter.
fn script(letter: char) -> &'static str {
    let named = SCRIPTS.iter().find(|(_, ranges)| ranges.iter().any(|range| range.contains(&letter)));
    named.map_or("some letters", |(name, _)| name)
}

/// Scripts of the character sets of DICOM that the shipped font lacks. PS3.3 C.12.1.1.2.
const SCRIPTS: [(&str, &[RangeInclusive<char>]); 6] = [
    ("Hebrew", &['\u{590}'..='\u{5FF}', '\u{FB1D}'..='\u{FB4F}']),
    (
        "Arabic",
        &['\u{600}'..='\u{6FF}', '\u{750}'..='\u{77F}', '\u{FB50}'..='\u{FDFF}', '\u{FE70}'..='\u{FEFE}'],
    ),
    ("Thai", &['\u{E00}'..='\u{E7F}']),
    ("Korean", &['\u{1100}'..='\u{11FF}', '\u{3130}'..='\u{318F}', '\u{AC00}'..='\u{D7AF}']),
    ("Japanese", &['\u{3040}'..='\u{30FF}', '\u{31F0}'..='\u{31FF}', '\u{FF65}'..='\u{FF9F}']),
    (
        "Chinese characters",
        &[
            '\u{2E80}'..='\u{2FDF}',
            '\u{3400}'..='\u{9FFF}',
            '\u{F900}'..='\u{FAFF}',
            '\u{20000}'..='\u{3FFFF}',
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A system that has the shipped fonts only.
    fn shipped() -> Database {
        let mut system = Database::new();
        system.load_font_data(include_bytes!("../../assets/fonts/Inter-SemiBold.ttf").to_vec());
        system.load_font_data(include_bytes!("../../assets/fonts/Inter-Regular.ttf").to_vec());
        system
    }

    #[test]
    fn a_search_takes_the_plainest_font_and_tells_what_none_has() {
        let (found, missing) = search(&shipped(), ['é', 'ж', 'ש'].into());
        let names: Vec<&str> = found.iter().map(|font| font.name.as_str()).collect();
        assert_eq!((names.as_slice(), missing), (["system InterTabular-Regular"].as_slice(), ['ש'].into()));
    }

    #[test]
    fn a_damaged_font_has_no_letters() {
        let damaged = FontData::from_static(b"\x00\x01\x00\x00\x00\x09");
        assert_eq!(without_letters_of(&damaged, &['a'].into()), ['a'].into());
    }

    #[test]
    fn a_text_has_its_font_some_frames_later_and_what_is_missing_is_named() {
        let ctx = Context::default();
        ctx.set_fonts(FontDefinitions::empty());
        install_from(&ctx, shipped);
        let mut has_letter = false;
        for _ in 0..20_000 {
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                ui.label("жก");
                has_letter = ui.fonts_mut(|fonts| fonts.has_glyph(&FontId::proportional(13.0), 'ж'));
            });
            output.textures_delta.clear();
            assert!(has_letter || generation(&ctx) == 0, "an addition is not counted before it is there");
            if has_letter && generation(&ctx) > 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert_eq!((has_letter, generation(&ctx)), (true, 1));
        let words = "no font for Thai on this system: names show boxes";
        assert_eq!(missing(&ctx, "ZZCANARY ก").as_deref(), Some(words));
        assert_eq!(missing(&ctx, "ZZCANARY ж"), None);
        assert_eq!([font_news(&ctx).as_deref(), font_news(&ctx).as_deref()], [Some(words), None]);
    }

    #[test]
    fn scripts_are_called_what_readers_call_them() {
        let scripts = ['ש', 'ق', 'ก', '김', 'や', '山', '⌘'].map(script);
        let expected =
            ["Hebrew", "Arabic", "Thai", "Korean", "Japanese", "Chinese characters", "some letters"];
        assert_eq!(scripts, expected);
    }
}
