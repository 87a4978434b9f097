//! What is told of the machine: of threads that fail or come no further, of drafts that cannot be written, of sleep, and of its clock.

use super::effect::Effect;
use super::event::Event;
use super::state::{MessageKind, Session};

/// A clock that is set by less is put right, and nobody need know.
const TOLD_FROM_S: u64 = 60;

impl Session {
    /// Takes such news.
    pub(super) fn take_machine_news(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            Event::DraftNotWritten { why } => {
                let text = format!("What is not saved cannot be kept as a draft: {why}. It is tried again.");
                self.tell(MessageKind::Caution, text);
            }
            Event::DraftsGoOn => self.tell(MessageKind::Note, "What is not saved is kept as a draft again."),
            Event::FileNotWritten { why } => self.tell(MessageKind::Caution, why.as_str()),
            Event::JobFailed { job } => {
                self.tell(MessageKind::Caution, format!("A background job failed ({job}). Reading goes on."));
            }
            Event::JobStuck { job, for_s } => {
                let text = format!(
                    "A background job has come no further for {for_s} s ({job}): a disk or an archive may not answer. Reading \
                     goes on with what is here.",
                );
                self.tell(MessageKind::Caution, text);
            }
            Event::JobGoesOn { job } => {
                self.tell(MessageKind::Note, format!("A background job goes on ({job})."));
            }
            Event::Woke { .. } => {
                for viewport in self.screens.iter_mut().flat_map(|screen| &mut screen.viewports) {
                    viewport.cine.leave_out_gap();
                }
                self.leave_out_gap_of_patterns();
                return vec![Effect::AskAgain];
            }
            Event::ClockSet { is_back, by_s } if *by_s >= TOLD_FROM_S => {
                let direction = if *is_back { "back" } else { "forward" };
                let text = format!(
                    "The clock of this computer was set {direction} by {}. Dates and times of what is saved go by it; what is waited \
                     for does not.",
                    long(*by_s)
                );
                self.tell(MessageKind::Caution, text);
            }
            _ => {}
        }
        Vec::new()
    }
}

/// `2 h 5 min`
fn long(seconds: u64) -> String {
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::SessionSettings;
    use crate::study::Library;

    fn told(event: &Event) -> (Vec<String>, Vec<Effect>) {
        let mut session = Session::new(SessionSettings::default());
        let effects = session.absorb(event, &Library::default());
        (session.messages.iter().map(|message| message.text.clone()).collect(), effects)
    }

    #[test]
    fn a_clock_that_was_set_is_told_and_one_that_was_put_right_is_not() {
        let (words, _) = told(&Event::ClockSet { is_back: true, by_s: 7_505 });
        let [words] = words.as_slice() else { panic!("{words:?}") };
        assert!(words.starts_with("The clock of this computer was set back by 2 h 5 min."), "{words}");
        assert_eq!(told(&Event::ClockSet { is_back: false, by_s: 40 }).0, [""; 0]);
        assert_eq!(long(90_061), "1 d 1 h 1 min");
    }

    #[test]
    fn after_a_sleep_monitors_and_archives_are_asked_again_without_a_word() {
        assert_eq!(told(&Event::Woke { slept_s: 900 }), (Vec::new(), vec![Effect::AskAgain]));
    }
}
