//! An ambient test as the book of records keeps it.

use crate::calibration::{AmbientTest, Sighting};
use crate::records::{Answer, VisualCheck};

/// What was looked for in an ambient test, and where it was seen.
pub(super) fn what_was_seen(test: &AmbientTest) -> VisualCheck {
    let answer = |sighting: &Sighting| Answer {
        question: format!("Where are the bars of {}? In ninth {}.", sighting.pattern, sighting.part),
        answer: sighting.spot.to_string(),
        passed: sighting.is_found,
    };
    let answers = test.sightings().iter().map(answer).collect();
    VisualCheck { pattern: "ambient".to_owned(), answers, passed: test.passed() }
}

#[cfg(test)]
mod tests {
    use crate::calibration::Spot;
    use crate::calibration::pattern::Pattern;

    use super::*;

    #[test]
    fn all_that_was_looked_for_is_kept_with_its_place_and_what_was_said() {
        const SIZE: (u32, u32) = (800, 600);
        let mut test = AmbientTest::new(1, SIZE);
        while let Some(pattern) = test.pattern() {
            let object = pattern.object(SIZE.0, SIZE.1).expect("bars");
            let is_first = test.sightings().is_empty();
            let spot = Spot::At { x: object.left, y: object.top };
            test.answer(if is_first { spot } else { Spot::Nowhere }, SIZE);
        }
        let kept = what_was_seen(&test);
        let passed: Vec<bool> = kept.answers.iter().map(|answer| answer.passed).collect();
        assert_eq!((passed, kept.passed), (vec![true, false, false, false, false], false));
        assert!(kept.answers[0].answer.starts_with("at "), "{:?}", kept.answers[0]);
        assert_eq!(kept.answers[1].answer, "nothing");
        // Whoever reads the book can draw again what was shown.
        for answer in &kept.answers {
            let name = answer.question.split(['?', ' ']).find(|word| word.starts_with("ambient-"));
            assert!(name.is_some_and(|name| Pattern::parse(name).is_ok()), "{}", answer.question);
        }
        assert!(Pattern::parse(&kept.pattern).is_ok());
    }
}
