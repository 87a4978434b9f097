//! Whose images are on screen: two patients side by side must never be taken for one.

use std::collections::BTreeSet;

use crate::session::{Screen, Viewport};

use super::shell::ScreenView;

/// What tells patients apart: the number and the name, for either alone may be wrong.
type Patient = (String, String);

/// How many patients all windows show.
pub(super) fn count(view: &ScreenView<'_>) -> usize {
    on_screen(view).len()
}

/// Whether a viewport of the window shows another patient than the viewport in focus. Where nothing hangs in that one,
/// it is told of each of several.
pub(super) fn is_other(view: &ScreenView<'_>, viewport: usize) -> bool {
    let shown = view.session.screens.get(view.screen).and_then(|screen| screen.viewports.get(viewport));
    let Some(here) = shown.and_then(|viewport| of(view, viewport)) else { return false };
    match view.session.focused_viewport().and_then(|viewport| of(view, viewport)) {
        Some(focused) => focused != here,
        None => count(view) > 1,
    }
}

fn on_screen(view: &ScreenView<'_>) -> BTreeSet<Patient> {
    let viewports = view.session.screens.iter().flat_map(Screen::visible);
    viewports.filter_map(|(_, viewport)| of(view, viewport)).collect()
}

/// Of the image itself: a study may hold a stranger's.
fn of(view: &ScreenView<'_>, viewport: &Viewport) -> Option<Patient> {
    let source = viewport.source.as_ref()?;
    let (_, _, set) = view.library.find(&source.display_set)?;
    let patient = &set.images.get(source.index)?.instance.patient;
    let name = patient.name.reveal().trim_matches(['^', ' ']).to_lowercase();
    Some((patient.id.reveal().trim().to_owned(), name))
}
