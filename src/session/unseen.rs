//! What of the study that is read the reader has not seen: told before another is opened, and before it counts as read.
//!
//! Of a study with pictures the raw material (FOR PROCESSING, rule P-21) is left out. Localizers come last, and nobody is stopped
//! for them alone. Priors are never asked about.

use crate::command::{
    Command, Next, PanelName, ScrollTarget, SectionCommand, StudiesCommand, StudyCommand, UnseenGuard,
    ViewCommand,
};
use crate::dicom::StudyUid;
use crate::study::{DisplaySet, DisplaySetId, Library};
use crate::units::Phi;

use super::effect::Effect;
use super::hanging_lines::series;
use super::panel::Panel;
use super::seen::SeenSet;
use super::state::{MessageKind, Session};

/// A note names so many series.
const NAMED_MAX: usize = 3;

/// A line of the panel of what was not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct UnseenLine {
    /// What it is about: `series 4, CT lung 1.0`; or going on.
    pub title: String,
    /// What of it was not seen: `37 of 220 images not shown`.
    pub why: String,
    /// Whether it is of less interest.
    pub is_quiet: bool,
    /// Whether it is the command that was stopped, and no series.
    pub goes_on: bool,
    /// What Enter does, one after the other.
    pub commands: Vec<Command>,
}

/// A display set of which images were not shown.
struct UnseenSet<'a> {
    /// Its place in the strip, from 1.
    place: usize,
    set: &'a DisplaySet,
    /// How many.
    images: usize,
}

impl Session {
    /// What of the study that is read was not seen, a line a series; then going on, where a command was stopped.
    pub fn unseen_lines(&self, library: &Library) -> Vec<UnseenLine> {
        let sets = self.unseen_sets(library);
        let lines = sets.iter().map(|unseen| UnseenLine {
            title: title_of(&unseen.set.id, library),
            why: self.why_unseen(unseen),
            is_quiet: unseen.set.is_localizer(),
            goes_on: false,
            commands: self.commands_to_see(unseen),
        });
        let rest = self.seen.stopped.iter().map(|stopped| UnseenLine {
            title: "Go on".to_owned(),
            why: going_on(stopped).to_owned(),
            is_quiet: false,
            goes_on: true,
            commands: vec![stopped.clone()],
        });
        lines.chain(rest).collect()
    }

    /// The command that waits in the open panel of what was not seen: given again it is carried out.
    pub fn stopped(&self) -> Option<&Command> {
        let is_open = self.panel.as_ref().is_some_and(|panel| panel.name == PanelName::Unseen);
        self.seen.stopped.as_ref().filter(|_| is_open)
    }

    /// Takes a line of the panel, which is closed by now.
    pub(super) fn accept_unseen(&mut self, chosen: usize, library: &Library) -> Vec<Effect> {
        let Some(line) = self.unseen_lines(library).into_iter().nth(chosen) else { return Vec::new() };
        // A series hangs where it is seen.
        self.studies.is_open &= line.goes_on;
        line.commands.into_iter().map(Effect::Run).collect()
    }

    /// Whether a command that leaves the study that is read, or marks it as read, waits for the reader to look at what was not seen.
    pub(super) fn waits_for_unseen(&mut self, command: &Command, library: &Library) -> bool {
        let Command::Study(of_study) = command else { return false };
        let Some(read) = self.read_study(library).map(|study| &study.attributes.uid) else { return false };
        let leaves = match of_study {
            StudyCommand::Study(next @ (Next::Next | Next::Previous))
                if self.place_in_list(library).is_some() =>
            {
                self.next_listed(*next, library).is_some()
            }
            StudyCommand::Study(next) => {
                self.next_study(*next, library).is_some_and(|study| study.attributes.uid != *read)
            }
            StudyCommand::Read => !self.seen.is_read(read),
            StudyCommand::Close => true,
            _ => false,
        };
        leaves && self.stops(command, library)
    }

    /// The same of a study of the list, which is chosen then.
    pub(super) fn opening_waits(&mut self, study: &StudyUid, library: &Library) -> bool {
        let leaves = self.read_study(library).is_some_and(|read| read.attributes.uid != *study);
        let waits = leaves && self.stops(&Command::Studies(StudiesCommand::Open), library);
        if waits {
            self.studies.chosen = Some(study.clone());
        }
        waits
    }

    /// Tells what was not seen, unless the reader knows it; whether a command waits for the panel that lists it.
    fn stops(&mut self, command: &Command, library: &Library) -> bool {
        let unseen = match self.settings.unseen {
            UnseenGuard::Off => Vec::new(),
            UnseenGuard::Ask | UnseenGuard::Tell => self.unseen_sets(library),
        };
        let is_told = |unseen: &UnseenSet<'_>| {
            self.seen.told.get(&unseen.set.id).is_some_and(|told| unseen.images <= *told)
        };
        if unseen.iter().all(|unseen| unseen.set.is_localizer() || is_told(unseen)) {
            self.close_panel_named(PanelName::Unseen);
            return false;
        }
        for UnseenSet { set, images, .. } in &unseen {
            self.seen.note_told(&set.id, *images);
        }
        if self.settings.unseen == UnseenGuard::Tell {
            self.tell(MessageKind::Note, self.note_of(&unseen, library));
            return false;
        }
        self.end_gesture();
        self.seen.stopped = Some(command.clone());
        // In the list Enter opens a study, and takes a line here: the same key goes on.
        let is_enter = matches!(command, Command::Studies(StudiesCommand::Open));
        let chosen = if is_enter { unseen.len() } else { 0 };
        self.open_panel(Panel { name: PanelName::Unseen, text: Phi::default(), chosen, at: None });
        true
    }

    fn unseen_sets<'a>(&self, library: &'a Library) -> Vec<UnseenSet<'a>> {
        let Some(read) = self.read_study(library) else { return Vec::new() };
        let of_read = |set: &DisplaySet| set.id.study == read.attributes.uid;
        let sets = (1..).zip(library.display_sets()).filter(|(_, (.., set))| of_read(set));
        let sets: Vec<(usize, &DisplaySet)> = sets.map(|(place, (.., set))| (place, &**set)).collect();
        let has_pictures = sets.iter().any(|(_, set)| !set.is_for_processing());
        let unseen = sets.into_iter().filter_map(|(place, set)| {
            let shown = self.seen.of(&set.id).map_or(0, SeenSet::count);
            let images = set.images.len().saturating_sub(shown);
            let counts = images > 0 && !(has_pictures && set.is_for_processing());
            counts.then_some(UnseenSet { place, set, images })
        });
        let mut unseen: Vec<UnseenSet<'a>> = unseen.collect();
        unseen.sort_by_key(|unseen| unseen.set.is_localizer());
        unseen
    }

    fn why_unseen(&self, UnseenSet { set, images, .. }: &UnseenSet<'_>) -> String {
        let Some(seen) = self.seen.of(&set.id) else {
            let hung = self.hung.as_ref().filter(|hung| hung.study == set.id.study);
            let by_stages = hung.is_some_and(|hung| hung.winner().is_some());
            return if by_stages { "not hung by any stage" } else { "never hung" }.to_owned();
        };
        let of = set.images.len();
        let noun = if of == 1 { "image" } else { "images" };
        match (seen.is_late, seen.is_reformatted) {
            (true, _) if *images == 1 => "1 image came late".to_owned(),
            (true, _) => format!("{images} images came late"),
            (false, true) => {
                format!("seen as reformat; {images} of {of} {noun} not shown as acquired")
            }
            (false, false) => format!("{images} of {of} {noun} not shown"),
        }
    }

    /// What hangs a series in the viewport in focus, at the first image that was not shown.
    fn commands_to_see(&self, UnseenSet { place, set, .. }: &UnseenSet<'_>) -> Vec<Command> {
        let hang = Command::Study(StudyCommand::Hang(*place));
        let Some(seen) = self.seen.of(&set.id) else { return vec![hang] };
        let here = self
            .focused_viewport()
            .filter(|viewport| viewport.source.as_ref().is_some_and(|source| source.display_set == set.id));
        let first = match here {
            None => Some(hang),
            Some(viewport) if viewport.is_of_volume() => Some(Command::Section(SectionCommand::Acquired)),
            Some(_) => None,
        };
        let unseen = seen.first_unseen();
        let of_images = here.filter(|viewport| !viewport.is_of_volume());
        let scroll = of_images.map_or_else(
            || vec![Command::View(ViewCommand::Scroll(ScrollTarget::To(unseen + 1)))],
            |viewport| viewport.commands_to(unseen),
        );
        first.into_iter().chain(scroll).collect()
    }

    fn note_of(&self, unseen: &[UnseenSet<'_>], library: &Library) -> String {
        let named = unseen
            .iter()
            .take(NAMED_MAX)
            .map(|unseen| format!("{}: {}", title_of(&unseen.set.id, library), self.why_unseen(unseen)));
        let named = named.collect::<Vec<_>>().join("; ");
        let more = match unseen.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            more => format!("; and {more} more series"),
        };
        format!("Not seen of this study: {named}{more}.")
    }
}

/// A series in words.
fn title_of(id: &DisplaySetId, library: &Library) -> String {
    let title = series(id, library);
    if title.is_empty() { "a series without a name".to_owned() } else { title }
}

/// What a command that was stopped does.
const fn going_on(stopped: &Command) -> &'static str {
    match stopped {
        Command::Study(StudyCommand::Read) => "marks the study as read",
        Command::Study(StudyCommand::Close) => "closes the study",
        Command::Study(StudyCommand::Study(Next::Next)) => "to the next study",
        Command::Study(StudyCommand::Study(Next::Previous)) => "to the previous study",
        Command::Studies(_) => "to the study chosen in the list",
        _ => "to the other study",
    }
}
