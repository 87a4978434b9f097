//! Which pixels are needed, the most urgent first: what is on screen, then its neighbours.

use std::collections::HashSet;
use std::sync::Arc;

use crate::dicom::{FrameKey, Instance};
use crate::study::Library;

use super::screen::Screen;
use super::state::Session;

/// The frames to have in memory, the most urgent first: each visible viewport's image, then images ever further from
/// it, as long as they fit in `budget_bytes`. What is on screen is wanted whatever the budget.
pub fn wanted_frames(
    session: &Session,
    library: &Library,
    budget_bytes: u64,
) -> Vec<(FrameKey, Arc<Instance>)> {
    let mut seen = HashSet::new();
    let mut wanted = Vec::new();
    let mut bytes = 0_u64;
    let shown: Vec<_> = session
        .screens
        .iter()
        .flat_map(Screen::visible)
        .filter_map(|viewport| viewport.source.as_ref())
        .filter_map(|source| library.find(&source.display_set).map(|(_, _, set)| (set, source.index)))
        .collect();
    let furthest = shown.iter().map(|(set, _)| set.images.len()).max().unwrap_or(0);
    for distance in 0..furthest {
        for (set, index) in &shown {
            for at in [index.checked_add(distance), index.checked_sub(distance)].into_iter().flatten() {
                let Some(image) = set.images.get(at) else { continue };
                let key = image.key();
                if seen.contains(&key) {
                    continue;
                }
                bytes += u64::from(image.instance.image.rows) * u64::from(image.instance.image.columns) * 2;
                if distance > 0 && bytes > budget_bytes {
                    return wanted;
                }
                seen.insert(key.clone());
                wanted.push((key, Arc::clone(&image.instance)));
            }
        }
    }
    wanted
}
