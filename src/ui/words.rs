//! All words of the interface, in one place so that they can be translated: here, and in the files beside it that end in
//! `_words`.
//!
//! What commands are called is in [`crate::command::catalogue`]; what findings and errors say, with their types.

use crate::command::{
    AppCommand, Command, Context, Grid, LayoutCommand, ListLine, Next, PanelName, PointerCommand,
    ScreenCommand, StudiesCommand, ToolCommand, ToolName, WindowCommand, catalogue,
};
use crate::dicom::date_words;
use crate::grayscale::GsdfOwner;
use crate::render::gpu::Progress;
use crate::render::{Badge, Labels, Picture, Tone, ViewportPlan};
use crate::session::{Division, FileCounts, MenuLine, RecentStudy, ScreenMonitor, SettingLine};
use crate::study::Gap;

pub(super) use super::archive_words::{
    ARCHIVES_WHY, archives, arrived, away, check, check_why, held, outgoing, outgoing_why, place,
    place_failed, place_state, retrieval, retrieval_why, silent, silent_why,
};
pub(super) use super::card_words::{Card, in_viewport, in_window, study};
pub(super) use super::hanging_words::{
    HANGING_HINT, HANGING_TITLE, NOT_HUNG, NOTHING_UNSEEN, RESUME_TITLE, UNSEEN_HINT, UNSEEN_TITLE,
    hanging_line, hanging_next_step, stage, unseen_next_step,
};
pub(super) use super::list_words::{
    LIST_ALL, LIST_ARRIVING, LIST_ASK_AGAIN, LIST_ASK_FOR_IT, LIST_ASKING, LIST_ASKING_WHY, LIST_CHOOSE,
    LIST_DIFFERS, LIST_FETCH, LIST_FIELD, LIST_HELD, LIST_HERE, LIST_HINT, LIST_INCOMPLETE,
    LIST_NO_DESCRIPTION, LIST_NO_OTHERS, LIST_NO_PLACE, LIST_NO_PLACE_WHY, LIST_NO_PRIORS,
    LIST_NOBODY_ANSWERS, LIST_NONE, LIST_NONE_HOLDS_WHY, LIST_NONE_WHY, LIST_OPEN, LIST_OTHERS, LIST_PARTLY,
    LIST_READ, LIST_SAYS_NOTHING, LIST_STAY, LIST_TITLE, LIST_TRIED_AGAIN, LIST_WAITING, asked, column, more,
    none_holds, of_count, opening, order_by, places_differ, saved_filter, scan_conflict, scan_looked_for,
    scan_nothing, scan_several,
};
pub(super) use super::prior_words::{
    CURTAIN, NO_PRIORS, PRIORS_HINT, PRIORS_TITLE, curtain_edge, curtain_prior, prior_next_step,
    prior_reasons, prior_state, prior_tip, prior_what, prior_why, priors_ready, priors_ready_why,
};
pub(super) use super::state_words::{
    NO_STATES, NO_STATES_WHY, STATE_ABSENT, STATES_HINT, STATES_TITLE, chosen_state, not_applied, partly,
    shown_by, shown_by_what,
};
pub(super) use super::user_words::{
    NO_USERS, USER_READS, USERS_HINT, USERS_TITLE, user, user_next_step, user_own, user_short, user_why,
};

pub(super) const PRODUCT: &str = "Hotlight";
pub(super) const NO_STUDY: &str = "no study open";
pub(super) const PRIOR: &str = "PRIOR";
pub(super) const STRIP_EMPTY: &str = "No study open";
pub(super) const NO_NAME: &str = "no name";
pub(super) const STRIP_NEXT: &str = "next series";
pub(super) const STRIP_HANG: &str = "hang it";
pub(super) const STRIP_BACK: &str = "back to the images";
pub(super) const STUDY_CURRENT: &str = "Current";
pub(super) const STUDY_PRIOR: &str = "Prior";
pub(super) const STUDY_READ: &str = "read";
pub(super) const STUDY_UNSURE: &str = "Same patient?";
pub(super) const NOT_FOR_DIAGNOSIS: &str = "not for diagnosis";
pub(super) const SEVERAL_PATIENTS_WHY: &str = "An amber frame stands around each viewport whose patient is not that of the viewport in focus. Read the names before you compare.";
pub(super) const OTHER_PATIENT: &str = "other patient";
pub(super) const CURRENT: &str = "so now";
pub(super) const UNREADABLE_WHY: &str = "Lists these files and says why";
pub(super) const INDEXING_WHY: &str = "Files are being looked through. What was found can be read meanwhile.";

pub(super) const DROP_TO_OPEN: &str = "Drop to open";
pub(super) const DROP_HERE: &str = "Drop a folder or files here";
pub(super) const TYPE_A_PATH: &str = "type a path";
pub(super) const CHOOSE_IN_DIALOG: &str = "choose in a dialog";
pub(super) const LOOKING: &str = "Looking through files";
pub(super) const NOTHING_HANGS: &str = "Nothing hangs here.";
pub(super) const HANG_A_SERIES: &str = "hang a series";
pub(super) const CANNOT_SHOW: &str = "This image cannot be shown";
pub(super) const OTHERS_READABLE: &str = "The other images of the series stay readable.";
pub(super) const PREVIOUS_IMAGE: &str = "previous image";
pub(super) const NEXT_IMAGE: &str = "next image";
pub(super) const NOT_DRAWN: &str = "The graphics card did not draw this image";
pub(super) const NOT_DRAWN_NEXT: &str =
    "The viewport stays black until it does. Nothing that you opened is lost.";

pub(super) const SHOW_IMAGES: &str = "show the images as acquired";

pub(super) const SHOW_THE_REST: &str = "show the rest";
pub(super) const CANCELS: &str = "cancel";
pub(super) const HINT_EVERYTHING: &str = "everything";
pub(super) const HINT_KEYS: &str = "keys";
pub(super) const INVERT: &str = "Invert gray";
pub(super) const CINE: &str = "Cine";
pub(super) const LINK: &str = "Link viewports";

pub(super) const JUMP_IMAGE: &str = "image";
pub(super) const JUMP_FIELD: &str = "Number of the image";
pub(super) const JUMP_ACCEPTS: &str = "go there";

pub(super) const PALETTE_FIELD: &str = "Find a command";
pub(super) const PALETTE_HINT: &str = "Type what you want to do";
pub(super) const NO_SUCH_COMMAND: &str = "No command is called that. Fewer letters find more.";
pub(super) const KEYS_TITLE: &str = "Keys";
pub(super) const KEYS_MOUSE: &str = "Mouse: left drag tool · double click full size · right click menu · right drag window · middle drag pan · wheel scroll · Ctrl wheel zoom · Shift fine";
pub(super) const BADGES_TITLE: &str = "What the badges mean";
pub(super) const NO_BADGES: &str = "There is no badge on the image in focus.";
pub(super) const MESSAGES_TITLE: &str = "Messages";
pub(super) const NO_MESSAGES: &str = "There is nothing to tell.";
pub(super) const NO_MESSAGES_WHY: &str = "Every file that was looked at could be read.";
pub(super) const SETTINGS_TITLE: &str = "Settings";
pub(super) const SETTINGS_HINT: &str = "Left and right change the chosen one. Your own config.toml keeps it.";
pub(super) const SETTING_DECIDED: &str = "The command line decides this one until the next start.";
pub(super) const RECENT_TITLE: &str = "Recent studies";
pub(super) const NO_RECENT: &str = "Nothing was opened yet.";
pub(super) const NO_RECENT_WHY: &str = "The last 20 files and folders that you open are listed here.";
pub(super) const RECENT_GONE: &str = "is not there any more";
pub(super) const OPEN_TITLE: &str = "Open a file or folder";
pub(super) const OPEN_FIELD: &str = "Path of a file or folder";
pub(super) const OPEN_HINT: &str = "Type or paste a path";
pub(super) const OPEN_ACCEPT: &str = "Open";
pub(super) const OPEN_ACCEPT_WHY: &str = "Reads the file, or the folder and all folders in it";
pub(super) const OPEN_DIALOG: &str = "System dialog…";
pub(super) const OPEN_DIALOG_WHY: &str = "Choose a folder in the system's own dialog";
pub(super) const OPEN_OR_DROP: &str = "or drop files anywhere on the window";

/// The name of a panel.
pub(super) const fn panel(name: PanelName) -> &'static str {
    match name {
        PanelName::Palette => "Every command",
        PanelName::Keys => "Key sheet",
        PanelName::Messages => "Messages panel",
        PanelName::Open => "Open panel",
        PanelName::Series => "Series by keys",
        PanelName::Badges => "What the badges mean",
        PanelName::Jump => "Jump to an image",
        PanelName::Menu => "Menu of the image",
        PanelName::Settings => "Settings",
        PanelName::Recent => "Recent studies",
        PanelName::States => STATES_TITLE,
        PanelName::Transfer => super::transfer_words::TITLE,
        PanelName::Priors => PRIORS_TITLE,
        PanelName::Hanging => HANGING_TITLE,
        PanelName::Unseen => UNSEEN_TITLE,
        PanelName::Users => USERS_TITLE,
        PanelName::Resume => RESUME_TITLE,
        PanelName::About => super::support_words::ABOUT_TITLE,
        PanelName::Bundle => super::support_words::BUNDLE_TITLE,
    }
}

/// What a command that is not complete yet asks for.
pub(super) fn goes_on_as(form: &str) -> String {
    format!("{form}: type the rest, then Enter.")
}

/// The accessible name of a setting: `viewer.dim: 0.6, yours`.
pub(super) fn setting(line: &SettingLine) -> String {
    format!("{}: {}, {}", line.key, line.value, origin(line))
}

/// Who set a value, and whether others may.
pub(super) fn origin(line: &SettingLine) -> String {
    let who = match line.origin {
        "site" => "the site's",
        "user" => "yours",
        "command line" => "the command line decides",
        other => other,
    };
    format!("{who}{}", if line.is_locked { ", locked" } else { "" })
}

/// What a setting may be.
pub(super) fn allowed(line: &SettingLine) -> String {
    format!("Allowed: {}.", line.allowed)
}

/// The accessible name of a button that changes a setting: `viewer.dim: next value, 0.65`.
pub(super) fn setting_step(line: &SettingLine, is_next: bool) -> String {
    let (what, value) = if is_next { ("next value", &line.next) } else { ("previous value", &line.previous) };
    let value = value.as_deref().unwrap_or("none");
    format!("{}: {what}, {value}", line.key)
}

/// A study that was opened lately: `2026-11-20, CT, CT chest`.
pub(super) fn recent_study(study: &RecentStudy) -> String {
    joined(&[&date_words(&study.date), &study.modalities, &study.description], ", ")
}

/// The accessible name of a study that was opened lately.
pub(super) fn recent(study: &RecentStudy) -> String {
    let name = study.path.reveal().file_name().map(|name| name.to_string_lossy().into_owned());
    let gone = if study.is_gone { RECENT_GONE } else { "" };
    joined(&[&recent_study(study), &name.unwrap_or_default(), gone], ", ")
}

/// The name of a tool.
pub(super) const fn tool(tool: ToolName) -> &'static str {
    match tool {
        ToolName::Scroll => "Scroll tool",
        ToolName::Window => "Window tool",
        ToolName::Zoom => "Zoom tool",
        ToolName::Pan => "Pan tool",
        ToolName::Length => "Length tool",
        ToolName::Angle => "Angle tool",
        ToolName::Ellipse => "Ellipse tool",
        ToolName::Rectangle => "Rectangle tool",
        ToolName::Probe => "Probe tool",
        ToolName::Magnifier => "Magnifier",
        ToolName::Point => "Same point tool",
        ToolName::Curve => "Curve tool",
        ToolName::Scissors => "Scissors",
    }
}

/// The same in one word, beside its key.
pub(super) const fn hint_tool(tool: ToolName) -> &'static str {
    match tool {
        ToolName::Scroll => "scroll",
        ToolName::Window => "window",
        ToolName::Zoom => "zoom",
        ToolName::Pan => "pan",
        ToolName::Length => "length",
        ToolName::Angle => "angle",
        ToolName::Ellipse => "ellipse",
        ToolName::Rectangle => "rectangle",
        ToolName::Probe => "probe",
        ToolName::Magnifier => "magnify",
        ToolName::Point => "same point",
        ToolName::Curve => "path",
        ToolName::Scissors => "cut",
    }
}

/// Where keys apply: headings of the key sheet.
pub(super) const fn context(context: Context) -> &'static str {
    match context {
        Context::Everywhere => "Everywhere",
        Context::Viewport => "On images",
        Context::Studies => "In the list of studies",
        Context::Calibration => "In calibration",
        Context::Panel => "In panels",
    }
}

/// The accessible name of the hint of what may follow a leader.
pub(super) fn leader(key: &str) -> String {
    format!("Keys after {key}")
}

/// `Scroll tool (S)`.
pub(super) fn with_key(words: &str, key: Option<&str>) -> String {
    key.map_or_else(|| words.to_owned(), |key| format!("{words} ({key})"))
}

/// What a command does: the palette's words for it, else words of our own, else its text form.
pub(super) fn command(command: &Command) -> String {
    let text = command.to_string();
    let mut offers = catalogue().iter().flat_map(|entry| entry.offers);
    if let Some(offer) = offers.find(|offer| offer.text == text) {
        return offer.title.to_owned();
    }
    match command {
        Command::Window(WindowCommand::Slot(place)) => format!("Window preset {place}"),
        Command::Window(WindowCommand::Preset(name)) => preset(name),
        Command::Layout(LayoutCommand::Grid(grid)) => format!("Viewports {} × {}", grid.rows, grid.columns),
        Command::Layout(LayoutCommand::Tiles(grid)) => format!("Tiles {} × {}", grid.rows, grid.columns),
        Command::Tool(ToolCommand::Pointer(PointerCommand::Step { right, down })) => step(*right, *down),
        Command::Tool(ToolCommand::Pointer(PointerCommand::Click)) => "Click where the pointer is".to_owned(),
        Command::Layout(LayoutCommand::Focus(Next::Number(number))) => format!("Viewport {number}"),
        Command::Layout(LayoutCommand::Screen(ScreenCommand::Focus(Next::Previous))) => {
            "Previous window".to_owned()
        }
        Command::Layout(LayoutCommand::Screen(ScreenCommand::Focus(Next::Number(number)))) => {
            format!("Window {number}")
        }
        Command::Studies(StudiesCommand::Line(ListLine::By(1))) => "Next study".to_owned(),
        Command::Studies(StudiesCommand::Line(ListLine::By(-1))) => "Previous study".to_owned(),
        Command::Studies(StudiesCommand::Line(ListLine::By(lines))) if *lines < 0 => {
            format!("{} studies back", lines.unsigned_abs())
        }
        Command::Studies(StudiesCommand::Line(ListLine::By(lines))) => format!("{lines} studies on"),
        Command::Studies(StudiesCommand::Saved(place)) => format!("Saved filter {place}"),
        Command::App(AppCommand::Macro(name)) => format!("Macro {name}"),
        Command::App(AppCommand::Choose(1)) => "Next line".to_owned(),
        Command::App(AppCommand::Choose(-1)) => "Previous line".to_owned(),
        Command::App(AppCommand::Choose(lines)) if *lines < 0 => {
            format!("{} lines back", lines.unsigned_abs())
        }
        Command::App(AppCommand::Choose(lines)) => format!("{lines} lines on"),
        Command::App(AppCommand::Accept) => "Take what is chosen or typed".to_owned(),
        Command::App(AppCommand::Cancel) => "Close panel, end drag, stop reading".to_owned(),
        _ => text,
    }
}

/// A step of the pointer along a row or a column.
fn step(right: f64, down: f64) -> String {
    let length = right.abs().max(down.abs());
    let pixels = if length > 1.0 { format!("{length} pixels") } else { "one pixel".to_owned() };
    let to = match (right < 0.0, right > 0.0, down < 0.0) {
        (true, ..) => "left",
        (_, true, _) => "right",
        (.., true) => "up",
        _ => "down",
    };
    format!("Pointer {pixels} {to}")
}

/// `Window preset lung`.
pub(super) fn preset(name: &str) -> String {
    format!("Window preset {name}")
}

/// Rows and columns of the window, and which of several windows it is.
pub(super) fn layout(division: &Division, screens: usize, screen: usize) -> String {
    let layout = match division {
        Division::Grid(grid) => format!("layout {} × {}", grid.rows, grid.columns),
        Division::Areas(areas) => format!("layout of {}", areas.cells.len()),
    };
    if screens > 1 { format!("{layout} · window {} of {screens}", screen + 1) } else { layout }
}

/// Rows and columns of images in a viewport.
pub(super) fn tiles(grid: Grid) -> String {
    format!("tiles {} × {}", grid.rows, grid.columns)
}

/// `31 / 60`.
pub(super) fn image_of(number: usize, count: usize) -> String {
    format!("{number} / {count}")
}

/// `9 images`, or as many as is said.
pub(super) fn images(count: &str) -> String {
    if count == "1" { "1 image".to_owned() } else { format!("{count} images") }
}

/// The parts that have words, with something between them.
pub(super) fn joined(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

/// The accessible name of a viewport: which, and what it shows, without the patient.
pub(super) fn viewport(plan: &ViewportPlan) -> String {
    let viewport = plan.index + 1;
    let image = image(&plan.labels);
    match plan.picture {
        Picture::Empty | Picture::Past => format!("Viewport {viewport}, empty"),
        Picture::Loading => format!("Viewport {viewport}, loading {image}"),
        Picture::Failed(_) => format!("Viewport {viewport}, {image} cannot be shown"),
        Picture::Slice(_) | Picture::Reformat(_) | Picture::Rendering(_) | Picture::Curved(_) => {
            format!("Viewport {viewport}, {image}")
        }
    }
}

/// The accessible name of a badge: where there are several images, with whose it is.
pub(super) fn badge(text: &str, plan: &ViewportPlan, images: usize) -> String {
    match plan.tile {
        _ if images == 1 => text.to_owned(),
        0 => format!("{text}, {}", in_viewport(plan.index + 1)),
        tile => format!("{text}, {} tile {}", in_viewport(plan.index + 1), tile + 1),
    }
}

/// While pixels are on their way.
pub(super) fn loading(labels: &Labels) -> String {
    let image = labels.number.map_or_else(|| "the image".to_owned(), |_| image(labels));
    format!("Loading {image}")
}

/// Which image of how many.
fn image(labels: &Labels) -> String {
    let what = if labels.is_of_key_images { "key image" } else { "image" };
    labels.number.map_or_else(|| what.to_owned(), |(number, count)| format!("{what} {number} of {count}"))
}

/// What the picture of a volume lacks yet.
pub(super) fn progress(progress: Progress) -> String {
    match progress {
        Progress::Loading(percent) => format!("loading volume, {percent} %"),
        Progress::Drawing(percent) => format!("coarse; exact picture {percent} %"),
        Progress::Moving => "coarse while it moves".to_owned(),
    }
}

/// While files are looked through.
pub(super) fn indexing(files: FileCounts) -> String {
    match files.known {
        0 => "looking through files".to_owned(),
        known => format!("reading {} of {} files", grouped(files.read), grouped(known)),
    }
}

pub(super) const EXPORTING_WHY: &str =
    "The views around the rendering are drawn one after the other and written to the folder.";

pub(super) fn exporting((written, frames): (usize, usize)) -> String {
    format!("frame {written} of {frames} saved")
}

/// Who applies the GSDF to the monitor of a window, and what else is to be known of it.
pub(super) fn monitor(monitor: &Result<ScreenMonitor, String>) -> Badge {
    // Where the monitor is not known, nobody is.
    let owner = monitor.as_ref().map_or(GsdfOwner::Nobody, |monitor| monitor.gsdf);
    let (text, why) = match owner {
        GsdfOwner::Nobody => (
            "uncalibrated",
            "Nothing makes the grays of this monitor follow the standard display function (GSDF).",
        ),
        GsdfOwner::Panel => (
            "GSDF: panel",
            "The panel makes its grays follow the standard display function (GSDF). Hotlight takes displays.toml's word for it.",
        ),
        GsdfOwner::System => (
            "GSDF: system",
            "The system makes the grays of this monitor follow the standard display function (GSDF). Hotlight takes displays.toml's word for it.",
        ),
        GsdfOwner::Viewer => (
            "GSDF: viewer",
            "Hotlight makes the grays of this monitor follow the standard display function (GSDF), by its measured luminance.",
        ),
    };
    let (text, status) = super::calibration_words::of_monitor(text, monitor.as_ref().ok());
    let (rest, is_calm) = match monitor {
        Ok(ScreenMonitor { name, id, cautions, .. }) => {
            let known = format!("Monitor {name}, known as \"{id}\".");
            let is_calm = cautions.is_empty()
                && owner != GsdfOwner::Nobody
                && status.as_ref().is_none_or(|(_, is_calm)| *is_calm);
            let status = status.map(|(why, _)| why);
            ([vec![known], status.into_iter().collect(), cautions.clone()].concat(), is_calm)
        }
        Err(why) => (vec![why.clone()], false),
    };
    let tone = if is_calm { Tone::Quiet } else { Tone::Caution };
    Badge { tone, text, why: [vec![why.to_owned()], rest].concat().join("\n") }
}

/// Files that could not be read.
pub(super) fn unreadable(files: usize) -> String {
    if files == 1 { "1 file not read".to_owned() } else { format!("{} files not read", grouped(files)) }
}

/// Valid objects with nothing to show.
pub(super) fn without_image(files: usize) -> String {
    if files == 1 {
        "1 file holds no image".to_owned()
    } else {
        format!("{} files hold no image", grouped(files))
    }
}

/// The accessible name of the slider of a viewport.
pub(super) fn slider(viewport: usize) -> String {
    format!("Position in viewport {viewport}")
}

/// The accessible name of the slider that blends.
pub(super) fn blend_slider(viewport: usize) -> String {
    format!("Blend in viewport {viewport}")
}

/// How much is seen of the series that lies above.
pub(super) fn blend(name: &str, percent: u8) -> String {
    format!("{name} {percent} %")
}

/// What lies under the pointer on a slider: an image, or a gap behind it.
pub(super) fn slider_place(number: usize, images: usize, gap: Option<&Gap>) -> String {
    match gap {
        None => image_of(number, images),
        Some(Gap { after, missing: 1 }) => format!("1 slice missing after image {}", after + 1),
        Some(Gap { after, missing }) => format!("{missing} slices missing after image {}", after + 1),
    }
}

/// More than one patient at a time.
pub(super) fn several_patients(patients: usize) -> String {
    format!("{patients} patients on screen")
}

/// Behind the field for a number.
pub(super) fn of_images(count: usize) -> String {
    format!("of {}", grouped(count))
}

/// The accessible name of a line of the menu: `Window bone, W 1800 L 400, so now`.
pub(super) fn menu_line(line: &MenuLine, numbers: Option<&str>) -> String {
    let current = if line.is_current { CURRENT } else { "" };
    joined(&[&line.title, numbers.unwrap_or_default(), current], ", ")
}

/// The accessible name of a mark: what it measures.
pub(super) fn mark(lines: &[String]) -> String {
    format!("Mark: {}", lines.join(", "))
}

/// How much larger the magnifier shows.
pub(super) fn magnified(factor: f64) -> String {
    format!("{factor} ×")
}

/// With a capital and a full stop.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// `12 345`: thousands apart by a thin space.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{2009}');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_in_the_singular_and_in_grouped() {
        assert_eq!(unreadable(1), "1 file not read");
        assert_eq!(unreadable(3), "3 files not read");
        let files = FileCounts { known: 12_345, read: 678, ..FileCounts::default() };
        assert_eq!(indexing(files), "reading 678 of 12\u{2009}345 files");
    }

    #[test]
    fn an_error_becomes_a_sentence_once() {
        assert_eq!(sentence("the file is empty"), "The file is empty.");
        assert_eq!(sentence("The file is empty."), "The file is empty.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn a_command_is_called_as_in_the_palette() {
        let words = |text: &str| command(&Command::parse(text).expect(text));
        assert_eq!(words("tool window"), "Window tool");
        assert_eq!(words("window slot 3"), "Window preset 3");
        assert_eq!(words("choose -10"), "10 lines back");
        assert_eq!(words("zoom by 3"), "zoom by 3");
        assert_eq!(words("pointer step 0 -10"), "Pointer 10 pixels up");
        assert_eq!(words("pointer step 1 0"), "Pointer one pixel right");
        assert_eq!(words("tiles 2x4"), "Tiles 2 × 4");
    }
}
