//! The reading room's colours and type, by role. The only place with a colour literal.

use std::sync::Arc;

use egui::style::{ScrollAnimation, ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Id, Shadow, Stroke, TextStyle, Theme, vec2};

use crate::color::Ink;

use super::contrast::{darker, dimmest_readable};

/// The size of body text that the interface is drawn for, in points; other sizes scale all of it.
pub const TEXT_SIZE: f32 = 13.0;

/// Between images and windows: what a window is cleared to before anything is drawn.
pub const CLEAR: [f32; 4] = [0.0, 0.0, 0.0, 1.0];

/// The least light that dimming leaves.
const BRIGHTNESS_MIN: f32 = 0.3;

/// The names of the fonts, as egui knows them.
const REGULAR: &str = "regular";
const STRONG: &str = "strong";

/// A colour for each role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colors {
    /// Behind images: the darkest that the monitor has.
    pub(super) black: Color32,
    /// Behind everything else.
    pub(super) ground: Color32,
    /// Rows, rail and panels.
    pub(super) panel: Color32,
    /// One step lighter: fields, keys, what lies on a panel.
    pub(super) raised: Color32,
    /// Under the pointer.
    pub(super) hovered: Color32,
    /// Hairlines between panels.
    pub(super) line: Color32,
    /// Hairlines around viewports.
    pub(super) cell: Color32,
    /// The selected line or tool.
    pub(super) selected: Color32,
    /// The scroll position's rail, and what moves on it.
    pub(super) track: Color32,
    /// See `track`.
    pub(super) thumb: Color32,
    /// Where keys go; what acts.
    pub(super) focus: Color32,
    /// Text.
    pub(super) text: Color32,
    /// Text of the second rank.
    pub(super) dim: Color32,
    /// Names and what counts most.
    pub(super) strong: Color32,
    /// The reader could be misled by not knowing.
    pub(super) caution: Color32,
    /// Danger to the patient or loss of data, and nothing else.
    pub(super) danger: Color32,
    /// The patient's name on an image.
    pub(super) name: Color32,
    /// Other words on an image.
    pub(super) label: Color32,
    /// Orientation letters, and badges that only inform.
    pub(super) letter: Color32,
    /// Words of caution on an image.
    pub(super) warning: Color32,
    /// Marks on an image, and the one that commands mean.
    pub(super) mark: Color32,
    /// See `mark`.
    pub(super) mark_selected: Color32,
    /// Where other images cut an image, and the point that they share.
    pub(super) line_on_image: Color32,
    /// Sections that go through one point, each in its own.
    pub(super) sections: [Color32; 4],
    /// Around words on an image, so that white bone does not swallow them.
    pub(super) halo: Color32,
    /// Behind badges on an image.
    pub(super) plate: Color32,
}

/// A colour of sRGB that data state, by shares.
#[expect(clippy::disallowed_methods, reason = "the data say which")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares are clamped to 8 bits")]
pub(super) fn shown(color: [f64; 3]) -> Color32 {
    let [red, green, blue] = color.map(|share| (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
    Color32::from_rgb(red, green, blue)
}

impl Colors {
    /// As drawn.
    #[expect(clippy::disallowed_methods, reason = "the one table of colours")]
    const FULL: Self = Self {
        black: Color32::BLACK,
        ground: Color32::from_rgb(0x0c, 0x0e, 0x10),
        panel: Color32::from_rgb(0x12, 0x15, 0x18),
        raised: Color32::from_rgb(0x1a, 0x1e, 0x22),
        hovered: Color32::from_rgb(0x20, 0x25, 0x2a),
        line: Color32::from_rgb(0x23, 0x28, 0x2d),
        cell: Color32::from_rgb(0x16, 0x19, 0x1c),
        selected: Color32::from_rgb(0x24, 0x43, 0x5a),
        track: Color32::from_rgb(0x14, 0x17, 0x1a),
        thumb: Color32::from_rgb(0x3a, 0x44, 0x4d),
        focus: Color32::from_rgb(0x4f, 0x8f, 0xc0),
        text: Color32::from_rgb(0xb9, 0xc1, 0xc8),
        dim: Color32::from_rgb(0x7d, 0x87, 0x90),
        strong: Color32::from_rgb(0xd7, 0xdd, 0xe2),
        caution: Color32::from_rgb(0xc9, 0x99, 0x3c),
        danger: Color32::from_rgb(0xd8, 0x70, 0x6a),
        name: Color32::from_rgb(0xd7, 0xdd, 0xe2),
        label: Color32::from_rgb(0xae, 0xb6, 0xbd),
        letter: Color32::from_rgb(0x9a, 0xa3, 0xab),
        warning: Color32::from_rgb(0xc9, 0x99, 0x3c),
        mark: Color32::from_rgb(0xc8, 0xb8, 0x6a),
        mark_selected: Color32::from_rgb(0x7f, 0xbc, 0xe8),
        line_on_image: Color32::from_rgb(0x6f, 0xb0, 0x9a),
        sections: [
            Color32::from_rgb(0xd8, 0xb0, 0x60),
            Color32::from_rgb(0x7f, 0xc0, 0x8f),
            Color32::from_rgb(0x8a, 0xb0, 0xe8),
            Color32::from_rgb(0xc8, 0x9a, 0xd8),
        ],
        halo: Color32::from_black_alpha(0xd0),
        plate: Color32::from_black_alpha(0xd0),
    };

    /// The colour of a presentation state's layer; that of marks where it states none.
    #[expect(clippy::disallowed_methods, reason = "the state says which")]
    pub(super) fn ink(&self, ink: Option<Ink>) -> Color32 {
        ink.map_or(self.mark, |ink| {
            let [red, green, blue] = ink.srgb();
            Color32::from_rgb(red, green, blue)
        })
    }

    /// With a share of the light: 1 as drawn, 0.3 the darkest. Text keeps its contrast, words on images their light.
    fn dimmed(brightness: f32) -> Self {
        let full = Self::FULL;
        let share = brightness.clamp(BRIGHTNESS_MIN, 1.0);
        let surface = |color| darker(color, share);
        let raised = surface(full.raised);
        let selected = surface(full.selected);
        let text = |color| dimmest_readable(color, &[raised], share);
        let hovered = surface(full.hovered);
        // These two also stand on the selected line, and caution under the pointer.
        let widely = |color| dimmest_readable(color, &[raised, selected], share);
        let under_pointer = |color| dimmest_readable(color, &[raised, hovered], share);
        Self {
            ground: surface(full.ground),
            panel: surface(full.panel),
            raised,
            hovered,
            line: surface(full.line),
            cell: surface(full.cell),
            selected,
            track: surface(full.track),
            thumb: surface(full.thumb),
            focus: text(full.focus),
            text: widely(full.text),
            dim: text(full.dim),
            strong: widely(full.strong),
            caution: under_pointer(full.caution),
            danger: text(full.danger),
            ..full
        }
    }
}

/// The light that the colours in use were made for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Brightness(f32);

/// The colours in use.
pub(super) fn colors(ctx: &Context) -> Colors {
    ctx.data(|data| data.get_temp(Id::NULL)).unwrap_or(Colors::FULL)
}

/// Regular type.
pub(super) const fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Type for names and what counts most.
pub(super) fn strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(STRONG.into()))
}

/// Makes the reading room: fonts, colours, spacing. `text_size` in points scales the whole interface with the text;
/// `brightness` is the light that all chrome keeps, from 1 as drawn down to 0.3.
pub fn install(ctx: &Context, text_size: f32, brightness: f32) {
    ctx.set_fonts(fonts());
    super::fonts::install(ctx);
    ctx.set_theme(Theme::Dark);
    ctx.options_mut(|options| {
        // The key map decides what keys do.
        options.zoom_with_keyboard = false;
        options.quit_shortcuts.clear();
    });
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, regular(11.0)),
            (TextStyle::Body, regular(TEXT_SIZE)),
            (TextStyle::Button, regular(TEXT_SIZE)),
            (TextStyle::Monospace, regular(TEXT_SIZE)),
            (TextStyle::Heading, strong(14.0)),
        ]
        .into();
        style.animation_time = 0.0;
        style.scroll_animation = ScrollAnimation::none();
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.6;
        style.spacing.item_spacing = vec2(8.0, 4.0);
        style.spacing.button_padding = vec2(8.0, 3.0);
        style.spacing.scroll = scroll_style();
    });
    apply(ctx, text_size, brightness);
}

/// Changes the size and the light of what [`install`] made; does nothing when they are what they were.
pub fn apply(ctx: &Context, text_size: f32, brightness: f32) {
    ctx.set_zoom_factor((text_size / TEXT_SIZE).clamp(0.5, 4.0));
    // Asked in every frame of every window; the colours take long to find.
    if ctx.data(|data| data.get_temp(Id::NULL)) == Some(Brightness(brightness)) {
        return;
    }
    let colors = Colors::dimmed(brightness);
    ctx.data_mut(|data| {
        data.insert_temp(Id::NULL, Brightness(brightness));
        data.insert_temp(Id::NULL, colors);
    });
    ctx.all_styles_mut(|style| paint(&mut style.visuals, &colors));
}

fn paint(visuals: &mut egui::Visuals, colors: &Colors) {
    visuals.dark_mode = true;
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(colors.dim);
    visuals.widgets = widgets(colors);
    visuals.selection = Selection { bg_fill: colors.selected, stroke: Stroke::new(1.0, colors.strong) };
    visuals.hyperlink_color = colors.focus;
    visuals.faint_bg_color = colors.raised;
    visuals.extreme_bg_color = colors.ground;
    visuals.text_edit_bg_color = Some(colors.ground);
    visuals.code_bg_color = colors.raised;
    visuals.warn_fg_color = colors.caution;
    visuals.error_fg_color = colors.danger;
    visuals.window_fill = colors.panel;
    visuals.window_stroke = Stroke::new(1.0, colors.line);
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.menu_corner_radius = CornerRadius::same(4);
    // On black nothing casts a shadow.
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.panel_fill = colors.panel;
    visuals.text_cursor.stroke = Stroke::new(1.5, colors.focus);
    // Nothing on the screen moves by itself.
    visuals.text_cursor.blink = false;
    visuals.image_loading_spinners = false;
}

/// A slim bar that is always there: that a list goes on must be seen.
fn scroll_style() -> ScrollStyle {
    let mut scroll = ScrollStyle { bar_width: 6.0, floating_width: 6.0, ..ScrollStyle::floating() };
    scroll.floating_allocated_width = 10.0;
    scroll.foreground_color = true;
    scroll.dormant_handle_opacity = 0.3;
    scroll.active_handle_opacity = 0.4;
    scroll.interact_handle_opacity = 0.6;
    scroll.fade.strength = 0.0;
    scroll
}

fn widgets(colors: &Colors) -> Widgets {
    let state = |fill, stroke, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, stroke),
        corner_radius: CornerRadius::same(3),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(colors.panel, colors.line, colors.text),
        inactive: state(colors.raised, colors.line, colors.text),
        hovered: state(colors.hovered, colors.thumb, colors.strong),
        active: state(colors.selected, colors.focus, colors.strong),
        open: state(colors.raised, colors.line, colors.text),
    }
}

fn fonts() -> egui::FontDefinitions {
    let mut fonts = egui::FontDefinitions::empty();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(egui::FontData::from_static(bytes)));
    };
    add(REGULAR, include_bytes!("../../assets/fonts/Inter-Regular.ttf"));
    add(STRONG, include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"));
    let regular = vec![REGULAR.to_owned()];
    let strong = vec![STRONG.to_owned(), REGULAR.to_owned()];
    fonts.families.insert(FontFamily::Proportional, regular.clone());
    fonts.families.insert(FontFamily::Monospace, regular);
    fonts.families.insert(FontFamily::Name(STRONG.into()), strong);
    fonts
}

#[cfg(test)]
mod tests {
    use super::super::contrast::{CONTRAST_MIN, contrast};
    use super::*;

    #[test]
    fn every_text_can_be_read_on_every_panel_however_dim() {
        for brightness in [1.0, 0.8, 0.5, 0.3, 0.0] {
            let colors = Colors::dimmed(brightness);
            let Colors { black, ground, panel, raised, selected, hovered, .. } = colors;
            let mut pairs = Vec::new();
            for (name, text) in [
                ("text", colors.text),
                ("dim", colors.dim),
                ("strong", colors.strong),
                ("caution", colors.caution),
                ("danger", colors.danger),
                ("focus", colors.focus),
            ] {
                pairs.extend([black, ground, panel, raised].map(|behind| (name, text, behind)));
            }
            pairs.push(("text", colors.text, selected));
            pairs.push(("strong", colors.strong, selected));
            pairs.push(("strong", colors.strong, hovered));
            pairs.push(("text", colors.text, hovered));
            pairs.push(("caution", colors.caution, hovered));
            pairs.push(("name", colors.name, black));
            pairs.push(("label", colors.label, black));
            pairs.push(("letter", colors.letter, black));
            pairs.push(("warning", colors.warning, black));
            pairs.push(("mark", colors.mark, black));
            pairs.push(("selected mark", colors.mark_selected, black));
            pairs.push(("line", colors.line_on_image, black));
            pairs.extend(colors.sections.map(|color| ("section", color, black)));
            for (name, text, behind) in pairs {
                let contrast = contrast(text, behind);
                assert!(contrast >= CONTRAST_MIN, "{name} on {behind:?} at {brightness}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn words_on_a_plate_can_be_read_on_white_bone() {
        let colors = Colors::FULL;
        let behind = Color32::WHITE.lerp_to_gamma(Color32::BLACK, f32::from(colors.plate.a()) / 255.0);
        for (name, text) in [
            ("name", colors.name),
            ("label", colors.label),
            ("letter", colors.letter),
            ("warning", colors.warning),
            ("mark", colors.mark),
            ("selected mark", colors.mark_selected),
        ] {
            let contrast = contrast(text, behind);
            assert!(contrast >= CONTRAST_MIN, "{name}: {contrast:.2}");
        }
    }

    #[test]
    fn dimming_takes_light_and_never_adds_any() {
        let light = |colors: &Colors| {
            let Colors { panel, raised, text, strong, caution, .. } = *colors;
            [panel, raised, text, strong, caution].map(|color| color.intensity())
        };
        let (full, dark) = (light(&Colors::FULL), light(&Colors::dimmed(0.3)));
        assert!(full.iter().zip(dark).all(|(full, dark)| dark < *full), "{full:?} {dark:?}");
        assert_eq!(Colors::dimmed(1.0), Colors::FULL);
        assert_eq!(Colors::dimmed(0.3).label, Colors::FULL.label);
    }
}
