//! When to try again what may succeed later: longer each time, and never together with others who lost the same archive.

use std::time::Duration;

/// The waits between tries: each up to twice as long as the one before, drawn from the upper half of that, so that many readers whose
/// archive came back do not all call at once. The same seed gives the same waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    seed: u64,
    tries: u32,
}

impl Backoff {
    /// From a first wait up to the longest.
    pub const fn new(first: Duration, longest: Duration, seed: u64) -> Self {
        Self { first, longest, seed, tries: 0 }
    }

    /// Begins anew: something has succeeded.
    pub const fn reset(&mut self) {
        self.tries = 0;
    }

    /// How long to wait before the next try.
    pub fn wait(&mut self) -> Duration {
        let most = self.first.saturating_mul(2_u32.saturating_pow(self.tries)).min(self.longest);
        self.tries = self.tries.saturating_add(1);
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let half = most / 2;
        let share = mixed(self.seed) % 1024;
        half + half.saturating_mul(u32::try_from(share).unwrap_or_default()) / 1023
    }
}

/// The finaliser of `SplitMix64`: numbers that look drawn at random, of ones that are counted.
const fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_mins(1);

    fn waits(seed: u64) -> Vec<Duration> {
        let mut backoff = Backoff::new(FIRST, LONGEST, seed);
        (0..12).map(|_| backoff.wait()).collect()
    }

    proptest! {
        #[test]
        fn each_wait_is_in_the_upper_half_of_twice_the_one_before(seed in any::<u64>()) {
            for (tries, wait) in waits(seed).into_iter().enumerate() {
                let most = FIRST * 2_u32.pow(u32::try_from(tries).unwrap_or(31).min(6));
                let most = most.min(LONGEST);
                prop_assert!(most / 2 <= wait && wait <= most, "{tries}: {wait:?} of {most:?}");
            }
        }
    }

    #[test]
    fn readers_of_one_archive_do_not_call_together() {
        assert_eq!(waits(7), waits(7));
        let distinct: std::collections::BTreeSet<_> = (0..100).map(|seed| waits(seed)[3]).collect();
        assert!(distinct.len() > 80, "{}", distinct.len());
        let mut backoff = Backoff::new(FIRST, LONGEST, 7);
        for _ in 0..200 {
            assert!(backoff.wait() <= LONGEST);
        }
        backoff.reset();
        assert!(backoff.wait() <= FIRST);
    }
}
