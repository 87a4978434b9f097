//! What is made once and kept while it is used: so many of a kind at most, the longest unused goes first.

/// What was made of keys.
#[derive(Debug)]
pub(super) struct Kept<Key, Made> {
    most: usize,
    /// The latest used last.
    all: Vec<(Key, Made)>,
}

impl<Key: PartialEq, Made: Clone> Kept<Key, Made> {
    /// Nothing yet, and so many at most.
    pub(super) const fn new(most: usize) -> Self {
        Self { most, all: Vec::new() }
    }

    /// What was made of a key, made now if it is not there.
    pub(super) fn of(&mut self, key: Key, make: impl FnOnce() -> Made) -> Made {
        let found = self.all.iter().position(|(known, _)| *known == key);
        let entry = found.map_or_else(|| (key, make()), |index| self.all.remove(index));
        let value = entry.1.clone();
        self.all.push(entry);
        if self.all.len() > self.most {
            self.all.remove(0);
        }
        value
    }

    /// What was made of a key, if it is there. It counts as no use.
    pub(super) fn find(&self, key: &Key) -> Option<&Made> {
        self.all.iter().find(|(known, _)| known == key).map(|(_, made)| made)
    }

    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    pub(super) fn clear(&mut self) {
        self.all.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_more_than_there_may_be_the_longest_unused_goes() {
        let mut kept = Kept::new(3);
        let mut made = Vec::new();
        let mut of = |key: u32| {
            let value = kept.of(key, || {
                made.push(key);
                key * 10
            });
            assert_eq!(value, key * 10);
            assert!(kept.count() <= 3, "{}", kept.count());
        };
        // 1 is used again before there are too many, and 2 goes; then 3, which was used before 1 and 4.
        for key in [1, 2, 3, 1, 4, 3, 1, 4, 5, 3] {
            of(key);
        }
        assert_eq!(made, [1, 2, 3, 4, 5, 3]);
        assert_eq!([2, 3].map(|key| kept.find(&key).copied()), [None, Some(30)]);
        kept.clear();
        assert_eq!(kept.count(), 0);
    }
}
