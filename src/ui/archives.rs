//! What the title row says of archives: whether they answer, and what of the study in focus is here.

use crate::command::{Command, StudyCommand};
use crate::render::{Badge, Tone};
use crate::session::{Outgoing, Retrieval, RetrievalState};
use crate::study_list::Place;

use super::icon::Icon;
use super::shell::ScreenView;
use super::words;

/// A state, and the command that does something about it.
pub(super) struct ArchiveState {
    pub(super) icon: Icon,
    pub(super) badge: Badge,
    pub(super) command: Option<Command>,
}

/// From the right: the archives, then the study in focus.
pub(super) fn states(view: &ScreenView<'_>) -> Vec<ArchiveState> {
    let retrieval = of_focus(view).and_then(of_study);
    reach(view).into_iter().chain(outgoing(view)).chain(retrieval).chain(check(view)).collect()
}

/// The retrieval that the reader is told of: that of the study in focus, or the latest where nothing hangs.
pub(super) fn of_focus<'a>(view: &ScreenView<'a>) -> Option<&'a Retrieval> {
    let archives = &view.session.archives;
    let focused = view.session.focused_viewport().and_then(|viewport| viewport.source.as_ref());
    match focused {
        Some(source) => archives.retrieval(&source.display_set.study),
        None => archives.retrievals.last(),
    }
}

fn reach(view: &ScreenView<'_>) -> Option<ArchiveState> {
    let archives = &view.session.archives;
    let names: Vec<&str> = archives.places.iter().filter_map(archive_name).collect();
    if names.is_empty() {
        return None;
    }
    let (icon, badge) = if archives.silent.is_empty() {
        let badge =
            Badge { tone: Tone::Quiet, text: words::archives(&names), why: words::ARCHIVES_WHY.to_owned() };
        (Icon::Disc, badge)
    } else {
        let silent: Vec<_> = archives.silent.iter().collect();
        let badge =
            Badge { tone: Tone::Caution, text: words::silent(&silent), why: words::silent_why(&silent) };
        (Icon::Caution, badge)
    };
    Some(ArchiveState { icon, badge, command: None })
}

/// What the reader saved and no archive has yet.
fn outgoing(view: &ScreenView<'_>) -> Option<ArchiveState> {
    let Outgoing { waiting, why } = &view.session.archives.outgoing;
    if *waiting == 0 {
        return None;
    }
    let tone = if why.is_some() { Tone::Caution } else { Tone::Quiet };
    let icon = if why.is_some() { Icon::Caution } else { Icon::Working };
    let badge = Badge { tone, text: words::outgoing(*waiting), why: words::outgoing_why(why.as_deref()) };
    Some(ArchiveState { icon, badge, command: None })
}

/// What the archive said of the study in focus, which came from the store.
fn check(view: &ScreenView<'_>) -> Option<ArchiveState> {
    let focused = view.session.focused_viewport()?.source.as_ref()?;
    let (archive, check) = view.session.archives.checks.get(&focused.display_set.study)?;
    let text = words::check(archive, check)?;
    let badge = Badge { tone: Tone::Caution, text, why: words::check_why(archive, check) };
    Some(ArchiveState { icon: Icon::Caution, badge, command: None })
}

fn archive_name(place: &Place) -> Option<&str> {
    match place {
        Place::Store => None,
        Place::Archive(name) => Some(name),
    }
}

fn of_study(retrieval: &Retrieval) -> Option<ArchiveState> {
    let retry = Some(Command::Study(StudyCommand::Retrieve));
    let (icon, tone, command) = match &retrieval.state {
        RetrievalState::Waiting | RetrievalState::Running => (Icon::Working, Tone::Quiet, None),
        RetrievalState::TriedAgain(_) | RetrievalState::Incomplete(_) | RetrievalState::Cancelled => {
            (Icon::Caution, Tone::Caution, retry)
        }
        RetrievalState::Whole => return None,
    };
    let badge = Badge { tone, text: words::retrieval(retrieval), why: words::retrieval_why(retrieval) };
    Some(ArchiveState { icon, badge, command })
}
