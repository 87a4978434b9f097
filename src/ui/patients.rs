//! Whose images are on screen: two patients side by side must never be taken for one.

use crate::dicom::Instance;
use crate::session::{Screen, Viewport};

use super::shell::ScreenView;

/// How many patients all windows show.
pub(super) fn count(view: &ScreenView<'_>) -> usize {
    let viewports = view.session.screens.iter().flat_map(Screen::visible);
    let mut patients: Vec<&Instance> = Vec::new();
    for image in viewports.filter_map(|(_, viewport)| of(view, viewport)) {
        if !patients.iter().any(|known| view.session.is_same_patient(known, image)) {
            patients.push(image);
        }
    }
    patients.len()
}

/// Whether a viewport of the window shows another patient than the viewport in focus. Where nothing hangs in that one,
/// it is told of each of several.
pub(super) fn is_other(view: &ScreenView<'_>, viewport: usize) -> bool {
    let shown = view.session.screens.get(view.screen).and_then(|screen| screen.viewports.get(viewport));
    let Some(here) = shown.and_then(|viewport| of(view, viewport)) else { return false };
    match view.session.focused_viewport().and_then(|viewport| of(view, viewport)) {
        Some(focused) => !view.session.is_same_patient(focused, here),
        None => count(view) > 1,
    }
}

/// Of the image itself: a study may hold a stranger's.
fn of<'a>(view: &ScreenView<'a>, viewport: &Viewport) -> Option<&'a Instance> {
    let source = viewport.source.as_ref()?;
    let (_, _, set) = view.library.find(&source.display_set)?;
    set.images.get(source.index).map(|image| image.instance.as_ref())
}
