//! The steps in which the arrows change numbers of settings.

/// A number this close to a step, as a share of it, is on the step.
pub(super) const STEP_SLACK: f64 = 1e-3;

/// The next count in steps of an eighth of its greatest power of two, so that large counts have large steps.
pub(super) fn whole_above(count: u32) -> u32 {
    let step = step_of(count);
    (count / step).saturating_add(1).saturating_mul(step)
}

/// The count before, in the same steps.
pub(super) fn whole_below(count: u32) -> u32 {
    let less = count.saturating_sub(1);
    let step = step_of(less);
    less / step * step
}

fn step_of(count: u32) -> u32 {
    count.checked_ilog2().map_or(1, |log| (1_u32 << log) / 8).max(1)
}

/// To four places, as a reader would write it.
pub(super) fn rounded(number: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "settings are single numbers of a few digits")]
    let rounded = ((number * 1e4).round() / 1e4) as f32;
    rounded
}
