//! Several images of a series in one viewport.

use super::saved_states::Desk;
use super::saved_whole::{open, passes, series};

#[test]
fn what_is_shown_is_there_once_every_tile_has_its_image() {
    let desk = Desk::with(|study| series(study, 100));
    let mut scripted = open(&desk);
    // No more than this is read ahead.
    let (columns, rows) = passes(&scripted)[0].image_size;
    scripted.reading.session.settings.frame_budget_bytes = u64::from(columns * rows) * 2 * 20;
    for commands in ["tiles 4x4", "scroll to 85", "scroll to 1"] {
        scripted.run(commands);
        assert_eq!(passes(&scripted).len(), 16, "{commands}");
    }
}
